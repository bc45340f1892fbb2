import { spend } from "../../core/budget";
import { isColumn, isMatrix, isRow, isScalar, SCALAR } from "../../core/shape";
import { newCost } from "./cost";
import { type Graph, isNegative, isNumber, type Node, rank } from "./ir";
import type { Sizes } from "./sizes";
import {
  asDense,
  asNode,
  columnOf,
  dense,
  type Diagonal,
  multiply,
  rowOf,
  scaleValue,
  transposeValue,
  type Value,
} from "./value";

/** What decides how products are put together. */
export interface ProductContext {
  readonly graph: Graph;
  readonly sizes: Sizes;
  /** The target computes `Z'Z` in half the time of a general product. */
  readonly symmetricProducts: boolean;
}

/** Above this length only the dimensions decide, not what is computed already. */
const EXACT = 10;

/**
 * A factor taken apart where it is of rank one: `x*y'` and vectors held out for broadcasting are a column times a
 * row, so that no matrix is formed where vectors do.
 */
export function split(ctx: ProductContext, v: Value): { scale: Node; parts: readonly Value[] } {
  const g = ctx.graph;
  if (v.kind !== "dense") return { scale: g.number(1), parts: [v] };
  let { node } = v;
  let scale = g.number(1);
  const { rows, cols } = v.shape;
  if (node.op === "neg" && !g.committed.has(node.id)) {
    scale = g.number(-1);
    node = node.args[0]!;
  }
  if (node.op === "mul" && rank(node.args[0]!) === 0 && rank(node) > 0 && !g.committed.has(node.id)) {
    scale = g.mul(scale, node.args[0]!);
    node = node.args[1]!;
  }
  if (rank(node) === 0 && !isScalar(v.shape)) {
    scale = g.mul(scale, node);
    node = g.number(1);
  }
  if (!isMatrix(v.shape)) return { scale, parts: [dense(node, v.shape)] };
  const one = g.number(1);
  if (rank(node) === 0) return { scale, parts: [columnOf(one, rows), rowOf(one, cols)] };
  if (node.op === "asColumn") return { scale, parts: [columnOf(node.args[0]!, rows), rowOf(one, cols)] };
  if (node.op === "asRow") return { scale, parts: [columnOf(one, rows), rowOf(node.args[0]!, cols)] };
  if (node.op === "outer" && !g.committed.has(node.id))
    return { scale, parts: [columnOf(node.args[0]!, rows), rowOf(node.args[1]!, cols)] };
  return { scale, parts: [dense(node, v.shape)] };
}

/** The product of a scalar and a chain of factors in the cheapest order, the scalar on the smallest array. */
export function chainProduct(ctx: ProductContext, scale: Node, factors: readonly Value[]): Value {
  const g = ctx.graph;
  if (factors.length === 0) return dense(scale, SCALAR);
  let s = scale;
  const parts: Value[] = [];
  for (const f of factors) {
    const x = split(ctx, f);
    s = g.mul(s, x.scale);
    parts.push(...x.parts);
  }
  for (const p of parts) if (p.kind !== "kronecker" && p.kind !== "diagonal") g.commit(p.node);
  if (parts.length === 1) return scaleValue(g, s, parts[0]!);
  const negative = isNegative(s);
  const size = negative ? g.neg(s) : s;
  const palindrome = symmetricProduct(ctx, size, parts);
  const plain = scaledChain(ctx, size, parts);
  const best = palindrome !== undefined && cost(ctx, palindrome) <= cost(ctx, plain) ? palindrome : plain;
  return negative ? scaleValue(g, g.number(-1), best) : best;
}

/** The scalar on the result, on one half of it, or on the smallest factor: wherever that costs least. */
function scaledChain(ctx: ProductContext, s: Node, parts: readonly Value[]): Value {
  const g = ctx.graph;
  const table = associations(ctx, parts);
  const last = parts.length - 1;
  const whole = table(0, last);
  if (isNumber(s, 1)) return whole;
  const candidates: Value[] = [scaleValue(g, s, whole)];
  if (isMatrix(whole.shape)) {
    for (let k = 0; k < last; k++) {
      const [a, b] = [table(0, k), table(k + 1, last)];
      candidates.push(multiply(g, scaleValue(g, s, a), b), multiply(g, a, scaleValue(g, s, b)));
    }
  }
  let best = candidates[0]!;
  let least = cost(ctx, best);
  for (const v of candidates.slice(1)) {
    const c = cost(ctx, v);
    // Scaling last is what is expected: only a clear gain moves the scalar inside.
    if (c < least * 0.9) [least, best] = [c, v];
  }
  return best;
}

function cost(ctx: ProductContext, v: Value): number {
  return newCost(ctx.graph, v.kind === "kronecker" ? [asNode(ctx.graph, v)] : [v.node], ctx.sizes);
}

/** The cheapest order of a chain of products. */
export const associate = (ctx: ProductContext, parts: readonly Value[]): Value =>
  associations(ctx, parts)(0, parts.length - 1);

/** The cheapest product of every run of a chain, by dynamic programming. */
function associations(ctx: ProductContext, parts: readonly Value[]): (from: number, to: number) => Value {
  const n = parts.length;
  if (n > EXACT) return associationsBySize(ctx, parts);
  const best: (Value | undefined)[][] = parts.map((p, i) => parts.map((_, j) => (i === j ? p : undefined)));
  for (let length = 2; length <= n; length++)
    for (let i = 0; i + length <= n; i++) {
      const j = i + length - 1;
      let least = Infinity;
      const scalar = isRow(parts[i]!.shape) && isColumn(parts[j]!.shape);
      for (let k = i; k < j; k++) {
        const v = multiply(ctx.graph, best[i]![k]!, best[k + 1]![j]!);
        const c = cost(ctx, v);
        // Equal prices: as it is read, but x'(Ax) and A'(DA) with D diagonal.
        const preferred = !scalar && parts[k]!.kind !== "diagonal";
        if (c < least * 0.999 || (preferred && c <= least * 1.001)) [least, best[i]![j]] = [c, v];
      }
    }
  return (i, j) => best[i]![j]!;
}

/** The textbook matrix-chain order for long chains; equal halves are found again by the graph. */
function associationsBySize(ctx: ProductContext, parts: readonly Value[]): (from: number, to: number) => Value {
  const n = parts.length;
  const d = [...parts.map((p) => ctx.sizes(p.shape.rows)), ctx.sizes(parts.at(-1)!.shape.cols)];
  // Between square matrices of one size every order costs the same.
  if (d.every((x) => x === d[0])) {
    const inOrder = (i: number, j: number): Value =>
      i === j ? parts[i]! : multiply(ctx.graph, parts[i]!, inOrder(i + 1, j));
    return inOrder;
  }
  const at: number[][] = parts.map(() => parts.map(() => 0));
  const least: number[][] = parts.map((_, i) => parts.map((_x, j) => (i === j ? 0 : Infinity)));
  for (let length = 2; length <= n; length++)
    for (let i = 0; i + length <= n; i++) {
      const j = i + length - 1;
      spend(length / 30);
      for (let k = i; k < j; k++) {
        const c = least[i]![k]! + least[k + 1]![j]! + d[i]! * d[k + 1]! * d[j + 1]!;
        if (c < least[i]![j]!) [least[i]![j], at[i]![j]] = [c, k];
      }
    }
  const build = (i: number, j: number): Value =>
    i === j ? parts[i]! : multiply(ctx.graph, build(i, at[i]![j]!), build(at[i]![j]! + 1, j));
  return build;
}

/** Whether two factors are each other's transpose. */
function mirrored(g: Graph, a: Value, b: Value): boolean {
  if (a.kind !== b.kind || a.kind === "kronecker" || b.kind === "kronecker") return false;
  const t = transposeValue(g, a);
  return t.kind === b.kind && (t as { node: Node }).node === b.node && t.shape.rows.key === b.shape.rows.key;
}

/**
 * `H'·H` and `H'·diag(d)·H` with d of one sign: as `Z'Z` with Z = √|d|·H, which libraries compute in half the time,
 * and which is exactly symmetric.
 */
function symmetricProduct(ctx: ProductContext, s: Node, parts: readonly Value[]): Value | undefined {
  const g = ctx.graph;
  const n = parts.length;
  const half = Math.floor(n / 2);
  for (let i = 0; i < half; i++) if (!mirrored(g, parts[i]!, parts[n - 1 - i]!)) return undefined;
  const center = n % 2 === 1 ? parts[half] : undefined;
  if (center !== undefined && center.kind !== "diagonal") return undefined;
  const right = asDense(g, associate(ctx, parts.slice(n % 2 === 1 ? half + 1 : half)));
  if (!isMatrix(right.shape) || rank(right.node) < 2) return undefined;
  const shape = { rows: parts[0]!.shape.rows, cols: parts[0]!.shape.rows };
  const gram = (z: Node): Node => g.matmul(g.transpose(z), z);
  if (center === undefined) return scaleValue(g, s, dense(gram(right.node), shape));
  const d = g.mul(s, (center as Diagonal).node);
  if (rank(d) === 0) return scaleValue(g, d, dense(gram(right.node), shape));
  const sign = d.range[0] >= 0 ? 1 : d.range[1] <= 0 ? -1 : 0;
  if (!ctx.symmetricProducts || sign === 0) {
    const weighted = g.mul(g.asColumn(d), right.node);
    return dense(g.matmul(g.transpose(right.node), weighted), shape);
  }
  const z = g.mul(g.asColumn(g.fn("sqrt", sign > 0 ? d : g.neg(d))), right.node);
  return scaleValue(g, g.number(sign), dense(gram(z), shape));
}

/** The trace of a product: rotated and cut in two where that is cheapest, tr(PQ) = Σ P∘Qᵀ. */
export function chainTrace(ctx: ProductContext, parts: readonly Value[]): Node {
  const g = ctx.graph;
  const n = parts.length;
  let best: Node | undefined;
  let least = Infinity;
  const consider = (node: Node): void => {
    const c = newCost(g, [node], ctx.sizes);
    if (c < least) [least, best] = [c, node];
  };
  const rotations = n <= EXACT ? n : 1;
  for (let r = 0; r < rotations; r++) {
    const turned = [...parts.slice(r), ...parts.slice(0, r)];
    if (isRow(turned[0]!.shape) && isColumn(turned.at(-1)!.shape)) {
      consider(asNode(g, associate(ctx, turned)));
      continue;
    }
    if (turned.some((p) => isRow(p.shape) || isColumn(p.shape)) && n <= EXACT) continue;
    for (let k = 1; k < n; k++) {
      if (n > EXACT && k !== Math.floor(n / 2)) continue;
      const p = associate(ctx, turned.slice(0, k));
      const q = transposeValue(g, associate(ctx, turned.slice(k)));
      consider(traceOfProduct(g, p, q));
    }
  }
  return best!;
}

/** Σ P∘Q, with a diagonal on either side as the diagonal of the other. */
function traceOfProduct(g: Graph, p: Value, q: Value): Node {
  if (p.kind === "diagonal" || q.kind === "diagonal") {
    const [d, other] = p.kind === "diagonal" ? [p, q] : [q as Diagonal, p];
    const x = diagonalVector(g, other);
    return rank(d.node) === 0 ? g.mul(d.node, g.sum(x)) : g.dot(d.node, x);
  }
  const [a, b] = [asNode(g, p), asNode(g, q)];
  // (A'∘B') has the same sum as (A∘B).
  if (a.op === "transpose" && b.op === "transpose") return g.inner(a.args[0]!, b.args[0]!);
  return g.inner(a, b);
}

const diagonalVector = (g: Graph, v: Value): Node => {
  const n = asNode(g, v);
  return g.make("diagonal", [n.op === "transpose" ? n.args[0]! : n], [v.shape.rows]);
};

/** The diagonal of a product: the row sums of P∘Qᵀ, without the product itself. */
export function chainDiagonal(ctx: ProductContext, parts: readonly Value[]): Node {
  const g = ctx.graph;
  let best: Node | undefined;
  let least = Infinity;
  for (let k = 1; k < parts.length; k++) {
    const p = asDense(g, associate(ctx, parts.slice(0, k)));
    const q = asDense(g, transposeValue(g, associate(ctx, parts.slice(k))));
    const node = isColumn(p.shape) ? g.mul(p.node, q.node) : g.rowSums(g.mul(p.node, q.node));
    const c = newCost(g, [node], ctx.sizes);
    if (c < least) [least, best] = [c, node];
  }
  return best!;
}
