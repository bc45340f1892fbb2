import type { Expr, Span } from "./ast";
import type { Shape } from "./shape";

/** The diagnostic codes of the contract. */
export type ProblemCode =
  | "syntax"
  | "dimension-mismatch"
  | "not-square"
  | "not-scalar"
  | "undeclared"
  | "redeclared"
  | "unused"
  | "wrong-derivative"
  | "wrong-step"
  | "false-claim"
  | "needs-assumption"
  | "unsupported"
  | "too-large";

export type Severity = "error" | "warning" | "information" | "hint";

/** A replacement of text, offered as a quick fix. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
  /** The one that is applied by "fix all". */
  readonly preferred?: boolean;
}

/** The shapes that do not fit, in the order in which they are written: what a picture of the problem shows. */
export interface Clash {
  readonly parts: readonly {
    readonly expr: Expr;
    readonly shape: Shape;
    /** The sides of it that are not as they must be. */
    readonly sides: readonly ("rows" | "cols")[];
  }[];
  /** What stands between the parts. */
  readonly sign: string;
}

/** One finding, in offsets of the text that was read. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** One sentence: what, where, what to do. */
  readonly message: string;
  readonly span: Span;
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
  readonly fixes?: readonly Fix[];
  readonly clash?: Clash;
}

/** Thrown inside the calculus and turned into a refusal at its border: never reaches a user as an exception. */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly span?: Span,
  ) {
    super(message);
  }
}
