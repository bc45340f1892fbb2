import { children, type Expr, mapChildren } from "../../core/ast";
import type { Definition } from "../../core/scope";
import { isLetter, labelsOf } from "./labels";

/**
 * `P(w_j | w_c)` where `P(w_o | w_c) = …u_o…` was said by the letters of its arguments: the same with j for o. The arguments
 * themselves stand for nothing else.
 */
export function labelledCalls(e: Expr, definitions: ReadonlyMap<string, Definition>): Expr {
  const out = mapChildren(e, (p) => labelledCalls(p, definitions));
  if (out.kind !== "call" || out.primes > 0) return out;
  const d = definitions.get(out.name);
  const letters = new Map<string, string>();
  if (d?.parameters === undefined || d.parameters.length !== out.args.length) return out;
  for (const [i, p] of d.parameters.entries()) {
    const [from, arg] = [labelsOf(p), out.args[i]!];
    const to = arg.kind === "name" ? labelsOf(arg.name) : undefined;
    if (from === undefined || to === undefined || from.base !== to.base || from.labels.length !== to.labels.length)
      return out;
    for (const [k, l] of from.labels.entries()) {
      const own = to.labels[k]!;
      if (!isLetter(l) || !isLetter(own)) return out;
      if (letters.has(l) && letters.get(l) !== own) return out;
      letters.set(l, own);
    }
    if (mentions(d.body, p)) return out;
  }
  return relabelled(d.body, letters);
}

const mentions = (e: Expr, n: string): boolean =>
  (e.kind === "name" && e.name === n) || children(e).some((c) => mentions(c, n));

/** An expression with other letters below its names. */
function relabelled(e: Expr, letters: ReadonlyMap<string, string>): Expr {
  if (e.kind === "name") {
    const label = labelsOf(e.name);
    if (label === undefined || !label.labels.some((l) => letters.has(l))) return e;
    const tail = label.labels.map((l) => letters.get(l) ?? l).join("");
    return e.name.endsWith(`_${label.labels.join("")}`)
      ? { ...e, name: `${e.name.slice(0, -label.labels.join("").length)}${tail}` }
      : e;
  }
  if (e.kind === "sumover" && letters.has(e.variable)) return e;
  return mapChildren(e, (p) => relabelled(p, letters));
}
