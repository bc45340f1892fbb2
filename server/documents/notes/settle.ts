import {
  apply,
  children,
  type Expr,
  type LiteralExpr,
  mapChildren,
  name as nameNode,
  num,
  type Span,
} from "../../core/ast";
import { type Dim, dimEqual, dimName, dimNames, dimSubstitute, dimValue } from "../../core/dimension";
import { isColumn, isRow, isScalar, type Shape } from "../../core/shape";
import { UNSETTLED } from "../../language/latex/read";
import { unknown } from "../../language/latex/trees";
import { Clash, type Found, isListOfNumbers, isOpenName, isSquareOfVector, type Solver, sizeOf } from "./solver";

/** A size as an expression: `2*n+1`. */
export function sizeExpr(d: Dim): Expr {
  let sum: Expr | undefined;
  for (const [monomial, c] of d.terms) {
    let product: Expr | undefined = c === 1 && monomial !== "" ? undefined : num(c);
    if (monomial !== "")
      for (const part of monomial.split("*")) {
        const [base, power] = part.split("^") as [string, string | undefined];
        const factor = power === undefined ? nameNode(base) : apply("pow", nameNode(base), num(Number(power)));
        product = product === undefined ? factor : apply("mul", product, factor);
      }
    sum = sum === undefined ? product! : apply("add", sum, product!);
  }
  return sum ?? num(0);
}

/** Gives the sizes that a solver has left open letters of their own: `closed` resolves a size, `letters` are those given so far. */
export function closing(solver: Solver): {
  readonly closed: (d: Dim) => Dim;
  readonly letters: ReadonlyMap<string, Dim>;
} {
  const letters = new Map<string, Dim>();
  const closed = (d: Dim): Dim => {
    const resolved = solver.resolve(d);
    for (const n of dimNames(resolved).filter(isOpenName))
      if (!letters.has(n)) letters.set(n, dimName(`size${letters.size + 1}`));
    return dimSubstitute(resolved, letters);
  };
  return { closed, letters };
}

/**
 * Gives the signs whose meaning hangs on shapes their operator, and sizes that were not written (`I`) their value.
 * `zeroAs`: the shape of the other side, where this one may be a plain 0 for a zero matrix.
 */
export function settle(e: Expr, solver: Solver, sizeOfOpen: (d: Dim) => Dim, elementwise: boolean): Expr {
  const shape = (x: Expr): Found => {
    try {
      const s = solver.shapeOf(x);
      return s === undefined ? undefined : solver.resolveShape(s);
    } catch (error) {
      // A part whose shapes do not fit has none.
      if (error instanceof Clash) return undefined;
      throw error;
    }
  };
  /** A 0 among blocks is a block of zeros. */
  const withZeroBlocks = (out: LiteralExpr, x: LiteralExpr): Expr => {
    if (!x.rows.some((r) => r.some(isZeroNumber)) || x.rows.every((r) => r.every((c) => c.kind === "number")))
      return out;
    let blocks: ReturnType<Solver["blocksOf"]>;
    try {
      blocks = solver.blocksOf(x.rows);
    } catch (error) {
      if (error instanceof Clash) return out;
      throw error;
    }
    if (blocks === undefined) return out;
    const { heights, widths } = blocks;
    return {
      ...out,
      rows: out.rows.map((row, i) =>
        row.map((cell, k) => {
          const [h, w] = [solver.resolve(heights[i]!), solver.resolve(widths[k]!)];
          if (!isZeroNumber(cell) || (dimValue(h) === 1 && dimValue(w) === 1)) return cell;
          return { ...apply("zeros", sizeExpr(sizeOfOpen(h)), sizeExpr(sizeOfOpen(w))), ...(cell.span === undefined ? {} : { span: cell.span }) }; // prettier-ignore
        }),
      ),
    };
  };
  const counted = (x: Expr): Expr => {
    if (x.kind !== "apply" || (x.op !== "add" && x.op !== "sub")) return visit(x);
    return mapChildren(x, counted);
  };
  const visit = (x: Expr): Expr => {
    if (x.kind === "apply" && (x.op === "eye" || x.op === "ones" || x.op === "zeros")) {
      return {
        ...x,
        args: x.args.map((a) =>
          a.kind === "name" && a.name.startsWith("?") ? sizeExpr(sizeOfOpen(solver.resolve(sizeOf(a)!))) : a,
        ),
      };
    }
    // Where a sum begins and ends is counted, whatever such a letter stands for elsewhere.
    if (x.kind === "sumover") return { ...x, from: counted(x.from), to: counted(x.to), body: visit(x.body) };
    const out = mapChildren(x, visit);
    if (out.kind === "name" && out.name.startsWith("?"))
      return {
        ...sizeExpr(sizeOfOpen(solver.resolve(sizeOf(out)!))),
        ...(out.span === undefined ? {} : { span: out.span }),
      };
    if (out.kind === "literal" && x.kind === "literal") return withZeroBlocks(out, x);
    if (out.kind !== "apply" || x.kind !== "apply") return out;
    switch (out.op) {
      case "add":
      case "sub": {
        // `2x + a + 0`, `1 - y`: the number stands for each entry.
        const at = out.args.findIndex((a) => a.kind === "number");
        const s = at < 0 ? undefined : shape(x.args[1 - at]!);
        if (s === undefined || isScalar(s)) return out;
        const number = out.args[at] as Expr & { kind: "number" };
        const sizes = [sizeExpr(sizeOfOpen(s.rows)), sizeExpr(sizeOfOpen(s.cols))];
        const spread =
          number.value === 0
            ? apply("zeros", ...sizes)
            : number.value === 1
              ? apply("ones", ...sizes)
              : apply("mul", number, apply("ones", ...sizes));
        const where = number.span === undefined ? {} : { span: number.span };
        return { ...out, args: out.args.map((a, i) => (i === at ? { ...spread, ...where } : a)) };
      }
      case UNSETTLED.bars: {
        const s = shape(x.args[0]!);
        return { ...out, op: s === undefined || isScalar(s) ? "abs" : isColumn(s) || isRow(s) ? "norm2" : "det" };
      }
      case UNSETTLED.cdot: {
        const a = shape(x.args[0]!);
        const b = shape(x.args[1]!);
        return { ...out, op: isVector(a) && isVector(b) && isRow(a) === isRow(b) ? "dot" : "mul" };
      }
      case UNSETTLED.cross: {
        const [a, b] = [shape(x.args[0]!), shape(x.args[1]!)];
        if (a === undefined || b === undefined) return unknown("×", out.args, out.span ?? NOWHERE);
        if (!isVector(a) || !isVector(b)) return { ...out, op: "mul" };
        return crossProduct(out.args[0]!, out.args[1]!, a, out.span);
      }
      case UNSETTLED.angles: {
        const [a, b] = [shape(x.args[0]!), shape(x.args[1]!)];
        if (!isListOfNumbers(x.args, a, b)) return { ...out, op: "dot" };
        return {
          kind: "literal",
          rows: out.args.map((e) => [e]),
          ...(out.span === undefined ? {} : { span: out.span }),
        };
      }
      case UNSETTLED.exp: {
        const s = shape(x.args[0]!);
        const square = s !== undefined && !isScalar(s) && dimEqual(s.rows, s.cols);
        return { ...out, op: square && !elementwise ? "expm" : "exp" };
      }
      case UNSETTLED.inverse: {
        const s = shape(x.args[0]!);
        return s !== undefined && isScalar(s)
          ? { ...out, op: "pow", args: [out.args[0]!, num(-1)] }
          : { ...out, op: "inv" };
      }
      case "pow": {
        // A^{1/2} of a matrix.
        const power = out.args[1]!;
        const base = power.kind === "number" && power.value === 2 ? shape(x.args[0]!) : undefined;
        // Of the entries written out nobody knows which product is meant.
        if (base !== undefined && isVector(base) && x.args[0]!.kind === "literal")
          return unknown("⟨square⟩", [out.args[0]!], out.span ?? NOWHERE);
        if (base !== undefined && isSquareOfVector(x.args, base))
          return { ...out, op: "dot", args: [out.args[0]!, out.args[0]!] };
        const half =
          power.kind === "apply" && power.op === "div"
            ? ratio(power)
            : power.kind === "number"
              ? power.value
              : undefined;
        if (half !== 0.5 && half !== -0.5) return out;
        const s = shape(x.args[0]!);
        if (s === undefined || isScalar(s) || !dimEqual(s.rows, s.cols)) return out;
        const root: Expr = { ...out, op: "sqrtm", args: [out.args[0]!] };
        return half > 0 ? root : { ...out, op: "inv", args: [root] };
      }
      default:
        return out;
    }
  };
  return visit(e);
}

const isZeroNumber = (e: Expr): boolean => e.kind === "number" && e.value === 0;

const NOWHERE: Span = { start: 0, end: 0 };

/** Nodes of the factors of a cross product, beyond which it is not written out. */
const MOST_NODES = 60;

const nodesOf = (e: Expr): number => children(e).reduce((n, c) => n + nodesOf(c), 1);

/** The cross product of two vectors with three entries by these; of others nothing is known. */
function crossProduct(a: Expr, b: Expr, shape: Shape, span: Span | undefined): Expr {
  const where = span === undefined ? {} : { span };
  const length = dimValue(isColumn(shape) ? shape.rows : shape.cols);
  if (length !== 3 || nodesOf(a) + nodesOf(b) > MOST_NODES) return unknown("×", [a, b], span ?? NOWHERE);
  const entry = (e: Expr, i: number): Expr => ({ kind: "index", base: e, indices: [num(i)] });
  const minor = (i: number, j: number): Expr =>
    apply("sub", apply("mul", entry(a, i), entry(b, j)), apply("mul", entry(a, j), entry(b, i)));
  const cells = [minor(2, 3), minor(3, 1), minor(1, 2)];
  return { kind: "literal", rows: isColumn(shape) ? cells.map((c) => [c]) : [cells], ...where };
}

function ratio(e: Expr & { kind: "apply" }): number | undefined {
  const [a, b] = e.args;
  return a?.kind === "number" && b?.kind === "number" ? a.value / b.value : undefined;
}

const isVector = (s: Found): s is Shape => s !== undefined && !isScalar(s) && (isColumn(s) || isRow(s));
