import { apply, type ApplyExpr, children, type Expr, someNode, withChildren } from "../core/ast";
import { isOne } from "../core/dimension";
import type { Scope } from "../core/scope";
import { isMatrix, isScalar, SCALAR } from "../core/shape";
import type { Formula } from "../documents/document";
import { type Rival, underRival } from "../language/latex/readings";
import { operator } from "../operators";
import { unspread, unsquared } from "./spreadNumbers";
import { textOf } from "./digest";
import { dependsOn } from "./varying";

/** A way to understand an equation: its sides and what is known. */
export interface SidesReading {
  readonly left: Expr;
  readonly right: Expr;
  readonly scope: Scope;
  /** It is as likely as not: that it would need an assumption is not worth saying. */
  readonly doubtful?: boolean;
  /** What it puts in is beyond doubt: an equation that does not hold so is wrong. */
  readonly definite?: boolean;
  /** A sign has another meaning in it than it was taken for. */
  readonly rival?: Rival;
}

/** Names whose plain differential stands on one side only, where others stand on both. */
function oneSided(left: Expr, right: Expr, scope: Scope): readonly string[] {
  const bare = (e: Expr, out: Set<string> = new Set()): Set<string> => {
    if (e.kind === "differential" && e.of.kind === "name" && !scope.definitions.has(e.of.name)) out.add(e.of.name);
    for (const c of children(e)) bare(c, out);
    return out;
  };
  const [l, r] = [bare(left), bare(right)];
  if (![...l].some((n) => r.has(n))) return [];
  return [...l, ...r].filter((n) => l.has(n) !== r.has(n));
}

/** The same expression where some variables do not change. */
function withoutChange(e: Expr, names: readonly string[]): Expr {
  if (e.kind === "differential" && e.of.kind === "name" && names.includes(e.of.name)) return apply("sub", e.of, e.of);
  const parts = children(e);
  return parts.length === 0
    ? e
    : withChildren(
        e,
        parts.map((p) => withoutChange(p, names)),
      );
}

/** The names at which sums end, in an expression and in the definitions that it uses. */
function sumEnds(e: Expr, scope: Scope, out: Set<string> = new Set(), inside: readonly string[] = []): Set<string> {
  if (e.kind === "sumover" && e.to.kind === "name") out.add(e.to.name);
  if ((e.kind === "name" || e.kind === "call") && !inside.includes(e.name)) {
    const d = scope.definitions.get(e.name);
    if (d !== undefined) sumEnds(d.body, scope, out, [...inside, e.name]);
  }
  for (const c of children(e)) sumEnds(c, scope, out, inside);
  return out;
}

/** A sum without bounds runs as far as the sums on the other side do. */
function* otherBounds(left: Expr, right: Expr, scope: Scope): Generator<SidesReading> {
  const [l, r] = [sumEnds(left, scope), sumEnds(right, scope)];
  for (const end of r)
    if (!l.has(end))
      for (const other of l) if (!r.has(other)) yield { left, right: endingAt(right, end, other), scope };
}

function endingAt(e: Expr, end: string, other: string): Expr {
  const parts = children(e);
  const next =
    parts.length === 0
      ? e
      : withChildren(
          e,
          parts.map((p) => endingAt(p, end, other)),
        );
  return next.kind === "sumover" && next.to.kind === "name" && next.to.name === end
    ? { ...next, to: { kind: "name", name: other } }
    : next;
}

/** Sums over the same index, none with a bound, run over the same values (`\sum_k \pi_k = \sum_k \sum_n \gamma_{nk}`). */
function sharedEnds(left: Expr, right: Expr, scope: Scope): SidesReading | undefined {
  const ends = new Map<string, string>();
  let differ = false;
  // What the definitions say comes first: they stay as they are.
  const inside = new Set<string>();
  const learn = (e: Expr): void => {
    if (inside.size > 0 && e.kind === "sumover" && e.to.kind === "name" && !ends.has(e.variable))
      ends.set(e.variable, e.to.name);
    if ((e.kind === "name" || e.kind === "call") && !inside.has(e.name)) {
      const d = scope.definitions.get(e.name);
      if (d !== undefined) {
        inside.add(e.name);
        learn(d.body);
      }
    }
    for (const c of children(e)) learn(c);
  };
  learn(left);
  learn(right);
  const visit = (e: Expr): Expr => {
    const parts = children(e);
    const seen = parts.length === 0 ? e : withChildren(e, parts.map(visit));
    if (seen.kind !== "sumover" || seen.to.kind !== "name") return seen;
    const first = ends.get(seen.variable);
    if (first === undefined) ends.set(seen.variable, seen.to.name);
    if (first === undefined || first === seen.to.name) return seen;
    differ = true;
    return { ...seen, to: { kind: "name", name: first } };
  };
  const [l, r] = [visit(left), visit(right)];
  return differ ? { left: l, right: r, scope } : undefined;
}

/** The formula with its signs in the other meanings that they may have; whoever means one by a sign means it everywhere. */
function* rivalReadings(left: Expr, right: Expr, formula: Formula): Generator<SidesReading> {
  const together = new Map<string, Rival[]>();
  for (const r of formula.rivals ?? []) {
    const key = `${r.chosen}|${r.meaning}`;
    const known = together.get(key);
    if (known === undefined) together.set(key, [r]);
    else known.push(r);
  }
  for (const rivals of together.values()) {
    const rival = rivals.reduce((a, b) => (b.weight > a.weight ? b : a));
    const [l, r] = [left, right].map((side) => rivals.reduce(underRival, side)) as [Expr, Expr];
    if (l !== left || r !== right) yield { left: l, right: r, scope: formula.scope, doubtful: true, rival };
  }
}

/** `a · Bx` between two columns, read as a product, is their inner product: the dot binds less than what stands close. */
function dotsAsInner(left: Expr, right: Expr, formula: Formula): SidesReading | undefined {
  let found = false;
  const isDotted = (e: Expr): boolean =>
    e.kind === "apply" &&
    e.op === "mul" &&
    e.opSpan !== undefined &&
    DOT.test(formula.text.slice(e.opSpan.start, e.opSpan.end).trim());
  /** A product cut at its one dot: what stands in front of it, and what behind. */
  const cut = (e: Expr): readonly [Expr, Expr] | undefined => {
    if (e.kind !== "apply" || e.op !== "mul") return undefined;
    const [a, b] = e.args as [Expr, Expr];
    if (isDotted(e)) return [a, b];
    const inner = cut(a);
    return inner === undefined ? undefined : [inner[0], apply("mul", inner[1], b)];
  };
  const visit = (e: Expr): Expr => {
    const parted = cut(e);
    if (parted !== undefined) {
      found = true;
      return { ...(e as ApplyExpr), op: "dot", args: parted.map(visit) };
    }
    const parts = children(e);
    return parts.length === 0 ? e : withChildren(e, parts.map(visit));
  };
  const [l, r] = [visit(left), visit(right)];
  return found ? { left: l, right: r, scope: formula.scope, doubtful: true } : undefined;
}
const DOT = /^(?:\\cdot|·|⋅|\\bullet)$/;

/** Operators that nobody writes around a number. */
const OF_VECTORS = new Set(["transpose", "norm1", "norm2", "norminf", "tr", "det", "inv", "diag", "dot"]);

/** Whether a name stands as a vector in an expression or in the definitions that it uses. */
function standsAsVector(e: Expr, name: string, scope: Scope, inside: readonly string[] = []): boolean {
  if ((e.kind === "name" || e.kind === "call") && !inside.includes(e.name)) {
    const d = scope.definitions.get(e.name);
    if (d !== undefined && standsAsVector(d.body, name, scope, [...inside, e.name])) return true;
  }
  if (e.kind === "apply" && OF_VECTORS.has(e.op) && e.args.some((a) => a.kind === "name" && a.name === name))
    return true;
  if (e.kind === "index" && e.base.kind === "name" && e.base.name === name) return true;
  return children(e).some((c) => standsAsVector(c, name, scope, inside));
}

/** Whether an expression has in each entry what it makes of the entries of its parts. */
function isTakenByEntries(e: Expr): boolean {
  if (e.kind === "apply") {
    const group = operator(e.op)?.group;
    return (group === "sign" && !OF_VECTORS.has(e.op)) || group === "elementwise" || group === "constant";
  }
  return e.kind !== "index" && e.kind !== "literal" && e.kind !== "sumover";
}

/**
 * An equation of functions that are taken entry by entry, read of one entry: `∂y/∂x = 1 − y²` for `y = tanh(x)`, where
 * the Jacobian would be the diagonal matrix of these. `undefined` where something in it is no matter of single entries.
 */
export function ofOneEntry(written: readonly [Expr, Expr], { scope }: Formula): SidesReading | undefined {
  const plain = (e: Expr): Expr => unsquared(unspread(e));
  const [left, right] = [plain(written[0]), plain(written[1])];
  const used = dependsOn(right, scope, dependsOn(left, scope));
  const variables = new Map(scope.variables);
  let found = false;
  for (const name of used) {
    const v = scope.variables.get(name);
    if (v === undefined || isScalar(v.shape)) continue;
    if (isMatrix(v.shape) || v.family !== undefined) return undefined;
    if (standsAsVector(left, name, scope) || standsAsVector(right, name, scope)) return undefined;
    variables.set(name, { ...v, shape: SCALAR });
    found = true;
  }
  if (!found) return undefined;
  const definitions = new Map([...scope.definitions].map(([n, d]) => [n, used.has(n) ? { ...d, body: plain(d.body) } : d])); // prettier-ignore
  const parts = [left, right, ...[...used].flatMap((n) => definitions.get(n)?.body ?? [])];
  if (parts.some((e) => someNode(e, (n) => !isTakenByEntries(n)))) return undefined;
  return { left, right, scope: { ...scope, variables, definitions }, doubtful: true };
}

/** `dx^2` read as the differential of `x^2`, where it was taken for the square of `dx`. */
function squaresWithin(e: Expr): Expr {
  if (e.kind === "apply" && e.op === "pow" && e.args[0]!.kind === "differential") {
    const [d, k] = e.args as [Expr & { kind: "differential" }, Expr];
    return { ...d, of: apply("pow", d.of, k) };
  }
  const parts = children(e);
  return parts.length === 0 ? e : withChildren(e, parts.map(squaresWithin));
}

/**
 * Other ways to understand an equation of a note that fails as it was read: what changes on one side only is
 * constant (`dA = 0` said in words), a sum without bounds ends elsewhere, a sign has another of its meanings, a guessed vector is a number. It is wrong only if it fails in all of them.
 */
export function* otherReadings(left: Expr, right: Expr, formula: Formula): Generator<SidesReading> {
  const { scope } = formula;
  const constant = oneSided(left, right, scope);
  if (constant.length > 0) yield { left: withoutChange(left, constant), right: withoutChange(right, constant), scope };
  yield* otherBounds(left, right, scope);
  const shared = sharedEnds(left, right, scope);
  if (shared !== undefined) yield shared;
  yield* rivalReadings(left, right, formula);
  const within = [squaresWithin(left), squaresWithin(right)] as const;
  if (textOf(within[0]) !== textOf(left) || textOf(within[1]) !== textOf(right)) yield { left: within[0], right: within[1], scope, doubtful: true }; // prettier-ignore
  const inner = dotsAsInner(left, right, formula);
  if (inner !== undefined) yield inner;
  const numbers = new Map(scope.variables);
  let flipped = 0;
  for (const name of dependsOn(right, scope, dependsOn(left, scope))) {
    if (formula.guessed?.has(name) !== true) continue;
    const v = scope.variables.get(name);
    if (v === undefined || !isOne(v.shape.cols) || isOne(v.shape.rows) || scope.definitions.has(name)) continue;
    if (!/^\p{Ll}/u.test(name) || standsAsVector(left, name, scope) || standsAsVector(right, name, scope)) continue;
    flipped++;
    numbers.set(name, { ...v, shape: SCALAR });
    yield { left, right, scope: { ...scope, variables: new Map(scope.variables).set(name, { ...v, shape: SCALAR }) } };
  }
  if (flipped > 1) yield { left, right, scope: { ...scope, variables: numbers } };
}
