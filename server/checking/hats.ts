import { apply, type Expr, freeNames, mapChildren, name, num, sameExpr, someNode } from "../core/ast";
import { dimNumber, dimValue, ONE } from "../core/dimension";
import type { Definition, Scope, Variable } from "../core/scope";
import { isColumn, isMatrix, isScalar, type Shape } from "../core/shape";
import type { Steps } from "../core/steps";
import type { Formula } from "../documents/document";
import { letterOf } from "../documents/notes/kinds";
import { agreeing } from "./compare";
import { judging } from "./judge";
import { everySlip, type Print, type Variant } from "./variants";
import type { Verdict } from "./verdict";

/** `p^∧`, `[p]_×`: the skew-symmetric matrix of a vector in space. */
const HATS: ReadonlySet<string> = new Set(["^wedge", "_×", "^×", "_wedge"]);
const THREE = dimNumber(3);
const COLUMN: Shape = { rows: THREE, cols: ONE };
const SQUARE: Shape = { rows: THREE, cols: THREE };

/** Words of notes in which such marks have no other meaning. */
const IN_SPACE =
  /SO\s*\(\s*3\s*\)|so\s*\(\s*3\s*\)|skew|antisymm|cross[- ]product|rotation|Rodrigues|叉乘|叉积|反对称/i;
const GIVEN = /(?:\\wedge|_\{?\\times)\}?\s*=\s*\\begin/;
const TURNING = /SO\s*\(\s*3\s*\)|rotation|旋转/i;

type Call = Extract<Expr, { kind: "call" }>;
type Definitions = Scope["definitions"];
const isHat = (e: Expr, definitions: Definitions): e is Call =>
  e.kind === "call" && e.primes === 0 && e.args.length === 1 && (HATS.has(e.name) || isSkew(definitions.get(e.name)));

/** `S(v) = [0, −v_z, v_y; …]`: a function that the note has for such a mark. */
function isSkew(d: Definition | undefined): boolean {
  if (d?.parameters?.length !== 1 || d.body.kind !== "literal") return false;
  const { rows } = d.body;
  if (rows.length !== 3 || rows.some((r) => r.length !== 3)) return false;
  const [x, y, z] = [rows[2]![1]!, rows[0]![2]!, rows[1]![0]!];
  const isMinus = (e: Expr, of: Expr): boolean => sameExpr(e, apply("neg", of));
  return (
    [x, y, z].every((e) => e.kind === "name" || e.kind === "index") &&
    rows.every((r, i) => r[i]!.kind === "number" && (r[i] as { value: number }).value === 0) &&
    isMinus(rows[0]![1]!, z) &&
    isMinus(rows[1]![2]!, x) &&
    isMinus(rows[2]![0]!, y)
  );
}

const entry = (e: Expr, k: number): Expr => {
  const rows = e.kind === "literal" ? (e.rows.length === 1 ? e.rows[0]! : e.rows.map((r) => r[0]!)) : undefined;
  return rows?.length === 3 ? rows[k]! : { kind: "index", base: e, indices: [num(k + 1)] };
};

/** The matrix whose product with b is `a × b`. */
function skew(a: Expr): Expr {
  const [x, y, z] = [0, 1, 2].map((k) => entry(a, k)) as [Expr, Expr, Expr];
  const no = num(0);
  const minus = (e: Expr): Expr => apply("neg", e);
  return { kind: "literal", rows: [[no, minus(z), y], [z, no, minus(x)], [minus(y), x, no]] }; // prettier-ignore
}

const written = (e: Expr, definitions: Definitions): Expr => {
  if (isHat(e, definitions)) {
    const [of] = e.args as readonly [Expr];
    const d = of.kind === "name" ? definitions.get(of.name) : undefined;
    return skew(d?.body.kind === "literal" ? d.body : written(of, definitions));
  }
  if (e.kind === "apply" && e.op === "eye") return apply("eye", num(3));
  return mapChildren(e, (c) => written(c, definitions));
};

export interface HatsQuestion {
  readonly left: Expr;
  readonly right: Expr;
  readonly formula: Formula;
  /** The words of the note around the formula. */
  readonly words: string;
  readonly print: Print;
  /** Whether the left side stands in the same formula: else a slip in it is not told here. */
  readonly ownLeft: boolean;
}

/**
 * Whether an equation of skew-symmetric matrices, `R p^∧ Rᵀ = (Rp)^∧`, holds in space, where R is a rotation if the words speak
 * of one. `wrong` only where one slip of the pen explains it; `undefined` where nothing was found out.
 */
export function* judgingHats({
  left,
  right,
  formula,
  words,
  print,
  ownLeft,
}: HatsQuestion): Steps<Verdict | undefined> {
  const { definitions } = formula.scope;
  const has = (test: (e: Call) => boolean): boolean =>
    [left, right].some((e) => someNode(e, (n) => isHat(n, definitions) && test(n)));
  if (!has(() => true)) return undefined;
  // What the note has said of a mark or a function needs no words beside it.
  if (!IN_SPACE.test(words) && !GIVEN.test(words) && !has((n) => !HATS.has(n.name))) return undefined;
  const scope = inSpace([left, right], formula, words);
  if (scope === undefined) return undefined;
  const put = (e: Expr): Expr => written(e, definitions);
  const how = { prove: false, explain: false, print };
  const { status } = yield* judging(put(left), put(right), scope, how);
  if (status === "verified") return { status, ground: "world" };
  if (status !== "wrong") return undefined;
  for (const [side, claimed, given] of [
    ["right", right, left],
    ["left", left, right],
  ] as const) {
    if (side === "left" && !ownLeft) continue;
    for (const v of everySlip(claimed, [], new Set(), print)) {
      if (!SLIPS.has(v.edit)) continue;
      const repaired = put(v.expr);
      if (!(yield* agreeing(put(given), repaired, { scope }))) continue;
      return { status: "wrong", note: v.what, slip: v.edit, general: true, ground: "world", correction: { side, expr: v.expr } }; // prettier-ignore
    }
  }
  if (isNumeric(put(left)) && isNumeric(put(right)) && isHat(left, definitions))
    return { status: "wrong", note: "it is the matrix of another vector", general: true, ground: "result" };
  return undefined;
}

const isNumeric = (e: Expr): boolean => freeNames(e).size === 0;

const SLIPS: ReadonlySet<Variant["edit"]> = new Set(["transpose", "sign", "swap"]);

/** What is known of the names of an equation in space: vectors have three entries; `undefined` where one is said to have others. */
function inSpace(sides: readonly Expr[], formula: Formula, words: string): Scope | undefined {
  const { scope, guessed } = formula;
  const variables = new Map<string, Variable>(scope.variables);
  const definitions = new Map<string, Definition>(scope.definitions);
  const hatted = new Set<string>();
  for (const e of sides)
    someNode(
      e,
      (n) => isHat(n, scope.definitions) && n.args[0]!.kind === "name" && hatted.add(n.args[0].name) === undefined,
    );
  for (const n of new Set(sides.flatMap((e) => [...freeNames(e)]))) {
    const v = variables.get(n);
    const shape = v?.shape;
    const isVector = hatted.has(n) || (shape !== undefined && isColumn(shape) && !isScalar(shape));
    if (!isVector && (shape === undefined || !isMatrix(shape))) continue;
    if (guessed?.has(n) !== true && shape !== undefined && dimValue(shape.rows) !== 3) return undefined;
    variables.set(n, { name: n, shape: isVector ? COLUMN : SQUARE, properties: v?.properties ?? new Set() });
    if (isVector || !/^[RCQ]$/.test(letterOf(n).letter)) continue;
    if (!TURNING.test(words) && v?.properties.has("orthogonal") !== true) continue;
    // Cayley: every rotation but those by half a turn.
    const axis = `axis of ${n}`;
    variables.set(axis, { name: axis, shape: COLUMN, properties: new Set() });
    const turn = (sign: "add" | "sub"): Expr => apply(sign, apply("eye", num(3)), skew(name(axis)));
    definitions.set(n, { name: n, body: apply("mul", apply("inv", turn("sub")), turn("add")) });
  }
  return { ...scope, variables, definitions };
}
