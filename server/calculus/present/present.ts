import { apply, type Expr, name as nameExpr, num, runsWith, size } from "../../core/ast";
import { type Dim, dimAdd, dimIsName, dimMul, dimSub, isOne, ONE as ONE_DIM } from "../../core/dimension";
import { dimensionExpr } from "../../language/dimensionOf";
import { exprKey } from "../../core/exprKey";
import { Refusal } from "../../core/problem";
import { memberBase } from "../../core/scope";
import { atOnce, type Steps } from "../../core/steps";
import type { Lowering } from "../lower";
import { isInt, ONE, type Rat, rat, ratMul, ratOf } from "../rational";
import {
  constantOf,
  type Factor,
  type FnHead,
  type Head,
  isRat,
  type PlaceHead,
  type Pow,
  type Raw,
  rawOf,
  type SliceHead,
  type Tensor,
  type Term,
  times,
  type World,
} from "../tensor";
import { kroneckerTerm, type Summed, writeSummed } from "./kronecker";
import { linearForms, literalForm } from "./literal";
import { manyIndicesTerm } from "./manyIndices";
import {
  type Block,
  block,
  chain,
  diagonalMatrix,
  dimExpr,
  eye,
  had,
  type Mat,
  negated,
  ones,
  onesMatrix,
  toExpr,
  transpose,
  partsOf,
  withoutSkewTransposes,
} from "./matrix";
import { closed, type Edge, type Network, reduce } from "./network";
import { familyIndex, hold, holdUnits } from "./pins";
import {
  mergeScalars,
  runningSum,
  type ScalarFactor,
  scalarFactor,
  type Summand,
  withSums,
  writeSum,
  writingSum,
} from "./sum";

export type Notation = "matrix" | "kronecker" | "index";

/** Which slots of a tensor make the rows and the columns of the matrix, slow before fast. */
export interface Layout {
  readonly rows: readonly number[];
  readonly cols: readonly number[];
}

/** From so many functions on their arguments are written down before the whole. */
const MANY_PARTS = 8;

/** Products that are brought into normal form without a pause. */
const TOGETHER = 8;

/** Indices of a derivative that are written apart. */
const MOST_SLOTS = 10;
/** Joins of indices in one product, at most, of which some are written apart. */
const MOST_JOINED = 40;

const joinsIn = (term: Term): number => term.factors.reduce((n, f) => n + (f.head.kind === "fuse" ? 1 : 0), 0);

/** A slot that joins two indices in every term, where it may be opened: beyond three slots only with `all`. */
function joinedSlot(t: Tensor, { rows, cols }: Layout, all: boolean): { slot: number; head: Head } | undefined {
  for (let slot = 0; slot < t.dims.length && t.terms.length > 0; slot++) {
    const side = rows.includes(slot) ? rows : cols;
    if (!all && (side.length > 1 || rows.length + cols.length > 3)) continue;
    const [head, ...others] = t.terms.map(
      ({ term }) => term.factors.find((f) => f.head.kind === "fuse" && f.idx[0] === slot)?.head,
    );
    if (head !== undefined && others.every((h) => h === head)) return { slot, head };
  }
  return undefined;
}

/** Turns tensors back into expressions in matrix notation. */
export class Presenter {
  notation: Notation = "matrix";
  private readonly memo = new Map<string, Expr>();
  private readonly names: Set<string>;
  private fresh = 0;

  readonly w: World;

  constructor(
    readonly l: Lowering,
    reserved: Iterable<string>,
  ) {
    this.w = l.w;
    this.names = new Set(reserved);
  }

  /** A tensor under a layout, in steps. */
  *expression(t: Tensor, layout: Layout): Steps<Expr> {
    const [opened, sides] = yield* this.unfuse(t, layout);
    try {
      return yield* this.laidOut(opened, sides);
    } catch (problem) {
      // What joins indices may be written with each of them on its own, or else with sums over them.
      if (!(problem instanceof Refusal) || problem.code === "too-large") throw problem;
      const [apart, all] = yield* this.unfuse(opened, sides, true);
      const ways: readonly (readonly [Tensor, Layout, boolean])[] = [
        ...(apart === opened ? [] : [[apart, all, false] as const]),
        [opened, sides, true],
        ...(apart === opened ? [] : [[apart, all, true] as const]),
      ];
      for (const [of, at, sums] of ways) {
        this.sumsOverJoins = sums;
        try {
          return yield* this.laidOut(of, at);
        } catch (again) {
          if (!(again instanceof Refusal) || again.code === "too-large") throw again;
        }
      }
      throw problem;
    }
  }

  /** Whether an index that is joined with another may be written out as a sum. */
  private sumsOverJoins = false;

  private *laidOut(t: Tensor, layout: Layout): Steps<Expr> {
    yield* this.partsOf(t);
    if (layout.rows.length <= 1 && layout.cols.length <= 1) {
      const order = [...layout.rows, ...layout.cols];
      const turned = order.every((s, k) => s === k) ? t : this.w.permute(t, order);
      if (turned.terms.length > 1) {
        const summands: Summand[] = [];
        for (const x of inOrder(turned)) {
          summands.push(this.summand(turned, x));
          yield;
        }
        this.ready = { of: turned, summands };
      }
      return yield* this.matrixInSteps(turned, layout.rows.length === 0 && layout.cols.length === 1);
    }
    this.notation = "kronecker";
    const total = (side: readonly number[]) => side.reduce<Dim>((d, s) => dimMul(d, t.dims[s]!), ONE_DIM);
    const parts: Summed[] = [];
    for (const { coef, term } of t.terms) {
      const at = [...t.dims, ...term.bound].map((d) => this.w.newIndex(d));
      const raw: Raw = { coef, factors: term.factors.map((f) => ({ ...f, idx: f.idx.map((i) => at[i]!) })) };
      const summed = manyIndicesTerm(
        this,
        raw,
        layout.rows.map((s) => at[s]!),
        layout.cols.map((s) => at[s]!),
      );
      // Beside this term the same letters may run again.
      summed.sums?.forEach((s) => this.release(s.name));
      parts.push(summed);
      yield;
    }
    const whole = writeSummed(parts, total(layout.rows), total(layout.cols));
    const entries = literalForm(this.w, t, layout, (x) => this.matrixExpr(x));
    return entries !== undefined && size(entries) <= size(whole) ? entries : whole;
  }

  /** The summands of the tensor that is presented, done one by one. */
  private ready: { readonly of: Tensor; readonly summands: readonly Summand[] } | undefined;

  /**
   * The arguments of functions in a tensor, one after the other, so that the whole finds them written down. Only where
   * there are many: what the whole turns out not to need would be in vain.
   */
  private *partsOf(t: Tensor): Steps<void> {
    const args = new Map<number, Tensor>();
    const seen = new Set<Tensor>();
    const todo = [t];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const { term } of next.terms)
        for (const { head } of term.factors)
          if ("arg" in head) {
            todo.push(head.arg);
            if (head.kind !== "group" && head.kind !== "named" && head.arg.dims.length <= 2)
              args.set(head.id, head.arg);
          }
    }
    if (args.size < MANY_PARTS) return;
    // A head is made after those in its argument.
    for (const id of [...args.keys()].sort((a, b) => a - b)) {
      const arg = args.get(id)!;
      const before = this.notation;
      let fine = true;
      try {
        this.matrixExpr(arg);
      } catch (problem) {
        if (!(problem instanceof Refusal) || problem.code === "too-large") throw problem;
        fine = false;
      }
      // Whether it is needed, and written in this way, the whole decides.
      if (!fine || this.notation !== before) {
        this.memo.delete(`${arg.id}`);
        this.heads.clear();
        this.notation = before;
      }
      yield;
    }
  }

  /** A side that joins two indices (`vec`, `kron`) is laid out as the two; `all` of them, however many that are. */
  private *unfuse(t: Tensor, layout: Layout, all = false): Steps<[Tensor, Layout]> {
    const w = this.w;
    let now: [Tensor, Layout] = [t, layout];
    for (;;) {
      const [of, sides] = now;
      const join = joinedSlot(of, sides, all);
      if (join === undefined) return now;
      if (of.dims.length >= MOST_SLOTS || of.terms.some(({ term }) => joinsIn(term) > MOST_JOINED))
        throw new Refusal("too-large", "the derivative joins too many indices to be written; split the formula");
      const { slot: s, head } = join;
      const [, slow, fast] = head.dims.map((d) => w.newIndex(d)) as [number, number, number];
      const slots = of.dims.map((d) => w.newIndex(d));
      const link = rawOf([{ head, idx: [slots[s]!, slow, fast], pow: ONE }]);
      const free = [...slots.filter((_, k) => k !== s), slow, fast];
      const raws = w.instantiate(of, slots).map((r) => times(r, link));
      const parts: Tensor[] = [];
      for (let k = 0; k < raws.length; k += TOGETHER) {
        parts.push(w.tensor(free, raws.slice(k, k + TOGETHER)));
        yield;
      }
      const open = parts.length === 1 ? parts[0]! : w.sum(parts);
      const place = (k: number) => (k === s ? [of.dims.length - 1, of.dims.length] : [k < s ? k : k - 1]);
      now = [open, { rows: sides.rows.flatMap(place), cols: sides.cols.flatMap(place) }];
      yield;
    }
  }

  /** A tensor of at most two slots: scalar, column (or row), matrix. */
  matrixExpr(t: Tensor, asRow = false): Expr {
    return this.memo.get(`${t.id}${asRow ? "r" : ""}`) ?? atOnce(this.matrixInSteps(t, asRow));
  }

  private *matrixInSteps(t: Tensor, asRow: boolean): Steps<Expr> {
    const key = `${t.id}${asRow ? "r" : ""}`;
    let e = this.memo.get(key);
    if (e === undefined) {
      e = yield* this.compute(t, asRow);
      this.memo.set(key, e);
    }
    return e;
  }

  private *compute(t: Tensor, asRow: boolean): Steps<Expr> {
    const own = this.own(t);
    const user = this.asWritten(t);
    const [rows, cols] = [t.dims[0] ?? ONE_DIM, t.dims[1] ?? ONE_DIM];
    if (t.dims.length === 1 && asRow) {
      const e = yield* this.matrixInSteps(t, false);
      return e.kind === "apply" && e.op === "transpose" ? e.args[0]! : apply("transpose", e);
    }
    const c = constantOf(t);
    if (c !== undefined && c.n === 0) return writeSum([], rows, cols);
    const sum = own ?? this.blockForm(t) ?? (yield* writingSum(this.summands(t), rows, cols));
    const mine = this.byEntries(t).reduce((best, e) => (size(e) <= size(best) ? e : best), sum);
    return user !== undefined && (user.kind === "name" || size(user) <= size(mine) + 1) ? user : mine;
  }

  /** A matrix that is put together from blocks, `[X, A; zeros(n,n), X]`, where they tile it. */
  private blockForm(t: Tensor): Expr | undefined {
    if (t.dims.length !== 2 || t.terms.length < 2) return undefined;
    const w = this.w;
    const blocks = new Map<string, { rows: PlaceHead; cols: PlaceHead; at: [number, number]; raws: Raw[] }>();
    const [p, q] = t.dims.map((d) => w.newIndex(d)) as [number, number];
    for (const raw of w.instantiate(t, [p, q])) {
      const side = (x: number) =>
        raw.factors.find((f) => f.head.kind === "place" && f.idx.length === 2 && f.idx[0] === x);
      const [r, c] = [side(p), side(q)];
      if (r === undefined || c === undefined) return undefined;
      const rest = raw.factors.filter((f) => f !== r && f !== c);
      if (rest.some((f) => f.idx.includes(p) || f.idx.includes(q))) return undefined;
      const [rows, cols] = [r.head as PlaceHead, c.head as PlaceHead];
      const key = `${rows.offset.key},${cols.offset.key}`;
      const block = blocks.get(key) ?? { rows, cols, at: [w.newIndex(rows.size), w.newIndex(cols.size)], raws: [] };
      const link = (a: number, b: number): Factor => ({ head: w.delta(w.dimOf(a)), idx: [a, b], pow: ONE });
      block.raws.push({
        coef: raw.coef,
        factors: [...rest, link(block.at[0], r.idx[1]!), link(block.at[1], c.idx[1]!)],
      });
      blocks.set(key, block);
    }
    const all = [...blocks.values()];
    const [down, across] = [tiles(all.map((b) => b.rows)), tiles(all.map((b) => b.cols))];
    if (down === undefined || across === undefined || all.length < 2) return undefined;
    const cell = (r: PlaceHead, c: PlaceHead): Expr => {
      const b = blocks.get(`${r.offset.key},${c.offset.key}`);
      return b === undefined ? writeSum([], r.size, c.size) : this.matrixExpr(w.tensor(b.at, b.raws));
    };
    return { kind: "literal", rows: down.map((r) => across.map((c) => cell(r, c))) };
  }

  /** Ways to write a small vector or matrix entry by entry. */
  private byEntries(t: Tensor): Expr[] {
    const whole = literalForm(this.w, t, { rows: [0], cols: t.dims.length > 1 ? [1] : [] }, (x) => this.matrixExpr(x));
    if (whole === undefined) return [];
    const products = linearForms(this.w, t).map((f) => apply("mul", this.matrixExpr(f.matrix), this.head(f.vector)));
    return [whole, ...products];
  }

  /** Forms that are shorter than any sum: 1 − sigmoid(u) is sigmoid(−u). */
  private own(t: Tensor): Expr | undefined {
    if (t.dims.length !== 0 || t.terms.length !== 2) return undefined;
    const one = t.terms.find((x) => x.term.factors.length === 0);
    const s = t.terms.find((x) => x.term.factors.length === 1);
    const f = s?.term.factors[0];
    if (
      one === undefined ||
      s === undefined ||
      f === undefined ||
      f.head.kind !== "fn" ||
      f.head.name !== "sigmoid" ||
      !isRat(f.pow) ||
      f.pow.n !== 1
    )
      return undefined;
    if (one.coef.n !== 1 || one.coef.d !== 1 || s.coef.n !== -1 || s.coef.d !== 1) return undefined;
    return apply("sigmoid", this.matrixExpr(this.w.scale(f.head.arg, rat(-1))));
  }

  /** The user's own writing of a tensor, also where it is known of its negative or its transpose. */
  private asWritten(t: Tensor): Expr | undefined {
    const direct = this.l.written.get(t);
    if (direct !== undefined) return direct;
    const minus = this.l.written.get(this.w.scale(t, rat(-1)));
    if (minus?.kind === "name") return negated(minus);
    if (t.dims.length === 2) {
      const turned = this.l.written.get(this.w.permute(t, [1, 0]));
      if (turned !== undefined)
        return turned.kind === "apply" && turned.op === "transpose" ? turned.args[0]! : apply("transpose", turned);
    }
    return undefined;
  }

  /** Whether the user wrote a sum with this sign, so that the other sign is the derived one. */
  private prefersNegative(t: Tensor): boolean {
    if (this.l.written.has(t)) return false;
    const m = this.w.scale(t, rat(-1));
    if (this.l.written.has(m)) return true;
    if (
      t.dims.length === 2 &&
      !this.l.written.has(this.w.permute(t, [1, 0])) &&
      this.l.written.has(this.w.permute(m, [1, 0]))
    )
      return true;
    const positive = (x: Tensor) => x.terms.filter((y) => y.coef.n > 0).length;
    return t.dims.length === 2 && this.l.written.has(this.w.permute(t, [1, 0]))
      ? false
      : positive(t) === 0 && positive(m) > 0;
  }

  summands(t: Tensor): Summand[] {
    if (this.ready?.of === t) return [...this.ready.summands];
    return inOrder(t).map((x) => this.summand(t, x));
  }

  private summand(t: Tensor, { coef, term }: Tensor["terms"][number]): Summand {
    const at = [...t.dims, ...term.bound].map((d) => this.w.newIndex(d));
    const taken = new Set(this.names);
    const summand = this.term(
      { coef, factors: term.factors.map((f) => ({ ...f, idx: f.idx.map((i) => at[i]!) })) },
      at.slice(0, t.dims.length),
    );
    // The indices of its sums are free again for the next.
    for (const n of this.names) if (!taken.has(n)) this.names.delete(n);
    return summand;
  }

  /** One product as a summand; `free` has at most two indices: row, then column. */
  term(raw: Raw, free: readonly number[]): Summand {
    const joins = free.map((i) => raw.factors.find((f) => f.head.kind === "fuse" && f.idx[0] === i));
    if (joins.some((f) => f !== undefined)) {
      const sides = joins.map((f, k) => (f === undefined ? [free[k]!] : [f.idx[1]!, f.idx[2]!]));
      const apart = { coef: raw.coef, factors: raw.factors.filter((f) => !joins.includes(f)) };
      const term = kroneckerTerm(this, apart, sides[0]!, sides[1] ?? []);
      if (term.sums === undefined) return term;
      const [rows, cols] = [term.body!.rows, term.body!.cols];
      return { coef: ONE, scalars: [], body: block(writeSummed([term], rows, cols), rows, cols) };
    }
    let coef = raw.coef;
    const parts = components(holdUnits(this.w, raw.factors, free), free);
    const scalars: ScalarFactor[] = [];
    const open: Component[] = [];
    for (const c of parts) {
      const run = familyIndex(c.factors, free);
      if (run !== undefined) {
        const sum = this.summedOver(c, run);
        if (c.free.length === 0) scalars.push(scalarFactor(toExpr(sum)));
        else open.push({ ...c, written: sum });
        continue;
      }
      if (c.free.length > 0) {
        open.push(c);
        continue;
      }
      const s = this.scalar(c.factors);
      coef = ratMul(coef, s.coef);
      scalars.push(...s.scalars);
    }
    const merged = mergeScalars(scalars).sort((a, b) => scalarRank(a) - scalarRank(b));
    if (free.length === 0) return { coef, scalars: merged, body: undefined };
    const dim = (i: number) => this.w.dimOf(i);
    const done = (s: { coef: Rat; body: Mat; sums: readonly { name: string; over: Dim }[] }): Summand => {
      const whole = ratMul(coef, s.coef);
      if (s.sums.length > 0)
        return {
          coef: whole,
          scalars: merged,
          body:
            s.sums.length === 1
              ? runningSum(
                  [{ coef: ONE, scalars: [], body: s.body }],
                  s.sums[0]!.name,
                  s.sums[0]!.over,
                  s.body.rows,
                  s.body.cols,
                )
              : block(withSums(toExpr(s.body), s.sums), s.body.rows, s.body.cols),
        };
      // A minus instead of transposes, where that is shorter.
      const { sign, m } = withoutSkewTransposes(s.body);
      const saved = size(toExpr(s.body)) - size(toExpr(m));
      return saved > 0
        ? { coef: sign < 0 ? ratMul(whole, rat(-1)) : whole, scalars: merged, body: m }
        : { coef: whole, scalars: merged, body: s.body };
    };
    if (free.length === 1) {
      const c = open[0];
      if (c === undefined) return { coef, scalars: merged, body: ones(dim(free[0]!)) };
      return done(this.vector(c, free[0]!));
    }
    const [i, j] = free as [number, number];
    const both = open.find((c) => c.free.length === 2);
    if (both !== undefined) return done(this.twoSided(both, i, j));
    const [left, right] = [open.find((c) => c.free[0] === i), open.find((c) => c.free[0] === j)];
    if (left === undefined && right === undefined) return { coef, scalars: merged, body: onesMatrix(dim(i), dim(j)) };
    const u = left === undefined ? { coef: ONE, body: ones(dim(i)) as Mat, sums: [] } : this.vector(left, i);
    const v = right === undefined ? { coef: ONE, body: ones(dim(j)) as Mat, sums: [] } : this.vector(right, j);
    return done({
      coef: ratMul(u.coef, v.coef),
      body: chain([u.body, transpose(v.body)]),
      sums: [...u.sums, ...v.sums],
    });
  }

  /** A connected product that runs over a family: a sum over its members, what is the same in all outside. */
  private summedOver(c: Component, run: number): Mat {
    const w = this.w;
    const at = this.runningName(c.factors);
    const inner = this.term({ coef: ONE, factors: hold(w, c.factors, run, at) }, c.free);
    const over = w.dimOf(run);
    const varies = (m: Mat): boolean => runsWith(toExpr(m), at);
    const parts = inner.body === undefined ? [] : partsOf(inner.body);
    let [from, to] = [0, parts.length];
    // The column in a product makes what is summed a column: it stays inside, and so does a row.
    if (!isOne(inner.body?.rows ?? ONE_DIM)) while (from < to - 1 && !varies(parts[from]!)) from++;
    if (!isOne(inner.body?.cols ?? ONE_DIM)) while (to > from + 1 && !varies(parts[to - 1]!)) to--;
    const body = parts.length === 0 ? undefined : chain(parts.slice(from, to));
    const [rows, cols] = [body?.rows ?? ONE_DIM, body?.cols ?? ONE_DIM];
    const sum = runningSum([{ ...inner, body }], at, over, rows, cols);
    this.release(at);
    return chain([...parts.slice(0, from), sum, ...parts.slice(to)]);
  }

  /** A connected product without free indices, as scalar factors. */
  private scalar(factors: readonly Factor[]): { coef: Rat; scalars: ScalarFactor[] } {
    if (factors.length === 1 && factors[0]!.idx.length === 0) {
      const f = factors[0]!;
      if (f.head.kind === "group") return this.scalarGroup(f.head.arg, f.pow);
      return { coef: ONE, scalars: [scalarFactor(this.headExpr(f), this.pow(f.pow))] };
    }
    const w = this.w;
    const t = w.tensor([], [{ coef: ONE, factors: [...factors] }]);
    const user = this.asWritten(t);
    if (user !== undefined) return split(user);
    const c = t.terms[0];
    if (c === undefined) return { coef: rat(0), scalars: [] };
    const { net, coef, scalars } = this.network(factors);
    const { sums } = this.reduced(net, []);
    if (sums.length > 0) {
      this.notation = "index";
      const all = [...net.marks.values()].flat().map(toExpr);
      const pieces = [...all, ...(net.dims.size > 0 && all.length === 0 ? [closed(net)] : [])];
      const e = pieces.reduce((a, b) => apply("mul", a, b));
      return { coef, scalars: [...scalars, scalarFactor(withSums(e, sums))] };
    }
    const s = split(closed(net));
    return { coef: ratMul(coef, s.coef), scalars: [...scalars, ...s.scalars] };
  }

  /** A scalar sum to a power; square roots of sums of squares are norms. */
  private scalarGroup(t: Tensor, pow: Pow): { coef: Rat; scalars: ScalarFactor[] } {
    if (!isRat(pow)) {
      const norm = this.normOf(t);
      if (norm !== undefined)
        return { coef: ONE, scalars: [scalarFactor(norm, this.matrixExpr(this.w.scale(pow, rat(2))))] };
    }
    if (isRat(pow) && pow.d === 2) {
      const w = this.w;
      const root = w.tensor([], [{ coef: ONE, factors: [{ head: w.group(t), idx: [], pow: { n: 1, d: 2 } }] }]);
      const user = this.asWritten(root);
      const e = user ?? this.normOf(t);
      if (e !== undefined) return { coef: ONE, scalars: [scalarFactor(e, rat(pow.n))] };
    }
    if (isRat(pow) && isInt(pow) && this.prefersNegative(t)) {
      return {
        coef: pow.n % 2 === 0 ? ONE : rat(-1),
        scalars: [scalarFactor(this.matrixExpr(this.w.scale(t, rat(-1))), pow)],
      };
    }
    return { coef: ONE, scalars: [scalarFactor(this.matrixExpr(t), this.pow(pow))] };
  }

  /** ‖x‖ where the tensor is the sum of the squares of all entries of x. */
  private normOf(t: Tensor): Expr | undefined {
    if (t.terms.length !== 1 || t.dims.length > 0 || constantOf(t) !== undefined) return undefined;
    const e = this.matrixExpr(t);
    if (
      e.kind === "apply" &&
      e.op === "pow" &&
      e.args[1]!.kind === "number" &&
      e.args[1]!.value === 2 &&
      e.args[0]!.kind === "apply" &&
      e.args[0]!.op === "norm2"
    )
      return e.args[0]!;
    const root = halfOf(e);
    if (root !== undefined) return apply("norm2", root);
    const { coef, term } = t.terms[0]!;
    const f = term.factors[0]!;
    if (
      coef.n !== 1 ||
      coef.d !== 1 ||
      term.factors.length !== 1 ||
      !isRat(f.pow) ||
      f.pow.n !== 2 ||
      f.pow.d !== 1 ||
      f.idx.length === 0 ||
      new Set(f.idx).size !== f.idx.length
    )
      return undefined;
    return apply("norm2", this.head(f));
  }

  private pow(p: Pow): Rat | Expr {
    return isRat(p) ? p : this.matrixExpr(p);
  }

  /** A body under sums over written-out indices, with the entries those indices left on their own in front. */
  private writtenOut(net: Network, body: Mat): Mat {
    this.notation = "index";
    const loose = net.marks.get(-1);
    if (loose === undefined) return body;
    const front = loose.map(toExpr).reduce((a, b) => apply("mul", a, b));
    return block(apply("mul", front, toExpr(body)), body.rows, body.cols);
  }

  private vector(c: Component, i: number): { coef: Rat; body: Mat; sums: readonly { name: string; over: Dim }[] } {
    if (c.written !== undefined) return { coef: ONE, body: c.written, sums: [] };
    const { net, coef } = this.network(c.factors, [i]);
    const { sums } = this.reduced(net, [i]);
    const marks = [...(net.marks.get(i) ?? [])];
    const body: Mat = marks.length === 0 ? ones(this.w.dimOf(i)) : had(marks.map((of) => ({ of, pow: ONE })));
    return { coef, body: sums.length === 0 ? body : this.writtenOut(net, body), sums };
  }

  private twoSided(
    c: Component,
    i: number,
    j: number,
  ): { coef: Rat; body: Mat; sums: readonly { name: string; over: Dim }[] } {
    if (c.written !== undefined) return { coef: ONE, body: c.written, sums: [] };
    const { net, coef } = this.network(c.factors, [i, j]);
    const { sums } = this.reduced(net, [i, j]);
    const body = joinEnds(net, i, j, this.w.dimOf(i), this.w.dimOf(j));
    return { coef, body: sums.length === 0 ? body : this.writtenOut(net, body), sums };
  }

  /** The name of the index of a sum over a family: the one it was declared with, if that is free. */
  runningName(factors: readonly Factor[]): string {
    const family = factors.map((f) => f.head).find((h) => h.kind === "var" && h.family === true);
    const wanted = family?.kind === "var" ? this.l.scope.variables.get(family.name)?.family?.index : undefined;
    return wanted !== undefined && !this.names.has(wanted) ? this.take(wanted) : this.freshName();
  }

  release(name: string): void {
    this.names.delete(name);
  }

  freshName(): string {
    for (const n of ["i", "j", "k", "l"]) if (!this.names.has(n)) return this.take(n);
    for (;;) {
      const n = `i${++this.fresh}`;
      if (!this.names.has(n)) return this.take(n);
    }
  }

  private take(n: string): string {
    this.names.add(n);
    return n;
  }

  /** The network without its inner nodes, or a refusal. */
  reduced(net: Network, free: readonly number[]): { sums: readonly { name: string; over: Dim }[] } {
    const r = reduce(net, free, () => this.freshName(), this.sumsOverJoins);
    if (net.joins.length > 0)
      throw new Refusal("unsupported", "the derivative joins indices in a way that matrix notation cannot write");
    return r;
  }

  /** The graph of a connected product. Scalar factors in it are kept apart. */
  network(
    factors: readonly Factor[],
    keep: readonly number[] = [],
  ): { net: Network; coef: Rat; scalars: ScalarFactor[] } {
    const w = this.w;
    const net: Network = { dims: new Map(), marks: new Map(), edges: [], joins: [] };
    const node = (i: number) => net.dims.set(i, w.dimOf(i));
    keep.forEach(node);
    const mark = (i: number, m: Mat) => {
      node(i);
      net.marks.set(i, [...(net.marks.get(i) ?? []), m]);
    };
    let coef: Rat = ONE;
    const scalars: ScalarFactor[] = [];
    for (const f of factors) {
      if (f.head.kind === "fuse") {
        f.idx.forEach(node);
        net.joins.push({ position: f.idx[0]!, slow: f.idx[1]!, fast: f.idx[2]! });
        continue;
      }
      const p = this.piece(f);
      coef = ratMul(coef, p.coef);
      if (f.idx.length === 0) scalars.push(scalarFactor(toExpr(p.m), this.pow(f.pow)));
      else if (f.idx.length === 1) mark(f.idx[0]!, p.m);
      else if (f.idx.length === 2) {
        const [a, b] = f.idx as [number, number];
        node(a);
        node(b);
        net.edges.push({ a, b, m: p.m } satisfies Edge);
      } else throw new Refusal("unsupported", "the derivative has more indices than matrix notation can write");
    }
    return { net, coef, scalars };
  }

  /** A factor with one or two indices as a piece of matrix notation, its power included. */
  private piece(f: Factor): { coef: Rat; m: Mat } {
    let coef: Rat = ONE;
    const h = f.head;
    const plain = isRat(f.pow) && f.pow.n === f.pow.d;
    const known = plain ? this.blocks.get(h.id) : undefined;
    if (known !== undefined) return { coef, m: known };
    const rows = h.dims[0] ?? ONE_DIM;
    const cols = h.dims[1] ?? ONE_DIM;
    let m: Mat;
    if (h.kind === "group") {
      let arg = h.arg;
      if (isRat(f.pow) && isInt(f.pow) && this.prefersNegative(arg)) {
        arg = this.w.scale(arg, rat(-1));
        if (f.pow.n % 2 !== 0) coef = rat(-1);
      }
      m = this.mat(arg, rows, cols, h.symmetry > 0);
    } else if (h.kind === "delta") m = eye(rows);
    else {
      const e = this.headExpr(f);
      const transposed = e.kind === "apply" && e.op === "transpose";
      m = transposed
        ? block(e.args[0]!, rows, cols, { symmetric: h.symmetry > 0, transposed: true })
        : block(e, rows, cols, { symmetric: h.symmetry > 0, skew: h.kind === "var" && h.symmetry < 0 });
    }
    if (plain) {
      if (h.kind === "var") this.blocks.set(h.id, m);
      return { coef, m };
    }
    return { coef, m: had([{ of: m, pow: this.pow(f.pow) }]) };
  }

  /** A tensor as one block, seen transposed where that is how it reads. */
  private mat(t: Tensor, rows: Dim, cols: Dim, symmetric: boolean): Mat {
    const one = (x: Tensor): Block => {
      const e = this.matrixExpr(x);
      if (e.kind === "apply" && e.op === "transpose" && x.dims.length === 2)
        return block(e.args[0]!, rows, cols, { symmetric, transposed: true });
      return block(e, rows, cols, { symmetric });
    };
    const b = one(t);
    const mixed = t.terms.some((x) => x.coef.n > 0) && t.terms.some((x) => x.coef.n < 0);
    if (!mixed || this.asWritten(t) !== undefined) return b;
    return { ...b, negative: one(this.w.scale(t, rat(-1))) };
  }

  private readonly heads = new Map<number, Expr>();
  /** Variables as blocks: one block each, so that its transpose and its text are found again. */
  private readonly blocks = new Map<number, Mat>();

  /** A head as the user wrote it, where that is a name or no longer. */
  private headExpr(f: Factor): Expr {
    const h = f.head;
    if (h.kind !== "fn" && h.kind !== "op") return this.head(f);
    let e = this.heads.get(h.id);
    if (e === undefined) {
      const w = this.w;
      const slots = h.dims.map((d) => w.newIndex(d));
      const user = this.asWritten(w.tensor(slots, [{ coef: ONE, factors: [{ head: h, idx: slots, pow: ONE }] }]));
      const mine = this.head(f);
      e = user !== undefined && (user.kind === "name" || size(user) <= size(mine)) ? user : mine;
      this.heads.set(h.id, e);
    }
    return e;
  }

  /** A head as an expression over its own indices. */
  private head(f: Factor): Expr {
    const h = f.head;
    switch (h.kind) {
      case "var": {
        const e: Expr = h.differential ? { kind: "differential", of: nameExpr(h.name) } : nameExpr(h.name);
        // One index reads as a column here; a variable declared as a row is its transpose.
        const shape = this.l.scope.variables.get(h.name)?.shape;
        const row = h.family !== true && h.dims.length === 1 && shape !== undefined && isOne(shape.rows);
        return row ? apply("transpose", e) : e;
      }
      case "named": {
        const e = nameExpr(h.name);
        return h.row === true ? apply("transpose", e) : e;
      }
      case "dim":
        return dimExpr(h.dim);
      case "fn":
        return this.call(h);
      case "op":
        return this.operatorCall(h.name, h.arg, h.exponent);
      case "group":
        return this.matrixExpr(h.arg);
      case "delta":
        return apply("eye", dimExpr(h.dims[0]!));
      case "mask":
        return apply(h.part === "lower" ? "tril" : "triu", toExpr(onesMatrix(h.dims[0]!, h.dims[1]!)));
      case "unit": {
        const at = dimensionExpr(this.w.positionOf(h.at));
        return { kind: "index", base: apply("eye", dimExpr(h.dims[0]!)), indices: [null, at] };
      }
      case "place": {
        const rest = dimSub(dimSub(h.dims[0]!, h.offset), h.size);
        const zeros = (d: Dim): Expr =>
          isOne(h.size) ? apply("zeros", dimExpr(d)) : apply("zeros", dimExpr(d), dimExpr(h.size));
        const rows: Expr[][] = [[isOne(h.size) ? num(1) : apply("eye", dimExpr(h.size))]];
        if (h.offset.key !== "0") rows.unshift([isOne(h.offset) && isOne(h.size) ? num(0) : zeros(h.offset)]);
        if (rest.key !== "0") rows.push([isOne(rest) && isOne(h.size) ? num(0) : zeros(rest)]);
        return { kind: "literal", rows };
      }
      case "run":
        return { kind: "sumover", variable: h.token, from: num(1), to: dimExpr(h.over), body: this.matrixExpr(h.arg) };
      case "iota":
        return this.counting(h.dims[0]!);
      case "slice":
        return this.slice(h);
      default:
        throw new Refusal("unsupported", "the derivative has more indices than matrix notation can write");
    }
  }

  /** The vector 1, 2, …, n. */
  private counting(n: Dim): Expr {
    const i = this.freshName();
    const unit: Expr = { kind: "index", base: apply("eye", dimExpr(n)), indices: [null, nameExpr(i)] };
    this.release(i);
    this.notation = "index";
    return { kind: "sumover", variable: i, from: num(1), to: dimExpr(n), body: apply("mul", nameExpr(i), unit) };
  }

  /** A member of a family at a position counted from 1: `x_i`, or `x[i+1]`. */
  private member(family: string, position: string): Expr {
    const from = this.l.scope.variables.get(family)?.family?.from ?? ONE_DIM;
    const number = dimSub(dimAdd(this.w.positionOf(position), from), ONE_DIM);
    const text = dimIsName(number) ?? (/^\d+$/.test(number.key) ? number.key : undefined);
    if (text !== undefined) return nameExpr(`${memberBase(family)}_${text}`);
    return { kind: "index", base: nameExpr(family), indices: [dimensionExpr(number)] };
  }

  /** A head with indices held: `x_i`, `x[2]`, `A[:,j]`, a row as the transpose `A[i,:]'`. */
  private slice(h: SliceHead): Expr {
    const at = (text: string | undefined): Expr | null =>
      text === undefined ? null : dimensionExpr(this.w.positionOf(text));
    const of = h.of;
    if (of.kind === "iota") return at(h.at[0])!;
    let base: Expr;
    let positions = h.at;
    if (of.kind === "var" && of.family === true) {
      if (h.at[0] === undefined) throw new Refusal("unsupported", "a whole family has no matrix notation here");
      base = this.member(of.name, h.at[0]);
      positions = h.at.slice(1);
    } else base = this.head({ head: of, idx: of.dims.map((_, k) => k), pow: ONE });
    if (positions.every((p) => p === undefined)) return base;
    const e: Expr = { kind: "index", base, indices: positions.map(at) };
    return positions.length === 2 && positions[1] === undefined ? apply("transpose", e) : e;
  }

  private call(h: FnHead): Expr {
    if (h.primes !== undefined) return { kind: "call", name: h.name, primes: h.primes, args: [this.matrixExpr(h.arg)] };
    const arg = this.matrixExpr(h.arg);
    // f(Z') = f(Z)'
    if (arg.kind === "apply" && arg.op === "transpose" && h.dims.length === 2)
      return apply("transpose", apply(h.name, arg.args[0]!));
    return apply(h.name, arg);
  }

  private operatorCall(op: string, arg: Tensor, exponent?: Tensor): Expr {
    const e = this.matrixExpr(arg);
    const p = exponent === undefined ? [] : [this.matrixExpr(exponent)];
    if (
      e.kind === "apply" &&
      e.op === "transpose" &&
      (op === "inv" || op === "pow" || op === "sqrtm" || op === "expm" || op === "logm" || op === "pinv")
    )
      return apply("transpose", apply(op, e.args[0]!, ...p));
    if (e.kind === "apply" && e.op === "transpose" && (op === "det" || op === "logdet")) return apply(op, e.args[0]!);
    return apply(op, e, ...p);
  }
}

/** The terms of a tensor in the order in which they are written. */
const inOrder = (t: Tensor): Tensor["terms"][number][] =>
  [...t.terms].sort((a, b) => compareIds(a.term.factors, b.term.factors));

/** Names before everything else. */
const scalarRank = (s: ScalarFactor): number => (s.expr.kind === "name" ? 0 : 1);

/** Two free nodes and what is left between them. */
export function joinEnds(net: Network, i: number, j: number, di: Dim, dj: Dim): Mat {
  const marks = (n: number): Mat | undefined => {
    const list = net.marks.get(n);
    return list === undefined || list.length === 0 ? undefined : had(list.map((of) => ({ of, pow: ONE })));
  };
  const [u, v] = [marks(i), marks(j)];
  const between = net.edges.map((e) => (e.a === i ? e.m : transpose(e.m)));
  if (between.length === 0) return chain([u ?? ones(di), transpose(v ?? ones(dj))]);
  if (between.some((m) => m.kind === "block" && m.special === "eye")) {
    // Only the diagonal is left.
    const d = [
      ...(u === undefined ? [] : [u]),
      ...(v === undefined ? [] : [v]),
      ...between.filter((m) => !(m.kind === "block" && m.special === "eye")).map((m) => diagonalAsColumn(m)),
    ];
    return d.length === 0 ? eye(di) : diagonalMatrix(had(d.map((of) => ({ of, pow: ONE }))));
  }
  const triangle = between.findIndex(
    (m) =>
      m.kind === "block" &&
      m.expr.kind === "apply" &&
      (m.expr.op === "tril" || m.expr.op === "triu") &&
      isOnesCall(m.expr.args[0]!),
  );
  const rest = between.filter((_, k) => k !== triangle);
  let m = rest.length === 0 ? undefined : had(rest.map((of) => ({ of, pow: ONE })));
  if (u !== undefined && m !== undefined) m = chain([diagonalMatrix(u), m]);
  if (v !== undefined && m !== undefined) m = chain([m, diagonalMatrix(v)]);
  if (m === undefined) m = chain([u ?? ones(di), transpose(v ?? ones(dj))]);
  if (triangle < 0) return m;
  const t = between[triangle] as Extract<Mat, { kind: "block" }>;
  const op = ((t.expr as { op: string }).op === "tril") !== t.transposed ? "tril" : "triu";
  return block(apply(op, toExpr(m)), di, dj);
}

function diagonalAsColumn(m: Mat): Mat {
  const e = toExpr(m);
  return block(apply("diag", e.kind === "apply" && e.op === "transpose" ? e.args[0]! : e), m.rows, ONE_DIM);
}

const isOnesCall = (e: Expr): boolean => e.kind === "apply" && e.op === "ones";

interface Component {
  readonly factors: Factor[];
  readonly free: number[];
  /** Already in matrix notation, over its free indices in order. */
  readonly written?: Mat;
}

/** The connected parts of a product; free indices that meet belong together. */
export function components(factors: readonly Factor[], free: readonly number[]): Component[] {
  const parent = new Map<number, number>();
  const find = (i: number): number => {
    let p = i;
    while (parent.get(p) !== p) p = parent.get(p)!;
    return p;
  };
  for (const f of factors) {
    for (const i of f.idx) if (!parent.has(i)) parent.set(i, i);
    for (const i of f.idx.slice(1)) parent.set(find(i), find(f.idx[0]!));
  }
  const out = new Map<number, Component>();
  const alone: Component[] = [];
  for (const f of factors) {
    if (f.idx.length === 0) {
      alone.push({ factors: [f], free: [] });
      continue;
    }
    const r = find(f.idx[0]!);
    let c = out.get(r);
    if (c === undefined) {
      c = { factors: [], free: free.filter((i) => parent.has(i) && find(i) === r) };
      out.set(r, c);
    }
    c.factors.push(f);
  }
  return [...alone, ...out.values()];
}

/** A scalar expression as a number, scalar factors with powers: 2*x'*x/c. */
function split(e: Expr): { coef: Rat; scalars: ScalarFactor[] } {
  if (e.kind === "number") return { coef: ratOf(e.value), scalars: [] };
  if (e.kind === "apply" && e.op === "pow" && e.args[1]!.kind === "number" && Number.isInteger(e.args[1]!.value))
    return { coef: ONE, scalars: [scalarFactor(e.args[0]!, rat(e.args[1]!.value))] };
  return { coef: ONE, scalars: [scalarFactor(e)] };
}

function compareIds(a: readonly Factor[], b: readonly Factor[]): number {
  const x = a.map((f) => f.head.id).sort((p, q) => p - q);
  const y = b.map((f) => f.head.id).sort((p, q) => p - q);
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
}

/** Parts of a dimension in order, where they follow each other without gap or overlap to its end. */
function tiles(places: readonly PlaceHead[]): readonly PlaceHead[] | undefined {
  const left = new Map(places.map((p) => [p.offset.key, p]));
  if (places.some((p) => left.get(p.offset.key)!.size.key !== p.size.key)) return undefined;
  const out: PlaceHead[] = [];
  for (let at = left.get("0"); at !== undefined;) {
    left.delete(at.offset.key);
    out.push(at);
    const end = dimAdd(at.offset, at.size);
    if (end.key === at.dims[0]!.key) return left.size === 0 ? out : undefined;
    at = left.get(end.key);
  }
  return undefined;
}

/** A*x, where a scalar is x'*A'*A*x. */
function halfOf(e: Expr): Expr | undefined {
  const parts: Expr[] = [];
  let at = e;
  while (at.kind === "apply" && at.op === "mul") {
    parts.unshift(at.args[1]!);
    at = at.args[0]!;
  }
  parts.unshift(at);
  if (parts.length < 4 || parts.length % 2 === 1) return undefined;
  const turned = (x: Expr): string => exprKey(x.kind === "apply" && x.op === "transpose" ? x.args[0]! : apply("transpose", x)); // prettier-ignore
  const half = parts.slice(parts.length / 2);
  if (!half.every((x, k) => turned(parts[parts.length / 2 - 1 - k]!) === exprKey(x))) return undefined;
  return half.reduce((a, b) => apply("mul", a, b));
}
