import assert from "node:assert/strict";
import { shapeText } from "../../server/core/shape";
import { readMcalc } from "../../server/documents/mcalc";
import { inferStatement } from "../../server/shapes/statement";

const DECLARED = `
A : R^(m×n)
B : R^(n×p)
S, T : R^(n×n)
x, u : R^n
y : R^m
c : R
z_i : R^n for i = 1..N
r(v) = A*v - y
sq(v) = v'*v
res = A*x - y
`;

function read(line: string) {
  const document = readMcalc("test", 1, DECLARED + line);
  return document.formulas.at(-1)!;
}

/** The shape of an expression. */
function shape(line: string): string {
  const { statement, scope } = read(line);
  const { problems, shapes } = inferStatement(statement, scope);
  assert.deepEqual(
    problems.map((p) => p.message),
    [],
  );
  assert.equal(statement.kind, "query");
  const found = statement.kind === "query" ? shapes.get(statement.expr) : undefined;
  return found === undefined ? "?" : shapeText(found);
}

describe("shapes", () => {
  const shapes: readonly [string, string][] = [
    ["A*B", "m×p"],
    ["x'*x", "scalar"],
    ["x*u'", "n×n"],
    ["x'*S*x*A", "m×n"],
    ["c*A/2", "m×n"],
    ["A.*A + A", "m×n"],
    ["S^2*x", "n×1"],
    ["S^-1", "n×n"],
    ["A.^2", "m×n"],
    ["n*x", "n×1"],
    ["inv(S)*x", "n×1"],
    ["kron(A, B)", "mn×np"],
    ["vec(A)", "mn×1"],
    ["diag(x) + diag(diag(S))", "n×n"],
    ["K(m,n)*vec(A)", "mn×1"],
    ["ones(2*n+1)", "(2n+1)×1"],
    ["[S, x; u', c]", "(n+1)×(n+1)"],
    ["[1, 2, 3]", "1×3"],
    ["[x; y]", "(m+n)×1"],
    ["x[1] + A[i,j]", "scalar"],
    ["A[1,:]", "1×n"],
    ["A[:,j]", "m×1"],
    ["sum(i in 1..N, z_i*z_i')", "n×n"],
    ["sum(j in 1..N, z_j'*x + z[j]'*x)", "scalar"],
    ["r(x)", "m×1"],
    ["sq(A*x) + sq(c)", "scalar"],
    ["sq'(c)", "scalar"],
    ["res'*res", "scalar"],
    ["dA*x + A*dx", "m×1"],
    ["d(A*x)", "m×1"],
    ["d(x'*x)/d(x)", "n×1"],
    ["d(x'*x)/d(x')", "1×n"],
    ["d(A*x)/d(x)", "m×n"],
    ["d(c*x)/d(c)", "n×1"],
    ["d(tr(S))/d(S)", "n×n"],
    ["d(S)/d(c)", "n×n"],
    ["d(A*x)/d(A)", "m×mn"],
    ["hess(x'*S*x, x)", "n×n"],
    ["d(tr(S'*S))/(d(S)d(x))", "n²×n"],
  ];
  for (const [expr, text] of shapes) it(`${expr} is ${text}`, () => assert.equal(shape(expr), text));
});

describe("shapes that do not fit", () => {
  /** The parts that are wrong, and the words of the message. */
  const wrong: readonly [string, readonly string[], RegExp][] = [
    ["A*y", ["A*y"], /`A` is m×n and `y` is m×1, but n \(columns of A\) and m \(length of y\) must be equal/],
    ["x*u", ["x*u"], /two columns.*`x` is n×1 and `u` is n×1/],
    ["x + 1", ["x + 1"], /`1` is a scalar; a scalar is not spread/],
    ["A + B", ["A + B"], /m \(rows of A\) and n \(rows of B\)/],
    ["inv(A)", ["inv(A)"], /needs a square matrix, but `A` is m×n/],
    ["x^2", ["x^2"], /needs a square matrix.*write \.\^/],
    ["S/T", ["S/T"], /divides by an array/],
    ["1/x", ["1/x"], /divides by an array/],
    ["c.*x", ["c.*x"], /to scale by a scalar, write \*/],
    ["x.^u", ["x.^u"], /exponent must be a scalar/],
    ["A*y + x*u", ["A*y", "x*u"], /A\*y.*x\*u/],
    ["tr(S*inv(B*A))", ["B*A"], /p \(columns of B\) and m \(rows of A\)/],
    ["A*res", ["A*res"], /`res` is m×1, but n \(columns of A\) and m \(rows of A\)/],
    ["r(y)", ["r(y)"], /with v m×1, `A\*v` does not fit/],
    ["r(x, x)", ["r(x, x)"], /takes 1 argument \(v\), but here it has 2/],
    ["f(x)", ["f"], /not a known function/],
    ["sine(x)", ["sine"], /did you mean sin/],
    ["norm(x)", ["norm"], /norm is not a known function; it is called norm2 here/],
    ["norm(x, 1)", ["norm(x, 1)"], /`norm\(x, 1\)` is written `norm1\(x\)` here/],
    ["transpose(A)*y", ["transpose(A)"], /is written `A'` here/],
    ["min(x)", ["min(x)"], /is written `-max\(-x\)` here/],
    ["grad(x)", ["grad"], /grad needs the variable too: write grad\(f, x\)/],
    ["x^T*u", ["x^T"], /A transpose is written x' here/],
    ["x*u", ["x*u"], /for the inner product write x'\*u, for the outer x\*u', for entries x\.\*u/],
    ["x(1)", ["x(1)"], /not a function; for a product write x\*/],
    ["r + x", ["r"], /r is a function; write r\(v\)/],
    ["[A, x]", ["x"], /`x` has n rows, but what stands beside it in this row has m/],
    ["[S; y']", ["y'"], /row has m columns, but the rows above have n/],
    ["A[1]", ["A[1]"], /two indices/],
    ["[1, 2, 3][4]", ["4"], /outside of 1\.\.3/],
    ["eye(A)", ["eye(A)"], /takes dimensions/],
    ["q*x", ["q"], /q is not declared/],
    ["A*x == y'", ["A*x == y'"], /different shapes/],
  ];
  for (const [line, parts, message] of wrong) {
    it(`${line}: ${parts.join(" and ")}`, () => {
      const { statement, scope, text } = read(line);
      const { problems } = inferStatement(statement, scope);
      assert.deepEqual(
        problems.map((p) => text.slice(p.span.start, p.span.end)),
        parts,
      );
      assert.match(problems.map((p) => p.message).join(" "), message);
    });
  }

  it("a definition that refers to itself is reported", () => {
    const { statement, scope } = read("q = q + 1");
    assert.match(inferStatement(statement, scope).problems[0]!.message, /defined by itself/);
  });
  it("a long chain of definitions, each used twice, is read in no time", () => {
    const chain = Array.from({ length: 2000 }, (_, i) => `a${i + 1} = a${i} + a${i}`).join("\n");
    const document = readMcalc("test", 1, `a0 : R^n\n${chain}\na2000'*a2000`);
    for (const f of document.formulas) assert.deepEqual(inferStatement(f.statement, f.scope).problems, []);
  });
});
