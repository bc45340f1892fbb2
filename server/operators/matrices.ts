import { dimMul } from "../core/dimension";
import { diagonal, fill, kronecker, map, scale, transpose, vec } from "../core/dense";
import { determinant, inverse, matrixExp, matrixLog, matrixSqrt, pseudoInverse, singularValues, symmetricEigen } from "../core/linearAlgebra";
import { isColumn, isMatrix, isRow, matrix, transposed, vector } from "../core/shape";
import type { Operator } from "./operator";
import { square } from "./reductions";

export const MATRICES: readonly Operator[] = [
  {
    name: "inv", group: "matrix", arity: [1, 1], rule: { differential: "-inv(X)*dX*inv(X)" },
    shape: ([a]) => square("the inverse", a!, a!),
    value: ([a]) => inverse(a!),
    doc: { summary: "the inverse of a square matrix", shapes: "inv(n×n) → n×n", example: "inv(A)*b", source: "Magnus and Neudecker 2019, ch. 8, thm 3" },
  },
  {
    name: "pinv", group: "matrix", arity: [1, 1], kink: "the rank changes",
    rule: { differential: ([s]) => `-pinv(X)*dX*pinv(X) + pinv(X)*pinv(X)'*dX'*(eye(${s!.rows.key}) - X*pinv(X)) + (eye(${s!.cols.key}) - pinv(X)*X)*dX'*pinv(X)'*pinv(X)` },
    shape: ([a]) => transposed(a!),
    value: ([a]) => pseudoInverse(a!),
    doc: { summary: "the Moore–Penrose pseudo-inverse", shapes: "pinv(m×n) → n×m", example: "pinv(X)*y", source: "Golub and Pereyra 1973, thm 4.3 (constant rank)" },
  },
  {
    name: "adj", group: "matrix", arity: [1, 1], rule: { expand: "det(X)*inv(X)" },
    shape: ([a]) => square("the adjugate", a!, a!),
    value: ([a]) => scale(inverse(a!), determinant(a!)),
    doc: { summary: "the adjugate, det(X)*inv(X)", shapes: "adj(n×n) → n×n", example: "adj(X)" },
  },
  {
    name: "diag", group: "matrix", arity: [1, 1], rule: { network: true },
    shape: ([a]) => (isColumn(a!) ? matrix(a!.rows, a!.rows) : isRow(a!) ? matrix(a!.cols, a!.cols) : square("the diagonal", a!, vector(a!.rows))),
    value: ([a]) => diagonal(a!.rows === 1 ? transpose(a!) : a!),
    doc: { summary: "of a vector, the matrix with that diagonal; of a square matrix, its diagonal", shapes: "diag(n) → n×n, diag(n×n) → n", example: "diag(w)" },
  },
  {
    name: "vec", group: "matrix", arity: [1, 1], rule: { network: true },
    shape: ([a]) => vector(dimMul(a!.rows, a!.cols)),
    value: ([a]) => vec(a!),
    doc: { summary: "the columns stacked into one column", shapes: "vec(m×n) → m*n", example: "vec(X)" },
  },
  {
    name: "kron", group: "matrix", arity: [2, 2], rule: { network: true },
    shape: ([a, b]) => matrix(dimMul(a!.rows, b!.rows), dimMul(a!.cols, b!.cols)),
    value: ([a, b]) => kronecker(a!, b!),
    doc: { summary: "the Kronecker product", shapes: "kron(m×n, p×q) → m*p × n*q", example: "kron(A, B)" },
  },
  {
    name: "expm", group: "matrix", arity: [1, 1], rule: { spectral: "expm(X)" },
    shape: ([a]) => square("the matrix exponential", a!, a!),
    value: ([a]) => matrixExp(a!),
    doc: { summary: "the matrix exponential", shapes: "expm(n×n) → n×n", example: "expm(A)" },
  },
  {
    name: "logm", group: "matrix", arity: [1, 1], rule: { spectral: "inv(X)" },
    shape: ([a]) => square("the matrix logarithm", a!, a!),
    value: ([a]) => matrixLog(a!),
    doc: { summary: "the principal matrix logarithm", shapes: "logm(n×n) → n×n", example: "logm(S)" },
  },
  {
    name: "sqrtm", group: "matrix", arity: [1, 1], rule: { spectral: "0.5*inv(sqrtm(X))" },
    shape: ([a]) => square("the matrix square root", a!, a!),
    value: ([a]) => matrixSqrt(a!),
    doc: { summary: "the principal matrix square root", shapes: "sqrtm(n×n) → n×n", example: "sqrtm(S)" },
  },
  {
    name: "tril", group: "matrix", arity: [1, 1], rule: { network: true },
    shape: ([a]) => a!,
    value: ([a]) => fill(a!.rows, a!.cols, (i, j) => (i >= j ? a!.data[j * a!.rows + i]! : 0)),
    doc: { summary: "the lower triangle, diagonal included", shapes: "tril(m×n) → m×n", example: "tril(L)" },
  },
  {
    name: "triu", group: "matrix", arity: [1, 1], rule: { network: true },
    shape: ([a]) => a!,
    value: ([a]) => fill(a!.rows, a!.cols, (i, j) => (i <= j ? a!.data[j * a!.rows + i]! : 0)),
    doc: { summary: "the upper triangle, diagonal included", shapes: "triu(m×n) → m×n", example: "triu(A)" },
  },
  {
    name: "softmax", group: "matrix", arity: [1, 1], positive: true,
    rule: {
      differential: ([s]) =>
        isMatrix(s!)
          ? `softmax(X).*dX - softmax(X).*((softmax(X).*dX)*ones(${s!.cols.key})*ones(${s!.cols.key})')`
          : isColumn(s!) ? "softmax(X).*dX - softmax(X)*(softmax(X)'*dX)" : undefined,
    },
    shape: ([a]) => a!,
    value: ([a]) => {
      const x = a!;
      const byRow = x.cols > 1;
      const e = fill(x.rows, x.cols, (i, j) => {
        let most = -Infinity;
        if (byRow) for (let k = 0; k < x.cols; k++) most = Math.max(most, x.data[k * x.rows + i]!);
        else for (const v of x.data) most = Math.max(most, v);
        return Math.exp(x.data[j * x.rows + i]! - most);
      });
      if (!byRow) {
        const s = e.data.reduce((p, q) => p + q, 0);
        return map(e, (v) => v / s);
      }
      return fill(x.rows, x.cols, (i, j) => {
        let s = 0;
        for (let k = 0; k < x.cols; k++) s += e.data[k * x.rows + i]!;
        return e.data[j * x.rows + i]! / s;
      });
    },
    doc: { summary: "exp(x)/sum(exp(x)); of a matrix, row by row", shapes: "softmax(n) → n, softmax(m×n) → m×n", example: "softmax(z)" },
  },
  {
    name: "hardmax", group: "matrix", arity: [1, 1], kink: "the largest entry is not unique",
    rule: { piecewiseConstant: true },
    shape: ([a]) => a!,
    value: ([a]) => {
      const at = a!.data.reduce((best, x, i) => (x > a!.data[best]! ? i : best), 0);
      return fill(a!.rows, a!.cols, (i, j) => (j * a!.rows + i === at ? 1 : 0));
    },
    doc: { summary: "1 at the largest entry (the first of several), else 0: the gradient of max", shapes: "hardmax(m×n) → m×n", example: "hardmax(x)" },
  },
  {
    name: "usv1", unlisted: true, group: "matrix", arity: [1, 1],
    shape: ([a]) => a!,
    value: ([a]) => {
      const { u, s, v } = singularValues(a!);
      const k = s.indexOf(Math.max(...s));
      return fill(a!.rows, a!.cols, (i, j) => u.data[k * u.rows + i]! * v.data[k * v.rows + j]!);
    },
    doc: { summary: "u*v' of the largest singular value", shapes: "usv1(m×n) → m×n", example: "usv1(X)" },
  },
  {
    name: "vmax", unlisted: true, group: "matrix", arity: [1, 1],
    shape: ([a]) => square("the leading eigenvector", a!, vector(a!.rows)),
    value: ([a]) => {
      const v = symmetricEigen(a!).vectors;
      return fill(a!.rows, 1, (i) => v.data[(a!.rows - 1) * a!.rows + i]!);
    },
    doc: { summary: "the unit eigenvector of the largest eigenvalue (up to sign)", shapes: "vmax(n×n) → n", example: "vmax(S)" },
  },
]; // prettier-ignore

