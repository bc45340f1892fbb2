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

/** How an author writes: learned from a note, or the defaults. */
export interface LatexStyle {
  /** Inside the superscript: `\top` (default), `T`, `\mathsf{T}`, `\intercal`. */
  readonly transpose?: string;
  /** The d of a derivative: `\partial` (default), `d`, `\mathrm{d}`. */
  readonly partial?: string;
  /** The d of a differential: `d` (default), `\mathrm{d}`. */
  readonly differential?: string;
  /** Bold letters for vectors and matrices. */
  readonly bold?: boolean;
  /** The identity's letter: `I` (default), `\mathbf{I}`, `E`. */
  readonly identity?: string;
  /** How the trace is written: `\operatorname{tr}` (default), `\mathrm{tr}`, `\text{Tr}`. */
  readonly trace?: string;
  /** Determinants between bars instead of `\det`. */
  readonly bars?: boolean;
  /** `\|` (default) or `\lVert`. */
  readonly norm?: string;
  /** The natural logarithm: `\log` (default) or `\ln`. */
  readonly log?: string;
  /** The Hadamard product: `\odot` (default) or `\circ`. */
  readonly hadamard?: string;
  /** First derivatives with a nabla: `\nabla f`, or with the variable, `\nabla_x f`. */
  readonly nabla?: "plain" | "subscript";
  /** How the author wrote each name. */
  readonly names?: ReadonlyMap<string, string>;
}

/** A superscript or subscript; braces only where they are needed. */
const braced = (text: string): string => (/^(?:[A-Z0-9]|\\[A-Z]+)$/i.test(text) ? text : `{${text}}`);

const operatorName = (name: string): string => `\\operatorname{${name}}`;

/** Dimensions in a subscript: `mn` for two names, with a sign where it could be misread. */
const sized = (p: Printer, symbol: string, args: readonly Expr[], between: string): Piece =>
  atom(
    `${symbol}_${braced(args.map((a) => p.small(a)).join(between))}`,
    symbol === "I" || symbol === "K" ? "letter" : "numeral",
    "letter",
  );

const norm =
  (style: LatexStyle, subscript: (p: Printer, a: Expr) => string) =>
  (p: Printer, args: readonly Expr[]): Piece => {
    const [open, close] = style.norm === "\\lVert" ? ["\\lVert ", "\\rVert"] : ["\\|", "\\|"];
    const x = fence(open, close, [`\\left\\|`, `\\right\\|`])(p, args);
    const below = subscript(p, args[0]!);
    return below === "" ? x : { ...x, text: `${x.text}_${braced(below)}` };
  };

const power = (p: Printer, base: Expr, exponent: string): Piece => {
  const x = p.at(base, LEVEL.atom);
  return { ...x, text: `${x.text}^${braced(exponent)}`, level: LEVEL.raised, last: "mark" };
};

/** `\sin`, `\exp`, …: functions that LaTeX has commands for. */
const COMMANDS = ["exp", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "max"];
const NAMED = [
  "sum", "mean", "logsumexp", "logsumexpr", "adj", "diag", "vec", "expm",
  "logm", "tril", "triu", "softmax", "hardmax", "usv1",
]; // prettier-ignore

export function latexTarget(style: LatexStyle = {}): Target {
  const log = style.log ?? "\\log";
  const bars = fence("\\lvert ", "\\rvert", ["\\left\\lvert ", "\\right\\rvert"]);
  const top = braced(style.transpose ?? "\\top");
  const d = style.differential ?? "d";
  const partial = style.partial ?? "\\partial";

  const fraction = (over: string, under: string): Piece => ({
    text: `\\frac{${over}}{${under}}`,
    level: LEVEL.product,
    sign: "fraction",
    first: "bracket",
    last: "bracket",
    tall: true,
  });

  return {
    minus: " - ",
    negative: "-",
    operators: {
      ...Object.fromEntries(ENTRYWISE_NAMES.map((name) => [name, fn(operatorName(name))])),
      ...Object.fromEntries(COMMANDS.map((name) => [name, fn(`\\${name}`)])),
      ...Object.fromEntries(NAMED.map((name) => [name, fn(operatorName(name))])),
      log: fn(log),
      sigmoid: fn("\\sigma"),
      tr: fn(style.trace ?? operatorName("tr")),
      sqrt: (p, [a]) => ({ ...atom(`\\sqrt{${p.text(a!)}}`, "bracket"), tall: true }),
      abs: (p, args) => (kindOf(args[0]!, p.shapeOf) === "scalar" ? bars : fn(operatorName("abs")))(p, args),
      det: style.bars === true ? bars : fn("\\det"),
      logdet: (p, args) => {
        if (style.bars !== true) return fn(`${log}\\det`)(p, args);
        const x = bars(p, args);
        return { ...x, text: `${log}${x.text}`, first: "function" };
      },
      lmax: fn("\\lambda_{\\max}"),
      vmax: fn("v_{\\max}"),
      normspec: fn("\\sigma_{\\max}"),
      norm1: norm(style, () => "1"),
      norm2: norm(style, (p, a) => (kindOf(a, p.shapeOf) === "matrix" ? "F" : "2")),
      norminf: norm(style, () => "\\infty"),
      normnuc: norm(style, () => "*"),
      dot: fence("\\langle ", "\\rangle", ["\\left\\langle ", "\\right\\rangle"]),
      inv: (p, args) => {
        const [a] = args;
        return a!.kind === "apply" && a!.op === "sqrtm" ? power(p, a!.args[0]!, "-1/2") : raised("^{-1}")(p, args);
      },
      pinv: raised("^{+}"),
      sqrtm: (p, [a]) => power(p, a!, "1/2"),
      transpose: (p, args) => {
        const [a] = args;
        if (a!.kind !== "apply" || a!.op !== "inv" || isRoot(a!.args[0]!)) return raised(`^${top}`, true)(p, args);
        return power(p, a!.args[0]!, `-${style.transpose ?? "\\top"}`);
      },
      hadamard: infix(` ${style.hadamard ?? "\\odot"} `, "hadamard", true),
      hdiv: infix(" \\oslash ", "hdiv", false),
      kron: infix(" \\otimes ", "kron", true),
      div: (p, [a, b]) => fraction(p.text(a!), p.text(b!)),
      pow: (p, [a, b]) => {
        const base = inverseOf(a!, b!);
        return base === undefined ? power(p, a!, exponent(p, b!)) : power(p, base, `-${exponent(p, b!)}`);
      },
      hpow: (p, [a, b]) => power(p, a!, `${style.hadamard ?? "\\odot"} ${exponent(p, b!)}`),
      eye: (p, args) => sized(p, style.identity ?? "I", args, ""),
      ones: (p, args) => sized(p, "\\mathbf{1}", args, " \\times "),
      zeros: (p, args) => sized(p, style.bold === true ? "\\mathbf{0}" : "0", args, " \\times "),
      K: (p, args) => sized(p, "K", args, ","),
    },
    number(value) {
      if (value === Math.PI) return atom("\\pi", "letter");
      const { digits, exponent } = numberParts(value);
      if (exponent === undefined) return atom(digits, "digit");
      const text = `${digits === "1" ? "" : `${digits} \\cdot `}10^{${exponent}}`;
      return { text, level: LEVEL.product, sign: "power of ten", first: "digit", last: "mark" };
    },
    fraction: (over, under) => fraction(String(over), String(under)),
    name(p, text) {
      const given = style.names?.get(text);
      if (given !== undefined) return atom(given, "letter");
      const { base, kind, accent, subscripts, primes } = nameParts(text);
      let out = kind === "greek" ? `\\${base}` : kind === "word" ? `\\mathrm{${base}}` : base;
      if (style.bold === true && kind !== "word") {
        const k = kindOf({ kind: "name", name: text }, p.shapeOf);
        if (k === "column" || k === "row" || k === "matrix")
          out = kind === "greek" ? `\\boldsymbol{${out}}` : `\\mathbf{${out}}`;
      }
      if (accent !== undefined) out = `\\${accent}{${out}}`;
      if (subscripts.length > 0) {
        const parts = subscripts.map((s) =>
          /^\d+$|^.$/.test(s) ? s : nameParts(s).kind === "greek" ? `\\${s}` : `\\mathrm{${s}}`,
        );
        out += `_${braced(parts.join(parts.every((s) => s.length === 1) ? "" : ","))}`;
      }
      return atom(out + "'".repeat(primes), kind === "word" ? "word" : "letter");
    },
    group: (text, tall) => (tall ? `\\left(${text}\\right)` : `(${text})`),
    between(left, right) {
      if (left.last === "differential" || right.first === "differential") return " \\, ";
      if (right.first === "digit") return " \\cdot ";
      if (left.last === "digit" && right.first === "numeral") return " \\, ";
      if (left.last === "word" || right.first === "word") return " \\, ";
      return /\\[A-Z]+$/i.test(left.text) && /^[A-Z]/i.test(right.text) ? " " : "";
    },
    call(p, name, primes, args) {
      const head =
        style.names?.get(name) ?? (nameParts(name).kind === "word" ? operatorName(name) : p.target.name(p, name).text);
      return fn(head + "'".repeat(primes))(p, args);
    },
    literal(p, rows) {
      const body = rows.map((r) => r.map((x) => p.text(x)).join(" & ")).join(" \\\\ ");
      return { ...atom(`\\begin{bmatrix} ${body} \\end{bmatrix}`, "bracket"), tall: true };
    },
    index(p, base, indices) {
      const x = p.at(base, LEVEL.atom);
      const parts = indices.map((i) => (i === null ? ":" : p.small(i)));
      // A name that has a subscript already, or anything else that is raised, is put into brackets first.
      const subscript = base.kind === "name" ? /_/ : /_(?:\{[^{}]*\}|.)$/;
      const whole = subscript.test(x.text) ? bracketed(p, x) : x;
      const text = `${whole.text}_${braced(parts.join(parts.every((s) => /^[a-z0-9]$/.test(s)) ? "" : ","))}`;
      return { ...whole, text, last: "letter" };
    },
    sumover(p, variable, from, to, body) {
      const x = term(p, body);
      const text = `\\sum_{${p.small({ kind: "name", name: variable })}=${p.small(from)}}^${braced(p.small(to))} ${x.text}`;
      return { text, level: LEVEL.negative, open: true, first: "function", last: x.last, tall: true };
    },
    derivative(p, of, wrt, transposed) {
      const times = wrt.length > 1 ? `${partial}^${braced(String(wrt.length))}` : partial;
      const space = partial.startsWith("\\") && !partial.endsWith("}") ? " " : "";
      const names = [...wrt].reverse().map((w) => p.text(w));
      if (style.nabla !== undefined && wrt.length === 1 && !transposed) {
        const by = style.nabla === "plain" ? "" : `_${braced(names[0]!)}`;
        const f = p.at(of, LEVEL.atom);
        return { ...f, text: `\\nabla${by} ${f.text}`, level: LEVEL.product, sign: "derivative" };
      }
      const twice = names.length === 2 && names[0] === names[1];
      let under: string;
      if (twice && kindOf(wrt[0]!, p.shapeOf) === "scalar") under = `${partial}${space}${names[0]}^2`;
      else
        under = names
          .map((n, i) => `${partial}${space}${n}${i === names.length - 1 && (transposed || twice) ? `^${top}` : ""}`)
          .join(" \\, ");
      const x = p.piece(of);
      const short = of.kind === "name" || of.kind === "index" || of.kind === "call";
      if (short) return fraction(`${times}${space}${x.text}`, under);
      const f = fraction(times, under);
      return { ...f, text: `${f.text} ${p.at(of, LEVEL.atom).text}`, level: LEVEL.product, sign: "derivative" };
    },
    differential(p, of) {
      const x = p.at(of, LEVEL.atom);
      const space = /[A-Z]$/i.test(d) && d.startsWith("\\") ? " " : "";
      return { ...x, text: `${d}${space}${x.text}`, level: LEVEL.raised, first: "differential", last: "differential" };
    },
    error: (text) => atom(`\\text{${text.replace(/[\\{}$&#^_%~]/g, "\\$&")}}`, "word"),
  };
}

const isRoot = (e: Expr): boolean => e.kind === "apply" && e.op === "sqrtm";

/** A quotient in an exponent on one line too. */
function exponent(p: Printer, e: Expr): string {
  if (e.kind !== "apply" || e.op !== "div") return exponentText(p, e);
  return `${p.at(e.args[0]!, LEVEL.raised).text}/${p.at(e.args[1]!, LEVEL.raised).text}`;
}

/** The formula in LaTeX, without dollar signs: `(A + A^\top)x`. */
export function printLatex(e: Expr, style?: LatexStyle, shapeOf?: ShapeOf): string {
  return makePrinter(latexTarget(style), shapeOf).text(e);
}
