import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

/** The parts of a note that are said to hold. */
const confirmed = (text: string): string[] =>
  checkDocument(readMarkdown("file:///note.md", 1, text))
    .claims.filter((c) => c.status === "proved" || c.status === "verified")
    .map((c) => c.text);

/** Notes of which nothing may be confirmed, by what would make it hold. */
const NEVER: Readonly<Record<string, readonly string[]>> = {
  "a definition taken from the claim itself": [
    "$$\\log q(\\mathbf{z}) = -\\mathbf{z}^T\\mathbf{z} + a$$",
    "We have $R^T R = \\Sigma$.",
  ],
  "a definition that the note itself contradicts": [
    "Let $h(x) = x^T M x + 2 r^T x$ for symmetric $M$. We rewrite it: $h(x) = (x - M^{-1}r)^T M (x - M^{-1}r) - r^T M^{-1} r$. So $\\nabla h(x) = 2Mx - 2r$.",
  ],
  "a constraint taken for a definition": [
    "Minimise $f(u,v) = u^2 v$ subject to $h(u,v) = m$.\n\n$$\nL(u,v,\\lambda) = f(u,v) - \\lambda (h(u,v) - m).\n$$\n\n$$\\frac{\\partial L}{\\partial \\lambda} = h(u,v) - m$$",
  ],
  "a function of entries with another argument": [
    "Let $g(\\mathbf{z}) = \\sum_i z_i^2$. Then $g(3\\mathbf{z}) = g(\\mathbf{z})$.",
    "Let $s(\\mathbf{y}) = \\log\\sum_i \\exp(y_i)$. Then $s(\\mathbf{y} + a) = s(\\mathbf{y})$.",
  ],
  "a skew-symmetric matrix taken for a symmetric one": [
    "Let $W \\in \\mathbb{R}^{n\\times n}$ be skew-symmetric, $x \\in \\mathbb{R}^n$.\n\n$$\\frac{\\partial}{\\partial t}(x + \\sin(t)Wx + (1-\\cos(t))W^2x) = W \\sin(t)Wx$$",
  ],
  "the value of a variable at which it happens to hold": [
    "The solution is $w = (X^TX)^{-1}X^TY$.\n\n$$L = \\|Y - Xw\\|^2 + \\lambda\\|w\\|^2$$\n\n$$\\frac{\\partial L}{\\partial w} = 2X^T(Y - Xw) + 2\\lambda w$$",
  ],
  "what is observed taken for what is predicted": [
    "We predict $\\hat y = mx + b$ and minimise $L = \\frac1n \\sum (\\hat y - y)^2$. Then $$\\frac{\\partial L}{\\partial m} = \\frac1n \\sum (\\hat y - y) x$$",
    "We predict $\\hat y = Xw$ and minimise $L = \\sum_i (\\hat y_i - y_i)^2$. Then $$\\frac{\\partial L}{\\partial w} = X^T(\\hat y - y)$$",
  ],
  "one example taken for all of them": [
    "The loss is $J = \\sum_{n=1}^N f(\\tilde x_n)$ with $\\tilde x_n = x_n - b$.\n\n$$\\frac{\\partial J}{\\partial b_i} = \\frac{\\partial J}{\\partial \\tilde x_n} \\frac{\\partial \\tilde x_n}{\\partial b_i}$$",
  ],
  "nothing being known of what is differentiated": [
    "We put it to zero: $\\frac{\\partial (PR)}{\\partial w} = 0$.",
    "It holds subject to $\\frac{\\partial L}{\\partial \\beta} = 0$.",
  ],
  "a vector taken for a number": [
    "$$\\mathbf{y}(B^TB)\\mathbf{y} = (B\\mathbf{y})^TB\\mathbf{y}$$",
    "$$\\mathbf{y}B^TB\\mathbf{y} = \\|B\\mathbf{y}\\|^2$$",
  ],
};

describe("a wrong statement is never confirmed", () => {
  for (const [reason, notes] of Object.entries(NEVER))
    for (const note of notes) it(`by ${reason}: ${note}`, () => assert.deepEqual(confirmed(note), []));
});

describe("what is right beside it still is", () => {
  for (const note of [
    "Let $h(x) = x^T M x + 2 r^T x$ for symmetric $M$. We rewrite it: $h(x) = (x + M^{-1}r)^T M (x + M^{-1}r) - r^T M^{-1} r$. So $\\nabla h(x) = 2Mx + 2r$.",
    "$$\\mathbf{y}^T(B^TB)\\mathbf{y} = (B\\mathbf{y})^TB\\mathbf{y}$$",
    "The solution is $w = (X^TX)^{-1}X^TY$.\n\n$$L = \\|Y - Xw\\|^2 + \\lambda\\|w\\|^2$$\n\n$$\\frac{\\partial L}{\\partial w} = 2X^T(Xw - Y) + 2\\lambda w$$",
    "Let $h(x) = x^T M x$ for symmetric $M$. Then $\\nabla h(x) = 2Mx$.",
  ])
    it(note, () => assert.notDeepEqual(confirmed(note), []));
});
