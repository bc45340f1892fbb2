import { apply, type Expr, num } from "../../core/ast";
import { isColumn, isScalar, type Shape } from "../../core/shape";
import { dimExpr } from "../../derivation/context";

/** Zero of a shape. */
export function zeroOf(s: Shape): Expr {
  if (isScalar(s)) return num(0);
  return isColumn(s) ? apply("zeros", dimExpr(s.rows)) : apply("zeros", dimExpr(s.rows), dimExpr(s.cols));
}
