import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { Matched } from "../../../server/language/matched";
import { type Form, formOf, rowForm } from "../../../server/language/mcalc/forms";
import { laws } from "../../support/laws";
import { damaged } from "../damaged";

const LAWS = laws(100);

/** Rows of token kinds as the grammar has them. */
const { row } = fc.letrec<{ row: string; operand: string; primary: string }>((tie) => ({
  row: fc
    .tuple(tie("operand"), fc.array(fc.tuple(fc.constantFrom(..."+-*/ok|"), tie("operand")), { maxLength: 3 }))
    .map(([first, rest]) => first + rest.map(([sign, operand]) => sign + operand).join("")),
  operand: fc
    .tuple(
      fc.constantFrom("", "", "-"),
      tie("primary"),
      fc.constantFrom("", "", "'", "u", "^n", "^-v", "p(n+v)", "[v,:]"),
    )
    .map((parts) => parts.join("")),
  primary: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom("v", "n", "x", "R", "_"),
    tie("row").map((r) => `(${r})`),
    tie("row").map((r) => `v(${r})`),
    fc.tuple(tie("row"), tie("row")).map(([a, b]) => `v'(${a},${b})`),
    fc.tuple(tie("row"), tie("row")).map(([a, b]) => `[${a},${b};${b},${a}]`),
    fc.tuple(tie("row"), tie("row")).map(([a, b]) => `s(v=${b}r${b},${a})`),
    fc.tuple(tie("row"), tie("row")).map(([a, b]) => `d(${a})/d(${b})`),
    fc.tuple(tie("row"), tie("row")).map(([a, b]) => `d(${a})/(d(${b})*d(v))`),
    fc.tuple(tie("row"), tie("row")).map(([a, b]) => `g(${a},${b})`),
    tie("row").map((r) => `v[${r},:]`),
  ),
}));

const broken = damaged(row, "+-*/'^()[],;:=rEvn_");

const written = ({ rule, start, end, children }: Matched): string =>
  `${rule}[${start},${end}](${children.map(written).join(" ")})`;
const shown = (form: Form): string => ("failedAt" in form ? `fails at ${form.failedAt}` : written(form.tree));
const inParts = (kinds: string, long: number): string => shown(rowForm(kinds, long));
const whole = (kinds: string): string => inParts(kinds, Infinity);

describe("a row that is matched part by part", () => {
  for (const long of [3, 8])
    it(`has the tree of one match (parts of ${long} tokens)`, () => {
      fc.assert(
        fc.property(row, (kinds) => assert.equal(inParts(kinds, long), whole(kinds))),
        LAWS,
      );
    });

  it("fails where one match fails", () => {
    fc.assert(
      fc.property(broken, fc.constantFrom(3, 8), (kinds, long) => assert.equal(inParts(kinds, long), whole(kinds))),
      LAWS,
    );
  });

  it("is any long one", () => {
    const terms = Array.from({ length: 200 }, () => "v(n*x)").join("+");
    for (const kinds of [terms, `v(${terms})`, `v([${terms}])`, `${terms}+`])
      assert.equal(shown(formOf(kinds, "expression")), whole(kinds));
  });
});
