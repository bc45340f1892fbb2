/**
 * Compiles the Ohm grammars (`server/language`) to recipes, which load in a thirtieth of the time: run by the
 * build and before the tests. Every rule of a grammar of tokens is put in where it is used, so that names cost nothing.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as ohm from "ohm-js";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const LANGUAGE = "server/language";

/** The grammars: the files of each in the order in which they build on one another, and where its recipe goes. */
export const GRAMMARS = [
  { name: "Mcalc", files: [`${LANGUAGE}/expression.ohm`, `${LANGUAGE}/mcalc/mcalc.ohm`], recipe: `${LANGUAGE}/mcalc/recipe.ts` },
  { name: "Latex", files: [`${LANGUAGE}/latex/latex.ohm`], recipe: `${LANGUAGE}/latex/recipe.ts` },
]; // prettier-ignore

export const sourceOf = ({ files }) => files.map((f) => readFileSync(path.join(ROOT, f), "utf8")).join("\n");

/** A grammar as Ohm reads it, with its tokens by name. */
export const grammarNamed = (name) => ohm.grammars(sourceOf(GRAMMARS.find((g) => g.name === name)))[name];

/** Positions in the grammar's source serve Ohm's own error messages only, which no user sees. */
function withoutSource(part) {
  if (Array.isArray(part)) return part.map(withoutSource);
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key]) => key !== "source" && key !== "sourceInterval")
      .map(([key, value]) => [key, withoutSource(value)]),
  );
}

/** The rules of a grammar and of all that it extends, as Ohm's recipes have them; those of its tokens apart. */
export function rulesOf(name) {
  const rules = {};
  const tokens = {};
  // ["grammar", {…}, name, supergrammar or null, start rule, { rule: [kind, {…}, description, parameters, body] }]
  const collect = ([, , own, above, , ruleOf]) => {
    if (Array.isArray(above) && above[0] === "grammar") collect(above);
    Object.assign(own.endsWith("Tokens") ? tokens : rules, ruleOf);
  };
  collect(withoutSource(JSON.parse(grammarNamed(name).toRecipe())));
  return { rules, tokens };
}

/** The recipe of a grammar with all that it extends in one, and with its tokens in the place of their names. */
export function recipeOf(name) {
  const { rules, tokens } = rulesOf(name);
  const inlined = (part) => {
    if (!Array.isArray(part)) return part;
    if (part[0] === "app" && Object.hasOwn(tokens, part[2])) return tokens[part[2]][4];
    return part.map(inlined);
  };
  for (const definition of Object.values(rules)) definition[4] = inlined(definition[4]);
  return ["grammar", {}, name, null, Object.keys(rules)[0], rules];
}

/** Writes the recipes whose grammars have changed. */
export function compileGrammars(root = ROOT) {
  for (const grammar of GRAMMARS) {
    const sources = [...grammar.files, "scripts/grammars.mjs"].map((f) => path.join(root, f));
    const recipe = path.join(root, grammar.recipe);
    const newest = Math.max(...sources.map((f) => statSync(f).mtimeMs));
    if (existsSync(recipe) && statSync(recipe).mtimeMs > newest) continue;
    const text = [
      'import type { Recipe } from "../ohm";',
      "",
      `// Compiled from ${grammar.files.map((f) => f.slice(f.lastIndexOf("/") + 1)).join(" and ")} by the build.`,
      `export const RECIPE: Recipe = ${JSON.stringify(recipeOf(grammar.name))};`,
      "",
    ].join("\n");
    writeFileSync(recipe, text);
  }
}
