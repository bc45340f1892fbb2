import assert from "node:assert/strict";
import { readMarkdown } from "../../server/documents/markdown";
import { printText } from "../../server/language/print";

/** The sides that no sizes fit, each with what it should be. */
const unfit = (text: string): string[] =>
  readMarkdown("note.md", 1, text).formulas.flatMap((f) => (f.unfit === undefined ? [] : [printText(f.unfit.expr)]));

const found: readonly (readonly [string, string])[] = [
  ["For all $\\mathbf{x}$ we have $\\mathbf{x}(A^TA)\\mathbf{x} \\ge 0$.", "x'*(A'*A)*x"],
  ["$$J^TJ\\mathbf{s} = (\\mathbf{y} - \\mathbf{f})^TJ$$", "((y - f)'*J)'"],
  ["$$\\mathbf{x}^* = \\frac{A^T\\mathbf{b}}{A^TA}$$", "inv(A'*A)*(A'*b)"],
  [
    "Let $Q$ be a symmetric matrix and $c \\in \\mathbb{R}^n$.\n\n$$g = (c + A^Tv)Q^{-1}(c + A^Tv) + c^Tc$$",
    "(c + A'*v)'*inv(Q)*(c + A'*v) + c'*c",
  ],
];

const quiet: readonly string[] = [
  // Vectors may be rows all over.
  "$$\\mathbf{y} = \\mathbf{x}W^T, \\quad \\mathbf{x}\\mathbf{y}^T = 1$$",
  // One measurement: H is a row, R a number.
  "$$K = \\frac{P H^T}{H P H^T + R}$$",
  // Who writes no transpose leaves them to the reader.
  "$$\\mathbf{x}A\\mathbf{x} = \\mathbf{x}\\mathbf{b}$$",
  // A bold constant is a number.
  "$$f(\\mathbf{x}) = \\mathbf{x}^TA\\mathbf{x} + \\mathbf{c}$$",
  // A change of a matrix, written as that of its columns.
  "$$df = \\text{vec}(A^2\\,dA\\,I^T) + \\text{vec}(A\\,dA\\,A)$$",
];

describe("formulas that no sizes fit", () => {
  for (const [text, repaired] of found) it(text, () => assert.deepEqual(unfit(text), [repaired]));
});

describe("formulas that some sizes fit", () => {
  for (const text of quiet) it(text, () => assert.deepEqual(unfit(text), []));
});
