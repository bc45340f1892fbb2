import { children, type Expr } from "../core/ast";
import { familyMember, type Scope } from "../core/scope";
import { dependsOn } from "./varying";

/** One occurrence of a name with letters below: `y_i`, with those of its letters that an enclosing sum counts. */
interface Occurrence {
  readonly label: string;
  readonly counted: string;
}

/**
 * Whether two sides speak of members that their numbers cannot tell apart: `y_i` below a sum over i is one value for
 * all i, unless it is an entry of something known. That does no harm where the member stands in one form only; where
 * others of its kind stand beside it (`y_k`, `y_i` outside of the sum, `y`), a difference proves nothing.
 */
export function confusesMembers(left: Expr, right: Expr, scope: Scope): boolean {
  const found = new Map<string, Occurrence[]>();
  const inside = new Set<string>();
  // Only what depends on the variables is looked into: the rest is the same on both sides.
  const variables = new Set([...differentiatedBy(left), ...differentiatedBy(right)]);
  const matters = (body: Expr): boolean =>
    variables.size === 0 || [...dependsOn(body, scope)].some((n) => variables.has(n));
  const visit = (e: Expr, counting: readonly string[]): void => {
    if (e.kind === "name") {
      if (familyMember(scope, e.name) === undefined) note(e.name, counting);
      const d = scope.definitions.get(e.name);
      if (d !== undefined && !inside.has(e.name) && matters(d.body)) {
        inside.add(e.name);
        visit(d.body, counting);
        inside.delete(e.name);
      }
      return;
    }
    if (e.kind === "call") {
      const d = scope.definitions.get(e.name);
      if (d !== undefined && !inside.has(e.name) && matters(d.body)) {
        inside.add(e.name);
        visit(d.body, counting);
        inside.delete(e.name);
      }
    }
    const within = e.kind === "sumover" ? [...counting, e.variable] : counting;
    for (const c of children(e)) visit(c, within);
  };
  const note = (name: string, counting: readonly string[]): void => {
    const m = /^([^_^]+)(?:_([^^]*))?/.exec(name);
    if (m === null) return;
    const label = m[2] ?? "";
    const letters = /^[a-z](?:,?[a-z]){0,2}$/.test(label) ? [...label.replaceAll(",", "")] : [];
    const counted = letters.filter((l) => counting.includes(l)).join("");
    const list = found.get(m[1]!) ?? [];
    if (!list.some((o) => o.label === label && o.counted === counted)) list.push({ label, counted });
    found.set(m[1]!, list);
  };
  visit(left, []);
  visit(right, []);
  return [...found.values()].some((all) => all.length > 1 && all.some((o) => o.counted !== ""));
}

/** The names that an expression is differentiated by. */
function differentiatedBy(e: Expr, out: Set<string> = new Set()): Set<string> {
  if (e.kind === "derivative")
    for (const w of e.wrt) {
      const base = w.kind === "index" ? w.base : w;
      if (base.kind === "name") out.add(base.name);
    }
  if (e.kind === "differential" && e.of.kind === "name") out.add(e.of.name);
  for (const c of children(e)) differentiatedBy(c, out);
  return out;
}
