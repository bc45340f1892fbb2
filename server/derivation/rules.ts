/** One rule of the method of differentials; the table below is the only list of them. */
export interface Rule {
  readonly id: string;
  /** As it is called beside a step. A formula in it is `.mcalc` between backquotes. */
  readonly name: string;
  readonly source: string;
  /** A line before and after, as `.mcalc`, with its declarations. */
  readonly example: { readonly given: readonly string[]; readonly from: string; readonly to: string };
  /** Taken without a word where a telling rule stands beside it. */
  readonly quiet?: boolean;
}

const MN = "Magnus and Neudecker 2019";
const PP = "Petersen and Pedersen 2012";

const TABLE = [
  // ---- restating ----
  {
    id: "definition",
    name: "by definition",
    source: "the operator table",
    example: { given: ["x : R^n"], from: "mean(x)", to: "sum(x)/n" },
  },
  {
    id: "squared-norm",
    name: "a squared norm is an inner product",
    source: `${MN}, ch. 1, §10`,
    example: { given: ["X : R^(m×n)"], from: "norm2(X)^2", to: "tr(X'*X)" },
  },
  {
    id: "name",
    name: "a long part gets a name",
    source: "a way of writing",
    example: { given: ["A : R^(m×n)", "x : R^n", "b : R^m"], from: "(A*x - b)'*(A*x - b)", to: "norm2(A*x - b)^2" },
    quiet: true,
  },
  {
    id: "insert",
    name: "the name is replaced by what it stands for",
    source: "a way of writing",
    example: { given: ["A : R^(m×n)", "x : R^n", "b : R^m"], from: "norm2(A*x - b)^2", to: "(A*x - b)'*(A*x - b)" },
    quiet: true,
  },
  // ---- moving d inside ----
  {
    id: "linear",
    name: "d is linear",
    source: `${MN}, ch. 8, §3`,
    example: { given: ["A : R^(m×n)", "x : R^n", "b : R^m"], from: "d(A*x - b)", to: "A*dx" },
  },
] as const satisfies readonly Rule[];

export type RuleId = (typeof TABLE)[number]["id"];

/** The rules in the order of a derivation. */
export const RULES: readonly (Rule & { readonly id: RuleId })[] = TABLE;

const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((r) => [r.id, r]));

export const rule = (id: RuleId): Rule => BY_ID.get(id)!;
void PP;
