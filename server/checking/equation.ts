import type { Expr, Span } from "../core/ast";
import type { Formula } from "../documents/document";
import type { Claim } from "../language/statement";
import { hasDerivative, hasDifferential } from "./varying";

/** Two sides that a document says are equal. */
export interface Equation {
  readonly formula: Formula;
  readonly kind: "derivative" | "step" | "equation";
  readonly left: Expr;
  readonly right: Expr;
  /** In the text of the formula; a side that was written in an earlier formula has none. */
  readonly leftSpan?: Span;
  readonly rightSpan?: Span;
}

const isAboutDerivatives = (e: Expr): boolean => hasDerivative(e) || hasDifferential(e);

/** Two sides that stand in one formula. */
export const equationBetween = (left: Expr, right: Expr, kind: Equation["kind"], formula: Formula): Equation => ({
  formula,
  kind,
  left,
  right,
  ...(left.span === undefined ? {} : { leftSpan: left.span }),
  ...(right.span === undefined ? {} : { rightSpan: right.span }),
});

/** The equations of a claim: each side with the next, where the sign between them says that they are equal. */
export function equationsOf(formula: Formula, claim: Claim, isEquality: (relation: string) => boolean): Equation[] {
  const out: Equation[] = [];
  for (let i = 0; i + 1 < claim.sides.length; i++) {
    if (!isEquality(claim.relations[i] ?? "")) continue;
    const left = claim.sides[i]!;
    const right = claim.sides[i + 1]!;
    const kind = isAboutDerivatives(left) || isAboutDerivatives(right) ? "derivative" : i > 0 ? "step" : "equation";
    out.push(equationBetween(left, right, kind, formula));
  }
  return out;
}
