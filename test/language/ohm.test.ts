import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import * as ohm from "ohm-js";
import { grammarPage } from "../../scripts/docs-grammar.mjs";
import { GRAMMARS, grammarNamed, recipeOf, rulesOf } from "../../scripts/grammars.mjs";
import { grammarOf, matcher, type Matched } from "../../server/language/ohm";
import { RECIPE as LATEX } from "../../server/language/latex/recipe";
import { RECIPE as MCALC } from "../../server/language/mcalc/recipe";

describe("the module that knows Ohm", () => {
  it("finds in Ohm's inside what it takes from there", () => {
    const grammar = matcher(ohm.grammar(`G { sum = number ("+" number)*  number = "n"+ }`));
    const leaf = (start: number): Matched => ({ rule: "_terminal", start, end: start + 1, children: [] });
    const iter = (start: number, end: number, ...children: Matched[]): Matched => ({ rule: "_iter", start, end, children }); // prettier-ignore
    const number = (start: number, end: number): Matched => ({
      rule: "number", start, end, children: [iter(start, end, ...Array.from({ length: end - start }, (_, i) => leaf(start + i)))],
    }); // prettier-ignore
    assert.deepEqual(grammar.match("n+nn+n", "sum"), {
      tree: {
        rule: "sum",
        start: 0,
        end: 6,
        children: [number(0, 1), iter(1, 6, leaf(1), leaf(4)), iter(1, 6, number(2, 4), number(5, 6))],
      },
    });
    assert.deepEqual(grammar.match("n+*", "sum"), { failedAt: 2 });
  });
});

describe("the grammars", () => {
  const recipes = new Map([["Mcalc", MCALC], ["Latex", LATEX]]); // prettier-ignore
  const alphabets = new Map([
    ["Mcalc", "nvdsghREF+-*/ok|^p'u()[]{},;:=%r_x"],
    ["Latex", "\u{100}\u{105}^_'{}()[]ji<>|NpqPQLRBEycuUFS"],
  ]);
  const starts = new Map([["Mcalc", ["expression", "declaration", "head"]], ["Latex", ["row"]]]); // prettier-ignore
  for (const { name } of GRAMMARS) {
    it(`${name}: what the build has compiled is the grammar as it stands`, () => {
      assert.deepEqual(recipes.get(name), recipeOf(name));
    });
    it(`${name}: with names for its tokens it reads as with characters`, () => {
      const [named, compiled] = [matcher(grammarNamed(name)), grammarOf(recipes.get(name)!)];
      const plain = (match: ReturnType<typeof named.match>): unknown => ("tree" in match ? withoutTokens(match.tree) : match); // prettier-ignore
      const word = fc.array(fc.constantFrom(...alphabets.get(name)!), { maxLength: 12 }).map((w) => w.join(""));
      fc.assert(
        fc.property(fc.constantFrom(...starts.get(name)!), word, (rule, text) => {
          assert.deepEqual(plain(named.match(text, rule)), plain(compiled.match(text, rule)));
        }),
        { numRuns: 400 },
      );
    });
  }
  it("are what docs/grammar.md shows; after a change: node scripts/docs-grammar.mjs", () => {
    const { page, pictures } = grammarPage();
    const docs = path.join(import.meta.dirname, "../../docs");
    assert.equal(readFileSync(path.join(docs, "grammar.md"), "utf8"), page);
    for (const [file, svg] of pictures) assert.equal(readFileSync(path.join(docs, "images/grammar", file), "utf8"), svg, file); // prettier-ignore
  });
});

/** Rules of tokens are in the place of what they match. */
function withoutTokens(node: Matched): Matched {
  const [only] = node.children;
  const isToken = TOKENS.has(node.rule) && node.children.length === 1 && only!.rule === "_terminal";
  return isToken ? only! : { ...node, children: node.children.map(withoutTokens) };
}
const TOKENS = new Set(GRAMMARS.flatMap(({ name }) => Object.keys(rulesOf(name).tokens)));
