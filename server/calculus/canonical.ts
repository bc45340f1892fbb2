import { spend } from "../core/budget";
import type { Dim } from "../core/dimension";
import { type Factor, powKey, type Term, type World } from "./tensor";

/**
 * Canonical form of a product: the same for every naming of its summed indices and every order of its
 * factors, so that like terms have equal keys. Colour refinement tells most indices apart; ties are broken
 * by trying each of the tied ones (they are usually symmetric), within a bound. A tie left unbroken costs a
 * missed merge, never a wrong one: keys spell the whole product. A product that comes out as its own negative
 * (`z'*W*z` with W skew) is zero: its sign is 0.
 */
export function canonicalTerm(
  w: World,
  free: readonly number[],
  factors: readonly Factor[],
): { sign: 1 | -1 | 0; term: Term } {
  const rank = free.length;
  const local = new Map<number, number>();
  free.forEach((g, k) => local.set(g, k));
  const dims: Dim[] = free.map((g) => w.dimOf(g));
  const idx = factors.map((f) =>
    f.idx.map((g) => {
      let k = local.get(g);
      if (k === undefined) {
        k = dims.length;
        local.set(g, k);
        dims.push(w.dimOf(g));
      }
      return k;
    }),
  );
  const total = dims.length;
  const build = (label: readonly number[]) => spell(factors, idx, label);

  // One summed index has nothing to be told apart from.
  if (total <= rank + 1) {
    const r = build(dims.map((_, k) => k));
    return { sign: r.sign, term: { key: r.key, factors: r.factors, bound: dims.slice(rank) } };
  }

  const weights = factors.map((f) => mix(f.head.id + 1, hashText(powKey(f.pow))));
  const start = dims.map((d, k) => (k < rank ? k + 1 : mix(7, hashText(d.key))));
  let best: { sign: 1 | -1; key: string; factors: Factor[]; label: number[] } | undefined;
  let vanishes = false;
  let budget = 24;
  const search = (colors: number[]): void => {
    const c = refine(colors, factors, idx, weights, rank);
    const tied = firstTie(c, rank);
    if (tied === undefined) {
      const order = c
        .map((_, k) => k)
        .slice(rank)
        .sort((a, b) => c[a]! - c[b]!);
      const label = c.map((_, k) => k);
      order.forEach((k, i) => (label[k] = rank + i));
      const r = build(label);
      if (best === undefined || r.key < best.key) best = { ...r, label };
      else if (r.key === best.key && r.sign !== best.sign) vanishes = true;
      budget--;
      return;
    }
    for (const [n, k] of tied.entries()) {
      if (vanishes || (n > 0 && budget <= 0)) return;
      const next = [...c];
      next[k] = mix(next[k]!, 99991);
      search(next);
      if (total - rank > 12) return;
    }
  };
  search(start);
  const r = best!;
  const bound: Dim[] = [];
  r.label.forEach((l, k) => {
    if (l >= rank) bound[l - rank] = dims[k]!;
  });
  return { sign: vanishes ? 0 : r.sign, term: { key: r.key, factors: r.factors, bound } };
}

function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x27d4eb2f);
  return (h ^ (h >>> 13)) >>> 0;
}

const hashes = new Map<string, number>();
function hashText(s: string): number {
  let h = hashes.get(s);
  if (h === undefined) {
    h = 17;
    for (let i = 0; i < s.length; i++) h = mix(h, s.charCodeAt(i));
    if (hashes.size > 10_000) hashes.clear();
    hashes.set(s, h);
  }
  return h;
}

function refine(
  colors: number[],
  factors: readonly Factor[],
  idx: readonly (readonly number[])[],
  weights: readonly number[],
  rank: number,
): number[] {
  let c = colors;
  let distinct = new Set(c).size;
  for (let round = 0; round < c.length + 1; round++) {
    spend((c.length + factors.length) / 8);
    const gathered = new Array<number>(c.length).fill(0);
    for (let f = 0; f < factors.length; f++) {
      const at = idx[f]!;
      if (at.length === 0) continue;
      const even = factors[f]!.head.symmetry !== 0;
      let sig = weights[f]!;
      const pair = at.length - 2;
      if (even) {
        for (let k = 0; k < pair; k++) sig = mix(sig, c[at[k]!]!);
        sig = mix(sig, (c[at[pair]!]! + c[at[pair + 1]!]!) >>> 0);
      } else for (const k of at) sig = mix(sig, c[k]!);
      for (let p = 0; p < at.length; p++) {
        const k = at[p]!;
        // Sums are symmetric, so the order in which factors come does not matter.
        gathered[k] = (gathered[k]! + mix(sig, even && p >= pair ? 3 + (c[k]! % 65521) : p + 3)) >>> 0;
      }
    }
    const next = c.map((x, k) => (k < rank ? x : mix(x, gathered[k]!)));
    const n = new Set(next).size;
    c = next;
    if (n === distinct && round > 0) break;
    distinct = n;
  }
  return c;
}

function firstTie(c: readonly number[], rank: number): number[] | undefined {
  const classes = new Map<number, number[]>();
  for (let k = rank; k < c.length; k++) {
    const list = classes.get(c[k]!);
    if (list === undefined) classes.set(c[k]!, [k]);
    else list.push(k);
  }
  let best: number[] | undefined;
  let color = Infinity;
  for (const [x, list] of classes)
    if (list.length > 1 && x < color) {
      color = x;
      best = list;
    }
  return best;
}

/** The factors under a labelling, sorted, and the key that spells them. */
function spell(
  factors: readonly Factor[],
  idx: readonly (readonly number[])[],
  label: readonly number[],
): { sign: 1 | -1; key: string; factors: Factor[] } {
  let sign: 1 | -1 = 1;
  const placed = factors.map((f, k) => {
    let at = idx[k]!.map((i) => label[i]!);
    const [a, b] = at.slice(-2) as [number, number];
    if (f.head.symmetry !== 0 && a > b) {
      at = [...at.slice(0, -2), b, a];
      // A skew head to an odd power changes its sign.
      if (f.head.symmetry < 0 && !("terms" in f.pow) && f.pow.d === 1 && f.pow.n % 2 !== 0) sign = sign === 1 ? -1 : 1;
    }
    return { f: { head: f.head, idx: at, pow: f.pow }, text: `${f.head.id}^${powKey(f.pow)}[${at.join()}]` };
  });
  placed.sort((a, b) => a.f.head.id - b.f.head.id || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return { sign, key: placed.map((p) => p.text).join(" "), factors: placed.map((p) => p.f) };
}
