import assert from "node:assert/strict";
import { scopeOf } from "../../server/tools/question";
import { parseExpression } from "../../server/language/mcalc/parse";
import { deriveCode } from "../../server/notation/code/derive";
import { OWN, STRUCTURED } from "./codeProblems";

/** Calls that cost nothing to write again: new arrays, views, plain numbers. */
const CHEAP =
  /^(?:np\.(?:zeros|ones|eye|full|arange|diag)|math\.\w+|range)\(|\.(?:reshape|transpose|swapaxes|diagonal|sum)\($/;

/** The calls in a line of Python, each with its arguments. */
function calls(line: string): string[] {
  return [...line.matchAll(/(?<![\w.])[\w.]+\(/g)].flatMap((m) => {
    let depth = 0;
    let end = m.index + m[0].length - 1;
    for (; end < line.length; end++) {
      if (line[end] === "(") depth++;
      if (line[end] === ")" && --depth === 0) break;
    }
    const text = line.slice(m.index, end + 1);
    return CHEAP.test(m[0]) || CHEAP.test(text) || text.length < 16 ? [] : [text];
  });
}

describe("generated code computes nothing twice", function () {
  this.timeout(300_000);
  it("in the product's own problems", () => {
    const twice: string[] = [];
    // All of them in CI, every fourth elsewhere.
    const every = process.env["CI"] === undefined && process.env["MCALC_EVERY"] === undefined ? 4 : 1;
    for (const p of [...OWN, ...STRUCTURED].filter((_, i) => i % every === 0)) {
      const scope = scopeOf(p.given);
      if (p.kind !== undefined || "ok" in scope) continue;
      const { expr } = parseExpression(p.expr);
      const r = deriveCode({ expr, wrt: p.wrt, scope, target: "numpy" });
      if (!r.ok) continue;
      const all = r.code.split("\n").flatMap((l) => calls(/^ +\w+ = (.+)$/.exec(l)?.[1] ?? ""));
      const again = all.find((x, i) => all.indexOf(x) !== i);
      if (again !== undefined) twice.push(`${p.id}: ${again}`);
    }
    assert.deepEqual(twice, []);
  });
});
