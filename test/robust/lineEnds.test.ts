import assert from "node:assert/strict";
import fc from "fast-check";
import { checkText } from "../../server/tools/checkText";
import { notes } from "../documents/edits";
import { laws } from "../support/laws";

/** All that is said of a file, with the line ends of its excerpts left aside. */
const said = (file: string, text: string): unknown => JSON.parse(JSON.stringify(checkText(file, text)));

const windows = (text: string): string => text.replaceAll("\n", "\r\n");

describe("what is said of a text does not hang on its line ends", () => {
  const table: readonly (readonly [what: string, file: string, text: string])[] = [
    ["a display that goes on in a sentence", "a.md", "We solve\n\n$$\nAx = b,\n$$\n\nand do not compute\n\n$$\nx = A^{-1}b.\n$$\n"],
    ["rows of an environment", "a.md", "$$\n\\begin{align*}\ny &= 9/5 \\cdot x + 32\\\\\ny - 32 &= 9/5 \\cdot x\n\\end{align*}\n$$\n"],
    ["paragraphs of a list", "a.md", "- Let $A \\in \\mathbb{R}^{n \\times n}$.\n\n  $$\n  \\frac{\\partial}{\\partial A} \\operatorname{tr}(A) = A\n  $$\n"],
    ["a fence", "a.md", "```mcalc\nx : R^n\nd(x'*x)/d(x) == x\n```\n"],
    ["lines", "a.mcalc", "x : R^n\nd(x'*x)/d(x) == x\ny = x +\n  x # twice\n"],
  ]; // prettier-ignore
  for (const [what, file, text] of table)
    it(what, () => {
      const other = windows(text);
      assert.notEqual(other, text);
      assert.deepEqual(said(file, other), said(file, text));
    });

  it("cells of a notebook", () => {
    const notebook = (end: string): string => {
      const source = [`Let $x \\in \\mathbb{R}^n$.${end}`, end, `$$\\nabla_x x^T x = x$$${end}`];
      return JSON.stringify({ cells: [{ cell_type: "markdown", source }] });
    };
    assert.deepEqual(said("a.ipynb", notebook("\r\n")), said("a.ipynb", notebook("\n")));
  });

  it("law: any note", () => {
    fc.assert(
      fc.property(notes, (text) => {
        const lines = text.replace(/\r\n?/g, "\n");
        assert.deepEqual(said("a.md", windows(lines)), said("a.md", lines));
      }),
      laws(60),
    );
  });
});
