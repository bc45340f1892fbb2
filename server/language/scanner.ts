import type { Span } from "../core/ast";

/**
 * A token of a formula. Grammars do not match characters but a string of token kinds, one character a token:
 * that keeps Ohm fast (a fifth of the time) and positions exact.
 */
export interface Token {
  /** One character; each front end documents its own alphabet. */
  readonly kind: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The string that a grammar matches. */
export function kindsOf(tokens: readonly Token[]): string {
  let out = "";
  for (const t of tokens) out += t.kind;
  return out;
}

/** From the first character of a token to the last of another; where there is none, at `fallback`. */
export function spanOf(first: Token | undefined, last: Token | undefined, fallback = 0): Span {
  const start = first?.start ?? last?.end ?? fallback;
  return { start, end: Math.max(start, last?.end ?? start) };
}

/** A token that was not written, put in by error recovery. */
export const virtualToken = (kind: string, at: number): Token => ({ kind, text: "", start: at, end: at });

/** Deepest nesting of brackets in a run of tokens. */
export function nestingOf(tokens: readonly Token[], open: string, close: string): number {
  let depth = 0;
  let most = 0;
  for (const t of tokens) {
    if (open.includes(t.kind)) most = Math.max(most, ++depth);
    else if (close.includes(t.kind)) depth--;
  }
  return most;
}
