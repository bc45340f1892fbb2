import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { marked } from "marked";
import { micromark } from "micromark";
import type { CompletionItem, Hover, MarkupContent } from "vscode-languageserver-protocol";
import { page } from "../../client/panelPage";
import { emptyFolder, mcalc } from "../cli/run";
import { TestClient } from "../lsp/client";
import { HOSTILE_NAMES } from "./hostileNames";

/** Everything that a piece of Markdown could fetch, run or follow, as CommonMark has it, and as the reader of VS Code does. */
const reaches = (markdown: string): string[] =>
  [
    micromark(markdown, { allowDangerousProtocol: true, allowDangerousHtml: true }),
    marked.parse(markdown, { async: false }),
  ].flatMap(reachedFrom);

function reachedFrom(html: string): string[] {
  const images = [...html.matchAll(/<img [^>]*src="([^"]*)"/g)].map((m) => m[1]!).filter((src) => !src.startsWith("data:image/svg+xml;base64,")); // prettier-ignore
  const links = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)]
    .map((m) => m[1]!)
    .filter((href) => !/^command:mcalc\.(?:derive|showDerivation|showHover|copyAs)\?/.test(href));
  const others = [...html.matchAll(/<(?!\/|p>|code>|em>|strong>|br|img |a )[^<>]*>/g)].map((m) => m[0]);
  return [...images, ...links, ...others];
}

const note = (name: string): string =>
  `# A note\n\nLet $x_{\\text{${name}}} \\in \\mathbb{R}^n$ and $A_{\\mathrm{${name}}} \\in \\mathbb{R}^{n \\times n}$.\n\n$$f = x_{\\text{${name}}}^\\top A_{\\mathrm{${name}}} x_{\\text{${name}}} + \\text{${name}}$$\n\n$$\\frac{\\partial f}{\\partial x_{\\text{${name}}}} = A_{\\mathrm{${name}}} x_{\\text{${name}}}$$\n\n$$A_{\\mathrm{${name}}} A_{\\mathrm{${name}}}^\\top x_{\\text{${name}}} + y^\\top$$\n`;
const file = (name: string): string =>
  `# ${name}\nx : R^n\n${name} : R^n\nf = x'*x + ${name}\ng = ${name}(x)\nd(f)/d(x) == ${name}\n`;

const PANEL_WORDS = {
  language: "en",
  derivation: "Derivation",
  fewer: "Fewer steps",
  every: "Every step",
  copyLatex: "Copy LaTeX",
  copyText: "Copy text",
  by: "by",
  variable: "Variable",
  copy: "Copy",
  copyLine: (n: number) => `Copy line ${n} as LaTeX`,
};

describe("hostile names", function () {
  // Some thousand hovers, and as many checks as names: on a busy machine that takes its time.
  this.timeout(240_000);

  it("reach nothing from a hover, a completion or a panel", async () => {
    const client = await new TestClient().start(undefined, { commandLinks: true, hover: "svg" });
    let hovers = 0;
    for (const [i, name] of HOSTILE_NAMES.entries())
      for (const [language, text] of [
        ["markdown", note(name)],
        ["mcalc", file(name)],
      ] as const) {
        const document = await client.open(text, language, `untitled:hostile${i}.${language}`);
        const lines = text.split("\n");
        for (const [line, source] of lines.entries())
          for (let character = 0; character < source.length; character += 7) {
            const position = { line, character };
            const hover: Hover | null = await client.request("textDocument/hover", {
              textDocument: document,
              position,
            });
            if (hover === null) continue;
            hovers++;
            assert.deepEqual(reaches((hover.contents as MarkupContent).value), [], `${name}, at ${line}:${character}`);
          }
        const position = { line: lines.length - 1, character: 0 };
        const items: CompletionItem[] | null = await client.request("textDocument/completion", { textDocument: document, position }); // prettier-ignore
        for (const { documentation } of items ?? [])
          if (typeof documentation === "object" && documentation.kind === "markdown")
            assert.deepEqual(reaches(documentation.value), [], name);
      }
    assert.ok(hovers > 200, String(hovers));
    assert.deepEqual(client.complaints, []);
    await client.stop();
    for (const name of HOSTILE_NAMES) {
      const line = { left: name, right: name, why: `\`${name}\` ${name}`, latex: name };
      const html = page({ title: name, variable: name, variables: [name, name], lines: [line] } as never, {
        full: true,
        words: { ...PANEL_WORDS, derivation: name },
      });
      assert.doesNotMatch(html.replace(/<style[\s\S]*?<\/style>|<script[\s\S]*?<\/script>/g, ""), /<img|<a\b|onerror="/, name); // prettier-ignore
    }
  });

  it("command no terminal and begin no annotation, from a text or from a file's name", () => {
    const folder = emptyFolder();
    for (const [i, name] of HOSTILE_NAMES.entries()) {
      writeFileSync(path.join(folder, `${i}.md`), note(name));
      writeFileSync(path.join(folder, `${i}.mcalc`), file(name));
      const asFile = name.replaceAll("/", "∕");
      writeFileSync(path.join(folder, `${asFile}.mcalc`), "x : R^n\nx + y\n");
      writeFileSync(path.join(folder, `::error::${i}.mcalc`), "x : R^n\nx + y\n");
    }
    for (const format of ["pretty", "github", "json", "sarif"]) {
      const { out, err } = mcalc(["check", folder, path.join(folder, "gone\n::error::\u001b[2J"), "--format", format]);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(out + err, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, format);
      const commands = (out + err).split("\n").filter((line) => line.trimStart().startsWith("::"));
      for (const command of commands)
        assert.match(command, /^::(?:error|warning|notice) file=[^,:]*,line=\d+,/, format);
      assert.equal(commands.length > 0, format === "github");
    }
    const { err } = mcalc(["derive", "x +\u001b[31m y", "--wrt", "x", "--given", "x : R^n\u0007"]);
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(err, /[\u0000-\u0009\u000b-\u001f]/);
  });
});
