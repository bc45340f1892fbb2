import assert from "node:assert/strict";
import { namedParts } from "../../server/calculus";
import { atOnce } from "../../server/core/steps";
import { printText } from "../../server/language/print";
import { shapesIn } from "../../server/notation/kinds";
import { expr, scopeOf } from "../checking/scope";

function shortened(answers: readonly string[], lines: readonly string[]): string[] {
  const scope = scopeOf(...lines);
  const found = atOnce(namedParts(answers.map(expr), scope, shapesIn(scope)));
  return [...found.definitions.map((d) => `${d.name} = ${printText(d.body)}`), ...found.answers.map(printText)];
}

const MATRICES = ["A, B, C : R^(n×n)", "x, y : R^n"];

describe("what recurs in an answer gets a name", () => {
  const table: [answers: string[], expected: string[], ...lines: string[]][] = [
    // not worth it
    [["A*x + A*y"], ["A*x + A*y"], ...MATRICES],
    [["(A + B)*x"], ["(A + B)*x"], ...MATRICES],
    // a sum, in any order, turned, and with the other sign
    [["(A*B - C)*x + (A*B - C)'*y"], ["D = A*B - C", "D*x + D'*y"], ...MATRICES],
    [["(A*B - C)*x + (C - A*B)*(y - x)"], ["D = A*B - C", "D*x - D*(y - x)"], ...MATRICES],
    // a run of a product
    [["A*B*C*x + x'*A*B*C*y*y"], ["D = A*B*C", "D*x + x'*D*y*y"], ...MATRICES],
    [["tanh(A*x) + B*tanh(A*x).^2"], ["h = tanh(A*x)", "h + B*h.^2"], ...MATRICES],
    // over several answers
    [["(A*x - y)*x'", "A'*(A*x - y)"], ["u = A*x - y", "u*x'", "A'*u"], ...MATRICES],
    // the author's own name first, and no letter that is taken
    [["(A*B - C)*x + (A*B - C)'*y"], ["D*x + D'*y"], ...MATRICES, "D = A*B - C"],
    [["(A*B - C)*x + (A*B - C)'*y"], ["G = A*B - C", "G*x + G'*y"], ...MATRICES, "D : R"],
    // names in names
    [
      ["(A*B - C)*exp((A*B - C)*x + y) + B*exp((A*B - C)*x + y)"],
      ["D = A*B - C", "e = exp(D*x + y)", "D*e + B*e"],
      ...MATRICES,
    ],
  ];
  for (const [answers, expected, ...lines] of table)
    it(answers.join("; "), () => assert.deepEqual(shortened(answers, lines), expected));
});
