import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { apply, type Expr } from "../../server/core/ast";
import { readQuestion } from "../../server/tools/question";
import { parseExpression } from "../../server/language/mcalc/parse";
import { printText } from "../../server/language/print";
import { conditionText } from "../../server/optima/stationary/conditions";
import { stationaryPoint } from "../../server/optima/stationary";
import { holds } from "../../server/optima/stationary/verify";

interface Case {
  readonly id: string;
  readonly expr: string;
  readonly wrt: string | readonly string[];
  readonly given: readonly string[];
  /** By hand; `null` where there is no closed form. */
  readonly expected: string | Readonly<Record<string, string>> | null;
  /** The solution as `vec(X)`, where only that can be written. */
  readonly vec?: string;
}

const FIXTURE = path.join(import.meta.dirname, "../fixtures/solve.json");
const CASES = JSON.parse(readFileSync(FIXTURE, "utf8")) as readonly Case[];

const listed = (wrt: string | readonly string[]): readonly string[] => (typeof wrt === "string" ? wrt.split(",") : wrt);

function asked(expr: string, by: string | readonly string[], given: readonly string[]) {
  const wrt = listed(by);
  const read = readQuestion({ expr, wrt, given });
  assert.ok(read.ok, JSON.stringify(read));
  return { answer: stationaryPoint({ expr: read.expr, wrt, scope: read.scope }), scope: read.scope };
}

const text = (s: { readonly left: Expr; readonly right: Expr }): string =>
  `${printText(s.left)} = ${printText(s.right)}`;

/** Functions, and where their gradient is zero: a line for each variable, then the conditions. */
const TABLE: readonly (readonly [expr: string, wrt: string, given: readonly string[], lines: readonly string[]])[] = [
  ["norm2(X*w - y)^2", "w", ["X : R^(n×d)", "y : R^n", "w : R^d"], ["w = inv(X'*X)*X'*y", "if X'*X is invertible (X has full column rank)"]],
  ["norm2(A*X*B - C)^2", "X", ["A : R^(m×p)", "X : R^(p×q)", "B : R^(q×n)", "C : R^(m×n)"], ["X = inv(A'*A)*A'*C*B'*inv(B*B')", "if A'*A is invertible (A has full column rank)", "if B*B' is invertible (B has full row rank)"]],
  ["tr((eye(n) - K*H)*P*(eye(n) - K*H)' + K*R*K')", "K", ["K : R^(n×m)", "H : R^(m×n)", "P : R^(n×n) posdef", "R : R^(m×m) posdef"], ["K = P*H'*inv(H*P*H' + R)"]],
  ["N/2*logdet(S) + tr(inv(S)*E)/2", "S", ["S, E : R^(n×n) posdef", "N : R positive"], ["S = E/N"]],
  ["sum(x)*log(p) + (n - sum(x))*log(1 - p)", "p", ["x : R^n positive", "p : R positive"], ["p = sum(x)/n"]],
  ["sum(i in 1..N, norm2(x_i - u)^2)", "u", ["x_i : R^d for i = 1..N", "u : R^d"], ["u = sum(i in 1..N, x_i)/N"]],
  ["x*log(x) - c*x", "x", ["x : R positive", "c : R"], ["x = exp(c - 1)"]],
  ["a*x^2 + b/x", "x", ["x, a, b : R positive"], ["x = (0.5*b/a)^(1/3)"]],
  ["sum(k.*log(x)) - l*(sum(x) - 1)", "x,l", ["k, x : R^n positive", "l : R"], ["x = k/sum(k)", "l = sum(k)"]],
  ["n/2*log(t) - t*norm2(y - X*w)^2/2", "t", ["X : R^(n×d)", "y : R^n", "w : R^d", "t : R positive"], ["t = n/norm2(y - X*w)^2", "if norm2(y - X*w)^2 is not zero", "if n/norm2(y - X*w)^2 is positive"]],
  ["n/2*log(s) + norm2(y - X*w)^2/(2*s)", "w,s", ["X : R^(n×d)", "y : R^n", "w : R^d", "s : R positive"], ["w = inv(X'*X)*X'*y", "s = norm2(y - X*inv(X'*X)*X'*y)^2/n", "if X'*X is invertible (X has full column rank)", "if norm2(y - X*inv(X'*X)*X'*y)^2/n is positive"]],
  ["sum(i in 1..N, norm2(x_i - A*z_i)^2)", "A", ["x_i : R^k for i = 1..N", "z_i : R^d for i = 1..N", "A : R^(k×d)"], ["A = sum(i in 1..N, x_i*z_i')*inv(sum(i in 1..N, z_i*z_i'))", "if sum(i in 1..N, z_i*z_i') is invertible"]],
  ["-sum(p.*log(p)) + l*(sum(p) - 1)", "p,l", ["p : R^n positive", "l : R"], ["p = ones(n)/n", "l = 1 - log(n)"]],
  ["sum(log(cosh(x - a)))", "x", ["x, a : R^n"], ["x = a"]],
  // Values that have names, which the expression uses or only could.
  ["norm2(r)^2", "w", ["X : R^(n×d)", "y : R^n", "w : R^d", "r = X*w - y"], ["w = inv(X'*X)*X'*y", "if X'*X is invertible (X has full column rank)"]],
  ["norm2(X*w - y)^2", "w", ["X : R^(n×d)", "y : R^n", "w : R^d", "r = X*w - y"], ["w = inv(X'*X)*X'*y", "if X'*X is invertible (X has full column rank)"]],
  ["softplus(x) - p*x", "x", ["x, p : R"], ["x = log(p/(1 - p))", "if 1 - p is not zero", "if p/(1 - p) is positive"]],
]; // prettier-ignore

/** Functions without a closed form, and what is said. */
const REFUSED: readonly (readonly [expr: string, wrt: string, given: readonly string[], message: RegExp])[] = [
  ["a'*x", "x", ["a, x : R^n"], /^The gradient, a, does not depend on x/],
  ["logdet(X)", "X", ["X : R^(n×n) posdef"], /zero for no X/],
  ["x'*A*x/(x'*x)", "x", ["A : R^(n×n) symmetric", "x : R^n"], /^There is no closed form/],
  ["sum(softplus(X*w)) - y'*X*w", "w", ["X : R^(n×d)", "y : R^n", "w : R^d"], /^There is no closed form/],
  // Zero along a curve, and at a point beside it.
  ["(a - x*y)^2", "x,y", ["a, x, y : R"], /no closed form|along a curve/],
  // At zero, and at two other points.
  ["x^4 - x^2", "x", ["x : R"], /^There is no closed form/],
  // A matrix of rank one has no inverse.
  ["(a'*x)^2 - b'*x", "x", ["a, b, x : R^n"], /no closed form|compared with numbers/],
  ["A*x", "x", ["A : R^(m×n)", "x : R^n"], /only a scalar/],
];

describe("stationary points", function () {
  this.timeout(60_000);

  for (const c of CASES)
    it(`${c.expr}${c.expected === null ? " has no closed form" : ""} (${c.id})`, () => {
      const { answer, scope } = asked(c.expr, c.wrt, c.given);
      const byHand = c.expected ?? (answer.ok ? c.vec : undefined);
      if (byHand === undefined) {
        assert.equal(answer.ok, false);
        return;
      }
      assert.ok(answer.ok, JSON.stringify(answer));
      const expected = typeof byHand === "string" ? { [listed(c.wrt)[0]!]: byHand } : byHand;
      assert.equal(answer.solutions.length, Object.keys(expected).length);
      for (const [i, right] of Object.values(expected).entries()) {
        const difference = apply("sub", answer.solutions[i]!.right, parseExpression(right).expr);
        assert.equal(holds([difference], new Map(), scope), true, text(answer.solutions[i]!));
      }
    });

  for (const [expr, wrt, given, lines] of TABLE)
    it(`${expr}: ${lines[0]!}`, () => {
      const { answer } = asked(expr, wrt, given);
      assert.ok(answer.ok, JSON.stringify(answer));
      assert.deepEqual(
        [...answer.solutions.map(text), ...answer.conditions.map((c) => `if ${conditionText(c, printText)}`)],
        lines,
      );
    });

  for (const [expr, wrt, given, message] of REFUSED)
    it(`refuses ${expr} in ${wrt}`, () => {
      const { answer } = asked(expr, wrt, given);
      assert.ok(!answer.ok, JSON.stringify(answer));
      assert.match(answer.error.message, message);
    });
});
