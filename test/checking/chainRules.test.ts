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
    // A letter that is a number elsewhere.
    ["A score $s = q^\\top k$.", "\\frac{\\partial L}{\\partial q} = \\frac{\\partial L}{\\partial s} k"],
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
    ["$A = g(Z)$", "\\frac{\\partial J}{\\partial Z} = 2 \\frac{\\partial J}{\\partial A} \\odot g'(Z)", /factor 2 should not be there/], // prettier-ignore
    ["A layer is $u = Mv$.", "\\frac{\\partial L}{\\partial v} = M \\frac{\\partial L}{\\partial u}", /M should be transposed/], // prettier-ignore
    ["A layer is $u = Mv$.", "\\frac{\\partial L}{\\partial M} = \\frac{\\partial L}{\\partial u} v", /v should be transposed/], // prettier-ignore
    ["A layer is $U = VM$.", "\\frac{\\partial L}{\\partial V} = M^\\top \\frac{\\partial L}{\\partial U}", /swapped/],
    ["A layer is $U = VM$.", "\\frac{\\partial L}{\\partial M} = V \\frac{\\partial L}{\\partial U}", /V should be transposed/], // prettier-ignore
    ["A layer is $u = B(Cv)$.", "\\frac{\\partial L}{\\partial B} = \\frac{\\partial L}{\\partial u} (Cv)", /C\*v should be transposed/], // prettier-ignore
    ["A layer is $u = Mv$.", "\\frac{\\partial L}{\\partial M} = \\frac{\\partial L}{\\partial u} \\cdot v", /v should be transposed/], // prettier-ignore
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

  for (const indicator of [
    "\\mathbb{1}[z > 0]",
    "\\mathbf{1}\\{z \\ge 0\\}",
    "\\mathbb{1}_{z > 0}",
    "\\mathbf 1_{\\{0 < z\\}}",
  ])
    it(`${indicator} is the derivative of what is cut off at zero`, () =>
      assert.deepEqual(
        checked(
          "$h = \\mathrm{ReLU}(z)$ and $z = Wx$.",
          `\\frac{\\partial L}{\\partial z} = \\frac{\\partial L}{\\partial h} \\odot ${indicator}`,
        ),
        { last: "verified", messages: [] },
      ));

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

  const STEPS = "With $s_t = Ux_t + Ws_{t-1}$ and $o_t = Vs_t$.";
  const EXAMPLES = "For each example $z_i = Wx_i + b$.";
  const summed: readonly (readonly [string, string, string, (string | undefined)?])[] = [
    [STEPS, "\\frac{\\partial L}{\\partial V} = \\sum_t \\frac{\\partial L}{\\partial o_t} s_t^\\top", "verified"],
    [STEPS, "\\frac{\\partial L}{\\partial W} = \\sum_{t=1}^T \\frac{\\partial L}{\\partial s_t} s_{t-1}^\\top", "verified"], // prettier-ignore
    [STEPS, "\\frac{\\partial L}{\\partial V} = \\sum_t s_t^\\top \\frac{\\partial L}{\\partial o_t}", "wrong", "swapped"], // prettier-ignore
    // What a step hands on to the next reaches its output later: this leaves it out.
    [STEPS, "\\frac{\\partial L}{\\partial W} = \\sum_t V^\\top \\frac{\\partial L}{\\partial o_t} s_{t-1}^\\top", "unknown"], // prettier-ignore
    [EXAMPLES, "\\frac{\\partial L}{\\partial W} = \\frac{1}{m} \\sum_{i=1}^m \\frac{\\partial L_i}{\\partial z_i} x_i^\\top", "verified"], // prettier-ignore
    [EXAMPLES, "\\frac{\\partial L}{\\partial b} = \\sum_i \\frac{\\partial L}{\\partial z_i}", "verified"],
    [`${EXAMPLES} The loss is $L = \\frac1N \\sum_i L_i$.`, "\\frac{\\partial L}{\\partial W} = \\sum_{i=1}^N \\frac{\\partial L_i}{\\partial z_i} x_i^\\top", "unknown"], // prettier-ignore
    // The mean may have been taken anywhere, but no mean swaps factors.
    ["$Z = WA$", "\\frac{\\partial J}{\\partial W} = \\frac1m \\frac{\\partial J}{\\partial Z} A^\\top", "unknown"],
    ["$Z = WA$", "\\frac{\\partial J}{\\partial W} = \\frac1m A^\\top \\frac{\\partial J}{\\partial Z}", "wrong", "swapped"], // prettier-ignore
  ];
  for (const [words, display, status, message] of summed)
    it(`${status}: ${words} ${display}`, () => {
      const { last, messages } = checked(words, display);
      assert.equal(last, status);
      assert.equal(messages.length, message === undefined ? 0 : 1);
      if (message !== undefined) assert.ok(messages[0]!.includes(message));
    });

  describe("dX for the derivative by X", () => {
    const FORWARD = "Forward: $Z = WA + b$ and $B = g(Z)$.";
    it("is seen where rules hold only so", () => {
      const displays = ["dZ = dB \\odot g'(Z)", "dW = dZ A^\\top", "dA = W^\\top dZ"];
      assert.deepEqual(checked(FORWARD, ...displays), { last: "verified", messages: [] });
      const { last, messages } = checked(FORWARD, ...displays.slice(0, 2), "dA = W dZ");
      assert.equal(last, "wrong");
      assert.match(messages.join(), /W should be transposed/);
    });
    it("is believed where it is said", () => {
      const said = `${FORWARD} We write $dZ$ for $\\frac{\\partial J}{\\partial Z}$.`;
      assert.deepEqual(checked(said, "dW = \\frac1m dZ A^\\top"), { last: "verified", messages: [] });
      assert.match(checked(said, "dW = \\frac1m A^\\top dZ").messages.join(), /swapped/);
    });
    it("is not what a differential is", () => {
      assert.deepEqual(checked("Let $Z = WA$.", "dZ = dW A + W dA", "dA = W dZ").messages, []);
      assert.deepEqual(checked(FORWARD, "dA = W dZ").messages, []);
    });
  });
});

describe("rules of nothing but derivatives", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["\\frac{dw}{ds} = 2 \\frac{dw}{dv} \\frac{dv}{ds}", /factor 2 should not be there/],
    ["\\frac{dw}{ds} = -\\frac{dw}{dv} \\frac{dv}{ds}", /sign is wrong/],
    ["\\frac{dw}{ds} = \\frac{dw}{dv} \\frac{dv}{dv}", /should be d\(v\)\/d\(s\)/],
    [
      "\\frac{\\partial w}{\\partial s} = \\frac{\\partial s}{\\partial v} \\frac{\\partial v}{\\partial s}",
      /should be d\(w\)\/d\(v\)/,
    ],
    ["df(s, t) = \\frac{\\partial f}{\\partial s} ds - \\frac{\\partial f}{\\partial t} dt", /should be plus/],
    ["d\\mathbf{w} = 3 \\frac{d\\mathbf{w}}{d\\mathbf{v}} d\\mathbf{v}", /factor 3 should not be there/],
  ];
  for (const [display, message] of wrong)
    it(`not: ${display}`, () => {
      const { messages } = checked("As is well known:", display);
      assert.equal(messages.length, 1);
      assert.match(messages[0]!, message);
    });

  const silent: readonly string[] = [
    // Another name for the same loss, and what goes another way too.
    "\\frac{\\partial E}{\\partial w} = \\frac{\\partial e}{\\partial v} \\frac{\\partial v}{\\partial w}",
    "\\frac{\\partial w}{\\partial s} = \\frac{\\partial w}{\\partial s} + \\frac{\\partial w}{\\partial v} \\frac{\\partial v}{\\partial s}",
    "\\frac{dw}{ds} = \\frac{1}{2} \\frac{dw}{dv}",
  ];
  for (const display of silent)
    it(`nothing is said of ${display}`, () => assert.deepEqual(checked("Then:", display).messages, []));

  it("none is confirmed that differentiates something by itself", () => {
    const { last } = checked("Let $w = f(v)$ and $v = g(s)$.", "\\frac{dw}{ds} = \\frac{dv}{dv} \\frac{dv}{ds}");
    assert.notEqual(last, "verified");
  });
});
