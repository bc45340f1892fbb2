import type { Turn } from "../features/turn";
import type { Environment } from "./environment";

/** Work goes on at most this long, in milliseconds, before others have their turn. */
const SLICE = 8;

/** A turn that hands over once its slice is used up, and throws where `stale` does. */
export function makeTurn(environment: Environment, stale: () => void): Turn {
  let since = Date.now();
  return async () => {
    if (Date.now() - since >= SLICE) {
      await environment.nextTurn();
      since = Date.now();
    }
    stale();
  };
}
