import { type Expr, freeNames } from "../core/ast";
import { dimText } from "../core/dimension";
import type { Problem } from "../core/problem";
import type { Scope } from "../core/scope";
import type { Formula, MathDocument, Origin } from "../documents/document";
import type { Statement } from "../language/statement";
import { findFixes } from "./fixes";
import type { ShapeProblem } from "./mismatch";
import { inDocument, nameProblems, undeclaredFixes } from "./names";
import { reasonText } from "./reason";
import { inferStatement } from "./statement";
import { shown } from "./mismatch";

/** Prints a part of a formula as its author would, for quick fixes in notes. */
export type PrintPartOf = (e: Expr, formula: Formula) => string;

/** Problems for which repairs are looked for, in one document and in one formula: a hopeless one must not cost time. */
const MOST_REPAIRED = 100;
const MOST_REPAIRED_TOGETHER = 12;
const HOPELESS = 40;

/**
 * All problems of shapes and names in a document, in small steps (a few milliseconds each); spans are in the
 * document. In notes only what certain shapes prove is reported.
 */
export function* shapeProblems(document: MathDocument, print?: PrintPartOf): Generator<void, Problem[]> {
  const problems: Problem[] = [];
  let repaired = 0;
  const note = document.languageId === "mcalc" ? undefined : new NoteNames(document);
  const recurring: Recurring = new Map();
  for (const formula of document.formulas) {
    const known = formula.basis === undefined ? undefined : MISFITS.get(formula.basis);
    if (known?.length === 0) continue;
    const found = problemsOf(formula, note, recurring);
    let together = 0;
    for (const p of found) {
      const isRepaired = repaired < MOST_REPAIRED && together < MOST_REPAIRED_TOGETHER && found.length < HOPELESS;
      if (isRepaired) [repaired, together] = [repaired + 1, together + 1];
      problems.push(settled(p, document, formula, isRepaired ? fixesOf(p, document, formula, print) : []));
      if (isRepaired) yield;
    }
    yield;
  }
  if (document.languageId === "mcalc") problems.push(...(yield* nameProblems(document)));
  return problems;
}

const isNumber = (e: Expr): boolean =>
  e.kind === "number" || (e.kind === "apply" && e.op === "neg" && e.args[0]!.kind === "number");

const PROVABLE: ReadonlySet<string> = new Set(["dimension-mismatch", "not-square", "not-scalar"]);

/** What does not fit in a statement that stands in several lines, and the scope in which it was looked at. */
type Recurring = Map<Statement, { readonly scope: Scope; readonly problems: readonly ShapeProblem[] }>;

function problemsOf(formula: Formula, note: NoteNames | undefined, recurring: Recurring): readonly ShapeProblem[] {
  const { statement, scope } = formula;
  if (note === undefined || formula.notation === "mcalc") {
    const before = recurring.get(statement);
    if (before?.scope === scope) return before.problems;
    const { problems } = inferStatement(statement, scope);
    recurring.set(statement, { scope, problems });
    return problems;
  }
  return misfits(formula).filter((p) => PROVABLE.has(p.code) && p.reasons.length > 0 && note.prove(p, formula));
}

/** All that does not fit in a formula of a note: the same in all versions in which it is read with the same knowledge. */
function misfits({ statement, scope, basis }: Formula): readonly ShapeProblem[] {
  const known = basis === undefined ? undefined : MISFITS.get(basis);
  if (known !== undefined) return known;
  const { problems } = inferStatement(statement, scope, { tolerant: true });
  if (basis !== undefined) MISFITS.set(basis, problems);
  return problems;
}
const MISFITS = new WeakMap<object, readonly ShapeProblem[]>();

/** Words that begin a case of its own, with no full stop behind them. */
const HYPOTHESIS = /\b(?:if|suppose|assume|consider|when|for (?:a|an|any|the quadratic))\b[^.;\n]*$/i;

/** What the names of a note prove: letters are used again for other things, so few do. */
class NoteNames {
  constructor(private readonly document: MathDocument) {}

  /** How often each name is introduced: asked for only where something does not fit. */
  private get introduced(): ReadonlyMap<string, number> {
    if (this.#introduced !== undefined) return this.#introduced;
    const introduced = (this.#introduced = new Map<string, number>());
    for (const { statement: s, defines = [] } of this.document.formulas) {
      const names =
        s.kind === "declaration" ? s.names.map((n) => n.name) : s.kind === "definition" ? [s.name] : defines;
      for (const name of new Set(names)) introduced.set(name, (introduced.get(name) ?? 0) + 1);
    }
    return introduced;
  }
  #introduced: Map<string, number> | undefined;

  private get headings(): readonly number[] {
    return (this.#headings ??= [...this.document.text.matchAll(/^#{1,6}[ \t]/gm)].map((m) => m.index));
  }
  #headings: readonly number[] | undefined;

  /** Whether a problem involves only shapes that the note states, for these very names. */
  prove(p: ShapeProblem, formula: Formula): boolean {
    const { statement } = formula;
    const parts = statement.kind === "claim" && statement.sides.includes(p.node) ? statement.sides : [p.node];
    if (parts.length > 1 && parts.some((e) => e.kind === "number")) return false;
    // `1 - y` of a vector: people spread numbers.
    if (p.node.kind === "apply" && (p.node.op === "add" || p.node.op === "sub") && p.node.args.some(isNumber))
      return false;
    return parts.every((e) => [...freeNames(e)].every((name) => this.isCertain(name, formula)));
  }

  private isCertain(name: string, formula: Formula): boolean {
    const { guessed, scope, span } = formula;
    if (guessed?.has(name) === true) return false;
    if (!scope.variables.has(name) && !scope.definitions.has(name)) return scope.dimensions.has(name);
    const origin = this.document.origin(name, span.start);
    if (origin === undefined) return false;
    const between = this.document.text.slice(origin.span.start, span.start);
    // "If A is m×k": an aside, good for its paragraph.
    const lines = between
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
    const ended = lines.slice(0, -1).includes("");
    const elsewhere = ended || lines.some((line) => /^(?:[-*+]|\(?\w{1,3}[.)])(?:\s|$)/.test(line));
    if (!this.isFormal(origin)) return !ended;
    // "If f(x) = x^T A x with A symmetric", the second of two parts: the letters may be new.
    if (elsewhere && (HYPOTHESIS.test(this.sentence(span.start)) || this.bothInParts(origin.span.start, span.start)))
      return false;
    // Introduced more than once: good for the section in which it was.
    return (this.introduced.get(name) ?? 0) <= 1 || this.section(origin.span.start) === this.section(span.start);
  }

  /** What the sentence around an offset has before it. */
  private sentence(offset: number): string {
    const line = this.document.text.slice(Math.max(0, offset - 200), offset);
    return line.slice(line.lastIndexOf("\n\n") + 1);
  }

  /** Whether two offsets stand in different parts of an enumeration: `(1) Let …`, `(2) …`. */
  private bothInParts(a: number, b: number): boolean {
    const part = (offset: number): string | undefined => {
      const before = this.document.text.slice(0, offset);
      const paragraph = before.slice(Math.max(before.lastIndexOf("\n\n") + 2, 0));
      return /^\s*\((\w{1,3})\)\s/.exec(paragraph)?.[1];
    };
    const [x, y] = [part(a), part(b)];
    return x !== undefined && y !== undefined && x !== y;
  }

  /** Whether a name is introduced by a formula that says so: `A \\in \\mathbb{R}^{m \\times n}`. */
  private isFormal({ span, rowsSpan, how }: Origin): boolean {
    if (how !== "declared") return false;
    const end = rowsSpan === undefined ? span.end + 30 : rowsSpan.start;
    return /\\in(?![a-z])|∈|ℝ|\\R(?![a-z])|mathbb|mathrm|bm\{R/i.test(
      this.document.text.slice(span.start, Math.max(end, span.end)),
    );
  }

  private section = (offset: number): number => this.headings.findLastIndex((h) => h <= offset);
}

function fixesOf(p: ShapeProblem, document: MathDocument, formula: Formula, print?: PrintPartOf): Problem["fixes"] {
  if (p.code === "undeclared") return undeclaredFixes(p, document, formula);
  if (p.fixes !== undefined) return inDocument(p.fixes, formula);
  const { statement, scope, text, notation } = formula;
  if (notation === "latex" && print === undefined) return [];
  const options = notation === "latex" ? { tolerant: true } : {};
  const printed = notation === "latex" && print !== undefined ? (e: Expr) => print(e, formula) : undefined;
  return inDocument(findFixes(p, statement, scope, text, options, printed), formula);
}

/** The problem as it is shown: in the document, with where the dimensions come from. */
function settled(p: ShapeProblem, document: MathDocument, formula: Formula, fixes: Problem["fixes"]): Problem {
  const related: { span: { start: number; end: number }; message: string }[] = [];
  for (const { dim, reason } of p.reasons) {
    if (reason.kind !== "variable") continue;
    const origin = document.origin(reason.name, formula.span.start);
    if (origin === undefined) continue;
    const side = reason.side === "rows" ? origin.rowsSpan : origin.colsSpan;
    const message = `${dimText(dim)}: ${reasonText(reason, shown)}, ${origin.how} here`;
    related.push({ span: side ?? origin.span, message });
  }
  return {
    code: p.code,
    severity: p.severity,
    message: p.message,
    span: { start: formula.at(p.span.start), end: formula.at(p.span.end) },
    ...(related.length === 0 ? {} : { related }),
    ...(fixes === undefined || fixes.length === 0 ? {} : { fixes }),
    ...(p.clash === undefined ? {} : { clash: p.clash }),
  };
}
