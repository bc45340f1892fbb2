import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { judge } from "../../server/checking/judge";
import { readMarkdown } from "../../server/documents/markdown";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "./scope";

const scope = scopeOf(
  "A, B, W : R^(n×n)",
  "X : R^(m×n)",
  "x, b, u : R^n",
  "y : R^m",
  "a_0, a_1, a_2, a_3, s, t : R",
  "lam : R",
  "p(t) = a_0 + a_1*t + a_2*t^2 + a_3*t^3",
  "J = norm2(X*x - y)^2/2 + lam/2*norm2(x)^2",
  "E = x'*A*x/2 - b'*x",
);

/** Claims, the slip that is found in them, and what is said about it. */
const SLIPS: readonly (readonly [claim: string, slip: string, note: RegExp])[] = [
  // Numbers in front of terms.
  ["d(p(t))/d(t) == a_1 + a_2*t + a_3*t^2", "number", /2 in front of a_2\*t and 3 in front of a_3\*t\^2/],
  ["d(p(t))/d(t) == a_1 + 2*a_2*t + 2*a_3*t^2", "number", /./],
  ["d(t^3 + s*t^2)/d(t) == t^2 + s*t", "number", /3 in front of t\^2 and 2 in front of s\*t/],
  ["d(E)/d(x) == (A + A')*x - b", "number", /1\/2 is missing in front of \(A \+ A'\)\*x/],
  ["d(x'*A*x + x'*x)/d(x) == (A + A')*x + x", "number", /x should stand there twice/],
  // Numbers in matrices.
  ["[1, 2; 3, 4]*[5; 6] == [17; 38]", "number", /38 should be 39/],
  ["[2, 0; 1, 3]*[1, 1; 0, 2] == [2, 2; 1, 9]", "number", /9 should be 7/],
  ["[1, 2; 3, 4]*[2; 1] == [3; 7]", "number", /2 should be 1/],
  ["[0, 1; 1, 0]*[a_0; a_1] == [a_1; 3*a_0]", "number", /./],
  ["inv([2, 0; 0, 4]) == [0.5, 0; 0, 0.2]", "number", /0.2 should be 0.25/],
  // A mark: a square, a prime, a d.
  ["d(t*exp(-t^2))/d(t) == (1 - 2*t)*exp(-t^2)", "mark", /t should be t\^2/],
  ["d(log(1 + t^2))/d(t) == 2*t/(1 + t)", "mark", /t should be t\^2/],
  ["d(s/t)/d(t) == -s/t", "mark", /t should be t\^2/],
  ["tr(A*d(B)*W) == tr(W*A*B)", "mark", /B should be dB/],
  ["d(f(t^2))/d(t) == 2*t*f(t^2)", "mark", /f\(t\^2\) should be f'\(t\^2\)/],
  ["d(f(t)*s)/d(t) == s*f(t)", "mark", /should be f'\(t\)/],
  // Another name; a factor lost or too much.
  ["d(x'*A*x + b'*x)/d(x) == (A + A')*x + u", "name", /u should be b/],
  ["tr(A*B*W) == tr(W*A*A)", "name", /A should be B/],
  ["d(J)/d(x) == X'*(X*x - y) + lam*b", "name", /b should be x/],
  ["d(tr(A*W*W'))/d(W) == (A + A')*W*B", "extra", /factor B should not be there/],
  ["x'*A*B*x == x'*A*x", "lost", /the factor B is missing/],
  ["(A + B)'*(A + B) == A'*A + A'*B + A + B'*B", "lost", /the factor B' is missing/],
  // A term lost within a sum, one entry for another.
  ["d((s + 1)*t^2)/d(t) == 2*s*t", "lost", /./],
  ["(x + u)'*A*(x + u) == x'*A*(x + u)", "lost", /./],
  ["[x[1]*b[2]; x[2]*b[1]] == [x[1]*b[1]; b[1]*x[2]]", "name", /b\[1\] should be b\[2\]/],
  // Signs of brackets and of functions without a definition.
  ["x - (b - u) == x - b - u", "sign", /sign of u should be plus/],
  ["d(f(t)*g(t))/d(t) == f'(t)*g(t) - f(t)*g'(t)", "sign", /should be plus/],
  ["d(f(-t))/d(t) == f'(-t)", "opposite", /./],
];

describe("the slip of the pen is found", () => {
  for (const [claim, slip, note] of SLIPS)
    it(claim, () => {
      const [left, right] = claim.split("==").map((s) => expr(s.trim()));
      const v = judge(left!, right!, scope, { print: printText });
      assert.equal(v.status, "wrong", JSON.stringify(v));
      assert.equal(v.slip, slip, JSON.stringify(v));
      assert.match(v.note ?? "", note);
    });
});

const told = (text: string): readonly string[] =>
  checkDocument(readMarkdown("file:///note.md", 1, text))
    .problems.filter((p) => p.severity === "warning" || p.severity === "error")
    .map((p) => p.message);

/** One message is told of a note, and says this. */
const itTells = (text: string, says: RegExp): unknown =>
  it(text, () => {
    const messages = told(text);
    assert.equal(messages.length, 1, JSON.stringify(messages));
    assert.match(messages[0]!, says);
  });
const itTellsNothing = (text: string): unknown => it(`but not: ${text}`, () => assert.deepEqual(told(text), []));

/** Plain equations that one slip keeps from being identities. */
const NEAR: readonly (readonly [text: string, says: RegExp])[] = [
  ["We have $$\\|a+b\\|^2 = \\|a\\|^2 + 2a^Tb - \\|b\\|^2$$", /should be plus/],
  ["$$\\frac12\\|q-k\\|^2 = q^Tk - \\frac12\\|k\\|^2 - \\frac12\\|q\\|^2$$", /the sign is wrong/],
  ["Note that $(AB)^T(AB) = BA^TAB$.", /B should be transposed/],
  ["Note that $(MN)^T(MN) = N^TMM^TN$.", /should be swapped/],
  ["$$(x+y)^3 = x^3 + 3x^2y + 2xy^2 + y^3$$", /2 should be 3/],
  ["$$\\sin a + \\sin b = \\sin\\frac{a + b}{2}\\cos\\frac{a - b}{2}$$", /off by a factor 2/],
  ["$$\\frac{1}{1 + e^{-t}} = \\frac{e^t}{1 - e^t}$$", /sign of exp\(t\) should be plus/],
  ["$$(u - v)^T(u - v) = u^Tu - u^Tv + v^Tv$$", /twice|2/],
  ["Let $A \\in \\mathbb{R}^{m\\times n}$, $b \\in \\mathbb{R}^m$ and $v \\in \\mathbb{R}^n$. We split $$b = Av - (b - Av)$$", /in front of b - A\*v should be plus/], // prettier-ignore
];

describe("an equation that is one slip from an identity is wrong", () => {
  for (const [text, says] of NEAR) itTells(text, says);
});

describe("a second form of what is defined already is seen to be the same, and another function is none", () => {
  const first = "We minimise $f(x) = \\|Ax - b\\|^2$ for $A \\in \\mathbb{R}^{m\\times n}$, $b \\in \\mathbb{R}^m$. ";
  it("the same", () => {
    const note = first + "Now $$f(x) = x^TA^TAx - 2b^TAx + b^Tb$$";
    assert.deepEqual(checkDocument(readMarkdown("file:///n.md", 1, note)).claims.map((c) => c.status), ["proved"]); // prettier-ignore
  });
  itTells(first + "We expand it: $$f(x) = (Ax)^T(Ax) - (Ax)^Tb + b^Tb$$", /should stand there twice/);
  itTellsNothing(first + "Now $$f(x) = (Ax)^T(Ax) - (Ax)^Tb + b^Tb$$");
  itTellsNothing(first + "Now $$f(x) = \\|Ax - b\\|^2 + \\lambda\\|x\\|^2$$");
  itTellsNothing("Left: $f(x, y) = x^2 + y^2$ has a minimum.\n\nRight: $f(x, y) = x^2 - y^2$ has a saddle point.");
});

describe("what is said of unspecified values", () => {
  itTellsNothing("$$\\partial_i(\\partial_j(\\mu_k\\log\\mu_k)) = \\partial_i((1 + \\log\\mu_k)\\partial_j\\mu_k)$$");
  itTellsNothing(
    "Let $z = x + iy$ and $w = x - iy$, so $x = \\frac{z + w}{2}$. $$\\frac{\\partial f}{\\partial z} = \\frac{\\partial f}{\\partial x}\\frac{\\partial x}{\\partial z} + \\frac{\\partial f}{\\partial y}\\frac{\\partial y}{\\partial z}$$",
  );
});

describe("a rule of backpropagation with a sign or a number in front that it does not have is wrong", () => {
  const layer = "We have $z = Wx + b$ and $L = \\ell(z)$. ";
  itTells(
    layer + "$$\\frac{\\partial L}{\\partial x} = 2W^T\\frac{\\partial L}{\\partial z}$$",
    /the factor 2 should not be there/,
  );
  itTells(layer + "$$\\frac{\\partial L}{\\partial W} = -\\frac{\\partial L}{\\partial z} x^T$$", /the sign is wrong/);
  itTellsNothing(layer + "$$\\frac{\\partial L}{\\partial W} = \\frac{\\partial L}{\\partial z} x^T$$");
});

describe("a condition, or what is said of a function, is not", () => {
  for (const text of [
    "$$\\|x+y\\|^2 = \\|x\\|^2 + \\|y\\|^2$$ if they are orthogonal.",
    "$$\\|x+y\\|^2 = \\|x-y\\|^2$$",
    "$$x^TAy = y^TAx$$",
    "$$A(Bx) = B(Ax)$$",
    "$$x^2 + 2x + 1 = 3x^2 - x$$",
    "Solving $2 - x^2 = -3 + 2x^2$ for $x$ yields $5 = 3x^2$.",
    "$$\\kappa\\beta\\kappa^{-1} = \\kappa\\beta\\kappa$$",
    "$$Q^TAQ = QAQ^T$$",
    "$$(A - \\lambda I)x = (A + \\lambda I)x$$",
    "The function is even: $f(-x) = f(x)$. So $f'(-x) = -f'(x)$.",
    "It has the period $T$: $f(x + T) = f(x)$.",
  ])
    it(text, () => assert.deepEqual(told(text), []));
});

describe("what changes elsewhere is not held fixed", () => {
  const status = (text: string): readonly string[] =>
    checkDocument(readMarkdown("file:///note.md", 1, text)).claims.map((c) => c.status);
  for (const [text, expected] of [
    ["$$\\begin{align*}d(X+Y) &= dX + dY\\\\ d(XY) &= (dX)Y\\end{align*}$$", ["proved", "wrong"]],
    ["$d(XY) = dX\\,Y + X\\,dY$ and $d(X\\circ Y) = X\\circ dY$.", ["proved", "unknown"]],
    ["$$d(AX) = A\\,dX$$ and $$d(\\operatorname{tr}(AXB)) = \\operatorname{tr}(BA\\,dX)$$", ["proved", "proved"]],
  ] as const)
    it(text, () => assert.deepEqual(status(text), expected));
});

describe("a gradient that is laid out otherwise than the note says is wrong", () => {
  for (const [text, says] of [
    ["Here gradients are columns. $$\\nabla_x x^TAx = x^T(A + A^T)$$", /should be \(A \+ A'\)\*x/],
    ["Throughout these notes we use denominator layout. $$\\frac{\\partial a^Tx}{\\partial x} = a^T$$", /should be a /],
    ["In this text the derivative of a number by a column is a row. $$\\frac{\\partial}{\\partial x}(x^TAx) = (A + A^T)x$$", /should be x'\*\(A \+ A'\)/], // prettier-ignore
    ["We follow the numerator-layout convention. For $M \\in \\mathbb{R}^{m\\times n}$: $$\\nabla_x \\|Mx-b\\|^2 = 2M^T(Mx-b)$$", /should be 2\*\(M\*x - b\)'\*M/], // prettier-ignore
    ["Gradients are rows in this book. $$\\nabla_w \\tfrac12 w^Tw = w$$", /should be w'/],
  ] as const)
    itTells(text, says);
  for (const text of [
    "Some books use numerator layout. $$\\frac{\\partial a^Tx}{\\partial x} = a^T$$",
    "There are two conventions, numerator layout and denominator layout. $$\\nabla_x x^TAx = (A + A^T)x$$",
    "Many authors say that gradients are rows. $$\\nabla_x x^TAx = (A + A^T)x$$",
    "Here gradients are columns. For $A \\in \\mathbb{R}^{m\\times n}$, $$\\frac{\\partial Ax}{\\partial x} = A$$",
    "Here gradients are rows. $$\\frac{\\partial a^TXb}{\\partial X} = ab^T$$",
  ])
    itTellsNothing(text);
});

describe("members of a sum, and what has no definition, are judged with all that is said", () => {
  const statuses = (text: string): readonly string[] =>
    checkDocument(readMarkdown("file:///note.md", 1, text))
      .claims.filter((c) => c.kind === "derivative")
      .map((c) => c.status);
  const energy = "The error is $e_j = d_j - \\varphi(v_j)$, the energy $E = \\frac12 \\sum_j e_j^2$. ";
  for (const [text, expected] of [
    [energy + "$$\\frac{\\partial E}{\\partial v_j} = -e_j\\varphi'(v_j)$$", "verified"],
    [energy + "$$\\frac{\\partial E}{\\partial v_j} = -e_j\\varphi(v_j)$$", "wrong"],
    [energy + "$$\\frac{\\partial E}{\\partial v_j} = e_j\\varphi'(v_j)$$", "wrong"],
    ["Let $J = L + \\frac12 \\sum_i \\sum_j w_{ij}^2$. $$\\frac{\\partial J}{\\partial w_{ij}} = \\frac{\\partial L}{\\partial w_{ij}} + w_{ij}$$", "verified"], // prettier-ignore
    ["Let $J = L + \\sum_i \\sum_j w_{ij}^2$. $$\\frac{\\partial J}{\\partial w_{ij}} = \\frac{\\partial L}{\\partial w_{ij}} + w_{ij}$$", "wrong"], // prettier-ignore
    ["Let $J = L(w) + \\lambda w^Tw$. $$\\nabla_w J = \\nabla_w L + 2\\lambda w$$", "verified"],
    ["Let $J = L(w) + \\lambda w^Tw$. $$\\nabla_w J = \\nabla_w L + \\lambda w$$", "wrong"],
    ["Let $J = L(w) + \\lambda w^Tw$. $$\\nabla_w J = \\nabla_w L - 2\\lambda w$$", "wrong"],
    ["Let $f(u, v)$ with $u = a^2$, $v = 3a$. $$\\frac{df}{da} = \\frac{\\partial f}{\\partial u}\\frac{du}{da} - \\frac{\\partial f}{\\partial v}\\frac{dv}{da}$$", "wrong"], // prettier-ignore
  ] as const)
    it(text, () => assert.deepEqual(statuses(text), [expected]));
});

describe("sizes in words, behind a display and in definitions tell what is wrong", () => {
  for (const [text, says] of [
    [
      "A layer computes $y = xw$, where $x$ has shape $N\\times D$, $w$ has shape $D\\times M$ and $y$ has shape $N\\times M$. Then $$\\frac{\\partial L}{\\partial x} = \\frac{\\partial L}{\\partial y} x^T$$",
      /x should be w/,
    ],
    [
      "$$y = \\sigma(Wx + b)$$\n\nwhere $W$ is a trainable $D \\times F$ matrix, $b \\in \\mathbb{R}^F$ and $x \\in \\mathbb{R}^D$.",
      /does not fit/,
    ],
    [
      "Let $W \\in \\mathbb{R}^{h\\times t}$, $A \\in \\mathbb{R}^{n\\times h}$, $Y \\in \\mathbb{R}^{n\\times t}$ and $J(W) = \\frac12\\|AW - Y\\|_F^2 + \\frac\\lambda2\\|W\\|_F^2$. $$\\frac{\\partial J}{\\partial W} = A^T(AW - Y) + \\lambda$$",
      /the factor W is missing/,
    ],
    [
      "The columns of $W \\in \\mathbb{R}^{d\\times k}$ are orthonormal, $W^TW = I$, and $z = W^Tx$ with $x \\in \\mathbb{R}^d$. $$\\|Wz - x\\|^2 = z^TW^TWz - 2z^TW^Tx + x^Tx = -x^TW^Tx + x^Tx$$",
      /the factor W is missing/,
    ],
    ["$$\\begin{align*}d(X^T) &= dX\\\\ d(XY) &= (dX)Y + X\\,dY\\end{align*}$$", /should be dX'|symmetric/],
  ] as const)
    itTells(text, says);
  it("a total differential that leaves out a variable is not confirmed", () => {
    const { claims } = checkDocument(
      readMarkdown(
        "file:///n.md",
        1,
        "$$df(x,y,z) = \\frac{\\partial f}{\\partial x}dx + \\frac{\\partial f}{\\partial z}dz$$",
      ),
    );
    assert.ok(claims.every((c) => c.status === "unknown"));
  });
});

describe("steps of an iteration, and sizes that are declared wrong", () => {
  const newton =
    "The step $h$ minimises $\\frac12\\|Jh + b\\|^2$ for $J \\in \\mathbb{R}^{m\\times n}$, $b \\in \\mathbb{R}^m$. ";
  const ridge =
    "The increment $d$ minimises $\\frac12\\|Ad - r\\|^2 + \\frac{\\lambda}{2}\\|d\\|^2$ for $A \\in \\mathbb{R}^{m\\times n}$. ";
  for (const [text, says] of [
    [newton + "$$x_{k+1} = x_k - J^TJJ^Tb$$", /should be inverted/],
    [newton + "$$x_{k+1} = x_k + (J^TJ)^{-1}J^Tb$$", /sign is wrong/],
    [ridge + "$$w_{t+1} = w_t - (A^TA + \\lambda I)^{-1}A^Tr$$", /sign is wrong/],
    [
      "Let $A \\in \\mathbb{R}^{a\\times k}$, $L \\in \\mathbb{R}^{l\\times k}$, $K \\in \\mathbb{R}^{k\\times a}$. $$\\operatorname{tr}(ALK) = \\operatorname{tr}(LKA)$$",
      /With this size of A .* l should stand here for k/,
    ],
    [
      "Let $P \\in \\mathbb{R}^{n\\times m}$, $Q \\in \\mathbb{R}^{n\\times k}$, $R \\in \\mathbb{R}^{k\\times n}$. $$\\operatorname{tr}(PQR) = \\operatorname{tr}(QRP)$$",
      /With this size of Q .* m should stand here for n/,
    ],
  ] as const)
    itTells(text, says);
  for (const text of [
    newton + "$$x_{k+1} = x_k - (J^TJ)^{-1}J^Tb$$",
    ridge + "$$w_{t+1} = w_t + (A^TA + \\lambda I)^{-1}A^Tr$$",
    "The step size $\\eta$ is small. With $f = \\|x\\|^2$: $$x_{t+1} = x_t - \\eta x_t$$",
  ])
    itTellsNothing(text);
});

describe("what stands beside, what is free and what is denied", () => {
  for (const [text, says] of [
    [
      "$\\frac{\\partial \\operatorname{tr}(AB)}{\\partial A} = B$, $\\frac{\\partial x^TAx}{\\partial x} = (A+A^T)x$, $\\frac{\\partial \\operatorname{tr}(A^TB)}{\\partial A} = B$, $\\frac{\\partial a^Tx}{\\partial x} = a$, $\\frac{\\partial\\|Xw-y\\|^2}{\\partial w} = 2X^T(Xw-y)$.",
      /laid out the other way/,
    ],
    ["$\\nabla_F |F| = \\operatorname{adj}(F)^{-1}$", /./],
  ] as const)
    itTells(text, says);
  for (const text of [
    "Let $A \\in \\mathbb{R}^{m\\times n}$, $B \\in \\mathbb{R}^{n\\times p}$. In general $AB \\neq BA$; $BA$ may not even exist.",
    "$d(\\det X) = \\det X\\,\\langle X^{-T}, dX\\rangle$",
    "We have $\\frac{\\partial x^Ta}{\\partial x} = a^T$, $\\frac{\\partial b^Tx}{\\partial x} = b^T$, $\\frac{\\partial x^TBx}{\\partial x} = x^T(B+B^T)$, $\\frac{\\partial a^TXb}{\\partial X} = ab^T$.",
    "Let $\\mathbf{Z} = \\mathbf{y}'\\mathbf{A}\\mathbf{x}$. Then $$\\frac{\\partial \\mathbf{Z}}{\\partial \\mathbf{x}} = \\mathbf{y}'\\mathbf{A}$$",
    "Points: $u = [1, 0, 2] = v - w = [x, y-1, z]$",
  ])
    itTellsNothing(text);
});

describe("the normal density is judged by what it is", () => {
  const said = "Let $y \\in \\mathbb{R}^n$ and $S \\in \\mathbb{R}^{n\\times n}$. ";
  const verdicts = (text: string): readonly string[] =>
    checkDocument(readMarkdown("file:///note.md", 1, said + text)).claims.map((c) => c.status);
  for (const [text, expected] of [
    ["$$-\\log \\mathcal{N}(y; 0, S) = \\frac12 y^TS^{-1}y + \\frac12\\log|S| + \\frac n2\\log 2\\pi$$", "verified"],
    ["$$-\\log \\mathcal{N}(y; 0, S) = -\\frac12 y^TS^{-1}y - \\frac12\\log|S| - \\frac n2\\log 2\\pi$$", "wrong"],
    ["$$\\log \\mathcal{N}(y; 0, S) = -\\frac12 y^TS^{-1}y + \\frac12\\log|S| - \\frac n2\\log 2\\pi$$", "wrong"],
    ["$$\\log \\mathcal{N}(y; 0, S) = -\\frac12 y^TS^{-1}y - \\log|S| - \\frac n2\\log 2\\pi$$", "wrong"],
    ["$$\\log \\mathcal{N}(y; 0, S) = -\\frac12 y^TSy - \\frac12\\log|S| - \\frac n2\\log 2\\pi$$", "unknown"],
  ] as const)
    it(text, () => assert.deepEqual(verdicts(text).length === 0 ? ["unknown"] : verdicts(text), [expected]));
});

describe("what is said of a member is said of each", () => {
  it("with its size", () => {
    const { formulas } = readMarkdown(
      "file:///n.md",
      1,
      "Let $x_n \\in \\mathbb{R}^D$. Then $$s = \\sum_n \\alpha_n x_n$$",
    );
    assert.equal(formulas.at(-1)!.scope.variables.get("s")!.shape.rows.key, "D");
  });
});

describe("claims with blocks, sets and bare gradients are decided", () => {
  const last = (text: string): string | undefined =>
    checkDocument(readMarkdown("file:///note.md", 1, text)).claims.at(-1)?.status;
  const block = (entries: string): string => `\\begin{bmatrix} ${entries} \\end{bmatrix}`;
  const softmax =
    "With $P(w_o \\mid w_c) = \\frac{\\exp(\\mathbf{u}_o^T\\mathbf{v}_c)}{\\sum_{i \\in \\mathcal{V}} \\exp(\\mathbf{u}_i^T\\mathbf{v}_c)}$: ";
  const loss = "Let $L = \\sum_{i \\in S} (w^Tx_i - y_i)^2$ for $w, x_i \\in \\mathbb{R}^d$. ";
  for (const [text, expected] of [
    [
      `$$${block("R & \\mathbf{t} \\\\ 0 & 1")}${block("\\mathbf{x} \\\\ 1")} = ${block("R\\mathbf{x} + \\mathbf{t} \\\\ 1")}$$`,
      "proved",
    ],
    [
      `$$${block("R & \\mathbf{t} \\\\ 0 & 1")}${block("\\mathbf{x} \\\\ 1")} = ${block("R\\mathbf{x} - \\mathbf{t} \\\\ 1")}$$`,
      "wrong",
    ],
    [
      `$$${block("A & B \\\\ C & D")} = ${block("I & 0 \\\\ CA^{-1} & I")}${block("A & B \\\\ 0 & D - CA^{-1}B")}$$`,
      "proved",
    ],
    [
      `$$${block("A & B \\\\ C & D")} = ${block("I & 0 \\\\ CA^{-1} & I")}${block("A & B \\\\ 0 & D + CA^{-1}B")}$$`,
      "wrong",
    ],
    [
      `$$L = ${block("K & 0 \\\\ 0 & 1")}${block("I & 0 \\\\ -\\mathbf{b}^T & 1")} = ${block("K & 0 \\\\ \\mathbf{b}^T & 1")}$$`,
      "wrong",
    ],
    [
      `Let $G = ${block("g_1 \\\\ g_2")}$ and $V = ${block("w_1 \\\\ w_2")}$. $$GV^T = ${block("g_1 \\\\ g_2")}${block("w_1 & w_2")} = ${block("g_1w_1 + g_1w_2 \\\\ g_2w_1 + g_2w_2")}$$`,
      "wrong",
    ],
    [`$$${block("g_1 \\\\ g_2")}${block("w_1 & w_2")} = ${block("g_1w_1 & g_1w_2 \\\\ g_2w_1 & g_2w_2")}$$`, "proved"],
    [
      softmax +
        "$$\\frac{\\partial \\log P(w_o \\mid w_c)}{\\partial \\mathbf{v}_c} = \\mathbf{u}_o - \\sum_{j\\in\\mathcal{V}} P(w_j \\mid w_c)\\mathbf{u}_j$$",
      "verified",
    ],
    [
      softmax +
        "$$\\frac{\\partial \\log P(w_o \\mid w_c)}{\\partial \\mathbf{v}_c} = \\mathbf{u}_o + \\sum_{j\\in\\mathcal{V}} P(w_j \\mid w_c)\\mathbf{u}_j$$",
      "wrong",
    ],
    [loss + "$$\\nabla_w L = 2\\sum_{i \\in S} (w^Tx_i - y_i)x_i$$", "verified"],
    [loss + "$$\\nabla_w L = 2\\sum_{i \\in S} (w^Tx_i + y_i)x_i$$", "wrong"],
    ["$$\\frac{d}{d\\mathbf{x}}(\\mathbf{x}^T A \\mathbf{x}) = (\\mathbf{A} + \\mathbf{A}^T)\\mathbf{x}$$", "verified"],
    ["As is known, $|\\mathbf{L}| = |\\mathbf{L}^T|$.", "proved"],
    ["Let $J = \\|A\\beta - c\\|^2$. Then $\\nabla J = 2A^T(A\\beta - c)$.", "verified"],
    ["Let $J = \\|A\\beta - c\\|^2$. Then $\\nabla J = 2A(A\\beta - c)$.", "wrong"],
    ["Let $J = \\frac12\\|\\mathbf{y} - X\\mathbf{w}\\|^2$. Then $\\nabla^2 J = X^TX$.", "verified"],
    ["$$\\nabla(x^2y) = \\langle 2xy, x^2\\rangle$$", "verified"],
    [
      "Let $L(x,y,\\lambda) = f(x,y) - \\lambda(g(x,y) - k)$. $$\\frac{\\partial L}{\\partial \\lambda} = g(x,y) - k$$",
      "wrong",
    ],
    [
      "Let $L(x,y,\\lambda) = f(x,y) - \\lambda(g(x,y) - k)$. $$\\frac{\\partial L}{\\partial \\lambda} = -(g(x,y) - k)$$",
      "verified",
    ],
  ] as const)
    // prettier-ignore
    it(text, () => assert.equal(last(text), expected));
});
