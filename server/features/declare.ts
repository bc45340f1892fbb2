import type { Span } from "../core/ast";
import { isScalar, shapeDeclaration } from "../core/shape";
import type { Fix } from "../core/problem";
import { diagnostics } from "./diagnostics";
import { occurrenceAt } from "./occurrences";
import { overlaps } from "./place";
import type { Snapshot } from "./snapshot";
import { meaningOf } from "./variableInfo";

/** A declaration of the name at a place, with the shape that its uses imply; or in one sentence why there is none. */
export function declare(snapshot: Snapshot, selection: Span): Fix | { readonly message: string } {
  // The checker knows the shape that an undeclared name must have.
  for (const finding of diagnostics(snapshot))
    if (finding.code === "undeclared" && overlaps(finding.span, selection) && finding.fixes[0] !== undefined)
      return finding.fixes[0];
  const { document } = snapshot;
  const found = occurrenceAt(document, selection.start);
  if (found === undefined) return { message: "There is no name here to declare." };
  const { occurrence, formula } = found;
  const meaning = meaningOf(occurrence.name, formula.scope);
  const origin = document.origin(occurrence.name, occurrence.span.start);
  if (meaning?.kind !== "variable" || origin?.how === "declared")
    return { message: `${occurrence.name} is declared already.` };
  if (document.languageId === "mcalc") return { message: `No shape of ${occurrence.name} is known.` };
  // In a note: a sentence before the formula's paragraph.
  const { shape } = meaning.variable;
  const written = document.text.slice(occurrence.span.start, occurrence.span.end);
  const before = document.text.slice(0, formula.region?.span.start ?? formula.span.start);
  const blank = [...before.matchAll(/\n[ \t]*\n/g)].at(-1);
  const at = blank === undefined ? 0 : blank.index + blank[0].length;
  const space = isScalar(shape) ? "\\mathbb{R}" : shapeDeclaration(shape).replace(/^R\^\((.*)\)$/, "R^{$1}").replace(/^R/, "\\mathbb{R}").replace("×", " \\times "); // prettier-ignore
  return {
    title: `Declare ${written}`,
    edits: [{ span: { start: at, end: at }, text: `Let $${written} \\in ${space}$.\n\n` }],
  };
}
