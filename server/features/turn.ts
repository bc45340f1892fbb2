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
