import { claimsByTokens, claimsOfNote, isConfirmed, isSuppressedAt, listedClaims } from "../checking";
import type { Span } from "../core/ast";
import type { Fix } from "../core/problem";
import type { Formula, MathDocument } from "../documents/document";
import { findRegions } from "../documents/markdownMath";
import { Passages } from "../documents/passages";
import { expressions } from "../language/statement";
import { contains, inDocument, overlaps } from "./place";
import { edited } from "./repairLaw";
import type { CheckedClaim, Finding, Snapshot } from "./snapshot";
import { unicodeIn } from "./writing";

/** A part of a document under a heading of its own. */
export interface ClaimSection {
  readonly title: string;
  /** Its heading. */
  readonly span: Span;
  /** The number of the section around it. */
  readonly parent?: number;
}

/** A claim as a list of tests shows it. */
export interface ClaimEntry {
  readonly span: Span;
  /** The formula in one line, as people read it. */
  readonly label: string;
  /** The number of the section that it stands in. */
  readonly section?: number;
  /** What the checker says; absent where it was not asked. */
  readonly verdict?: ClaimOutcome;
}

export interface ClaimOutcome {
  /** `suppressed`: it does not hold, and its author said to leave it alone. */
  readonly status: CheckedClaim["status"] | "suppressed";
  /** In one sentence what is wrong, or why it was not decided. */
  readonly message?: string;
  /** Where it is wrong and there is a repair: what should stand there, and what does; of a repair in one place, only that. */
  readonly expected?: string;
  readonly actual?: string;
}

export interface ClaimList {
  readonly sections: readonly ClaimSection[];
  readonly claims: readonly ClaimEntry[];
  /** Formulas that could not be read. */
  readonly unread: readonly Span[];
}

/** The claims of a document by section: with their verdicts where it was checked, else as reading tells them. */
export function claimList(snapshot: Snapshot): ClaimList {
  const { document, checked } = snapshot;
  const sections = sectionsOf(document);
  const within = sectionAt(sections);
  const labelled = labels(document);
  const all: readonly { span: Span; text: string }[] = checked?.claims ?? listedClaims(document);
  const outcome = checked === undefined ? undefined : outcomes(document, checked.findings);
  const claims = all.map((claim) => {
    const { span, text } = claim;
    const verdict = outcome?.(claim as CheckedClaim);
    const entry = { span, label: labelled(span, text), ...within(span.start) };
    return verdict === undefined ? entry : { ...entry, verdict };
  });
  return { sections, claims, unread: unreadIn(document) };
}

/** The same of a `.mcalc` text that is only to be listed, without reading it. */
export function claimsOfText(text: string): ClaimList {
  const sections = sectionsOfLines(text);
  const within = sectionAt(sections);
  const claims = claimsByTokens(text).map((c) => ({ span: c.span, label: inOneLine(c.text), ...within(c.span.start) }));
  return { sections, claims, unread: [] };
}

/** The same of a note, as near as can be told without reading it. */
export function claimsOfNoteText(text: string): ClaimList {
  const sections = sectionsOfNote({ words: text });
  const within = sectionAt(sections);
  const claims = claimsOfNote(text).map(({ span, text }) => ({ span, label: plainLabel(text), ...within(span.start) }));
  return { sections, claims, unread: [] };
}

/** LaTeX in one line, without what only lays out. */
const plainLabel = (latex: string): string => inOneLine(latex.replace(/\\(?:left|right|[,;!:])(?![a-zA-Z])|&/g, ""));

/** In which section an offset lies; offsets are asked for in order of the text. */
function sectionAt(sections: readonly ClaimSection[]): (offset: number) => { readonly section?: number } {
  let section = -1;
  return (offset) => {
    while (section >= 0 && sections[section]!.span.start > offset) section--;
    while (section + 1 < sections.length && sections[section + 1]!.span.start <= offset) section++;
    return section < 0 ? {} : { section };
  };
}

const inOneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Comments that open a paragraph. */
const sectionsOfLines = (text: string): readonly ClaimSection[] =>
  [...text.matchAll(/(?:^|\n[ \t]*\n)[ \t]*#+[ \t]*(?!mcalc:)(\S[^\n]*)/g)].map((m) => {
    const end = m.index + m[0].length;
    return { title: m[1]!.trim(), span: { start: end - m[1]!.length, end } };
  });

/** Headings of a note; in `.mcalc` the comments that open a paragraph. */
function sectionsOf(document: MathDocument): readonly ClaimSection[] {
  const { text } = document;
  return document.languageId === "mcalc" ? sectionsOfLines(text) : sectionsOfNote(document);
}

function sectionsOfNote(document: { readonly words: string }): readonly ClaimSection[] {
  const { words: text } = document;
  const open: { level: number; number: number }[] = [];
  return Passages.of(document).headings.map(({ start, level, title }, number) => {
    while (open.length > 0 && open.at(-1)!.level >= level) open.pop();
    const parent = open.at(-1)?.number;
    open.push({ level, number });
    const end = text.indexOf("\n", start);
    const span = { start, end: end < 0 ? text.length : end };
    return { title, span, ...(parent === undefined ? {} : { parent }) };
  });
}

/** A formula in one line: of LaTeX its sides as people read them, where it has them; else its source. */
function labels(document: MathDocument): (span: Span, text: string) => string {
  let from = 0;
  const { formulas } = document;
  return (span, text) => {
    // Claims come in the order of the text.
    while (from > 0 && formulas[from]!.span.start > span.start) from--;
    while (from + 1 < formulas.length && formulas[from + 1]!.span.start <= span.start) from++;
    const formula = formulas[from];
    return (formula === undefined ? undefined : readable(formula, span)) ?? inOneLine(text);
  };
}

function readable(formula: Formula, span: Span): string | undefined {
  if (formula.notation !== "latex" || formula.statement.kind !== "claim") return undefined;
  const sides = expressions(formula.statement).filter(
    (e) => e.span !== undefined && contains(span, inDocument(formula, e.span)),
  );
  if (sides.length < 2) return undefined;
  return sides.map(unicodeIn(formula.scope)).join(" = ");
}

/** What is told of each claim. */
function outcomes(document: MathDocument, findings: readonly Finding[]): (claim: CheckedClaim) => ClaimOutcome {
  const suppressed = isSuppressedAt(document);
  return ({ span, status, note }) => {
    if (isConfirmed({ status })) return { status };
    if (status === "unknown") return { status, ...(note === undefined ? {} : { message: sentence(note) }) };
    if (suppressed(span.start)) return { status: "suppressed" };
    const told = findings.find((f) => overlaps(f.span, span) && f.severity !== "hint" && f.code !== "unused");
    const mended = repair(document, findings, span);
    return {
      status,
      message: told?.message ?? sentence(note ?? "The two sides differ"),
      ...(mended ?? {}),
    };
  };
}

const sentence = (clause: string): string =>
  /[.!?]$/.test(clause) ? clause : `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

/** The first repair of a claim that stays inside it: what should stand there, and what does. */
function repair(
  { text }: MathDocument,
  findings: readonly Finding[],
  claim: Span,
): { readonly expected: string; readonly actual: string } | undefined {
  const fix = fixWithin(findings, claim);
  if (fix === undefined) return undefined;
  const { edits } = fix;
  const { start, end } = edits.length === 1 ? edits[0]!.span : claim;
  return { expected: edited(text, edits, { start, end }), actual: text.slice(start, end) };
}

/** The source of a claim with the first repair that stays inside it. */
export function repaired(
  { text }: MathDocument,
  findings: readonly Pick<Finding, "span" | "fixes">[],
  claim: Span,
): string | undefined {
  const fix = fixWithin(findings, claim);
  return fix === undefined ? undefined : edited(text, fix.edits, claim);
}

function fixWithin(findings: readonly Pick<Finding, "span" | "fixes">[], claim: Span): Fix | undefined {
  for (const { span, fixes } of findings) {
    if (span.start >= claim.end || claim.start >= span.end) continue;
    const fix = fixes.find((f) => f.edits.every((e) => contains(claim, e.span)));
    if (fix !== undefined) return fix;
  }
  return undefined;
}

/** Lines of `.mcalc`, and formulas of a note, of which nothing was understood. */
function unreadIn(document: MathDocument): readonly Span[] {
  const { formulas, languageId, spans, parsed } = document;
  if (spans === parsed) return [];
  const unread = formulas.filter((f) => f.problems.length > 0).map((f) => f.span);
  if (languageId === "mcalc") return unread;
  const read = new Set(formulas.map((f) => f.region?.span.start));
  const regions = findRegions(document.words).flatMap((r) => (r.kind === "math" && !read.has(r.span.start) ? r.span : [])); // prettier-ignore
  return [...unread, ...regions].sort((a, b) => a.start - b.start);
}
