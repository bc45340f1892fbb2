import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";
import { printText } from "../../server/language/print";

function checked(words: string, display: string): { last: string | undefined; messages: string[] } {
  const text = `${words}\n\n$$${display}$$\n`;
  const { claims, problems } = checkDocument(readMarkdown("file:///note.md", 1, text), { print: (e) => printText(e) });
  return { last: claims.at(-1)?.status, messages: problems.map((p) => p.message) };
}

const SIZES = "For $M \\in \\mathbb{R}^{m\\times n}$ and $v \\in \\mathbb{R}^n$,";

describe("gradients of functions of a vector of which nothing is said", () => {
  const right: readonly (readonly [string, string])[] = [
    [SIZES, "\\nabla_v h(Mv + c) = M^\\top \\nabla h(Mv + c)"],
    [SIZES, "\\nabla_v^2 h(Mv + c) = M^\\top \\nabla^2 h(Mv + c) M"],
    [`${SIZES} let $k(v) = h(Mv)$.`, "\\nabla k(v) = M^\\top \\nabla h(Mv)"],
    // Gradients as rows.
    [`${SIZES} let $k(v) = h(Mv)$.`, "\\nabla k(v) = \\nabla h(Mv) M"],
    [`${SIZES} let $k(v) = h(v) + \\frac{\\mu}{2}\\|v\\|^2$.`, "\\nabla^2 k(v) = \\nabla^2 h(v) + \\mu I"],
    ["Let $\\psi(t) = h(u + tv)$.", "\\psi'(t) = \\nabla h(u + tv)^\\top v"],
  ];
  for (const [words, display] of right)
    it(`${words} ${display}`, () => assert.deepEqual(checked(words, display), { last: "verified", messages: [] }));

  it("a transpose that is missing is missed", () => {
    const { last, messages } = checked(SIZES, "\\nabla_v h(Mv + c) = M \\nabla h(Mv + c)");
    assert.equal(last, "wrong");
    assert.match(messages.join(), /M should be transposed/);
  });

  it("a number or a sign that no gradient has in front of it is wrong", () => {
    assert.match(checked(SIZES, "\\nabla_v h(Mv) = 2 M^\\top \\nabla h(Mv)").messages.join(), /factor 2 should not/);
    assert.match(checked(SIZES, "\\nabla_v h(Mv) = -M^\\top \\nabla h(Mv)").messages.join(), /the sign is wrong/);
  });

  const open: readonly (readonly [string, string])[] = [
    // M may be symmetric: nothing says what it is.
    ["A transform $Mv$.", "\\nabla_v h(Mv) = M \\nabla h(Mv)"],
    // Of special functions more can be true.
    [SIZES, "\\nabla_v h(Mv) = M^\\top \\nabla h(Mv) + v"],
  ];
  for (const [words, display] of open)
    it(`says nothing: ${words} ${display}`, () => assert.deepEqual(checked(words, display).messages, []));
});
