import { type Expr, freeNames, mapChildren, someNode } from "../../core/ast";
import type { Scope } from "../../core/scope";
import { isScalar } from "../../core/shape";
import type { Formula } from "../../documents/document";
import { isPrintedAsVector } from "../note";
import { inferShape } from "../../shapes/infer";
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

/** Whether a norm is taken of bold letters, and that is of a number here: what holds then says nothing of vectors. */
export function takesNormOfNumber(sides: readonly Expr[], scope: Scope, formula: Formula): boolean {
  const isBold = (n: string): boolean => isPrintedAsVector(n, formula);
  const hasOne = (e: Expr): boolean =>
    someNode(e, (n) => {
      if (n.kind !== "apply" || n.op !== "norm2" || ![...freeNames(n)].some(isBold)) return false;
      const { shape } = inferShape(n.args[0]!, scope, { tolerant: true });
      return shape !== undefined && isScalar(shape);
    });
  return sides.some(hasOne) || [...reached(sides, scope)].some((n) => hasOne(scope.definitions.get(n)!.body));
}

/** The names with a value that expressions need. */
function reached(sides: readonly Expr[], { definitions }: Scope): ReadonlySet<string> {
  const out = new Set<string>();
  const visit = (e: Expr): void => {
    for (const n of namesIn(e)) {
      const d = out.has(n) ? undefined : definitions.get(n);
      if (d === undefined) continue;
      out.add(n);
      visit(d.body);
    }
  };
  sides.forEach(visit);
  return out;
}
