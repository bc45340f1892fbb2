import { dimAdd } from "../../core/dimension";
import { familySlots, isRowwise, runsOverFamily } from "../families";
import { ONE } from "../rational";
import { type Factor, rawOf, times, type World } from "../tensor";

/**
 * Indices held at positions, for printing: `x[2]`, `A[:,i]`, and the members `x_i` of a family inside
 * `sum(i in 1..N, …)`. A held index is dropped from the graph and written on the factors that had it.
 */

/** The summed index of a product that runs over a family, if there is one. */
export function familyIndex(factors: readonly Factor[], free: readonly number[]): number | undefined {
  for (const f of factors)
    for (const [k, i] of f.idx.entries()) {
      if (free.includes(i) || !runsOverFamily(f.head, k)) continue;
      // A part of the members that runs by itself: its own index says which.
      const part = factors.find((g) => g.head.kind === "place" && g.idx[0] === i && g.idx.length === 2);
      if (part === undefined) return i;
      if (!free.includes(part.idx[1]!)) return part.idx[1]!;
    }
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
  // Position t of a part is position t + offset of the whole.
  if (h.kind === "place" && f.idx.length === 2 && f.idx[1] === index && f.idx[0] !== index)
    return {
      head: w.head({
        kind: "unit",
        at: w.positionText(dimAdd(w.positionOf(at), h.offset)),
        dims: [h.dims[0]!],
        symmetry: 0,
      }),
      idx,
      pow: f.pow,
    };
  const dims = h.dims.filter((_, k) => f.idx[k] !== index);
  const where = f.idx.map((i) => (i === index ? at : undefined));
  const of = h.kind === "slice" ? h.of : h;
  let k = 0;
  const all = h.kind === "slice" ? h.at.map((a) => a ?? where[k++]) : where;
  // A member of a family is what all members are.
  const symmetry = of.kind === "var" && of.family === true && dims.length === 2 ? of.symmetry : 0;
  return { head: w.head({ kind: "slice", of, at: all, dims, symmetry }), idx, pow: f.pow };
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
    if (u === undefined) return twoUnits(w, factors, free);
    const at = (u.head as { at: string }).at;
    factors = hold(
      w,
      factors.filter((f) => f !== u),
      u.idx[0]!,
      at,
    );
  }
}

/** Two positions that must be the same: an entry of the identity. */
function twoUnits(w: World, factors: readonly Factor[], free: readonly number[]): readonly Factor[] {
  const isUnit = (f: Factor): boolean => f.head.kind === "unit" && !free.includes(f.idx[0]!);
  for (const f of factors) {
    const g = isUnit(f) ? factors.find((x) => x !== f && isUnit(x) && x.idx[0] === f.idx[0]) : undefined;
    if (g === undefined || factors.some((x) => x !== f && x !== g && x.idx.includes(f.idx[0]!))) continue;
    const at = [f, g].map((x) => (x.head as { at: string }).at);
    const entry: Factor = {
      head: w.head({ kind: "slice", of: w.delta(w.dimOf(f.idx[0]!)), at, dims: [], symmetry: 0 }),
      idx: [],
      pow: ONE,
    };
    return twoUnits(w, [...factors.filter((x) => x !== f && x !== g), entry], free);
  }
  return factors;
}
