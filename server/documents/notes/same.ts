import { PersistentMap } from "../persistent";

/** Whether two pieces of plain data (trees, shapes, sets, maps, lists) say the same. Not for what refers to itself. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof PersistentMap && b instanceof PersistentMap)
    return a.size === b.size && a.differing(b).every((key) => b.has(key) && sameValue(a.get(key), b.get(key)));
  if (isMap(a)) return isMap(b) && sameMap(a, b);
  if (a instanceof Set) return b instanceof Set && a.size === b.size && [...a].every((x) => b.has(x));
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, i) => sameValue(x, b[i]));
  if (isMap(b) || b instanceof Set || Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((k) => k in b && sameValue((a as Record<string, unknown>)[k], (b as Record<string, unknown>)[k]));
}

const isMap = (x: object): x is ReadonlyMap<unknown, unknown> => x instanceof Map || x instanceof PersistentMap;

/** The order of the entries is of no account. */
function sameMap(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (!b.has(key) || !sameValue(value, b.get(key))) return false;
  return true;
}
