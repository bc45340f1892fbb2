/**
 * Compiles the Ohm grammars to recipes, which load in a thirtieth of the time (`npx tsx scripts/recipes.ts`).
 * A test compares the recipes with the grammars.
 */
import { writeFileSync } from "node:fs";
import { recipeModule } from "../server/language/recipe";
import { GRAMMAR as LATEX } from "../server/language/latex/grammar";
import { GRAMMAR } from "../server/language/mcalc/grammar";

writeFileSync("server/language/mcalc/recipe.ts", recipeModule(GRAMMAR));
writeFileSync("server/language/latex/recipe.ts", recipeModule(LATEX));
