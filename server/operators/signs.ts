import { type Dim, dimEqual, ONE } from "../core/dimension";
import { identity, isScalarDense, map, multiply, scalar, scale, transpose, zip } from "../core/dense";
import { inverse, matrixPower } from "../core/linearAlgebra";
import { isColumn, isScalar, isSquare, sameShape, type Shape, shapeText, transposed } from "../core/shape";
import type { Misfit, Operator, ShapeResult } from "./operator";

const mismatch = (message: string, left: Dim, right: Dim, args: [number, number] = [0, 1]): Misfit => ({
  code: "dimension-mismatch",
  message,
  clash: { left, right, args },
});

/** The first pair of sides that differ. */
function clashOf(a: Shape, b: Shape): [Dim, Dim] {
  return dimEqual(a.rows, b.rows) ? [a.cols, b.cols] : [a.rows, b.rows];
}

function equalShapes(what: string, a: Shape, b: Shape): ShapeResult {
  if (sameShape(a, b)) return a;
  return mismatch(`${what} needs equal shapes, but the left side is ${shapeText(a)} and the right side is ${shapeText(b)}`, ...clashOf(a, b));
}

function product(a: Shape, b: Shape): ShapeResult {
  if (isScalar(a)) return b;
  if (isScalar(b)) return a;
  if (dimEqual(a.cols, b.rows)) return { rows: a.rows, cols: b.cols };
  const both = isColumn(a) && isColumn(b) ? "two columns have no product" : `the inner dimensions ${a.cols.key} and ${b.rows.key} differ`;
  return mismatch(`${shapeText(a)} times ${shapeText(b)}: ${both}`, a.cols, b.rows);
}

/** x^p with the conventions of the calculus: integer powers of negative numbers are real. */
const power = (x: number, p: number): number => Math.pow(x, p);

export const SIGNS: readonly Operator[] = [
  {
    name: "add", group: "sign", arity: [2, 2], rule: { network: true },
    shape: ([a, b]) => equalShapes("+", a!, b!),
    value: ([a, b]) => zip(a!, b!, (x, y) => x + y),
    doc: { summary: "the sum, entry by entry", shapes: "m×n + m×n → m×n", example: "A + B" },
  },
  {
    name: "sub", group: "sign", arity: [2, 2], rule: { network: true },
    shape: ([a, b]) => equalShapes("-", a!, b!),
    value: ([a, b]) => zip(a!, b!, (x, y) => x - y),
    doc: { summary: "the difference, entry by entry", shapes: "m×n - m×n → m×n", example: "A - B" },
  },
  {
    name: "neg", group: "sign", arity: [1, 1], rule: { network: true },
    shape: ([a]) => a!,
    value: ([a]) => scale(a!, -1),
    doc: { summary: "the negative", shapes: "-(m×n) → m×n", example: "-A" },
  },
  {
    name: "mul", group: "sign", arity: [2, 2], rule: { network: true },
    shape: ([a, b]) => product(a!, b!),
    value: ([a, b]) => (isScalarDense(a!) || isScalarDense(b!) ? zip(a!, b!, (x, y) => x * y) : multiply(a!, b!)),
    doc: { summary: "the matrix product; a scalar scales", shapes: "m×n * n×p → m×p", example: "A*x" },
  },
  {
    name: "div", group: "sign", arity: [2, 2], rule: { network: true },
    shape: ([a, b]) =>
      isScalar(b!)
        ? a!
        : mismatch(`cannot divide by a ${shapeText(b!)} matrix; multiply by its inverse, or use ./ for entries`, b!.rows, ONE, [1, 1]),
    value: ([a, b]) => zip(a!, b!, (x, y) => x / y),
    doc: { summary: "division by a scalar", shapes: "m×n / scalar → m×n", example: "X/c" },
  },
  {
    name: "hadamard", group: "sign", arity: [2, 2], rule: { network: true },
    shape: ([a, b]) => equalShapes("the elementwise product", a!, b!),
    value: ([a, b]) => zip(a!, b!, (x, y) => x * y),
    doc: { summary: "the Hadamard (elementwise) product", shapes: "m×n .* m×n → m×n", example: "A.*B" },
  },
  {
    name: "hdiv", group: "sign", arity: [2, 2], rule: { network: true },
    shape: ([a, b]) => equalShapes("elementwise division", a!, b!),
    value: ([a, b]) => zip(a!, b!, (x, y) => x / y),
    doc: { summary: "elementwise division", shapes: "m×n ./ m×n → m×n", example: "A./B" },
  },
  {
    name: "pow", group: "sign", arity: [2, 2], rule: { network: true },
    shape: ([a, b]) =>
      !isScalar(b!)
        ? { code: "not-scalar", message: `an exponent must be a scalar, but it is ${shapeText(b!)}` }
        : isSquare(a!)
          ? a!
          : { code: "not-square", message: `a power needs a square matrix, but the base is ${shapeText(a!)}; use .^ for entries`, clash: { left: a!.rows, right: a!.cols, args: [0, 0] } },
    value: ([a, b]) => {
      const p = b!.data[0]!;
      if (isScalarDense(a!)) return scalar(power(a!.data[0]!, p));
      if (!Number.isInteger(p)) return matrixPower(a!, p);
      if (Math.abs(p) > 64) return map(a!, () => NaN);
      let out = identity(a!.rows);
      const base = p < 0 ? inverse(a!) : a!;
      for (let i = 0; i < Math.abs(p); i++) out = multiply(out, base);
      return out;
    },
    doc: { summary: "a power of a scalar or of a square matrix", shapes: "n×n ^ scalar → n×n", example: "X^2" },
  },
  {
    name: "hpow", group: "sign", arity: [2, 2], rule: { network: true },
    shape: ([a, b]) => (isScalar(b!) ? a! : { code: "not-scalar", message: `an exponent must be a scalar, but it is ${shapeText(b!)}` }),
    value: ([a, b]) => map(a!, (x) => power(x, b!.data[0]!)),
    doc: { summary: "each entry to a power", shapes: "m×n .^ scalar → m×n", example: "x.^2" },
  },
  {
    name: "transpose", group: "sign", arity: [1, 1], rule: { network: true },
    shape: ([a]) => transposed(a!),
    value: ([a]) => transpose(a!),
    doc: { summary: "the transpose", shapes: "(m×n)' → n×m", example: "A'" },
  },
]; // prettier-ignore

