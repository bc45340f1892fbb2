import assert from "node:assert/strict";
import { derive } from "../../server/calculus";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "../checking/scope";

function derivative(text: string, wrt: string, ...lines: readonly string[]): string {
  const r = derive({ expr: expr(text), wrt: wrt.split(" "), scope: scopeOf(...lines) });
  return r.ok ? printText(r.expr) : r.error.message;
}

const DATA = ["x : R^n", "A : R^(n×n)", "B : R^(m×n)", "y : R^m"];
const SOFTMAX = ["w_d : R^n for d = 1..D", "x : R^n"];
const CHAIN = ["z_t : R^n for t = 1..T", "A : R^(n×n)", "Q : R^(n×n) posdef"];
const MIXTURE = ["x : R^n", "p : R^K positive", "m_k : R^n for k = 1..K", "S_k : R^(n×n) posdef for k = 1..K"];

describe("derivatives by members and entries, and through sums that run", () => {
  const table: [text: string, wrt: string, expected: string, ...lines: string[]][] = [
    // by entries, rows and columns
    ["x'*A*x", "A[i,j]", "x[i]*x[j]", ...DATA],
    ["x[i]^2*x[j]", "x[i]", "x[i]*(2*x[j] + x[i]*eye(n)[i,j])", ...DATA],
    ["norm2(B*x - y)^2", "B[i,j]", "2*x[j]*(x'*B[i,:]' - y[i])", ...DATA],
    ["norm2(B*x - y)^2", "B[:,j]", "2*x[j]*(B*x - y)", ...DATA],
    ["norm2(B*x - y)^2", "x[1]", "2*B[:,1]'*(B*x - y)", ...DATA],
    ["(B*x)[i]", "x", "B[i,:]'", ...DATA],
    ["vec(A)[1]", "A", "eye(n)[:,1]*eye(n)[:,1]'", ...DATA],
    ["x'*S*x", "S[1,2]", "The entries of S are not independent, so nothing is derived by S[1,2]; derive by S.", "x : R^n", "S : R^(n×n) symmetric"],
    // by members of families
    ["exp(w_a'*x)/sum(d in 1..D, exp(w_d'*x))", "w_a", "exp(w_a'*x)*(1 - exp(w_a'*x)/sum(d in 1..D, exp(w_d'*x)))*x/sum(d in 1..D, exp(w_d'*x))", ...SOFTMAX],
    ["-log(exp(w_a'*x)/sum(d in 1..D, exp(w_d'*x)))", "w_b", "(exp(w_b'*x)/sum(d in 1..D, exp(w_d'*x)) - eye(D)[a,b])*x", ...SOFTMAX],
    ["log(sum(d in 1..D, exp(w_d'*x)))", "x", "sum(d in 1..D, exp(w_d'*x)*w_d)/sum(d in 1..D, exp(w_d'*x))", ...SOFTMAX],
    // sums that begin later, and neighbours
    ["-0.5*sum(t in 2..T, (z_t - A*z_(t-1))'*inv(Q)*(z_t - A*z_(t-1)))", "A", "inv(Q)*sum(t in 1..T - 1, (z[t + 1] - A*z_t)*z_t')", ...CHAIN],
    ["sum(i in 1..n, sum(i in 1..n, A[i,i])*x[i])", "A", "sum(x)*eye(n)", ...DATA],
    ["sum(i in 1..n, i*x[i])", "x", "sum(i in 1..n, i*eye(n)[:,i])", ...DATA],
    // through inverses and determinants
    ["sum(i in 1..N, logdet(S + x_i*x_i'))", "S", "sum(i in 1..N, inv(S + x_i*x_i'))", "S : R^(n×n) posdef", "x_i : R^n for i = 1..N"],
    ["sum(k in 1..K, x'*inv(S_k)*x)", "x", "2*sum(k in 1..K, inv(S_k)*x)", ...MIXTURE],
    ["sum(k in 1..K, x'*inv(S_k)*x)", "S_j", "-inv(S_j)*x*x'*inv(S_j)", ...MIXTURE],
  ]; // prettier-ignore
  for (const [text, wrt, expected, ...lines] of table)
    it(`${text} by ${wrt}`, () => assert.equal(derivative(text, wrt, ...lines), expected));

  const right: [text: string, wrt: string, ...lines: string[]][] = [
    ["log(sum(k in 1..K, p[k]*exp(-(x - m_k)'*inv(S_k)*(x - m_k)/2)/sqrt(det(S_k))))", "x", ...MIXTURE],
    ["log(sum(k in 1..K, p[k]*exp(-(x - m_k)'*inv(S_k)*(x - m_k)/2)/sqrt(det(S_k))))", "m_j", ...MIXTURE],
    ["log(sum(k in 1..K, p[k]*exp(-(x - m_k)'*inv(S_k)*(x - m_k)/2)/sqrt(det(S_k))))", "p", ...MIXTURE],
    ["log(sum(k in 1..K, p[k]*exp(-(x - m_k)'*inv(S_k)*(x - m_k)/2)/sqrt(det(S_k))))", "S_j", ...MIXTURE],
    ["log(sum(d in 1..D, exp(w_d'*x)))", "x x", ...SOFTMAX],
    ["sum(i in 1..n-1, (x[i+1] - x[i])^2)", "x", ...DATA],
    ["sum(i in 2..n, x[i]*x[i-1]^2)", "x[2]", ...DATA],
    ["sum(t in 2..T, norm2(z_t - A*z_(t-1))^2)", "z_s", ...CHAIN],
    ["sum(t in 2..T-1, z_(t+1)'*A*z_(t-1))", "z_2", ...CHAIN],
  ]; // prettier-ignore
  for (const [text, wrt, ...lines] of right)
    it(`${text} by ${wrt} is found, and confirmed by numbers`, () => {
      const r = derive({ expr: expr(text), wrt: wrt.split(" "), scope: scopeOf(...lines) });
      assert.ok(r.ok && r.verified, r.ok ? "" : r.error.message);
    });
});
