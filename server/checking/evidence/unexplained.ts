import type { Expr } from "../../core/ast";
import { Passages } from "../../documents/passages";
import { hasDerivative } from "../varying";
import { type Finding, isExplicit } from "./finding";
import { isIdentityOnceMended } from "./mended";

// Differences that no slip of the pen explains by itself.

/**
 * An author who is wrong has made one slip: dropped a transpose, swapped two factors, lost a sign. Where none explains the
 * difference, it is the reader who went wrong, unless the formula holds all that is needed to judge it.
 */
export function isUnexplained(finding: Finding): boolean {
  const { equation, verdict, formula } = finding;
  if (equation === undefined || verdict?.status !== "wrong" || verdict.slip !== undefined) return false;
  if (verdict.general === true || verdict.ground !== undefined) return false;
  if (hasDerivative(equation.left) && hasDerivative(equation.right)) return true;
  if (verdict.correction === undefined) return true;
  return ![equation.left, equation.right].some((e) => isExplicit(e, formula.scope) || isOfNearName(e, finding));
}

/** `∂y/∂x` where the paragraph, or the one before it, has said what y is. */
function isOfNearName(e: Expr, { document, formula }: Finding): boolean {
  if (e.kind !== "derivative" || (e.of.kind !== "name" && e.of.kind !== "call")) return false;
  const origin = document.origin(e.of.name, formula.span.start);
  return origin !== undefined && Passages.of(document).distance(origin.span.start, formula.span.start) !== "elsewhere";
}

/**
 * A factor, or a transpose of all that stands on one side, may come from what was said elsewhere: a norm of 1, a matrix
 * that is symmetric. Of a derivative that is written out it does not.
 */
export function isOffAsAWhole(finding: Finding): boolean {
  const { equation, verdict, formula, company } = finding;
  if (equation === undefined || verdict?.general === true || verdict?.ground !== undefined) return false;
  if ((verdict?.slip !== "factor" && verdict?.slip !== "transposed") || isIdentityOnceMended(finding)) return false;
  // Where the rest of the calculation holds, the slip is in this step.
  if (equation.kind !== "derivative") return company.holdsBeside === 0;
  if (verdict.slip === "transposed") return false;
  return ![equation.left, equation.right].some((e) => isExplicit(e, formula.scope) || isOfNearName(e, finding));
}
