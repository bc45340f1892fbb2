import assert from "node:assert/strict";
import { derive } from "../../server/calculus";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "../checking/scope";

/** The derivative as text, or why it is refused. */
function derivative(text: string, wrt: string, ...lines: readonly string[]): string {
  const r = derive({ expr: expr(text), wrt: wrt.split(" "), scope: scopeOf(...lines) });
  return r.ok ? printText(r.expr) : `${r.error.code}: ${r.error.message}`;
}

const REGRESSION = ["X : R^(m×n)", "y : R^m", "w : R^n"];

describe("the derivative reads as a person writes it", () => {
  const table: [text: string, wrt: string, expected: string, ...lines: string[]][] = [
    // gradients
    ["x'*A*x", "x", "(A + A')*x", "x : R^n", "A : R^(n×n)"],
    ["x'*S*x", "x", "2*S*x", "x : R^n", "S : R^(n×n) symmetric"],
    ["tr(X*B*X')", "X", "X*(B + B')", "X : R^(m×n)", "B : R^(n×n)"],
    ["tr(A*inv(X))", "X", "-(inv(X)*A*inv(X))'", "A, X : R^(n×n)"],
    ["logdet(X)", "X", "inv(X)'", "X : R^(n×n)"],
    ["det(X)", "X", "det(X)*inv(X)'", "X : R^(n×n)"],
    ["tr(X^4)", "X", "4*X'^3", "X : R^(n×n)"],
    ["norm2(X*w - y)^2", "w", "2*X'*(X*w - y)", ...REGRESSION],
    ["norm2(X*w - y)", "w", "X'*(X*w - y)/norm2(X*w - y)", ...REGRESSION],
    ["sum(exp(X*w))", "w", "X'*exp(X*w)", ...REGRESSION],
    ["max(x)", "x", "hardmax(x)", "x : R^n"],
    ["tr(expm(X))", "X", "expm(X)'", "X : R^(n×n)"],
    ["expm(t*A)", "t", "A*expm(t*A)", "A : R^(n×n)", "t : R"],
    ["sqrtm(X)", "X", "inv(kron(eye(n), sqrtm(X)) + kron(sqrtm(X), eye(n)))", "X : R^(n×n) posdef"],
    ["vec(X)'*kron(A, B)*vec(X)", "X", "B'*X*A + B*X*A'", "X : R^(m×n)", "A : R^(n×n)", "B : R^(m×m)"],
    // Kronecker products that do not change stand as they were written
    ["norm2(kron(A, B)*x - y)^2", "x", "2*kron(A, B)'*(kron(A, B)*x - y)", "A : R^(m×n)", "B : R^(p×q)", "x : R^(n*q)", "y : R^(m*p)"],
    ["x'*kron(S, T)*x", "x", "2*kron(S, T)*x", "S : R^(m×m) symmetric", "T : R^(p×p) symmetric", "x : R^(m*p)"],
    // numbers are exact, and written as they were
    ["1e-20*a^2", "a", "2e-20*a", "a : R"],
    ["1e-5*a^2", "a", "2e-5*a", "a : R"],
    ["a^2/50000 + b^2*a/3", "a", "a/25000 + b^2/3", "a, b : R"],
    ["0.1*a + 0.2*a - 0.3*a", "a", "0", "a : R"],
    ["norm2(1e-10*x)^2", "x", "2e-20*x", "x : R^n"],
    ["exp(-a^2/1000)", "a", "-a*exp(-a^2/1000)/500", "a : R"],
    ["10^-12*a^2", "a", "2e-12*a", "a : R"],
    ["a^0.1", "a", "0.1/a^0.9", "a : R positive"],
    ["a^3.141592653589793", "a", "3.141592653589793*a^2.141592653589793", "a : R positive"],
    ["0.12345678901234567*a^2/3", "a", "0.08230452600823043*a", "a : R"],
    ["1e150*a^2*1e150", "a", "2e+300*a", "a : R"],
    // powers and matrix functions
    ["tr(X^p)", "X", "p*(X^(p - 1))'", "X : R^(n×n)", "p : R"],
    ["tr((X'*X)^(p/2))", "X", "p*X*(X'*X)^(0.5*p - 1)", "X : R^(m×n)", "p : R"],
    ["tr((X*X')^(1/2))", "X", "inv(sqrtm(X*X'))*X", "X : R^(m×n)"],
    ["tr(S^p)", "p", "tr(S^p*logm(S))", "S : R^(n×n) posdef", "p : R"],
    ["logdet(S^p)", "S", "p*inv(S)", "S : R^(n×n) posdef", "p : R"],
    ["(A + x*B)^p", "x", "[eye(n); zeros(n,n)]'*[A + x*B, B; zeros(n,n), A + x*B]^p*[zeros(n,n); eye(n)]", "A, B : R^(n×n)", "x, p : R"],
    ["tr(A*expm(X))", "X", "[zeros(n,n); eye(n)]'*expm([X, A; zeros(n,n), X])'*[eye(n); zeros(n,n)]", "A, X : R^(n×n)"],
    ["norm2(logm(S))^2", "S", "logm(S)*inv(S) + inv(S)*logm(S)", "S : R^(n×n) posdef"],
    // joins that undo each other
    ["norm2(kron(A, eye(n)) + K(n,n))^2", "A", "2*(n*A + eye(n))", "A : R^(n×n)"],
    // shorter
    ["log(abs(det(W)))", "W", "inv(W)'", "W : R^(n×n)"],
    ["a'*S*b/sqrt(a'*A*a*(b'*B*b))", "a", "(S*b - a'*S*b*A*a/(a'*A*a))/sqrt(a'*A*a*(b'*B*b))", "a, b : R^n", "S : R^(n×n)", "A, B : R^(n×n) posdef"],
    ["sum(g in 1..M, norm2(A_g*x))", "x", "sum(g in 1..M, A_g'*A_g*x/norm2(A_g*x))", "A_g : R^(p×n) for g = 1..M", "x : R^n"],
    ["sum(exp(-0.5*x.^2))", "x x", "diag(exp(-0.5*x.^2).*(x.^2 - ones(n)))", "x : R^n"],
    ["X*B*X", "X", "kron(eye(m), X*B) + kron(X*B', eye(m))", "X : R^(m×m) symmetric", "B : R^(m×m)"],
    // functions that nobody defined act entry by entry
    ["f(x)'*A*f(x)", "x", "f'(x).*((A + A')*f(x))", "x : R^n", "A : R^(n×n)"],
    // known functions
    ["-y'*log(sigmoid(X*w)) - (ones(m) - y)'*log(ones(m) - sigmoid(X*w))", "w", "X'*(sigmoid(X*w) - y)", ...REGRESSION],
    ["sum(log(ones(m) + exp(X*w)))", "w", "X'*sigmoid(X*w)", ...REGRESSION],
    ["log(sum(exp(x)))", "x", "softmax(x)", "x : R^n"],
    // quotients
    ["a/(a + b)", "a", "b/(a + b)^2", "a, b : R"],
    ["log(a/(a + b))", "a", "b/(a*(a + b))", "a, b : R positive"],
    ["exp(x)/(exp(x) + exp(y))", "x", "exp(x)*exp(y)/(exp(x) + exp(y))^2", "x, y : R"],
    ["x/(1 + x^2)", "x", "(1 - x^2)/(1 + x^2)^2", "x : R"],
    ["x/sqrt(1 + x^2)", "x", "1/sqrt(1 + x^2)^3", "x : R"],
    ["k*log(p) + (n - k)*log(1 - p)", "p", "k/p - (n - k)/(1 - p)", "k, n, p : R"],
    ["w'*A*w/(1 + w'*w)", "w", "2*(A*w - w'*A*w*w/(1 + w'*w))/(1 + w'*w)", "A : R^(n×n) symmetric", "w : R^n"],
    ["log(c*exp(x'*x))", "x", "2*x", "x : R^n", "c : R positive"],
    ["log(exp(-(x - m)'*inv(S)*(x - m)/2)/sqrt(det(S)))", "x", "-inv(S)*(x - m)", "x, m : R^n", "S : R^(n×n) posdef"],
    ["exp(2*x'*y)/exp(x'*y)^2*sum(x)", "x", "ones(n)", "x, y : R^n"],
    // Jacobians and Hessians
    ["softmax(x)", "x", "diag(softmax(x)) - softmax(x)*softmax(x)'", "x : R^n"],
    ["X'*X", "X", "kron(eye(n), X') + kron(X', eye(n))*K(m,n)", "X : R^(m×n)"],
    ["norm2(T - U*V')^2", "U U", "2*kron(V'*V, eye(m))", "T : R^(m×n)", "U : R^(m×p)", "V : R^(n×p)"],
    ["logdet(A + diag(x))", "x x", "-inv(A + diag(x)).^2", "A : R^(n×n) posdef", "x : R^n"],
    // a symmetric matrix is seen to be one
    ["log(x'*A*x)", "x x", "(A + A' - (A + A')*x*x'*(A + A')/(x'*A*x))/(x'*A*x)", "x : R^n", "A : R^(n×n)"],
    ["(x'*A*x)^2", "x x", "2*(x'*A*x*(A + A') + (A + A')*x*x'*(A + A'))", "x : R^n", "A : R^(n×n)"],
    ["d'*inv(S)*d/2 + logdet(S)/2", "S", "0.5*(inv(S) - inv(S)*d*d'*inv(S))", "S : R^(n×n) posdef", "d : R^n"],
    ["sum(x.^3)^(1/3)", "x x", "2*(diag(x) - x.^2*x'.^2/sum(x.^3))/sum(x.^3)^(2/3)", "x : R^n positive"],
    // a root of what has a minus in its normal form
    ["norm2(W^2*diag(V))*x", "x", "norm2(W^2*diag(V))*eye(n)", "x : R^n", "V : R^(n×n)", "W : R^(n×n) skew"],
    // more than four indices, and four that meet in a sum
    ["kron(A, X)", "X", "kron(eye(n), kron(K(q,m), eye(p)))*kron(vec(A), eye(p*q))", "A : R^(m×n)", "X : R^(p×q)"],
    ["a'*kron(x, y)", "x", "kron(eye(m), y')*a", "x : R^m", "y : R^n", "a : R^(m*n)"],
    ["a'*kron(x, x)", "x", "(kron(eye(m), x') + kron(x', eye(m)))*a", "x : R^m", "a : R^(m^2)"],
    ["kron(kron(A, X), A)", "X", "kron(eye(n^4), K(n,n))*kron(eye(n^2), kron(K(n,n), eye(n^2)))*kron(eye(n), kron(K(n,n), eye(n^3)))*kron(vec(A), kron(eye(n), kron(vec(A), eye(n))))", "A, X : R^(n×n)"],
    ["sum(exp(kron(eye(n), X)))", "X", "sum(i in 1..n, kron(eye(n)[:,i]', eye(n))*exp(kron(eye(n), X))*kron(eye(n)[:,i], eye(n)))", "X : R^(n×n)"],
    ["kron(vec(eye(n)), X)", "X", "kron(eye(n), kron(vec(eye(n)), eye(n)))", "X : R^(n×n)"],
    ["tr(kron(A, X)*B)", "X", "sum(i in 1..m, (kron(A[i,:], eye(n))*B*kron(eye(m)[:,i], eye(n)))')", "A : R^(m×m)", "X : R^(n×n)", "B : R^(m*n×m*n)"],
    ["w'*A*w/(w'*w)", "w", "2*(A*w - w'*A*w*w/(w'*w))/(w'*w)", "A : R^(n×n) symmetric", "w : R^n"],
    ["[q[1]*cos(q[2]); q[1]*sin(q[2])]", "q", "[cos(q[2]), -q[1]*sin(q[2]); sin(q[2]), q[1]*cos(q[2])]", "q : R^2"],
    ["[x[1]^2*x[2]; x[2]]", "x x", "[2*x[2], 2*x[1]; 0, 0; 2*x[1], 0; 0, 0]", "x : R^2"],
    ["X[1,1]*X[2,2] - X[1,2]*X[2,1]", "X", "[X[2,2], -X[2,1]; -X[1,2], X[1,1]]", "X : R^(2×2)"],
    ["[cos(t), -sin(t); sin(t), cos(t)]*x", "t", "[-sin(t), -cos(t); cos(t), -sin(t)]*x", "t : R", "x : R^2"],
    ["norm2([2, 1; 1, 3]*x - y)^2", "x", "2*[2, 1; 1, 3]*([2, 1; 1, 3]*x - y)", "x, y : R^2"],
    ["norm2(x/norm2(x) - y/norm2(y))^2", "x", "2*(x'*y*x/norm2(x)^2 - y)/(norm2(x)*norm2(y))", "x, y : R^n"],
    ["x'*A*x*log(x'*A*x)", "x x", "4*A*x*x'*A/(x'*A*x) + 2*(1 + log(x'*A*x))*A", "x : R^n", "A : R^(n×n) symmetric"],
    ["sum(i in 1..N, logsumexp(W*x_i) - y_i'*W*x_i)", "W", "sum(i in 1..N, (softmax(W*x_i) - y_i)*x_i')", "W : R^(k×d)", "x_i : R^d for i in 1..N", "y_i : R^k for i in 1..N"],
    ["sum(i in 1..N, (x_i - m)'*inv(S)*(x_i - m))", "S", "-inv(S)*sum(i in 1..N, (x_i - m)*(x_i - m)')*inv(S)", "x_i : R^d for i in 1..N", "m : R^d", "S : R^(d×d) posdef"],
    ["sum(i in 1..n, sum(j in 1..n, W[i,j]*norm2(X[i,:] - X[j,:])^2))", "X", "2*(diag((W + W')*ones(n)) - W - W')*X", "W : R^(n×n)", "X : R^(n×d)"],
    ["sum(i in 1..N, logsumexp(W*x_i) - y_i'*W*x_i)", "W W", "sum(i in 1..N, kron(x_i*x_i', diag(softmax(W*x_i)) - softmax(W*x_i)*softmax(W*x_i)'))", "W : R^(k×d)", "x_i : R^d for i in 1..N", "y_i : R^k for i in 1..N"],
    ["norm2(x - mean(x)*ones(n))^2", "x", "2*(x - mean(x)*ones(n))", "x : R^n"],
    ["norm2((eye(m) - X*inv(X'*X)*X')*y)^2", "y", "2*(eye(m) - X*inv(X'*X)*X')*y", "X : R^(m×n)", "y : R^m"],
    ["sqrt(norm2(x - m*ones(n))^2/n)", "m", "-sum(x - m*ones(n))/(sqrt(n)*norm2(x - m*ones(n)))", "x : R^n", "m : R"],
    ["sum(log(cosh(A*x - b)))", "x", "A'*tanh(A*x - b)", "A : R^(m×n)", "b : R^m", "x : R^n"],
    ["X*X'", "X X", "(kron(eye(n^2), K(n,n)) + eye(n^4))*kron(eye(n), kron(vec(eye(n)), eye(n)))", "X : R^(n×n)"],
    ["norm2(M.*(X - U*V'))^2", "V V", "2*sum(i in 1..m, kron(U[i,:]'*U[i,:], diag(M[i,:]'.^2)))", "M, X : R^(m×n)", "U : R^(m×p)", "V : R^(n×p)"],
    ["norm2(Y - relu(X*W))^2", "W W", "2*sum(i in 1..m, kron(diag(step(X*W)[i,:]'), X[i,:]'*X[i,:]))", "X : R^(m×n)", "W : R^(n×p)", "Y : R^(m×p)"],
    // rows
    ["r*x", "x", "r'", "r : R^(1×n)", "x : R^n"],
    ["r*A*r'", "A", "r'*r", "r : R^(1×n)", "A : R^(n×n)"],
    // exact numbers
    ["sum(x.^p)", "x x", "p*(p - 1)*diag(x.^(p - 2))", "x : R^n positive", "p : R positive"],
    ["x^4/6", "x", "2*x^3/3", "x : R"],
    // structure
    ["tr(A*X)", "X", "0.5*(A + A')", "A : R^(n×n)", "X : R^(n×n) symmetric"],
    ["tr(A*L)", "L", "tril(A')", "A : R^(n×n)", "L : R^(n×n) lower"],
    ["logdet(D)", "D", "inv(D)", "D : R^(n×n) diagonal"],
    ["x'*W*x", "x", "zeros(n)", "x : R^n", "W : R^(n×n) skew"],
    ["norm2(W*x)^2", "x", "-2*W^2*x", "x : R^n", "W : R^(n×n) skew"],
    // the user's own names
    ["norm2(r)^2", "w", "2*X'*r", ...REGRESSION, "r = X*w - y"],
    ["sum(f(X*w))", "w", "X'*f'(X*w)", ...REGRESSION],
    ["g(w)", "w", "2*X'*X*w", ...REGRESSION, "g(v) = norm2(X*v)^2"],
    // families, indices, blocks
    ["sum(i in 1..N, (x_i'*w - y_i)^2)", "w", "2*sum(i in 1..N, (x_i'*w - y_i)*x_i)", "x_i : R^n for i = 1..N", "y_i : R for i = 1..N", "w : R^n"],
    ["A[:,1]'*x", "x", "A[:,1]", "A : R^(n×n)", "x : R^n"],
    ["norm2([A; B]*x)^2", "x", "2*(A'*A + B'*B)*x", "A : R^(m×n)", "B : R^(p×n)", "x : R^n"],
  ]; // prettier-ignore
  for (const [text, wrt, expected, ...lines] of table)
    it(`${text} by ${wrt}`, () => assert.equal(derivative(text, wrt, ...lines), expected));
});

describe("differentials", () => {
  const differential = (text: string, wrt: string, ...lines: readonly string[]) => {
    const r = derive({ expr: expr(text), wrt: wrt.split(" "), scope: scopeOf(...lines), kind: "differential" });
    return r.ok ? printText(r.expr) : r.error.message;
  };
  it("of an inverse", () => assert.equal(differential("inv(X)", "X", "X : R^(n×n)"), "-inv(X)*dX*inv(X)"));
  it("of a variable whose change has the name of another one is refused", () =>
    assert.match(differential("tr(X*dX)", "X", "X, dX : R^(n×n)"), /^dX is declared, so the change of X cannot be written/)); // prettier-ignore
  it("of several variables at once", () =>
    assert.equal(differential("X*Y", "X Y", "X : R^(m×n)", "Y : R^(n×p)"), "X*dY + dX*Y"));
});

describe("what has no derivative here is refused by name", () => {
  it("a matrix function outside a trace", () =>
    assert.match(
      derivative("A*expm(X)", "X", "A, X : R^(n×n)"),
      /^unsupported: The derivative of expm as a matrix by a matrix has no closed form/,
    ));
  it("an undeclared name", () => assert.match(derivative("x'*z", "x", "x : R^n"), /^undeclared: z is not declared/));
  it("a power that is too large", () => assert.match(derivative("tr(X^1000000)", "X", "X : R^(n×n)"), /^too-large: /));
  it("shapes that do not fit", () =>
    assert.match(derivative("A*x", "x", "A : R^(m×n)", "x : R^m"), /^dimension-mismatch: /));
});
