import assert from "node:assert/strict";
import type { Problem } from "../../server/core/problem";
import { readMcalc } from "../../server/documents/mcalc";
import { shapeProblems } from "../../server/shapes/document";

/** Everything found in a document. */
function problemsIn(text: string): Problem[] {
  const steps = shapeProblems(readMcalc("test", 1, text));
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

/** The last line of a document after each fix of its first problem. */
function fixed(text: string): string[] {
  const problem = problemsIn(text).find((p) => p.severity === "error")!;
  return (problem.fixes ?? []).map((fix) => {
    let out = text;
    for (const { span, text: by } of fix.edits) out = out.slice(0, span.start) + by + out.slice(span.end);
    return out
      .split("\n")
      .slice(text.split("\n").length - 1)
      .join("\n");
  });
}

describe("quick fixes of shapes, best first", () => {
  const fixes: readonly [string, string, readonly string[]][] = [
    ["A : R^(m×n); x : R^m; b : R^n", "A*x+b", ["A'*x+b"]],
    ["x, y : R^n", "x*y", ["x'*y", "x*y'", "x.*y"]],
    ["X : R^(m×n)", "inv(X)", ["inv(X'*X)", "pinv(X)", "inv(X*X')"]],
    ["X : R^(m×n); y : R^m", "inv(X)*y", ["pinv(X)*y", "inv(X*X')*y"]],
    ["A : R^(m×n); B : R^(n×m)", "2*(A.*B)", ["2*(A.*B')", "2*(A'.*B)", "2*(A*B)"]],
    ["A : R^(n×n); l : R", "A - l*eye(m)", ["A - l*eye(n)"]],
    ["A, B : R^(n×n)", "A/B", ["A*inv(B)", "A./B"]],
    ["x : R^n", "x - 1", ["x - ones(n)"]],
    ["S : R^(n×n)", "S + 2", ["S + 2*eye(n)", "S + 2*ones(n,n)"]],
    ["x : R^n", "1/x", ["ones(n)./x"]],
    ["x : R^n", "1./x", ["ones(n)./x"]],
    ["x : R^n; c : R", "(c+x)'*x", ["(c*ones(n) + x)'*x"]],
    ["x : R^n; A : R^(n×n); B : R^(m×p)", "B*x'*A*x", ["B*(x'*A*x)"]],
    ["X : R^(m×n); y : R^m", "-X*y", ["-X'*y", "(-X)'*y"]],
    ["x : R^n; A : R^(n×n)", "x*A", ["x'*A", "A*x"]],
    ["x, y : R^n", "2 + x^2*y", []],
    ["x : R^n", "sum(x^2)", ["sum(x.^2)", "sum(x'*x)", "sum(x*x')"]],
    ["A : R^(m×n); x : R^n; y : R^m", "A*x == y'", ["A*x == y", "(A*x)' == y'"]],
    ["x : R^n", "hess(x'*x, x) == 0", ["hess(x'*x, x) == zeros(n,n)"]],
    ["x : R^m; A : R^(m×n); y : R^n", "f = x*A*y", ["f = x'*A*y"]],
  ];
  for (const [declared, line, wanted] of fixes) {
    it(`${line} with ${declared}`, () =>
      assert.deepEqual(fixed(`${declared.replaceAll("; ", "\n")}\n${line}`), wanted));
  }

  it("is offered only where the whole statement then fits", () => {
    assert.deepEqual(fixed("A : R^(m×n)\nx : R^m\nz : R^p\nA*x + z"), []);
  });
  it("every fix is tried: with it there is one problem less", () => {
    const text = "A : R^(m×n)\nB : R^(p×n)\nx : R^m\ntr(A*B)*norm2(A*x)";
    const count = problemsIn(text).length;
    for (const line of fixed(text)) assert.ok(problemsIn(text.replace(/tr.*$/, line)).length < count, line);
  });
});

describe("names that are not declared", () => {
  const declarations: readonly [string, readonly string[]][] = [
    ["X : R^(n×d)\ny : R^n\nnorm2(X*w - y)^2", ["w : R^d\nnorm2(X*w - y)^2"]],
    ["x : R^n\nx'*A*x", ["A : R^(n×n)\nx'*A*x"]],
    ["x : R^n\nl*x + x", ["l : R\nl*x + x"]],
    ["x : R^n\nx'*(B*x + z)", ["B : R^(n×n)\nx'*(B*x + z)"]],
    ["X : R^(n×d)\nX^T*X", ["X'*X"]],
    ["lambda : R\nlamda + 1", ["lambda + 1", "lamda : R\nlamda + 1"]],
  ];
  for (const [text, wanted] of declarations)
    it(text.replaceAll("\n", "; "), () => assert.deepEqual(fixed(text), wanted));

  it("what follows helps to find the shape", () => {
    const text = "S : R^(n×n)\nf = norm2(v)\nS*v";
    const problem = problemsIn(text).find((p) => p.code === "undeclared")!;
    assert.equal(problem.fixes![0]!.edits[0]!.text, "v : R^n\n");
  });
});

describe("names in a document", () => {
  const messages = (text: string): string[] =>
    problemsIn(text).map((p) => `${p.code}: ${text.slice(p.span.start, p.span.end)}`);

  it("declared twice", () => assert.deepEqual(messages("x : R^n\nx : R^m\nx'*x"), ["redeclared: x"]));
  it("never used", () => assert.deepEqual(messages("x, y : R^n\nx'*x"), ["unused: y"]));
  it("a family is used by its members", () =>
    assert.deepEqual(messages("x_i : R^d for i = 1..N\nsum(j in 1..N, x_j)"), []));
  it("a change is a use", () => assert.deepEqual(messages("X : R^(n×n)\ntr(dX)"), []));
  it("a function that exists", () => assert.deepEqual(messages("norm2(v) = v'*v"), ["redeclared: norm2"]));
  it("related information tells where dimensions come from", () => {
    const text = "A : R^(m×n)\nx : R^m\nA*x";
    const [problem] = problemsIn(text);
    assert.deepEqual(
      problem!.related!.map((r) => `${text.slice(r.span.start, r.span.end)}: ${r.message}`),
      ["n: n: columns of A, declared here", "m: m: length of x, declared here"],
    );
  });
});
