import { setFlagsFromString } from "node:v8";

/** Versions of V8 that have the flag, those of Node 20 to 24: others say on the terminal that they do not know it. */
const KNOWS_FLAG = { from: 11, to: 13 };

/** Bytes of bytecode that a function runs through before V8 optimises it; an eighth of this as V8 has it. */
const BUDGET = 1_000_000;

/**
 * Has V8 optimise a function later than it would, for all threads of this process. A check runs thousands of functions
 * over trees of ever new forms: code that is optimised after the first few of them is thrown away at the next and made
 * again, which takes nearly half of the processor's time. Later it has seen most forms, and is optimised once.
 */
export function optimiseLater(): void {
  const version = Number(process.versions.v8.split(".")[0]);
  if (version >= KNOWS_FLAG.from && version <= KNOWS_FLAG.to) setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
