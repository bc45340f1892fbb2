// The one module that knows Ohm, and the trees that it makes.

import * as ohm from "ohm-js";

/**
 * A node of a match: a rule (or `_iter`, `_terminal`) with the characters `start`..`end` that it takes. Ohm's own
 * wrappers know the same at ten times the cost, since they are made for each operation and carry the text.
 */
export interface Matched {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly Matched[];
}

/** What a match keeps of its rules; positions are those of its own children, relative to the rule around them. */
interface Kept {
  readonly ctorName: string;
  readonly matchLength: number;
  readonly children?: readonly Kept[];
  readonly childOffsets?: readonly number[];
  isNonterminal(): boolean;
}

const NONE: readonly Matched[] = [];

/** What a rule makes of a text, or the place at which it fails. */
export type Match = { readonly tree: Matched } | { readonly failedAt: number };

/** A grammar, as `npm run build` compiles it: nested arrays that Ohm builds it from without reading its source. */
export type Recipe = readonly unknown[];

/** A grammar that is ready to match. */
export interface Grammar {
  match(text: string, rule: string): Match;
}

/** What is used of Ohm beyond what it documents; `test/language/ohm.test.ts` fails where a version of it differs. */
interface Inside {
  readonly _cst: Kept;
  readonly _cstOffset: number;
  getRightmostFailurePosition(): number;
}

/** The grammar of a recipe. */
export function grammarOf(recipe: Recipe): Grammar {
  const { makeRecipe } = ohm as unknown as { makeRecipe: (recipe: Recipe) => ohm.Grammar };
  return matcher(makeRecipe(recipe));
}

/** A grammar of Ohm as it is used here. */
export function matcher(grammar: ohm.Grammar): Grammar {
  return {
    match(text, rule) {
      const found = grammar.match(text, rule);
      const inside = found as unknown as Inside;
      if (found.failed()) return { failedAt: inside.getRightmostFailurePosition() };
      return { tree: placed(inside._cst, inside._cstOffset, inside._cstOffset) };
    },
  };
}

/** A node at its place; `base` is where the rule around it begins. */
function placed(node: Kept, start: number, base: number): Matched {
  const end = start + node.matchLength;
  const { children = [], childOffsets = [] } = node;
  if (children.length === 0) return { rule: node.ctorName, start, end, children: NONE };
  const from = node.isNonterminal() ? start : base;
  return {
    rule: node.ctorName,
    start,
    end,
    children: children.map((c, i) => placed(c, from + childOffsets[i]!, from)),
  };
}

/** What is listed by `listOf` and `nonemptyListOf`, without what stands between. */
export function itemsOf(list: Matched): readonly Matched[] {
  if (list.rule === "listOf") return itemsOf(list.children[0]!);
  return list.rule === "emptyListOf" ? NONE : [list.children[0]!, ...list.children[2]!.children];
}
