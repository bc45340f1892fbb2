import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { answer, readQuestion } from "../../server/tools/question";
import { REQUEST_STEPS, spend, stepsLeft, withBudget } from "../../server/core/budget";
import { readMarkdown } from "../../server/documents/markdown";
import { readMcalc } from "../../server/documents/mcalc";
import { printText } from "../../server/language/print";
import { generateCode } from "../../server/notation/code";
import { DOCUMENTS, QUESTIONS } from "./hostileInputs";

/** More than any test spends: what is left of it tells what was spent. */
const COUNTED = 1e12;

/** One sentence or two, for people: no stack, no dump of the input. */
function assertReadable(message: string): void {
  assert.ok(message.length > 0 && message.length < 400, message.slice(0, 400));
  assert.doesNotMatch(message, /\n|\bat \w+ \(|undefined|\[object|NaN/);
}

describe("hostile questions", () => {
  for (const q of QUESTIONS)
    it(q.name, () => {
      const { result, spent } = withBudget(COUNTED, () => {
        const result = answer(q);
        return { result, spent: COUNTED - stepsLeft() };
      });
      assert.ok(spent <= REQUEST_STEPS + 5_000, `${spent} steps`);
      if (result.ok) assert.ok(q.mayAnswer === true && result.verified && printText(result.expr).length < 50_000);
      else {
        assertReadable(result.error.message);
        if (q.mayAnswer !== true)
          assert.ok(result.error.code === "too-large" || result.error.code === "syntax", result.error.code);
      }
    });
});

describe("code of hostile formulas", () => {
  for (const q of QUESTIONS.filter((q) => q.mayAnswer === true && q.expr.length < 20_000))
    it(q.name, () => {
      const read = readQuestion(q);
      if (!read.ok) return;
      const code = generateCode({ expr: read.expr, derivatives: [], scope: read.scope, target: "numpy" });
      if (!code.ok) assertReadable(code.error.message);
    });
});

describe("hostile documents", () => {
  for (const d of DOCUMENTS)
    it(`${d.name} (${d.language})`, () => {
      const document =
        d.language === "mcalc" ? readMcalc("file:///a", 1, d.text) : readMarkdown("file:///a", 1, d.text);
      const { problems, claims } = checkDocument(document);
      for (const p of problems) {
        assertReadable(p.message);
        assert.ok(p.span.start >= 0 && p.span.start <= p.span.end && p.span.end <= d.text.length);
      }
      for (const c of claims) assertReadable(c.status);
    });
});

describe("a budget", () => {
  it("ends work that goes on for too long", () => {
    assert.throws(
      () =>
        withBudget(100, () => {
          for (;;) withBudget(10, () => spend(3));
        }),
      /too much work/,
    );
  });

  it("is of no effect where there is none", () => {
    assert.equal(stepsLeft(), Infinity);
  });
});
