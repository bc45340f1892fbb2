import { readFileSync } from "node:fs";
import path from "node:path";
import { checkDocument, VerdictCache } from "../checking";
import type { Problem, ProblemCode, Severity } from "../core/problem";
import type { Span } from "../core/ast";
import type { MathDocument } from "../documents/document";
import { readMarkdown } from "../documents/markdown";
import { readMcalc } from "../documents/mcalc";
import { printersFor } from "../features/checking";
import { inputProblem } from "./input";
import { cellAt, notebookText } from "./notebook";
import { Lines, type Range } from "./positions";

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

/** The kinds of files that are checked. */
export const ENDINGS: ReadonlySet<string> = new Set([".mcalc", ".md", ".qmd", ".rmd", ".markdown", ".ipynb"]);

export const isChecked = (file: string): boolean => ENDINGS.has(path.extname(file).toLowerCase());

const verdicts = new VerdictCache();

/** Checks one file; or says in one sentence why it cannot be. */
export function checkFile(file: string): CheckedFile | { readonly problem: string } {
  const problem = inputProblem(file);
  if (problem !== undefined) return { problem };
  if (!isChecked(file)) return { problem: `${file} is neither a .mcalc file nor a Markdown note nor a notebook.` };
  return checkText(file, readFileSync(file, "utf8"));
}

/** Checks a text as the file of that name would be. */
export function checkText(file: string, text: string): CheckedFile | { readonly problem: string } {
  const ending = path.extname(file).toLowerCase();
  if (ending === ".ipynb") {
    const notebook = notebookText(text);
    if (notebook === undefined) return { problem: `${file} is not a Jupyter notebook: its JSON cannot be read.` };
    const document = readMarkdown(file, 0, notebook.text);
    const cells = notebook.cells.map((c) => ({ ...c, lines: new Lines(notebook.text.slice(c.start, c.end)) }));
    return found(file, document, (span) => {
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
  const lines = new Lines(text);
  const document = ending === ".mcalc" ? readMcalc(file, 0, text) : readMarkdown(file, 0, text);
  return found(file, document, (span) => {
    const range = lines.range(span);
    return { range, line: lines.line(range.start.line) };
  });
}

/** The source of a claim with the first repair that stays inside it. */
function repairedBy({ text }: MathDocument, problems: readonly Problem[], claim: Span): string | undefined {
  for (const { span, fixes } of problems) {
    if (span.start >= claim.end || claim.start >= span.end) continue;
    const fix = fixes?.find((f) => f.edits.every((e) => claim.start <= e.span.start && e.span.end <= claim.end));
    if (fix === undefined) continue;
    let repaired = text.slice(claim.start, claim.end);
    for (const e of [...fix.edits].sort((a, b) => b.span.start - a.span.start))
      repaired = repaired.slice(0, e.span.start - claim.start) + e.text + repaired.slice(e.span.end - claim.start);
    return repaired;
  }
  return undefined;
}

type Place = (span: Span) => { readonly range: Range; readonly cell?: number; readonly line: string };

function found(file: string, document: MathDocument, place: Place): CheckedFile {
  const { problems, claims } = checkDocument(document, { cache: verdicts, ...printersFor(document) });
  const where = (span: Span): { range: Range; cell?: number } => {
    const { range, cell } = place(span);
    return { range, ...(cell === undefined ? {} : { cell }) };
  };
  const diagnostics = problems.map((p) => {
    const related = (p.related ?? []).map((r) => ({ ...where(r.span), message: r.message }));
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
    spans: document.spans,
    parsed: document.parsed,
    repaired: claims.map((c) =>
      c.status === "wrong" || c.status === "conditional" ? repairedBy(document, problems, c.span) : undefined,
    ),
    shown: problems.map((p) => {
      const repair = p.fixes?.[0]?.title;
      return { line: place(p.span).line, ...(repair === undefined ? {} : { repair }) };
    }),
  };
}
