import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { checkDocument } from "../../server/checking";
import { readMcalc } from "../../server/documents/mcalc";

const status = (text: string): string => checkDocument(readMcalc("a.mcalc", 1, text)).claims.at(-1)!.status;

describe("sides that are zero wherever they are compared", () => {
  const claims: [text: string, status: string][] = [
    // Of a product through fewer rows than it has, the determinant is zero; so is twice that.
    ["A : R^(p×m)\nX : R^(m×m)\nB : R^(m×p)\nd(det(A*X*B))/d(X) == 2*det(A*X*B)*inv(X)'", "unknown"],
    // Where the hinge is not active, both sides are zero, and so would a third of the one be.
    [
      "W : R^(m×n)\nx, y : R^n\nd(relu(norm2(W*x)^2 - norm2(W*y)^2))/d(W) == step(norm2(W*x)^2 - norm2(W*y)^2)*W*(x*x' - y*y')",
      "wrong",
    ],
    // However small the values are, the normal form tells them apart.
    ["x : R^n\nd(exp(-99*x'*x - 99))/d(x) == -99*exp(-99*x'*x - 99)*x", "wrong"],
    // What is said to be zero is.
    ["x : R^n\nK : R^(n×n) skew\nx'*K*x == 0", "proved"],
    ["P : R^(n×n) symmetric\nP - P == zeros(n,n)", "proved"],
    ["x : R^n\nd(exp(x))/d(x) == diag(exp(x))", "proved"],
  ];
  for (const [text, expected] of claims)
    it(`${text.split("\n").at(-1)!} is ${expected}`, () => assert.equal(status(text), expected));
});
