import {
  CholeskyDecomposition,
  EigenvalueDecomposition,
  LuDecomposition,
  Matrix,
  SingularValueDecomposition,
} from "ml-matrix";
import { type Dense, constant, dense, fill, identity, multiply, scale, transpose, zip } from "./dense";

/** Decompositions of small dense matrices, by ml-matrix. Results are NaN where they do not exist. */

const toMl = (a: Dense): Matrix => {
  const m = new Matrix(a.rows, a.cols);
  for (let j = 0, k = 0; j < a.cols; j++) for (let i = 0; i < a.rows; i++) m.set(i, j, a.data[k++]!);
  return m;
};

const fromMl = (m: Matrix): Dense => fill(m.rows, m.columns, (i, j) => m.get(i, j));

const nan = (rows: number, cols: number): Dense => constant(rows, cols, NaN);

export function determinant(a: Dense): number {
  if (a.rows === 1) return a.data[0]!;
  if (a.rows === 2) return a.data[0]! * a.data[3]! - a.data[1]! * a.data[2]!;
  return new LuDecomposition(toMl(a)).determinant;
}

export function inverse(a: Dense): Dense {
  if (a.rows === 1) return dense(1, 1, Float64Array.of(1 / a.data[0]!));
  if (a.rows === 2) {
    const [p, r, q, s] = a.data as unknown as [number, number, number, number];
    const d = p * s - q * r;
    return dense(2, 2, Float64Array.of(s / d, -r / d, -q / d, p / d));
  }
  return inverted(a) ?? nan(a.rows, a.cols);
}

/** Gauss–Jordan elimination with row pivots, in place: evaluation inverts small matrices thousands of times. */
function inverted(a: Dense): Dense | undefined {
  const n = a.rows;
  const x = Float64Array.from(a.data);
  const rows = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(x[k * n + i]!) > Math.abs(x[k * n + pivot]!)) pivot = i;
    const p = x[k * n + pivot]!;
    if (!(Math.abs(p) > 0)) return undefined;
    rows[k] = pivot;
    for (let j = 0; j < n; j++) {
      const upper = x[j * n + pivot]!;
      x[j * n + pivot] = x[j * n + k]!;
      x[j * n + k] = j === k ? 1 / p : upper / p;
    }
    for (let j = 0; j < n; j++) {
      if (j === k) continue;
      const t = x[j * n + k]!;
      for (let i = 0; i < n; i++) if (i !== k) x[j * n + i]! -= x[k * n + i]! * t;
    }
    for (let i = 0; i < n; i++) if (i !== k) x[k * n + i]! *= -1 / p;
  }
  // The rows that changed places are columns of the inverse.
  for (let k = n - 1; k >= 0; k--) {
    const pivot = rows[k]!;
    if (pivot === k) continue;
    for (let i = 0; i < n; i++) [x[k * n + i], x[pivot * n + i]] = [x[pivot * n + i]!, x[k * n + i]!];
  }
  return dense(n, n, x);
}

export const isPositiveDefinite = (a: Dense): boolean => new CholeskyDecomposition(toMl(a)).isPositiveDefinite();

/** Singular values and vectors, largest first: A = U·diag(s)·Vᵀ. */
export function singularValues(a: Dense): { u: Dense; s: number[]; v: Dense } {
  const svd = new SingularValueDecomposition(toMl(a), { autoTranspose: true });
  return { u: fromMl(svd.leftSingularVectors), s: svd.diagonal, v: fromMl(svd.rightSingularVectors) };
}

/** The Moore–Penrose pseudo-inverse. */
export function pseudoInverse(a: Dense): Dense {
  const { u, s, v } = singularValues(a);
  const most = Math.max(...s);
  const w = fill(v.rows, s.length, (i, j) => (s[j]! > 1e-12 * most ? v.data[j * v.rows + i]! / s[j]! : 0));
  return multiply(w, transpose(fill(u.rows, s.length, (i, j) => u.data[j * u.rows + i]!)));
}

/** Eigenvalues (ascending) and orthonormal eigenvectors of the symmetric part. */
export function symmetricEigen(a: Dense): { values: number[]; vectors: Dense } {
  const sym = zip(a, transpose(a), (x, y) => (x + y) / 2);
  const evd = new EigenvalueDecomposition(toMl(sym), { assumeSymmetric: true });
  const order = evd.realEigenvalues.map((_, i) => i).sort((i, j) => evd.realEigenvalues[i]! - evd.realEigenvalues[j]!);
  const v = fromMl(evd.eigenvectorMatrix);
  return {
    values: order.map((i) => evd.realEigenvalues[i]!),
    vectors: fill(a.rows, a.rows, (i, j) => v.data[order[j]! * a.rows + i]!),
  };
}

const norm1 = (a: Dense): number => {
  let most = 0;
  for (let j = 0; j < a.cols; j++) {
    let s = 0;
    for (let i = 0; i < a.rows; i++) s += Math.abs(a.data[j * a.rows + i]!);
    most = Math.max(most, s);
  }
  return most;
};

/** Matrix exponential by scaling and squaring with a Taylor polynomial (Moler and Van Loan 2003, method 3). */
export function matrixExp(a: Dense): Dense {
  const n = norm1(a);
  if (!Number.isFinite(n)) return nan(a.rows, a.cols);
  const squarings = Math.max(0, Math.ceil(Math.log2(n + 1e-300)) + 2);
  const x = scale(a, 2 ** -squarings);
  let term = identity(a.rows);
  let out = term;
  for (let k = 1; k <= 18; k++) {
    term = scale(multiply(term, x), 1 / k);
    out = zip(out, term, (p, q) => p + q);
  }
  for (let i = 0; i < squarings; i++) out = multiply(out, out);
  return out;
}

/** Principal square root by the Denman–Beavers iteration (Higham 2008, §6.3); NaN where it does not converge. */
export function matrixSqrt(a: Dense): Dense {
  let y = a;
  let z = identity(a.rows);
  for (let i = 0; i < 60; i++) {
    const zi = inverse(z);
    const yi = inverse(y);
    const y2 = zip(y, zi, (p, q) => (p + q) / 2);
    z = zip(z, yi, (p, q) => (p + q) / 2);
    const step = norm1(zip(y2, y, (p, q) => p - q));
    y = y2;
    if (step <= 1e-15 * norm1(y)) return y;
    if (!Number.isFinite(step)) return nan(a.rows, a.cols);
  }
  const r = zip(multiply(y, y), a, (p, q) => p - q);
  return norm1(r) <= 1e-9 * (1 + norm1(a)) ? y : nan(a.rows, a.cols);
}

/** Principal logarithm by inverse scaling and squaring (Higham 2008, §11.5); NaN where it does not exist. */
export function matrixLog(a: Dense): Dense {
  let x = a;
  const eye = identity(a.rows);
  let roots = 0;
  while (roots < 60) {
    const d = norm1(zip(x, eye, (p, q) => p - q));
    if (!Number.isFinite(d)) return nan(a.rows, a.cols);
    if (d < 0.01) break;
    x = matrixSqrt(x);
    roots++;
  }
  // log(X) = 2·artanh((X−I)(X+I)⁻¹)
  const w = multiply(
    zip(x, eye, (p, q) => p - q),
    inverse(zip(x, eye, (p, q) => p + q)),
  );
  const w2 = multiply(w, w);
  let term = w;
  let out = w;
  for (let k = 3; k <= 15; k += 2) {
    term = multiply(term, w2);
    out = zip(out, scale(term, 1 / k), (p, q) => p + q);
  }
  return scale(out, 2 ** (roots + 1));
}

/** A power of a matrix whose exponent is no whole number, by the principal logarithm; NaN where that does not exist. */
export const matrixPower = (a: Dense, p: number): Dense => matrixExp(scale(matrixLog(a), p));
