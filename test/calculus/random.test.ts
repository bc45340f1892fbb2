import assert from "node:assert/strict";
import fc from "fast-check";
import { derive, provedEqual, simplify } from "../../server/calculus";
import { size } from "../../server/core/ast";
import { equalAtPoints } from "../../server/evaluation";
import { parseExpression } from "../../server/language/mcalc/parse";
import { printText } from "../../server/language/print";
import { expression, SCOPE } from "./expressions";

// Ten thousand and more in the slow suite (MCALC_RUNS); a few here, always from the same seed.
const RUNS = Number(process.env["MCALC_RUNS"] ?? 60);
const OPTIONS = { numRuns: RUNS, seed: 20261122, endOnFailure: true };
const DEPTH = RUNS > 1000 ? 8 : 4;

/** A refusal that says the calculus got it wrong is a fault. Where values overflow nothing can be checked, which is an answer. */
const FAULT = /does not agree with numbers|internal reason/;

describe("random expressions", function () {
  this.timeout(60_000 + 50 * RUNS);

  const cases = fc.oneof(
    fc.tuple(expression("1", "1", DEPTH), fc.constantFrom("x", "A", "C", "s", "S", "P", "L", "G", "W", "V")),
    fc.tuple(expression("n", "1", DEPTH), fc.constantFrom("x", "s", "A", "C")),
    fc.tuple(expression("m", "n", DEPTH), fc.constantFrom("s", "A", "x")),
  );

  it("have derivatives that agree with differences, or are refused by name", () => {
    fc.assert(
      fc.property(cases, ([e, x]) => {
        const r = derive({ expr: e, wrt: [x], scope: SCOPE });
        if (!r.ok) assert.doesNotMatch(r.error.message, FAULT, printText(e));
        else assert.ok(size(r.expr) <= 60 * size(e) ** 2, `${printText(e)} by ${x}: ${printText(r.expr)}`);
      }),
      OPTIONS,
    );
  });

  it("have derivatives that read back as they are printed", () => {
    fc.assert(
      fc.property(cases, ([e, x]) => {
        const r = derive({ expr: e, wrt: [x], scope: SCOPE });
        if (!r.ok) return;
        const text = printText(r.expr);
        const back = parseExpression(text);
        assert.deepEqual(back.problems, []);
        assert.equal(printText(back.expr), text);
      }),
      OPTIONS,
    );
  });

  it("keep their value when simplified", () => {
    fc.assert(
      fc.property(expression("n", "n", 3), (e) => {
        assert.notEqual(equalAtPoints(e, simplify(e, SCOPE), SCOPE).verdict, "different");
      }),
      OPTIONS,
    );
  });

  it("are proved equal only where numbers do not object", () => {
    fc.assert(
      fc.property(expression("n", "n", 2), expression("n", "n", 2), (a, b) => {
        if (provedEqual(a, b, SCOPE) === true)
          assert.notEqual(equalAtPoints(a, b, SCOPE).verdict, "different", `${printText(a)} and ${printText(b)}`);
      }),
      OPTIONS,
    );
  });
});
