import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type { Scope } from "../../server/core/scope";
import { type Derivation, deriveSteps } from "../../server/derivation";
import { equalAtPoints } from "../../server/evaluation";
import { expr, scopeOf } from "../checking/scope";

const FILE = "../shared/cases/derivatives.json";
const KINDS = ["gradient", "jacobian", "matrix_by_scalar"];

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly expr: string;
  readonly wrt: string;
  readonly expected: string;
  readonly let?: readonly (readonly [string, string])[];
  readonly vars: Readonly<Record<string, { readonly shape: readonly string[]; readonly props: readonly string[] }>>;
}

const PROPERTY: Readonly<Record<string, string>> = {
  pos: "positive", pd: "posdef", sym: "symmetric", symd: "symmetric", skew: "skew", inv: "invertible", invpos: "invertible",
  diag: "diagonal", diagpos: "diagonal", lower: "lower", lowerpos: "lower", orth: "orthogonal",
}; // prettier-ignore

/** The row-by-row softmax is `softmax` here. */
const text = (t: string): string => t.replace(/softmaxr/g, "softmax");

function scope(c: Case): Scope {
  const declared = Object.entries(c.vars).map(([n, v]) => {
    const shape = v.shape.length === 0 ? "R" : v.shape.length === 1 ? `R^${v.shape[0]}` : `R^(${v.shape.join("×")})`;
    return [`${n} : ${shape}`, ...new Set(v.props.flatMap((p) => PROPERTY[p] ?? []))].join(" ");
  });
  return scopeOf(...declared, ...(c.let ?? []).map(([n, e]) => `${n} = ${text(e)}`));
}

describe("derivations of the reference cases", () => {
  let found: { readonly c: Case; readonly d: Derivation }[] = [];
  let missing: string[] = [];

  before(function () {
    if (!existsSync(FILE)) {
      console.log(`      skipped: ${FILE} is not here`);
      this.skip();
    }
    const all = (JSON.parse(readFileSync(FILE, "utf8")) as { cases: Case[] }).cases.filter((c) =>
      KINDS.includes(c.kind),
    );
    found = [];
    missing = [];
    for (const c of all) {
      const d = deriveSteps({ expr: expr(text(c.expr)), wrt: [c.wrt], scope: scope(c) });
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
      const { verdict, distance } = equalAtPoints(d.steps.at(-1)!.after, expr(text(c.expected)), d.scope);
      assert.notEqual(verdict, "different", `${c.id}: ${distance}`);
    }
  });
});
