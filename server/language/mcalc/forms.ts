import { grammarOf, type Match } from "../ohm";
import { RECIPE } from "./recipe";

const grammar = grammarOf(RECIPE);

/**
 * What the grammar makes of tokens depends on their kinds alone, and the lines of a document have few forms. The least
 * used is forgotten first.
 */
const forms = new Map<string, Match>();
const MOST_FORMS = 200;
/** Longer ones are seldom of the same form. */
const LONGEST_FORM = 100;

/** The form of a whole expression or declaration: its tree (of an expression, that of its row), or the token at which it fails. */
export function formOf(kinds: string, rule: "expression" | "declaration"): Match {
  if (kinds.length > LONGEST_FORM) return matched(kinds, rule);
  const key = `${rule} ${kinds}`;
  const known = forms.get(key);
  const form = known ?? matched(kinds, rule);
  if (known !== undefined) forms.delete(key);
  else if (forms.size >= MOST_FORMS) forms.delete(forms.keys().next().value!);
  forms.set(key, form);
  return form;
}

function matched(kinds: string, rule: "expression" | "declaration"): Match {
  const form = grammar.match(kinds, rule);
  return rule === "expression" && "tree" in form ? { tree: form.tree.children[0]! } : form;
}
