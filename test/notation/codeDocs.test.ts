import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { codePage, PAGE } from "../../scripts/docs-code";

it("docs/code.md shows what the generator writes (npx tsx scripts/docs-code.ts)", () => {
  const page = readFileSync(PAGE, "utf8");
  assert.equal(page, codePage(page));
});
