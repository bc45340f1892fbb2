/**
 * The engine as a library: matrix calculus in text, answers as plain data. Works in Node and in browsers; reads no files
 * and asks no network. Nothing here throws: what cannot be answered is refused with a sentence.
 */
import { ask, checked, codeFor, derivationFor, derivativeFor, printed, shapeFor } from "./answers";

/** An expression, read: plain data, made by `parse` and taken by every other function. */
export interface Parsed {
  readonly ok: true;
  /** The expression in `.mcalc`, whatever it was written in. */
  readonly text: string;
  /** Its declarations in `.mcalc`, those that were inferred last. */
  readonly given: readonly string[];
  /** Declarations of names that none was given for, with the shapes that the expression's form implies. */
  readonly inferred: readonly string[];
  /** The syntax tree. Its kinds may change between versions. */
  readonly tree: { readonly kind: string };
}

/** What is wrong with a question, and where in its expression (offsets of UTF-16 characters). */
export interface Refused {
  readonly ok: false;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly start?: number;
    readonly end?: number;
  };
}

/** `.mcalc`, or LaTeX between dollars; or what `parse` made of it. */
export type Expression = string | Parsed;

export interface Options {
  /** Declarations and definitions: `A : R^(n×n) symmetric`, or LaTeX between dollars. */
  readonly given?: readonly string[];
}

export interface Shape {
  readonly ok: true;
  /** `[]` of a scalar, `["n"]` of a vector, `["m", "n"]` of a matrix. */
  readonly shape: readonly string[];
  readonly inferred: readonly string[];
}

export interface Derivative {
  readonly ok: true;
  readonly text: string;
  readonly latex: string;
  readonly unicode: string;
  readonly typst: string;
  readonly shape: readonly string[];
  readonly notation: "matrix" | "kronecker" | "index";
  /** Whether it was compared with numbers, at points where all parts are defined. */
  readonly verified: boolean;
  /** What has to be true for it: “X is invertible”. */
  readonly assumptions: readonly string[];
  readonly inferred: readonly string[];
}

export interface Derivation {
  readonly ok: true;
  readonly steps: readonly {
    readonly text: string;
    readonly latex: string;
    readonly unicode: string;
    /** What was done, in words; empty for the first line. */
    readonly rule: string;
  }[];
  readonly inferred: readonly string[];
}

export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export interface Claim {
  readonly range: Range;
  readonly text: string;
  readonly kind: "derivative" | "step" | "equation";
  /** `unknown` is no pass: the note says why it was not decided. */
  readonly status: "proved" | "verified" | "wrong" | "conditional" | "unknown";
  readonly note?: string;
  /** Where it does not hold and there is a repair: the claim as it should be. */
  readonly repair?: string;
}

export interface Checked {
  readonly ok: true;
  readonly claims: readonly Claim[];
  readonly diagnostics: readonly {
    readonly code: string;
    readonly severity: "error" | "warning" | "information" | "hint";
    readonly message: string;
    readonly range: Range;
  }[];
}

export type Notation = "text" | "unicode" | "latex" | "typst";
export type Language = "numpy" | "jax" | "torch" | "julia" | "matlab" | "eigen" | "r" | "sympy";

/** Reads an expression with its declarations; names that none declares are inferred from its form. */
export function parse(expression: Expression, options: Options = {}): Parsed | Refused {
  return ask(expression, options);
}

/** The shape of an expression. */
export function shapeOf(expression: Expression, options: Options = {}): Shape | Refused {
  return shapeFor(expression, options);
}

/**
 * The derivative of an expression, compared with numbers before it is given.
 * @param wrt a declared variable; several are derived by one after the other
 */
export function derive(
  expression: Expression,
  wrt: string | readonly string[],
  options: Options & { readonly order?: number } = {},
): Derivative | Refused {
  return derivativeFor(expression, wrt, options);
}

/** The derivation by the method of differentials, each line with its rule. */
export function derivation(
  expression: Expression,
  wrt: string | readonly string[],
  options: Options = {},
): Derivation | Refused {
  return derivationFor(expression, wrt, options);
}

/** Checks the equations of a text: a `.mcalc` document, a Markdown note, or one formula of LaTeX. */
export function check(text: string, format: "mcalc" | "markdown" | "latex" = "mcalc"): Checked | Refused {
  return checked(text, format);
}

/** An expression in one of the notations; `text` is `.mcalc`. */
export function print(
  expression: Expression,
  notation: Notation = "text",
  options: Options = {},
): { readonly ok: true; readonly text: string } | Refused {
  return printed(expression, notation, options);
}

/** A complete function of the value and its derivative in a programming language. */
export function code(
  expression: Expression,
  wrt: string | readonly string[],
  language: Language,
  options: Options & { readonly order?: number } = {},
): { readonly ok: true; readonly code: string; readonly inferred: readonly string[] } | Refused {
  return codeFor(expression, wrt, language, options);
}
