import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

const check = (text: string) => checkDocument(readMarkdown("file:///note.md", 1, text));
const told = (text: string): string[] =>
  check(text)
    .problems.filter((p) => p.severity === "error" || p.severity === "warning")
    .map((p) => p.message);

describe("what looks wrong and is more likely misread is left as a doubt", () => {
  const table: readonly (readonly [what: string, text: string])[] = [
    [
      "a definition of another example",
      "## Example 1\n\n$r = 3\\cos\\theta$.\n\n## Example 2\n\nNow for a spiral:\n\n$$\\frac{dr}{d\\theta} = \\frac{1}{2\\pi}$$",
    ],
    [
      "columns of a display",
      "$$\n\\begin{align*}\nf &= x^2 + x & f(1) &= 2 & g &= x + 3 & g(1) &= 4\n\\end{align*}\n$$",
    ],
    ["arithmetic with units", "A line of $2\\text{ MB} = 2^{15} \\cdot 64 \\text{ bytes} = 2 \\cdot 2^{20}$."],
    [
      "a property supposed in the words before",
      "Let $f = x^T B x$ with $B \\in \\mathbb{R}^{n \\times n}$, $x \\in \\mathbb{R}^n$. If $B$ is symmetric, $$\\frac{\\partial f}{\\partial x} = 2x^TB$$",
    ],
    [
      "letters of a case",
      "Let $A \\in \\mathbb{R}^{m \\times n}$ and $B \\in \\mathbb{R}^{n \\times p}$.\n\nIf two matrices commute, which means that $AB = BA$, they share eigenvectors.",
    ],
    ["a condition in words", "Assume that the rows are alike, $x_1 = x_2 = x_3$, for simplicity."],
  ];
  for (const [what, text] of table) it(what, () => assert.deepEqual(told(text), []));

  it("which is told where the claim is asked about", () => {
    const { claims } = check("## One\n\nLet $r(t) = 3t^2$.\n\n## Two\n\nHence\n\n$$\\frac{dr}{dt} = \\frac{1}{7}t$$");
    const last = claims.at(-1);
    assert.equal(last?.status, "unknown");
    assert.match(last?.note ?? "", /as it was read/);
  });
});

describe("a slip of the pen among what is understood is told", () => {
  const sizes =
    "Let $A, B \\in \\mathbb{R}^{n \\times n}$ and $x, b \\in \\mathbb{R}^n$, $M \\in \\mathbb{R}^{m \\times n}$, $y \\in \\mathbb{R}^m$.\n\n";
  const table: readonly (readonly [claim: string, message: RegExp])[] = [
    ["$$\\nabla_x (x^TAx + b^Tx) = (A + A^T)x - b$$", /sign of b should be plus/],
    ["$$\\nabla_x \\|Mx - y\\|^2 = 2M(Mx - y)$$", /M should be transposed/],
    ["$$\\frac{\\partial}{\\partial M}\\|Mx - y\\|^2 = 2x^T(Mx - y)$$", /./],
  ];
  for (const [claim, message] of table)
    it(claim, () => {
      const messages = told(sizes + claim);
      assert.equal(messages.length, 1);
      assert.match(messages[0]!, message);
    });
});

describe("where two arrays differ in few entries, these are named", () => {
  const table: readonly (readonly [claim: string, message: RegExp])[] = [
    [
      "For numbers $p, q$: $$A B = \\begin{bmatrix}p & q\\\\0 & p\\end{bmatrix}\\begin{bmatrix}p & 0\\\\0 & q\\end{bmatrix} = \\begin{bmatrix}p^2 & q^2\\\\0 & q^2\\end{bmatrix}$$",
      /only in entry \(2, 2\)/,
    ],
    [
      "For numbers $p, q$: $$A B = \\begin{bmatrix}p & 0\\\\q & p\\end{bmatrix}\\begin{bmatrix}p & 0\\\\p & q\\end{bmatrix} = \\begin{bmatrix}p^2 & 0\\\\qp + q^2 & pq\\end{bmatrix}$$",
      /only in entry \(2, 1\)/,
    ],
  ];
  for (const [text, message] of table)
    it(text, () => {
      const { claims } = check(text);
      assert.ok(
        [...told(text), ...claims.map((c) => c.note ?? "")].some((m) => message.test(m)),
        JSON.stringify(claims),
      );
    });
});

describe("what is an identity but for one symbol does not hang on what was said elsewhere", () => {
  const FAR = "# One\n\nLet $A = \\begin{bmatrix}1 & 2\\\\3 & 4\\end{bmatrix}$ and $h = 3$. Quaternions are another story.\n\n# Two\n\n"; // prettier-ignore
  const table: readonly (readonly [text: string, message: RegExp])[] = [
    [`${FAR}$$\\frac{d}{dv}(h - uv)^2 = -3(h - uv)u$$`, /3\/2/],
    ["For all $m \\times n$ matrices $A$ and $B$ $$\\mathbf{1}^\\top(A \\circ B)\\mathbf{1} = \\operatorname{tr}(A^\\top A)$$", /A should be B/], // prettier-ignore
    ["For an invertible matrix $X$ $$X^{-1}X = 2I$$", /whatever its letters are/],
  ];
  for (const [text, message] of table)
    it(text, () => {
      const messages = told(text);
      assert.equal(messages.length, 1, JSON.stringify(check(text).claims));
      assert.match(messages[0]!, message);
    });

  it("but a number that is put in for a matrix is no slip", () =>
    assert.deepEqual(
      told(
        "By $A\\mathbf{x} = \\lambda\\mathbf{x}$, there is $A^2\\mathbf{x} = A(A\\mathbf{x}) = A\\lambda\\mathbf{x}$.",
      ),
      [],
    ));

  it("and a demand that two things are equal is none", () =>
    assert.deepEqual(told("On the boundary $$w^\\top x + w^\\top x + b = w^\\top z + w^\\top x + b$$ must hold."), []));
});
