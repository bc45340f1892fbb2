import assert from "node:assert/strict";
import { derive } from "../../server/calculus";
import { size } from "../../server/core/ast";
import { expr, scopeOf } from "../checking/scope";
import { caseGiven, caseText, caseVariables, SHARED_CASES, sharedCases } from "../sharedCases";

describe("the reference derivations", () => {
  it("are found, verified, and as short as by hand", function () {
    const all = sharedCases();
    if (all === undefined) {
      console.log(`      skipped: ${SHARED_CASES} is not here`);
      this.skip();
    }
    const cases = all.filter((c) => c.kind !== "hvp" && c.kind !== "gradient_sym_mcb");
    const refused: string[] = [];
    const ratios: number[] = [];
    for (const c of cases) {
      const scope = scopeOf(...caseGiven({ vars: c.vars }));
      const r = derive({
        expr: expr(caseText(c.expr)),
        wrt: caseVariables(c),
        scope,
        kind: c.kind === "differential" ? "differential" : "derivative",
      });
      if (!r.ok) refused.push(`${c.id}: ${r.error.message}`);
      else ratios.push(size(r.expr) / c.nodes_expected);
    }
    ratios.sort((a, b) => a - b);
    // One case uses names that nothing declares.
    assert.ok(refused.length <= 0.03 * cases.length, refused.join("\n"));
    for (const r of refused) assert.doesNotMatch(r, /does not agree|could not be checked|internal/);
    assert.ok(ratios[Math.floor(ratios.length / 2)]! <= 1, "median size");
    assert.ok(ratios[Math.floor(ratios.length * 0.95)]! <= 1.5, "95th percentile of the size");
  });
});
