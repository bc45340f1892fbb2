import { apply, type Expr, factorsOf, name, someNode } from "../../core/ast";
import type { Definition, Scope, Variable } from "../../core/scope";
import { SCALAR } from "../../core/shape";
import type { Formula } from "../../documents/document";
import { letterOf } from "../../documents/notes/kinds";
import type { Meanings } from "../meanings";
import { anyValue, dependenceOf } from "./dependence";
import { type Known, knownOf, mentioned, namesIn } from "./known";
import { isLetter, labelsOf } from "./labels";

/** A derivative of one thing by another, both without anything around them. */
interface Link {
  readonly of: string;
  readonly by: string;
}

/** Two sides of a chain rule with all names as numbers, each any function of what it is said to depend on. */
export interface ChainWorld {
  readonly left: Expr;
  readonly right: Expr;
  readonly scope: Scope;
}

/** A product of derivatives, with a number in front. */
interface Path {
  readonly links: readonly Link[];
  readonly factor: Expr | undefined;
  readonly isNegative: boolean;
}

const MOST_NAMES = 24;

/**
 * A chain rule that names nothing but derivatives, `∂L/∂x = ∂L/∂y ∂y/∂x + …`, whatever its names stand for: maps are put one
 * behind the other in the order of writing, or all in the opposite one, so that it holds of arrays if it does of numbers.
 * Of the definitions of the note is used what they depend on. `undefined` where it is none, or where that leaves open
 * whether something else passes on the change.
 */
export function chainWorld(left: Expr, right: Expr, formula: Formula, meanings: Meanings): ChainWorld | undefined {
  const summed = new Set<string>();
  const l = pathsOf(left, summed);
  const r = pathsOf(right, summed);
  if (l === undefined || r === undefined) return undefined;
  const paths = [...l, ...r];
  if (Math.max(...paths.map((p) => p.links.length)) < 2) return undefined;
  if (paths.some((p) => !isInOrder(p.links))) return undefined;
  // All lead from the same to the same.
  const ends = new Set(paths.map(({ links }) => endsOf(links).join(" ")));
  if (ends.size > 1) return undefined;
  // What is summed over stands for all members of its family.
  const families = new Set([...summed].map(baseOf));
  const whole = (n: string): string => (families.has(baseOf(n)) ? baseOf(n) : n);
  const [from, to] = endsOf(paths[0]!.links).map(whole) as [string, string];
  if (from === to || families.has(baseOf(from)) || families.has(baseOf(to))) return undefined;

  const known = knownOf(left, right, formula, meanings, undefined, new Set());
  if (known.definitions.size + known.opaque.size > MOST_NAMES) return undefined;
  // Of a sum over examples each of them passes on the change, and not the one that is named.
  const between = paths
    .flatMap((p) => p.links.flatMap(({ of, by }) => [of, by]))
    .filter((n) => !families.has(baseOf(n)));
  if (between.some((n) => isSummedOver(n, known))) return undefined;
  const spokenOf = new Map<string, Definition>();
  for (const [n, d] of [...known.definitions, ...known.opaque]) {
    const names = [...mentioned(d), ...(d.parameters ?? [])].filter((m) => m !== n && m !== d.name).map(whole);
    spokenOf.set(whole(n), { name: whole(n), body: listOf([...new Set(names)].filter((m) => m !== whole(n))) });
  }
  const links = paths.flatMap((p) => p.links.map((link) => ({ of: whole(link.of), by: whole(link.by) })));
  if (links.some((link) => isOfSibling(link, spokenOf))) return undefined;
  const written = (all: readonly Path[]): Expr =>
    all.map((p) => product(p, whole)).reduce((a, b) => apply("add", a, b));
  const [a, b] = [written(l), written(r)];
  const dependence = dependenceOf(a, b, new Map(), spokenOf);
  if (dependence === undefined) return undefined;
  const definitions = new Map<string, Definition>();
  const names = new Set<string>(links.flatMap(({ of, by }) => [of, by]));
  for (const [n, of] of dependence) {
    const body = anyValue(
      "scalar",
      of.map((p) => ({ name: p, kind: "scalar" as const })),
      (label) => name(`weight ${label} of ${n}`),
    );
    definitions.set(n, { name: n, body });
    for (const m of namesIn(body)) names.add(m);
  }
  const variables = new Map<string, Variable>();
  for (const n of names) if (!definitions.has(n)) variables.set(n, { name: n, shape: SCALAR, properties: new Set() });
  return { left: a, right: b, scope: { variables, definitions, dimensions: new Set() } };
}

/** `x_n` where J is said to be `Σ_n f(x_n)`. */
function isSummedOver(n: string, { definitions, opaque }: Pick<Known, "definitions" | "opaque">): boolean {
  const label = labelsOf(n);
  if (label === undefined) return false;
  return [...definitions.values(), ...opaque.values()].some(({ body }) =>
    someNode(
      body,
      (e) => e.kind === "sumover" && label.labels.includes(e.variable) && [...namesIn(e.body)].some((m) => baseOf(m) === label.base), // prettier-ignore
    ),
  );
}

/** Names that something speaks of, as an expression. */
const listOf = (names: readonly string[]): Expr => ({ kind: "call", name: "[]", primes: 0, args: names.map(name) });

/** A name without the letters and numbers that count it. */
const baseOf = (n: string): string => labelsOf(n)?.base ?? n;

const nameOf = (e: Expr): string | undefined =>
  e.kind === "name" ? e.name : e.kind === "call" && e.primes === 0 && /^\p{L}/u.test(e.name) ? e.name : undefined;

function linkOf(e: Expr): Link | undefined {
  if (e.kind !== "derivative" || e.wrt.length !== 1) return undefined;
  const [of, by] = [nameOf(e.of), nameOf(e.wrt[0]!)];
  return of === undefined || by === undefined || e.wrt[0]!.kind !== "name" ? undefined : { of, by };
}

/** The terms of a side that is a sum of products of derivatives; the letters of sums taken off, what they count into `summed`. */
function pathsOf(e: Expr, summed: Set<string>, isNegative = false): Path[] | undefined {
  if (e.kind === "apply" && (e.op === "add" || e.op === "sub")) {
    const [a, b] = e.args as readonly [Expr, Expr];
    const first = pathsOf(a, summed, isNegative);
    const second = pathsOf(b, summed, isNegative !== (e.op === "sub"));
    return first === undefined || second === undefined ? undefined : [...first, ...second];
  }
  if (e.kind === "apply" && e.op === "neg") return pathsOf(e.args[0]!, summed, !isNegative);
  if (e.kind === "sumover") {
    if (e.body.kind === "apply" && (e.body.op === "add" || e.body.op === "sub")) return undefined;
    const inner = pathsOf(e.body, summed, isNegative);
    const links = inner?.[0]?.links ?? [];
    if (links.length < 2) return undefined;
    // Only what lies between may be counted, and has to be.
    const counted = (n: string): boolean => labelsOf(n)?.labels.includes(e.variable) === true && isLetter(e.variable);
    const [from, to] = endsOf(links);
    const between = [...new Set(links.flatMap(({ of, by }) => [of, by]))].filter((n) => n !== from && n !== to);
    if (counted(from) || counted(to) || between.filter(counted).length !== 1) return undefined;
    if (between.some((n) => counted(n) && labelsOf(n)!.labels.length > 1)) return undefined;
    for (const n of between) if (counted(n)) summed.add(n);
    return inner;
  }
  const factors = factorsOf(e);
  const [first] = factors;
  const factor = first?.kind === "number" ? first : undefined;
  const links = factors.slice(factor === undefined ? 0 : 1).map(linkOf);
  return links.length === 0 || links.includes(undefined) ? undefined : [{ links: links as Link[], factor, isNegative }];
}

const isForward = (links: readonly Link[]): boolean => links.every((k, i) => i === 0 || links[i - 1]!.by === k.of);
const isInOrder = (links: readonly Link[]): boolean => isForward(links) || isForward([...links].reverse());

/** What a product of derivatives differentiates in the end, and by what. */
const endsOf = (links: readonly Link[]): readonly [from: string, to: string] =>
  isForward(links) ? [links[0]!.of, links.at(-1)!.by] : [links.at(-1)!.of, links[0]!.by];

const product = ({ links, factor, isNegative }: Path, whole: (n: string) => string): Expr => {
  const all: Expr = links
    .map(({ of, by }): Expr => ({ kind: "derivative", of: name(whole(of)), wrt: [name(whole(by))] }))
    .reduce((a, b) => apply("mul", a, b));
  const scaled = factor === undefined ? all : apply("mul", factor, all);
  return isNegative ? apply("neg", scaled) : scaled;
};

/** What counts the members of a family: `W_xh` has a name of its own. */
const COUNTING = /^[i-nqst]$|^\d+$/;

/**
 * Whether a definition speaks of another member of the family that it is differentiated by, and not of that one itself:
 * `L = −log p_y` by p_k. The chain goes through all of them then.
 */
function isOfSibling({ of, by }: Link, spokenOf: ReadonlyMap<string, Definition>): boolean {
  const found = new Set<string>();
  const visit = (n: string): void => {
    const d = spokenOf.get(n);
    if (d === undefined) return;
    for (const m of namesIn(d.body)) {
      if (found.has(m)) continue;
      found.add(m);
      visit(m);
    }
  };
  visit(of);
  const counted = labelsOf(by);
  if (!spokenOf.has(of) || found.has(by) || counted?.labels.every((l) => COUNTING.test(l)) !== true) return false;
  return [...found].some((m) => baseOf(m) === counted.base || letterOf(m).letter === letterOf(by).letter);
}
