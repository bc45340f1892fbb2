import { spawnSync } from "node:child_process";
import path from "node:path";
import type { Expr } from "../server/core/ast";
import { isColumn, isScalar } from "../server/core/shape";
import type { Scope } from "../server/core/scope";
import { readQuestion } from "../server/tools/question";
import { inferShape } from "../server/shapes/infer";
import type { NamedQuestion } from "./questions";

/** Debian's Python, which has Debian's packages. */
const PYTHON = process.env["PYTHON"] ?? "/usr/bin/python3";

const ELEMENTWISE = new Set(["exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sqrt"]);

/** The expression as SymPy's own notation; `undefined` where it has none for some part. */
function pythonOf(e: Expr, scope: Scope): string | undefined {
  const shapes = inferShape(e, scope).shapes;
  const write = (x: Expr): string | undefined => {
    if (x.kind === "number") return Number.isInteger(x.value) ? String(x.value) : undefined;
    if (x.kind === "name") return x.name;
    if (x.kind !== "apply") return undefined;
    const shape = shapes.get(x.args[0]!);
    const args = x.args.map(write);
    if (args.some((a) => a === undefined) || shape === undefined) return undefined;
    const [a, b] = args as string[];
    switch (x.op) {
      case "add":
        return `(${a} + ${b})`;
      case "sub":
        return `(${a} - ${b})`;
      case "neg":
        return `(-${a})`;
      case "mul":
        return `(${a}*${b})`;
      case "div":
        return `(${a}/${b})`;
      case "pow":
        return isScalar(shape) ? `(${a}**${b})` : undefined;
      case "transpose":
        return isScalar(shape) ? a : `${a}.T`;
      case "hadamard":
        return isScalar(shape) ? undefined : `HadamardProduct(${a}, ${b})`;
      case "tr":
        return `Trace(${a})`;
      case "det":
        return `Determinant(${a})`;
      case "logdet":
        return `log(Determinant(${a}))`;
      case "inv":
        return `Inverse(${a})`;
      default:
        if (!ELEMENTWISE.has(x.op)) return undefined;
        return isScalar(shape) ? `${x.op}(${a})` : `${a}.applyfunc(${x.op})`;
    }
  };
  const whole = inferShape(e, scope).shape;
  const text = write(e);
  // A product of a row and a column is a 1×1 matrix to SymPy: taken out of it.
  return text !== undefined && whole !== undefined && isScalar(whole)
    ? `(lambda v: v[0, 0] if getattr(v, "is_Matrix", False) else v)(${text})`
    : text;
}

export interface SympyRun {
  readonly version: string;
  /** Median time of each question it answers. */
  readonly times: ReadonlyMap<string, number>;
  readonly asked: number;
}

/** What SymPy takes for the same questions; `undefined` where it is not installed. */
export function sympy(root: string, questions: readonly NamedQuestion[]): SympyRun | undefined {
  const lines: string[] = [];
  for (const q of questions) {
    const read = readQuestion(q);
    if (!read.ok || q.kind === "differential") continue;
    const text = pythonOf(read.expr, read.scope);
    if (text === undefined) continue;
    const vars = Object.fromEntries(
      [...read.scope.variables.values()].map((v) => [
        v.name,
        isScalar(v.shape) ? [] : isColumn(v.shape) ? [v.shape.rows.key] : [v.shape.rows.key, v.shape.cols.key],
      ]),
    );
    lines.push(JSON.stringify({ id: q.name, vars, expr: text, wrt: q.wrt }));
  }
  const run = spawnSync(PYTHON, ["-I", path.join(root, "bench", "sympy_reference.py")], {
    input: lines.join("\n"),
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (run.status !== 0 || run.stdout === "") return undefined;
  const [head, ...answers] = run.stdout
    .trim()
    .split("\n")
    .map((l) => JSON.parse(l) as { version?: string; id?: string; ms?: number });
  return {
    version: head!.version!,
    asked: lines.length,
    times: new Map(answers.flatMap((a) => (a.ms === undefined ? [] : [[a.id!, a.ms] as const]))),
  };
}
