import { mapped, type Matched, moved, treeOf } from "../matched";
import { fromRecipe } from "../recipe";
import { RECIPE } from "./recipe";
import { NAME_KINDS } from "./scan";

/** What a rule of the grammar makes of token kinds, or the index of the token at which it fails. */
export type Form = { readonly tree: Matched } | { readonly failedAt: number };

const grammar = fromRecipe(RECIPE);

/**
 * What the grammar makes of tokens hangs on their kinds alone, and the lines of a document have few forms. The least
 * used is forgotten first.
 */
const forms = new Map<string, Form>();
const MOST_FORMS = 200;
/** Longer ones are seldom of the same form. */
const LONGEST_FORM = 100;

/** From so many tokens on a row is matched part by part, so that no match takes long. */
const LONG = 64;

/** The form of a whole expression (its `row`) or declaration. */
export const formOf = (kinds: string, rule: "expression" | "declaration"): Form =>
  rule === "declaration" ? matched(kinds, rule) : rowForm(kinds, LONG);

function matched(kinds: string, rule: string): Form {
  if (kinds.length > LONGEST_FORM) return match(kinds, rule);
  const key = `${rule} ${kinds}`;
  const known = forms.get(key);
  const form = known ?? match(kinds, rule);
  if (known !== undefined) forms.delete(key);
  else if (forms.size >= MOST_FORMS) forms.delete(forms.keys().next().value!);
  forms.set(key, form);
  return form;
}

function match(kinds: string, rule: string): Form {
  const found = grammar.match(kinds, rule);
  if (found.succeeded()) return { tree: treeOf(found) };
  return {
    failedAt: (found as unknown as { getRightmostFailurePosition: () => number }).getRightmostFailurePosition(),
  };
}

/**
 * The form of a row. One of more than `long` tokens is cut at its signs, and what stands in long brackets is matched
 * by itself: the same tree, and the same place of failure, as of one match.
 */
export function rowForm(kinds: string, long: number): Form {
  if (kinds.length <= long) return undivided(kinds);
  const cuts = cutsOf(kinds, long);
  if (cuts === undefined) return undivided(kinds);
  if (cuts.length === 0) return withHoles(kinds, long);
  let first: Matched | undefined;
  const tails: Matched[] = [];
  let start = 0;
  for (const end of [...cuts, kinds.length]) {
    const from = start === 0 ? 0 : start + 1;
    const part = kinds.slice(from, end);
    const form = part.length <= long ? undivided(part) : withHoles(part, long);
    if ("failedAt" in form) return { failedAt: from + form.failedAt };
    const [head, more] = moved(form.tree, from).children as [Matched, Matched];
    if (first === undefined) first = head;
    else {
      const terminal = { rule: "_terminal", start, end: from, children: [] };
      const sign = { rule: "infix", start, end: from, children: [terminal] };
      tails.push({ rule: "tail", start, end: head.end, children: [sign, head] });
    }
    tails.push(...more.children);
    start = end;
  }
  const list = { rule: "_iter", start: first!.end, end: kinds.length, children: tails };
  return { tree: { rule: "row", start: 0, end: kinds.length, children: [first!, list] } };
}

function undivided(kinds: string): Form {
  const form = matched(kinds, "expression");
  return "tree" in form ? { tree: form.tree.children[0]! } : form;
}

const ENDS = new Set([...NAME_KINDS, ..."n)]_'u"]);
/** A slash may belong to a derivative: `d(f)/d(x)`. */
const SIGNS = new Set("+-*ok|");

/** Signs between operands of a row at which it falls into parts of about `long` tokens; nothing where brackets do not match. */
function cutsOf(kinds: string, long: number): readonly number[] | undefined {
  const cuts: number[] = [];
  let depth = 0;
  let start = 0;
  let last = 0;
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i]!;
    if ("([{".includes(kind)) depth++;
    else if (")]}".includes(kind)) {
      if (--depth < 0) return undefined;
    } else if (depth === 0 && SIGNS.has(kind) && ENDS.has(kinds[i - 1] ?? "")) {
      if (i - start > long && last > start) {
        cuts.push(last);
        start = last;
      }
      last = i;
    }
  }
  if (depth !== 0) return undefined;
  if (kinds.length - start > long && last > start) cuts.push(last);
  return cuts;
}

interface Hole {
  readonly start: number;
  readonly end: number;
}

/** The form of a row in which what stands in long brackets is matched by itself, with a hole in its place. */
function withHoles(kinds: string, long: number): Form {
  const holes = holesOf(kinds, long);
  if (holes.length === 0) return undivided(kinds);
  let rest = "";
  /** Where each token of the rest stands. */
  const places: number[] = [];
  const inner = new Map<number, Matched>();
  let failedAt = Infinity;
  let at = 0;
  const copy = (end: number): void => {
    rest += kinds.slice(at, end);
    for (; at < end; at++) places.push(at);
  };
  for (const { start, end } of holes) {
    copy(start);
    const form = rowForm(kinds.slice(start, end), long);
    if ("failedAt" in form) failedAt = Math.min(failedAt, start + form.failedAt);
    else inner.set(rest.length, moved(form.tree, start));
    rest += "_";
    places.push(start);
    at = end;
  }
  copy(kinds.length);
  places.push(kinds.length);
  const outer = undivided(rest);
  if ("failedAt" in outer) failedAt = Math.min(failedAt, places[outer.failedAt]!);
  if (failedAt < Infinity || !("tree" in outer)) return { failedAt };
  const hole = (node: Matched): Matched | undefined => (node.rule === "row" ? inner.get(node.start) : undefined);
  return { tree: mapped(outer.tree, (at) => places[at]!, hole) };
}

/** Long rows in the outermost brackets of a row. */
function holesOf(kinds: string, long: number): readonly Hole[] {
  const out: Hole[] = [];
  let depth = 0;
  let start = 0;
  let isRow = false;
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i]!;
    const closes = ")]}".includes(kind);
    if (closes) depth--;
    if ((depth === 1 && (kind === "," || kind === ";")) || (depth === 0 && closes)) {
      if (isRow && i - start > long / 2) out.push({ start, end: i });
      start = i + 1;
      isRow = depth === 1;
    } else if (depth === 1 && "E=:rq%F".includes(kind)) isRow = false;
    if ("([{".includes(kind) && depth++ === 0) {
      start = i + 1;
      // Below a slash they may hold what a derivative is taken by.
      isRow = kinds[i - 1] !== "/";
    }
  }
  return out;
}
