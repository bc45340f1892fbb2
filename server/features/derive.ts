import { type Expr, name } from "../core/ast";
import type { ProblemCode } from "../core/problem";
import type { Derivative } from "../calculus";
import { isScalar } from "../core/shape";
import { printText } from "../language/print";
import { derivativeOf } from "./derivatives";
import { insertBelow, type Insertion } from "./insertion";
import { latexIn } from "./writing";
import type { Snapshot } from "./snapshot";
import { shapeIn, type Target } from "./target";
import type { Turn } from "./turn";

export interface Derived {
  readonly ok: true;
  readonly insertion: Insertion;
  /** The statement that is inserted, as a person reads it. */
  readonly statement: string;
  readonly derivative: Derivative;
}

export interface NotDerived {
  readonly ok: false;
  readonly code: ProblemCode;
  readonly message: string;
}

/**
 * The derivative of a target as a statement below it, in the document's own notation: a claim in `.mcalc`,
 * a display formula in Markdown.
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
  if (order === 2 && shapeIn(expr, formula.scope) !== undefined && !isScalar(shapeIn(expr, formula.scope)!))
    return { ok: false, code: "not-scalar", message: "A Hessian is taken of a scalar; this expression is not one." };
  const result = await derivativeOf(formula, expr, wrt, snapshot.settings, turn);
  if (!result.ok) return { ok: false, code: result.error.code, message: result.error.message };
  const statement = statementOf(snapshot, target, wrt, result.expr);
  return { ok: true, insertion: insertBelow(snapshot.document, formula, statement), statement, derivative: result };
}

/** `d(f)/d(x) == …` in `.mcalc`, `\frac{\partial f}{\partial x} = …` in LaTeX. */
function statementOf(snapshot: Snapshot, target: Target, wrt: readonly string[], answer: Expr): string {
  const { formula, expr } = target;
  const left: Expr = { kind: "derivative", of: target.name ?? expr, wrt: wrt.map(name) };
  if (formula.notation === "mcalc") return `${printText(left)} == ${printText(answer)}`;
  const write = latexIn(snapshot, formula);
  return `${write(left)} = ${write(answer)}`;
}
