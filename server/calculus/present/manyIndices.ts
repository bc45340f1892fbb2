import { apply } from "../../core/ast";
import { type Dim, dimMul, ONE as ONE_DIM } from "../../core/dimension";
import { Refusal } from "../../core/problem";
import { ONE } from "../rational";
import type { Raw } from "../tensor";
import { kroneckerTerm, openNetwork, sidesApart, type Summed, vecOf } from "./kronecker";
import { block, chain, diagonalMatrix, dimExpr, eye, had, kroneckerProduct, type Mat, ones, transpose } from "./matrix";
import type { Presenter } from "./present";
import { mergeScalars } from "./sum";

/** A part of the product that no index joins to the rest: what it is, and its indices on each side, slow before fast. */
interface Piece {
  readonly m: Mat;
  readonly rows: readonly number[];
  readonly cols: readonly number[];
}

/**
 * One product with any number of indices a side, each of which is an end of one piece: the Kronecker product of the
 * pieces, with commutation matrices before and behind that bring the indices into order. So the Jacobian of kron(A, X)
 * is kron(eye(n), kron(K(q,m), eye(p)))*kron(vec(A), eye(p*q)) (Magnus and Neudecker 2019, ch. 3, §7).
 */
export function manyIndicesTerm(p: Presenter, raw: Raw, rows: readonly number[], cols: readonly number[]): Summed {
  if (rows.length <= 2 && cols.length <= 2) return kroneckerTerm(p, raw, rows, cols);
  const sides = sidesApart(p, raw, rows, cols);
  if (sides !== undefined) return manyIndicesTerm(p, sides.raw, rows, sides.cols);
  const free = [...rows, ...cols];
  const { coef, scalars, net, sums } = openNetwork(p, raw, free);
  if (sums.length > 0) throw refusal(free.length);

  const pieces: Piece[] = [];
  const done = new Set<number>();
  const mark = (i: number): Mat | undefined => {
    const list = net.marks.get(i);
    return list === undefined ? undefined : had(list.map((of) => ({ of, pow: ONE })));
  };
  for (const i of free) {
    if (done.has(i)) continue;
    const edges = net.edges.filter((e) => e.a === i || e.b === i);
    const ends = new Set(edges.flatMap((e) => [e.a, e.b]));
    ends.delete(i);
    const [j, third] = [...ends];
    if (third !== undefined || (j === undefined && edges.length > 0)) throw refusal(free.length);
    done.add(i);
    if (j === undefined) {
      const column = mark(i) ?? ones(p.w.dimOf(i));
      pieces.push(
        rows.includes(i) ? { m: column, rows: [i], cols: [] } : { m: transpose(column), rows: [], cols: [i] },
      );
      continue;
    }
    if (net.edges.some((e) => (e.a === j && e.b !== i) || (e.b === j && e.a !== i))) throw refusal(free.length);
    done.add(j);
    const between = had(edges.map((e) => ({ of: e.a === i ? e.m : transpose(e.m), pow: ONE })));
    const [u, v] = [mark(i), mark(j)];
    const m = chain([
      ...(u === undefined ? [] : [diagonalMatrix(u)]),
      between,
      ...(v === undefined ? [] : [diagonalMatrix(v)]),
    ]);
    // `free` runs through the rows first, and on each side from slow to fast.
    if (rows.includes(j)) pieces.push({ m: vecOf(transpose(m)), rows: [i, j], cols: [] });
    else if (rows.includes(i)) pieces.push({ m, rows: [i], cols: [j] });
    else pieces.push({ m: transpose(vecOf(transpose(m))), rows: [], cols: [i, j] });
  }
  const middle = kronecker(pieces.map((x) => x.m));
  const dim = (i: number) => p.w.dimOf(i);
  const body = chain([
    ...reorder(pieces.flatMap((x) => x.rows), rows, dim),
    middle,
    ...reorder(cols, pieces.flatMap((x) => x.cols), dim),
  ]); // prettier-ignore
  return { coef, scalars: mergeScalars(scalars), body };
}

/** kron of them all, neighbouring identities as one. */
function kronecker(list: readonly Mat[]): Mat {
  const isEye = (m: Mat | undefined): boolean => m?.kind === "block" && m.special === "eye";
  const parts: Mat[] = [];
  for (const m of list) {
    if (isEye(m) && isEye(parts.at(-1))) parts.push(kroneckerProduct(parts.pop()!, m));
    else parts.push(m);
  }
  return parts.reduceRight((rest, m) => kroneckerProduct(m, rest));
}

const refusal = (count: number): Refusal =>
  new Refusal(
    "unsupported",
    `this derivative has ${count} free indices in a pattern that Kronecker products cannot write`,
  );

/**
 * The matrices whose product takes a vector with its indices in one order (slow to fast) to the same vector in another.
 * K(m,n) swaps a slow index of size n with a fast one of size m.
 */
function reorder(from: readonly number[], to: readonly number[], dim: (i: number) => Dim): Mat[] {
  const size = (list: readonly number[]): Dim => list.reduce<Dim>((d, i) => dimMul(d, dim(i)), ONE_DIM);
  const now = [...from];
  const out: Mat[] = [];
  to.forEach((wanted, at) => {
    const k = now.indexOf(wanted);
    if (k === at) return;
    const [m, n] = [dim(wanted), size(now.slice(at, k))];
    const swap = block(apply("K", dimExpr(m), dimExpr(n)), dimMul(m, n), dimMul(m, n));
    const [before, after] = [now.slice(0, at), now.slice(k + 1)];
    let step: Mat = swap;
    if (after.length > 0) step = kroneckerProduct(step, eye(size(after)));
    if (before.length > 0) step = kroneckerProduct(eye(size(before)), step);
    out.unshift(step);
    now.splice(k, 1);
    now.splice(at, 0, wanted);
  });
  return out;
}
