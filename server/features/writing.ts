import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import type { Formula } from "../documents/document";
import { type LatexStyle, printLatex, printUnicode, shapesIn } from "../notation";
import { pictureStyle, styleFor } from "./latexStyle";
import type { Snapshot } from "./snapshot";

/** Writes expressions as people read them in plain text: `(A + Aᵀ)x`. */
export function unicodeIn(scope: Scope): (e: Expr) => string {
  const shapeOf = shapesIn(scope);
  return (e) => printUnicode(e, shapeOf);
}

/** Writes expressions as LaTeX in the manner of the document that a formula stands in. */
export function latexIn(
  snapshot: Snapshot,
  formula: Formula,
  scope: Scope = formula.scope,
  nabla?: LatexStyle["nabla"],
): (e: Expr) => string {
  const shapeOf = shapesIn(scope);
  const style = { ...styleFor(snapshot.document, formula), ...(nabla === undefined ? {} : { nabla }) };
  return (e) => printLatex(e, style, shapeOf);
}

/** The same with commands that every renderer knows, for pictures. */
export function pictureLatexIn(
  snapshot: Snapshot,
  formula: Formula,
  scope: Scope = formula.scope,
): (e: Expr) => string {
  const shapeOf = shapesIn(scope);
  const style = pictureStyle(styleFor(snapshot.document, formula));
  return (e) => printLatex(e, style, shapeOf);
}
