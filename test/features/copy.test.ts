import assert from "node:assert/strict";
import { copyAs, type CopyFormat } from "../../server/features/copy";
import { targetAt } from "../../server/features/target";
import { noTurn } from "../../server/features/turn";
import { marked, snapshotOf } from "./kit";

const GIVEN = "A : R^(n×n)\nx : R^n\n";

async function copied(fixture: string, format: CopyFormat, variable?: string, order: 1 | 2 = 1): Promise<string> {
  const { text, selection } = marked(GIVEN + fixture);
  const snapshot = snapshotOf(text);
  const target = targetAt(snapshot, selection);
  assert.ok(target !== undefined);
  const result = await copyAs(snapshot, target, format, variable, order, noTurn);
  return "text" in result ? result.text : result.message;
}

describe("copy as", () => {
  it("the expression itself", async () => {
    assert.equal(await copied("y = x'*$0A*x", "unicode"), "xᵀAx");
    assert.equal(await copied("y = x'*$0A*x", "latex"), "x^\\top Ax");
    assert.match(await copied("y = x'*$0A*x", "numpy"), /def compute_value\(/);
  });
  it("its derivative, as code with the value", async () => {
    assert.equal(await copied("y = x'*$0A*x", "text", "x"), "(A + A')*x");
    assert.match(await copied("y = x'*$0A*x", "torch", "x"), /return value, gradient/);
  });
  it("its Hessian, as code with value and gradient", async () => {
    assert.equal(await copied("y = x'*$0A*x", "text", "x", 2), "A + A'");
    for (const format of ["numpy", "jax", "torch"] as const)
      assert.match(await copied("y = x'*$0A*x", format, "x", 2), /return value, gradient, hessian/);
    assert.match(await copied("y = x'*$0A*x", "matlab", "x", 2), /function \[value, gradient, hessian\]/);
  });
  it("a derivative that is written down, as code that computes it", async () => {
    assert.match(await copied("hess(x'*A*x, x)$0 == A + A'", "numpy"), /return value, gradient, hessian/);
    assert.match(await copied("d(x'*A*x)/d(x)$0 == (A + A')*x", "julia"), /gradient/);
  });
  it("in one sentence why not", async () => {
    assert.match(await copied("y = max$0(x)", "numpy", "z"), /\bz\b/);
  });
});
