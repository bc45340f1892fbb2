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
    r`With $s(t) = S(t)/N$ and $i(t) = I(t)/N$ we have $$\frac{ds}{dt} = -b s(t) i(t)$$`,
    "$$\\frac{dy}{dx} = 1 - 2\\frac{y}{x}$$\n\nis solved as follows.\n\nIts solution is\n\n$$y = \\frac{x}{3} + \\frac{c}{x^2}$$",
    "# Example\n\nLet $y = x^3$.\n\n# Second example\n\nHere is one.\n\n# Third example\n\n$$\\frac{dy}{dx} = xy$$",
  ],
  "a step of an iteration": [
    r`Let $L(\theta) = \lim_{n\to\infty} \theta^n$. We repeat $\theta = \theta - \alpha \frac{\partial L}{\partial \theta}$.`,
    r`Let $L(\theta) = \lim_{n\to\infty} \theta^n$. Then $\theta_{t+1} - \theta_t = -\eta \nabla L(\theta_t)$.`,
  ],
  "a part of an integrand that is given a name": [
    r`In $\int x \sin(x) dx$ let $u=x$ and $dv=\sin(x) dx$, so that $v = -\cos(x)$.`,
  ],
  "a rate that is put in": [r`We have $l^2 = b^2 + h^2$. If $\frac{db}{dt} = 2$, what is the other?`],
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
  r`On the curve $x^3 + y^3 = 3xy$ we have $$\frac{dy}{dx} = \frac{y - x^2}{y^2 - x}$$`,
  r`$$\frac{d}{dx}(y^2) = 2y\frac{dy}{dx}$$`,
  r`$$\operatorname{vec}(A\,dA) = (I \otimes A)\operatorname{vec}(dA)$$`,
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
