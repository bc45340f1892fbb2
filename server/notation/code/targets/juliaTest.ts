import { type Dim, dimEvaluate } from "../../../core/dimension";
import type { FunctionPlan, TestInput } from "../target";
import { tableOf } from "../../../core/table";

/** The gradient check: the derivative along a random direction against central differences. */
export function juliaTest(plan: FunctionPlan): readonly string[] {
  const t = plan.test!;
  const size = (d: Dim): number => dimEvaluate(d, t.dims) ?? 1;
  const lines = [
    '"Compares the derivative with central differences at a random point."',
    "function check_derivative(; h=1e-5)",
  ];
  const body: string[] = [];
  for (const i of t.inputs) body.push(...sample(i, size));
  const args = (moved?: string): string =>
    plan.parameters.map((p) => (p.name === t.wrt && moved !== undefined ? moved : p.name)).join(", ");
  const pick = (call: string, i: number): string => (t.results === 1 ? call : `${call}[${i + 1}]`);
  const x = t.wrt;
  const free = t.inputs.find((i) => i.parameter.name === x)!.axes.length === 0 ? "randn()" : `randn(size(${x}))`;
  const direction: Readonly<Record<string, string>> = tableOf({
    symmetric: `(z -> z + z')(${free})`, skew: `(z -> z - z')(${free})`, diagonal: `Matrix(Diagonal(randn(size(${x}, 1))))`,
    lower: `tril(${free})`, upper: `triu(${free})`,
  }); // prettier-ignore
  body.push(
    `direction = ${t.direction ?? direction[t.structure ?? ""] ?? free}`,
    `derivative = ${pick(`${plan.name}(${args()})`, t.result)}`,
    `above = ${pick(`${plan.name}(${args(`${x} + h * direction`)})`, t.of)}`,
    `below = ${pick(`${plan.name}(${args(`${x} - h * direction`)})`, t.of)}`,
    "numeric = vec(collect((above - below) / (2h)))",
    ...(t.direction !== undefined
      ? ["change = vec(collect(derivative))"]
      : [
          "change = if above isa Number",
          "    [sum(derivative .* direction)]",
          "elseif direction isa Number",
          "    vec(collect(derivative * direction))",
          "else",
          "    derivative * vec(direction)",
          "end",
        ]),
    "error = maximum(abs.(change - numeric)) / max(1, maximum(abs.(numeric)))",
    '@assert error < 1e-6 "the derivative is off by $error"',
    'println("derivative agrees with finite differences (relative error $error)")',
  );
  return [...lines, ...body.map((l) => `    ${l}`), "end"];
}

function sample(i: TestInput, size: (d: Dim) => number): string[] {
  const { name } = i.parameter;
  const p = i.properties;
  const s = i.axes.map(size);
  if (i.parameter.kind === "dimension") return [`${name} = ${s[0]}`];
  const n = s[0];
  const normal = `randn(${s.join(", ")})`;
  if (p.has("posdef") || p.has("psd")) return [`${name} = ${normal}`, `${name} = ${name} * ${name}' + ${n}I`];
  if (p.has("diagonal")) return [`${name} = Matrix(Diagonal(0.5 .+ rand(${n})))`];
  if (p.has("symmetric")) return [`${name} = ${normal}`, `${name} = ${name} + ${name}'`];
  if (p.has("skew")) return [`${name} = ${normal}`, `${name} = ${name} - ${name}'`];
  if (p.has("orthogonal")) return [`${name} = Matrix(qr(${normal}).Q)`];
  if (p.has("lower") || p.has("upper")) return [`${name} = ${p.has("lower") ? "tril" : "triu"}(${normal}) + ${n}I`];
  if (p.has("positive") || p.has("nonneg"))
    return [`${name} = 0.5 ${s.length === 0 ? "+" : ".+"} rand(${s.join(", ")})`];
  if (p.has("invertible")) return [`${name} = ${normal} + ${n}I`];
  return [`${name} = ${normal}`];
}
