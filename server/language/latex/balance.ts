import type { Span } from "../../core/ast";

const OPEN = "([{";
const CLOSE = ")]}";

/**
 * Widens the spans of a tree so that each holds its brackets in pairs: the span of `(A + B)x`, joined from its parts,
 * would begin inside the bracket. Spans without a bracket half stay as they are.
 */
export function balanceSpans<T>(tree: T, text: string): T {
  if (Array.isArray(tree)) return tree.map((t: unknown) => balanceSpans(t, text)) as T;
  if (typeof tree !== "object" || tree === null || Object.getPrototypeOf(tree) !== Object.prototype) return tree;
  // A plain object, as trees are: its keys are those of a tree, never words of a document.
  // eslint-disable-next-line no-restricted-syntax
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(tree))
    out[key] = key === "span" ? widen(value as Span, text) : balanceSpans(value as unknown, text);
  return out as T;
}

function widen(span: Span, text: string): Span {
  // Closing brackets that nothing in the span opens, and the reverse.
  let closing = 0;
  let opening = 0;
  for (let i = span.start; i < span.end; i++) {
    if (text[i] === "\\" && !/[a-z]/i.test(text[i + 1] ?? "")) i++;
    else if (OPEN.includes(text[i]!)) opening++;
    else if (CLOSE.includes(text[i]!)) {
      if (opening > 0) opening--;
      else closing++;
    }
  }
  if (closing === 0 && opening === 0) return span;
  const start = seek(text, span.start - 1, -1, closing);
  const end = seek(text, span.end, 1, opening);
  return {
    start: start === undefined ? span.start : withCommand(text, start),
    end: end === undefined ? span.end : end + 1,
  };
}

/** Where the last of `count` bracket halves stands that pair with those inside. */
function seek(text: string, from: number, step: 1 | -1, count: number): number | undefined {
  const [same, other] = step === 1 ? [CLOSE, OPEN] : [OPEN, CLOSE];
  let depth = 0;
  let at: number | undefined;
  for (let i = from; count > 0 && i >= 0 && i < text.length; i += step) {
    if (text[i - 1] === "\\" && text[i - 2] !== "\\") continue;
    if (other.includes(text[i]!)) depth++;
    else if (same.includes(text[i]!)) {
      if (depth > 0) depth--;
      else {
        at = i;
        count--;
      }
    }
  }
  return count === 0 ? at : undefined;
}

/** The bracket with the command before it that makes it grow: `\left(`. */
function withCommand(text: string, at: number): number {
  const command = /\\(?:left|big|Big|bigg|Bigg|bigl|Bigl|biggl|Biggl) ?$/.exec(text.slice(Math.max(0, at - 8), at));
  return command === null ? at : at - command[0].length;
}
