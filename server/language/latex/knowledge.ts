import type { Expr } from "../../core/ast";
import type { Piece, SymbolPiece } from "./pieces";
import type { Topic } from "./topics";

/** Kinds of value that decide how something is written: what is known of a name before its formula is read. */
export type Kind = "scalar" | "vector" | "row" | "matrix" | "function" | "dimension";

/**
 * What a reader of the note knows when a formula begins. LaTeX cannot be read without it: whether `f(x)` is an
 * application or a product, `x_i` an entry or a name, a prime a transpose.
 */
export interface Knowledge {
  /** Whether this letter in this style is a name of its own beside the plain letter. */
  readonly styleMatters: (name: string, style: string) => boolean;
  readonly kindOf: (name: string) => Kind | undefined;
  /** An opening bracket behind this name begins its argument. `args` are the names of the arguments where they are plain names. */
  readonly isFunction: (name: string, inner: readonly Piece[]) => boolean;
  /** The vector or matrix of which `name` with this subscript is an entry, and the entry's indices. */
  readonly entryOf: (
    symbol: SymbolPiece,
    indices: readonly string[],
  ) => { readonly base: string; readonly indices: readonly Expr[] } | undefined;
  /** Whether `^t` is a transpose; `^T` is one unless `T` is known as a number. */
  readonly smallTTransposes: boolean;
  /** Whether the name has stood for a value before. */
  readonly isName: (name: string) => boolean;
  /** Whether the kind of a name is declared, or shown by its print, rather than guessed. */
  readonly isSure: (name: string) => boolean;
  /** Whether the text speaks of a subject in words. */
  readonly speaksOf: (topic: Topic) => boolean;
  /** `{}^tA` is a transpose. */
  readonly transposesBefore: boolean;
  /** What a prime behind an operand means. */
  readonly primes: "transpose" | "derivative" | "name";
  /** The variable that the value of this name hangs on, where it is one: its prime is the derivative by that. */
  readonly variableOf: (name: string) => string | undefined;
  /** A plain `d` in front of an operand is a differential. */
  readonly plainDifferentials: boolean;
  /** The variable that `\nabla f` without a subscript differentiates by. */
  readonly gradientVariable: (of: Expr) => string | undefined;
  /** Whether these are sizes of something declared: `K_{m,n}` is then the commutation matrix. */
  readonly isSize: (sizes: readonly Expr[]) => boolean;
  /** Whether this letter in front of another makes a name with it: the `\\Delta` of `\Delta t`. */
  readonly isPrefix: (name: string) => boolean;
  /** Entries of the Kronecker delta are written with this letter. */
  readonly kroneckerDelta: boolean;
  /** `I_1`, `I_2` are names: a first and a second of something, not identities of these sizes. */
  readonly numbersIdentities: boolean;
  /** I stands for something else than the identity: an integral (`I = \int …`). */
  readonly ownIdentityLetter: boolean;
  /** The letter is transposed, measured or has entries somewhere: it stands for a vector or matrix. */
  readonly isOperand: (name: string) => boolean;
  /** Numbers above this letter tell its members apart: one of them is 1. */
  readonly isNumbered: (symbol: SymbolPiece) => boolean;
  /** This letter above others counts layers or steps (`z^l = W^l a^{l-1}`), and is no power. */
  readonly isLevel: (letter: string) => boolean;
  /** Where the note has sums over a letter end, in those that say so. */
  readonly endOf?: (index: string) => Expr | undefined;
}

/** Signs whose meaning needs shapes. They are settled once shapes are known (`documents/notes/settle.ts`). */
export const UNSETTLED = {
  /** `|X|`: determinant, absolute value or norm. */
  bars: "?bars",
  /** `a \cdot b`: inner or plain product. */
  cdot: "?cdot",
  /** `e^{X}`, `\exp(X)`: entry by entry, or of the matrix. */
  exp: "?exp",
  /** `X^{-1}`, of a matrix or a number. */
  inverse: "?inverse",
  /** `a \times b` of vectors. */
  cross: "?cross",
  /** `\langle a, b \rangle`: an inner product, or a column of two numbers. */
  angles: "?angles",
} as const;

/** Thrown where a formula cannot be read; caught at the border of this module. */
export class NotUnderstood extends Error {}

export const fail = (why: string): never => {
  throw new NotUnderstood(why);
};

/** How names were written, for printing them again as the author did. */
export type Spellings = Map<string, string>;

export function tryTo<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch (e) {
    if (e instanceof NotUnderstood) return undefined;
    throw e;
  }
}
