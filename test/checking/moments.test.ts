import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

/** What is said of the last formula of a note: its status, and the message where it is told. */
function said(note: string): { status: string; message: string } {
  const document = readMarkdown("note.md", 0, note);
  const { claims, problems } = checkDocument(document);
  const last = document.formulas.at(-1)!;
  const statuses = claims.filter((c) => c.span.end <= last.span.end && c.span.start >= last.span.start);
  return { status: statuses.map((c) => c.status).join(" "), message: problems.map((p) => p.message).join(" ") };
}

const of = (formula: string, words = "For random variables $X$ and $Y$"): ReturnType<typeof said> =>
  said(`${words}\n\n$$\n${formula}\n$$\n`);

describe("expectations, variances and covariances", () => {
  for (const formula of [
    String.raw`\operatorname{Var}(X) = E[X^2] - E[X]^2`,
    String.raw`\operatorname{Var}(aX+b) = a^2\operatorname{Var}(X)`,
    String.raw`E[(X - E[X])^2] = E[X^2] - (E[X])^2`,
    String.raw`\operatorname{Var}(X+Y) = \operatorname{Var}(X) + \operatorname{Var}(Y) + 2\operatorname{Cov}(X,Y)`,
    String.raw`\mathbb{E}[\mathbb{E}[X \mid Y]] = \mathbb{E}[X]`,
    String.raw`\operatorname{Var}(X) = E[\operatorname{Var}(X|Y)] + \operatorname{Var}(E[X|Y])`,
    String.raw`\mathbb{E}[(\mathbf{x}-\boldsymbol\mu)(\mathbf{x}-\boldsymbol\mu)^T] = \mathbb{E}[\mathbf{x}\mathbf{x}^T] - \boldsymbol\mu\boldsymbol\mu^T`,
    String.raw`\mathbb{E}[\mathbf{x}^TA\mathbf{x}] = \operatorname{tr}(A\Sigma) + \boldsymbol\mu^TA\boldsymbol\mu`,
    String.raw`\nabla_\theta \mathbb{E}_{x}[f(x,\theta)] = \mathbb{E}_{x}[\nabla_\theta f(x,\theta)]`,
  ])
    it(`holds: ${formula}`, () => assert.deepEqual(of(formula), { status: "verified", message: "" }));

  for (const [formula, slip] of [
    [String.raw`\operatorname{Var}(X) = E[X^2] + E[X]^2`, /the sign of .* should be minus/],
    [String.raw`E[(X - E[X])^2] = E[X^2] + E[X]^2`, /the sign of .* should be minus/],
    [String.raw`\operatorname{Var}(X) = E[X^2] - E[X]`, /a square is missing/],
    [String.raw`\operatorname{Cov}(X,Y) = E[XY] - E[X]^2`, /the other variable/],
    [String.raw`\operatorname{Var}(aX) = a\operatorname{Var}(X)`, /a should be a\^2/],
  ] as const)
    it(`is wrong: ${formula}`, () => {
      const { status, message } = of(formula);
      assert.equal(status, "wrong");
      assert.match(message, slip);
    });

  it("takes no vectors for numbers", () => {
    const { status, message } = of(
      String.raw`\operatorname{Cov}(\mathbf{A}\mathbf{x}, \mathbf{B}\mathbf{y}) = \mathbf{A}\operatorname{Cov}(\mathbf{x},\mathbf{y})\mathbf{B}`,
      String.raw`For random vectors $\mathbf{x}$, $\mathbf{y}$`,
    );
    assert.equal(status, "wrong");
    assert.match(message, /B should be transposed/);
  });

  it("says nothing of what holds of independent variables only", () => {
    assert.deepEqual(of(String.raw`E[XY] = E[X]E[Y]`), { status: "", message: "" });
    assert.equal(of(String.raw`E[XY] = E[X]E[Y]`, "For independent random variables $X$ and $Y$").status, "verified");
  });

  it("names the moment that is meant", () => {
    const { status, message } = of(String.raw`\operatorname{Var}[Y] = \operatorname{Var}[(Y - \mu_y)^2]`);
    assert.equal(status, "wrong");
    assert.match(message, /should be an expectation/);
  });

  it("does not confirm a condition, nor what is said not to follow", () => {
    const supposed = "Let $e$ be independent of $X$ with zero mean";
    assert.notEqual(of(String.raw`E[Xe] = 0`, supposed).status, "verified");
    assert.notEqual(of(String.raw`E[XY] = E[X]E[Y]`, "Although $X$ and $Y$ are not independent").status, "verified");
    assert.equal(of(String.raw`E[X - E[X]] = 0`).status, "verified");
  });

  it("takes the mean to be zero of what it is said of", () => {
    const of3 = (words: string): string => of(String.raw`\operatorname{Var}(X) = E[X^2]`, words).status;
    assert.equal(of3(String.raw`For $X, Y \sim N(0, 1)$`), "verified");
    assert.notEqual(of3(String.raw`For $Y \sim N(0, 1)$ and another $X$`), "verified");
  });

  it("does not take an error for an expectation", () => {
    const note = "With the error $E(w) = w^2$ of a random start we have\n\n$$E(2w) = 2E(w)$$\n";
    assert.notEqual(said(note).status, "verified");
  });
});
