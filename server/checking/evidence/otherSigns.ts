import { children, type Expr, freeNames, mapChildren, num, someNode, substitute } from "../../core/ast";
import { isScalar } from "../../core/shape";
import { areNothing, compareSides } from "../compare";
import { isZero } from "../note";
import { hasDerivative, hasDifferential } from "../varying";
import type { Finding } from "./finding";

// Repairs that change nothing: of what the letters stand for, both the given and the mended form are the same.

/** A number is its own transpose: `d f(x) = f′(x) dx` is not mended by another x. */
export function isTransposeOfNumber({ equation, verdict, formula: { scope } }: Finding): boolean {
  const correction = verdict?.correction;
  if (equation === undefined || correction === undefined || verdict?.slip !== "transpose") return false;
  const isNumber = (e: Expr): boolean => {
    const shape = e.kind === "name" ? scope.variables.get(e.name)?.shape : undefined;
    return shape !== undefined && isScalar(shape);
  };
  const claimed = correction.side === "right" ? equation.right : equation.left;
  return turned(correction.expr, isNumber) > turned(claimed, isNumber);
}

const turned = (e: Expr, is: (e: Expr) => boolean): number =>
  (e.kind === "apply" && e.op === "transpose" && is(e.args[0]!) ? 1 : 0) + children(e).reduce((n, c) => n + turned(c, is), 0); // prettier-ignore

/** Where a repair makes both sides vanish whatever stands in them (`θᵀGᵀAGθ` of a skew A), many others would. */
export function isOfNothing({ equation, verdict, formula: { scope } }: Finding): boolean {
  const correction = verdict?.correction;
  if (equation === undefined || correction === undefined) return false;
  const given = correction.side === "right" ? equation.left : equation.right;
  // Of a function that is not given all derivatives vanish.
  if (isZero(given) || [given, correction.expr].some((e) => hasDerivative(e) || hasDifferential(e))) return false;
  const numbers = compareSides(given, correction.expr, { scope });
  return numbers.relation === "equal" && areNothing(numbers);
}

/**
 * `‖w + yᵢxᵢ‖² = ‖w‖² + 2yᵢw·xᵢ + ‖xᵢ‖²`: the square of a label is one. Where an equation holds for both values of a
 * number that may be ±1, one of these is likely what it is.
 */
export function isOfLabels({ equation, verdict, formula: { scope }, document }: Finding): boolean {
  if (equation === undefined || verdict === undefined || verdict.ground !== undefined) return false;
  const { left, right } = equation;
  const bases = new Set<string>();
  const visit = (e: Expr): void => {
    if (e.kind === "index" && e.base.kind === "name") bases.add(e.base.name);
    children(e).forEach(visit);
  };
  [left, right].forEach(visit);
  const candidates = [...freeNames(right, freeNames(left))].filter((n) => LABEL.test(n));
  if (candidates.length === 0 || !OF_TWO.test(document.text)) return false;
  const differentiates = [left, right].some((e) => someNode(e, (n) => n.kind === "derivative" && n.wrt.some((w) => freeNames(w).size > 0 && candidates.some((c) => freeNames(w).has(c))))); // prettier-ignore
  if (differentiates) return false;
  return candidates.some((n) =>
    [1, -1].every((value) => {
      const put = (e: Expr): Expr => withValue(e, n, value, bases.has(n));
      return compareSides(put(left), put(right), { scope }).relation === "equal";
    }),
  );
}

/** A label, or one of them. */
const LABEL = /^[yts](?:_\w+)?$/;
/** What tells that something has the values −1 and 1. */
const OF_TWO =
  /-\s?1\s?,\s?\+?1|1\s?,\s?-1|\\pm\s*1|±\s*1|\b(?:perceptron|svm|support vector|sgn|sign)\b|感知机|支持向量/i;

function withValue(e: Expr, n: string, value: number, isFamily: boolean): Expr {
  if (!isFamily) return substitute(e, new Map([[n, num(value)]]));
  if (e.kind === "index" && e.base.kind === "name" && e.base.name === n) return num(value);
  return mapChildren(e, (c) => withValue(c, n, value, isFamily));
}
