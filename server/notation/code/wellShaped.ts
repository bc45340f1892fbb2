import { type Dim, dimEqual, dimMul, isOne, ONE } from "../../core/dimension";
import type { Node, Op } from "./ir";

/**
 * Whether the shape that a node is given is the one that its operation has. Array libraries broadcast, so that an
 * intermediate of a wrong shape would often give numbers, and wrong ones, in place of an error: a node that does not
 * fit is never made, and the formula refused.
 */
export function isWellShaped(op: Op, attr: string, args: readonly Node[], shape: readonly Dim[]): boolean {
  const [a, b] = args.map((n) => n.shape) as [readonly Dim[], readonly Dim[]];
  const is = (...dims: readonly Dim[]): boolean => sameDims(shape, dims);
  switch (op) {
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "logaddexp":
      return (
        broadcasts(a, shape) && broadcasts(b, shape) && (sameDims(a, shape) || sameDims(b, shape) || held(a, b, shape))
      );
    case "pow":
      return sameDims(a, shape) && broadcasts(b, shape);
    case "neg":
    case "fn":
    case "softmax":
    case "logSoftmax":
    case "softmaxRows":
    case "logSoftmaxRows":
    case "hardmax":
    case "svd":
    case "polar":
    case "tril":
    case "triu":
      return sameDims(a, shape);
    case "spread":
      return broadcasts(a, shape);
    case "asColumn":
      return a.length === 1 && is(a[0]!, ONE);
    case "asRow":
      return a.length === 1 && is(ONE, a[0]!);
    case "transpose":
      return a.length === 2 && is(a[1]!, a[0]!);
    case "vec":
      return a.length === 2 && shape.length === 1 && sameSize(a, shape);
    case "merge":
      return shape.length === 1 && sameSize(a, shape);
    case "split":
    case "hold":
      return sameSize(a, shape);
    case "permute":
      return is(...attr.split(",").map((i) => a[Number(i)]!));
    case "matmul":
      return a.length === 2 && b.length === 2 && dimEqual(a[1]!, b[0]!) && is(a[0]!, b[1]!);
    case "matvec":
      return a.length === 2 && b.length === 1 && dimEqual(a[1]!, b[0]!) && is(a[0]!);
    case "dot":
      return a.length === 1 && sameDims(a, b) && is();
    case "inner":
      return sameDims(a, b) && is();
    case "outer":
      return a.length === 1 && b.length === 1 && is(a[0]!, b[0]!);
    case "kron":
      if (a.length === 1 && b.length === 1) return shape.length === 1 && sameSize([...a, ...b], shape);
      return a.length === 2 && b.length === 2 && is(dimMul(a[0]!, b[0]!), dimMul(a[1]!, b[1]!));
    case "rowSums":
      return a.length === 2 && is(a[0]!);
    case "columnSums":
      return a.length === 2 && is(a[1]!);
    case "sum":
    case "product":
    case "norm":
    case "max":
    case "logsumexp":
      return a.length > 0 && is();
    case "trace":
    case "det":
    case "logdet":
    case "logOfDet":
    case "factorDet":
    case "factorLogdet":
    case "factorLogOfDet":
    case "choleskyLogdet":
      return isSquare(a) && is();
    case "diagonal":
      return isSquare(a) && is(a[0]!);
    case "addDiagonal":
      return isSquare(a) && (b.length === 0 || (b.length === 1 && dimEqual(b[0]!, a[0]!))) && sameDims(a, shape);
    case "eye":
      return isSquare(shape);
    case "diagonalMatrix":
      return a.length === 1 && is(a[0]!, a[0]!);
    case "inverse":
    case "cholesky":
    case "factorize":
    case "choleskyInverse":
    case "factorInverse":
    case "cofactors":
    case "matrixPower":
    case "matrixFunction":
      return isSquare(a) && sameDims(a, shape);
    case "solve":
    case "choleskySolve":
    case "factorSolve":
      return isSquare(a) && b.length > 0 && dimEqual(a[0]!, b[0]!) && sameDims(b, shape);
    case "pinv":
      return a.length === 2 && is(a[1]!, a[0]!);
    default:
      return true;
  }
}

export const sameDims = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((d, i) => dimEqual(d, b[i]!));

/** Fits without a copy of anything along an axis that it has. */
const broadcasts = (a: readonly Dim[], shape: readonly Dim[]): boolean =>
  a.length === 0 || (a.length === shape.length && a.every((d, i) => isOne(d) || dimEqual(d, shape[i]!)));

/** A column and a row, neither of which is as large as what they make. */
const held = (a: readonly Dim[], b: readonly Dim[], shape: readonly Dim[]): boolean =>
  shape.every((d, i) => isOne(d) || [a, b].some((x) => x[i] !== undefined && dimEqual(x[i], d)));

const isSquare = (a: readonly Dim[]): boolean => a.length === 2 && dimEqual(a[0]!, a[1]!);

const sameSize = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  dimEqual([ONE, ...a].reduce(dimMul), [ONE, ...b].reduce(dimMul));
