import { roomForAnswers } from "./stdio";

/**
 * Rounds of the event loop that a message takes from the pipe to its handler: it is received in one, decoded in the
 * next and handled in a third one (`vscode-jsonrpc` goes through `setImmediate` for each).
 */
const ROUNDS = 3;

/** Resolves once messages that already wait in the pipe have been handled. An idle round takes some microseconds. */
export async function nextTurn(): Promise<void> {
  await roomForAnswers();
  for (let round = 0; round < ROUNDS; round++) await new Promise((resolve) => setImmediate(resolve));
}
