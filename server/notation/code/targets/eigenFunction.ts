import type { Dim } from "../../../core/dimension";
import { isScalar, type Shape } from "../../../core/shape";
import { type Check, fold, type FunctionPlan, type Parameter, parameterAxes } from "../target";
import { axes } from "../value";
import { spaced } from "./columnMajor";
import { TYPES } from "./eigenLoops";
import { eigenTest } from "./eigenTest";
import { eigenSingle } from "./single";

/** The layout of a C++ function: documentation, a structure of its results, checks of shapes, statements. */

/** A dimension as C++: powers are products. */
export const sizeText = (d: Dim): string =>
  spaced(
    d.key.replace(/\b([a-z]\w*)\^(\d+)/gi, (_, name: string, power: string) =>
      Array.from({ length: Number(power) }, () => name).join("*"),
    ),
  );

const words = (a: readonly Dim[]): string => a.map((d) => (/\W/.test(d.key) ? `(${d.key})` : d.key)).join("×");

function inWords(a: readonly Dim[], family: boolean): string {
  if (family && a.length === 3) return `${a[0]!.key} matrices, ${words(a.slice(1))}`;
  return a.length === 0 ? "scalar" : a.length === 1 ? `vector of length ${a[0]!.key}` : `${words(a)} matrix`;
}

/** How a parameter is declared; by reference, without a copy of blocks and maps. */
function declared(p: Parameter): string {
  if (p.kind === "dimension") return `Eigen::Index ${p.name}`;
  if (p.kind === "function") return `const std::function<${TYPES.scalar}(${TYPES.scalar})>& ${p.name}`;
  const count = parameterAxes(p).length;
  if (count === 0) return `${TYPES.scalar} ${p.name}`;
  if (count === 3) return `const std::vector<Eigen::${TYPES.matrix}>& ${p.name}`;
  return `const Eigen::Ref<const Eigen::${count === 1 ? TYPES.vector : TYPES.matrix}>& ${p.name}`;
}

/** The length of an axis of a parameter. */
function extent(p: Parameter, axis: number): string {
  const count = parameterAxes(p).length;
  if (count === 1) return `${p.name}.size()`;
  if (count === 2) return `${p.name}.${axis === 0 ? "rows" : "cols"}()`;
  if (axis === 0) return `static_cast<Index>(${p.name}.size())`;
  return `${p.name}.at(0).${axis === 1 ? "rows" : "cols"}()`;
}

function check(c: Check, parameters: readonly Parameter[]): string[] {
  if (c.kind === "derive") {
    const [name, axis] = c.from.split("|") as [string, string];
    const p = parameters.find((x) => x.name === name)!;
    const shifted = c.offset === 0 ? extent(p, Number(axis)) : `(${extent(p, Number(axis))} ${c.offset > 0 ? "-" : "+"} ${Math.abs(c.offset)})`;
    return [`const Index ${c.name} = ${shifted}${c.scale === 1 ? "" : ` / ${c.scale}`};`];
  }
  const p = c.parameter;
  if (c.kind === "bind")
    return c.axes.flatMap((d, i) => (d === undefined ? [] : [`const Index ${sizeText(d)} = ${extent(p, i)};`]));
  const size = c.axes.map(sizeText);
  if (c.axes.length === 3) {
    const [count, rows, cols] = size as [string, string, string];
    const refuse = `throw std::invalid_argument("${p.name} must be ${count} matrices, ${rows} x ${cols}");`;
    return [
      `if (${extent(p, 0)} != ${count}) ${refuse}`,
      `for (const ${TYPES.matrix}& member : ${p.name})`,
      `  if (member.rows() != ${rows} || member.cols() != ${cols})`,
      `    ${refuse}`,
    ];
  }
  const differs = size.map((s, i) => `${extent(p, i)} != ${s}`).join(" || ");
  const wanted = size.length === 1 ? `have ${size[0]!} entries` : `be ${size.join(" x ")}`;
  return [`if (${differs})`, `  throw std::invalid_argument("${p.name} must ${wanted}");`];
} // prettier-ignore

const resultType = (s: Shape, prefix: string): string =>
  isScalar(s) ? TYPES.scalar : `${prefix}${axes(s).length === 1 ? TYPES.vector : TYPES.matrix}`;

export function renderEigen(plan: FunctionPlan): string {
  const several = plan.results.length > 1;
  const structure = `${plan.name}_result`;
  const doc: string[] = [...fold(plan.summary, "/// "), "///"];
  for (const p of plan.parameters) {
    const what =
      p.kind === "dimension"
        ? "a dimension"
        : p.kind === "function"
          ? "a function of a number, applied entry by entry"
          : `${inWords(parameterAxes(p), p.family !== undefined)}${p.properties.length > 0 ? `, ${p.properties.join(", ")}` : ""}`;
    doc.push(...fold(`@param ${p.name} ${what}`, "/// "));
  }
  if (plan.compressed !== undefined) doc.push(...fold(`@param dense ${plan.compressed.how}`, "/// "));
  for (const r of plan.results)
    doc.push(...fold(`${several ? `@return ${r.name}:` : "@return"} ${inWords(axes(r.shape), false)}, ${r.meaning}`, "/// "));

  const body: string[] = [];
  for (const c of plan.checks) body.push(...check(c, plan.parameters));
  for (const s of plan.statements) body.push(...s.lines);
  const returned = (texts: readonly string[]): string => (several ? `return {${texts.join(", ")}};` : `return ${texts[0]!};`);
  if (plan.compressed !== undefined) {
    const texts = [...plan.results.slice(0, -1).map((r) => r.text), plan.compressed.block];
    body.push(`if (!dense) ${returned(texts)}`);
    for (const s of plan.compressed.statement) body.push(...s.lines);
  }
  body.push(returned(plan.results.map((r) => r.text)));

  const parameters = [...plan.parameters.map(declared), ...(plan.compressed === undefined ? [] : ["bool dense = true"])];
  const type = several ? structure : resultType(plan.results[0]!.shape, "Eigen::");
  const head = `inline ${type} ${plan.name}(`;
  const oneLine = `${head}${parameters.join(", ")}) {`;
  const signature =
    oneLine.length <= 88
      ? [oneLine]
      : [head, ...parameters.map((p, i) => `    ${p}${i === parameters.length - 1 ? ") {" : ","}`)];
  const lines = [
    ...(several
      ? [`/// What ${plan.name} returns.`, `struct ${structure} {`, ...plan.results.map((r) => `  ${resultType(r.shape, "Eigen::")} ${r.name};`), "};", ""]
      : []),
    ...doc,
    ...signature,
    "  using namespace Eigen;",
    ...used(body).map((l) => `  ${l}`),
    "}",
    ...(plan.test === undefined ? [] : ["", ...eigenTest(plan)]),
  ];
  const text = lines.join("\n");
  const code = `${includes(text, plan.imports).join("\n")}\n\n${text}\n`;
  return plan.single === true ? eigenSingle(code) : code;
} // prettier-ignore

/** Without the sizes that nothing uses. */
function used(body: readonly string[]): readonly string[] {
  return body.filter((line, at) => {
    const name = /^const Index (\w+) = /.exec(line)?.[1];
    return name === undefined || body.some((other, i) => i !== at && new RegExp(`\\b${name}\\b`).test(other.replace(/"[^"]*"/g, "")));
  });
} // prettier-ignore

function includes(text: string, more: readonly string[]): string[] {
  const header = (pattern: RegExp, name: string): string[] => (pattern.test(text) ? [`#include <${name}>`] : []);
  const eigen = ["#include <Eigen/Dense>", ...more].sort();
  return [
    ...eigen,
    ...header(/std::(?:max|min)\(/, "algorithm"),
    ...header(/std::(?!vector|function|invalid_argument|domain_error|max|min|printf)\w+\(/, "cmath"),
    ...header(/std::printf/, "cstdio"),
    ...header(/std::function</, "functional"),
    ...header(/std::(?:invalid_argument|domain_error)/, "stdexcept"),
    ...header(/std::vector</, "vector"),
  ];
}
