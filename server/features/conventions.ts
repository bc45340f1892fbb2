import { freeNames } from "../core/ast";
import type { Formula, MathDocument } from "../documents/document";
import { expressions } from "../language/statement";
import type { Settings } from "./settings";

/**
 * Whether a formula is left alone: without conventions, one that holds a name whose shape is a guess, or follows from
 * one (`\\Sigma` a matrix, bold `x` a vector, …), is neither derived nor checked.
 */
export function isLeftAlone({ guessed, statement }: Formula, { conventions }: Pick<Settings, "conventions">): boolean {
  if (conventions || guessed === undefined || guessed.size === 0) return false;
  return expressions(statement).some((e) => [...freeNames(e)].some((name) => guessed.has(name)));
}

/** Whether a place in a document belongs to a formula that is left alone. */
export function leftAloneAt(
  document: MathDocument,
  settings: Settings,
): (span: { start: number; end: number }) => boolean {
  if (settings.conventions) return () => false;
  const alone = document.formulas.filter((f) => isLeftAlone(f, settings));
  return ({ start, end }) => alone.some((f) => f.span.start < end && start < f.span.end);
}
