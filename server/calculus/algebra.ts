import type { Dim } from "../core/dimension";
import { positiveTensor, raise } from "./normalize";
import { fn } from "./recognise";
import { constantOf, type Factor, isRat, type Pow, type Raw, rawOf, type Tensor, times, type World } from "./tensor";
import { symbol } from "./symbols";
import { isInt, ONE, ratNeg, ratOf, ratPow, ratValue } from "./rational";

/** Sums, products and powers of whole tensors. */

export const add = (w: World, tensors: readonly Tensor[]): Tensor => w.sum(tensors);

export const negate = (w: World, t: Tensor): Tensor => w.scale(t, { n: -1, d: 1 });

export const subtract = (w: World, a: Tensor, b: Tensor): Tensor => add(w, [a, negate(w, b)]);

/** The product of operands at the given indices, summed over those that are not free. */
export function product(
  w: World,
  free: readonly number[],
  operands: readonly { readonly t: Tensor; readonly at: readonly number[] }[],
  extra: readonly Factor[] = [],
): Tensor {
  return w.tensor(free, [times(...operands.map((o) => w.asFactors(o.t, o.at)), rawOf(extra))]);
}

/** Entry by entry; a scalar operand scales. */
export function hadamard(w: World, a: Tensor, b: Tensor): Tensor {
  const big = a.dims.length >= b.dims.length ? a : b;
  const slots = big.dims.map((d) => w.newIndex(d));
  return product(w, slots, [
    { t: a, at: a.dims.length === 0 ? [] : slots },
    { t: b, at: b.dims.length === 0 ? [] : slots },
  ]);
}

/** Each entry to a power; the exponent a number or a scalar tensor. */
export function power(w: World, t: Tensor, p: Pow): Tensor {
  if (!isRat(p)) p = constantOf(p) ?? p;
  const slots = t.dims.map((d) => w.newIndex(d));
  if (isRat(p)) {
    if (p.n === 0) return w.number(ONE, t.dims);
    const c = constantOf(t);
    if (c !== undefined && isInt(p) && c.n !== 0)
      return w.number(ratPow(c, p) ?? ratOf(ratValue(c) ** ratValue(p)), t.dims);
  }
  const raised: Raw = raise(w, t, slots, p) ?? { coef: ONE, factors: [{ head: w.group(t), idx: slots, pow: p }] };
  return w.tensor(slots, [raised]);
}

/** Functions that are simple where the sign is known. */
const OF_SIGNS: ReadonlySet<string> = new Set(["abs", "relu", "sign", "step"]);

/** A scalar function of each entry. */
export function entrywise(w: World, name: string, t: Tensor): Tensor {
  if (name === "sqrt") return power(w, t, { n: 1, d: 2 });
  const slots = t.dims.map((d) => w.newIndex(d));
  const one = singleFactor(t);
  // log(exp(u)) = u, exp(log(u)) = u, log(u^p) = p·log(u) for u > 0 known
  if (one !== undefined && one.head.kind === "fn" && one.head.primes === undefined) {
    if (name === "log" && one.head.name === "exp") return one.head.arg;
    if (name === "exp" && one.head.name === "log") return one.head.arg;
    if (name === "abs" && one.head.name === "abs") return t;
    // log|det X| is logdet X
    const inner = name === "log" && one.head.name === "abs" ? singleFactor(one.head.arg)?.head : undefined;
    if (inner?.kind === "op" && inner.name === "det") return symbol(w, "logdet", inner.arg, []);
  }
  const c = constantOf(t);
  if (c !== undefined) {
    const at0 = {
      exp: 1,
      sin: 0,
      tan: 0,
      sinh: 0,
      tanh: 0,
      cos: 1,
      cosh: 1,
      arctan: 0,
      arcsin: 0,
      erf: 0,
      abs: 0,
      sqrt: 0,
      relu: 0,
      sign: 0,
      step: 0,
    }[name];
    if (c.n === 0 && at0 !== undefined) return w.number(ratOf(at0), t.dims);
    if (c.n === c.d && name === "log") return w.number(ratOf(0), t.dims);
    if (name === "abs") return w.number(c.n < 0 ? ratNeg(c) : c, t.dims);
    if (name === "sign" || name === "step")
      return w.number(ratOf(name === "sign" ? Math.sign(c.n) : c.n > 0 ? 1 : 0), t.dims);
  }
  if (OF_SIGNS.has(name) && positiveTensor(t)) return name === "abs" || name === "relu" ? t : w.number(ONE, t.dims);
  if (name === "abs" && t.terms.length > 0 && t.terms[0]!.coef.n < 0 && t.terms.every((x) => x.coef.n < 0))
    t = negate(w, t);
  return w.tensor(slots, [{ coef: ONE, factors: [{ head: fn(w, name, t), idx: slots, pow: ONE }] }]);
}

/** The one factor with slots in order and no coefficient that a tensor consists of. */
export function singleFactor(t: Tensor): Factor | undefined {
  if (t.terms.length !== 1) return undefined;
  const { coef, term } = t.terms[0]!;
  if (coef.n !== 1 || coef.d !== 1 || term.factors.length !== 1 || term.bound.length > 0) return undefined;
  const f = term.factors[0]!;
  return isRat(f.pow) &&
    f.pow.n === 1 &&
    f.pow.d === 1 &&
    f.idx.length === t.dims.length &&
    f.idx.every((i, k) => i === k)
    ? f
    : undefined;
}

export const transposeTensor = (w: World, t: Tensor): Tensor => (t.dims.length === 2 ? w.permute(t, [1, 0]) : t);

export function identityTensor(w: World, n: Dim): Tensor {
  const [i, j] = [w.newIndex(n), w.newIndex(n)];
  return w.tensor([i, j], [{ coef: ONE, factors: [{ head: w.delta(n), idx: [i, j], pow: ONE }] }]);
}
