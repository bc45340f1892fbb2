import type { Expr } from "../core/ast";
import { familyMember, type Scope } from "../core/scope";
import { isColumn, isScalar, type Shape } from "../core/shape";
import { operator } from "../operators";

export type Side = "rows" | "cols";

/** Where a dimension of an expression comes from in the end: a side of a variable, or a part that fixes it itself. */
export type Reason =
  | { readonly kind: "variable"; readonly name: string; readonly side: Side; readonly shape: Shape }
  | { readonly kind: "part"; readonly expr: Expr };

/** The shape of a part, where it is known. */
export type ShapeAt = (e: Expr) => Shape | undefined;

const flip = (side: Side): Side => (side === "rows" ? "cols" : "rows");

/** Definitions followed at most: a longer chain of reasons explains nothing. */
const MOST_DEFINITIONS = 20;

/** Follows one side of an expression down to what fixes it. */
export function reasonOf(e: Expr, side: Side, scope: Scope, shapeAt: ShapeAt, definitions = 0): Reason {
  if (e.kind === "name") {
    const variable = scope.variables.get(e.name) ?? familyMember(scope, e.name)?.variable;
    if (variable !== undefined) return { kind: "variable", name: variable.name, side, shape: variable.shape };
    const definition = scope.definitions.get(e.name);
    if (definition !== undefined && definition.parameters === undefined && definitions < MOST_DEFINITIONS)
      return reasonOf(definition.body, side, scope, shapeAt, definitions + 1);
  }
  const next = step(e, side, shapeAt);
  return next === undefined ? { kind: "part", expr: e } : reasonOf(next.part, next.side, scope, shapeAt, definitions);
}

/** The part of an expression that fixes one of its sides, and the side of that part. */
function step(e: Expr, side: Side, shapeAt: ShapeAt): { part: Expr; side: Side } | undefined {
  if (e.kind === "sumover") return { part: e.body, side };
  if (e.kind === "differential") return { part: e.of, side };
  if (e.kind !== "apply") return undefined;
  const [a, b] = e.args;
  if (a === undefined) return undefined;
  const scalar = (x: Expr | undefined): boolean => {
    const shape = x === undefined ? undefined : shapeAt(x);
    return shape !== undefined && isScalar(shape);
  };
  switch (e.op) {
    case "transpose":
    case "pinv":
      return { part: a, side: flip(side) };
    case "mul":
      if (b === undefined) return undefined;
      if (scalar(a)) return { part: b, side };
      return scalar(b) || side === "rows" ? { part: a, side } : { part: b, side };
    case "div":
      return b !== undefined && scalar(a) && !scalar(b) ? { part: b, side } : { part: a, side };
    case "diag": {
      const shape = shapeAt(a);
      return { part: a, side: shape !== undefined && isColumn(shape) ? "rows" : side };
    }
    case "kron":
    case "vec":
      return undefined;
  }
  const group = operator(e.op)?.group;
  return group === "constant" || group === "reduction" ? undefined : { part: a, side };
}

/** `columns of A`, `length of x`, or the part itself. */
export function reasonText(reason: Reason, text: (e: Expr) => string): string {
  if (reason.kind === "part") return `in ${text(reason.expr)}`;
  const what =
    isColumn(reason.shape) && reason.side === "rows" ? "length" : reason.side === "rows" ? "rows" : "columns";
  return `${what} of ${reason.name}`;
}
