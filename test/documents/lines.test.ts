import assert from "node:assert/strict";
import fc from "fast-check";
import { Lines } from "../../server/documents/lines";
import { PersistentMap } from "../../server/documents/persistent";
import { laws } from "../support/laws";

describe("the lines of a text", () => {
  const texts = fc
    .array(fc.constantFrom("a", "\n", "\n", " ", "b c", "\n\n"), { maxLength: 30 })
    .map((parts) => `x${parts.join("")}x`);
  it("are counted as when the text between two places is cut up", () =>
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), (text, a, b) => {
        const [from, to] = [a % text.length, b % text.length].sort((x, y) => x - y) as [number, number];
        const lines = new Lines(text);
        assert.equal(lines.between(from, to), text.slice(from, to).split("\n").length - 1);
        if (/\s/.test(text[from]!)) return;
        const breaks = text.slice(from, to).match(/\n(?:[ \t]*\n)+/g)?.length ?? 0;
        assert.equal(lines.breaksBetween(from, to), Math.min(breaks, 2));
      }),
      laws(300),
    ));
});

describe("a map that shares with others", () => {
  const changes = fc.array(fc.tuple(fc.constantFrom(..."abcdefgh", "Aa", "BB"), fc.option(fc.nat(3))), {
    maxLength: 40,
  });
  const after = (m: PersistentMap<number>, all: readonly (readonly [string, number | null])[]): PersistentMap<number> =>
    all.reduce((map, [key, value]) => (value === null ? map.delete(key) : map.set(key, value)), m);
  it("tells in which entries it differs from another", () =>
    fc.assert(
      fc.property(changes, changes, changes, (base, one, other) => {
        const common = after(PersistentMap.empty<number>(), base);
        const [a, b] = [after(common, one), after(common, other)];
        const keys = new Set([...a.keys(), ...b.keys()]);
        const differing = [...keys].filter((k) => a.get(k) !== b.get(k));
        assert.deepEqual([...a.differing(b)].sort(), differing.sort());
      }),
      laws(300),
    ));
});
