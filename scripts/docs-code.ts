// Writes docs/code.md: what the generated code does, and examples made by the generator itself.
// Usage: npx tsx scripts/docs-code.ts
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { scopeOf } from "../server/tools/question";
import { parseExpression } from "../server/language/mcalc/parse";
import { type CodeOptions, type TargetName } from "../server/notation/code";
import { deriveCode } from "../server/notation/code/derive";

interface Example {
  readonly title: string;
  readonly note: string;
  readonly given: readonly string[];
  readonly expr: string;
  readonly wrt: readonly string[];
  readonly target: TargetName;
  readonly options?: CodeOptions & { readonly hvp?: boolean };
}

const REGRESSION = ["X : R^(n×d)", "y : R^n", "w : R^d"];
const FACTORS = ["T : R^(m×n)", "U : R^(m×k)", "V : R^(n×k)"];

const EXAMPLES: readonly Example[] = [
  { title: "Ridge regression", note: "The residual is computed once and keeps the name it has in the document.", given: [...REGRESSION, "c : R positive", "r = X*w - y"], expr: "r'*r + c*w'*w", wrt: ["w"], target: "numpy" },
  { title: "Logistic regression, Newton's method", note: "No overflow for large margins, and the weights are not negative: Z'Z takes half the time of X'DX.", given: REGRESSION, expr: "sum(log(exp(-y.*(X*w)) + ones(n)))", wrt: ["w", "w"], target: "numpy" },
  { title: "The same with the product of the Hessian and a vector", note: "Two products with X, no matrix of second derivatives.", given: REGRESSION, expr: "sum(log(exp(-y.*(X*w)) + ones(n)))", wrt: ["w"], target: "numpy", options: { hvp: true } },
  { title: "Gaussian log-likelihood", note: "One Cholesky factorisation serves the quadratic form, the determinant and the gradient.", given: ["S : R^(n×n) posdef", "d : R^n"], expr: "0.5*d'*inv(S)*d + 0.5*logdet(S)", wrt: ["S"], target: "numpy" },
  { title: "Matrix factorization, gradient and Hessian", note: "The Hessian is one k×k block, m times; the block alone is enough for most uses.", given: FACTORS, expr: "norm2(T - U*V')^2", wrt: ["U", "U"], target: "numpy" },
  { title: "Matrix factorization, the gradient alone", note: "Without the value, the product is multiplied out: U*V' is never formed.", given: FACTORS, expr: "norm2(T - U*V')^2", wrt: ["U"], target: "numpy", options: { value: false } },
  { title: "Softmax regression, Newton's method", note: "The formula is a sum of n Kronecker products; the code forms none of them: one product Z'Z for all, and the blocks along the diagonal added in place.", given: ["X : R^(n×d)", "W : R^(d×k)", "Y : R^(n×k)"], expr: "sum(logsumexpr(X*W)) - sum(Y.*(X*W))", wrt: ["W", "W"], target: "numpy" },
  { title: "Softmax regression, JAX", note: "Pure, and the shapes are checked while it is traced.", given: ["X : R^(n×d)", "W : R^(d×k)", "Y : R^(n×k)"], expr: "sum(logsumexpr(X*W)) - sum(Y.*(X*W))", wrt: ["W"], target: "jax" },
  { title: "A one-layer network, PyTorch, with a gradient check", note: "`python FILE` runs the check.", given: ["W : R^(m×n)", "x : R^n", "a, b : R^m"], expr: "a'*tanh(W*x + b)", wrt: ["W"], target: "torch", options: { test: true } },
  { title: "Weighted log-determinant, Julia", note: "", given: ["X : R^(n×d)", "q : R^n positive"], expr: "logdet(X'*diag(q)*X)", wrt: ["q"], target: "julia" },
  { title: "Kalman gain, MATLAB and Octave", note: "", given: ["G : R^(n×m)", "H : R^(m×n)", "P : R^(n×n) posdef", "R : R^(m×m) posdef"], expr: "tr((eye(n) - G*H)*P*(eye(n) - G*H)' + G*R*G')", wrt: ["G"], target: "matlab" },
  { title: "Logistic regression, C++ with Eigen", note: "", given: ["X : R^(n×d)", "y : R^n", "w : R^d"], expr: "sum(softplus(-y.*(X*w)))", wrt: ["w"], target: "eigen" },
  { title: "Gaussian log-likelihood, R", note: "", given: ["S : R^(n×n) posdef", "d : R^n"], expr: "0.5*d'*inv(S)*d + 0.5*logdet(S)", wrt: ["S"], target: "r" },
  { title: "Ridge regression, SymPy", note: "The formulas themselves, to go on with: `gradient.subs(…)`, `latex(gradient)`.", given: ["X : R^(n×d)", "y : R^n", "w : R^d", "c : R positive", "r = X*w - y"], expr: "r'*r + c*w'*w", wrt: ["w"], target: "sympy" },
]; // prettier-ignore

const FENCE: Readonly<Record<TargetName, string>> = {
  numpy: "python",
  jax: "python",
  torch: "python",
  julia: "julia",
  matlab: "matlab",
  eigen: "cpp",
  r: "r",
  sympy: "python",
};

function section(e: Example): string {
  const scope = scopeOf(e.given);
  if ("ok" in scope) throw new Error(scope.error.message);
  const { expr } = parseExpression(e.expr);
  const r = deriveCode({
    expr,
    wrt: e.wrt,
    scope,
    target: e.target,
    ...(e.options === undefined ? {} : { options: e.options }),
  });
  if (!r.ok) throw new Error(`${e.title}: ${r.error.message}`);
  const question = [...e.given, "", `${e.expr}    # by ${e.wrt.join(", then ")}`].join("\n");
  return [`### ${e.title}`, e.note, `\`\`\`mcalc\n${question}\n\`\`\``, `\`\`\`${FENCE[e.target]}\n${r.code}\`\`\``]
    .filter((x) => x !== "")
    .join("\n\n");
}

const MARK = "<!-- Examples: generated by scripts/docs-code.ts; change the generator, not what follows. -->";

/** The page, with its examples made anew. */
export function codePage(page: string): string {
  const at = page.indexOf(MARK);
  if (at < 0) throw new Error("docs/code.md has lost the mark before its examples.");
  return `${page.slice(0, at)}${MARK}\n\n${EXAMPLES.map(section).join("\n\n")}\n`;
}

export const PAGE = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "docs", "code.md");

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, codePage(readFileSync(PAGE, "utf8")));
