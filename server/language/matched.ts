import type * as ohm from "ohm-js";

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

/** The tree of a match that succeeded. */
export function treeOf(match: ohm.MatchResult): Matched {
  const { _cst, _cstOffset } = match as unknown as { readonly _cst: Kept; readonly _cstOffset: number };
  return placed(_cst, _cstOffset, _cstOffset);
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

/** The same tree with other positions; `instead` gives what a node is replaced by, children and all. */
export function mapped(
  node: Matched,
  place: (at: number) => number,
  instead: (node: Matched) => Matched | undefined = () => undefined,
): Matched {
  const { rule, start, end, children } = node;
  return (
    instead(node) ?? {
      rule,
      start: place(start),
      end: place(end),
      children: children.length === 0 ? NONE : children.map((c) => mapped(c, place, instead)),
    }
  );
}

/** The same tree, so many characters further on. */
export const moved = (node: Matched, by: number): Matched => (by === 0 ? node : mapped(node, (at) => at + by));

/** What is listed by `listOf` and `nonemptyListOf`, without what stands between. */
export function itemsOf(list: Matched): readonly Matched[] {
  if (list.rule === "listOf") return itemsOf(list.children[0]!);
  return list.rule === "emptyListOf" ? NONE : [list.children[0]!, ...list.children[2]!.children];
}
