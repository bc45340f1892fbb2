import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Problem } from "../../server/core/problem";
import { readMcalc } from "../../server/documents/mcalc";
import { edited } from "../../server/features/repairLaw";
import { checkedDocument } from "../../server/rewriting/check";
import { difference, strictProblems } from "./meaning";

/** Files as people type them who know mathematics or another language, with what they mean. */
interface Case {
  readonly id: string;
  readonly text: string;
  readonly meaning: string;
}

const read = (name: string): unknown => JSON.parse(readFileSync(path.join(import.meta.dirname, name), "utf8"));
const cases = read("newcomer.json") as readonly Case[];
/** More of the kind: paper, LaTeX, NumPy, MATLAB, Julia, R, Mathematica, C++, sentences, slips. */
const more = read("people.json") as readonly Omit<Case, "id">[];

/** Files of which not all is understood: an undeclared `lambda` where a declared `c` is meant. */
const NOT_UNDERSTOOD = new Set(["o-hidden-ones"]);

const problemsOf = (text: string): readonly Problem[] =>
  checkedDocument(readMcalc("test", 1, text)).problems.filter(
    (p) => p.severity === "error" || p.severity === "warning",
  );

/** The text after the first repair of each problem, one after the other, to the end. */
function repaired(text: string): string {
  for (let i = 0; i < 12; i++) {
    const fix = problemsOf(text).flatMap((p) => p.fixes?.[0] ?? [])[0];
    if (fix === undefined) return text;
    text = edited(text, fix.edits);
  }
  return text;
}

const lineOf = (text: string, p: Problem): number => text.slice(0, p.span.start).split("\n").length;

describe("what people type who do not know the language", () => {
  for (const { id, text, meaning } of cases) {
    if (NOT_UNDERSTOOD.has(id)) continue;
    it(`${id} is repaired into what it means`, () => {
      const after = repaired(text);
      assert.equal(difference(after, meaning), undefined, after);
      assert.deepEqual(strictProblems(after).map((p) => p.message), []);
    }); // prettier-ignore
    it(`${id}: the whole file at once is the same`, () => {
      const whole = problemsOf(text).flatMap((p) => p.fixes?.filter((f) => f.title === "Rewrite the whole file") ?? [])[0];
      if (whole !== undefined) assert.equal(difference(repaired(edited(text, whole.edits)), meaning), undefined);
    }); // prettier-ignore
  }
  it("and more of the kind", () => {
    const wrong = more.flatMap(({ text, meaning }) => {
      const after = repaired(text);
      const left = strictProblems(after).map((p) => p.message);
      return difference(after, meaning) === undefined && left.length === 0 ? [] : [{ text, after, left }];
    });
    assert.deepEqual(wrong, []);
  });
  it("one mistake, one message", () => {
    let messages = 0;
    let lines = 0;
    for (const { text } of cases) {
      const problems = problemsOf(text);
      messages += problems.length;
      lines += new Set(problems.map((p) => lineOf(text, p))).size;
    }
    assert.ok(messages / lines < 1.05, `${messages} messages on ${lines} lines`);
  });
  it("a prime on a number that is defined is a derivative", () => {
    const above = "c : R\nx : R^n\nf = c^2\ny = c*x\n";
    assert.equal(repaired(`${above}f'(c) == 2*c\n`), `${above}d(f)/d(c) == 2*c\n`);
    assert.equal(repaired(`${above}y'(x)\n`), `${above}y'*x\n`);
  });
  it("a number that no number can hold is not rewritten into 0 or a fraction by it", () => {
    for (const line of ["1e-400 a == 0 a", "2 a^1e400"]) assert.equal(repaired(`a : R\n${line}\n`), `a : R\n${line}\n`);
  });
  it("names side by side are no new name, and a sum is no matrix", () => {
    const messagesOf = (text: string): string[] => problemsOf(text).map((p) => p.message);
    assert.deepEqual(messagesOf("A : R^(m×n)\nB : R^(n×p)\ntr(AB)\n"), [
      "Read as `tr(A*B)`, this does not fit: `tr(A*B)` needs a square matrix, but `A*B` is m×p.",
    ]);
    assert.deepEqual(messagesOf("y, p : R^n\nL = -Σ y log p\n"), [
      "This line is not understood: `Σ` may be a sum or a matrix: write `sum(…)`, or declare it above.",
    ]);
    assert.deepEqual(messagesOf("x : R^n\nA : R^(n×n)\ngrad(x'Ax) = 2Ax\n"), [
      "Read as what it seems to mean, this line has a mistake: this derivative holds only if A is symmetric; in general it should be (A + A')*x.",
    ]);
  });
  it("what is not understood is not repaired into something else", () => {
    for (const { id, text, meaning } of cases.filter((c) => NOT_UNDERSTOOD.has(c.id))) {
      const after = repaired(text);
      assert.ok(after === text || strictProblems(after).length > 0 || difference(after, meaning) === undefined, id);
    }
  });
});
