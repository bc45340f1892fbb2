/**
 * Generated NumPy code beside hand-written code: `npx tsx bench/byHand [NAMES]`.
 * Needs Debian's `python3-numpy` and `python3-scipy`. BENCH_THREADS sets the number of BLAS threads (one).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scopeOf } from "../../server/tools/question";
import { dimEvaluate } from "../../server/core/dimension";
import { parseExpression } from "../../server/language/mcalc/parse";
import { deriveCode } from "../../server/notation/code/derive";
import { axes } from "../../server/notation/code/value";
import { PROBLEMS } from "./problems";

const PYTHON = process.env["PYTHON"] ?? "/usr/bin/python3";

const only = process.argv.slice(2);
const lines: string[] = [];
for (const p of PROBLEMS) {
  if (only.length > 0 && !only.some((o) => p.id.includes(o))) continue;
  const scope = scopeOf(p.given.split(";").map((g) => g.trim()));
  if ("ok" in scope) throw new Error(`${p.id}: ${scope.error.message}`);
  const { expr } = parseExpression(p.expr);
  const code = deriveCode({ expr, wrt: p.wrt.split(" "), scope, target: "numpy", options: { name: "f" } });
  if (!code.ok) {
    process.stdout.write(`${p.id}: ${code.error.message}\n`);
    continue;
  }
  if (process.env["BENCH_CODE"] !== undefined) process.stdout.write(`${code.code}\n`);
  const names = /def f\(([^)]*)\)/
    .exec(code.code)![1]!
    .split(",")
    .map((x) => x.replace(/=.*/, "").trim());
  const size = new Map(Object.entries(p.sizes));
  const inputs = names
    .filter((n) => n !== "dense")
    .map((n) => {
      const v = scope.variables.get(n);
      if (v === undefined) throw new Error(`${p.id}: ${n}?`);
      const dims = [...(v.family === undefined ? [] : [v.family.to]), ...axes(v.shape)];
      return { name: n, shape: dims.map((d) => dimEvaluate(d, size)!), properties: [...v.properties] };
    });
  lines.push(JSON.stringify({ id: p.id, code: code.code, inputs, byHand: p.byHand }));
}
const folder = mkdtempSync(join(tmpdir(), "mcalc-by-hand-"));
try {
  const file = join(folder, "cases.jsonl");
  writeFileSync(file, lines.map((l) => `${l}\n`).join(""));
  spawnSync(PYTHON, ["bench/byHand/run.py", file], { stdio: "inherit" });
} finally {
  rmSync(folder, { recursive: true });
}
