import { LETTERS } from "../../../core/conventions";
import { apply, type Expr, freeNames, name as nameNode, num, type Span } from "../../../core/ast";
import { tableOf } from "../../../core/table";
import { operator } from "../../../operators";
import { fail, tryTo, UNSETTLED } from "../knowledge";
import { EXPECTATIONS, SQUARE_FUNCTIONS } from "../letters";
import { type BigOperator, bigOperator, isDot, isLetterD, isTranspose, tidy } from "../looks";
import { scriptText } from "../names";
import type { GroupPiece, Piece, ScriptedPiece } from "../pieces";
import { binary, unknown } from "../trees";
import { ReaderOfDerivatives } from "./derivatives";

/** Functions that are one over another. */
const RECIPROCALS: Readonly<Record<string, string>> = tableOf({
  sec: "cos",
  csc: "sin",
  cot: "tan",
  sech: "cosh",
  csch: "sinh",
  coth: "tanh",
});

/** Whether a letter stands below names, and nowhere by itself. */
function countsIn(e: Expr, letter: string): boolean {
  if (!/^[a-z]$/.test(letter)) return false;
  const names = freeNames(e);
  return !names.has(letter) && [...names].some((n) => n.endsWith(`_${letter}`) || n.endsWith(`^(${letter})`));
}

/** Functions with their arguments, sums and other big operators with their bounds. */
export abstract class ReaderOfFunctions extends ReaderOfDerivatives {
  /** `\max(0, x)`: brackets right behind an extremum without bounds are its arguments. */
  protected appliedDirectly(items: readonly Piece[], i: number): boolean {
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
  protected big(p: BigOperator, rest: readonly Piece[], span: Span): Expr {
    if (rest.length === 0) fail("nothing to sum");
    const lead = rest[0]!;
    const sign = lead.kind === "mark" && lead.mark === "s" ? lead : undefined;
    const body =
      sign === undefined ? this.product(rest) : this.product(rest.slice(1), sign.value === "sub" ? sign : undefined);
    return this.sumOf(p, body, span);
  }

  /** The same of an expression. */
  protected sumOf(p: BigOperator, body: Expr, span: Span): Expr {
    if (p.value !== "sum") {
      const bounds = [
        ...(p.sub === undefined ? [] : [this.opaque(p.sub)]),
        ...(p.sup === undefined ? [] : [this.opaque(p.sup)]),
      ];
      return { kind: "call", name: p.value, primes: 0, args: [...bounds, body], span };
    }
    const sub = p.sub === undefined ? [] : tidy(p.sub);
    const equals = sub.findIndex((x) => x.kind === "mark" && x.mark === "r" && x.value === "=");
    // `\sum_i^{n=5}` ends at 5.
    const written = p.sup === undefined ? undefined : tidy(p.sup);
    const end = written?.findIndex((x) => x.kind === "mark" && x.mark === "r" && x.value === "=") ?? -1;
    const sup = end > 0 ? written!.slice(end + 1) : written;
    if (equals > 0 && sup !== undefined && sup.length > 0) {
      const variables = this.indexNames(sub.slice(0, equals));
      const from = tryTo(() => this.sum(sub.slice(equals + 1)));
      const to = tryTo(() => this.sum(sup));
      if (variables === undefined || from === undefined || to === undefined)
        return { kind: "call", name: "sum", primes: 0, args: [this.opaque(sub), this.opaque(sup), body], span };
      let out: Expr = body;
      for (const v of [...variables].reverse()) out = { kind: "sumover", variable: v, from, to, body: out, span };
      if (from.kind === "number" && from.value === 1) for (const v of variables) this.ends.set(v, to);
      return out;
    }
    const within = sub.findIndex((x) => x.kind === "mark" && x.mark === "r" && x.value === "\\in");
    // `\sum_{j \in V} u_j`: over all members, however many there are.
    const members = within > 0 && sup === undefined ? this.indexNames(sub.slice(0, within)) : undefined;
    const variables = members?.every((v) => countsIn(body, v)) === true ? members : this.indexNames(sub);
    if (variables !== undefined && variables.length > 0) {
      let out: Expr = body;
      for (const v of [...variables].reverse()) {
        const to: Expr = sup === undefined || sup.length === 0 ? this.endOf(v) : this.sum(sup);
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

  /** Where a sum ends of which only the index is written: where others over the same letter in the formula do. */
  private endOf(index: string): Expr {
    const written = this.ends.get(index) ?? this.know.endOf?.(index);
    const end: Expr = written?.kind === "name" ? nameNode(written.name) : (written ?? nameNode(this.size()));
    this.ends.set(index, end);
    return end;
  }
  private readonly ends = new Map<string, Expr>();

  /** `i`, `i,j`, `ij`: the indices of a sum. */
  protected indexNames(pieces: readonly Piece[]): string[] | undefined {
    const out: string[] = [];
    for (const p of pieces) {
      if (p.kind === "mark" && p.mark === ",") continue;
      if (p.kind !== "symbol") return undefined;
      out.push(this.symbol(p));
    }
    return out;
  }

  /**
   * `f(x)|_{x=a}`, `F(x)|_a^b`: the call `at`, of the expression, the variable and the point where they are written so,
   * else of the expression and what stands at the bar.
   */
  protected evaluated(items: readonly Piece[], bar: ScriptedPiece): Expr {
    const span = { start: items[0]?.span.start ?? bar.span.start, end: bar.span.end };
    const of = this.sum(items);
    const sub = bar.sub === undefined ? [] : tidy(bar.sub);
    const [variable, equals] = sub;
    if (
      bar.sup === undefined &&
      sub.length > 2 &&
      (variable?.kind === "symbol" || (variable?.kind === "scripted" && variable.base.kind === "symbol")) &&
      equals?.kind === "mark" &&
      equals.value === "="
    ) {
      const value = tryTo(() => this.sum(sub.slice(2)));
      const name = tryTo(() => this.factor([variable], 0).expr);
      if (value !== undefined && name?.kind === "name") return unknown("at", [of, name, value], span);
    }
    const limits = [...sub, ...(bar.sup === undefined ? [] : bar.sup)];
    return unknown("at", [of, this.opaque(limits)], span);
  }

  /** Limits, extrema, integrals: functions of which nothing is known, applied to all that follows. */
  protected reaching(items: readonly Piece[]): Expr {
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

  /** A function of the note applied: `f(x)`, `f'(x)`, `p(x \mid \mu)`. */
  protected called(
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
    // `f(\cdot)`
    if (isDot(tidy(plain.items))) {
      const call: Expr = {
        kind: "call",
        name,
        primes,
        args: this.args(plain),
        span: { start: span.start, end: plain.span.end },
        opSpan: span,
      };
      return { expr: next.kind === "scripted" ? this.scripted(call, next) : call, next: i + 2 };
    }
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
      !(LETTERS.functions.test(name) && this.know.isFunction(name, []))
    )
      return undefined;
    if (primes === 0 && !this.know.isFunction(name, tidy(plain.items))) return undefined;
    const args = this.args(plain);
    const end = plain.span.end;
    const call: Expr = { kind: "call", name, primes, args, span: { start: span.start, end }, opSpan: span };
    return { expr: next.kind === "scripted" ? this.scripted(call, next) : call, next: i + 2 };
  }

  /** Arguments in brackets: commas, semicolons and the bar of a condition part them. */
  protected args(g: GroupPiece): Expr[] {
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
  protected application(
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
    // `\det|A|`: the bars say it once more.
    const isTwice = p.value === "det" && plain.kind === "group" && "|p".includes(plain.open);
    if (plain.kind === "group" && ("([{j".includes(plain.open) || isTwice)) {
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

  protected functionOf(
    p: Piece & { kind: "mark" },
    scripts: ScriptedPiece | undefined,
    args: Expr[],
    span: Span,
  ): Expr {
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
    const inverse = args.length === 1 && (scripts?.primes ?? 0) === 0 ? RECIPROCALS[op] : undefined;
    if (inverse !== undefined) out = { ...apply("div", num(1), { ...apply(inverse, ...args), span }), span };
    else if (!fits || (scripts?.primes ?? 0) > 0)
      out = { kind: "call", name: op, primes: scripts?.primes ?? 0, args, span, opSpan: p.span };
    else out = { kind: "apply", op: op === "exp" ? UNSETTLED.exp : op, args, span, opSpan: p.span };
    if (scripts?.sup !== undefined) {
      const power = scriptText(scripts.sup);
      if (power === "-1") return { kind: "call", name: `${op}^-1`, primes: 0, args, span };
      out = this.superscript(out, scripts.sup, { start: span.start, end: span.end });
    }
    return out;
  }

  /** The argument of a function written without brackets. */
  protected argument(op: string, items: readonly Piece[], from: number): { expr: Expr; next: number } {
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
          (core.kind === "mark" && (core.mark !== "d" || !whole)) ||
          // `\cos x dx`
          (!whole && isLetterD(p) && this.isDifferential(items, i)) ||
          // `\det X \\langle A, B\\rangle`
          (core.kind === "group" && core.open === "<") ||
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
}
