import { type Expr, someNode } from "../core/ast";
import { isScalar } from "../core/shape";
import type { Formula } from "../documents/document";
import { inferShape } from "../shapes/infer";

const isWrittenOut = (e: Expr): boolean =>
  e.kind === "literal" || (e.kind === "apply" && e.op === "mul" && e.args.every(isWrittenOut));

const isArray = (e: Expr): boolean =>
  someNode(e, (n) => n.kind === "literal" || (n.kind === "apply" && n.op === "cross"));

/**
 * Whether the side of a chain may be judged by its head, although nothing is known of the step to it. Not where that step is in
 * plain sight and did not hold: from a number to an array, or from matrices that are written out to the matrix that they make.
 */
export function mayJumpOver(trusted: Expr, side: Expr, { scope }: Formula): boolean {
  if (side.kind === "literal" && isWrittenOut(trusted)) return false;
  if (!isArray(side)) return true;
  const [from, to] = [trusted, side].map((e) => inferShape(e, scope, { tolerant: true }).shape);
  const isOfNumbers = to !== undefined && isScalar(to);
  return from === undefined || !isScalar(from) || isOfNumbers;
}
