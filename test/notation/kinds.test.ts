import assert from "node:assert/strict";
import { derive } from "../../server/calculus";
import { equalAtPoints } from "../../server/evaluation";
import { shapesIn } from "../../server/notation/kinds";
import { expr, scopeOf } from "../checking/scope";

describe("what is defined by itself", () => {
  const table: [text: string, ...lines: string[]][] = [
    ["loss", "x : R^n", "loss = sum(i in 1..n, loss + x[i])"],
    ["a", "x : R^n", "a = sum(i in 1..n, b*x[i])", "b = sum(j in 1..n, a)"],
    ["a", "x : R^n", "a = f(x)", "f(v) = a + v'*v"],
    ["a", "x : R^n", "a = sum(i in 1..n, f(x[i]))", "f(t) = sum(j in 1..n, a*t)"],
    ["f(x)", "x : R^n", "f(v) = sum(i in 1..n, f(v)*v[i])"],
    ["a", "x : R^n", "a = [a; x]"],
  ];
  for (const [text, ...lines] of table)
    it(`${lines.slice(1).join(", ")} has no shape, value or derivative, and ends`, () => {
      const scope = scopeOf(...lines);
      shapesIn(scope)(expr(text));
      assert.equal(equalAtPoints(expr(text), expr("1"), scope).verdict, "unknown");
      const r = derive({ expr: expr(text), wrt: ["x"], scope });
      assert.ok(!r.ok && /defined by itself/.test(r.error.message), r.ok ? "" : r.error.message);
    });
});
