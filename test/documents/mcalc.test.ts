import assert from "node:assert/strict";
import * as fc from "fast-check";
import { shapeText } from "../../server/core/shape";
import type { MathDocument } from "../../server/documents/document";
import { readMcalc } from "../../server/documents/mcalc";
import { shapeProblems } from "../../server/shapes/document";

const RIDGE = `# Ridge regression
X : R^(n×d)
y : R^n
w : R^d
c : R positive
S : R^(d×d) posdef
x_i : R^d for i = 1..N

loss = norm2(X*w - y)^2
  + c*w'*w          # continued
r(v) = X*v - y
d(loss)/d(w) == 2*X'*(X*w - y) + 2*c*w
sum(j in 1..N, x_j'*S*x_j)
`;

/** All that a document says, as plain data. */
function told(d: MathDocument): unknown {
  const steps = shapeProblems(d);
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return {
    formulas: d.formulas.map((f) => ({
      span: f.span,
      text: f.text,
      statement: f.statement,
      problems: f.problems,
      at: f.at(0),
      variables: [...f.scope.variables].map(([name, v]) => [name, shapeText(v.shape), [...v.properties]]),
      definitions: [...f.scope.definitions.keys()],
      dimensions: [...f.scope.dimensions],
    })),
    problems: next.value,
    spans: d.spans,
    parsed: d.parsed,
  };
}

describe("reading a .mcalc document", () => {
  const document = readMcalc("ridge", 1, RIDGE);

  it("has a formula for each statement, in its place", () => {
    assert.deepEqual(
      document.formulas.map((f) => f.statement.kind),
      [...Array.from({ length: 6 }, () => "declaration"), "definition", "definition", "claim", "query"],
    );
    for (const f of document.formulas) assert.equal(RIDGE.slice(f.at(0), f.at(f.text.length)), f.text);
    assert.equal(document.parsed, 10);
  });
  it("scopes flow down", () => {
    const [first] = document.formulas;
    assert.deepEqual([...first!.scope.variables.keys()], ["X"]);
    const last = document.formulas.at(-1)!.scope;
    assert.deepEqual([...last.variables.keys()], ["X", "y", "w", "c", "S", "x"]);
    assert.deepEqual([...last.definitions.keys()], ["loss", "r"]);
    assert.deepEqual([...last.dimensions], ["n", "d", "N"]);
    assert.ok(last.variables.get("S")!.properties.has("invertible"));
    assert.equal(last.variables.get("x")!.family!.index, "i");
  });
  it("tells where names come from", () => {
    const origin = (name: string) => {
      const o = document.origin(name, RIDGE.length)!;
      return [
        RIDGE.slice(o.span.start, o.span.end),
        o.how,
        o.rowsSpan && RIDGE.slice(o.rowsSpan.start, o.rowsSpan.end),
      ];
    };
    assert.deepEqual(origin("X"), ["X", "declared", "n"]);
    assert.deepEqual(origin("loss"), ["loss", "defined", undefined]);
    assert.deepEqual(origin("x_j"), ["x_i", "declared", "d"]);
    assert.equal(document.origin("q", 0), undefined);
  });
  it("a name declared twice means the nearer one", () => {
    const text = "x : R^n\nx'*x\nx : R^m\nx'*x\n";
    const { formulas, origin } = readMcalc("twice", 1, text);
    assert.deepEqual(
      formulas.map((f) => f.scope.variables.get("x")!.shape.rows.key),
      ["n", "n", "m", "m"],
    );
    assert.equal(origin("x", 10)!.span.start, 0);
    assert.equal(origin("x", text.length)!.span.start, 13);
  });
  it("a declaration that cannot be read still makes the name known", () => {
    assert.deepEqual(
      (told(readMcalc("broken", 1, "x : R^(n×\nx'*x\n")) as { problems: readonly { code: string }[] }).problems,
      [],
    );
  });
  it("CRLF, a byte order mark and tabs are as good", () => {
    const { formulas } = readMcalc("crlf", 1, "\uFEFFx : R^n\r\n\tx'*x\r\n");
    assert.deepEqual(
      formulas.map((f) => [f.statement.kind, f.problems.length]),
      [
        ["declaration", 0],
        ["query", 0],
      ],
    );
  });
  it("shares the trees of lines that did not change", () => {
    const next = readMcalc("ridge", 2, RIDGE.replace("c*w'*w", "c*w'*w*2"), document);
    const same = next.formulas.filter((f, i) => f.statement === document.formulas[i]!.statement);
    assert.equal(same.length, document.formulas.length - 1);
  });

  it("after any edits it is what it would be read afresh", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "\n",
        "\r\n",
        "(",
        ")",
        "[",
        "]",
        "'",
        "*",
        " + ",
        "# ",
        "x",
        "x_i",
        " : R^n",
        "d(",
        " == ",
        "=",
        "{",
        "..",
        "for i = 1..N",
        "A : R^(m×n)\n",
      ),
      fc.string({ unit: "grapheme", maxLength: 3 }),
    );
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: piece });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        let text = RIDGE;
        let read = readMcalc("fuzz", 0, text);
        edits.forEach(({ at, remove, insert }, i) => {
          const from = Math.floor(at * text.length);
          text = text.slice(0, from) + insert + text.slice(from + remove);
          read = readMcalc("fuzz", i + 1, text, read);
        });
        assert.deepEqual(told(read), told(readMcalc("fuzz", 0, text)));
      }),
      { numRuns: 25 },
    );
  });

  it("any text is read without throwing", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ unit: "grapheme", maxLength: 200 })),
        (text) => {
          told(readMcalc("fuzz", 0, text));
        },
      ),
      { numRuns: 100 },
    );
  });
});
