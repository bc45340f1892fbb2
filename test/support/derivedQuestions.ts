import type { Question } from "../../server/tools/question";
import { caseGiven, caseText, caseVariables, sharedCases } from "../sharedCases";
import { lossesOfPapers, questionsAsked } from "./collected";

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
  "questions that people asked": questionsAsked(),
  "losses of papers": lossesOfPapers(),
  "variables of every structure": structured(),
});
