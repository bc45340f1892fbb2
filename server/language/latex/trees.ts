import { LETTERS } from "../../core/conventions";
import { type Expr, freeNames, type Span } from "../../core/ast";
import { fail, UNSETTLED } from "./knowledge";

function infixOperator(value: string): string {
  switch (value) {
    case "cdot":
      return UNSETTLED.cdot;
    case "side by side":
      return "mul";
    case "hadamard":
    case "hdiv":
    case "kron":
    case "div":
      return value;
    default:
      return fail(`the sign ${value}`);
  }
}

/** Two operands with a sign of one meaning between them; a sign of which nothing is known (`\oplus`) is a function of both. */
export function infix(sign: string, a: Expr, b: Expr): Expr & { kind: "apply" | "call" } {
  return UNKNOWN_SIGNS.has(sign) ? unknown(sign, [a, b], join(a, b)) : binary(infixOperator(sign), a, b);
}

const UNKNOWN_SIGNS = new Set(["oplus", "ominus", "cap", "cup", "setminus", "wedge", "vee"]);

/** What is told apart from others by its name and arguments, and no more. */
export const unknown = (name: string, args: readonly Expr[], span: Span): Expr & { kind: "call" } => ({
  kind: "call",
  name,
  primes: 0,
  args,
  span,
});

/** From the beginning of one part to the end of another. */
export const join = (a: Expr, b: Expr): Span => ({
  start: a.span?.start ?? b.span?.start ?? 0,
  end: b.span?.end ?? a.span?.end ?? 0,
});

/** An operator between two operands. */
export const binary = (op: string, a: Expr, b: Expr): Expr & { kind: "apply" } => ({
  kind: "apply",
  op,
  args: [a, b],
  span: join(a, b),
});

/** A derivative as it is written; `transposed`: by the transpose of its variable. */
export function derivativeNode(of: Expr, wrt: readonly Expr[], transposed: boolean, span: Span): Expr {
  return { kind: "derivative", of, wrt, ...(transposed ? { transposed: true } : {}), span };
}

/** What square brackets turn into the matrix of all entries: `[x_{ij}]`, `[\partial y / \partial x_j]`. */
export function isEntryLike(e: Expr): boolean {
  if (e.kind === "derivative") return e.wrt.some((w) => w.kind === "index" || (w.kind === "name" && /_/.test(w.name)));
  if (e.kind === "index") return true;
  return e.kind === "name" && /_[a-z]{1,2}$/.test(e.name);
}

/** The one variable of an expression, constants by their usual letters apart. */
export function ownVariable(e: Expr): string | undefined {
  const free = [...freeNames(e)].filter((n) => !n.startsWith("⟨"));
  if (free.length === 1) return free[0];
  const variables = free.filter((n) => !LETTERS.constants.test(n));
  return variables.length === 1 ? variables[0] : undefined;
}
