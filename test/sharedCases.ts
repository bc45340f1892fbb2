import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** One derivation of the collection that lies beside the repository. */
export interface SharedCase {
  readonly id: string;
  readonly kind: string;
  readonly expr: string;
  readonly wrt: string | readonly string[];
  readonly wrt2?: string;
  readonly expected: string;
  readonly nodes_expected: number;
  readonly vars: Readonly<Record<string, { readonly shape: readonly string[]; readonly props: readonly string[] }>>;
  readonly let?: readonly (readonly [string, string])[];
}

/** Where the collection is, from the root of the repository. */
export const SHARED_CASES = path.join("..", "shared", "cases", "derivatives.json");

/** The collection; `undefined` where it is not there. */
export function sharedCases(root = "."): readonly SharedCase[] | undefined {
  const file = path.join(root, SHARED_CASES);
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: readonly SharedCase[] }).cases;
}

/** What the collection calls the properties that the language has. A projection is symmetric, a probability positive. */
const PROPERTY: Readonly<Record<string, string>> = {
  pos: "positive", tinypos: "positive", prob: "positive", simplex: "positive", rowstoch: "positive", pd: "posdef",
  pdbig: "posdef", sym: "symmetric", symd: "symmetric", proj: "symmetric", skew: "skew", inv: "invertible",
  invpos: "invertible", diag: "diagonal", diagpos: "diagonal", lower: "lower", lowerpos: "lower", orth: "orthogonal",
}; // prettier-ignore

/** The row-by-row softmax is `softmax` in the language. */
export const caseText = (text: string): string => text.replace(/\bsoftmaxr\(/g, "softmax(");

/** Declarations of the variables of a case, and the names that it defines. */
export function caseGiven(c: Pick<SharedCase, "vars" | "let">): string[] {
  const declared = Object.entries(c.vars).map(([name, { shape, props }]) => {
    const space = shape.length === 0 ? "R" : shape.length === 1 ? `R^${shape[0]}` : `R^(${shape.join("×")})`;
    return [`${name} : ${space}`, ...new Set(props.flatMap((p) => PROPERTY[p] ?? []))].join(" ");
  });
  return [...declared, ...(c.let ?? []).map(([name, e]) => `${name} = ${caseText(e)}`)];
}

/** The variables of a case, one for each derivative. */
export function caseVariables(c: Pick<SharedCase, "kind" | "wrt" | "wrt2">): readonly string[] {
  const by = typeof c.wrt === "string" ? [c.wrt] : c.wrt;
  return c.kind.startsWith("hessian") ? [by[0]!, c.wrt2 ?? by[0]!] : by;
}
