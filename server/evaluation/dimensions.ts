import { type Dim, dimEvaluate, dimIsName, dimNames, dimValue } from "../core/dimension";
import type { Shape } from "../core/shape";
import { Random } from "./random";

export interface DimensionWish {
  /** Shapes of the variables in use. */
  readonly shapes: readonly Shape[];
  /** Other dimensions in use: ends of families and sums, dimension names used as scalars. */
  readonly others: readonly Dim[];
  /** Rows below columns instead of above. */
  readonly wide: boolean;
  /** Least value of a name, where an entry is addressed by a number. */
  readonly atLeast: number;
  readonly variant: number;
}

/** Names so ordered that rows come before columns wherever that is possible. */
function tallFirst(shapes: readonly Shape[], names: readonly string[]): string[] {
  const below = new Map<string, Set<string>>(names.map((n) => [n, new Set()]));
  for (const s of shapes) {
    const r = dimIsName(s.rows);
    const c = dimIsName(s.cols);
    if (r !== undefined && c !== undefined && r !== c) below.get(r)!.add(c);
  }
  const out: string[] = [];
  const state = new Map<string, 1 | 2>();
  const visit = (n: string): void => {
    if (state.has(n)) return;
    state.set(n, 1);
    for (const c of below.get(n)!) if (state.get(c) !== 1) visit(c);
    state.set(n, 2);
    out.push(n);
  };
  names.forEach(visit);
  return out.reverse();
}

/**
 * A small number for every dimension name, all different where there are few enough, so that no product fits
 * by accident; every dimension in use comes out a positive whole number. `undefined` where none was found.
 */
export function assignDimensions(wish: DimensionWish): Map<string, number> | undefined {
  const dims: Dim[] = [...wish.others];
  for (const s of wish.shapes) dims.push(s.rows, s.cols);
  const found = new Set<string>();
  const taken = new Set<number>();
  const composed: Dim[] = [];
  for (const d of dims) {
    const v = dimValue(d);
    if (v !== undefined) taken.add(v);
    else {
      for (const n of dimNames(d)) found.add(n);
      if (dimIsName(d) === undefined) composed.push(d);
    }
  }
  const names = [...found];
  const out = new Map<string, number>();
  if (names.length === 0) return out;
  const order = tallFirst(wish.shapes, names);
  if (wish.wide) order.reverse();
  const values: number[] = [];
  for (
    let v = Math.max(2, wish.atLeast) + (names.length <= 4 ? wish.variant % 2 : 0);
    values.length < names.length;
    v++
  ) {
    if (v > 7 && values.length > 0) values.push(values[values.length % 6]!);
    else if (!taken.has(v)) values.push(v);
  }
  values.sort((a, b) => b - a);
  order.forEach((n, i) => out.set(n, values[i]!));
  const fits = (least: number): boolean =>
    composed.every((d) => {
      const v = dimEvaluate(d, out)!;
      return Number.isInteger(v) && v >= least;
    });
  if (fits(2)) return out;
  const random = new Random(1 + wish.variant);
  for (let least = 2; least >= 1; least--)
    for (let tries = 0; tries < 60; tries++) {
      for (const n of names) out.set(n, Math.max(2, wish.atLeast) + random.integer(6));
      if ((least === 1 || new Set(out.values()).size === Math.min(6, names.length)) && fits(least)) return out;
    }
  return undefined;
}
