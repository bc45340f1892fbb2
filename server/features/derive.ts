import { type DerivativeExpr, type Expr, name, sameExpr } from "../core/ast";
import type { ProblemCode } from "../core/problem";
import type { Derivative } from "../calculus";
import { isScalar } from "../core/shape";
import { printText } from "../language/print";
import { derivativeOf } from "./derivatives";
import { insertBelow, type Insertion } from "./insertion";
import type { Formula } from "../documents/document";
import type { LatexStyle } from "../notation";
import { gradientHabit } from "./latexStyle";
import { overlaps } from "./place";
import { namesBehind, type Shortened, shortened } from "./shortening";
import { latexIn } from "./writing";
import type { Snapshot } from "./snapshot";
import { shapeIn, type Target } from "./target";
import type { Turn } from "./turn";

export interface Derived {
  readonly ok: true;
  /** Absent where the statement stands there already. */
  readonly insertion?: Insertion;
  /** Where one goes on: behind the statement, in the text as it is then. */
  readonly cursor: number;
  /** The statement, as a person reads it. */
  readonly statement: string;
  readonly derivative: Derivative;
}

export interface NotDerived {
  readonly ok: false;
  readonly code: ProblemCode;
  readonly message: string;
}

/**
 * The derivative of a target as a statement below it, in the document's own notation: a claim in `.mcalc`, a display
 * formula in Markdown. Below what is said of its derivatives there already; what is said is not said again.
 *
 * @param order 1, or 2 for the Hessian
 */
export async function deriveBelow(
  snapshot: Snapshot,
  target: Target,
  variable: string,
  order: 1 | 2,
  turn: Turn,
): Promise<Derived | NotDerived> {
  const { formula, expr } = target;
  const wrt = order === 1 ? [variable] : [variable, variable];
  const shape = shapeIn(expr, formula.scope);
  if (order === 2 && shape !== undefined && !isScalar(shape))
    return { ok: false, code: "not-scalar", message: "A Hessian is taken of a scalar; this expression is not one." };
  const result = await derivativeOf(formula, expr, wrt, snapshot.settings, turn, target.name);
  if (!result.ok) return { ok: false, code: result.error.code, message: result.error.message };
  const left: DerivativeExpr = { kind: "derivative", of: target.name ?? expr, wrt: wrt.map((w) => name(w)) };
  const short = await shortened(snapshot, target, [result.expr], turn);
  const { lines, statement } = statementOf(snapshot, target, left, result, short);
  const there = saidThere(snapshot, target, left, short.definitions.length === 0 ? result.expr : undefined);
  if (there !== undefined) return { ok: true, cursor: there.span.end, statement, derivative: result };
  const insertion = insertBelow(snapshot.document, lastAbout(snapshot, target), lines.join("\n"));
  return { ok: true, insertion, cursor: insertion.cursor, statement, derivative: result };
}

/** `d(f)/d(x) == …` in `.mcalc`, `\frac{\partial f}{\partial x} = …` in LaTeX; names of parts above it, or behind it. */
function statementOf(
  snapshot: Snapshot,
  target: Target,
  left: DerivativeExpr,
  result: Derivative,
  found: Shortened,
): { readonly lines: readonly string[]; readonly statement: string } {
  const { formula } = target;
  const { definitions, answers, scope } = found;
  if (formula.notation === "mcalc") {
    const statement = `${printText(left)} == ${printText(answers[0]!)}`;
    return { lines: [...definitions.map((d) => `${d.name} = ${printText(d.body)}`), statement], statement };
  }
  const write = latexIn(snapshot, formula, scope, nablaFor(snapshot, target, left, result));
  const statement = `${write(left)} = ${namesBehind(found, write)}`;
  return { lines: [statement], statement };
}

/**
 * Whether a gradient is written with a nabla: where the author writes gradients so, and of a function of one variable
 * where the author has not written any yet.
 */
function nablaFor(
  { document }: Snapshot,
  target: Target,
  { of, wrt }: DerivativeExpr,
  { shape }: Derivative,
): LatexStyle["nabla"] {
  const value = shapeIn(target.expr, target.formula.scope);
  if (wrt.length !== 1 || value === undefined || !isScalar(value) || isScalar(shape)) return undefined;
  const alone = of.kind === "call" && of.args.length === 1;
  const habit = gradientHabit(document);
  if (habit === undefined ? alone : habit === "nabla") return alone ? "plain" : "subscript";
  return undefined;
}

/** The statement of the same derivative, where the document has it: of the same text, or found to hold. */
function saidThere(
  { document, checked }: Snapshot,
  { formula }: Target,
  left: DerivativeExpr,
  answer: Expr | undefined,
): Formula | undefined {
  return document.formulas.find((f) => {
    if (f.statement.kind !== "claim" || f.span.start <= formula.span.start) return false;
    const [a, b] = f.statement.sides;
    if (a === undefined || b === undefined || !sameExpr(a, left)) return false;
    if (answer !== undefined && sameExpr(b, answer)) return true;
    const claim = checked?.claims.find((c) => overlaps(c.span, f.span));
    return claim?.status === "proved" || claim?.status === "verified";
  });
}

/** The last of the statements right below a formula that are about its derivatives; the formula where there is none. */
function lastAbout({ document }: Snapshot, { formula, name: own, expr }: Target): Formula {
  const of = own ?? expr;
  const about = (e: Expr): boolean =>
    e.kind === "derivative" && (sameExpr(e.of, of) || (e.of.kind === "derivative" && about(e.of)));
  const end = (f: Formula): number => f.region?.span.end ?? f.span.end;
  let last = formula;
  let before = formula;
  for (const f of document.formulas.slice(document.formulas.indexOf(formula) + 1)) {
    const start = f.region?.span.start ?? f.span.start;
    // Words between two formulas of a note end what belongs together; comments of .mcalc do not.
    if (f.notation === "latex" && start > end(before) && /[^\s>]/.test(document.text.slice(end(before), start))) break;
    if (f.statement.kind === "claim" && f.statement.sides.some(about)) last = f;
    else if (f.notation === "latex" || (f.statement.kind !== "definition" && f.statement.kind !== "empty")) break;
    before = f;
  }
  return last;
}
