import { type Dim, dimMul, ONE } from "../../core/dimension";
import { isColumn, isRow, isScalar, matrix, SCALAR, type Shape, transposed, vector } from "../../core/shape";
import { type Graph, isNumber, type Node, rank } from "./ir";

/**
 * What a formula's part is while it is lowered: an array with the column or row that it stands for, or something that
 * need not be computed as an array at all (a diagonal, an inverse, a Kronecker product).
 */
export type Value = Dense | Diagonal | Inverse | Kronecker;

/** An array; it may be smaller than its shape and be broadcast (`ones(n)` is the number 1). */
export interface Dense {
  readonly kind: "dense";
  readonly node: Node;
  readonly shape: Shape;
}

/** `diag(v)`; the node is a vector, or a scalar for a multiple of the identity. */
export interface Diagonal {
  readonly kind: "diagonal";
  readonly node: Node;
  readonly shape: Shape;
}

/** The inverse of a matrix: solved with, and only computed where it is wanted by itself. */
export interface Inverse {
  readonly kind: "inverse";
  readonly node: Node;
  readonly shape: Shape;
}

/** `scale*kron(left, right)`, its columns permuted where it stands before a commutation matrix. */
export interface Kronecker {
  readonly kind: "kronecker";
  readonly scale: Node;
  readonly left: Value;
  readonly right: Value;
  readonly shape: Shape;
}

export const dense = (node: Node, shape: Shape): Dense => ({ kind: "dense", node, shape });

/** The axes of an array that has every entry of a shape. */
export function axes(s: Shape): readonly Dim[] {
  if (isScalar(s)) return [];
  if (isColumn(s)) return [s.rows];
  if (isRow(s)) return [s.cols];
  return [s.rows, s.cols];
}

/** The array with all its entries. */
export function full(g: Graph, v: Value): Node {
  const n = asNode(g, v);
  return g.spread(n, axes(v.shape));
}

/** The array, which may still have to be broadcast. */
export function asNode(g: Graph, v: Value): Node {
  switch (v.kind) {
    case "dense":
      return v.node;
    case "diagonal":
      return diagonalMatrix(g, v);
    case "inverse":
      return g.inverse(v.node);
    case "kronecker":
      return kroneckerMatrix(g, v);
  }
}

export const asDense = (g: Graph, v: Value): Dense => (v.kind === "dense" ? v : dense(asNode(g, v), v.shape));

function diagonalMatrix(g: Graph, v: Diagonal): Node {
  const shape = axes(v.shape);
  if (rank(v.node) === 0) {
    const eye = g.make("eye", [], shape, { dims: [v.shape.rows], range: [0, 1] });
    return g.mul(v.node, eye);
  }
  return g.make("diagonalMatrix", [v.node], shape, {
    range: [Math.min(0, v.node.range[0]), Math.max(0, v.node.range[1])],
  });
}

/** `kron` as an array: blocks along a diagonal are filled in, nothing is multiplied by zeros. */
function kroneckerMatrix(g: Graph, v: Kronecker): Node {
  const { left, right } = v;
  const shape = axes(v.shape);
  const smaller = (a: Node, b: Node): [Node, Node] =>
    a.shape.length <= b.shape.length ? [g.mul(v.scale, a), b] : [a, g.mul(v.scale, b)];
  if (left.kind === "diagonal" && right.kind === "diagonal") {
    if (rank(left.node) === 0 && rank(right.node) === 0)
      return diagonalMatrix(g, {
        kind: "diagonal",
        node: g.mul(v.scale, g.mul(left.node, right.node)),
        shape: v.shape,
      });
    const [a, b] = smaller(g.spread(left.node, [left.shape.rows]), g.spread(right.node, [right.shape.rows]));
    const d = g.make("kron", [a, b], [v.shape.rows]);
    return diagonalMatrix(g, { kind: "diagonal", node: d, shape: v.shape });
  }
  // With a vector, a diagonal has no blocks: an outer product or a column of scaled vectors.
  if (left.kind === "diagonal") {
    const b = twoDimensional(g, right);
    const inner = rank(left.node) === 0 ? g.mul(g.mul(v.scale, left.node), b) : g.mul(v.scale, b);
    return g.make("kronEyeLeft", rank(left.node) === 0 ? [inner] : [inner, left.node], shape, {
      dims: [left.shape.rows],
    });
  }
  if (right.kind === "diagonal") {
    const a = twoDimensional(g, left);
    const inner = rank(right.node) === 0 ? g.mul(g.mul(v.scale, right.node), a) : g.mul(v.scale, a);
    return g.make("kronEyeRight", rank(right.node) === 0 ? [inner] : [inner, right.node], shape, {
      dims: [right.shape.rows],
    });
  }
  const [a, b] = [full(g, left), full(g, right)];
  if (rank(a) === 1 && rank(b) === 1) {
    const column = isColumn(left.shape) ? a : b;
    const row = isColumn(left.shape) ? b : a;
    const [x, y] = smaller(column, row);
    return isColumn(left.shape) !== isColumn(right.shape) ? g.outer(x, y) : g.make("kron", smaller(a, b), shape);
  }
  if (rank(a) === 0 || rank(b) === 0) return g.mul(v.scale, g.mul(a, b));
  return g.make("kron", smaller(twoDimensional(g, left), twoDimensional(g, right)), shape);
}

/** A matrix, or a vector held out as a column or row. */
export function twoDimensional(g: Graph, v: Value): Node {
  const n = full(g, v);
  if (rank(n) !== 1) return n;
  return isColumn(v.shape) ? g.asColumn(n) : g.asRow(n);
}

export function transposeValue(g: Graph, v: Value): Value {
  const shape = transposed(v.shape);
  switch (v.kind) {
    case "dense":
      return dense(rank(v.node) === 2 ? g.transpose(v.node) : v.node, shape);
    case "diagonal":
      return v;
    case "inverse":
      return { kind: "inverse", node: g.transpose(v.node), shape };
    case "kronecker":
      return { ...v, left: transposeValue(g, v.left), right: transposeValue(g, v.right), shape };
  }
}

/** A scalar times anything. */
export function scaleValue(g: Graph, s: Node, v: Value): Value {
  if (isNumber(s, 1)) return v;
  switch (v.kind) {
    case "dense":
      return dense(g.mul(s, v.node), v.shape);
    case "diagonal":
      return { ...v, node: g.mul(s, v.node) };
    case "inverse":
      return dense(g.mul(s, g.inverse(v.node)), v.shape);
    case "kronecker":
      return { ...v, scale: g.mul(s, v.scale) };
  }
}

/** The matrix product of two values; scalars scale. */
export function multiply(g: Graph, a: Value, b: Value): Value {
  const shape: Shape = isScalar(a.shape) ? b.shape : isScalar(b.shape) ? a.shape : matrix(a.shape.rows, b.shape.cols);
  if (isScalar(a.shape)) return scaleValue(g, asNode(g, a), b);
  if (isScalar(b.shape)) return scaleValue(g, asNode(g, b), a);
  // Rows from the left are columns from the right of the transpose.
  if (isRow(a.shape) && !isColumn(b.shape))
    return transposeValue(g, multiply(g, transposeValue(g, b), transposeValue(g, a)));
  if (a.kind === "diagonal") return scaleRows(g, a, b, shape);
  if (b.kind === "diagonal") return scaleColumns(g, a, b, shape);
  if (a.kind === "inverse") {
    if (b.kind === "inverse") return { kind: "inverse", node: g.matmul(b.node, a.node), shape };
    return dense(solveWith(g, a.node, full(g, b)), shape);
  }
  if (b.kind === "inverse") return transposeValue(g, multiply(g, transposeValue(g, b), transposeValue(g, a)));
  return isColumn(b.shape)
    ? timesColumn(g, asDense(g, a), asDense(g, b), shape)
    : timesMatrix(g, asDense(g, a), asDense(g, b), shape);
}

/** A⁻¹B: with the inverse itself where that is computed anyway. */
function solveWith(g: Graph, a: Node, b: Node): Node {
  const known = g.peek("inverse", [a], [a.shape[1]!, a.shape[0]!]);
  if (known !== undefined && g.committed.has(known.id)) return rank(b) === 1 ? g.matvec(known, b) : g.matmul(known, b);
  return g.solve(a, b);
}

function scaleRows(g: Graph, d: Diagonal, b: Value, shape: Shape): Value {
  if (b.kind === "diagonal") return { kind: "diagonal", node: g.mul(d.node, b.node), shape };
  if (rank(d.node) === 0) return { ...scaleValue(g, d.node, b), shape };
  const x = asDense(g, b);
  return dense(isColumn(b.shape) ? g.mul(d.node, x.node) : g.mul(g.asColumn(d.node), x.node), shape);
}

function scaleColumns(g: Graph, a: Value, d: Diagonal, shape: Shape): Value {
  if (rank(d.node) === 0) return { ...scaleValue(g, d.node, a), shape };
  const x = asDense(g, a);
  return dense(isRow(a.shape) ? g.mul(x.node, d.node) : g.mul(x.node, g.asRow(d.node)), shape);
}

function timesColumn(g: Graph, a: Dense, x: Dense, shape: Shape): Value {
  if (isColumn(a.shape)) return dense(g.outer(full(g, a), full(g, x)), shape);
  if (isRow(a.shape)) {
    // ones'*x is a sum.
    if (rank(a.node) === 0) return dense(g.mul(a.node, sumOf(g, x)), SCALAR);
    if (rank(x.node) === 0) return dense(g.mul(x.node, sumOf(g, a)), SCALAR);
    return dense(g.dot(a.node, x.node), SCALAR);
  }
  const m = a.node;
  if (rank(x.node) === 0) return dense(g.mul(x.node, rowSumsOf(g, a)), shape);
  if (rank(m) === 0) return dense(g.mul(m, sumOf(g, x)), shape);
  if (m.op === "asColumn") return dense(g.mul(m.args[0]!, sumOf(g, x)), shape);
  if (m.op === "asRow") return dense(g.dot(m.args[0]!, x.node), shape);
  return dense(g.matvec(m, x.node), shape);
}

function timesMatrix(g: Graph, a: Dense, b: Dense, shape: Shape): Value {
  if (isColumn(a.shape)) {
    // A vector times a row: held out where the other factor is constant.
    if (rank(b.node) === 0) return dense(g.asColumn(g.mul(b.node, a.node)), shape);
    if (rank(a.node) === 0) return dense(g.asRow(g.mul(a.node, b.node)), shape);
    return dense(g.outer(a.node, b.node), shape);
  }
  return dense(g.matmul(full(g, a), full(g, b)), shape);
}

/** The sum of all entries of a value, broadcast ones included. */
export function sumOf(g: Graph, v: Dense): Node {
  const s = axes(v.shape);
  if (rank(v.node) === 0)
    return g.mul(
      s.reduce((n, d) => g.mul(n, g.dimension(d)), g.number(1)),
      v.node,
    );
  if (v.node.op === "asColumn") return g.mul(g.dimension(v.shape.cols), g.sum(v.node.args[0]!));
  if (v.node.op === "asRow") return g.mul(g.dimension(v.shape.rows), g.sum(v.node.args[0]!));
  return g.sum(v.node);
}

/** The sums along each row of a matrix: `A*ones(n)`. */
export function rowSumsOf(g: Graph, v: Dense): Node {
  const n = v.node;
  if (rank(n) === 0) return g.mul(g.dimension(v.shape.cols), n);
  if (n.op === "asColumn") return g.mul(g.dimension(v.shape.cols), n.args[0]!);
  if (n.op === "asRow") return g.sum(n.args[0]!);
  return n.op === "transpose" ? g.columnSums(n.args[0]!) : g.rowSums(n);
}

/** The diagonal of a square matrix, or its sum. */
export function diagonalOf(g: Graph, v: Value): Node {
  if (v.kind === "diagonal") return v.node;
  const n = asNode(g, v);
  if (rank(n) === 0) return n;
  if (n.op === "asColumn" || n.op === "asRow") return n.args[0]!;
  if (n.op === "outer") return g.mul(n.args[0]!, n.args[1]!);
  if (n.op === "neg") return g.neg(diagonalOf(g, dense(n.args[0]!, v.shape)));
  if (n.op === "mul" || n.op === "div" || n.op === "add" || n.op === "sub") {
    const [x, y] = n.args.map((x) => (rank(x) === 0 ? x : diagonalOf(g, dense(x, v.shape))));
    return g[n.op](x!, y!);
  }
  const bare = n.op === "transpose" ? n.args[0]! : n;
  return g.make("diagonal", [bare], [v.shape.rows]);
}

export function traceOf(g: Graph, v: Value): Node {
  if (v.kind === "diagonal") return rank(v.node) === 0 ? g.mul(g.dimension(v.shape.rows), v.node) : g.sum(v.node);
  const n = asNode(g, v);
  if (rank(n) < 2) return g.mul(g.dimension(v.shape.rows), n);
  if (n.op === "outer") return g.dot(n.args[0]!, n.args[1]!);
  const bare = n.op === "transpose" ? n.args[0]! : n;
  return g.make("trace", [bare], []);
}

/** `kron` as a value. */
export function kronecker(g: Graph, left: Value, right: Value): Value {
  const shape = matrix(dimMul(left.shape.rows, right.shape.rows), dimMul(left.shape.cols, right.shape.cols));
  if (isScalar(left.shape)) return scaleValue(g, asNode(g, left), right);
  if (isScalar(right.shape)) return scaleValue(g, asNode(g, right), left);
  return { kind: "kronecker", scale: g.number(1), left, right, shape };
}

export const columnOf = (node: Node, n: Dim): Dense => dense(node, vector(n));
export const rowOf = (node: Node, n: Dim): Dense => dense(node, matrix(ONE, n));
