import type { Dim } from "../core/dimension";
import { hadamard, identityTensor, power, singleFactor, transposeTensor } from "./algebra";
import { chainOf } from "./chains";
import { MINUS_ONE, ONE, type Rat, ratEq, ratInv, ratMul, ratAbs, ratNeg } from "./rational";
import { constantOf, type Factor, isRat, type Tensor, type World } from "./tensor";

/** Operators that do not see a transpose: f(Xᵀ) = f(X). */
const BLIND = new Set(["det", "logdet", "normnuc", "normspec", "max", "lmax"]);
/** Matrix functions with f(Xᵀ) = f(X)ᵀ; symmetric arguments give symmetric values. */
const FOLLOW = new Set(["inv", "pinv", "expm", "logm", "sqrtm", "usv1", "pow"]);

/**
 * An operator of the table as a symbol over its argument, in normal form: transposes outside, numbers out
 * of an inverse, the inverse of a product of invertible square matrices split.
 */
export function symbol(w: World, name: string, arg: Tensor, dims: readonly Dim[], exponent?: Tensor): Tensor {
  if (name === "inv" && arg.dims.length === 0) return power(w, arg, MINUS_ONE);
  if ((name === "det" || name === "normspec" || name === "max") && arg.dims.length === 0) return arg;
  if (name === "inv") {
    const special = inverse(w, arg);
    if (special !== undefined) return special;
  }
  // det X^p = (det X)^p, (X^p)^-1 = X^-p
  const raised = arg.dims.length === 2 ? singleFactor(arg)?.head : undefined;
  if (raised?.kind === "op" && raised.exponent !== undefined) {
    if (name === "inv") return matrixPower(w, raised.arg, w.scale(raised.exponent, MINUS_ONE));
    if (name === "logdet") return hadamard(w, raised.exponent, symbol(w, "logdet", raised.arg, []));
  }
  if (arg.dims.length === 2 && (BLIND.has(name) || FOLLOW.has(name))) {
    const other = transposeTensor(w, arg);
    if (other.id < arg.id) {
      const t = symbol(w, name, other, FOLLOW.has(name) ? [...dims].reverse() : dims, exponent);
      return FOLLOW.has(name) ? transposeTensor(w, t) : t;
    }
  }
  const symmetry = FOLLOW.has(name) && w.symmetryOf(arg) > 0 ? 1 : 0;
  const head = w.head({ kind: "op", name, arg, dims, symmetry, ...(exponent === undefined ? {} : { exponent }) });
  const slots = dims.map((d) => w.newIndex(d));
  return w.tensor(slots, [{ coef: ONE, factors: [{ head, idx: slots, pow: ONE }] }]);
}

/** Inverses that are something simpler. */
function inverse(w: World, arg: Tensor): Tensor | undefined {
  const content = commonCoefficient(arg);
  if (!ratEq(content, ONE)) return w.scale(symbol(w, "inv", w.scale(arg, ratInv(content)), arg.dims), ratInv(content));
  if (arg.terms.length !== 1) return undefined;
  const { term } = arg.terms[0]!;
  const n = arg.dims[0]!;
  const scalars = term.factors.filter((f) => f.idx.length === 0);
  if (scalars.length > 0) {
    // inv(c*A) = inv(A)/c
    const rest = w.tensor(...withSlots(w, arg, (f) => f.idx.length > 0));
    const t = symbol(w, "inv", rest, arg.dims);
    const slots = t.dims.map((d) => w.newIndex(d));
    return w.tensor(
      slots,
      w.instantiate(t, slots).map((r) => ({
        coef: r.coef,
        factors: [
          ...r.factors,
          ...scalars.map((f) => ({ ...f, pow: isRat(f.pow) ? ratMul(f.pow, MINUS_ONE) : w.scale(f.pow, MINUS_ONE) })),
        ],
      })),
    );
  }
  // A diagonal: δ_ij times vectors along i.
  const d = term.factors.find((f) => f.head.kind === "delta" && term.bound.length === 0);
  if (d !== undefined && term.factors.every((f) => f === d || (f.idx.every((i) => i < 2) && f.head.dims.length > 0))) {
    if (term.factors.length === 1) return arg;
    const [i, j] = [w.newIndex(n), w.newIndex(n)];
    const factors: Factor[] = [{ head: w.delta(n), idx: [i, j], pow: ONE }];
    for (const f of term.factors)
      if (f !== d)
        factors.push({
          head: f.head,
          idx: f.idx.map(() => i),
          pow: isRat(f.pow) ? ratMul(f.pow, MINUS_ONE) : w.scale(f.pow, MINUS_ONE),
        });
    return w.tensor([i, j], [{ coef: ONE, factors }]);
  }
  const chain = chainOf(term.factors, true);
  if (chain === undefined) return undefined;
  // inv(inv(A)) = A
  if (chain.length === 1) {
    const h = chain[0]!.factor.head;
    if (h.kind === "op" && h.name === "inv") return chain[0]!.forward ? h.arg : transposeTensor(w, h.arg);
    if (h.kind === "var" && h.properties.has("orthogonal") && !w.varying.has(h.name)) return transposeTensor(w, arg);
    return undefined;
  }
  if (!chain.every((c) => isInvertible(w, c.factor))) return undefined;
  const slots = [w.newIndex(n), ...chain.slice(1).map(() => w.newIndex(n)), w.newIndex(n)];
  const factors: Factor[] = [];
  let coef: Rat = ONE;
  [...chain].reverse().forEach((c, k) => {
    const single = w.tensor(
      [slots[k]!, slots[k + 1]!],
      [
        {
          coef: ONE,
          factors: [
            { head: c.factor.head, idx: c.forward ? [slots[k]!, slots[k + 1]!] : [slots[k + 1]!, slots[k]!], pow: ONE },
          ],
        },
      ],
    );
    const inv = symbol(w, "inv", single, single.dims);
    const r = w.asFactors(inv, [slots[k]!, slots[k + 1]!]);
    coef = ratMul(coef, r.coef);
    factors.push(...r.factors);
  });
  return w.tensor([slots[0]!, slots.at(-1)!], [{ coef, factors }]);
}

function withSlots(w: World, t: Tensor, keep: (f: Factor) => boolean): [number[], { coef: Rat; factors: Factor[] }[]] {
  const slots = t.dims.map((d) => w.newIndex(d));
  return [slots, w.instantiate(t, slots).map((r) => ({ coef: r.coef, factors: r.factors.filter(keep) }))];
}

/** The positive rational that all coefficients share, with the sign where all are negative. */
function commonCoefficient(t: Tensor): Rat {
  if (t.terms.length === 0) return ONE;
  const first = t.terms[0]!.coef;
  const size = ratAbs(first);
  if (!t.terms.every((x) => ratEq(ratAbs(x.coef), size))) return ONE;
  return t.terms.every((x) => x.coef.n < 0) ? ratNeg(size) : size;
}

function isInvertible(w: World, f: Factor): boolean {
  const h = f.head;
  if (h.kind === "var") return h.properties.has("invertible") && !h.differential;
  if (h.kind === "op") return h.name === "inv" || h.name === "expm";
  if (h.kind === "named") {
    const one = singleFactor(h.arg);
    return one !== undefined && isInvertible(w, one);
  }
  return false;
}

/** A power of a square matrix whose exponent is a scalar: X^(1/2) is sqrtm(X). */
export function matrixPower(w: World, arg: Tensor, exponent: Tensor): Tensor {
  const p = constantOf(exponent);
  if (p !== undefined && p.d === 2 && Math.abs(p.n) === 1) {
    const root = symbol(w, "sqrtm", arg, arg.dims);
    return p.n > 0 ? root : symbol(w, "inv", root, arg.dims);
  }
  if (p !== undefined && p.d === 1 && (p.n === 0 || p.n === 1))
    return p.n === 1 ? arg : identityTensor(w, arg.dims[0]!);
  if (p !== undefined && p.d === 1 && p.n === -1) return symbol(w, "inv", arg, arg.dims);
  return symbol(w, "pow", arg, arg.dims, exponent);
}
