import { readFileSync } from "node:fs";
import path from "node:path";
import type { Question } from "../../server/tools/question";
import { caseGiven, caseText, caseVariables, sharedCases } from "../sharedCases";

/** A question for a derivative, and where it comes from. */
export type NamedQuestion = Question & { readonly id: string };

/** Variables of every structure, and values of them: `V` stands for the matrix. */
export const STRUCTURED = {
  given: [
    "q : R",
    "x, y : R^n",
    "S : R^(n×n) symmetric",
    "P : R^(n×n) posdef",
    "W : R^(n×n) skew",
    "G : R^(n×n) diagonal",
    "L : R^(n×n) lower",
    "U : R^(n×n) upper",
    "A : R^(m×n)",
    "C : R^(n×n)",
  ],
  matrices: ["S", "P", "W", "G", "L", "U"],
  values: [
    "-logdet(V)", "tr(V*V)", "V'", "A*V*A'", "q*x'*V*y", "V*x", "norm2(V*x - y)^2", "tr(V'*C*V)", "inv(V + 4*eye(n))", "V.*C",
    "vec(V)", "tr(C*V)^2", "exp(x'*V*x)", "C*V*C'", "sum(exp(V))", "diag(V)", "q*V", "logdet(V*V' + eye(n))", "kron(V, V)*vec(C)",
  ], // prettier-ignore
  orders: ["V", "V V", "q V", "V q", "V x", "x V", "V S"],
} as const;

function structured(): NamedQuestion[] {
  const { given, matrices, values, orders } = STRUCTURED;
  return matrices.flatMap((v) =>
    values.flatMap((value) =>
      orders.map((order) => {
        const [expr, wrt] = [value.replaceAll("V", v), order.replaceAll("V", v).split(" ")];
        return { id: `${expr} by ${wrt.join(", ")}`, expr, wrt, given };
      }),
    ),
  );
}

const read = <T>(file: string): T => JSON.parse(readFileSync(path.join("test", "cases", file), "utf8")) as T;

interface Asked {
  readonly id: string;
  readonly given: readonly string[];
  readonly expr: string;
  readonly wrt: string | readonly string[];
  readonly order?: number;
  readonly kind?: "differential";
}

/** Questions that people asked in public. */
function asked(): NamedQuestion[] {
  return read<readonly Asked[]>("questions.json").map(({ id, given, expr, wrt, order = 1, kind }) => ({
    id,
    given,
    expr,
    wrt: typeof wrt === "string" ? Array.from({ length: order }, () => wrt) : wrt,
    ...(kind === undefined ? {} : { kind }),
  }));
}

interface Loss {
  readonly id: string;
  readonly given: readonly string[];
  readonly defs: readonly string[];
  readonly loss: string;
  readonly gradients: Readonly<Record<string, string>>;
}

/** Losses of papers, written in several lines. */
function losses(): NamedQuestion[] {
  return read<readonly Loss[]>("losses.json").flatMap(({ id, given, defs, loss, gradients }) =>
    Object.keys(gradients).map((wrt) => ({
      id: `${id} by ${wrt}`,
      given: [...given, ...defs],
      expr: loss,
      wrt: [wrt],
    })),
  );
}

/** Derivations of the collection that lies beside the repository. */
function reference(): NamedQuestion[] {
  return (sharedCases() ?? []).map((c) => ({
    id: c.id,
    given: caseGiven(c),
    expr: caseText(c.expr),
    wrt: caseVariables(c),
    ...(c.kind === "differential" ? { kind: "differential" as const } : {}),
  }));
}

/** All questions that there are, by what they are. */
export const derivedQuestions = (): Readonly<Record<string, readonly NamedQuestion[]>> => ({
  "reference derivations": reference(),
  "questions that people asked": asked(),
  "losses of papers": losses(),
  "variables of every structure": structured(),
});
