import assert from "node:assert/strict";
import { children, type Expr } from "../../server/core/ast";
import { changedPaths } from "../../server/derivation/changed";
import { printText } from "../../server/language/print";
import { expr } from "../checking/scope";

const partAt = (e: Expr, path: readonly number[]): Expr => path.reduce((x, i) => children(x)[i]!, e);

describe("the changed parts of a step", () => {
  const cases: readonly (readonly [before: string, after: string, changed: readonly string[]])[] = [
    ["a + b", "a + b", []],
    ["a + b*c", "a + c*b", ["c*b"]],
    ["a + b", "a + b + c", ["c"]],
    ["x'*A'*e + x'*A*e", "x'*(A' + A)*e", ["x'*(A' + A)*e"]],
    ["2*r'*e", "2*r'*A*x", ["A", "x"]],
    ["tr(A*B*C)", "tr(C*A*B)", ["C*A*B"]],
    ["tr(A*d(inv(X)))", "tr(A*inv(X)*e*inv(X))", ["inv(X)", "e", "inv(X)"]],
    ["sum(d(exp(x)))", "sum(exp(x).*e)", ["exp(x).*e"]],
    ["a - b'*c", "a - c'*b", ["c'*b"]],
  ];
  for (const [before, after, changed] of cases)
    it(`${before} → ${after}`, () => {
      const e = expr(after);
      assert.deepEqual(changedPaths(expr(before), e).map((p) => printText(partAt(e, p))), changed);
    });
}); // prettier-ignore
