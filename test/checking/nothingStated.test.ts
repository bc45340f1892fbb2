import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

/** How many claims about derivatives a note makes. */
const claimsOf = (text: string): number =>
  checkDocument(readMarkdown("file:///note.md", 1, `Some words.\n\n${text}`)).claims.filter(
    (c) => c.kind === "derivative",
  ).length;

const r = String.raw;

/** Formulas with derivatives that state nothing that could be wrong, by what they are. */
const NO_CLAIM: Readonly<Record<string, readonly string[]>> = {
  "a law of motion": [
    r`$$\frac{dx}{dt} = \sigma(y - x)$$`,
    r`$$\frac{\partial \rho}{\partial t} + \nabla \cdot J = 0$$`,
    r`$$\frac{\partial u}{\partial t} = \alpha \frac{\partial^2 u}{\partial x^2}$$`,
    r`$$dX_t = \mu X_t dt + \sigma X_t dW_t$$`,
    r`$$\frac{\partial u}{\partial x} = \frac{\partial v}{\partial y}$$`,
  ],
  "a name for a derivative": [
    r`$$J_{ij} = \frac{\partial f_i}{\partial x_j}$$`,
    r`Let $f(x) = x^3$ and write $g = \frac{df}{dx}$.`,
  ],
  "a condition": [r`Let $f(x, y) = x^2y$. At a stationary point $\frac{\partial f}{\partial x} = 0$.`],
  "an integral": [r`$$\int_0^1 f(x) dx = \int_0^1 g(u) du$$`],
};

/** What is one, decided or not. */
const CLAIM: readonly string[] = [
  r`$$\frac{dy}{dx} = \frac{dy}{du}\frac{du}{dx}$$`,
  r`$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a}\frac{\partial z}{\partial w}\frac{\partial a}{\partial u}$$`,
  r`$$\frac{d(uv)}{dt} = u\frac{dv}{dt} - v\frac{du}{dt}$$`,
  r`Let $f(x) = \lim_{n \to \infty} g_n(x)$. Then $\frac{df}{dx} = 2x$.`,
  r`$$\frac{\partial^2 f}{\partial x \partial y} = \frac{\partial^2 f}{\partial y \partial x}$$`,
  r`$$\nabla_x a^Tx = a$$`,
  // Its labels tell whether it is right; what it is called is no claim.
  r`$$\nabla f = \begin{bmatrix} \frac{\partial f}{\partial x_1} \\ \frac{\partial f}{\partial x_2} \end{bmatrix} = g$$`,
];

describe("what states nothing is no claim", () => {
  for (const [what, notes] of Object.entries(NO_CLAIM))
    for (const note of notes) it(`${what}: ${note}`, () => assert.equal(claimsOf(note), 0));
});

describe("a formula that stands alone is asked about", () => {
  it("whatever it states", () =>
    assert.deepEqual(
      checkDocument(readMarkdown("file:///note.md", 1, r`$$\frac{dx}{dt} = \sigma(y - x)$$`)).claims.map(
        (c) => c.status,
      ),
      ["unknown"],
    ));
});

describe("what states something of derivatives is one", () => {
  for (const note of CLAIM) it(note, () => assert.ok(claimsOf(note) > 0));
});
