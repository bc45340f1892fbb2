import { ONE } from "../rational";
import { type Factor, type Head, type OpHead, rawOf, type Tensor, times, type World } from "../tensor";

/**
 * Indices held at positions, for printing: `x[2]`, `A[:,i]`, and the members `x_i` of a family inside
 * `sum(i in 1..N, …)`. A held index is dropped from the graph and written on the factors that had it.
 */

/** Whether an index of a head runs over the members of a family. */
export function runsOverFamily(h: Head, slot: number): boolean {
  if (h.kind === "var") return h.family === true && slot === 0;
  if (h.kind === "fn" || h.kind === "group" || h.kind === "named" || isRowwise(h)) return familySlots(h.arg).has(slot);
  return h.kind === "iota";
}

/** Softmax of a matrix: each row by itself, so that one may be held. */
const isRowwise = (h: Head): h is OpHead => h.kind === "op" && h.name === "softmax" && h.dims.length === 2;

const known = new WeakMap<Tensor, ReadonlySet<number>>();

function familySlots(t: Tensor): ReadonlySet<number> {
  let s = known.get(t);
  if (s === undefined) {
    const out = new Set<number>();
    for (const { term } of t.terms)
      for (const f of term.factors)
        f.idx.forEach((i, k) => {
          if (i < t.dims.length && runsOverFamily(f.head, k)) out.add(i);
        });
    s = out;
    known.set(t, s);
  }
  return s;
}

/** The summed index of a product that runs over a family, if there is one. */
export function familyIndex(factors: readonly Factor[], free: readonly number[]): number | undefined {
  for (const f of factors)
    for (const [k, i] of f.idx.entries()) if (!free.includes(i) && runsOverFamily(f.head, k)) return i;
  return undefined;
}

/** Holds an index of a product at a position. */
export function hold(w: World, factors: readonly Factor[], index: number, at: string): Factor[] {
  return factors.map((f) => (f.idx.includes(index) ? holdFactor(w, f, index, at) : f));
}

function holdFactor(w: World, f: Factor, index: number, at: string): Factor {
  const h = f.head;
  const idx = f.idx.filter((i) => i !== index);
  if (h.kind === "fn" || h.kind === "group" || (isRowwise(h) && f.idx[0] === index && familySlots(h.arg).has(0))) {
    const slots = h.arg.dims.map((d, k) => (f.idx[k] === index ? index : w.newIndex(d)));
    const rest = slots.filter((i) => i !== index);
    const unit: Factor = {
      head: w.head({ kind: "unit", at, dims: [w.dimOf(index)], symmetry: 0 }),
      idx: [index],
      pow: ONE,
    };
    const arg = w.tensor(
      rest,
      w.instantiate(h.arg, slots).map((r) => times(r, rawOf([unit]))),
    );
    const head =
      h.kind === "group"
        ? w.group(arg)
        : w.head({
            kind: h.kind,
            name: h.name,
            arg,
            dims: arg.dims,
            symmetry: 0,
            ...(h.kind === "op" || h.primes === undefined ? {} : { primes: h.primes }),
          });
    return { head, idx, pow: f.pow };
  }
  if (h.kind === "delta" && idx.length === 1)
    return { head: w.head({ kind: "unit", at, dims: h.dims.slice(1), symmetry: 0 }), idx, pow: f.pow };
  const dims = h.dims.filter((_, k) => f.idx[k] !== index);
  const where = f.idx.map((i) => (i === index ? at : undefined));
  const of = h.kind === "slice" ? h.of : h;
  let k = 0;
  const all = h.kind === "slice" ? h.at.map((a) => a ?? where[k++]) : where;
  return { head: w.head({ kind: "slice", of, at: all, dims, symmetry: 0 }), idx, pow: f.pow };
}

/** Holds every summed index that a position is given for. */
export function holdUnits(w: World, factors: readonly Factor[], free: readonly number[]): readonly Factor[] {
  for (;;) {
    const u = factors.find(
      (f) =>
        f.head.kind === "unit" &&
        !free.includes(f.idx[0]!) &&
        factors.some((g) => g !== f && g.idx.includes(f.idx[0]!) && g.head.kind !== "unit"),
    );
    if (u === undefined) return factors;
    const at = (u.head as { at: string }).at;
    factors = hold(
      w,
      factors.filter((f) => f !== u),
      u.idx[0]!,
      at,
    );
  }
}
