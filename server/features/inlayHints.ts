import { isScalar, shapeText } from "../core/shape";
import type { Span } from "../core/ast";
import type { Formula } from "../documents/document";
import { shapesIn } from "../notation/kinds";
import { answerOf, answerText, askedIn } from "./answers";
import { inDocument, overlaps } from "./place";
import type { Snapshot } from "./snapshot";
import type { Turn } from "./turn";

export interface InlayHint {
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
  /** Set off from what stands before it. */
  readonly apart: boolean;
}

/** Lines that are answered at once: a file of questions is answered as one scrolls. */
const MOST_ANSWERED = 60;

/**
 * Behind each defined name its inferred shape, and behind a line that asks for a derivative the answer; nothing behind what
 * is declared. Where a comment ends the line the hint stands behind that, so that aligned comments stay so. Only `.mcalc`:
 * notes stay as they are.
 */
export async function inlayHints(snapshot: Snapshot, range: Span, turn: Turn): Promise<readonly InlayHint[]> {
  if (!snapshot.settings.inlayHints) return [];
  const out: InlayHint[] = [];
  let answered = 0;
  for (const formula of snapshot.document.formulas) {
    if (formula.notation !== "mcalc" || !overlaps(formula.span, range)) continue;
    if (askedIn(formula) !== undefined && answered++ < MOST_ANSWERED) {
      await turn();
      const answer = await answerOf(snapshot, formula, turn);
      if (answer !== undefined)
        out.push({
          offset: behind(snapshot, formula).offset,
          label: answerText(answer, formula),
          tooltip: "The derivative that this line asks for.",
          apart: true,
        });
    }
    const hint = shapeHint(snapshot, formula);
    if (hint !== undefined) out.push(hint);
  }
  return out;
}

function shapeHint(snapshot: Snapshot, formula: Formula): InlayHint | undefined {
  const { statement } = formula;
  if (statement.kind !== "definition" || statement.parameters !== undefined) return undefined;
  const shape = shapesIn(formula.scope)(statement.body);
  if (shape === undefined) return undefined;
  const what = isScalar(shape) ? "scalar" : shapeText(shape);
  const tooltip = `The shape of ${statement.name}, inferred from its definition.`;
  const { offset, commented } = behind(snapshot, formula);
  if (commented) return { offset, label: `${statement.name} : ${what}`, tooltip, apart: true };
  return { offset: inDocument(formula, statement.nameSpan).end, label: ` : ${what}`, tooltip, apart: false };
}

/** Where a hint behind a statement stands: at the end of its line, behind a comment that is there. */
function behind({ document }: Snapshot, formula: Formula): { readonly offset: number; readonly commented: boolean } {
  const { end } = inDocument(formula, formula.statement.span);
  const rest = /^[^\r\n]*/.exec(document.text.slice(end))![0];
  return rest.trimStart().startsWith("#") ? { offset: end + rest.trimEnd().length, commented: true } : { offset: end, commented: false };
} // prettier-ignore
