import type { Span } from "../core/ast";
import { isScalar } from "../core/shape";
import { answerOf, answerText, askedIn } from "./answers";
import type { Snapshot } from "./snapshot";
import { shapeIn, targetAt, variablesOf } from "./target";
import type { Turn } from "./turn";

export interface Lens {
  readonly span: Span;
  readonly title: string;
  /** What it derives; absent for a lens that only tells. */
  readonly derive?: { readonly target: Span; readonly variable: string };
}

/** Above each scalar definition, its gradients to insert; above each claim, what the checker says; above each question, its answer. Off by default. */
export async function codeLenses(snapshot: Snapshot, turn: Turn): Promise<readonly Lens[]> {
  if (!snapshot.settings.codeLens) return [];
  const out: Lens[] = [];
  for (const formula of snapshot.document.formulas) {
    if (formula.statement.kind === "claim") {
      const claim = snapshot.checked?.claims.find((c) => c.span.start === formula.span.start);
      if (claim !== undefined) out.push({ span: formula.span, title: claim.status });
      continue;
    }
    if (askedIn(formula) !== undefined) {
      await turn();
      const answer = await answerOf(snapshot, formula, turn);
      if (answer !== undefined) out.push({ span: formula.span, title: answerText(answer, formula) });
      continue;
    }
    if (formula.statement.kind !== "definition" || formula.statement.parameters !== undefined) continue;
    const at = { start: formula.span.start, end: formula.span.start };
    const target = targetAt(snapshot, at);
    if (target === undefined) continue;
    const shape = shapeIn(target.expr, formula.scope);
    if (shape === undefined || !isScalar(shape)) continue;
    for (const { name } of variablesOf(target.expr, formula.scope).slice(0, 3))
      out.push({ span: formula.span, title: `∂/∂${name}`, derive: { target: at, variable: name } });
  }
  return out;
}
