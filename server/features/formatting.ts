import type { Span } from "../core/ast";
import { kindsOf, type Token } from "../language/scanner";
import { scan } from "../language/mcalc/scan";
import { overlaps } from "./place";
import type { Snapshot } from "./snapshot";

export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/**
 * Edits that lay out a `.mcalc` text: blanks around `=`, `==`, `:`, `+`, `-` and after commas, none around products
 * and powers, no blanks at line ends, at most one blank line. Only blanks change; comments and line breaks stay.
 */
export function format(snapshot: Snapshot, range?: Span): readonly Edit[] {
  const { document } = snapshot;
  if (document.languageId !== "mcalc") return [];
  const { text } = document;
  const tokens = scan(text);
  const edits = [...gaps(text, tokens), ...lineEnds(text)].filter(
    (e) => range === undefined || overlaps(e.span, range),
  );
  edits.sort((a, b) => a.span.start - b.span.start);
  // A layout that would be read differently is no layout.
  return kindsOf(scan(applyEdits(text, edits))) === kindsOf(tokens) ? edits : [];
}

/** Applies edits that do not overlap, in order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let out = "";
  let at = 0;
  for (const { span, text: by } of edits) {
    out += text.slice(at, span.start) + by;
    at = span.end;
  }
  return out + text.slice(at);
}

const OPERAND_END = "nvdsghRx)]}'u_";
const WORD = "nvdsghRxEF";

function* gaps(text: string, tokens: readonly Token[]): Generator<Edit> {
  /** Open brackets; `i` is the bracket of an index. */
  const open: string[] = [];
  /** A sign after this token is a unary one. */
  let before: Token | undefined;
  let unary = false;
  let declaration = false;
  for (const token of tokens) {
    const gap = before === undefined ? "\n" : text.slice(before.end, token.start);
    const newLine = gap.includes("\n");
    if (newLine && open.length === 0) {
      const end = text.indexOf("\n", token.start);
      declaration = /^[^=#([]*(?::|∈|\bin\b)/u.test(text.slice(token.start, end === -1 ? undefined : end));
    }
    if (before !== undefined && !newLine && !gap.includes("#")) {
      const wanted = between(before, token, {
        inIndex: open.at(-1) === "i",
        unary,
        declaration,
        depth: open.length,
        gap,
      });
      if (wanted !== gap) yield { span: { start: before.end, end: token.start }, text: wanted };
    }
    unary = "+-".includes(token.kind) && (before === undefined || !OPERAND_END.includes(before.kind));
    if (token.kind === "[")
      open.push(before !== undefined && gap === "" && OPERAND_END.includes(before.kind) ? "i" : "[");
    else if ("({".includes(token.kind)) open.push(token.kind);
    else if (")]}".includes(token.kind)) open.pop();
    before = token;
  }
}

interface Around {
  readonly inIndex: boolean;
  /** The token on the left is a sign of its operand alone. */
  readonly unary: boolean;
  readonly declaration: boolean;
  readonly depth: number;
  readonly gap: string;
}

/** The blank that belongs between two tokens of a line. */
function between(left: Token, right: Token, { inIndex, unary, declaration, depth, gap }: Around): string {
  const l = left.kind;
  const r = right.kind;
  if (l === "?" || r === "?") return gap;
  if (unary) return "";
  if (r === "," || r === ";" || r === ")" || r === "]" || r === "}") return "";
  if (l === "(" || l === "[" || l === "{") return "";
  if (l === "," || l === ";") return inIndex ? "" : " ";
  if ("=qEF".includes(l) || "=qEF".includes(r)) return " ";
  if (l === ":" || r === ":") return depth > 0 ? "" : " ";
  if (l === "r" || r === "r") return "";
  if ("+-".includes(r) && OPERAND_END.includes(l)) return declaration && depth > 0 ? "" : " ";
  if ("+-".includes(l)) return declaration && depth > 0 ? "" : " ";
  if ("%*/^'ukop|".includes(l) && l !== "'" && l !== "u")
    return declaration && l === "%" ? (gap === "" ? "" : " ") : "";
  if ("%*/^'ukop|".includes(r)) return declaration && r === "%" ? (gap === "" ? "" : " ") : "";
  if (r === "(" || r === "[")
    return WORD.includes(l) && l !== "n" && l !== "R" ? (r === "[" ? gap : "") : gap === "" ? "" : " ";
  return gap === "" ? "" : " ";
}

/** Blanks at line ends, runs of blank lines, and the line end that a text ends with. */
function* lineEnds(text: string): Generator<Edit> {
  let lineStart = 0;
  for (const line of text.split("\n")) {
    let from = line.length;
    while (from > 0 && /\s/.test(line[from - 1]!)) from--;
    if (from < line.length) yield { span: { start: lineStart + from, end: lineStart + line.length }, text: "" };
    lineStart += line.length + 1;
  }
  for (const m of text.matchAll(/(?<=\n[^\S\n]*\n)(?:[^\S\n]*\n)+/g)) {
    // The blanks inside are edits of their own already: take the line ends only.
    for (const n of m[0].matchAll(/\n/g))
      yield { span: { start: m.index + n.index, end: m.index + n.index + n[0].length }, text: "" };
  }
  if (/\S/.test(text) && !text.endsWith("\n")) yield { span: { start: text.length, end: text.length }, text: "\n" };
}
