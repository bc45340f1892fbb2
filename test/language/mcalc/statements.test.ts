import assert from "node:assert/strict";
import * as fc from "fast-check";
import { shapeText } from "../../../server/core/shape";
import type { Statement } from "../../../server/language/statement";
import { splitLines } from "../../../server/language/mcalc/lines";
import { parseStatement } from "../../../server/language/mcalc/statements";
import { printText } from "../../../server/language/print";

/** A statement in one line. */
function shown(s: Statement): string {
  switch (s.kind) {
    case "declaration": {
      const range = s.family === undefined ? "" : ` for ${s.family.index} = ${s.family.from.key}..${s.family.to.key}`;
      const shape = s.shape === undefined ? "?" : shapeText(s.shape);
      return [s.names.map((n) => n.name).join(","), shape, ...s.properties.map((p) => p.property)].join(" ") + range;
    }
    case "definition":
      return `${s.name}${s.parameters === undefined ? "" : `(${s.parameters.map((p) => p.name).join(",")})`} := ${printText(s.body)}`;
    case "claim":
      return s.sides.map(printText).join(" == ");
    case "query":
      return `? ${printText(s.expr)}`;
    case "empty":
      return "";
  }
}

describe("statements of .mcalc", () => {
  const good: readonly [string, string][] = [
    ["X : R^(n×d)", "X n×d"],
    ["X : R^(n x d)", "X n×d"],
    ["X ∈ R^{n×d}", "X n×d"],
    ["X in ℝ^(n, d)", "X n×d"],
    ["X : R^n×d", "X n×d"],
    ["X : R^(3x4)", "X 3×4"],
    ["X : R^3x4", "X 3×4"],
    ["x : R^n", "x n×1"],
    ["x : R^(n×1)", "x n×1"],
    ["x : R^3", "x 3×1"],
    ["x : ℝ³", "x 3×1"],
    ["x : R^x", "x x×1"],
    ["c : R positive", "c scalar positive"],
    ["S : R^(d×d) posdef, diagonal", "S d×d posdef diagonal"],
    ["A, B : R^(3×n)", "A,B 3×n"],
    ["Q : R^(2*n+1 x m*n)", "Q (2n+1)×mn"],
    ["x_i : R^d for i = 1..N", "x d×1 for i = 1..N"],
    ["W_k : R^(m×n) for k in 0..K-1", "W m×n for k = 0..K-1"],
    ["loss = norm2(X*w - y)^2 + c*w'*w", "loss := norm2(X*w - y)^2 + c*w'*w"],
    ["r(v) = X*v - y  # a function", "r(v) := X*v - y"],
    ["d = A*x", "d := A*x"],
    ["d(loss)/d(w) == 2*X'*r", "d(loss)/d(w) == 2*X'*r"],
    ["x'*A*x", "? x'*A*x"],
    ["# only a comment", ""],
    ["", ""],
  ];
  for (const [text, meaning] of good) {
    it(`${text || "(nothing)"} is ${meaning || "empty"}`, () => {
      const { statement, problems } = parseStatement(text);
      assert.deepEqual(problems, []);
      assert.equal(shown(statement), meaning);
    });
  }

  const bad: readonly [string, string, RegExp][] = [
    ["A : R^(n×", "A ?", /ends too early/],
    ["A : n×d", "A ?", /`n` is not expected/],
    ["A : R^(n×0)", "A n×1", /at least 1/],
    ["A : R^(n×2.5)", "A n×1", /names and whole numbers/],
    ["A : R^(n×m×p)", "A n×m", /at most two dimensions/],
    ["A : R^(n×n) symetric", "A n×n", /did you mean `symmetric`/],
    ["A : R^(m×n) symmetric", "A m×n symmetric", /Only a square matrix can be symmetric/],
    ["d(f)/d(x) = 2*x", "d(f)/d(x) == 2*x", /write `==`/],
    ["f = 1 = 2", "f := 1", /one `=`/],
    ["x ==", "x == ", /right side of `==` is missing/],
    ["d(x) = 3*x", "d(x) := 3*x", /is the differential/],
  ];
  for (const [text, meaning, message] of bad) {
    it(`${text} is reported and read as ${meaning}`, () => {
      const { statement, problems } = parseStatement(text);
      assert.equal(shown(statement), meaning);
      assert.match(problems.map((p) => p.message).join(" "), message);
    });
  }
});

describe("logical lines of .mcalc", () => {
  const lines = (text: string): string[] =>
    splitLines(text)
      .map((l) => text.slice(l.start, l.end))
      .filter((l) => l.trim() !== "");

  it("a line continues while a bracket is open", () => {
    assert.deepEqual(lines("f = tr(A*\n  B)\nx'*x"), ["f = tr(A*\n  B)", "x'*x"]);
    assert.deepEqual(lines("M = [1, 2;\r\n 3, 4]\r\nx"), ["M = [1, 2;\r\n 3, 4]", "x"]);
  });
  it("a line continues when the next line starts with an operator, over comments", () => {
    assert.deepEqual(lines("f = a\n  + b  # one\n  # two\n  .* c\n\n-x"), [
      "f = a\n  + b  # one\n  # two\n  .* c",
      "-x",
    ]);
    assert.deepEqual(lines("d(f)/d(x)\n  == 2*x\ny"), ["d(f)/d(x)\n  == 2*x", "y"]);
  });
  it("a bracket that is never closed does not hide what follows", () => {
    assert.deepEqual(lines("tr(A*B\nx : R^n\ny"), ["tr(A*B", "x : R^n", "y"]);
    assert.deepEqual(lines("tr(A*B\nf(v) = (v)\n"), ["tr(A*B", "f(v) = (v)"]);
    assert.deepEqual(lines("tr(A*B\na\nb"), ["tr(A*B", "a", "b"]);
    assert.deepEqual(lines("(a\nb == c)"), ["(a", "b == c)"]);
  });
  it("no sign carries on a declaration", () => {
    assert.deepEqual(lines("x : R^n\n-x'*x"), ["x : R^n", "-x'*x"]);
  });
  it("brackets in comments do not count", () => {
    assert.deepEqual(lines("a # (\nb"), ["a # (", "b"]);
  });
  it("together the lines are the document", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "(", ")", "\n", "\r\n", "\r", "#", " ", "+", "=", ":", "R", "[", "'"), {
          maxLength: 40,
        }),
        (parts) => {
          const text = parts.join("");
          let at = 0;
          for (const l of splitLines(text)) {
            assert.match(text.slice(at, l.start), /^(?:\r\n|\n|\r)?$/);
            assert.ok(l.end >= l.start);
            parseStatement(text.slice(l.start, l.end));
            at = l.end;
          }
          assert.equal(at, text.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
