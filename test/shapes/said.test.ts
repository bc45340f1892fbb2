import assert from "node:assert/strict";
import { atOnce } from "../../server/core/steps";
import { readMarkdown } from "../../server/documents/markdown";
import { shapeProblems } from "../../server/shapes/document";

/** What is said about the sizes in a note: the parts that do not fit. */
function misfits(text: string): string[] {
  return atOnce(shapeProblems(readMarkdown("note.md", 1, text))).map((p) => p.message.split("` ")[0]!.replace("`", ""));
}

const found: readonly (readonly [string, string])[] = [
  ["Suppose that $A$ is an $m \\times n$ matrix.\n\nLater, $B$ is an $n \\times k$.\n\n$$Y = BA$$", "B*A"],
  ["Let $A$ be an $m$ by $n$ matrix, and $B$ an $n$-by-$k$ matrix.\n\n$$Y = BA$$", "B*A"],
  ["The dimensions of $W$ are $p \\times q$, and $x$ has $p$ entries.\n\n$$y = Wx$$", "W*x"],
  ["$X$ has $n$ rows and $d$ columns, the $n$-dimensional state $h$ is given.\n\n$$z = Xh$$", "X*h"],
  ["$$y = Wx$$\n\nwhere $W$ is a trainable $p \\times q$ matrix and $x \\in \\mathbb{R}^p$.", "W*x"],
  ["Let $W_q, W_k \\in \\mathbb{R}^{v\\times q}$ and $X \\in \\mathbb{R}^{m\\times v}$.\n\n$$Q = W_q X$$", "W_q*X"],
  ["Let $x_i, m \\in \\mathbb{R}^d$.\n\n$$S = \\sum_{i=1}^N (x_i - m)(x_i - m)$$", "(x_i - m)*(x_i - m)"],
  [
    "Let $J \\in \\mathbb{R}^{m\\times n}$, $r \\in \\mathbb{R}^m$, $s \\in \\mathbb{R}^n$.\n\n$$0 = -2r^TJ + 2J^TJs$$",
    "-2*r'*J + 2*J'*J*s",
  ],
];

const quiet: readonly string[] = [
  // A bias is spread over the rows.
  "Let $X \\in \\mathbb{R}^{n\\times d}$, $W \\in \\mathbb{R}^{d\\times h}$, $b \\in \\mathbb{R}^{1\\times h}$.\n\n$$O = XW + b$$",
  "Let $X \\in \\mathbb{R}^{n\\times d}$, $w \\in \\mathbb{R}^d$, $b \\in \\mathbb{R}$.\n\n$$y = Xw + b$$",
  // The square of a vector is the square of its length.
  "Let $r \\in \\mathbb{R}^n$. We minimise $r^2$.",
  // Numbers of a tuple.
  "For every $(u, v, w) \\in \\mathbb{R}^3$ put $\\rho = u^2 + v^2 + w^2$.",
  // b is a number here.
  "Take $f(x) = mx + b$: $f(0)$ is $b$.",
  // A set, an arrow, a count are no sizes.
  "Let $P$ be a point in $\\mathcal{X}$ and two vectors $x$ and $y$.\n\nThen $\\|x - y\\|$ and $x' \\in \\mathbb{R}^d$, $\\|x - x'\\|$.",
  "The vector $w$ is of length $s$ at an angle, and $v \\in \\mathbb{R}^2$.\n\n$$v - w$$",
  "Take $n$ vectors $u_1$ and $u_2$, with $u_1 + z$ for $z \\in \\mathbb{R}^d$.",
  // Said only for a case, or taken back.
  "We have an $m \\times n$ matrix $A$. If $m = n$, the solution is $x = A^{-1}b$.",
  "The $m\\times n$ matrix $A$ is given.\n\n$\\det(2A) = 2^n\\det(A)$, where $A$ is $n \\times n$.",
  // The start of a path is no entry of x.
  "Let $x \\in \\mathbb{R}^n$ and $x_0 \\in \\mathbb{R}^n$. Then $\\|x - x_0\\|^2 = (x - x_0)^T(x - x_0)$.",
  // A row of entries may stand for a column.
  "Let $R \\in \\mathbb{R}^{3\\times 3}$ and $p = [p_x, p_y, p_z]$. Then $Rp$ is rotated.",
  // Columns of a matrix are no entries of it.
  "Let $u_1 = \\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}$, $u_2 = \\begin{bmatrix} 3 \\\\ 4 \\end{bmatrix}$, $U = [u_1 \\quad u_2]$ and $A = UDU^{-1}$.",
];

describe("sizes that a note states", () => {
  for (const [text, part] of found) it(text, () => assert.deepEqual(misfits(text), [part]));
});

describe("sizes that a note does not state", () => {
  for (const text of quiet) it(text, () => assert.deepEqual(misfits(text), []));
});

describe("sizes that a note states of a value", () => {
  const stated: readonly (readonly [string, readonly string[]])[] = [
    ["Let $A \\in \\mathbb{R}^{n\\times m}$. Then $A^TA \\in \\mathbb{R}^{n\\times n}$.", ["A'*A"]],
    ["Let $A \\in \\mathbb{R}^{n\\times m}$. Then $A^TA \\in \\mathbb{R}^{m\\times m}$.", []],
    [
      "The columns of $X \\in \\mathbb{R}^{d\\times n}$ are the data.\n\n$$C = X^TX, \\qquad C \\in \\mathbb{R}^{d\\times d}$$",
      ["X'*X"],
    ],
    [
      "Let $x \\in \\mathbb{R}^n$ and $W \\in \\mathbb{R}^{m\\times n}$. The row $x^TW^T \\in \\mathbb{R}^m$ is given.",
      [],
    ],
    ["Products of two: $[xy]$ and $AB - BA$ for $A, B \\in \\mathbb{R}^{n\\times n}$.", []],
  ];
  for (const [text, parts] of stated) it(text, () => assert.deepEqual(misfits(text), parts));
});
