import assert from "node:assert/strict";
import fc from "fast-check";
import { checkDocument, VerdictCache } from "../../server/checking";
import type { MathDocument } from "../../server/documents/document";
import { readMarkdown } from "../../server/documents/markdown";
import { printText } from "../../server/language/print";
import { laws } from "../support/laws";

/** Paragraphs whose verdicts hang on what stands before them, each in another way. */
const PARAGRAPHS: readonly string[] = [
  "## A section",
  "Let $x, y, b \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$.",
  "Let $x \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$ be symmetric.",
  "$$\\frac{\\partial}{\\partial x} x^T A x = (A + A^T) x$$",
  "$$\\frac{\\partial}{\\partial x} x^T A x = 2 A x$$",
  "$$\\frac{\\partial}{\\partial x} b^T x = b$$",
  "$$\\frac{\\partial}{\\partial x} b^T x = b^T$$",
  // What a name stands for, and rules of an unknown loss.
  "A layer is $u = Mv$.",
  "A layer is $u = M^T v$.",
  "$$\\frac{\\partial L}{\\partial M} = \\frac{\\partial L}{\\partial u} v^T$$",
  "$$\\frac{\\partial L}{\\partial v} = M^T \\frac{\\partial L}{\\partial u}$$",
  "The layers are $z^{(l)} = W^{(l)} a^{(l-1)}$ and $a^{(l)} = \\sigma(z^{(l)})$ with $\\delta^{(l)} = \\frac{\\partial L}{\\partial z^{(l)}}$.",
  "$$\\delta^{(l)} = (W^{(l+1)})^T \\delta^{(l+1)} \\odot \\sigma'(z^{(l)})$$",
  "$$\\frac{\\partial L}{\\partial W^{(3)}} = \\delta^{(3)} (a^{(2)})^T$$",
  // `dM` for a derivative, or for a differential.
  "We write $dM$ for $\\frac{\\partial L}{\\partial M}$.",
  "$$dM = du\\, v^T$$",
  "$$dv = M^T du$$",
  "$$d(x^T A x) = dx^T A x + x^T A dx$$",
  // Chains that go on, mistakes that discredit, names that are given another value, transposes that are lost.
  "$$y = x^T A x$$",
  "$$dy = x^T (A + A^T) dx$$",
  "$$= 2 x^T A dx$$",
  "$$\\frac{dy}{dx} = (A - A^T) x$$",
  "$$f = w^T x$$",
  "$$\\frac{d}{dx}(wx) = w$$",
  "$$y = 2 A x = A x + A x$$",
  // Fences, which share what they declare.
  "```mcalc\nx : R^n\nf = e*f\n```",
  "```mcalc\ng = x'*x\nd(g)/d(x) == x\n```",
];

const read = (paragraphs: readonly number[], version: number, before?: MathDocument): MathDocument =>
  readMarkdown("file:///note.md", version, paragraphs.map((p) => `${PARAGRAPHS[p]!}\n\n`).join(""), before);

const print = (e: Parameters<typeof printText>[0]): string => printText(e);

describe("checking a note again after an edit", () => {
  it("says of what was not touched what it said before", () => {
    const fence = "```mcalc\nx : R^n\nf = 2*f\n```\n";
    const before = readMarkdown("file:///note.md", 1, fence);
    const messages = (d: MathDocument): string[] => checkDocument(d).problems.map((p) => p.message);
    assert.deepEqual(messages(before), ["f is defined by itself."]);
    assert.deepEqual(messages(readMarkdown("file:///note.md", 2, `${fence}\nWords.\n`, before)), messages(before));
  });
  it("finds what checking it afresh finds", () => {
    const paragraph = fc.nat(PARAGRAPHS.length - 1);
    const edit = fc.record({ at: fc.nat(40), remove: fc.nat(2), insert: fc.array(paragraph, { maxLength: 2 }) });
    fc.assert(
      fc.property(
        fc.array(paragraph, { minLength: 4, maxLength: 16 }),
        fc.array(edit, { minLength: 1, maxLength: 5 }),
        (first, edits) => {
          const cache = new VerdictCache();
          const paragraphs = [...first];
          let document = read(paragraphs, 1);
          checkDocument(document, { cache, print });
          edits.forEach(({ at, remove, insert }, k) => {
            paragraphs.splice(at % (paragraphs.length + 1), remove, ...insert);
            document = read(paragraphs, 2 + k, document);
            const again = checkDocument(document, { cache, print });
            assert.deepEqual(again, checkDocument(document, { print }), document.text);
          });
        },
      ),
      laws(20),
    );
  });
});
