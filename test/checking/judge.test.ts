import assert from "node:assert/strict";
import { compareSides } from "../../server/checking/compare";
import { judge } from "../../server/checking/judge";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "./scope";

const DECLARED = [
  "A, B, C : R^(n×n)",
  "S : R^(n×n) symmetric",
  "P : R^(n×n) posdef",
  "Q : R^(n×n) orthogonal",
  "X : R^(m×n)",
  "x, b, u : R^n",
  "y : R^m",
  "w : R^n",
  "c, t : R",
  "p : R positive",
  "z_i : R^n for i = 1..N",
  "r = X*w - y",
  "loss = norm2(r)^2 + c*w'*w",
  "sq(v) = v'*v",
  "same(v) = v",
  "tiny = 1e-20",
];
const scope = scopeOf(...DECLARED);

const verdict = (claim: string) => {
  const [left, right] = claim.split("==").map((s) => expr(s.trim()));
  return judge(left!, right!, scope, { print: printText });
};

describe("what is true is proved or verified", () => {
  for (const claim of [
    "d(x'*A*x)/d(x) == (A+A')*x",
    "d(loss)/d(w) == 2*X'*(X*w - y) + 2*c*w",
    "d(loss)/d(w) == 2*X'*r + 2*c*w",
    "hess(loss, w) == 2*X'*X + 2*c*eye(n)",
    "jac(X*x, x) == X",
    "d(logdet(P))/d(P) == inv(P)",
    "d(tr(A*S))/d(S) == (A+A')/2",
    "d(sum(i in 1..N, norm2(z_i - x)^2))/d(x) == 2*sum(i in 1..N, x - z_i)",
    "d(sum(i in 1..N, norm2(z_i - x)^2))/d(z_2) == 2*(z_2 - x)",
    "grad(sq(x - b), x) == 2*(x - b)",
    "(A*B)' == B'*A'",
    "tr(A*B*C) == tr(C*A*B)",
    "inv(Q) == Q'",
    "inv(A*B) == inv(B)*inv(A)",
    "d(inv(A)) == -inv(A)*d(A)*inv(A)",
    "d(tr(A*inv(X'*X))) == -tr(A*inv(X'*X)*d(X'*X)*inv(X'*X)) + tr(d(A)*inv(X'*X))",
    "d(x'*A*x) == x'*A*d(x) + d(x)'*A*x",
    "d(x'*A*x) == (x+d(x))'*A*(x+d(x)) - x'*A*x",
    "sqrt(p^2) == p",
    "d(r)/d(w) == X",
    "d(norm2(r)^2)/d(r) == 2*r",
    "d(c*x)/d(c) == x",
    "d(x'*A*x)/d(x[1]) == ((A+A')*x)[1]",
    "d(x'*b*c^2)/(d(x)d(c)) == 2*c*b",
    "d(same(x)) == d(x)",
    "d(same(t)) == same'(t)*d(t)",
    "d(same(x))/d(x) == eye(n)",
  ])
    it(claim, () => {
      const v = verdict(claim);
      assert.ok(v.status === "proved" || v.status === "verified", JSON.stringify(v));
    });
});

describe("what is wrong is explained", () => {
  for (const [claim, note, correction] of [
    ["d(tr(X'*y*b'))/d(X) == b*y'", "this is its transpose", "y*b'"],
    ["d(x'*A*x)/d(x) == -(A+A')*x", "the sign is wrong", "(A + A')*x"],
    ["d(norm2(x)^2)/d(x) == x", "it is off by a factor 2", "2*x"],
    ["d(norm2(x)^2/2)/d(x) == 2*x", "it is off by a factor 2", "x"],
    ["d(tr(B*A*B'))/d(B) == (A+A')*B", "A + A' and B should be swapped", "B*(A + A')"],
    ["d(x'*A*x + b'*x)/d(x) == (A+A')*x", "the term b is missing", "(A + A')*x + b"],
    ["d(b'*x)/d(x) == b + u", "the term u should not be there", "b"],
    ["d(loss)/d(w) == 2*X'*(X*w + y) + 2*c*w", "the sign of y should be minus", "2*(X'*r + c*w)"],
    ["(A*B)' == A'*B'", "A' and B' should be swapped", "B'*A'"],
    ["d(x'*A*x) == x'*A*d(x) - d(x)'*A*x", "the sign of dx'*A*x should be plus", undefined],
    ["1e-15*x'*x == 2e-15*x'*x", "it is off by a factor 2", undefined],
  ] as const)
    it(claim, () => {
      const v = verdict(claim);
      assert.equal(v.status, "wrong", JSON.stringify(v));
      assert.equal(v.note, note);
      if (correction !== undefined)
        assert.equal(v.correction === undefined ? undefined : printText(v.correction.expr), correction);
    });
});

describe("what is tiny is not nothing, and what rounding leaves is", () => {
  for (const [claim, status] of [
    ["1e-20*x'*x == 0", /wrong/],
    ["d(1e-20*c^2)/d(c) == 0", /wrong/],
    ["d(1e-20*c^2)/d(c) == 2e-20*c", /proved/],
    ["exp(sin(c)^2 + cos(c)^2) - exp(1) == 0", /verified/],
    ["sqrt(c^2*p^2) - abs(c*p) == 0", /proved|verified/],
    // Third differences, beside zero and not.
    ["d(hess((x - b)'*inv(P)*(x - b) + logdet(P), x))/d(x) == zeros(n^2,n)", /proved/],
    ["d(hess(c^4, c))/d(c) == 24*c", /proved|verified/],
    ["d(hess(c^4, c))/d(c) == 12*c", /wrong/],
    // Beside terms in which it is lost.
    ["x'*x == x'*x + 1e-14*x'*x", /wrong/],
    ["d(1e10*c^2)/d(c) == 2e10*c + 1e-5*c", /wrong/],
    ["c*(sin(c)^2 + cos(c)^2) == c + 1e-12*c", /wrong/],
    ["1e10*c*(sin(c)^2 + cos(c)^2) == 1e10*c", /verified/],
    ["1e10*tanh(c) == 1e10*(exp(2*c) - 1)/(exp(2*c) + 1)", /proved|verified/],
    // Who writes so many digits means what they are rounded from.
    ["x/3 == 0.3333333333333333*x", /verified/],
  ] as const)
    it(claim, () => assert.match(verdict(claim).status, status));
});

describe("what holds under an assumption says so", () => {
  for (const [claim, note] of [
    ["d(x'*A*x)/d(x) == 2*A*x", "holds only if A is symmetric"],
    ["d(tr(A*B*C))/d(B) == A*C", undefined],
    ["sqrt(c^2) == c", "holds only if c is positive"],
    ["inv(A) == A'", "holds only if A is orthogonal"],
    ["A'*B' == A*B", "holds only if A and B are symmetric"],
  ] as const)
    it(claim, () => {
      const v = verdict(claim);
      assert.equal(v.status, note === undefined ? "wrong" : "conditional", JSON.stringify(v));
      if (note !== undefined) assert.equal(v.note, note);
    });
});

describe("constants that rounding swallows are moved to where they show", () => {
  for (const [claim, status] of [
    ["exp(1e-20*x'*x) == 1", "unknown"],
    ["exp(10^(-20)*x'*x) == 1", "unknown"],
    ["exp(x'*x/1e20) == 1", "unknown"],
    ["exp(tiny*x'*x) == 1", "unknown"],
    ["norm2(x) + exp(-60) == norm2(x)", "unknown"],
    ["inv(P + 1e-20*eye(n)) == inv(P)", "unknown"],
    ["tanh(1e9*abs(c)) == 1", "unknown"],
    // What holds for any size of them holds.
    ["sin(1e-7*c)^2 + cos(1e-7*c)^2 == 1", "verified"],
    ["exp(8e-6*c)*exp(4e-6*c) == exp(1.2e-5*c)", "verified"],
    ["sqrt(1e-10*c^2) == 1e-5*abs(c)", "verified"],
  ] as const)
    it(`${claim} is ${status}`, () => assert.equal(verdict(claim).status, status));
});

describe("what cannot be judged is not judged", () => {
  for (const claim of ["f(x) == x", "d(nothing)/d(x) == x", "A*nothing == A", "d(g(x))/d(x) == x"])
    it(claim, () => assert.equal(verdict(claim).status, "unknown"));
});

describe("who asks only how two sides are related", () => {
  const pairs = (
    left: string,
    right: string,
    until?: "different" | "unequal",
  ): readonly [relation: string, n: number] => {
    const { relation, pairs: found } = compareSides(expr(left), expr(right), { scope, ...(until && { until }) });
    return [relation, found.length];
  };

  it("has sides that differ compared at one point, others at all of them", () => {
    assert.deepEqual(pairs("x'*A*x", "x'*B*x"), ["different", 2]);
    assert.deepEqual(pairs("x'*A*x", "x'*B*x", "different"), ["different", 1]);
    assert.deepEqual(pairs("x'*A*x", "x'*B*x", "unequal"), ["different", 1]);
    assert.deepEqual(pairs("x'*A*x", "x'*A'*x", "different"), ["equal", 2]);
    assert.deepEqual(pairs("x'*A*x", "x'*A'*x", "unequal"), ["equal", 2]);
  });

  it("has what differs in the small compared at all points: it may agree to first order", () => {
    assert.deepEqual(pairs("(x + d(x))'*(x + d(x)) - x'*x", "2*x'*d(x)", "different"), ["equal", 2]);
  });

  it("is told of an equation that holds in another layout", () => {
    for (const explain of [true, false])
      assert.equal(
        judge(expr("d(x'*A*x)/d(x)"), expr("x'*(A + A')"), scope, {
          print: printText,
          anyLayout: true,
          prove: false,
          explain,
        }).status,
        "verified",
      );
  });
});
