import { apply, type Expr, freeNames, mapChildren, name, num, someNode } from "../../core/ast";

/** `E[X]`, `𝔼_x[f(x)]`, `Var(X)`, `Cov(X, Y)`, with conditions as further arguments. */
export type MomentKind = "mean" | "variance" | "covariance";

const MEAN = /^(?:E|𝔼)(?:_(.+))?$/u;
const VARIANCE = /^(?:Var|var|𝕍)(?:_(.+))?$/u;
const COVARIANCE = /^(?:Cov|cov)(?:_(.+))?$/u;

/** What a call is the moment of; `below`: what stands below its sign. */
export function momentOf(e: Expr): { readonly kind: MomentKind; readonly below: string } | undefined {
  if (e.kind !== "call" || e.primes > 0 || e.args.length === 0 || e.args.length > 2) return undefined;
  for (const [kind, form] of [
    ["mean", MEAN],
    ["variance", VARIANCE],
    ["covariance", COVARIANCE],
  ] as const) {
    const found = form.exec(e.name);
    if (found !== null) return { kind, below: found[1] ?? "" };
  }
  return undefined;
}

export const hasMoments = (e: Expr): boolean => someNode(e, (n) => momentOf(n) !== undefined);

/** `𝔼 X` without brackets: the sign stands in front of the next factor. */
export function bracketed(e: Expr): Expr {
  const out = mapChildren(e, bracketed);
  if (out.kind !== "apply" || out.op !== "mul") return out;
  const [a, b] = out.args as readonly [Expr, Expr];
  if (a.kind === "name" && a.name === "𝔼") return { kind: "call", name: "𝔼", primes: 0, args: [b] };
  if (a.kind === "apply" && a.op === "mul" && a.args[1]!.kind === "name" && a.args[1].name === "𝔼")
    return apply("mul", a.args[0]!, { kind: "call", name: "𝔼", primes: 0, args: [b] });
  return out;
}

/** Names inside of moments, those outside of them, and those that are a moment's argument by themselves. */
export interface NamesOfMoments {
  readonly inside: Set<string>;
  readonly outside: Set<string>;
  readonly alone: Set<string>;
}

export function namesOfMoments(sides: readonly Expr[]): NamesOfMoments {
  const out: NamesOfMoments = { inside: new Set(), outside: new Set(), alone: new Set() };
  const visit = (e: Expr): void => {
    if (momentOf(e) !== undefined && e.kind === "call") {
      for (const a of e.args) {
        freeNames(a, out.inside);
        if (a.kind === "name") out.alone.add(a.name);
        visitInside(a);
      }
      return;
    }
    if (e.kind === "name") out.outside.add(e.name);
    mapChildren(e, (c) => (visit(c), c));
  };
  const visitInside = (e: Expr): void => {
    if (momentOf(e) !== undefined && e.kind === "call")
      for (const a of e.args) if (a.kind === "name") out.alone.add(a.name);
    mapChildren(e, (c) => (visitInside(c), c));
  };
  sides.forEach(visit);
  return out;
}

/** One outcome of all that is random: how likely it is, and which outcome each variable has in it. */
interface Outcome {
  readonly weight: number;
  /** The number of the outcome of a variable. */
  readonly of: (variable: string) => number;
}

/** Whether variables may hang on each other in any way, or not at all; or a first one tells groups of outcomes apart. */
export type Dependence = { readonly kind: "any" } | { readonly kind: "none" } | { readonly kind: "given"; readonly by: string }; // prettier-ignore

const THREE = [0.2, 0.3, 0.5];
const TWO = [0.35, 0.65];
const GROUPS = [0.1, 0.25, 0.4, 0.25];

function outcomes(random: readonly string[], dependence: Dependence): readonly Outcome[] {
  if (dependence.kind === "given")
    return GROUPS.map((weight, i) => ({ weight, of: (v) => (v === dependence.by ? Math.floor(i / 2) : i) }));
  if (dependence.kind === "any") return THREE.map((weight, i) => ({ weight, of: () => i }));
  const weights = random.length > 2 ? TWO : THREE;
  let all: { weight: number; at: ReadonlyMap<string, number> }[] = [{ weight: 1, at: new Map() }];
  for (const v of random)
    all = all.flatMap(({ weight, at }) => weights.map((w, i) => ({ weight: weight * w, at: new Map(at).set(v, i) })));
  return all.map(({ weight, at }) => ({ weight, of: (v) => at.get(v) ?? 0 }));
}

/** How the value of a variable in one outcome is called. */
export const outcomeName = (variable: string, k: number): string => `outcome${k + 1} of ${variable}`;

/** Variables of which products of outcomes are still looked at. */
const MOST_INDEPENDENT = 4;

/**
 * An expression with every moment written out as the weighted sum over a few outcomes that may be anything: an identity
 * of expectations holds for these as for any others. `undefined` where a moment is not understood. `used`: where the names
 * of outcomes are put; `ofArrays`: whether a variance is a matrix.
 */
export function writtenOut(
  e: Expr,
  random: readonly string[],
  dependence: Dependence,
  used: Set<string>,
  ofArrays: boolean,
): Expr | undefined {
  if (dependence.kind === "none" && random.length > MOST_INDEPENDENT) return undefined;
  const all = outcomes(random, dependence);
  let isOpen = false;
  /** The value of an expression in one outcome; of one in front of all outcomes no random name has a value. */
  const at = (x: Expr, now: Outcome | undefined): Expr => {
    if (x.kind === "name" && random.includes(x.name)) {
      if (now === undefined) return ((isOpen = true), x);
      const n = outcomeName(x.name, now.of(x.name));
      used.add(n);
      return name(n);
    }
    const moment = momentOf(x);
    if (moment === undefined || x.kind !== "call") return mapChildren(x, (c) => at(c, now));
    const mean = (body: (o: Outcome) => Expr, among: readonly Outcome[]): Expr => {
      const total = among.reduce((s, o) => s + o.weight, 0);
      return among.map((o) => apply("mul", num(o.weight / total), body(o))).reduce((a, b) => apply("add", a, b));
    };
    const conditions = moment.kind === "covariance" && x.args.length === 2 ? [] : x.args.slice(1);
    let among = all;
    for (const c of conditions) {
      if (c.kind !== "name" || dependence.kind !== "given" || dependence.by !== c.name || now === undefined) {
        isOpen = true;
        return x;
      }
      among = all.filter((o) => o.of(c.name) === now.of(c.name));
    }
    const [a] = x.args as readonly [Expr];
    if (moment.kind === "mean") return mean((o) => at(a, o), among);
    const b = moment.kind === "covariance" && x.args.length === 2 ? x.args[1]! : a;
    const centred = (y: Expr, o: Outcome): Expr =>
      apply(
        "sub",
        at(y, o),
        mean((p) => at(y, p), among),
      );
    return mean(
      (o) => apply("mul", centred(a, o), ofArrays ? apply("transpose", centred(b, o)) : centred(b, o)),
      among,
    );
  };
  const out = at(e, undefined);
  return isOpen ? undefined : out;
}
