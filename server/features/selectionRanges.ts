import { children, type Expr, type Span } from "../core/ast";
import { contains, formulaAt, inDocument, inFormula, nodesAround } from "./place";
import type { Snapshot } from "./snapshot";

/** The spans that a selection grows through at an offset, innermost first: name, term, sum, side, formula, region. */
export function selectionRanges(snapshot: Snapshot, offset: number): readonly Span[] {
  const formula = formulaAt(snapshot.document, offset);
  if (formula === undefined) return [];
  const at = inFormula(formula, offset);
  const spans: Span[] = [];
  for (const node of nodesAround(formula, { start: at, end: at })) spans.unshift(...spansOf(node, at).map((s) => inDocument(formula, s))); // prettier-ignore
  spans.push(formula.span);
  if (formula.region !== undefined) spans.push(formula.region.span);
  const out: Span[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last === undefined || (contains(span, last) && (span.start < last.start || span.end > last.end)))
      out.push(span);
  }
  return out;
}

/** A node's own span and, of a call, the span of the argument's list around the offset. */
function spansOf(node: Expr, at: number): readonly Span[] {
  if (node.span === undefined) return [];
  const parts = children(node).filter((c) => c.span !== undefined);
  const [first] = parts;
  const last = parts.at(-1);
  if (node.kind !== "call" || first === undefined || last === undefined) return [node.span];
  const list = { start: first.span!.start, end: last.span!.end };
  return at >= list.start && at <= list.end ? [list, node.span] : [node.span];
}
