import type { Span } from "../core/ast";
import { type Occurrence, occurrenceAt, sameThing } from "./occurrences";
import type { Snapshot } from "./snapshot";

/** Every place that names the same thing. */
export function references(snapshot: Snapshot, offset: number, withDeclaration: boolean): readonly Span[] {
  return sameThing(snapshot.document, offset)
    .filter((o) => withDeclaration || !isDeclaration(o))
    .map((o) => o.span);
}

/** The same for highlighting, telling declarations from uses. */
export function highlights(
  snapshot: Snapshot,
  offset: number,
): readonly { readonly span: Span; readonly write: boolean }[] {
  return sameThing(snapshot.document, offset).map((o) => ({ span: o.span, write: isDeclaration(o) }));
}

const isDeclaration = (o: Occurrence): boolean =>
  o.role === "declaration" || o.role === "definition" || o.role === "parameter";

/** The name that would be renamed at an offset. */
export function renameTarget(snapshot: Snapshot, offset: number): { span: Span; text: string } | undefined {
  const found = occurrenceAt(snapshot.document, offset);
  if (found === undefined) return undefined;
  const { span } = found.occurrence;
  return { span, text: snapshot.document.text.slice(span.start, span.end) };
}

/** A rename as edits, or in one sentence why it cannot be. */
export function rename(
  snapshot: Snapshot,
  offset: number,
  to: string,
): { readonly edits: readonly { readonly span: Span; readonly text: string }[] } | { readonly refused: string } {
  const { document } = snapshot;
  const found = occurrenceAt(document, offset);
  if (found === undefined) return { refused: "There is no name here to rename." };
  const text = to.trim();
  const { formula, occurrence } = found;
  if (formula.notation === "mcalc" && !/^\p{L}[\p{L}\p{N}_]*$/u.test(text))
    return { refused: `“${text}” is not a name: a name is letters, digits and underscores, and begins with a letter.` };
  if (formula.notation === "latex" && !/^[\p{L}\\][^$\s]*$/u.test(text))
    return { refused: `“${text}” is not a name in LaTeX.` };
  const { scope } = formula;
  const taken = scope.variables.has(text) || scope.definitions.has(text) || scope.dimensions.has(text);
  if (taken && text !== occurrence.name) return { refused: `${text} already means something else here.` };
  return { edits: sameThing(document, offset).map((o) => ({ span: o.span, text })) };
}
