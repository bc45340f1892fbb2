import { children, type Expr, someNode, type Span } from "../../core/ast";
import type { Scope } from "../../core/scope";
import type { Problem } from "../../core/problem";
import type { Formula, MathDocument } from "../../documents/document";
import { Passages } from "../../documents/passages";
import { expressions } from "../../language/statement";
import { inDocument } from "../report";
import type { NoteEquation } from "../note";
import type { Verdict } from "../verdict";

/** What looks like a mistake of the author of a note, before it is asked how likely that is. */
export interface Finding {
  readonly document: MathDocument;
  readonly formula: Formula;
  readonly problem: Problem;
  /** An equation whose sides differ; `undefined` of shapes that do not fit. */
  readonly equation?: NoteEquation;
  readonly verdict?: Verdict;
  readonly company: Company;
}

/** What else was found in the same note. */
export interface Company {
  /** Findings of the whole note, this one included. */
  readonly findings: number;
  /** Equations of the note that hold. */
  readonly holds: number;
  /** Of the equations of the same display or line: those that hold, and those that look wrong. */
  readonly holdsBeside: number;
  readonly findingsBeside: number;
  /** Shapes that do not fit in the whole note, and in the same display or line. */
  readonly misfits: number;
  readonly misfitsBeside: number;
}

/** The expressions that a finding is about. */
export function partsOf({ equation, problem, formula }: Finding): readonly Expr[] {
  if (equation !== undefined) return [equation.left, equation.right];
  return problem.clash?.parts.map((p) => p.expr) ?? expressions(formula.statement);
}

/** What a finding is about, as its author wrote it: both sides as far as they stand in the formula, or all of it. */
export function sourceOf({ equation, formula, document }: Finding): string {
  const written = (span: Span): string => document.text.slice(span.start, span.end);
  if (equation === undefined) return written(formula.span);
  const { leftSpan, rightSpan } = equation;
  const start = leftSpan?.start ?? rightSpan?.start;
  const end = rightSpan?.end ?? leftSpan?.end;
  return start === undefined || end === undefined || start > end ? written(formula.span) : written(inDocument(formula, { start, end })); // prettier-ignore
}

/** The words that lead to the formula of a finding, and those behind it. */
export function wordsAround({ document, formula }: Finding): { readonly lead: string; readonly tail: string } {
  const places = Passages.of(document);
  const span = formula.region?.span ?? formula.span;
  return { lead: places.lead(span.start), tail: places.tail(span.end) };
}

/** Whether a place is in the section of a finding, and what is said there meant for it. */
export function isNear({ document, formula }: Pick<Finding, "document" | "formula">): (at: number) => boolean {
  const places = Passages.of(document);
  return (at) => !["elsewhere", "above"].includes(places.distance(at, formula.span.start));
}

/** Whether a side differentiates what stands there with all that it depends on: nothing has to be looked up. */
export const isExplicit = (e: Expr, scope: Scope): boolean =>
  (e.kind === "derivative" || e.kind === "differential") &&
  children(e.of).length > 0 &&
  !someNode(e.of, (n) => n.kind === "call" || (n.kind === "name" && scope.definitions.has(n.name)));

/** A result that was worked out, put into a gradient or into all that is said: what it rests on was looked at. */
export const isGrounded = ({ verdict }: Finding): boolean => verdict?.ground === "result" || verdict?.ground === "solution" || verdict?.general === true; // prettier-ignore

export const isPlain = ({ equation }: Finding): boolean => equation !== undefined && equation.kind !== "derivative";
