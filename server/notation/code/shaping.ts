import { dimNames } from "../../core/dimension";
import { Refusal } from "../../core/problem";
import { isScalar } from "../../core/shape";
import type { CodeRequest } from ".";
import { shapesIn } from "../kinds";
import type { FunctionPlan, Target, TargetName } from "./target";

/** What the options ask that a target, or this formula, cannot have: refused in one sentence. */

const LANGUAGE: Readonly<Record<TargetName, string>> = {
  numpy: "NumPy", jax: "JAX", torch: "PyTorch", julia: "Julia", matlab: "MATLAB", eigen: "C++", r: "R", sympy: "SymPy",
}; // prettier-ignore

const refuse = (message: string): never => {
  throw new Refusal("unsupported", message);
};

const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? "none") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;

export function checkOptions(request: CodeRequest, target: Target | undefined): void {
  const { options = {}, scope, derivatives } = request;
  const language = LANGUAGE[request.target];
  const { name, batched = [], single = false, autograd = false, sizes = {} } = options;
  if (target === undefined)
    for (const [flag, given] of [
      ["--name", name !== undefined],
      ["--batched", batched.length > 0],
      ["--float32", single],
      ["--autograd", autograd],
      ["--sizes", Object.keys(sizes).length > 0],
    ] as const)
      if (given) refuse(`SymPy gets formulas, not a function: leave out ${flag}.`);
  if (name !== undefined && !/^[A-Za-z_]\w*$/.test(name))
    refuse(`"${name}" is no name of a function: it must be letters, digits and underscores.`);
  if (name !== undefined && target?.reserved.has(name) === true)
    refuse(`"${name}" has a meaning of its own in ${language}: choose another name.`);
  if (single && request.target === "r") refuse("R has numbers in double precision only: leave out --float32.");
  if (single && options.test === true)
    refuse("A check against differences needs double precision: leave out --float32 or --test.");
  if (options.value === false && options.test === true && derivatives.length < 2)
    refuse("A check against differences needs the value: leave out --gradient-only or --test.");
  const dimensions = new Set(
    [...scope.variables.values()].flatMap((v) =>
      [v.shape.rows, v.shape.cols, ...(v.family === undefined ? [] : [v.family.to])].flatMap(dimNames),
    ),
  );
  for (const d of Object.keys(sizes))
    if (!dimensions.has(d)) refuse(`There is no dimension "${d}" here: the dimensions are ${listed([...dimensions])}.`);
  if (batched.length > 0 && !["numpy", "jax", "torch"].includes(request.target))
    refuse(`Code for a batch is written for NumPy, JAX and PyTorch, not for ${language}.`);
  if (!autograd) return;
  if (request.target !== "jax" && request.target !== "torch")
    refuse(`Only PyTorch and JAX derive functions themselves, ${language} does not: leave out --autograd.`);
  const of = shapesIn(scope)(request.expr);
  const [only] = derivatives;
  if (of === undefined || !isScalar(of)) refuse("--autograd needs a formula whose value is a number.");
  if (derivatives.length !== 1 || only!.wrt.length !== 1 || only!.direction !== undefined)
    refuse("--autograd takes the first derivative by one variable: leave out --order and --hvp.");
  if (options.value === false) refuse("--autograd needs the value too: leave out --gradient-only.");
  if (batched.length > 0) refuse("--autograd and --batched do not go together: JAX and PyTorch batch such a function themselves.");
} // prettier-ignore

/** What the options add to the plan of a function. */
export function shaped(
  plan: FunctionPlan,
  request: CodeRequest,
  inputs: ReadonlyMap<string, string>,
): Pick<FunctionPlan, "name" | "batched" | "single" | "autograd"> {
  const { batched = [], single = false, autograd = false } = request.options ?? {};
  const known = plan.parameters.filter((p) => p.kind === "array").map((p) => p.original);
  const names = batched.map((b) => {
    if (!known.includes(b)) refuse(`"${b}" is no input of the function: its inputs are ${listed(known)}.`);
    return inputs.get(b)!;
  });
  const wrt = request.derivatives[0]?.wrt[0];
  return {
    name: names.length > 0 ? `${plan.name}_one` : plan.name,
    ...(names.length > 0 ? { batched: { name: plan.name, inputs: names } } : {}),
    ...(single ? { single } : {}),
    ...(autograd ? { autograd: { wrt: inputs.get(wrt!)! } } : {}),
  };
}
