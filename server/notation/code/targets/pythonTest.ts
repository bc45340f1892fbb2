import type { Dim } from "../../../core/dimension";
import { dimEvaluate } from "../../../core/dimension";
import { isMatrix, isScalar } from "../../../core/shape";
import type { FunctionPlan, TestInput } from "../target";
import { libraryCheck } from "./pythonWrappers";

/** The gradient check: the derivative against central differences at a random point, in double precision. */
export function pythonTest(plan: FunctionPlan, library: "numpy" | "jax" | "torch"): readonly string[] {
  const t = plan.test!;
  const size = (d: Dim): number => dimEvaluate(d, t.dims) ?? 1;
  const arrays = t.inputs.filter((i) => i.parameter.kind === "array").map((i) => i.parameter.name);
  const counts = t.inputs.filter((i) => i.parameter.kind === "dimension").map((i) => i.parameter.name);
  const x = t.wrt;
  const scalarVariable = t.inputs.find((i) => i.parameter.name === x)!.axes.length === 0;
  const list = `(${arrays.join(", ")}${arrays.length === 1 ? "," : ""})`;
  const direct = `${plan.name}(${plan.parameters.map((p) => p.name).join(", ")})`;
  const each =
    library === "jax" ? `map(jnp.asarray, ${list})` : `(torch.as_tensor(z, dtype=torch.float64) for z in ${list})`;
  const called =
    library === "numpy"
      ? [`    return ${direct}`]
      : [
          `    inputs = ${each}`,
          `    return [np.asarray(r) for r in ${plan.name}(${["*inputs", ...counts].join(", ")})]`,
        ];
  const lines = [
    ...t.inputs.flatMap((i) => sample(i, size)),
    `direction = ${t.direction ?? (scalarVariable ? "1.0" : direction(t.structure, x))}`,
    "",
    `def at(${x}):`,
    ...called,
    "",
    `numeric = (at(${x} + h * direction)[${t.of}] - at(${x} - h * direction)[${t.of}]) / (2 * h)`,
  ];
  // Along the direction: df = <G, dx>, and vec(dY) = J vec(dX).
  if (scalarVariable || t.direction !== undefined) lines.push(`change = at(${x})[${t.result}]`);
  else if (isScalar(plan.results[t.of]!.shape)) lines.push(`change = np.sum(at(${x})[${t.result}] * direction)`);
  else {
    lines.push(`change = at(${x})[${t.result}] @ direction.T.reshape(-1)`);
    if (isMatrix(plan.results[t.of]!.shape)) lines.push("numeric = numeric.T.reshape(-1)");
  }
  lines.push(
    "error = np.max(np.abs(change - numeric)) / max(1.0, np.max(np.abs(numeric)))",
    'assert error < 1e-6, f"the derivative is off by {error:.1e}"',
    'print(f"the derivative agrees with finite differences (relative error {error:.1e})")',
  );
  lines.push(...libraryCheck(plan, library));
  return [
    "def check_derivative(seed=0, h=1e-5):",
    '    """Compares the derivative with central differences at a random point."""',
    "    rng = np.random.default_rng(seed)",
    ...lines.map((l) => (l === "" ? "" : `    ${l}`)),
    "",
    "",
    'if __name__ == "__main__":',
    ...(library === "jax" ? ['    jax.config.update("jax_enable_x64", True)'] : []),
    "    check_derivative()",
  ];
}

/** A direction in the space that the variable lives in. */
function direction(structure: string | undefined, x: string): string {
  const free = `rng.standard_normal(${x}.shape)`;
  switch (structure) {
    case "symmetric":
      return `(lambda z: z + z.T)(${free})`;
    case "skew":
      return `(lambda z: z - z.T)(${free})`;
    case "diagonal":
      return `np.diag(rng.standard_normal(len(${x})))`;
    case "lower":
      return `np.tril(${free})`;
    case "upper":
      return `np.triu(${free})`;
    default:
      return free;
  }
}

function sample(i: TestInput, size: (d: Dim) => number): string[] {
  const { name } = i.parameter;
  const p = i.properties;
  const shape = i.axes.map(size);
  const normal =
    shape.length === 0
      ? "rng.standard_normal()"
      : `rng.standard_normal((${shape.join(", ")}${shape.length === 1 ? "," : ""}))`;
  if (i.parameter.kind === "dimension") return [`${name} = ${size(i.axes[0]!)}`];
  const n = shape[0];
  if (p.has("posdef") || p.has("psd"))
    return [`${name} = ${normal}`, `${name} = ${name} @ ${name}.T + ${n} * np.eye(${n})`];
  if (p.has("diagonal")) return [`${name} = np.diag(rng.uniform(0.5, 1.5, ${n}))`];
  if (p.has("symmetric")) return [`${name} = ${normal}`, `${name} = ${name} + ${name}.T`];
  if (p.has("skew")) return [`${name} = ${normal}`, `${name} = ${name} - ${name}.T`];
  if (p.has("orthogonal")) return [`${name}, _ = np.linalg.qr(${normal})`];
  if (p.has("lower")) return [`${name} = np.tril(${normal}) + ${n} * np.eye(${n})`];
  if (p.has("upper")) return [`${name} = np.triu(${normal}) + ${n} * np.eye(${n})`];
  if (p.has("positive") || p.has("nonneg"))
    return [
      `${name} = rng.uniform(0.5, 1.5${shape.length === 0 ? "" : `, (${shape.join(", ")}${shape.length === 1 ? "," : ""})`})`,
    ];
  if (p.has("invertible")) return [`${name} = ${normal} + ${n} * np.eye(${n})`];
  return [`${name} = ${normal}`];
}
