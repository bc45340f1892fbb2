import type { Dim } from "../../../core/dimension";
import { dimEvaluate } from "../../../core/dimension";
import type { FunctionPlan, TestInput } from "../target";

/** The gradient check: the derivative against central differences at a random point, in double precision. */
export function pythonTest(plan: FunctionPlan, library: "numpy" | "jax" | "torch"): readonly string[] {
  const t = plan.test!;
  const size = (d: Dim): number => dimEvaluate(d, t.dims) ?? 1;
  const wrap = (text: string): string =>
    library === "numpy" ? text : library === "jax" ? `jnp.asarray(${text})` : `torch.as_tensor(${text})`;
  const lines = [
    "def check_derivative(seed=0, h=1e-5):",
    `    """Compares the derivative with central differences at a random point."""`,
    "    rng = np.random.default_rng(seed)",
  ];
  for (const i of t.inputs) lines.push(...sample(i, size).map((l) => `    ${l}`));
  const names = plan.parameters.map((p) => p.name);
  const at = (moved: string | undefined): string =>
    names
      .map((n) => (n === t.wrt && moved !== undefined ? wrap(moved) : isArray(t.inputs, n) ? wrap(n) : n))
      .join(", ");
  const pick = (call: string, i: number): string => (t.results === 1 ? call : `${call}[${i}]`);
  const x = t.wrt;
  const scalar = t.inputs.find((i) => i.parameter.name === x)!.axes.length === 0;
  lines.push(`    derivative = np.asarray(${pick(`${plan.name}(${at(undefined)})`, t.result)})`);
  if (scalar) {
    lines.push(
      `    above = np.asarray(${pick(`${plan.name}(${at(`${x} + h`)})`, t.of)})`,
      `    below = np.asarray(${pick(`${plan.name}(${at(`${x} - h`)})`, t.of)})`,
      "    numeric = (above - below) / (2 * h)",
    );
  } else {
    lines.push(`    direction = ${direction(t.structure, x)}`);
    lines.push(
      `    above = np.asarray(${pick(`${plan.name}(${at(`${x} + h * direction`)})`, t.of)})`,
      `    below = np.asarray(${pick(`${plan.name}(${at(`${x} - h * direction`)})`, t.of)})`,
      "    numeric = ((above - below) / (2 * h)).T.reshape(-1)",
      "    if derivative.shape == direction.shape and above.ndim == 0:",
      "        derivative = np.sum(derivative * direction).reshape(-1)",
      "    else:",
      "        derivative = derivative @ direction.T.reshape(-1)",
    );
  }
  lines.push(
    "    error = np.max(np.abs(derivative - numeric)) / max(1.0, np.max(np.abs(numeric)))",
    '    assert error < 1e-6, f"the derivative is off by {error:.1e}"',
    '    print(f"derivative agrees with finite differences (relative error {error:.1e})")',
    "",
    "",
    'if __name__ == "__main__":',
    ...(library === "jax" ? ['    jax.config.update("jax_enable_x64", True)'] : []),
    "    check_derivative()",
  );
  return lines;
}

const isArray = (inputs: readonly TestInput[], name: string): boolean => inputs.some((i) => i.parameter.name === name);

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
