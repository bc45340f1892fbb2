import { apply, type ApplyExpr, type Expr, freeNames, substitute } from "../../core/ast";
import { type Dim, dimNames, isOne, ONE } from "../../core/dimension";
import { Refusal } from "../../core/problem";
import type { Scope, Variable } from "../../core/scope";
import { isColumn, isMatrix, isRow, isScalar, SCALAR, type Shape } from "../../core/shape";
import { tableOf } from "../../core/table";
import { type ShapeOf, shapesIn } from "../kinds";
import { formulaOf, fromTable } from "./functions";
import { identifier, inputName } from "./identifier";
import { type Code, codeAtom, fold, PREC } from "./target";

/**
 * SymPy: declarations and the formulas themselves, as expressions of `MatrixSymbol`s, for those who go on there. A
 * scalar that is a product of arrays is a `Trace`, which SymPy knows how to derive; what SymPy's matrix expressions
 * have no word for is refused.
 */
interface SympyFormula {
  readonly name: string;
  readonly meaning: string;
  readonly expr: Expr;
}

const call = (name: string, ...args: string[]): Code => codeAtom(`${name}(${args.join(", ")})`);

/** What Python and the imports take. */
const RESERVED: ReadonlySet<string> = new Set([
  "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
  "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
  "pass", "raise", "return", "try", "while", "with", "yield", "u", "value", "symbols", "Symbol", "MatrixSymbol", "Abs",
  "BlockMatrix", "Determinant", "DiagMatrix", "DiagonalOf", "Function", "HadamardPower", "Heaviside", "Identity",
  "Integer", "KroneckerProduct", "Lambda", "Matrix", "Max", "OneMatrix", "Rational", "Sum", "Trace", "ZeroMatrix", "acos",
  "asin", "atan", "cos", "cosh", "digamma", "erf", "loggamma", "exp", "hadamard_product", "log", "pi", "sign", "sin", "sinh", "sqrt", "tan", "tanh",
]); // prettier-ignore

/** Functions of a number, in `u`; where SymPy has none, its formula. */
const FUNCTIONS: Readonly<Record<string, string>> = tableOf({
  exp: "exp", log: "log", sqrt: "sqrt", abs: "Abs", sign: "sign", sin: "sin", cos: "cos", tan: "tan", arcsin: "asin",
  arccos: "acos", arctan: "atan", sinh: "sinh", cosh: "cosh", tanh: "tanh", erf: "erf", sigmoid: "1/(1 + exp(-u))",
  softplus: "log(1 + exp(u))", relu: "Max(u, 0)", step: "Heaviside(u, 0)",
}); // prettier-ignore

/** What SymPy's matrix expressions have no word for. */
const UNKNOWN: ReadonlySet<string> = new Set([
  "K", "expm", "logm", "hardmax", "lmax", "max", "norminf", "normnuc", "normspec", "pinv", "tril", "triu", "usv1", "vec", "vmax",
]); // prettier-ignore

class Printer {
  readonly imports = new Set<string>();
  readonly symbols = new Set<string>();
  /** Definitions that were written, in order. */
  readonly definitions: string[] = [];
  private readonly names = new Map<string, string>();
  private readonly taken = new Set<string>(RESERVED);
  private readonly bound = new Set<string>();
  private readonly defined = new Set<string>();

  constructor(
    private readonly scope: Scope,
    /** As it is declared: with families, which are stacked in `scope`. */
    private readonly written: Scope,
    private shapeOf: ShapeOf,
  ) {}

  /** A word of SymPy's. */
  word(name: string): string {
    this.imports.add(name);
    return name;
  }

  variable(name: string): string {
    let known = this.names.get(name);
    if (known === undefined) {
      const v = this.written.variables.get(name) ?? this.scope.variables.get(name);
      known = v === undefined ? identifier(name) : inputName(name, v);
      while (this.taken.has(known)) known += "_";
      this.taken.add(known);
      this.names.set(name, known);
    }
    return known;
  }

  /** A name that no symbol has. */
  result(name: string): string {
    let free = name;
    while ([...this.names.values()].includes(free)) free += "_";
    return free;
  }

  shape(e: Expr): Shape {
    const s = this.shapeOf(e);
    if (s === undefined)
      throw new Refusal("unsupported", "The shape of a part of the formula is not known, so no code can be written for it."); // prettier-ignore
    return s;
  }

  dim(d: Dim): string {
    for (const n of dimNames(d)) if (!this.bound.has(n)) this.symbols.add(n);
    const text = [...d.terms].map(([m, c], i) => {
      const factors = m === "" ? [] : m.split("*").map((f) => f.replace(/^[^^]+/, (n) => this.variable(n)).replace("^", "**"));
      const size = Math.abs(c);
      const body = [...(size === 1 && factors.length > 0 ? [] : [String(size)]), ...factors].join("*");
      return i === 0 ? `${c < 0 ? "-" : ""}${body}` : ` ${c < 0 ? "-" : "+"} ${body}`;
    }); // prettier-ignore
    return text.length === 0 ? "0" : text.join("");
  }

  private sizes(s: Shape): [string, string] {
    return [this.dim(s.rows), this.dim(s.cols)];
  }

  private ones(rows: Dim, cols: Dim): string {
    return `${this.word("OneMatrix")}(${this.dim(rows)}, ${this.dim(cols)})`;
  }

  at(e: Expr, prec: number): string {
    const c = this.code(e);
    return c.prec < prec ? `(${c.text})` : c.text;
  }

  text(e: Expr): string {
    return this.code(e).text;
  }

  code(e: Expr): Code {
    switch (e.kind) {
      case "number":
        return this.number(e.value);
      case "name":
        return this.name(e.name);
      case "apply":
        return this.apply(e);
      case "call":
        return this.called(e);
      case "literal": {
        const rows = e.rows.map((r) => `[${r.map((x) => this.text(x)).join(", ")}]`).join(", ");
        const scalars = e.rows.every((r) => r.every((x) => isScalar(this.shape(x))));
        if (!scalars && e.rows.some((r) => r.some((x) => isScalar(this.shape(x)))))
          throw new Refusal("unsupported", "A block matrix with a number among its blocks has no matrix expression in SymPy."); // prettier-ignore
        return call(this.word(scalars ? "Matrix" : "BlockMatrix"), `[${rows}]`);
      }
      case "index":
        return this.index(e.base, e.indices);
      case "sumover":
        return this.sumOver(e);
      case "derivative":
      case "differential":
        throw new Refusal("unsupported", "A derivative must be taken before it can be written as code.", e.span);
      case "error":
        throw new Refusal("syntax", `"${e.text}" could not be read.`, e.span);
    }
  }

  private number(v: number): Code {
    if (v === Math.PI) return codeAtom(this.word("pi"));
    if (v < 0) return { text: `-${this.number(-v).text}`, prec: PREC.unary };
    if (Number.isInteger(v)) return codeAtom(String(v));
    for (let q = 2; q <= 64; q++)
      if (Math.abs(v * q - Math.round(v * q)) < 1e-13 * q)
        return call(this.word("Rational"), String(Math.round(v * q)), String(q));
    return call(this.word("Rational"), `"${v}"`);
  }

  private name(text: string): Code {
    const definition = this.scope.definitions.get(text);
    if (this.bound.has(text)) return codeAtom(this.variable(text));
    if (this.scope.variables.has(text)) return codeAtom(this.variable(text));
    if (definition !== undefined && definition.parameters === undefined) {
      if (!this.defined.has(text)) {
        this.defined.add(text);
        const body = this.text(definition.body);
        this.definitions.push(`${this.variable(text)} = ${body}`);
      }
      return codeAtom(this.variable(text));
    }
    if (this.scope.dimensions.has(text)) {
      this.symbols.add(text);
      return codeAtom(this.variable(text));
    }
    throw new Refusal("unsupported", `A member of a family ("${text}") has no matrix expression in SymPy.`);
  }

  /** A sum of entries as a trace. */
  private total(e: Expr): Code {
    const s = this.shape(e);
    if (isScalar(s)) return this.code(e);
    if (e.kind === "apply" && e.op === "hadamard")
      return call(this.word("Trace"), `${this.transposed(e.args[0]!)}*${this.at(e.args[1]!, PREC.unary)}`);
    const left = isOne(s.rows) ? "" : `${this.ones(ONE, s.rows)}*`;
    const right = isOne(s.cols) ? "" : `*${this.ones(s.cols, ONE)}`;
    return call(this.word("Trace"), `${left}${this.at(e, PREC.unary)}${right}`);
  }

  private transposed(e: Expr): string {
    if (e.kind === "apply" && e.op === "transpose") return this.at(e.args[0]!, PREC.unary);
    return isScalar(this.shape(e)) ? this.at(e, PREC.unary) : `${this.at(e, PREC.atom)}.T`;
  }

  /** A function of every entry. */
  private entrywise(name: string, a: Expr): Code {
    const f = this.functionOf(name);
    const plain = /^\w+$/.test(f);
    if (isScalar(this.shape(a))) {
      if (plain) return call(f, this.text(a));
      const x = this.at(a, PREC.atom);
      return { text: f.replace(/\bu\b/g, () => x), prec: /^\w+\([^()]*\)$/.test(f) ? PREC.atom : PREC.sum };
    }
    const applied = plain
      ? f
      : `${this.word("Lambda")}(${this.word("Symbol")}("u"), ${f.replace(/\bu\b/g, 'Symbol("u")')})`;
    return codeAtom(`${this.at(a, PREC.atom)}.applyfunc(${applied})`);
  }

  /** The name of a function of a number, or its formula in `u`. */
  private functionOf(name: string): string {
    const known = FUNCTIONS[name] ?? fromTable(name, "sympy", "", () => undefined);
    if (known !== undefined) {
      for (const [word] of known.matchAll(/[A-Za-z]\w+/g)) this.word(word);
      return known;
    }
    const formula = formulaOf(name);
    if (formula === undefined)
      throw new Refusal("unsupported", `SymPy has no function "${name}" of matrix expressions.`);
    const signs: Readonly<Record<string, string>> = tableOf({ add: " + ", sub: " - ", mul: "*", div: "/", pow: "**" });
    const text = (e: Expr): string => {
      if (e.kind === "number") return `${this.word("Integer")}(${e.value})`;
      if (e.kind !== "apply") return "u";
      const sign = signs[e.op];
      if (sign !== undefined) return `(${text(e.args[0]!)}${sign}${text(e.args[1]!)})`;
      const x = text(e.args[0]!);
      if (e.op === "neg") return `(-${x})`;
      const f = this.functionOf(e.op);
      return /^\w+$/.test(f) ? `${f}(${x})` : `(${f.replace(/\bu\b/g, () => x)})`;
    };
    return text(formula);
  }

  private apply(e: ApplyExpr): Code {
    const [a, b] = e.args as [Expr, Expr];
    const shape = this.shape(e);
    if (UNKNOWN.has(e.op) && !(e.op === "max" && isScalar(this.shape(a))))
      throw new Refusal("unsupported", `SymPy's matrix expressions have no "${e.op}".`, e.span);
    switch (e.op) {
      case "add":
      case "sub":
        return { text: `${this.at(a, PREC.sum)} ${e.op === "add" ? "+" : "-"} ${this.at(b, PREC.product)}`, prec: PREC.sum };
      case "neg":
        return { text: `-${this.at(a, PREC.product)}`, prec: PREC.sum };
      case "mul":
        return this.product(e, shape);
      case "div":
        return this.quotient(a, b);
      case "transpose":
        return isScalar(shape) ? this.code(a) : codeAtom(`${this.at(a, PREC.atom)}.T`);
      case "hadamard":
        return isScalar(shape) ? this.product(e, shape) : call(this.word("hadamard_product"), this.text(a), this.text(b));
      case "hdiv":
        return isScalar(shape) ? this.quotient(a, b) : call(this.word("hadamard_product"), this.text(a), `${this.word("HadamardPower")}(${this.text(b)}, -1)`);
      case "pow":
        return { text: `${this.base(a)}**${this.at(b, PREC.atom)}`, prec: PREC.power };
      case "hpow":
        return isScalar(shape)
          ? { text: `${this.base(a)}**${this.at(b, PREC.atom)}`, prec: PREC.power }
          : call(this.word("HadamardPower"), this.text(a), this.text(b));
      case "eye":
        if (isScalar(shape)) return codeAtom("1");
        return call(this.word("Identity"), this.sizes(shape)[0]);
      case "ones":
      case "zeros":
        if (isScalar(shape)) return codeAtom(e.op === "ones" ? "1" : "0");
        return call(this.word(e.op === "ones" ? "OneMatrix" : "ZeroMatrix"), ...this.sizes(shape));
      case "inv":
        return isScalar(shape) ? { text: `1/${this.at(a, PREC.unary)}`, prec: PREC.product } : codeAtom(`${this.at(a, PREC.atom)}.inv()`);
      case "adj":
        return { text: `${this.word("Determinant")}(${this.text(a)})*${this.at(a, PREC.atom)}.inv()`, prec: PREC.product };
      case "sqrtm":
        return { text: `${this.at(a, PREC.atom)}**${this.word("Rational")}(1, 2)`, prec: PREC.power };
      case "sum":
        return this.total(a);
      case "mean": {
        const s = this.shape(a);
        const count = [s.rows, s.cols].filter((d) => !isOne(d)).map((d) => { const t = this.dim(d); return /\W/.test(t) ? `(${t})` : t; }); // prettier-ignore
        const total = this.total(a).text;
        if (count.length === 0) return this.code(a);
        return { text: `${total}/${count.length === 1 ? count[0]! : `(${count.join("*")})`}`, prec: PREC.product };
      }
      case "tr":
        return isScalar(this.shape(a)) ? this.code(a) : call(this.word("Trace"), this.text(a));
      case "dot":
        if (isScalar(this.shape(a))) return this.product(e, shape);
        return call(this.word("Trace"), `${this.transposed(a)}*${this.at(b, PREC.unary)}`);
      case "det":
        return isScalar(this.shape(a)) ? this.code(a) : call(this.word("Determinant"), this.text(a));
      case "logdet":
        return this.logdet(a);
      case "norm1":
        return this.total(apply("abs", a));
      case "norm2":
        if (isScalar(this.shape(a))) return call(this.word("Abs"), this.text(a));
        return call(this.word("sqrt"), `${this.word("Trace")}(${this.transposed(a)}*${this.at(a, PREC.unary)})`);
      case "max":
        return this.code(a);
      case "logsumexp": {
        if (isScalar(this.shape(a))) return this.code(a);
        return call(this.word("log"), this.total(apply("exp", a)).text);
      }
      case "logsumexpr":
      case "softmax":
        return this.softened(e, a);
      case "diag": {
        const s = this.shape(a);
        if (isScalar(s)) return this.code(a);
        if (isMatrix(s)) return call(this.word("DiagonalOf"), this.text(a));
        return call(this.word("DiagMatrix"), isRow(s) ? this.transposed(a) : this.text(a));
      }
      case "kron":
        if (isScalar(this.shape(a)) || isScalar(this.shape(b))) return this.product(e, shape);
        return call(this.word("KroneckerProduct"), this.text(a), this.text(b));
      default:
        return this.entrywise(e.op, a);
    }
  } // prettier-ignore

  /** Of the determinant's absolute value, unless it is positive by declaration. */
  private logdet(a: Expr): Code {
    const log = this.word("log");
    if (isScalar(this.shape(a))) return call(log, `${this.word("Abs")}(${this.text(a)})`);
    const det = `${this.word("Determinant")}(${this.text(a)})`;
    const positive = a.kind === "name" && this.scope.variables.get(a.name)?.properties.has("posdef") === true;
    // SymPy looks into an absolute value, and does not get through every matrix expression.
    return call(log, positive ? det : `${this.word("Abs")}(${det}, evaluate=False)`);
  }

  private softened(e: ApplyExpr, a: Expr): Code {
    const s = this.shape(a);
    const exp = apply("exp", a);
    const x = this.at(exp, PREC.atom);
    const rows = `${x}*${this.ones(s.cols, e.op === "softmax" ? s.cols : ONE)}`;
    if (e.op === "logsumexpr") return codeAtom(`(${rows}).applyfunc(${this.word("log")})`);
    if (isScalar(s)) return codeAtom("1");
    if (isColumn(s) || isRow(s)) return { text: `${x}/${this.total(exp).text}`, prec: PREC.product };
    return call(this.word("hadamard_product"), x, `${this.word("HadamardPower")}(${rows}, -1)`);
  }

  /** The base of a power: a bare number would be one of Python's, and its quotients no fractions. */
  private base(a: Expr): string {
    if (a.kind === "number" && Number.isInteger(a.value) && a.value >= 0) return `${this.word("Integer")}(${a.value})`;
    return this.at(a, PREC.atom);
  }

  private quotient(a: Expr, b: Expr): Code {
    if (!isScalar(this.shape(a))) {
      const factor = b.kind === "number" && Number.isInteger(b.value) ? `${this.word("Rational")}(1, ${b.value})*` : undefined;
      if (factor !== undefined) return { text: `${factor}${this.at(a, PREC.unary)}`, prec: PREC.product };
    }
    const bare = freeNames(a).size === 0 && freeNames(b).size === 0;
    const over = bare ? `${this.word("Integer")}(1)*${this.at(a, PREC.unary)}` : this.at(a, PREC.product);
    return { text: `${over}/${this.at(b, PREC.unary)}`, prec: PREC.product };
  } // prettier-ignore

  /** A product; one that is a scalar, but whose factors are arrays, is a trace. */
  private product(e: ApplyExpr, shape: Shape): Code {
    const [a, b] = e.args as [Expr, Expr];
    const [s, t] = [this.shape(a), this.shape(b)];
    const plain = isScalar(s) || isScalar(t);
    const text = `${this.at(a, PREC.product)}*${this.at(b, PREC.unary)}`;
    if (plain || !isScalar(shape)) return { text, prec: PREC.product };
    return call(this.word("Trace"), text);
  }

  private called(e: Extract<Expr, { kind: "call" }>): Code {
    const f = this.scope.definitions.get(e.name);
    if (f?.parameters !== undefined && e.primes === 0)
      return this.code(substitute(f.body, new Map(f.parameters.map((p, i) => [p, e.args[i]!]))));
    throw new Refusal("unsupported", `The function "${e.name}" is not defined, so SymPy has no expression of it.`);
  }

  /** Counted from zero. */
  private position(e: Expr): string {
    if (e.kind === "number") return String(e.value - 1);
    return `${this.at(e, PREC.sum)} - 1`;
  }

  private index(base: Expr, indices: readonly (Expr | null)[]): Code {
    const s = this.shape(base);
    const x = this.at(base, PREC.atom);
    const written = indices.map((i) => (i === null ? ":" : this.position(i)));
    if (indices.length === 1) return codeAtom(isRow(s) ? `${x}[0, ${written[0]!}]` : `${x}[${written[0]!}, 0]`);
    return codeAtom(`${x}[${written.join(", ")}]`);
  }

  private sumOver(e: Extract<Expr, { kind: "sumover" }>): Code {
    const outer = this.shapeOf;
    const local = new Map([...this.bound, e.variable].map((v) => [v, SCALAR] as const));
    this.shapeOf = shapesIn(this.scope, local);
    const before = this.bound.has(e.variable);
    this.bound.add(e.variable);
    try {
      if (!isScalar(this.shape(e.body)))
        throw new Refusal("unsupported", "A sum of arrays over an index has no matrix expression in SymPy.");
      const index = this.variable(e.variable);
      this.symbols.add(e.variable);
      return call(this.word("Sum"), this.text(e.body), `(${index}, ${this.text(e.from)}, ${this.text(e.to)})`);
    } finally {
      if (!before) this.bound.delete(e.variable);
      this.shapeOf = outer;
    }
  }

  /** How a variable is declared. */
  declared(v: Variable): string {
    const name = this.variable(v.name);
    if (isScalar(v.shape)) {
      const assumption = v.properties.has("positive") ? "positive=True" : v.properties.has("nonneg") ? "nonnegative=True" : "real=True";
      return `${name} = ${this.word("Symbol")}("${name}", ${assumption})`;
    }
    return `${name} = ${this.word("MatrixSymbol")}("${name}", ${this.sizes(v.shape).join(", ")})`;
  } // prettier-ignore
}

/** Declarations, definitions and formulas, ready to run. */
export function sympyCode(
  formulas: readonly SympyFormula[],
  scope: Scope,
  written: Scope,
  stated: (v: Variable) => readonly string[],
): string {
  const p = new Printer(scope, written, shapesIn(scope));
  const used = new Set<string>();
  const visit = (e: Expr): void => {
    for (const n of freeNames(e)) {
      if (used.has(n)) continue;
      used.add(n);
      const d = scope.definitions.get(n);
      if (d !== undefined) visit(d.body);
    }
  };
  formulas.forEach((f) => visit(f.expr));
  const variables = [...scope.variables.values()].filter((v) => used.has(v.name));
  for (const v of variables)
    if (v.family !== undefined)
      throw new Refusal("unsupported", `A family of arrays ("${v.name}_i") has no matrix expression in SymPy.`);
  variables.forEach((v) => p.variable(v.name));
  const lines: string[] = [];
  for (const f of formulas) {
    const text = p.text(f.expr);
    if (text !== f.name) lines.push(...fold(f.meaning, "# "), `${p.result(f.name)} = ${text}`);
  }
  const declarations = variables.map((v) => {
    const line = p.declared(v);
    const words = isScalar(v.shape) ? [] : stated(v);
    return words.length === 0 ? line : `${line}  # ${words.join(", ")}`;
  });
  const dims = [...p.symbols].map((n) => p.variable(n));
  const symbols =
    dims.length === 0
      ? []
      : [`${dims.join(", ")} = ${p.word("symbols")}("${dims.join(" ")}", integer=True, positive=True)`];
  const words = [...p.imports].sort();
  const oneLine = `from sympy import ${words.join(", ")}`;
  const imports = oneLine.length <= 88 ? [oneLine] : ["from sympy import (", ...words.map((x) => `    ${x},`), ")"];
  return `${[...imports, "", ...symbols, ...declarations, "", ...p.definitions, ...lines].join("\n")}\n`;
}
