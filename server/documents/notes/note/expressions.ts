import { children, type Expr, freeNames } from "../../../core/ast";
import type { Property } from "../../../core/scope";
import type { Shape } from "../../../core/shape";

/** Whether a derivative or a differential stands in an expression. */
export function hasDerivative(e: Expr): boolean {
  return e.kind === "derivative" || e.kind === "differential" || children(e).some(hasDerivative);
}

/** Names that vary freely: what is differentiated by, and whose differential stands on the right. */
export function independent(e: Expr, out: Set<string>, head: boolean): void {
  if (e.kind === "derivative") for (const w of e.wrt) freeNames(w, out);
  if (!head && e.kind === "differential" && e.of.kind === "name") out.add(e.of.name);
  for (const c of children(e)) independent(c, out, head && e.kind !== "derivative");
}

export const sameKeys = (a: Shape, b: Shape): boolean => a.rows.key === b.rows.key && a.cols.key === b.cols.key;

export const NO_PROPERTIES: ReadonlySet<Property> = new Set();
