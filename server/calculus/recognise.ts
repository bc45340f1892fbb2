import { isInt, MINUS_ONE, ONE, rat, ratEq } from "./rational";
import { runsOverFamily } from "./families";
import { type Factor, isRat, type Tensor, type World } from "./tensor";
import { tableOf } from "../core/table";

/**
 * Known functions inside a product: eᵘ/(1+eᵘ) is sigmoid(u), eˣ/Σeˣ is softmax(x), sinh/cosh is tanh.
 * One rewrite at a time; `undefined` where there is none.
 */
export function recognise(w: World, factors: readonly Factor[]): Factor[] | undefined {
  for (let k = 0; k < factors.length; k++) {
    const f = factors[k]!;
    if (!isRat(f.pow) || !isInt(f.pow)) continue;
    const h = f.head;
    // exp(u)^p = exp(p·u)
    if (h.kind === "fn" && h.name === "exp" && !ratEq(f.pow, ONE) && f.pow.n < 0) {
      return replace(factors, [k], { head: fn(w, "exp", w.scale(h.arg, f.pow)), idx: f.idx, pow: ONE });
    }
    if (h.kind === "fn" && h.name === "exp" && f.pow.n > 0) {
      const minus = w.scale(h.arg, MINUS_ONE);
      // exp(u)·exp(−u) = 1
      const inverse = functionOf(factors, "exp", minus, f.idx);
      if (inverse >= 0) {
        const g = factors[inverse]!;
        const more = f.pow.n - (isRat(g.pow) ? g.pow.n : 0);
        const out = factors.filter((_, i) => i !== k && i !== inverse);
        if (more !== 0) out.push(more > 0 ? { ...f, pow: rat(more) } : { ...g, pow: rat(-more) });
        return out;
      }
      // exp(u)·sigmoid(−u) = sigmoid(u)
      const k2 = functionOf(factors, "sigmoid", minus, f.idx);
      if (k2 >= 0) {
        const g = factors[k2]!;
        const out = factors.filter((_, i) => i !== k && i !== k2);
        if (f.pow.n > 1) out.push({ ...f, pow: rat(f.pow.n - 1) });
        if (isRat(g.pow) && g.pow.n > 1) out.push({ ...g, pow: rat(g.pow.n - 1) });
        return [...out, { head: fn(w, "sigmoid", h.arg), idx: f.idx, pow: ONE }];
      }
    }
    // sinh(u)/cosh(u) = tanh(u)
    const ratio = h.kind === "fn" && f.pow.n > 0 ? RATIOS[h.name] : undefined;
    if (ratio !== undefined && h.kind === "fn") {
      const under = functionOf(factors, ratio.over, h.arg, f.idx, -1);
      if (under >= 0) {
        const out = factors.filter((_, i) => i !== k && i !== under);
        if (f.pow.n > 1) out.push({ ...f, pow: rat(f.pow.n - 1) });
        const p = factors[under]!.pow;
        if (isRat(p) && p.n < -1) out.push({ ...factors[under]!, pow: rat(p.n + 1) });
        return [...out, { head: fn(w, ratio.is, h.arg), idx: f.idx, pow: ONE }];
      }
    }
    if (h.kind === "fn" && h.name === "abs" && f.pow.n > 0 && f.pow.n % 2 === 0 && h.arg.terms.length > 0) {
      return [...factors.slice(0, k), ...power(w, h.arg, f.idx, f), ...factors.slice(k + 1)];
    }
    if (h.kind !== "group" || f.pow.n >= 0) continue;
    const u = onePlusExp(h.arg);
    if (u !== undefined) {
      const e = functionOf(factors, "exp", u, f.idx);
      const s = fn(w, "sigmoid", e >= 0 ? u : w.scale(u, MINUS_ONE));
      const left: Factor = { ...f, pow: rat(f.pow.n + 1) };
      const out = factors.filter((_, i) => i !== k && i !== e);
      if (left.pow !== ONE && !(isRat(left.pow) && left.pow.n === 0)) out.push(left);
      if (e >= 0) {
        const p = factors[e]!.pow;
        if (isRat(p) && p.n !== 1) out.push({ ...factors[e]!, pow: rat(p.n - 1) });
      }
      out.push({ head: s, idx: f.idx, pow: ONE });
      return out;
    }
    const soft = sumOfExp(h.arg);
    if (soft !== undefined) {
      const e = factors.findIndex(
        (g) =>
          g.head.kind === "fn" &&
          g.head.name === "exp" &&
          g.head.arg === soft.arg &&
          isRat(g.pow) &&
          isInt(g.pow) &&
          g.pow.n > 0 &&
          (soft.slot === undefined || g.idx[soft.slot] === f.idx[0]),
      );
      if (e >= 0) {
        const g = factors[e]!;
        // softmax of a matrix is row by row.
        const turned = soft.slot === 1;
        const arg = turned ? w.permute(soft.arg, [1, 0]) : soft.arg;
        const head = w.head({ kind: "op", name: "softmax", arg, dims: arg.dims, symmetry: 0 });
        const out = factors.filter((_, i) => i !== k && i !== e);
        if (f.pow.n + 1 !== 0) out.push({ ...f, pow: rat(f.pow.n + 1) });
        if (isRat(g.pow) && g.pow.n !== 1) out.push({ ...g, pow: rat(g.pow.n - 1) });
        out.push({ head, idx: turned ? [...g.idx].reverse() : g.idx, pow: ONE });
        return out;
      }
    }
  }
  return undefined;
}

/** Where a function of an argument stands at indices, to a whole power of a sign; −1 where it does not. */
function functionOf(
  factors: readonly Factor[],
  name: string,
  arg: Tensor,
  idx: readonly number[],
  sign: 1 | -1 = 1,
): number {
  return factors.findIndex(
    (g) =>
      g.head.kind === "fn" &&
      g.head.name === name &&
      g.head.arg === arg &&
      sameIdx(g.idx, idx) &&
      isRat(g.pow) &&
      isInt(g.pow) &&
      sign * g.pow.n > 0,
  );
}

/** Quotients that have a name. */
const RATIOS: Readonly<Record<string, { over: string; is: string }>> = tableOf({
  sinh: { over: "cosh", is: "tanh" },
  sin: { over: "cos", is: "tan" },
});

const sameIdx = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

const replace = (factors: readonly Factor[], gone: readonly number[], by: Factor): Factor[] => [
  ...factors.filter((_, i) => !gone.includes(i)),
  by,
];

export const fn = (w: World, name: string, arg: Tensor) =>
  w.head({ kind: "fn", name, arg, dims: arg.dims, symmetry: w.symmetryOf(arg) > 0 ? 1 : 0 });

function power(w: World, t: Tensor, idx: readonly number[], f: Factor): Factor[] {
  return [{ head: w.group(t), idx, pow: f.pow }];
}

/** u, where a tensor is 1 + exp(u). */
export function onePlusExp(t: Tensor): Tensor | undefined {
  if (t.terms.length !== 2) return undefined;
  const one = t.terms.find((x) => x.term.factors.length === 0 && ratEq(x.coef, ONE));
  const e = t.terms.find((x) => x.term.factors.length === 1);
  if (one === undefined || e === undefined || !ratEq(e.coef, ONE)) return undefined;
  const f = e.term.factors[0]!;
  return f.head.kind === "fn" &&
    f.head.name === "exp" &&
    isRat(f.pow) &&
    ratEq(f.pow, ONE) &&
    f.idx.every((i, k) => i === k)
    ? f.head.arg
    : undefined;
}

/** x, where a tensor is the sum of exp(x) over all entries of a vector, or of a matrix but for one `slot`. */
function sumOfExp(t: Tensor): { arg: Tensor; slot: number | undefined } | undefined {
  if (t.terms.length !== 1 || t.terms[0]!.term.bound.length !== 1) return undefined;
  const { coef, term } = t.terms[0]!;
  if (!ratEq(coef, ONE) || term.factors.length !== 1) return undefined;
  const f = term.factors[0]!;
  if (f.head.kind !== "fn" || f.head.name !== "exp" || !isRat(f.pow) || !ratEq(f.pow, ONE)) return undefined;
  // Members of a family stand in no vector.
  if (
    runsOverFamily(
      f.head,
      f.idx.findIndex((i) => i >= t.dims.length),
    )
  )
    return undefined;
  if (t.dims.length === 0 && f.idx.length === 1) return { arg: f.head.arg, slot: undefined };
  if (t.dims.length === 1 && f.idx.length === 2) return { arg: f.head.arg, slot: f.idx.indexOf(0) };
  return undefined;
}
