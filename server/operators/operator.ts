import type { Dim } from "../core/dimension";
import type { Dense } from "../core/dense";
import type { ProblemCode } from "../core/problem";
import type { Shape } from "../core/shape";
import type { Graph } from "./graphs";

/** Why shapes do not fit. `clash` names the two dimensions that differ, and the arguments they belong to. */
export interface Misfit {
  readonly code: ProblemCode;
  readonly message: string;
  readonly clash?: { readonly left: Dim; readonly right: Dim; readonly args: readonly [number, number] };
}

export type ShapeResult = Shape | Misfit;
export const isMisfit = (r: ShapeResult): r is Misfit => "code" in r;

/**
 * How an operator enters the calculus. Templates are written in the `.mcalc` language.
 *
 * - `pointwise`: the derivative of a scalar function, in `u` (`"cos(u)"`); the function acts entry by entry.
 * - `expand`: the operator is short for another expression, in `X` (and `Y`) (`"det(X)*inv(X)"`).
 * - `differential`: its differential, in `X` and `dX` (`"-inv(X)*dX*inv(X)"`); the operator stays a symbol.
 * - `spectral`: a matrix function; the template is f′(X), and d tr(A·f(X)) = tr(A·f′(X)·dX) where A commutes with X.
 * - `piecewiseConstant`: a symbol that jumps, and does not change where it is differentiable (`hardmax`).
 * - `network`: it only moves indices about (a product, a trace, `kron`); `calculus/lower.ts` says how.
 */
export type Rule =
  | { readonly pointwise: string }
  | { readonly expand: string | ((args: readonly Shape[]) => string) }
  | { readonly differential: string | ((args: readonly Shape[]) => string | undefined) }
  | { readonly spectral: string }
  | { readonly piecewiseConstant: true }
  | { readonly network: true };

/** Kinks that are where something is zero: what is known to be positive has none. */
export const ZERO_ENTRY = "an entry is zero";
export const ZERO_ARGUMENT = "the argument is zero";
export const isAtZero = (kink: string): boolean => kink === ZERO_ENTRY || kink === ZERO_ARGUMENT;

/** Languages that a function may be written in; `math` is Python's own, for plain numbers. */
export type CodeLanguage = "numpy" | "jax" | "torch" | "math" | "julia" | "matlab" | "eigen" | "r" | "sympy";

/**
 * A function of each entry in the languages that have it: a call with `$` in place of its argument, and after a bar what
 * the file needs (`gammaln($)|from scipy.special import gammaln`). For `julia` the name alone, which gets a dot for arrays;
 * for `eigen` a call for one number.
 */
export type Spellings = Readonly<Partial<Record<CodeLanguage, string>>>;

/** Everything that is known of one operator; one entry of the table. */
export interface Operator {
  readonly name: string;
  readonly group: "sign" | "elementwise" | "reduction" | "matrix" | "constant";
  /** Least and most number of arguments. */
  readonly arity: readonly [number, number];
  /** Known and explained where it stands, but not offered: the derivative of another operator, or a rare relative. */
  readonly unlisted?: true;
  /** Arguments are dimensions, not values: `eye(n)`. */
  readonly ofDimensions?: boolean;
  readonly shape: (args: readonly Shape[], dims: readonly Dim[]) => ShapeResult;
  /** Absent: the operator has no derivative here, and a derivation through it is refused. */
  readonly rule?: Rule;
  /** Where the operator is not differentiable, in words: `an entry is zero`. */
  readonly kink?: string;
  /** Value at a point; constants get the values of their dimensions as 1×1. NaN outside its domain. */
  readonly value: (args: readonly Dense[]) => Dense;
  /** How languages write it that have it. */
  readonly code?: Spellings;
  /** By other functions, in `u`: what is written where a language does not have it. */
  readonly formula?: string;
  /** How it runs and bends. */
  readonly graph?: Graph;
  /** Promised of the result whatever the arguments are: `exp` is positive. */
  readonly positive?: boolean;
  readonly doc: {
    /** One line, a sentence fragment: `the inverse of a square matrix`. */
    readonly summary: string;
    /** The shape rule as a person would write it: `inv(n×n) → n×n`. */
    readonly shapes: string;
    readonly example: string;
    /** Where the rule comes from. */
    readonly source?: string;
  };
}
