import { tableOf } from "../../../core/table";
import { arrayParameters, fold, type FunctionPlan, isNumberParameter } from "../target";

/** What stands around a Python function: single precision, a batch of examples, automatic differentiation. */

type Library = "numpy" | "jax" | "torch";

/** Inputs in single precision, before anything is computed. */
export function singleInputs(plan: FunctionPlan, library: Library): readonly string[] {
  if (plan.single !== true) return [];
  return arrayParameters(plan).map((p) => {
    if (library === "torch") return `${p.name} = torch.as_tensor(${p.name}, dtype=torch.float32)`;
    if (library === "jax") return `${p.name} = jnp.asarray(${p.name}, dtype=jnp.float32)`;
    return isNumberParameter(p)
      ? `${p.name} = np.float32(${p.name})`
      : `${p.name} = np.asarray(${p.name}, dtype=np.float32)`;
  });
}

/** Results in single precision: a product of a number of NumPy's with one of Python's is double. */
export function singleResult(text: string, scalar: boolean, plan: FunctionPlan, library: Library): string {
  if (plan.single !== true) return text;
  if (library === "numpy") return scalar ? `np.float32(${text})` : `np.asarray(${text}, dtype=np.float32)`;
  return library === "jax" ? `jnp.asarray(${text}, dtype=jnp.float32)` : text;
}

/** The same function of many examples. */
export function batchedFunction(plan: FunctionPlan, library: Library): readonly string[] {
  const { batched } = plan;
  if (batched === undefined) return [];
  const all = plan.parameters.map((p) => p.name);
  const along = `${batched.inputs.join(", ")} ${batched.inputs.length === 1 ? "has" : "have"}`;
  const lines = [
    "",
    "",
    ...fold(`def ${batched.name}(${all.join(", ")}):`, "").map((l, i) => (i === 0 ? l : `    ${l}`)),
    ...fold(`"""The same of many examples: ${along} them along a first axis, and so has each result."""`, "    "),
  ];
  if (library === "numpy") {
    const one = (name: string): string => (batched.inputs.includes(name) ? `${name}_k` : name);
    const each = batched.inputs.map(one).join(", ");
    const from = batched.inputs.length === 1 ? batched.inputs[0]! : `zip(${batched.inputs.join(", ")})`;
    const call = `${plan.name}(${all.map(one).join(", ")})`;
    return [
      ...lines,
      `    results = [${call} for ${each} in ${from}]`,
      plan.results.length === 1
        ? "    return np.stack(results)"
        : "    return tuple(np.stack(part) for part in zip(*results))",
    ];
  }
  const axesOf = `(${all.map((name) => (batched.inputs.includes(name) ? "0" : "None")).join(", ")}${all.length === 1 ? "," : ""})`;
  const vmap = library === "jax" ? `jax.vmap(${plan.name}, in_axes=${axesOf})` : `torch.vmap(${plan.name}, in_dims=${axesOf})`;
  return [...lines, `    return ${vmap}(${all.join(", ")})`];
} // prettier-ignore

const camel = (name: string): string =>
  name.split("_").map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join(""); // prettier-ignore

/** A function that the library derives by calling this one, and the library's own check of it. */
export function differentiableFunction(plan: FunctionPlan, library: Library): readonly string[] {
  if (plan.autograd === undefined) return [];
  return library === "torch" ? torchFunction(plan, plan.autograd.wrt) : jaxFunction(plan, plan.autograd.wrt);
}

/** How a function like it is called: its value alone. */
export const differentiableName = (plan: FunctionPlan, library: Library): string =>
  library === "torch" ? `${camel(plan.name)}.apply` : `${plan.name}_vjp`;

function torchFunction(plan: FunctionPlan, wrt: string): readonly string[] {
  const all = plan.parameters.map((p) => p.name);
  const others = all.flatMap((name, i) => (name === wrt ? [] : [String(i)]));
  const [value, gradient] = plan.results.map((r) => r.name) as [string, string];
  const back = all.map((name) => (name === wrt ? `upstream * ${gradient}` : "None")).join(", ");
  const check =
    others.length === 0
      ? []
      : [
          `        if any(ctx.needs_input_grad[i] for i in (${others.join(", ")}${others.length === 1 ? "," : ""})):`,
          `            raise ValueError("only the derivative by ${wrt} is known: detach the rest")`,
        ];
  return [
    "",
    "",
    `class ${camel(plan.name)}(torch.autograd.Function):`,
    ...fold(`"""\`${camel(plan.name)}.apply(${all.join(", ")})\`: the value, derived by ${wrt} with the gradient above."""`, "    "),
    "",
    "    @staticmethod",
    `    def forward(ctx, ${all.join(", ")}):`,
    ...check,
    `        ${value}, ${gradient} = ${plan.name}(${all.join(", ")})`,
    `        ctx.save_for_backward(${gradient})`,
    `        return ${value}`,
    "",
    "    @staticmethod",
    "    @torch.autograd.function.once_differentiable",
    "    def backward(ctx, upstream):",
    `        (${gradient},) = ctx.saved_tensors`,
    `        return ${back}`,
  ];
} // prettier-ignore

function jaxFunction(plan: FunctionPlan, wrt: string): readonly string[] {
  const all = plan.parameters.map((p) => p.name).join(", ");
  const [value, gradient] = plan.results.map((r) => r.name) as [string, string];
  const name = `${plan.name}_vjp`;
  const back = plan.parameters.map((p) => (p.name === wrt ? `upstream * ${gradient}` : p.kind === "array" ? `jnp.full_like(${p.name}, jnp.nan)` : "None")); // prettier-ignore
  return [
    "",
    "",
    "@jax.custom_vjp",
    `def ${name}(${all}):`,
    ...fold(`"""The value, derived by ${wrt} with the gradient above; by the rest it is not a number."""`, "    "),
    `    return ${plan.name}(${all})[0]`,
    "",
    "",
    `def ${name}_forward(${all}):`,
    `    ${value}, ${gradient} = ${plan.name}(${all})`,
    `    return ${value}, (${gradient}, ${all})`,
    "",
    "",
    `def ${name}_backward(kept, upstream):`,
    `    ${gradient}, ${all} = kept`,
    `    return ${back.length === 1 ? `(${back[0]!},)` : `(\n${back.map((b) => `        ${b},`).join("\n")}\n    )`}`,
    "",
    "",
    `${name}.defvjp(${name}_forward, ${name}_backward)`,
  ];
} // prettier-ignore

/** Derivatives as the library checks them: changes stay in the space that the variable lives in. */
export function libraryCheck(plan: FunctionPlan, library: Library): readonly string[] {
  const { autograd, test } = plan;
  if (autograd === undefined || test === undefined) return [];
  const x = autograd.wrt;
  const projected = tableOf<string>({
    symmetric: `(${x} + ${x}.T) / 2`,
    skew: `(${x} - ${x}.T) / 2`,
    diagonal: library === "torch" ? `torch.diag(torch.diag(${x}))` : `jnp.diag(jnp.diag(${x}))`,
    lower: library === "torch" ? `torch.tril(${x})` : `jnp.tril(${x})`,
    upper: library === "torch" ? `torch.triu(${x})` : `jnp.triu(${x})`,
  });
  const inside = test.structure === undefined ? x : (projected[test.structure] ?? x);
  const args = plan.parameters.map((p) => (p.name === x ? inside : p.name)).join(", ");
  const of = ["", `def of(${x}):`, `    return ${differentiableName(plan, library)}(${args})`, ""];
  if (library === "torch")
    return [
      ...arrayParameters(plan).map((p) => `${p.name} = torch.as_tensor(${p.name}, dtype=torch.float64)`),
      ...of,
      `assert torch.autograd.gradcheck(of, (${x}.requires_grad_(),))`,
    ];
  return [
    ...arrayParameters(plan).map((p) => `${p.name} = jnp.asarray(${p.name})`),
    ...of,
    `check_grads(of, (${x},), order=1, modes=["rev"])`,
  ];
}
