import type { Expr } from "../core/ast";
import { type Dim, dimAdd, dimMul } from "../core/dimension";
import { familyMember, type Scope } from "../core/scope";
import { isColumn, isRow, isScalar, matrix, SCALAR, type Shape, shapeText, transposed, vector } from "../core/shape";
import { dimensionOf } from "../language/dimensionOf";
import { isMisfit, operator } from "../operators";

/** The shape of a tree, where it is known. */
export type ShapeOf = (e: Expr) => Shape | undefined;

/**
 * Shapes by the operator table, for choosing brackets, fonts and the order of products. Nothing is reported:
 * what does not fit, or is not known, has no shape.
 */
export const shapesIn = (scope: Scope, bound?: ReadonlyMap<string, Shape>): ShapeOf =>
  within(scope, bound, new Map(), new Set());

/**
 * @param extra shapes of the names that are bound here: parameters of a function, indices of sums
 * @param calls shapes of functions by the shapes of their arguments; `undefined` while one is looked for
 * @param open definitions that are being looked into, also from inside of sums and functions: they may lead back here
 */
function within(
  scope: Scope,
  extra: ReadonlyMap<string, Shape> | undefined,
  calls: Map<string, Shape | undefined>,
  open: Set<string>,
): ShapeOf {
  const known = new WeakMap<Expr, Shape>();
  const ofName = (name: string): Shape | undefined => {
    const given = extra?.get(name) ?? scope.variables.get(name)?.shape ?? familyMember(scope, name)?.variable.shape;
    if (given !== undefined) return given;
    const body = scope.definitions.get(name);
    if (body !== undefined && body.parameters === undefined && !open.has(name)) {
      open.add(name);
      const s = shapeOf(body.body);
      open.delete(name);
      return s;
    }
    return scope.dimensions.has(name) ? SCALAR : undefined;
  };
  const find = (e: Expr): Shape | undefined => {
    switch (e.kind) {
      case "number":
        return SCALAR;
      case "name":
        return ofName(e.name);
      case "apply": {
        const op = operator(e.op);
        if (op === undefined) return undefined;
        if (op.ofDimensions) {
          const dims = e.args.map(dimensionOf);
          if (dims.some((d) => d === undefined)) return undefined;
          const r = op.shape([], dims as Dim[]);
          return isMisfit(r) ? undefined : r;
        }
        const shapes = e.args.map(shapeOf);
        if (shapes.some((s) => s === undefined)) return undefined;
        const r = op.shape(shapes as Shape[], []);
        return isMisfit(r) ? undefined : r;
      }
      case "call": {
        const f = scope.definitions.get(e.name);
        const given = e.args.map(shapeOf);
        if (f?.parameters === undefined) return given[0];
        if (open.has(e.name) || e.primes > 0 || given.some((s) => s === undefined)) return undefined;
        const call = `${e.name} ${given.map((s) => shapeText(s!)).join()}`;
        if (calls.has(call)) return calls.get(call);
        // A function that calls itself has no shape.
        calls.set(call, undefined);
        const s = within(scope, new Map(f.parameters.map((p, i) => [p, given[i]!])), calls, open)(f.body);
        calls.set(call, s);
        return s;
      }
      case "literal": {
        const first = e.rows[0]?.map(shapeOf) ?? [];
        const down = e.rows.map((r) => (r[0] === undefined ? undefined : shapeOf(r[0])));
        if ([...first, ...down].some((s) => s === undefined)) return undefined;
        return matrix(down.map((s) => s!.rows).reduce(dimAdd), first.map((s) => s!.cols).reduce(dimAdd));
      }
      case "index": {
        const base = shapeOf(e.base);
        if (base === undefined) return undefined;
        const [i, j] = e.indices;
        if (e.indices.length === 1) return i === null ? base : SCALAR;
        return matrix(i === null ? base.rows : SCALAR.rows, j === null ? base.cols : SCALAR.cols);
      }
      case "sumover":
        return within(scope, new Map([...(extra ?? []), [e.variable, SCALAR]]), calls, open)(e.body);
      case "differential":
        return shapeOf(e.of);
      case "derivative": {
        const of = shapeOf(e.of);
        if (of === undefined) return undefined;
        const result = e.wrt.reduce<Shape | undefined>((s, w) => {
          const v = shapeOf(w);
          return s === undefined || v === undefined ? undefined : derivativeShape(s, v);
        }, of);
        return result !== undefined && e.transposed ? transposed(result) : result;
      }
      case "error":
        return undefined;
    }
  };
  const shapeOf: ShapeOf = (e) => {
    const hit = known.get(e);
    if (hit !== undefined) return hit;
    const s = find(e);
    if (s !== undefined) known.set(e, s);
    return s;
  };
  return shapeOf;
}

/** The shape of a derivative: the gradient of a scalar looks like the variable, everything else is a Jacobian. */
function derivativeShape(of: Shape, by: Shape): Shape {
  if (isScalar(of)) return by;
  if (isScalar(by)) return of;
  return matrix(vector(dimMul(of.rows, of.cols)).rows, dimMul(by.rows, by.cols));
}

export type Kind = "scalar" | "column" | "row" | "matrix";

/**
 * What a tree is by its shape or, where that is not known, by the custom of notes: upper-case letters are
 * matrices, lower-case Latin letters columns, Greek letters scalars.
 */
export function kindOf(e: Expr, shapeOf?: ShapeOf): Kind | undefined {
  const s = shapeOf?.(e);
  if (s !== undefined) return isScalar(s) ? "scalar" : isColumn(s) ? "column" : isRow(s) ? "row" : "matrix";
  switch (e.kind) {
    case "number":
      return "scalar";
    case "name":
      return /^[a-z](?:_.*|\d*)$/.test(e.name) ? "column" : /^[A-Z](?:_.*|\d*)$/.test(e.name) ? "matrix" : undefined;
    case "apply":
      return kindOfApply(e.op, e.args, shapeOf);
    case "index":
      return e.indices.every((i) => i !== null) ? "scalar" : undefined;
    case "differential":
      return kindOf(e.of, shapeOf);
    default:
      return undefined;
  }
}

function kindOfApply(op: string, args: readonly Expr[], shapeOf?: ShapeOf): Kind | undefined {
  const group = operator(op)?.group;
  if (group === "reduction") return "scalar";
  if (op === "ones" || op === "zeros") return args.length === 1 ? "column" : "matrix";
  if (group === "constant") return "matrix";
  const [a, b] = args.map((x) => kindOf(x, shapeOf));
  switch (op) {
    case "transpose":
      return a === "column" ? "row" : a === "row" ? "column" : a;
    case "mul":
      if (a === "scalar") return b;
      if (b === "scalar") return a;
      if (a === "row") return b === "column" ? "scalar" : b === "matrix" ? "row" : undefined;
      if (a === "matrix") return b === "row" ? undefined : b;
      return a === "column" && b === "row" ? "matrix" : undefined;
    case "div":
      return a === "scalar" && b !== "scalar" ? b : a;
    case "add":
    case "sub":
      return a ?? b;
    case "diag":
      return a === "column" ? "matrix" : undefined;
    case "vec":
      return "column";
    case "kron":
      return undefined;
    default:
      return a;
  }
}
