import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { shapeText } from "../../server/core/shape";
import { digestOf } from "../support/digest";
import { laws } from "../support/laws";
import { changed, edits, notes } from "./edits";
import { markdownSteps, readMarkdown } from "../../server/documents/markdown";
import { findRegions } from "../../server/documents/markdownMath";
import { sameExpr } from "../../server/core/ast";
import { expressions } from "../../server/language/statement";

/** The formulas of a text, as they stand in it. */
const found = (text: string): string[] =>
  findRegions(text).flatMap((r) => (r.kind === "math" ? [text.slice(r.inner.start, r.inner.end).trim()] : []));

describe("finding mathematics in Markdown", () => {
  const CASES: readonly (readonly [string, string, readonly string[]])[] = [
    ["inline", "the sum $x + y$ of both", ["x + y"]],
    ["display", "a\n\n$$\nx + y\n$$\n\nb", ["x + y"]],
    ["display on one line", "so $$x + y$$ holds", ["x + y"]],
    ["display with text behind its opening", "$$x\n+ y\n= z$$\n:label:`a`\n\n$w$", ["x\n+ y\n= z", "w"]],
    ["two that touch", "$a=b$$=c$ and $d$", ["a=b", "=c", "d"]],
    ["several lines", "where $x +\ny$ is", ["x +\ny"]],
    ["round and square brackets", "so \\(x + y\\) and\n\n\\[ x^2 \\]\n", ["x + y", "x^2"]],
    ["doubled backslashes", "so \\\\(x + y\\\\) and \\\\[ x^2 \\\\]", ["x + y", "x^2"]],
    ["a bare environment", "thus\n\\begin{align}\na &= b\n\\end{align}\nend", ["\\begin{align}\na &= b\n\\end{align}"]],
    ["a fence of math", "```math\nx + y\n```\n", ["x + y"]],
    ["GitHub's backquoted dollars", "the $`x_1`$ here", ["x_1"]],
    ["in a quotation", "> $$\n> x + y\n> $$\n", ["> x + y\n>"]],
    ["in a list", "- a $x$\n  $$\n  y = z\n  $$\n", ["x", "y = z"]],
    ["lines that look like Markdown", "$$\nx\n= y\n- z\n$$\n", ["x\n= y\n- z"]],
    ["prices", "it costs $2 per hour and $3 per day", []],
    ["prices in brackets", "from $5 (or $6) on", []],
    ["shell variables", "set $HOME/bin:$PATH first", []],
    ["code", "`$x$` and\n\n```sh\necho $x $y\n```\n", []],
    ["indented code", "text\n\n    cost = $x + $y\n", []],
    ["a comment", "<!-- $x$ --> $y$", ["y"]],
    ["escaped dollars", "\\$x and \\$y", []],
    ["front matter", "---\ntitle: $x$\n---\n$y$", ["y"]],
    ["broken front matter", "---\ntitle: [\n<!-- $x$\nfoo\n---\n$y$", ["y"]],
    ["a line that ends in a backslash", "so \\\n```math\nx\n```\n", ["x"]],
    ["a paragraph that ends in a backslash", "it is $x \\\n\n$y$", ["y"]],
    ["a dollar that never closes", "it is $x of\n\n$y$", ["y"]],
  ];
  for (const [name, text, expected] of CASES) it(name, () => assert.deepEqual(found(text), expected));
});

/** What is known of a name at the end of a note: its shape, `?` where it is a guess, its properties. */
function known(text: string, name: string): string | undefined {
  const formula = readMarkdown("note.md", 1, `${text}\n\n$$${name} \\cdot 1$$\n`).formulas.at(-1)!;
  const v = formula.scope.variables.get(name);
  if (v === undefined) return undefined;
  const properties = [...v.properties].sort();
  return (
    shapeText(v.shape) +
    (formula.guessed?.has(name) === true ? "?" : "") +
    (properties.length === 0 ? "" : ` ${properties.join(" ")}`)
  );
}

describe("shapes in a note", () => {
  const CASES: readonly (readonly [string, string, string])[] = [
    ["$x \\in \\mathbb{R}^n$", "x", "n×1"],
    ["$A \\in \\mathbb{R}^{m \\times n}$", "A", "m×n"],
    ["$A, B \\in \\R^{m\\times n}$", "B", "m×n"],
    ["$c \\in \\mathbb{R}$", "c", "scalar"],
    ["$S \\in \\mathbb{S}^n_{++}$", "S", "n×n invertible posdef psd symmetric"],
    ["Let $A$ be an $m \\times n$ matrix.", "A", "m×n"],
    ["where $A$ is $m\\times n$.", "A", "m×n"],
    ["the matrix $W$ of size $p \\times q$", "W", "p×q"],
    ["an $n$-dimensional vector $v$", "v", "n×1"],
    ["a vector $b$ of length $r$", "b", "r×1"],
    ["$z$ is a vector in $\\mathbb{R}^k$.", "z", "k×1"],
    ["If $A$ is $m\\times n$, then", "A", "p×q?"],
    ["Let $c$ be a scalar.", "c", "scalar?"],
    ["$A \\in \\mathbb{R}^{n\\times n}$. Assume $A = A^T$.", "A", "n×n symmetric"],
    ["$A \\in \\mathbb{R}^{n\\times n}$. If $A = A^T$, then", "A", "n×n"],
    ["$S\\in\\mathbb{R}^{n\\times n}$ is symmetric.", "S", "n×n symmetric"],
    ["Let $W\\in\\mathbb{R}^{n\\times n}$ be skew-symmetric.", "W", "n×n skew"],
    ["$W\\in\\mathbb{R}^{n\\times n}$ is antisymmetric.", "W", "n×n skew"],
    ["$W\\in\\mathbb{R}^{n\\times n}$ is a skew-symmetric matrix.", "W", "n×n skew"],
    ["For skew-symmetric $A$ we get", "A", "n×n? skew"],
    ["For symmetric $A$ we get", "A", "n×n? symmetric"],
    ["for any positive definite $S$ and $T$", "T", "n×n? invertible posdef psd symmetric"],
    ["For a symmetric matrix $A$ we get", "A", "n×n? symmetric"],
    ["with a non-symmetric matrix $A$", "A", "n×m?"],
    ["If $A$ is not a symmetric matrix", "A", "n×m?"],
    ["if, for symmetric $A$,", "A", "n×m?"],
    ["$x = \\begin{bmatrix} x_1 \\\\ x_2 \\end{bmatrix}$", "x", "2×1"],
    ["$x = (x_1, \\dots, x_m)$", "x", "m×1"],
    ["$F = \\begin{bmatrix} 1 & t \\\\ 0 & 1\\end{bmatrix}$", "F", "2×2?"],
    ["$X \\in \\mathbb{R}^{n\\times d}$, $y \\in \\mathbb{R}^n$, $\\|X w - y\\|^2$", "w", "d×1?"],
    ["$x \\in \\mathbb{R}^n$. $x^T A x$", "A", "n×n?"],
    ["# One\n\n## A\n\n$x \\in \\mathbb{R}^n$\n\n## B\n", "x", "n×1?"],
    ["# One\n\n## Notation\n\n$x \\in \\mathbb{R}^n$\n\n## B\n", "x", "n×1"],
    ["$x \\in \\mathbb{R}^n$ and now $x \\in \\mathbb{R}^m$", "x", "m×1"],
  ];
  for (const [text, name, expected] of CASES)
    it(`${text}  —  ${name}: ${expected}`, () => assert.equal(known(text, name), expected));
});

describe("reading a note", () => {
  it("reads dy as the differential of what the passage is about", () => {
    const { formulas } = readMarkdown("n", 1, "$\\frac{d}{dX} tr(AX) = A^T$\n\n$dy = tr(A dX)$\n");
    assert.equal(formulas.at(-1)!.scope.definitions.get("y")?.body.kind, "apply");
  });
  it("line ends of Windows make no difference", () => {
    const said = (text: string): unknown[] =>
      readMarkdown("n", 1, text).formulas.map((f) => [
        f.text.split("\n").map((l) => l.trimEnd()).join("\n").trim(), // prettier-ignore
        f.statement.kind,
        [...f.scope.variables].map(([name, v]) => `${name} : ${shapeText(v.shape)}`).sort(),
      ]);
    fc.assert(
      fc.property(notes, (text) => {
        const lines = text.replaceAll("\r\n", "\n");
        assert.deepEqual(said(lines.replaceAll("\n", "\r\n")), said(lines));
      }),
      laws(100),
    );
  });
  it("a chain that begins with = goes on from the formula before", () => {
    const { formulas } = readMarkdown("n", 1, "$dy = tr(A dX)$\n\n$= tr(dX A)$\n");
    const { statement } = formulas[1]!;
    assert.ok(statement.kind === "claim" && statement.continues === true);
  });
  it("knows macros of the note and of the settings", () => {
    const { formulas } = readMarkdown("n", 1, "$\\newcommand{\\bx}{\\mathbf{x}}$\n\n$\\bx^\\TT \\bx$\n", undefined, {
      macros: { "\\TT": "\\top" },
    });
    const [e] = expressions(formulas.at(-1)!.statement);
    assert.equal(e?.kind === "apply" && e.op, "mul");
  });
  it("reads fences of .mcalc", () => {
    const { formulas } = readMarkdown("n", 1, "```mcalc\nA : R^(n×n)\ntr(A)\n```\n");
    assert.deepEqual(
      formulas.map((f) => [f.notation, f.statement.kind]),
      [
        ["mcalc", "declaration"],
        ["mcalc", "query"],
      ],
    );
  });
  it("positions are those of the document", () => {
    const text = "> 😀 $$\n> A x\n> + b\n> $$\n";
    const f = readMarkdown("n", 1, text).formulas[0]!;
    assert.equal(text.slice(f.span.start, f.span.end), "A x\n> + b");
  });
});

const PIECES = ["$", "$$", "\\frac{", "}", "{", "x", "A", "^T", "_i", "\\mathbf", "\\begin{bmatrix}", "\\end{bmatrix}", "&", "\\\\", "=", "d", "\\partial", "\\sum_{i=1}^n", "|", "\\|", "(", ")", "\\left(", "\\right)", "\n", "\n\n", " ", "# h\n", "`", "\\newcommand{\\q}{\\q\\q}", "\\q", "\\in \\mathbb{R}^n", "'", "\\text{if}", ",", "+", "-", "2", "\\nabla_x", "\\", "%", "😀"]; // prettier-ignore

describe("whatever stands between dollars", () => {
  it("never throws and keeps positions in the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 3 })), { maxLength: 40 }),
        (parts) => {
          const text = `$${parts.join("")}$\n\n$$${parts.join(" ")}$$`;
          for (const f of readMarkdown("n", 1, text).formulas)
            assert.ok(f.span.start >= 0 && f.span.start <= f.span.end && f.span.end <= text.length);
        },
      ),
      { numRuns: 300 },
    );
  });
  it("deep and long formulas come to an end", () => {
    for (const text of [
      "(".repeat(5000) + "x" + ")".repeat(5000),
      "{".repeat(3000) + "x" + "}".repeat(3000),
      "x^".repeat(4000) + "x",
      "\\hat".repeat(2000) + "x",
      "x+".repeat(9000) + "x",
      "\\frac".repeat(3000),
      "|".repeat(3001),
      "\\sqrt{".repeat(900),
    ])
      assert.doesNotThrow(() => readMarkdown("n", 1, `$$${text}$$`));
  });
  it("a macro that stands for itself is not expanded for ever", () => {
    assert.doesNotThrow(() => readMarkdown("n", 1, "$\\def\\a{\\a\\a}\\a$"));
  });
});

const LINES = ["$x \\in \\mathbb{R}^n$", "Let $A$ be an $m \\times n$ matrix.", "$f(x) = x^TAx$", "$$\\nabla f(x) = (A + A^T)x$$", "$dy = x^TAdx$", "$= x^TA dx$", "# A", "## Example", "$A = A^T$", "$y = Ax$", "$\\mathbf{x}^T A \\mathbf{x}$", "$x = \\begin{bmatrix}x_1\\\\x_2\\end{bmatrix}$", "$x_1 + x_2$", "$\\frac{d}{dX}tr(AX) = A^T$", "$dy = tr(AdX)$"]; // prettier-ignore

describe("a formula that recurs", () => {
  const shapes = (text: string): string[] =>
    readMarkdown("n", 1, text).formulas.flatMap((f) =>
      f.statement.kind === "query" ? [shapeText(f.scope.variables.get("B")!.shape)] : [],
    );
  it("says the same again", () =>
    assert.deepEqual(shapes("Let $B \\in \\mathbb{R}^{n \\times m}$.\n\n|a|b|\n|-|-|\n|$2B$|$2B$|\n"), ["n×m", "n×m"]));
  it("says something else where it rests on something else", () =>
    assert.deepEqual(
      shapes(
        "Let $B \\in \\mathbb{R}^{n \\times m}$, so $2B$.\n\nLet $B \\in \\mathbb{R}^{p \\times q}$, so $2B$, and $2B$.",
      ),
      ["n×m", "p×q", "p×q"],
    ));
});

describe("a text that changes", () => {
  it("reads as it does afresh, after any edits", () => {
    fc.assert(
      fc.property(notes, edits, (first, all) => {
        let text = first;
        let document = readMarkdown("n", 1, text);
        for (const edit of all) {
          text = changed(text, edit);
          document = readMarkdown("n", 1, text, document);
          assert.equal(digestOf(document), digestOf(readMarkdown("n", 1, text)));
        }
      }),
      laws(100),
    );
  });
  const EDITS: readonly (readonly [string, string, string])[] = [
    ["a backslash before a fence", "# A\n\n```mcalc\nz : R^n\n```", "# A\\\n```mcalc\nz : R^n\n```"],
    ["a formula indented into the list above", "- a\n\n }\n", "- a\n\n    $$ x^Tx $$\n"],
    ["blank lines before what is indented", "- a\n\n  }\n\nb", "- a\n\n  \n    $$ x^Tx $$\n\nb"],
    ["what was indented into a list no longer is", "- a\n\n    $$ x^Tx $$\n", "- a\n\n$$ x^Tx $$\n"],
  ];
  for (const [name, before, after] of EDITS)
    it(`reads as it does afresh: ${name}`, () => {
      const fresh = readMarkdown("n", 2, after);
      assert.equal(fresh.formulas.length, 1);
      assert.equal(digestOf(readMarkdown("n", 2, after, readMarkdown("n", 1, before))), digestOf(fresh));
    });
  it("what an edit does not touch stays the same", () => {
    const text = LINES.join("\n\n");
    const before = readMarkdown("n", 1, text);
    const after = readMarkdown("n", 2, `${text}\n\nSome words.\n`, before);
    before.formulas.slice(0, -1).forEach((f, i) => assert.equal(after.formulas[i], f));
    const moved = readMarkdown("n", 3, `Some words.\n\n${text}`, before);
    before.formulas.forEach((f, i) => {
      assert.equal(moved.formulas[i]!.statement, f.statement);
      assert.equal(moved.formulas[i]!.scope, f.scope);
      assert.equal(moved.formulas[i]!.basis, f.basis);
    });
  });
  it("an edit reads only what depends on it", () => {
    const text = "Let $A, B \\in \\mathbb{R}^{n\\times n}$.\n\n$\\operatorname{tr}(A)$\n\n$\\operatorname{tr}(B)$\n";
    const before = readMarkdown("n", 1, text);
    const after = readMarkdown("n", 2, text.replace("$A, B", "$B").replace("Let", "Let $A \\in \\mathbb{R}^{m\\times m}$,"), before); // prettier-ignore
    const [traceA, traceB] = after.formulas.slice(-2);
    assert.notEqual(traceA!.basis, before.formulas.at(-2)!.basis);
    assert.equal(traceB!.basis, before.formulas.at(-1)!.basis);
    assert.equal(traceB!.scope.variables.get("A")!.shape.rows.key, "m");
  });
  it("steps give what one go gives", () => {
    const text = LINES.join("\n\n");
    let steps = 0;
    const run = markdownSteps("n", 1, text);
    for (;;) {
      const step = run.next();
      if (step.done === true) {
        const whole = readMarkdown("n", 1, text).formulas;
        assert.equal(step.value.formulas.length, whole.length);
        assert.ok(
          step.value.formulas.every((f, i) =>
            expressions(f.statement).every((e, k) => sameExpr(e, expressions(whole[i]!.statement)[k]!)),
          ),
        );
        break;
      }
      steps++;
    }
    assert.ok(steps > 2);
  });
});
