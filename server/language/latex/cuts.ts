import { tableOf } from "../../core/table";
const OPEN = "([{jLB";
const CLOSE = ")]}iRE";
/** Commands by the number of their arguments. */
const ARGUMENTS: Readonly<Record<string, number>> = tableOf({ y: 1, c: 1, u: 1, S: 1, "^": 1, _: 1, U: 2, F: 2 });
const BARS = "|NpqPQ";

/**
 * Where a row of token kinds (`tokens.ts` has the alphabet) falls into parts of about `long` tokens, each a list of
 * whole items: never inside brackets, before a script, or between a command and its arguments.
 */
export function cutsOf(kinds: string, long: number): readonly number[] {
  // An angle may be a bracket or an argument.
  if (/[<>]/.test(kinds)) return [];
  const cuts: number[] = [];
  let depth = 0;
  /** Arguments that are still to come. */
  let wanted = 0;
  let opened = 0;
  let start = 0;
  let last = 0;
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i]!;
    // What a bar pairs with shows only once the rest is read.
    if (depth === 0 && BARS.includes(kind)) break;
    if (depth === 0 && wanted === 0 && i > 0 && !"^_'".includes(kind)) {
      if (i - start > long && last > start) {
        cuts.push(last);
        start = last;
      }
      last = i;
    }
    if (OPEN.includes(kind)) {
      if (depth++ === 0) opened = i;
    } else if (CLOSE.includes(kind)) {
      if (--depth < 0) break;
      // The degree of a root is none of its arguments.
      const isDegree = kinds[opened] === "[" && kinds[opened - 1] === "S";
      if (depth === 0 && wanted > 0 && !isDegree) wanted--;
    } else if (depth === 0) {
      if (wanted > 0 && kind !== "'") wanted--;
      wanted += ARGUMENTS[kind] ?? 0;
    }
  }
  if (kinds.length - start > long && last > start) cuts.push(last);
  return cuts;
}
