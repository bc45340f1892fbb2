import { type Expr, freeNames, name, substitute } from "../core/ast";
import { dimIsName } from "../core/dimension";
import type { Scope } from "../core/scope";

/**
 * A side written in one formula of a note, for use in a later one. Sizes that nobody named get letters formula by formula;
 * the same variables tell which of them are the same. `undefined` where they contradict each other.
 */
export function carry(side: Expr, from: Scope, to: Scope): Expr | undefined {
  if (from === to) return side;
  const renamed = new Map<string, string>();
  for (const n of freeNames(side)) {
    const before = from.variables.get(n)?.shape;
    const after = to.variables.get(n)?.shape;
    if (before === undefined || after === undefined) continue;
    for (const axis of ["rows", "cols"] as const) {
      const old = dimIsName(before[axis]);
      const now = dimIsName(after[axis]);
      if (old === undefined || now === undefined) continue;
      if ((renamed.get(old) ?? now) !== now) return undefined;
      renamed.set(old, now);
    }
  }
  const changed = [...renamed].filter(([a, b]) => a !== b);
  return changed.length === 0 ? side : substitute(side, new Map(changed.map(([a, b]) => [a, name(b)])));
}
