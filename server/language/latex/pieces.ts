import type { Span } from "../../core/ast";

/**
 * What stands on the page: the tree of a row of LaTeX before anything is decided about its meaning.
 * A row is a list of pieces from left to right.
 */
export type Piece =
  | SymbolPiece
  | NumberPiece
  | MarkPiece
  | TextPiece
  | GroupPiece
  | FractionPiece
  | RootPiece
  | MatrixPiece
  | ScriptedPiece
  | StackedPiece;

interface Base {
  readonly span: Span;
  /** White space stands before it. */
  readonly spaced?: boolean;
}

/** A letter or a symbol that is a name: `x`, `\theta`, `\mathbf{x}`, `\hat{y}`. */
export interface SymbolPiece extends Base {
  readonly kind: "symbol";
  readonly name: string;
  /** `bold`, `cal`, `bb`, `sans`, …, or empty. */
  readonly style: string;
  /** `hat`, `bar`, …, the innermost first. */
  readonly accents: readonly string[];
}

export interface NumberPiece extends Base {
  readonly kind: "number";
  readonly text: string;
}

/** A sign, a relation, a function word, a big operator, `\partial`, `\nabla`, dots: by its kind of token; `at` is a bar with limits (`|_{x=0}`). */
export interface MarkPiece extends Base {
  readonly kind: "mark";
  readonly mark: string;
  readonly value: string;
}

export interface TextPiece extends Base {
  readonly kind: "text";
  readonly text: string;
}

/** `{…}`, `(…)`, `[…]`, `|…|`, `\|…\|`, `\langle…\rangle`, `\{…\}`. */
export interface GroupPiece extends Base {
  readonly kind: "group";
  /** `{`, `(`, `[`, `|`, `N`, `<`, `j`, or what `\left` was given; `u` below a brace, `c` below an accent named in `close`; a style is put on a group that opens and closes with `{`. */
  readonly open: string;
  readonly close: string;
  readonly items: readonly Piece[];
}

export interface FractionPiece extends Base {
  readonly kind: "fraction";
  readonly binomial: boolean;
  readonly over: readonly Piece[];
  readonly under: readonly Piece[];
}

export interface RootPiece extends Base {
  readonly kind: "root";
  readonly degree?: readonly Piece[];
  readonly body: readonly Piece[];
}

export interface MatrixPiece extends Base {
  readonly kind: "matrix";
  /** `bmatrix`, `cases`, … */
  readonly environment: string;
  readonly rows: readonly (readonly (readonly Piece[])[])[];
}

export interface ScriptedPiece extends Base {
  readonly kind: "scripted";
  readonly base: Piece;
  readonly sub?: readonly Piece[];
  readonly sup?: readonly Piece[];
  readonly primes: number;
  /** The subscript was written first: `X_{ij}^T` is an entry, `X^T_{ij}` too, but of what differs. */
  readonly subFirst: boolean;
}

/** `\underset{x}{\min}`: what is set above or below a base. */
export interface StackedPiece extends Base {
  readonly kind: "stacked";
  readonly mark: readonly Piece[];
  readonly base: readonly Piece[];
  readonly below: boolean;
}
