import { children, type Expr } from "../core/ast";
import { isOne } from "../core/dimension";
import type { Scope } from "../core/scope";
import { SCALAR } from "../core/shape";
import type { Formula } from "../documents/document";
import { denominatorIndices, isTensorEquation, tensorSides } from "./indices";

/** A way to understand an equation: its sides and what is known. */
export interface SidesReading {
  readonly left: Expr;
  readonly right: Expr;
  readonly scope: Scope;
}

/** Operators that nobody writes around a number. */
const OF_VECTORS = new Set(["transpose", "norm1", "norm2", "norminf", "tr", "det", "inv", "diag", "dot"]);

function standsAsVector(e: Expr, name: string): boolean {
  if (e.kind === "apply" && OF_VECTORS.has(e.op) && e.args.some((a) => a.kind === "name" && a.name === name))
    return true;
  if (e.kind === "index" && e.base.kind === "name" && e.base.name === name) return true;
  return children(e).some((c) => standsAsVector(c, name));
}

/**
 * Other ways to understand an equation of a note that fails as it was read: by the summation convention, and with
 * a guessed vector as a number. It is wrong only if it fails in all of them.
 */
export function* otherReadings(
  left: Expr,
  right: Expr,
  formula: Formula,
  order: readonly string[] | undefined,
): Generator<SidesReading> {
  const { scope } = formula;
  if (isTensorEquation(left, right, scope)) {
    const indices = denominatorIndices(left) ?? denominatorIndices(right) ?? order;
    for (const [a, b] of tensorSides(left, right, scope, indices)) yield { left: a, right: b, scope };
  }
  for (const name of formula.guessed ?? []) {
    const v = scope.variables.get(name);
    if (v === undefined || !isOne(v.shape.cols) || isOne(v.shape.rows) || scope.definitions.has(name)) continue;
    if (!/^[a-zα-ω]/.test(name) || standsAsVector(left, name) || standsAsVector(right, name)) continue;
    yield { left, right, scope: { ...scope, variables: new Map(scope.variables).set(name, { ...v, shape: SCALAR }) } };
  }
}
