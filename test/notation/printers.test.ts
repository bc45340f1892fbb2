import assert from "node:assert/strict";
import { parseExpression } from "../../server/language/mcalc/parse";
import { OPERATORS } from "../../server/operators";
import { vector, matrix, SCALAR } from "../../server/core/shape";
import { dimName } from "../../server/core/dimension";
import type { Scope, Variable } from "../../server/core/scope";
import { printLatex, printTypst, printUnicode, shapesIn } from "../../server/notation";
import { latexTarget } from "../../server/notation/spellings/latex";
import { TYPST } from "../../server/notation/spellings/typst";
import { UNICODE } from "../../server/notation/spellings/unicode";

const tree = (text: string) => parseExpression(text).expr;

describe("printers", () => {
  const cases: readonly [mcalc: string, unicode: string, latex: string, typst: string][] = [
    ["(A+A')*x", "(A + Aᵀ)x", "(A + A^\\top)x", "(A + A^top) x"],
    ["X*(B+B')", "X(B + Bᵀ)", "X(B + B^\\top)", "X (B + B^top)"],
    ["-(inv(X)*A*inv(X))'", "−(X⁻¹AX⁻¹)ᵀ", "-(X^{-1}AX^{-1})^\\top", "-(X^(-1) A X^(-1))^top"],
    ["inv(X)'", "X⁻ᵀ", "X^{-\\top}", "X^(-top)"],
    ["inv(X*A)^2", "(XA)⁻²", "(XA)^{-2}", "(X A)^(-2)"],
    ["inv(sqrtm(X))", "sqrtm(X)⁻¹", "X^{-1/2}", "X^(-1\\/2)"],
    ["2*X'*(X*w - y)", "2Xᵀ(Xw − y)", "2X^\\top(Xw - y)", "2 X^top (X w - y)"],
    ["norm2(X*w - y)^2", "‖Xw − y‖²", "\\|Xw - y\\|_2^2", "norm(X w - y)_2^2"],
    ["norm2(X)^2", "‖X‖²", "\\|X\\|_F^2", "norm(X)_F^2"],
    ["(b'*x)*a + (a'*x)*b", "(bᵀx)a + (aᵀx)b", "(b^\\top x)a + (a^\\top x)b", "(b^top x) a + (a^top x) b"],
    ["x'*A*x*(x'*B*x)", "(xᵀAx)(xᵀBx)", "(x^\\top Ax)(x^\\top Bx)", "(x^top A x) (x^top B x)"],
    ["2*3*x", "2·3x", "2 \\cdot 3x", "2 dot 3 x"],
    ["x*2", "x·2", "x \\cdot 2", "x dot 2"],
    ["0.5*x", "½x", "\\frac{1}{2}x", "frac(1, 2) x"],
    ["0.1*x + 1.5*y", "0.1x + 1.5y", "0.1x + \\frac{3}{2}y", "0.1 x + frac(3, 2) y"],
    ["a^0.5", "a^(1/2)", "a^{1/2}", "a^(1\\/2)"],
    ["-0.5*x/(c+1)", "−x/(2(c + 1))", "-\\frac{x}{2(c + 1)}", "-frac(x, 2(c + 1))"],
    ["-x/c", "−x/c", "-\\frac{x}{c}", "-frac(x, c)"],
    ["-x.*y", "−x ⊙ y", "-x \\odot y", "-x ⊙ y"],
    ["A*(-(B + C))*x", "−A(B + C)x", "-A(B + C)x", "-A (B + C) x"],
    ["A*diag(v)*B", "A diag(v) B", "A\\operatorname{diag}(v)B", 'A op("diag") (v) B'],
    ["1/2*x", "(1/2)x", "\\frac{1}{2}x", "frac(1, 2) x"],
    ["a - (b - c)", "a − (b − c)", "a - (b - c)", "a - (b - c)"],
    ["a + (-2)*b", "a − 2b", "a - 2b", "a - 2 b"],
    ["a + (b + c)", "a + b + c", "a + b + c", "a + b + c"],
    ["(-a)^2", "(−a)²", "(-a)^2", "(-a)^2"],
    ["X'*(y.*v)", "Xᵀ(y ⊙ v)", "X^\\top(y \\odot v)", "X^top (y ⊙ v)"],
    ["X*w.*y", "Xw ⊙ y", "Xw \\odot y", "X w ⊙ y"],
    ["y.*(X*w)", "y ⊙ (Xw)", "y \\odot (Xw)", "y ⊙ (X w)"],
    ["x.^2", "x∘²", "x^{\\odot 2}", "x^(⊙ 2)"],
    ["ones(n)./x", "1ₙ ⊘ x", "\\mathbf{1}_n \\oslash x", "bold(1)_n ⊘ x"],
    ["2*ones(m,n)", "2·1ₘₓₙ", "2 \\, \\mathbf{1}_{m \\times n}", "2 bold(1)_(m times n)"],
    ["2*kron(V'*V, eye(m))", "2(VᵀV ⊗ Iₘ)", "2(V^\\top V \\otimes I_m)", "2 (V^top V ⊗ I_m)".replace("2 (", "2(")],
    ["K(m,n)*vec(X)", "Kₘₙ vec(X)", "K_{m,n}\\operatorname{vec}(X)", 'K_(m n) op("vec") (X)'],
    ["eye(d)", "I_d", "I_d", "I_d"],
    ["logdet(X)", "log det(X)", "\\log\\det(X)", "log det(X)"],
    ["tr(A*X)", "tr(AX)", "\\operatorname{tr}(AX)", "tr(A X)"],
    ["dot(a, x)", "⟨a, x⟩", "\\langle a, x\\rangle", "⟨a, x⟩"],
    ["theta_1*lambda", "θ₁λ", "\\theta_1\\lambda", "theta_1 lambda"],
    ["loss*x", "loss·x", "\\mathrm{loss} \\, x", '"loss" x'],
    ["sigmoid(X*w)", "σ(Xw)", "\\sigma(Xw)", "sigma(X w)"],
    ["x[i]*A[i,j]", "xᵢAᵢⱼ", "x_iA_{ij}", "x_i A_(i j)"],
    ["A[i,:]", "A[i,:]", "A_{i,:}", "A_(i, :)"],
    ["sum(i in 1..N, x[i])", "∑_(i=1..N) xᵢ", "\\sum_{i=1}^N x_i", "sum_(i = 1)^N x_i"],
    ["[1, a; b, 2]", "[1, a; b, 2]", "\\begin{bmatrix} 1 & a \\\\ b & 2 \\end{bmatrix}", 'mat(delim: "[", 1, a; b, 2)'],
    ["a^(b-1)", "a^(b-1)", "a^{b - 1}", "a^(b - 1)"],
    ["X^-1", "X⁻¹", "X^{-1}", "X^(-1)"],
  ];
  for (const [mcalc, unicode, latex, typst] of cases) {
    it(mcalc, () => {
      const e = tree(mcalc);
      assert.deepEqual([printUnicode(e), printLatex(e), printTypst(e)], [unicode, latex, typst]);
    });
  }

  it("derivatives and differentials", () => {
    const e = tree("d(f)/d(x)");
    assert.equal(printLatex(e), "\\frac{\\partial f}{\\partial x}");
    assert.equal(printLatex(e, { partial: "d" }), "\\frac{df}{dx}");
    assert.equal(printUnicode(e), "∂f/∂x");
    assert.equal(printTypst(e), "frac(partial f, partial x)");
    const dX = { kind: "differential", of: tree("X") } as const;
    const step = { kind: "apply", op: "mul", args: [tree("inv(X)"), dX] } as const;
    assert.equal(printLatex(step), "X^{-1} \\, dX");
    assert.equal(printUnicode(step), "X⁻¹ dX");
    assert.equal(printLatex({ kind: "apply", op: "inv", args: [dX] }), "(dX)^{-1}");
    assert.equal(printUnicode({ kind: "apply", op: "transpose", args: [dX] }), "dXᵀ");
  });

  it("the author's own style", () => {
    const e = tree("2*X'*(X*w - y)");
    assert.equal(printLatex(e, { transpose: "T", bold: true }), "2\\mathbf{X}^T(\\mathbf{X}\\mathbf{w} - \\mathbf{y})");
    const names = new Map([["X", "\\mathcal{X}"], ["w", "\\vec{w}"]]); // prettier-ignore
    assert.equal(printLatex(e, { names }), "2\\mathcal{X}^\\top(\\mathcal{X}\\vec{w} - y)");
    assert.equal(printLatex(tree("logdet(X)"), { bars: true, log: "\\ln" }), "\\ln\\lvert X\\rvert");
  });

  it("shapes decide fonts, norms and brackets where they are known", () => {
    const n = dimName("n");
    const variable = (name: string, shape: Variable["shape"]): [string, Variable] => [
      name,
      { name, shape, properties: new Set() },
    ];
    const scope: Scope = {
      variables: new Map([variable("c", SCALAR), variable("W", vector(n)), variable("q", matrix(n, n))]),
      definitions: new Map(),
      dimensions: new Set(["n"]),
    };
    const shapeOf = shapesIn(scope);
    assert.equal(printLatex(tree("c*W"), { bold: true }, shapeOf), "c\\mathbf{W}");
    assert.equal(printLatex(tree("norm2(q)"), {}, shapeOf), "\\|q\\|_F");
    assert.equal(printUnicode(tree("W'*q*W*W"), shapeOf), "(WᵀqW)W");
    assert.equal(printUnicode(tree("q*(q*W)"), shapeOf), "qqW");
  });

  it("every operator of the table is spelled in every target", () => {
    const core = new Set(["add", "sub", "neg", "mul"]);
    for (const target of [UNICODE, TYPST, latexTarget()]) {
      const missing = OPERATORS.filter((o) => !core.has(o.name) && target.operators[o.name] === undefined);
      assert.deepEqual(
        missing.map((o) => o.name),
        [],
      );
    }
  });
});
