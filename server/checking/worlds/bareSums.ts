import { children, type Expr, freeNames, mapChildren, name, num, someNode } from "../../core/ast";
import type { Definition } from "../../core/scope";
import { namesIn } from "./known";
import { COUNTER, labelsOf } from "./labels";

/** How many members they have. */
const END = "how many";

const isBareSum = (e: Expr): e is Extract<Expr, { kind: "call" }> =>
  e.kind === "call" && e.name === "sum" && e.primes === 0 && e.args.length === 1;

/**
 * Sums without an index, as in `L = 1/n Σ (y − ŷ)²` with `ŷ = mx + b`: what stands below them is one member of the data
 * each, but for what something is differentiated by and what stands outside of all sums. A letter that is the same for all members
 * is a case of that. `undefined` where there are none, or where it is not clear what a member is.
 */
export function sumsOverData(
  sides: readonly Expr[],
  definitions: Map<string, Definition>,
  changing: ReadonlySet<string>,
): ((e: Expr) => Expr) | undefined {
  const bodies = [...sides, ...[...definitions.values()].map((d) => d.body)];
  if (!bodies.some((e) => someNode(e, isBareSum))) return undefined;
  // With a sum over an index beside them it is open which letters they count.
  if (bodies.some((e) => someNode(e, (n) => n.kind === "sumover"))) return undefined;
  const said = new Map(definitions);
  const expanded = (e: Expr, inside: ReadonlySet<string> = new Set()): Expr => {
    const d = e.kind === "name" && !changing.has(e.name) && !inside.has(e.name) ? said.get(e.name) : undefined;
    if (d !== undefined && d.parameters === undefined) return expanded(d.body, new Set([...inside, d.name]));
    return mapChildren(e, (c) => expanded(c, inside));
  };
  const single = new Set(changing);
  const outside = (e: Expr): void => {
    if (isBareSum(e)) return;
    if (e.kind === "name") single.add(e.name);
    if (e.kind !== "derivative") return children(e).forEach(outside);
    for (const w of e.wrt) freeNames(w, single);
  };
  sides.forEach(outside);
  // What a sum stands in is no member of it.
  for (const d of definitions.values()) if (someNode(d.body, isBareSum)) outside(d.body);
  const member = (e: Expr): Expr => {
    if (e.kind === "name")
      return single.has(e.name) || labelsOf(e.name) !== undefined ? e : name(`${e.name}_${COUNTER}`);
    return mapChildren(e, member);
  };
  const put = (e: Expr): Expr => {
    if (!isBareSum(e)) return mapChildren(e, put);
    const body = expanded(e.args[0]!);
    if (someNode(body, isBareSum)) return e;
    return { kind: "sumover", variable: COUNTER, from: num(1), to: name(END), body: member(body) };
  };
  for (const [n, d] of definitions) definitions.set(n, { ...d, body: put(d.body) });
  const used = new Set<string>();
  const reach = (e: Expr): void => {
    for (const n of namesIn(e)) {
      if (used.has(n)) continue;
      used.add(n);
      const d = definitions.get(n);
      if (d !== undefined) reach(d.body);
    }
  };
  sides.map(put).forEach(reach);
  // What was put in as a member of the data is no value any more.
  for (const n of [...definitions.keys()]) if (!used.has(n)) definitions.delete(n);
  return put;
}
