import type { Expr } from "../core/ast";
import { dimNames } from "../core/dimension";
import type { Scope, Variable } from "../core/scope";
import { sameShape, type Shape } from "../core/shape";
import { kindOfShape, openShape } from "../documents/notes/kinds";
import { closing } from "../documents/notes/settle";
import { Clash, Solver } from "../documents/notes/solver";
import { dependsOn } from "./varying";

/**
 * What is known of the names in an equation, with sizes that fit it: letters are used again, and a vector that was said
 * to have n entries has m where it stands in front of an m×n matrix. `undefined` where no sizes fit, where the sizes stay
 * as they are, or where something in it is defined.
 */
export function refitted(left: Expr, right: Expr, scope: Scope): Scope | undefined {
  const used = [...dependsOn(right, scope, dependsOn(left, scope))];
  if (used.some((n) => scope.definitions.has(n))) return undefined;
  const open = new Map<string, Shape>();
  for (const n of used) {
    const v = scope.variables.get(n);
    if (v === undefined || v.family !== undefined) return undefined;
    const kind = kindOfShape(v.shape);
    if (kind === "function" || kind === "dimension") return undefined;
    open.set(n, openShape(n, kind));
  }
  for (const layout of ["numerator", "denominator"] as const) {
    const solver = new Solver({ shape: (n) => open.get(n), signature: () => undefined }, layout);
    try {
      solver.equalSides([left, right]);
    } catch (e) {
      if (e instanceof Clash) continue;
      throw e;
    }
    const { closed, letters } = closing(solver);
    const variables = new Map<string, Variable>(scope.variables);
    let differs = false;
    for (const [n, shape] of open) {
      const v = scope.variables.get(n)!;
      const own = solver.resolveShape(shape);
      const fitting = { rows: closed(own.rows), cols: closed(own.cols) };
      differs ||= !sameShape(v.shape, fitting);
      variables.set(n, { ...v, shape: fitting });
    }
    if (!differs) return undefined;
    return {
      ...scope,
      variables,
      dimensions: new Set([...scope.dimensions, ...[...letters.values()].flatMap(dimNames)]),
    };
  }
  return undefined;
}
