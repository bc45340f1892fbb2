import { apply, type Expr, runsWith } from "../../core/ast";
import { type Dim, dimMul, ONE as ONE_DIM } from "../../core/dimension";
import { ONE, type Rat, ratMul } from "../rational";
import type { Factor, Raw } from "../tensor";
import {
  block,
  chain,
  diagonalMatrix,
  dimExpr,
  had,
  kroneckerProduct,
  type Mat,
  ones,
  toExpr,
  transpose,
} from "./matrix";
import type { Network } from "./network";
import { familyIndex, hold } from "./pins";
import { components, type Presenter } from "./present";
import { content, factor, mergeScalars, scalarFactor, type Summand, withSums, writeSum } from "./sum";

/** A summand under sums over indices that are written out. */
export interface Summed extends Summand {
  readonly sums?: readonly { readonly name: string; readonly over: Dim }[];
}

/** The sum of such products; those under equal sums are under one. */
export function writeSummed(parts: readonly Summed[], rows: Dim, cols: Dim): Expr {
  const groups = new Map<string, Summed[]>();
  for (const p of parts) {
    const key = (p.sums ?? []).map((s) => `${s.name} ${s.over.key}`).join();
    groups.set(key, [...(groups.get(key) ?? []), p]);
  }
  const summands = [...groups.values()].flatMap((group): Summand[] => {
    const { sums } = group[0]!;
    if (sums === undefined) return group;
    // What the sums do not run over stands before them.
    const runs = (x: Expr | Rat): boolean => "kind" in x && sums.some((s) => runsWith(x, s.name));
    const inner = factor(group);
    const lone = inner.length === 1 ? inner[0]! : undefined;
    const { coef, rest } = lone === undefined ? content(inner) : { coef: lone.coef, rest: [{ ...lone, coef: ONE }] };
    const before = lone?.scalars.filter((x) => !runs(x.expr) && !runs(x.pow)) ?? [];
    const body = writeSum(
      rest.map((x) => ({ ...x, scalars: x.scalars.filter((y) => !before.includes(y)) })),
      rows,
      cols,
    );
    return [{ coef, scalars: before, body: block(withSums(body, sums), rows, cols) }];
  });
  return writeSum(summands, rows, cols);
}

/**
 * One product with up to four free indices as a matrix whose rows run over a pair (slow, fast) and whose
 * columns over another: Kronecker products, `vec`, `diag(vec(·))` and the commutation matrix K.
 *
 * With (j, i) the rows and (l, k) the columns (slow, fast), a product that falls into A[i,k]·B[j,l] is
 * kron(B, A); C[i,l]·D[j,k] is kron(D, C)·K; P[i,j] multiplies rows by vec(P), Q[k,l] columns by vec(Q)
 * (Magnus and Neudecker 2019, ch. 2 and 3).
 */
export function kroneckerTerm(p: Presenter, raw: Raw, rows: readonly number[], cols: readonly number[]): Summed {
  const sides = sidesApart(p, raw, rows, cols);
  if (sides !== undefined) return kroneckerTerm(p, sides.raw, rows, sides.cols);
  const run = familyIndex(raw.factors, [...rows, ...cols]);
  if (run !== undefined) {
    const at = p.runningName(raw.factors);
    const inner = kroneckerTerm(p, { coef: ONE, factors: hold(p.w, raw.factors, run, at) }, rows, cols);
    p.release(at);
    const sums = [{ name: at, over: p.w.dimOf(run) }, ...(inner.sums ?? [])];
    return { ...inner, coef: ratMul(raw.coef, inner.coef), sums };
  }
  // A side that the product itself joins is one index.
  const join = (side: readonly number[]) =>
    raw.factors.find(
      (f) =>
        f.head.kind === "fuse" &&
        side.length === 2 &&
        f.idx[1] === side[0] &&
        f.idx[2] === side[1] &&
        raw.factors.every((g) => g === f || !g.idx.some((i) => side.includes(i))),
    );
  const [top, left] = [join(rows), join(cols)];
  if (top !== undefined || left !== undefined) {
    const rest = { coef: raw.coef, factors: raw.factors.filter((f) => f !== top && f !== left) };
    return kroneckerTerm(p, rest, top === undefined ? rows : [top.idx[0]!], left === undefined ? cols : [left.idx[0]!]);
  }
  if (rows.length <= 1 && cols.length <= 1) return p.term(raw, [...rows, ...cols]);
  const { coef, scalars, net, sums } = openNetwork(p, raw, [...rows, ...cols]);
  const body = pairs(p, net, rows, cols);
  if (sums.length === 0) return { coef, scalars: mergeScalars(scalars), body };
  // What joins three indices or more is written out: sum(i in 1..N, kron(…)).
  p.notation = "index";
  const loose = (net.marks.get(-1) ?? []).map((m) => scalarFactor(toExpr(m)));
  return { coef, scalars: mergeScalars([...scalars, ...loose]), body, sums };
}

/** Where an index stands on both sides: two indices with an identity between them instead. */
export function sidesApart(
  p: Presenter,
  raw: Raw,
  rows: readonly number[],
  cols: readonly number[],
): { readonly raw: Raw; readonly cols: readonly number[] } | undefined {
  if (!cols.some((i) => rows.includes(i))) return undefined;
  const extra: Factor[] = [];
  const apart = cols.map((i) => {
    if (!rows.includes(i)) return i;
    const other = p.w.newIndex(p.w.dimOf(i));
    extra.push({ head: p.w.delta(p.w.dimOf(i)), idx: [i, other], pow: ONE });
    return other;
  });
  return { raw: { coef: raw.coef, factors: [...raw.factors, ...extra] }, cols: apart };
}

/** What of a product its free indices reach, as a reduced network, and the rest as scalars. */
export function openNetwork(
  p: Presenter,
  raw: Raw,
  free: readonly number[],
): {
  readonly coef: Rat;
  readonly scalars: Summand["scalars"];
  readonly net: Network;
  readonly sums: readonly { readonly name: string; readonly over: Dim }[];
} {
  let coef = raw.coef;
  const scalars: Summand["scalars"][number][] = [];
  const open = components(raw.factors, free).filter((c) => {
    if (c.free.length > 0) return true;
    const s = p.term({ coef: ONE, factors: c.factors }, []);
    coef = ratMul(coef, s.coef);
    scalars.push(...s.scalars);
    return false;
  });
  const { net, coef: number } = p.network(
    open.flatMap((x) => x.factors),
    free,
  );
  return { coef: ratMul(coef, number), scalars, net, sums: p.reduced(net, free).sums };
}

function pairs(p: Presenter, net: Network, rows: readonly number[], cols: readonly number[]): Mat {
  const dim = (n: number | undefined): Dim => (n === undefined ? ONE_DIM : p.w.dimOf(n));
  const [j, i] = rows.length === 2 ? rows : rows.length === 1 ? [undefined, rows[0]] : [undefined, undefined];
  const [l, k] = cols.length === 2 ? cols : cols.length === 1 ? [undefined, cols[0]] : [undefined, undefined];
  const between = (a: number | undefined, b: number | undefined): Mat | undefined => {
    if (a === undefined || b === undefined) return undefined;
    const es = net.edges
      .filter((e) => (e.a === a && e.b === b) || (e.a === b && e.b === a))
      .map((e) => (e.a === a ? e.m : transpose(e.m)));
    return es.length === 0 ? undefined : had(es.map((of) => ({ of, pow: ONE })));
  };
  const mark = (a: number | undefined): Mat | undefined => {
    const list = a === undefined ? undefined : net.marks.get(a);
    return list === undefined || list.length === 0 ? undefined : had(list.map((of) => ({ of, pow: ONE })));
  };
  // A mark on an end that has an edge scales that edge.
  const scaled = (m: Mat | undefined, u: Mat | undefined, v: Mat | undefined): Mat | undefined =>
    m === undefined
      ? undefined
      : isEye(m)
        ? u !== undefined && v !== undefined
          ? diagonalMatrix(
              had([
                { of: u, pow: ONE },
                { of: v, pow: ONE },
              ]),
            )
          : u !== undefined || v !== undefined
            ? diagonalMatrix((u ?? v)!)
            : m
        : chain([...(u === undefined ? [] : [diagonalMatrix(u)]), m, ...(v === undefined ? [] : [diagonalMatrix(v)])]);
  const used = new Set<number | undefined>();
  const claim = (a: number | undefined): Mat | undefined => {
    if (used.has(a)) return undefined;
    used.add(a);
    return mark(a);
  };

  const [straightA, straightB] = [between(i, k), between(j, l)];
  const [crossC, crossD] = [between(i, l), between(j, k)];
  const [P, Q] = [between(i, j), between(k, l)];
  const straight = straightA !== undefined || straightB !== undefined;
  const cross = crossC !== undefined || crossD !== undefined;

  const outer = (a: number | undefined, b: number | undefined): Mat | undefined => {
    // The rank-one block of two ends without an edge: column times row.
    const [u, v] = [claim(a), claim(b)];
    const [da, db] = [dim(a), dim(b)];
    if (a === undefined && b === undefined) return undefined;
    const left = a === undefined ? undefined : (u ?? ones(da));
    const right = b === undefined ? undefined : transpose(v ?? ones(db));
    return left === undefined ? right : right === undefined ? left : chain([left, right]);
  };

  let body: Mat;
  if (!straight && !cross && P === undefined && Q === undefined && rows.length === 2 && cols.length === 2)
    return kroneckerProduct(outer(j, l)!, outer(i, k)!);
  if (!straight && !cross) {
    // vec(P)*vec(Q)'
    const side = (m: Mat | undefined, slow: number | undefined, fast: number | undefined): Mat | undefined => {
      if (fast === undefined) return undefined;
      if (slow === undefined) return claim(fast) ?? ones(dim(fast));
      if (m === undefined) return kroneckerProduct(claim(slow) ?? ones(dim(slow)), claim(fast) ?? ones(dim(fast)));
      return vecOf(scaled(m, claim(fast), claim(slow))!);
    };
    const [left, right] = [side(P, j, i), side(Q, l, k)];
    body = left === undefined ? transpose(right!) : right === undefined ? left : chain([left, transpose(right)]);
    return body;
  }
  let product: Mat | undefined;
  if (straight) {
    const A = scaled(
      straightA,
      straightA === undefined ? undefined : claim(i),
      straightA === undefined ? undefined : claim(k),
    );
    const B = scaled(
      straightB,
      straightB === undefined ? undefined : claim(j),
      straightB === undefined ? undefined : claim(l),
    );
    product = kronMaybe(B ?? outer(j, l), A ?? outer(i, k));
  }
  if (cross) {
    const C = scaled(crossC, crossC === undefined ? undefined : claim(i), crossC === undefined ? undefined : claim(l));
    const D = scaled(crossD, crossD === undefined ? undefined : claim(j), crossD === undefined ? undefined : claim(k));
    // Rows (j, i), columns (k, l): kron(D, C); K turns the columns into (l, k).
    let x = kronMaybe(D ?? outer(j, k), C ?? outer(i, l));
    if (k !== undefined && l !== undefined) x = chain([x, commutation(dim(k), dim(l))]);
    product =
      product === undefined
        ? x
        : had([
            { of: product, pow: ONE },
            { of: x, pow: ONE },
          ]);
  }
  body = product!;
  if (P !== undefined) body = chain([diagonalMatrix(vecOf(P)), body]);
  if (Q !== undefined) body = chain([body, diagonalMatrix(vecOf(Q))]);
  return body;
}

const isEye = (m: Mat): boolean => m.kind === "block" && m.special === "eye";

export const vecOf = (m: Mat): Mat => block(apply("vec", toExpr(m)), dimMul(m.rows, m.cols), ONE_DIM);

function commutation(m: Dim, n: Dim): Mat {
  return block(apply("K", dimExpr(m), dimExpr(n)), dimMul(m, n), dimMul(m, n));
}

function kronMaybe(b: Mat | undefined, a: Mat | undefined): Mat {
  return b === undefined ? a! : a === undefined ? b : kroneckerProduct(b, a);
}
