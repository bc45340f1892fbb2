import { children, type Expr, freeNames, someNode } from "../../core/ast";
import type { Definition } from "../../core/scope";
import type { Formula } from "../../documents/document";
import { textOf } from "../digest";
import { labelled, type Meanings } from "../meanings";
import { namesDifferentiated } from "../varying";
import { labelsOf } from "./labels";

/** The definitions that an equation uses, each with the formula that it was said in. */
export interface Known {
  readonly definitions: Map<string, Definition>;
  readonly readIn: Map<string, Formula>;
}

/** Definitions that are followed. */
const MOST = 24;

/** The names of values and functions in an expression. */
export function namesIn(e: Expr, out: Set<string> = new Set()): Set<string> {
  freeNames(e, out);
  const calls = (x: Expr): void => {
    if (x.kind === "call") out.add(x.name);
    if (x.kind === "derivative") for (const w of x.wrt) freeNames(w, out);
    children(x).forEach(calls);
  };
  calls(e);
  return out;
}

/**
 * The definitions that two sides use, one through the other: those of the scope, and those that the note gave to what is
 * differentiated by (`∂L/∂z` where z = Wx + b). What the equation itself says of a name is no definition here.
 * `ignoring`: names that stand for themselves.
 */
export function knownOf(
  left: Expr,
  right: Expr,
  formula: Formula,
  meanings: Meanings,
  ignoring: ReadonlySet<string> = new Set(),
): Known {
  const definitions = new Map<string, Definition>();
  const readIn = new Map<string, Formula>();
  const own = new Set([textOf(left), textOf(right)]);
  const { by } = namesDifferentiated([left, right]);
  const find = (n: string): { d: Definition; from: Formula } | undefined => {
    if (ignoring.has(n)) return undefined;
    const scoped = formula.scope.definitions.get(n);
    const meaning = meanings.get(n);
    const d = scoped ?? (meaning === undefined ? undefined : { name: n, body: meaning.body });
    if (d === undefined) return undefined;
    const { body } = d;
    if (body.kind === "error" || someNode(body, (x) => x.kind === "differential")) return undefined;
    if ((formula.defines?.includes(n) ?? false) && own.has(textOf(body))) return undefined;
    if (d.parameters === undefined && namesIn(body).has(n)) return undefined;
    // A step of an iteration, or of a recursion: what went before is as good as given.
    const stem = labelled(n)?.stem;
    if (stem !== undefined && [...namesIn(body)].some((m) => labelled(m)?.stem === stem)) return undefined;
    // A value that was put in is none of what varies.
    if (by.has(n) && freeNames(body).size === 0) return undefined;
    return { d, from: meaning?.formula ?? formula };
  };
  const open: string[] = [...namesIn(left), ...namesIn(right)];
  const seen = new Set<string>();
  const families = new Set<string>();
  for (let n = open.pop(); n !== undefined && definitions.size < MOST; n = open.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    const label = labelsOf(n);
    const found = find(n) ?? memberOf(n, label?.base, find, formula);
    if (found === undefined) continue;
    const { d, from } = found;
    const family = label === undefined ? undefined : `${label.base} ${label.labels.length}`;
    // One member tells of all, unless each has a value of its own.
    if (family !== undefined && label!.labels.every((l) => /[a-z]/.test(l))) {
      if (families.has(family)) continue;
      families.add(family);
    }
    definitions.set(d.name, d);
    readIn.set(d.name, from);
    for (const m of namesIn(d.body)) open.push(m);
  }
  breakCircles(definitions);
  return { definitions, readIn };
}

/** What is said of another member: of `p_j` by `p_i = …`. */
function memberOf(
  n: string,
  base: string | undefined,
  find: (n: string) => { d: Definition; from: Formula } | undefined,
  formula: Formula,
): { d: Definition; from: Formula } | undefined {
  if (base === undefined || labelled(n)?.letter === "") return undefined;
  for (const m of formula.scope.definitions.keys()) {
    const label = labelsOf(m);
    if (m !== n && label?.base === base && label.labels.length === labelsOf(n)!.labels.length) return find(m);
  }
  return undefined;
}

/** Takes out definitions that hang on themselves. */
function breakCircles(definitions: Map<string, Definition>): void {
  const state = new Map<string, "open" | "done">();
  const visit = (n: string): void => {
    const d = definitions.get(n);
    if (d === undefined || state.get(n) === "done") return;
    if (state.get(n) === "open") {
      definitions.delete(n);
      return;
    }
    state.set(n, "open");
    for (const m of namesIn(d.body)) if (d.parameters?.includes(m) !== true) visit(m);
    state.set(n, "done");
  };
  for (const n of [...definitions.keys()]) visit(n);
}
