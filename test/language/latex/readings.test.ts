import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { expressions } from "../../../server/language/statement";
import { underRival } from "../../../server/language/latex/readings";
import { lastOf, note, tree } from "./tree";

/** What a sign means in the light of what stands around it: a note, and the sides of its last formula. */
const MEANINGS: readonly (readonly [string, string, string])[] = [
  ["a prime behind a bracket is a derivative", "$f'(x)$ is short for $[x^2 e^x]'$", "D(mul(pow(x, 2), exp(x)); x)"],
  ["of several functions it is one of which nothing is known", "The rule $f'(x)$ of $[uv]'$", "@′(mul(u, v))"],
  ["in a note that transposes with primes it is a transpose", "$(X'X)^{-1}X'y$ and $(AB)'$", "transpose(mul(A, B))"],
  ["u' of a value of one variable", "Let $u = \\sin x$ and $f'(x) = 0$. Then $y = u'$", "D(u; x)"],
  ["a prime beside the sign of a transpose", "$A^T$ and $E'^T B$", "mul(transpose(E'), B)"],
  [
    "a cross between vectors",
    "For $a, b \\in \\mathbb{R}^3$ and $\\mathbf{c} \\in \\mathbb{R}^3$ take $\\mathbf{c} \\times a$",
    "[sub(mul(c[2], a[3]), mul(c[3], a[2])); sub(mul(c[3], a[1]), mul(c[1], a[3])); sub(mul(c[1], a[2]), mul(c[2], a[1]))]",
  ],
  [
    "a cross between columns of numbers",
    "$(1, 2, 3) \\times (4, 5, 6)$",
    "[sub(mul([1; 2; 3][2], [4; 5; 6][3]), mul([1; 2; 3][3], [4; 5; 6][2])); sub(mul([1; 2; 3][3], [4; 5; 6][1]), mul([1; 2; 3][1], [4; 5; 6][3])); sub(mul([1; 2; 3][1], [4; 5; 6][2]), mul([1; 2; 3][2], [4; 5; 6][1]))]",
  ],
  ["entries set apart by spaces", "$[2~~~7~~~8]$", "[2, 7, 8]"],
  ["heads by number", "Let $q \\in \\mathbb{R}^n$ with heads $q^1$ and $q^2$", "q^2"],
  ["a cross between numbers", "$y = 2 \\times k$", "mul(2, k)"],
  ["a cross between intervals", "$[0, 1] \\times [0, 2]$", "@⟨box⟩([0, 1], [0, 2])"],
  ["a list in angle brackets", "$\\langle 2, y \\rangle$", "[2; y]"],
  [
    "an inner product in angle brackets",
    "For $x, y \\in \\mathbb{R}^n$ we write $\\langle x, y \\rangle$",
    "dot(x, y)",
  ],
  ["a commutator", "The commutator of $A$ and $B$ is $[A, B]$", "sub(mul(A, B), mul(B, A))"],
  ["a row", "The matrices $A$ and $B$ side by side, $[A, B]$", "[A, B]"],
  ["a dagger of a pseudo-inverse", "The pseudo-inverse $A^\\dagger$", "pinv(A)"],
  ["a dagger of an adjoint", "The adjoint $A^\\dagger$", "transpose(A)"],
  ["a convolution", "The convolution is $K \\otimes P$", "@⟨convolution⟩(K, P)"],
  ["a binomial coefficient", "$\\left(\\begin{array}{c} n-1 \\\\ k \\end{array}\\right)$", "@binom(sub(n, 1), k)"],
  ["a square of a vector", "Let $r \\in \\mathbb{R}^n$. The loss is $r^2$", "dot(r, r)"],
  ["letters of one style with a transpose behind", "$\\mathbf{M M}^\\top$", "mul(M, transpose(M))"],
  ["a label of a function", "$p^m(x \\mid \\mu)$", "@p^m(x, mu)"],
  [
    "a letter d",
    "$\\begin{vmatrix} d & f \\\\ g & i \\end{vmatrix} = di - fg$",
    "det([d, f; g, i]) = sub(mul(d, i), mul(f, g))",
  ],
  ["the differential behind a function", "$dy = \\cos x dx$", "d(y) = mul(cos(x), d(x))"],
  ["a derivative in a direction", "With $dy$: $d\\exp(y) \\cdot h = \\exp(y) h$", "@⟨D⟩(exp(y), h) = mul(exp(y), h)"],
  ["a unit", "$4 \\text{ bytes} = 32 \\text{ bits}$", "mul(4, ⟨bytes⟩) = mul(32, ⟨bits⟩)"],
  ["an integral called I", "$I^2 = \\int e^{-x} dx$ and $I$", "I"],
];

/** Formulas that can be read as something that the reader understands. */
const READ: readonly string[] = [
  "J = \\big|\\big| Ax - b \\big|\\big|^2",
  "P = K [R|\\mathbf{t}]",
  "D_{\\mathrm{KL}}(P\\|Q) \\geq 0",
  "\\mathbf{y}^T {}^{(r)}A \\mathbf{y} > 0",
  "\\space^{g}R_{c} \\space^{b}\\mathbf{t}_{g}",
  "s_{t^\\prime} = g(c, s_{t^\\prime - 1})",
  "{\\textstyle \\begin{aligned} y = Ax \\end{aligned}}",
  "\\left\\{\\begin{aligned} y &= Ax \\\\ z &= By \\end{aligned}\\right.",
  "\\begin{aligned} f &= \\left( a + \\right. \\\\ &\\left. b \\right) \\end{aligned}",
  "\\frac{\\partial J}{\\partial w} = X^T(Xw-y)\\;，",
  "\\text{tr}\u2061(A)\u200b>0",
  "\\partial_1 f + \\partial_{(w,b)} l",
  "\\setcounter{equation}{6} A = B",
  "f(t)\\big|_a^b + F(x)\\mid_0^1",
  "{n \\choose k} = {a + b \\over c}",
  "\\~\\mathbf{V} = W^T V",
  "A = \\begin{bmatrix} u_1, u_2 \\end{bmatrix}?",
  "12\\,500 = 12{,}500 = 12,000 + 500",
  "81\\% = 0.9 \\times 0.9",
  "\\mathbf{1}(\\cdot) + p(\\cdot)",
  "e_1 ∧ e_2",
  "A \\underrightarrow{-2 R_1 + R_2} B",
  "\\sum_i^{n=5} x_i <= 2",
  "\\mymacro{x} + \\triangledown f",
];

describe("what signs of LaTeX mean", () => {
  for (const [what, text, expected] of MEANINGS) it(what, () => assert.equal(lastOf(text), expected));

  it("keeps what a sign could as well mean, and the formula in that meaning", () => {
    const last = note("$|A|$").formulas.at(-1)!;
    const rival = last.rivals?.[0];
    assert.deepEqual([rival?.chosen, rival?.meaning], ["determinant", "norm"]);
    const [side] = expressions(last.statement);
    assert.equal(tree(side!), "det(A)");
    assert.equal(tree(underRival(side!, rival!)), "norm2(A)");
  });
});

describe("formulas that are read", () => {
  for (const formula of READ) it(formula, () => assert.equal(note(`$$\n${formula}\n$$\n`).unread, 0));
});

describe("formulas side by side", () => {
  it("are chains of their own, each in its column", () => {
    const { formulas } = note(
      "$$\n\\begin{align}\nf &= \\sqrt{x} & g &= 1 - x^2 \\\\\n &= x^{1/2} & &= (1-x)(1+x)\n\\end{align}\n$$\n",
    );
    assert.deepEqual(
      formulas.map((f) => [f.column ?? 0, expressions(f.statement).map(tree).join(" = ")]),
      [
        [0, "sqrt(x)"],
        [1, "sub(1, pow(x, 2))"],
        [0, "pow(x, div(1, 2))"],
        [1, "mul(sub(1, x), add(1, x))"],
      ],
    );
  });

  it("a remark behind a step is no part of its chain", () => {
    const { formulas } = note("$$\n\\begin{align}\na &= b & & \\text{from } c = d \\\\\n&= e\n\\end{align}\n$$\n");
    assert.deepEqual(
      formulas.map((f) => f.column ?? 0),
      [0, 1, 0],
    );
  });
});
