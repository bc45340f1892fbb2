import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { checkDocument } from "../../server/checking";
import type { MathDocument } from "../../server/documents/document";
import { markdownSteps, readMarkdown } from "../../server/documents/markdown";
import { partOf } from "../../server/features/checking";

/** A paragraph with two formulas, so that a text of many is handed out in parts. */
const section = (k: number): string =>
  `## Part ${k}\n\nLet $x \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$.\n\n$$\\nabla_x x^T A x = ${k % 3 === 0 ? "2Ax" : "(A + A^T)x"}$$\n\nWords.\n\n`;

/** What is handed out before the whole is read, and the whole. */
function readWith(
  uri: string,
  text: string,
  first: number,
): { beginning: MathDocument | undefined; whole: MathDocument } {
  const steps = markdownSteps(uri, 1, text, { first });
  let beginning: MathDocument | undefined;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { beginning, whole: step.value };
    beginning ??= step.value;
  }
}

const formulasOf = (d: MathDocument): string[] =>
  d.formulas.map((f) => JSON.stringify([f.span, f.statement, [...(f.guessed ?? [])].sort(), f.consistent]));

const problemsOf = (d: MathDocument): string[] =>
  checkDocument(d).problems.map((p) => `${p.span.start}–${p.span.end} ${p.code}: ${p.message}`);

describe("the beginning of a note that is wanted first", () => {
  it("says what the whole note says there", () => {
    const text = Array.from({ length: 60 }, (_, k) => section(k)).join("");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length }), (first) => {
        const { beginning, whole } = readWith("file:///a.md", text, first);
        if (beginning === undefined) return;
        const all = new Set(formulasOf(whole));
        assert.deepEqual(
          formulasOf(beginning).filter((f) => !all.has(f)),
          [],
        );
        assert.ok(
          beginning.formulas.filter((f) => f.span.end <= first).length ===
            whole.formulas.filter((f) => f.span.end <= first).length,
        );
        assert.deepEqual(formulasOf(whole), formulasOf(readMarkdown("file:///b.md", 1, text)));
      }),
      { numRuns: 8 },
    );
  });

  it("is known from what stands behind it: a letter is what the rest of the note makes of it", () => {
    const text = `$$\\nabla_x \\|Ax\\|^2 = 2A^TAx$$\n\n${"Words.\n\n".repeat(150)}Here $x \\in \\mathbb{R}^n$, $A \\in \\mathbb{R}^{m \\times n}$.\n`;
    const { beginning } = readWith("file:///c.md", text, 40);
    assert.equal(beginning?.formulas[0]?.scope.variables.get("A")?.shape.rows.key, "m");
  });
});

const corpus = path.resolve("../shared/corpus");

describe("the visible part of the notes of the corpus", () => {
  it("has no finding that the whole note has not", function () {
    if (!fs.existsSync(corpus)) return this.skip();
    this.timeout(120_000);
    for (const file of fs.readdirSync(corpus)) {
      // Long enough that a part of it is handed out.
      const text = fs.readFileSync(path.join(corpus, file), "utf8") + "\nMore words.\n\n".repeat(150);
      const whole = new Set(problemsOf(readMarkdown(`file:///${file}`, 1, text)));
      fc.assert(
        fc.property(fc.nat(text.length), fc.nat(3_000), (start, length) => {
          const { beginning } = readWith(`file:///${file}`, text, start + length);
          if (beginning === undefined) return;
          const part = partOf(beginning, { start, end: start + length }).document;
          assert.deepEqual(
            problemsOf(part).filter((p) => !whole.has(p)),
            [],
            `${file} ${start}–${start + length}`,
          );
        }),
        { numRuns: 2 },
      );
    }
    return undefined;
  });
});
