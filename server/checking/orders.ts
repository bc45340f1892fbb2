import type { Dense } from "../core/dense";
import { largestEntry, PATH_STEP, relativeDistance, type Sample } from "../evaluation";

/** Seven-point differences at the middle of a path (Fornberg 1988, table 1), of order 0, 1 and 2. */
const WEIGHTS: readonly (readonly number[])[] = [
  [0, 0, 0, 1, 0, 0, 0],
  [-1, 9, -45, 0, 45, -9, 1].map((w) => w / (60 * PATH_STEP)),
  [2, -27, 270, -490, 270, -27, 2].map((w) => w / (180 * PATH_STEP ** 2)),
];

function coefficient(path: readonly Dense[], order: number): Dense {
  const first = path[0]!;
  const data = new Float64Array(first.data.length);
  path.forEach((p, k) => {
    const w = WEIGHTS[order]![k]!;
    if (w !== 0) for (let i = 0; i < data.length; i++) data[i]! += w * p.data[i]!;
  });
  return { rows: first.rows, cols: first.cols, data };
}

/** The degree of a side as a polynomial in the differentials; 6 stands for all that is higher, or no polynomial. */
function degree(path: readonly Dense[], noise: number): number {
  let rows = path.map((p) => p.data);
  let out = 0;
  const size = Math.max(...path.map(largestEntry));
  for (let order = 1; order <= 6; order++) {
    rows = rows.slice(1).map((r, k) => r.map((x, i) => x - rows[k]![i]!));
    if (rows.some((r) => r.some((x) => Math.abs(x) > noise * size))) out = order;
  }
  return out;
}

/**
 * Whether two sides that differ agree as far as an expansion goes: one of them is cut off at a lower order in the
 * differentials than the other (`dy = f(x+dx) - f(x)`), and they agree up to the lowest order that is there at all.
 * Sides of the same degree are not cut off: there every term counts.
 */
export function agreeToLeadingOrder(samples: readonly Sample[], nesting: number): boolean {
  const noise = nesting === 0 ? 1e-11 : 1e-7;
  const tolerance = nesting === 0 ? 1e-6 : 1e-4;
  let cutOff = false;
  for (const s of samples) {
    const left = s.path!.map((p) => p[0]!);
    const right = s.path!.map((p) => p[1]!);
    if (left[0]!.rows !== right[0]!.rows || left[0]!.cols !== right[0]!.cols) return false;
    if (degree(left, noise) !== degree(right, noise)) cutOff = true;
    const size = Math.max(...left.map(largestEntry), ...right.map(largestEntry));
    const apart = (order: number): number =>
      relativeDistance(coefficient(left, order), coefficient(right, order), size);
    const isThere = (order: number): boolean =>
      Math.max(largestEntry(coefficient(left, order)), largestEntry(coefficient(right, order))) > tolerance * size;
    if (apart(0) > tolerance || apart(1) > tolerance) return false;
    if (!isThere(0) && !isThere(1) && apart(2) > tolerance) return false;
  }
  return cutOff;
}
