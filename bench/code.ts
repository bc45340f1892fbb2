/**
 * How fast is the generated code? Writes the NumPy functions of six problems, and has `code.py` time them against
 * PyTorch's automatic differentiation and against the best code a person would write by hand.
 * Needs Debian's `python3-numpy`, `python3-scipy` and `python3-torch`; says so and stops where they are missing.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseExpression } from "../server/language/mcalc/parse";
import { scopeOf } from "../server/tools/question";
import { derive } from "../server/calculus";
import { generateCode } from "../server/notation/code";

const PYTHON = process.env["PYTHON"] ?? "/usr/bin/python3";

interface Problem {
  readonly id: string;
  readonly given: readonly string[];
  readonly expr: string;
  readonly wrt: string;
  /** What is timed of it, where it is not everything. */
  readonly only?: "gradient" | "hessian";
}

const PROBLEMS: readonly Problem[] = [
  { id: "quadratic", given: ["x : R^n", "A : R^(n×n)", "b : R^n"], expr: "0.5*x'*A*x + b'*x", wrt: "x" },
  {
    id: "logistic",
    given: ["w : R^n", "X : R^(m×n)", "y : R^m"],
    expr: "sum(log(exp(-y.*(X*w)) + ones(m)))",
    wrt: "w",
  },
  { id: "factorization", given: ["U : R^(m×k)", "T : R^(m×n)", "V : R^(n×k)"], expr: "norm2(T - U*V')^2", wrt: "U" },
  {
    id: "softmax",
    given: ["W : R^(d×k)", "X : R^(n×d)", "Y : R^(n×k)"],
    expr: "sum(logsumexpr(X*W)) - sum(Y.*(X*W))",
    wrt: "W",
    only: "hessian",
  },
  {
    id: "masked",
    given: ["U : R^(m×k)", "T, M : R^(m×n)", "V : R^(n×k)"],
    expr: "norm2(M.*(T - U*V'))^2",
    wrt: "U",
    only: "hessian",
  },
  {
    id: "family",
    given: ["X : R^(n×d)", "A_i : R^(n×n) for i=1..N", "B_i : R^(d×d) for i=1..N"],
    expr: "sum(i in 1..N, tr(X'*A_i*X*B_i))",
    wrt: "X",
  },
];

/** All problems, or those that are named. */
export function benchmarkCode(problems: readonly string[] = []): boolean {
  const probe = spawnSync(PYTHON, ["-c", "import numpy, scipy, torch"], { encoding: "utf8" });
  if (probe.status !== 0) {
    process.stdout.write(
      "code: skipped, because numpy, scipy or torch is missing (apt install python3-numpy python3-scipy python3-torch).\n",
    );
    return true;
  }
  const code: Record<string, string> = {};
  for (const p of PROBLEMS) {
    const scope = scopeOf(p.given);
    if ("ok" in scope) throw new Error(scope.error.message);
    const { expr } = parseExpression(p.expr);
    const write = (suffix: string, wrt: readonly string[], value: boolean): void => {
      const d = derive({ expr, wrt, scope });
      if (!d.ok) throw new Error(`${p.id}: ${d.error.message}`);
      const derivatives = [{ expr: d.expr, wrt }];
      const r = generateCode({
        expr,
        derivatives,
        scope,
        target: "numpy",
        options: { name: `${p.id}_${suffix}`, value },
      });
      if (!r.ok) throw new Error(`${p.id}: ${r.error.message}`);
      code[`${p.id}_${suffix}`] = r.code;
    };
    if (p.only !== "hessian") {
      write("value_gradient", [p.wrt], true);
      write("gradient", [p.wrt], false);
    }
    if (p.only !== "gradient") write("hessian", [p.wrt, p.wrt], false);
  }
  const folder = mkdtempSync(join(tmpdir(), "mcalc-bench-"));
  try {
    const file = join(folder, "code.json");
    writeFileSync(file, JSON.stringify(code));
    const here = dirname(fileURLToPath(import.meta.url));
    const threads = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    const run = spawnSync(PYTHON, [join(here, "code.py"), file, ...problems], {
      stdio: "inherit",
      env: { ...process.env, ...threads },
    });
    return run.status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = benchmarkCode(process.argv.slice(2)) ? 0 : 1;
