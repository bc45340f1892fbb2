import { type Expr, name as nameNode, type Span } from "../../../core/ast";
import { fail, tryTo } from "../knowledge";
import { bigOperator, derivativeSign, isTranspose, tidy } from "../looks";
import { scriptText, symbolName } from "../names";
import type { GroupPiece, Piece, SymbolPiece } from "../pieces";
import { derivativeNode } from "../trees";
import { ReaderOfScripts } from "./scripts";

/** Derivatives, differentials and gradients. */
export abstract class ReaderOfDerivatives extends ReaderOfScripts {
  protected isOperand(p: Piece): boolean {
    if (p.kind === "mark") return p.mark === "w" || p.mark === "v" || p.mark === "d";
    return true;
  }

  /** Whether the plain letter d at `i` is the sign of a differential. */
  protected isDifferential(items: readonly Piece[], i: number): boolean {
    if (!this.know.plainDifferentials || this.letterD) return false;
    const next = items[i + 1];
    if (next === undefined || !this.isOperand(next)) return false;
    const core = next.kind === "scripted" ? next.base : next;
    if (core.kind === "number" || (core.kind === "symbol" && core.name === "d" && core.style === "")) return false;
    if (
      core.kind === "group" &&
      (core.open === "(" || core.open === "[") &&
      tidy(core.items).some((x) => x.kind === "mark" && x.mark === ",")
    )
      return false;
    return true;
  }

  /** `dX`, `d(XY)`, `d\log|X|`, `dX^{-1}`. */
  protected differential(sign: Piece, items: readonly Piece[], i: number, order: number): { expr: Expr; next: number } {
    const next = items[i + 1];
    if (next === undefined) return fail("a differential of nothing");
    const wrap = (of: Expr, end: number): Expr => {
      let out = of;
      for (let k = 0; k < order; k++) out = { kind: "differential", of: out, span: { start: sign.span.start, end } };
      return out;
    };
    const core = next.kind === "scripted" ? next.base : next;
    if (core.kind === "mark" && core.mark === "w") {
      const taken = this.factor(items, i + 1);
      return { expr: wrap(taken.expr, items[taken.next - 1]!.span.end), next: taken.next };
    }
    if (
      next.kind === "scripted" &&
      core.kind === "symbol" &&
      core.name === "e" &&
      core.style === "" &&
      next.sub === undefined &&
      next.sup !== undefined &&
      this.isExponential(next.sup)
    ) {
      return { expr: wrap(this.factor([next], 0).expr, next.span.end), next: i + 2 };
    }
    if (next.kind === "scripted" && (core.kind === "symbol" || core.kind === "text")) {
      const symbol: SymbolPiece =
        core.kind === "text" ? { kind: "symbol", name: core.text, style: "", accents: [], span: core.span } : core;
      const part = next.sup === undefined ? undefined : this.nameSuperscript(symbol, next.sup);
      const outer = part === undefined ? next.sup : part.rest;
      if (outer !== undefined) {
        // The transpose is of the differential, the inverse inside it: dX^{-1} is d(X^{-1}).
        const { sup: _sup, ...bare } = next;
        const inner: Piece =
          part === undefined
            ? next.sub === undefined && next.primes === 0
              ? symbol
              : bare
            : { ...next, sup: next.sup!.slice(0, 1) };
        const value = this.factor([inner], 0).expr;
        if (isTranspose(outer, this.know))
          return {
            expr: this.superscript(wrap(value, inner.span.end), outer, { start: sign.span.start, end: next.span.end }),
            next: i + 2,
          };
        const all = tidy(outer);
        if (all[0]?.kind === "mark" && all[0].mark === "s")
          return { expr: wrap(this.superscript(value, outer, next.span), next.span.end), next: i + 2 };
        return {
          expr: this.superscript(wrap(value, inner.span.end), outer, { start: sign.span.start, end: next.span.end }),
          next: i + 2,
        };
      }
    }
    if (next.kind === "scripted" && core.kind === "group" && "([".includes(core.open)) {
      const value = this.group(core);
      const span = { start: sign.span.start, end: next.span.end };
      if (next.sup !== undefined && next.sub === undefined && isTranspose(next.sup, this.know))
        return { expr: this.superscript(wrap(value, core.span.end), next.sup, span), next: i + 2 };
      return { expr: wrap(this.scripted(value, next), next.span.end), next: i + 2 };
    }
    const taken = this.factor(items, i + 1);
    return { expr: wrap(taken.expr, items[taken.next - 1]!.span.end), next: taken.next };
  }

  /** `\partial J/\partial W`, `dy/dx`: derivatives on one line become fractions. */
  protected slashDerivatives(items: readonly Piece[]): readonly Piece[] {
    const bar = items.findIndex(
      (p, i) => p.kind === "mark" && p.mark === "x" && p.value === "div" && derivativeSign(items[i + 1]) !== undefined,
    );
    if (bar < 0) return items;
    let from = bar - 1;
    while (
      from >= 0 &&
      derivativeSign(items[from]) === undefined &&
      !(items[from]!.kind === "mark" && "sxr".includes((items[from] as Piece & { kind: "mark" }).mark))
    )
      from--;
    if (from < 0 || derivativeSign(items[from]) === undefined) return items;
    let to = bar + 1;
    while (derivativeSign(items[to]) !== undefined && items[to + 1] !== undefined) to += 2;
    if (to === bar + 1) return items;
    const fraction: Piece = {
      kind: "fraction",
      binomial: false,
      over: items.slice(from, bar),
      under: items.slice(bar + 1, to),
      span: { start: items[from]!.span.start, end: items[to - 1]!.span.end },
    };
    return this.slashDerivatives([...items.slice(0, from), fraction, ...items.slice(to)]);
  }

  /** Takes a fraction apart that is a derivative: its numerator without the d, and its variables. */
  protected derivativeFraction(
    p: Piece & { kind: "fraction" },
  ): { over: readonly Piece[]; wrt: () => { names: readonly Expr[]; transposed: boolean } } | undefined {
    const over = this.prefixed(tidy(p.over));
    const under = this.prefixed(tidy(p.under));
    const top = derivativeSign(over[0]);
    const bottom = derivativeSign(under[0]);
    if (top === undefined || bottom === undefined || under.length < 2) return undefined;
    const bare = under[0]!.kind === "scripted";
    if (bare) return undefined;
    return { over: over.slice(1), wrt: () => this.wrt(under, top.order) };
  }

  /** The variables below the bar: `\partial x \partial y^T`, `\partial x^2`. */
  protected wrt(under: readonly Piece[], order: number): { names: readonly Expr[]; transposed: boolean } {
    const names: Expr[] = [];
    let transposed = false;
    for (let i = 0; i < under.length;) {
      const sign = derivativeSign(under[i]);
      if (sign === undefined) fail("what is differentiated by");
      const p = under[i + 1] ?? fail("what is differentiated by");
      let inner = p;
      let repeat = 1;
      if (p.kind === "scripted" && p.sup !== undefined) {
        const sup = tidy(p.sup);
        const { sup: _sup, ...bare } = p;
        const without: Piece = p.sub === undefined && p.primes === 0 ? p.base : bare;
        if (isTranspose(sup, this.know)) {
          inner = without;
          transposed = true;
        } else if (sup.length === 1 && sup[0]!.kind === "number" && Number(sup[0]!.text) === order && order > 1) {
          inner = without;
          repeat = order;
        }
      }
      if (inner.kind === "group" && inner.open === "(") {
        const only = tidy(inner.items);
        if (only.length === 1) inner = only[0]!;
      }
      const { expr, next } = this.factor([inner, ...under.slice(i + 2)], 0);
      let variable = expr;
      if (variable.kind === "apply" && variable.op === "transpose") {
        transposed = true;
        variable = variable.args[0]!;
      }
      if (
        variable.kind !== "name" &&
        !(variable.kind === "index" && (variable.base.kind === "name" || variable.base.kind === "apply"))
      )
        fail("what is differentiated by");
      for (let k = 0; k < repeat; k++) names.push(variable);
      i += 1 + next;
    }
    if (order > 1 && names.length !== order) fail("an order that does not fit");
    // ∂²f/∂x∂xᵀ is the Hessian, not a transpose.
    return { names, transposed: transposed && names.length === 1 };
  }

  /** Whether a gradient sign takes the whole product behind it, or only the next factor. */
  protected gradientReaches(items: readonly Piece[], i: number): boolean {
    const next = items[i + 1]!;
    const core = next.kind === "scripted" ? next.base : next;
    if (next.kind === "mark" && (next.mark === "x" || next.mark === "s")) return false;
    if (core.kind === "symbol") {
      const kind = this.know.kindOf(symbolName(core, this.know.styleMatters));
      const after = items[i + 2];
      const afterCore = after?.kind === "scripted" ? after.base : after;
      const behindBracket = afterCore?.kind === "group" && afterCore.open === "(";
      if (
        kind === "function" ||
        kind === "scalar" ||
        (behindBracket &&
          this.know.isFunction(symbolName(core, this.know.styleMatters), tidy((afterCore as GroupPiece).items)))
      )
        return false;
      // A name alone or before a sign: nothing more to take.
      return kind === "vector" || kind === "matrix";
    }
    // `\nabla \log \sum_i e^{x_i}`: the sum takes all that follows, and so does its logarithm.
    if (core.kind === "mark" && core.mark === "w")
      return items[i + 2] !== undefined && bigOperator(items[i + 2]!) !== undefined;
    if (core.kind === "group") return core.open === "{";
    return true;
  }

  protected nabla(p: Piece, items: readonly Piece[], i: number): { expr: Expr; next: number } {
    const next = items[i + 1];
    if (next === undefined || (next.kind === "mark" && !"wvd".includes(next.mark)))
      return { expr: this.named("∇", p.span), next: i + 1 };
    // The transpose behind `\nabla f` is of the gradient.
    if (
      next.kind === "scripted" &&
      next.base.kind === "symbol" &&
      next.sup !== undefined &&
      isTranspose(next.sup, this.know)
    ) {
      const { sup: _sup, ...bare } = next;
      const inner: Piece = next.sub === undefined && next.primes === 0 ? next.base : bare;
      const of = this.factor([inner], 0).expr;
      const g = this.gradient(p, of, { start: p.span.start, end: inner.span.end });
      return { expr: this.superscript(g, next.sup, { start: p.span.start, end: next.span.end }), next: i + 2 };
    }
    const taken = this.factor(items, i + 1);
    const end = items[taken.next - 1]!.span.end;
    const span = { start: p.span.start, end };
    const last = taken.expr;
    if (last.kind === "apply" && last.op === "transpose" && last.args[0]!.kind === "call") {
      return { expr: { ...last, args: [this.gradient(p, last.args[0]!, span)] }, next: taken.next };
    }
    return { expr: this.gradient(p, last, span), next: taken.next };
  }

  protected gradient(p: Piece, of: Expr, span: Span): Expr {
    const scripts = p.kind === "scripted" ? p : undefined;
    const order = scripts?.sup === undefined ? 1 : Number(scriptText(scripts.sup)) || fail("an order");
    if (order > 2) fail("an order");
    let wrt: readonly Expr[];
    if (scripts?.sub !== undefined) {
      const v = tryTo(() => this.variables(scripts.sub!, undefined));
      if (v === undefined)
        return { kind: "call", name: order === 2 ? "∇²" : "∇", primes: 0, args: [this.opaque(scripts.sub), of], span };
      wrt = v;
    } else {
      const v = this.know.gradientVariable(of);
      if (v === undefined) return { kind: "call", name: order === 2 ? "∇²" : "∇", primes: 0, args: [of], span };
      wrt = [nameNode(v)];
    }
    return derivativeNode(of, order === 2 ? [...wrt, ...wrt] : wrt, false, span);
  }
}
