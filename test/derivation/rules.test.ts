import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { children, type Expr, name, withChildren } from "../../server/core/ast";
import { rule, RULES } from "../../server/derivation";
import { equalAtPoints } from "../../server/evaluation";
import { OPERATORS } from "../../server/operators";
import { rulesPage } from "../../scripts/docs-rules";
import { expr, scopeOf } from "../checking/scope";

/** `dX` in an example is the change of X. */
function withChanges(e: Expr): Expr {
  if (e.kind === "name" && /^d[A-Za-z]$/.test(e.name)) return { kind: "differential", of: name(e.name.slice(1)) };
  const parts = children(e);
  return parts.length === 0 ? e : withChildren(e, parts.map(withChanges));
}

describe("the table of rules", () => {
  for (const r of RULES)
    it(`${r.id}: ${r.example.from} is ${r.example.to}`, () => {
      const scope = scopeOf(...r.example.given);
      const changing = r.example.given[0]!.split(" ")[0]!;
      const { verdict, reason } = equalAtPoints(
        withChanges(expr(r.example.from)),
        withChanges(expr(r.example.to)),
        scope,
        { varying: [changing] },
      );
      assert.equal(verdict, "equal", reason);
    });

  it("names each rule once", () => {
    assert.equal(new Set(RULES.map((r) => r.id)).size, RULES.length);
    for (const r of RULES) assert.equal(rule(r.id as Parameters<typeof rule>[0]), r);
  });

  it("has a rule for every operator with a differential of its own", () => {
    for (const o of OPERATORS) {
      const own =
        o.rule !== undefined && ("differential" in o.rule || ("pointwise" in o.rule && o.rule.pointwise !== "0"));
      if (own)
        assert.ok(
          RULES.some((r) => r.id === `d-${o.name}`),
          o.name,
        );
    }
  });

  it("is what docs/rules.md says; after a change: npx tsx scripts/docs-rules.ts", () => {
    assert.equal(readFileSync("docs/rules.md", "utf8"), rulesPage());
  });
});
