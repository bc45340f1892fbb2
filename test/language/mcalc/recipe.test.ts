import assert from "node:assert/strict";
import { GRAMMAR } from "../../../server/language/mcalc/grammar";
import { RECIPE } from "../../../server/language/mcalc/recipe";
import { recipeModule } from "../../../server/language/recipe";

describe("the compiled grammar of .mcalc", () => {
  it("is the grammar as it stands (otherwise: npx tsx scripts/recipes.ts)", () => {
    assert.ok(recipeModule(GRAMMAR).includes(JSON.stringify(RECIPE)));
  });
});
