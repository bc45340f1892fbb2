import { type Dense, dense } from "../core/dense";
import type { Property } from "../core/scope";
import { isStructured, project } from "./sample";

/**
 * What a derivative says within the structure of its variables (symmetric, skew, diagonal, triangular).
 *
 * A gradient is one matrix of the structure. A Jacobian or a Hessian is a matrix over vec: all that it is asked for is
 * what it does to changes that stay in the structure, so that two of them are the same derivative where they agree on
 * those: J·P, and P·H·P for second derivatives, with P the projection (`(I + K)/2` for symmetric matrices).
 * docs/calculus.md, "Structured variables".
 */
export interface Structured {
  readonly rows: number;
  readonly cols: number;
  readonly properties: ReadonlySet<Property>;
}

/** One factor of a side that is a Kronecker product: plain entries, or the entries of a structured square matrix. */
interface Part {
  readonly size: number;
  readonly of?: Structured;
}

/** The sides of a derivative: a value or gradient with the shape of a matrix, or a matrix over vec. */
export interface Sides {
  readonly rows: readonly Part[];
  readonly cols: readonly Part[];
  /** Both sides together are one structured matrix: a gradient. */
  readonly whole?: Structured;
}

const sideOf = (v: Structured): Part =>
  isStructured(v.properties) && v.rows === v.cols ? { size: v.rows * v.cols, of: v } : { size: v.rows * v.cols };

/** The sides of the derivative of a value, one variable after the other (contract §1, "Shapes of results"). */
export function sidesOf(value: { readonly rows: number; readonly cols: number }, by: readonly Structured[]): Sides {
  let sides: Sides = { rows: [{ size: value.rows }], cols: [{ size: value.cols }] };
  let entries = value.rows * value.cols;
  for (const v of by) {
    const own = v.rows * v.cols;
    if (own === 1) continue;
    if (entries === 1) {
      const whole = sideOf(v).of;
      sides = { rows: [{ size: v.rows }], cols: [{ size: v.cols }], ...(whole === undefined ? {} : { whole }) };
    } else {
      // vec of what was differentiated: its columns run slowest.
      const rows = sides.whole === undefined ? [...sides.cols, ...sides.rows] : [sideOf(sides.whole)];
      sides = { rows, cols: [sideOf(v)] };
    }
    entries *= own;
  }
  return sides;
}

export const turnedSides = (s: Sides): Sides => ({ rows: s.cols, cols: s.rows, ...(s.whole === undefined ? {} : { whole: s.whole }) }); // prettier-ignore

/** Whether anything of a derivative plays no part. */
export const isWithin = (s: Sides): boolean =>
  s.whole !== undefined || [...s.rows, ...s.cols].some((p) => p.of !== undefined);

/** The part of a derivative that acts within the structure of its variables. */
export function within(m: Dense, sides: Sides): Dense {
  if (!isWithin(sides)) return m;
  if (sides.whole !== undefined) return project(m, sides.whole.properties);
  const rows = projected(m, sides.rows, m.rows, (line, at) => line * m.rows + at, m.cols);
  return projected(rows, sides.cols, m.cols, (line, at) => at * m.rows + line, m.rows);
}

/** Every line along one side, with its structured parts projected. */
function projected(
  m: Dense,
  side: readonly Part[],
  length: number,
  place: (line: number, at: number) => number,
  lines: number,
): Dense {
  let out = m;
  let fast = length;
  for (const part of side) {
    fast /= part.size;
    if (part.of === undefined) continue;
    const n = part.of.rows;
    const data = Float64Array.from(out.data);
    for (let line = 0; line < lines; line++)
      for (let slow = 0; slow < length / (part.size * fast); slow++)
        for (let t = 0; t < fast; t++) {
          const at = (k: number): number => place(line, (slow * part.size + k) * fast + t);
          const square = dense(n, n);
          for (let k = 0; k < part.size; k++) square.data[k] = out.data[at(k)]!;
          const inside = project(square, part.of.properties);
          for (let k = 0; k < part.size; k++) data[at(k)] = inside.data[k]!;
        }
    out = { ...out, data };
  }
  return out;
}
