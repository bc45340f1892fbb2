import type { Clash, Fix, ProblemCode, Severity } from "../core/problem";
import type { Span } from "../core/ast";
import type { MathDocument } from "../documents/document";
import type { Settings } from "./settings";

/** One finding of a document, all spans in the document. */
export interface Finding {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  readonly fixes: readonly Fix[];
  /** Of shapes that do not fit: what a picture shows. */
  readonly clash?: Clash;
}

/** What the checker says of one equation. */
export interface CheckedClaim {
  readonly span: Span;
  readonly text: string;
  readonly kind: "derivative" | "step" | "equation";
  readonly status: "proved" | "verified" | "wrong" | "conditional" | "unknown";
  readonly note?: string;
}

export interface Checked {
  readonly findings: readonly Finding[];
  readonly claims: readonly CheckedClaim[];
}

/**
 * Everything a feature may look at: one version of one document, read, with the settings that hold for it.
 * Immutable; a feature is a function of a snapshot and a place in it.
 */
export interface Snapshot {
  readonly document: MathDocument;
  readonly settings: Settings;
  /** The checker's findings, where they are known already: a feature never waits for them. */
  readonly checked?: Checked;
}
