import {
  apply,
  children,
  type Expr,
  factorsOf,
  freeNames,
  name,
  num,
  sameExpr,
  size,
  someNode,
  withChildren,
} from "../core/ast";
import type { Scope } from "../core/scope";
import { isMatrix, isScalar, shapeText } from "../core/shape";
import { atOnce, type Steps } from "../core/steps";
import { derivation } from "../calculus";
import { inferShape } from "../shapes/infer";
import type { Layout } from "../evaluation";
import {
  agreeing,
  commonFactor,
  compareSides,
  comparingSides,
  type Ground,
  isTransposed,
  type Numbers,
} from "./compare";
import { place } from "./literals";
import { solvedCoefficients, solvedNumber } from "./solvedNumbers";
import { marked, misnamed, otherEntries, type Print, type Variant, sumOf, terms, variants, withFactor, withLostTerm, withoutFactor, withoutMinus } from "./variants"; // prettier-ignore
import { hasDerivative, hasDifferential, targetText } from "./varying";
import type { Slip, Verdict } from "./verdict";

/** Candidates tried before an explanation is given up. */
const MOST_VARIANTS = 280;

/** A number as people write factors: 3, 1/2, -2/3; `undefined` for others. */
export function asFraction(c: number): Expr | undefined {
  for (let q = 1; q <= 12; q++) {
    const p = Math.round(c * q);
    if (p !== 0 && Math.abs(c * q - p) < 1e-7 * Math.max(1, Math.abs(c * q)))
      return q === 1 ? num(p) : apply("div", num(p), num(q));
  }
  return undefined;
}

/** c·e, written with the sign and the number in front. */
export function scaled(c: Expr, e: Expr): Expr {
  if (c.kind === "number" && c.value === 1) return e;
  if (c.kind === "number" && c.value === -1) {
    const bare = withoutMinus(e);
    if (bare !== undefined) return bare;
    const flipped = terms(e).map((t) => ({ ...t, sign: t.sign === 1 ? (-1 as const) : (1 as const) }));
    return flipped.length > 1 ? apply("neg", e) : sumOf(flipped);
  }
  // `½·2XᵀX` is XᵀX.
  const [first, ...rest] = factorsOf(e);
  const [x, y] = [numberOf(c), rest.length === 0 ? undefined : numberOf(first!)];
  const both = x === undefined || y === undefined ? undefined : asFraction(x * y);
  if (both !== undefined) return scaled(both, rest.reduce((a, b) => apply("mul", a, b))); // prettier-ignore
  return apply("mul", c, e);
}

/** The value of a number as it is written: 2, 1/2, −3. */
function numberOf(e: Expr): number | undefined {
  if (e.kind === "number") return e.value;
  if (e.kind !== "apply") return undefined;
  const [x, y] = e.args.map(numberOf);
  if (e.op === "neg") return x === undefined ? undefined : -x;
  return e.op === "div" && x !== undefined && y !== undefined ? x / y : undefined;
}

/** What the calculus says should stand on the other side of a plain derivative or differential. */
export function* derivedSide(
  e: Expr,
  scope: Scope,
  layout: Layout,
  varying: readonly string[],
): Steps<Expr | undefined> {
  if (e.kind === "derivative" && layout.structure === undefined && !hasDerivative(e.of) && !hasDifferential(e.of)) {
    const names = e.wrt.map((w) => targetText(w, scope));
    if (names.includes(undefined)) return undefined;
    const of = withoutDefinition(e.of, scope);
    const found = yield* derivation({ expr: of, wrt: names as string[], scope });
    if (!found.ok || !found.verified) return undefined;
    const direct = yield* comparingSides(e, found.expr, { scope, layout });
    if (direct.relation === "equal") return found.expr;
    return isTransposed(direct) ? transposeOf(found.expr) : undefined;
  }
  if (e.kind === "differential" && !hasDifferential(e.of)) {
    const found = yield* derivation({ expr: e.of, wrt: varying, scope, kind: "differential" });
    return found.ok && found.verified ? found.expr : undefined;
  }
  return undefined;
}

/** What a name stands for: the derivative of `y` is that of its value. */
function withoutDefinition(e: Expr, scope: Scope): Expr {
  if (e.kind !== "name") return e;
  const d = scope.definitions.get(e.name);
  return d === undefined || d.parameters !== undefined ? e : d.body;
}

const transposeOf = (e: Expr): Expr =>
  e.kind === "apply" && e.op === "transpose" ? e.args[0]! : apply("transpose", e);

/** A side turned over as it would be written: `xᵀ(A + Aᵀ)` for the transpose of `(A + Aᵀ)x`. */
export function turnedOver(e: Expr, scope: Scope): Expr {
  const { shape } = inferShape(e, scope, { tolerant: true });
  if (shape !== undefined && isScalar(shape)) return e;
  if (e.kind === "sumover") return { ...e, body: turnedOver(e.body, scope) };
  if (e.kind !== "apply") return apply("transpose", e);
  const [a, b] = e.args;
  if (e.op === "transpose") return a!;
  if (e.op === "add" || e.op === "sub" || e.op === "neg") {
    const turned = e.args.map((x) => turnedOver(x, scope));
    // What is its own transpose stays as it was written.
    return e.op === "add" && sameExpr(turned[0]!, b!) && sameExpr(turned[1]!, a!) ? e : { ...e, args: turned };
  }
  if (e.op === "div") return apply("div", turnedOver(a!, scope), b!);
  if (e.op !== "mul") return apply("transpose", e);
  const isNumber = (x: Expr): boolean => {
    const own = inferShape(x, scope, { tolerant: true }).shape;
    return own !== undefined && isScalar(own);
  };
  const all = factorsOf(e);
  const arrays = all.filter((f) => !isNumber(f)).reverse();
  return [...all.filter(isNumber), ...arrays.map((f) => turnedFactor(f, scope))].reduce((x, y) => apply("mul", x, y));
}

/** A bracket is turned as a whole, unless it is its own transpose. */
function turnedFactor(e: Expr, scope: Scope): Expr {
  const turned = turnedOver(e, scope);
  return sameExpr(turned, e) || e.kind !== "apply" || !["add", "sub"].includes(e.op) ? turned : apply("transpose", e);
}

/** A term of the right formula that is missing from the wrong one, or that it has too much. */
export function* missingTerm(
  left: Expr,
  right: Expr,
  correct: Expr,
  ground: Ground,
  print: Print,
): Steps<string | undefined> {
  const parts = terms(correct);
  if (parts.length < 2) return undefined;
  for (const p of parts) {
    const completed = apply(p.sign === 1 ? "add" : "sub", right, p.term);
    if ((yield* comparingSides(left, completed, ground)).relation === "equal")
      return `the term ${print(sumOf([p]))} is missing`;
  }
  return undefined;
}

type Explanation = Pick<Verdict, "note" | "correction" | "slip">;

/** Says in one clause what is wrong with an equation, and what should stand on one of its sides. */
export function* explain(
  left: Expr,
  right: Expr,
  numbers: Numbers,
  ground: Ground,
  varying: readonly string[],
  print: Print,
): Steps<Explanation> {
  const { scope } = ground;
  const layout = ground.layout ?? {};
  const leftDerived = yield* derivedSide(left, scope, layout, varying);
  const rightDerived = leftDerived === undefined ? yield* derivedSide(right, scope, layout, varying) : undefined;
  // The side that claims is corrected: the other one is what the claim is about.
  const side: "left" | "right" = leftDerived === undefined && rightDerived !== undefined ? "left" : "right";
  const derived = leftDerived ?? rightDerived;
  const [given, claimed] = side === "right" ? [left, right] : [right, left];
  const oriented: Numbers =
    side === "right" ? numbers : { ...numbers, pairs: numbers.pairs.map(([a, b, size]) => [b, a, size]) };
  const answer = (note: string, own: Expr | undefined, slip?: Slip): Explanation => {
    const expr =
      derived !== undefined && (own === undefined || size(derived) + 2 < size(own)) ? derived : (own ?? derived);
    return {
      note,
      ...(expr === undefined ? {} : { correction: { side, expr } }),
      ...(slip === undefined ? {} : { slip }),
    };
  };
  const c = commonFactor(oriented);
  if (c !== undefined && Math.abs(c + 1) < 1e-6)
    return answer("the sign is wrong", derived ?? scaled(num(-1), claimed), "opposite");
  if (isTransposed(oriented)) return answer("this is its transpose", derived ?? transposeOf(claimed), "transposed");
  if (c !== undefined) {
    const fraction = asFraction(c);
    const inverse = asFraction(1 / c);
    const text = fraction === undefined ? undefined : Math.abs(c) >= 1 || inverse === undefined ? fraction : inverse;
    if (text !== undefined)
      return answer(`it is off by a factor ${print(text)}`, derived ?? scaled(fraction!, claimed), "factor");
  }
  const found = yield* nearestInSteps(given, claimed, ground, print);
  if (found !== undefined) return answer(found.what, found.expr, found.edit);
  const turned = everySign(given, claimed, ground, print);
  if (turned !== undefined) return answer(turned.what, turned.expr, "sign");
  const dropped = derived === undefined ? yield* firstThatHolds(given, withTerm(given, claimed, print), ground, undefined, MOST_TERMS) : undefined; // prettier-ignore
  if (dropped !== undefined) return answer(dropped.what, dropped.expr, "missing");
  const missing = derived === undefined ? undefined : yield* missingTerm(given, claimed, derived, ground, print);
  if (missing !== undefined) return answer(missing, derived, "missing");
  const number = oriented.shapes === true ? undefined : yield* numberSlip(given, claimed, ground, print);
  if (number !== undefined) return answer(number.what, number.expr, number.edit);
  const few = derived === undefined ? entriesApart(oriented) : undefined;
  if (few !== undefined) return { note: few, slip: "entries" };
  const rare = oriented.shapes === true ? undefined : yield* rarerSlip(given, claimed, ground, print);
  if (rare !== undefined) return answer(rare.what, rare.expr, rare.edit);
  // The result of written matrices may be right, and a number before it wrong.
  const before = derived === undefined && someNode(given, (n) => n.kind === "literal") ? yield* solvedNumber(claimed, given, ground, print) : undefined; // prettier-ignore
  if (before !== undefined)
    return {
      note: before.what,
      slip: "number",
      correction: { side: side === "right" ? "left" : "right", expr: before.expr },
    };
  return derived === undefined ? {} : answer("", derived);
}

/** A side with one of the terms that stand on the other side, and not on it. */
function* withTerm(given: Expr, claimed: Expr, print: Print): Generator<Variant> {
  const all = terms(given);
  if (all.length < 2) return;
  const own = terms(claimed);
  // Where nothing else was changed, what was left out may be known to vanish.
  if (own.every(({ sign, term }) => all.some((t) => t.sign === sign && sameExpr(t.term, term)))) return;
  for (const more of all)
    if (!own.some(({ term }) => sameExpr(term, more.term)))
      yield { expr: sumOf([...own, more]), edit: "term", what: `the term ${print(more.term)} is missing` };
}
const MOST_TERMS = 8;

/** A sign that is wrong wherever the same sum stands: `(x − c)ᵀA(x − c)` for `(x + c)ᵀA(x + c)`. */
function everySign(
  given: Expr,
  claimed: Expr,
  ground: Ground,
  print: Print,
): { readonly expr: Expr; readonly what: string } | undefined {
  const sums: Expr[] = [];
  someNode(claimed, (n) => {
    if (n.kind === "apply" && (n.op === "add" || n.op === "sub") && !sums.some((x) => sameExpr(x, n))) sums.push(n);
    return false;
  });
  for (const sum of sums.slice(0, MOST_SUMS)) {
    const turned: Expr = {
      ...(sum as Expr & { kind: "apply" }),
      op: (sum as { op: string }).op === "add" ? "sub" : "add",
    };
    const visit = (e: Expr): Expr => {
      if (sameExpr(e, sum)) return turned;
      const parts = children(e);
      return parts.length === 0 ? e : withChildren(e, parts.map(visit));
    };
    const expr = visit(claimed);
    if (compareSides(given, expr, ground).relation === "equal")
      return { expr, what: `the sign in ${print(sum)} is wrong` };
  }
  return undefined;
}

const MOST_SUMS = 8;

/** Where two arrays agree in all entries but a few, those that differ, in words. */
function entriesApart({ pairs, tolerance, shapes }: Numbers): string | undefined {
  const [first] = pairs;
  if (first === undefined || shapes === true) return undefined;
  const [{ rows, cols, data }] = first;
  if (data.length < 4) return undefined;
  const apart: string[] = [];
  for (let i = 0; i < data.length; i++) {
    const isApart = pairs.some(([a, b, size]) => Math.abs(a.data[i]! - b.data[i]!) > tolerance.different * Math.max(size, 1e-300)); // prettier-ignore
    if (isApart) apart.push(place(i, { rows, cols }));
  }
  if (apart.length === 0 || apart.length > Math.max(1, data.length / 4)) return undefined;
  return `only in ${apart.length === 1 ? "entry" : "the entries"} ${apart.join(", ")}`;
}

/** The first small change of an expression, of the kinds wanted, that makes it equal to another. */
export const nearest = (
  given: Expr,
  claimed: Expr,
  ground: Ground,
  print: Print,
  kinds?: ReadonlySet<Variant["edit"]>,
  inSums = false,
): Variant | undefined => atOnce(nearestInSteps(given, claimed, ground, print, kinds, inSums));

/** The same in steps. `inSums`: also changes of what is added up. */
export const nearestInSteps = (
  given: Expr,
  claimed: Expr,
  ground: Ground,
  print: Print,
  kinds?: ReadonlySet<Variant["edit"]>,
  inSums = false,
): Steps<Variant | undefined> => firstThatHolds(given, variants(claimed, print, inSums), ground, kinds, MOST_VARIANTS);

/** The first of some changed expressions that is equal to another. */
function* firstThatHolds(
  given: Expr,
  candidates: Iterable<Variant>,
  ground: Ground,
  kinds: ReadonlySet<Variant["edit"]> | undefined,
  most: number,
): Steps<Variant | undefined> {
  let tried = 0;
  for (const v of candidates) {
    if (kinds?.has(v.edit) === false) continue;
    if (++tried > most) return undefined;
    if (yield* agreeing(given, v.expr, ground)) return v;
  }
  return undefined;
}

/** The number, or the numbers in front of the terms, that should be others. */
export function* numberSlip(given: Expr, claimed: Expr, ground: Ground, print: Print): Steps<Variant | undefined> {
  return (
    (yield* solvedNumber(given, claimed, ground, print)) ?? (yield* solvedCoefficients(given, claimed, ground, print))
  );
}

/**
 * The first slip of the rarer kinds that makes an expression equal to another: a mark more or less, another name, a factor
 * lost or too much.
 */
export function* rarerSlip(
  given: Expr,
  claimed: Expr,
  ground: Ground,
  print: Print,
  kinds?: ReadonlySet<Variant["edit"]>,
): Steps<Variant | undefined> {
  const names = [...freeNames(given, freeNames(claimed))].slice(0, MOST_NAMES);
  const isNumber = (n: string): boolean => {
    const shape = ground.scope.variables.get(n)?.shape;
    return shape === undefined || isScalar(shape);
  };
  const changing = new Set<string>();
  someNode(given, (n) => {
    if (n.kind === "differential" && n.of.kind === "name") changing.add(n.of.name);
    return false;
  });
  for (const candidates of [
    marked(claimed, changing, print),
    withoutFactor(claimed, print),
    inOneKind(misnamed(claimed, names, print), claimed, ground.scope),
    otherEntries(claimed, print),
    withLostTerm(claimed, given, print),
    // Where a number stands in a product is no matter.
    withFactor(claimed, names.filter(isNumber).flatMap((n) => asFactors(n, ground.scope)), print, false), // prettier-ignore
    withFactor(claimed, names.filter((n) => !isNumber(n)).flatMap((n) => asFactors(n, ground.scope)), print), // prettier-ignore
  ]) {
    const found = yield* firstThatHolds(given, candidates, ground, kinds, MOST_RARE);
    if (found !== undefined) return found;
  }
  return undefined;
}

function* inOneKind(candidates: Iterable<Variant>, claimed: Expr, scope: Scope): Generator<Variant> {
  for (const v of candidates) if (isSameKind(claimed, v.expr, scope)) yield v;
}

/** Whether names that were taken one for another are of one shape: a number for a matrix is no slip. */
export function isSameKind(before: Expr, after: Expr, scope: Scope): boolean {
  const [was, is] = [namesOf(before), namesOf(after)];
  if (was.length !== is.length) return false;
  const shapeOf = (n: string): string => {
    const shape = scope.variables.get(n)?.shape;
    return shape === undefined ? "" : shapeText(shape);
  };
  return was.every((n, i) => n === is[i] || (shapeOf(n) !== "" && shapeOf(n) === shapeOf(is[i]!)));
}

/** All names of an expression in their order, each as often as it stands there. */
const namesOf = (e: Expr): readonly string[] => (e.kind === "name" ? [e.name] : children(e).flatMap(namesOf));

/** What a name may have been as a factor: itself, turned, inverted. */
export function asFactors(n: string, scope: Scope): readonly Expr[] {
  const shape = scope.variables.get(n)?.shape;
  if (shape === undefined || isScalar(shape)) return [name(n), apply("div", num(1), name(n))];
  return isMatrix(shape) ? [name(n), apply("transpose", name(n)), apply("inv", name(n))] : [name(n), apply("transpose", name(n))]; // prettier-ignore
}

const MOST_NAMES = 8;
const MOST_RARE = 200;
