import { type Dim, dimEqual, dimText, isOne, ONE } from "./dimension";

/** Every value is a matrix: a scalar is 1×1, a column vector n×1, a row vector 1×n. */
export interface Shape {
  readonly rows: Dim;
  readonly cols: Dim;
}

export const SCALAR: Shape = { rows: ONE, cols: ONE };
export const vector = (n: Dim): Shape => ({ rows: n, cols: ONE });
export const matrix = (rows: Dim, cols: Dim): Shape => ({ rows, cols });

export const isScalar = (s: Shape): boolean => isOne(s.rows) && isOne(s.cols);
/** A column with more than one entry. */
export const isColumn = (s: Shape): boolean => isOne(s.cols) && !isOne(s.rows);
/** A row with more than one entry. */
export const isRow = (s: Shape): boolean => isOne(s.rows) && !isOne(s.cols);
export const isMatrix = (s: Shape): boolean => !isOne(s.rows) && !isOne(s.cols);
export const isSquare = (s: Shape): boolean => dimEqual(s.rows, s.cols);
export const sameShape = (a: Shape, b: Shape): boolean => dimEqual(a.rows, b.rows) && dimEqual(a.cols, b.cols);
export const transposed = (s: Shape): Shape => ({ rows: s.cols, cols: s.rows });

/** As users read it: `scalar`, `n`, `m×n`, `1×n`. */
export function shapeText(s: Shape): string {
  if (isScalar(s)) return "scalar";
  const d = (x: Dim) => (/[+-]/.test(x.key) ? `(${dimText(x)})` : dimText(x));
  return `${d(s.rows)}×${d(s.cols)}`;
}

/** As it is declared: `R`, `R^n`, `R^(m×n)`. */
export function shapeDeclaration(s: Shape): string {
  if (isScalar(s)) return "R";
  if (isColumn(s)) return /^\w+$/.test(s.rows.key) ? `R^${s.rows.key}` : `R^(${s.rows.key})`;
  return `R^(${s.rows.key}×${s.cols.key})`;
}
