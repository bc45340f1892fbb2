import type { Span } from "../core/ast";
import type { Problem } from "../core/problem";
import type { MathDocument } from "../documents/document";

/** A comment by which the author takes the responsibility for the formula behind it. */
interface Suppression {
  /** The comment. */
  readonly span: Span;
  /** What it speaks of; nothing where no formula follows. */
  readonly over?: Span;
}

/** `<!-- mcalc-ignore: reason -->`; the reason is for people. */
const IN_NOTES = /<!--[ \t]*mcalc-ignore\b[^>]*-->/g;
/** `# mcalc: ignore`, alone before a statement or behind one. */
const IN_MCALC = /#[ \t]*mcalc:[ \t]*ignore\b[^\r\n]*/g;

function suppressionsIn(document: MathDocument): readonly Suppression[] {
  const { text, formulas, languageId } = document;
  if (!text.includes("mcalc")) return [];
  return [...text.matchAll(languageId === "mcalc" ? IN_MCALC : IN_NOTES)].map(({ 0: comment, index }) => {
    const span = { start: index, end: index + comment.length };
    const lineStart = text.lastIndexOf("\n", index) + 1;
    const behind =
      languageId === "mcalc" ? formulas.find((f) => f.span.end > lineStart && f.span.start < index) : undefined;
    const over = behind ?? formulas.find((f) => (f.region?.span ?? f.span).start >= span.end);
    return over === undefined ? { span } : { span, over: over.region?.span ?? over.span };
  });
}

/** Tells of an offset whether its author says to leave alone what stands there. */
export function isSuppressedAt(document: MathDocument): (offset: number) => boolean {
  const all = suppressionsIn(document).flatMap(({ over }) => over ?? []);
  return (offset) => all.some(({ start, end }) => start <= offset && offset <= end);
}

/**
 * Takes out what is found in formulas that the author says to leave alone: in a note the formula after the comment, in
 * `.mcalc` the statement before it on its line, or else the next one. A comment that keeps nothing quiet is told of.
 */
export function withoutSuppressed(document: MathDocument, problems: readonly Problem[]): Problem[] {
  const suppressions = suppressionsIn(document);
  if (suppressions.length === 0) return [...problems];
  const used = new Set<Suppression>();
  const kept = problems.filter((p) => {
    const by = suppressions.find(({ over }) => over !== undefined && over.start <= p.span.start && p.span.start <= over.end); // prettier-ignore
    if (by !== undefined && p.severity !== "hint") used.add(by);
    return by === undefined;
  });
  for (const s of suppressions)
    if (!used.has(s))
      kept.push({
        code: "unused",
        severity: "information",
        message: "Nothing is reported here that this comment would keep quiet: it can go.",
        span: s.span,
        fixes: [{ title: "Remove the comment", edits: [{ span: s.span, text: "" }] }],
      });
  return kept.sort((a, b) => a.span.start - b.span.start);
}
