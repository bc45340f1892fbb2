import assert from "node:assert/strict";
import { derive } from "../../server/calculus";
import { constant, type Dense } from "../../server/core/dense";
import { compareDerivative, evaluate, isFailure, Random, samplePoint } from "../../server/evaluation";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "../checking/scope";

const SCOPE = scopeOf("A : R^(k×n)", "b, c : R^k", "x, y : R^n", "X : R^(m×n)", "s, t : R");

function derivative(text: string, wrt: string): string {
  const r = derive({ expr: expr(text), wrt: [wrt], scope: SCOPE });
  return r.ok ? printText(r.expr) : r.error.message;
}

describe("derivatives of what has kinks", () => {
  const table: [text: string, wrt: string, expected: string][] = [
    ["max(x)", "x", "hardmax(x)"],
    ["max(X)", "X", "hardmax(X)"],
    ["max(A*x + c)", "x", "A'*hardmax(A*x + c)"],
    ["max(A*x - b)", "x", "A'*hardmax(A*x - b)"],
    ["norminf(A*x - b)", "x", "A'*(hardmax(abs(A*x - b)).*sign(A*x - b))"],
    ["relu(max(x))", "x", "step(max(x))*hardmax(x)"],
    ["norm1(A*x - b)", "x", "A'*sign(A*x - b)"],
    ["hardmax(x)'*x", "x", "hardmax(x)"],
  ];
  for (const [text, wrt, expected] of table)
    it(`${text} by ${wrt}`, () => assert.equal(derivative(text, wrt), expected));

  it("hang on no rounding: numbers are compared at rounded points too", () => {
    const hangs = expr("A'*(ones(k) - step(max(A*x + c)*ones(k) - A*x - c))");
    assert.equal(compareDerivative(expr("max(A*x + c)"), hangs, "x", SCOPE).verdict, "differs");
    assert.equal(compareDerivative(expr("max(A*x + c)"), expr("A'*hardmax(A*x + c)"), "x", SCOPE).verdict, "agrees");
  });

  // f(z) ≥ f(x) + ⟨g, z − x⟩ for every z, also where x is at a kink.
  const convex = ["max(x)", "max(A*x + b)", "norminf(x)", "norminf(A*x)", "norm1(A*x)", "norm2(A*x)", "sum(relu(A*x))", "relu(max(x) - s)", "max(abs(x)) + norm1(x - y)", "max(x)^2 + norm2(x - y)", "logsumexp(x) + max(-x)"]; // prettier-ignore
  for (const f of convex)
    it(`${f} has a true subgradient at ties`, () => {
      const g = derive({ expr: expr(f), wrt: ["x"], scope: SCOPE });
      assert.ok(g.ok);
      const sample = samplePoint(SCOPE, ["A", "b", "x", "y", "s"], 20261127, 0)!;
      const n = sample.values.get("x")!.rows;
      const at = (x: Dense, e: typeof g.expr): Dense => {
        const zero = constant(sample.values.get("b")!.rows, 1, 0);
        const v = evaluate(e, { ...sample, values: new Map([...sample.values, ["x", x], ["y", x], ["b", zero], ["s", constant(1, 1, x.data[0]!)]]) }, SCOPE); // prettier-ignore
        assert.ok(!isFailure(v));
        return v;
      };
      // y, s and b follow x, so that x is at the kinks of norm1(x - y), relu(max(x) - s) and of A*x.
      const random = new Random(7);
      for (const height of [0, 1, -2]) {
        const x = constant(n, 1, height);
        const gradient = at(x, g.expr);
        if (gradient.data.some((v) => Number.isNaN(v))) continue; // a norm at its zero has no value here
        const fixed = new Map([...sample.values, ["y", x], ["b", constant(sample.values.get("b")!.rows, 1, 0)], ["s", constant(1, 1, height)]]); // prettier-ignore
        const value = (z: Dense): number => {
          const v = evaluate(expr(f), { ...sample, values: new Map([...fixed, ["x", z]]) }, SCOPE);
          assert.ok(!isFailure(v));
          return v.data[0]!;
        };
        for (let k = 0; k < 40; k++) {
          const z: Dense = { rows: n, cols: 1, data: x.data.map((v) => v + (random.uniform() < 0.3 ? 0 : random.normal())) }; // prettier-ignore
          const along = gradient.data.reduce((s, v, i) => s + v * (z.data[i]! - x.data[i]!), 0);
          assert.ok(value(z) >= value(x) + along - 1e-9, `${f} at ${height}`);
        }
      }
    });
});
