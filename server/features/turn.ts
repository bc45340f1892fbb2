import type { SharedWork, Steps } from "../core/steps";

/**
 * Hands the turn to whatever else waits (other requests, a cancellation), and throws `Cancelled` where the answer
 * is no longer wanted. Long work calls it between steps of a few milliseconds.
 */
export type Turn = () => Promise<void>;

/** The answer is no longer wanted: the client took the request back, or the document has changed. */
export class Cancelled extends Error {
  constructor() {
    super("cancelled");
  }
}

/** For callers that have nothing else to do, such as tests. */
export const noTurn: Turn = () => Promise.resolve();

/** Steps that take less than so many milliseconds together are gone through at once: asking for a turn has its price. */
const AT_ONCE = 2;

/** Goes on with work until it is done or a turn is due. */
function untilTurn(isDone: () => boolean): boolean {
  const since = performance.now();
  for (;;) {
    if (isDone()) return true;
    if (performance.now() - since >= AT_ONCE) return false;
  }
}

/** Runs work in steps; others have their turn in its pauses, and it ends there where its answer is no longer wanted. */
export async function inTurns<T>(work: Steps<T>, turn: Turn): Promise<T> {
  let step = work.next();
  const isDone = (): boolean => step.done === true || (step = work.next()).done === true;
  while (!untilTurn(isDone)) await turn();
  return step.value as T;
}

/** The same for work that others may wait for as well: who no longer wants the answer leaves it to them. */
export async function sharedInTurns<T>(work: SharedWork<T>, turn: Turn): Promise<T> {
  const isDone = (): boolean => {
    work.advance();
    return work.result !== undefined;
  };
  while (!untilTurn(isDone)) await turn();
  return work.result!.value;
}
