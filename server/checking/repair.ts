import { apply, children, type Expr, freeNames, name, sameExpr, withChildren } from "../core/ast";
import type { Scope } from "../core/scope";
import { isMatrix } from "../core/shape";
import { compareSides } from "./compare";
import { isNumeric, isResult, literalOf, wrongEntries } from "./literals";
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

type Found = Pick<Verdict, "note" | "correction" | "slip" | "ground">;

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
  if (isResult(left, right, scope)) return wrongResult(left, right, scope);
  if (isDistributed(left) && !isTransposeOfName(right)) return distributionSlip(left, right, scope, print);
  if (!isOfTraces(left) || !isOfTraces(right)) return undefined;
  const [a, b] = [dependsOn(left, scope), dependsOn(right, scope)];
  if (a.size !== b.size || ![...a].every((n) => b.has(n))) return undefined;
  const hasPowers = [left, right].some((e) => someNode(e, (n) => n.kind === "apply" && n.op === "pow"));
  return slip(left, right, scope, print, hasPowers ? OF_IDENTITY : new Set([...OF_IDENTITY, "number"]), ["right"]);
}

/** `[1, 2; 3, 4] [1; 1] = [3; 8]`: one or two entries of the result are wrong, or they are in another order. */
function wrongResult(left: Expr, right: Expr, scope: Scope): Found | undefined {
  const numbers = compareSides(left, right, { scope });
  const what = wrongEntries(numbers);
  if (what === undefined) return undefined;
  const expr = isNumeric(left, scope) && right.kind === "literal" ? literalOf(numbers.pairs[0]![0]) : undefined;
  return {
    note: what,
    slip: "entries",
    ground: "result",
    ...(expr === undefined ? {} : { correction: { side: "right", expr } }),
  };
}

/** Operators that are carried into what they stand in front of. */
const DISTRIBUTES: ReadonlySet<string> = new Set(["inv", "transpose"]);

/** `(AB)^{-1}`, `(A + uv^T)^{-1}`, `(ABC)^T`: what follows says what that is. */
function isDistributed(e: Expr): boolean {
  if (e.kind !== "apply" || !DISTRIBUTES.has(e.op)) return false;
  const [of] = e.args;
  return of!.kind === "apply" && (of!.op === "mul" || of!.op === "add" || of!.op === "sub") && freeNames(of!).size > 1;
}

const isTransposeOfName = (e: Expr): boolean =>
  e.kind === "name" || (e.kind === "apply" && DISTRIBUTES.has(e.op) && e.args[0]!.kind === "name");

/** The slip in what an inverse or a transpose of a product or a sum is said to be, of the same names. */
function distributionSlip(left: Expr, right: Expr, scope: Scope, print: Print): Found | undefined {
  const [a, b] = [dependsOn(left, scope), dependsOn(right, scope)];
  if (a.size < 2 || a.size !== b.size || ![...a].every((n) => b.has(n))) return undefined;
  // `(AB)^T = AB` is a condition: a side without the operator says nothing of it.
  if (left.kind !== "apply" || !someNode(right, (n) => n.kind === "apply" && n.op === left.op)) return undefined;
  const found = slip(left, right, scope, print, OF_DISTRIBUTION, ["right"]);
  if (found !== undefined) return { ...found, ground: "identity" };
  for (const v of inserted(right, [...a], scope, print))
    if (
      compareSides(left, v.expr, { scope, points: 1 }).relation === "equal" &&
      compareSides(left, v.expr, { scope }).relation === "equal"
    )
      // prettier-ignore
      return { note: v.what, slip: "missing", ground: "identity", correction: { side: "right", expr: v.expr } };
  return undefined;
}

const OF_DISTRIBUTION: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "sign", "inverse", "number"]);

/** Every expression with one matrix, or its inverse, put in between two factors of a product: `qᵀp` for `qᵀ A⁻¹ p`. */
function* inserted(
  e: Expr,
  names: readonly string[],
  scope: Scope,
  print: Print,
): Generator<Pick<Variant, "expr" | "what">> {
  if (e.kind === "apply" && (e.op === "mul" || e.op === "dot")) {
    const [x, y] = e.args as readonly [Expr, Expr];
    for (const n of names) {
      const v = scope.variables.get(n);
      if (v === undefined || !isMatrix(v.shape)) continue;
      for (const factor of [name(n), apply("inv", name(n))]) {
        const first = e.op === "dot" ? apply("transpose", x) : x;
        yield { expr: apply("mul", apply("mul", first, factor), y), what: `the factor ${print(factor)} is missing` };
      }
    }
  }
  const parts = children(e);
  for (let i = 0; i < parts.length; i++)
    for (const v of inserted(parts[i]!, names, scope, print))
      yield {
        ...v,
        expr: withChildren(
          e,
          parts.map((p, k) => (k === i ? v.expr : p)),
        ),
      };
}
