import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";
import { printText } from "../../server/language/print";

/** The verdicts on all claims of a note, and the messages. */
function checked(text: string): { statuses: string[]; messages: string[] } {
  const { claims, problems } = checkDocument(readMarkdown("file:///note.md", 1, text), { print: (e) => printText(e) });
  return { statuses: claims.map((c) => c.status), messages: problems.map((p) => p.message) };
}

const r = String.raw;

/** Each is right, and its last claim is seen to be. */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  "gradients of functions of several numbers": [
    r`Let $f(x,y) = x^2 + 3y^2$. Then $\nabla f = \begin{bmatrix} 2x \\ 6y \end{bmatrix}$.`,
    r`Let $f(x,y) = x^2 + 3y^2$. Then $\nabla f(x,y) = (2x, 6y)$.`,
    r`Let $f(x,y) = x^2 + 3y^2$. Then $\nabla f = \langle 2x, 6y \rangle$.`,
    r`Let $f(u_1, u_2) = u_1^2 u_2$. Then $\nabla f(u_1,u_2) = [2u_1u_2, u_1^2]^T$.`,
    r`Let $f(\mathbf{x}) = x_1^2 + 3x_1x_2$. Then $\nabla f(\mathbf{x}) = \begin{bmatrix} 2x_1 + 3x_2 \\ 3x_1 \end{bmatrix}$.`,
    r`Let $f(x,y) = x^2y$. Then $\nabla f(1,2) = (4, 1)$.`,
  ],
  "derivatives with primes": [
    r`Let $f(x) = x^3 + 2x$. Then $f'(x) = 3x^2 + 2$.`,
    r`Let $f(x) = x^3 + 2x$. Then $f''(x) = 6x$.`,
  ],
  "values at a point": [
    r`Let $f(x) = x^2 + 1$. Then $\frac{df}{dx}\Big|_{x=3} = 6$.`,
    r`Let $y = u^2$ and $u = 3x$. Then $\frac{dy}{dx}\Big|_{x=1} = 18$.`,
    r`$$\frac{d}{dt}\det(A+tB)\Big|_{t=0} = \det(A)\operatorname{tr}(A^{-1}B)$$`,
    r`$$\frac{d}{ds}\Big|_{s=0} e^{sX}Ye^{-sX} = XY - YX$$ for square matrices.`,
  ],
  "chain rules through functions of which nothing is said": [
    r`$$\frac{dy}{dx} = \frac{dy}{du}\frac{du}{dx}$$`,
    r`$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a}\frac{\partial a}{\partial z}\frac{\partial z}{\partial w}$$`,
    r`$$\frac{\partial g}{\partial a} = \frac{\partial g}{\partial u}\frac{\partial u}{\partial a}+\frac{\partial g}{\partial v}\frac{\partial v}{\partial a}$$`,
    r`$$\frac{\partial \mathbf{z}}{\partial \mathbf{x}} = \frac{\partial \mathbf{z}}{\partial \mathbf{y}}\frac{\partial \mathbf{y}}{\partial \mathbf{x}}$$`,
  ],
  "chain rules beside definitions that say nothing of them": [
    r`Let $L = \lim_{t \to 0} t$. $$\frac{dL}{dw} = \frac{dL}{dz}\frac{dz}{dw}$$`,
    r`Let $f(x, p) = f(x, p_1) + \cdots + \epsilon$. $$\frac{df}{dt} = \frac{df}{dx}\frac{dx}{dt} + \frac{df}{dy}\frac{dy}{dt}$$`,
    r`Let $x \in \mathbb{R}^n$ and $z \in \mathbb{R}^m$. $$\frac{\partial L}{\partial x} = \frac{\partial z}{\partial x}\frac{\partial L}{\partial z}$$`,
    r`$$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y}\frac{\partial Y}{\partial X}$$`,
    r`$$\frac{\partial L}{\partial v} = \sum_j \frac{\partial L}{\partial x_j}\frac{\partial x_j}{\partial v}$$`,
  ],
  "letters whose definitions are not understood": [
    r`Let $a = \int_0^1 e^{-t^2} dt$. Then $$\frac{d}{dx}(a x^2) = 2ax$$`,
    r`Let $a = \int$ be the integral of before. Then $$\frac{d}{dx}(a x^2) = 2ax$$`,
    r`Let $A = \lim_{k \to \infty} B^k$ be symmetric. Then $$\nabla_x (x^T A x) = (A + A^T)x$$`,
    r`Let $J(w) = \|Xw - y\|^2$ with $X = \begin{bmatrix} a_{11} & \cdots \\ \vdots & \ddots \end{bmatrix}$. Then $$\nabla_w J = 2X^T(Xw - y)$$`,
  ],
  "definitions of the note, sizes found for all of them at once": [
    r`The loss is $L = \frac12 \|a - y\|^2$ with $a = \sigma(z)$ and $z = Wx + b$. Then $$\frac{\partial L}{\partial z} = (a - y) \odot \sigma'(z)$$`,
    r`Let $L = -\sum_i y_i \log p_i$ with $p = \operatorname{softmax}(z)$. Then $\frac{\partial L}{\partial z} = p - y$.`,
    r`For $f(\mathbf{x}) = \frac12 \mathbf{x}^T A \mathbf{x} - \mathbf{b}^T\mathbf{x}$ with $A$ symmetric, $\nabla^2 f(\mathbf{x}) = A$.`,
    r`Let $E = \frac12(y - wx)^2$. The update is $$w' = w - \alpha\frac{\partial E}{\partial w} = w + \alpha(y-wx)x$$`,
  ],
  "sums over the data, without an index": [
    r`Let $L = \frac1n \sum (\hat y - y)^2$ with $\hat y = mx + b$. Then $$\frac{\partial L}{\partial m} = \frac2n \sum ((mx+b) - y) x$$`,
    r`Let $L = \frac1n \sum (\hat y - y)^2$ with $\hat y = mx + b$. Then $$\frac{\partial L}{\partial b} = \frac2n \sum (\hat y - y)$$`,
    r`We have $\hat y = \sigma(wx + b)$ and $L = -\frac1n\sum [y \log \hat y + (1-y)\log(1-\hat y)]$. Then $$\frac{\partial L}{\partial w} = \frac1n \sum (\hat y - y) x$$`,
  ],
  "the digamma function beside the gamma function": [
    r`Let $\log p(x \mid a, b) = a \log b - \log \Gamma(a) + (a - 1) \log x - b x$. Then $$\frac{\partial \log p(x \mid a, b)}{\partial a} = \log b - \psi(a) + \log x$$`,
    r`With $\psi(z) = \frac{\partial \log \Gamma(z)}{\partial z}$ and $f(\nu) = \log\Gamma\left(\frac{\nu + 1}{2}\right) - \log\nu$ we have $$\frac{df}{d\nu} = \frac12 \psi\left(\frac{\nu + 1}{2}\right) - \frac{1}{\nu}$$`,
  ],
  "a differential of one function of another": [
    r`$$d(z(\mathbf{y}(\mathbf{x}))) = \frac{dz}{d\mathbf{y}}\frac{d\mathbf{y}}{d\mathbf{x}}d\mathbf{x}$$`,
    r`$$d(z(y(\mathbf{X}))) = \operatorname{tr}\left(\frac{dz}{dy}\frac{dy}{d\mathbf{X}}d\mathbf{X}\right)$$`,
  ],
  "functions in a list with dots": [
    r`With $$\mathbf{r}(\mathbf{x}) = \begin{bmatrix} r_1(\mathbf{x}) \\ \vdots \\ r_m(\mathbf{x}) \end{bmatrix}$$ let $f(\mathbf{x}) = \frac12 \sum_{j=1}^m r_j^2(\mathbf{x})$. Then $$\nabla f(\mathbf{x}) = \sum_{j=1}^m r_j(\mathbf{x}) \nabla r_j(\mathbf{x})$$`,
  ],
  "an integral over a letter of its own": [
    r`Let $\log p(x \mid a, b) = a \log x + b x - \log Z(a, b)$ with $Z(a, b) = \int_0^1 x^a e^{bx} dx$. Then $$\frac{\partial \log p(x \mid a, b)}{\partial x} = \frac{a}{x} + b$$`,
  ],
  "entries by letters": [
    r`$$\frac{\partial}{\partial x_k} \sum_{i,j} a_{ij}x_ix_j = \sum_j (a_{kj}+a_{jk})x_j$$`,
    r`$$\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)$$ where $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$.`,
    r`Let $L = -\sum_i y_i \log p_i$ with $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$. Then $\frac{\partial L}{\partial z_i} = p_i - y_i$.`,
    r`$$\frac{d}{dv_{ab}} \|\mathbf{X} - \mathbf{U}\mathbf{V}\|_F^{2}= -2\sum_{i}\left(x_{ib} - \sum_k u_{ik}v_{kb}\right)u_{ia}$$`,
    r`Let $J(\theta) = \frac{1}{2m}\sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})^2$ where $h_\theta(x) = \theta^T x$. Then
$$\frac{\partial J}{\partial \theta_j} = \frac{1}{m}\sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}$$`,
  ],
};

describe("equations with all that the note says of their names", () => {
  for (const [what, notes] of Object.entries(RIGHT))
    describe(what, () => {
      for (const note of notes)
        it(note.slice(0, 120), () => {
          const { statuses, messages } = checked(note);
          assert.ok(["verified", "proved"].includes(statuses.at(-1) ?? ""), statuses.join());
          assert.deepEqual(messages, []);
        });
    });
});

describe("what no definition of the note tells is not taken from the claim", () => {
  const open: readonly string[] = [
    // Out of order: maps cannot be put behind one another so.
    r`$$\frac{\partial L}{\partial X} = \frac{\partial Y}{\partial X}\frac{\partial L}{\partial Z}\frac{\partial Z}{\partial Y}$$`,
    // A is a matrix, and no number.
    r`Let $A = \lim_{k \to \infty} B^k$. $$\nabla_x x^T A x = 2Ax$$`,
    // What L is speaks of x itself, beside y.
    r`Let $L = \ell(y) + \int_0^x g(s) ds$ and $y = h(x)$. Then $$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial y}\frac{\partial y}{\partial x}$$`,
    // The loss hangs on all $p_k$ through their sum.
    r`Let $E = -\log p_c$. Then $$\frac{\partial E}{\partial z_j} = \frac{\partial E}{\partial p_k}\frac{\partial p_k}{\partial z_j}$$`,
    // What is not understood changes with x, and its change is left out.
    r`Let $c = \int_0^x e^{-t^2} dt$ and $b = 2c$. Then $$\frac{d}{dx}(b x) = b$$`,
    r`Let $q(x) = \lim_{t \to 0} \frac{x\theta + t}{t}$. Then $$\frac{d}{d\theta}(\theta^2 q(x)) = 2\theta q(x)$$`,
    // A factor is missing.
    r`$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a}\frac{\partial z}{\partial w}$$`,
    // What is held fixed is not said.
    r`$$\frac{\partial g}{\partial x} = \frac{\partial g}{\partial x} + \frac{\partial g}{\partial u}\frac{\partial u}{\partial x}$$`,
    r`Let $f(x,y) = x^2y$. Then $\nabla^2 f = H$.`,
  ];
  for (const note of open)
    it(note.slice(0, 120), () => {
      const { statuses } = checked(note);
      assert.ok(!statuses.includes("verified") && !statuses.includes("proved"), statuses.join());
    });
});

/** A note with a mistake, and what is said of it. */
const WRONG: readonly (readonly [string, RegExp])[] = [
  [r`Let $f(x,y) = x^2 + 3y^2$. Then $\nabla f(x,y) = \begin{bmatrix} 2x \\ 3y \end{bmatrix}$.`, /3 should be 6/],
  [r`Let $f(x) = x^3 + 2x$. Then $f'(x) = 3x^2$.`, /the term 2 is missing/],
  [r`Let $f(x) = x^2 + 1$. Then $\frac{df}{dx}\Big|_{x=3} = 3$.`, /off by a factor 2/],
  [
    r`Let $L = -\sum_i y_i \log p_i$ with $p = \operatorname{softmax}(z)$. Then $\frac{\partial L}{\partial z} = y - p$.`,
    /the sign is wrong/,
  ],
  [
    r`The scores are $z_2 = a_1 W_2 + b_2$, a row, and $\hat y = \operatorname{softmax}(z_2)$. With $L = -\sum_i y_i \log \hat y_i$ we have $\frac{\partial L}{\partial z_2} = y - \hat y$.`,
    /the sign is wrong/,
  ],
  [
    r`The loss is $L = \frac12 \|a - y\|^2$ with $a = \sigma(z)$ and $z = Wx + b$. Then $$\frac{\partial L}{\partial z} = (y - a) \odot \sigma'(z)$$`,
    /the sign is wrong/,
  ],
  [
    r`A layer maps $x \in \mathbb{R}^n$ to $z = \sigma(W x)$ with $W \in \mathbb{R}^{m\times n}$; $\sigma(a) = \frac{1}{1 + e^{-a}}$. Then $$\frac{\partial z}{\partial x} = z (1 - z)^\top W$$`,
    /diag/,
  ],
  [
    r`Let $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$. $$\frac{\partial p_i}{\partial z_i} = \frac{e^{z_j}}{\sum_k e^{z_k}} - \frac{e^{z_i} e^{z_i}}{(\sum_k e^{z_k})^2}$$`,
    /z_j should be z_i/,
  ],
  [
    r`With $\hat{y}_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$: $$\frac{\partial \hat{y}_i}{\partial z_j} = \hat y_i(\hat y_j - \delta_{ij})$$`,
    /the sign is wrong/,
  ],
  [r`$$\frac{d}{dt} (f(x_k) + f'(x_k)t + f''(x_k)t^2)= f'(x_k)+f''(x_k)t$$`, /twice/],
  [
    r`Let $E = \frac12(y - wx)^2$. The update is $$w' = w - \alpha\frac{\partial E}{\partial w} = w - \alpha(y-wx)x$$`,
    /should be plus/,
  ],
];

describe("mistakes that show when all is put in", () => {
  for (const [note, message] of WRONG)
    it(note.slice(0, 120), () => {
      const { messages } = checked(note);
      assert.equal(messages.length, 1);
      assert.match(messages[0]!, message);
    });
});

describe("what is said to be where a gradient is zero", () => {
  const ridge = r`Let $X \in \mathbb{R}^{n\times d}$, $y\in\mathbb{R}^n$ and $L(w) = \|Xw-y\|^2 + \lambda\|w\|^2$. Setting the gradient to zero gives `;
  const normal = r`The log likelihood of $x_1, \dots, x_n$ is
$$\ell(\mu, \sigma) = -\frac n2 \log(2\pi\sigma^2) - \frac{1}{2\sigma^2} \sum_{i=1}^n (x_i - \mu)^2$$
It is greatest at $\hat\mu = \frac1n\sum_{i=1}^n x_i$. Solving for the variance, `;
  const right: readonly string[] = [
    r`${ridge}$$w = (X^TX + \lambda I)^{-1}X^Ty$$`,
    r`For $f(x) = \frac12 x^TAx - b^Tx$ with $A$ symmetric positive definite the minimizer is $x^* = A^{-1}b$.`,
    r`The least-squares estimate is $$\hat{w} = \arg\min_w \|Xw-y\|^2 = (X^TX)^{-1}X^Ty$$`,
    r`$$\nabla_w L = X^T(Xw - y) + \lambda w = 0 \quad\Rightarrow\quad w = (X^TX + \lambda I)^{-1}X^Ty$$`,
    r`$$\frac{d\ell}{d\theta} = \frac{k}{\theta} - \frac{n-k}{1-\theta} = 0$$ so $\theta = \frac{k}{n}$.`,
    r`${normal}$\hat\sigma^2 = \frac1n\sum_{i=1}^n (x_i-\hat\mu)^2$.`,
  ];
  for (const note of right)
    it(note.slice(-100), () => {
      const { statuses, messages } = checked(note);
      assert.equal(statuses.at(-1), "verified");
      assert.deepEqual(messages, []);
    });
  const wrong: readonly (readonly [string, RegExp])[] = [
    [r`${ridge}$$w^* = (X^TX + 2\lambda I)^{-1}X^Ty$$`, /the factor 2 should not be there/],
    [
      r`For $f(x) = \frac12 x^TAx - b^Tx$ with $A$ symmetric positive definite the minimizer is $x^* = -A^{-1}b$.`,
      /the sign is wrong/,
    ],
    [
      r`$$\nabla_w L = X^T(Xw - y) + \lambda w = 0 \quad\Rightarrow\quad w = (X^TX - \lambda I)^{-1}X^Ty$$`,
      /should be plus/,
    ],
    [r`${normal}$\hat\sigma^2 = \frac{1}{n-1}\sum_{i=1}^n (x_i-\hat\mu)^2$.`, /the term 1 should not be there/],
  ];
  for (const [note, message] of wrong)
    it(`not: ${note.slice(-100)}`, () => {
      const { messages } = checked(note);
      assert.equal(messages.length, 1);
      assert.match(messages[0]!, message);
    });
  const quiet: readonly string[] = [
    // Of another objective than the one before.
    r`${ridge}$$w = (X^TX + \lambda I + \mu D)^{-1}X^Ty$$`,
    r`${normal}an unbiased estimate is $\hat\sigma^2 = \frac{1}{n-1}\sum_{i=1}^n (x_i-\hat\mu)^2$.`,
  ];
  for (const note of quiet) it(`silent: ${note.slice(-100)}`, () => assert.deepEqual(checked(note).messages, []));
});

describe("identities and results", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    [
      r`$$\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}\begin{bmatrix} 1 \\ 1 \end{bmatrix} = \begin{bmatrix} 3 \\ 8 \end{bmatrix}$$`,
      /entry 2 is wrong/,
    ],
    [r`Let $A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}$. Then $\det(A) = 2$.`, /the sign is wrong/],
    [
      r`Let $A = \begin{bmatrix} 1 & 2 \\ 1 & 3 \end{bmatrix}$ and $v = \begin{bmatrix} 1 \\ 2 \end{bmatrix}$. Then $Av = (7,5)$.`,
      /in another order/,
    ],
    [r`For invertible matrices, $(AB)^{-1} = A^{-1}B^{-1}$.`, /swapped/],
    [r`For matrices $(AB)^T = A^TB^T$.`, /swapped/],
    [
      r`Let $C \in \mathbb{R}^{n\times n}$ be invertible, $u, v \in \mathbb{R}^n$. $$(C + u v^T)^{-1} = C^{-1} - \frac{C^{-1} u v^T C^{-1}}{1 + v^T u}$$`,
      /is missing/,
    ],
    [
      r`For $Q \succ 0$ let $$h(x) = \frac12 x^TQx + x^Tc + b.$$ We can rewrite it as $$h(x) = \frac12 (x - Q^{-1}c)^TQ(x - Q^{-1}c) + b - \frac12 c^TQ^{-1}c.$$`,
      /sign/,
    ],
  ];
  for (const [note, message] of wrong)
    it(note.slice(0, 110), () => {
      const { messages } = checked(note);
      assert.equal(messages.length, 1);
      assert.match(messages[0]!, message);
    });
  const quiet: readonly string[] = [
    r`If $AB = BA = I$, then $B = A^{-1}$.`,
    r`The product is symmetric if $(AB)^T = AB$.`,
    r`$$\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}\begin{bmatrix} 1 \\ 1 \end{bmatrix} = \begin{bmatrix} a \\ b \end{bmatrix}$$`,
    // Another function of the same name.
    r`Let $h(x) = x^2 + 1$. Now take $h(x) = x^2 - 1$.`,
  ];
  for (const note of quiet) it(`silent: ${note.slice(0, 110)}`, () => assert.deepEqual(checked(note).messages, []));
});
