import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { applyEdits, format } from "../../server/features/formatting";
import { snapshotOf } from "./kit";

const formatted = (text: string): string => applyEdits(text, format(snapshotOf(text)));

describe("formatting", () => {
  const cases: [written: string, laidOut: string][] = [
    ["X:R^(n×d)\n", "X : R^(n×d)\n"],
    ["A,B:R^(3×n)   symmetric  posdef\n", "A, B : R^(3×n) symmetric posdef\n"],
    ["loss=norm2( X * w-y )^ 2+c*w ' *w\n", "loss = norm2(X*w - y)^2 + c*w'*w\n"],
    ["d(loss)/d(w)==2*X'*(X*w-y)\n", "d(loss)/d(w) == 2*X'*(X*w - y)\n"],
    ["f = -x + (-y)*z\n", "f = -x + (-y)*z\n"],
    ["a = A[ i , : ]\n", "a = A[i,:]\n"],
    ["L = [a,b;c,d]\n", "L = [a, b; c, d]\n"],
    ["x_i : R^d for i = 1..N\n", "x_i : R^d for i = 1..N\n"],
    ["k : R   # a comment   \n", "k : R   # a comment\n"],
    ["a : R\n\n\n\nb : R", "a : R\n\nb : R\n"],
    ["f = a +\n    b\n", "f = a +\n    b\n"],
    ["n : R^(2*n+1)\n", "n : R^(2*n+1)\n"],
    ["", ""],
  ];
  for (const [written, laidOut] of cases)
    it(JSON.stringify(written), () => {
      assert.equal(formatted(written), laidOut);
      assert.equal(formatted(laidOut), laidOut, "twice is the same as once");
    });
});
