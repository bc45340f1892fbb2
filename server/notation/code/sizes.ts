import { children, type Expr } from "../../core/ast";
import { type Dim, dimEvaluate, dimIsName, dimNames } from "../../core/dimension";
import { isMatrix, type Shape } from "../../core/shape";
import type { ShapeOf } from "../kinds";
import { tableOf } from "../../core/table";

/**
 * Dimensions are symbols, but the cheapest order of products depends on which is larger. Guessed from how they are
 * used, the way a reader would: data matrices are tall (more rows than columns), and the inner dimension of a product
 * of two variables that stands beside a declared matrix is a small rank.
 */
export type Sizes = (d: Dim) => number;

const LARGEST = 2000;
const STEP = 6;

export function guessSizes(
  variables: readonly { readonly shape: Shape }[],
  expressions: readonly Expr[],
  shapeOf: ShapeOf,
  given: Readonly<Record<string, number>> = tableOf({}),
): Sizes {
  /** `above.get(k)`: the names that are taken to be larger than k. */
  const above = new Map<string, Set<string>>();
  const names = new Set<string>();
  const larger = (big: string, small: string): void => {
    if (big === small) return;
    if (!above.has(small)) above.set(small, new Set());
    above.get(small)!.add(big);
  };
  const matrices = new Set<string>();
  for (const v of variables) {
    for (const d of [v.shape.rows, v.shape.cols]) for (const n of dimNames(d)) names.add(n);
    if (isMatrix(v.shape)) matrices.add(`${v.shape.rows.key}×${v.shape.cols.key}`);
  }
  const ranks = new Set<string>();
  const visit = (e: Expr): void => {
    if (e.kind === "apply" && e.op === "mul") {
      const [a, b] = e.args.map(shapeOf);
      const bare = (x: Expr): boolean =>
        x.kind === "name" || (x.kind === "apply" && x.op === "transpose" && x.args[0]!.kind === "name");
      if (a !== undefined && b !== undefined && isMatrix(a) && isMatrix(b) && e.args.every(bare)) {
        const inner = dimIsName(a.cols);
        const outer = [a.rows, b.cols].map(dimIsName);
        if (
          inner !== undefined &&
          !outer.includes(inner) &&
          (matrices.has(`${a.rows.key}×${b.cols.key}`) || matrices.has(`${b.cols.key}×${a.rows.key}`))
        )
          ranks.add(inner);
      }
    }
    for (const c of children(e)) visit(c);
  };
  expressions.forEach(visit);
  for (const v of variables) {
    const rows = dimIsName(v.shape.rows);
    const cols = dimIsName(v.shape.cols);
    if (isMatrix(v.shape) && rows !== undefined && cols !== undefined && !ranks.has(rows)) larger(rows, cols);
  }
  for (const r of ranks) for (const n of names) if (!ranks.has(n)) larger(n, r);
  const depth = (n: string, open: ReadonlySet<string>): number => {
    let most = 0;
    for (const b of above.get(n) ?? []) if (!open.has(b)) most = Math.max(most, 1 + depth(b, new Set([...open, n])));
    return most;
  };
  const values = new Map<string, number>();
  const valueOf = (n: string): number => {
    let v = (Object.hasOwn(given, n) ? given[n] : undefined) ?? values.get(n);
    if (v === undefined) {
      v = Math.max(8, LARGEST / STEP ** Math.min(3, depth(n, new Set())));
      values.set(n, v);
    }
    return v;
  };
  // Asked for every node whose cost is counted, again and again.
  const sizes = new Map<string, number>();
  return (d) => {
    let size = sizes.get(d.key);
    if (size === undefined) {
      size = Math.max(1, dimEvaluate(d, new Map(dimNames(d).map((n) => [n, valueOf(n)]))) ?? 1);
      sizes.set(d.key, size);
    }
    return size;
  };
}
