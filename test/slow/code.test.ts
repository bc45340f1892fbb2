import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scopeOf } from "../../server/cli/question";
import { freeNames } from "../../server/core/ast";
import type { Dense } from "../../server/core/dense";
import { dimNames } from "../../server/core/dimension";
import type { Scope } from "../../server/core/scope";
import { derive } from "../../server/calculus";
import { evaluate, hashText, isFailure, type Point, samplePoint } from "../../server/evaluation";
import { parseExpression } from "../../server/language/mcalc/parse";
import { generateCode, type TargetName, type WrittenDerivative } from "../../server/notation/code";
import { withDirections } from "../../server/notation/code/directions";
import { type CodeProblem, OWN, sharedProblems } from "./codeProblems";

/** Debian's Python, which has Debian's packages. */
const PYTHON = process.env["PYTHON"] ?? "/usr/bin/python3";

/** What a target's code needs to run, and how to see whether it is there. */
const NEEDS: Readonly<Partial<Record<TargetName, { readonly probe: readonly string[]; readonly packages: string }>>> = {
  numpy: { probe: [PYTHON, "-c", "import numpy, scipy"], packages: "python3-numpy python3-scipy" },
  // JAX with NumPy standing in for it (`jax_stand_in.py`).
  jax: { probe: [PYTHON, "-c", "import numpy, scipy"], packages: "python3-numpy python3-scipy" },
  torch: { probe: [PYTHON, "-c", "import numpy, torch"], packages: "python3-numpy python3-torch" },
  matlab: { probe: ["octave", "--version"], packages: "octave python3-numpy" },
};

interface Run {
  readonly id: string;
  readonly line: string;
}

const finite = (d: Dense): boolean => d.data.every((x) => Number.isFinite(x) && Math.abs(x) < 1e6);

/** The code of a problem, and numbers to compare with: the formulas at a point, and differences of the value. */
function prepare(problem: CodeProblem, target: TargetName): Run | string {
  const scope = scopeOf(problem.given);
  if ("ok" in scope) return scope.error.message;
  const { expr } = parseExpression(problem.expr);
  const [first, ...rest] = problem.wrt;
  const derivatives: WrittenDerivative[] = [];
  let inner: Scope = scope;
  if (problem.kind === "differential") {
    const d = derive({ expr, wrt: problem.wrt, scope, kind: "differential" });
    if (!d.ok) return d.error.message;
    const named = withDirections(d.expr, problem.wrt, scope, (w) => `d${w}`);
    inner = named.scope;
    derivatives.push({ expr: named.expr, wrt: problem.wrt, differential: true, direction: `d${first}` });
  } else
    for (let i = 0; i <= rest.length; i++) {
      const d = derive({ expr, wrt: problem.wrt.slice(0, i + 1), scope });
      if (!d.ok) return d.error.message;
      derivatives.push({ expr: d.expr, wrt: problem.wrt.slice(0, i + 1) });
    }
  if (problem.kind === "hvp") {
    const d = derive({ expr: derivatives[0]!.expr, wrt: [first!], scope, kind: "differential" });
    if (!d.ok) return d.error.message;
    const named = withDirections(d.expr, [first!], scope, () => "vdirection");
    inner = named.scope;
    derivatives.push({ expr: named.expr, wrt: [first!], direction: "vdirection" });
  }
  const name = `f_${problem.id.replace(/\W/g, "_")}`;
  const code = generateCode({ expr, derivatives, scope: inner, target, options: { name } });
  if (!code.ok) return code.error.message;

  const point = goodPoint(problem, [expr, ...derivatives.map((d) => d.expr)], inner);
  if (point === undefined) return "no point was found where all is defined";
  const value = (e: typeof expr): Dense => evaluate(e, point, inner) as Dense;
  const results = [expr, ...derivatives.map((d) => d.expr)].map((e) => ({ ...plain(value(e)), tolerance: 1e-8 }));
  // Judged by differences of the expression as well, where they exist.
  const structured = [...(inner.variables.get(first!)?.properties ?? [])].some(
    (p) => p !== "positive" && p !== "nonneg",
  );
  if (problem.kind === undefined && !structured) {
    const by = {
      kind: "derivative" as const,
      of: expr,
      wrt: problem.wrt.map((w) => ({ kind: "name" as const, name: w })),
    };
    const differences = evaluate(by, point, inner);
    if (!isFailure(differences) && finite(differences))
      results[results.length - 1] = { ...plain(differences), tolerance: problem.wrt.length > 1 ? 1e-4 : 1e-6 };
  }
  const args = parametersOf(code.code, target).map((p) => {
    const original = [...inner.variables.keys()].find((v) => v === p || v === bare(p));
    const given = original === undefined ? undefined : point.values.get(original);
    const family = original === undefined ? undefined : point.families.get(original);
    if (family !== undefined) return { members: family.members.map(plain) };
    return given === undefined ? (point.dimensions.get(bare(p)) ?? 0) : plain(given);
  });
  return { id: problem.id, line: JSON.stringify({ id: problem.id, code: code.code, name, arguments: args, results }) };
}

/** Without the underscore that sets a name apart from a reserved word. */
const bare = (name: string): string => (name.endsWith("_") ? name.slice(0, -1) : name);

const plain = (d: Dense) => ({ rows: d.rows, cols: d.cols, data: [...d.data] });

function goodPoint(
  problem: CodeProblem,
  formulas: readonly Parameters<typeof evaluate>[0][],
  scope: Scope,
): Point | undefined {
  const names = new Set<string>(scope.variables.keys());
  for (const e of formulas) freeNames(e, names);
  for (const v of scope.variables.values())
    for (const d of [v.shape.rows, v.shape.cols, ...(v.family === undefined ? [] : [v.family.to])])
      dimNames(d).forEach((n) => names.add(n));
  for (let attempt = 0; attempt < 16; attempt++) {
    const point = samplePoint(scope, names, hashText(problem.id), attempt);
    if (point === undefined) continue;
    const values = formulas.map((e) => evaluate(e, point, scope));
    if (values.every((v) => !isFailure(v) && finite(v))) return point;
  }
  return undefined;
}

/** The parameters of the function as it was written. */
function parametersOf(code: string, target: TargetName): string[] {
  const head = target === "matlab" ? /= \w+\(([^)]*)\)/.exec(code) : /def \w+\(([^)]*)\)/.exec(code);
  return head![1]!.split(",").map((p) => p.trim()).filter((p) => p !== "" && !p.startsWith("dense")); // prettier-ignore
}

function runAll(target: TargetName, problems: readonly CodeProblem[], least: number): void {
  const runs: Run[] = [];
  const refused: string[] = [];
  for (const p of problems) {
    const r = prepare(p, target);
    if (typeof r === "string") refused.push(`${p.id}: ${r}`);
    else runs.push(r);
  }
  const folder = mkdtempSync(join(tmpdir(), "mcalc-code-"));
  try {
    const file = join(folder, "cases.jsonl");
    writeFileSync(file, runs.map((r) => `${r.line}\n`).join(""));
    const { stdout, stderr } = spawnSync(PYTHON, ["test/slow/run_code.py", target, file], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const answers = stdout.split("\n").filter(Boolean).map((l) => JSON.parse(l) as { id: string; ok: boolean; message: string }); // prettier-ignore
    assert.equal(answers.length, runs.length, stderr);
    assert.deepEqual(answers.filter((a) => !a.ok).map((a) => `${a.id}: ${a.message}`), []); // prettier-ignore
    assert.ok(runs.length >= least, `only ${runs.length} of ${problems.length} have code:\n${refused.join("\n")}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("generated code, run", function () {
  this.timeout(600_000);
  for (const [target, needs] of Object.entries(NEEDS) as [TargetName, NonNullable<(typeof NEEDS)[TargetName]>][]) {
    const [command, ...rest] = needs.probe;
    const present = spawnSync(command!, rest).status === 0;
    describe(target, () => {
      before(function () {
        if (present) return;
        process.stdout.write(`    skipped: running ${target} code needs ${needs.packages} (apt install)\n`);
        this.skip();
      });
      it("returns the value and the derivative of the product's own problems", () => runAll(target, OWN, OWN.length));
      it("returns the value and the derivative of the shared derivations", function () {
        const shared = sharedProblems();
        if (shared.length === 0) this.skip();
        runAll(target, shared, Math.ceil(shared.length * 0.97));
      });
    });
  }
});
