import assert from "node:assert/strict";
import { KINDS } from "./fuzzKinds";
import { Choices } from "./generators";

/**
 * How many inputs in all: 4,000 by default; `MCALC_FUZZ=1000000` for the whole night's work. `MCALC_SEED` chooses
 * others. A failure names the command that repeats it alone.
 */
const INPUTS = Number(process.env["MCALC_FUZZ"] ?? 4_000);
const FIRST = Number(process.env["MCALC_SEED"] ?? 1);

describe("any input is answered, and nothing contradicts itself", function () {
  this.timeout(0);
  for (const [kind, { share, what, run }] of Object.entries(KINDS))
    it(what, async () => {
      const count = Math.max(1, Math.round(INPUTS * share));
      for (let seed = FIRST; seed < FIRST + count; seed++) {
        const start = performance.now();
        const again = `npm run fuzz -- --kind ${kind} --seed ${seed} --n 1`;
        try {
          await run(new Choices(seed));
        } catch (error) {
          throw new Error(`${again}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, {
            cause: error,
          });
        }
        const took = performance.now() - start;
        assert.ok(took < 20_000, `${again}: took ${took.toFixed(0)} ms`);
      }
    });
});
