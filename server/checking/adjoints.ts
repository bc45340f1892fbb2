import { children, type Expr, name, withChildren } from "../core/ast";
import type { MathDocument } from "../documents/document";
import type { Meanings } from "./meanings";

/** Characters between two formulas of which the second says what the first is: `we write $dX$ for $∂L/∂X$`. */
const NEAR = 40;

/** Names that stand for a loss of which nothing is said. */
const LOSSES = ["ℒ", "loss", "cost"] as const;

const differentiated = (e: Expr): string | undefined =>
  e.kind === "differential" && e.of.kind === "name" ? e.of.name : undefined;

const gradientBy = (e: Expr): string | undefined =>
  e.kind === "derivative" && e.of.kind === "name" && e.wrt.length === 1 && e.wrt[0]!.kind === "name"
    ? e.wrt[0].name
    : undefined;

/** Whether a note says that `dX` is its name for the derivative of the loss by X: `dX = ∂L/∂X`. */
export function saysAdjoints(document: MathDocument): boolean {
  let before: { readonly of: string; readonly end: number } | undefined;
  for (const { statement: s, span } of document.formulas) {
    if (s.kind === "claim") {
      for (const e of s.sides) {
        const by = gradientBy(e);
        if (by !== undefined && s.sides.some((other) => differentiated(other) === by)) return true;
      }
    }
    if (s.kind !== "query") continue;
    const by = gradientBy(s.expr);
    if (by !== undefined && before?.of === by && span.start - before.end < NEAR) return true;
    const of = differentiated(s.expr);
    before = of === undefined ? undefined : { of, end: span.end };
  }
  return false;
}

/** An equation that may be about derivatives of a loss called `dX`: how its sides read then. */
export function adjointReading(left: Expr, right: Expr, meanings: Meanings): ((e: Expr) => Expr) | undefined {
  if (differentiated(left) === undefined && gradientBy(left) === undefined) return undefined;
  if (!mentionsDifferential(right)) return undefined;
  const loss =
    left.kind === "derivative" ? left.of : name(LOSSES.find((n) => meanings.get(n) === undefined) ?? LOSSES[0]);
  const read = (e: Expr): Expr => {
    if (differentiated(e) !== undefined && e.kind === "differential")
      return { kind: "derivative", of: loss, wrt: [e.of] };
    const parts = children(e);
    return parts.length === 0 ? e : withChildren(e, parts.map(read));
  };
  return read;
}

const mentionsDifferential = (e: Expr): boolean =>
  differentiated(e) !== undefined || children(e).some(mentionsDifferential);
