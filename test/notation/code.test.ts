import assert from "node:assert/strict";
import { scopeOf } from "../../server/tools/question";
import { apply, name, num } from "../../server/core/ast";
import { parseExpression } from "../../server/language/mcalc/parse";
import { generateCode, TARGETS, type CodeOptions, type TargetName } from "../../server/notation/code";
import { deriveCode } from "../../server/notation/code/derive";
import { wrapped } from "../../server/notation/code/targets/pythonLines";
import { OPERATORS } from "../../server/operators";

function scope(given: string) {
  const s = scopeOf(given.split(";").map((g) => g.trim()));
  assert.ok(!("ok" in s), JSON.stringify(s));
  return s;
}

/** The statements of the function, without its documentation and its shape checks. */
function body(
  given: string,
  expr: string,
  wrt: string,
  options: CodeOptions = {},
  target: TargetName = "numpy",
): string[] {
  const r = deriveCode({ expr: parseExpression(expr).expr, wrt: wrt.split(" "), scope: scope(given), target, options });
  assert.ok(r.ok, r.ok ? "" : r.error.message);
  const lines = r.code.split("\n").map((l) => l.trim());
  const end =
    target === "matlab"
      ? lines.findLastIndex((l) => l.startsWith("assert("))
      : lines.findLastIndex((l) => l.startsWith("assert ") || l.endsWith(".shape"));
  return lines.slice(end + 1).filter((l) => l !== "" && l !== "end" && !l.startsWith("return"));
}

const REGRESSION = "X : R^(n×d); y : R^n; w : R^d";

describe("generated code", () => {
  const cases: readonly [title: string, given: string, expr: string, wrt: string, lines: string[]][] = [
    ["computes what is common once", REGRESSION, "norm2(X*w - y)^2", "w", ["r = X @ w - y", "value = r @ r", "gradient = 2 * (X.T @ r)"]],
    ["scales last, signs last", REGRESSION, "-y'*X*w", "w", ["Xty = X.T @ y", "value = -(Xty @ w)", "gradient = -Xty"]],
    ["keeps the user's own names", `${REGRESSION}; residual = X*w - y`, "residual'*residual", "w", ["residual = X @ w - y", "value = residual @ residual", "gradient = 2 * (X.T @ residual)"]],
    ["multiplies vectors before matrices", "A, B : R^(n×n); x : R^n", "x'*A*B*x", "x", ["z = A @ (B @ x)", "value = x @ z", "gradient = z + B.T @ (A.T @ x)"]],
    ["uses stable forms and Z'Z", REGRESSION, "sum(log(ones(n) + exp(X*w)))", "w w", ["Xw = X @ w", "value = np.logaddexp(0, Xw).sum()", "s = expit(Xw)", "gradient = X.T @ s", "Z = np.sqrt(s * (1 - s))[:, None] * X", "hessian = Z.T @ Z"]],
    ["factors a positive definite matrix once", "S : R^(n×n) posdef; d : R^n", "0.5*d'*inv(S)*d + 0.5*logdet(S)", "S", ["dtype = np.result_type(S, 1.0)", "chol = cho_factor(S)", "z = cho_solve(chol, d)", "value = 0.5 * (d @ z + 2 * np.log(np.diag(chol[0])).sum())", "gradient = 0.5 * (cho_solve(chol, np.eye(n, dtype=dtype)) - np.outer(z, z))"]],
    ["broadcasts in place of diag", "X : R^(m×n); v : R^m", "sum(diag(v)*X)", "v", ["gradient = X.sum(axis=1)", "value = v @ gradient"]],
  ]; // prettier-ignore
  for (const [title, given, expr, wrt, lines] of cases)
    it(title, () => {
      assert.deepEqual(body(given, expr, wrt), lines);
    });

  it("multiplies a sum out where that is cheaper: the gradient of a factorization by itself", () => {
    const given = "T : R^(m×n); U : R^(m×k); V : R^(n×k)";
    assert.deepEqual(body(given, "norm2(T - U*V')^2", "U", { value: false }), [
      "gradient = -2 * (T @ V - U @ (V.T @ V))",
    ]);
    assert.deepEqual(body(given, "norm2(T - U*V')^2", "U"), [
      "R = T - U @ V.T",
      "value = np.vdot(R, R)",
      "gradient = -2 * (R @ V)",
    ]);
  });

  it("fills the blocks of a Kronecker-structured Hessian, or returns the block alone", () => {
    const lines = body("T : R^(m×n); U : R^(m×k); V : R^(n×k)", "norm2(T - U*V')^2", "U U");
    assert.deepEqual(lines.slice(-6), [
      "block = 2 * (V.T @ V)",
      "if not dense:",
      "hessian = np.zeros((k, m, k, m), dtype)",
      "# a view of the blocks that are not zero",
      'np.einsum("iaja->aij", hessian)[:] = block',
      "hessian = hessian.reshape(k * m, k * m)",
    ]);
  });

  it("writes no square root of weights whose sign is not known", () => {
    assert.ok(body(REGRESSION, "sum(sin(X*w))", "w w").every((l) => !l.includes("np.sqrt")));
  });

  it("steps around reserved names", () => {
    const r = deriveCode({
      expr: parseExpression("lambda*np'*in2").expr,
      wrt: ["np"],
      scope: scope("lambda : R; np, in2 : R^n"),
      target: "numpy",
    });
    assert.ok(r.ok && r.code.includes("(lambda_, np_, in2)"), r.ok ? r.code : "");
  });

  it("asks for dimensions that no input has", () => {
    const r = generateCode({
      expr: parseExpression("c*k").expr,
      derivatives: [],
      scope: { ...scope("c : R"), dimensions: new Set(["k"]) },
      target: "numpy",
    });
    assert.ok(r.ok && r.code.includes("(c, k):") && r.code.includes("k : int"), r.ok ? r.code : r.error.message);
  });

  it("gives the same code for the same question", () => {
    const once = () =>
      deriveCode({
        expr: parseExpression("norm2(X*w - y)^3").expr,
        wrt: ["w"],
        scope: scope(REGRESSION),
        target: "jax",
      });
    assert.deepEqual(once(), once());
  });

  it("writes sums over families as products", () => {
    const given = scope("x_i : R^d for i in 1..N; y_i : R for i in 1..N; A_i : R^(k×d) for i in 1..N; w, m : R^d");
    const results = (text: string): readonly string[] => {
      const r = deriveCode({ expr: parseExpression(text).expr, wrt: ["w"], scope: given, target: "numpy" });
      assert.ok(r.ok, r.ok ? "" : r.error.message);
      return [...r.code.matchAll(/^ {4}(?:value|gradient) = (.*)$/gm)].map((line) => line[1]!);
    };
    assert.deepEqual(results("sum(i in 1..N, (x_i'*w - y_i)^2)"), ["r @ r", "2 * (x.T @ r)"]);
    assert.deepEqual(results("sum(i in 1..N, tanh(x_i'*w))"), ["s.sum()", "x.T @ (1 - s**2)"]);
    assert.deepEqual(results("sum(i in 1..N, y_i*x_i'*w)"), ["x.T @ y", "w @ gradient"]);
    // Stacked matrices have three axes: products of one tall matrix.
    assert.deepEqual(results("sum(i in 1..N, norm2(A_i*w)^2)")[1], "2 * (A.reshape(-1, d).T @ Z.reshape(-1))");
    // What no product of arrays is stays a loop.
    const expr = parseExpression("sum(i in 1..N, logdet(A_i'*A_i))").expr;
    const r = generateCode({ expr, derivatives: [], scope: given, target: "numpy" });
    assert.ok(r.ok && r.code.includes("for i in range(1, N + 1)"), r.ok ? r.code : r.error.message);
  });

  describe("sums of Kronecker products without kron", () => {
    const softmax = "X : R^(n×d); W : R^(d×K); Y : R^(n×K)";
    it("adds the blocks of a softmax regression to one product, Z'Z", () => {
      const lines = body(softmax, "sum(logsumexpr(X*W)) - sum(Y.*(X*W))", "W W", { value: false });
      assert.deepEqual(lines, [
        "P = softmax(X @ W, axis=1)",
        "gradient = X.T @ (P - Y)",
        "Z = P[:, :, None] * X[:, None, :]",
        "hessian = (Z.reshape(n, -1).T @ Z.reshape(n, -1)).reshape(K, d, K, d)",
        "np.negative(hessian, out=hessian)",
        "# a view of the blocks that it is added to",
        'np.einsum("abad->abd", hessian)[:] += (Z.reshape(n, -1).T @ X).reshape(K, d, d)',
        "hessian = hessian.reshape(K * d, K * d)",
      ]);
    });

    it("keeps the weights beside an identity", () => {
      const lines = body("U : R^(m×k); V : R^(n×k); M, T : R^(m×n)", "norm2(M.*(T - U*V'))^2", "U U", { value: false });
      assert.ok(lines.join("\n").includes("@ Z.T).reshape(k, k, m)"), lines.join("\n"));
    });

    it("writes several into one array, permuted ones as well", () => {
      const lines = body("A : R^(n×n); B : R^(d×d); X : R^(n×d)", "tr(X'*A*X*B)", "X X", { value: false });
      assert.deepEqual(lines.slice(1), [
        "Z = B.T[:, None, :, None] * A[None, :, None, :]",
        "hessian = (Z + B[:, None, :, None] * A.T[None, :, None, :]).reshape(d * n, d * n)",
      ]);
      assert.deepEqual(body("X : R^(n×n) invertible", "logdet(X)", "X X", { value: false }).slice(2), [
        "hessian = (",
        "(-X_inv[:, None, None, :] * gradient[None, :, :, None]).reshape(n**2, n**2)",
        ")",
      ]);
    });

    it("never forms kron where it meets a vector", () => {
      const lines = body("A : R^(n×n); B : R^(m×m); x : R^(n*m)", "x'*kron(A, B)*x", "x");
      assert.ok(!/kron|zeros/.test(lines.join("\n")), lines.join("\n"));
    });
  });

  it("gives rows one axis", () => {
    const r = generateCode({
      expr: parseExpression("r*A*r'").expr,
      derivatives: [],
      scope: scope("r : R^(1×n); A : R^(n×n)"),
      target: "numpy",
    });
    assert.ok(r.ok && r.code.includes("value = r @ (A @ r)"), r.ok ? r.code : r.error.message);
  });

  it("refuses a derivative that is not taken", () => {
    const e = { kind: "derivative" as const, of: name("y"), wrt: [name("y")] };
    const r = generateCode({ expr: e, derivatives: [], scope: scope(REGRESSION), target: "numpy" });
    assert.deepEqual(r, {
      ok: false,
      error: { code: "unsupported", message: "A derivative must be taken before it can be written as code." },
    });
  });

  it("adds a gradient check on request", () => {
    for (const target of TARGETS) {
      const r = deriveCode({
        expr: parseExpression("norm2(X*w - y)^2").expr,
        wrt: ["w"],
        scope: scope(REGRESSION),
        target,
        options: { test: true },
      });
      // SymPy gets formulas, no function that could be run.
      assert.equal(r.ok && r.code.includes("check_derivative"), target !== "sympy", target);
    }
  });

  describe("every operator has code in every target", () => {
    const given = scope("A : R^(n×n); x, y : R^n; c : R");
    for (const o of OPERATORS) {
      const arg = o.ofDimensions
        ? name("n")
        : o.name === "pow" || o.group === "matrix" || /^(?:tr|det|logdet|lmax)$/.test(o.name)
          ? name("A")
          : name("x");
      const args =
        o.name === "pow" || o.name === "hpow"
          ? [arg, num(2)]
          : o.name === "mul" || o.name === "div"
            ? [arg, name("c")]
            : Array.from({ length: o.arity[0] }, (_, i) => (i > 0 && arg.name === "x" ? name("y") : arg));
      it(o.name, () => {
        for (const target of TARGETS) {
          const r = generateCode({ expr: apply(o.name, ...args), derivatives: [], scope: given, target });
          if (target === "sympy" && !r.ok) {
            assert.equal(r.error.message, `SymPy's matrix expressions have no "${o.name}".`);
            continue;
          }
          assert.ok(r.ok, `${target}: ${r.ok ? "" : r.error.message}`);
          assert.ok(!/undefined|NaN|\[object/.test(r.code), r.code);
        }
      });
    }
  });

  describe("a function that a language does not have", () => {
    const given = scope("x : R^n; c : R");
    const line = (target: TargetName, text: string): string => {
      const r = generateCode({ expr: parseExpression(text).expr, derivatives: [], scope: given, target });
      return r.ok ? (/^ *value (?:=|<-) (.*?);?$/m.exec(r.code)?.[1] ?? r.code) : r.error.message;
    };
    const written: readonly [target: TargetName, formula: string, line: string][] = [
      ["numpy", "sum(cbrt(x))", "np.cbrt(x).sum()"],
      ["julia", "sum(cbrt(x))", "sum(cbrt.(x))"],
      ["matlab", "sum(cbrt(x))", "sum(nthroot(x, 3))"],
      ["r", "sum(cbrt(x))", "sum(sign(x) * abs(x)^(1 / 3))"],
      ["torch", "silu(x)", "x * torch.sigmoid(x)"],
      ["julia", "sum(normcdf(x))", "sum((1 .+ erf.(x / sqrt(2))) / 2)"],
      ["torch", "sum(lgamma(x))", "torch.lgamma(x).sum()"],
      ["r", "gelu(c)", "c * pnorm(c)"],
      ["numpy", "arcsin(c) + sign(c)", "np.arcsin(c) + np.sign(c)"],
    ];
    for (const [target, formula, expected] of written)
      it(`${formula} in ${target} is written by what it has`, () => assert.equal(line(target, formula), expected));
  });

  it("breaks long lines of Python inside brackets, operators in front", () => {
    const cases: readonly [line: string, broken: string[]][] = [
      ["r = X @ w - y", ["r = X @ w - y"]],
      [
        `gradient = ${"a".repeat(40)} + ${"c".repeat(30)} - ${"d".repeat(30)}`,
        ["gradient = (", `    ${"a".repeat(40)}`, `    + ${"c".repeat(30)}`, `    - ${"d".repeat(30)}`, ")"],
      ],
      [
        `hessian = Z.reshape(n, -1) @ ${"x".repeat(80)}`,
        ["hessian = (", "    Z.reshape(n, -1)", `    @ ${"x".repeat(80)}`, ")"],
      ],
      [
        `assert X.shape == (n, d), f"${"x".repeat(70)}"`,
        ["assert X.shape == (n, d), (", `    f"${"x".repeat(70)}"`, ")"],
      ],
      [
        `np.einsum("abad->abd", hessian)[:] = ${"y".repeat(60)}`,
        ['np.einsum("abad->abd", hessian)[:] = (', `    ${"y".repeat(60)}`, ")"],
      ],
    ];
    for (const [line, broken] of cases) assert.deepEqual(wrapped(line, "    "), broken);
  });
});
