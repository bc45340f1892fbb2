import assert from "node:assert/strict";
import { type GenreName, GENRES, type Stated } from "../../server/checking/evidence/genres";
import type { Expr } from "../../server/core/ast";
import { name, num } from "../../server/core/ast";

const stated = (s: Partial<Stated>): Stated => ({
  source: "a = b",
  sides: [{ kind: "call", name: "f", primes: 0, args: [name("a")] }, name("b")],
  isFirst: false,
  lead: "",
  tail: "",
  note: "",
  ...s,
});
const two: readonly Expr[] = [num(2), num(3)];

describe("what a statement may be beside a claim", () => {
  const table: readonly (readonly [genres: readonly GenreName[], of: Partial<Stated>])[] = [
    [[], { lead: "The gradient is" }],
    [["condition"], { lead: "Assume that" }],
    [["condition"], { lead: "A minimum implies" }],
    [["condition behind"], { tail: ", for all x with x > 0" }],
    [["substitution"], { lead: "Plugging the numbers in, we get" }],
    [["quotation"], { lead: "A common mistake is" }],
    [["quotation"], { tail: "is wrong" }],
    [["to be shown"], { lead: "Prove that" }],
    [["denial"], { source: "AB \\neq BA" }],
    [["assignment"], { source: "w \\leftarrow w - g" }],
    [["arithmetic"], { sides: two }],
    [["arithmetic", "rounded"], { sides: [num(2), num(3.14)] }],
    [["definition"], { sides: [name("a"), name("b")], isFirst: true }],
    [["list"], { source: "a = 1, \\quad b = 2" }],
    [["columns"], { source: "a &= 1 & b &= 2" }],
    [[], { source: "a &= \\begin{bmatrix} 1 & 2 & 3 \\end{bmatrix}" }],
    [["words"], { source: "a = 2 \\text{ metres}" }],
    [["another algebra"], { note: "The wedge of two differential forms." }],
    [["complex numbers"], { sides: [name("i"), name("b")], note: "Complex numbers." }],
  ];
  for (const [genres, of] of table)
    it(`${genres.join(", ") || "nothing else"}: ${JSON.stringify(of)}`, () =>
      assert.deepEqual(
        GENRES.filter((g) => g.is(stated(of))).map((g) => g.name),
        genres,
      ));
});
