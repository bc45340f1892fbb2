import type { Expr } from "../../core/ast";
import { dimValue } from "../../core/dimension";
import { ONE, ratEq } from "../rational";
import { type Factor, isRat, rawOf, type Tensor, times, type World } from "../tensor";

/** Entries that are worth writing one by one, at most. */
export const MOST_ENTRIES = 36;

/**
 * A vector or matrix written out by entries, `[2*x[1]; 3]`, where its dimensions are numbers and it is put together
 * from single entries; `undefined` otherwise. Its rows run over some slots, the slow ones first, its columns over the
 * others. `write` writes an entry, a scalar.
 */
export function literalForm(
  w: World,
  t: Tensor,
  layout: { readonly rows: readonly number[]; readonly cols: readonly number[] },
  write: (entry: Tensor) => Expr,
): Expr | undefined {
  const sizes = t.dims.map(dimValue);
  if (t.dims.length === 0 || !sizes.every((n) => n !== undefined)) return undefined;
  if (sizes.reduce((a, b) => a * b) > MOST_ENTRIES || !t.terms.some((x) => x.term.factors.some(isEntryOf(t))))
    return undefined;
  /** All positions of some slots, the last of them the fastest. */
  const positions = (slots: readonly number[]): ReadonlyMap<number, number>[] =>
    slots.reduce<ReadonlyMap<number, number>[]>(
      (all, slot) => all.flatMap((p) => Array.from({ length: sizes[slot]! }, (_, i) => new Map([...p, [slot, i + 1]]))),
      [new Map()],
    );
  const entry = (position: ReadonlyMap<number, number>): Expr => {
    const { slots, raws } = w.open(t);
    const held = slots.map((slot, k): Factor => {
      const head = w.head({ kind: "unit", at: String(position.get(k)), dims: [t.dims[k]!], symmetry: 0 });
      return { head, idx: [slot], pow: ONE };
    });
    return write(
      w.tensor(
        [],
        raws.map((r) => times(r, rawOf(held))),
      ),
    );
  };
  const cols = positions(layout.cols);
  return { kind: "literal", rows: positions(layout.rows).map((r) => cols.map((c) => entry(new Map([...r, ...c])))) };
}

/**
 * A vector that is linear in another one, entry by entry, as the matrix and the vector whose product it is:
 * `[a, b; c, d]*x` for `[a*x[1] + b*x[2]; c*x[1] + d*x[2]]`. Each way there is.
 */
export function linearForms(w: World, t: Tensor): { matrix: Tensor; vector: Factor }[] {
  if (t.dims.length !== 1 || !t.terms.some((x) => x.term.factors.some(isEntryOf(t)))) return [];
  const isVector = (f: Factor) =>
    f.head.kind === "var" && f.head.family !== true && f.head.dims.length === 1 && f.idx[0]! > 0 && isOne(f.pow);
  const first = t.terms[0]!.term.factors.filter(isVector);
  return first.flatMap((v) => {
    if (dimValue(v.head.dims[0]!) === undefined) return [];
    const { slots, raws } = w.open(t);
    const col = w.newIndex(v.head.dims[0]!);
    const without = raws.map((r) => {
      const own = r.factors.filter((f) => f.head === v.head);
      if (own.length !== 1 || !isOne(own[0]!.pow)) return undefined;
      const run = own[0]!.idx[0]!;
      const rest = r.factors.filter((f) => f !== own[0]);
      return { ...r, factors: rest.map((f) => ({ ...f, idx: f.idx.map((i) => (i === run ? col : i)) })) };
    });
    if (!without.every((r) => r !== undefined)) return [];
    return [{ matrix: w.tensor([...slots, col], without), vector: { ...v, idx: [0] } }];
  });
}

const isOne = (p: Factor["pow"]): boolean => isRat(p) && ratEq(p, ONE);

/** Whether a factor holds a slot of the tensor at a position that is a number. */
const isEntryOf =
  (t: Tensor) =>
  (f: Factor): boolean =>
    f.head.kind === "unit" && f.idx[0]! < t.dims.length && /^\d+$/.test(f.head.at);
