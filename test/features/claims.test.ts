import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { readMarkdown } from "../../server/documents/markdown";
import { claimList, claimsOfNoteText, claimsOfText } from "../../server/features/claims";
import { DEFAULTS } from "../../server/features/settings";
import type { Snapshot } from "../../server/features/snapshot";
import { readText, snapshotFrom, snapshotOf } from "./kit";

const EXAMPLES = path.join(__dirname, "../../examples");

const MCALC = `# Quadratic forms
A : R^(n×n)
x : R^n
d(x'*A*x)/d(x) == (A + A')*x

# A mistake
d(x'*A*x)/d(x) == 2*A*x
d(tr(A))/d(A) == ones(n,n)
# mcalc: ignore
d(x'*x)/d(x) == x
`;

const NOTE = `# Notes

Let $A \\in \\mathbb{R}^{n \\times n}$ and $x \\in \\mathbb{R}^n$.

## Gradients

$$\\frac{\\partial}{\\partial x} x^\\top A x = (A + A^\\top) x$$

### Deeper

$$\\frac{\\partial}{\\partial x} x^\\top A x = (A - A^\\top) x$$

## Unread

$$\\begin{tikzcd} A \\arrow \\end{tikzcd}$$
`;

const listed = (text: string): Snapshot => ({ document: readText(text), settings: DEFAULTS });
const note = (): Snapshot => ({ document: readMarkdown("file:///note.md", 1, NOTE), settings: DEFAULTS });

describe("the list of claims", () => {
  it("has the claims of a .mcalc text under the comments that open their paragraphs", () => {
    const { sections, claims } = claimList(listed(MCALC));
    assert.deepEqual(sections.map((s) => s.title), ["Quadratic forms", "A mistake"]); // prettier-ignore
    assert.deepEqual(
      claims.map((c) => [c.section, c.label, c.verdict]),
      [
        [0, "d(x'*A*x)/d(x) == (A + A')*x", undefined],
        [1, "d(x'*A*x)/d(x) == 2*A*x", undefined],
        [1, "d(tr(A))/d(A) == ones(n,n)", undefined],
        [1, "d(x'*x)/d(x) == x", undefined],
      ],
    );
  });

  it("is the same whether a .mcalc text is read or only looked through", () => {
    for (const file of readdirSync(EXAMPLES).filter((f) => f.endsWith(".mcalc"))) {
      const text = readFileSync(path.join(EXAMPLES, file), "utf8");
      const { sections, claims } = claimList(listed(text));
      assert.deepEqual(claimsOfText(text), { sections, claims, unread: [] }, file);
    }
  });

  it("has the same places and sections where a note is only looked through", () => {
    const places = ({ sections, claims }: ReturnType<typeof claimList>): unknown => [sections, claims.map((c) => [c.span, c.section])]; // prettier-ignore
    assert.deepEqual(places(claimsOfNoteText(NOTE)), places(claimList(note())));
  });

  const seen: [formula: string, claims: string[]][] = [
    ["\\nabla_x \\left( x^\\top x \\right) = 2x .", ["\\nabla_x ( x^\\top x ) = 2x"]],
    ["\\begin{aligned} f &= x^2 + x \\\\ &= x(x + 1) \\end{aligned}", ["x(x + 1)"]],
    // A name for a derivative, a condition, a value, an integral.
    ["J = \\frac{\\partial y}{\\partial x}", []],
    ["\\frac{\\partial L}{\\partial w} = 0", []],
    ["a = 3", []],
    ["\\int_0^1 f'(x) dx = g'(1) - g'(0)", []],
  ];
  for (const [formula, claims] of seen)
    it(`sees ${claims.length === 0 ? "no claim" : "a claim"} in ${formula}`, () =>
      assert.deepEqual(claimsOfNoteText(`$$${formula}$$\n`).claims.map((c) => c.label), claims)); // prettier-ignore

  it("says of each, once it is judged, how it stands and what it should be", () => {
    const [right, condition, wrong, suppressed] = claimList(snapshotOf(MCALC)).claims.map((c) => c.verdict!);
    assert.deepEqual(right, { status: "proved" });
    assert.equal(condition!.status, "conditional");
    assert.match(condition!.message!, /holds only if A is symmetric/);
    assert.equal(wrong!.status, "wrong");
    assert.deepEqual([wrong!.actual, wrong!.expected], ["ones(n,n)", "eye(n)"]);
    assert.deepEqual(suppressed, { status: "suppressed" });
  });

  it("has the sections of a note in one another, formulas as people read them, and what was not read", () => {
    const { sections, claims, unread } = claimList(note());
    assert.deepEqual(sections.map((s) => [s.title, s.parent]), [["Notes", undefined], ["Gradients", 0], ["Deeper", 1], ["Unread", 0]]); // prettier-ignore
    assert.deepEqual(claims.map((c) => [c.section, c.label]), [[1, "∂(xᵀAx)/∂x = (A + Aᵀ)x"], [2, "∂(xᵀAx)/∂x = (A − Aᵀ)x"]]); // prettier-ignore
    assert.deepEqual(unread.map((s) => NOTE.slice(s.start, s.start + 16)), ["$$\\begin{tikzcd}"]); // prettier-ignore
  });

  it("is the same before and after the claims are judged, where every equation is about derivatives", () => {
    const before = claimList(note());
    const after = claimList(snapshotFrom(note().document));
    const places = (list: typeof before): unknown => list.claims.map((c) => [c.span, c.label, c.section]);
    assert.deepEqual(places(after), places(before));
    assert.deepEqual(after.claims.map((c) => c.verdict?.status), ["proved", "wrong"]); // prettier-ignore
    assert.match(after.claims[1]!.verdict!.message!, /should be/);
  });
});
