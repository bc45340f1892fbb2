import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import type { Formula } from "../documents/document";
import { type LatexStyle, printLatex, printUnicode, shapesIn } from "../notation";
import type { Snapshot } from "./snapshot";

/** Writes expressions as people read them in plain text: `(A + Aᵀ)x`. */
export function unicodeIn(scope: Scope): (e: Expr) => string {
  const shapeOf = shapesIn(scope);
  return (e) => printUnicode(e, shapeOf);
}

/** How the author of a document writes: its transposes, its d's, its bold letters. */
export function latexStyleOf(_snapshot: Snapshot): LatexStyle {
  return {};
}

/** Writes expressions as LaTeX in the manner of the document that a formula stands in. */
export function latexIn(snapshot: Snapshot, formula: Formula): (e: Expr) => string {
  const shapeOf = shapesIn(formula.scope);
  const style = latexStyleOf(snapshot);
  return (e) => printLatex(e, style, shapeOf);
}
