import assert from "node:assert/strict";
import * as fc from "fast-check";
import { children, type Expr } from "../../../server/core/ast";
import { parseExpression } from "../../../server/language/mcalc/parse";

/** A tree as an S-expression. */
function shown(e: Expr | null): string {
  if (e === null) return ":";
  const all = (parts: readonly (Expr | null)[]): string => parts.map(shown).join(" ");
  switch (e.kind) {
    case "number":
      return String(e.value);
    case "name":
      return e.name;
    case "apply":
      return `(${e.op} ${all(e.args)})`;
    case "call":
      return `(call ${e.name}${"'".repeat(e.primes)} ${all(e.args)})`;
    case "literal":
      return `[${e.rows.map(all).join("; ")}]`;
    case "index":
      return `(index ${shown(e.base)} ${all(e.indices)})`;
    case "sumover":
      return `(sumover ${e.variable} ${all([e.from, e.to, e.body])})`;
    case "derivative":
      return `(D${e.transposed ? "'" : ""} ${shown(e.of)} / ${all(e.wrt)})`;
    case "differential":
      return `(d ${shown(e.of)})`;
    case "error":
      return "(error)";
  }
}

describe("parsing an expression of .mcalc", () => {
  const trees: readonly [string, string][] = [
    ["x'*A*x", "(mul (mul (transpose x) A) x)"],
    ["a + b*c - d", "(sub (add a (mul b c)) d)"],
    ["-a*b", "(mul (neg a) b)"],
    ["-2^2", "(neg (pow 2 2))"],
    ["A^-1*b", "(mul (pow A -1) b)"],
    ["x.^-2", "(hpow x -2)"],
    ["2^-n", "(pow 2 (neg n))"],
    ["A^2'", "(transpose (pow A 2))"],
    ["2.*x", "(hadamard 2 x)"],
    ["1e-3*x - .5", "(sub (mul 0.001 x) 0.5)"],
    ["A⊙B", "(hadamard A B)"],
    ["A⊗B", "(kron A B)"],
    ["a·b", "(mul a b)"],
    ["A./B.^2", "(hdiv A (hpow B 2))"],
    ["Aᵀ*B⁻¹", "(mul (transpose A) (pow B -1))"],
    ["A⁻ᵀ", "(transpose (pow A -1))"],
    ["λ*x₁", "(mul λ x₁)"],
    ["tr(A)*f(x, y)", "(mul (tr A) (call f x y))"],
    ["f'(x) + f''(x)", "(add (call f' x) (call f'' x))"],
    ["[a, b; c, d]", "[a b; c d]"],
    ["x[i] + A[i,:]*A[:,j]", "(add (index x i) (mul (index A i :) (index A : j)))"],
    ["sum(i in 1..N, x_i'*x_i)", "(sumover i 1 N (mul (transpose x_i) x_i))"],
    ["sum(X)", "(sum X)"],
    ["d(f)/d(x)", "(D f / x)"],
    ["2*d(f)/(d(x)d(y))*3", "(mul (mul 2 (D f / x y)) 3)"],
    ["d(f)/d(x')", "(D' f / x)"],
    ["grad(f, x) + jac(f, x) + hess(f, x)", "(add (add (D f / x) (D f / x)) (D f / x x))"],
    ["d(X)", "(d X)"],
    ["d'*inv(A)*d", "(mul (mul (transpose d) (inv A)) d)"],
    ["2*d*(x)", "(mul (mul 2 d) x)"],
    ["sum + hess*R*x", "(add sum (mul (mul hess R) x))"],
  ];
  for (const [text, tree] of trees) {
    it(`${text} is ${tree}`, () => {
      const { expr, problems } = parseExpression(text);
      assert.deepEqual(problems, []);
      assert.equal(shown(expr), tree);
    });
  }

  const broken: readonly [string, string, RegExp][] = [
    ["2x", "(mul 2 x)", /missing between `2` and `x`.*`\*`/],
    ["a (b)", "(call a b)", /^$/],
    ["(a) b", "(mul a b)", /missing between `\)` and `b`/],
    ["(a + b", "(add a b)", /`\(` is never closed/],
    ["a + b)", "(add a b)", /`\)` closes nothing/],
    ["(a + b]", "(add a b)", /closed by `\]`; write `\)`/],
    ["a + * b", "(add a (mul (error) b))", /operand is missing before `\*`/],
    ["a +", "(add a (error))", /operand is missing after `\+`/],
    ["f(a,,b)", "(call f a (error) b)", /operand is missing before `,`/],
    ["", "(error)", /missing here/],
    ["a $ + b", "(add a b)", /means nothing/],
    ["1e-400*a", "(mul (error) a)", /larger or smaller than numbers go/],
    ["1e400*a", "(mul (error) a)", /larger or smaller than numbers go/],
    ["0e-400*a", "(mul 0 a)", /^$/],
    ["tr(A, B)", "(error)", /tr takes 1 argument, but here it has 2/],
    // Signs and functions of other languages.
    ["A @ b", "(mul A b)", /matrix product is written `\*`/],
    ["x.T*A", "(mul (transpose x) A)", /transpose is written `'`/],
    ["x⊤A", "(mul (transpose x) A)", /transpose is written `'`/],
    ["A^{T}*x", "(mul (transpose A) x)", /transpose is written `'`/],
    ["x**2", "(pow x 2)", /power is written `\^`/],
    ["A^{-1}*b", "(mul (pow A -1) b)", /round brackets/],
    ["‖x - y‖^2", "(pow (norm2 (sub x y)) 2)", /norm is written norm2/],
    ["||x|| + 1", "(add (norm2 x) 1)", /norm is written norm2/],
    ["|x|", "(error)", /abs\(x\), norm2\(x\) or det\(X\)/],
    ["∂f/∂x", "(error)", /written d\(f\)\/d\(x\) here/],
    ["A\\b", "(error)", /inv\(A\)\*b/],
    ["d/dw(w'*w)", "(D (mul (transpose w) w) / w)", /written `d\(w'\*w\)\/d\(w\)` here/],
    ["d/n", "(div d n)", /^$/],
    ["max(0, 1 - a)", "(relu (sub 1 a))", /`max\(0, 1 - a\)` is written `relu\(1 - a\)` here/],
    ["d(f)/d(2)", "(error)", /with respect to a variable/],
  ];
  for (const [text, tree, message] of broken) {
    it(`${text || "(nothing)"} is repaired to ${tree}`, () => {
      const { expr, problems } = parseExpression(text);
      assert.equal(shown(expr), tree);
      assert.match(problems.map((p) => p.message).join(" "), message);
    });
  }

  it("spans say where a part was written, brackets left out", () => {
    const text = "tr((A - l*eye(m))*x)";
    const { expr } = parseExpression(text);
    const spans: string[] = [];
    const visit = (e: Expr): void => {
      if (e.kind === "apply") spans.push(text.slice(e.span!.start, e.span!.end));
      children(e).forEach(visit);
    };
    visit(expr);
    assert.deepEqual(spans, [text, "(A - l*eye(m))*x", "A - l*eye(m)", "l*eye(m)", "eye(m)"]);
  });

  it("refuses what is too large in one sentence", () => {
    for (const text of [
      "(".repeat(100_000) + "x" + ")".repeat(100_000),
      "(".repeat(9_000),
      "x" + "*x".repeat(5_000),
      "-".repeat(10_000) + "x",
      "x" + "'".repeat(10_000),
      "x".repeat(5_000_000),
      "f(".repeat(5_000) + "x",
      "[[".repeat(5_000),
    ]) {
      const { problems } = parseExpression(text);
      assert.deepEqual([...new Set(problems.map((p) => p.code))], ["too-large"], text.slice(0, 20));
    }
  });

  it("reads anything without throwing, and keeps every span inside the text", () => {
    const soup = fc.array(fc.constantFrom(..."+-*/.^'()[]{},;:=xdAR_ 19⊗ᵀ⁻¹∈", "sum(", "d(", "in", "..", "for"), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((s) => s.join("")),
          fc.string({ unit: "binary" }),
        ),
        (text) => {
          const { expr, problems } = parseExpression(text);
          const visit = (e: Expr): void => {
            assert.ok(e.span!.start >= 0 && e.span!.start <= e.span!.end && e.span!.end <= text.length);
            children(e).forEach(visit);
          };
          visit(expr);
          for (const p of problems) assert.ok(p.span.start <= p.span.end && p.span.end <= text.length, p.message);
        },
      ),
      { numRuns: 500 },
    );
  });
});
