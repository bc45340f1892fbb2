import assert from "node:assert/strict";
import { derivation } from "../../server/calculus";
import { checkSteps } from "../../server/checking/document";
import { readQuestion } from "../../server/tools/question";
import type { Steps } from "../../server/core/steps";
import { readMcalc } from "../../server/documents/mcalc";
import { splittingLines } from "../../server/language/mcalc/lines";
import { writtenCode } from "../../server/notation/code";

function pauses(work: Steps<unknown>): number {
  let count = 0;
  while (work.next().done !== true) count++;
  return count;
}

function asked(expr: string, given: readonly string[]) {
  const read = readQuestion({ expr, wrt: ["x"], given });
  assert.ok(read.ok, JSON.stringify(read));
  return { expr: read.expr, scope: read.scope, wrt: ["x"] };
}

const repeated = (count: number, f: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => f(i));

describe("long work hands over its turn", () => {
  it("while a text is cut into lines", () => {
    assert.ok(pauses(splittingLines("x\n".repeat(10_000))) >= 10);
    assert.ok(pauses(splittingLines(`x\n${"+ x\n".repeat(10_000)}`)) >= 10, "also within one line that goes on");
  });

  it("while lines are checked in which nothing is claimed", () => {
    assert.ok(pauses(checkSteps(readMcalc("file:///a", 1, `x : R\n${"x\n".repeat(1000)}`))) >= 1000);
  });

  it("after each function of the document that is called", () => {
    const functions = repeated(30, (i) => `f${i + 1}(t) = f${i}(t)*f${i}(t + 1)`);
    assert.ok(pauses(derivation(asked("f6(x)", ["x : R", "f0(t) = sin(t)", ...functions]))) >= 30);
  });

  it("after each term of a sum that is written as code", () => {
    const sum = repeated(50, (i) => `sin(${i + 1}*x)`).join(" + ");
    const { expr, scope } = asked(sum, ["x : R"]);
    assert.ok(pauses(writtenCode({ expr, scope, derivatives: [], target: "numpy" })) >= 50);
  });
});
