import { children, type Expr, withChildren } from "../core/ast";
import type { Formula } from "../documents/document";

/**
 * A product written with a star is one of matrices to some, entry by entry to those who write code, and a convolution to
 * others. In the language of `.mcalc` it is the first.
 */
const STAR = /^(?:\*|∗|\\ast|\\star)$/;

const isStar = (e: Expr, formula: Formula): boolean =>
  formula.notation === "latex" &&
  e.kind === "apply" &&
  e.op === "mul" &&
  e.opSpan !== undefined &&
  STAR.test(formula.text.slice(e.opSpan.start, e.opSpan.end).trim());

/** Whether a product in an expression of a formula is written with a star. */
export const hasStar = (e: Expr, formula: Formula): boolean =>
  isStar(e, formula) || children(e).some((c) => hasStar(c, formula));

/** The same expression with starred products taken entry by entry. */
export function starsByEntry(e: Expr, formula: Formula): Expr {
  const parts = children(e);
  const out =
    parts.length === 0
      ? e
      : withChildren(
          e,
          parts.map((p) => starsByEntry(p, formula)),
        );
  return isStar(e, formula) && out.kind === "apply" ? { ...out, op: "hadamard" } : out;
}
