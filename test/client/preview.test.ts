import assert from "node:assert/strict";
/* eslint-disable @typescript-eslint/no-explicit-any, regexp/no-super-linear-move -- markdown-it has no types here; the texts are short */
// @ts-expect-error: it comes without types
import MarkdownIt from "markdown-it";
import { describe, it } from "mocha";
import { showStandings, type Token } from "../../client/preview/plugin";
import { check } from "../../server/features/checking";
import { DEFAULTS } from "../../server/features/settings";
import { standings } from "../../server/features/standing";
import { read } from "../../server/lsp/reading";
import { HOSTILE_NAMES } from "../robust/hostileNames";

const WORDS = {
  proved: "proved",
  verified: "verified",
  partly: (holds: number, claims: number) => `${holds} of ${claims}`,
  wrong: "wrong",
  repair: "Repair:",
};
const LET = "Let $A \\in \\mathbb{R}^{n \\times n}$, $x \\in \\mathbb{R}^n$ and $y = x^T A x$.\n\n";
const RIGHT = "\\frac{dy}{dx} = (A + A^T)x";
const WRONG = "\\frac{dy}{dx} = (A - A^T)x";

/** Formulas as a preview reads them, drawn as `‹…›`. */
function math(md: any): void {
  const escaped = (tokens: Token[], i: number): string => `‹${md.utils.escapeHtml(tokens[i]!.content.trim())}›`;
  md.renderer.rules.math_inline = escaped;
  md.renderer.rules.math_block = (tokens: Token[], i: number) => `<p>${escaped(tokens, i)}</p>\n`;
  md.inline.ruler.after("escape", "math_inline", (state: any) => {
    const found = /^\$([^$]+)\$/.exec(state.src.slice(state.pos));
    if (found === null) return false;
    state.push("math_inline", "math", 0).content = found[1];
    state.pos += found[0].length;
    return true;
  });
  md.block.ruler.after("blockquote", "math_block", (state: any, from: number, to: number) => {
    const line = (i: number): string => state.src.slice(state.bMarks[i] + state.tShift[i], state.eMarks[i]);
    if (line(from) !== "$$") return false;
    let end = from + 1;
    while (end < to && line(end) !== "$$") end++;
    const token = state.push("math_block", "math", 0);
    token.content = state.getLines(from + 1, end, state.tShift[from], true);
    state.line = end + 1;
    return true;
  }, { alt: ["paragraph", "blockquote", "list"] }); // prettier-ignore
}

/** The HTML of a note's preview, with what the server knows of `known` (the note itself, or how it was before an edit). */
async function preview(note: string, known = note): Promise<string> {
  const turn = async (): Promise<void> => undefined;
  const document = await read("markdown", "file:///note.md", 1, known, undefined, turn, {});
  const found = standings({ document, settings: DEFAULTS, checked: await check(document, DEFAULTS, turn) });
  const md = showStandings(new MarkdownIt({ html: true }).use(math), () => found, () => WORDS); // prettier-ignore
  return md.renderer.render(md.parse(note, {}), md.options, { currentDocument: "note" });
}

/** Without tags: marks, formulas and boxes as they are read. */
const words = (html: string): string => html.replace(/<[^>]*>/g, "").replace(/\s+/g, " ").trim(); // prettier-ignore

describe("the preview of a note", () => {
  it("marks a formula that holds", async () => {
    const html = await preview(`${LET}Then $${RIGHT}$.\n`);
    assert.match(html, /‹[^›]*\(A \+ A\^T\)x›<span class="mcalc-mark mcalc-holds"[^>]*title="proved"[^>]*>✓<\/span>/);
    assert.doesNotMatch(html, /mcalc-box/);
  });

  it("says below a wrong one what is wrong, and draws the repaired one", async () => {
    const text = words(await preview(`${LET}$$\n${WRONG}\n$$\n`));
    assert.match(text, /‹[^›]*\(A - A\^T\)x› ?✗/);
    assert.match(text, /This derivative is wrong: .* ?Repair: ‹\\frac\{dy\}\{dx\} = \(A \+ A\^T\)x›$/);
  });

  it("says it behind the paragraph, the item, the quotation or the table that holds the formula", async () => {
    for (const [note, end] of [
      [`But $${WRONG}$ is not.`, /is not\.<\/p>\n<div class="mcalc-box/],
      [`- But $${WRONG}$ is not.`, /is not\.<div class="mcalc-box[\s\S]*<\/div>\n<\/li>/],
      [`> $$\n> ${WRONG}\n> $$`, /✗<\/span><\/div><div class="mcalc-box[\s\S]*<\/blockquote>/],
      [`| a | b |\n|---|---|\n| $${WRONG}$ | c |`, /<\/table>\n<div class="mcalc-box/],
    ] as const)
      assert.match(await preview(`${LET}${note}\n`), end, note);
  });

  it("marks the lines of a fence of mcalc", async () => {
    const html = await preview("```mcalc\nx : R^n\nA : R^(m×k)\n\nd(x'*x)/d(x) == 2*x  # a claim\ny = A*x\n```\n");
    assert.match(words(html), /== 2\*x # a claim ✓ y = A\*x ✗ A\*x does not fit/);
  });

  it("tells formulas apart that read the same and stand differently", async () => {
    const again = "Let $y = x^T A^T A x$ instead. Then ";
    const html = await preview(`${LET}Then $${RIGHT}$.\n\n${again}$${RIGHT}$.\n`);
    const marks = [...html.matchAll(/mcalc-mark mcalc-(\w+)/g)].map((m) => m[1]);
    assert.equal(marks[0], "holds");
    assert.notEqual(marks[1], "holds");
  });

  it("while a note is edited, what stood elsewhere keeps its mark, what is new has none", async () => {
    const before = `${LET}Then $${RIGHT}$, not $${WRONG}$.\n`;
    const after = `${LET}A line.\n\nThen $${RIGHT}$, not $${WRONG.replace("- A", "- 2 A")}$.\n`;
    const html = await preview(after, before);
    assert.equal(html.match(/mcalc-mark/g)?.length, 1);
    assert.match(html, /mcalc-holds/);
  });

  it("is as it was where nothing is known", async () => {
    const note = "# A note\n\nOnly $x$ and words.\n";
    assert.equal(await preview(note), new MarkdownIt({ html: true }).use(math).render(note));
  });

  it("lets no name of a formula become more than a name", async () => {
    for (const name of HOSTILE_NAMES) {
      const note = `${LET}$$\nA_{\\mathrm{${name}}} A_{\\mathrm{${name}}}^\\top x_{\\text{${name}}} + y^\\top\n$$\n\n$$\n\\frac{dy}{dx} = A_{\\text{${name}}} x + (A - A^T)x\n$$\n`;
      const html = await preview(note);
      const bare = new MarkdownIt({ html: true }).use(math).render(note);
      const tags = (text: string): string[] =>
        (text.match(/<(?:img|a|script|iframe|link|object)\b[^>]*>/g) ?? []).sort();
      assert.deepEqual(tags(html), tags(bare), name);
      // Quotation marks of a name close no attribute.
      for (const [tag] of html.matchAll(/<(?:span|div|p) [^>]*>/g))
        assert.match(tag, /^<\w+(?: (?:class|role|title|aria-label)="[^"]*")*>$/, name);
    }
  });
});
