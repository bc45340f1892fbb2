import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";
import { printText } from "../../server/language/print";

/** What is said of a note whose displays are given: the verdict on its last equation, and the messages. */
function checked(words: string, ...displays: readonly string[]): { last: string | undefined; messages: string[] } {
  const text = `${words}\n\n${displays.map((d) => `$$${d}$$`).join("\n\n")}\n`;
  const { claims, problems } = checkDocument(readMarkdown("file:///note.md", 1, text), { print: (e) => printText(e) });
  return { last: claims.at(-1)?.status, messages: problems.map((p) => p.message) };
}

const LAYERS =
  "The layers are $z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}$ and $a^{(l)} = \\sigma(z^{(l)})$. Errors are $\\delta^{(l)} = \\frac{\\partial E}{\\partial z^{(l)}}$.";

describe("rules of backpropagation, nothing being said of the loss", () => {
  const right: readonly (readonly [string, string])[] = [
    ["A layer is $u = Mv$.", "\\frac{\\partial L}{\\partial M} = \\frac{\\partial L}{\\partial u} v^\\top"],
    ["A layer is $u = Mv$.", "\\frac{\\partial L}{\\partial v} = M^\\top \\frac{\\partial L}{\\partial u}"],
    // Numerator layout.
    ["A layer is $u = Mv$.", "\\frac{\\partial L}{\\partial v} = \\frac{\\partial L}{\\partial u} M"],
    ["A layer is $u = Mv + c$.", "\\frac{\\partial L}{\\partial c} = \\frac{\\partial L}{\\partial u}"],
    // Examples are rows.
    ["A layer is $U = VM$.", "\\frac{\\partial L}{\\partial V} = \\frac{\\partial L}{\\partial U} M^\\top"],
    ["A layer is $U = VM$.", "\\frac{\\partial L}{\\partial M} = V^\\top \\frac{\\partial L}{\\partial U}"],
    ["$A = g(Z)$", "\\frac{\\partial J}{\\partial Z} = \\frac{\\partial J}{\\partial A} \\odot g'(Z)"],
    ["$s = w^\\top x + b$", "\\frac{\\partial L}{\\partial w} = x \\frac{\\partial L}{\\partial s}"],
    ["$u = f(v)$ and $v = g(t)$", "\\frac{du}{dt} = \\frac{du}{dv} \\frac{dv}{dt}"],
    ["$S = QK^\\top$", "\\frac{\\partial L}{\\partial K} = \\left(\\frac{\\partial L}{\\partial S}\\right)^\\top Q"],
    // A dot before a row makes an outer product.
    ["$\\mathbf{z} = \\mathbf{W} \\mathbf{x} + \\mathbf{b}$", "\\frac{\\partial L}{\\partial \\mathbf{W}} = \\frac{\\partial L}{\\partial \\mathbf{z}} \\cdot \\mathbf{x}^\\top"], // prettier-ignore
    ["A gain $\\gamma$: $y = \\gamma \\odot x + \\beta$", "\\frac{\\partial L}{\\partial \\gamma} = \\frac{\\partial L}{\\partial y} \\odot x"], // prettier-ignore
    [LAYERS, "\\delta^{(l)} = (W^{(l+1)})^\\top \\delta^{(l+1)} \\odot \\sigma'(z^{(l)})"],
    [LAYERS, "\\frac{\\partial E}{\\partial W^{(l)}} = \\delta^{(l)} (a^{(l-1)})^\\top"],
    [LAYERS, "\\frac{\\partial E}{\\partial W^{(3)}} = \\delta^{(3)} (a^{(2)})^\\top"],
    ["$h_t = \\tanh(a_t)$, $a_t = Wh_{t-1} + Ux_t$ and $\\delta_t = \\frac{\\partial L}{\\partial a_t}$.", "\\delta_t = W^\\top \\delta_{t+1} \\odot (1 - h_t \\odot h_t)"], // prettier-ignore
    ["$o = Wh$, $L = \\ell(o, y)$, $s = \\frac{\\lambda}{2}\\|W\\|_F^2$ and $J = L + s$.", "\\frac{\\partial J}{\\partial W} = \\frac{\\partial J}{\\partial o} h^\\top + \\lambda W"], // prettier-ignore
  ];
  for (const [words, display] of right)
    it(`${words} ${display}`, () => assert.deepEqual(checked(words, display), { last: "verified", messages: [] }));

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["A layer is $u = Mv$.", "\\frac{\\partial L}{\\partial M} = v^\\top \\frac{\\partial L}{\\partial u}", /swapped/],
    ["A layer is $u = Mv$.", "\\frac{\\partial L}{\\partial v} = M \\frac{\\partial L}{\\partial u}", /M should be transposed/], // prettier-ignore
    ["A layer is $u = Mv$.", "\\frac{\\partial L}{\\partial M} = \\frac{\\partial L}{\\partial u} v", /v should be transposed/], // prettier-ignore
    ["A layer is $U = VM$.", "\\frac{\\partial L}{\\partial V} = M^\\top \\frac{\\partial L}{\\partial U}", /swapped/],
    ["A layer is $U = VM$.", "\\frac{\\partial L}{\\partial M} = V \\frac{\\partial L}{\\partial U}", /V should be transposed/], // prettier-ignore
    [LAYERS, "\\delta^{(l)} = W^{(l+1)} \\delta^{(l+1)} \\odot \\sigma'(z^{(l)})", /W\^\(l\+1\) should be transposed/],
    [LAYERS, "\\frac{\\partial E}{\\partial W^{(l)}} = (a^{(l-1)})^\\top \\delta^{(l)}", /swapped/],
  ];
  for (const [words, display, message] of wrong)
    it(`not: ${words} ${display}`, () => {
      const { last, messages } = checked(words, display);
      assert.equal(last, "wrong");
      assert.equal(messages.length, 1);
      assert.match(messages[0]!, message);
    });

  it("the derivative of any loss of a product", () =>
    assert.match(
      checked("A loss $\\ell$.", "\\nabla_w \\ell(w^\\top x) = \\ell'(w^\\top x) x").last!,
      /proved|verified/,
    ));

  it("what is said of a name behind its definition counts", () => {
    const { last, messages } = checked(
      "With $s = tU + c$, where $t$ is a row vector, let $\\delta = \\frac{\\partial J}{\\partial s}$.",
      "\\frac{\\partial J}{\\partial t} = \\delta U^\\top",
    );
    assert.deepEqual({ last, messages }, { last: "verified", messages: [] });
  });

  const open: readonly (readonly [string, string])[] = [
    // What else the loss depends on is not known.
    [
      "A layer is $u = Mv$.",
      "\\frac{\\partial L}{\\partial M} = \\frac{\\partial L}{\\partial u} v^\\top + \\lambda M",
    ],
    // Nothing says what u is.
    ["The output is $u$.", "\\frac{\\partial L}{\\partial M} = v^\\top \\frac{\\partial L}{\\partial u}"],
    // The mean over examples is taken somewhere.
    [
      "A layer is $U = MV$.",
      "\\frac{\\partial L}{\\partial M} = \\frac{1}{N} \\frac{\\partial L}{\\partial U} V^\\top",
    ],
    // The derivative of the activation, of which nothing is said.
    ["$a = f(z)$", "\\frac{\\partial L}{\\partial z} = \\frac{\\partial L}{\\partial a} \\odot a \\odot (1 - a)"],
    ["A row vector $v$ and $u = vM$.", "\\frac{\\partial L}{\\partial v} = \\frac{\\partial L}{\\partial u} M^\\top"],
  ];
  for (const [words, display] of open)
    it(`says nothing: ${words} ${display}`, () => assert.deepEqual(checked(words, display).messages, []));
});
