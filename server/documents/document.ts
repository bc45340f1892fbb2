import type { Dim } from "../core/dimension";
import type { Problem } from "../core/problem";
import type { Scope } from "../core/scope";
import type { Shape } from "../core/shape";
import type { Expr, Span } from "../core/ast";
import type { Rival } from "../language/latex/readings";
import type { Statement } from "../language/statement";

/** One readable piece of mathematics in a document: a logical line of `.mcalc`, a row of LaTeX. */
export interface Formula {
  /** Where it stands in the document. */
  readonly span: Span;
  readonly notation: "mcalc" | "latex";
  /** The text its tree's spans are relative to. */
  readonly text: string;
  /** From an offset in `text` to an offset in the document (macros, quotes and line joins make these differ). */
  readonly at: (offset: number) => number;
  readonly statement: Statement;
  /** Problems of reading, spans relative to `text`. */
  readonly problems: readonly Problem[];
  /** What is known where it stands, its own statement included. */
  readonly scope: Scope;
  /** LaTeX only: inline, display, … and the whole of the math region, delimiters included. */
  readonly region?: { readonly span: Span; readonly display: boolean };
  /**
   * Notes only: names whose shapes are guessed (by convention, or inferred with the help of a guess). Every other shape of
   * `scope` is certain: declared, a literal, or computed from such. Only certain shapes may prove a dimension error.
   */
  readonly guessed?: ReadonlySet<string>;
  /** Notes only: the shapes of this formula fit together (with the guesses that were made). */
  readonly consistent?: boolean;
  /** Notes only: letters that stand for indices of entries (`A_{ij}`), with the size that they run to from 1. */
  readonly indices?: ReadonlyMap<string, Dim>;
  /** Notes only: names that this formula introduces; the equality that does so is no claim. */
  readonly defines?: readonly string[];
  /**
   * Notes only: stands for all that this formula was read with. Where two versions of a document have the same here, the
   * formula says the same of the same things, wherever it stands.
   */
  readonly basis?: object;
  /** LaTeX only: the column of an `align` where formulas stand side by side, from 1 on; a chain goes on in its own. */
  readonly column?: number;
  /** LaTeX only: what stands before it in its region was not understood: no chain goes on from before that. */
  readonly behindGap?: boolean;
  /** Notes only: the shape that its last side is said to have: `A^TA \in \mathbb{R}^{n\times n}`. */
  readonly within?: Shape;
  /** Notes only: what is wrong where no sizes at all fit: a side, what it should be, and the slip in words. */
  readonly unfit?: {
    readonly side: number;
    readonly span: Span;
    readonly expr: Expr;
    readonly what: (print: (e: Expr) => string) => string;
  };
  /** LaTeX only: how names are written here, for printing them as the author does. */
  readonly spellings?: ReadonlyMap<string, string>;
  /**
   * LaTeX only: signs that may mean something else than they were taken for (`language/latex/readings.ts`): the sides
   * `underRival` are the formula in that meaning.
   */
  readonly rivals?: readonly Rival[];
}

/** Where a name of the scope comes from, for hovers, related information and go to definition. */
export interface Origin {
  readonly name: string;
  /** In the document. */
  readonly span: Span;
  /** Each side of the declared shape, in the document. */
  readonly rowsSpan?: Span;
  readonly colsSpan?: Span;
  /** `declared`, or how it is known: `inferred from X*w`, `by convention (bold lower case)`. */
  readonly how: string;
  /** Notes only: the shape that is stated here, for the members of a family where `name` is its base. */
  readonly shape?: Shape;
}

/** A document read: immutable, made anew for each version, sharing what did not change. */
export interface MathDocument {
  readonly uri: string;
  readonly version: number;
  readonly languageId: "mcalc" | "markdown";
  readonly text: string;
  /** The same with line ends of one character, a blank for each carriage return: for who looks for lines and paragraphs. */
  readonly words: string;
  readonly formulas: readonly Formula[];
  /** Where a name is declared or defined, as seen from an offset. */
  readonly origin: (name: string, offset: number) => Origin | undefined;
  /** Notes only: all places that declare or define a name, in the order of the text. */
  readonly origins?: (name: string) => readonly Origin[];
  /** Counts for `check`: math regions seen, and those that were read. */
  readonly spans: number;
  readonly parsed: number;
}
