import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import type { Dense } from "../core/dense";
import type { Steps } from "../core/steps";
import { isFailure, relativeDistance, sampling, tolerances } from "../evaluation";

/** Rounding in differences of the value, relative to its size. */
const NOISE = 1e-9;

/**
 * Whether every line of a part holds by numbers: both sides of each are evaluated at random points, the change of
 * the variable drawn at random too, other differentials and derivatives taken by differences of what they stand for.
 * Returns the number of the first line that does not hold, -1 where all do, or why that cannot be said.
 */
export function* firstWrongLine(
  value: Expr,
  lines: readonly { readonly left: Expr; readonly right: Expr }[],
  wrt: string,
  scope: Scope,
): Steps<number | string> {
  const sampled = yield* sampling([value, ...lines.flatMap((l) => [l.left, l.right])], scope, { varying: [wrt] });
  if (isFailure(sampled)) return sampled.message;
  const { equal } = tolerances(Math.max(1, sampled.nesting));
  for (const { values } of sampled.samples) {
    const noise = NOISE * largest(values[0]!);
    for (let i = 0; i < lines.length; i++) {
      const [a, b] = [values[2 * i + 1]!, values[2 * i + 2]!];
      if (!(relativeDistance(a, b) <= equal) && !(apart(a, b) <= noise)) return i;
    }
  }
  return -1;
}

const largest = (a: Dense): number => a.data.reduce((m, x) => Math.max(m, Math.abs(x)), 0);

/** Largest difference of two entries; infinite where the shapes differ. */
function apart(a: Dense, b: Dense): number {
  if (a.rows !== b.rows || a.cols !== b.cols) return Infinity;
  return a.data.reduce((m, x, i) => Math.max(m, Math.abs(x - b.data[i]!)), 0);
}
