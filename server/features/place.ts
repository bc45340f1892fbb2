import { children, type Expr, type Span } from "../core/ast";
import type { Formula, MathDocument } from "../documents/document";
import { expressions } from "../language/statement";

/** Whether an offset lies in a span or touches its end. */
export const touches = (span: Span, offset: number): boolean => span.start <= offset && offset <= span.end;
export const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;
export const overlaps = (a: Span, b: Span): boolean => a.start <= b.end && b.start <= a.end;

/** The formula at an offset of the document: the innermost that touches it; one that holds it before one that ends at it. */
export function formulaAt(document: MathDocument, offset: number): Formula | undefined {
  const { formulas } = document;
  // Formulas stand in the order of the document: find the last that starts at or before the offset.
  let low = 0;
  let high = formulas.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (formulas[middle]!.span.start <= offset) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= 0 && i >= low - 3; i--) {
    const formula = formulas[i]!;
    const reach = formula.region?.span ?? formula.span;
    if (offset <= Math.max(formula.span.end, formula.statement.kind === "empty" ? 0 : reach.end)) return formula;
  }
  const next = formulas[low];
  return next?.region !== undefined && touches(next.region.span, offset) ? next : undefined;
}

/** All formulas that a range of the document meets. */
export const formulasIn = (document: MathDocument, range: Span): readonly Formula[] =>
  document.formulas.filter((f) => overlaps(f.span, range));

/** A span of the formula's own text, in the document. */
export function inDocument(formula: Formula, span: Span): Span {
  const start = formula.at(span.start);
  // The end maps through the last character, so that what stands between two pieces is not swallowed.
  const end = span.end > span.start ? formula.at(span.end - 1) + 1 : start;
  return { start, end: Math.max(start, end) };
}

/** The offset in the formula's own text that an offset of the document stands for. `at` grows, so it is searched. */
export function inFormula(formula: Formula, offset: number): number {
  let low = 0;
  let high = formula.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (formula.at(middle) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Nodes whose span holds the given one, from the outermost side of the statement to the innermost. */
export function nodesAround(formula: Formula, span: Span): readonly Expr[] {
  const path: Expr[] = [];
  let level: readonly Expr[] = expressions(formula.statement);
  for (;;) {
    const node: Expr | undefined =
      level.find(
        (e) =>
          e.span !== undefined && contains(e.span, span) && (span.start < e.span.end || e.span.end === e.span.start),
      ) ?? level.find((e) => e.span !== undefined && contains(e.span, span));
    if (node === undefined) return path;
    path.push(node);
    level = children(node);
  }
}

/** The smallest node that holds everything selected, blanks at the ends aside; without a selection, nothing. */
export function selectedNode(formula: Formula, selection: Span): Expr | undefined {
  let start = inFormula(formula, selection.start);
  let end = inFormula(formula, selection.end);
  while (start < end && /\s/.test(formula.text[start]!)) start++;
  while (end > start && /\s/.test(formula.text[end - 1]!)) end--;
  if (start === end) return undefined;
  return nodesAround(formula, { start, end }).at(-1);
}

/** Every node of a statement, parents first. */
export function* nodesOf(formula: Formula): Generator<Expr> {
  const stack = [...expressions(formula.statement)].reverse();
  for (let e = stack.pop(); e !== undefined; e = stack.pop()) {
    yield e;
    stack.push(...[...children(e)].reverse());
  }
}
