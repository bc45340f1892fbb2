import { children, type Expr, name, withChildren } from "../../core/ast";
import type { Scope, Variable } from "../../core/scope";

/** Differentials of variables become variables of their own. */
export function withDirections(
  e: Expr,
  wrt: readonly string[],
  scope: Scope,
  nameOf: (w: string) => string,
): { expr: Expr; scope: Scope } {
  const variables = new Map<string, Variable>(scope.variables);
  for (const w of wrt) {
    const v = scope.variables.get(w);
    const structure = new Set(
      [...(v?.properties ?? [])].filter((p) => ["symmetric", "diagonal", "lower", "upper", "skew"].includes(p)),
    );
    if (v !== undefined) variables.set(nameOf(w), { ...v, name: nameOf(w), properties: structure });
  }
  const replace = (x: Expr): Expr => {
    if (x.kind === "differential" && x.of.kind === "name") return name(nameOf(x.of.name));
    const parts = children(x);
    return parts.length === 0 ? x : withChildren(x, parts.map(replace));
  };
  return { expr: replace(e), scope: { ...scope, variables } };
}

/** The variables whose differentials occur. */
export function changing(e: Expr, out: Set<string> = new Set()): Set<string> {
  if (e.kind === "differential" && e.of.kind === "name") out.add(e.of.name);
  for (const c of children(e)) changing(c, out);
  return out;
}
