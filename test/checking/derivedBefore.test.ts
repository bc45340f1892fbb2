import assert from "node:assert/strict";
import { derivedBefore } from "../../server/checking/derivedBefore";
import { stepsLeft, withBudget } from "../../server/core/budget";
import type { Scope } from "../../server/core/scope";
import { atOnce } from "../../server/core/steps";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "./scope";

const scope = scopeOf("X : R^(m×n)", "w : R^n", "y : R^m", "r = X*w - y");
const LOSS = "r'*r";

const asked = (text: string, wrt: string, at: Scope, steps = 1e6): string => {
  const request = { expr: expr(text), wrt: [wrt], scope: at };
  const answer = withBudget(steps, () => atOnce(derivedBefore(request)));
  return answer.ok ? printText(answer.expr) : answer.error.code;
};

/** What is left of a budget behind such a question. */
const leftOf = (steps: number, at: Scope): number =>
  withBudget(steps, () => {
    asked(LOSS, "w", at);
    return stepsLeft();
  });

describe("a derivative that several proofs ask for", () => {
  it("is found once for a place, and charged each time", () => {
    const at = { ...scope, definitions: new Map(scope.definitions) };
    const [first, second] = [leftOf(1e6, at), leftOf(1e6, at)];
    assert.ok(first < 1e6);
    assert.ok(Math.abs(first - second) < 1e-6);
  });

  it("is another one where a name is defined otherwise or has another size", () => {
    assert.equal(asked(LOSS, "w", scope), "2*X'*r");
    const definitions = new Map([...scope.definitions, ["r", { name: "r", body: expr("X*w + y") }]]);
    assert.equal(asked("r'*X*w", "y", scope), "-X*w");
    assert.equal(asked("r'*X*w", "y", { ...scope, definitions }), "X*w");
    assert.equal(asked("w'*w", "w", scope), "2*w");
    const variables = new Map([...scope.variables, ["w", { ...scope.variables.get("y")!, name: "w" }]]);
    assert.equal(asked("w'*X", "w", scope), "dimension-mismatch");
    assert.notEqual(asked("w'*X", "w", { ...scope, variables }), "dimension-mismatch");
  });

  it("is refused where the budget would not have done for it", () => {
    assert.equal(asked(LOSS, "w", scope), "2*X'*r");
    assert.equal(asked(LOSS, "w", scope, 10), "too-large");
  });
});
