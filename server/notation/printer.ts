import type { ApplyExpr, Expr } from "../core/ast";
import { apply, num } from "../core/ast";
import { SCALAR } from "../core/shape";
import { kindOf, type ShapeOf } from "./kinds";

/**
 * The printer that every mathematical target (LaTeX, Unicode, Typst) shares: brackets by precedence, implicit
 * products, signs pulled to the front of terms. A target adds its spellings (`spellings/*.ts`).
 */

/** How tightly a printed piece holds together. */
export const LEVEL = { sum: 1, negative: 2, product: 3, raised: 4, atom: 5 } as const;
export type Level = (typeof LEVEL)[keyof typeof LEVEL];

/** What a piece looks like at an end: decides what may stand between two factors. */
export type Edge = "digit" | "numeral" | "letter" | "word" | "function" | "bracket" | "differential" | "mark";

/** A printed part of a formula. */
export interface Piece {
  readonly text: string;
  readonly level: Level;
  readonly first: Edge;
  readonly last: Edge;
  /** The sign a product is written with; `juxtaposed` for none. */
  readonly sign?: string;
  /** Higher than one line: brackets around it must grow. */
  readonly tall?: boolean;
  /** Ends with a sum over an index, which takes in every factor after it: no brackets where none comes. */
  readonly open?: boolean;
}

/** What a target must say of itself; operators are spelled in `operators`, by their name in the table. */
export interface Target {
  readonly operators: Readonly<Record<string, (p: Printer, args: readonly Expr[], e: ApplyExpr) => Piece>>;
  readonly minus: string;
  readonly negative: string;
  number(value: number): Piece;
  /** A fraction of two whole numbers, where the target writes 0.5 as one. */
  fraction?(over: number, under: number): Piece;
  /** `differential`: the name stands after a d. */
  name(p: Printer, text: string): Piece;
  /** Round brackets. */
  group(text: string, tall: boolean): string;
  /** What stands between two factors of an implicit product. */
  between(left: Piece, right: Piece): string;
  call(p: Printer, name: string, primes: number, args: readonly Expr[]): Piece;
  literal(p: Printer, rows: readonly (readonly Expr[])[]): Piece;
  index(p: Printer, base: Expr, indices: readonly (Expr | null)[]): Piece;
  sumover(p: Printer, variable: string, from: Expr, to: Expr, body: Expr): Piece;
  derivative(p: Printer, of: Expr, wrt: readonly Expr[], transposed: boolean): Piece;
  differential(p: Printer, of: Expr): Piece;
  error(text: string): Piece;
}

export interface Printer {
  readonly target: Target;
  readonly shapeOf: ShapeOf | undefined;
  piece(e: Expr): Piece;
  /** The piece, in brackets where it holds together less than `level`. */
  at(e: Expr, level: Level): Piece;
  text(e: Expr): string;
  /** A dimension or an index: scalars, whatever their letters are. */
  small(e: Expr): string;
}

export function makePrinter(target: Target, shapeOf?: ShapeOf): Printer {
  const p: Printer = {
    target,
    shapeOf,
    piece: (e) => print(p, e),
    at: (e, level) => {
      const x = print(p, e);
      return x.level >= level ? x : bracketed(p, x);
    },
    text: (e) => print(p, e).text,
    small: (e) => makePrinter(target, () => SCALAR).text(e),
  };
  return p;
}

function print(p: Printer, e: Expr): Piece {
  const t = p.target;
  switch (e.kind) {
    case "number":
      return e.value < 0 || Object.is(e.value, -0) ? negative(p, num(-e.value)) : numeral(p, e.value);
    case "name":
      return t.name(p, e.name);
    case "apply":
      switch (e.op) {
        case "add":
        case "sub":
          return sum(p, e);
        case "neg":
          return negative(p, e.args[0]!);
        case "mul":
          return product(p, e);
        case "div":
        case "hadamard": {
          const positive = withoutMinus(e);
          if (positive !== undefined) return negative(p, positive);
          const whole = e.op === "div" ? withWholeNumbers(p, e) : e;
          return t.operators[e.op]!(p, whole.args, whole);
        }
        default:
          return t.operators[e.op]?.(p, e.args, e) ?? t.call(p, e.op, 0, e.args);
      }
    case "call":
      return t.call(p, e.name, e.primes, e.args);
    case "literal":
      return t.literal(p, e.rows);
    case "index":
      return t.index(p, e.base, e.indices);
    case "sumover":
      return t.sumover(p, e.variable, e.from, e.to, e.body);
    case "derivative":
      return t.derivative(p, e.of, e.wrt, e.transposed === true);
    case "differential":
      return t.differential(p, e.of);
    case "error":
      return t.error(e.text);
  }
}

/** A term of a sum, or what a sign or a big operator stands before. */
export function term(p: Printer, e: Expr): Piece {
  const x = p.piece(e);
  return x.level >= LEVEL.product || (x.open === true && x.sign !== "negative") ? x : bracketed(p, x);
}

export function bracketed(p: Printer, x: Piece): Piece {
  const tall = x.tall === true;
  return { text: p.target.group(x.text, tall), level: LEVEL.atom, first: "bracket", last: "bracket", tall };
}

/** The same without its leading minus, where it has one: `-a`, `-2*a`, `-a*b`, `-a/c`. */
export function withoutMinus(e: Expr): Expr | undefined {
  if (e.kind === "number") return e.value < 0 ? num(-e.value) : undefined;
  if (e.kind !== "apply") return undefined;
  if (e.op === "neg") return e.args[0];
  if (e.op !== "mul" && e.op !== "div" && e.op !== "hadamard") return undefined;
  const rest = withoutMinus(e.args[0]!);
  if (rest === undefined) {
    // Further right only a minus in front of brackets: `A*(-(B + C))*x`.
    const [a, b] = e.args as [Expr, Expr];
    const inner = e.op === "mul" && leadingMinus(b) ? withoutMinus(b) : undefined;
    return inner === undefined ? undefined : apply("mul", a, inner);
  }
  return rest.kind === "number" && rest.value === 1 && e.op === "mul"
    ? e.args[1]
    : apply(e.op, rest, ...e.args.slice(1));
}

/** A product that starts with a minus, not with a negative number. */
const leadingMinus = (e: Expr): boolean =>
  e.kind === "apply" && (e.op === "neg" || (e.op === "mul" && leadingMinus(e.args[0]!)));

/** Denominators that are written as fractions: of 0.5, 0.75, 0.125. */
const DENOMINATORS = [2, 4, 8];

/** A number as a fraction of small whole numbers, where it is exactly one. */
function fractionOf(value: number): readonly [over: number, under: number] | undefined {
  const under = DENOMINATORS.find((q) => Number.isInteger(value * q));
  const over = value * (under ?? 1);
  return Number.isInteger(value) || under === undefined || Math.abs(over) > 9 ? undefined : [over, under];
}

function numeral(p: Printer, value: number): Piece {
  const f = p.target.fraction === undefined ? undefined : fractionOf(value);
  return f === undefined ? p.target.number(value) : p.target.fraction!(...f);
}

/** Exponents read better on one line: `1/2`, not a fraction and not 0.5. */
export function exponentText(p: Printer, e: Expr): string {
  const positive = e.kind === "number" && e.value < 0 ? num(-e.value) : e;
  const f = positive.kind === "number" ? fractionOf(positive.value) : undefined;
  return f === undefined ? p.text(e) : `${positive === e ? "" : p.target.negative}${f[0]}/${f[1]}`;
}

/** A quotient whose numerator has no fraction in front: `0.5*x/y` as `x/(2*y)`. */
function withWholeNumbers(p: Printer, e: ApplyExpr): ApplyExpr {
  const [a, b] = e.args as [Expr, Expr];
  if (p.target.fraction === undefined || a.kind !== "apply" || a.op !== "mul") return e;
  const lead = (x: Expr): Expr => (x.kind === "apply" && x.op === "mul" ? lead(x.args[0]!) : x);
  const first = lead(a);
  const f = first.kind === "number" ? fractionOf(first.value) : undefined;
  if (f === undefined) return e;
  const without = (x: ApplyExpr): Expr => {
    const [l, r] = x.args as [Expr, Expr];
    if (l === first) return f[0] === 1 ? r : apply("mul", num(f[0]), r);
    return apply("mul", without(l as ApplyExpr), r);
  };
  return apply("div", without(a), apply("mul", num(f[1]), b)) as ApplyExpr;
}

function negative(p: Printer, e: Expr): Piece {
  const x = term(p, e);
  return { ...x, text: p.target.negative + x.text, level: LEVEL.negative, sign: "negative", first: "mark" };
}

/** A sum as its signed terms; sums on the right are spread where that changes no sign. */
function sum(p: Printer, e: ApplyExpr): Piece {
  const terms: { minus: boolean; piece: Piece }[] = [];
  const collect = (x: Expr, minus: boolean): void => {
    if (x.kind === "apply" && (x.op === "add" || x.op === "sub") && !minus) {
      collect(x.args[0]!, false);
      collect(x.args[1]!, x.op === "sub");
      return;
    }
    const positive = terms.length === 0 ? undefined : withoutMinus(x);
    if (positive !== undefined) terms.push({ minus: !minus, piece: term(p, positive) });
    else terms.push({ minus, piece: terms.length === 0 ? p.at(x, LEVEL.negative) : term(p, x) });
  };
  collect(e, false);
  let text = "";
  for (const [i, t] of terms.entries())
    text += i === 0 ? t.piece.text : `${t.minus ? p.target.minus : " + "}${t.piece.text}`;
  return {
    text,
    level: LEVEL.sum,
    first: terms[0]!.piece.first,
    last: terms.at(-1)!.piece.last,
    tall: terms.some((t) => t.piece.tall === true),
  };
}

/** One factor of a product, or several that belong in brackets because together they are a scalar. */
type Factor = Expr | readonly Factor[];
const isGroup = (f: Factor): f is readonly Factor[] => Array.isArray(f);

/**
 * The factors of a product, left to right. Numbers made of several vectors and matrices (`x'*A*x` inside a longer
 * product) become a group of their own, so that `(a'*x)*b` does not read as `a'*x*b`.
 */
function factors(p: Printer, e: Expr): readonly Factor[] {
  if (e.kind !== "apply" || e.op !== "mul") return [e];
  const side = (x: Expr, right: boolean): readonly Factor[] => {
    const list = factors(p, x);
    if (list.length === 1) return list;
    const kind = kindOf(x, p.shapeOf);
    if (kind === "scalar") {
      const isNumber = (f: Factor): boolean => (isGroup(f) ? f.length > 1 : kindOf(f, p.shapeOf) === "scalar");
      const lead = list.findIndex((f) => !isNumber(f));
      return lead === -1 ? list : list.length - lead === 1 ? list : [...list.slice(0, lead), list.slice(lead)];
    }
    return right && kind === undefined ? [list] : list;
  };
  return [...side(e.args[0]!, false), ...side(e.args[1]!, true)];
}

function product(p: Printer, e: ApplyExpr): Piece {
  // A minus inside the first factor comes to the front of the whole product.
  const positive = withoutMinus(e);
  if (positive !== undefined) return negative(p, positive);
  return juxtapose(p, factors(p, e));
}

function juxtapose(p: Printer, list: readonly Factor[]): Piece {
  const pieces = list.map((f, i) => {
    if (isGroup(f)) return bracketed(p, juxtapose(p, f));
    const last = i === list.length - 1;
    const x = last ? term(p, f) : p.at(f, LEVEL.product);
    if (x.open === true && last) return x;
    // A product written with a sign keeps its brackets among juxtaposed factors.
    return x.level === LEVEL.product && x.sign !== "fraction" ? bracketed(p, x) : x;
  });
  let text = pieces[0]!.text;
  for (let i = 1; i < pieces.length; i++) text += p.target.between(pieces[i - 1]!, pieces[i]!) + pieces[i]!.text;
  const open = pieces.at(-1)!.open === true;
  return {
    text,
    level: open ? LEVEL.negative : LEVEL.product,
    sign: "juxtaposed",
    first: pieces[0]!.first,
    last: pieces.at(-1)!.last,
    tall: pieces.some((x) => x.tall === true),
    ...(open ? { open } : {}),
  };
}

/** Spells an operator between its two arguments: `A ⊙ B`. Left operands may be plain products; right ones may not. */
export const infix =
  (sign: string, id: string, associative: boolean) =>
  (p: Printer, args: readonly Expr[]): Piece => {
    const side = (e: Expr, right: boolean): Piece => {
      const x = p.at(e, LEVEL.product);
      if (x.level > LEVEL.product || x.sign === "fraction") return x;
      const same = x.sign === id && (!right || associative);
      return same || (!right && x.sign === "juxtaposed") ? x : bracketed(p, x);
    };
    const a = side(args[0]!, false);
    const b = side(args[1]!, true);
    return {
      text: a.text + sign + b.text,
      level: LEVEL.product,
      sign: id,
      first: a.first,
      last: b.last,
      tall: a.tall === true || b.tall === true,
    };
  };

/** What is inverted before it is raised to a whole power: `inv(X)^2` is written X⁻². */
export const inverseOf = (base: Expr, exponent: Expr): Expr | undefined =>
  base.kind === "apply" && base.op === "inv" && exponent.kind === "number" && exponent.value > 0
    ? base.args[0]
    : undefined;

/** Spells an operator as a function: `tr(A)`. */
export const fn =
  (name: string) =>
  (p: Printer, args: readonly Expr[]): Piece => {
    const inner = args.map((a) => p.piece(a));
    const tall = inner.some((x) => x.tall === true);
    return {
      text: name + p.target.group(inner.map((x) => x.text).join(", "), tall),
      level: LEVEL.atom,
      first: "function",
      last: "bracket",
      tall,
    };
  };

/** Spells an operator as a pair of fences: `‖x‖`. */
export const fence =
  (open: string, close: string, growing?: readonly [string, string]) =>
  (p: Printer, args: readonly Expr[]): Piece => {
    const inner = args.map((a) => p.piece(a));
    const tall = inner.some((x) => x.tall === true);
    const [o, c] = tall && growing !== undefined ? growing : [open, close];
    const text = o + inner.map((x) => x.text).join(", ") + c;
    return { text, level: LEVEL.atom, first: "bracket", last: "bracket", tall };
  };

/** Spells an operator as a mark after its argument: `Aᵀ`. `dXᵀ` needs no brackets: it means the same read either way. */
export const raised =
  (mark: string, linear = false) =>
  (p: Printer, args: readonly Expr[]): Piece => {
    const x = p.at(args[0]!, linear && args[0]!.kind === "differential" ? LEVEL.raised : LEVEL.atom);
    return { ...x, text: x.text + mark, level: LEVEL.raised, last: "mark" };
  };

/** A piece that holds together by itself. */
export const atom = (text: string, first: Edge, last: Edge = first): Piece => ({
  text,
  level: LEVEL.atom,
  first,
  last,
});
