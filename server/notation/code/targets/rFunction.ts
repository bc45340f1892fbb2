import type { Dim } from "../../../core/dimension";
import { isScalar } from "../../../core/shape";
import { type Check, fold, type FunctionPlan, parameterAxes } from "../target";
import { axes } from "../value";
import { dimText } from "./columnMajor";
import { rTest } from "./rTest";

/** The layout of an R function: documentation for roxygen, checks of shapes, statements, a list of the results. */

const size = (d: Dim): string => (/\W/.test(d.key) ? `(${d.key})` : d.key);

function inWords(a: readonly Dim[]): string {
  if (a.length === 0) return "a number";
  return a.length === 1 ? `a vector of length ${a[0]!.key}` : `a ${a.map(size).join("-by-")} ${a.length === 2 ? "matrix" : "array"}`; // prettier-ignore
}

function check(c: Check, all: readonly Check[]): string[] {
  const extent = (name: string, axis: number, count: number): string =>
    count === 1 ? `length(${name})` : count === 2 ? `${axis === 0 ? "nrow" : "ncol"}(${name})` : `dim(${name})[${axis + 1}]`;
  if (c.kind === "derive") {
    const [name, axis] = c.from.split("|") as [string, string];
    const length = `NROW(${name})`;
    const along = axis === "0" ? length : `dim(${name})[${Number(axis) + 1}]`;
    const shifted = c.offset === 0 ? along : `(${along} ${c.offset > 0 ? "-" : "+"} ${Math.abs(c.offset)})`;
    return [`${c.name} <- ${shifted}${c.scale === 1 ? "" : ` / ${c.scale}`}`];
  }
  const p = c.parameter;
  const count = c.axes.length;
  const checkedLater = all.some((x) => x.kind === "check" && x.parameter === p);
  if (c.kind === "bind")
    return [
...(checkedLater ? [] : [count === 1 ? `stopifnot("${p.name} must be a vector" = is.null(dim(${p.name})))` : `stopifnot("${p.name} must be ${count === 2 ? "a matrix" : `an array with ${count} dimensions`}" = length(dim(${p.name})) == ${count})`]),
      ...c.axes.flatMap((d, i) => (d === undefined ? [] : [`${dimText(d)} <- ${extent(p.name, i, count)}`])),
    ];
  const wanted = c.axes.map(dimText);
  if (count === 1)
    return [`stopifnot("${p.name} must be a vector of length ${wanted[0]!}" = is.null(dim(${p.name})) && length(${p.name}) == ${wanted[0]!})`];
  return [`stopifnot("${p.name} must be ${c.axes.map(size).join("-by-")}" = identical(dim(${p.name}), as.integer(c(${wanted.join(", ")}))))`];
} // prettier-ignore

export function renderR(plan: FunctionPlan): string {
  const parameters = [...plan.parameters.map((p) => p.name), ...(plan.compressed === undefined ? [] : ["dense = TRUE"])];
  const out = [...fold(plan.summary, "#' "), "#'"];
  for (const p of plan.parameters) {
    const what =
      p.kind === "dimension"
        ? "a dimension"
        : p.kind === "function"
          ? "a function, applied entry by entry"
          : `${inWords(parameterAxes(p))}${p.properties.length > 0 ? `, ${p.properties.join(", ")}` : ""}`;
    out.push(...fold(`@param ${p.name} ${what}`, "#' "));
  }
  if (plan.compressed !== undefined) out.push(...fold(`@param dense ${plan.compressed.how.replace("false", "FALSE").replace(/eye\(/g, "diag(")}`, "#' "));
  const several = plan.results.length > 1;
  out.push(...(several ? ["#' @return A list:"] : []));
  for (const r of plan.results) {
    const what = `${isScalar(r.shape) ? "a number" : inWords(axes(r.shape))}, ${r.meaning}`;
    out.push(...fold(several ? `${r.name}: ${what}` : `@return ${what}`, several ? "#'   " : "#' "));
  }
  const body: string[] = plan.checks.flatMap((c) => check(c, plan.checks));
  for (const s of plan.statements) body.push(...s.lines);
  const returned = (texts: readonly string[]): string =>
    several ? `list(${texts.map((t, i) => `${plan.results[i]!.name} = ${t}`).join(", ")})` : texts[0]!;
  if (plan.compressed !== undefined) {
    body.push(`if (!dense) return(${returned([...plan.results.slice(0, -1).map((r) => r.text), plan.compressed.block])})`);
    for (const s of plan.compressed.statement) body.push(...s.lines);
  }
  body.push(returned(plan.results.map((r) => r.text)));
  out.push(`${plan.name} <- function(${parameters.join(", ")}) {`, ...body.map((l) => `  ${l}`), "}");
  if (plan.test !== undefined) out.push("", ...rTest(plan));
  return `${[...plan.imports.map((x) => `${x}\n`), ...out].join("\n")}\n`;
} // prettier-ignore
