import { children, type Expr, withChildren } from "../core/ast";
import type { Property, Scope, Variable } from "../core/scope";
import type { Steps } from "../core/steps";
import { provedEqual, simplify } from "../calculus";
import { derivedBefore } from "./derivedBefore";
import { isFailure, isStructured, largestEntry, type Layout, type LayoutChoice, sampling } from "../evaluation";
import { isMatrix, sameShape, type Shape } from "../core/shape";
import { targetText, varyingNames } from "./varying";

/** Properties that the change of a variable shares with it. */
const LINEAR: readonly Property[] = ["symmetric", "skew", "diagonal", "lower", "upper"];

/** The name under which a differential stands in a proof; no document can write it. */
const differentialName = (of: string): string => `d ${of}`;

/** Replaces every written derivative by what the calculus finds; `undefined` where it finds nothing. */
function* withoutDerivatives(
  e: Expr,
  scope: Scope,
  layout: Layout,
  varying: readonly string[],
): Steps<Expr | undefined> {
  if (e.kind === "differential") {
    if (e.of.kind === "name" && varying.includes(e.of.name)) return { kind: "name", name: differentialName(e.of.name) };
    const of = yield* withoutDerivatives(e.of, scope, layout, []);
    if (of === undefined) return undefined;
    const found = yield* derivedBefore({ expr: of, wrt: varying, scope, kind: "differential" });
    return found.ok ? yield* withoutDerivatives(found.expr, scope, layout, varying) : undefined;
  }
  if (e.kind === "derivative") {
    const of = yield* withoutDerivatives(e.of, scope, layout, varying);
    const names = e.wrt.map((w) => targetText(w, scope));
    if (of === undefined || names.includes(undefined) || layout.structure !== undefined) return undefined;
    const found = yield* derivedBefore({ expr: of, wrt: names as string[], scope });
    if (!found.ok) return undefined;
    const turned = layout[choiceOf(e, found.shape, scope)];
    return (turned === true) !== (e.transposed === true)
      ? { kind: "apply", op: "transpose", args: [found.expr] }
      : found.expr;
  }
  const parts = children(e);
  if (parts.length === 0) return e;
  // Inside of an expression a Jacobian by a structured variable is projected: what is read off is only one of its forms.
  if (parts.some((p) => p.kind === "derivative" && byStructured(p, scope))) return undefined;
  const next: Expr[] = [];
  for (const p of parts) {
    const n = yield* withoutDerivatives(p, scope, layout, varying);
    if (n === undefined) return undefined;
    next.push(n);
  }
  return next.every((n, i) => n === parts[i]) ? e : withChildren(e, next);
}

const byStructured = (e: Extract<Expr, { kind: "derivative" }>, scope: Scope): boolean =>
  e.wrt.some((w) => w.kind === "name" && isStructured(scope.variables.get(w.name)?.properties ?? new Set()));

/** The choice of the layout that a derivative of this shape falls under. */
function choiceOf(e: Extract<Expr, { kind: "derivative" }>, shape: Shape, scope: Scope): LayoutChoice {
  const first = e.wrt[0]!;
  const v = first.kind === "name" ? scope.variables.get(first.name) : undefined;
  const isGradient = e.wrt.length === 1 && v !== undefined && sameShape(v.shape, shape);
  if (!isGradient) return "transposedJacobians";
  return isMatrix(v.shape) ? "transposedMatrixGradients" : "transposedGradients";
}

/** Whether two sides are equal by normal form, written derivatives and differentials carried out. Never throws. */
export function* proof(left: Expr, right: Expr, scope: Scope, layout: Layout): Steps<boolean> {
  try {
    const sides = yield* plainSides(left, right, scope, layout);
    return sides !== undefined && provedEqual(sides.left, sides.right, sides.scope) === true;
  } catch {
    // A proof that breaks off is no proof; the numbers stand.
    return false;
  }
}

const numbersIn = (e: Expr): readonly number[] => (e.kind === "number" ? [e.value] : children(e).flatMap(numbersIn));
/** Its part in a sum may be lost when both sides are evaluated. */
const isTelling = (x: number): boolean => x !== 0 && (Math.abs(x) < 1e-6 || Math.abs(x) > 1e6);
/** It may stand for the number that it is rounded from. */
const isRounded = (x: number): boolean => Number(x.toPrecision(10)) !== x;

/**
 * Whether two sides that agree at random points differ after all, by less than numbers tell: their difference in normal
 * form is not zero, and rounding has no part in that. Asked only where numbers are written that may hide in others.
 */
export function* disproof(left: Expr, right: Expr, scope: Scope, layout: Layout): Steps<boolean> {
  const numbers = [...numbersIn(left), ...numbersIn(right)];
  if (!numbers.some(isTelling) || numbers.some(isRounded)) return false;
  try {
    const sides = yield* plainSides(left, right, scope, layout);
    if (sides === undefined) return false;
    const difference = simplify({ kind: "apply", op: "sub", args: [sides.left, sides.right] }, sides.scope);
    // So small that it is looked what rounding makes of it.
    const times = (value: number): Expr => ({
      kind: "apply",
      op: "mul",
      args: [{ kind: "number", value }, difference],
    });
    const sampled = yield* sampling([times(1e-20), times(0)], sides.scope, { points: 3 });
    if (isFailure(sampled)) return false;
    return sampled.samples.every(({ values, noise }) => noise !== undefined && largestEntry(values[0]!) > 100 * noise);
  } catch {
    return false;
  }
}

/** The two sides with written derivatives and differentials carried out, and the scope in which they stand. */
function* plainSides(
  left: Expr,
  right: Expr,
  scope: Scope,
  layout: Layout,
): Steps<{ readonly left: Expr; readonly right: Expr; readonly scope: Scope } | undefined> {
  const varying = varyingNames([left, right], scope) ?? [];
  const a = yield* withoutDerivatives(left, scope, layout, varying);
  const b = yield* withoutDerivatives(right, scope, layout, varying);
  if (a === undefined || b === undefined) return undefined;
  yield;
  if (varying.length === 0) return { left: a, right: b, scope };
  const variables = new Map<string, Variable>(scope.variables);
  for (const name of varying) {
    const v = scope.variables.get(name);
    if (v === undefined) return undefined;
    const properties = new Set(LINEAR.filter((p) => v.properties.has(p)));
    variables.set(differentialName(name), { name: differentialName(name), shape: v.shape, properties });
  }
  return { left: a, right: b, scope: { ...scope, variables } };
}
