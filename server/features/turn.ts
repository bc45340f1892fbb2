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

/** Runs work in steps; others have their turn in its pauses, and it ends there where its answer is no longer wanted. */
export async function inTurns<T>(work: Steps<T>, turn: Turn): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await turn();
  }
}

/** The same for work that others may wait for as well: who no longer wants the answer leaves it to them. */
export async function sharedInTurns<T>(work: SharedWork<T>, turn: Turn): Promise<T> {
  for (;;) {
    work.advance();
    if (work.result !== undefined) return work.result.value;
    await turn();
  }
}
