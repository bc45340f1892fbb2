import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readMarkdown } from "../../../server/documents/markdown";
import { SPELLINGS } from "../../../server/language/latex/spellings";
import { expressions } from "../../../server/language/statement";
import { OPERATORS } from "../../../server/operators";

const KNOWN = String.raw`$A, B \in \mathbb{R}^{n \times n}$, $M \in \mathbb{R}^{m\times n}$, $x, y \in \mathbb{R}^n$, $c \in \mathbb{R}$, $S \succ 0$.`;
/** Arguments to try: an operator must be read with one of them. */
const ARGUMENTS = [
  ["A", "B"],
  ["x", "y"],
  ["c", "2"],
  ["n", "m"],
  ["A", "2"],
  ["m", "n"],
  ["A", "c"],
  ["m \\times n", ""],
];

describe("spellings of operators in LaTeX", () => {
  it("every operator of the table has one, and no other has", () => {
    assert.deepEqual(Object.keys(SPELLINGS).sort(), OPERATORS.map((o) => o.name).sort());
  });
  for (const [op, ways] of Object.entries(SPELLINGS))
    for (const way of ways)
      it(`${way} is ${op}`, () => {
        const found = ARGUMENTS.some(([a, b]) => {
          const latex = way.replaceAll("#1", a!).replaceAll("#2", b!);
          const formula = readMarkdown("note.md", 1, `${KNOWN}\n\n$$${latex}$$\n`).formulas.at(-1)!;
          const [e] = expressions(formula.statement);
          return formula.region?.display === true && e?.kind === "apply" && e.op === op;
        });
        assert.ok(found);
      });
});
