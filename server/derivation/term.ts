import { apply, type ApplyExpr, children, type Expr, factorsOf, num, sameExpr, withChildren } from "../core/ast";
import { isScalar } from "../core/shape";
import type { Context } from "./context";
import { dimExpr } from "./context";

/**
 * A product taken apart: a number, powers of scalars, and the matrices and vectors in their order.
 * Sums inside stay as they are. A scalar that is itself a product of vectors and matrices is one base
 * of `powers` where anything else stands beside it, and the chain where it stands alone.
 */
export interface Term {
  readonly coef: number;
  /** Divisor of the coefficient, a positive number. */
  readonly over: number;
  readonly powers: readonly Power[];
  readonly chain: readonly Expr[];
}

export interface Power {
  readonly base: Expr;
  readonly exponent: number;
}

export const UNIT: Term = { coef: 1, over: 1, powers: [], chain: [] };

export const isApply = <Op extends string>(e: Expr, op: Op): e is ApplyExpr & { readonly op: Op } =>
  e.kind === "apply" && e.op === op;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** A coefficient in lowest terms; decimals stay decimals. */
function lowest(coef: number, over: number): { coef: number; over: number } {
  if (coef === 0) return { coef: 0, over: 1 };
  if (Number.isInteger(coef) && Number.isInteger(over)) {
    const g = gcd(Math.abs(coef), over);
    return { coef: coef / g, over: over / g };
  }
  // 0.5/2 is 0.25, but 0.1/3 stays a fraction.
  const q = coef / over;
  return Number(q.toFixed(6)) === q ? { coef: q, over: 1 } : { coef, over };
}

function withPower(powers: readonly Power[], base: Expr, exponent: number): readonly Power[] {
  const at = powers.findIndex((p) => sameExpr(p.base, base));
  if (at === -1) return [...powers, { base, exponent }];
  const sum = powers[at]!.exponent + exponent;
  return sum === 0 ? powers.filter((_, i) => i !== at) : powers.map((p, i) => (i === at ? { base, exponent: sum } : p));
}

/** The chain as one scalar factor, so that other matrices may stand beside it. */
function boxed(t: Term): Term {
  if (t.chain.length === 0) return t;
  return { ...t, powers: withPower(t.powers, chainExpr(t.chain), 1), chain: [] };
}

/** Taking products apart and putting them together, with the shapes of one context. */
export class Products {
  constructor(readonly context: Context) {}

  /** A product taken apart; anything else is a term of one factor. */
  term(e: Expr): Term {
    if (e.kind === "number") return { ...UNIT, coef: e.value };
    if (e.kind === "apply") {
      const [a, b] = e.args;
      if (e.op === "neg") {
        const t = this.term(a!);
        return { ...t, coef: -t.coef };
      }
      if (e.op === "mul") return this.times(this.term(a!), this.term(b!));
      if (e.op === "div" && this.context.isScalar(b!)) return this.times(this.term(a!), this.inverse(this.term(b!)));
      if (e.op === "pow" && b!.kind === "number" && this.context.isScalar(a!)) {
        const t = boxed(this.term(a!));
        if (t.coef === 1 && t.over === 1) {
          return { ...UNIT, powers: t.powers.map((p) => ({ base: p.base, exponent: p.exponent * b!.value })) };
        }
      }
    }
    return this.context.isScalar(e) ? { ...UNIT, powers: [{ base: e, exponent: 1 }] } : { ...UNIT, chain: [e] };
  }

  private inverse(t: Term): Term {
    const u = boxed(t);
    const sign = u.coef < 0 ? -1 : 1;
    return {
      ...lowest(sign * u.over, Math.abs(u.coef)),
      powers: u.powers.map((p) => ({ base: p.base, exponent: -p.exponent })),
      chain: [],
    };
  }

  /** The product of two terms, in this order. */
  times(a: Term, b: Term): Term {
    let x = a;
    let y = b;
    if (x.chain.length > 0 && y.chain.length > 0) {
      if (this.isScalarChain(x.chain)) x = boxed(x);
      if (this.isScalarChain(y.chain)) y = boxed(y);
    }
    let powers = x.powers;
    for (const p of y.powers) powers = withPower(powers, p.base, p.exponent);
    return { ...lowest(x.coef * y.coef, x.over * y.over), powers, chain: this.joined(x.chain, y.chain) };
  }

  private isScalarChain(chain: readonly Expr[]): boolean {
    return isScalar({ rows: this.context.shapeOf(chain[0]!).rows, cols: this.context.shapeOf(chain.at(-1)!).cols });
  }

  /** Two chains one after the other; an identity, and an inverse beside its matrix, fall away. */
  private joined(a: readonly Expr[], b: readonly Expr[]): readonly Expr[] {
    if (a.length === 0) return b;
    if (b.length === 0) return a;
    if (b.length > 1) return this.joined(this.joined(a, b.slice(0, 1)), b.slice(1));
    const last = a.at(-1)!;
    const next = b[0]!;
    if (isApply(next, "eye")) return a;
    if (isApply(last, "eye")) return [...a.slice(0, -1), next];
    if (isInverseOf(last, next) || isInverseOf(next, last)) {
      this.context.use("inverse-cancels");
      const rest = a.slice(0, -1);
      return rest.length > 0 ? rest : [apply("eye", dimExpr(this.context.shapeOf(next).rows))];
    }
    return [...a, next];
  }

  /** The terms of a sum, signs taken in. */
  terms(e: Expr): Term[] {
    if (e.kind === "apply") {
      if (e.op === "add") return [...this.terms(e.args[0]!), ...this.terms(e.args[1]!)];
      if (e.op === "sub") return [...this.terms(e.args[0]!), ...this.terms(e.args[1]!).map(negated)];
      if (e.op === "neg") return this.terms(e.args[0]!).map(negated);
    }
    return [this.term(e)];
  }

  /** The product of expressions, in this order; none is 1. */
  product(...factors: readonly Expr[]): Expr {
    return build(factors.reduce((t, f) => this.times(t, this.term(f)), UNIT));
  }

  /** The same value with products and sums in the form of `build`, numbers and signs in front. */
  tidy(e: Expr): Expr {
    const parts = children(e);
    if (parts.length === 0 || e.kind === "derivative" || e.kind === "differential") return e;
    const next = parts.map((c) => this.tidy(c));
    const f = next.every((c, i) => c === parts[i]) ? e : withChildren(e, next);
    if (f.kind !== "apply") return f;
    if (["add", "sub", "neg", "mul", "div"].includes(f.op)) return buildSum(this.terms(f));
    if (f.op === "transpose" && isApply(f.args[0]!, "transpose")) return f.args[0]!.args[0]!;
    return f;
  }
}

const isInverseOf = (a: Expr, b: Expr): boolean => {
  if (isApply(a, "inv")) return sameExpr(a.args[0]!, b);
  // The transpose of an inverse beside the transpose.
  if (isApply(a, "transpose") && isApply(b, "transpose")) return isInverseOf(a.args[0]!, b.args[0]!);
  return false;
};

export const negated = (t: Term): Term => ({ ...t, coef: -t.coef });

/** Matrices and vectors multiplied from left to right. */
export const chainExpr = (chain: readonly Expr[]): Expr => chain.reduce((a, b) => apply("mul", a, b));

const powerExpr = (p: Power, sign: 1 | -1): Expr => {
  const n = p.exponent * sign;
  if (n === 1) return p.base;
  if (n === 0.5) return apply("sqrt", p.base);
  return apply("pow", p.base, num(n));
};

/** A single scalar product of vectors needs no brackets where no other matrix stands: `s*x'*x`. */
function unboxed(t: Term): Term {
  if (t.chain.length > 0 || t.powers.some((p) => isCompound(p.base) && !isApply(p.base, "mul"))) return t;
  if (t.powers.filter((p) => isCompound(p.base)).length > 1) return t;
  const at = t.powers.findIndex((p) => p.exponent === 1 && isApply(p.base, "mul"));
  return at === -1 ? t : { ...t, powers: t.powers.filter((_, i) => i !== at), chain: factorsOf(t.powers[at]!.base) };
}

/** A scalar that is a sum or a product. */
const isCompound = (e: Expr): boolean => e.kind === "apply" && ["add", "sub", "mul", "neg"].includes(e.op);

export function hasDifferential(e: Expr): boolean {
  return e.kind === "differential" || children(e).some(hasDifferential);
}

/** A term without its sign: number, scalars, matrices, all over what divides. */
function unsigned(given: Term): Expr {
  const t = unboxed(given);
  const scalars = t.powers.filter((p) => p.exponent > 0).map((p) => powerExpr(p, 1));
  // What changes comes last: `tr(X)*tr(dX)`, `B*dt`.
  const above: Expr[] = scalars.filter((e) => !hasDifferential(e));
  const last: Expr[] = scalars.filter(hasDifferential);
  const below: Expr[] = t.powers.filter((p) => p.exponent < 0).map((p) => powerExpr(p, -1));
  const size = Math.abs(t.coef);
  if (t.chain.length > 0) {
    // `2*x'*A` and not `2*(x'*A)`: number and scalars multiply the first matrix.
    above.push(t.chain[0]!);
  }
  if (size !== 1) above.unshift(num(size));
  if (t.over !== 1) below.unshift(num(t.over));
  const rest = [...t.chain.slice(1), ...last];
  if (above.length === 0 && rest.length > 0) above.push(rest.shift()!);
  let out = above.length === 0 ? num(1) : chainExpr(above);
  for (const f of rest) out = apply("mul", out, f);
  return below.length === 0 ? out : apply("div", out, chainExpr(below));
}

/** A term as an expression. */
export function build(t: Term): Expr {
  if (t.coef === 0) return num(0);
  const e = unsigned(t);
  if (t.coef > 0) return e;
  return e.kind === "number" ? num(-e.value) : apply("neg", e);
}

/** Terms as a sum; none is 0. */
export function buildSum(terms: readonly Term[]): Expr {
  const kept = terms.filter((t) => t.coef !== 0);
  if (kept.length === 0) return num(0);
  let out = build(kept[0]!);
  for (const t of kept.slice(1)) out = apply(t.coef < 0 ? "sub" : "add", out, build({ ...t, coef: Math.abs(t.coef) }));
  return out;
}

export const samePowers = (a: readonly Power[], b: readonly Power[]): boolean =>
  a.length === b.length && a.every((x) => b.some((y) => x.exponent === y.exponent && sameExpr(x.base, y.base)));

const sameChain = (a: readonly Expr[], b: readonly Expr[]): boolean =>
  a.length === b.length && a.every((x, i) => sameExpr(x, b[i]!));

/** Terms that differ in their number only are one. */
export function mergeLike(p: Products, terms: readonly Term[]): Term[] {
  const out: Term[] = [];
  for (const t of terms) {
    const at = out.findIndex((u) => samePowers(u.powers, t.powers) && sameChain(u.chain, t.chain));
    if (at === -1) out.push(t);
    else {
      const u = out[at]!;
      const sum =
        u.over === t.over
          ? { coef: u.coef + t.coef, over: u.over }
          : { coef: u.coef * t.over + t.coef * u.over, over: u.over * t.over };
      out[at] = p.times({ ...u, ...sum }, UNIT);
    }
  }
  return out.filter((t) => t.coef !== 0);
}
