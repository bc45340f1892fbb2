import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

const { raw } = String;

const check = (text: string) => checkDocument(readMarkdown("file:///note.md", 1, text));
const told = (text: string): string[] =>
  check(text)
    .problems.filter((p) => p.severity === "error" || p.severity === "warning")
    .map((p) => p.message);

const ROWS_OF_P = raw`Let $P_1 \in \mathbb{R}^{3\times 4}$ and $X \in \mathbb{R}^4$.`;

describe("nothing is told of what people write like this", () => {
  const table: readonly (readonly [what: string, text: string])[] = [
    ["a quotient of matrices", raw`$$K = \frac{P_k H_k^T}{H_k P_k H_k^T + R_k}$$`],
    [
      "a gradient that is put to zero, up to its sign and factor",
      raw`Let $J(\mu) = \sum_{i=1}^n (x_i - \mu)^2$. Then $$\frac{\partial J}{\partial \mu} = 2\sum_{i=1}^n (x_i - \mu) = 0.$$`,
    ],
    ["numbers above a matrix that count its rows", `${ROWS_OF_P} ${raw`$$u_1 (P_1^3 X) - (P_1^1 X) = 0$$`}`],
    ["a vector of costs that is a row", raw`$$f(\mathbf{x}) = \mathbf{cx} - \tfrac{1}{2}\mathbf{x}^T\mathbf{Qx}$$ $$\mathbf{Qx} + \mathbf{A}^T\mathbf{u} - \mathbf{y} = \mathbf{c}^T$$`], // prettier-ignore
    ["a row of zeros", raw`All columns are centered: $\boldsymbol{i}_N^{\top}\boldsymbol{X}_m = \boldsymbol{0}_{k}$.`],
    ["a list with spaces between its cells", raw`Here $\boldsymbol{y} = \left[\boldsymbol{y}_1^{\top} \ \boldsymbol{y}_2^{\top} \ \dots \ \boldsymbol{y}_M^{\top}\right]^{\top}$ and $\boldsymbol{B}_0 = \left[\boldsymbol{0}_5 \ \boldsymbol{0}_5\right]$.`], // prettier-ignore
    ["the steps of an elimination", raw`$$\begin{bmatrix} 1 & -2 & 1 \\ 0 & 2 & -8\end{bmatrix} \begin{bmatrix} 1 & -2 & 1 \\ 0 & 1 & -4\end{bmatrix}$$`], // prettier-ignore
    ["bars around an augmented matrix", raw`$$\begin{vmatrix} 1 & 1 & 2 & 0\\ 3 & 1 & 0 & 0\end{vmatrix}$$`],
    ["matrices of n rows", raw`Given two invertible matrices $\boldsymbol{A}, \boldsymbol{B} \in \mathbb{R}^n$, the inverse of $\boldsymbol{AB}$ is $\boldsymbol{B}^{-1}\boldsymbol{A}^{-1}$.`], // prettier-ignore
    ["an inverse that is introduced", raw`Let $A \in \mathbb{R}^{m\times n}$. There may be a $C$ that we call its inverse and write as $A^{-1}$.`], // prettier-ignore
    ["statements side by side, with space between", raw`For numbers: $$f(x,y) = x y \hspace{0.5in} \rightarrow \hspace{0.5in} \frac{\partial f}{\partial x} = y \hspace{0.5in} \frac{\partial f}{\partial y} = x$$`], // prettier-ignore
    ["a value of a derivative", raw`For $f(x) = x^3 + 2x^2 - 5x$. **At $x = 0$:** $\frac{\partial f}{\partial x} = -5$ (the function decreases).`], // prettier-ignore
    ["the value of the derivative of a curve", raw`Let $\mathbf{f}(t) = \begin{bmatrix}\cos t\\ t^2\end{bmatrix}$. $\frac{d\mathbf{f}}{dt} \bigg|_{t = 3} = \begin{bmatrix} -\sin(3) \\ 6 \end{bmatrix}$`], // prettier-ignore
    ["a number that is chosen", raw`At the end $\nabla_\theta L = 0$. $$\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{v_t} + \epsilon} m_t$$ Defaults: $\beta_1 = 0.9, \epsilon = 10^{-8}$.`], // prettier-ignore
    ["macros behind what they change", raw`Let $A$ and $D$ be square, invertible matrices of size $n\times n$ and $m\times m$ and $B$ and $C$ be matrices of size $n\times m$ and $m\times n$: $$D\inv C (A-BD\inv C)\inv \speq (D - CA\inv B)\inv CA\inv$$`], // prettier-ignore
    ["what an unspecified function gives", raw`Let $\mathbf{x} \in \mathbb{R}^d$, $\mathbf{z} \in \mathbb{R}^k$ and $f_\phi$ a network. $$\begin{align} \mathbf{a} &= f_\phi(\mathbf{x}), \\ \mathbf{g} &= \mathbf{a} \odot \mathbf{z} \end{align}$$`], // prettier-ignore
    ["entries that a vector picks", raw`Let $\mathbf{z} \in \mathbb{R}^k$ and $\mathbf{a} \in \{0, 1\}^k$. In Matlab's notation $\mathbf{g} = \mathbf{z}[\mathbf{a}]$.`], // prettier-ignore
    [
      "a mixed number",
      raw`Dividing gives $$X^{4} + 3 = (2 X^{2} + X + 2)(\frac{1}{2} X^{2} - \frac{1}{4} X - \frac{3}{8}) + \frac{7}{8} X + 3 \frac{3}{4}$$`,
    ],
    [
      "a projection of which that is said behind",
      raw`$$(\mathbf{I} - \mathbf{P})^2 = \mathbf{I} - 2\mathbf{P} + \mathbf{P}^2 = \mathbf{I} - 2\mathbf{P} + \mathbf{P} = \mathbf{I} - \mathbf{P}$$ since $\mathbf{P}$ is idempotent.`,
    ],
    [
      "variances of vectors and of numbers",
      raw`$$\mathrm{Var}(\hat{\boldsymbol{\beta}})=\sigma^{2}(\boldsymbol{X}^{T}\boldsymbol{X})^{-1}$$ and for a constant $\boldsymbol{c}$ $$\mathrm{Var}(\boldsymbol{c}^{T}\hat{\boldsymbol{\beta}})=\sigma^{2}\boldsymbol{c}^{T}(\boldsymbol{X}^{T}\boldsymbol{X})^{-1}\boldsymbol{c}$$`,
    ],
    ["a differential of a random process", raw`By Itô's lemma $$d(W^2 - t) = (dt + 2W \, dW) - dt = 2W \, dW.$$`],
    [
      "a differential equation",
      raw`Let $y = t^3$. Consider the differential equation $$\frac{dy}{dt} = \frac{y-t}{y+t}.$$`,
    ],
    [
      "Hermitian forms",
      raw`This implies that $$(\mathbf{x}^{\dagger} H \mathbf{x})^\dagger = \mathbf{x}^{\dagger} H^\dagger \mathbf{x} = \mathbf{x}^{\dagger} H \mathbf{x}$$`,
    ],
    [
      "a partial derivative beside a constraint",
      raw`Consider $f(x, y) = x^2 + y^2$ with $y = 1 - x$ and $h(x) = f(x, 1-x) = x^2 + (1-x)^2$. $$h'(x) = \frac{\partial f}{\partial x} \cdot 1 + \frac{\partial f}{\partial y} \cdot \frac{d(1-x)}{dx} = 2x + 2(1-x)(-1) = 4x - 2$$`,
    ],
    [
      "a letter in two styles",
      raw`Let $\mathcal{L}(\boldsymbol{w}, b)=\frac{1}{2}\|\boldsymbol{w}\|^{2}-\sum_{i=1}^{n} \alpha_{i}[y_{i}(w \cdot x_{i}-b)-1]$. $$\frac{\partial \mathcal{L}}{\partial w}=w-\sum_{i=1}^{n} \alpha_{i} y_{i} x_{i}$$`,
    ],
    [
      "an element of volume",
      raw`With $A \in \mathbb{R}^{n\times n}$ and $x \in \mathbb{R}^n$: using the differential $\mathrm{d}(Ax) = \lvert A \rvert \mathrm{d}x$ we integrate.`,
    ],
    [
      "a system to be solved",
      raw`In the last example $x_1 = 3$. Now consider $$\begin{bmatrix} 2 & 2c \\ 1 & 1 \end{bmatrix} \begin{bmatrix} x_1 \\ x_2 \end{bmatrix} = \begin{bmatrix} 2c \\ 2 \end{bmatrix}$$`,
    ],
    [
      "the second of two models",
      raw`The first model is $x_t = x_{t-1} + w_t$. The second one has a drift: $$x_t = x_{t-1} + u + w_t$$`,
    ],
    ["a function that scales", raw`Given $f = cg$, then $f' = cg'$.`],
    [
      "a chain that denies",
      raw`Let $A = I$ and $B = I$. $$\det A + \det B = 1 + 1 = 2 \neq \det(A + B) = \det(2I) = 2^n$$`,
    ],
  ];
  for (const [what, text] of table) it(what, () => assert.deepEqual(told(text), []));
});

describe("what people write like this is confirmed", () => {
  const table: readonly (readonly [what: string, text: string])[] = [
    ["the derivative of a function taken entry by entry", raw`Let $x \in \mathbb{R}^n$ and $y = \tanh(x)$. $$\frac{\partial y}{\partial x} = 1 - y^2$$`], // prettier-ignore
    [
      "a gradient at a point with equal coordinates",
      raw`For $f(x,y) = x^2 + y^2$ the gradient at $(1,1)$ is $\nabla f(1,1) = (2,2)$.`,
    ],
    [
      "lines that end with a command",
      raw`\begin{align} p &= \sigma(z) = \frac{1}{1 + \exp(-z)} \newline \frac{dp}{dz} &= \frac{(1 + \exp(-z))(0) - (1)(-\exp(-z))}{(1 + \exp(-z))^{2}} \end{align}`,
    ],
    [
      "a derivative of the later form of a chain",
      raw`$$\rho = \beta + \frac{\gamma^2}{2} + \kappa \gamma = \alpha - \eta \gamma + \kappa \gamma$$ so that $$\frac{\partial \rho}{\partial \gamma} = -\eta + \kappa$$`,
    ],
    ["the exponential of each entry of a table of distances", raw`Let $D, Y \in \mathbb{R}^{n\times n}$ and $s \in \mathbb{R}$. $$\frac{\partial}{\partial D} \operatorname{tr}(Y^\top \exp(-D/s)) = -\frac{1}{s} Y \odot \exp(-D/s)$$`], // prettier-ignore
    ["a mixed derivative in the order of its operators", raw`Let $S \in \mathbb{R}^{n\times n}$ and $x \in \mathbb{R}^n$. $$\frac{\partial^2}{\partial x \, \partial S} (Sx) = I_n \otimes \operatorname{vec}(I_n)$$`], // prettier-ignore
    ["a mixed derivative in the order of its letters", raw`Let $S \in \mathbb{R}^{n\times n}$ and $x \in \mathbb{R}^n$. $$\frac{\partial^2}{\partial x \, \partial S} (Sx) = I_{n^2}$$`], // prettier-ignore
    ["a second derivative that is too large for numbers", raw`Let $A \in \mathbb{R}^{np\times np}$ and $F \in \mathbb{R}^{p\times p}$. $$\frac{\partial^2}{\partial F \, \partial F^\top} \operatorname{tr}(A(I_n \otimes F)^\top + (I_n \otimes F)A) = 0_{p^2 \times p^2}$$`], // prettier-ignore
    [
      "an equation that an arrow leads to the next",
      raw`We saw $f(x) = x^2$, at $x = 3$. $$f(x) = x^2 + 3x \;\to\; f'(x) = 2x + 3$$`,
    ],
    ["secants", raw`$$\frac{d}{dt}\tan t = \sec^2 t, \qquad (\cot t)' = -\csc^2 t, \qquad (\sec t)' = \sec t \tan t$$`],
    ["the number of a formula", raw`$(3)(\sin t)' = \cos t$`],
    ["a function written close to its variable", raw`$$\frac{d}{dy}lny=\frac{1}{y}$$`],
    [
      "a point at which a function was looked at",
      raw`Let $g(t) = t^2$. The slope at $t = 3$: $$g(3) = 9$$ In general $$g'(t) = 2t$$`,
    ],
    [
      "the differential of a square without brackets",
      raw`Let $y \in \mathbb{R}^2$. $$d(y_1^2 y_2) = (dy_1^2) y_2 + y_1^2 dy_2$$`,
    ],
    [
      "a property that is said in front of the size",
      raw`Let $A$ be symmetric with $A \in \mathbb{R}^{n\times n}$, $x \in \mathbb{R}^n$. Then $$\nabla_x (x^T A x) = 2Ax$$`,
    ],
    ["sums that leave out where they end", raw`Using $J = \sum_n \sum_k z_{nk}\|x_n - \mu_k\|^2$, we set $$\frac{\partial J}{\partial \mu_k} = -2\sum_{n=1}^N z_{nk}(x_n - \mu_k)^T = 0 \implies \mu_k = \frac{\sum_n z_{nk}\, x_n}{\sum_n z_{nk}}$$`], // prettier-ignore
  ];
  for (const [what, text] of table)
    it(what, () => assert.match(check(text).claims.at(-1)?.status ?? "none", /verified|proved/));
});

describe("sizes in words go to their names in order", () => {
  const table: readonly (readonly [text: string, told: number])[] = [
    [raw`Let $A$ and $B$ be $m\times n$ and $n\times p$ matrices. Then $AB$ exists.`, 0],
    [raw`Let $A$ and $B$ be $m\times n$ and $n\times p$ matrices. Then $BA$ exists.`, 1],
    [raw`Let $C$ and $D$ be matrices of size $m\times n$ and $n\times p$. Then $CD$ exists.`, 0],
    [raw`Let $E$, $F$ and $G$ be matrices of dimensions $m\times n$, $n\times p$ and $p\times q$ respectively. Then $EFG$ exists.`, 0],
    [raw`For $m\times n$ and $n\times p$ matrices $H$ and $K$ the product $HK$ exists.`, 0],
    [raw`Let $P$ and $Q$ be $m\times n$ matrices. Then $PQ$ exists.`, 1],
  ]; // prettier-ignore
  for (const [text, count] of table) it(text, () => assert.equal(told(text).length, count));
});
