import assert from "node:assert/strict";
import fc from "fast-check";
import { deriveSteps } from "../../server/derivation";
import { printText } from "../../server/language/print";
import { expression, SCOPE } from "../calculus/expressions";

const OPTIONS = { numRuns: 60, seed: 11 };
const wrt = fc.constantFrom("x", "s", "C", "A", "P", "L");

describe("derivations of random expressions", () => {
  for (const [rows, cols, depth] of [
    ["1", "1", 3],
    ["n", "1", 2],
    ["n", "n", 2],
  ] as const)
    it(`${rows}×${cols}: are shown where the calculus has a derivative, and are short`, () => {
      let shown = 0;
      let refused = 0;
      fc.assert(
        fc.property(expression(rows, cols, depth), wrt, (e, x) => {
          const d = deriveSteps({ expr: e, wrt: [x], scope: SCOPE });
          if (!d.ok) {
            refused++;
            assert.match(d.error.message, /\.$/);
            return;
          }
          shown++;
          assert.ok(d.steps.length <= 25, printText(e));
          assert.ok(d.steps.every((s) => s.rules.length > 0), printText(e));
        }),
        OPTIONS,
      ); // prettier-ignore
      assert.ok(shown >= 19 * refused, `${refused} of ${shown + refused} refused`);
    });
});
