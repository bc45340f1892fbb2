/** What client and server say to each other beyond the Language Server Protocol. Types only: both sides import it. */
import type { Position, Range, TextDocumentIdentifier, WorkspaceEdit } from "vscode-languageserver-types";
import type { Standing } from "../features/standing";

/** `initializationOptions` */
export interface InitializationOptions {
  /** `svg`: hovers carry a picture of the derivatives in place of their text. */
  readonly hover?: "text" | "svg";
  /** Whether command links (`command:mcalc.derive?…`) work in hovers. */
  readonly commandLinks?: boolean;
  /** Whether the client wants `mcalc/counts`. */
  readonly counts?: boolean;
  /** Where the picture worker's script is (the web only). */
  readonly pictures?: string;
  readonly theme?: Theme;
  /** Settings, for clients that do not answer `workspace/configuration`: the keys without `mcalc.`. */
  readonly settings?: unknown;
}

/** The editor's look, as far as pictures need it. Sent as `mcalc/theme` whenever it changes. */
export interface Theme {
  readonly kind: "light" | "dark" | "highContrastDark" | "highContrastLight";
  /** Size of the editor's font, in CSS pixels. */
  readonly fontSize?: number;
}

export interface At {
  readonly textDocument: TextDocumentIdentifier;
  readonly range: Range;
}

/** `mcalc/variables`: what the expression at a place can be derived by; `null` where there is none. */
export interface VariablesResult {
  readonly expression: string;
  /** The expression's own range. */
  readonly range: Range;
  readonly scalar: boolean;
  readonly variables: readonly { readonly name: string; readonly shape: string }[];
}

/** `mcalc/derive` */
export interface DeriveParams extends At {
  readonly variable: string;
  readonly order: 1 | 2;
}
export type DeriveResult =
  | {
      /** Absent where the statement stands there already. */
      readonly edit?: WorkspaceEdit;
      readonly statement: string;
      readonly verified: boolean;
      /** Behind the statement, once the edit is made: where one goes on. */
      readonly cursor: Position;
    }
  | { readonly message: string };

/** `mcalc/copy` */
export interface CopyParams extends At {
  readonly format: CopyFormat;
  /** Absent: the expression itself. */
  readonly variable?: string;
  /** 2: the Hessian; as code, the value and its gradient with it. */
  readonly order?: 1 | 2;
}
export type CopyFormat =
  "text" | "unicode" | "latex" | "typst" | "numpy" | "jax" | "torch" | "julia" | "matlab" | "eigen" | "r" | "sympy";
export type CopyResult = { readonly text: string } | { readonly message: string };

/** `mcalc/derivation` */
export interface DerivationParams extends At {
  readonly variable: string;
  readonly order?: 1 | 2;
  /** Each rule by itself, instead of the steps that a reader takes at once. */
  readonly full?: boolean;
}
export type DerivationResult = DerivationView | { readonly message: string };
export interface DerivationView {
  readonly title: string;
  readonly variable: string;
  /** What else the expression can be derived by. */
  readonly variables: readonly string[];
  readonly lines: readonly DerivationLine[];
  /** The whole derivation, to copy. */
  readonly latex: string;
  readonly text: string;
}
export interface DerivationLine {
  readonly left: string;
  readonly right: string;
  /** What was done, and after which named rule. */
  readonly why: string;
  readonly latex: string;
  /** A picture, as a `data:` address, where pictures are wanted. */
  readonly picture?: { readonly uri: string; readonly width: number; readonly height: number };
}

/** What our own client adds to a request for a hover. */
export interface HoverParams {
  /** What is selected: the hover is about that part. */
  readonly range?: Range;
  /** The variable whose derivative is wanted first. */
  readonly variable?: string;
}

/** `mcalc/declaration`: an edit that declares the undeclared name at a place. */
export type DeclarationResult = { readonly edit: WorkspaceEdit; readonly title: string } | { readonly message: string };

/** `mcalc/check`: the diagnostics of a text that is not open. */
export interface CheckParams {
  readonly uri: string;
  readonly languageId: string;
  readonly text: string;
}

/** `mcalc/claims`: the claims of a text, for a list of tests. */
export interface ClaimsParams {
  readonly uri: string;
  readonly languageId: string;
  /** Absent: the text of the open document. */
  readonly text?: string;
  /** Whether each is to be judged. Otherwise they are listed, with the verdicts that are known already. */
  readonly judge: boolean;
  /** A text that is sent along and not judged is only looked through: the claims of a note are then a guess by its tokens. */
  readonly quick?: boolean;
}
export interface ClaimsResult {
  readonly sections: readonly { readonly title: string; readonly range: Range; readonly parent?: number }[];
  readonly claims: readonly ClaimItem[];
  /** Formulas that could not be read. */
  readonly unread: readonly Range[];
}
export interface ClaimItem {
  readonly range: Range;
  /** The formula in one line. */
  readonly label: string;
  /** Its source. */
  readonly text: string;
  /** The number of the section it stands in. */
  readonly section?: number;
  readonly verdict?: {
    /** `suppressed`: it does not hold, and its author said to leave it alone. */
    readonly status: "proved" | "verified" | "wrong" | "conditional" | "unknown" | "suppressed";
    /** In one sentence what is wrong, or why it is not decided. */
    readonly message?: string;
    /** Where it is wrong and there is a repair: what should stand there, and what does; of the source. */
    readonly expected?: string;
    readonly actual?: string;
  };
}

/** `mcalc/standings`: how the formulas of an open document stand, for its preview; `null` where it is not open. */
export interface StandingsParams {
  readonly textDocument: TextDocumentIdentifier;
}
export interface StandingsResult {
  readonly formulas: readonly Standing[];
}
export type { Standing } from "../features/standing";

/** `mcalc/tool`: a tool for assistants, by its name and with the arguments of `mcalc mcp`. */
export interface ToolParams {
  readonly name: string;
  readonly arguments: object;
}
export interface ToolResult {
  readonly ok: boolean;
  /** The answer in words; of a refusal, what is wrong and what to write instead. */
  readonly words: string;
  /** The structured answer, as JSON. */
  readonly json: string;
}

/** `mcalc/counts`, a notification: what was found in a document, for the status item. */
export interface Counts {
  readonly uri: string;
  readonly language: "mcalc" | "markdown";
  readonly formulas: number;
  readonly claims: number;
  readonly holds: number;
  readonly wrong: number;
  /** Neither found to hold nor found to be wrong. */
  readonly unchecked: number;
  readonly problems: number;
}

/**
 * `mcalc/visible`, a notification to the server: the lines of a document that the user sees. What is found there is told
 * first. Who sends none gets the beginning first.
 */
export interface Visible {
  readonly textDocument: TextDocumentIdentifier;
  readonly ranges: readonly Range[];
}

export const METHODS = {
  theme: "mcalc/theme",
  variables: "mcalc/variables",
  derive: "mcalc/derive",
  derivation: "mcalc/derivation",
  copy: "mcalc/copy",
  declaration: "mcalc/declaration",
  check: "mcalc/check",
  claims: "mcalc/claims",
  standings: "mcalc/standings",
  tool: "mcalc/tool",
  counts: "mcalc/counts",
  visible: "mcalc/visible",
} as const;
