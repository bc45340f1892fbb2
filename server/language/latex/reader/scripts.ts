import { LETTERS } from "../../../core/conventions";
import { apply, type Expr, name as nameNode, num, type Span } from "../../../core/ast";
import { fail, tryTo, UNSETTLED } from "../knowledge";
import { NO_POWERS, NORMS } from "../letters";
import { isDot, isInnerProduct, isOperandLike, isPower, isTranspose, tidy } from "../looks";
import { scriptText } from "../names";
import type { GroupPiece, Piece, ScriptedPiece, SymbolPiece } from "../pieces";
import { meant } from "../readings";
import { derivativeNode, ownVariable, unknown } from "../trees";
import { ReaderBase } from "./base";

/** Relations of a condition that an entry is held against; where both sides are equal it does not matter. */
const ORDERS: ReadonlySet<string> = new Set([">", "<", "\\geq", "\\leq"]);

/** What stands above and below: parts of a name, sizes, entries, transposes, powers, norms. */
export abstract class ReaderOfScripts extends ReaderBase {
  /** `I`, `\mathbf{1}`, `\mathbf{0}`, with or without their size. */
  protected constant(p: SymbolPiece, sub: readonly Piece[] | undefined, span: Span): Expr | undefined {
    if (p.accents.length > 0) return undefined;
    const name = p.name;
    const isIdentity =
      name === "I" &&
      this.know.kindOf(this.symbol(p)) === undefined &&
      !(sub !== undefined && this.know.numbersIdentities) &&
      !this.know.ownIdentityLetter;
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

  /** `\mathbb{1}[z > 0]`, `\mathbf{1}\{z > 0\}`, `\mathbb{1}_{z > 0}`: one for each entry of which the condition holds. */
  protected indicator(p: SymbolPiece, condition: readonly Piece[], span: Span): Expr | undefined {
    const isSign = (p.name === "1" && (p.style === "bold" || p.style === "bb")) || (p.name === "I" && p.style === "bb");
    if (!isSign || p.accents.length > 0) return undefined;
    const only = tidy(condition);
    const braces = only.length === 1 && only[0]!.kind === "group" ? only[0] : undefined;
    const items = braces === undefined ? only : tidy(braces.items);
    const at = items.findIndex((x) => x.kind === "mark" && x.mark === "r");
    const relation = items[at];
    if (relation?.kind !== "mark" || !ORDERS.has(relation.value) || at === 0 || at === items.length - 1)
      return undefined;
    if (items.some((x, k) => k !== at && x.kind === "mark" && (x.mark === "r" || x.mark === "," || x.mark === "m")))
      return undefined;
    const [before, after] = [this.sum(items.slice(0, at)), this.sum(items.slice(at + 1))];
    const [more, less] = relation.value === ">" || relation.value === "\\geq" ? [before, after] : [after, before];
    const isZero = (e: Expr): boolean => e.kind === "number" && e.value === 0;
    const difference = isZero(less) ? more : isZero(more) ? apply("neg", less) : apply("sub", more, less);
    return { ...apply("step", difference), span };
  }

  /** `n`, `m \times n`, `m,n` in a subscript; `undefined` for what is no size. */
  protected sizesOf(sub: readonly Piece[] | undefined): Expr[] | undefined {
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

  /** `\|x\|_2`, `\|X\|_F`, `\|w\|_1`. */
  protected norm(base: GroupPiece, sub: readonly Piece[], span: Span): Expr {
    const which = scriptText(sub) ?? fail("which norm");
    const items = tidy(base.items);
    const inner = isDot(items) ? this.opaque(items) : this.sum(items);
    const op = NORMS[which];
    if (op === "norm2" && which === "2") this.doubt(span, "norm", { "spectral norm": 0.5 });
    if (op !== undefined) return { ...apply(op, inner), span };
    return { kind: "call", name: `norm_${which}`, primes: 0, args: [inner], span };
  }

  /** Scripts behind a value that is no name: entries, primes, powers. */
  protected scripted(value: Expr, p: ScriptedPiece): Expr {
    let out = value;
    const { sub } = p;
    const isLabel = sub === undefined || isInnerProduct(p.base) || LETTERS.axes.test(scriptText(sub) ?? "");
    const entry = isLabel ? undefined : (this.slice(sub) ?? tryTo(() => this.indices(sub)));
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
      // `(A)_{ij}^T` is the entry of the transpose; `(A)_{:,j}^T` is a column that is transposed.
      if (p.sup !== undefined && !entry.includes(null) && isTranspose(p.sup, this.know)) {
        return { kind: "index", base: { ...apply("transpose", out), span: p.span }, indices: entry, span: p.span };
      }
      out = { kind: "index", base: out, indices: entry, span: p.span };
    }
    if (p.sup !== undefined) out = this.superscript(out, p.sup, p.span);
    if (p.primes > 0) out = this.primed(out, p);
    return out;
  }

  /** `i,:`, `:,j`, `i:`, `:j`: a row or a column. */
  protected slice(sub: readonly Piece[]): (Expr | null)[] | undefined {
    const items = tidy(sub).filter((p) => !(p.kind === "mark" && p.mark === "," && p.value !== ":"));
    const isColon = (p: Piece | undefined): boolean => p?.kind === "mark" && p.mark === "," && p.value === ":";
    if (items.length < 2 || items.filter(isColon).length !== 1) return undefined;
    const [first, last] = [isColon(items[0]), isColon(items.at(-1))];
    if (first === last) return undefined;
    const which = tryTo(() => this.sum(first ? items.slice(1) : items.slice(0, -1)));
    if (which === undefined) return undefined;
    return first ? [null, which] : [which, null];
  }

  /** `ij`, `i,j`, `1`: indices of an entry; `undefined` for a label. */
  protected indices(sub: readonly Piece[]): (Expr | null)[] | undefined {
    const out: (Expr | null)[] = [];
    const items = tidy(sub);
    if (items.some((p) => p.kind === "mark" && p.mark === ",")) {
      let part: Piece[] = [];
      const flush = (): void => {
        out.push(this.sum(part));
        part = [];
      };
      for (const p of items) {
        if (p.kind === "mark" && p.mark === ",") flush();
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

  /** Whether a script in front of a letter is the French sign of a transpose: `{}^tA` in a note without `A^T`. */
  protected isTransposeBefore(accent: string): boolean {
    return (accent === "^t" || accent === "^T") && this.know.transposesBefore;
  }

  /** A prime behind an expression: its transpose, or its derivative. */
  protected primed(value: Expr, p: ScriptedPiece): Expr {
    let out = value;
    const { span } = p;
    for (let k = 0; k < p.primes; k++) {
      if (this.know.primes === "transpose") {
        out = { ...apply("transpose", out), span };
        this.doubt(span, "transpose", { derivative: 0.1, "another name": 0.2 });
      } else {
        const variable = ownVariable(out);
        out =
          variable === undefined
            ? meant("derivative", [out], span)
            : derivativeNode(out, [nameNode(variable)], false, span);
        if (variable === undefined)
          this.doubt(span, "derivative", { transpose: this.know.primes === "name" ? 0.5 : 0.1 });
      }
    }
    return out;
  }

  /** Whether an e with this superscript is the exponential. */
  protected isExponential(sup: readonly Piece[]): boolean {
    if (isTranspose(sup, this.know)) return false;
    const only = sup.length === 1 ? sup[0]! : undefined;
    if (only?.kind === "group" && "([".includes(only.open)) return false;
    if (only?.kind === "mark") return false;
    // `e^2` of an error e that the note has given a value.
    if (only?.kind === "number" && this.know.isName("e")) return false;
    // A letter above it makes it the number, unless e is known to be something else.
    if (!this.know.isSure("e") && !this.know.isOperand("e") && sup.some((p) => p.kind === "symbol")) return true;
    const kind = this.know.kindOf("e");
    return kind === undefined || kind === "function" || kind === "scalar";
  }

  /** `(i)`, `[l]`, `*`, `k+1`: what a superscript adds to a name, and what is left of it. */
  protected nameSuperscript(
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
    // `q^1, q^2` of a vector are its heads.
    if (first.kind === "number" && items.length === 1 && this.know.isNumbered(symbol)) {
      const name = this.symbol(symbol);
      if (this.know.kindOf(name) === "vector" && this.know.isSure(name))
        return { label: `^${first.text}`, rest: undefined };
    }
    // `x^{k+1}` of a vector is the next x.
    const kind = this.know.kindOf(this.symbol(symbol));
    if (
      (kind === "vector" || kind === "matrix" || symbol.style === "bold") &&
      items.some((p) => p.kind === "symbol") &&
      !isTranspose(items, this.know) &&
      !isPower(items) &&
      !(kind === "matrix" && this.isPowerOfNumbers(items))
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

  /** `p - 1` where p is known to be a number: the power of a matrix. */
  private isPowerOfNumbers(items: readonly Piece[]): boolean {
    return items.every((p) => {
      if (p.kind !== "symbol") return p.kind === "number" || (p.kind === "mark" && (p.mark === "s" || p.mark === "x"));
      const name = this.symbol(p);
      return this.know.kindOf(name) === "scalar" && this.know.isSure(name);
    });
  }

  /** `l`, `l-1`, `x,l` above a letter: which layer, which step it belongs to. */
  protected level(items: readonly Piece[]): { label: string; rest: readonly Piece[] | undefined } | undefined {
    const first = items[0]!;
    const listed = items.some((p) => p.kind === "mark" && p.mark === ",");
    if (!listed && !(first.kind === "symbol" && this.know.isLevel(first.name))) return undefined;
    const transposed = items.length > 1 && isTranspose(items.slice(-1), this.know);
    const label = scriptText(transposed ? items.slice(0, -1) : items);
    return label === undefined ? undefined : { label: `^${label}`, rest: transposed ? items.slice(-1) : undefined };
  }

  /** Transposes, inverses and powers. */
  protected superscript(value: Expr, sup: readonly Piece[], span: Span): Expr {
    const items = tidy(sup);
    if (items.length === 0) return value;
    const opSpan = { start: items[0]!.span.start, end: items.at(-1)!.span.end };
    const node = (op: string, ...args: Expr[]): Expr => ({ kind: "apply", op, args, span, opSpan });
    if (isTranspose(items, this.know)) return node("transpose", value);
    const [a, b, c] = items;
    // `[0, 1]^n`
    if (value.kind === "literal" && value.rows.length === 1 && value.rows[0]!.length === 2 && a!.kind !== "mark")
      return meant("box", [value], span);
    const minus = a?.kind === "mark" && a.mark === "s" && a.value === "sub";
    if (minus && items.length === 2 && b?.kind === "number" && b.text === "1") return node(UNSETTLED.inverse, value);
    if (minus && items.length === 2 && isTranspose([b!], this.know))
      return node("transpose", node(UNSETTLED.inverse, value));
    if (minus && items.length === 3 && b?.kind === "number" && b.text === "1" && isTranspose([c!], this.know))
      return node("transpose", node(UNSETTLED.inverse, value));
    if (items.length >= 2 && isTranspose([a!], this.know) && !isOperandLike(b!))
      return this.superscript(node("transpose", value), items.slice(1), span);
    if (items.length === 1 && a!.kind === "symbol" && a!.name === "dagger")
      return this.meaning("dagger", [value], span, opSpan);
    if (items.length === 1 && a!.kind === "mark" && a!.mark === "s" && a!.value === "add")
      return this.meaning("plus", [value], span, opSpan);
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

  /** The variables of a subscript: `\nabla_x`, `\partial_{W,b}`. */
  protected variables(sub: readonly Piece[], sup: readonly Piece[] | undefined): readonly Expr[] {
    const order = sup === undefined ? 1 : Number(scriptText(sup)) || fail("an order");
    const v = this.expression(sub);
    if (v.kind !== "name" && v.kind !== "index") fail("what is differentiated by");
    return Array.from({ length: order }, () => v);
  }
}
