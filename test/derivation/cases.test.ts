import assert from "node:assert/strict";
import type { Scope } from "../../server/core/scope";
import { type Derivation, deriveSteps } from "../../server/derivation";
import { equalAtPoints } from "../../server/evaluation";
import { expr, scopeOf } from "../checking/scope";
import { caseGiven, caseText, SHARED_CASES, type SharedCase, sharedCases } from "../sharedCases";

const KINDS = ["gradient", "jacobian", "matrix_by_scalar"];

type Case = Omit<SharedCase, "wrt"> & { readonly wrt: string };

const scope = (c: Case): Scope => scopeOf(...caseGiven(c));

describe("derivations of the reference cases", () => {
  let found: { readonly c: Case; readonly d: Derivation }[] = [];
  let missing: string[] = [];

  before(function () {
    const shared = sharedCases();
    if (shared === undefined) {
      console.log(`      skipped: ${SHARED_CASES} is not here`);
      this.skip();
    }
    const all = shared.filter((c): c is Case => KINDS.includes(c.kind) && typeof c.wrt === "string");
    found = [];
    missing = [];
    for (const c of all) {
      const d = deriveSteps({ expr: expr(caseText(c.expr)), wrt: [c.wrt], scope: scope(c) });
      if (d.ok) found.push({ c, d });
      else missing.push(`${c.id}: ${d.error.message}`);
    }
  });

  it("exist for nearly all", () => {
    assert.ok(missing.length <= 0.02 * (found.length + missing.length), missing.join("\n"));
  });

  it("are short", () => {
    const lengths = found.map(({ d }) => d.steps.length + d.parts.length).sort((a, b) => a - b);
    assert.ok(lengths[lengths.length >> 1]! <= 7, `median ${lengths[lengths.length >> 1]}`);
    assert.ok(lengths.at(-1)! <= 12, `longest ${lengths.at(-1)}`);
  });

  it("hold line by line: each line equals the line before at random points", () => {
    for (const { c, d } of found)
      for (const part of d.parts)
        for (const [i, s] of part.steps.entries()) {
          // A line that is read off has another left side; it is compared with it.
          const before =
            s.left.kind === "derivative" && part.steps[i - 1]?.left.kind !== "derivative" ? s.left : s.before;
          const { verdict, distance } = equalAtPoints(before, s.after, d.scope, { varying: [c.wrt] });
          assert.notEqual(verdict, "different", `${c.id}, line ${i + 1}: ${distance}`);
        }
  });

  it("end in the derivative that is expected", () => {
    // Answers that hold on a simplex, or are given up to further properties, are not compared.
    const special = ["simplex", "rowstoch", "prob", "pm1", "diagpos", "skew", "orth", "proj"];
    for (const { c, d } of found) {
      if (Object.values(c.vars).some((v) => v.props.some((p) => special.includes(p)))) continue;
      const { verdict, distance } = equalAtPoints(d.steps.at(-1)!.after, expr(caseText(c.expected)), d.scope);
      assert.notEqual(verdict, "different", `${c.id}: ${distance}`);
    }
  });
});
