import { apply, type Expr, num } from "../../core/ast";
import { ANY, minus, type Range } from "./range";

export type Curve = "constant" | "affine" | "convex" | "concave" | "none";

/** An affine map of the variables: which of them it tells apart, and how much it shortens and stretches. */
export interface AffineMap {
  /** Variables that two points with the same image have in common. */
  readonly tells: ReadonlySet<string>;
  /** |L·v| is at least this times |v|, for `v` of the variables told apart. */
  readonly least?: Expr;
  /** |L·v| is at most this times |v|. */
  readonly most?: Expr;
}

/** At least so strongly convex (or concave) in some variables. */
export interface Strong {
  readonly on: ReadonlySet<string>;
  /** Where it can be named. */
  readonly modulus?: Expr;
}

/**
 * What is known of a value as a function of the variables: of each entry, or with `order` of a symmetric matrix in the
 * order of definiteness. A value of several entries is strict where some entry is, and strong where their sum is.
 */
export interface Facts {
  readonly curve: Curve;
  readonly range: Range;
  readonly map?: AffineMap;
  /** Two points that differ in one of these variables have a middle that is strictly below (above) their mean. */
  readonly strict: ReadonlySet<string>;
  readonly strong?: Strong;
  /** The gradient's Lipschitz constant. */
  readonly smooth?: Expr;
  /** A norm: strict in these variables but for points whose values stand in proportion. */
  readonly radial?: ReadonlySet<string>;
  /** Why, in words; and the parts that the reason is about. */
  readonly why?: string;
  readonly because: readonly Facts[];
  readonly of?: Expr;
}

export const NO_NAMES: ReadonlySet<string> = new Set();

export const union = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b]);

export const holdsAll = (a: ReadonlySet<string>, b: Iterable<string>): boolean => [...b].every((x) => a.has(x));

export const ZERO = num(0);
export const ONE = num(1);

const isNumber = (e: Expr | undefined, value: number): boolean => e?.kind === "number" && e.value === value;

/** Products and sums of moduli, written short. */
export function timesExpr(a: Expr | undefined, b: Expr | undefined): Expr | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (isNumber(a, 0) || isNumber(b, 0)) return ZERO;
  if (isNumber(a, 1)) return b;
  if (isNumber(b, 1)) return a;
  if (a.kind === "number" && b.kind === "number") return num(a.value * b.value);
  return b.kind === "number" ? apply("mul", b, a) : apply("mul", a, b);
}

export function plusExpr(a: Expr | undefined, b: Expr | undefined): Expr | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (isNumber(a, 0)) return b;
  if (isNumber(b, 0)) return a;
  if (a.kind === "number" && b.kind === "number") return num(a.value + b.value);
  return apply("add", a, b);
}

export const squareExpr = (a: Expr | undefined): Expr | undefined =>
  a === undefined ? undefined : a.kind === "number" ? num(a.value * a.value) : apply("pow", a, num(2));

export const constantFacts = (range: Range): Facts => ({
  curve: "constant",
  range,
  strict: NO_NAMES,
  smooth: ZERO,
  because: [],
});
export const unknownFacts = (range: Range = ANY): Facts => ({
  curve: "none",
  range,
  strict: NO_NAMES,
  because: [],
});
export const affineFacts = (range: Range, map: AffineMap): Facts => ({ curve: "affine", range, map, strict: NO_NAMES, smooth: ZERO, because: [] }); // prettier-ignore

export const isFlat = (f: Facts): boolean => f.curve === "constant" || f.curve === "affine";
export const isConvex = (f: Facts): boolean => isFlat(f) || f.curve === "convex";
export const isConcave = (f: Facts): boolean => isFlat(f) || f.curve === "concave";

/** The negative. */
export function negated(f: Facts): Facts {
  const curve = f.curve === "convex" ? "concave" : f.curve === "concave" ? "convex" : f.curve;
  const { radial: _radial, why: _why, of: _of, ...rest } = f;
  return { ...rest, curve, range: minus(f.range), because: [f] };
}

/** The sum of two values, curved the same way; `undefined` where they are not. */
export function added(a: Facts, b: Facts, range: Range): Facts | undefined {
  const curve: Curve | undefined =
    a.curve === "constant" && b.curve === "constant" ? "constant"
    : isFlat(a) && isFlat(b) ? "affine"
    : isConvex(a) && isConvex(b) ? "convex"
    : isConcave(a) && isConcave(b) ? "concave" : undefined; // prettier-ignore
  if (curve === undefined) return undefined;
  const smooth = plusExpr(a.smooth, b.smooth);
  return {
    curve,
    range,
    ...(curve === "affine" ? { map: addedMaps(a, b) } : {}),
    strict: union(a.strict, b.strict),
    ...strongSum(a.strong, b.strong),
    ...(smooth === undefined ? {} : { smooth }),
    because: [a, b],
  };
}

function addedMaps(a: Facts, b: Facts): AffineMap {
  if (a.curve === "constant") return b.map!;
  if (b.curve === "constant") return a.map!;
  const most = plusExpr(a.map!.most, b.map!.most);
  return { tells: NO_NAMES, ...(most === undefined ? {} : { most }) };
}

function strongSum(a: Strong | undefined, b: Strong | undefined): { strong?: Strong } {
  if (a === undefined && b === undefined) return {};
  if (a === undefined || b === undefined) return { strong: (a ?? b)! };
  const [wide, narrow] = a.on.size >= b.on.size ? [a, b] : [b, a];
  if (!holdsAll(wide.on, narrow.on)) return { strong: { on: union(a.on, b.on) } };
  const modulus = holdsAll(narrow.on, wide.on) ? plusExpr(wide.modulus, narrow.modulus) ?? wide.modulus ?? narrow.modulus : wide.modulus;
  return { strong: { on: wide.on, ...(modulus === undefined ? {} : { modulus }) } };
} // prettier-ignore

/** A multiple of a value by a factor of known sign, of which only its absolute value `by` counts (`undefined`: not known). */
export function scaled(f: Facts, range: Range, sign: 1 | -1, strictly: boolean, by: Expr | undefined): Facts {
  const turned = sign > 0 ? f : negated(f);
  const smooth = timesExpr(by, f.smooth);
  const least = timesExpr(by, f.map?.least);
  const most = timesExpr(by, f.map?.most);
  const modulus = timesExpr(by, f.strong?.modulus);
  const { map: _map, strong: _strong, smooth: _smooth, why: _why, of: _of, ...rest } = turned;
  return {
    ...rest,
    range,
    strict: strictly ? f.strict : NO_NAMES,
    ...(f.map === undefined ? {} : { map: { tells: strictly ? f.map.tells : NO_NAMES, ...(least === undefined || !strictly ? {} : { least }), ...(most === undefined ? {} : { most }) } }),
    ...(f.strong === undefined || !strictly ? {} : { strong: { on: f.strong.on, ...(modulus === undefined ? {} : { modulus }) } }),
    ...(smooth === undefined ? {} : { smooth }),
    because: [f],
  };
} // prettier-ignore
