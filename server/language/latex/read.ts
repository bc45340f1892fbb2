import { apply, type Expr, num, type Span } from "../../core/ast";
import { foldRow, type Infix, type Operand } from "../sequence";
import { fail, tryTo } from "./knowledge";
import { REACHING } from "./letters";
import { bigOperator, isEvaluation, splitAtCommas, sumSign } from "./looks";
import { scriptText } from "./names";
import type { Piece, ScriptedPiece } from "./pieces";
import { binary, derivativeNode, join, unknown } from "./trees";
import { ReaderOfFactors } from "./reader/factors";

export { type Kind, type Knowledge, NotUnderstood, type Spellings, UNSETTLED } from "./knowledge";
export { isTranspose, tidy } from "./looks";

const spanOf = (items: readonly Piece[]): Span => ({ start: items[0]!.span.start, end: items.at(-1)!.span.end });

/** Reads rows of pieces as expressions: sums, products, and what takes all that follows. */
export class Reader extends ReaderOfFactors {
  protected sum(written: readonly Piece[]): Expr {
    const items = written.some((p) => p.kind === "scripted" && p.base.kind === "symbol" && p.base.name === "Sigma")
      ? written.map((p, i) => sumSign(p, written.slice(i + 1)))
      : written;
    if (items.length === 0) fail("nothing here");
    const bar = items.findIndex((p) => p.kind === "mark" && (p.mark === "|" || p.mark === "m"));
    if (bar > 0 && bar < items.length - 1)
      // `p(x) | y = 1`: under a condition, of which nothing is known.
      return unknown("|", [this.sum(items.slice(0, bar)), this.opaque(items.slice(bar + 1))], spanOf(items));
    if (items.some((p) => p.kind === "mark" && p.mark === "o")) return this.dotted(items);
    // Limits, extrema and integrals reach to the end.
    const reaching = items.findIndex((p) => REACHING.has(bigOperator(p)?.value ?? ""));
    if (reaching >= 0 && !this.appliedDirectly(items, reaching)) {
      let rest = this.reaching(items.slice(reaching));
      if (reaching === 0) return rest;
      let before = items.slice(0, reaching);
      let last = before.at(-1)!;
      // `\sum_i \int f_i`
      for (let big = bigOperator(last); big !== undefined; big = before.length === 0 ? undefined : bigOperator(last)) {
        rest = this.sumOf(big, rest, { start: last.span.start, end: items.at(-1)!.span.end });
        before = before.slice(0, -1);
        if (before.length === 0) return rest;
        last = before.at(-1)!;
      }
      if (last.kind === "mark" && last.mark === "s") {
        const right = last.value === "sub" ? apply("neg", rest) : rest;
        return before.length === 1
          ? right
          : binary(last.value === "sub" ? "sub" : "add", this.sum(before.slice(0, -1)), rest);
      }
      if (last.kind === "mark" && last.mark === "x") return binary("mul", this.sum(before.slice(0, -1)), rest);
      return binary("mul", this.sum(before), rest);
    }
    const operands: Operand[] = [];
    const signs: Infix[] = [];
    let term: Piece[] = [];
    let negative: Piece | undefined;
    const flush = (): void => {
      if (term.length === 0) fail("an operand is missing");
      const expr = this.product(term, negative);
      operands.push({ expr, outer: expr.span ?? { start: 0, end: 0 } });
      term = [];
      negative = undefined;
    };
    for (const p of items) {
      if (p.kind === "mark" && p.mark === "s") {
        const last = term.at(-1);
        const unary =
          last === undefined || (last.kind === "mark" && last.mark === "x") || bigOperator(last) !== undefined;
        if (p.value === "pm" || p.value === "mp") {
          if (term.length > 0) flush();
          signs.push({ op: p.value, span: p.span });
          if (operands.length === 0) operands.push({ expr: num(0), outer: p.span });
        } else if (!unary) {
          flush();
          signs.push({ op: p.value, span: p.span });
        } else if (term.length > 0) term.push(p);
        else if (p.value === "sub") negative = negative === undefined ? p : fail("two signs");
      } else term.push(p);
    }
    flush();
    return this.folded(operands, signs);
  }

  /** `w_1x_1 + \cdots + w_dx_d`: read part by part, and no more is made of it. */
  private dotted(items: readonly Piece[]): Expr {
    const args: Expr[] = [];
    let part: Piece[] = [];
    const dots = items.find((p) => p.kind === "mark" && p.mark === "o")!;
    const isPlus = (p: Piece | undefined): boolean => p?.kind === "mark" && p.mark === "s" && p.value === "add";
    // Between plus signs they are of a sum, and have a sign for it.
    const at = items.indexOf(dots);
    const isSum = isPlus(items[at - 1]) && isPlus(items[at + 1]);
    const flush = (): void => {
      const isSign = (p: Piece | undefined): boolean =>
        p?.kind === "mark" && (p.mark === "s" || p.mark === "x" || p.mark === ",");
      while (isSign(part.at(-1))) part.pop();
      while (
        part.length > 1 &&
        isSign(part[0]) &&
        !(part[0]!.kind === "mark" && (part[0] as Piece & { kind: "mark" }).value === "sub" && args.length === 0)
      )
        part.shift();
      if (part.length > 0 && !isSign(part[0])) args.push(...splitAtCommas(part).map((x) => this.sum(x)));
      part = [];
    };
    for (const p of items) {
      if (p.kind === "mark" && p.mark === "o") flush();
      else part.push(p);
    }
    flush();
    return {
      kind: "call",
      name: "⋯",
      primes: 0,
      args,
      span: { start: items[0]!.span.start, end: items.at(-1)!.span.end },
      ...(isSum ? { opSpan: dots.span } : {}),
    };
  }

  /** Sums from left to right; `\pm` is a function of which nothing is known. */
  private folded(operands: readonly Operand[], signs: readonly Infix[]): Expr {
    if (!signs.some((s) => s.op === "pm" || s.op === "mp")) return foldRow(operands, signs).expr;
    if (operands.length <= signs.length) return fail("a sign with nothing behind it");
    let out = operands[0]!.expr;
    signs.forEach((s, i) => {
      const right = operands[i + 1]!.expr;
      const span = join(out, right);
      out =
        s.op === "pm" || s.op === "mp"
          ? { kind: "call", name: s.op, primes: 0, args: [out, right], span }
          : { ...binary(s.op, out, right), opSpan: s.span };
    });
    return out;
  }

  /** A product: runs of factors side by side, with signs between the runs. */
  protected product(written: readonly Piece[], negative?: Piece): Expr {
    const items = this.slashDerivatives(this.prefixed(written));
    const point = items.findLastIndex(isEvaluation);
    if (point > 0) {
      // A value at a point: the term before the bar.
      const value = this.evaluated(items.slice(0, point), items[point] as ScriptedPiece);
      const signed = negative === undefined ? value : this.negate(value, negative);
      const rest = items.slice(point + 1);
      const sign = rest[0]?.kind === "mark" && rest[0].mark === "x" ? rest[0] : undefined;
      if (rest.length === 0) return signed;
      return sign === undefined
        ? binary("mul", signed, this.product(rest))
        : this.between(sign, signed, this.product(rest.slice(1)));
    }
    const at = items.findIndex((_, i) => this.consumes(items, i));
    const word = at > 0 ? items[at - 1]! : undefined;
    const named = word?.kind === "scripted" ? word.base : word;
    if (word !== undefined && named?.kind === "mark" && named.mark === "w") {
      // `\log\sum_i e^{x_i}`: the function of the sum, and no product with it.
      const span = { start: word.span.start, end: items.at(-1)!.span.end };
      const scripts = word.kind === "scripted" ? word : undefined;
      const expr = this.functionOf(named, scripts, [this.consume(items.slice(at))], span);
      if (at === 1) return negative === undefined ? expr : this.negate(expr, negative);
      const last = items[at - 2]!;
      const sign = last.kind === "mark" && last.mark === "x" ? last : undefined;
      const left = this.product(items.slice(0, sign === undefined ? at - 1 : at - 2), negative);
      return sign === undefined ? binary("mul", left, expr) : this.between(sign, left, expr);
    }
    if (at > 0) {
      let before = items.slice(0, at);
      const last = before.at(-1)!;
      const sign = last.kind === "mark" && last.mark === "x" ? last : undefined;
      if (sign !== undefined) before = before.slice(0, -1);
      const left = this.product(before, negative);
      const right = this.consume(items.slice(at));
      return sign === undefined ? binary("mul", left, right) : this.between(sign, left, right);
    }
    if (at === 0) {
      const body = this.consume(items);
      return negative === undefined ? body : this.negate(body, negative);
    }
    const operands: Operand[] = [];
    const signs: (Piece & { kind: "mark" })[] = [];
    let run: Piece[] = [];
    const flush = (): void => {
      if (run.length === 0) fail("a factor is missing");
      // `1/2 x`: of numbers only the next factor stands below the bar.
      const over = operands.at(-1)?.expr;
      if (signs.at(-1)?.value === "div" && over?.kind === "number" && run[0]!.kind === "number" && run.length > 1) {
        for (let i = 0; i < run.length;) {
          const { expr, next } = this.factor(run, i);
          operands.push({ expr, outer: expr.span ?? { start: 0, end: 0 } });
          i = next;
          if (i < run.length) signs.push({ kind: "mark", mark: "x", value: "side by side", span: run[i]!.span });
        }
        run = [];
        return;
      }
      const lead = run[0]!;
      const minus = lead.kind === "mark" && lead.mark === "s" ? lead : undefined;
      const first = operands.length === 0 ? negative : undefined;
      const expr = this.juxtaposed(minus === undefined ? run : run.slice(1), minus?.value === "sub" ? minus : first);
      operands.push({ expr, outer: expr.span ?? { start: 0, end: 0 } });
      run = [];
    };
    for (const p of items) {
      if (p.kind === "mark" && p.mark === "x") {
        flush();
        signs.push(p);
      } else run.push(p);
    }
    flush();
    // `a / b`: a derivative written on one line, or a fraction.
    let out = operands[0]!.expr;
    signs.forEach((sign, i) => (out = this.between(sign, out, operands[i + 1]!.expr)));
    return out;
  }

  /** Factors side by side. */
  protected juxtaposed(items: readonly Piece[], negative?: Piece): Expr {
    let out: Expr | undefined;
    for (let i = 0; i < items.length;) {
      const bang = items[i]!;
      if (bang.kind === "mark" && bang.mark === "!" && out !== undefined) {
        // `k!` binds to the factor in front of it.
        const last: Expr = out.kind === "apply" && out.op === "mul" ? out.args[1]! : out;
        const of: Expr = {
          kind: "call",
          name: "factorial",
          primes: 0,
          args: [last],
          span: { start: last.span?.start ?? bang.span.start, end: bang.span.end },
        };
        out = last === out ? of : binary("mul", (out as Expr & { kind: "apply" }).args[0]!, of);
        i++;
        continue;
      }
      const { expr, next } = this.factor(items, i);
      const signed = out === undefined && negative !== undefined ? this.negate(expr, negative) : expr;
      // `dv dt` are forms, whose order matters, or an area.
      const isForm = (e: Expr | undefined): boolean =>
        e?.kind === "differential" && e.of.kind === "name" && this.know.kindOf(e.of.name) === "scalar";
      out =
        out === undefined
          ? signed
          : isForm(out) && isForm(signed)
            ? unknown("⟨dd⟩", [out, signed], join(out, signed))
            : binary("mul", out, signed);
      i = next;
    }
    return out ?? fail("nothing here");
  }

  private negate(e: Expr, minus: Piece): Expr {
    const span = { start: minus.span.start, end: e.span?.end ?? minus.span.end };
    // A minus in front belongs to the first factor, as in `.mcalc`.
    if (e.kind === "number") return { ...num(-e.value), span };
    return { ...apply("neg", e), span, opSpan: minus.span };
  }

  /** Whether the piece at `i` takes the rest of its product: a sum sign, an operator of differentiation. */
  private consumes(items: readonly Piece[], i: number): boolean {
    const p = items[i]!;
    const big = bigOperator(p);
    if (big !== undefined) return !REACHING.has(big.value) && !this.appliedDirectly(items, i);
    if (p.kind === "fraction" && i + 1 < items.length) {
      const d = this.derivativeFraction(p);
      return d !== undefined && d.over.length === 0;
    }
    const mark = p.kind === "scripted" ? p.base : p;
    if (mark.kind === "mark" && mark.mark === "v" && i + 1 < items.length) return this.gradientReaches(items, i);
    if (
      p.kind === "scripted" &&
      p.base.kind === "mark" &&
      p.base.mark === "d" &&
      p.sub !== undefined &&
      i + 1 < items.length
    )
      return true;
    return false;
  }

  private consume(items: readonly Piece[]): Expr {
    const p = items[0]!;
    const span = { start: p.span.start, end: items.at(-1)!.span.end };
    const big = bigOperator(p);
    if (big !== undefined) return this.big(big, items.slice(1), span);
    if (p.kind === "fraction") {
      const d = this.derivativeFraction(p)!;
      const wrt = tryTo(d.wrt);
      const of = this.product(items.slice(1));
      if (wrt === undefined) return unknown("d/d", [of, this.opaque(p.under)], span);
      return derivativeNode(of, wrt.names, wrt.transposed, span);
    }
    if (p.kind === "scripted" && p.base.kind === "mark" && p.base.mark === "d") {
      const of = this.product(items.slice(1));
      const variables = tryTo(() => this.variables(p.sub!, p.sup));
      // `\partial_1 f`: by the first argument.
      if (variables === undefined) return unknown(`∂${scriptText([...p.sub!, ...(p.sup ?? [])]) ?? ""}`, [of], span);
      return derivativeNode(of, variables, false, span);
    }
    return this.gradient(p, this.product(items.slice(1)), span);
  }
}
