import type { Expr } from "../core/ast";
import { type Derivative, derive, type Refused } from "../calculus";
import type { Formula } from "../documents/document";
import { transposed } from "../core/shape";
import { isColumn } from "../core/shape";
import { apply } from "../core/ast";
import type { Settings } from "./settings";

/** Results of one formula: a formula is kept as long as its text and scope do not change, and they with it. */
const known = new WeakMap<Formula, Map<string, Derivative | Refused>>();
/** Results kept for one formula. */
const KEPT = 64;

/**
 * The derivative of a part of a formula, computed once. `wrt` may repeat a variable for higher orders.
 * With the numerator layout a gradient is a row.
 */
export function derivativeOf(
  formula: Formula,
  expr: Expr,
  wrt: readonly string[],
  settings: Pick<Settings, "layout">,
): Derivative | Refused {
  let mine = known.get(formula);
  if (mine === undefined) known.set(formula, (mine = new Map<string, Derivative | Refused>()));
  const key = `${expr.kind} ${expr.span?.start} ${expr.span?.end} ${wrt.join()}`;
  let result = mine.get(key);
  if (result === undefined) {
    result = derive({ expr, wrt, scope: formula.scope });
    if (mine.size >= KEPT) mine.delete(mine.keys().next().value!);
    mine.set(key, result);
  }
  return settings.layout === "numerator" && wrt.length === 1 ? inNumeratorLayout(result) : result;
}

/** Transposes a gradient; leaves Jacobians as they are. */
function inNumeratorLayout(result: Derivative | Refused): Derivative | Refused {
  if (!result.ok || !isColumn(result.shape)) return result;
  const { expr } = result;
  const row = expr.kind === "apply" && expr.op === "transpose" ? expr.args[0]! : apply("transpose", expr);
  return { ...result, expr: row, shape: transposed(result.shape) };
}
