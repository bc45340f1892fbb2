import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import { isFailure, relativeDistance, sampleValues, tolerances } from "../evaluation";

/**
 * Whether every line of a part holds by numbers: both sides of each are evaluated at random points, the change of
 * the variable drawn at random too, other differentials and derivatives taken by differences of what they stand for.
 * Returns the number of the first line that does not hold, -1 where all do, or why that cannot be said.
 */
export function firstWrongLine(lines: readonly { readonly left: Expr; readonly right: Expr }[], wrt: string, scope: Scope): number | string {
  const sampled = sampleValues(
    lines.flatMap((l) => [l.left, l.right]),
    scope,
    { varying: [wrt] },
  );
  if (isFailure(sampled)) return sampled.message;
  const { equal } = tolerances(Math.max(1, sampled.nesting));
  for (const s of sampled.samples)
    for (let i = 0; i < lines.length; i++) if (!(relativeDistance(s.values[2 * i]!, s.values[2 * i + 1]!) <= equal)) return i;
  return -1;
}
