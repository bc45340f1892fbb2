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

/** Longer messages are not read by anybody: a name of a thousand letters is not repeated. */
const LONGEST_MESSAGE = 300;

/** A message as people can read it: what is too long is left out in the middle, never within a character. */
export function readable(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  const half = LONGEST_MESSAGE / 2;
  const start = message.slice(0, half).replace(/[\ud800-\udbff]$/, "");
  const end = message.slice(-half).replace(/^[\udc00-\udfff\p{M}]+/u, "");
  return `${start} … ${end}`;
}

/** Words with which a sentence may begin; what else stands first may be somebody's name, and is left as it is. */
const FIRST_WORDS = /^(?:the|this|a|an|name|cannot)\b/;

/** A message as a sentence: begun with a capital, ended with a stop. */
export function asSentence(message: string): string {
  const begun = message.replace(FIRST_WORDS, (w) => w.charAt(0).toUpperCase() + w.slice(1));
  return /[.?!…]$/.test(begun) ? begun : `${begun}.`;
}

/** Thrown inside the calculus and turned into a refusal at its border: never reaches a user as an exception. */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly span?: Span,
  ) {
    super(readable(message));
  }
}
