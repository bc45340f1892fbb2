import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readMarkdown } from "../../server/documents/markdown";
import { deriveBelow } from "../../server/features/derive";
import { hover } from "../../server/features/hover";
import { targetAt } from "../../server/features/target";
import { noTurn } from "../../server/features/turn";
import { snapshotFrom } from "./kit";

const GIVEN = "Let $x \\in \\mathbb{R}^n$, $w \\in \\mathbb{R}^d$, $X \\in \\mathbb{R}^{n \\times d}$, $y \\in \\mathbb{R}^n$, $A \\in \\mathbb{R}^{n \\times n}$, $\\lambda \\in \\mathbb{R}$.\n\n"; // prettier-ignore

const note = (text: string) => snapshotFrom(readMarkdown("file:///n.md", 1, text));

describe("what is derived, shown and judged in a note is the same", () => {
  const cases: [definition: string, claim: string, shown: string, variable: string, inserted: string][] = [
    ["f(x) = x^\\top x", "\\frac{\\partial f}{\\partial x} = 2x", "2x", "x", "\\nabla f(x) = 2x"],
    ["f(x) = x^\\top x", "\\frac{df}{dx} = 2x", "2x", "x", "\\nabla f(x) = 2x"],
    ["f(x) = x^\\top x", "\\nabla f(x) = 2x", "2x", "x", "\\nabla f(x) = 2x"],
    ["f(x) = x^\\top x", "\\nabla_x f = 2x", "2x", "x", "\\nabla f(x) = 2x"],
    ["f(x) = x^\\top A x", "\\nabla^2 f(x) = A + A^\\top", "A + Aᵀ", "x", "\\nabla f(x) = (A + A^\\top)x"],
    ["L(w) = \\|Xw - y\\|^2", "\\nabla_w L = 2X^\\top(Xw - y)", "2Xᵀ(Xw − y)", "w", "\\nabla L(w) = 2X^\\top(Xw - y)"],
    ["L = \\|Xw - y\\|^2", "\\nabla_w L = 2X^\\top(Xw - y)", "2Xᵀ(Xw − y)", "w", "\\frac{\\partial L}{\\partial w} = 2X^\\top(Xw - y)"],
    ["g = \\operatorname{tr}(A + \\lambda I)", "\\frac{\\partial g}{\\partial \\lambda} = n", "n", "lambda", "\\frac{\\partial g}{\\partial \\lambda} = n"],
    ["g(\\lambda) = \\operatorname{tr}(A + \\lambda I)", "\\frac{dg}{d\\lambda} = n", "n", "lambda", "\\frac{\\partial g(\\lambda)}{\\partial \\lambda} = n"],
  ]; // prettier-ignore
  for (const [definition, claim, shown, variable, inserted] of cases)
    it(`${definition}, ${claim}`, async () => {
      const text = `${GIVEN}$$\n${definition}\n$$\n\n$$\n${claim}\n$$\n`;
      const snapshot = note(text);
      assert.match(snapshot.checked!.claims.at(-1)!.status, /proved|verified/);
      const said = await hover(snapshot, text.indexOf(claim) + 3, undefined, noTurn);
      assert.deepEqual([said?.rows.map((r) => r.right), said?.refusal], [[shown], undefined]);

      const alone = `${GIVEN}$$\n${definition}\n$$\n`;
      const before = note(alone);
      const at = alone.indexOf(definition) + definition.length - 1;
      const derived = await deriveBelow(before, targetAt(before, { start: at, end: at })!, variable, 1, noTurn);
      assert.ok(derived.ok && derived.insertion !== undefined);
      assert.equal(derived.statement, inserted);
      const { offset, text: added } = derived.insertion;
      const after = note(alone.slice(0, offset) + added + alone.slice(offset)).checked!;
      assert.match(after.claims.at(-1)!.status, /proved|verified/);
      assert.deepEqual(after.findings, []);
    });
});
