import { SharedWork, type Steps } from "../core/steps";

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
export const inTurns = <T>(work: Steps<T>, turn: Turn): Promise<T> => sharedInTurns(new SharedWork(work), turn);

/** Steps that take less than so many milliseconds together are gone through at once: asking for a turn has its price. */
const AT_ONCE = 2;

/** The same for work that others may wait for as well: who no longer wants the answer leaves it to them. */
export async function sharedInTurns<T>(work: SharedWork<T>, turn: Turn): Promise<T> {
  for (let since = performance.now(); ;) {
    work.advance();
    if (work.result !== undefined) return work.result.value;
    if (performance.now() - since < AT_ONCE) continue;
    await turn();
    since = performance.now();
  }
}
