import { apply, type Expr, name as nameExpr, num, size } from "../../core/ast";
import { spend } from "../../core/budget";
import { type Dim, dimMul, isOne, ONE as ONE_DIM } from "../../core/dimension";
import { ONE } from "../rational";
import {
  block,
  chain,
  diagonalMatrix,
  eye,
  had,
  isOnePow,
  isRatPow,
  kroneckerProduct,
  type Mat,
  ones,
  partsOf,
  toExpr,
  transpose,
} from "./matrix";

/**
 * A product of vectors and matrices as a graph: indices are nodes, vectors marks on a node, matrices edges.
 * Series and parallel reduction turns it back into matrix notation: an inner node on two edges is a matrix
 * product, parallel edges are a Hadamard product, a loop is a diagonal or a trace, a dangling node a
 * matrix-vector product. Every network whose graph, with its free nodes joined, has treewidth at most two is
 * reduced completely (Duffin 1965; see docs/calculus.md); for the rest an index is written out as a sum.
 */
export interface Edge {
  readonly a: number;
  readonly b: number;
  /** Rows run over `a`, columns over `b`. */
  readonly m: Mat;
}

/** Position = fast + slow·|fast|: joins two nodes into one. */
export interface Join {
  readonly position: number;
  readonly slow: number;
  readonly fast: number;
}

export interface Network {
  /** Size of each node. */
  readonly dims: Map<number, Dim>;
  /** Columns at a node, multiplied entry by entry. */
  readonly marks: Map<number, Mat[]>;
  edges: Edge[];
  joins: Join[];
}

export interface Reduced {
  /** Indices that had to be written out, around the whole. */
  readonly sums: readonly { readonly name: string; readonly over: Dim }[];
}

const oriented = (e: Edge, from: number): Mat => (e.a === from ? e.m : transpose(e.m));
const other = (e: Edge, from: number): number => (e.a === from ? e.b : e.a);
const product = (list: readonly Mat[]): Mat => had(list.map((of) => ({ of, pow: ONE })));

/**
 * The longest path through a node with two edges whose inner nodes all lie `between` two edges: its nodes, and the edge
 * from each to the next. Its ends differ, except where both edges of `n` lead to the same node.
 */
function pathThrough(
  n: number,
  at: (node: number) => readonly Edge[],
  between: (node: number) => boolean,
): { nodes: readonly number[]; edges: readonly Edge[] } {
  const [e, f] = at(n) as [Edge, Edge];
  const ends = [other(e, n), other(f, n)] as const;
  const walk = (start: number, first: Edge, stop: () => number): { nodes: number[]; edges: Edge[] } => {
    const nodes = [start];
    const edges = [first];
    while (ends[0] !== ends[1] && between(nodes.at(-1)!)) {
      const here = nodes.at(-1)!;
      const next = at(here).find((x) => x !== edges.at(-1))!;
      const to = other(next, here);
      if (to === stop()) break;
      nodes.push(to);
      edges.push(next);
    }
    return { nodes, edges };
  };
  const after = walk(ends[1], f, () => ends[0]);
  const before = walk(ends[0], e, () => after.nodes.at(-1)!);
  return {
    nodes: [...before.nodes.reverse(), n, ...after.nodes],
    edges: [...before.edges.reverse(), ...after.edges],
  };
}

/** Joins of a network, at most, for numbering what is held in them. */
const MOST_JOINS = 10_000;

/**
 * Removes every node that is not free, as far as series, parallel and loop reductions go. What is left is written out
 * in sums; parts of joins only where `sumsOverJoins` says so, else they stay.
 */
export function reduce(
  net: Network,
  free: readonly number[],
  freshName: () => string,
  sumsOverJoins: boolean,
): Reduced {
  const sums: { name: string; over: Dim }[] = [];
  const isFree = new Set(free);
  const mark = (node: number, m: Mat) => net.marks.set(node, [...(net.marks.get(node) ?? []), m]);
  const at = (node: number) => net.edges.filter((e) => e.a === node || e.b === node);
  const inner = () => [...net.dims.keys()].filter((n) => !isFree.has(n));

  const joined = (node: number) => net.joins.some((j) => j.position === node || j.slow === node || j.fast === node);
  const take = (node: number): Mat | undefined => {
    const list = net.marks.get(node);
    net.marks.delete(node);
    return list === undefined ? undefined : product(list);
  };

  /**
   * A join with a part that carries nothing but a column, beside another that goes on, is a matrix: the slow part
   * kron(v, I), the fast part kron(I, v), rows over the position (from kron(x, y) = kron(x, I)*y).
   */
  const halfJoin = (f: Join): boolean => {
    const lone = (part: number) =>
      !isFree.has(part) && at(part).length === 0 && f.slow !== f.fast && net.joins.every((g) => g === f || ![g.position, g.slow, g.fast].includes(part)); // prettier-ignore
    const [slow, fast] = [lone(f.slow), lone(f.fast)];
    if (slow === fast) return false;
    const part = slow ? f.slow : f.fast;
    const v = take(part) ?? ones(net.dims.get(part)!);
    const rest = slow ? f.fast : f.slow;
    const id = eye(net.dims.get(rest)!);
    net.joins = net.joins.filter((g) => g !== f);
    net.dims.delete(part);
    net.edges.push({ a: f.position, b: rest, m: slow ? kroneckerProduct(v, id) : kroneckerProduct(id, v) });
    return true;
  };

  /** A join whose position carries only a column is that column as a matrix; one whose parts carry only a matrix is its vec. */
  const unjoin = (): boolean => {
    for (const f of net.joins) {
      const [m, n] = [net.dims.get(f.fast)!, net.dims.get(f.slow)!];
      if (
        !isFree.has(f.position) &&
        at(f.position).length === 0 &&
        net.joins.every((g) => g === f || ![g.position, g.slow, g.fast].includes(f.position))
      ) {
        if (halfJoin(f)) return true;
        const v = take(f.position);
        net.joins = net.joins.filter((g) => g !== f);
        net.dims.delete(f.position);
        if (v !== undefined) net.edges.push({ a: f.fast, b: f.slow, m: unvec(v, m, n) });
        return true;
      }
      const own = [...at(f.fast), ...at(f.slow)];
      const inside = own.every((e) => (e.a === f.fast && e.b === f.slow) || (e.a === f.slow && e.b === f.fast));
      const alone = net.joins.every(
        (g) => g === f || ![g.position, g.slow, g.fast].some((x) => x === f.slow || x === f.fast),
      );
      if (!isFree.has(f.fast) && !isFree.has(f.slow) && inside && alone) {
        const same = f.fast === f.slow;
        const [u, v] = [take(f.fast), same ? undefined : take(f.slow)];
        const es = net.edges.filter((e) => own.includes(e)).map((e) => oriented(e, f.fast));
        net.edges = net.edges.filter((e) => !own.includes(e));
        net.joins = net.joins.filter((g) => g !== f);
        net.dims.delete(f.fast);
        net.dims.delete(f.slow);
        // One index in both parts: only the diagonal is there.
        let m0 = same
          ? diagonalMatrix(product([u ?? ones(m), ...es.map((e) => diagonalOf(e))]))
          : es.length === 0
            ? chain([u ?? ones(m), transpose(v ?? ones(n))])
            : product(es);
        if (!same && es.length > 0 && u !== undefined) m0 = chain([diagonalMatrix(u), m0]);
        if (!same && es.length > 0 && v !== undefined) m0 = chain([m0, diagonalMatrix(v)]);
        mark(f.position, block(apply("vec", toExpr(m0)), net.dims.get(f.position)!, ONE_DIM));
        return true;
      }
    }
    return false;
  };

  /** The edges at each node, as they are before a step: every step changes the network and ends. */
  const neighbours = (): ((node: number) => readonly Edge[]) => {
    const byNode = new Map<number, Edge[]>();
    const put = (node: number, e: Edge) => {
      const list = byNode.get(node);
      if (list === undefined) byNode.set(node, [e]);
      else list.push(e);
    };
    for (const e of net.edges) {
      put(e.a, e);
      if (e.b !== e.a) put(e.b, e);
    }
    return (node) => byNode.get(node) ?? [];
  };

  const step = (): boolean => {
    spend(1 + net.edges.length);
    const at = neighbours();
    // A loop is a diagonal (a lone loop of a closed network is left: it is a trace).
    for (const e of net.edges)
      if (e.a === e.b && (isFree.has(e.a) || at(e.a).length > 1 || (net.marks.get(e.a) ?? []).length > 0)) {
        net.edges = net.edges.filter((x) => x !== e);
        mark(e.a, diagonalOf(e.m));
        return true;
      }
    // A dangling node is a matrix-vector product.
    for (const n of inner()) {
      const es = at(n);
      if (es.length !== 1 || es[0]!.a === es[0]!.b || joined(n)) continue;
      const e = es[0]!;
      const to = other(e, n);
      const v = net.marks.get(n);
      net.edges = net.edges.filter((x) => x !== e);
      net.marks.delete(n);
      const size = net.dims.get(n)!;
      net.dims.delete(n);
      mark(to, chain([oriented(e, to), v === undefined ? ones(size) : product(v)]));
      return true;
    }
    // Two parallel edges at a marked node between the same two nodes: an elementwise product is shorter.
    for (const n of inner()) {
      const es = at(n);
      if (es.length !== 2 || es.some((e) => e.a === e.b) || joined(n)) continue;
      const [p, q] = [other(es[0]!, n), other(es[1]!, n)];
      const v = net.marks.get(n);
      if (
        p === q &&
        (v !== undefined || !isFree.has(p)) &&
        !(v === undefined && at(p).length === 2 && (net.marks.get(p) ?? []).length === 0)
      ) {
        net.edges = net.edges.filter((x) => !es.includes(x));
        net.edges.push({ a: p, b: n, m: product(es.map((e) => oriented(e, p))) });
        return true;
      }
      // The whole path of such nodes becomes one product.
      const between = (x: number): boolean =>
        !isFree.has(x) && at(x).length === 2 && at(x).every((e) => e.a !== e.b) && !joined(x);
      const { nodes, edges } = pathThrough(n, at, between);
      const gone = new Set(edges);
      net.edges = net.edges.filter((x) => !gone.has(x));
      const parts = edges.flatMap((e, k) => {
        const marks = k === 0 ? undefined : take(nodes[k]!);
        return [...(marks === undefined ? [] : [diagonalMatrix(marks)]), oriented(e, nodes[k]!)];
      });
      nodes.slice(1, -1).forEach((x) => net.dims.delete(x));
      net.edges.push({ a: nodes[0]!, b: nodes.at(-1)!, m: chain(parts) });
      return true;
    }
    // Parallel edges anywhere.
    for (let i = 0; i < net.edges.length; i++)
      for (let j = i + 1; j < net.edges.length; j++) {
        const [e, f] = [net.edges[i]!, net.edges[j]!];
        if (e.a === e.b || !((e.a === f.a && e.b === f.b) || (e.a === f.b && e.b === f.a))) continue;
        if (isFree.has(e.a) && isFree.has(e.b)) continue;
        net.edges = net.edges.filter((x) => x !== e && x !== f);
        net.edges.push({ a: e.a, b: e.b, m: product([e.m, oriented(f, e.a)]) });
        return true;
      }
    return net.joins.length > 0 && (unjoin() || net.joins.some(halfJoin));
  };

  for (let guard = 0; guard < 10_000; guard++) {
    if (step()) continue;
    // Stuck: a node on three edges or more, or a part of a join, is written out as a sum over slices.
    const stuck = inner()
      .filter((n) => at(n).some((e) => e.a !== e.b) || net.joins.filter((j) => j.slow === n || j.fast === n).length > 1)
      .filter(
        (n) =>
          net.joins.length === 0 ||
          (sumsOverJoins && joined(n) && net.joins.every((j) => j.position !== n && !(j.slow === n && j.fast === n))),
      )
      .sort((x, y) => at(y).length - at(x).length)[0];
    if (stuck === undefined) break;
    const i = freshName();
    const size = net.dims.get(stuck)!;
    sums.push({ name: i, over: size });
    for (const m of net.marks.get(stuck) ?? []) mark(-1, entry(m, i));
    net.marks.delete(stuck);
    for (const e of at(stuck)) {
      const to = other(e, stuck);
      net.edges = net.edges.filter((x) => x !== e);
      if (to === stuck) mark(-1, entry(diagonalOf(e.m), i));
      else mark(to, columnOf(oriented(e, to), i));
    }
    // In each join it is a part of, the one entry that is held: a column of the identity.
    net.joins = net.joins.map((j, k) => {
      if (j.slow !== stuck && j.fast !== stuck) return j;
      const held = -2 - sums.length * MOST_JOINS - k;
      net.dims.set(held, size);
      mark(held, columnOf(eye(size), i));
      return { ...j, slow: j.slow === stuck ? held : j.slow, fast: j.fast === stuck ? held : j.fast };
    });
    net.dims.delete(stuck);
  }
  if (free.length > 0 && net.joins.length === 0)
    for (const n of inner()) {
      // What the written out indices alone held together with the rest is a scalar by now.
      const own = net.edges.filter((e) => e.a === n && e.b === n);
      const alone = { dims: new Map([[n, net.dims.get(n)!]]), marks: new Map([[n, net.marks.get(n) ?? []]]), edges: own, joins: [] }; // prettier-ignore
      mark(-1, block(closed(alone), ONE_DIM, ONE_DIM));
      net.edges = net.edges.filter((e) => !own.includes(e));
      net.marks.delete(n);
      net.dims.delete(n);
    }
  return { sums };
}

/** The m×n matrix whose vec is a column: kron(vec(I)', I)*kron(I, v) (Magnus and Neudecker 2019, ch. 2, §4). */
function unvec(v: Mat, m: Dim, n: Dim): Mat {
  const e = toExpr(v);
  if (e.kind === "apply" && e.op === "vec") return block(e.args[0]!, m, n);
  const id = (d: Dim) => toExpr(eye(d));
  const rows = apply("kron", apply("transpose", apply("vec", id(n))), id(m));
  return chain([block(rows, m, dimMul(dimMul(n, n), m)), block(apply("kron", id(n), e), dimMul(dimMul(n, n), m), n)]);
}

/** The diagonal of a square matrix as a column. */
export function diagonalOf(m: Mat): Mat {
  if (m.kind === "block") {
    if (m.diagonal !== undefined) return m.diagonal;
    if (m.special === "eye" || m.special === "ones") return ones(m.rows);
  }
  if (m.kind === "had") return had(m.items.map((i) => ({ of: diagonalOf(i.of), pow: i.pow })));
  if (m.kind === "chain") {
    // diag(D*M) = d.*diag(M)
    const first = m.parts[0]!;
    const last = m.parts.at(-1)!;
    if (first.kind === "block" && first.diagonal !== undefined)
      return product([first.diagonal, diagonalOf(chain(m.parts.slice(1)))]);
    if (last.kind === "block" && last.diagonal !== undefined)
      return product([diagonalOf(chain(m.parts.slice(0, -1))), last.diagonal]);
    // diag(u*v') = u.*v
    const k = m.parts.findIndex((p) => isOne(p.cols));
    if (k >= 0 && k < m.parts.length - 1)
      return product([chain(m.parts.slice(0, k + 1)), transpose(chain(m.parts.slice(k + 1)))]);
    const [e, t] = [toExpr(m), toExpr(transpose(m))];
    return block(apply("diag", size(t) < size(e) ? t : e), m.rows, ONE_DIM);
  }
  const e = m.expr;
  return block(apply("diag", e), m.rows, ONE_DIM);
}

/** Column i of a matrix, for an index that is written out. */
export function columnOf(m: Mat, i: string): Mat {
  if (m.kind === "had") return had(m.items.map((x) => ({ of: columnOf(x.of, i), pow: x.pow })));
  const parts = partsOf(m);
  if (parts.length > 1) return chain([...parts.slice(0, -1), columnOf(parts.at(-1)!, i)]);
  const b = m as Extract<Mat, { kind: "block" }>;
  if (b.special === "ones") return ones(b.rows);
  const at: Expr = nameExpr(i);
  // A row of what is written, where the matrix is its transpose: a row, transposed.
  if (b.transposed)
    return block({ kind: "index", base: b.expr, indices: [at, null] }, b.rows, ONE_DIM, { transposed: true });
  return block({ kind: "index", base: b.expr, indices: [null, at] }, b.rows, ONE_DIM);
}

/** Entry i of a column. */
export function entry(m: Mat, i: string): Mat {
  if (m.kind === "had") return had(m.items.map((x) => ({ of: entry(x.of, i), pow: x.pow })));
  const e = toExpr(m);
  return block({ kind: "index", base: e, indices: [nameExpr(i)] }, ONE_DIM, ONE_DIM);
}

/** A closed network of one node (or none) as a scalar. */
export function closed(net: Network): Expr {
  const [node] = [...net.dims.keys()];
  if (node === undefined) return num(1);
  const loop = net.edges[0];
  const marks = net.marks.get(node) ?? [];
  if (loop !== undefined && marks.length === 0) return traceOf(loop.m);
  if (marks.length === 0) return (ones(net.dims.get(node)!).expr as { args: readonly Expr[] }).args[0]!;
  return innerProduct(product(marks));
}

/** tr of a chain, rotated so that it reads well. */
export function traceOf(m: Mat): Expr {
  if (m.kind === "block") return apply("tr", m.expr);
  if (m.kind === "chain") {
    const parts = m.parts;
    if (parts.length === 2) {
      const [a, b] = [parts[0]!, parts[1]!];
      if (transpose(a).key === b.key)
        return apply("pow", apply("norm2", toExpr(size(toExpr(a)) < size(toExpr(b)) ? a : b)), num(2));
    }
    // A diagonal matrix in the chain: tr(D*M) = d'*diag(M)
    let best: Expr | undefined;
    for (let k = 0; k < parts.length; k++) {
      const turned = chain([...parts.slice(k), ...parts.slice(0, k)]);
      for (const t of [turned, transpose(turned)]) {
        const e = toExpr(t);
        const inner = e.kind === "apply" && e.op === "transpose" ? e.args[0]! : e;
        if (best === undefined || size(inner) < size(best)) best = inner;
      }
      if (parts.length > 8) break;
    }
    return apply("tr", best!);
  }
  return apply("tr", toExpr(m));
}

/** The sum of the entries of a column, as an inner product where it is one. */
export function innerProduct(v: Mat): Expr {
  if (v.kind === "chain") return sumOf(v);
  if (v.kind === "block")
    return v.special === "ones" ? (v.expr as { args: readonly Expr[] }).args[0]! : apply("sum", toExpr(v));
  const items = v.items;
  if (items.length === 1) {
    const { of, pow } = items[0]!;
    if (isRatPow(pow) && pow.n === 2 && pow.d === 1) {
      const e = toExpr(of);
      return size(e) <= 2 ? apply("mul", toExpr(transpose(of)), e) : apply("pow", apply("norm2", e), num(2));
    }
    return apply("sum", toExpr(v));
  }
  const whole = items.filter((i) => isOnePow(i.pow));
  if (whole.length === 0 || items.some((i) => isRatPow(i.pow) && i.pow.n < 0)) {
    // u'*(v./w) reads better than sum(u.*v./w) when a plain factor is at hand.
    const plainOne = whole.find((i) => i.of.kind === "block" && i.of.expr.kind === "name");
    if (plainOne === undefined || items.length < 2) return apply("sum", toExpr(v));
    return toExpr(chain([transpose(plainOne.of), had(items.filter((i) => i !== plainOne))]));
  }
  const right = whole.find((i) => i.of.kind === "chain") ?? whole.at(-1)!;
  const left = had(items.filter((i) => i !== right));
  return toExpr(chain([transpose(left), right.of]));
}

/** sum(M*…*v): trailing and leading columns of ones disappear into the sum. */
function sumOf(v: Mat): Expr {
  const parts = [...partsOf(v)];
  const isOnesColumn = (m: Mat): boolean => m.kind === "block" && m.special === "ones" && isOne(m.cols);
  if (parts.length >= 2 && isOnesColumn(parts.at(-1)!)) {
    parts.pop();
    const m = chain(parts);
    const [e, t] = [toExpr(m), toExpr(transpose(m))];
    return sumExpr(size(t) < size(e) ? t : e);
  }
  return sumExpr(toExpr(v));
}

/** sum(X.^2) is ‖X‖². */
function sumExpr(e: Expr): Expr {
  const square = e.kind === "apply" && e.op === "hpow" && e.args[1]!.kind === "number" && e.args[1]!.value === 2;
  return square ? apply("pow", apply("norm2", e.args[0]!), num(2)) : apply("sum", e);
}
