/** What the calculus is measured on: the shared cases where they lie beside the repository, and formulas that grow. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Question } from "../server/cli/question";

export interface NamedQuestion extends Question {
  readonly name: string;
  /** The question for SymPy, where it can be put to it. */
  readonly sympy?: { readonly vars: Readonly<Record<string, readonly string[]>>; readonly kind: string };
}

interface SharedCase {
  readonly id: string;
  readonly kind: string;
  readonly expr: string;
  readonly wrt: string | readonly string[];
  readonly wrt2?: string;
  readonly vars: Readonly<Record<string, { readonly shape: readonly string[]; readonly props: readonly string[] }>>;
}

/** What the shared cases call the properties. */
const PROPERTY: Readonly<Record<string, string>> = {
  pos: "positive", tinypos: "positive", prob: "positive", simplex: "positive", rowstoch: "positive", pd: "posdef", pdbig: "posdef", sym: "symmetric", symd: "symmetric",
  proj: "symmetric", skew: "skew", inv: "invertible", invpos: "invertible", diag: "diagonal", diagpos: "diagonal", lower: "lower", lowerpos: "lower", orth: "orthogonal",
}; // prettier-ignore

const declaration = (name: string, shape: readonly string[], props: readonly string[]): string => {
  const space = shape.length === 0 ? "R" : shape.length === 1 ? `R^${shape[0]}` : `R^(${shape.join("×")})`;
  return [`${name} : ${space}`, ...new Set(props.flatMap((p) => PROPERTY[p] ?? []))].join(" ");
};

/** The shared cases that ask for a derivative; none where they are not there. */
export function sharedQuestions(root: string): NamedQuestion[] {
  const file = path.join(root, "..", "shared", "cases", "derivatives.json");
  if (!existsSync(file)) return [];
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly SharedCase[] };
  return cases
    .filter((c) => c.kind !== "hvp" && c.kind !== "gradient_sym_mcb")
    .map((c) => {
      const by = typeof c.wrt === "string" ? [c.wrt] : c.wrt;
      return {
        name: c.id,
        expr: c.expr.replaceAll("softmaxr(", "softmax("),
        wrt: c.kind.startsWith("hessian") ? [by[0]!, c.wrt2 ?? by[0]!] : by,
        given: Object.entries(c.vars).map(([name, v]) => declaration(name, v.shape, v.props)),
        ...(c.kind === "differential" ? { kind: "differential" as const } : {}),
        sympy: { vars: Object.fromEntries(Object.entries(c.vars).map(([name, v]) => [name, v.shape])), kind: c.kind },
      };
    });
}

const SQUARE = "R^(n×n)";
const upTo = (k: number, f: (i: number) => string): string[] => Array.from({ length: k }, (_, i) => f(i + 1));

/** tr(X^k). */
export const tracePower = (k: number): NamedQuestion => ({
  name: `tr(X^${k})`,
  expr: `tr(X^${k})`,
  wrt: ["X"],
  given: [`X : ${SQUARE}`],
});

/** tr(A1*X*A2*X*…*Ak*X). */
export const alternating = (k: number): NamedQuestion => ({
  name: `tr(A1*X*…*A${k}*X)`,
  expr: `tr(${upTo(k, (i) => `A${i}*X`).join("*")})`,
  wrt: ["X"],
  given: [`X : ${SQUARE}`, ...upTo(k, (i) => `A${i} : ${SQUARE}`)],
});

const layers = (k: number): string => `${upTo(k, (i) => `tanh(W${k + 1 - i}*`).join("")}x${")".repeat(k)}`;

/** The gradient of the squared error of a network of k layers with tanh, by the weights of the first. */
export const network = (k: number): NamedQuestion => ({
  name: `${k} layers`,
  expr: `norm2(${layers(k)} - y)^2`,
  wrt: ["W1"],
  given: ["x, y : R^n", ...upTo(k, (i) => `W${i} : ${SQUARE}`)],
});

/** The Hessian of a network of k layers by its input. */
export const networkHessian = (k: number): NamedQuestion => ({
  name: `Hessian, ${k} layer${k === 1 ? "" : "s"}`,
  expr: `sum(${layers(k)})`,
  wrt: ["x", "x"],
  given: ["x : R^n", ...upTo(k, (i) => `W${i} : ${SQUARE}`)],
});
