import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TargetName } from "../../server/notation/code";
import { type CodeProblem, lossProblems, OWN, questionProblems, sharedProblems, STRUCTURED } from "./codeProblems";
import { isRefused, prepare, type Prepared, type Refused, runOf } from "./codeRuns";

/** Debian's Python, which has Debian's packages. */
const PYTHON = process.env["PYTHON"] ?? "/usr/bin/python3";

/** What a target's code needs to run, and how to see whether it is there. */
interface Tools {
  readonly probe: readonly string[];
  readonly packages: string;
  /** Compiling takes minutes: in CI, or on request. */
  readonly minutes?: true;
}

const NEEDS: Readonly<Partial<Record<TargetName, Tools>>> = {
  numpy: { probe: [PYTHON, "-c", "import numpy, scipy"], packages: "python3-numpy python3-scipy" },
  // JAX with NumPy standing in for it (`jax_stand_in.py`).
  jax: { probe: [PYTHON, "-c", "import numpy, scipy"], packages: "python3-numpy python3-scipy" },
  torch: { probe: [PYTHON, "-c", "import numpy, torch"], packages: "python3-numpy python3-torch" },
  matlab: { probe: ["octave", "--version"], packages: "octave python3-numpy" },
  eigen: {
    probe: [
      PYTHON,
      "-c",
      "import os, shutil, numpy; assert shutil.which('g++') and os.path.exists('/usr/include/eigen3')",
    ],
    packages: "g++ libeigen3-dev python3-numpy",
    minutes: true,
  },
  r: { probe: ["Rscript", "--version"], packages: "r-base-core python3-numpy" },
  sympy: { probe: [PYTHON, "-c", "import numpy, scipy, sympy"], packages: "python3-sympy python3-scipy" },
};

/** All problems in every language: in CI, or on request. Else all in NumPy, and every third in the others. */
const EVERY = process.env["CI"] !== undefined || process.env["MCALC_EVERY"] !== undefined;

/** The share of each set that must have code, where it is another than usual: SymPy has no words for the rest. */
const LEAST: Readonly<
  Partial<Record<TargetName, Readonly<Record<"own" | "losses" | "questions" | "shared", number>>>>
> = {
  sympy: { own: 0.5, losses: 0.6, questions: 0.5, shared: 0.8 },
};

/** What every C++ program shares is compiled once, into this folder. */
const compiledOnce = mkdtempSync(join(tmpdir(), "mcalc-compiled-"));
after(() => rmSync(compiledOnce, { recursive: true }));

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
      env: { ...process.env, MCALC_COMPILED: compiledOnce },
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
  this.timeout(1_500_000);
  for (const [target, needs] of Object.entries(NEEDS) as [TargetName, Tools][]) {
    const [command, ...rest] = needs.probe;
    const present = spawnSync(command!, rest).status === 0;
    const least = LEAST[target] ?? { own: 0.95, losses: 0.95, questions: 0.9, shared: 0.97 };
    describe(target, () => {
      before(function () {
        if (present && (needs.minutes === undefined || EVERY)) return;
        const why = present ? "is compiled for minutes: set MCALC_EVERY" : `needs ${needs.packages} (apt install)`;
        process.stdout.write(`    skipped: running ${target} code ${why}\n`);
        this.skip();
      });
      it("returns the value and the derivative of the product's own problems", () => runAll(target, OWN, least.own));
      // Where each function is compiled, CI does with a part of the problems.
      const compiled = needs.minutes === true && process.env["MCALC_EVERY"] === undefined;
      const others = [
        ["of structured problems", STRUCTURED, least.own],
        ["of losses", LOSSES, least.losses],
        ["that people asked for", QUESTIONS, least.questions],
      ] as const;
      for (const [what, problems, share] of others)
        it(`returns the value and the derivatives ${what}`, function () {
          if (compiled) this.skip();
          runAll(target, problems, share);
        });
      it("returns the value and the derivative of the shared derivations", function () {
        if (SHARED.length === 0) this.skip();
        const chosen = compiled ? SHARED.filter((p) => !p.id.includes("second order")) : SHARED;
        runAll(target, chosen, least.shared);
      });
    });
  }
});
