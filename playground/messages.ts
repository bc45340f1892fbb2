import type { Language } from "../server/library";

/** What the page asks the engine. A later question makes an earlier one void. */
export interface Question {
  readonly id: number;
  readonly formula: string;
  readonly given: readonly string[];
  /** What to derive by; where it is no variable of the formula, the first one that is. */
  readonly wrt: string;
  readonly language: Language;
}

/** A formula in the ways that the page shows it: words for who hears it, LaTeX to draw. */
export interface Written {
  readonly text: string;
  readonly unicode: string;
  readonly latex: string;
  readonly shape: string;
}

/** One part of the answer; parts come one after the other, quick ones first. */
export type Part =
  | {
      readonly part: "read";
      readonly shape: string;
      readonly inferred: readonly string[];
      readonly variables: readonly string[];
      readonly wrt: string;
    }
  | { readonly part: "refused"; readonly message: string }
  | { readonly part: "verdict"; readonly claims: readonly Verdict[] }
  | { readonly part: "gradient" | "hessian"; readonly answer: Written | { readonly message: string } }
  | { readonly part: "steps"; readonly steps: readonly { readonly unicode: string; readonly latex: string; readonly rule: string }[] }
  | { readonly part: "code"; readonly code: string }
  | { readonly part: "done" }; // prettier-ignore

export interface Verdict {
  readonly status: "proved" | "verified" | "wrong" | "conditional" | "unknown";
  readonly text: string;
  readonly note?: string;
  readonly repair?: string;
}

export type Reply = Part & { readonly id: number };
