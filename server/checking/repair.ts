import { type Expr, sameExpr } from "../core/ast";
import type { Scope } from "../core/scope";
import type { Print, Variant } from "./variants";
import { nearest } from "./explain";
import { isZero } from "./note";
import { terms } from "./variants";
import { dependsOn, hasDifferential, someNode } from "./varying";
import type { Verdict } from "./verdict";

/** Slips that leave shapes that do not fit. */
const OF_SHAPE: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "inverse"]);
/** Slips in an identity; an exponent may well be meant. */
const OF_IDENTITY: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "sign"]);
const OF_ZERO: ReadonlySet<Variant["edit"]> = new Set(["sign", "inverse"]);

type Found = Pick<Verdict, "note" | "correction" | "slip">;

/** One slip on either side whose repair makes the equation true. */
function slip(
  left: Expr,
  right: Expr,
  scope: Scope,
  print: Print,
  kinds: ReadonlySet<Variant["edit"]>,
  sides: readonly ("left" | "right")[],
): Found | undefined {
  for (const side of sides) {
    const [given, claimed] = side === "right" ? [left, right] : [right, left];
    const found = nearest(given, claimed, { scope }, print, kinds, true);
    // A repair that makes both sides the same text has repaired nothing: `A*B = B*A` is a condition.
    if (found !== undefined && !sameExpr(found.expr, given))
      return { note: found.what, slip: found.edit, correction: { side, expr: found.expr } };
  }
  return undefined;
}

/**
 * An equation whose shapes do not fit, and that one transpose, inverse or change of order makes both fit and true:
 * then it is a slip of the pen, not a convention that was not understood.
 */
export const shapeSlip = (left: Expr, right: Expr, scope: Scope, print: Print, ownLeft: boolean): Found | undefined =>
  slip(left, right, scope, print, OF_SHAPE, ownLeft ? ["right", "left"] : ["right"]);

/** Sums of traces and determinants, perhaps scaled. */
function isOfTraces(e: Expr): boolean {
  return terms(e).every(({ term }) => {
    const core = term.kind === "apply" && term.op === "mul" && term.args[0]!.kind === "number" ? term.args[1]! : term;
    return core.kind === "apply" && (core.op === "tr" || core.op === "det" || core.op === "logdet");
  });
}

/**
 * A plain equation is an identity, not a condition, where both sides are traces or determinants of the same
 * variables, or where differentials add up to zero; if one slip makes it false, that slip is found.
 */
export function identitySlip(left: Expr, right: Expr, scope: Scope, print: Print, ownLeft: boolean): Found | undefined {
  if (isZero(right) && hasDifferential(left))
    return ownLeft ? slip(left, right, scope, print, OF_ZERO, ["left"]) : undefined;
  if (!isOfTraces(left) || !isOfTraces(right)) return undefined;
  const [a, b] = [dependsOn(left, scope), dependsOn(right, scope)];
  if (a.size !== b.size || ![...a].every((n) => b.has(n))) return undefined;
  const hasPowers = [left, right].some((e) => someNode(e, (n) => n.kind === "apply" && n.op === "pow"));
  return slip(left, right, scope, print, hasPowers ? OF_IDENTITY : new Set([...OF_IDENTITY, "number"]), ["right"]);
}
