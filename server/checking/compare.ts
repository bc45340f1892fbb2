import { apply, type DerivativeExpr, type Expr, num } from "../core/ast";
import { type Dense, transpose } from "../core/dense";
import { familyMember, type Scope } from "../core/scope";
import { atOnce, type Steps } from "../core/steps";
import {
  isFailure,
  isStructured,
  largestEntry,
  type Layout,
  type LayoutChoice,
  relativeDistance,
  type Sample,
  sampling,
  type SamplingOptions,
  type Sides,
  sidesOf,
  tolerances,
  turnedSides,
  VAGUE,
  within,
} from "../evaluation";
import { agreeToLeadingOrder } from "./orders";
import { hasDifferential, varyingNames } from "./varying";

/** The derivative that a side is, perhaps transposed, negated or scaled. */
function derivativeOf(e: Expr): { readonly node: DerivativeExpr; readonly turned: boolean } | undefined {
  if (e.kind === "derivative") return { node: e, turned: e.transposed === true };
  if (e.kind !== "apply") return undefined;
  const [a, b] = e.args;
  if (e.op === "neg") return derivativeOf(a!);
  if (e.op === "mul") return a!.kind === "number" ? derivativeOf(b!) : undefined;
  if (e.op === "div") return b!.kind === "number" ? derivativeOf(a!) : undefined;
  const inner = e.op === "transpose" ? derivativeOf(a!) : undefined;
  return inner === undefined ? undefined : { ...inner, turned: !inner.turned };
}

/**
 * A side that is the Jacobian or Hessian by a structured variable says only what it does to changes within the
 * structure; so the other side is held against it there. What has to be known at a point for that.
 */
function structuredDerivative(left: Expr, right: Expr, { scope, layout }: Ground) {
  if (layout?.structure !== undefined) return undefined;
  const found = derivativeOf(left) ?? derivativeOf(right);
  if (found === undefined) return undefined;
  const properties = found.node.wrt.map((w) => (w.kind === "name" ? propertiesOf(scope, w.name) : undefined));
  if (!properties.some((p) => p !== undefined && isStructured(p))) return undefined;
  return {
    beside: [found.node.of, ...found.node.wrt],
    pair(a: Dense, b: Dense, [of, ...by]: readonly Dense[], size: number): Pair | undefined {
      const straight = sidesOf(
        of!,
        by.map((v, k) => ({ rows: v.rows, cols: v.cols, properties: properties[k] ?? new Set() })),
      );
      // A gradient is unique; its structure is a part of the claim.
      if (straight.whole !== undefined) return undefined;
      const jacobianTurned = layout?.transposedJacobians === true;
      const sides = found.turned !== jacobianTurned ? turnedSides(straight) : straight;
      const fits = (m: Dense): boolean => m.rows === lengthOf(sides.rows) && m.cols === lengthOf(sides.cols);
      return fits(a) && fits(b) ? [within(a, sides), within(b, sides), size] : undefined;
    },
  };
}

const lengthOf = (side: Sides["rows"]): number => side.reduce((n, p) => n * p.size, 1);

const propertiesOf = (scope: Scope, name: string) =>
  (scope.variables.get(name) ?? familyMember(scope, name)?.variable)?.properties;

/** Values of the two sides that should be equal, and the size of their terms. */
export type Pair = readonly [left: Dense, right: Dense, size: number, noise?: number | undefined];

/** How two sides compare at random points; `samples` are there where both could be evaluated. */
export interface Numbers {
  readonly relation: "equal" | "different" | "unknown";
  readonly note?: string;
  /** Shapes inside of a side do not fit together, so that it has no value. */
  readonly misfit?: boolean;
  /** The values take more work than there is. */
  readonly tooLarge?: boolean;
  /** The sides differ already in shape. */
  readonly shapes?: boolean;
  /** Pairs of values of the two sides that should be equal. */
  readonly pairs: readonly Pair[];
  readonly tolerance: { readonly equal: number; readonly different: number };
  /** Choices of the layout on which the values depend. */
  readonly choices: ReadonlySet<LayoutChoice>;
  /** The pairs are what a derivative says within the structure of its variables. */
  readonly within?: boolean;
  /** Functions nobody has defined stood in for by smooth ones: a difference proves nothing. */
  readonly modelled: boolean;
}

export interface Ground {
  readonly scope: Scope;
  readonly layout?: Layout;
  readonly points?: number;
  /**
   * The relation at which no more points are wanted: one where the sides are `different`, or are not `equal`, decides.
   * Only the relation counts then: there are fewer pairs.
   */
  readonly until?: "different" | "unequal";
  /** A side may be given to first order in its differentials, as in `dy = f(x+dx) - f(x)`. */
  readonly varying?: readonly string[];
}

const nothing = (note: string): Numbers => ({
  relation: "unknown",
  note,
  pairs: [],
  tolerance: tolerances(0),
  modelled: false,
  choices: new Set(),
});

function relate(pairs: readonly Pair[], tolerance: Numbers["tolerance"]): Numbers["relation"] {
  let distance = 0;
  for (const [a, b, size, noise] of pairs) distance = Math.max(distance, relativeDistance(a, b, size, noise));
  // Third differences are noise beside what is zero.
  if (tolerance.different >= VAGUE && pairs.some(([a, b]) => [a, b].some((m) => largestEntry(m) === 0)))
    return distance <= tolerance.equal ? "equal" : "unknown";
  return distance <= tolerance.equal ? "equal" : distance >= tolerance.different ? "different" : "unknown";
}

/** Whether both sides are as good as zero wherever they were compared: then they agree, and so would twice the one. */
export const areNothing = ({ pairs, tolerance }: Numbers): boolean =>
  pairs.length > 0 &&
  pairs.every(([a, b, size, noise]) =>
    [a, b].every((m) => relativeDistance(m, { ...m, data: m.data.map(() => 0) }, size, noise) <= tolerance.equal),
  );

/** Whether two sides agree. One point sorts out nearly all that do not. */
export function* agreeing(left: Expr, right: Expr, ground: Ground): Steps<boolean> {
  const one = { ...ground, points: 1 };
  const isOfSmall = hasDifferential(left) || hasDifferential(right);
  if (isOfSmall && (yield* comparingSides(left, right, one)).relation !== "equal") return false;
  return (yield* comparingSides(left, right, { ...ground, until: "unequal" })).relation === "equal";
}

/** Whether an expression is zero wherever it has a value. */
export function* vanishing(e: Expr, ground: Ground): Steps<boolean> {
  return (yield* comparingSides(e, apply("mul", num(2), e), ground)).relation === "equal";
}

/**
 * Compares two sides at random points. With differentials in them they must agree exactly, or, where one side is
 * cut off, as far as it goes.
 */
export const compareSides = (left: Expr, right: Expr, ground: Ground): Numbers =>
  atOnce(comparingSides(left, right, ground));

/** The same in steps. */
export function* comparingSides(left: Expr, right: Expr, ground: Ground): Steps<Numbers> {
  const differentials = hasDifferential(left) || hasDifferential(right);
  const varying = ground.varying ?? (differentials ? varyingNames([left, right], ground.scope) : []);
  if (varying === undefined) return nothing("it is not clear which variable changes");
  const options = {
    varying,
    ...(ground.layout === undefined ? {} : { layout: ground.layout }),
    ...(ground.points === undefined ? {} : { points: ground.points }),
  };
  const judged = structuredDerivative(left, right, ground);
  const pairOf = (s: Sample): Pair => {
    const [a, b, ...beside] = s.values;
    return judged?.pair(a!, b!, beside, Math.max(...s.sizes)) ?? [a!, b!, Math.max(s.sizes[0]!, s.sizes[1]!), s.noise];
  };
  // What differs in the small may still agree to first order in its differentials: of that one point tells too little.
  const enough = differentials ? undefined : deciding(ground.until, pairOf);
  const beside = judged?.beside ?? [];
  const sampled = yield* sampling([left, right, ...beside], ground.scope, { ...options, ...(enough && { enough }) });
  if (isFailure(sampled))
    return { ...nothing(sampled.message), misfit: sampled.kind === "shape", tooLarge: sampled.kind === "too-large" };
  const tolerance = tolerances(sampled.nesting);
  const choices = sampled.layoutChoices;
  const modelled = sampled.unknownFunctions.size > 0;
  const exact = sampled.samples.map(pairOf);
  const shapes = exact.some(([a, b]) => a.rows !== b.rows || a.cols !== b.cols);
  const relation = relate(exact, tolerance);
  if (relation !== "different" || !differentials || shapes)
    return { relation, pairs: exact, tolerance, modelled, choices, shapes, within: judged !== undefined };
  const result: Numbers = { relation, pairs: exact, tolerance, modelled, choices };
  const along = yield* sampling([left, right], ground.scope, { ...options, path: true });
  if (isFailure(along) || !agreeToLeadingOrder(along.samples, along.nesting)) return result;
  return { ...result, relation: "equal" };
}

/** Whether points seen so far settle how two sides are related, for those who ask no more than that. */
function deciding(until: Ground["until"], pairOf: (s: Sample) => Pair): SamplingOptions["enough"] {
  if (until === undefined) return undefined;
  return (samples, nesting) => {
    const tolerance = tolerances(nesting);
    // Where differences are vague, any later point may still leave it open.
    if (until === "different" && tolerance.different >= VAGUE) return false;
    const relation = relate(samples.map(pairOf), tolerance);
    return until === "different" ? relation === "different" : relation !== "equal";
  };
}

/** The same comparison with one side transposed. */
export function withTransposed(numbers: Numbers, side: "left" | "right"): Numbers {
  const pairs = numbers.pairs.map(([a, b, size]): Pair =>
    side === "left" ? [transpose(a), b, size] : [a, transpose(b), size],
  );
  const shapes = pairs.some(([a, b]) => a.rows !== b.rows || a.cols !== b.cols);
  return { ...numbers, pairs, shapes, relation: relate(pairs, numbers.tolerance) };
}

/** The one number c with left = c·right at every point, if there is one. */
export function commonFactor(numbers: Numbers): number | undefined {
  let above = 0;
  let below = 0;
  for (const [a, b] of numbers.pairs) {
    if (a.rows !== b.rows || a.cols !== b.cols) return undefined;
    for (let i = 0; i < a.data.length; i++) {
      above += a.data[i]! * b.data[i]!;
      below += b.data[i]! * b.data[i]!;
    }
  }
  const c = above / below;
  if (!Number.isFinite(c) || Math.abs(c) < 1e-9) return undefined;
  const scaled = numbers.pairs.map(([a, b, size]): Pair => [a, { ...b, data: b.data.map((x) => c * x) }, size]);
  return relate(scaled, numbers.tolerance) === "equal" ? c : undefined;
}

/** Whether left is the transpose of right (up to a factor −1 where asked for) and not both are scalars. */
export function isTransposed(numbers: Numbers): boolean {
  if (numbers.pairs.length === 0 || numbers.pairs.every(([a]) => a.data.length === 1)) return false;
  return (
    relate(
      numbers.pairs.map(([a, b, size]): Pair => [a, transpose(b), size]),
      numbers.tolerance,
    ) === "equal"
  );
}
