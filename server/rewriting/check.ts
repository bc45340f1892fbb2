import { checkSteps, type CheckOptions, type CheckResult } from "../checking";
import type { Span } from "../core/ast";
import type { Fix, Problem } from "../core/problem";
import { atOnce, type Steps } from "../core/steps";
import type { MathDocument } from "../documents/document";
import { readMcalc } from "../documents/mcalc";
import { assembled, type Assembled } from "./assemble";
import { isDirty, type Piece, rewriting } from "./index";
import { messageOf, notUnderstood } from "./messages";

/** Readings that turn out wrong are taken back, and all is read again without them, so many times. */
const MOST_ROUNDS = 4;

/**
 * Checks a document; lines of a `.mcalc` document that are written in another way are read as what they mean. Each of them
 * has one problem, with one repair, and what else is found is what is found once they are repaired.
 */
export function* checkingSteps(given: MathDocument, options: CheckOptions = {}): Steps<CheckResult> {
  const document = partOf(given);
  const first = yield* checkSteps(document, options);
  if (document.languageId !== "mcalc" || !first.problems.some(isDirty)) return first;
  const refused = new Map<number, Problem>();
  for (let round = 0; ; round++) {
    const pieces = rewriting(document, first.problems, new Set(refused.keys()));
    if (!pieces.some((p) => p.changed)) return withOneMessageEach(first, pieces, document.text, refused);
    const whole = assembled(document.text, pieces);
    const result = yield* checkSteps(readMcalc(document.uri, document.version, whole.text, document), options);
    const bad = whole.changedAt(result.problems.filter((p) => p.severity === "error" || p.severity === "warning"));
    if (bad.length === 0 || round === MOST_ROUNDS)
      return bad.length === 0 ? merged(document.text, pieces, whole, result, refused) : first;
    for (const { piece, problem } of bad) refused.set(piece.span.start, problem);
  }
}

/** Where only the formulas at the beginning of a document are given, the text that holds them. */
function partOf(document: MathDocument): MathDocument {
  const last = document.formulas.at(-1);
  if (document.languageId !== "mcalc" || last === undefined || document.formulas.length === document.spans)
    return document;
  const text = document.text.slice(0, last.span.end);
  return { ...document, text, words: text };
}

export const checkedDocument = (document: MathDocument, options: CheckOptions = {}): CheckResult =>
  atOnce(checkingSteps(document, options));

/** What is found in the repaired document, at its place in the one that stands; and a problem for each repaired line. */
function merged(
  text: string,
  pieces: readonly Piece[],
  whole: Assembled,
  result: CheckResult,
  refused: ReadonlyMap<number, Problem>,
): CheckResult {
  const problems: Problem[] = result.problems.flatMap((p) => whole.back(p) ?? []);
  const changed = pieces.filter((p) => p.changed);
  const all: Fix | undefined =
    changed.length < 2 ? undefined : { title: "Rewrite the whole file", edits: changed.flatMap((p) => whole.edits(p)) };
  for (const piece of changed) {
    const line: Fix = { title: "Rewrite this line", edits: whole.edits(piece), preferred: true };
    problems.push({
      code: "syntax",
      severity: "error",
      message: messageOf(text.slice(piece.span.start, piece.span.end), piece),
      span: inked(text, piece.span),
      fixes: all === undefined ? [line] : [line, all],
    });
  }
  const claims = result.claims.flatMap((c) => {
    const span = whole.backSpan(c.span);
    return span === undefined ? [] : [{ ...c, span }];
  });
  return withOneMessageEach({ problems, claims }, pieces, text, refused);
}

/** Of a line that cannot be read, one problem is told. */
function withOneMessageEach(
  { problems, claims }: CheckResult,
  pieces: readonly Piece[],
  text: string,
  refused: ReadonlyMap<number, Problem>,
): CheckResult {
  const sorted = [...problems].sort((a, b) => a.span.start - b.span.start);
  const out: Problem[] = [];
  let at = 0;
  for (const piece of pieces) {
    while (at < sorted.length && sorted[at]!.span.start < piece.span.start) out.push(sorted[at++]!);
    const from = at;
    while (at < sorted.length && sorted[at]!.span.start <= piece.span.end) at++;
    const all = sorted.slice(from, at);
    const said = piece.changed ? undefined : oneOf(all, piece, text, refused.get(piece.span.start));
    out.push(...(said ?? all));
  }
  out.push(...sorted.slice(at));
  return { problems: out, claims };
}

/** The problems of a line that could not be read, with one in the place of all that are errors. */
function oneOf(all: readonly Problem[], piece: Piece, text: string, refused: Problem | undefined): readonly Problem[] | undefined {
  const here = all.filter((p) => p.severity === "error");
  const isSyntax = here.some((p) => p.code === "syntax");
  if (!isSyntax && piece.why === undefined && refused === undefined) return undefined;
  if (here.length === 0 || (!isSyntax && here.every((p) => p.code !== "undeclared"))) return undefined;
  const said = notUnderstood(here, piece, refused, inked(text, piece.span));
  return said === undefined ? undefined : [...all.filter((p) => p.severity !== "error"), said];
} // prettier-ignore

/** A span without the blanks at its ends. */
function inked(text: string, { start, end }: Span): Span {
  const part = text.slice(start, end);
  return { start: start + part.length - part.trimStart().length, end: end - (part.length - part.trimEnd().length) };
}
