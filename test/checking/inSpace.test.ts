import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

function said(note: string): { statuses: readonly string[]; messages: readonly string[] } {
  const { claims, problems } = checkDocument(readMarkdown("note.md", 0, note));
  return { statuses: claims.map((c) => c.status), messages: problems.map((p) => p.message) };
}

const display = (formula: string, before = ""): string => `${before}\n\n$$\n${formula}\n$$\n`;
const verified = { statuses: ["verified"], messages: [] };

describe("vectors in space", () => {
  const rotation = String.raw`For a rotation $R \in SO(3)$ and $\mathbf{p} \in \mathbb{R}^3$`;
  for (const formula of [
    String.raw`R\mathbf{p}^\wedge R^T = (R\mathbf{p})^\wedge`,
    String.raw`[\mathbf{p}]_\times^T = -[\mathbf{p}]_\times`,
    String.raw`(\mathbf{p}^\wedge)^2 = \mathbf{p}\mathbf{p}^T - \mathbf{p}^T\mathbf{p} I`,
  ])
    it(`holds: ${formula}`, () => assert.deepEqual(said(display(formula, rotation)), verified));

  it("finds a lost transpose of a rotation", () => {
    const { messages } = said(display(String.raw`R\mathbf{p}^\wedge R = (R\mathbf{p})^\wedge`, rotation));
    assert.match(messages.join(), /R\*\^wedge\(p\)\*R' \(R should be transposed\)/);
  });

  it("says nothing of such a mark in a note about something else", () => {
    const { statuses } = said(display(String.raw`A x^\wedge A = (Ax)^\wedge`, "For a matrix A"));
    assert.deepEqual(statuses, []);
  });

  it("knows the mark, or the function, that the note has defined", () => {
    const skew = String.raw`\begin{bmatrix} 0 & -v_z & v_y \\ v_z & 0 & -v_x \\ -v_y & v_x & 0 \end{bmatrix}`;
    const turn = String.raw`Let $S(\mathbf{v}) = ${skew}$ and $R(\theta) = \begin{bmatrix} 1 & 0 & 0 \\ 0 & \cos\theta & -\sin\theta \\ 0 & \sin\theta & \cos\theta \end{bmatrix}$.`; // prettier-ignore
    assert.deepEqual(said(display(String.raw`\frac{d}{d\theta} R(\theta) = S([1\quad 0\quad 0]) R(\theta)`, turn)), verified); // prettier-ignore
  });

  it("works out the cross product of written columns", () => {
    const product = (first: string): string =>
      display(String.raw`\begin{bmatrix} u \\ v \\ 1 \end{bmatrix} \times \begin{bmatrix} a \\ b \\ c \end{bmatrix} = \begin{bmatrix} ${first} \\ a - uc \\ ub - va \end{bmatrix}`); // prettier-ignore
    assert.deepEqual(said(product("vc - b")), { statuses: ["proved"], messages: [] });
    assert.match(said(product("vc - a")).messages.join(), /entry 1 is wrong/);
  });
});

describe("matrices of derivatives that words announce", () => {
  const polynomial = "Let $f(x,y) = x^2+3y^2-x$. The Hessian is";
  const map = String.raw`Let $f(\mathbf{x}) = \begin{bmatrix} x_1^2 x_2 \\ 5x_1 + \sin x_2 \end{bmatrix}$. The Jacobian of $f$ is`; // prettier-ignore
  const matrix = (...rows: readonly string[]): string =>
    String.raw`\begin{bmatrix} ${rows.join(" \\\\ ")} \end{bmatrix}`;

  it("holds entry by entry", () => {
    assert.deepEqual(said(display(`H = ${matrix("2 & 0", "0 & 6")}`, polynomial)), verified);
    assert.deepEqual(said(display(`J_f = ${matrix("2x_1x_2 & x_1^2", String.raw`5 & \cos x_2`)}`, map)), verified);
  });

  it("says nothing of a Jacobian that is turned, nor of what is asked", () => {
    const nothing = { statuses: [], messages: [] };
    assert.deepEqual(said(display(`J = ${matrix("2x_1x_2 & 5", String.raw`x_1^2 & \cos x_2`)}`, map)), nothing);
    const question = polynomial.replace("The Hessian is", "Is this the Hessian of it");
    assert.deepEqual(said(display(`H = ${matrix("2 & 0", "0 & 6")}`, question)), nothing);
  });

  it("names the slip in one entry", () => {
    assert.match(said(display(`J_f = ${matrix("2x_1x_2 & x_2^2", String.raw`5 & \cos x_2`)}`, map)).messages.join(), /x_2 should be x_1/); // prettier-ignore
    assert.match(said(display(`H = ${matrix("2 & 0", "0 & -6")}`, polynomial)).messages.join(), /sign/);
  });

  it("says nothing of another matrix", () => {
    assert.deepEqual(said(display(`H = ${matrix("1 & 2", "3 & 4")}`, polynomial)).messages, []);
    assert.deepEqual(said(display(`A = ${matrix("1 & 2", "3 & 4")}`, polynomial)).statuses, []);
  });
});

describe("steps of a descent", () => {
  const error = String.raw`Let $e = r - p^Tq$ with $p, q\in\mathbb{R}^k$ and $E = e^2 + \beta\|p\|^2$.`;
  const step = (gradient: string): string =>
    display(String.raw`p \leftarrow p - \eta\frac{\partial E}{\partial p} = p - \eta(${gradient})`, error);

  it("hold, or have a slip, as the derivative in them", () => {
    assert.deepEqual(said(step(String.raw`-2eq + 2\beta p`)).statuses, ["proved"]);
    assert.match(said(step(String.raw`2eq + 2\beta p`)).messages.join(), /the sign of 2\*e\*q should be minus/);
  });
});

describe("sums with dots", () => {
  const likelihood = String.raw`$$\ell(\mu) = -\frac{1}{2\sigma^2}\left[(x_1-\mu)^2 + \dots + (x_n-\mu)^2\right]$$`;
  it("are read with one term in front, and more behind", () => {
    assert.deepEqual(said(display(String.raw`\frac{d\ell}{d\mu} = \frac{1}{\sigma^2}\left[x_1 + \dots + x_n - n\mu\right]`, likelihood)), verified); // prettier-ignore
    assert.match(said(display(String.raw`\frac{d\ell}{d\mu} = \frac{n}{\sigma^2}\left[x_1 + \dots + x_n - n\mu\right]`, likelihood)).messages.join(), /the factor n should not be there/); // prettier-ignore
  });
});
