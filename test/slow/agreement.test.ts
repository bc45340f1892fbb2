import assert from "node:assert/strict";
import { answer } from "../../server/tools/question";
import { type Judged, judgedAsNote, judgedAsText } from "../support/agreement";
import { derivedQuestions } from "../support/derivedQuestions";
import { Choices } from "./generators";

/**
 * Of each set a third is tried, another one for another `MCALC_SEED`; `MCALC_CASES=all` tries them all, in some minutes.
 */
const SHARE = process.env["MCALC_CASES"] === "all" ? 1 : 1 / 3;
const SEED = Number(process.env["MCALC_SEED"] ?? 1);

const WAYS: Readonly<Record<string, typeof judgedAsText>> = { "in .mcalc": judgedAsText, "in a note": judgedAsNote };

describe("what is derived is judged right", function () {
  this.timeout(0);
  for (const [what, all] of Object.entries(derivedQuestions())) {
    const choices = new Choices(SEED);
    const questions = all.filter(() => choices.chance(SHARE));
    for (const [way, judge] of Object.entries(WAYS))
      it(`${what}, ${way}`, function () {
        if (questions.length === 0) this.skip();
        const open: string[] = [];
        let answered = 0;
        for (const q of questions) {
          const a = answer(q);
          if (!a.ok) continue;
          answered++;
          const { status, text, told }: Judged = judge(q, a);
          assert.ok(status !== "wrong" && status !== "conditional", `${q.id}: ${told.join("; ")}\n${text}`);
          if (status !== "proved" && status !== "verified") open.push(`${q.id}: ${status}`);
        }
        assert.ok(open.length <= 0.03 * answered + 1, `of ${answered}: ${open.join(", ")}`);
      });
  }
});
