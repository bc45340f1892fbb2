import assert from "node:assert/strict";
import { withNames } from "../../scripts/function-names";

/** Tables in Markdown are aligned by the formatter. */
const bare = (text: string): string => text.replace(/ +/g, " ").replace(/-{3,}/g, "---");

describe("the names of functions", () => {
  for (const { file, before, after } of withNames())
    it(`are those of the table in ${file.split("/").at(-1)!} (npx tsx scripts/function-names.ts)`, () =>
      assert.equal(bare(before), bare(after)));
});
