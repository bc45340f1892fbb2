/**
 * A small dense matrix for evaluating formulas at points: column-major, no checks in the hot path.
 * Decompositions come from ml-matrix (`linearAlgebra.ts`); here are only the loops that dominate.
 */
export interface Dense {
  readonly rows: number;
  readonly cols: number;
  /** Column by column: entry (i, j) is `data[j * rows + i]`. */
  readonly data: Float64Array;
}

export const dense = (rows: number, cols: number, data?: Float64Array): Dense => ({
  rows,
  cols,
  data: data ?? new Float64Array(rows * cols),
});

export const scalar = (v: number): Dense => ({ rows: 1, cols: 1, data: Float64Array.of(v) });

export function fill(rows: number, cols: number, at: (i: number, j: number) => number): Dense {
  const m = dense(rows, cols);
  for (let j = 0, k = 0; j < cols; j++) for (let i = 0; i < rows; i++) m.data[k++] = at(i, j);
  return m;
}

export const identity = (n: number): Dense => fill(n, n, (i, j) => (i === j ? 1 : 0));
export const constant = (rows: number, cols: number, v: number): Dense =>
  dense(rows, cols, new Float64Array(rows * cols).fill(v));

export const isScalarDense = (a: Dense): boolean => a.data.length === 1;

export function map(a: Dense, f: (x: number) => number): Dense {
  const out = new Float64Array(a.data.length);
  for (let i = 0; i < out.length; i++) out[i] = f(a.data[i]!);
  return { rows: a.rows, cols: a.cols, data: out };
}

/** Entry by entry; a 1×1 operand is spread over the other. */
export function zip(a: Dense, b: Dense, f: (x: number, y: number) => number): Dense {
  if (a.data.length === 1 && b.data.length !== 1) {
    const x = a.data[0]!;
    return map(b, (y) => f(x, y));
  }
  if (b.data.length === 1 && a.data.length !== 1) {
    const y = b.data[0]!;
    return map(a, (x) => f(x, y));
  }
  const out = new Float64Array(a.data.length);
  for (let i = 0; i < out.length; i++) out[i] = f(a.data[i]!, b.data[i]!);
  return { rows: a.rows, cols: a.cols, data: out };
}

export const scale = (a: Dense, by: number): Dense => map(a, (x) => x * by);

export function multiply(a: Dense, b: Dense): Dense {
  const m = a.rows;
  const n = b.cols;
  const k = a.cols;
  const out = new Float64Array(m * n);
  for (let j = 0; j < n; j++)
    for (let p = 0; p < k; p++) {
      const y = b.data[j * k + p]!;
      if (y !== 0) for (let i = 0; i < m; i++) out[j * m + i]! += a.data[p * m + i]! * y;
    }
  return { rows: m, cols: n, data: out };
}

export function transpose(a: Dense): Dense {
  if (a.rows === 1 || a.cols === 1) return { rows: a.cols, cols: a.rows, data: a.data };
  return fill(a.cols, a.rows, (i, j) => a.data[i * a.rows + j]!);
}

export function kronecker(a: Dense, b: Dense): Dense {
  return fill(
    a.rows * b.rows,
    a.cols * b.cols,
    (i, j) =>
      a.data[Math.floor(j / b.cols) * a.rows + Math.floor(i / b.rows)]! * b.data[(j % b.cols) * b.rows + (i % b.rows)]!,
  );
}

/** K with K·vec(A) = vec(Aᵀ) for every A of m rows and n columns. */
export function commutation(m: number, n: number): Dense {
  const k = dense(m * n, m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) k.data[(j * m + i) * m * n + (i * n + j)] = 1;
  return k;
}

export function sum(a: Dense): number {
  let s = 0;
  for (let i = 0; i < a.data.length; i++) s += a.data[i]!;
  return s;
}

export function trace(a: Dense): number {
  let s = 0;
  for (let i = 0; i < a.rows; i++) s += a.data[i * a.rows + i]!;
  return s;
}

export const vec = (a: Dense): Dense => ({ rows: a.data.length, cols: 1, data: a.data });

/** The matrix with this diagonal, or the diagonal of this matrix. */
export function diagonal(a: Dense): Dense {
  if (a.cols === 1 && a.rows > 1) return fill(a.rows, a.rows, (i, j) => (i === j ? a.data[i]! : 0));
  return fill(a.rows, 1, (i) => a.data[i * a.rows + i]!);
}

/** Largest distance between entries, relative to the larger of 1 and the largest entry. */
export function distance(a: Dense, b: Dense): number {
  if (a.rows !== b.rows || a.cols !== b.cols) return Infinity;
  let most = 0;
  let size = 1;
  for (let i = 0; i < a.data.length; i++) {
    const d = Math.abs(a.data[i]! - b.data[i]!);
    if (!(d <= most)) most = d;
    size = Math.max(size, Math.abs(a.data[i]!), Math.abs(b.data[i]!));
  }
  return most / size;
}
