import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

const check = (text: string) => checkDocument(readMarkdown("file:///note.md", 1, text));
const messages = (text: string): string[] => check(text).problems.map((p) => p.message);
/** The status of the last claim whose text begins so. */
const statusOf = (text: string, claim: string): string | undefined =>
  check(text).claims.findLast((c) => c.text.replace(/\s+/g, " ").startsWith(claim))?.status;

const holds = (status: string | undefined): boolean => status === "proved" || status === "verified";

/** What authors leave to the reader, a note, and the claim in it that is right. */
const RIGHT: readonly (readonly [what: string, note: string, claim: string])[] = [
  [
    "labels add up to one",
    String.raw`$J(W) = -\frac1N\sum_{n=1}^N\sum_{k=1}^K T_{nk}\log P_{nk}$ with $P = \mathrm{softmax}(XW)$: $$\nabla_W J(W) = \frac1N X^T(P - T)$$`,
    String.raw`\nabla_W`,
  ],
  [
    "the logarithm of a square matrix",
    String.raw`$$\frac{\partial \operatorname{tr}(X\log X)}{\partial X} = \log X^T + I$$`,
    String.raw`\frac`,
  ],
  [
    "entries of a vector beside entries of a matrix",
    String.raw`Let $f(x) = x^TAx = \sum_{i,j}x_iA_{ij}x_j$. $$\frac{\partial f}{\partial x_k} = \sum_{i,j}\left(\delta_{ik}A_{ij}x_j + x_iA_{ij}\delta_{jk}\right) = \sum_jA_{kj}x_j+\sum_ix_iA_{ik} = (Ax)_k+(A^Tx)_k$$ so $\nabla f = (A + A^T)x$.`,
    String.raw`\sum_jA`,
  ],
  [
    "the logistic function",
    String.raw`$J = -\log\sigma(u^Tv)$ gives $\frac{\partial J}{\partial v} = (\sigma(u^Tv) - 1)u$.`,
    String.raw`\frac`,
  ],
  [
    "sums over one index run over the same values",
    String.raw`Let $w, x_i \in \mathbb{R}^d$, $L = \frac12 w^Tw - \sum_i\alpha_i(y_iw^Tx_i - 1 + \xi_i) - \sum_i\mu_i\xi_i$ and $\frac{\partial L}{\partial w} = w - \sum_i\alpha_iy_ix_i$.`,
    String.raw`\frac`,
  ],
  [
    "how many entries there are",
    String.raw`The matrix $C = I - \frac1n\mathbf 1\mathbf 1^T$ centres: $\|Cx\|^2 = x^TC^TCx = x^TCx$.`,
    String.raw`x^TC^TCx`,
  ],
  [
    "a letter used again with another size",
    String.raw`For all $A \in \mathbb{R}^{m\times n}$ we have $\nabla_x Ax = A^T$ and $\nabla_x x^TA = A$.`,
    String.raw`\nabla_x x^TA`,
  ],
  [
    "data that follow a model",
    String.raw`The model is $y = X\beta + \varepsilon$. With $S(\beta) = (y - X\beta)^T(y - X\beta)$ we get $\frac{\partial S}{\partial\beta} = -2X^T(y - X\beta)$.`,
    String.raw`\frac`,
  ],
  [
    "vectors called by Greek letters below a loss",
    String.raw`$J(\theta) = \frac12(X\theta - Y)^T(X\theta - Y)$ and $\frac{\partial}{\partial\theta}J(\theta) = X^T(X\theta - Y)$.`,
    String.raw`\frac`,
  ],
  [
    "a squared distance is no power of a matrix",
    String.raw`$D^2 = (x - \mu)^T\Sigma^{-1}(x - \mu)$, so $\frac{\partial D^2}{\partial\Sigma} = -\Sigma^{-1}(x - \mu)(x - \mu)^T\Sigma^{-1}$ for symmetric $\Sigma$.`,
    String.raw`\frac`,
  ],
  [
    "a standard deviation, of which the square was given",
    String.raw`$s^2 = w^TSw$ with $S$ symmetric, and $\frac{\partial s}{\partial w} = \frac{Sw}{s}$.`,
    String.raw`\frac{\partial s}`,
  ],
  [
    "a function beside a matrix of the same name",
    String.raw`$Q(x, u) = x^TQx + 2x^TNu$, so that $\frac{\partial Q}{\partial u} = 2N^Tx$.`,
    String.raw`\frac`,
  ],
  [
    "what stands behind the derivative",
    String.raw`$\frac{\partial f}{\partial x} = 2A^T(Ax - b)$, where $f(x) = \|Ax - b\|^2$.`,
    String.raw`\frac`,
  ],
  [
    "a value in the middle of a chain",
    String.raw`$p = \sigma(w^Tx)$ with $\sigma(z) = \frac{1}{1 + e^{-z}}$, $L = -(y\log p + (1 - y)\log(1 - p))$: $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial p}\frac{\partial p}{\partial w} = (p - y)x$$`,
    String.raw`\frac{\partial L}{\partial w}`,
  ],
  [
    "the density of a normal distribution",
    String.raw`Let $x, \mu \in \mathbb{R}^d$ and $p(x) = \mathcal{N}(x \mid \mu, \Sigma)$. Then $$\nabla_x \log p(x) = -\Sigma^{-1}(x - \mu)$$`,
    String.raw`\nabla`,
  ],
  [
    "one with the same variance in all directions",
    String.raw`$q(x_t \mid x_0) = \mathcal{N}(x_t; \sqrt{\bar\alpha_t} x_0, (1 - \bar\alpha_t) I)$ with $x_t, x_0 \in \mathbb{R}^d$: $$\nabla_{x_t} \log q(x_t \mid x_0) = -\frac{x_t - \sqrt{\bar\alpha_t} x_0}{1 - \bar\alpha_t}$$`,
    String.raw`\nabla`,
  ],
  [
    "one of a number",
    String.raw`For numbers $x$ and $m$ let $p(x) = \mathcal{N}(x; m, s^2)$. $$\frac{d}{dx} \log p(x) = \frac{m - x}{s^2}$$`,
    String.raw`\frac`,
  ],
  [
    "by its covariance",
    String.raw`Let $x \in \mathbb{R}^d$, $\ell = \log \mathcal{N}(x; 0, \Sigma)$. $$\frac{\partial \ell}{\partial \Sigma} = \frac12 \Sigma^{-1}xx^\top\Sigma^{-1} - \frac12\Sigma^{-1}$$`,
    String.raw`\frac`,
  ],
  [
    "a star between arrays",
    String.raw`$Z_1 = W_1X$, $A_1 = g(Z_1)$, $Z_2 = W_2A_1$. We write $dZ$ for $\frac{\partial L}{\partial Z}$. $$dZ_1 = W_2^T dZ_2 * g'(Z_1)$$`,
    "dZ_1",
  ],
];

describe("what authors leave to the reader", () => {
  for (const [what, note, claim] of RIGHT)
    it(what, () => {
      assert.deepEqual(messages(note), []);
      const status = statusOf(note, claim);
      assert.ok(holds(status), status);
    });
});

/** Notes that must not be flagged, although what they say is not judged. */
const SILENT: readonly (readonly [what: string, note: string])[] = [
  [
    "a condition gives no value to its right side",
    String.raw`Subject to $Cx = d$: $L(x, \nu) = \frac12\|Ax - b\|^2 + \nu^T(Cx - d)$, $\nabla_x L = A^T(Ax - b) + C^T\nu$.`,
  ],
  [
    "derivatives of a loss by entries",
    String.raw`$S = QK^\top$, $P = \mathrm{softmax}(S)$, $O = PV$. Given $dO = \partial L/\partial O$: $dV = P^\top dO$ and $$dS_{ij} = P_{ij}\left(dP_{ij} - \sum_l P_{il}dP_{il}\right)$$`,
  ],
  [
    "a convolution",
    String.raw`$y = w * x + b$ and $\frac{\partial L}{\partial w} = x * \frac{\partial L}{\partial y}$.`,
  ],
  [
    "a normal distribution given by its deviation, perhaps",
    String.raw`For numbers $x$ and $m$ let $p(x) = \mathcal{N}(x; m, s)$. $\frac{d}{dx} \log p(x) = \frac{m - x}{s^2}$.`,
  ],
  [
    "a normal distribution with a meaning of its own",
    String.raw`Let $\mathcal{N}(x; m, \Lambda) = e^{-(x - m)^\top\Lambda(x - m)}$ with $x, m \in \mathbb{R}^d$. $\nabla_x \log\mathcal{N}(x; m, \Lambda) = -(\Lambda + \Lambda^\top)(x - m)$.`,
  ],
  ["a covariance is symmetric", String.raw`$f(w) = w^\top\Sigma w$ and $\nabla_w f(w) = 2\Sigma w$.`],
  [
    "a cross product as a matrix",
    String.raw`$[\omega]_\times = \begin{bmatrix}0&-\omega_3&\omega_2\\\omega_3&0&-\omega_1\\-\omega_2&\omega_1&0\end{bmatrix}$ and $a\times b = [a]_\times b = -[b]_\times a$.`,
  ],
];

describe("what is left alone", () => {
  for (const [what, note] of SILENT) it(what, () => assert.deepEqual(messages(note), []));
});

/** Mistakes in the same places. */
const WRONG: readonly (readonly [note: string, message: RegExp])[] = [
  [
    String.raw`Let $x, \mu \in \mathbb{R}^d$ and $p(x) = \mathcal{N}(x \mid \mu, \Sigma)$. Then $$\nabla_x \log p(x) = \Sigma^{-1}(x - \mu)$$`,
    /should be -inv\(Sigma\)\*\(x - mu\) \(the sign is wrong\)/,
  ],
  [String.raw`$\frac{\partial f}{\partial x} = 2A(Ax - b)$, where $f(x) = \|Ax - b\|^2$.`, /A should be transposed/],
  [
    String.raw`$J(\theta) = \frac12(X\theta - Y)^T(X\theta - Y)$ and $\frac{\partial}{\partial\theta}J(\theta) = X^T(X\theta + Y)$.`,
    /sign/,
  ],
  [
    String.raw`Let $x, y \in \mathbb{R}^n$. $$\begin{aligned}\frac12\nabla_x(x^TAx - 2y^Tx) &= \frac12(A^Tx + Ax + 2y)\end{aligned}$$`,
    /sign/,
  ],
  [
    String.raw`$p = \sigma(w^Tx)$ with $\sigma(z) = \frac{1}{1 + e^{-z}}$, $L = -(y\log p + (1 - y)\log(1 - p))$: $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial p}\frac{\partial p}{\partial w} = (p + y)x$$`,
    /sign/,
  ],
];

describe("mistakes beside what is left unsaid", () => {
  for (const [note, message] of WRONG)
    it(note.slice(0, 90), () => {
      const found = messages(note);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0]!, message);
    });

  it("an assumption is told once in a chain", () => {
    const note = String.raw`Let $x \in \mathbb{R}^n$. $$\begin{aligned}\nabla_x(x^TAx) &= (A + A^T)x\\&= 2Ax\\&= Ax + Ax\end{aligned}$$`;
    assert.equal(messages(note).length, 1);
  });
});
