import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

const check = (text: string) => checkDocument(readMarkdown("file:///note.md", 1, text));
const told = (text: string): readonly string[] =>
  check(text)
    .problems.filter((p) => p.severity === "error" || p.severity === "warning")
    .map((p) => p.message);

describe("a size that is said beside a value is a claim", () => {
  for (const text of [
    "Let $A \\in \\mathbb{R}^{n \\times m}$. Then $A^TA \\in \\mathbb{R}^{m \\times m}$.",
    "$$W \\in \\mathbb{R}^{10\\times 784}, \\qquad x \\in \\mathbb{R}^{784}, \\qquad s = Wx \\in \\mathbb{R}^{10}$$",
    "For $h \\in \\mathbb{R}^{1\\times n}$: $$z = hW, \\qquad W \\in \\mathbb{R}^{n\\times 10}, \\qquad z \\in \\mathbb{R}^{1\\times 10}$$",
    "Let $X \\in \\mathbb{R}^{d\\times n}$. $$C = \\frac1n XX^T, \\qquad C \\in \\mathbb{R}^{d\\times d}$$",
    "With $u \\in \\mathbb{R}^p$ and $v \\in \\mathbb{R}^q$ we have $uv^T \\in \\mathbb{R}^{p\\times q}$.",
  ])
    it(`that holds: ${text}`, () => {
      assert.deepEqual(told(text), []);
      assert.ok(
        check(text).claims.some((c) => c.status === "verified"),
        JSON.stringify(check(text).claims),
      );
    });

  for (const text of [
    "Let $A \\in \\mathbb{R}^{n \\times m}$. Then $A^TA \\in \\mathbb{R}^{n \\times n}$.",
    "For $h \\in \\mathbb{R}^{1\\times n}$: $$z = hW, \\qquad W \\in \\mathbb{R}^{10\\times n}, \\qquad z \\in \\mathbb{R}^{1\\times 10}$$",
    "Let $X \\in \\mathbb{R}^{d\\times n}$. $$C = \\frac1n X^TX, \\qquad C \\in \\mathbb{R}^{d\\times d}$$",
    "Let $J \\in \\mathbb{R}^{m \\times n}$, $r \\in \\mathbb{R}^m$ and $s \\in \\mathbb{R}^n$. $$J^TJs = r^TJ$$",
    "Let $S, M \\in \\mathbb{R}^{d \\times d}$. $$\\operatorname{tr}(SM) = SM$$",
    "Let $A \\in \\mathbb{R}^{m \\times n}$ and $b \\in \\mathbb{R}^m$. $$x = \\frac{A^Tb}{A^TA}$$",
    "Let $x \\in \\mathbb{R}^D$, $U \\in \\mathbb{R}^{D\\times d}$ and $z = U^Tx \\in \\mathbb{R}^d$. $$\\min_U \\| x - UU^Tz \\|_2^2$$",
  ])
    it(`that does not: ${text}`, () => assert.equal(told(text).length, 1, JSON.stringify(told(text))));

  for (const text of [
    "Let $X \\in \\mathbb{R}^{n\\times d}$, $w \\in \\mathbb{R}^d$ and $b \\in \\mathbb{R}$. $$y = Xw + b$$",
    "Let $V \\in \\mathbb{R}^n$ and $Q, C \\in \\mathbb{R}$. $$U = \\frac12 CV^2 = \\frac12 QV$$",
    "For $x \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n\\times n}$, the equation $Ax = \\lambda x$.",
  ])
    it(`nothing is said: ${text}`, () => assert.deepEqual(told(text), []));
});
