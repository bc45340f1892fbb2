import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

/** What is told of a note as an error or a warning. */
const told = (text: string): string[] =>
  checkDocument(readMarkdown("file:///n.md", 1, text))
    .problems.filter((p) => p.severity === "error" || p.severity === "warning")
    .map((p) => p.message);

const GIVEN =
  "Let $A, B, P \\in \\mathbb{R}^{n\\times n}$, $Q \\in \\mathbb{R}^{n\\times n}$, $x, w \\in \\mathbb{R}^n$.\n\n";

describe("statements that need not hold as identities", () => {
  const quiet: [what: string, text: string][] = [
    ["two matrices commute", "We have $AB = BA = I$."],
    ["an orthogonal matrix", "Here $Q^TQ = QQ^T = I$."],
    ["a symmetric matrix", "Note $A = A^T = A^2$."],
    ["a fixed point", "It is stationary: $w = Pw = w$ and $x = Ax + x$."],
    ["values put in", "$$\\nabla_x (x^\\top x) = 2x = \\begin{bmatrix} 2 \\\\ 4 \\end{bmatrix}$$"],
    ["a value given", "With $t = 2 \\ne s = 1$ and then $t = 3$."],
    ["what holds for every n, where n is 3", "$$Px = P\\begin{bmatrix} 1 \\\\ 3 \\\\ 4 \\end{bmatrix}$$"],
    ["a command of another package", "$\\rank{A^\\top A} = \\rank{A A^\\top} = \\rank{A}$"],
    ["what is held fixed", "$$dx = dw = 0$$"],
    ["the largest sum of a column", "$$\\left\\|\\begin{bmatrix} 2 & 4 \\\\ 1 & 3 \\end{bmatrix}\\right\\|_1 = 7$$"],
    [
      "another letter further down in a list",
      "- The variance is $E(X^2) - E(X)^2$\n    - more\n    - let $\\mathbf{X} \\in \\mathbb{R}^{n \\times p}$",
    ],
    [
      "a law of square matrices",
      "For $M \\in \\mathbb{R}^{m\\times k}$ the transpose is $M^T$.\n\nFor products, $(MC)^{-1} = C^{-1}M^{-1}$.",
    ],
    [
      "sizes that are said to be equal",
      "Let $U \\in \\mathbb{R}^{n\\times n}$ and $R \\in \\mathbb{R}^{r\\times r}$. If $r = n$, then $Z = U R^{-1}$.",
    ],
    [
      "a macro for the transpose",
      "Let $X \\in \\mathbb{R}^{m\\times k}$, $a \\in \\mathbb{R}^m$, $b \\in \\mathbb{R}^k$. Then $f(X) = \\tr{a}Xb = \\trace{\\tr{a}Xb}$.",
    ],
    ["a determinant written twice", "$$\\nabla_A \\det|A| = \\det|A|(A^{-1})^T$$"],
    [
      "the differential of a function of a function",
      "Let $y = f(u)$ and $u = g(s)$.\n\n$$\\mathrm{d}y = f'(u) \\mathrm{d}u = f'(u) g'(s) \\mathrm{d}s$$",
    ],
    ["a differential equation without words", "The rate is what is there:\n$$\\frac{df(t)}{dt} = f(t)$$"],
    [
      "a statement about numbers",
      "# Squares\n\nLet $g(y) = y^2$.\n\n$$g(z) - g(y) - \\nabla g(y)^T(z - y) = z^2 - y^2 - 2y(z - y)$$",
    ],
    [
      "columns that are orthonormal",
      "# Factors\n$$\\min_{F,G} \\|X - FG^T\\|_F^2, s.t. G^TG=I$$\nwhere $J = \\|X - FG^T\\|_F^2$.\n\n$$\\frac{\\partial J}{\\partial F} = -2XG + 2F$$",
    ],
    [
      "a covariance in poor man's bold",
      "As $\\pmb{\\Sigma}$ is what it is, $(\\pmb{\\Sigma}^{-1})^T = \\pmb{\\Sigma}^{-1}$.",
    ],
    [
      "a law of square matrices in the paragraph that declares them",
      "For $M \\in \\mathbb{R}^{m\\times k}$ and $C \\in \\mathbb{R}^{p\\times q}$: $\\operatorname{tr}(M \\otimes C) = \\operatorname{tr}(M)\\operatorname{tr}(C)$.",
    ],
    [
      "sizes that are said to be equal behind it",
      "Let $U \\in \\mathbb{R}^{n\\times n}$ and $R \\in \\mathbb{R}^{r\\times r}$. Then $Z = U R^{-1}$, where $r = n$.",
    ],
    [
      "a size that is said anew right behind it",
      "Let $M \\in \\mathbb{R}^{m\\times k}$. For any $k\\times 1$ vector $v$ we have $Mv$, and\n\n$$D(v) = vM$$\n\nfor any $1\\times m$ vector $v$.",
    ],
    [
      "a question whether it fits",
      "Let $M \\in \\mathbb{R}^{3\\times 4}$ and $C \\in \\mathbb{R}^{4\\times 2}$. Which of $MC$, $CM$ and $M^TC$ are defined?",
    ],
    [
      "a denial that it fits",
      "Let $M \\in \\mathbb{R}^{3\\times 4}$ and $C \\in \\mathbb{R}^{4\\times 2}$. We cannot compute $CM$.",
    ],
    [
      "a function that has a value in a remark",
      "We write $\\kappa(A) = 10^k$; $\\kappa(B)$ is small.\n\nFor $\\kappa = 1$ it is fast.\n\nIt squares: $\\kappa(A^TA) = \\kappa(A)^2$.",
    ],
    [
      "a function of an argument that has a value of its own elsewhere",
      "First $t=g(s)$.\n\n$$h(s,t)=s^2+3t$$\n\n$$\\nabla h(s,t)=\\left(\\frac{\\partial h}{\\partial s},\\frac{\\partial h}{\\partial t}\\right)=(2s,3)$$",
    ],
    [
      "a sign that is explained, with a letter that is an array elsewhere",
      "For $M \\in \\mathbb{R}^{m\\times k}$ this is so.\n\nHere $\\operatorname{tr}(M)$ is the trace of a matrix.",
    ],
    [
      "an indicator of a layer called I",
      "Let $v \\in \\mathbb{R}^{1\\times k}$ and let $\\mathbf{I}_L(x)$ be the diagonal of layer $L$. Then $v \\mathbf{I}_L$.",
    ],
    ["an identity whose size is none", "Let $v \\in \\mathbb{R}^{1\\times k}$. Then $v I_L$ is what it is."],
    [
      "the square of a label",
      "The labels are $y \\in \\{-1, +1\\}$.\n\n$$\\|w + yx\\|^2 = \\|w\\|^2 + 2yw^Tx + \\|x\\|^2$$",
    ],
    [
      "what is put to zero, whatever the sign",
      "Let $L(b) = -\\sum_{i=1}^m a_i y_i b$. Then\n\n$$\\frac{\\partial L}{\\partial b} = \\sum_{i=1}^m a_i y_i = 0$$",
    ],
    [
      "a differential that is defined, of a function that has a value",
      "For $f(t) = t$ this is so. In short, $$d f(t) = f'(t) dt$$",
    ],
    ["capitals that are vectors", "# Rules\n\n- $\\nabla_{U}(V^{T} U)=V$\n- $\\nabla_{U}(U^{T} V U)=(V+V^{T})U$"],
    [
      "vectors that are rows",
      "Here $\\vec r = [r_1, r_2, \\dots, r_n]$ and $\\vec s = [s_1, s_2, \\dots, s_n]$.\n\n$$\\vec r \\cdot \\vec s + b = \\vec r \\vec s^T + b$$",
    ],
    ["a letter in both sizes", "In general, $$df(U) = \\langle \\nabla f(u), du \\rangle$$"],
    [
      "what another item of a list lets change",
      "1. $d(\\det M) = \\operatorname{tr}(\\det(M) M^{-1} dM)$\n2. $d\\langle M, U\\rangle = \\langle M, dU \\rangle$",
    ],
    [
      "a matrix whose sizes were said of another one",
      "For $M \\in \\mathbb{R}^{m \\times k}$ there are norms.\n\nSome text.\n\nOf a definite $M$ it is $\\frac{\\lambda_{\\max}(M)}{\\lambda_{\\min}(M)}$.",
    ],
    [
      "what vanishes on both sides",
      "Since $V$ is antisymmetric and $G$ symmetric, $\\theta^\\top G^\\top VG\\theta = -\\theta^\\top GVG\\theta = 0$.",
    ],
    [
      "numbers whose letter is a vector elsewhere",
      "For $g(z) = z^2$ it is $(\\lambda z + (1-\\lambda)u)^2 = \\lambda^2 z^2 + 2\\lambda(1-\\lambda)zu + (1-\\lambda)^2u^2$.",
    ],
    ["the number of a formula", "$(3)(\\sin t)' = \\cos t$"],
    [
      "a point in the rows of a chain",
      "Its slope at $t = s$ is known. Now $y = \\ln(t + \\sqrt{s^2 + t^2})$:\n\n$$\\begin{aligned} \\frac{dy}{dt} &= \\frac{1}{t + \\sqrt{s^2 + t^2}} (t + \\sqrt{s^2 + t^2})' \\\\ &= \\frac{1}{t + \\sqrt{s^2 + t^2}} \\left(1 + \\frac{2t}{2\\sqrt{s^2 + t^2}}\\right) \\end{aligned}$$",
    ],
    [
      "what is a function of the variable, by another formula",
      "From $\\frac{du}{dt} + \\frac15 u = 10$ the product rule gives $\\frac{d}{dt}(e^{\\frac t5}u) = 10e^{\\frac t5}$.",
    ],
    ["a differential whose transpose is written above its d", "$$df=d(v^TU)=d(v^T)U+v^TdU=v^TdU$$\n\n$$d^T(U)HU$$"],
    [
      "a random vector with a capital letter",
      "$X\\sim N(\\mu,\\Sigma)$\n\n$$\\frac{\\partial}{\\partial\\Sigma}(X-\\mu)^T\\Sigma^{-1}(X-\\mu)=-\\Sigma^{-1}(X-\\mu)(X-\\mu)^T\\Sigma^{-1}$$",
    ],
    ["a trace close to its matrix", "Set $t = 50$ and $r = -1$.\n\n$trM = trM^T$"],
    [
      "two statements with a blank between",
      "$f(u,v)=e^{2u+v}$\n\n$$\\frac{\\partial f}{\\partial u}=2e^{2u+v}\\ \\frac{\\partial f}{\\partial v}=e^{2u+v}$$",
    ],
    ["an element of arc", "$u=\\phi(t),v=\\psi(t)$\n\n$$ds=\\sqrt{ (du)^2+(dv)^2}=\\sqrt{\\phi'(t)^2+\\psi'(t)^2}dt$$"],
    [
      "the number of a formula in sized brackets",
      "$\\left(15\\right)\\left(\\arctan u\\right)^{\\prime}=\\frac{1}{1+u^{2}}$",
    ],
    [
      "two cases in one sentence",
      "$f'(u)≈\\frac{f(u)-f(a)}{u-a}$\n\nThe former is $v'=2v,v=e^{2u}$ and the later $v'=v,v=e^u$",
    ],
    [
      "a capital Pi over an index",
      "$\\frac{N^Ne^{-N}}{\\Pi n_i^{n_i}e^{-n_i}}=\\frac{N^Ne^{-N}}{e^{-N}\\Pi n_i^{n_i}}$",
    ],
    [
      "a block of zeros",
      "$S_{aa}\\in\\mathbb{R}^{m\\times m},S_{ab}\\in\\mathbb{R}^{m\\times n},S_{ba}\\in\\mathbb{R}^{n\\times m},S_{bb}\\in\\mathbb{R}^{n\\times n}$\n\n$$\\begin{pmatrix}I_m&0\\end{pmatrix}\\begin{pmatrix}S_{aa}&S_{ab}\\\\S_{ba}&S_{bb}\\end{pmatrix}\\begin{pmatrix}I_m\\\\0\\end{pmatrix}=S_{aa}$$\n\n$X_{b\\cdot a}=X_b-S_{ba}S_{aa}^{-1}X_a$",
    ],
    ["how far a nabla reaches", "$$\\nabla_w (Aw - x)^T (Aw - x) = 2A^T(Aw - x)$$"],
  ];
  for (const [what, text] of quiet) it(`${what}: ${text}`, () => assert.deepEqual(told(GIVEN + text), []));

  it("signs of derivatives as small deltas, and lists in plain angle brackets, are read", () => {
    const note =
      "Let $w, x \\in \\mathbb{R}^n$, $y = 3v$ and $v = u^2$.\n\n$$\\frac{\\delta v}{\\delta u} = 2u$$\n\n$$a = <w, x> = w^T x$$\n";
    const { claims } = checkDocument(readMarkdown("file:///n.md", 1, note));
    assert.deepEqual(claims.map((c) => c.status), ["proved", "proved"]); // prettier-ignore
  });

  it("cases of which none is understood are no cases", () => {
    const note = "$$\n||M|| = \n\\begin{cases}\n max_j\\sum_i|m_{ij}| \\quad ord = 1 \\\\\n min_j\\sum_i|m_{ij}| \\quad ord = -1 \\\\\n min \\sigma_i| \\quad ord = -2 \\\\\n \\sqrt{trace(M^HM)} \\quad ord = 'fro' \\\\\n\\end{cases}\n$$\n";
    assert.deepEqual(told(note), []);
  }); // prettier-ignore

  it("a sign in front of ± is a formula that is not read, and no fault", () => {
    for (const formula of ["x-\\pm R", "x+\\pm 1"]) assert.deepEqual(told(`$${formula}$\n`), []);
  });

  for (const words of ["**symmetric**", "[symmetric](a.md)", "[[Symmetric Matrices|symmetric]]"])
    it(`what is said with ${words} is heard`, () => {
      const note = `where $R$ is ${words}.\n\n$$\\frac{\\partial}{\\partial u} \\frac12 u^\\top R u = Ru$$\n`;
      assert.deepEqual(checkDocument(readMarkdown("file:///n.md", 1, note)).claims.map((c) => c.status), ["proved"]); // prettier-ignore
    });

  const loud: [text: string, says: RegExp][] = [
    ["$$\\nabla_x (x^\\top A x) = (A + A)x$$", /A/],
    ["$$\\nabla_x (x^\\top x) = x$$", /factor 2/],
    ["$$(AB)^\\top = A^\\top B^\\top$$ and $$\\operatorname{tr}(AB) = \\operatorname{tr}(BA) = \\operatorname{tr}(A^\\top B)$$", /this should be/],
  ]; // prettier-ignore
  for (const [text, says] of loud) it(`still told: ${text}`, () => assert.match(told(GIVEN + text).join(" "), says));
});
