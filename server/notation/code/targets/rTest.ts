import { type Dim, dimEvaluate } from "../../../core/dimension";
import { isScalar } from "../../../core/shape";
import { tableOf } from "../../../core/table";
import type { FunctionPlan, TestInput } from "../target";

/** The gradient check: the derivative along a random direction against central differences. */
export function rTest(plan: FunctionPlan): readonly string[] {
  const t = plan.test!;
  const size = (d: Dim): number => dimEvaluate(d, t.dims) ?? 1;
  const x = t.wrt;
  const axes = t.inputs.find((i) => i.parameter.name === x)!.axes;
  const call = (moved?: string): string =>
    `${plan.name}(${plan.parameters.map((p) => (p.name === x && moved !== undefined ? moved : p.name)).join(", ")})`;
  const free = axes.length < 2 ? `rnorm(length(${x}))` : `matrix(rnorm(length(${x})), nrow(${x}))`;
  const structured: Readonly<Record<string, string>> = tableOf({
    symmetric: "free + t(free)",
    skew: "free - t(free)",
    diagonal: `diag(diag(free), nrow(${x}))`,
    lower: "free * lower.tri(free, diag = TRUE)",
    upper: "free * upper.tri(free, diag = TRUE)",
  });
  const [of, result] = [plan.results[t.of]!, plan.results[t.result]!];
  const along =
    t.direction !== undefined
      ? `c(at$${result.name})`
      : isScalar(of.shape)
        ? `sum(at$${result.name} * direction)`
        : axes.length === 0
          ? `c(at$${result.name}) * direction`
          : `c(at$${result.name} %*% c(direction))`;
  return [
    "# Compares the derivative with central differences at a random point.",
    "check_derivative <- function(h = 1e-5) {",
    ...[
      ...t.inputs.flatMap((i) => sample(i, size)),
      ...(t.direction === undefined ? [`free <- ${free}`] : []),
      `direction <- ${t.direction ?? (t.structure === undefined ? "free" : (structured[t.structure] ?? "free"))}`,
      `at <- ${call()}`,
      `above <- ${call(`${x} + h * direction`)}$${of.name}`,
      `below <- ${call(`${x} - h * direction`)}$${of.name}`,
      "numeric <- c(above - below) / (2 * h)",
      `change <- ${along}`,
      "error <- max(abs(change - numeric)) / max(1, abs(numeric))",
      'stopifnot("the derivative is off" = error < 1e-6)',
      'cat(sprintf("the derivative agrees with finite differences (relative error %.1e)\\n", error))',
    ].map((l) => `  ${l}`),
    "}",
    "",
    "check_derivative()",
  ];
}

function sample(i: TestInput, size: (d: Dim) => number): string[] {
  const { name } = i.parameter;
  const p = i.properties;
  const s = i.axes.map(size);
  if (i.parameter.kind === "dimension") return [`${name} <- ${s[0]}`];
  const count = s.reduce((a, b) => a * b, 1);
  const shaped = (x: string): string => (s.length < 2 ? x : s.length === 2 ? `matrix(${x}, ${s[0]}, ${s[1]})` : `array(${x}, c(${s.join(", ")}))`); // prettier-ignore
  const normal = `${name} <- ${shaped(`rnorm(${count})`)}`;
  const n = s[0]!;
  if (p.has("posdef") || p.has("psd")) return [normal, `${name} <- tcrossprod(${name}) + diag(${n})`];
  if (p.has("diagonal")) return [`${name} <- diag(runif(${n}, 0.5, 1.5), ${n})`];
  if (p.has("symmetric")) return [normal, `${name} <- ${name} + t(${name})`];
  if (p.has("skew")) return [normal, `${name} <- ${name} - t(${name})`];
  if (p.has("orthogonal")) return [normal, `${name} <- qr.Q(qr(${name}))`];
  if (p.has("lower") || p.has("upper"))
    return [normal, `${name} <- ${name} * ${p.has("lower") ? "lower" : "upper"}.tri(${name}) + ${n} * diag(${n})`];
  if (p.has("positive") || p.has("nonneg")) return [`${name} <- ${shaped(`runif(${count}, 0.5, 1.5)`)}`];
  if (p.has("invertible")) return [normal, `${name} <- ${name} + ${n} * diag(${n})`];
  return [normal];
}
