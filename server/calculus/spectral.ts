import { operator } from "../operators";
import { add, product, transposeTensor } from "./algebra";
import { Refusal } from "../core/problem";
import type { Expr } from "../core/ast";
import { ratOf } from "./rational";
import { expand, shorter } from "./shorten";
import { symbol } from "./symbols";
import { template } from "./templates";
import { type OpHead, type Tensor, type World } from "./tensor";

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
  if (rank !== 0 || !commute(w, at, x)) throw new Refusal("unsupported", `the derivative of ${h.name} has a closed form only under a trace with what commutes with its argument`);
  const slope = matrixFunction(w, template(rule.spectral), x);
  const [i, k, j] = [w.newIndex(x.dims[0]!), w.newIndex(x.dims[0]!), w.newIndex(x.dims[0]!)];
  return shorter(w, transposeTensor(w, product(w, [i, j], [{ t: at, at: [i, k] }, { t: slope, at: [k, j] }]))); // prettier-ignore
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
  if (e.kind === "apply" && e.op === "mul" && e.args[0]!.kind === "number") return w.scale(matrixFunction(w, e.args[1]!, x), ratOf(e.args[0]!.value));
  if (e.kind === "apply" && e.args.length === 1) return symbol(w, e.op, matrixFunction(w, e.args[0]!, x), x.dims);
  throw new Error("the operator table holds a matrix function that cannot be read");
}

