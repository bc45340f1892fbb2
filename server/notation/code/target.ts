import type { Dim } from "../../core/dimension";
import { isScalar, type Shape } from "../../core/shape";
import type { Node } from "./ir";
import { axes } from "./value";

export const TARGETS = ["numpy", "jax", "torch", "julia", "matlab", "eigen", "r", "sympy"] as const;
export type TargetName = (typeof TARGETS)[number];

/** Source text and how tightly it holds together (`PREC`). */
export interface Code {
  readonly text: string;
  readonly prec: number;
  /** The sign of a product, so that different ones are not mixed without brackets. */
  readonly sign?: string;
  /** Eigen: an `Array`, whose operators act entry by entry, not a `Matrix`. */
  readonly array?: boolean;
}

export const PREC = { lowest: 0, sum: 1, product: 2, unary: 3, power: 4, postfix: 5, atom: 6 } as const;

/** Operations that are expressions: loops are lines of their own. */
export type SpelledOp = Exclude<Node["op"], "sumOver">;

export const codeAtom = (text: string): Code => ({ text, prec: PREC.atom });

/** What a spelling may ask while it writes one operation. */
export interface Writer {
  /** The code of an argument, in brackets where it holds together less than `prec`. */
  arg(n: Node, prec?: number): string;
  code(n: Node): Code;
  /** A dimension as code. */
  dim(d: Dim, prec?: number): string;
  /** An input that has the element type and the device that results should have. */
  readonly like: string | undefined;
  /** The name of the element type of new arrays, where the target keeps one and there is an input to take it from. */
  dtype(): string | undefined;
  /** Asks for a line among the imports. */
  need(line: string): void;
  /** Gives a part that is long a name of its own. */
  part(n: Node): void;
  /** The name of a part that gets a line of its own, whatever its length. */
  name(n: Node): string;
  /** The array is used in one place, so that it can be written into. */
  once(n: Node): boolean;
  /** A name that is not used yet. */
  fresh(base: string): string;
}

/** A loop over an index and what it adds up. */
export interface LoopPlan {
  readonly index: string;
  /** From the first index to the last one. */
  readonly range: readonly [string, string];
  readonly sums: readonly { readonly node: Node; readonly name: string; readonly term: Code }[];
  /** Lines that come before the sums. */
  readonly body: readonly string[];
}

/** One line of the body, or several: an operation with its name. */
export interface Statement {
  readonly name: string;
  readonly lines: readonly string[];
}

export interface Parameter {
  readonly name: string;
  /** As it is called in the formula. */
  readonly original: string;
  readonly shape?: Shape;
  readonly family?: Dim;
  readonly kind: "array" | "dimension" | "function";
  /** Its promised properties, in words. */
  readonly properties: readonly string[];
}

/** All axes of an input: of a family, its members come first. */
export const parameterAxes = ({ family, shape }: Parameter): readonly Dim[] => [
  ...(family === undefined ? [] : [family]),
  ...(shape === undefined ? [] : axes(shape)),
];

/** The inputs that are arrays or numbers. */
export const arrayParameters = (plan: FunctionPlan): readonly Parameter[] =>
  plan.parameters.filter((p) => p.kind === "array");

export const isNumberParameter = ({ family, shape }: Parameter): boolean =>
  family === undefined && shape !== undefined && isScalar(shape);

/** How a dimension is found from the inputs, or what is checked. */
export type Check =
  | { readonly kind: "bind"; readonly parameter: Parameter; readonly axes: readonly (Dim | undefined)[] }
  | { readonly kind: "check"; readonly parameter: Parameter; readonly axes: readonly Dim[] }
  | {
      readonly kind: "derive";
      readonly name: string;
      readonly from: string;
      readonly scale: number;
      readonly offset: number;
    };

export interface ResultPlan {
  readonly name: string;
  readonly shape: Shape;
  readonly text: string;
  /** What it is, a sentence fragment. */
  readonly meaning: string;
  /** A comment above its last line. */
  readonly note?: string;
}

/** A random point for the gradient check. */
export interface TestInput {
  readonly parameter: Parameter;
  readonly axes: readonly Dim[];
  readonly properties: ReadonlySet<string>;
}

export interface TestPlan {
  readonly inputs: readonly TestInput[];
  readonly dims: ReadonlyMap<string, number>;
  /** The variable that moves, and what the function returns of it. */
  readonly wrt: string;
  readonly result: number;
  /** The result whose change is compared: the value, or the derivative before. */
  readonly of: number;
  readonly results: number;
  readonly structure: string | undefined;
  /** The input that the last result is the change along, where it is one. */
  readonly direction?: string;
}

/** Everything a target needs to write a complete function. */
export interface FunctionPlan {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly checks: readonly Check[];
  readonly statements: readonly Statement[];
  readonly results: readonly ResultPlan[];
  readonly imports: readonly string[];
  /** A Kronecker-structured last result that can be returned as its factor alone. */
  readonly compressed?: { readonly block: string; readonly statement: readonly Statement[]; readonly how: string };
  readonly test?: TestPlan;
  /** Inputs, results and all between in single precision. */
  readonly single?: boolean;
  /** The same function of many examples, and which inputs they are. */
  readonly batched?: { readonly name: string; readonly inputs: readonly string[] };
  /** A function that the library derives with this one, by which input. */
  readonly autograd?: { readonly wrt: string };
}

/** One target: its spellings, its layout of a function, its reserved words. */
export interface Target {
  readonly name: TargetName;
  readonly comment: string;
  readonly reserved: ReadonlySet<string>;
  /** `Z'*Z` is computed in half the time of a general product. */
  readonly symmetricProducts: boolean;
  /** The operation is written with its argument in several places. */
  repeats?(n: Node): boolean;
  /** Whether the language has a function of each entry. */
  spells(name: string): boolean;
  /** The operation as an expression. */
  spell(n: Node, w: Writer): Code;
  /** An operation that needs several lines; `undefined` where an expression will do. */
  lines?(n: Node, name: string, w: Writer): readonly string[] | undefined;
  assign(name: string, value: Code, n?: Node): string;
  /** The element type of an input, floating in any case, as an expression. */
  dtype?(like: string): string;
  /** A result that is a plain number, where arrays of no dimensions are promised. */
  constant?(n: Node, w: Writer): string | undefined;
  /** An array of its own with the same entries, where arrays can be written into. */
  copy?(text: string): string;
  /** Sums over an index, one term after the other. */
  loop(plan: LoopPlan, w: Writer): readonly string[];
  render(plan: FunctionPlan): string;
}

/** A matrix plus a diagonal, with minus signs where they belong: `eye(n) - A`, `A - 2 * eye(n)`. */
export function plusDiagonal(n: Node, w: Writer, eye: string, diagonal: (entries: string) => string): Code {
  const [a, d] = n.args as [Node, Node];
  const written = (x: Node): string => {
    if (x.shape.length > 0) return diagonal(w.arg(x));
    return x.op === "number" && x.attr === "1" ? eye : `${w.arg(x, PREC.product)} * ${eye}`;
  };
  if (a.op === "neg") return { text: `${written(d)} - ${w.arg(a.args[0]!, PREC.unary)}`, prec: PREC.sum };
  if (d.op === "neg") return { text: `${w.arg(a, PREC.sum)} - ${written(d.args[0]!)}`, prec: PREC.sum };
  if (d.op === "number" && Number(d.attr) < 0) {
    const size = d.attr === "-1" ? eye : `${-Number(d.attr)} * ${eye}`;
    return { text: `${w.arg(a, PREC.sum)} - ${size}`, prec: PREC.sum };
  }
  return { text: `${w.arg(a, PREC.sum)} + ${written(d)}`, prec: PREC.sum };
}

/** The factors of a power of a matrix: itself and squares, each of the one before, that `square` gives a name. */
export function factorsOfPower(base: string, exponent: number, square: (of: string) => string): readonly string[] {
  const factors: string[] = [];
  let power = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) factors.push(power);
    if (rest > 1) power = square(power);
  }
  return factors;
}

/** Long sentences in lines, each with its lead. */
export function fold(text: string, lead: string, width = 88): string[] {
  const out: string[] = [];
  let line = lead;
  for (const word of text.split(" ")) {
    if (line.length + word.length > width && line.trim() !== lead.trim()) {
      out.push(line.trimEnd());
      line = lead;
    }
    line += `${word} `;
  }
  return [...out, line.trimEnd()];
}

/** Terms with their signs, a positive one first where there is one. */
export function signedSum(
  terms: readonly { readonly negative: boolean; readonly text: string }[],
  plus = "+",
  minus = "-",
): string {
  const ordered = [...terms].sort((a, b) => Number(a.negative) - Number(b.negative));
  return ordered
    .map((t, i) => (i === 0 ? (t.negative ? `-${t.text}` : t.text) : ` ${t.negative ? minus : plus} ${t.text}`))
    .join("");
}
