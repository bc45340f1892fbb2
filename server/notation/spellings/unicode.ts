import { ENTRYWISE_NAMES } from "../../operators";
import { apply, type Expr } from "../../core/ast";
import type { ShapeOf } from "../kinds";
import { GREEK, nameParts, numberParts } from "../names";
import {
  atom,
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
import { tableOf } from "../../core/table";

/** Unicode: reads well in a terminal and in a plain-text hover. */

const SUBSCRIPT: Readonly<Record<string, string>> = tableOf({
  "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈", "9": "₉",
  "+": "₊", "-": "₋", "=": "₌", a: "ₐ", e: "ₑ", h: "ₕ", i: "ᵢ", j: "ⱼ", k: "ₖ", l: "ₗ", m: "ₘ", n: "ₙ", o: "ₒ",
  p: "ₚ", r: "ᵣ", s: "ₛ", t: "ₜ", u: "ᵤ", v: "ᵥ", x: "ₓ", "×": "ₓ",
}); // prettier-ignore

const SUPERSCRIPT: Readonly<Record<string, string>> = tableOf({
  "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
  "+": "⁺", "-": "⁻", n: "ⁿ", k: "ᵏ", m: "ᵐ", p: "ᵖ", N: "ᴺ",
}); // prettier-ignore

const mapAll = (text: string, table: Readonly<Record<string, string>>): string | undefined => {
  const out = [...text].map((c) => table[c]);
  return text !== "" && out.every((c) => c !== undefined) ? out.join("") : undefined;
};

const sub = (text: string): string =>
  mapAll(text, SUBSCRIPT) ?? (/^[\p{L}\d]$/u.test(text) ? `_${text}` : `_(${text})`);
const sup = (text: string): string =>
  mapAll(text, SUPERSCRIPT) ?? (/^[\p{L}\d]$/u.test(text) ? `^${text}` : `^(${text})`);

/** Fractions that have a sign of their own; others are decimals. */
const VULGAR: Readonly<Record<string, string>> = tableOf({ "1/2": "½", "1/4": "¼", "3/4": "¾" });

const ACCENT = { hat: "\u0302", bar: "\u0304", tilde: "\u0303", dot: "\u0307" } as const;

/** A dimension inside a subscript: `mn` for `m*n`, bare. */
const dimension = (p: Printer, e: Expr): string => p.text(e).replace(/[\s·]/g, "").replace(/−/g, "-");

const sized =
  (symbol: string) =>
  (p: Printer, args: readonly Expr[]): Piece => {
    const text = symbol + sub(args.map((a) => dimension(p, a)).join("×"));
    return atom(text, /^\d/.test(symbol) ? "digit" : "letter", "letter");
  };

const power = (p: Printer, base: Expr, exponent: Expr, before: string): Piece => {
  const x = p.at(base, LEVEL.atom);
  const e = exponentText(p, exponent).replace(/ ?− ?/g, "-");
  return { ...x, text: x.text + before + sup(e), level: LEVEL.raised, last: "mark" };
};

const slash =
  (sign: string) =>
  (p: Printer, args: readonly Expr[]): Piece => {
    const x = p.at(args[0]!, LEVEL.product);
    const over = x.level > LEVEL.product || x.sign === "juxtaposed" ? x : p.at(args[0]!, LEVEL.raised);
    const under = p.at(args[1]!, LEVEL.raised);
    return {
      text: over.text + sign + under.text,
      level: LEVEL.product,
      sign: "divided",
      first: over.first,
      last: under.last,
    };
  };

const functions = [
  "sum", "mean", "tr", "det", "max", "logsumexp", "logsumexpr", "adj", "diag", "vec", "expm", "logm", "sqrtm", "tril", "triu",
  "softmax", "hardmax", "usv1",
]; // prettier-ignore

export const UNICODE: Target = {
  minus: " − ",
  negative: "−",
  operators: {
    ...Object.fromEntries(ENTRYWISE_NAMES.map((name) => [name, fn(name)])),
    ...Object.fromEntries(functions.map((name) => [name, fn(name)])),
    sigmoid: fn("σ"),
    sqrt: (p, [a]) => {
      const x = p.at(a!, LEVEL.atom);
      return { ...x, text: `√${x.text}`, level: LEVEL.raised, first: "mark", last: "mark" };
    },
    logdet: fn("log det"),
    lmax: fn("λ_max"),
    vmax: fn("v_max"),
    normspec: fn("σ_max"),
    abs: fence("|", "|"),
    norm1: fence("‖", "‖₁"),
    norm2: fence("‖", "‖"),
    norminf: fence("‖", "‖_∞"),
    normnuc: fence("‖", "‖_*"),
    dot: fence("⟨", "⟩"),
    inv: raised("⁻¹"),
    pinv: raised("⁺"),
    transpose: (p, args) => {
      const [a] = args;
      const inverse = a!.kind === "apply" && a!.op === "inv";
      return inverse ? raised("⁻ᵀ")(p, a!.args) : raised("ᵀ", true)(p, args);
    },
    hadamard: infix(" ⊙ ", "hadamard", true),
    kron: infix(" ⊗ ", "kron", true),
    div: slash("/"),
    hdiv: slash(" ⊘ "),
    pow: (p, [a, b]) => {
      const base = inverseOf(a!, b!);
      return base === undefined ? power(p, a!, b!, "") : power(p, base, apply("neg", b!), "");
    },
    hpow: (p, [a, b]) => power(p, a!, b!, "∘"),
    eye: sized("I"),
    ones: sized("1"),
    zeros: sized("0"),
    K: (p, args) =>
      atom(`K${sub(args.map((a) => dimension(p, a)).join(args.every((a) => a.kind === "name") ? "" : "×"))}`, "letter"),
  },
  number(value) {
    if (value === Math.PI) return atom("π", "letter");
    const { digits, exponent } = numberParts(value);
    if (exponent === undefined) return atom(digits, "digit");
    const text = `${digits === "1" ? "" : `${digits}·`}10${sup(String(exponent))}`;
    return { text, level: LEVEL.product, sign: "divided", first: "digit", last: "mark" };
  },
  fraction: (over, under) => {
    const sign = VULGAR[`${over}/${under}`];
    return sign === undefined ? UNICODE.number(over / under) : atom(sign, "digit");
  },
  name(_p, text) {
    const { base, kind, accent, subscripts, primes } = nameParts(text);
    const letter = kind === "greek" ? GREEK[base]! : base;
    const word = kind === "word";
    // A word with underscores is a programmer's name: kept as it is.
    if (word && subscripts.length > 0) return atom(text, "word");
    const full =
      letter +
      (accent === undefined ? "" : ACCENT[accent]) +
      (subscripts.length > 0 ? sub(subscripts.join(subscripts.every((s) => s.length === 1) ? "" : ",")) : "") +
      "′".repeat(primes);
    return atom(full, word ? "word" : "letter");
  },
  group: (text) => `(${text})`,
  between(left, right) {
    if (left.last === "differential" || right.first === "differential") return " ";
    if (right.first === "digit") return "·";
    if (left.last === "word" || right.first === "word")
      return left.last === "digit" || left.last === "bracket" || right.first === "bracket" ? " " : "·";
    const afterCall = left.first === "function" && left.last === "bracket" && right.first !== "bracket";
    return right.first === "function" || afterCall ? " " : "";
  },
  call: (p, name, primes, args) => fn(p.target.name(p, name).text + "′".repeat(primes))(p, args),
  literal(p, rows) {
    const body = rows.map((r) => r.map((x) => p.text(x)).join(", ")).join("; ");
    return atom(`[${body}]`, "bracket");
  },
  index(p, base, indices) {
    const x = p.at(base, LEVEL.atom);
    const parts = indices.map((i) => (i === null ? ":" : p.text(i).replace(/−/g, "-")));
    const small = mapAll(parts.join(""), SUBSCRIPT);
    if (small !== undefined && parts.every((s) => s.length === 1))
      return { ...x, text: x.text + small, last: "letter" };
    return { ...x, text: `${x.text}[${parts.join(",")}]`, last: "bracket" };
  },
  sumover(p, variable, from, to, body) {
    const x = term(p, body);
    const text = `∑_(${p.target.name(p, variable).text}=${p.text(from)}..${p.text(to)}) ${x.text}`;
    return { text, level: LEVEL.negative, open: true, first: "function", last: x.last };
  },
  derivative(p, of, wrt, transposed) {
    const n = wrt.length;
    const d = n > 1 ? `∂${sup(String(n))}` : "∂";
    const same = n > 1 && wrt.every((w) => p.text(w) === p.text(wrt[0]!));
    const by = same
      ? `∂${p.text(wrt[0]!)}${sup(String(n))}`
      : [...wrt]
          .reverse()
          .map((w) => `∂${p.text(w)}`)
          .join(" ");
    const x = p.at(of, LEVEL.atom);
    const text = `${d}${x.first === "function" ? " " : ""}${x.text}/${same || n === 1 ? by : `(${by})`}${transposed ? "ᵀ" : ""}`;
    return { text, level: LEVEL.product, sign: "divided", first: "differential", last: "differential" };
  },
  differential(p, of) {
    const x = p.at(of, LEVEL.atom);
    const gap = x.first === "function" || x.first === "word" ? " " : "";
    return { text: `d${gap}${x.text}`, level: LEVEL.raised, first: "differential", last: "differential" };
  },
  error: (text) => atom(text, "word"),
};

/** The formula in Unicode: `(A + Aᵀ)x`. */
export function printUnicode(e: Expr, shapeOf?: ShapeOf): string {
  return makePrinter(UNICODE, shapeOf).text(e);
}
