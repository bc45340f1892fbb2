import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type ApplyExpr, type Expr, apply, children, num, sameExpr, withChildren } from "../../server/core/ast";
import { parseExpression } from "../../server/language/mcalc/parse";
import { printText } from "../../server/language/print";
import { expressionTree } from "./arbitrary";

const PRODUCTS = new Set(["mul", "div", "hadamard", "hdiv"]);

/** A minus in front of a product belongs to its first factor, and a minus in front of a number to the number. */
function settleMinus(e: Expr): Expr {
  const parts = children(e).map(settleMinus);
  const out = parts.length === 0 ? e : withChildren(e, parts);
  return out.kind === "apply" && out.op === "neg" ? minus(out.args[0]!) : out;
}
function minus(e: Expr): Expr {
  if (e.kind === "number" && e.value > 0) return num(-e.value);
  if (e.kind === "apply" && PRODUCTS.has(e.op) && !printText(e).startsWith("-")) {
    return { ...(e as ApplyExpr), args: [minus(e.args[0]!), e.args[1]!] };
  }
  return apply("neg", e);
}

describe("printing as .mcalc text", () => {
  const examples: readonly [string, string][] = [
    ["2*X' * (X*w-y)", "2*X'*(X*w - y)"],
    ["((A)+(A'))*x", "(A + A')*x"],
    ["-(inv(X)*A)*inv(X)", "-inv(X)*A*inv(X)"],
    ["-inv(X)'*A", "-inv(X)'*A"],
    ["-(a*b)", "-a*b"],
    ["a-(b-c)", "a - (b - c)"],
    ["a/(b*c)", "a/(b*c)"],
    ["a*(b/c)", "a*(b/c)"],
    ["a^(b-1)", "a^(b - 1)"],
    ["x.^(-2)", "x.^-2"],
    ["(-2)^2", "(-2)^2"],
    ["A^2'", "(A^2)'"],
    ["(A*B)'", "(A*B)'"],
    ["a*(-b)", "a*(-b)"],
    ["d(f)/(d(x)d(x))", "hess(f, x)"],
    ["grad(f, x)", "d(f)/d(x)"],
    ["(d(x))/d(y)", "dx/dy"],
    ["(d(x*y))/d(y)", "(d(x*y))/dy"],
    ["K(m, n)*vec(A)", "K(m,n)*vec(A)"],
    ["A⊗B", "kron(A, B)"],
    ["sum(i in 1..N, x_i)", "sum(i in 1..N, x_i)"],
  ];
  for (const [input, text] of examples) {
    it(`${input} is printed ${text}`, () => assert.equal(printText(parseExpression(input).expr), text));
  }

  it("reads back as the same tree", () => {
    fc.assert(
      fc.property(expressionTree, (e) => {
        const text = printText(e);
        const back = parseExpression(text);
        assert.deepEqual(back.problems, [], text);
        assert.ok(sameExpr(settleMinus(e), back.expr), `${text} reads back as ${printText(back.expr)}`);
      }),
      { numRuns: 500 },
    );
  });

  it("is stable: printing what was read back gives the same text", () => {
    fc.assert(
      fc.property(expressionTree, (e) => {
        const text = printText(e);
        assert.equal(printText(parseExpression(text).expr), text);
      }),
    );
  });
});
