/** What the calculus is measured on: the shared cases where they lie beside the repository, and formulas that grow. */
import type { Question } from "../server/tools/question";
import { caseGiven, caseText, caseVariables, sharedCases } from "../test/sharedCases";

export interface NamedQuestion extends Question {
  readonly name: string;
  /** The question for SymPy, where it can be put to it. */
  readonly sympy?: { readonly vars: Readonly<Record<string, readonly string[]>>; readonly kind: string };
}

/** The shared cases that ask for a derivative; none where they are not there. */
export function sharedQuestions(root: string): NamedQuestion[] {
  return (sharedCases(root) ?? [])
    .filter((c) => c.kind !== "hvp" && c.kind !== "gradient_sym_mcb")
    .map((c) => ({
      name: c.id,
      expr: caseText(c.expr),
      wrt: caseVariables(c),
      given: caseGiven({ vars: c.vars }),
      ...(c.kind === "differential" ? { kind: "differential" as const } : {}),
      sympy: { vars: Object.fromEntries(Object.entries(c.vars).map(([name, v]) => [name, v.shape])), kind: c.kind },
    }));
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
