import { children, type Expr, freeNames } from "../core/ast";
import { familyMember, type Scope } from "../core/scope";

/** What people derive by, the likeliest first: unknowns and weights. */
const LIKELY: readonly RegExp[] = [/^[xwθβ]$|^theta$|^beta$/, /^[WXZzuvUV]$/];

/** The variables that an expression depends on, directly or through definitions, the likely ones first. */
export function dependsOn(e: Expr, scope: Scope): readonly string[] {
  const names: string[] = [];
  const seen = new Set<string>();
  const visit = (part: Expr): void => {
    const calls: string[] = [];
    const collect = (x: Expr): void => {
      if (x.kind === "call") calls.push(x.name);
      children(x).forEach(collect);
    };
    collect(part);
    for (const name of [...freeNames(part), ...calls]) {
      if (seen.has(name)) continue;
      seen.add(name);
      const definition = scope.definitions.get(name);
      if (definition !== undefined) visit(definition.body);
      else if (scope.variables.has(name) || familyMember(scope, name) !== undefined) names.push(name);
    }
  };
  visit(e);
  const rank = (name: string): number => (LIKELY.findIndex((l) => l.test(name)) + LIKELY.length + 1) % (LIKELY.length + 1);
  return names.map((name, i) => ({ name, i })).sort((a, b) => rank(a.name) - rank(b.name) || a.i - b.i).map(({ name }) => name);
} // prettier-ignore
