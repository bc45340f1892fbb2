import { ONE, type Rat, rat, ratAdd, ratEq, ratValue, isUnit } from "./rational";
import { type Factor, type Head, isRat, type Raw, type Tensor, times, type World } from "./tensor";

/**
 * Which of several forms of the same tensor reads shortest. Sums stay factored unless multiplying them out
 * lets terms cancel or merge.
 */

const headCosts = new WeakMap<Head, number>();
const tensorCosts = new WeakMap<Tensor, number>();

/** Roughly the leaves and operators it takes to write a tensor down. */
export function cost(t: Tensor): number {
  let c = tensorCosts.get(t);
  if (c === undefined) {
    c = 0;
    for (const { coef, term } of t.terms) {
      c += 1;
      if (!isUnit(coef)) c += 2;
      for (const f of term.factors)
        c += headCost(f.head) + 1 + (isRat(f.pow) ? (ratEq(f.pow, ONE) ? 0 : 2) : 1 + cost(f.pow));
    }
    tensorCosts.set(t, c);
  }
  return c;
}

function headCost(h: Head): number {
  if (h.kind === "var" || h.kind === "named" || h.kind === "dim" || h.kind === "delta") return 1;
  if (!("arg" in h)) return 2;
  let c = headCosts.get(h);
  if (c === undefined) {
    c = cost(h.arg) + (h.kind === "group" ? 0 : 1);
    headCosts.set(h, c);
  }
  return c;
}

const MAX_EXPANDED = 12;

/** How many products a tensor has when its groups are multiplied out one level. */
function expandedCount(t: Tensor): number {
  let n = 0;
  for (const { term } of t.terms) {
    let k = 1;
    for (const f of term.factors)
      if (f.head.kind === "group" && isRat(f.pow) && f.pow.d === 1 && f.pow.n >= 1 && f.pow.n <= 4)
        k *= f.head.arg.terms.length ** f.pow.n;
    n += k;
    if (n > 1e6) break;
  }
  return n;
}

/** Multiplies out the groups of a tensor's products (whole positive powers), as far as the bound allows. */
export function expand(w: World, t: Tensor, deep = false): Tensor {
  const known = deep ? undefined : w.expanded.get(t);
  if (known !== undefined) return known;
  if (expandedCount(t) > (deep ? 400 : MAX_EXPANDED)) return t;
  const slots = t.dims.map((d) => w.newIndex(d));
  let raws = w.instantiate(t, slots);
  const limit = deep ? 400 : MAX_EXPANDED;
  for (let round = 0; round < 60; round++) {
    let changed = false;
    const next: Raw[] = [];
    for (const raw of raws) {
      const k = raw.factors.findIndex(
        (f) => f.head.kind === "group" && isRat(f.pow) && f.pow.d === 1 && f.pow.n >= 1 && f.pow.n <= 4,
      );
      if (k < 0 || next.length > limit) {
        next.push(raw);
        continue;
      }
      changed = true;
      const f = raw.factors[k]!;
      const rest: Factor[] = raw.factors.filter((_, i) => i !== k);
      if (isRat(f.pow) && f.pow.n > 1) rest.push({ ...f, pow: { n: f.pow.n - 1, d: 1 } });
      for (const r of w.instantiate((f.head as { arg: Tensor }).arg, f.idx))
        next.push(times({ coef: raw.coef, factors: rest, ...(raw.over === undefined ? {} : { over: raw.over }) }, r));
    }
    raws = next;
    if (!changed || raws.length > limit) break;
  }
  const out = w.tensor(slots, raws);
  if (!deep) w.expanded.set(t, out);
  return out;
}

/**
 * Terms over different powers of one sum, over the highest of them, where that lets terms cancel: 1/g − x/g² with
 * g = x + y is y/g². The same tensor where it does not.
 */
export function overOneDenominator(w: World, t: Tensor): Tensor {
  if (t.terms.length < 2 || t.terms.length > MAX_EXPANDED) return t;
  const slots = t.dims.map((d) => w.newIndex(d));
  const raws = w.instantiate(t, slots);
  const isUnder = (f: Factor): boolean => f.head.kind === "group" && f.idx.length === 0 && isRat(f.pow) && f.pow.n < 0;
  for (const g of new Set(raws.flatMap((r) => r.factors.filter(isUnder).map((f) => f.head)))) {
    const powerIn = (r: Raw): Rat => {
      const f = r.factors.find((x) => x.head === g && isUnder(x));
      return f === undefined ? rat(0) : (f.pow as Rat);
    };
    const least = raws.map(powerIn).reduce((x, y) => (ratValue(y) < ratValue(x) ? y : x));
    const above = raws.map((r) => ratAdd(powerIn(r), rat(-least.n, least.d)));
    if (above.every((p) => p.n === 0) || above.some((p) => p.d !== 1 || p.n > MOST_RAISED)) continue;
    const raised = raws.flatMap((r, k) => {
      let parts: Raw[] = [{ ...r, factors: r.factors.filter((f) => f.head !== g || !isUnder(f)) }];
      for (let p = above[k]!.n; p > 0; p--)
        parts = parts.flatMap((q) => w.instantiate((g as { arg: Tensor }).arg, []).map((s) => times(q, s)));
      return parts;
    });
    if (raised.length > 4 * MAX_EXPANDED) continue;
    const sum = w.tensor(slots, raised);
    // A sum in which something is divided again reads worse than two quotients: k/p − (n − k)/(1 − p).
    if (sum.terms.length > 1 && sum.terms.some((x) => x.term.factors.some((f) => isRat(f.pow) && f.pow.n < 0)))
      continue;
    const under: Raw = { coef: ONE, factors: [{ head: g, idx: [], pow: least }] };
    const out = w.tensor(
      slots,
      w.instantiate(sum, slots).map((r) => times(r, under)),
    );
    if (sum.terms.length < t.terms.length || cost(out) <= cost(t)) return out;
  }
  return t;
}

/** Powers of a sum that a term is multiplied by at most. */
const MOST_RAISED = 2;

/**
 * Factors s^p beside a group to the same negative power go into the group where that is shorter:
 * v⁻¹·(1 + q/v)⁻¹ is (v + q)⁻¹.
 */
function absorb(w: World, t: Tensor): Tensor {
  const slots = t.dims.map((d) => w.newIndex(d));
  let changed = false;
  const raws = w.instantiate(t, slots).map((raw) => {
    let factors = [...raw.factors];
    for (let round = 0; round < 4; round++) {
      let best: { gain: number; next: Factor[] } | undefined;
      factors.forEach((g, k) => {
        const gp = g.pow;
        const h = g.head;
        if (h.kind !== "group" || !isRat(gp) || gp.n >= 0 || gp.d !== 1 || h.arg.terms.length < 2) return;
        factors.forEach((s, i) => {
          const sp = s.pow;
          if (
            i === k ||
            !isRat(sp) ||
            sp.n >= 0 ||
            sp.d !== 1 ||
            s.head.kind === "group" ||
            !(s.idx.length === 0 || (s.idx.length === g.idx.length && s.idx.every((x, j) => x === g.idx[j])))
          )
            return;
          const m = Math.max(gp.n, sp.n);
          const own = h.dims.map((d) => w.newIndex(d));
          const whole: Factor = { head: s.head, idx: s.idx.length === 0 ? [] : own, pow: ONE };
          const joint = w.tensor(
            own,
            w.instantiate(h.arg, own).map((r) => times(r, { coef: ONE, factors: [whole] })),
          );
          const gain = cost(h.arg) + headCost(s.head) - cost(joint);
          if (gain <= 0 || (best !== undefined && gain <= best.gain)) return;
          const next = factors.filter((_, j) => j !== k && j !== i);
          next.push({ head: w.group(joint), idx: g.idx, pow: { n: m, d: 1 } });
          if (gp.n !== m) next.push({ ...g, pow: { n: gp.n - m, d: 1 } });
          if (sp.n !== m) next.push({ ...s, pow: { n: sp.n - m, d: 1 } });
          best = { gain, next };
        });
      });
      if (best === undefined) break;
      factors = (best as { next: Factor[] }).next;
      changed = true;
    }
    return { ...raw, factors };
  });
  return changed ? w.tensor(slots, raws) : t;
}

/** The shortest of the given forms and their expansions; the first wins a tie. */
export function shorter(w: World, ...forms: readonly Tensor[]): Tensor {
  let best = forms[0]!;
  let least = cost(best);
  const consider = (t: Tensor) => {
    const c = cost(t);
    if (c < least) {
      best = t;
      least = c;
    }
  };
  for (const t of forms.slice(1)) consider(t);
  for (const t of forms)
    if (
      t.terms.some((x) =>
        x.term.factors.some((f) => f.head.kind === "group" && isRat(f.pow) && f.pow.d === 1 && f.pow.n > 0),
      )
    )
      consider(expand(w, t));
  return absorb(w, best);
}
