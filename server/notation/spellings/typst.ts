import { ENTRYWISE_NAMES } from "../../operators";
import type { Expr } from "../../core/ast";
import { kindOf, type ShapeOf } from "../kinds";
import { nameParts, numberParts } from "../names";
import {
  atom,
  bracketed,
  fence,
  fn,
  infix,
  exponentText,
  inverseOf,
  LEVEL,
  makePrinter,
  type Piece,
  type Printer,
  raised,
  type Target,
  term,
} from "../printer";

/** Typst math, as it stands between dollar signs. */

const braced = (text: string): string => (/^(?:[\p{L}\d]|[A-Za-z]+)$/u.test(text) ? text : `(${text})`);

const sized = (p: Printer, symbol: string, args: readonly Expr[], between: string): Piece =>
  atom(`${symbol}_${braced(args.map((a) => p.small(a)).join(between))}`, "letter");

/** Functions that Typst knows by name; the others are spelled as operators. */
const KNOWN = [
  "exp",
  "log",
  "sin",
  "cos",
  "tan",
  "arcsin",
  "arccos",
  "arctan",
  "sinh",
  "cosh",
  "tanh",
  "max",
  "det",
  "tr",
];
const NAMED = [
  "sum", "mean", "logsumexp", "logsumexpr", "adj", "diag", "vec", "expm",
  "logm", "tril", "triu", "softmax", "hardmax", "usv1",
]; // prettier-ignore
const named = (name: string): string => `op("${name}") `;

const power = (p: Printer, base: Expr, exponent: string): Piece => {
  const x = p.at(base, LEVEL.atom);
  return { ...x, text: `${x.text}^${braced(exponent)}`, level: LEVEL.raised, last: "mark" };
};

const fraction = (over: string, under: string): Piece => ({
  ...atom(`frac(${over}, ${under})`, "bracket"),
  level: LEVEL.product,
  sign: "fraction",
});

const norm =
  (subscript: (p: Printer, a: Expr) => string) =>
  (p: Printer, args: readonly Expr[]): Piece => {
    const x = fence("norm(", ")")(p, args);
    return { ...x, text: `${x.text}_${braced(subscript(p, args[0]!))}` };
  };

/** A slash that is not a fraction. */
const exponent = (p: Printer, e: Expr): string => exponentText(p, e).replace(/(?<=\d)\/(?=\d)/, "\\/");

const isRoot = (e: Expr): boolean => e.kind === "apply" && e.op === "sqrtm";

export const TYPST: Target = {
  minus: " - ",
  negative: "-",
  operators: {
    ...Object.fromEntries(ENTRYWISE_NAMES.map((name) => [name, fn(named(name))])),
    ...Object.fromEntries(KNOWN.map((name) => [name, fn(name)])),
    ...Object.fromEntries(NAMED.map((name) => [name, fn(named(name))])),
    sigmoid: fn("sigma"),
    logdet: fn("log det"),
    lmax: fn('lambda_"max" '),
    vmax: fn('v_"max" '),
    normspec: fn('sigma_"max" '),
    sqrt: fence("sqrt(", ")"),
    abs: (p, args) => (kindOf(args[0]!, p.shapeOf) === "scalar" ? fence("abs(", ")") : fn(named("abs")))(p, args),
    norm1: norm(() => "1"),
    norm2: norm((p, a) => (kindOf(a, p.shapeOf) === "matrix" ? "F" : "2")),
    norminf: norm(() => "oo"),
    normnuc: norm(() => "*"),
    dot: fence("⟨", "⟩"),
    inv: (p, args) => {
      const [a] = args;
      return a!.kind === "apply" && a!.op === "sqrtm" ? power(p, a!.args[0]!, "-1\\/2") : raised("^(-1)")(p, args);
    },
    pinv: raised("^+"),
    sqrtm: (p, [a]) => power(p, a!, "1\\/2"),
    transpose: (p, args) => {
      const [a] = args;
      if (a!.kind !== "apply" || a!.op !== "inv" || isRoot(a!.args[0]!)) return raised("^top", true)(p, args);
      return power(p, a!.args[0]!, "-top");
    },
    hadamard: infix(" ⊙ ", "hadamard", true),
    hdiv: infix(" ⊘ ", "hdiv", false),
    kron: infix(" ⊗ ", "kron", true),
    div: (p, [a, b]) => fraction(p.text(a!), p.text(b!)),
    pow: (p, [a, b]) => {
      const base = inverseOf(a!, b!);
      return base === undefined ? power(p, a!, exponent(p, b!)) : power(p, base, `-${exponent(p, b!)}`);
    },
    hpow: (p, [a, b]) => power(p, a!, `⊙ ${p.at(b!, LEVEL.raised).text}`),
    eye: (p, args) => sized(p, "I", args, ""),
    ones: (p, args) => sized(p, "bold(1)", args, " times "),
    zeros: (p, args) => sized(p, "0", args, " times "),
    K: (p, args) => sized(p, "K", args, " "),
  },
  number(value) {
    if (value === Math.PI) return atom("pi", "letter");
    const { digits, exponent } = numberParts(value);
    if (exponent === undefined) return atom(digits, "digit");
    const text = `${digits === "1" ? "" : `${digits} dot `}10^(${exponent})`;
    return { text, level: LEVEL.product, sign: "power of ten", first: "digit", last: "mark" };
  },
  fraction: (over, under) => fraction(String(over), String(under)),
  name(_p, text) {
    const { base, kind, accent, subscripts, primes } = nameParts(text);
    let out = kind === "word" ? `"${base}"` : base;
    if (accent !== undefined) out = accent === "bar" ? `overline(${out})` : `${accent}(${out})`;
    if (subscripts.length > 0) {
      const parts = subscripts.map((s) => (/^\d+$|^.$/.test(s) || nameParts(s).kind === "greek" ? s : `"${s}"`));
      out += parts.length === 1 ? `_${parts[0]}` : `_(${parts.join(parts.every((s) => s.length === 1) ? " " : ", ")})`;
    }
    return atom(out + "'".repeat(primes), kind === "word" ? "word" : "letter");
  },
  group: (text) => `(${text})`,
  // Letters that touch would be read as one word.
  between: (left, right) =>
    right.first === "digit" ? " dot " : left.last === "digit" && right.first === "bracket" ? "" : " ",
  call: (p, name, primes, args) =>
    fn(
      (nameParts(name).kind === "word" ? named(name).trimEnd() : p.target.name(p, name).text) +
        "'".repeat(primes) +
        (nameParts(name).kind === "word" ? " " : ""),
    )(p, args),
  literal(p, rows) {
    const body = rows.map((r) => r.map((x) => p.text(x)).join(", ")).join("; ");
    return atom(`mat(delim: "[", ${body})`, "bracket");
  },
  index(p, base, indices) {
    const x = p.at(base, LEVEL.atom);
    const whole = base.kind === "name" && x.text.includes("_") ? bracketed(p, x) : x;
    const parts = indices.map((i) => (i === null ? ":" : p.text(i)));
    const text =
      parts.length === 1 ? braced(parts[0]!) : `(${parts.join(parts.every((s) => /^[a-z0-9]$/.test(s)) ? " " : ", ")})`;
    return { ...whole, text: `${whole.text}_${text}`, last: "letter" };
  },
  sumover(p, variable, from, to, body) {
    const x = term(p, body);
    const text = `sum_(${p.target.name(p, variable).text} = ${p.text(from)})^${braced(p.text(to))} ${x.text}`;
    return { text, level: LEVEL.negative, open: true, first: "function", last: x.last };
  },
  derivative(p, of, wrt, transposed) {
    const times = wrt.length > 1 ? `partial^${wrt.length}` : "partial";
    const names = [...wrt].reverse().map((w) => p.text(w));
    const twice = names.length === 2 && names[0] === names[1];
    const under =
      twice && kindOf(wrt[0]!, p.shapeOf) === "scalar"
        ? `partial ${names[0]}^2`
        : names.map((n, i) => `partial ${n}${i === names.length - 1 && (transposed || twice) ? "^top" : ""}`).join(" ");
    if (of.kind === "name" || of.kind === "index" || of.kind === "call")
      return fraction(`${times} ${p.text(of)}`, under);
    const f = fraction(times, under);
    return { ...f, text: `${f.text} ${p.at(of, LEVEL.atom).text}`, sign: "derivative" };
  },
  differential(p, of) {
    const x = p.at(of, LEVEL.atom);
    return { text: `dif ${x.text}`, level: LEVEL.raised, first: "differential", last: "differential" };
  },
  error: (text) => atom(JSON.stringify(text), "word"),
};

/** The formula in Typst, without dollar signs: `(A + A^top) x`. */
export function printTypst(e: Expr, shapeOf?: ShapeOf): string {
  return makePrinter(TYPST, shapeOf).text(e);
}
