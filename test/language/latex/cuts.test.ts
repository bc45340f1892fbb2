import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { buildRow } from "../../../server/language/latex/build";
import type { LatexToken } from "../../../server/language/latex/tokens";
import { laws } from "../../support/laws";
import { damaged } from "../damaged";

const LAWS = laws(200);

/** Rows of kinds of tokens as the grammar has them. */
const { row } = fc.letrec<{ row: string; item: string; argument: string }>((tie) => ({
  row: fc.array(tie("item"), { maxLength: 5 }).map((items) => items.join("")),
  item: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("a", "a", "n", "s", "r", "b", "w", "d", "Y", ",", "a'", "|", "N_a"),
    fc.tuple(tie("item"), fc.constantFrom("^", "_"), tie("argument")).map((parts) => parts.join("")),
    fc
      .tuple(fc.constantFrom("()", "[]", "(]", "{}", "ji", "<>", "BE", "LR", "||", "NN", "pq", "PQ"), tie("row"))
      .map(([b, r]) => `${b[0]}${r}${b[1]}`),
    fc.tuple(fc.constantFrom("y", "c", "u", "S", "S[n]"), tie("argument")).map((parts) => parts.join("")),
    fc.tuple(fc.constantFrom("U", "F"), tie("argument"), tie("argument")).map((parts) => parts.join("")),
  ),
  argument: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("a", "n", "s", "b"),
    tie("row").map((r) => `{${r}}`),
    fc.tuple(fc.constantFrom("y", "c", "S", "S[a]"), tie("argument")).map((parts) => parts.join("")),
    fc.tuple(tie("argument"), tie("argument")).map(([a, b]) => `F${a}${b}`),
  ),
}));

const broken = damaged(row, "ans^_'{}()[]|NFScyU<>jiBELR");

const tokens = (kinds: string): LatexToken[] =>
  [...kinds].map((kind, i) => ({ kind, value: kind, text: kind, start: i, end: i + 1, spaced: false }));
const read = (kinds: string, long: number): string => JSON.stringify(buildRow(tokens(kinds), long) ?? "unread");

describe("a row of LaTeX that is matched part by part", () => {
  for (const [name, rows] of [
    ["well written", row],
    ["badly written", broken],
  ] as const)
    it(`has the pieces of one match, ${name}`, () => {
      fc.assert(
        fc.property(rows, fc.constantFrom(1, 3, 8), (kinds, long) =>
          assert.equal(read(kinds, long), read(kinds, Infinity)),
        ),
        LAWS,
      );
    });

  it("is any long one", () => {
    const sums = "b_{arn}^{a}".repeat(60);
    assert.equal(JSON.parse(read(`${sums}a`, 64)).length, 61);
    assert.equal(read(`${sums}a`, 64), read(`${sums}a`, Infinity));
  });
});
