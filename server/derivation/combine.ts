import { apply, type Expr, sameExpr, size } from "../core/ast";
import { isScalar, isSquare, type Shape } from "../core/shape";
import { dimExpr } from "./context";
import type { Linear } from "./linear";
import { zerosOf } from "./templates";
import { build, buildSum, mergeLike, type Products, samePowers, type Term, UNIT } from "./term";

/** What stands before (of a row variable: behind) the differential of one name, all terms together. */
export interface Coefficient {
  readonly name: string;
  readonly atom: Expr;
  readonly form: Linear["form"];
  readonly row: boolean;
  readonly value: Expr;
}

/** The terms of a differential, all in their last form, collected by the name that changes. */
export function collect(p: Products, list: readonly Linear[]): Coefficient[] {
  const groups = new Map<string, Linear[]>();
  for (const l of list) {
    const key = l.core.kind === "differential" && l.core.of.kind === "name" ? l.core.of.name : "";
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [l]);
    else group.push(l);
  }
  return [...groups].map(([name, group]) => {
    const first = group[0]!;
    const row = first.right.length > 0;
    const terms = group.map((l) => p.times(l.head, p.term(p.product(...l.outer, ...l.left, ...l.right))));
    return { name, atom: first.core, form: first.form, row, value: factoredSum(p, terms) };
  });
}

/** The coefficients with their differentials behind them, as a sum. */
export function collectedSum(p: Products, list: readonly Coefficient[]): Expr {
  return buildSum(
    list.map((c) => {
      const parts = c.row ? [c.atom, c.value] : [c.value, c.form === "vec" ? apply("vec", c.atom) : c.atom];
      const t = p.term(p.product(...parts));
      if (c.form !== "trace") return t;
      return p.times({ ...t, chain: [] }, p.term(apply("tr", build({ ...UNIT, chain: t.chain }))));
    }),
  );
}

/**
 * A sum with what its terms share taken out: the number, scalars, and matrices at either end. Terms with the same
 * scalars in front may be taken together first; the shorter way is kept.
 */
export function factoredSum(p: Products, given: readonly Term[]): Expr {
  const terms = flattened(p, given);
  if (terms.length === 0) return zerosOf(p.context.shapeOf(build({ ...given[0]!, coef: 1 })));
  const flat = withoutCommon(p, terms);
  const groups: Term[][] = [];
  for (const t of terms) {
    const group = groups.find((g) => samePowers(g[0]!.powers, t.powers));
    if (group === undefined) groups.push([t]);
    else group.push(t);
  }
  const ways = [flat];
  if (groups.length > 1 && groups.length < terms.length) {
    const parts = groups.map((g) => p.term(withoutCommon(p, g)));
    ways.push(withoutCommon(p, parts), buildSum(parts));
  }
  // Some of the terms may share a factor that others do not have: x'*(A' + A) + b'.
  if (terms.length > 2) for (const end of ["front", "back"] as const) ways.push(sharingAnEnd(p, terms, end));
  return ways.reduce((x, y) => (size(y) < size(x) ? y : x));
}

/** A sum in which the terms that start, or end, with the same factor are taken together. */
function sharingAnEnd(p: Products, terms: readonly Term[], end: "front" | "back"): Expr {
  const groups: Term[][] = [];
  const factor = (t: Term): Expr | undefined => (t.chain.length < 2 ? undefined : t.chain.at(end === "front" ? 0 : -1));
  for (const t of terms) {
    const f = factor(t);
    const group =
      f === undefined ? undefined : groups.find((g) => factor(g[0]!) !== undefined && sameExpr(factor(g[0]!)!, f));
    if (group === undefined) groups.push([t]);
    else group.push(t);
  }
  return withoutCommon(
    p,
    groups.map((g) => p.term(withoutCommon(p, g))),
  );
}

/** Terms with sums inside spread where nothing but a number stands in front, like terms merged. */
function flattened(p: Products, given: readonly Term[]): Term[] {
  const spread = (t: Term): Term[] => {
    const inner = t.chain.length === 1 ? p.terms(t.chain[0]!) : [t];
    return inner.length === 1 ? [t] : inner.flatMap((u) => spread(p.times({ ...t, chain: [] }, u)));
  };
  return mergeLike(p, given.flatMap(spread));
}

function withoutCommon(p: Products, terms: readonly Term[]): Expr {
  if (terms.length === 1) return build(terms[0]!);
  const first = terms[0]!;
  const number = commonNumber(terms);
  const powers = first.powers.filter((q) =>
    terms.every((t) => t.powers.some((r) => r.exponent === q.exponent && sameExpr(r.base, q.base))),
  );
  const shortest = Math.min(...terms.map((t) => t.chain.length));
  let front = 0;
  while (front < shortest && terms.every((t) => sameExpr(t.chain[front]!, first.chain[front]!))) front++;
  let back = 0;
  while (back < shortest - front && terms.every((t) => sameExpr(t.chain.at(-1 - back)!, first.chain.at(-1 - back)!)))
    back++;
  // A term of which nothing is left needs an identity: only where that is a square matrix or a number.
  const middles = terms.map((t) => t.chain.slice(front, t.chain.length - back));
  const whole = middles.find((m) => m.length > 0);
  const shape: Shape | undefined = whole === undefined ? undefined : shapeOfChain(p, whole);
  if (middles.some((m) => m.length === 0) && shape !== undefined && !isScalar(shape) && !isSquare(shape)) {
    front = 0;
    back = 0;
  }
  const rest: Term[] = terms.map((t) => {
    const middle = t.chain.slice(front, t.chain.length - back);
    const own = t.powers.filter((q) => !powers.some((r) => r.exponent === q.exponent && sameExpr(r.base, q.base)));
    const identity =
      middle.length === 0 && shape !== undefined && !isScalar(shape) ? [apply("eye", dimExpr(shape.rows))] : middle;
    return p.times({ coef: t.coef / number.coef, over: t.over / number.over, powers: own, chain: identity }, UNIT);
  });
  const inner = p.term(buildSum(plusFirst(flattened(p, rest))));
  const head: Term = { ...number, powers, chain: first.chain.slice(0, front) };
  const tail: Term = { ...UNIT, chain: first.chain.slice(first.chain.length - back) };
  return build(p.times(p.times(head, inner), tail));
}

const shapeOfChain = (p: Products, chain: readonly Expr[]): Shape => ({
  rows: p.context.shapeOf(chain[0]!).rows,
  cols: p.context.shapeOf(chain.at(-1)!).cols,
});

/** A sum that starts with a minus starts with its first plus instead. */
function plusFirst(terms: readonly Term[]): readonly Term[] {
  if (terms[0]!.coef > 0) return terms;
  const at = terms.findIndex((t) => t.coef > 0);
  return at === -1 ? terms : [terms[at]!, ...terms.filter((_, i) => i !== at)];
}

/** The number in front of all: the same whole multiple, and the minus where every term has one. */
function commonNumber(terms: readonly Term[]): { coef: number; over: number } {
  const sign = terms.every((t) => t.coef < 0) ? -1 : 1;
  const over = terms.every((t) => t.over === terms[0]!.over) ? terms[0]!.over : 1;
  const sizes = terms.map((t) => Math.abs(t.coef));
  const whole = sizes.every(Number.isInteger);
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  const coef = whole ? sizes.reduce(gcd) : sizes.every((s) => s === sizes[0]) ? sizes[0]! : 1;
  return { coef: sign * coef, over };
}
