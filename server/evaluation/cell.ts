import { type Dense, dense, scalar } from "../core/dense";
import { Failure } from "./failure";

/**
 * One step of a compiled program: its value, and how to compute it from the values of others. Equal steps are
 * one cell. A cell that depends on the index of a sum belongs to that sum's frame and is run by it.
 */
export interface Cell {
  readonly seq: number;
  readonly frame: Frame;
  /** Cells outside its own body that the value depends on. */
  readonly args: readonly Cell[];
  readonly compute: () => Dense;
  value: Dense;
  /** Of a sum: the steps of its body, in order. */
  readonly inner?: readonly Cell[];
}

/** The body of a sum; `undefined` as parent marks the program itself. */
export interface Frame {
  readonly depth: number;
}

export const UNSET: Dense = scalar(NaN);

/** Everything a set of cells needs of one frame, in an order in which it can be run. */
export function stepsOf(roots: readonly Cell[], frame: Frame): { steps: Cell[]; outside: Cell[] } {
  const seen = new Set<Cell>();
  const steps: Cell[] = [];
  const outside: Cell[] = [];
  const visit = (c: Cell): void => {
    if (seen.has(c)) return;
    seen.add(c);
    if (c.frame !== frame) {
      outside.push(c);
      return;
    }
    for (const a of c.args) visit(a);
    steps.push(c);
  };
  for (const r of roots) visit(r);
  return { steps, outside };
}

/** The steps between some changed cells and a root, in order: what must be run again when those change. */
export function dependents(roots: readonly Cell[], changed: readonly Cell[]): Cell[] {
  const state = new Map<Cell, boolean>();
  const out: Cell[] = [];
  const visit = (c: Cell): boolean => {
    const known = state.get(c);
    if (known !== undefined) return known;
    if (changed.includes(c)) {
      state.set(c, true);
      return true;
    }
    let hit = false;
    for (const a of c.args) if (visit(a)) hit = true;
    if (c.inner !== undefined) for (const i of c.inner) if (touches(i)) hit = true;
    state.set(c, hit);
    if (hit) out.push(c);
    return hit;
  };
  // Steps of a sum's body are run by the sum: they count, but are not listed.
  const touches = (c: Cell): boolean => {
    const known = state.get(c);
    if (known !== undefined) return known;
    let hit = changed.includes(c) || c.args.some((a) => touches(a));
    if (!hit && c.inner !== undefined) hit = c.inner.some((i) => touches(i));
    if (hit) state.set(c, true);
    return hit;
  };
  for (const r of roots) visit(r);
  return out;
}

/** Something that can be changed in order to differentiate: a variable, an entry of it, a member of a family. */
export interface Target {
  readonly cell: Cell;
  readonly get: () => Dense;
  readonly set: (v: Dense) => void;
}

const stepSizes = [1e-3, 1e-2, 4e-2];

/** The step of a five-point difference of something that already holds `nested` differences. */
export const stepSize = (nested: number): number => stepSizes[Math.min(nested, stepSizes.length - 1)]!;

/**
 * The change of a root's value along a direction, by the central five-point difference.
 * `rough` is the three-point difference of the same step, to judge how far the first can be trusted.
 */
export function alongDirection(
  root: Cell,
  steps: readonly Cell[],
  targets: readonly Target[],
  directions: readonly Dense[],
  h: number,
): { fine: Dense; rough: Dense } {
  const bases = targets.map((t) => t.get());
  const kept: Dense[] = [];
  for (const s of steps) kept.push(s.value);
  const rows = root.value.rows;
  const cols = root.value.cols;
  const fine = dense(rows, cols);
  const rough = dense(rows, cols);
  try {
    for (let k = -2; k <= 2; k++) {
      if (k === 0) continue;
      for (let t = 0; t < targets.length; t++) {
        const base = bases[t]!;
        const d = directions[t]!.data;
        const moved = new Float64Array(base.data.length);
        for (let i = 0; i < moved.length; i++) moved[i] = base.data[i]! + k * h * d[i]!;
        targets[t]!.set({ rows: base.rows, cols: base.cols, data: moved });
      }
      for (const s of steps) s.value = s.compute();
      const v = root.value.data;
      const w = k === 1 || k === -1 ? (8 * k) / (12 * h) : -k / 2 / (12 * h);
      for (let i = 0; i < v.length; i++) fine.data[i]! += w * v[i]!;
      if (k === 1 || k === -1) for (let i = 0; i < v.length; i++) rough.data[i]! += (k * v[i]!) / (2 * h);
    }
  } finally {
    for (let t = 0; t < targets.length; t++) targets[t]!.set(bases[t]!);
    for (let i = 0; i < steps.length; i++) steps[i]!.value = kept[i]!;
  }
  return { fine, rough };
}

/** How far three-point and five-point differences may be apart, relative to the derivative, for each level of nesting. */
const SPREAD = [3e-5, 3e-3, 5e-2];

/** What a difference may be off by, beside a value of this size, for rounding and for the step. */
const doubt = (spread: number, value: number, nested: number): number => spread + (1e-13 * value) / stepSize(nested);

function trust(spread: number, size: number, value: number, nested: number): void {
  // Where the derivative is zero, what the two differ by is small beside the value all the same.
  const noise = ((nested === 0 ? 1e-12 : 1e-9) * (1 + value)) / stepSize(nested) + 1e-6 * Math.min(value, 100);
  if (!(spread <= SPREAD[Math.min(nested, 2)]! * size + noise))
    throw new Failure("domain", "no point was found at which differences can be trusted");
}

function largest(a: Float64Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]!));
  return most;
}

/** The change along directions; fails where the step is too coarse for the function. `doubted` is told how exact it is. */
export function trustedDifference(
  root: Cell,
  steps: readonly Cell[],
  targets: readonly Target[],
  directions: readonly Dense[],
  nested: number,
  doubted: (noise: number) => void,
): Dense {
  const { fine, rough } = alongDirection(root, steps, targets, directions, stepSize(nested));
  let spread = 0;
  for (let i = 0; i < fine.data.length; i++) spread = Math.max(spread, Math.abs(fine.data[i]! - rough.data[i]!));
  const value = largest(root.value.data);
  trust(spread, largest(fine.data), value, nested);
  doubted(doubt(spread, value, nested));
  return fine;
}

/**
 * The whole derivative, laid out as the contract says; one column of the Jacobian for each entry of the target.
 * `within` keeps the changes of the target in its structure: the derivative comes out projected on it.
 * Fails where the step is too coarse for the function: at a kink, or close to a pole.
 */
export function fullDerivative(
  root: Cell,
  steps: readonly Cell[],
  target: Target,
  nested: number,
  doubted: (noise: number) => void,
  within: (d: Dense) => Dense = (d) => d,
): Dense {
  const h = stepSize(nested);
  const at = target.get();
  const n = at.data.length;
  const m = root.value.data.length;
  // What does not change at all has no rounding either.
  const still = steps.length === 0 && root !== target.cell;
  const columns: Dense[] = [];
  let spread = 0;
  let size = 0;
  for (let k = 0; k < n; k++) {
    const d = dense(at.rows, at.cols);
    d.data[k] = 1;
    if (still) {
      columns.push(dense(root.value.rows, root.value.cols));
      continue;
    }
    const { fine, rough } = alongDirection(root, steps, [target], [within(d)], h);
    for (let i = 0; i < m; i++) {
      size = Math.max(size, Math.abs(fine.data[i]!));
      spread = Math.max(spread, Math.abs(fine.data[i]! - rough.data[i]!));
    }
    columns.push(fine);
  }
  trust(spread, size, largest(root.value.data), nested);
  doubted(doubt(spread, largest(root.value.data), nested));
  if (n === 1) return columns[0]!;
  if (m === 1) {
    const g = dense(at.rows, at.cols);
    for (let k = 0; k < n; k++) g.data[k] = columns[k]!.data[0]!;
    return g;
  }
  const j = dense(m, n);
  for (let k = 0; k < n; k++) j.data.set(columns[k]!.data, k * m);
  return j;
}
