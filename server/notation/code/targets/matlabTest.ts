import { type Dim, dimEvaluate } from "../../../core/dimension";
import type { FunctionPlan, TestInput } from "../target";
import { tableOf } from "../../../core/table";

/** The gradient check: the derivative along a random direction against central differences. */
export function matlabTest(plan: FunctionPlan): readonly string[] {
  const t = plan.test!;
  const size = (d: Dim): number => dimEvaluate(d, t.dims) ?? 1;
  const lines = [
    "function check_derivative()",
    "% Compares the derivative with central differences at a random point.",
    "h = 1e-5;",
  ];
  for (const i of t.inputs) lines.push(...sample(i, size));
  const args = (moved?: string): string =>
    plan.parameters.map((p) => (p.name === t.wrt && moved !== undefined ? moved : p.name)).join(", ");
  const outputs = (at: number, name: string): string =>
    `[${Array.from({ length: at + 1 }, (_, i) => (i === at ? name : "~")).join(", ")}]`;
  const x = t.wrt;
  const free = `randn(size(${x}))`;
  const direction: Readonly<Record<string, string>> = tableOf({
    symmetric: `${free}; direction = direction + direction'`,
    skew: `${free}; direction = direction - direction'`,
    diagonal: `diag(randn(size(${x}, 1), 1))`,
    lower: `tril(${free})`,
    upper: `triu(${free})`,
  });
  lines.push(
    `direction = ${t.direction ?? direction[t.structure ?? ""] ?? free};`,
    `${outputs(t.result, "derivative")} = ${plan.name}(${args()});`,
    `${outputs(t.of, "above")} = ${plan.name}(${args(`${x} + h * direction`)});`,
    `${outputs(t.of, "below")} = ${plan.name}(${args(`${x} - h * direction`)});`,
    "numeric = (above(:) - below(:)) / (2 * h);",
    ...(t.direction !== undefined
      ? ["change = derivative(:);"]
      : [
          "if isscalar(above)",
          "    change = sum(derivative(:) .* direction(:));",
          "elseif isscalar(direction)",
          "    change = derivative(:) * direction;",
          "else",
          "    change = derivative * direction(:);",
          "end",
        ]),
    "err = max(abs(change - numeric)) / max(1, max(abs(numeric)));",
    "assert(err < 1e-6, 'the derivative is off by %.1e', err);",
    "fprintf('derivative agrees with finite differences (relative error %.1e)\\n', err);",
    "end",
  );
  return lines;
}

function sample(i: TestInput, size: (d: Dim) => number): string[] {
  const { name } = i.parameter;
  const p = i.properties;
  const s = i.axes.map(size);
  if (i.parameter.kind === "dimension") return [`${name} = ${s[0]};`];
  const n = s[0];
  const shape = s.length === 0 ? "" : s.length === 1 ? `${n}, 1` : s.join(", ");
  const normal = `randn(${shape})`;
  if (p.has("posdef") || p.has("psd"))
    return [`${name} = ${normal};`, `${name} = ${name} * ${name}' + ${n} * eye(${n});`];
  if (p.has("diagonal")) return [`${name} = diag(0.5 + rand(${n}, 1));`];
  if (p.has("symmetric")) return [`${name} = ${normal};`, `${name} = ${name} + ${name}';`];
  if (p.has("skew")) return [`${name} = ${normal};`, `${name} = ${name} - ${name}';`];
  if (p.has("orthogonal")) return [`[${name}, ~] = qr(${normal});`];
  if (p.has("lower") || p.has("upper"))
    return [`${name} = ${p.has("lower") ? "tril" : "triu"}(${normal}) + ${n} * eye(${n});`];
  if (p.has("positive") || p.has("nonneg")) return [`${name} = 0.5 + rand(${shape});`];
  if (p.has("invertible")) return [`${name} = ${normal} + ${n} * eye(${n});`];
  return [`${name} = ${normal};`];
}
