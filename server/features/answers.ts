import type { DerivativeExpr, Expr } from "../core/ast";
import { transposedExpr } from "../derivation";
import type { Formula } from "../documents/document";
import { printText } from "../language/print";
import { derivativeOf } from "./derivatives";
import { inDocument } from "./place";
import type { Snapshot } from "./snapshot";
import type { Turn } from "./turn";
import { unicodeIn } from "./writing";

/** A derivative that stands alone on a line of `.mcalc`: it asks what it is. */
export function askedIn({ statement, notation, problems }: Formula): DerivativeExpr | undefined {
  if (notation !== "mcalc" || statement.kind !== "query" || problems.length > 0) return undefined;
  return statement.expr.kind === "derivative" ? statement.expr : undefined;
}

/** What a line asks for; nothing where it asks for nothing, or where there is no answer. */
export async function answerOf(snapshot: Snapshot, formula: Formula, turn: Turn): Promise<Expr | undefined> {
  const asked = askedIn(formula);
  if (asked === undefined) return undefined;
  const wrt = asked.wrt.flatMap((w) => (w.kind === "name" ? [w.name] : []));
  if (wrt.length !== asked.wrt.length) return undefined;
  const found = await derivativeOf(formula, asked.of, wrt, snapshot.settings, turn);
  if (!found.ok) return undefined;
  return asked.transposed === true ? transposedExpr(found.expr, formula.scope) : found.expr;
}

/** Answers longer than this are cut behind a line: the hover has the whole. */
const LONGEST = 80;

/** `= (A + Aᵀ)x` */
export function answerText(answer: Expr, { scope }: Formula): string {
  const text = `= ${unicodeIn(scope)(answer)}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** The line with its answer as a claim. */
export async function asClaim(
  snapshot: Snapshot,
  formula: Formula,
  turn: Turn,
): Promise<{ readonly offset: number; readonly text: string } | undefined> {
  const answer = await answerOf(snapshot, formula, turn);
  if (answer === undefined) return undefined;
  return { offset: inDocument(formula, formula.statement.span).end, text: ` == ${printText(answer)}` };
}
