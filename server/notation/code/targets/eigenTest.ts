import { type Dim, dimEvaluate } from "../../../core/dimension";
import { tableOf } from "../../../core/table";
import { isScalar } from "../../../core/shape";
import type { FunctionPlan, TestInput } from "../target";

/** The gradient check: the derivative along a random direction against central differences, and a `main` that runs it. */
export function eigenTest(plan: FunctionPlan): readonly string[] {
  const t = plan.test!;
  const size = (d: Dim): number => dimEvaluate(d, t.dims) ?? 1;
  const x = t.wrt;
  const scalarVariable = t.inputs.find((i) => i.parameter.name === x)!.axes.length === 0;
  const vectorVariable = t.inputs.find((i) => i.parameter.name === x)!.axes.length === 1;
  const call = (moved?: string): string =>
    `${plan.name}(${plan.parameters.map((p) => (p.name === x && moved !== undefined ? moved : p.name)).join(", ")})`;
  const type = scalarVariable ? "double" : vectorVariable ? "VectorXd" : "MatrixXd";
  const free = vectorVariable ? `VectorXd::Random(${x}.size())` : `MatrixXd::Random(${x}.rows(), ${x}.cols())`;
  const structured: Readonly<Record<string, string>> = tableOf({
    symmetric: "free + free.transpose()",
    skew: "free - free.transpose()",
    diagonal: "MatrixXd(free.diagonal().asDiagonal())",
    lower: "free.triangularView<Lower>().toDenseMatrix()",
    upper: "free.triangularView<Upper>().toDenseMatrix()",
  });
  const direction =
    t.direction ?? (scalarVariable ? "1.0" : t.structure === undefined ? "free" : (structured[t.structure] ?? "free"));
  const of = plan.results[t.of]!;
  const result = plan.results[t.result]!;
  const flat = (name: string, shape: typeof of.shape): string =>
    isScalar(shape) ? `VectorXd::Constant(1, ${name})` : `VectorXd(${name}.reshaped())`;
  const lines = [
    ...t.inputs.flatMap((i) => sample(i, size)),
    ...(scalarVariable || t.direction !== undefined ? [] : [`const ${type} free = ${free};`]),
    `const ${type} direction = ${direction};`,
    `const auto at = ${call()};`,
    `const auto above = ${call("above_x")};`.replace("above_x", `${type}(${x} + h * direction)`),
    `const auto below = ${call("below_x")};`.replace("below_x", `${type}(${x} - h * direction)`),
    `const VectorXd numeric = (${flat(`above.${of.name}`, of.shape)} - ${flat(`below.${of.name}`, of.shape)}) / (2 * h);`,
    t.direction !== undefined || scalarVariable
      ? `const VectorXd change = ${flat(`at.${result.name}`, result.shape)};`
      : isScalar(of.shape)
        ? `const VectorXd change = VectorXd::Constant(1, at.${result.name}.cwiseProduct(direction).sum());`
        : `const VectorXd change = at.${result.name} * direction.reshaped();`,
    "const double error = (change - numeric).cwiseAbs().maxCoeff() / std::max(1.0, numeric.cwiseAbs().maxCoeff());",
    'std::printf("relative error against finite differences: %.1e\\n", error);',
    "return error < 1e-6;",
  ];
  return [
    "/// Compares the derivative with central differences at a random point.",
    "inline bool check_derivative(double h = 1e-5) {",
    "  using namespace Eigen;",
    ...lines.map((l) => `  ${l}`),
    "}",
    "",
    "int main() { return check_derivative() ? 0 : 1; }",
  ];
}

function sample(i: TestInput, size: (d: Dim) => number): string[] {
  const { name } = i.parameter;
  const p = i.properties;
  const s = i.axes.map(size);
  if (i.parameter.kind === "dimension") return [`const Index ${name} = ${s[0]};`];
  const bounded = p.has("positive") || p.has("nonneg");
  if (s.length === 0)
    return [`const double ${name} = ${bounded ? "1.0 + 0.5 * " : ""}VectorXd::Random(1)(0);`];
  if (s.length === 3)
    return [
      `std::vector<MatrixXd> ${name};`,
      `for (int k = 0; k < ${s[0]}; ++k) ${name}.push_back(MatrixXd::Random(${s[1]}, ${s[2]}));`,
    ];
  const type = s.length === 1 ? "VectorXd" : "MatrixXd";
  const random = `${type}::Random(${s.join(", ")})`;
  if (s.length === 1) return [`const VectorXd ${name} = ${random}${bounded ? ".array() * 0.5 + 1.0" : ""};`];
  const n = s[0]!;
  const identity = `MatrixXd::Identity(${n}, ${n})`;
  const square = `const MatrixXd ${name}_half = ${random};`;
  const half = `${name}_half`;
  if (p.has("posdef") || p.has("psd"))
    return [square, `const MatrixXd ${name} = ${half} * ${half}.transpose() + ${identity};`];
  if (p.has("diagonal")) return [`const MatrixXd ${name} = (VectorXd::Random(${n}).array() * 0.5 + 1.0).matrix().asDiagonal();`];
  if (p.has("symmetric")) return [square, `const MatrixXd ${name} = ${half} + ${half}.transpose();`];
  if (p.has("skew")) return [square, `const MatrixXd ${name} = ${half} - ${half}.transpose();`];
  if (p.has("orthogonal")) return [square, `const MatrixXd ${name} = HouseholderQR<MatrixXd>(${half}).householderQ();`];
  if (p.has("lower") || p.has("upper")) {
    const view = p.has("lower") ? "Lower" : "Upper";
    return [square, `const MatrixXd ${name} = ${half}.triangularView<${view}>().toDenseMatrix() + ${n} * ${identity};`];
  }
  if (bounded) return [`const MatrixXd ${name} = ${random}.array() * 0.5 + 1.0;`];
  if (p.has("invertible")) return [square, `const MatrixXd ${name} = ${half} + ${n} * ${identity};`];
  return [`const MatrixXd ${name} = ${random};`];
} // prettier-ignore
