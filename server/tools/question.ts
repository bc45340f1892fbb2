import type { Expr } from "../core/ast";
import type { ProblemCode } from "../core/problem";
import { familyMember, type Scope } from "../core/scope";
import { isColumn, isScalar, type Shape } from "../core/shape";
import { derivation, namedParts } from "../calculus";
import { REQUEST_STEPS, stepsWithBudget } from "../core/budget";
import { atOnce, type Steps } from "../core/steps";
import { readChanges } from "../documents/changes";
import { GrowingScope } from "../documents/mcalcScope";
import { LIMITS } from "../language/limits";
import { splitLines } from "../language/mcalc/lines";
import { parseExpression } from "../language/mcalc/parse";
import { scan } from "../language/mcalc/scan";
import { parseStatement } from "../language/mcalc/statements";
import { shapesIn } from "../notation/kinds";
import { inferShape } from "../shapes/infer";
import { inferStatement } from "../shapes/statement";

/** What `derive` is asked, from the command line or from a line of a batch. */
export interface Question {
  readonly expr: string;
  /** One derivative after the other; for a differential, the variables that change. */
  readonly wrt: readonly string[];
  /** Declarations (and definitions) of `.mcalc`. */
  readonly given: readonly string[];
  readonly kind?: "derivative" | "differential";
  /** Whether what recurs in the answer gets a name. */
  readonly where?: boolean;
}

export interface Failed {
  readonly ok: false;
  /** Character offsets into the expression. */
  readonly error: {
    readonly code: ProblemCode;
    readonly message: string;
    readonly start: number;
    readonly end: number;
  };
}

export interface Answered {
  readonly ok: true;
  readonly question: Expr;
  readonly scope: Scope;
  readonly expr: Expr;
  /** The answer as it is to be read: names for what recurs, and what is written with them. */
  readonly shown: { readonly named: readonly { readonly name: string; readonly body: Expr }[]; readonly expr: Expr };
  /** `[]`, `["n"]`, `["m", "n"]`. */
  readonly shape: readonly string[];
  readonly notation: "matrix" | "kronecker" | "index";
  readonly verified: boolean;
  readonly assumptions: readonly string[];
  readonly kinks: readonly string[];
}

export const failed = (code: ProblemCode, message: string, start = 0, end = start): Failed => ({
  ok: false,
  error: { code, message, start, end },
});

/** The sides of a shape as text: a scalar has none, a column one. */
export const shapeDims = (s: Shape): string[] =>
  isScalar(s) ? [] : isColumn(s) ? [s.rows.key] : [s.rows.key, s.cols.key];

/** What the declarations make known, or the first thing that is wrong with them. */
export function scopeOf(given: readonly string[]): Scope | Failed {
  const scope = new GrowingScope();
  for (const text of given.flatMap(linesOf)) {
    const { statement, problems } = parseStatement(text);
    const fail = (code: ProblemCode, message: string): Failed => failed(code, `\`${shorten(text)}\`: ${message}`);
    if (problems[0] !== undefined) return fail(problems[0].code, problems[0].message);
    if (statement.kind === "claim" || statement.kind === "query") {
      return fail("syntax", "It declares nothing; write for example `A : R^(n×n) symmetric`.");
    }
    scope.add(statement);
    const wrong = inferStatement(statement, scope.view()).problems[0];
    if (wrong !== undefined) return fail(wrong.code, wrong.message);
  }
  return scope.view();
}

/** What is given may be a whole document: one statement a line. */
const linesOf = (text: string): string[] => splitLines(text).map(({ start, end }) => text.slice(start, end));

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** Why nothing can be derived by this: it is no variable, member or entry of one. */
function whyNoTarget(text: string, scope: Scope, differential: boolean): string | undefined {
  const { expr: e, problems } = parseExpression(text);
  const base = e.kind === "index" && !differential ? e.base : e;
  const name = problems.length === 0 && base.kind === "name" ? base.name : text;
  if (scope.variables.has(name) || (!differential && familyMember(scope, name) !== undefined)) return undefined;
  const why = scope.definitions.has(name)
    ? "is a definition"
    : scope.dimensions.has(name)
      ? "is a dimension"
      : "is not declared";
  return `\`${shorten(name)}\` ${why}; derive with respect to a declared variable.`;
}

/** The question read: a tree in which all shapes fit. */
export function readQuestion(q: Question): { readonly ok: true; readonly expr: Expr; readonly scope: Scope } | Failed {
  const scope = scopeOf(q.given);
  if ("ok" in scope) return scope;
  const { expr: written, problems } = parseExpression(q.expr);
  const expr = readChanges(written, scope);
  const first = problems[0] ?? inferShape(expr, scope, { unknownFunctions: true }).problems[0];
  if (first !== undefined) return failed(first.code, first.message, first.span.start, first.span.end);
  for (const name of q.wrt) {
    const wrong = whyNoTarget(name, scope, q.kind === "differential");
    if (wrong !== undefined) return failed("undeclared", wrong);
  }
  return { ok: true, expr, scope };
}

/** A question with LaTeX between dollars as one in `.mcalc`; the reader of notes is loaded for that only. `inferring`: what is not
 * declared is inferred by who asks. */
export async function inOurLanguage(q: Question, inferring = false): Promise<Question | Failed> {
  if (![q.expr, ...q.given].some((text) => text.trimStart().startsWith("$"))) return q;
  const { inMcalc } = await import("./latexArguments");
  return inMcalc(q, inferring);
}

/** What reading takes of each token, in steps of the budget; short lines are of few forms, each matched once. */
const [STEPS_PER_TOKEN, SHORT, STEPS_PER_SHORT_TOKEN] = [16, 100, 5];

/** About what a text took to be read: a text with more tokens than any formula has is refused before. */
function stepsToRead(text: string): number {
  if (text.length > LIMITS.characters) return 0;
  const tokens = scan(text).length;
  return tokens * (tokens > SHORT ? STEPS_PER_TOKEN : STEPS_PER_SHORT_TOKEN);
}

/** What a request may still take once its question is read: who writes much may ask for less. */
function stepsAfterReading({ expr, given }: Question): number {
  const read = given.flatMap(linesOf).reduce((sum, line) => sum + stepsToRead(line), stepsToRead(expr));
  return Math.max(REQUEST_STEPS / 10, REQUEST_STEPS - read);
}

/** The derivative that a question asks for. Never throws. */
export const answer = (q: Question): Answered | Failed => atOnce(answering(q));

/** The same in steps. */
export function* answering(q: Question): Steps<Answered | Failed> {
  const read = readQuestion(q);
  if (!read.ok) return read;
  const { expr, scope } = read;
  const request = { expr, wrt: q.wrt, scope, ...(q.kind === undefined ? {} : { kind: q.kind }) };
  const derived = yield* stepsWithBudget(stepsAfterReading(q), derivation(request));
  if (!derived.ok) {
    const { code, message, span } = derived.error;
    return failed(code, message, span?.start ?? 0, span?.end ?? q.expr.length);
  }
  const { shape, notation, verified, assumptions, kinks } = derived;
  const parts = q.where === true ? yield* namedParts([derived.expr], scope, shapesIn(scope)) : undefined;
  return {
    ok: true, question: expr, scope: parts?.scope ?? scope, expr: derived.expr, shape: shapeDims(shape),
    shown: { named: parts?.definitions ?? [], expr: parts?.answers[0] ?? derived.expr },
    notation, verified, assumptions, kinks,
  }; // prettier-ignore
}
