import { operator } from "../operators";
import { add, product, transposeTensor } from "./algebra";
import { Refusal } from "../core/problem";
import type { Expr } from "../core/ast";
import { dimMul } from "../core/dimension";
import { ONE, ratOf } from "./rational";
import { expand, shorter } from "./shorten";
import { symbol } from "./symbols";
import { template } from "./templates";
import { type Factor, type OpHead, rawOf, type Tensor, times, type World } from "./tensor";

/**
 * The adjoint of the argument of a matrix function f (expm, logm, sqrtm), where it has a closed form: with
 * y = tr(Aᵀf(X)) and Aᵀ commuting with X, dy = tr(Aᵀf′(X)dX) (Higham 2008, ch. 3: the Fréchet derivative
 * in a direction is f′(X)·E under a trace with what commutes with X). `undefined` where the operator is no
 * such function; a refusal where A does not commute.
 */
export function spectralAdjoint(w: World, h: OpHead, adjoint: Tensor, rank: number): Tensor | undefined {
  const rule = operator(h.name)?.rule;
  if (rule === undefined || !("spectral" in rule)) return undefined;
  const x = h.arg;
  const at = transposeTensor(w, adjoint);
  if (h.name === "sqrtm" && (rank !== 0 || !commute(w, at, x))) return undefined;
  if (rank !== 0 || !commute(w, at, x))
    throw new Refusal(
      "unsupported",
      `the derivative of ${h.name} has a closed form only under a trace with what commutes with its argument`,
    );
  const slope = matrixFunction(w, template(rule.spectral), x);
  const [i, k, j] = [w.newIndex(x.dims[0]!), w.newIndex(x.dims[0]!), w.newIndex(x.dims[0]!)];
  return shorter(w, transposeTensor(w, product(w, [i, j], [{ t: at, at: [i, k] }, { t: slope, at: [k, j] }]))); // prettier-ignore
}

/**
 * The derivative of a matrix function of something that moves with a scalar t, where it moves along what
 * commutes with it: d f(X)/dt = f′(X)·dX/dt. `undefined` where the operator is no such function or does not commute.
 */
export function alongCommuting(w: World, h: OpHead, direction: Tensor): Tensor | undefined {
  const rule = operator(h.name)?.rule;
  if (rule === undefined || !("spectral" in rule) || !commute(w, direction, h.arg)) return undefined;
  const [i, k, j] = [w.newIndex(h.arg.dims[0]!), w.newIndex(h.arg.dims[0]!), w.newIndex(h.arg.dims[0]!)];
  return product(w, [i, j], [{ t: direction, at: [i, k] }, { t: matrixFunction(w, template(rule.spectral), h.arg), at: [k, j] }]); // prettier-ignore
}

/**
 * The derivative of the square root as a matrix over vec: with S = sqrtm(X), dX = S·dS + dS·S, so
 * vec(dS) = inv(kron(I, S) + kron(Sᵀ, I))·vec(dX) (Higham 2008, §6.1). Slots: S, then X.
 */
export function squareRootByKroneckerSum(w: World, h: OpHead): Tensor {
  const n = h.arg.dims[0]!;
  const nn = dimMul(n, n);
  const root = { head: h, pow: ONE };
  const fuse = (p: number, slow: number, fast: number): Factor => ({
    head: w.head({ kind: "fuse", dims: [nn, n, n], symmetry: 0 }),
    idx: [p, slow, fast],
    pow: ONE,
  });
  const delta = (a: number, b: number): Factor => ({ head: w.delta(n), idx: [a, b], pow: ONE });
  const [p, q, j, i, l, k] = [w.newIndex(nn), w.newIndex(nn), ...Array.from({ length: 4 }, () => w.newIndex(n))] as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const sum = w.tensor([p, q], [
    { coef: ONE, factors: [fuse(p, j, i), fuse(q, l, k), delta(j, l), { ...root, idx: [i, k] }] },
    { coef: ONE, factors: [fuse(p, j, i), fuse(q, l, k), { ...root, idx: [l, j] }, delta(i, k)] },
  ]); // prettier-ignore
  const inverse = symbol(w, "inv", sum, [nn, nn]);
  return w.tensor(
    [i, j, k, l],
    w.instantiate(inverse, [p, q]).map((r) => times(r, rawOf([fuse(p, j, i), fuse(q, l, k)]))),
  );
}

function commute(w: World, a: Tensor, x: Tensor): boolean {
  const n = x.dims[0]!;
  const times = (p: Tensor, q: Tensor) => {
    const [i, k, j] = [w.newIndex(n), w.newIndex(n), w.newIndex(n)];
    return product(w, [i, j], [{ t: p, at: [i, k] }, { t: q, at: [k, j] }]); // prettier-ignore
  };
  return expand(w, add(w, [times(a, x), w.scale(times(x, a), ratOf(-1))]), true).terms.length === 0;
}

/** A template such as `0.5*inv(sqrtm(X))`: numbers times functions of the matrix. */
function matrixFunction(w: World, e: Expr, x: Tensor): Tensor {
  if (e.kind === "name") return x;
  if (e.kind === "apply" && e.op === "mul" && e.args[0]!.kind === "number")
    return w.scale(matrixFunction(w, e.args[1]!, x), ratOf(e.args[0]!.value));
  if (e.kind === "apply" && e.args.length === 1) return symbol(w, e.op, matrixFunction(w, e.args[0]!, x), x.dims);
  throw new Error("the operator table holds a matrix function that cannot be read");
}
