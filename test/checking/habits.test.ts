import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

const check = (text: string) => checkDocument(readMarkdown("file:///note.md", 1, text));
const messages = (text: string): string[] => check(text).problems.map((p) => p.message);
/** The status of every claim, in the order of the note. */
const statuses = (text: string): string[] => check(text).claims.map((c) => c.status);

/** Small notes in the manner of many authors: right as they stand. */
const RIGHT: readonly (readonly [what: string, note: string])[] = [
  [
    "the set of subgradients is no differential",
    String.raw`The lasso: $\partial \|v\|_1 = \operatorname{sign}(v)$ where no entry vanishes.`,
  ],
  [
    "a matrix is said to be diagonal in passing",
    String.raw`We minimise $E(b) = (y - Zb)^TH(y - Zb)$ with $H$ diagonal: $$\nabla E(b) = -2Z^TH(y - Zb)$$ Here $Z^T$ occurs.`,
  ],
  [
    "bars around a matrix may mean its norm",
    String.raw`For a self-adjoint operator $A$ we put $S = \operatorname{tr}(A^2) = |A|^2$. Elsewhere $A^\top A$ occurs.`,
  ],
  [
    "sums over one index without bounds run over the same values",
    String.raw`With $$p_k = -\frac{1}{\mu}\sum_{n=1}^{N} g_{nk}$$ we sum up:
$$\sum_k p_k = -\frac{1}{\mu}\sum_k\sum_n g_{nk} = -\frac{1}{\mu}\sum_n\sum_k g_{nk}$$`,
  ],
  [
    "a zero beside a vector is a zero vector",
    String.raw`Let $x, a \in \mathbb{R}^n$ and $C \in \mathbb{R}$. $$\nabla_x (x^Tx + a^Tx + C) = 2x + a + 0 = 2x + a$$`,
  ],
  [
    "what does not depend on the variable is not the subject of the passage",
    String.raw`Let $x, a \in \mathbb{R}^n$, $C \in \mathbb{R}$ and $f(x) = x^Tx + x^Ta + C$.

$\nabla_x (x^T a) = a$, $\nabla_x C = 0$.

$\nabla_x f(x) = 2x + a$`,
  ],
  [
    "numbers are spread over vectors",
    String.raw`Logistic regression with $X \in \mathbb{R}^{n\times d}$, $w \in \mathbb{R}^d$:
$$\frac{\partial}{\partial w}\mathbf{1}^\top\sigma(Xw) = X^\top(\sigma(Xw)\odot(1-\sigma(Xw)))$$`,
  ],
  [
    "invariants with numbers are no identity matrices",
    String.raw`The invariants satisfy $\Psi = I_2 - 2 I_1 + 3$ and $$\frac{\partial \Psi}{\partial F} = \frac{\partial \Psi}{\partial I_1}\frac{\partial I_1}{\partial F} + \frac{\partial \Psi}{\partial I_2}\frac{\partial I_2}{\partial F}.$$`,
  ],
  [
    "a vector may be called d",
    String.raw`With a direction $d \in \mathbb{R}^n$ and $A \in \mathbb{R}^{n\times n}$: $d^TAd = \operatorname{tr}(A d d^T)$,
$$\frac{\partial d^TAd}{\partial A} = dd^\top$$`,
  ],
  [
    "symmetric is said in other languages too",
    String.raw`Soit $A$ une matrice symétrique : $\nabla_x (x^TAx) = 2Ax$, et $A^TA$ est aussi utile.`,
  ],
  [
    "a name that was a number elsewhere is a vector where it is transposed",
    String.raw`The chain rule: $\frac{\partial L}{\partial x} = 2x$ of $L = x^2$. Later: $\nabla_x(x^TAx) = (A+A^T)x$.`,
  ],
  [
    "symmetric and positive definite in one breath",
    String.raw`Let $f(x) = \frac12 x^TQx - b^Tx$ with $Q = Q^T \succ 0$. Then $$\nabla f(x) = Qx - b$$`,
  ],
  [
    "a list with dots stands upright, transposed or not",
    String.raw`For $\mathbf{x} = [x_1, x_2, \ldots, x_n]^\top$ and $\mathbf{A} \in \mathbb{R}^{m\times n}$ we have $\nabla_{\mathbf{x}} \mathbf{A}\mathbf{x} = \mathbf{A}^\top$.`,
  ],
  [
    "the 2-norm of a matrix may be its largest singular value",
    String.raw`For $A \in \mathbb{R}^{m\times n}$: $\|A\|_2 = \sqrt{\lambda_{\max}(A^TA)} = \sigma_{\max}(A)$.`,
  ],
  [
    "a new case may use letters anew",
    String.raw`Let $y = Ax$ where $A \in \mathbb{R}^{m\times n}$ and $x \in \mathbb{R}^n$.

(b) If $g(x) = x^TAx$ where $A$ is symmetric, then $\frac{\partial g}{\partial x} = 2Ax$.`,
  ],
];

describe("what numbers cannot decide is left open", () => {
  it("members of a family beside each other, below a sum and outside of it", () => {
    const note = String.raw`$$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}, \qquad L = -\sum_i y_i \log p_i$$

$$\frac{\partial L}{\partial z_i} = -y_i(1 - p_i) + \sum_{k \neq i} y_k p_i = p_i - y_i$$`;
    assert.deepEqual(messages(note), []);
  });

  it("derivatives of what is not given", () =>
    assert.deepEqual(
      statuses(
        String.raw`$\frac{\partial L}{\partial X} = \frac{\partial Y}{\partial X}\frac{\partial L}{\partial Z}\frac{\partial Z}{\partial Y}$`,
      ),
      ["unknown"],
    ));
});

describe("habits of authors that are no mistakes", () => {
  for (const [what, note] of RIGHT) it(what, () => assert.deepEqual(messages(note), []));
});

describe("mistakes behind such habits are found", () => {
  it("a transpose forgotten between the vectors of the section", () => {
    const note = String.raw`$y = w^Tx + b$. Its gradient:

$$\frac{d}{dx}(wx) = w$$`;
    assert.match(messages(note).join(), /w should be transposed/);
    assert.deepEqual(messages(note.replace("(wx)", "(w^Tx)")), []);
  });

  it("but not where the words announce numbers", () => {
    const note = String.raw`$y = w^Tx + b$. For a scalar:

$$\frac{d}{dx}(wx) = w$$`;
    assert.deepEqual(messages(note), []);
  });

  it("a term that is added to itself has lost a transpose, whatever else the note says is symmetric", () => {
    const note = String.raw`$\nabla_x (x^TAx) = (A + A)x$, which is $2Ax$ if $A$ is symmetric; in general $A \ne A^T$.`;
    assert.match(messages(note).join(), /\(A' \+ A\)\*x/);
  });

  it("that one matrix is symmetric excuses no other", () => {
    const note = String.raw`For symmetric $A$: $\nabla_x(x^TAx) = 2Ax$. With $J(\theta) = \theta^TX^TX\theta$,

$$\nabla_\theta J(\theta) = 2XX\theta$$`;
    assert.match(messages(note).join(), /2\*X'\*X\*theta/);
  });

  it("the derivative of a name is repaired by that of its value", () => {
    const note = String.raw`Let $A \in \mathbb{R}^{n\times n}$, $x \in \mathbb{R}^n$ and $y = x^TAx$. $$\frac{\partial y}{\partial x} = Bx + Ax$$ $$\frac{\partial y}{\partial x} = Ax$$`;
    assert.match(messages(note).join(), /this should be \(A \+ A'\)\*x/);
  });

  it("a slip that leaves shapes which do not fit, where some were guessed", () => {
    const note = String.raw`With $X \in \mathbb{R}^{m\times d}$ and $W \in \mathbb{R}^{d\times k}$: $$\frac{\partial \operatorname{tr}(A^\top XW)}{\partial W} = XA$$`;
    assert.match(messages(note).join(), /X' \* A|X'\*A/);
  });

  it("the sign inside of a sigmoid's derivative", () => {
    const note = String.raw`Logistic regression with $X \in \mathbb{R}^{n\times d}$, $w \in \mathbb{R}^d$:
$$\frac{\partial}{\partial w}\mathbf{1}^\top\sigma(Xw) = X^\top(\sigma(Xw)\odot(1+\sigma(Xw)))$$`;
    assert.equal(messages(note).length, 1);
  });
});

describe("messages about notes", () => {
  it("say formulas in plain signs, the fix writes LaTeX", () => {
    const note = String.raw`Let $X \in \mathbb{R}^{m\times n}$, $w \in \mathbb{R}^n$, $y \in \mathbb{R}^m$. $$\nabla_w \|Xw - y\|^2 = X^T(Xw - y)$$`;
    const { problems } = checkDocument(readMarkdown("file:///note.md", 1, note), {
      print: () => "LATEX",
      say: () => "SIGNS",
    });
    assert.match(problems[0]!.message, /SIGNS/);
    assert.equal(problems[0]!.fixes?.[0]?.edits[0]?.text, "LATEX");
  });
});

describe("what nothing explains is read and left alone", () => {
  for (const formula of [
    String.raw`\overline{AB} = C`,
    String.raw`\widehat{X^TX} = B`,
    String.raw`[\mathbf{a}]_\times \mathbf{b} = \mathbf{c}`,
    String.raw`\mathbf{x} = \mathbf{y} \oplus \delta \mathbf{z}`,
    String.raw`\frac{\partial \ln|\Sigma|}{\partial \Sigma^{-1}} = -\Sigma`,
    String.raw`\frac{\partial \operatorname{vec}(AXB)}{\partial \operatorname{vec}(X)^T} = B^T \otimes A`,
    String.raw`(a, b) \gets (b, a)`,
    String.raw`T_{ijk} = \sum_l A_{il}B_{ljk}`,
    String.raw`(R - R^T)^\vee = w`,
    String.raw`\begin{array}{l} \min_d & f + g^Td \\ s.t. & \|d\| \leq \Delta \end{array}`,
    String.raw`x = 2{,}45`,
  ])
    it(formula, () => {
      const document = readMarkdown("file:///note.md", 1, `$${formula}$`);
      assert.equal(document.parsed, document.spans);
      assert.deepEqual(
        checkDocument(document).problems.map((p) => p.message),
        [],
      );
    });
});

describe("letters above that count layers", () => {
  const note = String.raw`For each layer, $$z^l = W^l a^{l-1} + b^l$$ and $$\delta^l = \frac{\partial C}{\partial z^l},\qquad \delta^{l} = ((W^{l+1})^T \delta^{l+1}) \odot \sigma^{'}(z^{l})$$`;

  it("are parts of names", () => {
    const document = readMarkdown("file:///note.md", 1, note);
    assert.equal(document.parsed, document.spans);
    assert.ok(document.formulas.some((f) => f.scope.variables.has("W^l")));
  });

  it("are powers where they are nothing else", () =>
    assert.deepEqual(statuses(String.raw`Let $x \in \mathbb{R}$. $\frac{d}{dx} x^3 = 3 x^2$`), ["proved"]));
});
