import { type Dense, dense, fill, identity, multiply, transpose, zip } from "../core/dense";
import { type Dim, dimEvaluate, dimName } from "../core/dimension";
import type { Property, Scope, Variable } from "../core/scope";
import { assignDimensions } from "./dimensions";
import { hashText, Random } from "./random";

/**
 * How plain variables are drawn; later ways serve expressions whose domain the earlier ones miss
 * (`log`, `arcsin`, `logm`, `inv(X*X')`).
 */
export type Way = "normal" | "positive" | "small" | "near" | "wide" | "definite" | "large" | "wide-positive";
export const WAYS: readonly Way[] = [
  "normal",
  "positive",
  "near",
  "small",
  "wide",
  "definite",
  "large",
  "wide-positive",
];

/** Values for names: dimensions are numbers, variables matrices, a family a list of matrices. */
export interface Point {
  readonly dimensions: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<string, Dense>;
  readonly families: ReadonlyMap<string, { readonly from: number; readonly members: readonly Dense[] }>;
  /** Draws a matrix to fit a shape and properties, with a stream of its own for each key. */
  readonly draw: (key: string, rows: number, cols: number, properties: ReadonlySet<Property>) => Dense;
  /** A change of a variable that stays within its structure. */
  readonly direction: (key: string, at: Dense, properties: ReadonlySet<Property>) => Dense;
}

/** More entries than this in one variable are not sampled. */
export const MOST_ENTRIES = 4096;

function plain(random: Random, way: Way, rows: number, cols: number): Dense {
  const out = dense(rows, cols);
  const d = out.data;
  switch (way) {
    case "normal":
    case "wide":
      for (let i = 0; i < d.length; i++) d[i] = random.normal();
      break;
    case "positive":
    case "wide-positive":
    case "definite":
      for (let i = 0; i < d.length; i++) d[i] = random.between(0.4, 1.7);
      break;
    case "small":
      for (let i = 0; i < d.length; i++) d[i] = random.between(-0.3, 0.3);
      break;
    case "near":
      for (let i = 0; i < d.length; i++) d[i] = random.between(0.05, 0.3);
      break;
    case "large":
      for (let i = 0; i < d.length; i++) d[i] = random.between(1.6, 3);
      break;
  }
  if (rows === cols && rows > 1) {
    if (way === "near") for (let i = 0; i < rows; i++) d[i * rows + i]! += 1;
    if (way === "definite") return definite(out);
  }
  return out;
}

function definite(b: Dense): Dense {
  const out = multiply(b, transpose(b));
  for (let i = 0; i < out.data.length; i++) out.data[i]! /= b.rows;
  for (let i = 0; i < b.rows; i++) out.data[i * b.rows + i]! += 0.5;
  return out;
}

/** Columns made orthonormal one after the other (twice, for accuracy). */
function orthonormal(a: Dense): Dense {
  const n = a.rows;
  const q = Float64Array.from(a.data);
  for (let j = 0; j < a.cols; j++) {
    for (let pass = 0; pass < 2; pass++)
      for (let k = 0; k < j; k++) {
        let s = 0;
        for (let i = 0; i < n; i++) s += q[j * n + i]! * q[k * n + i]!;
        for (let i = 0; i < n; i++) q[j * n + i]! -= s * q[k * n + i]!;
      }
    let norm = 0;
    for (let i = 0; i < n; i++) norm += q[j * n + i]! ** 2;
    norm = Math.sqrt(norm);
    for (let i = 0; i < n; i++) q[j * n + i]! /= norm;
  }
  return { rows: n, cols: a.cols, data: q };
}

/** Keeps the part of a matrix that belongs to the structure its properties promise (a linear subspace). */
export function project(a: Dense, properties: ReadonlySet<Property>): Dense {
  if (a.rows !== a.cols || a.rows === 1) return a;
  if (properties.has("diagonal")) return fill(a.rows, a.rows, (i, j) => (i === j ? a.data[j * a.rows + i]! : 0));
  let out = a;
  if (properties.has("symmetric")) out = zip(out, transpose(out), (x, y) => (x + y) / 2);
  if (properties.has("skew")) out = zip(out, transpose(out), (x, y) => (x - y) / 2);
  if (properties.has("lower")) {
    const l = out;
    out = fill(l.rows, l.rows, (i, j) => (i >= j ? l.data[j * l.rows + i]! : 0));
  }
  if (properties.has("upper")) {
    const u = out;
    out = fill(u.rows, u.rows, (i, j) => (i <= j ? u.data[j * u.rows + i]! : 0));
  }
  return out;
}

/** Whether a property restricts the changes of a variable to a subspace. */
export const isStructured = (properties: ReadonlySet<Property>): boolean =>
  properties.has("symmetric") || properties.has("skew") || properties.has("lower") || properties.has("upper");

function drawMatrix(random: Random, way: Way, rows: number, cols: number, properties: ReadonlySet<Property>): Dense {
  if (properties.size === 0) return plain(random, way, rows, cols);
  const nonneg = properties.has("nonneg");
  const base = nonneg ? plain(random, "positive", rows, cols) : undefined;
  if (rows !== cols || rows === 1)
    return (
      base ??
      (properties.has("orthogonal") && rows >= cols && rows > 1
        ? orthonormal(plain(random, "normal", rows, cols))
        : plain(random, way, rows, cols))
    );
  const raw = base ?? plain(random, "normal", rows, rows);
  if (properties.has("diagonal")) {
    const safe = properties.has("psd") || properties.has("invertible") || way !== "normal";
    return fill(rows, rows, (i, j) =>
      i !== j ? 0 : safe ? 0.5 + Math.abs(raw.data[i * rows + i]!) * 0.7 : raw.data[i * rows + i]!,
    );
  }
  if (properties.has("psd")) {
    const out = definite(raw);
    if (way === "near" || way === "small")
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < rows; j++)
          out.data[j * rows + i] = (i === j ? 1 : 0) + 0.1 * (out.data[j * rows + i]! - 0.5);
    return out;
  }
  if (properties.has("orthogonal")) return orthonormal(raw);
  if (properties.has("lower") || properties.has("upper")) {
    const low = properties.has("lower");
    return fill(rows, rows, (i, j) =>
      i === j
        ? 0.6 + Math.abs(raw.data[j * rows + i]!) * 0.6
        : (low ? i > j : i < j)
          ? raw.data[j * rows + i]! * 0.6
          : 0,
    );
  }
  const way1 = nonneg ? raw : plain(random, way, rows, rows);
  if (properties.has("skew")) return project(raw, properties);
  const shaped = properties.has("symmetric") ? project(way1, properties) : way1;
  if (!properties.has("invertible") || way === "near" || way === "definite") return shaped;
  return zip(identity(rows), shaped, (e, x) => 1.5 * e + 0.4 * x);
}

/**
 * A point at which to evaluate: each dimension a different small number, each named variable drawn to fit its
 * shape and properties. The same arguments give the same point. `attempt` counts through `WAYS`, two points each.
 *
 * `names`: variables (families by base name) and dimension names in use. `undefined` where some dimension cannot
 * be made a positive whole number, or a variable is too large.
 */
export function samplePoint(
  scope: Scope,
  names: Iterable<string>,
  seed: number,
  attempt: number,
  more: { readonly atLeast?: number; readonly dims?: readonly Dim[] } = {},
): Point | undefined {
  const way = WAYS[(attempt >> 1) % WAYS.length]!;
  const used: Variable[] = [];
  const others: Dim[] = [...(more.dims ?? [])];
  for (const n of names) {
    const v = scope.variables.get(n);
    if (v !== undefined) {
      used.push(v);
      if (v.family !== undefined) others.push(v.family.from, v.family.to);
    } else others.push(dimName(n));
  }
  const dimensions = assignDimensions({
    shapes: used.map((v) => v.shape),
    others,
    wide: way === "wide" || way === "wide-positive",
    atLeast: more.atLeast ?? 0,
    variant: attempt & 1,
  });
  if (dimensions === undefined) return undefined;
  const stream = (key: string) =>
    new Random(hashText(key) ^ Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(attempt + 1, 0x85ebca6b));
  const draw: Point["draw"] = (key, rows, cols, properties) => drawMatrix(stream(key), way, rows, cols, properties);
  const direction: Point["direction"] = (key, at, properties) => {
    const raw = plain(stream(`d${key}`), "normal", at.rows, at.cols);
    if (properties.size === 0) return raw;
    // The tangent space of the orthogonal group at Q is Q times the skew matrices.
    if (properties.has("orthogonal") && at.rows === at.cols)
      return multiply(
        at,
        zip(raw, transpose(raw), (x, y) => (x - y) / 2),
      );
    return project(raw, properties);
  };
  const values = new Map<string, Dense>();
  const families = new Map<string, { from: number; members: Dense[] }>();
  for (const v of used) {
    const rows = dimEvaluate(v.shape.rows, dimensions);
    const cols = dimEvaluate(v.shape.cols, dimensions);
    if (rows === undefined || cols === undefined || rows * cols > MOST_ENTRIES) return undefined;
    if (v.family === undefined) values.set(v.name, draw(v.name, rows, cols, v.properties));
    else {
      const from = dimEvaluate(v.family.from, dimensions)!;
      const to = dimEvaluate(v.family.to, dimensions)!;
      if (!(to - from < 200)) return undefined;
      const members: Dense[] = [];
      for (let i = from; i <= to; i++) members.push(draw(`${v.name}_${i}`, rows, cols, v.properties));
      families.set(v.name, { from, members });
    }
  }
  return { dimensions, values, families, draw, direction };
}

/** The point with each entry changed by its rounding error, in one of many ways. */
export function rounded(point: Point, way = 0): Point {
  const random = new Random(way);
  const nudged = (m: Dense): Dense => ({
    ...m,
    data: m.data.map(
      (x, i) => x * (1 + ((way === 0 ? i % 2 === 0 : random.uniform() < 0.5) ? 4 : -4) * Number.EPSILON),
    ),
  });
  const values = new Map([...point.values].map(([name, m]) => [name, nudged(m)]));
  const families = new Map([...point.families].map(([name, f]) => [name, { ...f, members: f.members.map(nudged) }]));
  return { ...point, values, families };
}
