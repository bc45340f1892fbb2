/** Labels along one side of an array; "" where there are dots. */
export type Axis = readonly string[];

/** Lines after dots, beyond which nobody writes on. */
const MOST_AFTER = 3;

/**
 * How the lines of an array may be counted, given the labels that are found in each (none where there are dots):
 * 1, 2, 3 or 0, 1, 2; behind dots a letter or a larger number that stands there.
 */
export function countings(found: readonly ReadonlySet<string>[]): Axis[] {
  const dots = found.findIndex((f) => f.size === 0);
  const counted = dots < 0 ? found.length : dots;
  if (counted === 0 || (dots < 0 && counted < 2)) return [];
  if (found.slice(counted).filter((f) => f.size > 0).length > MOST_AFTER) return [];
  return (found[0]!.has("0") ? [0, 1] : [1]).flatMap((start) => {
    let out: Axis[] = [Array.from({ length: counted }, (_, i) => String(start + i))];
    for (const line of found.slice(counted))
      out =
        line.size === 0
          ? out.map((a) => [...a, ""])
          : out.flatMap((a) => [...line].filter((l) => goesOn(a, l)).map((l) => [...a, l]));
    return out;
  });
}

/** Whether a label may stand behind dots. */
function goesOn(before: Axis, label: string): boolean {
  if (before.includes(label)) return false;
  if (!/^\d+$/.test(label)) return true;
  return before.every((b) => b === "" || (/^\d+$/.test(b) && Number(b) < Number(label)));
}
