import assert from "node:assert/strict";
import { size } from "../../server/core/ast";
import { atOnce } from "../../server/core/steps";
import { deriveSteps, shortened } from "../../server/derivation";
import { shapesIn } from "../../server/notation";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "../checking/scope";

function longestLine(
  text: string,
  wrt: string,
  lines: readonly string[],
): { before: number; after: number; names: string[] } {
  const d = deriveSteps({ expr: expr(text), wrt: [wrt], scope: scopeOf(...lines), value: "loss" });
  assert.ok(d.ok);
  const short = atOnce(shortened(d, shapesIn));
  const longest = (all: typeof d.steps): number => Math.max(...all.map((s) => size(s.after)));
  const names = short.parts.flatMap((p) =>
    p.named.filter((n) => !n.own).map((n) => `${n.name} = ${printText(n.expr)}`),
  );
  return { before: longest(d.steps), after: longest(short.steps), names };
}

describe("derivations with long lines name what recurs in them", () => {
  it("layer norm", () => {
    const given = ["x, g, b, y : R^n", "c : R positive", "m = mean(x)", "s = sqrt(norm2(x - m*ones(n))^2/n + c)", "z = (x - m*ones(n))/s", "r = g.*z + b - y"]; // prettier-ignore
    const { before, after, names } = longestLine("norm2(r)^2/2", "x", given);
    assert.ok(before > 80 && after < 55, `${before}, then ${after}`);
    assert.ok(names.includes("u = x - m*ones(n)"), names.join("\n"));
  });

  it("short ones stay as they are", () => {
    const { before, after, names } = longestLine("norm2(X*w - y)^2 + c*w'*w", "w", ["X : R^(n×d)", "y : R^n", "w : R^d", "c : R"]); // prettier-ignore
    assert.deepEqual([after, names.filter((n) => !/X\*w - y/.test(n))], [before, []]);
  });
});
