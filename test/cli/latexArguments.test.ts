import assert from "node:assert/strict";
import { inMcalc } from "../../server/tools/latexArguments";
import { answer } from "../../server/tools/question";
import { printText } from "../../server/language/print";
import { mcalc } from "./run";

const A = "$A \\in \\mathbb{R}^{n\\times n}$";
const x = "$x \\in \\mathbb{R}^n$";

/** The derivative of LaTeX, or what is said instead. */
function derived(expr: string, wrt: string, given: readonly string[]): string {
  const question = inMcalc({ expr, wrt: [wrt], given });
  const answered = "ok" in question ? question : answer(question);
  if (answered.ok) return printText(answered.expr);
  const { code, message, start, end } = answered.error;
  return `${code} “${expr.slice(start, end)}”: ${message}`;
}

describe("LaTeX as an argument", function () {
  this.timeout(30_000);
  const cases: readonly [string, string, readonly string[], string][] = [
    ["$x^\\top A x$", "x", [A, x], "(A + A')*x"],
    ["$$x^{\\mathsf T}Ax$$", "x", [A, x], "(A + A')*x"],
    ["x'*A*x", "x", [A, "x : R^n"], "(A + A')*x"],
    ["$x^\\top A x$", "x", ["A : R^(n×n) symmetric", x], "2*A*x"],
    ["$\\log\\det X$", "X", ["$X \\in \\mathbb{R}^{n\\times n}$, $X \\succ 0$"], "inv(X)"],
    ["$\\|X\\beta - y\\|_2^2$", "\\beta", ["$X\\in\\mathbb{R}^{n\\times d}$", "$\\beta \\in \\mathbb{R}^d$ and $y\\in\\mathbb{R}^n$"], "2*X'*(X*beta - y)"],
    ["$\\|W_{2} x\\|^2$", "$W_2$", ["$W_2\\in\\mathbb{R}^{m\\times n}$", x], "2*W_2*x*x'"],
    ["$\\sum_{i=1}^N (y_i - w^\\top x_i)^2$", "w", ["$x_i \\in \\mathbb{R}^d$", "$w\\in\\mathbb{R}^d$", "$y_i\\in\\mathbb{R}$"], "-2*sum(i in 1..N, (y_i - w'*x_i)*x_i)"],
    ["$f(x) = x^\\top A x$", "x", [A, x], "(A + A')*x"],
    ["$\\frac{1}{2 x^\\top A x$", "x", [A, x], "syntax “{”: A brace is missing: this `{` is never closed."],
    ["$x^\\top \\foo A x$", "x", [A, x], "syntax “\\foo”: `\\foo` is not known."],
    ["$x^\\top B x$", "x", [x], "undeclared “B”: B is not declared; say what it is, for example `B : R^n`."],
  ]; // prettier-ignore
  for (const [expr, wrt, given, wanted] of cases)
    it(`${expr} by ${wrt}`, () => assert.equal(derived(expr, wrt, given), wanted));

  it("on the command line and in a batch", () => {
    const flags = ["--wrt", "x", "--given", A, "--given", x];
    assert.deepEqual(mcalc(["derive", "$x^\\top A x$", ...flags]), { status: 0, out: "(A + A')*x\n", err: "" });
    const line = JSON.stringify({ id: 1, expr: "$x^\\top A x$", wrt: "x", given: [A, x] });
    const { out } = mcalc(["derive", "--batch", "-"], `${line}\n`);
    assert.equal(JSON.parse(out).text, "(A + A')*x");
  });
});
