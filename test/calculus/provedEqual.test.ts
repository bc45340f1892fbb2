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
    ["(eye(n) - ones(n)*ones(n)'/n)^2*x", "x - mean(x)*ones(n)"],
  ]; // prettier-ignore
  for (const [a, b] of equal) it(`${a} = ${b}`, () => assert.equal(provedEqual(expr(a), expr(b), SCOPE), true));

  const unequal: [string, string][] = [
    ["tr(A*B*C)", "tr(A*C*B)"],
    ["A*x", "A'*x"],
    ["c*x", "2*c*x"],
    ["A.*B", "A*B"],
  ]; // prettier-ignore
  for (const [a, b] of unequal) it(`${a} ≠ ${b}`, () => assert.equal(provedEqual(expr(a), expr(b), SCOPE), undefined));
});
