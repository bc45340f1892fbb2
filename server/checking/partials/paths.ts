import { type Expr, freeNames, name, replaceNodes } from "../../core/ast";
import { isOne } from "../../core/dimension";
import { isScalar } from "../../core/shape";
import type { Formula } from "../../documents/document";
import { textOf } from "../digest";
import type { Meanings } from "../meanings";
import type { Print } from "../variants";
import type { Verdict } from "../verdict";
import { memberOf } from "./grid";
import { knownOf, mentioned } from "../worlds/known";

// The chain rule through all members of what lies between: ∂y_i/∂x_j = Σ_k ∂y_i/∂u_k ∂u_k/∂x_j. Whether a sum is one hangs on
// nothing but its labels, whatever the functions are.

type Derivative = Extract<Expr, { kind: "derivative" }>;

interface Path {
  readonly links: readonly Derivative[];
  /** The letters that are summed over. */
  readonly over: readonly string[];
  /** The sums themselves. */
  readonly sums: readonly Sum[];
}

type Sum = Extract<Expr, { kind: "sumover" }>;

const PRODUCTS: ReadonlySet<string> = new Set(["mul", "dot"]);

/** A sum of products of nothing but derivatives, of names by names. */
function pathOf(e: Expr): Path | undefined {
  if (e.kind === "derivative")
    return e.wrt.length === 1 && e.transposed !== true && isEnd(e.of) && isEnd(e.wrt[0]!)
      ? { links: [e], over: [], sums: [] }
      : undefined;
  if (e.kind === "sumover") {
    const of = pathOf(e.body);
    return of && { links: of.links, over: [...of.over, e.variable], sums: [...of.sums, e] };
  }
  if (e.kind !== "apply" || !PRODUCTS.has(e.op)) return undefined;
  const [a, b] = e.args.map(pathOf);
  return a && b && { links: [...a.links, ...b.links], over: [...a.over, ...b.over], sums: [...a.sums, ...b.sums] };
}

const isEnd = (e: Expr): boolean =>
  e.kind === "name" || (e.kind === "index" && e.base.kind === "name") || (e.kind === "call" && e.primes === 0);

/**
 * Whether a sum may go over all members: from the first one up to one size, not to a part of them that is worked out
 * (`h + k − 1`), nor to another size than the note says.
 */
function goesOverAll({ variable, from, to }: Sum, middle: readonly Expr[], { scope, guessed }: Formula): boolean {
  if (from.kind !== "number" || freeNames(to).size > 1) return false;
  if (to.kind !== "name") return true;
  return middle.every((m) => {
    const member = memberOf(m);
    const v = member === undefined ? undefined : scope.variables.get(member.base);
    const at = member?.labels.indexOf(variable) ?? -1;
    if (v === undefined || guessed?.has(v.name) === true || at < 0 || isScalar(v.shape)) return true;
    const size = (at === 0 && !isOne(v.shape.rows) ? v.shape.rows : v.shape.cols).key;
    return size === to.name;
  });
}

/** What a derivative is of or by, without the arguments of functions. */
const endOf = (e: Expr): string => (e.kind === "call" ? e.name : textOf(e));

/** The letters below and above a name: i and j in `z_i^(j)`, none in `y_hat`. */
function lettersAt(e: Expr): ReadonlySet<string> {
  if (e.kind === "index") return new Set(e.indices.flatMap((i) => (i === null ? [] : [...lettersIn(textOf(i))])));
  const scripts = (e.kind === "name" || e.kind === "call" ? e.name : "").split(/(?=[_^])/).slice(1);
  return new Set(scripts.filter((s) => !/^_(?:hat|bar|tilde|dot|star)$/.test(s)).flatMap((s) => lettersIn(s)));
}

/** Letters that stand for themselves: `ij`, `i,j`, `l+1`; what is longer is a word. */
const lettersIn = (script: string): string[] =>
  (script.match(/[a-z]+/gi) ?? []).flatMap((word) => (word.length > 2 ? [] : [...word]));

/** The ends between, in order, if the links lead from one to the other; `undefined` where they do not. */
function between(links: readonly Derivative[], from: string, to: string): readonly Expr[] | undefined {
  const rest = [...links];
  const out: Expr[] = [];
  let at = from;
  while (rest.length > 0) {
    const k = rest.findIndex((l) => endOf(l.of) === at);
    if (k < 0) return undefined;
    const [link] = rest.splice(k, 1) as [Derivative];
    at = endOf(link.wrt[0]!);
    if (rest.length > 0) out.push(link.wrt[0]!);
  }
  return at === to ? out : undefined;
}

/** Whether what lies between is summed over as the rule has it: each of its letters is, or stands at one of the ends. */
function isSummed(middle: readonly Expr[], ends: readonly Expr[], over: readonly string[]): boolean {
  const outer = new Set(ends.flatMap((e) => [...lettersAt(e)]));
  if (over.some((v) => outer.has(v)) || new Set(over).size < over.length) return false;
  const inner = new Set(middle.flatMap((e) => [...lettersAt(e)]));
  return over.every((v) => inner.has(v));
}

/** A name without all that stands below and above it. */
const familyOf = (n: string): string => n.split(/[_^[]/)[0]!;

/**
 * Whether by what the note says a change comes from one end to the other without what lies between: with L = Σℓ_t + λ‖W‖²
 * the chain through h_t is not all of ∂L/∂W.
 */
function leadsAround(
  [from, to]: readonly [Expr, Expr],
  middle: Expr,
  left: Expr,
  right: Expr,
  formula: Formula,
  meanings: Meanings,
): boolean {
  const known = knownOf(left, right, formula, meanings, undefined, new Set());
  const all = [
    ...formula.scope.definitions.values(),
    ...known.definitions.values(),
    ...known.opaque.values(),
    ...known.circular,
    ...known.dismissed,
  ];
  const [start, end, avoided] = [from, to, middle].map((e) => familyOf(endOf(e))) as [string, string, string];
  const reached = new Set([start]);
  for (const family of reached)
    for (const d of all) {
      if (familyOf(d.name) !== family) continue;
      for (const m of mentioned(d)) {
        const other = familyOf(m);
        if (d.parameters?.includes(m) !== true && (other !== avoided || avoided === start)) reached.add(other);
      }
    }
  return start === end ? all.some((d) => familyOf(d.name) === start) : reached.has(end);
}

/**
 * The verdict on a sum over all paths from one thing to another; `undefined` where a side is no such sum, or more than one
 * label keeps it from being one.
 */
export function judgingPaths(
  left: Expr,
  right: Expr,
  formula: Formula,
  meanings: Meanings,
  print: Print,
): Verdict | undefined {
  if (left.kind !== "derivative" || left.wrt.length !== 1 || !isEnd(left.of) || !isEnd(left.wrt[0]!)) return undefined;
  const ends = [left.of, left.wrt[0]!];
  const holds = (e: Expr): boolean => {
    const path = pathOf(e);
    const middle = path && between(path.links, endOf(left.of), endOf(left.wrt[0]!));
    if (middle === undefined || middle.length === 0 || !isSummed(middle, ends, path!.over)) return false;
    if (!path!.sums.every((s) => goesOverAll(s, middle, formula))) return false;
    return !middle.some((m) => leadsAround(ends as [Expr, Expr], m, left, right, formula, meanings));
  };
  const path = pathOf(right);
  if (path === undefined || path.over.length === 0 || path.links.length < 2) return undefined;
  if (holds(right)) return { status: "verified", ground: "partials" };
  const repairs = [...otherLabels(right, path)].filter((r) => holds(r.expr));
  const [repair] = repairs;
  if (repair === undefined) return undefined;
  const note = [...new Set(repairs.map((r) => `${print(r.from)} should be ${print(r.to)}`))].join(" or ");
  const correction = { side: "right", expr: repair.expr } as const;
  return { status: "wrong", slip: "name", ground: "partials", note, ...(repairs.length > 1 ? {} : { correction }) };
}

/** Letters that count entries, and hardly ever samples. */
const ENTRY = /^[ijkl]$/;

interface Repair {
  readonly from: Expr;
  readonly to: Expr;
  readonly expr: Expr;
}

/** The sum with a letter that is summed over at one name instead of another letter: at one place, or wherever it stands. */
function* otherLabels(e: Expr, { links, over }: Path): Generator<Repair> {
  const seen = new Set<string>();
  const standing = new Set(links.flatMap((l) => [...lettersAt(l.of), ...lettersAt(l.wrt[0]!)]));
  for (const from of links.flatMap((l) => [l.of, l.wrt[0]!])) {
    if (from.kind !== "name") continue;
    for (const to of over) {
      const label = /_([a-z])$/.exec(from.name)?.[1];
      if (label === undefined || label === to) continue;
      // A sum over samples, or over time, often leaves out their letter: `Σ_n ∂E/∂y_i ∂y_i/∂w_i`.
      if (!standing.has(to) && !(ENTRY.test(to) && ENTRY.test(label))) continue;
      const other = name(`${from.name.slice(0, -1)}${to}`);
      yield { from, to: other, expr: replaceNodes(e, (n) => (n === from ? other : undefined)) };
      if (seen.has(`${from.name} ${to}`)) continue;
      seen.add(`${from.name} ${to}`);
      const count = links.filter((l) => [l.of, l.wrt[0]!].some((x) => endOf(x) === from.name)).length;
      const everywhere = (n: Expr): Expr | undefined => (n.kind === "name" && n.name === from.name ? other : undefined);
      if (count > 1) yield { from, to: other, expr: replaceNodes(e, everywhere) };
    }
  }
}
