import type { Expr } from "../core/ast";
import { operator } from "../operators";
import { tableOf } from "../core/table";

/**
 * The `.mcalc` text of a tree, with as few brackets as read well. Reading it back gives the same tree, except
 * that a minus in front of a product is written, and so read, on its first factor: `-a*b`.
 */
export const printText = (e: Expr): string => write(e, NOTHING).text;

/** Parts that keep the text they have: the text, without brackets around it, or `undefined`. */
export type Kept = (e: Expr) => string | undefined;
const NOTHING: Kept = () => undefined;

/** The same, but parts that `kept` knows are taken over as they were written. */
export const printKeeping = (e: Expr, kept: Kept): string => write(e, kept).text;

/** How tightly the text of a tree holds together, for putting it in the place of another. */
export const levelOf = (e: Expr): number => write(e, NOTHING).level;

/** How tightly a piece of text holds together. */
const enum Level {
  Sum,
  Product,
  Unary,
  Power,
  Postfix,
  Atom,
}

interface Written {
  readonly text: string;
  readonly level: Level;
}

const PRODUCTS: Readonly<Record<string, string>> = tableOf({ mul: "*", div: "/", hadamard: ".*", hdiv: "./" });
const SUMS: Readonly<Record<string, string>> = tableOf({ add: "+", sub: "-" });

const atom = (text: string): Written => ({ text, level: Level.Atom });

/** In brackets, where it holds less tightly than needed. */
const at = (level: Level, w: Written): string => (w.level < level ? `(${w.text})` : w.text);

/** A differential before a division sign would be read as the upper half of a derivative. */
function endsInDifferential(e: Expr): boolean {
  if (e.kind === "apply" && (e.op in PRODUCTS || e.op === "neg")) return endsInDifferential(e.args.at(-1)!);
  return e.kind === "differential" && e.of.kind !== "name";
}

/** The same for an operand to the right of a sign: there a minus in front needs brackets too. */
const onTheRight = (level: Level, w: Written): string =>
  w.level < level || w.text.startsWith("-") ? `(${w.text})` : w.text;

function write(e: Expr, kept: Kept): Written {
  const own = kept(e);
  if (own !== undefined) return { text: own, level: write(e, NOTHING).level };
  const text = (part: Expr): string => write(part, kept).text;
  switch (e.kind) {
    case "number":
      return writeNumber(e.value);
    case "name":
      return atom(e.name);
    case "error":
      return atom(e.text);
    case "apply":
      return writeApplied(e.op, e.args, kept);
    case "call":
      return atom(`${e.name}${"'".repeat(e.primes)}(${e.args.map(text).join(", ")})`);
    case "literal":
      return atom(`[${e.rows.map((row) => row.map(text).join(", ")).join("; ")}]`);
    case "index":
      return {
        text: `${at(Level.Postfix, write(e.base, kept))}[${e.indices.map((i) => (i === null ? ":" : text(i))).join(",")}]`,
        level: Level.Postfix,
      };
    case "sumover":
      return atom(`sum(${e.variable} in ${text(e.from)}..${text(e.to)}, ${text(e.body)})`);
    case "derivative":
      return writeDerivative(e.of, e.wrt, e.transposed === true, text);
    case "differential":
      // The change of a variable is written as its name: the scope tells `dX` from a variable of that name.
      return atom(e.of.kind === "name" ? `d${e.of.name}` : `d(${text(e.of)})`);
  }
}

function writeNumber(value: number): Written {
  if (Number.isNaN(value)) return { text: "0/0", level: Level.Product };
  if (!Number.isFinite(value)) return { text: value > 0 ? "1/0" : "-1/0", level: Level.Product };
  const tiny = value !== 0 && Math.abs(value) < 1e-4;
  return {
    text: tiny ? value.toExponential() : String(value),
    level: value < 0 || Object.is(value, -0) ? Level.Unary : Level.Atom,
  };
}

function writeApplied(op: string, args: readonly Expr[], kept: Kept): Written {
  const sum = SUMS[op];
  if (sum !== undefined) {
    const text = `${at(Level.Sum, write(args[0]!, kept))} ${sum} ${onTheRight(Level.Product, write(args[1]!, kept))}`;
    return { text, level: Level.Sum };
  }
  const product = PRODUCTS[op];
  if (product !== undefined) {
    const right = write(args[1]!, kept);
    const divided = op === "div" && args[1]!.kind === "derivative";
    const upper = write(args[0]!, kept);
    const left = op === "div" && endsInDifferential(args[0]!) ? `(${upper.text})` : at(Level.Product, upper);
    const text = `${left}${product}${divided ? `(${right.text})` : onTheRight(Level.Unary, right)}`;
    return { text, level: Level.Product };
  }
  switch (op) {
    case "neg":
      return writeMinus(write(args[0]!, kept));
    case "transpose":
      return { text: `${at(Level.Postfix, write(args[0]!, kept))}'`, level: Level.Postfix };
    case "pow":
    case "hpow":
      return {
        text: `${at(Level.Postfix, write(args[0]!, kept))}${op === "pow" ? "^" : ".^"}${exponent(args[1]!, kept)}`,
        level: Level.Power,
      };
  }
  const comma = operator(op)?.ofDimensions === true ? "," : ", ";
  return atom(`${op}(${args.map((a) => write(a, kept).text).join(comma)})`);
}

/** A minus in front of a product stands on its first factor; the value is the same. */
function writeMinus(w: Written): Written {
  if (w.level === Level.Sum || w.text.startsWith("-")) return { text: `-(${w.text})`, level: Level.Unary };
  return { text: `-${w.text}`, level: w.level === Level.Product ? Level.Product : Level.Unary };
}

/** An exponent is an atom, or minus an atom. */
function exponent(e: Expr, kept: Kept): string {
  const w = write(e, kept);
  if (e.kind === "number" && Number.isFinite(e.value)) return w.text;
  if (e.kind === "apply" && e.op === "neg") {
    const inner = write(e.args[0]!, kept);
    if (inner.level === Level.Atom && e.args[0]!.kind !== "number") return w.text;
  }
  return w.level === Level.Atom ? w.text : `(${w.text})`;
}

function writeDerivative(of: Expr, wrt: readonly Expr[], transposed: boolean, print: (e: Expr) => string): Written {
  const value = print(of);
  const names = wrt.map(print);
  if (names.length === 2 && names[0] === names[1]) return atom(`hess(${value}, ${names[0]})`);
  const under =
    names.length === 1 ? `d(${names[0]}${transposed ? "'" : ""})` : `(${names.map((n) => `d(${n})`).join("")})`;
  return { text: `d(${value})/${under}`, level: Level.Unary };
}
