import assert from "node:assert/strict";
import { provedEqual } from "../../server/calculus";
import { expr, scopeOf } from "../checking/scope";

const SCOPE = scopeOf(
  "A, B, C : R^(n×n)",
  "X : R^(n×n) invertible",
  "S : R^(n×n) symmetric",
  "Q : R^(n×n) orthogonal",
  "T : R^(m×n)",
  "x, y : R^n",
  "W : R^(n×n) skew",
  "c : R",
);

describe("equal by normal form", () => {
  const equal: [string, string][] = [
    ["tr(A*B*C)", "tr(C*A*B)"],
    ["tr(A*B)", "tr((A*B)')"],
    ["x'*A*y", "y'*A'*x"],
    ["(A + B)^2", "A^2 + A*B + B*A + B^2"],
    ["inv(X)*X*A", "A"],
    ["inv(A*X)*A*X", "eye(n)"],
    ["Q'*A*Q*Q'", "Q'*A"],
    ["S*x", "(x'*S)'"],
    ["norm2(x - y)^2", "x'*x - 2*x'*y + y'*y"],
    ["diag(x)*y", "x.*y"],
    ["tr(x*y')", "x'*y"],
    ["kron(A, B)'", "kron(A', B')"],
    ["vec(A*B*C)", "kron(C', A)*vec(B)"],
    ["K(n,n)*vec(A)", "vec(A')"],
    ["T*inv(T'*T)*T'*T", "T"],
    ["(T*inv(T'*T)*T')^2", "T*inv(T'*T)*T'"],
    ["(x - mean(x)*ones(n))'*ones(n)", "0"],
    ["(x'*W*x)^2", "0"],
    ["(x'*(A - A')*x)^2", "0"],
    ["tr(W*S) + tr(S*W*S) + tr(W^3)", "0"],
    ["0.1*c + 0.2*c", "0.3*c"],
    ["1e-15*x'*x + 1e-15*y'*y", "1e-15*(x'*x + y'*y)"],
    ["1e20*c + c - 1e20*c", "c"],
    ["norm2(1e-10*x)^2", "1e-20*x'*x"],
    ["(eye(n) - ones(n)*ones(n)'/n)^2*x", "x - mean(x)*ones(n)"],
  ]; // prettier-ignore
  for (const [a, b] of equal) it(`${a} = ${b}`, () => assert.equal(provedEqual(expr(a), expr(b), SCOPE), true));

  const unequal: [string, string][] = [
    ["tr(A*B*C)", "tr(A*C*B)"],
    ["A*x", "A'*x"],
    ["c*x", "2*c*x"],
    ["A.*B", "A*B"],
    ["1e-20*x'*x", "0"],
    ["1e-15*x'*x", "2e-15*x'*x"],
    ["0.3333333333333333*c", "c/3"],
    ["1e-200*1e-200*c", "0"],
  ]; // prettier-ignore
  for (const [a, b] of unequal) it(`${a} ≠ ${b}`, () => assert.equal(provedEqual(expr(a), expr(b), SCOPE), undefined));
});
