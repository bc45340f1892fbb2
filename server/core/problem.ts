import type { Span } from "./ast";

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

/** One finding, in offsets of the text that was read. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** One sentence: what, where, what to do. */
  readonly message: string;
  readonly span: Span;
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
  readonly fixes?: readonly Fix[];
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
