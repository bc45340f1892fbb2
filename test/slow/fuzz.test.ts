import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { answer } from "../../server/cli/question";
import { derive } from "../../server/calculus";
import type { MathDocument } from "../../server/documents/document";
import { readMarkdown } from "../../server/documents/markdown";
import { readMcalc } from "../../server/documents/mcalc";
import { expressions } from "../../server/language/statement";
import { printText } from "../../server/language/print";
import { parseExpression } from "../../server/language/mcalc/parse";
import { inferStatement } from "../../server/shapes/statement";
import { digestOf } from "../support/digest";
import {
  broken,
  bytes,
  Choices,
  corpus,
  edit,
  latexFormula,
  markdownDocument,
  mcalcDocument,
  mcalcExpression,
} from "./generators";

/**
 * How many inputs in all: 4,000 by default; `MCALC_FUZZ=1000000` for the whole night's work. `MCALC_SEED` chooses
 * others. A failure names the seed that repeats it alone: `MCALC_SEED=… MCALC_FUZZ=1`.
 */
const INPUTS = Number(process.env["MCALC_FUZZ"] ?? 4_000);
const FIRST = Number(process.env["MCALC_SEED"] ?? 1);

/** Runs a share of all inputs: the cheaper a kind is, the more of it. */
function each(share: number, run: (c: Choices) => void): void {
  const count = Math.max(1, Math.round(INPUTS * share));
  for (let seed = FIRST; seed < FIRST + count; seed++) {
    const start = performance.now();
    try {
      run(new Choices(seed));
    } catch (error) {
      throw new Error(
        `MCALC_SEED=${seed} MCALC_FUZZ=1: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        { cause: error },
      );
    }
    const took = performance.now() - start;
    assert.ok(took < 20_000, `MCALC_SEED=${seed} MCALC_FUZZ=1: took ${took.toFixed(0)} ms`);
  }
}

/** Everything that reading and checking promise of any text. */
function sound(document: MathDocument): void {
  const { text, formulas } = document;
  assert.ok(document.parsed <= document.spans);
  for (const f of formulas) {
    assert.ok(f.span.start >= 0 && f.span.start <= f.span.end && f.span.end <= text.length, "a formula lies outside");
    inferStatement(f.statement, f.scope, { tolerant: true });
    for (const e of expressions(f.statement)) printText(e);
  }
  const { problems } = checkDocument(document);
  for (const p of problems) {
    assert.ok(p.span.start >= 0 && p.span.start <= p.span.end && p.span.end <= text.length, `${p.code} lies outside`);
    assert.ok(
      p.message.length > 0 && p.message.length < 600 && !/internal|undefined is|\[object/.test(p.message),
      p.message.slice(0, 300),
    );
    for (const fix of p.fixes ?? [])
      for (const e of fix.edits) assert.ok(e.span.start >= 0 && e.span.end <= text.length, "a fix lies outside");
  }
}

describe("any input is answered", function () {
  this.timeout(0);

  it("bytes as expressions", () => each(0.44, (c) => void parseExpression(bytes(c))));

  it("bytes as documents", () =>
    each(0.1, (c) => {
      sound(readMcalc("file:///a.mcalc", 1, bytes(c, 120)));
      sound(readMarkdown("file:///a.md", 1, bytes(c, 120)));
    }));

  it("bytes between dollar signs", () =>
    each(0.25, (c) => void readMarkdown("file:///a.md", 1, `$${bytes(c)}$ and $$${bytes(c)}$$`)));

  it("expressions of .mcalc: what is printed reads back", () =>
    each(0.1, (c) => {
      const { expr, problems } = parseExpression(mcalcExpression(c));
      if (problems.length > 0) return;
      const text = printText(expr);
      const again = parseExpression(text);
      assert.deepEqual(again.problems, [], text);
      assert.equal(printText(again.expr), text);
    }));

  it("documents of .mcalc", () => each(0.02, (c) => sound(readMcalc("file:///a.mcalc", 1, mcalcDocument(c)))));

  it("derivatives", () =>
    each(0.03, (c) => {
      const given = ["x, y : R^n", "A, X : R^(n×n)", "w, a : R", "f(t) = t*t"];
      const order = 1 + c.below(2);
      const result = answer({ expr: mcalcExpression(c, 3), wrt: Array.from({ length: order }, () => "x"), given });
      if (!result.ok) assert.doesNotMatch(result.error.message, /internal|does not agree/);
    }));

  it("formulas of LaTeX", () => each(0.04, (c) => sound(readMarkdown("file:///a.md", 1, `$$${latexFormula(c)}$$`))));

  it("notes", () => each(0.01, (c) => sound(readMarkdown("file:///a.md", 1, markdownDocument(c)))));

  it("public notes with mistakes in them", function () {
    const notes = corpus();
    if (notes.length === 0) {
      console.log("      skipped: ../shared/corpus is not here");
      this.skip();
    }
    each(0.002, (c) => sound(readMarkdown("file:///a.md", 1, broken(c, c.of(notes)))));
  });

  it("edits: a document read again is what it would be read afresh", () =>
    each(0.005, (c) => {
      const isMcalc = c.chance(0.5);
      const read = isMcalc ? readMcalc : readMarkdown;
      let text = isMcalc ? mcalcDocument(c) : markdownDocument(c);
      let document = read("file:///a", 1, text);
      for (let version = 2; version < 8; version++) {
        const { start, end, insert } = edit(c, text);
        text = text.slice(0, start) + insert + text.slice(end);
        document = read("file:///a", version, text, document);
        assert.equal(digestOf(document), digestOf(read("file:///a", version, text)));
      }
    }));
});

describe("an answer is never wrong in silence", function () {
  this.timeout(0);

  it("random formulas are derived and verified, or refused by name", () =>
    each(0.01, (c) => {
      const { formulas } = readMcalc("file:///a", 1, `x, y : R^n\nA, X : R^(n×n)\nw : R\n${mcalcExpression(c, 3)}`);
      const last = formulas.at(-1)!;
      if (last.statement.kind !== "query") return;
      const result = derive({ expr: last.statement.expr, wrt: ["x"], scope: last.scope });
      if (result.ok) assert.ok(result.verified);
      else assert.ok(result.error.message.length > 0);
    }));
});
