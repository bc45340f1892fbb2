import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { apply, type Expr, name, num } from "../../server/core/ast";
import { readQuestion } from "../../server/tools/question";
import { curvature, type Curvature, type CurvatureAnswer } from "../../server/optima/curvature";
import { evidence } from "../../server/optima/curvature/counterexample";
import { printText } from "../../server/language/print";
import type { Scope } from "../../server/core/scope";

interface Case {
  readonly id: string;
  readonly expr: string;
  readonly wrt: string | readonly string[];
  readonly given: readonly string[];
  readonly expected: Curvature;
  /** Other words that are true. */
  readonly accept?: readonly Curvature[];
}

const FIXTURE = path.join(import.meta.dirname, "../fixtures/curvature.json");
const CASES = JSON.parse(readFileSync(FIXTURE, "utf8")) as readonly Case[];

const listed = (wrt: string | readonly string[]): readonly string[] => (typeof wrt === "string" ? wrt.split(",") : wrt);

function asked(expr: string, wrt: readonly string[], given: readonly string[]) {
  const read = readQuestion({ expr, wrt, given });
  assert.ok(read.ok, JSON.stringify(read));
  const answer = curvature({ expr: read.expr, wrt, scope: read.scope });
  assert.ok(answer.ok, JSON.stringify(answer));
  return { answer, expr: read.expr, scope: read.scope };
}

/** The function with a multiple of |x|²/2 taken off, or taken off from it. */
const without = (f: Expr, modulus: Expr, wrt: readonly string[], turned: boolean): Expr => {
  const squares = wrt.map((w) => apply("pow", apply("norm2", name(w)), num(2))).reduce((a, b) => apply("add", a, b));
  const half = apply("mul", apply("div", modulus, num(2)), squares);
  return turned ? apply("sub", half, f) : apply("sub", f, half);
};

/** What a modulus and a Lipschitz constant say must hold by numbers. */
function constantsHold({ answer, expr, scope }: { answer: CurvatureAnswer; expr: Expr; scope: Scope }, wrt: readonly string[]): void {
  const variables = wrt.map((w) => scope.variables.get(w)!);
  const f = answer.curvature.endsWith("concave") ? apply("neg", expr) : expr;
  for (const [modulus, turned] of [[answer.strong, false], [answer.smooth, true]] as const)
    if (modulus !== undefined) {
      const against = evidence(without(f, modulus, wrt, turned), variables, scope, 3, 12);
      assert.equal(against.convex, undefined, turned ? "the gradient is not so smooth" : "not so strongly convex");
    }
} // prettier-ignore

/** Functions and the word for them, with the variables and what is declared. */
const TABLE: readonly (readonly [expr: string, wrt: string, given: readonly string[], word: Curvature])[] = [
  ["norminf(A*x - b)", "x", ["A : R^(m×n)", "b : R^m", "x : R^n"], "convex"],
  ["-lmax(-X)", "X", ["X : R^(n×n) symmetric"], "concave"],
  ["sum(x./y - log(x./y))", "x", ["x, y : R^n positive"], "strictly convex"],
  ["sum(log(cosh(x)))", "x", ["x : R^n"], "strictly convex"],
  ["sqrt(c^2 + x'*x)", "x", ["x : R^n", "c : R positive"], "strictly convex"],
  ["log(x*y)", "x,y", ["x, y : R positive"], "strictly concave"],
  ["1/(x*y)", "x,y", ["x, y : R positive"], "strictly convex"],
  ["1/(1/x + 1/y)", "x,y", ["x, y : R positive"], "concave"],
  ["exp(x*y)", "x,y", ["x, y : R"], "neither"],
  ["norm2(x)^4", "x", ["x : R^n"], "strictly convex"],
  ["abs(x)^3", "x", ["x : R"], "strictly convex"],
  ["(a'*x)^4", "x", ["a, x : R^n"], "convex"],
  ["tr(inv(X)*A)", "X", ["X, A : R^(n×n) posdef"], "strictly convex"],
  ["tr(inv(X)*A)", "X", ["X : R^(n×n) posdef", "A : R^(n×n) psd"], "convex"],
  ["tr(X*logm(X))", "X", ["X : R^(n×n) posdef"], "strictly convex"],
  ["tr(X^2)", "X", ["X : R^(n×n) symmetric"], "strongly convex"],
  ["log(tr(expm(X)))", "X", ["X : R^(n×n) symmetric"], "convex"],
  ["logdet(A'*X*A)", "X", ["X : R^(n×n) posdef", "A : R^(n×n) invertible"], "strictly concave"],
  ["x'*inv(X)*x", "x,X", ["x : R^n", "X : R^(n×n) posdef"], "convex"],
  ["x^2 + sin(x)", "x", ["x : R"], "strongly convex"],
  ["(x - y)^2 + (y - z)^2 + x^2", "x,y,z", ["x, y, z : R"], "strongly convex"],
  ["norm2(A*x - b)^2", "x", ["A : R^(n×n) invertible", "b, x : R^n"], "strongly convex"],
  ["tr(A*X*B*X')", "X", ["A : R^(m×m) posdef", "B : R^(n×n) posdef", "X : R^(m×n)"], "strongly convex"],
  ["sum((x - y).^2./y)", "x,y", ["x, y : R^n positive"], "convex"],
  ["2^x", "x", ["x : R"], "strictly convex"],
  // The bounds of a factor that varies are no bounds of the product.
  ["log((x'*S*x)^-2)", "S", ["x : R^n", "S : R^(n×n) posdef"], "convex"],
  // A Hessian that is positive where it exists says nothing of what is at a kink.
  ["max(2*x.*(x))", "x", ["x : R^n"], "undecided"],
  ["sign(x)", "x", ["x : R"], "neither"],
  // What holds hangs on the sign of a number that nothing is said of.
  ["c*x^2", "x", ["c, x : R"], "undecided"],
  ["c*norm2(x)^2", "x", ["c : R", "x : R^n"], "undecided"],
  // Concave by Cauchy and Schwarz: not proved, and not called neither.
  ["sum(log(x)) - log(sum(x))", "x", ["x : R^n positive"], "undecided"],
];

describe("curvature", function () {
  this.timeout(30_000);

  for (const c of CASES)
    it(`${c.expr} is ${c.expected} in ${String(c.wrt)} (${c.id})`, () => {
      const wrt = listed(c.wrt);
      const found = asked(c.expr, wrt, c.given);
      assert.ok((c.accept ?? [c.expected]).includes(found.answer.curvature), found.answer.curvature);
      assert.ok(found.answer.reason.length > 0);
      constantsHold(found, wrt);
    });

  for (const [expr, wrt, given, word] of TABLE)
    it(`${expr} is ${word} in ${wrt}`, () => {
      const found = asked(expr, listed(wrt), given);
      assert.equal(found.answer.curvature, word);
      constantsHold(found, listed(wrt));
    });

  it("gives a modulus and a Lipschitz constant", () => {
    const { answer } = asked("norm2(A*x - b)^2 + c*norm2(x)^2", ["x"], ["A : R^(m×n)", "b : R^m", "x : R^n", "c : R positive"]); // prettier-ignore
    assert.equal(printText(answer.strong!), "2*c");
    assert.equal(printText(answer.smooth!), "2*normspec(A)^2 + 2*c");
  });
  it("says why, from the parts to the whole", () => {
    const { answer } = asked("exp(norm2(x)^2)", ["x"], ["x : R^n"]);
    assert.deepEqual(answer.reason, [
      "norm2(x)^2 is strongly convex: a sum of squares of an affine function",
      "exp(norm2(x)^2) is strongly convex: exp is increasing and convex there of a convex function, so convex",
    ]);
  });
  it("gives a counterexample", () => {
    const { answer } = asked("x^3", ["x"], ["x : R"]);
    assert.match(answer.reason[0]!, /^not convex: halfway between x = .* and x = .* its value, .*, is above the mean/);
    assert.match(answer.reason[1]!, /^not concave: .* is below the mean/);
  });
  it("refuses what is no scalar", () => {
    const read = readQuestion({ expr: "A*x", wrt: ["x"], given: ["A : R^(m×n)", "x : R^n"] });
    assert.ok(read.ok);
    const answer = curvature({ expr: read.expr, wrt: ["x"], scope: read.scope });
    assert.deepEqual(answer, { ok: false, error: { code: "not-scalar", message: "This is m×1; only a scalar is convex or concave." } }); // prettier-ignore
  });
});
