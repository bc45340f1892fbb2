import { scopeOf } from "../../server/tools/question";
import type { Expr } from "../../server/core/ast";
import { freeNames } from "../../server/core/ast";
import type { Dense } from "../../server/core/dense";
import { dimNames } from "../../server/core/dimension";
import type { Scope } from "../../server/core/scope";
import { derive } from "../../server/calculus";
import { evaluate, hashText, isFailure, type Point, samplePoint } from "../../server/evaluation";
import { parseExpression } from "../../server/language/mcalc/parse";
import { generateCode, type TargetName, type WrittenDerivative } from "../../server/notation/code";
import { withDirections } from "../../server/notation/code/directions";
import { inputName } from "../../server/notation/code/identifier";
import type { CodeProblem } from "./codeProblems";

/** A problem with its derivatives, and numbers to compare with: the formulas at a point, and differences of the value. */
export interface Prepared {
  readonly problem: CodeProblem;
  readonly expr: Expr;
  readonly derivatives: readonly WrittenDerivative[];
  readonly scope: Scope;
  readonly point: Point;
  readonly results: readonly Result[];
}

interface Result {
  readonly rows: number;
  readonly cols: number;
  readonly data: readonly number[];
  readonly tolerance: number;
}

/** What is refused before there is any code, in words. */
export interface Refused {
  readonly id: string;
  readonly why: string;
}

export const isRefused = (x: object): x is Refused => "why" in x;

const finite = (d: Dense): boolean => d.data.every((x) => Number.isFinite(x) && Math.abs(x) < 1e6);
const plain = (d: Dense) => ({ rows: d.rows, cols: d.cols, data: [...d.data] });

/**
 * Derives, and evaluates at a point whose dimensions are all different and more than one, so that no array of a wrong
 * shape can be broadcast into a right one.
 */
export function prepare(problem: CodeProblem): Prepared | Refused {
  const { id } = problem;
  const scope = scopeOf(problem.given);
  if ("ok" in scope) return { id, why: scope.error.message };
  const { expr } = parseExpression(problem.expr);
  const [first, ...rest] = problem.wrt;
  const derivatives: WrittenDerivative[] = [];
  let inner: Scope = scope;
  if (problem.kind === "differential") {
    const d = derive({ expr, wrt: problem.wrt, scope, kind: "differential" });
    if (!d.ok) return { id, why: d.error.message };
    const named = withDirections(d.expr, problem.wrt, scope, (w) => `d${w}`);
    inner = named.scope;
    derivatives.push({ expr: named.expr, wrt: problem.wrt, differential: true, direction: `d${first}` });
  } else
    for (let i = 0; i <= rest.length; i++) {
      const d = derive({ expr, wrt: problem.wrt.slice(0, i + 1), scope });
      if (!d.ok) return { id, why: d.error.message };
      derivatives.push({ expr: d.expr, wrt: problem.wrt.slice(0, i + 1) });
    }
  if (problem.kind === "hvp") {
    const d = derive({ expr: derivatives[0]!.expr, wrt: [first!], scope, kind: "differential" });
    if (!d.ok) return { id, why: d.error.message };
    const named = withDirections(d.expr, [first!], scope, () => "vdirection");
    inner = named.scope;
    derivatives.push({ expr: named.expr, wrt: [first!], direction: "vdirection" });
  }
  const point = goodPoint(problem, [expr, ...derivatives.map((d) => d.expr)], inner);
  if (point === undefined) return { id, why: "no point was found where all is defined" };
  const value = (e: Expr): Dense => evaluate(e, point, inner) as Dense;
  const results: Result[] = [expr, ...derivatives.map((d) => d.expr)].map((e) => ({
    ...plain(value(e)),
    tolerance: 1e-8,
  }));
  // Judged by differences of the expression as well, where they exist.
  const structured = problem.wrt
    .flatMap((w) => [...(inner.variables.get(w)?.properties ?? [])])
    .some((p) => p !== "positive" && p !== "nonneg");
  if (problem.kind === undefined && !structured) {
    const wrt = problem.wrt.map((w) => ({ kind: "name" as const, name: w }));
    const differences = evaluate({ kind: "derivative", of: expr, wrt }, point, inner);
    if (!isFailure(differences) && finite(differences))
      results[results.length - 1] = { ...plain(differences), tolerance: problem.wrt.length > 1 ? 1e-4 : 1e-6 };
  }
  return { problem, expr, derivatives, scope: inner, point, results };
}

function goodPoint(problem: CodeProblem, formulas: readonly Expr[], scope: Scope): Point | undefined {
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

/** The code of a problem in one language as a line that `run_code.py` reads; a refusal where it has no code. */
export function runOf(p: Prepared, target: TargetName): string | Refused {
  const { problem, expr, derivatives, scope, point, results } = p;
  const name = `f_${problem.id.replace(/\W/g, "_")}`;
  const code = generateCode({ expr, derivatives, scope, target, options: target === "sympy" ? {} : { name } });
  if (!code.ok) return { id: problem.id, why: code.error.message };
  if (/^ +\w+ : callable|^% +\w+: function handle|@param \w+ a function/m.test(code.code))
    return { id: problem.id, why: "takes functions, which are not given here" };
  const args = parametersOf(code.code, target).map((text) => {
    const original = [...scope.variables].find(([v, x]) => [text, bare(text)].includes(inputName(v, x)))?.[0];
    const given = original === undefined ? undefined : point.values.get(original);
    const family = original === undefined ? undefined : point.families.get(original);
    if (family !== undefined) return { members: family.members.map(plain) };
    return given === undefined ? (point.dimensions.get(bare(text)) ?? 0) : plain(given);
  });
  const dimensions = Object.fromEntries(point.dimensions);
  return JSON.stringify({ id: problem.id, code: code.code, name, arguments: args, results, dimensions });
}

/** Without the underscore that sets a name apart from a reserved word. */
const bare = (name: string): string => (name.endsWith("_") ? name.slice(0, -1) : name);

/** The parameters of the function as it was written. */
function parametersOf(code: string, target: TargetName): string[] {
  const listed = {
    eigen: /^\/\/\/ @param (\w+)/gm,
    r: /^#' @param (\w+)/gm,
    sympy: /^(\w+) = (?:MatrixSymbol|Symbol)/gm,
  };
  if (target === "eigen" || target === "r" || target === "sympy")
    return [...code.matchAll(listed[target])].map((m) => m[1]!).filter((p) => p !== "dense");
  const head = target === "matlab" ? /= \w+\(([^)]*)\)/.exec(code) : /def \w+\(([^)]*)\)/.exec(code);
  return head![1]!.split(",").map((p) => p.trim()).filter((p) => p !== "" && !p.startsWith("dense")); // prettier-ignore
}
