import { operator } from "../operators";
import { add, hadamard, product, transposeTensor } from "./algebra";
import { Refusal } from "../core/problem";
import type { Expr } from "../core/ast";
import { type Dim, dimAdd, dimMul, dimSub } from "../core/dimension";
import { chainOf } from "./chains";
import { MINUS_ONE, ONE, ratOf } from "./rational";
import { expand, shorter } from "./shorten";
import { matrixPower, symbol } from "./symbols";
import { template } from "./templates";
import { type Factor, type OpHead, rawOf, type Tensor, times, type World } from "./tensor";

/** Whether an operator is a matrix function: expm, logm, sqrtm, a power. */
function isMatrixFunction(h: OpHead): boolean {
  const rule = operator(h.name)?.rule;
  return h.name === "pow" || (rule !== undefined && "spectral" in rule);
}

/** f′ of a matrix function f(X). */
function slopeOf(w: World, h: OpHead): Tensor {
  if (h.name === "pow") {
    // p·X^(p-1)
    const less = matrixPower(w, h.arg, add(w, [h.exponent!, w.number(MINUS_ONE)]));
    return hadamard(w, h.exponent!, less);
  }
  return matrixFunction(w, template((operator(h.name)!.rule as { spectral: string }).spectral), h.arg);
}

/**
 * The adjoint of the argument of a matrix function f. With y = tr(Aᵀf(X)) and Aᵀ commuting with X, dy = tr(Aᵀf′(X)dX)
 * (Higham 2008, ch. 3: the Fréchet derivative in a direction is f′(X)·E under a trace with what commutes with X). Else it
 * is read off f of a matrix of blocks. `undefined` where the operator is no such function, or another way is shorter;
 * a refusal for what is no scalar.
 */
export function spectralAdjoint(w: World, h: OpHead, adjoint: Tensor, rank: number): Tensor | undefined {
  if (!isMatrixFunction(h)) return undefined;
  const at = rank === 0 ? transposeTensor(w, adjoint) : undefined;
  if (at !== undefined && commute(w, at, h.arg)) {
    const slope = slopeOf(w, h);
    const [i, k, j] = [w.newIndex(h.dims[0]!), w.newIndex(h.dims[0]!), w.newIndex(h.dims[0]!)];
    return shorter(w, transposeTensor(w, product(w, [i, j], [{ t: at, at: [i, k] }, { t: slope, at: [k, j] }]))); // prettier-ignore
  }
  if (h.name === "sqrtm") return undefined;
  if (at === undefined)
    throw new Refusal("unsupported", `the derivative of ${nameOf(h)} as a matrix by a matrix has no closed form here`);
  // tr(Aᵀ·L(X, dX)) = tr(L(X, Aᵀ)·dX)
  return transposeTensor(w, alongDirection(w, h, at));
}

const nameOf = (h: OpHead): string => (h.name === "pow" ? "a power of a matrix" : h.name);

/**
 * The derivative of a matrix function of something that moves with a scalar t: d f(X)/dt = f′(X)·dX/dt where it moves
 * along what commutes with it, else read off f of a matrix of blocks. `undefined` where the operator is no such function.
 */
export function alongScalar(w: World, h: OpHead, direction: Tensor): Tensor | undefined {
  if (!isMatrixFunction(h)) return undefined;
  if (!commute(w, direction, h.arg)) return h.name === "sqrtm" ? undefined : alongDirection(w, h, direction);
  const slope = slopeOf(w, h);
  const [i, k, j] = [w.newIndex(h.arg.dims[0]!), w.newIndex(h.arg.dims[0]!), w.newIndex(h.arg.dims[0]!)];
  return product(w, [i, j], [{ t: direction, at: [i, k] }, { t: slope, at: [k, j] }]); // prettier-ignore
}

/** The Fréchet derivative L(X, E): f([X, E; 0, X]) = [f(X), L(X, E); 0, f(X)] (Higham 2008, theorem 3.6). */
function alongDirection(w: World, h: OpHead, direction: Tensor): Tensor {
  const n = h.arg.dims[0]!;
  const [twice, none] = [dimAdd(n, n), dimSub(n, n)];
  const place = (position: number, index: number, offset: Dim): Factor => ({
    head: w.head({ kind: "place", offset, size: n, dims: [twice, n], symmetry: 0 }),
    idx: [position, index],
    pow: ONE,
  });
  const [p, q] = [w.newIndex(twice), w.newIndex(twice)];
  const block = (t: Tensor, top: Dim, left: Dim) => {
    const [i, j] = [w.newIndex(n), w.newIndex(n)];
    return w.instantiate(t, [i, j]).map((r) => times(r, rawOf([place(p, i, top), place(q, j, left)])));
  };
  const whole = w.tensor([p, q], [...block(h.arg, none, none), ...block(direction, none, n), ...block(h.arg, n, n)]);
  const value = symbol(w, h.name, whole, whole.dims, h.exponent);
  const [i, j, s, t] = [w.newIndex(n), w.newIndex(n), w.newIndex(twice), w.newIndex(twice)];
  return product(w, [i, j], [{ t: value, at: [s, t] }], [place(s, i, none), place(t, j, n)]);
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
  if (functionsOf(a, x)) return true;
  const n = x.dims[0]!;
  const times = (p: Tensor, q: Tensor) => {
    const [i, k, j] = [w.newIndex(n), w.newIndex(n), w.newIndex(n)];
    return product(w, [i, j], [{ t: p, at: [i, k] }, { t: q, at: [k, j] }]); // prettier-ignore
  };
  return expand(w, add(w, [times(a, x), w.scale(times(x, a), ratOf(-1))]), true).terms.length === 0;
}

/** Whether a matrix is put together from numbers and matrix functions of x alone: those commute with it. */
function functionsOf(a: Tensor, x: Tensor): boolean {
  const isFunction = (f: Factor): boolean =>
    f.head.kind === "delta" || (f.head.kind === "op" && FUNCTIONS.has(f.head.name) && f.head.arg === x);
  return a.terms.every(({ term }) => {
    const scalars = term.factors.filter((f) => f.idx.length === 0);
    const links = chainOf(term.factors.filter((f) => f.idx.length > 0), true); // prettier-ignore
    return (
      scalars.length + (links?.length ?? -1) === term.factors.length &&
      links!.every((l) => isFunction(l.factor) && (l.forward || l.factor.head.symmetry === 1))
    );
  });
}

const FUNCTIONS = new Set(["inv", "expm", "logm", "sqrtm", "pow"]);

/** A template such as `0.5*inv(sqrtm(X))`: numbers times functions of the matrix. */
function matrixFunction(w: World, e: Expr, x: Tensor): Tensor {
  if (e.kind === "name") return x;
  if (e.kind === "apply" && e.op === "mul" && e.args[0]!.kind === "number")
    return w.scale(matrixFunction(w, e.args[1]!, x), ratOf(e.args[0]!.value));
  if (e.kind === "apply" && e.args.length === 1) return symbol(w, e.op, matrixFunction(w, e.args[0]!, x), x.dims);
  throw new Error("the operator table holds a matrix function that cannot be read");
}
