import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { compared, type Loss, lengths } from "../../bench/lengths";

const losses = JSON.parse(readFileSync("test/cases/losses.json", "utf8")) as Loss[];

describe("gradients of losses from papers are as short as by hand", () => {
  for (const [known, how] of [
    [false, "with the definitions of the loss"],
    [true, "with the author's names for gradients"],
  ] as const)
    it(how, () => {
      const all = lengths(losses, known);
      assert.deepEqual(all.filter((l) => Number.isNaN(l.found)), []); // prettier-ignore
      const { whole, median } = compared(all);
      assert.ok(whole <= 1.05 && median <= 1, `${whole} in all, median ${median}`);
    });
});
