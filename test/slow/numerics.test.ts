import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { scopeOf } from "../../server/tools/question";
import { parseExpression } from "../../server/language/mcalc/parse";
import { deriveCode } from "../../server/notation/code/derive";

/** Debian's Python, which has Debian's packages. */
const PYTHON = process.env["PYTHON"] ?? "/usr/bin/python3";

const REGRESSION = "X : R^(m×n); w : R^n; y : R^m nonneg; r : R positive";
/** A matrix whose singular values are 1 and 1e-9, by rotations. */
const ILL =
  "np.array([[0.6, -0.8], [0.8, 0.6], [0, 0]]) @ np.diag([1, 1e-9]) @ np.array([[0.28, 0.96], [-0.96, 0.28]])";

/** Where formulas are exact and plain code is not: inputs in NumPy, and what must hold of the results. */
const cases: readonly [title: string, given: string, expr: string, wrt: string, args: string, holds: string][] = [
  ["negative binomial, far out", REGRESSION, "sum((y + r*ones(m)).*log(r*ones(m) + exp(X*w)) - y.*(X*w))", "w w",
    "np.eye(2), np.array([1000.0, -1000.0]), np.array([3.0, 2.0]), 2.0", // z = ±1000: (y+r)(z) - yz and (y+r) log r - yz
    "np.isclose(out[0], 5 * 1000 - 3000 + 4 * np.log(2) + 2000) and np.allclose(out[1], [2, -2]) and np.isfinite(out[2]).all()"],
  ["logarithm of cosh", "x : R^n", "sum(log(cosh(x)))", "x", "np.array([1000.0, -2000.0])", "np.isclose(out[0], 3000 - 2 * np.log(2)) and np.allclose(out[1], [1, -1])"],
  ["two exponentials", "a, b, x : R^n", "log(exp(a'*x) + exp(b'*x))", "x", "np.array([900.0, 1]), np.array([900.0, 2]), np.array([1.0, 0])", "np.isclose(out[0], 900 + np.log(2)) and np.allclose(out[1], [900, 1.5])"],
  ["a mixture far away", "x : R^d; m_k : R^d for k=1..K; p_k : R positive for k=1..K", "log(sum(k in 1..K, p_k*exp(-norm2(x - m_k)^2/2)))", "x", "np.array([100.0, 0]), np.array([[0.0, 0], [1, 0]]), np.array([0.5, 0.5])", "np.isclose(out[0], -99**2 / 2 + np.log(0.5)) and np.allclose(out[1], [-99, 0])"],
  ["nuclear norm, singular values 1 and 1e-9", "X : R^(m×n)", "normnuc(X)", "X", ILL, "np.isclose(out[0], 1 + 1e-9, rtol=1e-12) and np.allclose(out[1].T @ out[1], np.eye(2), atol=1e-6)"],
  ["Procrustes, singular values 1 and 1e-9", "X, B : R^(m×n); t : R", "tr(t*X*inv(sqrtm(X'*X))*B')", "t", `${ILL}, np.ones((3, 2)), 1.0`, "np.isclose(out[1], np.sum(np.array([[0.6, -0.8], [0.8, 0.6]]) @ np.array([[0.28, 0.96], [-0.96, 0.28]])), atol=1e-6)"],
  ["determinant of a singular matrix", "X : R^(n×n)", "det(X)", "X", "np.array([[1.0, 2], [2, 4]])", "abs(out[0]) < 1e-12 and np.allclose(out[1], [[4, -2], [-2, 1]])"],
  ["determinant of the zero matrix", "X : R^(n×n)", "det(X)", "X", "np.zeros((3, 3))", "out[0] == 0 and np.allclose(out[1], 0)"],
  ["logarithm of a negative determinant", "X : R^(n×n)", "log(det(X))", "X", "np.diag([1.0, -1])", "np.isnan(out[0]) and np.allclose(out[1], np.diag([1, -1]))"],
  ["log-determinant of a large matrix", "X : R^(n×n) invertible", "logdet(X)", "X", "1e3 * np.eye(400)", "np.isclose(out[0], 400 * np.log(1e3))"],
  ["sigmoids far out", "x : R^n", "sum(log(sigmoid(x)))", "x", "np.array([-1000.0, 1000])", "out[0] == -1000 and np.allclose(out[1], [1, 0])"],
]; // prettier-ignore

describe("generated code where plain code loses all digits", () => {
  const present = spawnSync(PYTHON, ["-c", "import numpy, scipy"]).status === 0;
  for (const [title, given, expr, wrt, args, holds] of cases)
    it(title, function () {
      if (!present) this.skip();
      const scope = scopeOf(given.split(";").map((g) => g.trim()));
      assert.ok(!("ok" in scope));
      const options = { name: "f" };
      const code = deriveCode({
        expr: parseExpression(expr).expr,
        wrt: wrt.split(" "),
        scope,
        target: "numpy",
        options,
      });
      assert.ok(code.ok, code.ok ? "" : code.error.message);
      const program = `${code.code}\nimport numpy as np\nnp.seterr(over="raise")\nout = f(${args})\nassert ${holds}, out\n`;
      const { status, stderr } = spawnSync(PYTHON, ["-W", "ignore", "-c", program], { encoding: "utf8" });
      assert.equal(status, 0, `${code.code}\n${stderr}`);
    });
});
