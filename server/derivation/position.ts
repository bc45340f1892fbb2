import { apply, type Expr } from "../core/ast";
import { isColumn, isMatrix, isRow, isScalar } from "../core/shape";
import { dimExpr, Stuck } from "./context";
import { isDifferential } from "./differential";
import { around, asColumn, chain, isDone, type Linear } from "./linear";
import { isApply, type Products } from "./term";
import { transpose } from "./transpose";

/**
 * Brings the core to the place from which the next rule takes it apart: under the trace to the right end, of a
 * scalar the column to the right, of a matrix between others into vec. `undefined`: it stands there already.
 */
export function positioned(p: Products, l: Linear): Linear | undefined {
  const { context } = p;
  const s = context.shapeOf(l.core);
  const flip = (parts: readonly Expr[]): readonly Expr[] =>
    parts.length === 0 ? [] : [transpose(p, p.product(...parts))];
  // Entries, matrices written out, and sums over an index are taken apart where they stand.
  if (isDone(p, l) || ["index", "literal", "sumover"].includes(l.core.kind)) return undefined;
  if (l.form === "trace") {
    if (isColumn(s)) {
      context.use("trace-cyclic");
      return around(p, l, [...l.right, ...l.left], [], { form: "plain" });
    }
    if (isRow(s)) {
      context.use("trace-cyclic");
      const inFront = around(p, l, [], [...l.right, ...l.left], { form: "plain" });
      return positionedScalar(p, inFront) ?? inFront;
    }
    let out = l;
    if (out.right.length > 0) {
      context.use("trace-cyclic");
      out = around(p, out, [...out.right, ...out.left], []);
    }
    const turned = withoutTranspose(p, out.core);
    if (turned !== undefined) {
      context.use("trace-transpose");
      out = around(p, out, flip(out.left), [], { core: turned });
    }
    if (isDifferential(out.core) && out.outer.length > 0) out = traceAsVec(p, out);
    return out === l ? undefined : out;
  }
  if (l.form === "plain") {
    const whole = context.shapeOf(p.product(...l.left, l.core, ...l.right));
    if (isScalar(whole)) return positionedScalar(p, l);
    return positionedColumn(p, l, isMatrix(whole) || isRow(whole));
  }
  // vec(left · core · right)
  if (l.left.length === 0 && l.right.length === 0) {
    if (isColumn(s)) return { ...l, form: "plain" };
    if (isRow(s)) {
      context.use("vec-transpose");
      return { ...l, form: "plain", core: transpose(p, l.core) };
    }
    const turned = withoutTranspose(p, l.core);
    if (turned === undefined) return undefined;
    context.use("commutation");
    return { ...l, outer: chain(p, ...l.outer, apply("K", dimExpr(s.cols), dimExpr(s.rows))), core: turned };
  }
  if (isColumn(s) && l.right.length === 0) return { ...l, form: "plain" };
  return intoVec(p, l);
}

/** The argument of a transpose that changes; of a product of such it is for `opened`. */
const withoutTranspose = (p: Products, e: Expr): Expr | undefined =>
  isApply(e, "transpose") ? p.tidy(e.args[0]!) : undefined;

/** vec(A·X·B) = (B'⊗A)·vec(X). */
function intoVec(p: Products, l: Linear): Linear {
  const { context } = p;
  context.use("vec-product");
  const s = context.shapeOf(l.core);
  const left = l.left.length === 0 ? apply("eye", dimExpr(s.rows)) : p.product(...l.left);
  const right = l.right.length === 0 ? apply("eye", dimExpr(s.cols)) : transpose(p, p.product(...l.right));
  return { ...l, form: "vec", outer: chain(p, ...l.outer, kron(p, right, left)), left: [], right: [] };
}

/** A Kronecker product with an identity of both sides taken as one. */
function kron(p: Products, a: Expr, b: Expr): Expr {
  if (isApply(a, "eye") && isApply(b, "eye")) return apply("eye", p.product(a.args[0]!, b.args[0]!));
  return apply("kron", a, b);
}

/** A scalar left·core·right. */
function positionedScalar(p: Products, l: Linear): Linear | undefined {
  const { context } = p;
  const s = context.shapeOf(l.core);
  const turn = (parts: readonly Expr[]): readonly Expr[] =>
    parts.length === 0 ? [] : [transpose(p, p.product(...parts))];
  if (isScalar(s)) return undefined;
  if (isRow(s) || isApply(l.core, "transpose")) {
    if (isColumn(s) && l.right.length === 0 && !isApply(l.core, "transpose")) return undefined;
    context.use("scalar-transpose");
    const turned = around(p, l, turn(l.right), turn(l.left), { core: transpose(p, l.core) });
    // What cannot be turned any further is for another rule.
    const settled = !isRow(context.shapeOf(turned.core)) && !isApply(turned.core, "transpose");
    return settled ? (positionedScalar(p, turned) ?? turned) : turned;
  }
  if (isColumn(s)) return undefined;
  if (isApply(l.core, "diag") && l.left.length > 0 && l.right.length > 0) {
    context.use("diag-between");
    const sides = apply("hadamard", transpose(p, p.product(...l.left)), p.product(...l.right));
    return around(p, l, [transpose(p, sides)], [], { core: asColumn(p, l.core.args[0]!) });
  }
  context.use("scalar-trace");
  return around(p, l, [...l.right, ...l.left], [], { form: "trace" });
}

/** A column (or, `boxed`, a matrix) left·core·right of a Jacobian. */
function positionedColumn(p: Products, l: Linear, boxed: boolean): Linear | undefined {
  const { context } = p;
  const s = context.shapeOf(l.core);
  if (boxed) throw new Stuck("a matrix stands where a column was expected");
  if (isColumn(s) && l.right.length === 0) return undefined;
  if (isRow(s) && l.right.length > 0) {
    context.use("scalar-transpose");
    const column = transpose(p, l.core);
    return around(p, l, [...l.left, transpose(p, p.product(...l.right))], [], { core: column });
  }
  if (isApply(l.core, "diag")) {
    context.use("diag-swap");
    return around(p, l, [...l.left, apply("diag", p.product(...l.right))], [], { core: asColumn(p, l.core.args[0]!) });
  }
  if (isRow(s)) {
    // left is empty: the transpose of a row is the column that changes.
    throw new Stuck("a row stands where a column was expected");
  }
  return intoVec(p, l);
}

/** tr(A'·dX) behind others is vec(A)'·vec(dX). */
function traceAsVec(p: Products, l: Linear): Linear {
  p.context.use("vec-dot");
  const s = p.context.shapeOf(l.core);
  const w = l.left.length === 0 ? apply("eye", dimExpr(s.rows)) : transpose(p, p.product(...l.left));
  return { ...l, outer: chain(p, ...l.outer, apply("transpose", apply("vec", w))), form: "vec", left: [] };
}
