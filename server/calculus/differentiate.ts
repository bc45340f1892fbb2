import { Refusal } from "../core/problem";
import type { Shape } from "../core/shape";
import type { Steps } from "../core/steps";
import { isPiecewiseConstant, operator } from "../operators";
import { ONE as ONE_DIM } from "../core/dimension";
import { add, entrywise, hadamard, negate, power, subtract } from "./algebra";
import type { Expr } from "../core/ast";
import type { Lowering } from "./lower";
import { summedOverToken } from "./running";
import { addPow } from "./normalize";
import { isInt, MINUS_ONE, ONE, type Rat, ratOf } from "./rational";
import { shorter } from "./shorten";
import { symbol } from "./symbols";
import { alongScalar, spectralAdjoint, squareRootByKroneckerSum } from "./spectral";
import { template } from "./templates";
import {
  constantOf,
  type Factor,
  type FnHead,
  type Head,
  isRat,
  isZero,
  LIMITS,
  type OpHead,
  type Raw,
  rawOf,
  type Tensor,
  times,
  type VarHead,
  type World,
} from "./tensor";

/**
 * The derivative of a tensor with respect to a variable: a tensor with the slots of the one, then of the
 * other. Adjoints are propagated from the result to the variable over the distinct heads (reverse
 * accumulation over a graph without repeats), so that the work grows with the size of the graph, not with
 * the number of paths through it; a sum of adjoints stays one factor while it has at most two indices.
 */
export const differentiation = (l: Lowering, t: Tensor, v: VarHead): Steps<Tensor> => new Sweep(l, v).run(t);

class Sweep {
  private readonly w: World;
  private readonly name: string;
  private readonly adjoints = new Map<Head, Tensor[]>();
  private readonly result: Tensor[] = [];
  private rank = 0;

  constructor(
    private readonly l: Lowering,
    private readonly v: VarHead,
  ) {
    this.w = l.w;
    this.name = [...v.vars][0]!;
  }

  *run(t: Tensor): Steps<Tensor> {
    const w = this.w;
    this.rank = t.dims.length;
    const dims = [...t.dims, ...this.v.dims];
    // The seed: the identity from the slots of the result to themselves.
    const out = t.dims.map((d) => w.newIndex(d));
    const own = t.dims.map((d) => w.newIndex(d));
    const seed = w.tensor(
      [...out, ...own],
      [{ coef: ONE, factors: out.map((o, k) => ({ head: w.delta(t.dims[k]!), idx: [o, own[k]!], pow: ONE })) }],
    );
    yield* this.visit(t, seed);
    for (;;) {
      let head: Head | undefined;
      for (const h of this.adjoints.keys()) if (head === undefined || h.id > head.id) head = h;
      if (head === undefined) break;
      const parts = this.adjoints.get(head)!;
      this.adjoints.delete(head);
      const adjoint = shorter(w, parts.length === 1 ? parts[0]! : add(w, parts));
      yield;
      if (!isZero(adjoint)) yield* this.through(head, adjoint);
      yield;
    }
    if (this.result.length === 0) return w.number(ratOf(0), dims);
    return shorter(w, add(w, this.result));
  }

  /** Passes the adjoint of a tensor on to the heads in it. */
  private *visit(t: Tensor, adjoint: Tensor): Steps<void> {
    const w = this.w;
    if (!t.vars.has(this.name) || isZero(adjoint)) return;
    if (this.rank === 0) adjoint = w.names.found(w, adjoint);
    const out = adjoint.dims.slice(0, this.rank).map((d) => w.newIndex(d));
    for (const { coef, term } of t.terms) {
      const slots = t.dims.map((d) => w.newIndex(d));
      const bound = term.bound.map((d) => w.newIndex(d));
      const at = [...slots, ...bound];
      const factors: Factor[] = term.factors.map((f) => ({ ...f, idx: f.idx.map((i) => at[i]!) }));
      for (const outer of this.spread(adjoint, [...out, ...slots])) {
        for (let k = 0; k < factors.length; k++) {
          const f = factors[k]!;
          const rest = times(outer, { coef, factors: factors.filter((_, i) => i !== k), over: slots });
          if (f.head.vars.has(this.name)) {
            this.throughFactor(f, rest, out);
            yield;
          }
          if (!isRat(f.pow) && f.pow.vars.has(this.name)) {
            // d u^p = u^p·log(u)·dp
            const base = w.tensor(f.idx.map((_, i) => f.idx[i]!).filter(unique), [
              { coef: ONE, factors: [{ ...f, pow: ONE }] },
            ]);
            const log = w.asFactors(entrywise(w, "log", base), f.idx.filter(unique));
            const a = w.tensor(out, [times(rest, rawOf([f]), log)]);
            yield* this.visit(f.pow, a);
          }
        }
      }
    }
  }

  private throughFactor(f: Factor, rest: Raw, out: readonly number[]): void {
    const w = this.w;
    // d u^p = p·u^(p−1)·du
    const own = f.head.dims.map((d) => w.newIndex(d));
    const links: Factor[] = own.map((o, i) => ({ head: w.delta(w.dimOf(o)), idx: [o, f.idx[i]!], pow: ONE }));
    let raw: Raw;
    if (isRat(f.pow)) {
      const p = addPow(w, f.pow, MINUS_ONE);
      const lowered: Factor[] = isRat(p) && p.n === 0 ? [] : [{ ...f, pow: p }];
      raw = times(rest, rawOf([...lowered, ...links], f.pow), { coef: ONE, factors: [], over: f.idx });
    } else {
      raw = times(rest, w.asFactors(f.pow, []), rawOf([{ ...f, pow: addPow(w, f.pow, MINUS_ONE) }, ...links]));
    }
    const contribution = w.tensor([...out, ...own], [raw]);
    if (isZero(contribution)) return;
    if (f.head === (this.v as Head)) this.result.push(contribution);
    else {
      const list = this.adjoints.get(f.head);
      if (list === undefined) this.adjoints.set(f.head, [contribution]);
      else list.push(contribution);
    }
  }

  /** An adjoint as products: one factor where it has at most two indices, else multiplied out. */
  private spread(t: Tensor, at: readonly number[]): Raw[] {
    const w = this.w;
    if (t.terms.length <= 1 || t.dims.length > 2) {
      if (t.terms.length > LIMITS.terms) throw new Refusal("too-large", "the derivative has too many terms");
      return w.instantiate(t, at);
    }
    return [w.asFactors(t, at)];
  }

  /** Passes the adjoint of a head on to its argument. */
  private *through(h: Head, adjoint: Tensor): Steps<void> {
    const w = this.w;
    switch (h.kind) {
      case "run": {
        // d Σ = Σ d, with all that does not run outside.
        const slope = yield* differentiation(this.l, h.arg, this.v);
        const k = this.rank;
        const at = adjoint.dims.map((d) => w.newIndex(d));
        const own = this.v.dims.map((d) => w.newIndex(d));
        const raws = summedOverToken(w, slope, [...at.slice(k), ...own], h.token, h.over);
        this.result.push(
          w.tensor(
            [...at.slice(0, k), ...own],
            this.spread(adjoint, at).flatMap((a) => raws.map((b) => times(a, b))),
          ),
        );
        return;
      }
      case "group":
      case "named":
        return yield* this.visit(h.arg, adjoint);
      case "fn": {
        if (h.name === "log" && h.primes === undefined && isProduct(h.arg))
          return yield* this.throughLogarithm(h.arg, adjoint);
        const slope = this.slope(h);
        if (slope === undefined) throw new Refusal("unsupported", `the derivative of ${h.name} is not supported`);
        const k = this.rank;
        const at = adjoint.dims.map((d) => w.newIndex(d));
        const s = w.instantiate(slope, at.slice(k));
        const raws = w.instantiate(adjoint, at);
        // Multiplied out both ways: the shorter stays.
        const out = w.tensor(
          at,
          raws.flatMap((a) => s.map((b) => times(a, b))),
        );
        if (at.length <= 2 && (raws.length > 1 || s.length > 1)) {
          const grouped = w.tensor(at, [times(w.asFactors(adjoint, at), w.asFactors(slope, at.slice(k)))]);
          return yield* this.visit(h.arg, shorter(w, grouped, out));
        }
        return yield* this.visit(h.arg, shorter(w, out));
      }
      case "op": {
        if (isPiecewiseConstant(h.name)) return;
        if (h.exponent?.vars.has(this.name) === true) {
          // d X^p = X^p*logm(X)*dp
          const log = symbol(w, "logm", h.arg, h.arg.dims);
          const [i, k, j] = [w.newIndex(h.dims[0]!), w.newIndex(h.dims[0]!), w.newIndex(h.dims[0]!)];
          const at = adjoint.dims.slice(0, this.rank).map((d) => w.newIndex(d));
          const power: Factor = { head: h, idx: [i, k], pow: ONE };
          const along = this.spread(adjoint, [...at, i, j]).map((a) =>
            times(a, rawOf([power]), w.asFactors(log, [k, j])),
          );
          yield* this.visit(h.exponent, w.tensor(at, along));
          if (!h.arg.vars.has(this.name)) return;
        }
        if (this.v.dims.length === 0) {
          const moved = alongScalar(w, h, yield* differentiation(this.l, h.arg, this.v));
          if (moved !== undefined) {
            const at = adjoint.dims.map((d) => w.newIndex(d));
            this.result.push(
              w.tensor(
                at.slice(0, this.rank),
                this.spread(adjoint, at).flatMap((a) =>
                  w.instantiate(moved, at.slice(this.rank)).map((b) => times(a, b)),
                ),
              ),
            );
            return;
          }
        }
        const spectral = spectralAdjoint(w, h, adjoint, this.rank);
        if (spectral !== undefined) return yield* this.visit(h.arg, spectral);
        const local = h.name === "sqrtm" ? squareRootByKroneckerSum(w, h) : this.local(h);
        const k = this.rank;
        const out = adjoint.dims.slice(0, k).map((d) => w.newIndex(d));
        const own = h.dims.map((d) => w.newIndex(d));
        const arg = h.arg.dims.map((d) => w.newIndex(d));
        const raws = this.spread(adjoint, [...out, ...own]).flatMap((a) =>
          w.instantiate(local, [...own, ...arg]).map((b) => times(a, b)),
        );
        return yield* this.visit(h.arg, shorter(w, w.tensor([...out, ...arg], raws)));
      }
      default:
        throw new Refusal("unsupported", "this has no derivative here");
    }
  }

  /** d log(u^p·v^q) = p/u·du + q/v·dv: nothing of the product is written down in order to cancel. */
  private *throughLogarithm(t: Tensor, adjoint: Tensor): Steps<void> {
    const w = this.w;
    const out = adjoint.dims.slice(0, this.rank).map((d) => w.newIndex(d));
    const slots = t.dims.map((d) => w.newIndex(d));
    const outers = this.spread(adjoint, [...out, ...slots]);
    for (const { head, idx, pow } of t.terms[0]!.term.factors) {
      if (!head.vars.has(this.name)) continue;
      const inverse: Factor = { head, idx: idx.map((i) => slots[i]!), pow: MINUS_ONE };
      for (const outer of outers) {
        const rest = times(outer, { coef: pow as Rat, factors: [inverse], over: slots });
        this.throughFactor({ ...inverse, pow: ONE }, rest, out);
        yield;
      }
    }
  }

  /** f′ of the argument, entry by entry. */
  private slope(h: FnHead): Tensor | undefined {
    const w = this.w;
    if (h.primes !== undefined) {
      const slots = h.dims.map((d) => w.newIndex(d));
      const head = w.head({
        kind: "fn",
        name: h.name,
        primes: h.primes + 1,
        arg: h.arg,
        dims: h.dims,
        symmetry: h.symmetry,
      });
      return w.tensor(slots, [{ coef: ONE, factors: [{ head, idx: slots, pow: ONE }] }]);
    }
    const rule = operator(h.name)?.rule;
    return rule !== undefined && "pointwise" in rule ? pointwise(w, template(rule.pointwise), h.arg) : undefined;
  }

  /** The derivative of a symbol with respect to its argument: slots of the symbol, then of the argument. */
  private local(h: OpHead): Tensor {
    const w = this.w;
    const rule = operator(h.name)?.rule;
    const shape: Shape = { rows: h.arg.dims[0] ?? ONE_DIM, cols: h.arg.dims[1] ?? ONE_DIM };
    const text =
      rule !== undefined && "differential" in rule
        ? typeof rule.differential === "string"
          ? rule.differential
          : rule.differential([shape])
        : undefined;
    if (text === undefined) throw new Refusal("unsupported", `the derivative of ${h.name} has no closed form here`);
    const change = w.head({
      kind: "var",
      name: ` ${h.id}`,
      differential: true,
      dims: h.arg.dims,
      symmetry: 0,
      properties: new Set(),
    }) as VarHead;
    const slots = h.arg.dims.map((d) => w.newIndex(d));
    const dX = w.tensor(slots, [{ coef: ONE, factors: [{ head: change, idx: slots, pow: ONE }] }]);
    const value = this.l.template(text, new Map([["X", { t: h.arg, shape }], ["dX", { t: dX, shape }]])).t; // prettier-ignore
    return linearPart(w, value, change);
  }
}

/** Whether a tensor is one product, entry by entry, of several factors or of a power, all with plain exponents. */
function isProduct(t: Tensor): boolean {
  const [only] = t.terms;
  if (only === undefined || t.terms.length > 1 || only.term.bound.length > 0) return false;
  const { factors } = only.term;
  return factors.length > 1 && factors.every((f) => isRat(f.pow));
}

const unique = (x: number, i: number, all: readonly number[]): boolean => all.indexOf(x) === i;

/** The coefficient of a head that occurs once in every product of a tensor. */
function linearPart(w: World, t: Tensor, head: VarHead): Tensor {
  const own = t.dims.map((d) => w.newIndex(d));
  const slots = head.dims.map((d) => w.newIndex(d));
  const raws: Raw[] = [];
  const collect = (raw: Raw): void => {
    const k = raw.factors.findIndex((f) => f.head === head);
    if (k >= 0) {
      const f = raw.factors[k]!;
      raws.push({
        ...raw,
        factors: [
          ...raw.factors.filter((_, i) => i !== k),
          ...slots.map((s, i) => ({ head: w.delta(w.dimOf(s)), idx: [s, f.idx[i]!], pow: ONE })),
        ],
      });
      return;
    }
    const g = raw.factors.findIndex((f) => f.head.kind === "group" && f.head.vars.has([...head.vars][0]!));
    if (g < 0) return;
    const f = raw.factors[g]!;
    const rest = raw.factors.filter((_, i) => i !== g);
    for (const r of w.instantiate((f.head as { arg: Tensor }).arg, f.idx)) collect(times({ ...raw, factors: rest }, r));
  };
  for (const raw of w.instantiate(t, own)) collect(raw);
  return w.tensor([...own, ...slots], raws);
}

/** A scalar template in `u` over the entries of a tensor. */
export function pointwise(w: World, e: Expr, u: Tensor): Tensor {
  const part = (k: number): Tensor => pointwise(w, (e as { args: readonly Expr[] }).args[k]!, u);
  if (e.kind === "number") return w.number(ratOf(e.value), u.dims);
  if (e.kind === "name") return u;
  if (e.kind === "apply") {
    switch (e.op) {
      case "add":
        return add(w, [part(0), part(1)]);
      case "sub":
        return subtract(w, part(0), part(1));
      case "neg":
        return negate(w, part(0));
      case "mul":
      case "hadamard":
        return hadamard(w, part(0), part(1));
      case "div":
      case "hdiv":
        return hadamard(w, part(0), power(w, part(1), MINUS_ONE));
      case "pow":
      case "hpow": {
        const p = constantOf(part(1));
        if (p !== undefined && isInt(p)) return power(w, part(0), p);
        break;
      }
      default:
        return entrywise(w, e.op, part(0));
    }
  }
  throw new Error("the operator table holds a rule that is not a scalar function of u");
}
