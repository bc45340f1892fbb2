import { type Expr, size } from "../core/ast";
import { type Dim, dimMul, isOne, ONE as ONE_DIM } from "../core/dimension";
import { Refusal } from "../core/problem";
import type { Scope, Variable } from "../core/scope";
import { isScalar, type Shape } from "../core/shape";
import { atOnce, type Steps } from "../core/steps";
import { isStructured } from "../evaluation";
import { printText } from "../language/print";
import { add } from "./algebra";
import { differentiation } from "./differentiate";
import { Lowering, type Value } from "./lower";
import { type Layout, type Notation, Presenter } from "./present/present";
import { readsBetter } from "./present/sum";
import { ONE, rat } from "./rational";
import { expand, overOneDenominator, shorter } from "./shorten";
import { isDiagonal } from "./structure";
import { heldAt, type Target, targetOf } from "./targets";
import { constantOf, type Factor, type Head, rawOf, type Tensor, times, World } from "./tensor";

/** A derivative as a tensor with the matrix it stands for. */
export interface Laid {
  readonly t: Tensor;
  readonly layout: Layout;
  readonly shape: Shape;
  /** Pairs of slots that may be swapped, with this sign: what acts within a structure does not tell them apart. */
  readonly pairs?: readonly Pair[];
}

interface Pair {
  readonly slots: readonly [number, number];
  readonly sign: 1 | -1;
}

/** Terms of which each is written in the shorter of the forms that act alike, at most. */
const MOST_TURNED = 8;

/** Definitions that are looked for in a derivative, at most. */
const MOST_OTHERS = 40;

/** One derivation in steps: lowers, differentiates, presents. Throws `Refusal` and nothing else by intent. */
export class Engine {
  readonly w: World;
  readonly l: Lowering;

  constructor(
    readonly scope: Scope,
    wrt: readonly string[] = [],
    /** What the author named keeps its name; the value itself may have one too. */
    private readonly names?: { readonly value?: string },
  ) {
    this.w = new World(wrt);
    this.l = new Lowering(this.w, scope, (of, by) => this.inner(of, by), wrt, names !== undefined);
  }

  /** The derivative, one variable after the other, in the layout of the contract. */
  *derivative(expr: Expr, wrt: readonly string[]): Steps<Laid> {
    const value = yield* this.l.valueInSteps(expr);
    if (this.names?.value !== undefined && constantOf(value.t) === undefined) this.l.nameFor(this.names.value, value);
    if (this.names !== undefined) yield* this.others();
    let laid = this.start(value);
    const by = wrt.map((text) => targetOf(this.l, text));
    for (const [k, v] of by.entries()) {
      // A gradient is one matrix of its structure; what comes after it by more than numbers hangs on no projection.
      const last = by.slice(k + 1).every((x) => isScalar(x.shape));
      laid = yield* this.derived(laid, v, last ? "gradient" : "none");
    }
    return laid;
  }

  /** The author's other names: what they stand for may come up in the derivative. */
  private *others(): Steps<void> {
    let left = MOST_OTHERS;
    for (const { name, parameters } of this.scope.definitions.values()) {
      if (parameters !== undefined || left-- <= 0) continue;
      try {
        this.l.value({ kind: "name", name });
      } catch (problem) {
        if (!(problem instanceof Refusal) || problem.code === "too-large") throw problem;
      }
      yield;
    }
  }

  /** The differential in terms of the changes of the variables. */
  *differential(expr: Expr, wrt: readonly string[]): Steps<Laid> {
    const w = this.w;
    const start = this.start(yield* this.l.valueInSteps(expr));
    const parts: Tensor[] = [];
    for (const name of wrt) {
      const v = this.variable(name);
      if (this.scope.variables.has(`d${name}`) || this.scope.definitions.has(`d${name}`))
        throw new Refusal(
          "unsupported",
          `d${name} is declared, so the change of ${name} cannot be written; give d${name} another name`,
        );
      const d = yield* differentiation(this.l, start.t, this.l.variableHead(v));
      const change = this.l.variableHead(v, true);
      const at = d.dims.map((x) => w.newIndex(x));
      const own = at.slice(start.t.dims.length);
      const link: Factor = { head: change, idx: own, pow: ONE };
      parts.push(
        w.tensor(
          at.slice(0, start.t.dims.length),
          w.instantiate(d, at).map((r) => times(r, rawOf([link]))),
        ),
      );
    }
    return { ...start, t: shorter(w, parts.length === 0 ? w.number(rat(0), start.t.dims) : add(w, parts)) };
  }

  private variable(name: string): Variable {
    const v = this.scope.variables.get(name);
    if (v === undefined)
      throw new Refusal("undeclared", `${name} is not declared, so nothing can be derived with respect to it`);
    if (v.family !== undefined)
      throw new Refusal("unsupported", `the derivative with respect to a whole family (${name}) is not supported`);
    return v;
  }

  private start(v: Value): Laid {
    const row = isOne(v.shape.rows) ? [] : [0];
    const col = isOne(v.shape.cols) ? [] : [row.length];
    return { t: v.t, layout: { rows: row, cols: col }, shape: v.shape };
  }

  /** One more derivative: contract §1, "Shapes of results". */
  private *derived(f: Laid, by: Target, projected: "none" | "gradient" | "all"): Steps<Laid> {
    const { variable: v, shape } = by;
    const rank = f.t.dims.length;
    let t = heldAt(this.l, yield* differentiation(this.l, f.t, by.head), rank, by);
    const own = t.dims.slice(rank).map((_, k) => rank + k);
    if (own.length === 0) return { ...f, t };
    if (rank === 0) {
      const pair = projected === "none" ? pairOf(by, 0) : undefined;
      if (projected !== "none") t = this.project(t, v);
      const row = isOne(shape.rows) ? [] : [0];
      const col = isOne(shape.cols) ? [] : [row.length];
      return { t, layout: { rows: row, cols: col }, shape, ...(pair === undefined ? {} : { pairs: [pair] }) };
    }
    const last = projected === "all" ? undefined : pairOf(by, rank);
    const pairs = [...(f.pairs ?? []), ...(last === undefined ? [] : [last])];
    if (projected === "all") t = this.project(t, v);
    const rows = [...f.layout.cols, ...f.layout.rows];
    const cols = [...own].reverse();
    const length = (side: readonly number[]) => side.reduce<Dim>((d, s) => dimMul(d, t.dims[s]!), ONE_DIM);
    return { t, layout: { rows, cols }, shape: { rows: length(rows), cols: length(cols) }, pairs };
  }

  /** The same where only changes within the structure count, each term in the orientation that is written shortest. */
  private *orientated(laid: Laid): Steps<Tensor | undefined> {
    const { t, pairs = [], layout } = laid;
    if (pairs.length === 0 || t.terms.length === 0 || t.terms.length > MOST_TURNED) return undefined;
    const w = this.w;
    const out: Tensor[] = [];
    for (const { coef, term } of t.terms) {
      const slots = t.dims.map((d) => w.newIndex(d));
      const at = [...slots, ...term.bound.map((d) => w.newIndex(d))];
      const raw = { coef, factors: term.factors.map((f) => ({ ...f, idx: f.idx.map((i) => at[i]!) })), over: slots };
      let forms = [w.tensor(slots, [raw])];
      for (const {
        slots: [a, b],
        sign,
      } of pairs) {
        const order = [...t.dims.keys()].map((k) => (k === a ? b : k === b ? a : k));
        forms = [...forms, ...forms.map((x) => w.scale(w.permute(x, order), rat(sign)))];
      }
      let best: { readonly t: Tensor; readonly size: number } | undefined;
      for (const form of forms) {
        const written = form.terms.length === 0 ? 0 : size(yield* this.presenter().expression(form, layout));
        // As long, the form that another term has already: the two are one.
        const again = out.some((x) => x.terms[0]?.term.key === form.terms[0]?.term.key);
        if (best === undefined || written < best.size || (written === best.size && again)) best = { t: form, size: written }; // prettier-ignore
      }
      out.push(best!.t);
    }
    return add(w, out);
  }

  private presenter(): Presenter {
    return new Presenter(this.l, [
      ...this.scope.variables.keys(),
      ...this.scope.dimensions,
      ...this.scope.definitions.keys(),
      ...this.l.freeIndices,
    ]);
  }

  /** A derivative in the space of matrices of the variable's structure: its last two slots projected on that. */
  private project(t: Tensor, v: Variable): Tensor {
    const w = this.w;
    const p = v.properties;
    if (isOne(v.shape.rows) || isOne(v.shape.cols) || !isStructured(p)) return t;
    const rank = t.dims.length;
    const own = t.dims.map((d) => w.newIndex(d));
    const [i, j] = own.slice(rank - 2) as [number, number];
    const half = rat(1, 2);
    const turned = () =>
      w.permute(
        t,
        [...t.dims.keys()].map((k) => (k < rank - 2 ? k : 2 * rank - 3 - k)),
      );
    const masked = (head: Head) =>
      w.tensor(
        own,
        w.instantiate(t, own).map((r) => times(r, rawOf([{ head, idx: [i, j], pow: ONE }]))),
      );
    if (p.has("diagonal")) return rank === 2 && isDiagonal(t) ? t : masked(w.delta(t.dims[rank - 1]!));
    if (p.has("symmetric")) return shorter(w, add(w, [w.scale(t, half), w.scale(turned(), half)]));
    if (p.has("skew")) return shorter(w, add(w, [w.scale(t, half), w.scale(turned(), rat(-1, 2))]));
    const part = p.has("lower") ? "lower" : "upper";
    return masked(w.head({ kind: "mask", part, dims: t.dims.slice(rank - 2), symmetry: 0 }));
  }

  /** A derivative written inside an expression, as a value. */
  private inner(of: Expr, wrt: readonly Expr[]): Value {
    const names = wrt.map((e) => {
      if (e.kind !== "name" && (e.kind !== "index" || e.base.kind !== "name"))
        throw new Refusal("unsupported", "a derivative is taken with respect to a variable", e.span);
      return e.kind === "name" ? e.name : (e.base as Extract<Expr, { kind: "name" }>).name;
    });
    const held = names.filter((n) => !this.l.held.has(n));
    for (const n of held) this.l.held.add(n);
    let laid: Laid;
    try {
      laid = this.start(this.l.value(of));
    } finally {
      for (const n of held) this.l.held.delete(n);
    }
    for (const e of wrt) laid = atOnce(this.derived(laid, targetOf(this.l, printText(e)), "all"));
    if (laid.layout.rows.length > 1 || laid.layout.cols.length > 1)
      throw new Refusal("unsupported", "a derivative with more than two indices inside an expression is not supported");
    return { t: this.w.permute(laid.t, [...laid.layout.rows, ...laid.layout.cols]), shape: laid.shape };
  }

  /** The shortest of the forms worth trying, in matrix notation. */
  *present(laid: Laid): Steps<{ expr: Expr; notation: Notation }> {
    const forms = [laid.t];
    const open = expand(this.w, laid.t);
    yield;
    if (open !== laid.t) forms.push(open);
    for (const t of [...forms]) {
      try {
        const turned = yield* this.orientated({ ...laid, t });
        if (turned !== undefined && turned !== t) forms.push(turned);
      } catch (problem) {
        if (!(problem instanceof Refusal) || problem.code === "too-large") throw problem;
      }
    }
    for (const t of [...forms]) {
      const joined = overOneDenominator(this.w, t);
      if (joined !== t) forms.push(joined);
    }
    let best: { expr: Expr; notation: Notation } | undefined;
    let refused: Refusal | undefined;
    for (const t of forms) {
      const p = this.presenter();
      let expr: Expr;
      try {
        expr = yield* p.expression(t, laid.layout);
      } catch (problem) {
        // What one form cannot say, another may: of a sum with three indices its products have two.
        if (!(problem instanceof Refusal) || problem.code === "too-large") throw problem;
        refused ??= problem;
        continue;
      }
      // The form as it was derived keeps the user's groups: another must be clearly shorter.
      if (best === undefined || readsBetter(expr, best.expr)) best = { expr, notation: p.notation };
    }
    if (best === undefined) throw refused!;
    return best;
  }

  /** An expression as a tensor with its matrix. */
  read(e: Expr): Laid {
    return this.start(this.l.value(e));
  }

  difference(a: Tensor, b: Tensor): Tensor {
    return add(this.w, [a, this.w.scale(b, rat(-1))]);
  }
}

/** The two slots of a symmetric or skew variable. */
function pairOf({ variable: { properties }, held, shape }: Target, from: number): Pair | undefined {
  if (held.length > 0 || isOne(shape.rows) || isOne(shape.cols)) return undefined;
  const sign = properties.has("symmetric") ? 1 : properties.has("skew") ? -1 : undefined;
  return sign === undefined ? undefined : { slots: [from, from + 1], sign };
}
