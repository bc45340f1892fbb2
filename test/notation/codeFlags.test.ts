import assert from "node:assert/strict";
import { scopeOf } from "../../server/tools/question";
import { parseExpression } from "../../server/language/mcalc/parse";
import { type CodeOptions, TARGETS, type TargetName } from "../../server/notation/code";
import { deriveCode } from "../../server/notation/code/derive";

const GIVEN = ["X : R^(n×d)", "y : R^n", "w : R^d"];

function written(target: TargetName, options: CodeOptions, expr = "norm2(X*w - y)^2", given = GIVEN, wrt = "w"): string {
  const scope = scopeOf(given);
  assert.ok(!("ok" in scope));
  const r = deriveCode({ expr: parseExpression(expr).expr, wrt: [wrt], scope, target, options });
  return r.ok ? r.code : `refused: ${r.error.message}`;
} // prettier-ignore

describe("flags that shape code", () => {
  it("name the function, in every language that has one", () => {
    for (const target of TARGETS) {
      const code = written(target, { name: "ridge" });
      if (target === "sympy") assert.equal(code, "refused: SymPy gets formulas, not a function: leave out --name.");
      else assert.match(code, /\bridge\b/, target);
    }
  });

  it("leave the value out", () => {
    for (const target of TARGETS) {
      const code = written(target, { value: false });
      assert.ok(!/^ *(?:const double )?value (?:=|<-)/m.test(code), code);
      assert.match(code, /gradient/, target);
    }
  });

  it("say which dimension is large: the order of products follows", () => {
    const given = ["A : R^(m×n)", "B : R^(n×p)", "C : R^(p×q)", "X : R^(m×q)"];
    const gradient = (sizes: Record<string, number>): string =>
      /gradient = (.*)/.exec(written("numpy", { sizes, value: false }, "tr(X'*A*B*C)", given, "X"))![1]!;
    assert.equal(gradient({ m: 1000, n: 10, p: 1000, q: 10 }), "A @ (B @ C)");
    assert.equal(gradient({ m: 10, n: 1000, p: 10, q: 1000 }), "A @ B @ C");
  });

  const refused: readonly [title: string, target: TargetName, options: CodeOptions, message: string][] = [
    ["a name that is none", "numpy", { name: "2f" }, '"2f" is no name of a function: it must be letters, digits and underscores.'],
    ["a word of the language", "eigen", { name: "class" }, '"class" has a meaning of its own in C++: choose another name.'],
    ["a dimension that is not there", "numpy", { sizes: { q: 3 } }, 'There is no dimension "q" here: the dimensions are n and d.'],
    ["an input that is not there", "torch", { batched: ["q"] }, '"q" is no input of the function: its inputs are X, y and w.'],
    ["a batch elsewhere", "julia", { batched: ["y"] }, "Code for a batch is written for NumPy, JAX and PyTorch, not for Julia."],
    ["single precision where there is none", "r", { single: true }, "R has numbers in double precision only: leave out --float32."],
    ["differences in single precision", "numpy", { single: true, test: true }, "A check against differences needs double precision: leave out --float32 or --test."],
    ["differences of nothing", "numpy", { value: false, test: true }, "A check against differences needs the value: leave out --gradient-only or --test."],
    ["automatic differentiation elsewhere", "matlab", { autograd: true }, "Only PyTorch and JAX derive functions themselves, MATLAB does not: leave out --autograd."],
  ]; // prettier-ignore
  for (const [title, target, options, message] of refused)
    it(`refuse ${title}`, () => assert.equal(written(target, options), `refused: ${message}`));

  it("refuse a derivative that automatic differentiation has no use for", () => {
    assert.equal(
      written("torch", { autograd: true }, "X*w"),
      "refused: --autograd needs a formula whose value is a number.",
    );
  });
});
