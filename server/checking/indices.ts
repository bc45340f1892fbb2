import { apply, children, type Expr, name, num, withChildren } from "../core/ast";
import { type Dim, dimValue } from "../core/dimension";
import type { Scope } from "../core/scope";
import { inferShape } from "../shapes/infer";

/** A dimension as an expression: the end of a sum over an index. */
function dimensionExpr(d: Dim): Expr | undefined {
  const v = dimValue(d);
  if (v !== undefined) return num(v);
  return d.terms.size === 1 && !/[*^\d]/.test(d.key) ? name(d.key) : undefined;
}

interface Reading {
  readonly scope: Scope;
  /** Where each index ends. */
  readonly ranges: ReadonlyMap<string, Expr>;
}

/** Names that stand as indices and that nothing binds, with how often they occur and the range of the axis. */
type Free = Map<string, { count: number; readonly to: Expr | undefined }>;

function isIndexName(e: Expr | null, scope: Scope): e is Extract<Expr, { kind: "name" }> {
  return e?.kind === "name" && !scope.definitions.has(e.name) && !scope.dimensions.has(e.name);
}

/** The indices that nothing binds in an expression: i and j of `A[i,j]`. */
function freeIndices(e: Expr, scope: Scope, out: Set<string>, bound: readonly string[] = []): Set<string> {
  if (e.kind === "sumover") return freeIndices(e.body, scope, out, [...bound, e.variable]);
  if (e.kind === "index")
    for (const i of e.indices) if (isIndexName(i, scope) && !bound.includes(i.name)) out.add(i.name);
  for (const c of children(e)) freeIndices(c, scope, out, bound);
  return out;
}

/** How many different free indices an equation has. */
export const freeIndexCount = (left: Expr, right: Expr, scope: Scope): number =>
  freeIndices(right, scope, freeIndices(left, scope, new Set())).size;

const merge = (into: Free, from: Free, combine: (a: number, b: number) => number): void => {
  for (const [n, f] of from) {
    const known = into.get(n);
    into.set(n, { count: known === undefined ? f.count : combine(known.count, f.count), to: known?.to ?? f.to });
  }
};

/** Thrown where an expression is no tensor expression: an index three times in one product. */
class NotATensor extends Error {}

/** Wraps a product in sums over the indices that occur twice in it. */
function contract(e: Expr, free: Free): { expr: Expr; free: Free } {
  let out = e;
  const left: Free = new Map();
  for (const [n, f] of free) {
    if (f.count === 1) left.set(n, f);
    else if (f.count === 2 && f.to !== undefined)
      out = { kind: "sumover", variable: n, from: num(1), to: f.to, body: out };
    else throw new NotATensor();
  }
  return { expr: out, free: left };
}

const isDelta = (e: Expr): boolean => e.kind === "index" && e.base.kind === "apply" && e.base.op === "eye";

/** The range of every free index, from the tensors it belongs to. */
function axes(e: Expr, scope: Scope, out: Map<string, Expr>): void {
  if (e.kind === "index" && !isDelta(e)) {
    const shape = inferShape(e.base, scope, { tolerant: true }).shape;
    e.indices.forEach((i, k) => {
      if (shape === undefined || !isIndexName(i, scope) || out.has(i.name)) return;
      const only = shape.cols.key === "1" ? shape.rows : shape.cols;
      const to = dimensionExpr(e.indices.length === 1 ? only : k === 0 ? shape.rows : shape.cols);
      if (to !== undefined) out.set(i.name, to);
    });
  }
  for (const c of children(e)) axes(c, scope, out);
}

/** Gives every Kronecker delta the size of the axis of its indices. */
function sizedDeltas(e: Expr, ranges: ReadonlyMap<string, Expr>): Expr {
  if (isDelta(e) && e.kind === "index") {
    const to = e.indices.map((i) => (i?.kind === "name" ? ranges.get(i.name) : undefined)).find((r) => r !== undefined);
    return to === undefined ? e : { ...e, base: apply("eye", to) };
  }
  const parts = children(e);
  if (parts.length === 0) return e;
  const next = parts.map((p) => sizedDeltas(p, ranges));
  return next.every((n, i) => n === parts[i]) ? e : withChildren(e, next);
}

/** The summation convention: each term of a sum is a product of its own. `free` is not yet contracted for products. */
function visit(e: Expr, reading: Reading): { expr: Expr; free: Free } {
  if (e.kind === "index") {
    const base = contracted(e.base, reading);
    const free: Free = new Map(base.free);
    for (const i of e.indices)
      if (isIndexName(i, reading.scope))
        merge(free, new Map([[i.name, { count: 1, to: reading.ranges.get(i.name) }]]), (a, b) => a + b);
    return { expr: { ...e, base: base.expr }, free };
  }
  if (e.kind === "apply" && (e.op === "mul" || e.op === "hadamard")) return product(e, reading);
  if (e.kind === "derivative") return product(e, reading);
  if (e.kind === "apply" && (e.op === "add" || e.op === "sub")) {
    const parts = e.args.map((a) => contracted(a, reading));
    const free: Free = new Map();
    for (const p of parts) merge(free, p.free, Math.max);
    return { expr: { ...e, args: parts.map((p) => p.expr) }, free };
  }
  if (
    e.kind === "apply" &&
    (e.op === "neg" || e.op === "transpose" || (e.op === "div" && e.args[1]!.kind === "number"))
  ) {
    const inner = visit(e.args[0]!, reading);
    return { expr: { ...e, args: [inner.expr, ...e.args.slice(1)] }, free: inner.free };
  }
  const parts = children(e);
  if (parts.length === 0 || e.kind === "sumover") return { expr: e, free: new Map() };
  const inner = parts.map((p) => contracted(p, reading));
  const free: Free = new Map();
  for (const p of inner) merge(free, p.free, (a, b) => a + b);
  if ([...free.values()].some((f) => f.count > 1)) throw new NotATensor();
  return {
    expr: withChildren(
      e,
      inner.map((p) => p.expr),
    ),
    free,
  };
}

function product(e: Expr, reading: Reading): { expr: Expr; free: Free } {
  const parts = children(e).map((p) => visit(p, reading));
  const free: Free = new Map();
  for (const p of parts) merge(free, p.free, (a, b) => a + b);
  return {
    expr: withChildren(
      e,
      parts.map((p) => p.expr),
    ),
    free,
  };
}

function contracted(e: Expr, reading: Reading): { expr: Expr; free: Free } {
  const { expr, free } = visit(e, reading);
  return contract(expr, free);
}

/** An expression in index notation with its sums written out, and the indices that stay free. */
interface Tensor {
  readonly expr: Expr;
  readonly free: readonly string[];
}

/** Reads an expression by the summation convention; `undefined` where it cannot be read so. */
function summed(e: Expr, reading: Reading): Tensor | undefined {
  try {
    const { expr, free } = contracted(sizedDeltas(e, reading.ranges), reading);
    return { expr, free: [...free.keys()] };
  } catch (error) {
    if (error instanceof NotATensor) return undefined;
    throw error;
  }
}

/** The indices in the denominator of a derivative by an entry, in order: those of the matrix of all entries. */
export function denominatorIndices(e: Expr): readonly string[] | undefined {
  if (e.kind === "derivative" && e.wrt.length === 1 && e.wrt[0]!.kind === "index") {
    const names = e.wrt[0].indices.map((i) => (i?.kind === "name" ? i.name : undefined));
    return names.includes(undefined) ? undefined : (names as string[]);
  }
  for (const c of children(e)) {
    const found = denominatorIndices(c);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Two sides of an equation in index notation, made comparable by the summation convention (an index that occurs twice
 * in a product is summed over; one in the denominator of a derivative counts like any other): both with the same free indices; where one is a whole
 * matrix, its entry at the indices of the other. Several where the order of the indices is not known.
 */
export function tensorSides(
  left: Expr,
  right: Expr,
  scope: Scope,
  order: readonly string[] | undefined,
): readonly (readonly [Expr, Expr])[] {
  const ranges = new Map<string, Expr>();
  const [l, r] = [entriesOfTransposes(left), entriesOfTransposes(right)];
  axes(l, scope, ranges);
  axes(r, scope, ranges);
  const a = summed(l, { scope, ranges });
  const b = summed(r, { scope, ranges });
  if (a === undefined || b === undefined) return [];
  if (a.free.length === b.free.length) return a.free.every((n) => b.free.includes(n)) ? [[a.expr, b.expr]] : [];
  const [whole, entries] = a.free.length === 0 ? [a, b] : b.free.length === 0 ? [b, a] : [undefined, a];
  if (whole === undefined || entries.free.length > 2) return [];
  const fits =
    order !== undefined && order.length === entries.free.length && order.every((n) => entries.free.includes(n));
  const orders = fits
    ? [order]
    : entries.free.length === 2
      ? [entries.free, [...entries.free].reverse()]
      : [entries.free];
  return orders.map((o) => {
    const entry: Expr = { kind: "index", base: whole.expr, indices: o.map((n) => name(n)) };
    return whole === a ? [entry, b.expr] : [a.expr, entry];
  });
}

/** Whether index notation is in play on either side. */
export const isTensorEquation = (left: Expr, right: Expr, scope: Scope): boolean =>
  freeIndexCount(left, right, scope) > 0;

/** The transpose of an entry is read as the entry of the transpose: `(BA)_{pq}^T`. */
function entriesOfTransposes(e: Expr): Expr {
  if (e.kind === "apply" && e.op === "transpose" && e.args[0]!.kind === "index") {
    const inner = e.args[0] as Extract<Expr, { kind: "index" }>;
    if (inner.indices.length === 2 && inner.indices.every((i) => i !== null))
      return { ...inner, base: apply("transpose", inner.base) };
  }
  const parts = children(e);
  if (parts.length === 0) return e;
  const next = parts.map(entriesOfTransposes);
  return next.every((n, i) => n === parts[i]) ? e : withChildren(e, next);
}
