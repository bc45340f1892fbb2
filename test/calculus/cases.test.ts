import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { derive } from "../../server/calculus";
import { size } from "../../server/core/ast";
import { expr, scopeOf } from "../checking/scope";

const FILE = "../shared/cases/derivatives.json";

interface Case {
  id: string;
  kind: string;
  expr: string;
  wrt: string | string[];
  wrt2?: string;
  let?: unknown;
  nodes_expected: number;
  vars: Record<string, { shape: string[]; props: string[] }>;
}

const PROPERTY: Record<string, string> = {
  pos: "positive", tinypos: "positive", prob: "positive", simplex: "positive", rowstoch: "positive", pd: "posdef", pdbig: "posdef", sym: "symmetric", symd: "symmetric",
  proj: "symmetric", skew: "skew", inv: "invertible", invpos: "invertible", diag: "diagonal", diagpos: "diagonal", lower: "lower", lowerpos: "lower", orth: "orthogonal",
}; // prettier-ignore

function declaration(name: string, v: Case["vars"][string]): string {
  const shape = v.shape.length === 0 ? "R" : v.shape.length === 1 ? `R^${v.shape[0]}` : `R^(${v.shape.join("×")})`;
  return [`${name} : ${shape}`, ...new Set(v.props.flatMap((p) => PROPERTY[p] ?? []))].join(" ");
}

describe("the reference derivations", () => {
  it("are found, verified, and as short as by hand", function () {
    if (!existsSync(FILE)) {
      console.log(`      skipped: ${FILE} is not here`);
      this.skip();
    }
    const all = (JSON.parse(readFileSync(FILE, "utf8")) as { cases: Case[] }).cases;
    const cases = all.filter((c) => c.kind !== "hvp" && c.kind !== "gradient_sym_mcb");
    const refused: string[] = [];
    const ratios: number[] = [];
    for (const c of cases) {
      const by = typeof c.wrt === "string" ? [c.wrt] : c.wrt;
      const wrt = c.kind.startsWith("hessian") ? [by[0]!, c.wrt2 ?? by[0]!] : by;
      const scope = scopeOf(...Object.entries(c.vars).map(([n, v]) => declaration(n, v)));
      const r = derive({
        expr: expr(c.expr.replaceAll("softmaxr(", "softmax(")),
        wrt,
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
