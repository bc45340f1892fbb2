import { atOnce, type Steps } from "../core/steps";
import type { ProblemCode, Severity } from "../core/problem";
import type { Span } from "../core/ast";
import { withLineFeeds } from "../core/lineEnds";
import type { MathDocument } from "../documents/document";
import { markdownSteps } from "../documents/markdown";
import { mcalcSteps } from "../documents/mcalc";
import { repaired } from "../features/claims";
import { findingsOf, printersFor, verdicts } from "../features/checking";
import { RepairLaw } from "../features/repairLaw";
import { DEFAULTS } from "../features/settings";
import { checkingSteps } from "../rewriting/check";
import { cellAt, notebookText } from "./notebook";
import { Lines, type Range } from "./positions";
import { type Prelude, preludeOf } from "./given";

export interface Diagnostic {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  /** In the file; in a notebook, in the cell. */
  readonly range: Range;
  /** Notebooks only: which cell, from zero. */
  readonly cell?: number;
  readonly related?: readonly { readonly range: Range; readonly message: string; readonly cell?: number }[];
}

export interface Claim {
  readonly range: Range;
  readonly cell?: number;
  readonly text: string;
  readonly kind: string;
  readonly status: string;
  readonly note?: string;
}

/** What the check of one file found. */
export interface CheckedFile {
  readonly path: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly claims: readonly Claim[];
  /** Formulas seen, and those that were read. */
  readonly spans: number;
  readonly parsed: number;
  /** Of each claim that does not hold, its source as it should be, where one repair changes nothing else. */
  readonly repaired: readonly (string | undefined)[];
  /** Of each diagnostic the source line, and the first repair that is offered, in words. */
  readonly shown: readonly { readonly line: string; readonly repair?: string }[];
}

/** What a project says of its files. */
export interface CheckConfig {
  readonly layout: "gradient" | "numerator";
  readonly severity: Readonly<Record<string, Severity | "off">>;
  readonly macros: Readonly<Record<string, string>>;
  /** Declarations that hold in every file: of `.mcalc`, or LaTeX between dollars. */
  readonly given: readonly string[];
}

/** The ending of a file's name, in lower case. */
const endingOf = (file: string): string => /\.\w+$/.exec(file)?.[0].toLowerCase() ?? "";

/** Checks a text as the file of that name would be, in a project. */
export const checkText = (
  file: string,
  written: string,
  config?: Partial<CheckConfig>,
): CheckedFile | { readonly problem: string } => atOnce(checkingText(file, written, config));

/** The same in steps. */
export function* checkingText(
  file: string,
  written: string,
  { given, ...config }: Partial<CheckConfig> = {},
): Steps<CheckedFile | { readonly problem: string }> {
  const ending = endingOf(file);
  if (ending === ".ipynb") {
    const notebook = notebookText(written);
    if (notebook === undefined) return { problem: `${file} is not a Jupyter notebook: its JSON cannot be read.` };
    const before = preludeOf(given ?? [], notebook.text, false);
    if (typeof before === "string") return { problem: before };
    const document = yield* readingNote(file, withPrelude(notebook.text, before), config);
    const cells = notebook.cells.map((c) => ({ ...c, lines: new Lines(notebook.text.slice(c.start, c.end)) }));
    return yield* found(file, document, before, config, (span) => {
      const cell = cells[cellAt(notebook.cells, span.start)]!;
      const inside = {
        start: span.start - cell.start,
        end: Math.max(span.start, Math.min(span.end, cell.end)) - cell.start,
      };
      return {
        range: cell.lines.range(inside),
        cell: cell.index,
        line: cell.lines.line(cell.lines.position(inside.start).line),
      };
    });
  }
  const text = withLineFeeds(written);
  const lines = new Lines(text);
  const before = preludeOf(given ?? [], text, ending === ".mcalc");
  if (typeof before === "string") return { problem: before };
  const whole = withPrelude(text, before);
  const document = ending === ".mcalc" ? yield* mcalcSteps(file, 0, whole) : yield* readingNote(file, whole, config);
  return yield* found(file, document, before, config, (span) => {
    const range = lines.range(span);
    return { range, line: lines.line(range.start.line) };
  });
}

const withPrelude = (text: string, before: Prelude | undefined): string =>
  before === undefined ? text : text.slice(0, before.at) + before.text + text.slice(before.at);

type Place = (span: Span) => { readonly range: Range; readonly cell?: number; readonly line: string };

function* readingNote(file: string, text: string, config: Partial<CheckConfig>): Steps<MathDocument> {
  const reading = markdownSteps(file, 0, text, config);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
    yield;
  }
}

function* found(
  file: string,
  document: MathDocument,
  before: Prelude | undefined,
  { layout, severity }: Partial<CheckConfig>,
  placeInText: Place,
): Steps<CheckedFile> {
  const all = yield* checkingSteps(document, { cache: verdicts, ...printersFor(document), ...(layout && { layout }) });
  const [from, to] = before === undefined ? [0, 0] : [before.at, before.at + before.text.length];
  const isOwn = ({ span }: { readonly span: Span }): boolean => span.start >= to || span.start < from;
  const moved = (offset: number): number => (offset >= to ? offset - (to - from) : Math.min(offset, from));
  const place: Place = ({ start, end }) => placeInText({ start: moved(start), end: moved(end) });
  const problems = all.problems.filter(isOwn).flatMap((p) => {
    const wanted = severity?.[p.code] ?? p.severity;
    return wanted === "off" ? [] : [{ ...p, severity: wanted }];
  });
  const claims = all.claims.filter(isOwn);
  const checked = { findings: findingsOf(all.problems), claims: all.claims };
  const settings = { ...DEFAULTS, ...(layout && { layout }), ...(severity && { severity }) };
  const law = new RepairLaw({ document, settings, checked });
  const where = (span: Span): { range: Range; cell?: number } => {
    const { range, cell } = place(span);
    return { range, ...(cell === undefined ? {} : { cell }) };
  };
  const diagnostics = problems.map((p) => {
    const related = (p.related ?? []).filter(isOwn).map((r) => ({ ...where(r.span), message: r.message }));
    const d: Diagnostic = {
      code: p.code, severity: p.severity, message: p.message, ...where(p.span), ...(related.length === 0 ? {} : { related }),
    }; // prettier-ignore
    return d;
  });
  return {
    path: file,
    diagnostics,
    claims: claims.map((c) => ({
      ...where(c.span), text: c.text, kind: c.kind, status: c.status, ...(c.note === undefined ? {} : { note: c.note }),
    })), // prettier-ignore
    spans: document.spans - document.formulas.filter((f) => !isOwn(f)).length,
    parsed: document.parsed - document.formulas.filter((f) => !isOwn(f)).length,
    repaired: claims.map((c) =>
      c.status === "wrong" || c.status === "conditional" ? repaired(document, findingsOf(problems), c.span) : undefined,
    ),
    shown: problems.map((p) => {
      const repair = p.fixes?.find((f) => law.holds(f.edits, 1))?.title;
      return { line: place(p.span).line, ...(repair === undefined ? {} : { repair }) };
    }),
  };
}
