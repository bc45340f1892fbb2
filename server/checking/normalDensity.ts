import { apply, type Expr, num } from "../core/ast";
import { dimEqual } from "../core/dimension";
import type { Scope } from "../core/scope";
import { isColumn, isMatrix, isScalar } from "../core/shape";
import { dimensionExpr } from "../language/dimensionOf";
import { inferShape } from "../shapes/infer";

const NORMAL = "𝓝";
const TWICE_PI = num(2 * Math.PI);

/**
 * What `𝓝(x; m, S)` is for a number or a column x with the mean m and the covariance S, unless somebody has defined it
 * (C. M. Bishop, Pattern Recognition and Machine Learning, eqs. 2.42 and 2.43); `covariances`: names that stand for one.
 */
export function normalDensity(
  e: Expr,
  scope: Scope,
): { readonly expr: Expr; readonly covariances: readonly string[] } | undefined {
  if (e.kind !== "call" || e.name !== NORMAL || e.args.length !== 3 || e.primes > 0) return undefined;
  if (scope.definitions.has(NORMAL)) return undefined;
  const [x, mean, covariance] = e.args as readonly [Expr, Expr, Expr];
  const shapeOf = (of: Expr) => inferShape(of, scope, { tolerant: true }).shape;
  const shape = shapeOf(x);
  if (shape === undefined || !(isScalar(shape) || isColumn(shape))) return undefined;
  // The zero of the space of x is written as the number.
  const distance = mean.kind === "number" && mean.value === 0 ? x : apply("sub", x, mean);
  const size = dimensionExpr(shape.rows);
  const variance = isScalar(shape) ? numberOf(covariance, shapeOf) : varianceOf(covariance, shapeOf);
  if (variance !== undefined) {
    const square = isScalar(shape)
      ? apply("pow", distance, num(2))
      : apply("mul", apply("transpose", distance), distance);
    const scale = isScalar(shape)
      ? apply("sqrt", apply("mul", TWICE_PI, variance))
      : apply("pow", apply("mul", TWICE_PI, variance), apply("div", size, num(2)));
    return { expr: bell(apply("div", square, variance), scale), covariances: [] };
  }
  const matrix = shapeOf(covariance);
  if (matrix === undefined || !isMatrix(matrix) || !dimEqual(matrix.rows, shape.rows)) return undefined;
  const form = apply("mul", apply("mul", apply("transpose", distance), apply("inv", covariance)), distance);
  const scale = apply("sqrt", apply("det", apply("mul", TWICE_PI, covariance)));
  return { expr: bell(form, scale), covariances: namesOf(covariance) };
}

const bell = (form: Expr, scale: Expr): Expr => apply("div", apply("exp", apply("div", form, num(-2))), scale);

/** A variance: a number, but no bare name, which may be a deviation to its author. */
function numberOf(e: Expr, shapeOf: ShapeOf): Expr | undefined {
  const shape = shapeOf(e);
  return e.kind !== "name" && shape !== undefined && isScalar(shape) ? e : undefined;
}

type ShapeOf = (of: Expr) => ReturnType<typeof inferShape>["shape"];

/** The number in front of the identity, whatever the size of that: `σ²I`. */
function varianceOf(e: Expr, shapeOf: ShapeOf): Expr | undefined {
  const isIdentity = (x: Expr): boolean => x.kind === "apply" && x.op === "eye";
  if (isIdentity(e)) return num(1);
  if (e.kind !== "apply" || e.op !== "mul") return numberOf(e, shapeOf);
  const [a, b] = e.args as readonly [Expr, Expr];
  const other = isIdentity(b) ? a : isIdentity(a) ? b : undefined;
  const shape = other === undefined ? undefined : shapeOf(other);
  return shape !== undefined && isScalar(shape) ? other : numberOf(e, shapeOf);
}

/** A matrix that is a name, or the inverse of one: a covariance or a precision. */
function namesOf(e: Expr): readonly string[] {
  if (e.kind === "name") return [e.name];
  const inverse = e.kind === "apply" && (e.op === "inv" || (e.op === "pow" && e.args[1]!.kind === "number"));
  return inverse && e.args[0]!.kind === "name" ? [e.args[0]!.name] : [];
}
