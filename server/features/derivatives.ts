import type { Expr } from "../core/ast";
import { type Derivative, derive, type Refused } from "../calculus";
import { transposedExpr } from "../derivation";
import type { Formula } from "../documents/document";
import { isScalar, transposed } from "../core/shape";
import type { Settings } from "./settings";
import { shapeIn } from "./target";

/** Results of one formula: a formula is kept as long as its text and scope do not change, and they with it. */
const known = new WeakMap<Formula, Map<string, Derivative | Refused>>();
/** Results kept for one formula. */
const KEPT = 64;

/**
 * The derivative of a part of a formula, computed once. `wrt` may repeat a variable for higher orders.
 * In numerator layout the derivative of a scalar is the transpose of its gradient; Jacobians and Hessians are the same
 * in both.
 */
export function derivativeOf(
  formula: Formula,
  expr: Expr,
  wrt: readonly string[],
  { layout }: Pick<Settings, "layout">,
): Derivative | Refused {
  let mine = known.get(formula);
  if (mine === undefined) known.set(formula, (mine = new Map<string, Derivative | Refused>()));
  const turned = layout === "numerator" && wrt.length === 1;
  const key = `${turned ? "row " : ""}${expr.kind} ${expr.span?.start} ${expr.span?.end} ${wrt.join()}`;
  let result = mine.get(key);
  if (result === undefined) {
    const found = derive({ expr, wrt, scope: formula.scope });
    result = turned && found.ok ? inNumeratorLayout(found, expr, formula) : found;
    if (mine.size >= KEPT) mine.delete(mine.keys().next().value!);
    mine.set(key, result);
  }
  return result;
}

function inNumeratorLayout(found: Derivative, expr: Expr, { scope }: Formula): Derivative {
  const value = shapeIn(expr, scope);
  if (value === undefined || !isScalar(value) || isScalar(found.shape)) return found;
  return { ...found, expr: transposedExpr(found.expr, scope), shape: transposed(found.shape) };
}
