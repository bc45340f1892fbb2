import { apply, type Expr, type IndexExpr, type LiteralExpr, num, runsWith, type SumExpr } from "../core/ast";
import type { Dim } from "../core/dimension";
import { isColumn, isRow, isScalar } from "../core/shape";
import { type Coefficient, collect } from "./combine";
import { dimExpr, Stuck } from "./context";
import { around, chain, isDone, type Linear, linearSum, linearTerms, opened } from "./linear";
import { peeled } from "./peel";
import { positioned } from "./position";
import { build, hasDifferential, type Products, type Term, UNIT } from "./term";

/** Sums over an index, single entries, and matrices written out by entries. */

/** A row of the identity: `eye(n)[i,:]`. */
const unitRow = (n: Dim, i: Expr): Expr => ({ kind: "index", base: apply("eye", dimExpr(n)), indices: [i, null] });
/** A column of the identity: `eye(n)[:,i]`. */
const unitColumn = (n: Dim, i: Expr): Expr => ({ kind: "index", base: apply("eye", dimExpr(n)), indices: [null, i] });

/** x[i] is the i-th row of the identity times x, and so on for the entries, rows and columns of a matrix. */
export function peeledEntry(p: Products, l: Linear, core: IndexExpr): Linear {
  const { base, indices } = core;
  const s = p.context.shapeOf(base);
  p.context.use("entry");
  let [i, j] = indices as [Expr | null, Expr | null | undefined];
  if (j === undefined) {
    if (!isColumn(s) && !isRow(s)) throw new Stuck("a single index of a matrix has no derivative here");
    [i, j] = isColumn(s) ? [i, null] : [null, i];
  }
  const left = i === null ? [] : [unitRow(s.rows, i)];
  const right = j === null ? [] : [unitColumn(s.cols, j)];
  return around(p, l, [...l.left, ...left], [...right, ...l.right], { core: base });
}

/** A matrix of numbers written out is the sum of its entries, each at its place. */
export function peeledLiteral(p: Products, l: Linear, core: LiteralExpr): readonly Linear[] {
  const s = p.context.shapeOf(core);
  p.context.use("literal");
  return core.rows.flatMap((row, i) =>
    row.flatMap((entry, j): Linear[] => {
      if (!p.context.isScalar(entry)) throw new Stuck("blocks that change have no derivation here");
      if (!hasDifferential(entry)) return [];
      const left = core.rows.length === 1 ? [] : [unitColumn(s.rows, num(i + 1))];
      const right = row.length === 1 ? [] : [unitRow(s.cols, num(j + 1))];
      return [around(p, l, [...l.left, ...left], [...right, ...l.right], { core: entry })];
    }),
  );
}

/**
 * One round of arranging inside a sum over an index; once every term in it has its last form, what stands before
 * the differential is summed by itself.
 */
export function peeledOverSum(p: Products, l: Linear, core: SumExpr): readonly Linear[] {
  const { context } = p;
  const outside = [...l.left, core, ...l.right];
  const whole = context.shapeOf(p.product(...outside));
  // What stands around the sum comes inside, unless it can stay in front of a column.
  const body = (left: readonly Expr[]): Expr => p.product(...left, core.body, ...l.right);
  if (l.form !== "plain") {
    const f = l.form === "trace" ? "tr" : "vec";
    return [{ ...l, form: "plain", left: [], core: { ...core, body: apply(f, body(l.left)) }, right: [] }];
  }
  if (l.right.length > 0 || (isScalar(whole) && l.left.length > 0)) {
    const inside = isScalar(whole) ? l.left : [];
    return [{ ...l, left: isScalar(whole) ? [] : l.left, core: { ...core, body: body(inside) }, right: [] }];
  }
  const inner = linearTerms(p, core.body, "plain");
  if (inner.every((t) => isDone(p, t))) return collect(p, inner).map((c) => summed(p, l, core, c));
  let moved = false;
  const step = (f: (t: Linear) => readonly Linear[] | undefined): Linear[] =>
    inner.flatMap((t) => {
      const next = f(t);
      if (next === undefined) return [t];
      moved = true;
      return next.flatMap((x) => opened(p, x));
    });
  let next = step((t) => {
    const x = positioned(p, t);
    return x === undefined ? undefined : [x];
  });
  if (!moved) next = step((t) => peeled(p, t));
  if (!moved) throw new Stuck("no rule leads on inside a sum");
  return [{ ...l, core: { ...core, body: linearSum(p, next) } }];
}

/** One coefficient summed, in front of its differential. */
function summed(p: Products, l: Linear, core: SumExpr, c: Coefficient): Linear {
  if (c.row) throw new Stuck("a row that changes inside a sum has no derivation here");
  p.context.use("sum-out");
  const t = p.term(c.value);
  // Numbers, and scalars that do not know the index, stand in front of the sum.
  const free = (e: Expr): boolean => !runsWith(e, core.variable);
  const head: Term = { ...t, powers: t.powers.filter((q) => free(q.base)), chain: [] };
  const rest = build({ ...UNIT, powers: t.powers.filter((q) => !free(q.base)), chain: t.chain });
  const sum: Expr = { ...core, body: rest };
  const base = { ...l, head: p.times(l.head, head), core: c.atom };
  if (p.context.isScalar(sum)) {
    const outer = chain(p, ...l.outer, ...l.left);
    return { ...base, head: p.times(base.head, { ...UNIT, powers: [{ base: sum, exponent: 1 }] }), outer, left: [] };
  }
  if (c.form === "vec") return { ...base, form: "vec", outer: chain(p, ...l.outer, ...l.left, sum), left: [] };
  return { ...base, form: c.form, left: chain(p, ...l.left, sum) };
}
