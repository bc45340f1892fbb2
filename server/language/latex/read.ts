import { apply, type Expr, name as nameNode, num, type Span } from "../../core/ast";
import { operator } from "../../operators";
import { foldRow, type Infix, type Operand } from "../sequence";
import { scriptText, symbolName } from "./names";
import { fail, type Knowledge, type Spellings, tryTo, UNSETTLED } from "./knowledge";
import { EXPECTATIONS, EXTREMES, NO_POWERS, NORMS, REACHING, SQUARE_FUNCTIONS } from "./letters";
import {
  type BigOperator, bigOperator, derivativeSign, DOTS, indexLabels, isDot, isInnerProduct, isOperandLike, isPower, isTranspose, splitAtCommas,
  sumSign, tidy,
} from "./looks"; // prettier-ignore
import type { GroupPiece, Piece, ScriptedPiece, SymbolPiece } from "./pieces";
import { binary, derivativeNode, infix, isEntryLike, join, unknown } from "./trees";

export { type Kind, type Knowledge, NotUnderstood, type Spellings, UNSETTLED } from "./knowledge";
export { isTranspose, tidy } from "./looks";

export class Reader {
  /** Unknown sizes met so far: of `I`, `\mathbf{1}`, `\mathbf{0}`. */
  private sizes = 0;
  /** Readings that could as well have been meant differently; a claim that fails may yet be right. */
  ambiguous = false;
  readonly spellings: Spellings = new Map();

  constructor(
    private readonly text: string,
    private readonly know: Knowledge,
  ) {}

  /** Remembers how a name is written. */
  spell(name: string, span: Span): void {
    if (!this.spellings.has(name)) this.spellings.set(name, this.text.slice(span.start, span.end));
  }

  /** A whole side of a formula. */
  expression(pieces: readonly Piece[]): Expr {
    return this.sum(tidy(pieces));
  }

  /** `\Delta t`: one name. */
  private prefixed(items: readonly Piece[]): readonly Piece[] {
    if (!items.some((p) => p.kind === "symbol" && (p.name === "Delta" || p.name === "delta"))) return items;
    const out: Piece[] = [];
    for (let i = 0; i < items.length; i++) {
      const p = items[i]!;
      const next = items[i + 1];
      if (
        p.kind === "symbol" &&
        (p.name === "Delta" || p.name === "delta") &&
        p.accents.length === 0 &&
        next !== undefined &&
        this.know.isPrefix(p.name)
      ) {
        const core = next.kind === "scripted" ? next.base : next;
        if (core.kind === "symbol") {
          const joined: SymbolPiece = {
            ...core,
            name: `${p.name}_${symbolName(core, this.know.styleMatters)}`,
            style: "",
            accents: [],
            span: { start: p.span.start, end: core.span.end },
          };
          out.push(
            next.kind === "scripted"
              ? { ...next, base: joined, span: { start: p.span.start, end: next.span.end } }
              : joined,
          );
          i++;
          continue;
        }
      }
      out.push(p);
    }
    return out;
  }

  // ---------------------------------------------------------------- sums and products

  private sum(written: readonly Piece[]): Expr {
    const items = written.some((p) => p.kind === "scripted" && p.base.kind === "symbol" && p.base.name === "Sigma")
      ? written.map((p, i) => sumSign(p, written.slice(i + 1)))
      : written;
    if (items.length === 0) fail("nothing here");
    const point = items.findIndex((p) => p.kind === "mark" && p.mark === "at");
    if (point > 0) {
      // A value at a point: what is before the bar, of which only the point is known.
      const bar = items[point] as Piece & { kind: "mark" };
      const value: Expr = {
        kind: "call",
        name: "at",
        primes: 0,
        args: [this.sum(items.slice(0, point)), nameNode(`⟨${bar.value}⟩`)],
        span: { start: items[0]!.span.start, end: bar.span.end },
      };
      if (point === items.length - 1) return value;
      const rest = items.slice(point + 1);
      const sign = rest[0]!;
      if (sign.kind === "mark" && sign.mark === "s")
        return binary(sign.value === "sub" ? "sub" : "add", value, this.sum(rest.slice(1)));
      return binary("mul", value, this.product(sign.kind === "mark" && sign.mark === "x" ? rest.slice(1) : rest));
    }
    if (items.some((p) => p.kind === "mark" && p.mark === "o")) return this.dotted(items);
    // Limits, extrema and integrals reach to the end.
    const reaching = items.findIndex((p) => REACHING.has(bigOperator(p)?.value ?? ""));
    if (reaching >= 0 && !this.appliedDirectly(items, reaching)) {
      const rest = this.reaching(items.slice(reaching));
      if (reaching === 0) return rest;
      const before = items.slice(0, reaching);
      const last = before.at(-1)!;
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
        const unary = term.length === 0 || (last!.kind === "mark" && last!.mark === "x");
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
    };
  }

  /** Sums from left to right; `\pm` is a function of which nothing is known. */
  private folded(operands: readonly Operand[], signs: readonly Infix[]): Expr {
    if (!signs.some((s) => s.op === "pm" || s.op === "mp")) return foldRow(operands, signs).expr;
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
  private product(written: readonly Piece[], negative?: Piece): Expr {
    const items = this.slashDerivatives(this.prefixed(written));
    const at = items.findIndex((_, i) => this.consumes(items, i));
    if (at > 0) {
      let before = items.slice(0, at);
      const last = before.at(-1)!;
      const sign = last.kind === "mark" && last.mark === "x" ? last : undefined;
      if (sign !== undefined) before = before.slice(0, -1);
      const left = this.product(before, negative);
      const right = this.consume(items.slice(at));
      return sign === undefined ? binary("mul", left, right) : { ...infix(sign.value, left, right), opSpan: sign.span };
    }
    if (at === 0) {
      const body = this.consume(items);
      return negative === undefined ? body : this.negate(body, negative);
    }
    const operands: Operand[] = [];
    const signs: Infix[] = [];
    let run: Piece[] = [];
    const flush = (): void => {
      if (run.length === 0) fail("a factor is missing");
      // `1/2 x`: of numbers only the next factor stands below the bar.
      const over = operands.at(-1)?.expr;
      if (signs.at(-1)?.op === "div" && over?.kind === "number" && run[0]!.kind === "number" && run.length > 1) {
        for (let i = 0; i < run.length;) {
          const { expr, next } = this.factor(run, i);
          operands.push({ expr, outer: expr.span ?? { start: 0, end: 0 } });
          i = next;
          if (i < run.length) signs.push({ op: "times", span: run[i]!.span });
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
        signs.push({ op: p.value, span: p.span });
      } else run.push(p);
    }
    flush();
    // `a / b`: a derivative written on one line, or a fraction.
    let out = operands[0]!.expr;
    for (let i = 0; i < signs.length; i++) {
      const sign = signs[i]!;
      out = { ...infix(sign.op, out, operands[i + 1]!.expr), opSpan: sign.span };
    }
    return out;
  }

  /** `\partial J/\partial W`, `dy/dx`: derivatives on one line become fractions. */
  private slashDerivatives(items: readonly Piece[]): readonly Piece[] {
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

  /** Factors side by side. */
  private juxtaposed(items: readonly Piece[], negative?: Piece): Expr {
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
      out = out === undefined ? signed : binary("mul", out, signed);
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

  // ---------------------------------------------------------------- what takes everything behind it

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
      return derivativeNode(this.product(items.slice(1)), this.variables(p.sub!, p.sup), false, span);
    }
    return this.gradient(p, this.product(items.slice(1)), span);
  }

  /** `\max(0, x)`: brackets right behind an extremum without bounds are its arguments. */
  private appliedDirectly(items: readonly Piece[], i: number): boolean {
    const p = items[i]!;
    const next = items[i + 1];
    if (p.kind === "mark" && (p.value === "prod" || p.value === "sum")) {
      return (
        next?.kind === "group" &&
        next.open === "(" &&
        (tidy(next.items).some((x) => x.kind === "mark" && x.mark === ",") ||
          (p.value === "sum" && this.text[p.span.start] !== "\\"))
      );
    }
    return (
      p.kind === "mark" &&
      (p.value === "max" || p.value === "min" || p.value === "Pr" || p.value === "sup" || p.value === "inf") &&
      next !== undefined &&
      next.kind === "group" &&
      "([j".includes(next.open)
    );
  }

  /** `\sum_{i=1}^n body`. */
  private big(p: BigOperator, rest: readonly Piece[], span: Span): Expr {
    if (rest.length === 0) fail("nothing to sum");
    const body = this.product(rest);
    if (p.value !== "sum") {
      const bounds = [
        ...(p.sub === undefined ? [] : [this.opaque(p.sub)]),
        ...(p.sup === undefined ? [] : [this.opaque(p.sup)]),
      ];
      return { kind: "call", name: p.value, primes: 0, args: [...bounds, body], span };
    }
    const sub = p.sub === undefined ? [] : tidy(p.sub);
    const equals = sub.findIndex((x) => x.kind === "mark" && x.mark === "r" && x.value === "=");
    const sup = p.sup === undefined ? undefined : tidy(p.sup);
    if (equals > 0 && sup !== undefined && sup.length > 0) {
      const variables = this.indexNames(sub.slice(0, equals));
      if (variables === undefined)
        return { kind: "call", name: "sum", primes: 0, args: [this.opaque(sub), this.opaque(sup), body], span };
      const from = this.sum(sub.slice(equals + 1));
      const to = this.sum(sup);
      let out: Expr = body;
      for (const v of [...variables].reverse()) out = { kind: "sumover", variable: v, from, to, body: out, span };
      return out;
    }
    const variables = this.indexNames(sub);
    if (variables !== undefined && variables.length > 0) {
      let out: Expr = body;
      for (const v of [...variables].reverse()) {
        const to: Expr = sup === undefined || sup.length === 0 ? nameNode(this.size()) : this.sum(sup);
        out = { kind: "sumover", variable: v, from: num(1), to, body: out, span };
      }
      return out;
    }
    return {
      kind: "call",
      name: "sum",
      primes: 0,
      args: [...(sub.length === 0 ? [] : [this.opaque(sub)]), body],
      span,
    };
  }

  /** `i`, `i,j`, `ij`: the indices of a sum. */
  private indexNames(pieces: readonly Piece[]): string[] | undefined {
    const out: string[] = [];
    for (const p of pieces) {
      if (p.kind === "mark" && p.mark === ",") continue;
      if (p.kind !== "symbol") return undefined;
      out.push(this.symbol(p));
    }
    return out;
  }

  /** Limits, extrema, integrals: functions of which nothing is known, applied to all that follows. */
  private reaching(items: readonly Piece[]): Expr {
    const p = bigOperator(items[0]!)!;
    let rest = items.slice(1);
    let { value } = p;
    let sub = p.sub;
    const span = { start: items[0]!.span.start, end: items.at(-1)!.span.end };
    if (value === "arg" && rest.length > 0) {
      const second = bigOperator(rest[0]!);
      if (second !== undefined) {
        value = `arg${second.value}`;
        sub = second.sub ?? sub;
        rest = rest.slice(1);
      }
    }
    const bounds = [
      ...(sub === undefined ? [] : [this.opaque(sub)]),
      ...(p.sup === undefined ? [] : [this.opaque(p.sup)]),
    ];
    return {
      kind: "call",
      name: value,
      primes: 0,
      args: [...bounds, ...(rest.length === 0 ? [] : [this.sum(rest)])],
      span,
    };
  }

  /** What only has to be told apart from others: bounds, conditions. A name made of its text. */
  private opaque(pieces: readonly Piece[]): Expr {
    const first = pieces[0];
    const last = pieces.at(-1);
    if (first === undefined || last === undefined) return nameNode("∅");
    const label = scriptText(pieces) ?? this.text.slice(first.span.start, last.span.end).replace(/\s+/g, "");
    return { ...nameNode(`⟨${label}⟩`), span: { start: first.span.start, end: last.span.end } };
  }

  // ---------------------------------------------------------------- factors

  private factor(items: readonly Piece[], i: number): { expr: Expr; next: number } {
    const p = items[i]!;
    switch (p.kind) {
      case "number":
        return { expr: { ...num(Number(p.text)), span: p.span }, next: i + 1 };
      case "symbol":
        return this.symbolFactor(p, p, items, i);
      case "scripted":
        return this.scriptedFactor(p, items, i);
      case "group":
        return { expr: this.group(p), next: i + 1 };
      case "fraction":
        return this.fraction(p, items, i);
      case "root": {
        const body = this.expression(p.body);
        if (p.degree === undefined) return { expr: { ...apply("sqrt", body), span: p.span }, next: i + 1 };
        return {
          expr: { ...apply("pow", body, apply("div", num(1), this.expression(p.degree))), span: p.span },
          next: i + 1,
        };
      }
      case "matrix":
        return { expr: this.matrix(p), next: i + 1 };
      case "text":
        return { expr: this.named(p.text.replace(/\s+/g, "_"), p.span), next: i + 1 };
      case "stacked":
        return { expr: this.expression(p.base), next: i + 1 };
      case "mark":
        return this.markFactor(p, items, i);
    }
  }

  private markFactor(p: Piece & { kind: "mark" }, items: readonly Piece[], i: number): { expr: Expr; next: number } {
    switch (p.mark) {
      case "w":
        return this.application(p, undefined, items, i);
      case "d":
        return this.differential(p, items, i, 1);
      case "v":
        return this.nabla(p, items, i);
      case "b":
        if (this.appliedDirectly(items, i)) return this.application(p, undefined, items, i);
        return fail("a big operator here");
      default:
        return fail(`the sign ${p.value} here`);
    }
  }

  private symbol(p: SymbolPiece): string {
    const name = symbolName(p, this.know.styleMatters);
    this.spell(name, p.span);
    return name;
  }

  private named(name: string, span: Span): Expr {
    this.spell(name, span);
    return { kind: "name", name, span };
  }

  /** A name for a size that is not written: `I` is n×n for some n. */
  private size(): string {
    return `?${++this.sizes}`;
  }

  /** A letter: a constant, a differential, a function with its argument, or a variable. */
  private symbolFactor(p: SymbolPiece, whole: Piece, items: readonly Piece[], i: number): { expr: Expr; next: number } {
    if (p.name === "d" && p.style === "" && p.accents.length === 0 && this.isDifferential(items, i))
      return this.differential(p, items, i, 1);
    const constant = this.constant(p, undefined, whole.span);
    if (constant !== undefined) return { expr: constant, next: i + 1 };
    const name = this.symbol(p);
    const called = this.called(name, 0, items, i, whole.span);
    if (called !== undefined) return called;
    return { expr: this.named(name, whole.span), next: i + 1 };
  }

  /** `I`, `\mathbf{1}`, `\mathbf{0}`, with or without their size. */
  private constant(p: SymbolPiece, sub: readonly Piece[] | undefined, span: Span): Expr | undefined {
    if (p.accents.length > 0) return undefined;
    const name = p.name;
    const isIdentity =
      name === "I" &&
      this.know.kindOf(this.symbol(p)) === undefined &&
      !(sub !== undefined && this.know.numbersIdentities);
    const isOnes = name === "1" && (p.style === "bold" || p.style === "bb");
    const isZeros = name === "0" && p.style === "bold";
    if (!isIdentity && !isOnes && !isZeros) return undefined;
    const sizes = this.sizesOf(sub);
    if (sizes === undefined) return undefined;
    const op = isIdentity ? "eye" : isOnes ? "ones" : "zeros";
    if (op === "eye")
      return sizes.length > 2 ? undefined : { ...apply("eye", sizes[0] ?? nameNode(this.size())), span };
    if (sizes.length === 0)
      return {
        ...(op === "zeros"
          ? apply("zeros", nameNode(this.size()), nameNode(this.size()))
          : apply("ones", nameNode(this.size()))),
        span,
      };
    return sizes.length > 2 ? undefined : { ...apply(op, ...sizes), span };
  }

  /** `n`, `m \times n`, `m,n` in a subscript; `undefined` for what is no size. */
  private sizesOf(sub: readonly Piece[] | undefined): Expr[] | undefined {
    if (sub === undefined) return [];
    const out: Expr[] = [];
    let part: Piece[] = [];
    const flush = (): boolean => {
      try {
        out.push(this.sum(tidy(part)));
      } catch {
        return false;
      }
      part = [];
      return true;
    };
    for (const p of sub) {
      if (p.kind === "mark" && ((p.mark === "x" && p.value === "times") || p.mark === ",")) {
        if (!flush()) return undefined;
      } else if (
        p.kind === "symbol" ||
        p.kind === "number" ||
        (p.kind === "mark" && (p.mark === "s" || p.mark === "x")) ||
        p.kind === "scripted"
      )
        part.push(p);
      else return undefined;
    }
    return flush() ? out : undefined;
  }

  /** A function of the note applied: `f(x)`, `f'(x)`, `p(x \mid \mu)`. */
  private called(
    name: string,
    primes: number,
    items: readonly Piece[],
    i: number,
    span: Span,
  ): { expr: Expr; next: number } | undefined {
    const next = items[i + 1];
    if (next === undefined) return undefined;
    const plain = next.kind === "scripted" ? next.base : next;
    if (plain.kind !== "group" || !"([j".includes(plain.open)) return undefined;
    const operatorLetter = name.split("_")[0]!;
    // An expectation or a probability takes whatever stands in its brackets.
    if (
      primes === 0 &&
      (EXPECTATIONS.has(operatorLetter) ||
        (plain.open !== "(" && SQUARE_FUNCTIONS.has(operatorLetter) && this.know.kindOf(name) !== "vector"))
    ) {
      const call: Expr = {
        kind: "call",
        name,
        primes: 0,
        args: this.args(plain),
        span: { start: span.start, end: plain.span.end },
        opSpan: span,
      };
      return { expr: next.kind === "scripted" ? this.scripted(call, next) : call, next: i + 2 };
    }
    if (plain.open === "j") return undefined;
    // `\delta (a)^T`: the brackets are there for the transpose.
    if (
      primes === 0 &&
      next.kind === "scripted" &&
      next.sup !== undefined &&
      isTranspose(next.sup, this.know) &&
      tidy(plain.items).length === 1 &&
      this.know.kindOf(name) !== "function"
    )
      return undefined;
    if (
      plain.open === "[" &&
      primes === 0 &&
      !SQUARE_FUNCTIONS.has(name) &&
      !(/^[fgh]$/.test(name) && this.know.isFunction(name, []))
    )
      return undefined;
    if (primes === 0 && !this.know.isFunction(name, tidy(plain.items))) return undefined;
    const args = this.args(plain);
    const end = plain.span.end;
    const call: Expr = { kind: "call", name, primes, args, span: { start: span.start, end }, opSpan: span };
    return { expr: next.kind === "scripted" ? this.scripted(call, next) : call, next: i + 2 };
  }

  /** Arguments in brackets: commas, semicolons and the bar of a condition part them. */
  private args(g: GroupPiece): Expr[] {
    const parts: Piece[][] = [[]];
    for (const p of tidy(g.items)) {
      if (p.kind === "mark" && (p.mark === "," || p.mark === "m" || p.mark === "|")) parts.push([]);
      else parts.at(-1)!.push(p);
    }
    if (parts.at(-1)!.length === 0) parts.pop();
    return parts.map((part) => {
      const relation = part.findIndex((p) => p.kind === "mark" && p.mark === "r");
      return relation >= 0 || part.some((p) => p.kind === "mark" && p.mark === "o") || part.length === 0 || isDot(part)
        ? this.opaque(part)
        : this.sum(part);
    });
  }

  /** `\log x`, `\operatorname{tr}(AB)`, `\det A`, `\log|X|`. */
  private application(
    p: Piece & { kind: "mark" },
    scripts: ScriptedPiece | undefined,
    items: readonly Piece[],
    i: number,
  ): { expr: Expr; next: number } {
    const start = p.span.start;
    const next = items[i + 1];
    if (next === undefined) return { expr: this.named(p.value, p.span), next: i + 1 };
    let args: Expr[];
    let end: number;
    let after = i + 2;
    let outer: ScriptedPiece | undefined;
    const plain = next.kind === "scripted" ? next.base : next;
    if (plain.kind === "group" && "([{j".includes(plain.open)) {
      args = plain.open === "{" && next.kind === "scripted" ? [this.factor(items, i + 1).expr] : this.args(plain);
      end = next.span.end;
      if (next.kind === "scripted" && plain.open !== "{") outer = next;
    } else {
      const taken = this.argument(p.value, items, i + 1);
      args = [taken.expr];
      end = items[taken.next - 1]!.span.end;
      after = taken.next;
    }
    const span = { start, end: outer === undefined ? end : plain.span.end };
    let expr: Expr = this.functionOf(p, scripts, args, span);
    if (outer !== undefined) expr = this.scripted(expr, outer);
    return { expr, next: after };
  }

  private functionOf(p: Piece & { kind: "mark" }, scripts: ScriptedPiece | undefined, args: Expr[], span: Span): Expr {
    let op = p.value;
    const sub = scripts?.sub === undefined ? undefined : scriptText(scripts.sub);
    if (op === "log" && sub === "e") op = "log";
    else if (sub !== undefined && op !== "min" && op !== "max") op = `${op}_${sub}`;
    else if (op === "min" || op === "max") {
      if (op === "max" && args.length === 2 && args.some((a) => a.kind === "number" && a.value === 0)) {
        return { ...apply("relu", args.find((a) => !(a.kind === "number" && a.value === 0)) ?? num(0)), span };
      }
      if (op === "max" && args.length === 1 && scripts?.sub === undefined)
        return { ...apply("max", ...args), span, opSpan: p.span };
      return { kind: "call", name: op, primes: 0, args, span };
    }
    const known = operator(op);
    const fits =
      known !== undefined && known.group !== "sign" && args.length >= known.arity[0] && args.length <= known.arity[1];
    let out: Expr;
    if (!fits || (scripts?.primes ?? 0) > 0)
      out = { kind: "call", name: op, primes: scripts?.primes ?? 0, args, span, opSpan: p.span };
    else out = { kind: "apply", op: op === "exp" ? UNSETTLED.exp : op, args, span, opSpan: p.span };
    if (scripts?.sup !== undefined) {
      const inverse = scriptText(scripts.sup);
      if (inverse === "-1") return { kind: "call", name: `${op}^-1`, primes: 0, args, span };
      out = this.superscript(out, scripts.sup, { start: span.start, end: span.end });
    }
    return out;
  }

  /** The argument of a function written without brackets. */
  private argument(op: string, items: readonly Piece[], from: number): { expr: Expr; next: number } {
    const whole = op === "tr" || op === "det" || op === "vec" || op === "diag" || op === "rank" || op === "logdet";
    let i = from;
    let out: Expr | undefined;
    while (i < items.length) {
      const p = items[i]!;
      const core = p.kind === "scripted" ? p.base : p;
      const isWord = core.kind === "mark" && core.mark === "w";
      if (
        out !== undefined &&
        (isWord ||
          (core.kind === "mark" && core.mark !== "d") ||
          (!whole && (core.kind === "group" || core.kind === "fraction" || core.kind === "matrix")))
      )
        break;
      if (core.kind === "mark" && core.mark === "s") break;
      const { expr, next } = this.factor(items, i);
      out = out === undefined ? expr : binary("mul", out, expr);
      i = next;
      if (isWord) break;
    }
    return { expr: out ?? fail("an argument is missing"), next: i };
  }

  private group(p: GroupPiece): Expr {
    const items = tidy(p.items);
    if (items.some((x) => x.kind === "mark" && x.mark === "r")) {
      // `[X = x]`, sets: told apart, no more.
      return { kind: "call", name: "{}", primes: 0, args: [this.opaque(items)], span: p.span };
    }
    const comma = items.some((x) => x.kind === "mark" && (x.mark === "," || x.mark === "m"));
    const open = p.open === "P" ? "N" : p.open === "p" ? "|" : p.open;
    if (open === "|")
      return { ...apply(UNSETTLED.bars, isDot(items) ? this.opaque(items) : this.sum(items)), span: p.span };
    if (open === "N") return { ...apply("norm2", isDot(items) ? this.opaque(items) : this.sum(items)), span: p.span };
    if (open === "<") {
      const args = this.args(p);
      if (args.length === 2) return { ...apply("dot", ...args), span: p.span };
      return { kind: "literal", rows: args.map((a) => [a]), span: p.span };
    }
    if (open === "j") return { kind: "call", name: "{}", primes: 0, args: this.args(p), span: p.span };
    // `\overline{AB}`: an operation, or a name, that nothing explains.
    if (open === "c") return unknown(p.close, [this.sum(items)], p.span);
    if (comma) {
      const args = this.args(p);
      if (items.some((x) => x.kind === "mark" && x.mark === "o"))
        return { kind: "call", name: "⋯", primes: 0, args, span: p.span };
      // `(x_1, x_2)` is a column; `[a, b]` stands side by side.
      if (open === "[") return { kind: "literal", rows: [args], span: p.span };
      return { kind: "literal", rows: args.map((a) => [a]), span: p.span };
    }
    if (open === "[" && p.close === "]") {
      const cells = this.spacedCells(p.items);
      if (cells !== undefined) return { kind: "literal", rows: [cells], span: p.span };
    }
    if (items.length === 0) fail("empty brackets");
    const inner = this.sum(items);
    // Square brackets around an entry make a matrix of all such entries: told apart from its entry.
    if (open === "[" && p.close === "]" && isEntryLike(inner))
      return { kind: "call", name: "[]", primes: 0, args: [inner], span: p.span };
    return inner;
  }

  /** `[1 \quad 0]`: cells parted by wide spaces. */
  private spacedCells(items: readonly Piece[]): Expr[] | undefined {
    const parts: Piece[][] = [[]];
    for (const p of items) {
      if (p.kind === "mark" && p.mark === ".") parts.push([]);
      else parts.at(-1)!.push(p);
    }
    const cells = parts.filter((part) => part.length > 0);
    return cells.length < 2 ? undefined : cells.map((part) => this.expression(part));
  }

  private fraction(p: Piece & { kind: "fraction" }, items: readonly Piece[], i: number): { expr: Expr; next: number } {
    if (p.binomial)
      return {
        expr: {
          kind: "call",
          name: "binom",
          primes: 0,
          args: [this.expression(p.over), this.expression(p.under)],
          span: p.span,
        },
        next: i + 1,
      };
    const d = this.derivativeFraction(p);
    if (d !== undefined) {
      const wrt = tryTo(d.wrt);
      // By an expression (`\partial \Sigma^{-1}`, `\partial \operatorname{vec}(X)^T`): its meaning is a convention.
      if (wrt === undefined) {
        const of = d.over.length === 0 ? [] : [this.sum(d.over)];
        return { expr: unknown("d/d", [...of, this.opaque(p.under)], p.span), next: i + 1 };
      }
      if (d.over.length === 0) {
        // An operator with nothing behind it.
        return { expr: { kind: "call", name: "d/d", primes: 0, args: wrt.names as Expr[], span: p.span }, next: i + 1 };
      }
      const expr = derivativeNode(this.sum(d.over), wrt.names, wrt.transposed, p.span);
      // `\frac{\partial f}{\partial x}(x)`: the point, when it is the variable itself.
      const point = items[i + 1];
      if (point?.kind === "group" && point.open === "(") {
        const inner = tidy(point.items);
        const only = inner.length === 1 ? inner[0]! : undefined;
        const one = wrt.names[0];
        if (only?.kind === "symbol" && one?.kind === "name" && this.symbol(only) === one.name)
          return { expr, next: i + 2 };
      }
      return { expr, next: i + 1 };
    }
    return { expr: { ...apply("div", this.expression(p.over), this.expression(p.under)), span: p.span }, next: i + 1 };
  }

  private matrix(p: Piece & { kind: "matrix" }): Expr {
    if (/cases/.test(p.environment)) {
      return {
        kind: "call",
        name: "cases",
        primes: 0,
        args: p.rows.map((row) => this.opaque(row.flat())),
        span: p.span,
      };
    }
    // `\begin{array}{l} \min f(x) \\\\ s.t. & x > 0 \end{array}`: assertions one below the other, no matrix.
    const isRelated = (cell: readonly Piece[]): boolean => cell.some((x) => x.kind === "mark" && x.mark === "r");
    if (p.rows.some((row) => row.some(isRelated)))
      return unknown(
        "{}",
        p.rows.map((row) => this.opaque(row.flat())),
        p.span,
      );
    const rows = p.rows.map((row) => row.map((cell) => (isDot(tidy(cell)) ? [DOTS] : tidy(cell))));
    const dotted = rows.some((row) =>
      row.some((cell) => cell.length === 0 || cell.some((x) => x.kind === "mark" && x.mark === "o")),
    );
    if (dotted) {
      // Of a matrix with dots, what is written is kept: its corners tell its size.
      const cells = rows.map((row) =>
        row.map((cell) =>
          cell.length === 0 || cell.some((x) => x.kind === "mark" && x.mark === "o") ? nameNode("⋯") : this.sum(cell),
        ),
      );
      return {
        kind: "call",
        name: "⋯",
        primes: 0,
        args: [{ kind: "literal", rows: cells, span: p.span }],
        span: p.span,
      };
    }
    const wide = Math.max(...rows.map((r) => r.length));
    if (rows.some((r) => r.length !== wide)) fail("rows of different lengths");
    const literal: Expr = { kind: "literal", rows: rows.map((row) => row.map((cell) => this.sum(cell))), span: p.span };
    if (p.environment === "vmatrix") return { ...apply("det", literal), span: p.span };
    if (p.environment === "Vmatrix") return { ...apply("norm2", literal), span: p.span };
    return literal;
  }

  // ---------------------------------------------------------------- scripts

  private scriptedFactor(p: ScriptedPiece, items: readonly Piece[], i: number): { expr: Expr; next: number } {
    const { base } = p;
    if (base.kind === "mark") {
      if (base.mark === "w") return this.application(base, p, items, i);
      if (base.mark === "v") return this.nabla(p, items, i);
      if (base.mark === "d") {
        if (p.sub === undefined && p.sup !== undefined)
          return this.differential(base, items, i, Number(scriptText(p.sup)) || fail("an order"));
        return fail("a derivative of nothing");
      }
      if (base.mark === "b" && this.appliedDirectly([base, ...items.slice(i + 1)], 0))
        return this.application(base, p, items, i);
      return fail(`the sign ${base.value} here`);
    }
    if (base.kind === "symbol") return this.scriptedSymbol(base, p, items, i);
    if (base.kind === "number" && p.sub !== undefined && (base.text === "1" || base.text === "0")) {
      const constant = this.constant(
        { kind: "symbol", name: base.text, style: "bold", accents: [], span: base.span },
        p.sub,
        p.span,
      );
      if (constant !== undefined)
        return { expr: p.sup === undefined ? constant : this.superscript(constant, p.sup, p.span), next: i + 1 };
    }
    if (base.kind === "group" && base.close === "|" && base.open !== "|" && p.sub !== undefined) {
      // `\left. … \right|_{x=a}`
      return {
        expr: {
          kind: "call",
          name: "at",
          primes: 0,
          args: [this.sum(tidy(base.items)), this.opaque(p.sub)],
          span: p.span,
        },
        next: i + 1,
      };
    }
    if (base.kind === "group" && base.open === "u") return { expr: this.expression(base.items), next: i + 1 }; // the words under a brace
    if (
      base.kind === "group" &&
      (base.open === "N" || base.open === "P" || base.open === "|" || base.open === "p") &&
      p.sub !== undefined
    ) {
      const norm = this.norm(base, p.sub, p.span);
      return { expr: p.sup === undefined ? norm : this.superscript(norm, p.sup, p.span), next: i + 1 };
    }
    if (base.kind === "group" && base.open === "{" && base.items.length === 1) {
      // `{\mathbf{W}^{(2)}}^\top`, `{w}_i`
      const only = base.items[0]!;
      if (only.kind === "symbol") return this.scriptedSymbol(only, p, items, i);
    }
    if (base.kind === "text") {
      const named: SymbolPiece = {
        kind: "symbol",
        name: base.text.replace(/\s+/g, "_"),
        style: "",
        accents: [],
        span: base.span,
      };
      return this.scriptedSymbol(named, p, items, i);
    }
    const value = this.factor([base], 0).expr;
    // `(a, b)^T` is the column that `(a, b)` is.
    if (
      base.kind === "group" &&
      base.open === "(" &&
      value.kind === "literal" &&
      p.sub === undefined &&
      p.sup !== undefined &&
      isTranspose(p.sup, this.know)
    )
      return { expr: { ...value, span: p.span }, next: i + 1 };
    if (p.sup !== undefined && p.sub === undefined && /^(?:th|st|nd|rd)$/.test(scriptText(p.sup) ?? ""))
      return { expr: value, next: i + 1 };
    return { expr: this.scripted(value, p), next: i + 1 };
  }

  /** `\|x\|_2`, `\|X\|_F`, `\|w\|_1`. */
  private norm(base: GroupPiece, sub: readonly Piece[], span: Span): Expr {
    const which = scriptText(sub) ?? fail("which norm");
    const items = tidy(base.items);
    const inner = isDot(items) ? this.opaque(items) : this.sum(items);
    const op = NORMS[which];
    if (op !== undefined) return { ...apply(op, inner), span };
    return { kind: "call", name: `norm_${which}`, primes: 0, args: [inner], span };
  }

  /** Scripts behind a value that is no name: entries, primes, powers. */
  private scripted(value: Expr, p: ScriptedPiece): Expr {
    let out = value;
    const entry = p.sub === undefined || isInnerProduct(p.base) ? undefined : this.indices(p.sub);
    if (p.sub !== undefined && entry === undefined) {
      // `[a]_\times`, `\langle x, y \rangle_A`: of the usual inner products only the label differs.
      const label = scriptText(p.sub) ?? fail("this subscript");
      if (!(isInnerProduct(p.base) && NORMS[label] === "norm2")) out = unknown(`_${label}`, [out], p.span);
    }
    if (entry !== undefined && !p.subFirst && p.sup !== undefined) {
      out = this.superscript(out, p.sup, p.span);
      return { kind: "index", base: out, indices: entry, span: p.span };
    }
    if (entry !== undefined) {
      // `(A)_{ij}^T` is the entry of the transpose.
      if (p.sup !== undefined && isTranspose(p.sup, this.know)) {
        return { kind: "index", base: { ...apply("transpose", out), span: p.span }, indices: entry, span: p.span };
      }
      out = { kind: "index", base: out, indices: entry, span: p.span };
    }
    if (p.sup !== undefined) out = this.superscript(out, p.sup, p.span);
    if (p.primes > 0) {
      if (this.know.primes !== "transpose" && p.base.kind !== "group") fail("a prime here");
      for (let k = 0; k < p.primes; k++) out = { ...apply("transpose", out), span: p.span };
    }
    return out;
  }

  /** `ij`, `i,j`, `1`, `i,:`: indices of an entry; `undefined` for a label. */
  private indices(sub: readonly Piece[]): (Expr | null)[] | undefined {
    const out: (Expr | null)[] = [];
    const items = tidy(sub);
    if (items.some((p) => p.kind === "mark" && p.mark === ",")) {
      let part: Piece[] = [];
      const flush = (): void => {
        out.push(part.length === 0 || (part.length === 1 && part[0]!.kind === "mark") ? null : this.sum(part));
        part = [];
      };
      for (const p of items) {
        if (p.kind === "mark" && p.mark === "," && p.value !== ":") flush();
        else part.push(p);
      }
      flush();
      return out.length === 2 || out.length === 1 ? out : undefined;
    }
    if (items.some((p) => p.kind === "mark")) {
      if (items.some((p) => p.kind === "mark" && p.mark === "s") && items.every((p) => p.kind !== "text"))
        return [this.sum(items)];
      return undefined;
    }
    for (const p of items) {
      if (p.kind === "symbol" && p.name.length === 1) out.push(this.named(this.symbol(p), p.span));
      else if (p.kind === "number")
        for (const digit of items.length === 1 && p.text.length === 2 ? p.text : [p.text]) out.push(num(Number(digit)));
      else return undefined;
    }
    return out.length === 1 || out.length === 2 ? out : undefined;
  }

  /** A letter with scripts: parts of its name, an entry, a power, a transpose. */
  private scriptedSymbol(
    symbol: SymbolPiece,
    p: ScriptedPiece,
    items: readonly Piece[],
    i: number,
  ): { expr: Expr; next: number } {
    const done = (expr: Expr): { expr: Expr; next: number } => ({ expr, next: i + 1 });
    if (
      symbol.name === "d" &&
      symbol.style === "" &&
      p.sub === undefined &&
      p.sup !== undefined &&
      /^\d$/.test(scriptText(p.sup) ?? "") &&
      this.isDifferential(items, i)
    ) {
      return this.differential(symbol, items, i, Number(scriptText(p.sup)));
    }
    if (
      symbol.name === "D" &&
      symbol.style === "" &&
      p.sub !== undefined &&
      p.sup === undefined &&
      this.know.kindOf("D") === undefined &&
      items[i + 1] !== undefined &&
      this.isOperand(items[i + 1]!)
    ) {
      // `D_x f`
      const wrt = tryTo(() => this.variables(p.sub!, undefined));
      const of = items.slice(i + 1);
      if (wrt !== undefined && wrt.every((w) => w.kind === "name")) {
        return {
          expr: derivativeNode(this.juxtaposed(of), wrt, false, { start: p.span.start, end: of.at(-1)!.span.end }),
          next: items.length,
        };
      }
    }
    const constant = this.constant(
      symbol,
      p.sub,
      p.sub === undefined || p.sup === undefined
        ? p.span
        : { start: p.span.start, end: p.sub.at(-1)?.span.end ?? p.span.end },
    );
    if (constant !== undefined)
      return done(p.sup === undefined ? this.primed(constant, p) : this.superscript(constant, p.sup, p.span));
    if (
      symbol.name === "e" &&
      symbol.style === "" &&
      p.sub === undefined &&
      p.sup !== undefined &&
      symbol.accents.length === 0 &&
      this.isExponential(p.sup)
    ) {
      return done({ ...apply(UNSETTLED.exp, this.expression(p.sup)), span: p.span, opSpan: symbol.span });
    }
    const extreme = EXTREMES[symbol.name];
    if (extreme !== undefined && p.sub !== undefined && p.sup === undefined && scriptText(p.sub) === "max") {
      const of = items[i + 1];
      if (of?.kind === "group" && of.open === "(")
        return {
          expr: { ...apply(extreme, this.group(of)), span: { start: p.span.start, end: of.span.end } },
          next: i + 2,
        };
    }
    if (
      symbol.name === "K" &&
      symbol.style === "" &&
      p.sub !== undefined &&
      p.sup === undefined &&
      p.sub.some((x) => x.kind === "mark" && x.mark === ",")
    ) {
      const both = this.sizesOf(p.sub);
      if (both?.length === 2 && this.know.isSize(both)) return done({ ...apply("K", ...both), span: p.span });
    }
    if (
      this.know.kroneckerDelta &&
      symbol.name === "delta" &&
      symbol.style === "" &&
      p.sub !== undefined &&
      p.sup === undefined
    ) {
      const pair = this.indices(p.sub);
      if (pair?.length === 2)
        return done({ kind: "index", base: apply("eye", nameNode(this.size())), indices: pair, span: p.span });
    }

    // The subscript: an entry, or part of the name.
    let name = this.symbol(symbol);
    let value: Expr | undefined;
    let nameEnd = symbol.span.end;
    let entry: readonly Expr[] | undefined;
    if (p.sub !== undefined) {
      const label = scriptText(p.sub) ?? fail("this subscript");
      const names = indexLabels(p.sub);
      const found = names === undefined ? undefined : this.know.entryOf(symbol, names);
      if (found !== undefined) {
        const indices = this.indices(p.sub);
        if (indices !== undefined && indices.length === found.indices.length) {
          const transposed = p.sup !== undefined && isTranspose(p.sup, this.know) && found.indices.length === 2;
          const base: Expr = { kind: "name", name: found.base, span: symbol.span };
          value = {
            kind: "index",
            base: transposed ? { ...apply("transpose", base), span: p.span } : base,
            indices,
            span: p.span,
          };
          if (transposed) return done(value);
          entry = found.indices;
        }
      }
      if (value === undefined) {
        name += `_${label.replace(/^([\p{L}\p{N}]),([\p{L}\p{N}])$/u, "$1$2")}`;
        nameEnd = Math.max(nameEnd, p.sub.at(-1)?.span.end ?? nameEnd);
      }
    }
    // The superscript: part of the name, a transpose, a power.
    let sup = p.sup;
    if (sup !== undefined) {
      const part = this.nameSuperscript(symbol, sup);
      if (part !== undefined) {
        if (entry !== undefined) {
          // `x_j^{(i)}`: entry j of the i-th x.
          const old = value as Expr & { kind: "index" };
          const whole = `${(old.base as Expr & { kind: "name" }).name}${part.label}`;
          value = { ...old, base: { kind: "name", name: whole, span: p.span } };
        } else name += part.label;
        sup = part.rest;
        nameEnd = p.span.end;
      }
    }
    const span = { start: p.span.start, end: sup === undefined && p.primes === 0 ? p.span.end : nameEnd };
    if (value === undefined) {
      if (
        p.primes > 0 &&
        sup === undefined &&
        (this.know.primes !== "transpose" || this.know.kindOf(name) === "function")
      ) {
        const called = this.called(name, p.primes, items, i, { start: p.span.start, end: p.span.end });
        if (called !== undefined) return called;
        return done(this.named(name + "'".repeat(p.primes), p.span));
      }
      const group = items[i + 1];
      if (group !== undefined && (sup === undefined || isPower(sup))) {
        const called = this.called(name, 0, items, i, span);
        if (called !== undefined) {
          if (sup !== undefined)
            return {
              expr: this.superscript(called.expr, sup, {
                start: p.span.start,
                end: called.expr.span?.end ?? p.span.end,
              }),
              next: called.next,
            };
          return called;
        }
      }
      value = this.named(name, span);
      this.spellings.set(name, this.text.slice(span.start, span.end));
    }
    if (sup !== undefined) value = this.superscript(value, sup, p.span);
    return done(this.primed(value, p));
  }

  private primed(value: Expr, p: ScriptedPiece): Expr {
    let out = value;
    for (let k = 0; k < p.primes; k++) {
      if (this.know.primes !== "transpose") fail("a prime here");
      out = { ...apply("transpose", out), span: p.span };
    }
    return out;
  }

  /** Whether an e with this superscript is the exponential. */
  private isExponential(sup: readonly Piece[]): boolean {
    if (isTranspose(sup, this.know)) return false;
    const only = sup.length === 1 ? sup[0]! : undefined;
    if (only?.kind === "group" && "([".includes(only.open)) return false;
    if (only?.kind === "mark") return false;
    const kind = this.know.kindOf("e");
    return kind === undefined || kind === "function" || kind === "scalar";
  }

  /** `(i)`, `[l]`, `*`, `k+1`: what a superscript adds to a name, and what is left of it. */
  private nameSuperscript(
    symbol: SymbolPiece,
    sup: readonly Piece[],
  ): { label: string; rest: readonly Piece[] | undefined } | undefined {
    const items = tidy(sup);
    const first = items[0];
    if (first === undefined) return undefined;
    // `j^{th}`
    if (/^(?:th|st|nd|rd)$/.test(scriptText(items) ?? "")) return { label: "", rest: undefined };
    const rest = items.length > 1 ? items.slice(1) : undefined;
    if (first.kind === "group" && "([<j".includes(first.open)) {
      const text = scriptText([first]);
      if (text === undefined) return undefined;
      // `x^{(i)T}`
      if (rest === undefined || isTranspose(rest, this.know) || isPower(rest)) return { label: `^${text}`, rest };
      return undefined;
    }
    if (first.kind === "mark" && (first.value === "star" || first.value === "ast")) return { label: "_star", rest };
    if (first.kind === "symbol" && (first.name === "star" || first.name === "ast")) return { label: "_star", rest };
    if (first.kind === "mark" && first.mark === "s" && items.length > 1) return undefined;
    const level = this.level(items);
    if (level !== undefined) return level;
    if (
      first.kind === "mark" &&
      first.mark === "s" &&
      first.value === "add" &&
      this.know.kindOf(this.symbol(symbol)) === "matrix"
    )
      return undefined;
    if (first.kind === "mark" && items.length === 1 && first.mark === "s")
      return { label: first.value === "add" ? "^+" : "^-", rest: undefined };
    if (first.kind === "mark" && first.mark === "r") {
      // `x^{<t>}`
      const text = scriptText(items);
      return text === undefined ? undefined : { label: `^${text}`, rest: undefined };
    }
    if (first.kind === "text" && items.length === 1 && !/^(?:T|t|⊤)$/.test(first.text))
      return { label: `^${first.text.replace(/\s+/g, "_")}`, rest: undefined };
    // `x^{k+1}` of a vector is the next x.
    const kind = this.know.kindOf(this.symbol(symbol));
    if (
      (kind === "vector" || kind === "matrix" || symbol.style === "bold") &&
      items.some((p) => p.kind === "symbol") &&
      !isTranspose(items, this.know) &&
      !isPower(items)
    ) {
      const hasLetter = items.every(
        (p) =>
          p.kind === "symbol" ||
          p.kind === "number" ||
          (p.kind === "mark" && (p.mark === "s" || p.mark === "," || p.mark === "|" || p.mark === "m")),
      );
      const text = scriptText(items);
      if (hasLetter && text !== undefined && (kind !== "matrix" || items.length > 1))
        return { label: `^${text}`, rest: undefined };
    }
    return undefined;
  }

  /** `l`, `l-1`, `x,l` above a letter: which layer, which step it belongs to. */
  private level(items: readonly Piece[]): { label: string; rest: readonly Piece[] | undefined } | undefined {
    const first = items[0]!;
    const listed = items.some((p) => p.kind === "mark" && p.mark === ",");
    if (!listed && !(first.kind === "symbol" && this.know.isLevel(first.name))) return undefined;
    const transposed = items.length > 1 && isTranspose(items.slice(-1), this.know);
    const label = scriptText(transposed ? items.slice(0, -1) : items);
    return label === undefined ? undefined : { label: `^${label}`, rest: transposed ? items.slice(-1) : undefined };
  }

  /** Transposes, inverses and powers. */
  private superscript(value: Expr, sup: readonly Piece[], span: Span): Expr {
    const items = tidy(sup);
    if (items.length === 0) return value;
    const opSpan = { start: items[0]!.span.start, end: items.at(-1)!.span.end };
    const node = (op: string, ...args: Expr[]): Expr => ({ kind: "apply", op, args, span, opSpan });
    if (isTranspose(items, this.know)) return node("transpose", value);
    const [a, b, c] = items;
    const minus = a?.kind === "mark" && a.mark === "s" && a.value === "sub";
    if (minus && items.length === 2 && b?.kind === "number" && b.text === "1") return node(UNSETTLED.inverse, value);
    if (minus && items.length === 2 && isTranspose([b!], this.know))
      return node("transpose", node(UNSETTLED.inverse, value));
    if (minus && items.length === 3 && b?.kind === "number" && b.text === "1" && isTranspose([c!], this.know))
      return node("transpose", node(UNSETTLED.inverse, value));
    if (items.length >= 2 && isTranspose([a!], this.know) && !isOperandLike(b!))
      return this.superscript(node("transpose", value), items.slice(1), span);
    if (items.length === 1 && a!.kind === "symbol" && a!.name === "dagger") return node("pinv", value);
    if (items.length === 1 && a!.kind === "mark" && a!.mark === "s" && a!.value === "add") return node("pinv", value);
    if (items.length >= 2 && a!.kind === "mark" && a!.mark === "x" && a!.value === "hadamard")
      return node("hpow", value, this.sum(items.slice(1)));
    if (items.length >= 2 && a!.kind === "mark" && a!.mark === "x" && a!.value === "circ" && b!.kind === "number")
      return node("hpow", value, this.sum(items.slice(1)));
    if (
      items.length === 1 &&
      (a!.kind === "mark" || a!.kind === "text" || (a!.kind === "symbol" && NO_POWERS.has(a!.name)))
    )
      return unknown(`^${scriptText(items) ?? fail("this superscript")}`, [value], span);
    return node("pow", value, this.sum(items));
  }

  // ---------------------------------------------------------------- derivatives

  private isOperand(p: Piece): boolean {
    if (p.kind === "mark") return p.mark === "w" || p.mark === "v" || p.mark === "d";
    return true;
  }

  /** Whether the plain letter d at `i` is the sign of a differential. */
  private isDifferential(items: readonly Piece[], i: number): boolean {
    if (!this.know.plainDifferentials) return false;
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
  private differential(sign: Piece, items: readonly Piece[], i: number, order: number): { expr: Expr; next: number } {
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

  /** Takes a fraction apart that is a derivative: its numerator without the d, and its variables. */
  private derivativeFraction(
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
  private wrt(under: readonly Piece[], order: number): { names: readonly Expr[]; transposed: boolean } {
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

  /** The variables of a subscript: `\nabla_x`, `\partial_{W,b}`. */
  private variables(sub: readonly Piece[], sup: readonly Piece[] | undefined): readonly Expr[] {
    const order = sup === undefined ? 1 : Number(scriptText(sup)) || fail("an order");
    const v = this.expression(sub);
    if (v.kind !== "name" && v.kind !== "index") fail("what is differentiated by");
    return Array.from({ length: order }, () => v);
  }

  /** Whether a gradient sign takes the whole product behind it, or only the next factor. */
  private gradientReaches(items: readonly Piece[], i: number): boolean {
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
    if (core.kind === "mark" && core.mark === "w") return false;
    if (core.kind === "group") return core.open === "{";
    return true;
  }

  private nabla(p: Piece, items: readonly Piece[], i: number): { expr: Expr; next: number } {
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

  private gradient(p: Piece, of: Expr, span: Span): Expr {
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
