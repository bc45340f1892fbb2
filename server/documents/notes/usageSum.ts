import { type LetterUse, levelsOf, type Usage } from "./usage";
import { tableOf } from "../../core/table";

/** Habits that are counted for the whole text. */
export const COUNTS = [
  "differentials", "transposedD", "transposes", "smallT", "timeT", "primes", "primedFunctions", "deltas", "boldLower", "sums",
  "numberedI", "ownI",
] as const; // prettier-ignore

type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

/** The habits of a text, counted so that parts of it can be taken out and put in. Immutable. */
export interface UsageSum extends Counts {
  readonly letters: ReadonlyMap<string, LetterUse>;
  readonly mixed: ReadonlyMap<string, number>;
  readonly labels: ReadonlyMap<string, number>;
  readonly levelled: ReadonlyMap<string, number>;
}

export const NO_USAGE: UsageSum = {
  letters: new Map(), mixed: new Map(), labels: new Map(),
  differentials: 0, transposedD: 0, transposes: 0, smallT: 0, timeT: 0, primes: 0, primedFunctions: 0, deltas: 0, boldLower: 0, sums: 0,
  numberedI: 0, ownI: 0, levelled: new Map(),
}; // prettier-ignore

/** The sum with the habits of some formulas taken out and of others put in. */
export function changeUsage(sum: UsageSum, removed: Iterable<Usage>, added: Iterable<Usage>): UsageSum {
  const letters = new Map(sum.letters);
  const mixed = new Map(sum.mixed);
  const labels = new Map(sum.labels);
  const levelled = new Map(sum.levelled);
  const counts: Record<string, number> = tableOf({});
  for (const k of COUNTS) counts[k] = sum[k];
  const own = new Set<string>();
  const count = (map: Map<string, number>, key: string, by: number): void => {
    const n = (map.get(key) ?? 0) + by;
    if (n === 0) map.delete(key);
    else map.set(key, n);
  };
  const add = (u: Usage, sign: number): void => {
    for (const m of u.mixed) count(mixed, m, sign);
    for (const l of u.labels) count(labels, l, sign);
    for (const l of u.levelled) count(levelled, l, sign);
    for (const k of COUNTS) counts[k] = counts[k]! + sign * u[k];
    for (const [key, use] of u.letters) {
      const before = letters.get(key);
      if (before === undefined || !own.has(key)) {
        own.add(key);
        letters.set(key, before === undefined ? { ...use } : { ...before });
        if (before === undefined) {
          if (sign < 0) for (const f of Object.keys(use) as (keyof LetterUse)[]) letters.get(key)![f] *= -1;
          continue;
        }
      }
      const total = letters.get(key)!;
      for (const f of Object.keys(use) as (keyof LetterUse)[]) total[f] += sign * use[f];
    }
  };
  for (const u of added) add(u, 1);
  for (const u of removed) add(u, -1);
  for (const key of own) if (letters.get(key)!.total === 0) letters.delete(key);
  return { letters, mixed, labels, levelled, ...(counts as Counts) };
}

/** The habits that a sum stands for. */
export function usageIn(sum: UsageSum): Usage {
  const levelled = new Set(sum.levelled.keys());
  return {
    ...sum,
    mixed: new Set(sum.mixed.keys()),
    labels: new Set(sum.labels.keys()),
    levelled,
    levels: levelsOf(levelled),
  };
}
