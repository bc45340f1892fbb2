import { type Expr, mapChildren } from "../../core/ast";
import type { Known } from "./known";
import { namesIn } from "./known";
import { labelsOf } from "./labels";

const plainly = (n: string): string => n.normalize("NFKD");

/**
 * `x_i` beside a bold 𝐱 is its entry, where there is no plain x and the bold letter has no labels of its own: the names of
 * both sides and of all definitions as those of the bold letter.
 */
export function entriesOfBold(sides: readonly Expr[], known: Known): ((e: Expr) => Expr) | undefined {
  const names = new Set<string>();
  for (const e of sides) namesIn(e, names);
  for (const [n, d] of known.definitions) {
    names.add(n);
    namesIn(d.body, names);
    for (const p of d.parameters ?? []) names.add(p);
  }
  const bases = new Map<string, string>();
  for (const n of names) {
    const label = labelsOf(n);
    if (label !== undefined) bases.set(label.base, n);
  }
  const twins = new Map<string, string>();
  for (const w of names) {
    const plain = plainly(w);
    if (plain === w || labelsOf(w) !== undefined || names.has(plain) || bases.has(w) || !bases.has(plain)) continue;
    twins.set(plain, w);
  }
  if (twins.size === 0) return undefined;
  const renamed = (n: string): string => {
    const label = labelsOf(n);
    const twin = label === undefined ? undefined : twins.get(label.base);
    return twin === undefined ? n : `${twin}${n.slice(label!.base.length)}`;
  };
  const put = (e: Expr): Expr => (e.kind === "name" ? { ...e, name: renamed(e.name) } : mapChildren(e, put));
  for (const [n, d] of [...known.definitions]) {
    const own = renamed(n);
    if (own !== n) {
      known.definitions.delete(n);
      const from = known.readIn.get(n);
      if (from !== undefined) known.readIn.set(own, from);
    }
    known.definitions.set(own, { ...d, name: own, body: put(d.body) });
  }
  return put;
}
