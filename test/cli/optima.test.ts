import assert from "node:assert/strict";
import { mcalc } from "./run";

const given = (...declarations: string[]): string[] => declarations.flatMap((d) => ["--given", d]);
const RIDGE = ["norm2(X*w - y)^2 + c*w'*w", "--wrt", "w", ...given("X : R^(n×d)", "y : R^n", "w : R^d", "c : R positive")]; // prettier-ignore
const OLS = ["norm2(X*w - y)^2", "--wrt", "w", ...given("X : R^(n×d)", "y : R^n", "w : R^d")];

describe("mcalc solve", function () {
  this.timeout(60_000);

  it("prints the solution, and its conditions as `if` lines", () => {
    assert.deepEqual(mcalc(["solve", ...OLS]), {
      status: 0,
      out: "w = inv(X'*X)*X'*y\nif X'*X is invertible (X has full column rank)\n",
      err: "note: a minimum\n",
    });
  });
  it("in JSON", () => {
    const { ms: _, ...found } = JSON.parse(mcalc(["solve", ...RIDGE, "--json"]).out) as Record<string, unknown>;
    assert.deepEqual(found, {
      ok: true,
      text: "w = inv(X'*X + c*eye(d))*X'*y",
      latex: "w = (X^\\top X + cI_d)^{-1}X^\\top y",
      conditions: [],
      verified: true,
      nature: "minimum",
    });
  });
  it("solves for several variables jointly", () => {
    const { out } = mcalc(["solve", "w'*S*w/2 - l*(ones(n)'*w - 1)", "--wrt", "w", "--wrt", "l", ...given("w : R^n", "S : R^(n×n) posdef", "l : R")]); // prettier-ignore
    assert.equal(out, "w = inv(S)*ones(n)/sum(inv(S))\nl = 1/sum(inv(S))\n");
  });
  it("reads LaTeX between dollars", () => {
    const { out } = mcalc(["solve", "$\\|Aw - b\\|^2$", "--wrt", "w", ...given("$A \\in \\mathbb{R}^{n\\times d}$", "b : R^n", "w : R^d")]); // prettier-ignore
    assert.equal(out, "w = inv(A'*A)*A'*b\nif A'*A is invertible (A has full column rank)\n");
  });
  it("refuses in one sentence", () => {
    const { status, out, err } = mcalc(["solve", "-a'*x", "--wrt", "x", ...given("a, x : R^n")]);
    assert.deepEqual([status, out], [1, ""]);
    assert.match(
      err,
      /^error: The gradient, -a, does not depend on x: there is no stationary point unless it is zero\./,
    );
  });
  it("is misused without a variable", () => assert.equal(mcalc(["solve", "x'*x", ...given("x : R^n")]).status, 2));
});

describe("mcalc curvature", function () {
  this.timeout(60_000);

  it("prints a word, then the reason", () => {
    assert.deepEqual(mcalc(["curvature", "-norm2(x)^2", "--wrt", "x", ...given("x : R^n")]), {
      status: 0,
      out: "strongly concave\nnorm2(x)^2 is strongly convex: a sum of squares of an affine function\nstrong with modulus 2\nits gradient has the Lipschitz constant 2\n",
      err: "",
    });
  });
  it("in JSON", () => {
    const found = JSON.parse(mcalc(["curvature", ...RIDGE, "--json"]).out) as Record<string, unknown>;
    assert.equal(found.curvature, "strongly convex");
    assert.equal(found.strong, "2*c");
    assert.equal(found.smooth, "2*normspec(X)^2 + 2*c");
    assert.ok(Array.isArray(found.reason));
  });
  it("refuses what cannot be read", () => {
    const { status, err } = mcalc(["curvature", "x +* y", "--wrt", "x", ...given("x : R")]);
    assert.equal(status, 1);
    assert.match(err, /^error: /);
  });
});
