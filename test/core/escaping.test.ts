import assert from "node:assert/strict";
import { marked } from "marked";
import { micromark } from "micromark";
import {
  githubProperty,
  htmlText,
  labelText,
  markdownCode,
  markdownImage,
  markdownLink,
  markdownText,
  notificationText,
  terminalSource,
  terminalText,
} from "../../server/core/escaping";
import { HOSTILE_NAMES } from "../robust/hostileNames";

/** What the tags of a paragraph are, and its text. */
const tags = (html: string): string[] => [...html.matchAll(/<(\w+)/g)].map((m) => m[1]!);
const textOf = (html: string): string =>
  html
    .replace(/<[^<>]*>/g, "")
    .replace(/&(lt|gt|amp|quot);/g, (_, n: string) => ({ lt: "<", gt: ">", amp: "&", quot: '"' })[n]!);

/** Who shows our Markdown: a reader of CommonMark, and the one that VS Code has, which reads the words of a link twice. */
const READERS: readonly ((markdown: string) => string)[] = [
  (markdown) => micromark(markdown, { allowDangerousProtocol: true }),
  (markdown) => marked.parse(markdown, { async: false }),
];

describe("what a document holds, where it is shown", () => {
  for (const name of HOSTILE_NAMES) {
    const plain = name.replace(/\s+/g, " ").trim();
    // eslint-disable-next-line no-control-regex
    const hasControl = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e-\u202e]/.test(name);
    it(JSON.stringify(name), () => {
      // Markdown: a paragraph of text, and the text is what was written.
      if (!hasControl) assert.equal(textOf(micromark(markdownText(name))).trim(), plain);
      for (const read of READERS) {
        assert.deepEqual(tags(read(markdownText(name))), ["p"]);
        assert.deepEqual(tags(read(`a ${markdownText(name)} b ${markdownText(name)}`)), ["p"]);
        // Inline code.
        assert.deepEqual(tags(read(`${markdownCode(name)} x ${markdownCode(name)}`)), ["p", "code", "code"]);
        // A link keeps its address, and is one link.
        const link = read(markdownLink(name, "command:mcalc.derive?1", name));
        assert.deepEqual(tags(link), ["p", "a"]);
        assert.match(link, /<a href="command:mcalc\.derive\?1"/);
        assert.deepEqual(tags(read(markdownImage(name, "data:image/svg+xml;base64,AA"))), ["p", "img"]);
      }
      // HTML and its attributes.
      assert.doesNotMatch(htmlText(name), /[<>"']/);
      // Terminals: one line, nothing that is obeyed.
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(terminalText(name) + terminalSource(name), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      assert.equal(terminalSource(name).length, name.length);
      // GitHub: one property.
      assert.doesNotMatch(githubProperty(name), /[\r\n:,]/);
      // VS Code's notifications and labels.
      assert.doesNotMatch(notificationText(name), /\]\(/);
      assert.doesNotMatch(labelText(name), /(?<!\\)\$\(/);
    });
  }

  it("plain mathematics is left as it is", () => {
    for (const text of ["∂f/∂x = (A + Aᵀ)x", "It fails; 2 of 3 agree.", "x is n×1 (declared in line 2)"]) {
      assert.equal(markdownText(text), text);
      assert.equal(terminalText(text), text);
    }
    assert.equal(micromark(markdownText("− x, + y")), "<p>− x, + y</p>");
    assert.equal(micromark(markdownText("- x")), "<p>- x</p>");
  });
});
