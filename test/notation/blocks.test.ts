import assert from "node:assert/strict";
import { blocksOf, clashInWords, clashText, drawBlocks } from "../../server/notation/blocks";
import { printUnicode } from "../../server/notation";
import { parseStatement } from "../../server/language/mcalc/statements";
import { inferStatement } from "../../server/shapes/statement";
import { scopeOf } from "../checking/scope";

const SCOPE = scopeOf("A : R^(m×n)", "B : R^(n×p)", "x : R^m", "y : R^n", "P : R^(3×4)", "Q : R^(5×2)", "c : R");
const COLOURS = { text: "#3b3b3b", clash: "#b01011" };

function blocks(statement: string) {
  const [problem] = inferStatement(parseStatement(statement).statement, SCOPE).problems;
  assert.ok(problem?.clash !== undefined, statement);
  return blocksOf(problem.clash, (e) => printUnicode(e));
}

describe("shapes that do not fit", () => {
  const cases: readonly (readonly [statement: string, words: string])[] = [
    ["z = A*x", "A is m×n and x is m×1: n ≠ m"],
    ["z = x*y", "x is m×1 and y is n×1: 1 ≠ n"],
    ["z = A'*x + B", "Aᵀx is n×1 and B is n×p: 1 ≠ p"],
    ["z = A + B", "A is m×n and B is n×p: m ≠ n, n ≠ p"],
    ["z = P*Q", "P is 3×4 and Q is 5×2: 4 ≠ 5"],
    ["z = A + c", "A is m×n and c is a scalar: m ≠ 1, n ≠ 1"],
    ["z = inv(A)", "A is m×n: m ≠ n"],
    ["A*y == B", "Ay is m×1 and B is n×p: m ≠ n, 1 ≠ p"],
  ];
  for (const [statement, words] of cases)
    it(`${statement}: ${words}`, () => assert.equal(clashInWords(blocks(statement)), words));

  it("are drawn as blocks, equal dimensions equally long, the clashing sides marked", () => {
    const { svg } = drawBlocks(blocks("z = A*x"), 10, COLOURS);
    const rects = [...svg.matchAll(/<rect [^>]*width="([\d.]+)" height="([\d.]+)"/g)].map(([, w, h]) => [Number(w), Number(h)]);
    // Both are m high; A is n wide, x is 1 wide.
    assert.deepEqual(rects, [[46, 32], [7, 32]]);
    assert.equal(svg.match(/stroke="#b01011"/g)?.length, 2);
    assert.match(svg, /fill="#b01011" font-weight="bold">n ≠ m</);
  }); // prettier-ignore

  it("hold nothing but shapes and words, within their bounds", () => {
    for (const [statement] of cases) {
      const { svg, width, height } = drawBlocks(blocks(statement), 14, COLOURS);
      assert.deepEqual(
        new Set([...svg.matchAll(/<(\w+)/g)].map((m) => m[1])),
        new Set(["svg", "rect", "path", "text"]),
      );
      for (const [, x, y, w, h] of svg.matchAll(
        /<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g,
      )) {
        assert.ok(Number(x) >= 0 && Number(y) >= 0, statement);
        assert.ok(Number(x) + Number(w) <= width && Number(y) + Number(h) <= height, statement);
      }
    }
  });

  it("are named after what stands there, made safe", () => {
    const unsafe = { parts: [{ ...blocks("z = A*x").parts[0]!, name: '<a href="x">' }], sign: "" };
    assert.doesNotMatch(drawBlocks(unsafe, 14, COLOURS).svg, /<a/);
    assert.equal(clashText(unsafe), "m ≠ n");
  });
});
