import { isInRange } from "../core/ast";
import { isScalar } from "../core/shape";
import { tableOf } from "../core/table";
import { inferShape } from "../shapes/infer";
import { Cursor } from "./cursor";
import { isFunction, isKnownFunction, isValue, isVariable, type Known } from "./known";
import { type Index, call, giveUp, infix, named, type Named, numeral, type Raw } from "./raw";
import { splitWord } from "./split";
import { GREEK, type Token, tokensOf } from "./tokens";
import { ALIASES, BARE_METHODS, METHODS, MODULES, PREFIXES } from "./vocabulary";

const PRODUCTS = new Set(["*", "·", "×", "@", "/", "./", ".*", "⊙", "⊗", "\\", "%*%", "⋅"]);
const SUMS: Readonly<Record<string, string>> = tableOf<string>({ "+": "+", "-": "-", ".+": "+", ".-": "-", "⊕": "+" });
const COMPARISONS = new Set(["<", ">", "<=", ">=", "≤", "≥", "≻", "⪰", "!="]);
const CLOSES: Readonly<Record<string, string>> = tableOf<string>({ "(": ")", "[": "]", "{": "}", "⟨": "⟩" });
const TRANSPOSES = new Set(["T", "⊤", "t", "H", "'", "tr", "transpose", "top"]);

/** Commands of LaTeX that only change how a letter looks. */
const LOOKS = new Set([
  "mathbf", "boldsymbol", "bm", "mathrm", "mathit", "mathsf", "mathcal", "mathbb", "text", "textbf", "textrm", "vec", "vb", "pmb",
  "operatorname", "mathop", "mathtt", "mathfrak", "mathscr", "bf", "rm", "overrightarrow", "textit", "symbf", "boldmath", "va", "mat",
]); // prettier-ignore
/** Commands that put a sign above a letter: part of its name. */
const ACCENTS: Readonly<Record<string, string>> = tableOf<string>({
  hat: "hat", widehat: "hat", bar: "bar", overline: "bar", tilde: "tilde", widetilde: "tilde", dot: "dot", ddot: "ddot",
}); // prettier-ignore
const MATRICES = new Set(["pmatrix", "bmatrix", "matrix", "Bmatrix", "smallmatrix", "array", "vmatrix"]);

/** Reads a whole text as one expression. */
export function parseRaw(text: string, known: Known): Raw {
  return parseRawTokens(text, tokensOf(text), known);
}

export function parseRawTokens(text: string, tokens: readonly Token[], known: Known): Raw {
  const reader = new Reader(text, tokens, known);
  const raw = reader.expression();
  if (!reader.cursor.atEnd) giveUp(`\`${reader.cursor.peek()!.text}\` is not expected here`);
  return raw;
}

/** Deeper than this nobody writes. */
const MOST_NESTED = 60;

/** A recursive-descent reader with a generous idea of what a product looks like. */
class Reader {
  readonly cursor: Cursor;
  /** Signs of bars that are open, the innermost last. */
  private bars: string[] = [];
  /** Inside `[…]` a blank may separate. */
  private blanksSeparate = false;
  private depth = 0;

  constructor(
    private readonly text: string,
    tokens: readonly Token[],
    private known: Known,
  ) {
    this.cursor = new Cursor(tokens);
  }

  expression(): Raw {
    if (++this.depth > MOST_NESTED) giveUp("it is too deep");
    let left = this.sum();
    const c = this.cursor;
    while (c.peek()?.kind === "op" && COMPARISONS.has(c.peek()!.text)) {
      const sign = c.next().text;
      left = { kind: "compare", sign, left, right: this.sum() };
    }
    this.depth--;
    return left;
  }

  private sum(): Raw {
    const c = this.cursor;
    let left = this.signed();
    for (;;) {
      const t = c.peek();
      if (t?.kind !== "op" || !Object.hasOwn(SUMS, t.text)) return left;
      // `[1 -2]`: a blank before and none behind.
      if (this.blanksSeparate && t.spaced && c.peek(1)?.spaced === false) return left;
      c.next();
      left = infix(SUMS[t.text]!, left, this.signed());
    }
  }

  private signed(): Raw {
    const c = this.cursor;
    if (c.isOp("-")) {
      c.next();
      return { kind: "minus", of: this.signed() };
    }
    if (c.isOp("+")) {
      c.next();
      return this.signed();
    }
    return this.product();
  }

  /** Factors side by side or with a sign between them, read from left to right. */
  private product(): Raw {
    const c = this.cursor;
    let left = this.factor();
    for (;;) {
      const t = c.peek();
      if (t === undefined) break;
      if (t.kind === "op" && PRODUCTS.has(t.text)) {
        c.next();
        const right = c.isOp("-") ? this.signed() : this.factor();
        left = this.divided(t.text === "%*%" ? "@" : t.text, left, right);
      } else if (t.kind === "op" && t.text === "." && this.isDotProduct()) {
        c.next();
        left = infix("@", left, this.factor());
      } else if (this.startsFactor(t)) {
        if (this.blanksSeparate && t.spaced) break;
        if (left.kind === "number" && t.kind === "num") giveUp("two numbers stand side by side");
        left = this.beside(left);
      } else break;
    }
    return left.kind === "partial" ? this.finishPartial(left) : left;
  }

  /** Two factors with nothing between them; `d/dx` in front takes all that follows. */
  private beside(left: Raw): Raw {
    if (left.kind === "derivative" && left.of.kind === "text") {
      const of = this.product();
      return { ...left, of };
    }
    return this.times("", left, this.factor());
  }

  /** A product; letters that stand side by side in a word are factors of it like any others. */
  private times(sign: string, left: Raw, right: Raw): Raw {
    if (right.kind !== "infix" || !this.inOneWord.has(right) || !["", "*", "·"].includes(sign))
      return infix(sign, left, right);
    return infix("", this.times(sign, left, right.left), right.right);
  }
  private readonly inOneWord = new WeakSet<Raw>();

  private finishPartial(p: Raw & { kind: "partial" }): Raw {
    if (p.of === undefined) return giveUp("it is not said what is derived");
    return { kind: "differential", of: p.of };
  }

  /** A quotient of two halves of a derivative is a derivative: `∂f/∂x`. */
  private divided(sign: string, left: Raw, right: Raw): Raw {
    if (sign !== "/" || left.kind !== "partial") return this.times(sign, left, right);
    const wrt: Raw[] = [];
    const collect = (r: Raw): void => {
      if (r.kind === "infix" && (r.sign === "" || r.sign === "*")) {
        collect(r.left);
        collect(r.right);
      } else if (r.kind === "partial" && r.of !== undefined) for (let i = 0; i < r.order; i++) wrt.push(r.of);
      else giveUp("below the line of a derivative stands something else");
    };
    collect(right);
    // `∂x∂y`: the second sign stands right behind the first.
    while (this.cursor.isOp("∂")) collect(this.factor());
    const derivative = { kind: "derivative", wrt, order: wrt.length } as const;
    return left.of !== undefined
      ? { ...derivative, of: left.of }
      : { ...derivative, of: { kind: "text", text: "what follows" } };
  }

  /** `A.B`: in Wolfram's language a dot between values is the matrix product. */
  private isDotProduct(): boolean {
    const c = this.cursor;
    const next = c.peek(1);
    if (next === undefined) return false;
    if (next.kind === "op") return next.text === "(" || next.text === "{";
    if (next.kind !== "word") return false;
    return this.known.style.wolfram || isValue(this.known, next.text);
  }

  /** Whether a token can begin a factor that stands beside another. */
  private startsFactor(t: Token): boolean {
    if (t.kind === "num" || t.kind === "cmd") return !(t.kind === "cmd" && t.text === "end");
    if (t.kind === "word") return !/^(?:for|if|else|in|and|or|with|wrt|where|subject|then|is|at|do|over)$/.test(t.text);
    if (t.kind !== "op") return false;
    if (t.text === "|" || t.text === "‖") return !this.bars.includes(t.text);
    return ["(", "[", "∇", "∂", "√", "⟨", "∑"].includes(t.text) || (t.text === "{" && this.known.style.wolfram);
  }

  private factor(): Raw {
    const c = this.cursor;
    if (c.isOp("-")) return this.signed();
    let raw = this.primary();
    for (;;) {
      const t = c.peek();
      if (t === undefined) return raw;
      if (raw.kind === "partial") return raw;
      const next = this.postfix(raw, t);
      if (next === undefined) return raw;
      raw = next;
    }
  }

  private postfix(raw: Raw, t: Token): Raw | undefined {
    const c = this.cursor;
    // `‖X‖²_F`
    if (raw.kind === "infix" && raw.left.kind === "bars" && raw.left.which === undefined) {
      const which = this.normWhich();
      if (which !== undefined) return { ...raw, left: { ...raw.left, which } };
    }
    if (t.kind === "sup") {
      c.next();
      return this.raised(raw, tokensOf(t.text));
    }
    if (t.kind !== "op") {
      if (t.kind === "word" && t.text.startsWith("_") && raw.kind === "call" && raw.name === "norm") {
        c.next();
        return { ...raw, name: normName(t.text.slice(1)) };
      }
      return undefined;
    }
    switch (t.text) {
      case "'":
      case ".'":
      case "⊤":
        if (t.text === "'" && t.spaced && this.blanksSeparate) return undefined;
        c.next();
        return this.primed(raw) ?? { kind: "transpose", of: raw };
      case "^":
      case "**":
        c.next();
        return this.raised(raw, undefined);
      case ".^":
        c.next();
        return infix(".^", raw, this.exponent());
      case "_":
        if (raw.kind === "call" && raw.name === "norm") {
          c.next();
          return { ...raw, name: normName(this.subscriptText()) };
        }
        return raw.kind === "name" ? this.subscripted(raw.name) : undefined;
      case "[":
        if (this.blanksSeparate && t.spaced) return undefined;
        return this.indexed(raw, this.known.style.countsFromZero ? 0 : 1);
      case "(":
        if (raw.kind === "derivative" || raw.kind === "function" || t.spaced) return undefined;
        return isArrayLike(raw) && this.holdsIndices(raw)
          ? this.indexed(raw, this.known.style.countsFromZero ? 0 : 1)
          : undefined;
      case ".":
        return this.method(raw);
      default:
        return undefined;
    }
  }

  /** `f'(c)` of a number that is defined: nobody transposes it, and the brackets say by what it is derived. */
  private primed(raw: Raw): Raw | undefined {
    const c = this.cursor;
    if (raw.kind !== "name" || !c.isOp("(") || c.peek()!.spaced || c.peek(1)?.kind !== "word" || !c.isOp(")", 2))
      return undefined;
    const by = c.peek(1)!.text;
    const { scope, locals } = this.known;
    if (locals.has(raw.name) || !scope.definitions.has(raw.name) || !isVariable(this.known, by)) return undefined;
    const isFunction = scope.definitions.get(raw.name)!.parameters !== undefined;
    const { shape } = inferShape(
      isFunction
        ? { kind: "call", name: raw.name, primes: 0, args: [{ kind: "name", name: by }] }
        : { kind: "name", name: raw.name },
      scope,
      { tolerant: true },
    );
    if (shape === undefined || (!isFunction && !isScalar(shape))) return undefined;
    for (let k = 0; k < 3; k++) c.next();
    return { kind: "derivative", of: isFunction ? call(raw.name, named(by)) : raw, wrt: [named(by)], order: 1 };
  }

  /** `x.T`, `x.dot(y)`, `x.sum()`, `x.shape[0]`. */
  private method(base: Raw): Raw | undefined {
    const c = this.cursor;
    const word = c.peek(1);
    if (word?.kind !== "word" || word.spaced || this.isDotProduct()) return undefined;
    const name = word.text.toLowerCase();
    if (name === "shape" || name === "size") {
      c.next();
      c.next();
      const args = c.isOp("(") ? this.args("(", ")").args : c.isOp("[") ? this.args("[", "]").args : [];
      return sideOf(base, args[0], 0);
    }
    const method = METHODS.get(name);
    if (method === undefined) return undefined;
    const hasArgs = c.isOp("(", 2);
    if (!hasArgs && !BARE_METHODS.has(name) && name !== "asdiagonal") return undefined;
    c.next();
    c.next();
    const { args, named } = hasArgs ? this.args("(", ")") : { args: [], named: new Map<string, Raw>() };
    if (method === "first") return base;
    if (method === "transpose") return { kind: "transpose", of: base };
    return { kind: "call", name: method, args: [base, ...args], named };
  }

  /** Whether round brackets behind an array hold places of entries rather than a factor. */
  private holdsIndices(raw: Raw): boolean {
    const c = this.cursor;
    const end = c.partner();
    if (end === undefined) return false;
    const inside = c.tokens.slice(c.at + 1, end);
    if (inside.length === 0) return false;
    const isName = raw.kind === "name";
    const simple = inside.every(
      (t) =>
        t.kind === "num" || (t.kind === "op" && [",", ":", "+", "-"].includes(t.text)) || (t.kind === "word" && t.text === "end") ||
        (t.kind === "word" && this.isIndex(t.text)),
    ); // prettier-ignore
    if (!simple) return false;
    return isName || this.known.style.countsFromZero;
  }

  /** Whether a letter counts entries here: in a loop, or by custom. */
  private isIndex(word: string): boolean {
    const { scope, locals, style } = this.known;
    if (!/^[a-z]$/.test(word) || scope.variables.has(word) || scope.definitions.has(word)) return false;
    return /^[ijk]$/.test(word) || (style.roundIndices && (locals.has(word) || scope.dimensions.has(word)));
  }

  private indexed(base: Raw, from: 0 | 1): Raw {
    const c = this.cursor;
    const close = CLOSES[c.next().text]!;
    const isDouble = close === "]" && c.isOp("[") && this.known.style.wolfram;
    if (isDouble) c.next();
    const indices: Index[] = [];
    const saved = this.blanksSeparate;
    this.blanksSeparate = false;
    while (!c.isOp(close)) {
      if (c.atEnd) giveUp("a bracket is never closed");
      indices.push(this.index());
      if (c.isOp(",")) c.next();
    }
    c.next();
    if (isDouble) c.take("]");
    this.blanksSeparate = saved;
    if (base.kind === "index" && base.indices.length === 1 && indices.length === 1 && base.indices[0] !== null)
      return { ...base, indices: [...base.indices, ...indices] };
    // `A(:)`: all entries in one column.
    if (indices.length === 1 && indices[0] === null) return call("vec", base);
    return { kind: "index", base, indices, from };
  }

  private index(): Index {
    const c = this.cursor;
    const open = c.isOp(":") || c.isOp("::");
    const first = open ? undefined : this.endOr(() => this.sum());
    if (!c.isOp(":")) return first ?? "range";
    c.next();
    if (first === undefined && (c.isOp(",") || c.isOp("]") || c.isOp(")"))) return null;
    while (!c.isOp(",") && !c.isOp("]") && !c.isOp(")") && !c.atEnd) c.next();
    return "range";
  }

  /** MATLAB's and Julia's `end`. */
  private endOr(read: () => Raw): Raw {
    if (this.cursor.isWord("end")) {
      this.cursor.next();
      return { kind: "text", text: "end" };
    }
    return read();
  }

  /** What stands behind `^`, or raised. */
  private raised(base: Raw, raisedTokens: readonly Token[] | undefined): Raw {
    const exponent = raisedTokens === undefined ? this.exponentTokens() : raisedTokens;
    if (exponent === undefined) return infix("^", base, this.exponent());
    const text = exponent.map((t) => t.text).join("");
    if (TRANSPOSES.has(text) && !isVariable(this.known, text)) return { kind: "transpose", of: base };
    if (text === "-T" || text === "-⊤" || text === "-'") return { kind: "transpose", of: call("inv", base) };
    if (text === "*" || text === "∗") return { kind: "transpose", of: base };
    if (text === "+" || text === "†") return call("pinv", base);
    if (text === "'" || text === "''") return { kind: "transpose", of: base };
    if (base.kind === "name" && base.name === "e" && !isValue(this.known, "e"))
      return call("exp", parseRawTokens(this.text, exponent, this.known));
    return infix("^", base, parseRawTokens(this.text, exponent, this.known));
  }

  /** The tokens of an exponent that is a group, a single sign or a number. */
  private exponentTokens(): readonly Token[] | undefined {
    const c = this.cursor;
    const t = c.peek();
    if (t === undefined) return giveUp("an exponent is missing");
    if (t.kind === "op" && (t.text === "{" || t.text === "(")) {
      const end = c.partner();
      if (end === undefined) return giveUp("a bracket is never closed");
      const inside = c.tokens.slice(c.at + 1, end);
      c.at = end + 1;
      return unstyled(inside);
    }
    if (t.kind === "cmd" && LOOKS.has(t.text)) {
      c.next();
      return this.exponentTokens();
    }
    if (t.kind === "op" && ["⊤", "'", "*", "†", "+"].includes(t.text)) return [c.next()];
    if (t.kind === "word" && !isValue(this.known, t.text) && /^T[\p{L}]/u.test(t.text)) {
      // `x^TAx`: LaTeX takes one letter.
      c.replace({ ...t, text: t.text.slice(1), start: t.start + 1 });
      return [{ ...t, text: "T", end: t.start + 1 }];
    }
    if (t.kind === "op" && t.text === "-") {
      c.next();
      const rest: readonly Token[] = this.exponentTokens() ?? [];
      return [t, ...rest];
    }
    if (t.kind === "num" || (t.kind === "word" && (TRANSPOSES.has(t.text) || isValue(this.known, t.text))))
      return [c.next()];
    return undefined;
  }

  private exponent(): Raw {
    const c = this.cursor;
    if (c.isOp("-")) {
      c.next();
      return { kind: "minus", of: this.exponent() };
    }
    if (c.isOp("{")) return this.group("{");
    return this.primary();
  }

  private group(open: string): Raw {
    const c = this.cursor;
    c.take(open);
    const saved = [this.bars, this.blanksSeparate] as const;
    this.bars = [];
    this.blanksSeparate = false;
    const inner = this.expression();
    [this.bars, this.blanksSeparate] = saved;
    c.take(CLOSES[open]!);
    return inner;
  }

  private primary(): Raw {
    const c = this.cursor;
    const t = c.peek();
    if (t === undefined) return giveUp("it ends too early");
    switch (t.kind) {
      case "num":
        c.next();
        return isInRange(t.text) ? numeral(Number(t.text)) : giveUp("a number is larger or smaller than numbers go");
      case "str":
        c.next();
        return { kind: "text", text: t.text };
      case "word":
        return this.word();
      case "cmd":
        return this.command();
      case "sup":
      case "sub":
        return giveUp("something is raised above nothing");
      case "op":
        return this.sign(t);
    }
  }

  private sign(t: Token): Raw {
    const c = this.cursor;
    switch (t.text) {
      case "(": {
        const inner = this.group("(");
        return inner;
      }
      case "{":
        return this.known.style.wolfram || c.isOp("{", 1) ? this.wolframList() : this.group("{");
      case "[":
        return this.literal();
      case "|":
      case "‖":
        return this.barred(t.text);
      case "⟨": {
        c.next();
        const a = this.expression();
        if (!c.isOp("|")) c.take(",");
        else c.next();
        const b = this.expression();
        c.take("⟩");
        this.normWhich();
        return call("innerproduct", a, b);
      }
      case "√": {
        c.next();
        return call("sqrt", c.isOp("(") ? this.group("(") : c.isOp("{") ? this.group("{") : this.primary());
      }
      case "∇":
        return this.nabla();
      case "∂":
        return this.partial();
      case "∑":
        c.next();
        return this.bigSum();
      case "<": {
        c.next();
        const a = this.sum();
        c.take(",");
        const b = this.sum();
        c.take(">");
        this.normWhich();
        return call("innerproduct", a, b);
      }
      case "@":
        return this.handle();
      case "'": {
        // A text in single quotes.
        const end = c.tokens.findIndex((x, i) => i > c.at && x.kind === "op" && x.text === "'");
        if (end < 0) return giveUp("`'` stands before nothing");
        const text = this.text.slice(t.end, c.tokens[end]!.start);
        c.at = end + 1;
        return { kind: "text", text };
      }
      case "𝟙":
        c.next();
        return { kind: "allOnes" };
      case "∞":
        c.next();
        return { kind: "text", text: "inf" };
      default:
        return giveUp(`\`${t.text}\` is not expected here`);
    }
  }

  /** `@(x) …`: a function without a name. */
  private handle(): Raw {
    const c = this.cursor;
    c.next();
    c.take("(");
    const parameters: string[] = [];
    while (!c.isOp(")")) {
      const t = c.next();
      if (t.kind === "word") parameters.push(t.text);
    }
    c.next();
    return this.functionOf(parameters);
  }

  private barred(sign: string): Raw {
    const c = this.cursor;
    c.next();
    const saved = this.blanksSeparate;
    this.blanksSeparate = false;
    this.bars.push(sign);
    const of = this.expression();
    this.bars.pop();
    this.blanksSeparate = saved;
    if (!c.isOp(sign)) giveUp("bars are never closed");
    c.next();
    const which = this.normWhich();
    return { kind: "bars", of, double: sign === "‖", ...(which === undefined ? {} : { which }) };
  }

  /** The subscript of a norm, where one is written. */
  private normWhich(): string | undefined {
    const c = this.cursor;
    const t = c.peek();
    if (t?.kind === "sub" || (t?.kind === "word" && t.text.startsWith("_"))) {
      c.next();
      return t.text.replace(/^_/, "");
    }
    if (c.isOp("∞") && !t!.spaced) return c.next().text;
    return c.isOp("_") ? (c.next(), this.subscriptText(true)) : undefined;
  }

  /** What stands below, as text; the sign `_` is read already where `taken`. */
  private subscriptText(taken = false): string {
    const c = this.cursor;
    if (!taken && c.isOp("_")) c.next();
    if (c.isOp("{")) {
      const end = c.partner();
      if (end === undefined) return giveUp("a bracket is never closed");
      const text = unstyled(c.tokens.slice(c.at + 1, end)).map((t) => t.text).join(""); // prettier-ignore
      c.at = end + 1;
      return text;
    }
    if (c.peek()?.kind === "cmd" && LOOKS.has(c.peek()!.text)) {
      c.next();
      return this.subscriptText(true);
    }
    return c.next().text;
  }

  /** The names that a derivative is taken by, below its sign. */
  private below(): Raw[] {
    const c = this.cursor;
    const t = c.peek();
    let text: string;
    if (t?.kind === "sub") text = c.next().text;
    else if (t?.kind === "word" && t.text.startsWith("_")) text = c.next().text.slice(1);
    else if (c.isOp("_")) text = this.subscriptText();
    else return [];
    return text
      .split(",")
      .filter((x) => x !== "")
      .map((x) => this.nameOf(x));
  }

  /** A name as it is known here. */
  private nameOf(word: string): Raw {
    const found = this.spelled(word);
    if (found !== undefined) return named(found);
    // `∇_X f` where only `x` is known is left to the scope.
    return named(word);
  }

  private nabla(): Raw {
    const c = this.cursor;
    c.next();
    let order = 1;
    let wrt: Raw[] = [];
    for (;;) {
      const t = c.peek();
      if (t?.kind === "sup" && /^[12]$/.test(t.text)) order = Number(c.next().text);
      else if (c.isOp("^") && /^[12]$/.test(c.peek(1)?.text ?? "")) {
        c.next();
        order = Number(c.next().text);
      } else if (c.isOp("^") && c.isOp("{", 1) && /^[12]$/.test(c.peek(2)?.text ?? "")) {
        c.next();
        order = Number(this.subscriptText(true));
      } else {
        const more = this.below();
        if (more.length === 0) break;
        wrt = more;
      }
    }
    return this.derived(wrt, order);
  }

  /** What stands behind `∇`, `∇_x`, `grad_x`, derived. */
  private derived(wrt: readonly Raw[], order: number): Raw {
    const of = this.beginsProduct() ? this.product() : this.operand();
    const by = wrt.length === 1 && order === 2 ? [wrt[0]!, wrt[0]!] : wrt;
    return { kind: "derivative", of, wrt: by, order: Math.max(order, by.length) };
  }

  /**
   * Whether an operator in front is applied to the product that follows: `∇ x'*A*x`. A letter that is a vector or a matrix is
   * its first factor, for nobody takes the gradient of that alone; a name that stands for a formula is the whole: `∇f'*d`.
   */
  private beginsProduct(): boolean {
    const t = this.cursor.peek();
    if (t?.kind === "num") return true;
    if (t?.kind !== "word" || this.known.scope.definitions.has(t.text)) return false;
    if (isVariable(this.known, t.text)) return true;
    const pieces = splitWord(t.text, this.known);
    if (pieces !== undefined) return !PREFIXES.has(pieces[0]!);
    return isSingle(t.text) && !this.cursor.isOp("(", 1) && !isFunction(this.known, t.text);
  }

  /** What an operator in front is applied to: a bracket, a name, or a call; not the product that follows. */
  private operand(): Raw {
    const c = this.cursor;
    if (c.isOp("[")) return this.group("[");
    const t = c.peek();
    if (c.isOp("|") || c.isOp("‖") || c.isOp("√")) return this.factor();
    if (t?.kind === "word") {
      const raw = this.wordWithBracket();
      return raw;
    }
    const raw = this.primary();
    return raw;
  }

  /** A name with the brackets behind it: `f(x)`. */
  private wordWithBracket(): Raw {
    const raw = this.word();
    return raw.kind === "name" && this.cursor.isOp("(") && !this.cursor.peek()!.spaced ? this.applied(raw.name) : raw;
  }

  /** `∂f`, `∂²f`, `∂x`, `∂/…`. */
  private partial(): Raw {
    const c = this.cursor;
    c.next();
    let order = 1;
    const t = c.peek();
    if (t?.kind === "sup" && /^\d$/.test(t.text)) order = Number(c.next().text);
    else if (c.isOp("^") && c.peek(1)?.kind === "num") {
      c.next();
      order = Number(c.next().text);
    }
    const lower = this.below();
    if (lower.length > 0) return this.derived(lower, lower.length);
    if (c.isOp("/") || c.atEnd || c.isOp("}")) return { kind: "partial", order };
    const { of, power } = this.partialOf();
    return { kind: "partial", of, order: Math.max(order, power) };
  }

  /** The name or bracket behind `∂`, with a power that counts the derivatives by it. */
  private partialOf(): { readonly of: Raw; readonly power: number } {
    const c = this.cursor;
    const of = c.peek()?.kind === "word" ? this.wordWithBracket() : c.isOp("(") ? this.group("(") : this.primary();
    // `∂x∂xᵀ`, of a Hessian: the second one is written as a row.
    if (this.isBehindAnother() && this.takesTranspose()) return { of, power: 1 };
    if (c.isOp("⊤") || (c.peek()?.kind === "sup" && c.peek()!.text === "T")) giveUp("a derivative by a row");
    if (c.peek()?.kind === "sup" && /^\d$/.test(c.peek()!.text)) return { of, power: Number(c.next().text) };
    if (!c.isOp("^") || !/^\d$/.test(c.peek(1)?.text ?? "")) return { of, power: 1 };
    c.next();
    return { of, power: Number(c.next().text) };
  }

  /** Whether another `∂x` stands in front of the one that is read. */
  private isBehindAnother(): boolean {
    const { tokens, at } = this.cursor;
    return tokens.slice(0, at).filter((t) => t.text === "∂" || /^d/.test(t.text)).length > 1;
  }

  /** Takes `^T`, `^\top`, `ᵀ` where one follows. */
  private takesTranspose(): boolean {
    const c = this.cursor;
    const one = c.isOp("⊤") || c.isOp("'") || (c.peek()?.kind === "sup" && c.peek()!.text === "T");
    const two = c.isOp("^") && TRANSPOSES.has(c.peek(1)?.text ?? "");
    if (one || two) c.next();
    if (two) c.next();
    return one || two;
  }

  /** `∑_{i=1}^n body`, the sign already read. */
  private bigSum(): Raw {
    const c = this.cursor;
    let variable: string | undefined;
    let from: Raw | undefined;
    let to: Raw | undefined;
    for (;;) {
      const t = c.peek();
      if (t?.kind === "sub" || c.isOp("_") || (t?.kind === "word" && t.text.startsWith("_"))) {
        const text =
          t!.kind === "sub" ? c.next().text : t!.kind === "word" ? c.next().text.slice(1) : this.subscriptText();
        const parts = /^(\p{L})(?:(?:=|∈)(.+))?$/u.exec(text);
        if (parts === null) return giveUp("the index of a sum is not clear");
        variable = parts[1]!;
        if (parts[2] !== undefined) from = parseRaw(parts[2], this.known);
      } else if (t?.kind === "sup") to = parseRaw(c.next().text, this.known);
      else if (c.isOp("^")) {
        c.next();
        const inner = this.exponentTokens();
        to = inner === undefined ? this.exponent() : parseRawTokens(this.text, inner, this.known);
      } else break;
    }
    if (variable === undefined) return call("sum", this.product());
    const body = this.product();
    return { kind: "sum", variable, from, to, body };
  }

  private command(): Raw {
    const c = this.cursor;
    const name = c.next().text;
    if (["frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"].includes(name)) {
      const top = this.argument();
      const bottom = this.argument();
      return this.divided("/", top, bottom);
    }
    if (name === "sqrt") return call("sqrt", this.argument());
    if (Object.hasOwn(ACCENTS, name)) {
      const inner = this.styled();
      const accented = `${inner}_${ACCENTS[name]!}`;
      const candidates = [
        accented,
        `${inner}${ACCENTS[name]!}`,
        `${inner}_${ACCENTS[name] === "bar" ? "mean" : "est"}`,
      ];
      return this.resolved(candidates.find((x) => isValue(this.known, x)) ?? accented);
    }
    if (name === "vec" && (c.isOp("(") || (c.isOp("{") && (c.peek(2)?.text !== "}" || !isLower(c.peek(1)!)))))
      return call("vec", c.isOp("(") ? this.group("(") : this.group("{"));
    if (LOOKS.has(name)) {
      const inner = this.styled();
      if (name === "mathbf" || name === "boldsymbol" || name === "bm" || name === "mathbb") {
        if (inner === "1") return this.constant("allOnes");
        if (inner === "0") return this.constant("allZeros");
        if (inner === "I" && !isValue(this.known, "I")) return this.constant("identity");
      }
      return this.resolved(inner);
    }
    if (name === "begin") return this.environment();
    if (isKnownFunction(name) || PREFIXES.has(name)) return this.functionNamed(name);
    return giveUp(`\`\\${name}\` is not known`);
  }

  /** An identity or a vector of ones, with its size where it is written below. */
  private constant(kind: "identity" | "allOnes" | "allZeros"): Raw {
    const c = this.cursor;
    const t = c.peek();
    if (t?.kind === "sub") {
      c.next();
      return { kind, of: named(t.text) };
    }
    if (t?.kind === "word" && t.text.startsWith("_")) {
      c.next();
      return { kind, of: named(t.text.slice(1)) };
    }
    if (c.isOp("_")) return { kind, of: parseRaw(this.subscriptText(), this.known) };
    return { kind };
  }

  /** The letter in `{…}` behind a command that changes its look. */
  private styled(): string {
    const c = this.cursor;
    if (!c.isOp("{")) {
      const t = c.peek();
      if (t?.kind === "cmd" && LOOKS.has(t.text)) {
        c.next();
        return this.styled();
      }
      if (t?.kind === "word" && t.text.length > 1) {
        c.replace({ ...t, text: t.text.slice(1), start: t.start + 1 });
        return t.text[0]!;
      }
      return c.next().text;
    }
    const end = c.partner();
    if (end === undefined) return giveUp("a brace is never closed");
    const inside = unstyled(c.tokens.slice(c.at + 1, end));
    c.at = end + 1;
    return inside.map((t) => t.text).join("");
  }

  /** The argument of a command: a group, or one sign. */
  private argument(): Raw {
    const c = this.cursor;
    const t = c.peek();
    if (c.isOp("{")) {
      const end = c.partner();
      if (end === undefined) return giveUp("a brace is never closed");
      const inside = c.tokens.slice(c.at + 1, end);
      c.at = end + 1;
      return new Reader(this.text, inside, this.known).half();
    }
    if (t?.kind === "num" && t.text.length > 1) {
      c.replace({ ...t, text: t.text.slice(1), start: t.start + 1 });
      return numeral(Number(t.text[0]));
    }
    return this.primary();
  }

  /** A whole text that may be half of a derivative. */
  half(): Raw {
    const c = this.cursor;
    const t = c.peek();
    if (c.isOp("∂") || (t?.kind === "word" && t.text.startsWith("d") && !isValue(this.known, t.text))) {
      const saved = c.at;
      const parts: Raw[] = [];
      while (!c.atEnd) {
        const next = c.isOp("∂") ? this.partial() : this.plainHalf();
        if (next === undefined) break;
        parts.push(next);
      }
      if (c.atEnd && parts.length > 0) return parts.length === 1 ? parts[0]! : parts.reduce((a, b) => infix("", a, b));
      c.at = saved;
    }
    const raw = this.expression();
    if (!c.atEnd) giveUp(`\`${c.peek()!.text}\` is not expected here`);
    return raw;
  }

  /** `df`, `d f`, `d^2 f`, `dx`, with a plain d. */
  private plainHalf(): Raw | undefined {
    const c = this.cursor;
    const t = c.peek();
    if (t?.kind !== "word" || !t.text.startsWith("d")) return undefined;
    if (t.text !== "d") {
      const rest = this.spelled(t.text.slice(1));
      if (rest === undefined) return undefined;
      const { of, power } = (c.replace({ ...t, text: rest, start: t.start + 1 }), this.partialOf());
      return { kind: "partial", of, order: power };
    }
    c.next();
    let order = 1;
    if (c.peek()?.kind === "sup") order = Number(c.next().text);
    else if (c.isOp("^")) {
      c.next();
      order = Number(c.next().text);
    }
    if (c.atEnd) return { kind: "partial", order };
    const { of, power } = this.partialOf();
    return { kind: "partial", of, order: Math.max(order, power) };
  }

  private environment(): Raw {
    const c = this.cursor;
    const name = this.styled();
    if (!MATRICES.has(name.replace("*", ""))) return giveUp(`\`\\begin{${name}}\` has no form here`);
    if (name === "array" && c.isOp("{")) this.styled();
    const rows: Raw[][] = [[]];
    for (;;) {
      if (c.atEnd) return giveUp("a matrix is never closed");
      const t = c.peek()!;
      if (t.kind === "cmd" && t.text === "end") {
        c.next();
        this.styled();
        break;
      }
      if (c.isOp("&")) c.next();
      else if (c.isOp("\\\\")) {
        c.next();
        rows.push([]);
      } else rows.at(-1)!.push(this.expression());
    }
    if (rows.at(-1)!.length === 0) rows.pop();
    const raw: Raw = { kind: "literal", rows, flat: false };
    return name === "vmatrix" ? call("det", raw) : raw;
  }

  /** `[1, 2; 3, 4]`, `[1 2; 3 4]`, `[[1, 2], [3, 4]]`. */
  private literal(): Raw {
    const c = this.cursor;
    c.take("[");
    const saved = [this.bars, this.blanksSeparate] as const;
    this.bars = [];
    this.blanksSeparate = true;
    const rows: Raw[][] = [[]];
    while (!c.isOp("]")) {
      if (c.atEnd) giveUp("a bracket is never closed");
      if (c.isOp(";") || c.isOp("\\\\")) {
        c.next();
        if (!c.isOp("]")) rows.push([]);
      } else if (c.isOp(",")) c.next();
      else rows.at(-1)!.push(this.expression());
    }
    c.next();
    [this.bars, this.blanksSeparate] = saved;
    return listed(rows);
  }

  private wolframList(): Raw {
    const saved = this.known;
    this.known = { ...saved, style: { ...saved.style, wolfram: true } };
    const { args } = this.args("{", "}");
    this.known = saved;
    return listed([[...args]]);
  }

  /** Arguments between brackets, by place and by name. */
  private args(open: string, close: string): { args: Raw[]; named: Named } {
    const c = this.cursor;
    c.take(open);
    const saved = [this.bars, this.blanksSeparate] as const;
    this.bars = [];
    this.blanksSeparate = false;
    const args: Raw[] = [];
    const byName = new Map<string, Raw>();
    while (!c.isOp(close)) {
      if (c.atEnd) giveUp("a bracket is never closed");
      const t = c.peek()!;
      if (t.kind === "word" && c.isOp("=", 1)) {
        c.next();
        c.next();
        byName.set(t.text, this.argumentValue());
      } else if (c.isOp("@") && c.peek(1)?.kind === "word") {
        // MATLAB's handle of a function.
        c.next();
        args.push({ kind: "text", text: c.next().text });
      } else args.push(this.argumentValue());
      if (c.isWord("for")) {
        const inner = args.pop();
        if (inner === undefined) return giveUp("a loop over nothing");
        args.push(this.generated(inner));
      }
      if (c.isOp(",") || c.isOp(";")) c.next();
      else if (!c.isOp(close)) giveUp(`\`${c.peek()?.text ?? ""}\` is not expected here`);
    }
    c.next();
    [this.bars, this.blanksSeparate] = saved;
    return { args, named: byName };
  }

  private argumentValue(): Raw {
    const c = this.cursor;
    // `zeros((m, n))`: the sizes.
    if (c.isOp("(")) {
      const end = c.partner();
      const inside = end === undefined ? [] : c.tokens.slice(c.at + 1, end);
      const next = end === undefined ? undefined : c.tokens[end + 1];
      const alone = next === undefined || (next.kind === "op" && (next.text === ")" || next.text === ","));
      if (alone && topLevelComma(inside)) return listed([this.args("(", ")").args]);
    }
    return this.expression();
  }

  /** `body for i in range(n)`, `body for i in 1:n`. */
  private generated(body: Raw): Raw {
    const c = this.cursor;
    c.next();
    const variable = c.next().text;
    const { from, to } = this.range();
    return { kind: "sum", variable, from, to, body: variable === "" ? body : body };
  }

  /** `in range(n)`, `in 1:n`, `= 1:n`, `in 1..n`. */
  private range(): { from: Raw; to: Raw } {
    const c = this.cursor;
    if (!c.isWord("in") && !c.isOp("=") && !c.isOp("∈")) giveUp("a loop runs from somewhere to somewhere");
    c.next();
    return this.bounds();
  }

  bounds(): { from: Raw; to: Raw } {
    const c = this.cursor;
    if (c.isWord("range") && c.isOp("(", 1)) {
      c.next();
      const { args } = this.args("(", ")");
      const [a, b] = args;
      if (a === undefined || args.length > 2) return giveUp("a loop with steps");
      return b === undefined
        ? { from: numeral(0), to: infix("-", a, numeral(1)) }
        : { from: a, to: infix("-", b, numeral(1)) };
    }
    const from = this.sum();
    if (!c.isOp(":") && !c.isOp("..") && !c.isOp("...")) giveUp("a loop runs from somewhere to somewhere");
    c.next();
    return { from, to: this.sum() };
  }

  private word(): Raw {
    const c = this.cursor;
    const t = c.next();
    let word = t.text;
    const touching = (sign: string): boolean => c.isOp(sign) && !c.peek()!.spaced;
    if (word === "lambda" && (c.peek()?.kind === "word" || c.isOp(":")) && this.isPythonLambda()) return this.lambda();
    if ((word === "Function" || word === "fun") && touching("(")) giveUp("a function without a name");
    // `np.linalg.norm`
    let qualified = false;
    while (MODULES.has(word) && c.isOp(".") && c.peek(1)?.kind === "word" && !isVariable(this.known, word)) {
      c.next();
      word = c.next().text;
      qualified = true;
    }
    if (c.isOp("->") || c.isOp("↦") || c.isOp("|->")) {
      c.next();
      return this.functionOf([word]);
    }
    // Names with lowered characters: `x₁`, `xᵢ`, `Iₙ`.
    const below = c.peek();
    if (below?.kind === "sub" && !below.spaced) {
      const whole = this.text.slice(t.start, below.end);
      const known = [whole, `${word}_${below.text}`, `${word}${below.text}`].find((x) => isValue(this.known, x));
      if (known !== undefined) {
        c.next();
        return this.resolved(known);
      }
      if ((word === "I" || word === "Id") && !isValue(this.known, word)) return this.constant("identity");
      if (word === "Σ" && !isValue(this.known, word)) return this.bigSum();
      if (isVariable(this.known, word)) {
        c.next();
        return this.entry(word, below.text);
      }
      if (/^\d+$/.test(below.text)) {
        c.next();
        return named(whole);
      }
    }
    if (c.isOp("=>")) giveUp("a rule has no form here");
    if (qualified && /^(?:inf|Inf)$/.test(word)) return { kind: "text", text: "inf" };
    if (qualified) return this.functionNamed(word);
    if (word === "d" && !isVariable(this.known, "d") && (touching("(") || c.isOp("^") || c.peek()?.kind === "sup" || c.isOp("/") || c.peek()?.kind === "word")) {
      const half = this.leibniz(t);
      if (half !== undefined) return half;
    } // prettier-ignore
    if (/^d./.test(word) && !isValue(this.known, word) && (c.isOp("/") || this.isBelowLine())) {
      const rest = this.spelled(word.slice(1));
      if (rest !== undefined && (this.isBelowLine() || this.startsHalf(1))) {
        // `df/dx`
        return { kind: "partial", of: touching("(") ? this.applied(rest) : named(rest), order: 1 };
      }
    }
    if (word === "Σ" && c.isOp("_") && !isValue(this.known, word)) return this.bigSum();
    const operator = /^(grad|gradient|nabla|jac|jacobian|hess|hessian)_(\p{L}+)$/iu.exec(word);
    if (operator !== null && !isValue(this.known, word) && !isFunction(this.known, word))
      return this.derived([this.nameOf(operator[2]!)], /^hess/i.test(word) ? 2 : 1);
    if (/^sum_/.test(word) && c.isOp("^") && !isValue(this.known, word)) {
      c.back({ ...t, text: word.slice(3) });
      return this.bigSum();
    }
    if (
      /^sum_\p{L}$/u.test(word) &&
      c.peek() !== undefined &&
      this.startsFactor(c.peek()!) &&
      !isValue(this.known, word)
    ) {
      c.back({ ...t, text: word.slice(3) });
      return this.bigSum();
    }
    if (word === "sum" && c.isOp("_") && !isValue(this.known, word)) return this.bigSum();
    if (this.isLettersOfLatex(word)) return this.beside_([...word]);
    return this.resolved(word);
  }

  /** `AXB` in LaTeX, where a word that nothing declares is a product of letters. */
  private isLettersOfLatex(word: string): boolean {
    if (!/\\[a-zA-Z]{2,}/.test(this.text) || !/^[A-Za-z]{2,4}$/.test(word) || !/[A-Z]/.test(word)) return false;
    return !isValue(this.known, word) && !isFunction(this.known, word) && splitWord(word, this.known) === undefined;
  }

  private isPythonLambda(): boolean {
    for (let i = 0; ; i++) {
      const t = this.cursor.peek(i);
      if (t === undefined || (t.kind !== "word" && t.text !== "," && t.text !== ":")) return false;
      if (t.text === ":") return true;
    }
  }

  private lambda(): Raw {
    const c = this.cursor;
    const parameters: string[] = [];
    while (!c.isOp(":")) {
      const t = c.next();
      if (t.kind === "word") parameters.push(t.text);
    }
    c.next();
    return this.functionOf(parameters);
  }

  private functionOf(parameters: readonly string[]): Raw {
    const saved = this.known;
    this.known = { ...saved, locals: new Set([...saved.locals, ...parameters]) };
    const body = this.expression();
    this.known = saved;
    return { kind: "function", parameters, body };
  }

  /** Whether a word stands right behind a line of division: the lower half of a derivative. */
  private isBelowLine(): boolean {
    const before = this.cursor.tokens[this.cursor.at - 2];
    return before?.kind === "op" && before.text === "/";
  }

  /** Whether what stands `ahead` tokens from here is `dx`, `d(x)`, `∂x`. */
  private startsHalf(ahead: number): boolean {
    const t = this.cursor.peek(ahead);
    if (t === undefined) return false;
    if (t.kind === "op") return t.text === "∂" || (t.text === "(" && this.startsHalf(ahead + 1));
    if (t.kind !== "word" || !t.text.startsWith("d")) return false;
    return t.text === "d" || this.spelled(t.text.slice(1)) !== undefined;
  }

  /** `d(f)/d(x)`, `d/dx f`, `d^2 f/dx^2`, `d f/d x`; or a differential. */
  private leibniz(t: Token): Raw | undefined {
    const c = this.cursor;
    const saved = c.at;
    let order = 1;
    if (c.isOp("^") && c.peek(1)?.kind === "num") {
      c.next();
      order = Number(c.next().text);
    } else if (c.peek()?.kind === "sup" && /^\d$/.test(c.peek()!.text)) order = Number(c.next().text);
    if (c.isOp("/") && this.startsHalf(1)) return { kind: "partial", order };
    if (c.isOp("(") && !(c.peek()!.spaced && t.end !== c.peek()!.start)) {
      const of = this.group("(");
      if (c.isOp("/") && this.startsHalf(1)) return { kind: "partial", of, order };
      if (this.tokenBefore(saved - 1)?.text === "/") return { kind: "partial", of, order };
      if (c.peek()?.kind === "word" && c.peek()!.text === "d") return { kind: "partial", of, order };
      if (this.tokenBefore(saved - 1)?.text === ")") return { kind: "partial", of, order };
      return { kind: "differential", of };
    }
    const next = c.peek();
    if (next?.kind === "word") {
      const name = this.spelled(next.text);
      const isLower = this.tokenBefore(saved - 1)?.text === "/";
      if (name !== undefined && (isLower || (c.isOp("/", 1) && this.startsHalf(2)))) {
        c.next();
        return { kind: "partial", of: named(name), order };
      }
    }
    // `d tr(X^2)`
    if (next?.kind === "word" && isFunction(this.known, next.text) && !isValue(this.known, next.text)) {
      const of = this.factor();
      const isHalf = c.isOp("/") && this.startsHalf(1);
      return isHalf ? { kind: "partial", of, order } : { kind: "differential", of };
    }
    c.at = saved;
    return undefined;
  }

  private tokenBefore(at: number): Token | undefined {
    return this.cursor.tokens[at - 1];
  }

  /** How a name that is known is written here: `lambda` and `λ` are one letter. */
  private spelled(word: string): string | undefined {
    if (isValue(this.known, word) || this.known.scope.definitions.has(word)) return word;
    const greek = Object.hasOwn(GREEK, word) ? GREEK[word]! : undefined;
    if (greek !== undefined && isValue(this.known, greek)) return greek;
    const latin = Object.keys(GREEK).find((k) => GREEK[k] === word && isValue(this.known, k));
    return latin;
  }

  /** A word as what it is known for. */
  private resolved(word: string): Raw {
    const c = this.cursor;
    const bracket = c.isOp("(") && !c.peek()!.spaced;
    const spelled = this.spelled(word);
    if (spelled !== undefined) {
      const definition = this.known.scope.definitions.get(spelled);
      if (bracket && !isVariable(this.known, spelled) && definition !== undefined) return this.applied(spelled);
      return named(spelled);
    }
    if (isFunction(this.known, word) || PREFIXES.has(word.toLowerCase())) {
      const opens = c.isOp("(") || (c.isOp("'") && c.isOp("(", 1)) || (c.isOp("[") && (this.known.style.wolfram || /^[A-Z]/.test(word)));
      const next = c.peek();
      const prefix = PREFIXES.has(word.toLowerCase()) && next !== undefined &&
        (this.startsFactor(next) || c.isOp("^") || next.kind === "sup" || (next.kind === "word" && next.text.startsWith("_")));
      // A call with a dot of Julia's: `exp.(x)`.
      const dotted = c.isOp(".") && c.isOp("(", 1);
      if (opens || prefix || dotted) return this.functionNamed(word);
      // `sum(abs2, x)`: a function that is handed over.
      if (c.isOp(",") && isKnownFunction(word)) return { kind: "text", text: ALIASES.get(word.toLowerCase()) ?? word };
    } // prettier-ignore
    if (c.isOp(".") && c.isOp("(", 1) && !c.peek()!.spaced && isSigma(word)) return this.functionNamed("sigmoid");
    if (bracket && isSigma(word)) return this.functionNamed("sigmoid");
    if ((word === "I" || word === "Id" || word === "Identity" || word === "𝐈") && !bracket)
      return this.constant("identity");
    if (/^(?:I|Id)_/.test(word)) return { kind: "identity", of: named(word.slice(word.indexOf("_") + 1)) };
    if (word === "𝟙" || word === "ones") return this.constant("allOnes");
    if (word === "e" && (c.isOp("^") || c.peek()?.kind === "sup")) return named("e");
    if (word === "inf" || word === "Inf") return { kind: "text", text: "inf" };
    if (c.isOp("_")) return this.subscripted(word);
    const at = word.indexOf("_");
    if (at > 0 && isVariable(this.known, word.slice(0, at))) return this.entry(word.slice(0, at), word.slice(at + 1));
    const pieces = splitWord(word, this.known);
    if (pieces !== undefined) return this.beside_(pieces);
    // `dX` beside others: its differential.
    const changed = word.length > 1 && word.startsWith("d") ? this.spelled(word.slice(1)) : undefined;
    if (changed !== undefined && isVariable(this.known, changed)) return { kind: "differential", of: named(changed) };
    // `Σ x`: a covariance, or the sum of what follows.
    if (word === "Σ" && c.peek() !== undefined && this.startsFactor(c.peek()!))
      return giveUp("`Σ` may be a sum or a matrix: write `sum(…)`, or declare it above");
    if (bracket && !isSingle(word)) return giveUp(`\`${word}\` is not a function that is known here`);
    if (bracket) return this.unknownCall(word);
    if (isSingle(word) || Object.hasOwn(GREEK, word) || /^\p{L}\p{M}?(?:_\p{L}|_?\d+|_[a-z]{1,8})$/u.test(word))
      return named(word);
    return giveUp(`\`${word}\` is not known here`);
  }

  /** An unknown letter in front of a bracket: a factor, or a function that nobody knows. */
  private unknownCall(word: string): Raw {
    if (/^[a-zA-Z]$/.test(word)) giveUp(`it is not known whether \`${word}(…)\` is a product or a function`);
    return named(word);
  }

  private beside_(pieces: readonly string[]): Raw {
    let out: Raw | undefined;
    for (const [i, p] of pieces.entries()) {
      if (p === "'") out = { kind: "transpose", of: out! };
      else if (PREFIXES.has(p) && !isValue(this.known, p)) {
        const rest = this.beside_(pieces.slice(i + 1));
        const applied = call(ALIASES.get(p) ?? p, rest);
        return out === undefined ? applied : infix("", out, applied);
      } else {
        const piece: Raw = p === "I" && !isValue(this.known, "I") ? { kind: "identity" } : named(p);
        // What is raised behind the last letter belongs to it alone.
        const last = i === pieces.length - 1 ? this.withRaised(piece) : piece;
        if (out === undefined) out = last;
        else this.inOneWord.add((out = infix("", out, last)));
      }
    }
    return out!;
  }

  private withRaised(piece: Raw): Raw {
    let raw = piece;
    for (;;) {
      const t = this.cursor.peek();
      const next = t === undefined || (t.kind === "op" && t.text === "(") ? undefined : this.postfix(raw, t);
      if (next === undefined) return raw;
      raw = next;
    }
  }

  /** A name with something below it, in braces or not: another name, or an entry. */
  private subscripted(word: string): Raw {
    const c = this.cursor;
    const below = this.subscriptText();
    const name = `${word}_${below}`;
    if (isValue(this.known, name)) return named(name);
    if (isFunction(this.known, word) && !isVariable(this.known, word)) {
      if (/^(?:I|eye)$/.test(word)) return { kind: "identity", of: named(below) };
      return giveUp(`\`${word}\` with something below it is not known`);
    }
    if ((word === "I" || word === "Id") && !isVariable(this.known, word))
      return { kind: "identity", of: parseRaw(below, this.known) };
    if (isVariable(this.known, word)) return this.entry(word, below);
    void c;
    if (/^[\p{L}\d]+$/u.test(below)) return named(name);
    return giveUp("what stands below is not clear");
  }

  /** `x_i`, `A_ij`, `A_{i,j}`: an entry. */
  private entry(base: string, below: string): Raw {
    const shape = this.known.scope.variables.get(base)?.shape;
    const parts = below.includes(",") ? below.split(",") : /^\d+$/.test(below) ? [...below] : [...below];
    const matrix = shape !== undefined && shape.cols.key !== "1" && shape.rows.key !== "1";
    const wanted = matrix ? 2 : 1;
    const letters = !below.includes(",") && parts.length !== wanted ? [below] : parts;
    if (letters.length !== wanted || shape === undefined) return giveUp(`what \`${base}_${below}\` means is not clear`);
    const indices = letters.map((x): Raw => (/^\d+$/.test(x) ? numeral(Number(x)) : named(x)));
    return { kind: "index", base: named(base), indices, from: 1 };
  }

  /** A defined name in front of brackets: a function, or a value of which it is said again on what it depends. */
  private applied(name: string): Raw {
    const { args, named: byName } = this.args("(", ")");
    const definition = this.known.scope.definitions.get(name);
    if (definition !== undefined && definition.parameters === undefined) {
      if (args.every((a) => a.kind === "name" && isVariable(this.known, a.name))) return named(name);
      const [only] = args;
      if (args.length === 1 && only !== undefined) return infix("", named(name), only);
    }
    return { kind: "call", name, args, named: byName };
  }

  /** A function with its argument in brackets, or what stands behind it. */
  private functionNamed(word: string): Raw {
    const c = this.cursor;
    const name =
      this.known.scope.definitions.has(word) || isOwnFunction(word) ? word : (ALIASES.get(word.toLowerCase()) ?? word);
    if (!isKnownFunction(word) && !this.known.scope.definitions.has(word)) giveUp(`\`${word}\` is not known`);
    // `log'(c)`: the derivative at its argument.
    if (c.isOp("'") && c.isOp("(", 1)) {
      c.next();
      const of = this.call(name);
      const [by] = of.kind === "call" ? of.args : [];
      if (by?.kind !== "name") return giveUp(`the derivative of \`${name}\` is written \`d(${name}(x))/d(x)\``);
      return { kind: "derivative", of, wrt: [by], order: 1 };
    }
    let power: Raw | undefined;
    if (c.isOp("^") && !this.isBracketNext()) {
      c.next();
      const tokens = this.exponentTokens();
      power = tokens === undefined ? this.exponent() : parseRawTokens(this.text, tokens, this.known);
    } else if (c.peek()?.kind === "sup" && /^\d$/.test(c.peek()!.text)) power = numeral(Number(c.next().text));
    let which: string | undefined;
    if ((c.isOp("_") || c.peek()?.kind === "sub" || /^_/.test(c.peek()?.text ?? "")) && name === "norm")
      which = this.normWhich();
    let raw = this.call(name);
    if (which !== undefined && raw.kind === "call") raw = { ...raw, name: normName(which) };
    if (power === undefined) return raw;
    if (power.kind === "minus" || power.kind === "infix") return giveUp("an inverse function is written by its name");
    return infix("^", raw, power);
  }

  private isBracketNext(): boolean {
    return this.cursor.isOp("(");
  }

  private call(name: string): Raw {
    const c = this.cursor;
    if (c.isOp(".") && c.isOp("(", 1)) c.next();
    if (name === "sum" && c.isOp("(")) {
      const over = this.sumOver();
      if (over !== undefined) return over;
    }
    const opens = c.isOp("(") ? ["(", ")"] : c.isOp("[") ? ["[", "]"] : undefined;
    if (opens !== undefined) {
      const { args, named: byName } = this.args(opens[0]!, opens[1]!);
      // `jax.grad(f)(x)`, `grad(f)`
      if (name === "grad" || name === "hess") return this.derivative(name, args);
      const [only, over] = args;
      if (name === "sum" && over?.kind === "literal" && opens[0] === "[") return wolframSum(only!, over.rows[0]!);
      if (only?.kind === "sum" && args.length === 1 && (name === "sum" || name === "mean"))
        return name === "mean" ? { ...only, mean: true } : only;
      return { kind: "call", name, args, named: byName };
    }
    // `log det X`, `sin 2x`: the factors that stand side by side.
    const next = c.peek();
    if (next?.kind === "cmd" || next?.kind === "word") {
      const inner = next.text;
      if (PREFIXES.has(inner.toLowerCase()) && !isValue(this.known, inner)) return call(name, this.factor());
    }
    if (name === "grad" || name === "hess") return this.derivative(name, [this.operand()]);
    let arg = c.isOp("{") ? this.group("{") : this.factor();
    if (c.isOp("/") && arg.kind === "number") giveUp("how far the function reaches is not clear");
    for (let t = c.peek(); t !== undefined && this.startsFactor(t); t = c.peek()) {
      const isFunctionNext = (t.kind === "word" || t.kind === "cmd") && PREFIXES.has(t.text.toLowerCase()) && !isValue(this.known, t.text);
      if (isFunctionNext || (this.blanksSeparate && t.spaced)) break;
      arg = this.times("", arg, this.factor());
    } // prettier-ignore
    return call(name, arg);
  }

  private derivative(name: "grad" | "hess", args: readonly Raw[]): Raw {
    const c = this.cursor;
    let [of, ...wrt] = args;
    if (of === undefined) return giveUp("a derivative of nothing");
    // `ForwardDiff.gradient(f, x)`, `jax.grad(f)(x)`: a function, and where.
    const called = c.isOp("(") && wrt.length === 0;
    if (called) wrt = this.args("(", ")").args;
    // `D[f, {x, 2}]`
    let order = name === "hess" ? 2 : 1;
    const [only] = wrt;
    if (only?.kind === "literal" && only.rows.length === 1 && only.rows[0]!.length <= 2) {
      const [by, times] = only.rows[0]!;
      if (times?.kind === "number") order = times.value;
      wrt = [by!];
    }
    if (of.kind === "name") {
      const definition = this.known.scope.definitions.get(of.name);
      if (definition?.parameters !== undefined)
        of = {
          kind: "call",
          name: of.name,
          args: wrt.length > 0 ? wrt : definition.parameters.map(named),
          named: new Map(),
        };
    }
    if (of.kind === "function") {
      const [at] = wrt;
      if (of.parameters.length !== 1 || (at !== undefined && at.kind !== "name"))
        return giveUp("a derivative of a function at a point");
      const by = at ?? named(of.parameters[0]!);
      [of, wrt] = [renamed(of.body, of.parameters[0]!, by), [by]];
    }
    if (wrt.length === 1 && order === 2) wrt = [wrt[0]!, wrt[0]!];
    return { kind: "derivative", of, wrt, order: Math.max(order, wrt.length) };
  }

  /** `sum(i in 1..n, …)`; a place further on where it is none. */
  private sumOver(): Raw | undefined {
    const c = this.cursor;
    const variable = c.peek(1);
    const sign = c.peek(2);
    if (variable?.kind !== "word" || sign === undefined) return undefined;
    if (!(sign.text === "in" || sign.text === "=" || sign.text === "∈")) return undefined;
    const saved = c.at;
    c.at += 3;
    const inner: Known = { ...this.known, locals: new Set([...this.known.locals, variable.text]) };
    try {
      const { from, to } = this.bounds();
      c.take(",");
      const end = c.tokens.findIndex((_, i) => i > c.at && depthAt(c.tokens, saved, i) === 0);
      if (end < 0) return undefined;
      const body = parseRawTokens(this.text, c.tokens.slice(c.at, end), inner);
      c.at = end + 1;
      return { kind: "sum", variable: variable.text, from, to, body };
    } catch {
      c.at = saved;
      return undefined;
    }
  }
}

const isSingle = (word: string): boolean => /^\p{L}\p{M}*$/u.test(word);
const isSigma = (word: string): boolean => word === "σ" || word === "sigma";
const isOwnFunction = (name: string): boolean =>
  name === name.toLowerCase() && isKnownFunction(name) && !ALIASES.has(name);
const isLower = (t: Token): boolean => /^\p{Ll}$/u.test(t.text);
const isArrayLike = (raw: Raw): boolean => raw.kind === "name" || raw.kind === "infix" || raw.kind === "transpose" || raw.kind === "call"; // prettier-ignore

/** `Sum[body, {i, 1, n}]`. */
function wolframSum(body: Raw, range: readonly Raw[]): Raw {
  const [variable, ...bounds] = range;
  if (variable?.kind !== "name" || bounds.length === 0 || bounds.length > 2) return giveUp("the range of a sum is not clear");
  return { kind: "sum", variable: variable.name, from: bounds.length === 2 ? bounds[0] : numeral(1), to: bounds.at(-1), body };
} // prettier-ignore

/** A tree with a name replaced. */
function renamed(raw: Raw, name: string, by: Raw): Raw {
  const visit = (x: unknown): unknown => {
    if (Array.isArray(x)) return x.map(visit);
    if (x instanceof Map || typeof x !== "object" || x === null) return x;
    const node = x as Raw;
    if (node.kind === "name" && node.name === name) return by;
    return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, visit(v)]));
  };
  return visit(raw) as Raw;
}

/** Tokens without the commands and braces that only change their look. */
function unstyled(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some((t) => t.kind === "cmd" && LOOKS.has(t.text))) return tokens;
  return tokens.filter((t) => !(t.kind === "cmd" && LOOKS.has(t.text)) && t.text !== "{" && t.text !== "}");
}

function topLevelComma(tokens: readonly Token[]): boolean {
  let depth = 0;
  for (const t of tokens) {
    if (t.kind !== "op") continue;
    if ("([{".includes(t.text)) depth++;
    else if (")]}".includes(t.text)) depth--;
    else if (t.text === "," && depth === 0) return true;
  }
  return false;
}

/** How many brackets opened from a place on are open behind another. */
function depthAt(tokens: readonly Token[], from: number, to: number): number {
  let depth = 0;
  for (let i = from; i <= to; i++) {
    const t = tokens[i]!;
    if (t.kind !== "op") continue;
    if (t.text in CLOSES) depth++;
    else if (t.text === ")" || t.text === "]" || t.text === "}" || t.text === "⟩") depth--;
  }
  return depth;
}

/** Rows of a literal; a list of lists is rows too. */
function listed(rows: readonly (readonly Raw[])[]): Raw {
  const [first] = rows;
  if (rows.length === 1 && first !== undefined && first.length > 0 && first.every((r) => r.kind === "literal" && r.rows.length === 1))
    return { kind: "literal", rows: first.map((r) => (r as Raw & { kind: "literal" }).rows[0]!), flat: false };
  return { kind: "literal", rows, flat: rows.length === 1 };
} // prettier-ignore

/** Norms by what stands below their bars or is given with them. */
const NORMS: Readonly<Record<string, string>> = tableOf<string>({
  "": "norm2", "2": "norm2", F: "norm2", fro: "norm2", Fro: "norm2", f: "norm2", "1": "norm1", inf: "norminf", Inf: "norminf", "∞": "norminf",
  infty: "norminf", "*": "normnuc", nuc: "normnuc", Frobenius: "norm2", ℓ2: "norm2", l2: "norm2", l1: "norm1", Infinity: "norminf",
}); // prettier-ignore

export function normName(which: string): string {
  return Object.hasOwn(NORMS, which) ? NORMS[which]! : giveUp(`a norm with \`${which}\` below it is not known`);
}

/** `x.shape[0]`, `size(A, 1)`: a side of a value. */
export function sideOf(of: Raw, which: Raw | undefined, from: 0 | 1): Raw {
  if (which === undefined) return { kind: "size", of, side: "all" };
  const value = which.kind === "number" ? which.value - from : which.kind === "minus" ? 1 : -1;
  if (value !== 0 && value !== 1) return giveUp("a value has two sides");
  return { kind: "size", of, side: value === 0 ? "rows" : "cols" };
}
