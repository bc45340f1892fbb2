import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TargetName } from "../../server/notation/code";
import { type CodeProblem, lossProblems, OWN, questionProblems, sharedProblems } from "./codeProblems";
import { isRefused, prepare, type Prepared, type Refused, runOf } from "./codeRuns";

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

/** All problems in every language: in CI, or on request. Else all in NumPy, and every third in the others. */
const EVERY = process.env["CI"] !== undefined || process.env["MCALC_EVERY"] !== undefined;

const known = new Map<readonly CodeProblem[], readonly (Prepared | Refused)[]>();

/** What does not depend on the language is done once. */
function prepared(problems: readonly CodeProblem[]): readonly (Prepared | Refused)[] {
  if (!known.has(problems)) known.set(problems, problems.map(prepare));
  return known.get(problems)!;
}

interface Answer {
  readonly id: string;
  readonly ok: boolean;
  readonly message: string;
}

function runAll(target: TargetName, problems: readonly CodeProblem[], least: number): void {
  const chosen = prepared(problems).filter((_, i) => target === "numpy" || EVERY || i % 3 === 0);
  const all = chosen.map((p) => (isRefused(p) ? p : runOf(p, target)));
  const lines = all.filter((r) => typeof r === "string");
  const refused = all.filter((r) => typeof r !== "string").map((r) => `${r.id}: ${r.why}`);
  const folder = mkdtempSync(join(tmpdir(), "mcalc-code-"));
  try {
    const file = join(folder, "cases.jsonl");
    writeFileSync(file, lines.map((l) => `${l}\n`).join(""));
    const { stdout, stderr } = spawnSync(PYTHON, ["test/slow/run_code.py", target, file], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const answers = stdout.split("\n").filter(Boolean).map((l) => JSON.parse(l) as Answer); // prettier-ignore
    if (process.env["MCALC_REFUSED"] !== undefined) process.stdout.write(refused.map((r) => `    ${r}\n`).join(""));
    assert.equal(answers.length, lines.length, stderr);
    assert.deepEqual(answers.filter((a) => !a.ok).map((a) => `${a.id}: ${a.message}`), []); // prettier-ignore
    const share = lines.length / chosen.length;
    assert.ok(share >= least, `only ${lines.length} of ${chosen.length} have code:\n${refused.join("\n")}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [LOSSES, QUESTIONS, SHARED] = [lossProblems(), questionProblems(), sharedProblems()];

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
      it("returns the value and the derivative of the product's own problems", () => runAll(target, OWN, 1));
      it("returns the value and the derivatives of losses", () => runAll(target, LOSSES, 0.95));
      it("returns the value and the derivatives that people asked for", () => runAll(target, QUESTIONS, 0.9));
      it("returns the value and the derivative of the shared derivations", function () {
        if (SHARED.length === 0) this.skip();
        runAll(target, SHARED, 0.97);
      });
    });
  }
});
