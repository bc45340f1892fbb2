import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readMarkdown } from "../../server/documents/markdown";
import { clashInWords } from "../../server/notation/blocks";
import { hover } from "../../server/features/hover";
import { noTurn } from "../../server/features/turn";
import { marked, snapshotFrom, snapshotOf } from "./kit";

/** A hover as plain lines. */
async function said(fixture: string, settings = {}, language: "mcalc" | "markdown" = "mcalc"): Promise<string[]> {
  const { text, offset, selection } = marked(fixture);
  const found = await hover(
    language === "mcalc" ? snapshotOf(text, settings) : snapshotFrom(readMarkdown("file:///n.md", 1, text), settings),
    offset,
    selection.end > selection.start ? selection : undefined,
    noTurn,
  );
  if (found === undefined) return [];
  return [
    ...(found.clash === undefined ? [] : [clashInWords(found.clash)]),
    ...(found.claim === undefined ? [] : [`${found.claim.mark} ${found.claim.text}`.trim()]),
    ...(found.subject === undefined ? [] : [`${found.subject.title}: ${found.subject.text}`]),
    ...(found.expression === undefined ? [] : [`${found.expression.text}: ${found.expression.shape}`]),
    ...found.rows.map((r) => `${r.left} = ${r.right} (${r.shape}${r.verified ? ", verified" : ""})`),
    ...found.folded.map((f) => `and ${f.label}`),
    ...found.notes,
    ...(found.refusal === undefined ? [] : [found.refusal]),
  ];
}

const GIVEN = "A : R^(n×n)\nX : R^(n×d)\ny : R^n\nw : R^d\nx : R^n\nS : R^(n×n) posdef\n";

describe("hover", () => {
  const cases: [fixture: string, lines: string[]][] = [
    ["x'$0*A*x", ["xᵀA: row of length n", "xᵀAx: scalar", "∂(xᵀAx)/∂x = (A + Aᵀ)x (n×1, verified)", "∂(xᵀAx)/∂A = xxᵀ (n×n, verified)"]],
    ["loss = norm2(X*w - y)$0^2", ["‖Xw − y‖²: scalar", "∂loss/∂w = 2Xᵀ(Xw − y) (d×1, verified)", "∂loss/∂X = 2(Xw − y)wᵀ (n×d, verified)", "and y"]],
    ["loss = norm2(«X*w» - y)^2", ["X: matrix n×d, declared in line 2", "Xw: n×1", "∂(Xw)/∂w = X (n×d, verified)", "∂(Xw)/∂X = wᵀ ⊗ Iₙ (n×dn, verified)"]],
    ["f = logdet($0S)", ["S: matrix n×n, positive definite, declared in line 6", "log det(S): scalar", "∂f/∂S = S⁻¹ (n×n, verified)"]],
    ["f = log$0det(S)", ["logdet(n×n) → scalar: the logarithm of the (absolute) determinant", "log det(S): scalar", "∂f/∂S = S⁻¹ (n×n, verified)"]],
    ["v : R^$0k", ["k: dimension: length of v, first in line 7"]],
    ["Z : R^(n×$0d)", ["d: dimension: columns of X, length of w, columns of Z, first in line 2"]],
    ["f = $0n*x'*x", ["n: dimension: rows and columns of A, rows of X, length of y, length of x, rows and columns of S, first in line 1"]],
    ["a$0 = softmax(A*x)", ["softmax(Ax): n×1", "∂a/∂x = (diag(a) − aaᵀ)A (n×n, verified)"]],
    ["# noth$0ing", []],
  ]; // prettier-ignore
  for (const [fixture, lines] of cases)
    it(fixture, async () => {
      assert.deepEqual((await said(GIVEN + fixture)).slice(0, lines.length || undefined), lines);
    });

  it("on a claim, what the checker says and what the derivative is", async () => {
    const lines = await said(`${GIVEN}d(x'*A*x)/d$0(x) == A*x`);
    assert.match(lines[0]!, /^✗ wrong/);
    assert.ok(
      lines.some((l) => l.endsWith("= (A + Aᵀ)x (n×1, verified)")),
      lines.join("\n"),
    );
  });

  it("on what is said to be a derivative and is not, what it is", async () => {
    assert.deepEqual(await said(`${GIVEN}d(x'*x)/d(x) == $0x`), [
      "✗ wrong it is off by a factor 2",
      "x: vector of length n, declared in line 5",
    ]);
    assert.ok((await said(`${GIVEN}d(x'*A*x)/d(x) == A$0*x`)).includes("∂(xᵀAx)/∂x = (A + Aᵀ)x (n×1, verified)"));
    assert.ok(!(await said(`${GIVEN}d(x'*A*x)/d(x) == (A + A')$0*x`)).some((l) => l.startsWith("∂")));
  });

  it("with the numerator layout a gradient is a row", async () => {
    const lines = await said(`${GIVEN}y'*x$0`, { layout: "numerator" });
    assert.ok(lines.includes("∂(yᵀx)/∂x = yᵀ (1×n, verified)"), lines.join("\n"));
  });

  it("where shapes do not fit, which sides they are", async () => {
    assert.equal((await said(`${GIVEN}X*$0y`))[0], "X is n×d and y is n×1: d ≠ n");
    assert.deepEqual((await said(`${GIVEN}det$0(X)`))[0], "X is n×d: n ≠ d");
    assert.deepEqual((await said(`${GIVEN}X*(w + $0y)`))[0], "w is d×1 and y is n×1: d ≠ n");
  });

  it("in a note, on a derivative of a name that the note defines", async () => {
    const note = "Let $X \\in \\mathbb{R}^{n \\times d}$, $y \\in \\mathbb{R}^n$, $w \\in \\mathbb{R}^d$.\n\n$$L = \\|X w - y\\|^2$$\n\n$$\\frac{\\partial L}{\\partial $0w} = X^\\top (X w - y)$$\n"; // prettier-ignore
    assert.ok((await said(note, {}, "markdown")).includes("∂L/∂w = 2Xᵀ(Xw − y) (d×1, verified)"));
    const side = note.replace("$0", "").replace("= X^", "= X$0^");
    assert.ok((await said(side, {}, "markdown")).includes("∂L/∂w = 2Xᵀ(Xw − y) (d×1, verified)"));
  });

  it("in a note, of a fence of mcalc", async () => {
    const note = "# A note\n\n```mcalc\nA : R^(n×n)\nx : R^n\ny = x'*$0A*x\n```\n";
    assert.ok((await said(note, {}, "markdown")).includes("∂y/∂x = (A + Aᵀ)x (n×1, verified)"));
  });

  it("without conventions, nothing of formulas that rest on a guess", async () => {
    const note = "Let $w \\in \\mathbb{R}^n$. Then $y = w^\\top w$ and $z = x^\\top $0A x$.";
    assert.ok((await said(note, {}, "markdown")).some((l) => l.includes("∂z/∂x")));
    assert.deepEqual(await said(note, { conventions: false }, "markdown"), ["A: not declared"]);
    assert.ok((await said(note.replace("$0", "").replace("w^\\top w", "w^\\top $0w"), { conventions: false }, "markdown")).some((l) => l.includes("∂y/∂w = 2w"))); // prettier-ignore
  });
});
