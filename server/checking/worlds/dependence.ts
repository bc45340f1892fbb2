import { apply, children, type Expr, freeNames, name, num } from "../../core/ast";
import type { Definition } from "../../core/scope";
import type { Kind } from "../kindsOfNames";
import { changingIn, mentioned } from "./known";
import { isLetter, labelsOf } from "./labels";

/** What names without a definition depend on, as derivatives of them say: `∂L/∂a ∂a/∂z` of L on a and of a on z. */
export type Dependence = ReadonlyMap<string, readonly string[]>;

type Pairs = { readonly of: string; readonly by: string }[];

/** What a name shares with the other members of its family. */
function familyOf(n: string): string {
  const label = labelsOf(n);
  return label?.labels.every(isLetter) === true ? `${label.base} ${label.labels.length}` : n;
}

/** The names of which an expression takes derivatives. */
function differentiated(e: Expr, out: string[] = []): string[] {
  if (e.kind === "derivative") {
    const of = e.of.kind === "index" ? e.of.base : e.of;
    if (of.kind === "name") out.push(of.name);
  }
  for (const c of children(e)) differentiated(c, out);
  return out;
}

function pairsIn(e: Expr, out: Pairs = []): Pairs {
  if (e.kind === "derivative") {
    // `∂_i(u ∂_j v)`: what is differentiated within depends on i as well.
    const inside = e.of.kind === "name" ? [e.of.name] : [...new Set(differentiated(e))];
    for (const w of e.wrt) {
      const by = w.kind === "index" ? w.base : w;
      if (by.kind === "name") for (const of of inside) out.push({ of, by: by.name });
    }
  }
  for (const c of children(e)) pairsIn(c, out);
  return out;
}

/**
 * What the undefined names of an equation depend on. What the left side says is taken to come about through what the right
 * side says (`dy/dx = dy/du du/dx`). `undefined` where that leaves open what is held fixed, or goes round in a circle.
 */
export function dependenceOf(
  left: Expr,
  right: Expr,
  definitions: ReadonlyMap<string, Definition>,
  opaque: ReadonlyMap<string, Definition>,
): Dependence | undefined {
  const parents = new Map<string, Set<string>>();
  for (const [n, d] of definitions) if (d.parameters === undefined) parents.set(n, freeNames(d.body));
  for (const [n, d] of opaque) {
    const spokenOf = new Set([...mentioned(d), ...(d.parameters ?? [])]);
    spokenOf.delete(n);
    spokenOf.delete(d.name);
    parents.set(n, spokenOf);
  }
  const add = ({ of, by }: Pairs[number]): void => {
    const known = parents.get(of) ?? new Set();
    parents.set(of, known.add(by));
  };
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(parents.get(from) ?? [])].some((p) => p === to || reaches(p, to, seen));
  };
  // What is said of one member is said of all.
  const families = new Set([...definitions.keys()].map(familyOf));
  const isDefined = (n: string): boolean => definitions.has(n) || families.has(familyOf(n));
  const open = (pair: Pairs[number]): boolean => !isDefined(pair.of) && pair.of !== pair.by;
  const said = pairsIn(right).filter(open);
  said.forEach(add);
  for (const pair of pairsIn(left).filter(open)) if (!reaches(pair.of, pair.by)) add(pair);
  const out = new Map<string, readonly string[]>();
  const changing = opaque.size === 0 ? new Set<string>() : changingIn([left, right, ...[...definitions.values()].map((d) => d.body)]); // prettier-ignore
  // An entry of what changes does too.
  const bases = new Map([...changing].map((n) => [labelsOf(n)?.base ?? n, n]));
  for (const of of opaque.size === 0 ? [] : parents.values())
    for (const m of [...of]) {
      const whole = bases.get(labelsOf(m)?.base ?? m);
      if (whole !== undefined && whole !== m) of.add(whole);
    }
  const varies = (n: string): boolean => changing.has(n) || [...changing].some((v) => reaches(n, v));
  // A function that is not understood changes with its arguments, and with nothing else.
  for (const d of opaque.values())
    if (d.parameters !== undefined && [...mentioned(d)].some((n) => n !== d.name && !d.parameters!.includes(n) && varies(n))) return undefined; // prettier-ignore
  const named = freeNames(right, freeNames(left));
  for (const d of definitions.values()) freeNames(d.body, named);
  for (const [n, all] of parents) {
    // A function that is only called is one of which nothing is said.
    if (opaque.get(n)?.parameters !== undefined && !named.has(n)) continue;
    // What an unreadable definition speaks of matters where it changes.
    const of = opaque.has(n) ? [...all].filter(varies) : [...all];
    if (opaque.has(n) && of.length === 0) continue;
    if (reaches(n, n)) return undefined;
    if (definitions.has(n)) continue;
    // With ∂f/∂x beside ∂f/∂u ∂u/∂x it is not said what is held fixed.
    for (const p of of) if (of.some((q) => q !== p && reaches(q, p))) return undefined;
    out.set(n, of);
  }
  return out;
}

/** A value of a kind that depends smoothly on others, with any weights; `weight` gives the name of one of a kind. */
export function anyValue(
  kind: Kind,
  parents: readonly { readonly name: string; readonly kind: Kind }[],
  weight: (label: string, kind: Kind) => Expr,
): Expr {
  const once = (which: string): Expr =>
    parents
      .map((p, i) =>
        share(kind, p, (k, of) => weight(`${which}${k} ${p.name}`, of), 0.6 + 0.35 * i + which.length * 0.21),
      )
      .reduce((a, b) => apply("add", a, b));
  if (kind === "scalar") return apply("add", apply("sin", once("a")), apply("exp", apply("div", once("bb"), num(5))));
  return apply("add", apply("sin", once("a")), once("bb"));
}

/** What one value brings into another: linear, of its kind. */
function share(
  kind: Kind,
  from: { readonly name: string; readonly kind: Kind },
  weight: (label: string, kind: Kind) => Expr,
  factor: number,
): Expr {
  const p = name(from.name);
  const t = (e: Expr): Expr => apply("transpose", e);
  const { kind: of } = from;
  if (kind === "scalar")
    return of === "scalar"
      ? apply("mul", num(Math.round(factor * 100) / 100), p)
      : of === "vector"
        ? apply("mul", t(weight("l", "vector")), p)
        : of === "row"
          ? apply("mul", p, weight("l", "vector"))
          : apply("tr", apply("mul", t(weight("l", "matrix")), p));
  const column = of === "scalar" ? undefined : of === "row" ? t(p) : p;
  if (kind === "vector" || kind === "row") {
    const value =
      column === undefined
        ? apply("mul", weight("l", "vector"), p)
        : of === "matrix"
          ? apply("mul", apply("mul", weight("l", "matrix"), p), weight("r", "vector"))
          : apply("mul", weight("l", "matrix"), column);
    return kind === "row" ? t(value) : value;
  }
  if (column === undefined) return apply("mul", weight("l", "matrix"), p);
  const inner = apply("mul", weight("l", "matrix"), column);
  return of === "matrix" ? apply("mul", inner, weight("r", "matrix")) : apply("mul", inner, t(weight("r", "vector")));
}
