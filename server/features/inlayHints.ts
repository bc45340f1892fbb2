import { isScalar, shapeText } from "../core/shape";
import type { Span } from "../core/ast";
import { shapesIn } from "../notation/kinds";
import { inDocument, overlaps } from "./place";
import type { Snapshot } from "./snapshot";

export interface InlayHint {
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
}

/** The inferred shape behind each defined name; nothing behind what is declared. Only `.mcalc`: notes stay as they are. */
export function inlayHints(snapshot: Snapshot, range: Span): readonly InlayHint[] {
  if (!snapshot.settings.inlayHints) return [];
  const out: InlayHint[] = [];
  for (const formula of snapshot.document.formulas) {
    const { statement } = formula;
    if (statement.kind !== "definition" || statement.parameters !== undefined) continue;
    if (formula.notation !== "mcalc" || !overlaps(formula.span, range)) continue;
    const shape = shapesIn(formula.scope)(statement.body);
    if (shape === undefined) continue;
    out.push({
      offset: inDocument(formula, statement.nameSpan).end,
      label: ` : ${isScalar(shape) ? "scalar" : shapeText(shape)}`,
      tooltip: `The shape of ${statement.name}, inferred from its definition.`,
    });
  }
  return out;
}
