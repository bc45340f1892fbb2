import { spend } from "../core/budget";
import { isInt, ONE, type Rat, rat, ratAdd, ratEq, ratMul, ratNeg, ratValue } from "./rational";
import { expand } from "./shorten";
import {
  constantOf,
  type Factor,
  type Head,
  isRat,
  type NamedHead,
  type Pow,
  type Raw,
  rawOf,
  type Tensor,
  times,
  type World,
} from "./tensor";

/** How a named value comes up as a sum: as it is, or turned, or with the other sign. */
interface OfSum {
  readonly head: NamedHead;
  readonly turned: boolean;
  readonly sign: 1 | -1;
}

/** A named product: what it stands for, but for numbers and dimensions in front of it. */
interface OfProduct {
  readonly head: NamedHead;
  readonly factors: readonly Factor[];
  /** The product is the named value times this. */
  readonly coef: Rat;
  readonly dims: readonly Factor[];
  /** Slots of the value; higher indices are summed. */
  readonly rank: number;
}

/** Factors of a named product, at most. */
const MOST_FACTORS = 6;

const is = (p: Pow, r: Rat): boolean => isRat(p) && ratEq(p, r);

/**
 * What the author named, and where it comes up again: as a function (`p = sigmoid(u)`), as a sum (`r = X*w - y`), as the
 * root of a sum (`s = sqrt(v + c)`: also 1/(v + c) is s^-2) and within products (`z = u/s`: u/s^2 is z/s).
 */
export class Names {
  private readonly heads = new Map<Head, NamedHead>();
  private readonly sums = new Map<Tensor, OfSum>();
  private readonly roots = new Map<Tensor, { readonly head: NamedHead; readonly pow: Rat }>();
  private readonly products: OfProduct[] = [];
  /** The heads with which a named product can begin. */
  private readonly firsts = new Set<Head>();

  /** From now on what a name stands for is written with the name, wherever it comes up. */
  give(w: World, name: string, t: Tensor, row: boolean): NamedHead {
    const head = w.head({ kind: "named", name, arg: t, dims: t.dims, symmetry: w.symmetryOf(t), ...(row ? { row } : {}) }) as NamedHead; // prettier-ignore
    this.unopened.push(head);
    if (t.terms.length > 1) this.giveToSum(w, head, t);
    else this.giveToProduct(head, t.terms[0]!);
    return head;
  }

  private giveToSum(w: World, head: NamedHead, t: Tensor): void {
    for (const turned of t.dims.length === 2 ? [false, true] : [false])
      for (const sign of [1, -1] as const) {
        const as = w.scale(turned ? w.permute(t, [1, 0]) : t, rat(sign));
        if (!this.sums.has(as)) this.sums.set(as, { head, turned, sign });
      }
  }

  private giveToProduct(head: NamedHead, { coef, term }: Tensor["terms"][number]): void {
    const rank = head.dims.length;
    const [first] = term.factors;
    const inOrder = first !== undefined && first.idx.length === rank && first.idx.every((i, k) => i === k);
    if (term.factors.length === 1 && first !== undefined && inOrder && ratEq(coef, ONE)) {
      if (is(first.pow, ONE)) {
        if ((first.head.kind === "fn" || first.head.kind === "op") && !this.heads.has(first.head)) this.heads.set(first.head, head); // prettier-ignore
        return;
      }
      if (first.head.kind === "group" && isRat(first.pow) && !this.roots.has(first.head.arg)) this.roots.set(first.head.arg, { head, pow: first.pow }); // prettier-ignore
      return;
    }
    const isDim = (f: Factor): boolean => f.head.kind === "dim" && isRat(f.pow);
    const dims = term.factors.filter(isDim).map((f) => ({ ...f, pow: ratNeg(f.pow as Rat) }));
    const factors = term.factors.filter((f) => !isDim(f));
    // A multiple of a variable is not found in the variable.
    const telling =
      factors.length > 1 || term.bound.length > 0 || (factors[0] !== undefined && !is(factors[0].pow, ONE));
    if (
      !telling ||
      factors.length > MOST_FACTORS ||
      factors.some((f) => f.head.kind === "delta" || f.head.kind === "fuse")
    )
      return;
    // What has slots comes first: a match then begins where it can fail early.
    factors.sort((a, b) => b.idx.length - a.idx.length);
    this.products.push({ head, factors, coef: rat(coef.d, coef.n), dims, rank });
    this.firsts.add(factors[0]!.head);
  }

  ofHead(h: Head): Head {
    return this.heads.size === 0 ? h : (this.heads.get(h) ?? h);
  }

  /** A sum to a power, under its name: with the sign that stands before it. */
  ofSum(t: Tensor, idx: readonly number[], pow: Pow): { coef: Rat; factors: Factor[] } | undefined {
    if (this.sums.size === 0 && this.roots.size === 0) return undefined;
    const sum = this.sums.get(t);
    if (sum !== undefined && (sum.sign > 0 || (isRat(pow) && isInt(pow)))) {
      const odd = isRat(pow) && pow.n % 2 !== 0;
      return {
        coef: sum.sign < 0 && odd ? rat(-1) : ONE,
        factors: [{ head: sum.head, idx: sum.turned ? [...idx].reverse() : idx, pow }],
      };
    }
    const root = this.roots.get(t);
    if (root === undefined || !isRat(pow)) return undefined;
    const times = rat(pow.n * root.pow.d, pow.d * root.pow.n);
    return isInt(times) ? { coef: ONE, factors: [{ head: root.head, idx, pow: times }] } : undefined;
  }

  /** Named values multiplied out, but for what is scalar: the product of `by` and the value. */
  private readonly opened = new Map<Tensor, { readonly head: NamedHead; readonly turned: boolean; readonly by: Raw }>();
  private readonly unopened: NamedHead[] = [];

  /** A tensor that is a named value times a scalar, found by multiplying both out; the same tensor where it is none. */
  found(w: World, t: Tensor): Tensor {
    if (this.opened.size + this.unopened.length === 0 || t.dims.length === 0 || t.dims.length > 2) return t;
    for (const head of this.unopened.splice(0)) this.open(w, head);
    const { core, by } = withoutScalars(w, expand(w, t, true));
    const known = this.opened.get(core);
    if (known === undefined) return t;
    const slots = t.dims.map((d) => w.newIndex(d));
    const own: Factor = { head: known.head, idx: known.turned ? [...slots].reverse() : slots, pow: ONE };
    return w.tensor(slots, [times(by, known.by, rawOf([own]))]);
  }

  private open(w: World, head: NamedHead): void {
    const { core, by } = withoutScalars(w, expand(w, head.arg, true));
    if (core.terms.length === 0 || (core.terms.length === 1 && core.terms[0]!.term.factors.length < 2)) return;
    const inverse: Raw = {
      coef: rat(by.coef.d, by.coef.n),
      factors: by.factors.map((f) => ({ ...f, pow: ratNeg(f.pow as Rat) })),
    };
    for (const turned of core.dims.length === 2 ? [false, true] : [false]) {
      const as = turned ? w.permute(core, [1, 0]) : core;
      if (!this.opened.has(as)) this.opened.set(as, { head, turned, by: inverse });
    }
  }

  private readonly totals = new Map<string, Tensor | undefined>();

  /** What a named value sums to over some of its slots, where that is a number: what is centred sums to zero. */
  total(w: World, h: NamedHead, over: readonly boolean[]): Tensor | undefined {
    const key = `${h.id}:${over.join()}`;
    if (!this.totals.has(key)) {
      // While it is worked out, its own name comes up in it again.
      this.totals.set(key, undefined);
      const sum = w.summedOver(h.arg, over);
      if (constantOf(sum) !== undefined) this.totals.set(key, sum);
    }
    return this.totals.get(key);
  }

  /** A product in which one that has a name is written with it; `undefined` where there is none. */
  within(factors: readonly Factor[], isFree: ReadonlySet<number>): { coef: Rat; factors: Factor[] } | undefined {
    if (this.products.length === 0) return undefined;
    for (let k = this.products.length - 1; k >= 0; k--) {
      const p = this.products[k]!;
      if (!factors.some((f) => f.head === p.factors[0]!.head)) continue;
      spend(4);
      const found = match(p, factors, isFree);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** A tensor as a scalar times one whose terms have no scalar factor in common, and whose first number is 1. */
function withoutScalars(w: World, t: Tensor): { core: Tensor; by: Raw } {
  const [first] = t.terms;
  if (first === undefined) return { core: t, by: rawOf([]) };
  const isCommon = (f: Factor): boolean =>
    f.idx.length === 0 &&
    isRat(f.pow) &&
    t.terms.every((x) => x.term.factors.some((g) => g.head === f.head && isRat(g.pow) && ratEq(g.pow, f.pow as Rat)));
  const common = first.term.factors.filter(isCommon);
  const by: Raw = { coef: first.coef, factors: common };
  const heads = new Set(common.map((f) => f.head));
  const slots = t.dims.map((d) => w.newIndex(d));
  const core = w.tensor(
    slots,
    w.instantiate(t, slots).map((r) => ({
      ...r,
      coef: rat(r.coef.n * first.coef.d, r.coef.d * first.coef.n),
      factors: r.factors.filter((f) => f.idx.length > 0 || !heads.has(f.head)),
    })),
  );
  return { core, by };
}

/** Looks for a named product among factors, one factor after the other. */
function match(
  p: OfProduct,
  factors: readonly Factor[],
  isFree: ReadonlySet<number>,
): { coef: Rat; factors: Factor[] } | undefined {
  const at = new Map<number, number>();
  const left = factors.map((f) => f.pow as Pow | undefined);
  const go = (k: number): boolean => {
    const wanted = p.factors[k];
    if (wanted === undefined) return summedInside(p, at, factors, left, isFree);
    for (const [i, f] of factors.entries()) {
      const pow = left[i];
      if (f.head !== wanted.head || pow === undefined) continue;
      const rest = without(pow, wanted.pow);
      if (rest === false) continue;
      for (const idx of f.head.symmetry > 0 && f.idx.length === 2 ? [f.idx, [f.idx[1]!, f.idx[0]!]] : [f.idx]) {
        const bound = wanted.idx.filter((s, n) => !at.has(s) && wanted.idx.indexOf(s) === n);
        if (!wanted.idx.every((s, n) => (at.get(s) ?? idx[wanted.idx.indexOf(s)]) === idx[n])) continue;
        for (const s of bound) at.set(s, idx[wanted.idx.indexOf(s)]!);
        left[i] = rest;
        if (go(k + 1)) return true;
        left[i] = pow;
        for (const s of bound) at.delete(s);
      }
    }
    return false;
  };
  if (!go(0)) return undefined;
  const own: Factor = { head: p.head, idx: p.head.dims.map((_, s) => at.get(s)!), pow: ONE };
  if (own.idx.some((i) => i === undefined)) return undefined;
  const rest = factors.flatMap((f, i) => (left[i] === undefined ? [] : [{ ...f, pow: left[i] }]));
  return { coef: p.coef, factors: [...rest, ...p.dims, own] };
}

/** What is left of a power once another is taken from it: `undefined` for nothing, `false` where it cannot be taken. */
function without(pow: Pow, taken: Pow): Pow | undefined | false {
  if (!isRat(pow) || !isRat(taken)) return pow === taken ? undefined : false;
  const rest = ratAdd(pow, ratNeg(taken));
  if (rest.n === 0) return undefined;
  return ratValue(ratMul(rest, taken)) > 0 && isInt(rest) ? rest : false;
}

/** Whether each index that a named product sums over is summed here too, in no other factor, and no two are one. */
function summedInside(
  p: OfProduct,
  at: ReadonlyMap<number, number>,
  factors: readonly Factor[],
  left: readonly (Pow | undefined)[],
  isFree: ReadonlySet<number>,
): boolean {
  const inner = [...at].filter(([s]) => s >= p.rank).map(([, i]) => i);
  const outer = [...at].filter(([s]) => s < p.rank).map(([, i]) => i);
  return (
    new Set(inner).size === inner.length &&
    inner.every((i) => !isFree.has(i) && !outer.includes(i)) &&
    factors.every((f, k) => left[k] === undefined || !f.idx.some((i) => inner.includes(i)))
  );
}
