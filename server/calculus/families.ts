import type { Head, OpHead, Tensor } from "./tensor";

/** Whether an index of a head runs over the members of a family. */
export function runsOverFamily(h: Head, slot: number): boolean {
  if (h.kind === "var") return h.family === true && slot === 0;
  if (h.kind === "fn" || h.kind === "group" || h.kind === "named" || isRowwise(h)) return familySlots(h.arg).has(slot);
  return h.kind === "iota";
}

/** Softmax of a matrix: each row by itself, so that one may be held. */
export const isRowwise = (h: Head): h is OpHead => h.kind === "op" && h.name === "softmax" && h.dims.length === 2;

const known = new WeakMap<Tensor, ReadonlySet<number>>();

export function familySlots(t: Tensor): ReadonlySet<number> {
  let s = known.get(t);
  if (s === undefined) {
    const out = new Set<number>();
    for (const { term } of t.terms) {
      const members = new Set(term.factors.flatMap((f) => f.idx.filter((_, k) => runsOverFamily(f.head, k))));
      for (const i of members) if (i < t.dims.length) out.add(i);
      // A part of the members runs by an index of its own.
      for (const { head, idx } of term.factors)
        if (head.kind === "place" && idx.length === 2 && idx[1]! < t.dims.length && members.has(idx[0]!))
          out.add(idx[1]!);
    }
    s = out;
    known.set(t, s);
  }
  return s;
}
