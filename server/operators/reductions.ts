import { type Dense, map, scalar, sum, trace } from "../core/dense";
import { determinant, singularValues, symmetricEigen } from "../core/linearAlgebra";
import { isColumn, isMatrix, isRow, isScalar, isSquare, sameShape, SCALAR, type Shape, shapeText, vector } from "../core/shape";
import { type Operator, type ShapeResult, ZERO_ARGUMENT, ZERO_ENTRY } from "./operator";

export function square(what: string, a: Shape, result: Shape): ShapeResult {
  return isSquare(a)
    ? result
    : { code: "not-square", message: `${what} needs a square matrix, but its argument is ${shapeText(a)}`, clash: { left: a.rows, right: a.cols, args: [0, 0] } };
}

const norm = (a: Dense): number => Math.sqrt(a.data.reduce((s, x) => s + x * x, 0));
const most = (a: Dense): number => a.data.reduce((x, y) => Math.max(x, y), -Infinity);
const logSumExp = (a: Dense): number => {
  const m = most(a);
  return m + Math.log(a.data.reduce((s, x) => s + Math.exp(x - m), 0));
};

export const REDUCTIONS: readonly Operator[] = [
  {
    name: "sum", group: "reduction", arity: [1, 1], rule: { network: true },
    shape: () => SCALAR,
    value: ([a]) => scalar(sum(a!)),
    doc: { summary: "the sum of all entries", shapes: "sum(m×n) → scalar", example: "sum(X)" },
  },
  {
    name: "mean", group: "reduction", arity: [1, 1],
    rule: { expand: ([s]) => `sum(X)/((${s!.rows.key})*(${s!.cols.key}))` },
    shape: () => SCALAR,
    value: ([a]) => scalar(sum(a!) / a!.data.length),
    doc: { summary: "the mean of all entries", shapes: "mean(m×n) → scalar", example: "mean(X)" },
  },
  {
    name: "tr", group: "reduction", arity: [1, 1], rule: { network: true },
    shape: ([a]) => square("the trace", a!, SCALAR),
    value: ([a]) => scalar(trace(a!)),
    doc: { summary: "the trace, the sum of the diagonal", shapes: "tr(n×n) → scalar", example: "tr(A*X)" },
  },
  {
    name: "det", group: "reduction", arity: [1, 1],
    rule: { differential: "det(X)*tr(inv(X)*dX)" },
    shape: ([a]) => square("the determinant", a!, SCALAR),
    value: ([a]) => scalar(determinant(a!)),
    doc: { summary: "the determinant", shapes: "det(n×n) → scalar", example: "det(X)", source: "Jacobi's formula; Magnus and Neudecker 2019, ch. 8, thm 1" },
  },
  {
    name: "logdet", group: "reduction", arity: [1, 1],
    rule: { differential: "tr(inv(X)*dX)" },
    shape: ([a]) => square("logdet", a!, SCALAR),
    value: ([a]) => scalar(Math.log(Math.abs(determinant(a!)))),
    doc: { summary: "the logarithm of the (absolute) determinant", shapes: "logdet(n×n) → scalar", example: "logdet(S)", source: "Magnus and Neudecker 2019, ch. 8, thm 2" },
  },
  {
    name: "norm1", group: "reduction", arity: [1, 1], rule: { expand: "sum(abs(X))" }, kink: ZERO_ENTRY,
    shape: () => SCALAR,
    value: ([a]) => scalar(a!.data.reduce((s, x) => s + Math.abs(x), 0)),
    doc: { summary: "the sum of the absolute values of all entries", shapes: "norm1(m×n) → scalar", example: "norm1(w)" },
  },
  {
    name: "norm2", group: "reduction", arity: [1, 1], rule: { expand: "sqrt(sum(X.*X))" }, kink: ZERO_ARGUMENT,
    shape: () => SCALAR,
    value: ([a]) => scalar(norm(a!)),
    doc: { summary: "the Euclidean norm of a vector, the Frobenius norm of a matrix", shapes: "norm2(m×n) → scalar", example: "norm2(X*w - y)^2" },
  },
  {
    name: "norminf", group: "reduction", arity: [1, 1], rule: { expand: "max(abs(X))" }, kink: "the largest absolute value is not unique",
    shape: () => SCALAR,
    value: ([a]) => scalar(most(map(a!, Math.abs))),
    doc: { summary: "the largest absolute value of the entries", shapes: "norminf(m×n) → scalar", example: "norminf(x)" },
  },
  {
    name: "normnuc", group: "reduction", arity: [1, 1], kink: "the argument has not full rank",
    rule: { differential: ([s]) => (isSquare(s!) ? "sum((X*inv(sqrtm(X'*X))).*dX)" : "sum((X*pinv(sqrtm(X'*X))).*dX)") },
    shape: () => SCALAR,
    value: ([a]) => scalar(singularValues(a!).s.reduce((s, x) => s + x, 0)),
    doc: { summary: "the nuclear norm, the sum of the singular values", shapes: "normnuc(m×n) → scalar", example: "normnuc(X)", source: "U*V' of the thin singular value decomposition (Watson 1992)" },
  },
  {
    name: "normspec", unlisted: true, group: "reduction", arity: [1, 1], kink: "the largest singular value is not simple",
    rule: { differential: "sum(usv1(X).*dX)" },
    shape: () => SCALAR,
    value: ([a]) => scalar(Math.max(...singularValues(a!).s)),
    doc: { summary: "the spectral norm, the largest singular value", shapes: "normspec(m×n) → scalar", example: "normspec(X)", source: "Watson 1992" },
  },
  {
    name: "lmax", unlisted: true, group: "reduction", arity: [1, 1], kink: "the largest eigenvalue is not simple",
    rule: { differential: "vmax(X)'*((dX+dX')/2)*vmax(X)" },
    shape: ([a]) => square("the largest eigenvalue", a!, SCALAR),
    value: ([a]) => scalar(symmetricEigen(a!).values.at(-1)!),
    doc: { summary: "the largest eigenvalue of a symmetric matrix", shapes: "lmax(n×n) → scalar", example: "lmax(S)", source: "Magnus 1985" },
  },
  {
    name: "dot", group: "reduction", arity: [2, 2], rule: { expand: "sum(X.*Y)" },
    shape: ([a, b]) =>
      sameShape(a!, b!)
        ? SCALAR
        : { code: "dimension-mismatch", message: `the inner product needs equal shapes, but they are ${shapeText(a!)} and ${shapeText(b!)}`, clash: a!.rows.key === b!.rows.key ? { left: a!.cols, right: b!.cols, args: [0, 1] } : { left: a!.rows, right: b!.rows, args: [0, 1] } },
    value: ([a, b]) => scalar(a!.data.reduce((s, x, i) => s + x * b!.data[i]!, 0)),
    doc: { summary: "the inner product, the sum of the products of the entries", shapes: "dot(m×n, m×n) → scalar", example: "dot(a, x)" },
  },
  {
    name: "max", group: "reduction", arity: [1, 1], kink: "the largest entry is not unique",
    rule: { differential: ([s]) => (isScalar(s!) ? "dX" : "sum(hardmax(X).*dX)") },
    shape: () => SCALAR,
    value: ([a]) => scalar(most(a!)),
    doc: { summary: "the largest entry", shapes: "max(m×n) → scalar", example: "max(x)" },
  },
  {
    name: "logsumexp", group: "reduction", arity: [1, 1],
    rule: { differential: ([s]) => (isScalar(s!) ? "dX" : isColumn(s!) ? "softmax(X)'*dX" : isRow(s!) ? "softmax(X')'*dX'" : "sum(exp(X).*dX)/sum(exp(X))") },
    shape: () => SCALAR,
    value: ([a]) => scalar(logSumExp(a!)),
    doc: { summary: "log(sum(exp(X))), computed without overflow", shapes: "logsumexp(m×n) → scalar", example: "logsumexp(z)" },
  },
  {
    name: "logsumexpr", unlisted: true, group: "matrix", arity: [1, 1],
    rule: { differential: ([s]) => (isMatrix(s!) ? `(softmax(X).*dX)*ones(${s!.cols.key})` : undefined) },
    shape: ([a]) => vector(a!.rows),
    value: ([a]) => ({ rows: a!.rows, cols: 1, data: Float64Array.from({ length: a!.rows }, (_, i) => logSumExp({ rows: 1, cols: a!.cols, data: a!.data.filter((_x, k) => k % a!.rows === i) })) }),
    doc: { summary: "logsumexp of each row", shapes: "logsumexpr(m×n) → m×1", example: "logsumexpr(X*W)" },
  },
]; // prettier-ignore
