import { dimText } from "../core/dimension";
import { familyMember, type Property, type Scope, type Variable } from "../core/scope";
import { isColumn, isRow, isScalar, type Shape, shapeText } from "../core/shape";
import type { MathDocument, Origin } from "../documents/document";

/** What a name stands for at one place. */
export type Meaning =
  | { readonly kind: "variable"; readonly variable: Variable; readonly base: string }
  | { readonly kind: "definition"; readonly name: string }
  | { readonly kind: "dimension"; readonly name: string };

export function meaningOf(name: string, scope: Scope): Meaning | undefined {
  const variable = scope.variables.get(name);
  if (variable !== undefined) return { kind: "variable", variable, base: name };
  if (scope.definitions.has(name)) return { kind: "definition", name };
  const member = familyMember(scope, name);
  if (member !== undefined) return { kind: "variable", variable: member.variable, base: member.variable.name };
  if (scope.dimensions.has(name)) return { kind: "dimension", name };
  return undefined;
}

/** `matrix n×d`, `vector of length n`, `row of length n`, `scalar`. */
export function shapeInWords(shape: Shape): string {
  if (isScalar(shape)) return "scalar";
  if (isColumn(shape)) return `vector of length ${dimText(shape.rows)}`;
  if (isRow(shape)) return `row of length ${dimText(shape.cols)}`;
  return `matrix ${shapeText(shape)}`;
}

const WORDS: Readonly<Record<Property, string>> = {
  symmetric: "symmetric",
  skew: "skew-symmetric",
  diagonal: "diagonal",
  posdef: "positive definite",
  psd: "positive semidefinite",
  orthogonal: "orthogonal",
  invertible: "invertible",
  lower: "lower triangular",
  upper: "upper triangular",
  positive: "positive",
  nonneg: "nonnegative",
};

/** Properties in words, without those that another one implies. */
export function propertiesInWords(properties: ReadonlySet<Property>): string {
  const implied = new Set<Property>();
  if (properties.has("posdef")) for (const p of ["psd", "symmetric", "invertible"] as const) implied.add(p);
  if (properties.has("psd")) implied.add("symmetric");
  if (properties.has("diagonal")) for (const p of ["symmetric", "lower", "upper"] as const) implied.add(p);
  if (properties.has("orthogonal")) implied.add("invertible");
  if (properties.has("positive")) implied.add("nonneg");
  return [...properties]
    .filter((p) => !implied.has(p))
    .map((p) => WORDS[p])
    .join(", ");
}

/** The number of the line of an offset, from 1. */
export const lineOf = (document: MathDocument, offset: number): number =>
  document.text.slice(0, offset).split("\n").length;

/** Where a name comes from, in words: `declared in line 3`, `inferred from X*w`. */
export function originInWords(document: MathDocument, origin: Origin): string {
  const line = lineOf(document, origin.span.start);
  return origin.how === "declared" || origin.how === "defined" ? `${origin.how} in line ${line}` : origin.how;
}
