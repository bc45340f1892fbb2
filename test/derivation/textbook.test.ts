import assert from "node:assert/strict";
import { deriveSteps } from "../../server/derivation";
import { expr, scopeOf } from "../checking/scope";
import { derivation, lines } from "./show";

/** The examples a course on matrix calculus starts with, line by line. */
const EXAMPLES: readonly { readonly of: string; readonly wrt: string; readonly given: readonly string[]; readonly lines: readonly string[] }[] = [
  {
    of: "x'*A*x", wrt: "x", given: ["x : R^n", "A : R^(n×n)"],
    lines: [
      "y = x'*A*x",
      "dy = dx'*A*x + x'*A*dx   [product]",
      "dy = x'*A'*dx + x'*A*dx   [scalar-transpose]",
      "dy = x'*(A' + A)*dx   [collect]",
      "d(y)/d(x) = (A + A')*x   [read-vector]",
    ],
  },
  {
    of: "tr(X*B*X')", wrt: "X", given: ["X : R^(m×n)", "B : R^(n×n)"],
    lines: [
      "y = tr(X*B*X')",
      "dy = tr(dX*B*X' + X*B*dX')   [product]",
      "dy = tr(B*X'*dX) + tr(B'*X'*dX)   [trace-cyclic, trace-transpose]",
      "dy = tr((B + B')*X'*dX)   [collect]",
      "d(y)/d(X) = X*(B + B')   [read-trace]",
    ],
  },
  {
    of: "tr(A*inv(X))", wrt: "X", given: ["X, A : R^(n×n)"],
    lines: [
      "y = tr(A*inv(X))",
      "dy = tr(A*d(inv(X)))   [linear]",
      "dy = tr(-A*inv(X)*dX*inv(X))   [d-inv]",
      "dy = -tr(inv(X)*A*inv(X)*dX)   [trace-cyclic]",
      "d(y)/d(X) = -(inv(X)*A*inv(X))'   [read-trace]",
    ],
  },
  {
    of: "logdet(X)", wrt: "X", given: ["X : R^(n×n)"],
    lines: ["y = logdet(X)", "dy = tr(inv(X)*dX)   [d-logdet]", "d(y)/d(X) = inv(X)'   [read-trace]"],
  },
  {
    of: "norm2(A*x - b)^2", wrt: "x", given: ["A : R^(m×n)", "x : R^n", "b : R^m"],
    lines: [
      "y = norm2(A*x - b)^2, r = A*x - b",
      "y = r'*r   [squared-norm]",
      "dy = dr'*r + r'*dr   [product]",
      "dy = 2*r'*dr   [scalar-transpose]",
      "dy = 2*r'*A*dx   [insert, linear]",
      "d(y)/d(x) = 2*A'*r   [read-vector]",
      "d(y)/d(x) = 2*A'*(A*x - b)   [value-of-name]",
    ],
  },
  {
    of: "a'*exp(X*b)", wrt: "X", given: ["X : R^(m×n)", "a : R^m", "b : R^n"],
    lines: [
      "y = a'*exp(X*b)",
      "dy = a'*(exp(X*b).*(dX*b))   [d-exp]",
      "dy = (a.*exp(X*b))'*dX*b   [hadamard-dot]",
      "dy = tr(b*(a.*exp(X*b))'*dX)   [scalar-trace]",
      "d(y)/d(X) = a.*exp(X*b)*b'   [read-trace]",
    ],
  },
  {
    of: "S*tanh(x)", wrt: "x", given: ["S : R^(m×n)", "x : R^n"],
    lines: [
      "y = S*tanh(x)",
      "dy = S*((ones(n) - tanh(x).^2).*dx)   [d-tanh]",
      "dy = S*diag(ones(n) - tanh(x).^2)*dx   [hadamard-diag]",
      "d(y)/d(x) = S*diag(ones(n) - tanh(x).^2)   [read-jacobian]",
    ],
  },
  {
    of: "A*X*B", wrt: "X", given: ["A : R^(p×m)", "X : R^(m×n)", "B : R^(n×q)"],
    lines: [
      "Y = A*X*B",
      "vec(dY) = vec(A*dX*B)   [linear]",
      "vec(dY) = kron(B', A)*vec(dX)   [vec-product]",
      "d(Y)/d(X) = kron(B', A)   [read-vec]",
    ],
  },
  {
    of: "inv(A + t*B)", wrt: "t", given: ["A, B : R^(n×n)", "t : R"],
    lines: [
      "Y = inv(A + t*B), M = A + t*B",
      "Y = inv(M)   [name]",
      "dY = -inv(M)*dM*inv(M)   [d-inv]",
      "dY = -inv(M)*B*inv(M)*dt   [insert, linear]",
      "d(Y)/d(t) = -inv(M)*B*inv(M)   [read-scalar]",
      "d(Y)/d(t) = -inv(A + t*B)*B*inv(A + t*B)   [value-of-name]",
    ],
  },
  {
    of: "[q[1]*cos(q[2]); q[1]*sin(q[2])]", wrt: "q", given: ["q : R^2"],
    lines: [
      "y = [q[1]*cos(q[2]); q[1]*sin(q[2])]",
      "dy = [cos(q[2])*dq[1] + q[1]*d(cos(q[2])); sin(q[2])*dq[1] + q[1]*d(sin(q[2]))]   [product]",
      "dy = [cos(q[2])*dq[1] - q[1]*sin(q[2])*dq[2]; sin(q[2])*dq[1] + q[1]*cos(q[2])*dq[2]]   [d-cos, d-sin]",
      "d(y)/d(q) = [cos(q[2]), -q[1]*sin(q[2]); sin(q[2]), q[1]*cos(q[2])]   [read-entries]",
    ],
  },
  {
    of: "b'*c", wrt: "x", given: ["x, b, c : R^n"],
    lines: ["y = b'*c", "dy = 0   [constant]", "d(y)/d(x) = zeros(n)   [read-vector]"],
  },
]; // prettier-ignore

describe("derivations of textbook examples", () => {
  for (const e of EXAMPLES)
    it(`${e.of} by ${e.wrt}`, () => assert.deepEqual(lines(derivation(e.of, e.wrt, e.given)), e.lines));

  it("use what is declared: a symmetric matrix is its transpose", () => {
    assert.deepEqual(lines(derivation("x'*S*x", "x", ["x : R^n", "S : R^(n×n) symmetric"])).slice(1), [
      "dy = dx'*S*x + x'*S*dx   [product]",
      "dy = 2*x'*S*dx   [scalar-transpose, symmetric]",
      "d(y)/d(x) = 2*S*x   [read-vector]",
    ]);
  });

  it("give the gradient by a symmetric matrix its symmetric part", () => {
    assert.equal(
      lines(derivation("tr(A*S)", "S", ["A : R^(n×n)", "S : R^(n×n) symmetric"])).at(-1),
      "d(y)/d(S) = 0.5*(A + A')   [read-trace, symmetric-part]",
    );
  });

  it("take a function of a matrix under a trace with what commutes with it", () => {
    assert.deepEqual(lines(derivation("tr(X*logm(X))", "X", ["X : R^(n×n) posdef"])).slice(1), [
      "dy = tr(dX*logm(X) + X*d(logm(X)))   [product]",
      "dy = tr(dX*logm(X) + dX)   [trace-of-commuting]",
      "dy = tr(logm(X)*dX) + tr(dX)   [trace-cyclic]",
      "dy = tr((logm(X) + eye(n))*dX)   [collect]",
      "d(y)/d(X) = logm(X) + eye(n)   [read-trace]",
    ]);
  });

  it("keep the names of the document", () => {
    const given = ["X : R^(m×n)", "w : R^n", "y : R^m", "r = X*w - y", "loss = r'*r"];
    assert.deepEqual(lines(derivation("loss", "w", given)), [
      "loss = r'*r, r = X*w - y",
      "dloss = dr'*r + r'*dr   [product]",
      "dloss = 2*r'*dr   [scalar-transpose]",
      "dloss = 2*r'*X*dw   [insert, linear]",
      "d(loss)/d(w) = 2*X'*r   [read-vector]",
    ]);
  });

  it("derive the gradient again for a Hessian, its parts still named", () => {
    const d = derivation("norm2(A*x - b)^2", ["x", "x"], ["A : R^(m×n)", "x : R^n", "b : R^m"]);
    assert.equal(d.parts.length, 2);
    assert.deepEqual(lines(d).slice(5), [
      "d(y)/d(x) = 2*A'*r   [read-vector]",
      "g = 2*A'*r, r = A*x - b",
      "dg = 2*A'*dr   [linear]",
      "dg = 2*A'*A*dx   [insert, linear]",
      "d(g)/d(x) = 2*A'*A   [read-jacobian]",
    ]);
  });

  it("show each rule by itself where all detail is wanted", () => {
    const brief = derivation("logdet(X'*X)", "X", ["X : R^(m×n)"]);
    const full = derivation("logdet(X'*X)", "X", ["X : R^(m×n)"], "full");
    assert.ok(full.steps.length > brief.steps.length);
    assert.deepEqual(full.steps.at(-1)!.after, brief.steps.at(-1)!.after);
  });

  it("say in words why there is none", () => {
    const d = deriveSteps({ expr: expr("sum(expm(X)*A)"), wrt: ["X"], scope: scopeOf("X, A : R^(n×n)") });
    assert.ok(!d.ok);
    assert.match(d.error.message, /expm/);
  });
});

describe("derivations with indices", () => {
  it("inside a sum over an index, what is the same in all terms comes out", () => {
    const given = ["a_i : R^n for i = 1..N", "b : R^N", "x : R^n"];
    assert.deepEqual(lines(derivation("sum(i in 1..N, (a_i'*x - b[i])^2)", "x", given)).slice(1), [
      "dy = sum(i in 1..N, 2*(a_i'*x - b[i])*a_i'*dx)   [power]",
      "dy = 2*sum(i in 1..N, (a_i'*x - b[i])*a_i')*dx   [sum-out]",
      "d(y)/d(x) = 2*sum(i in 1..N, (a_i'*x - b[i])*a_i)   [read-vector]",
    ]);
  });

  it("an entry is a row of the identity times the whole", () => {
    assert.deepEqual(lines(derivation("X[1,:]*y", "X", ["X : R^(m×n)", "y : R^n"])).slice(1), [
      "df = dX[1,:]*y   [linear]",
      "df = eye(m)[1,:]*dX*y   [entry]",
      "df = tr(y*eye(m)[1,:]*dX)   [scalar-trace]",
      "d(f)/d(X) = eye(m)[:,1]*y'   [read-trace]",
    ]);
  });

  it("a matrix written out is the sum of its entries", () => {
    const d = derivation("[x'*x; x'*y]", "x", ["x, y : R^n"]);
    assert.ok(d.steps.some((s) => s.rules.includes("literal")));
    assert.equal(lines(d).at(-1), "d(f)/d(x) = 2*eye(2)[:,1]*x' + eye(2)[:,2]*y'   [read-jacobian]");
  });

  it("a function of the document is put in", () => {
    const given = ["X : R^(m×n)", "w : R^n", "y : R^m", "r(v) = X*v - y"];
    assert.deepEqual(lines(derivation("norm2(r(w))^2", "w", given)).slice(0, 2), [
      "f = norm2(r(w))^2, e = X*w - y",
      "f = e'*e   [definition, squared-norm]",
    ]);
  });
});
