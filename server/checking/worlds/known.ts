import { children, type Expr, freeNames, someNode } from "../../core/ast";
import type { Definition } from "../../core/scope";
import type { Formula } from "../../documents/document";
import { letterOf } from "../../documents/notes/kinds";
import { textOf } from "../digest";
import { labelled, type Meanings } from "../meanings";
import { namesDifferentiated } from "../varying";
import { isAnyDots, withoutDots } from "./dots";
import { labelsOf } from "./labels";

/** The definitions that an equation uses, each with the formula that it was said in. */
export interface Known {
  readonly definitions: Map<string, Definition>;
  readonly readIn: Map<string, Formula>;
  /**
   * Definitions that are not understood: such a name is a letter like others, and below a derivative any function of what
   * its definition speaks of.
   */
  readonly opaque: Map<string, Definition>;
  /** Definitions that hang on themselves, and are left out. */
  readonly circular: readonly Definition[];
  /** Definitions that are out of reach, and are left out. */
  readonly dismissed: readonly Definition[];
}

/** Definitions that are followed. */
const MOST = 24;

/** What the reader calls the signs of integrals. */
export const INTEGRALS: ReadonlySet<string> = new Set(["int", "iint", "iiint", "oint"]);

const hasIntegral = (e: Expr): boolean => someNode(e, (x) => x.kind === "call" && INTEGRALS.has(x.name));

/** Whether an expression says nothing without being understood as a whole: a part was not read, or it is an integral. */
const isOutOfReach = (e: Expr): boolean => e.kind === "error" || someNode(e, (x) => x.kind === "differential");

/** Functions that are signs of the reader for what it keeps and does not understand. */
const SIGNS: ReadonlySet<string> = new Set([
  "[]", "{}", "cases", "binom", "prod", "int", "lim", "argmin", "argmax", "min", "max", "d/d", "pm", "mp",
]); // prettier-ignore

/** Whether an expression has a part of which nothing is known but how it is written, once its dots are read. */
function isUnreadable(e: Expr): boolean {
  if (e.kind === "name") return e.name.startsWith("⟨") || e.name === "⋯" || e.name === "∅" || e.name === "∇";
  if (e.kind === "call" && (SIGNS.has(e.name) || e.name.startsWith("⟨") || e.name === "⋯")) return true;
  return children(e).some(isUnreadable);
}

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
 * `ignoring`: names that stand for themselves; `puzzling`: those whose definitions fit no sizes, where what is not
 * understood is to be told apart.
 */
export function knownOf(
  left: Expr,
  right: Expr,
  formula: Formula,
  meanings: Meanings,
  ignoring: ReadonlySet<string> = new Set(),
  puzzling?: ReadonlySet<string>,
): Known {
  const definitions = new Map<string, Definition>();
  const readIn = new Map<string, Formula>();
  const opaque = new Map<string, Definition>();
  const dismissed: Definition[] = [];
  const own = new Set([textOf(left), textOf(right)]);
  const { by, about } = namesDifferentiated([left, right]);
  const find = (n: string): { d: Definition; from: Formula } | undefined => {
    if (ignoring.has(n)) return undefined;
    const scoped = formula.scope.definitions.get(n);
    const meaning = meanings.get(n);
    const d = scoped ?? (meaning === undefined ? undefined : { name: n, body: meaning.body });
    if (d === undefined) return undefined;
    const { body } = d;
    if (isListOfEntries(n, body)) return undefined;
    // An integral is one value like others, as long as nothing is asked of how it changes.
    if (puzzling === undefined && (isOutOfReach(body) || (by.size > 0 && hasIntegral(body)))) {
      dismissed.push(d);
      return undefined;
    }
    if ((formula.defines?.includes(n) ?? false) && own.has(textOf(body))) return undefined;
    if (d.parameters === undefined && namesIn(body).has(n)) return undefined;
    // A step of an iteration, or of a recursion: what went before is as good as given.
    const stem = labelled(n)?.stem;
    if (stem !== undefined && [...namesIn(body)].some((m) => labelled(m)?.stem === stem)) return undefined;
    // A curve X(t) elsewhere is none of the variable X that something is differentiated by.
    if (d.parameters !== undefined && by.has(n) && !about.has(n)) return undefined;
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
    if (puzzling !== undefined && (puzzling.has(d.name) || isNotUnderstood(d))) {
      opaque.set(n, d).set(d.name, d);
      readIn.set(d.name, from);
      for (const m of mentioned(d)) open.push(m);
      continue;
    }
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
  const circular = breakCircles(definitions);
  const known = { definitions, readIn, opaque, circular, dismissed };
  freeVariables(known, changingIn([left, right]), namesBelow([left, right]));
  return known;
}

/** `z = (z_1, …, z_n)`, `𝐫(x) = (r_1(x), …, r_m(x))`, with dots in it: that says how the entries are called, and nothing of what they are. */
function isListOfEntries(n: string, body: Expr): boolean {
  let dots = false;
  const isMember = (m: string): boolean => {
    const base = labelsOf(m)?.base;
    return base === n || (base !== undefined && letterOf(base).letter === letterOf(n).letter);
  };
  const isPart = (e: Expr): boolean => {
    if (e.kind === "call" && e.primes === 0 && isMember(e.name)) return e.args.every((a) => a.kind === "name");
    if (e.kind === "name") {
      const isDot = isAnyDots(e);
      dots ||= isDot;
      return isDot || isMember(e.name);
    }
    if (e.kind === "call" && e.name === "⋯") dots = true;
    return e.kind === "literal" || (e.kind === "call" && (e.name === "⋯" || e.name === "[]" || e.name === "{}")) || (e.kind === "apply" && e.op === "transpose") ? children(e).every(isPart) : false; // prettier-ignore
  };
  return children(body).length > 0 && isPart(body) && dots;
}

/** All that a definition speaks of: names, and what stands in bounds and conditions that were not looked into. */
export function mentioned({ body, parameters }: Definition): Set<string> {
  const out = namesIn(body);
  // What is integrated over is no name of the note's.
  for (const n of integratedOver(body)) if (parameters?.includes(n) !== true) out.delete(n);
  for (const n of [...out]) if (n.startsWith("⟨")) for (const m of hiddenIn(n)) out.add(m);
  return out;
}

/** The letters over which integrals in an expression run, as far as they stand nowhere else in it. */
function integratedOver(e: Expr): Set<string> {
  const [inside, outside] = [new Set<string>(), new Set<string>()];
  const visit = (x: Expr): void => {
    if (x.kind === "call" && INTEGRALS.has(x.name)) {
      const body = x.args.at(-1);
      if (body === undefined) return;
      const over = new Set<string>();
      someNode(body, (n) => {
        if (n.kind === "differential") freeNames(n.of, over);
        // A d that is not seen to be a sign is a factor.
        if (n.kind === "apply" && n.op === "mul" && n.args[1]?.kind === "name" && endsWithD(n.args[0]!)) over.add(n.args[1].name); // prettier-ignore
        return false;
      });
      for (const n of over) inside.add(n);
      for (const n of freeNames(body)) if (!over.has(n)) outside.add(n);
      x.args.slice(0, -1).forEach((a) => hiddenIn(a.kind === "name" ? a.name : "").forEach((n) => outside.add(n)));
      return;
    }
    if (x.kind === "name") outside.add(x.name);
    children(x).forEach(visit);
  };
  visit(e);
  return new Set([...inside].filter((n) => !outside.has(n)));
}

const endsWithD = (e: Expr): boolean =>
  e.kind === "name" ? e.name === "d" : e.kind === "apply" && e.op === "mul" && endsWithD(e.args[1]!);

/** The words in a bound or a condition that is kept as it is written: x in `⟨x>0⟩`. */
export const hiddenIn = (n: string): readonly string[] => (n.startsWith("⟨") ? (n.match(/[\p{L}_]+/gu) ?? []) : []);

/** What an expression speaks of through its names: all that is said of them, understood or not. */
export function spokenOf(names: Iterable<string>, { definitions, opaque }: Known): Set<string> {
  const out = new Set<string>();
  const visit = (n: string): void => {
    if (out.has(n)) return;
    out.add(n);
    const d = definitions.get(n) ?? opaque.get(n);
    if (d !== undefined) for (const m of mentioned(d)) if (d.parameters?.includes(m) !== true) visit(m);
  };
  for (const n of names) visit(n);
  return out;
}

/** Whether expressions rest on a name whose definition is not understood. */
export const restsOnOpaque = (sides: readonly Expr[], known: Known): boolean =>
  known.opaque.size > 0 &&
  [
    ...spokenOf(
      sides.flatMap((e) => [...namesIn(e)]),
      known,
    ),
  ].some((n) => known.opaque.has(n));

/**
 * Takes the values off variables that something is differentiated by: whatever a variable is, the derivative by it is the
 * same, unless another variable stands behind it. At a value (w is the minimiser) much holds that is wrong elsewhere. Kept
 * where what is differentiated does not speak of the variable and has to be found through its value, if that is understood.
 */
function freeVariables(known: Known, changing: ReadonlySet<string>, below: ReadonlySet<string>): void {
  for (const v of changing) {
    const d = known.definitions.get(v);
    if (d === undefined || d.parameters !== undefined) continue;
    const behind = spokenOf(namesIn(d.body), known);
    const isOpaque = [...behind].some((n) => known.opaque.has(n));
    if (!isOpaque && !spokenOf(below, known).has(v)) continue;
    if (![...behind].some((n) => n !== v && changing.has(n))) known.definitions.delete(v);
  }
}

/** The names in what is differentiated. */
function namesBelow(sides: readonly Expr[]): ReadonlySet<string> {
  const out = new Set<string>();
  const visit = (e: Expr): void => {
    if (e.kind === "derivative" || e.kind === "differential") namesIn(e.of, out);
    children(e).forEach(visit);
  };
  sides.forEach(visit);
  return out;
}

/** The names that something is differentiated by, or that change. */
export function changingIn(sides: readonly Expr[]): ReadonlySet<string> {
  const out = new Set<string>();
  const visit = (e: Expr): void => {
    if (e.kind === "derivative") for (const w of e.wrt) freeNames(w.kind === "index" ? w.base : w, out);
    if (e.kind === "differential") freeNames(e.of, out);
    if (e.kind === "call" && (e.primes > 0 || /^(?:[∇∂′]|d\/d$)/u.test(e.name))) for (const a of e.args) freeNames(a, out); // prettier-ignore
    if (e.kind === "call" && e.name === "at" && e.args[1] !== undefined) freeNames(e.args[1], out);
    children(e).forEach(visit);
  };
  sides.forEach(visit);
  return out;
}

/** Whether what is said of a name says nothing that could be worked out. */
const isNotUnderstood = ({ name, parameters, body }: Definition): boolean =>
  isOutOfReach(body) ||
  isUnreadable(withoutDots(body)) ||
  (parameters !== undefined && someNode(body, (n) => n.kind === "call" && n.name === name));

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
function breakCircles(definitions: Map<string, Definition>): readonly Definition[] {
  const out: Definition[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (n: string): void => {
    const d = definitions.get(n);
    if (d === undefined || state.get(n) === "done") return;
    if (state.get(n) === "open") {
      out.push(d);
      definitions.delete(n);
      return;
    }
    state.set(n, "open");
    for (const m of namesIn(d.body)) if (d.parameters?.includes(m) !== true) visit(m);
    state.set(n, "done");
  };
  for (const n of [...definitions.keys()]) visit(n);
  return out;
}
