import assert from "node:assert/strict";
import { type Distance, Passages } from "../../server/documents/passages";

const NOTE = `Before all headings, $a$.

# Notes

For all parts, $b$.

## One

First $c$. Then $d$.

Suppose that $e$ is so.

- an item with $f$
- another with $g$

\`\`\`python
# not a heading
\`\`\`

Later $h$.

## Example: another

Here $i$.

### Its part

There $j$.

## Two

At last $k$.

**Proposition 1.** There $l$.

**Proposition 2.** And there $m$.

---

Behind a rule $n$.
`;
const at = (letter: string): number => NOTE.indexOf(`$${letter}$`);

describe("how far what is said is from where it is used", () => {
  const places = Passages.of({ words: NOTE });
  const table: readonly (readonly [from: string, to: string, distance: Distance])[] = [
    ["c", "c", "sentence"],
    ["c", "d", "paragraph"],
    ["c", "e", "section"],
    ["f", "g", "section"],
    ["c", "h", "section"],
    // What the sections around say before their parts begin is said for these.
    ["a", "k", "above"],
    ["b", "c", "above"],
    ["c", "k", "elsewhere"],
    // An example has letters of its own, also for its parts.
    ["i", "j", "elsewhere"],
    ["i", "k", "elsewhere"],
    // What is no heading heads a part too.
    ["k", "m", "above"],
    ["l", "m", "elsewhere"],
    ["m", "n", "elsewhere"],
  ];
  for (const [from, to, distance] of table)
    it(`${from} and ${to}: ${distance}`, () => assert.equal(places.distance(at(from), at(to)), distance));

  it("some words open a case that ends with its paragraph", () => {
    assert.ok(places.opensCase(at("e")));
    assert.ok(!places.opensCase(at("d")));
  });
  it("items of a list are places of their own", () => {
    assert.ok(places.inDifferentItems(at("f"), at("g")));
    assert.ok(!places.inDifferentItems(at("f"), at("h")));
    assert.ok(!places.inDifferentItems(at("c"), at("d")));
  });
  it("examples are sections of their own", () => {
    assert.ok(places.isOwn(at("j")));
    assert.ok(!places.isOwn(at("k")));
  });
});

describe("the words around a formula", () => {
  const table: readonly (readonly [text: string, lead: string, tail: string])[] = [
    ["Nothing here. If all is well, $F$ holds for them. More.", "If all is well,", "holds for them"],
    ["The gradient is\n\n$$F$$\n\nwhere $x$ is a number. More.", "The gradient is", "where x is a number"],
    ["It was said. $F$ is so.", "It was said.", "is so"],
  ];
  for (const [text, lead, tail] of table)
    it(text, () => {
      const places = Passages.of({ words: text });
      const start = text.search(/\$\$?F/);
      const end = /F\$\$?/.exec(text)!;
      assert.equal(places.lead(start), lead);
      assert.equal(places.tail(end.index + end[0].length), tail);
    });
});
