import { LETTERS } from "../../../core/conventions";
import { apply, type Expr, isInRange, name as nameNode, num, type Span } from "../../../core/ast";
import { fail, tryTo, UNSETTLED } from "../knowledge";
import { EXTREMES } from "../letters";
import { DOTS, indexLabels, isDot, isPower, isTranspose, splitAtCommas, tidy } from "../looks";
import { scriptText } from "../names";
import type { GroupPiece, Piece, ScriptedPiece, SymbolPiece } from "../pieces";
import { meant } from "../readings";
import { isUnit } from "../units";
import { LAYOUTS } from "../vocabulary";
import { derivativeNode, isEntryLike, unknown } from "../trees";
import { ReaderOfFunctions } from "./functions";

/** `g^{[1]'}` is `g'^{[1]}`: a prime behind the label of a name is one of the name. */
function withPrimesOutside(p: ScriptedPiece): ScriptedPiece {
  const only = p.sup?.length === 1 ? p.sup[0]! : undefined;
  if (only?.kind !== "scripted" || only.primes === 0 || only.base.kind !== "group") return p;
  if (only.sub !== undefined || only.sup !== undefined || !"([".includes(only.base.open)) return p;
  return { ...p, sup: [only.base], primes: p.primes + only.primes };
}

/** Whether a letter above a name in front of a list of arguments is a label: a power stands behind the brackets. */
function isLabelOfFunction(sup: readonly Piece[], group: Piece): boolean {
  const [only] = tidy(sup);
  return (
    sup.length === 1 &&
    only?.kind === "symbol" &&
    group.kind === "group" &&
    group.open === "(" &&
    group.items.some((p) => p.kind === "mark" && (p.mark === "m" || p.mark === "," || p.mark === "|"))
  );
}

/** Whether what stands behind `D_M` is its argument, as in a distance, rather than what is differentiated by M. */
function isArgument(behind: Piece, sub: readonly Piece[]): boolean {
  if (!isRound(behind)) return false;
  const variable = scriptText(sub);
  const holds = (p: Piece): boolean =>
    (p.kind === "symbol" && p.name === variable) ||
    (p.kind === "group" && p.items.some(holds)) ||
    (p.kind === "scripted" && holds(p.base)) ||
    (p.kind === "fraction" && [...p.over, ...p.under].some(holds));
  return !holds(behind);
}

/** A bracket of an argument, with or without scripts. */
const isRound = (p: Piece): boolean => {
  const core = p.kind === "scripted" ? p.base : p;
  return core.kind === "group" && core.open === "(";
};

/** What of a letter with scripts is its name, without the primes behind it. */
const nameSpanOf = (p: ScriptedPiece): Span => ({
  start: p.span.start,
  end: Math.max(p.base.span.end, p.sub?.at(-1)?.span.end ?? 0),
});

/** An `array` of two integers one below the other: `\left(\begin{array}{c} n \\ k \end{array}\right)`. */
function isBinomial(p: Piece & { kind: "matrix" }): boolean {
  if (p.environment !== "array" && p.environment !== "matrix" && p.environment !== "smallmatrix") return false;
  const isInteger = (x: Piece): boolean =>
    (x.kind === "number" && /^\d+$/.test(x.text)) ||
    (x.kind === "symbol" && x.style === "" && LETTERS.integers.test(x.name)) ||
    (x.kind === "mark" && x.mark === "s") ||
    (x.kind === "group" && tidy(x.items).every(isInteger));
  return (
    p.rows.length === 2 &&
    p.rows.every((row) => row.length === 1 && row[0]!.length > 0 && tidy(row[0]!).every(isInteger))
  );
}

/** `u_1, u_2` in a cell of a matrix: as many cells. */
const isListed = (cell: readonly Piece[]): boolean =>
  cell.some((x) => x.kind === "mark" && x.mark === "," && x.value !== ":");

/** Factors: letters with their scripts, brackets, fractions, matrices. */
export abstract class ReaderOfFactors extends ReaderOfFunctions {
  protected factor(items: readonly Piece[], i: number): { expr: Expr; next: number } {
    const p = items[i]!;
    switch (p.kind) {
      case "number":
        if (!isInRange(p.text)) fail("a number within the range of numbers");
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
        if (p.degree === undefined || p.degree.length === 0)
          return { expr: { ...apply("sqrt", body), span: p.span }, next: i + 1 };
        return {
          expr: { ...apply("pow", body, apply("div", num(1), this.expression(p.degree))), span: p.span },
          next: i + 1,
        };
      }
      case "matrix":
        return { expr: this.matrix(p), next: i + 1 };
      case "text": {
        if (isUnit(p.text) && items[i - 1] !== undefined) return { expr: this.opaque([p]), next: i + 1 };
        const name = p.text.replace(/\s+/g, "_");
        // `\mathrm{RSS}(\beta)`: what has a name of several letters is a function in front of brackets.
        const called = /^\p{L}[\p{L}_]+$/u.test(name) ? this.called(name, 0, items, i, p.span) : undefined;
        return called ?? { expr: this.named(name, p.span), next: i + 1 };
      }
      case "stacked":
        return { expr: this.expression(p.base), next: i + 1 };
      case "mark":
        return this.markFactor(p, items, i);
    }
  }

  protected markFactor(p: Piece & { kind: "mark" }, items: readonly Piece[], i: number): { expr: Expr; next: number } {
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

  /** A letter: a constant, a differential, a function with its argument, or a variable. */
  protected symbolFactor(
    p: SymbolPiece,
    whole: Piece,
    items: readonly Piece[],
    i: number,
  ): { expr: Expr; next: number } {
    const transposed = p.accents.find((a) => this.isTransposeBefore(a));
    if (transposed !== undefined) {
      const { expr, next } = this.symbolFactor(
        { ...p, accents: p.accents.filter((a) => a !== transposed) },
        whole,
        items,
        i,
      );
      return { expr: { ...apply("transpose", expr), span: whole.span }, next };
    }
    if (p.name === "d" && p.style === "" && p.accents.length === 0 && this.isDifferential(items, i))
      return this.differential(p, items, i, 1);
    // A place that something is to be put in.
    if (p.name === "square") return { expr: this.opaque([p]), next: i + 1 };
    const condition = items[i + 1];
    if (condition?.kind === "group" && "([j".includes(condition.open)) {
      const indicator = this.indicator(p, condition.items, { start: whole.span.start, end: condition.span.end });
      if (indicator !== undefined) return { expr: indicator, next: i + 2 };
    }
    const slot = condition?.kind === "group" && condition.open === "(" && isDot(tidy(condition.items));
    const operator = this.derivativeOperator(p, items, i);
    if (operator !== undefined) return operator;
    const constant = slot ? undefined : this.constant(p, undefined, whole.span);
    if (constant !== undefined) return { expr: constant, next: i + 1 };
    const name = this.symbol(p);
    const called = this.called(name, 0, items, i, whole.span);
    if (called !== undefined) return called;
    return { expr: this.named(name, whole.span), next: i + 1 };
  }

  /** `Df(x)`: the derivative of a function of the note by its one argument. */
  private derivativeOperator(
    p: SymbolPiece,
    items: readonly Piece[],
    i: number,
  ): { expr: Expr; next: number } | undefined {
    const of = items[i + 1];
    if (
      p.name !== "D" ||
      p.style !== "" ||
      p.accents.length > 0 ||
      of?.kind !== "symbol" ||
      !isRound(items[i + 2] ?? of)
    )
      return undefined;
    if (this.know.kindOf("D") !== undefined || this.know.kindOf(this.symbol(of)) !== "function") return undefined;
    const { expr, next } = this.factor(items, i + 1);
    const [x] = expr.kind === "call" && expr.args.length === 1 ? expr.args : [];
    if (x?.kind !== "name") return undefined;
    const span = { start: p.span.start, end: expr.span?.end ?? p.span.end };
    return { expr: derivativeNode(expr, [x], false, span), next };
  }

  protected group(p: GroupPiece): Expr {
    const items = tidy(p.items);
    if (items.some((x) => x.kind === "mark" && x.mark === "r")) {
      // `[X = x]`, sets: told apart, no more.
      return { kind: "call", name: "{}", primes: 0, args: [this.opaque(items)], span: p.span };
    }
    const comma = items.some((x) => x.kind === "mark" && (x.mark === "," || x.mark === "m" || x.mark === "|"));
    const open = p.open === "P" ? "N" : p.open === "p" ? "|" : p.open;
    if (open === "|") {
      this.doubt(p.span, "determinant", { norm: 0.3 });
      return { ...apply(UNSETTLED.bars, isDot(items) ? this.opaque(items) : this.sum(items)), span: p.span };
    }
    if (open === "N") return { ...apply("norm2", isDot(items) ? this.opaque(items) : this.sum(items)), span: p.span };
    if (open === "<") {
      const args = this.args(p);
      if (args.length === 2) return { ...apply(UNSETTLED.angles, ...args), span: p.span };
      // `\langle x \rangle`: a mean.
      if (args.length === 1) return unknown("⟨⟩", args, p.span);
      return { kind: "literal", rows: args.map((a) => [a]), span: p.span };
    }
    // `x − \{a + b\}`: brackets of another form; a set has commas or a condition.
    const isSum = items.some((x, i) => i > 0 && x.kind === "mark" && x.mark === "s");
    if (open === "j" && isSum && !comma && !items.some((x) => x.kind === "mark" && x.mark === "o"))
      return this.sum(items);
    if (open === "j") return { kind: "call", name: "{}", primes: 0, args: this.args(p), span: p.span };
    // `{}^t(AB)`
    if (open === "c" && this.isTransposeBefore(p.close))
      return { ...apply("transpose", this.sum(items)), span: p.span };
    // `\overline{AB}`: an operation, or a name, that nothing explains.
    if (open === "c") return unknown(p.close, [this.sum(items)], p.span);
    if (isDot(items)) return this.opaque(items);
    if (comma) {
      const args = this.args(p);
      if (items.some((x) => x.kind === "mark" && x.mark === "o"))
        return { kind: "call", name: "⋯", primes: 0, args, span: p.span };
      // `(x_1, x_2)` is a column; `[a, b]` stands side by side.
      if (
        open === "[" &&
        p.close === "]" &&
        args.length === 2 &&
        items.every((x) => !(x.kind === "mark" && "|m".includes(x.mark)))
      )
        return this.meaning("pair", args, p.span);
      if (open === "[") return { kind: "literal", rows: [args], span: p.span };
      return { kind: "literal", rows: args.map((a) => [a]), span: p.span };
    }
    if (open === "[" && p.close === "]") {
      const cells = this.spacedCells(p.items);
      if (cells !== undefined) return { kind: "literal", rows: [cells], span: p.span };
    }
    const only = items.length === 1 ? items[0]! : undefined;
    if (open === "(" && only?.kind === "matrix" && isBinomial(only))
      return unknown(
        "binom",
        only.rows.map((row) => this.expression(row[0]!)),
        p.span,
      );
    if (items.length === 0) fail("empty brackets");
    const inner = this.sum(items);
    // Square brackets around an entry make a matrix of all such entries: told apart from its entry.
    if (open === "[" && p.close === "]" && isEntryLike(inner))
      return { kind: "call", name: "[]", primes: 0, args: [inner], span: p.span };
    return inner;
  }

  /** `[1 \quad 0]`: cells parted by wide spaces. */
  protected spacedCells(items: readonly Piece[]): Expr[] | undefined {
    const parts: Piece[][] = [[]];
    for (const p of items) {
      if (p.kind === "mark" && p.mark === ".") parts.push([]);
      else parts.at(-1)!.push(p);
    }
    const cells = parts.filter((part) => part.length > 0);
    return cells.length < 2 ? undefined : cells.map((part) => this.expression(part));
  }

  protected fraction(
    p: Piece & { kind: "fraction" },
    items: readonly Piece[],
    i: number,
  ): { expr: Expr; next: number } {
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

  /** Values of cases, each with its condition behind it, which is told apart and no more; `undefined` where one is not read. */
  private branches(rows: readonly (readonly (readonly Piece[])[])[]): readonly Expr[] | undefined {
    const out: Expr[] = [];
    for (const [first, ...rest] of rows) {
      const value = tidy(first ?? []);
      const condition = rest.flat();
      if (value.length === 0 && condition.length === 0) continue;
      const last = value.at(-1);
      const end = last?.kind === "mark" && last.mark === "," ? -1 : undefined;
      const read = tryTo(() => this.sum(value.slice(0, end)));
      if (read === undefined || condition.length === 0) return undefined;
      out.push(read, this.opaque(condition));
    }
    return out.length < 4 ? undefined : out;
  }

  protected matrix(p: Piece & { kind: "matrix" }): Expr {
    if (/cases/.test(p.environment)) {
      return {
        kind: "call",
        name: "cases",
        primes: 0,
        args: this.branches(p.rows) ?? p.rows.map((row) => this.opaque(row.flat())),
        span: p.span,
      };
    }
    if (LAYOUTS.has(p.environment))
      return unknown(
        "{}",
        p.rows.map((row) => this.opaque(row.flat())),
        p.span,
      );
    // `\begin{array}{l} \min f(x) \\\\ s.t. & x > 0 \end{array}`: assertions one below the other, no matrix.
    const isRelated = (cell: readonly Piece[]): boolean => cell.some((x) => x.kind === "mark" && x.mark === "r");
    if (p.rows.some((row) => row.some(isRelated)))
      return unknown(
        "{}",
        p.rows.map((row) => this.opaque(row.flat())),
        p.span,
      );
    const rows = p.rows.map((row) =>
      row.flatMap((cell) => (isDot(tidy(cell)) ? [[DOTS]] : isListed(cell) ? splitAtCommas(tidy(cell)) : [tidy(cell)])),
    );
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

  protected scriptedFactor(p: ScriptedPiece, items: readonly Piece[], i: number): { expr: Expr; next: number } {
    const { base } = p;
    if (base.kind === "mark") {
      if (base.mark === "w") return this.application(base, p, items, i);
      if (base.mark === "v") return this.nabla(p, items, i);
      if (base.mark === "d") {
        const order = p.sup === undefined ? NaN : Number(scriptText(p.sup));
        if (p.sub === undefined && order > 0) return this.differential(base, items, i, order);
        // `\partial^\alpha f`
        if (i + 1 >= items.length) return fail("a derivative of nothing");
        const taken = this.factor(items, i + 1);
        const span = { start: p.span.start, end: items[taken.next - 1]!.span.end };
        return {
          expr: unknown(`∂${scriptText([...(p.sub ?? []), ...(p.sup ?? [])]) ?? ""}`, [taken.expr], span),
          next: taken.next,
        };
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
    if (base.kind === "group" && base.close === "|" && base.open !== "|")
      // `\left. … \right|_{x=a}`
      return { expr: this.evaluated(tidy(base.items), p), next: i + 1 };
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

  /** A letter with scripts: parts of its name, an entry, a power, a transpose. */
  protected scriptedSymbol(
    symbol: SymbolPiece,
    written: ScriptedPiece,
    items: readonly Piece[],
    i: number,
  ): { expr: Expr; next: number } {
    const p = withPrimesOutside(written);
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
    // `d^T(X)`
    if (symbol.name === "d" && symbol.style === "" && p.sub === undefined && p.sup !== undefined && isTranspose(p.sup, this.know) && this.isDifferential(items, i)) {
      const { expr, next } = this.differential(symbol, items, i, 1);
      return { expr: { ...apply("transpose", expr), span: expr.span ?? p.span }, next };
    } // prettier-ignore
    if (
      symbol.name === "D" &&
      symbol.style === "" &&
      p.sub?.length === 1 &&
      p.sub[0]!.kind !== "text" &&
      p.sup === undefined &&
      this.know.kindOf("D") === undefined &&
      items[i + 1] !== undefined &&
      this.isOperand(items[i + 1]!) &&
      !isArgument(items[i + 1]!, p.sub)
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
    const indicator = p.sub === undefined || p.sup !== undefined ? undefined : this.indicator(symbol, p.sub, p.span);
    if (indicator !== undefined) return done(indicator);
    const constant =
      p.primes > 0 && this.know.primes !== "transpose"
        ? undefined
        : this.constant(
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
      const group = of?.kind === "scripted" && of.sub === undefined && of.primes === 0 ? of.base : of;
      if (group?.kind === "group" && group.open === "(") {
        const value: Expr = {
          ...apply(extreme, this.group(group)),
          span: { start: p.span.start, end: group.span.end },
        };
        if (of?.kind !== "scripted" || of.sup === undefined) return { expr: value, next: i + 2 };
        const span = { start: p.span.start, end: of.span.end };
        return { expr: this.superscript(value, of.sup, span), next: i + 2 };
      }
    }
    if (
      symbol.name === "K" &&
      symbol.style === "" &&
      p.sub !== undefined &&
      p.sub.some((x) => x.kind === "mark" && x.mark === ",")
    ) {
      const both = this.sizesOf(p.sub);
      if (both?.length === 2 && this.know.isSize(both)) {
        const commutation: Expr = { ...apply("K", ...both), span: p.span };
        return done(p.sup === undefined ? commutation : this.superscript(commutation, p.sup, p.span));
      }
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
    const slice =
      p.sub === undefined || symbol.accents.length > 0 || this.know.kindOf(name) !== "matrix"
        ? undefined
        : this.slice(p.sub);
    if (slice !== undefined) {
      const whole: Expr = { kind: "name", name, span: symbol.span };
      // `H_{i,:}^{-1}` is a row of the inverse, `H_{i,:}^T` a row that is transposed.
      if (p.sup !== undefined && !isTranspose(p.sup, this.know))
        return done({ kind: "index", base: this.superscript(whole, p.sup, p.span), indices: slice, span: p.span });
      const part: Expr = { kind: "index", base: whole, indices: slice, span: p.span };
      return done(p.sup === undefined ? this.primed(part, p) : this.superscript(part, p.sup, p.span));
    }
    if (p.sub !== undefined) {
      const label = scriptText(p.sub) ?? fail("this subscript");
      const names = indexLabels(p.sub);
      const renamed = p.primes > 0 && this.know.primes !== "transpose";
      const found = names === undefined || renamed ? undefined : this.know.entryOf(symbol, names);
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
    let primes = p.primes;
    if (value === undefined) {
      if (primes > 0 && (this.know.primes !== "transpose" || this.know.kindOf(name) === "function")) {
        const called = sup === undefined ? this.called(name, primes, items, i, p.span) : undefined;
        if (called !== undefined) return called;
        const derived = this.primedName(name, symbol, p, nameSpanOf(p));
        if (derived !== undefined) return done(sup === undefined ? derived : this.superscript(derived, sup, p.span));
        name += "'".repeat(primes);
        if (sup === undefined) return done(this.named(name, p.span));
        primes = 0;
      }
      const group = items[i + 1];
      if (group !== undefined && sup !== undefined && isLabelOfFunction(sup, group)) {
        // `p^m(x \mid p)`
        const labelled = this.called(`${name}^${scriptText(sup)}`, 0, items, i, p.span);
        if (labelled !== undefined) return labelled;
      }
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
    return done(primes === 0 ? value : this.primed(value, p));
  }

  /** `u'` of a value u = sin x, or of a letter in a note whose primes are derivatives; `undefined` for a name of its own. */
  private primedName(name: string, symbol: SymbolPiece, p: ScriptedPiece, span: Span): Expr | undefined {
    if (this.know.primes !== "derivative" || p.primes > 2) {
      if (p.primes === 1 && p.sup === undefined)
        this.doubt(p.span, "another name", { derivative: 0.1, transpose: 0.1 });
      return undefined;
    }
    const base = this.named(name, span);
    const variable = this.know.variableOf(name);
    if (variable !== undefined)
      return derivativeNode(
        base,
        Array.from({ length: p.primes }, () => nameNode(variable)),
        false,
        p.span,
      );
    const small = symbol.style === "" || symbol.accents.length > 0 || /^\p{Ll}/u.test(symbol.name);
    if (!small || p.primes > 1) {
      if (p.primes === 1 && p.sup === undefined) this.doubt(p.span, "another name", { derivative: 0.3 });
      return undefined;
    }
    this.doubt(p.span, "derivative", { "another name": 0.5 });
    return meant("derivative", [base], p.span);
  }
}
