import type { Span } from "../../core/ast";
import { kindsOf } from "../scanner";
import { buildRow } from "./build";
import { lex } from "./lexer";
import { expand, type Macros } from "./macros";
import type { Piece } from "./pieces";
import { classify, type LatexToken } from "./tokens";

/** One assertion or expression of a formula: a part of a row, between words, wide spaces and commas. */
export interface Sentence {
  readonly span: Span;
  /** What stands there, or `undefined` where it could not be read. */
  readonly pieces: readonly Piece[] | undefined;
  /** Number of the row in its formula. */
  readonly row: number;
  /** The words before it in its row (`where`, `for`), if any. */
  readonly after?: string;
}

const OPEN = "([{jB<L";
const CLOSE = ")]}iE>R";
/** Beyond these a formula is not read: deep nesting would exhaust the stack, length the clock. */
const MOST_NESTING = 48;
const MOST_TOKENS = 4_000;

const depthChange = (kind: string): number => (OPEN.includes(kind) ? 1 : CLOSE.includes(kind) ? -1 : 0);

/** Cuts the inner text of a formula into rows and sentences and reads what stands in each. Never throws. */
export function readRows(text: string, macros: Macros): readonly Sentence[] {
  if (text.length > 40_000) return [{ span: { start: 0, end: text.length }, pieces: undefined, row: 0 }];
  const expanded = expand(lex(text), macros);
  if (expanded === undefined || expanded.length > MOST_TOKENS)
    return [{ span: { start: 0, end: text.length }, pieces: undefined, row: 0 }];
  const tokens = classify(expanded);
  const out: Sentence[] = [];
  splitRows(tokens).forEach((row, index) => {
    for (const part of splitSentences(row)) {
      const first = part.tokens[0]!;
      const last = part.tokens.at(-1)!;
      const span = { start: first.start, end: Math.max(first.end, last.end) };
      out.push({
        span,
        pieces: piecesOf(part.tokens),
        row: index,
        ...(part.after === undefined ? {} : { after: part.after }),
      });
    }
  });
  return out;
}

function piecesOf(tokens: readonly LatexToken[]): readonly Piece[] | undefined {
  let depth = 0;
  let most = 0;
  for (const t of tokens) {
    depth += depthChange(t.kind);
    most = Math.max(most, depth);
  }
  if (most > MOST_NESTING || depth !== 0) return undefined;
  // Commands one inside the other without braces nest as well: \hat\hat\hat…
  if (/[ycuSF]{24}/.test(kindsOf(tokens))) return undefined;
  try {
    return buildRow(tokens);
  } catch {
    return undefined; // the stack, in spite of the guards
  }
}

/** Rows of a formula: at breaks outside brackets and matrices; rows that begin with a sign go on with the row before. */
function splitRows(tokens: readonly LatexToken[]): LatexToken[][] {
  let depth = 0;
  for (const t of tokens) depth += depthChange(t.kind);
  const balanced = depth === 0;
  const rows: { tokens: LatexToken[]; aligned: boolean }[] = [{ tokens: [], aligned: false }];
  let inMatrix = 0;
  depth = 0;
  for (const t of tokens) {
    if (t.kind === "B") inMatrix++;
    if (t.kind === "E") inMatrix--;
    depth += depthChange(t.kind);
    if (t.kind === "G" || t.kind === "H") {
      // A layout inside brackets (`\left\{\begin{aligned}…`) keeps its rows together.
      if (depth > 0) rows.at(-1)!.tokens.push({ ...t, kind: "?" });
      continue;
    }
    const outside = balanced ? depth <= 0 : inMatrix <= 0;
    if (t.kind === "k" && outside) rows.push({ tokens: [], aligned: false });
    else if (t.kind === "&" && (outside || inMatrix <= 0)) {
      const row = rows.at(-1)!;
      if (row.tokens.length === 0) row.aligned = true;
    } else if (t.kind === "k" && inMatrix <= 0) continue;
    else rows.at(-1)!.tokens.push(t);
  }
  const out: LatexToken[][] = [];
  for (const row of rows) {
    const kinds = kindsOf(row.tokens).replace(/^\.+/, "");
    if (kinds === "") continue;
    const before = out.at(-1);
    const lead = /^(?:\{[sx]\}|[sx])/.exec(kinds);
    const goesOn = before !== undefined && lead !== null && (row.aligned || !hasRelation(row.tokens));
    if (before !== undefined && (goesOn || /[rsx]$/.test(kindsOf(before)))) before.push(...row.tokens);
    else out.push(row.tokens);
  }
  return out;
}

function hasRelation(tokens: readonly LatexToken[]): boolean {
  let depth = 0;
  for (const t of tokens) {
    depth += depthChange(t.kind);
    if (depth === 0 && t.kind === "r") return true;
  }
  return false;
}

/** Relations that stand between assertions rather than inside one. */
const CONNECTIVES = new Set(["\\Rightarrow", "\\Leftrightarrow"]);

/** A text that stands where an operand stands: `\text{loss} = …`, `\textrm{price} + b`. */
function isOperand(tokens: readonly LatexToken[], i: number): boolean {
  const t = tokens[i]!;
  const before = tokens[i - 1]?.kind ?? "";
  const after = tokens[i + 1]?.kind ?? "";
  const scripted = after === "^" || after === "_";
  if (!/^[\p{L}\p{N}_ -]+$/u.test(t.value) || (!scripted && /\s/.test(t.value.trim()))) return false;
  if (
    /^(?:and|or|for|if|where|with|when|is|are|by|so|thus|hence|then|s\.t|as|on|in|otherwise|else|const?)$/i.test(
      t.value.trim(),
    )
  )
    return false;
  const left = before === "" || "sxr,|pPN".includes(before);
  const right = after === "" || "sxr,^_(|qQN".includes(after);
  return (left && right && !(before === "" && after === "")) || scripted || (after === "(" && !tokens[i + 1]!.spaced);
}

/** The assertions of a row. */
function splitSentences(row: readonly LatexToken[]): { tokens: LatexToken[]; after?: string }[] {
  const parts: { tokens: LatexToken[]; after?: string; before: "comma" | "wide" | "text" | "start" }[] = [];
  let current: LatexToken[] = [];
  let after: string | undefined;
  let before: "comma" | "wide" | "text" | "start" = "start";
  const cut = (next: "comma" | "wide" | "text"): void => {
    parts.push({ tokens: current, before, ...(after === undefined ? {} : { after }) });
    current = [];
    after = undefined;
    before = next;
  };
  let depth = 0;
  row.forEach((t, i) => {
    depth += depthChange(t.kind);
    if (depth > 0) current.push(t);
    else if (t.kind === ".") cut("wide");
    else if (t.kind === "r" && CONNECTIVES.has(t.value)) cut("text");
    else if (t.kind === "t" && !"^_".includes(row[i - 1]?.kind ?? "-") && !isOperand(row, i)) {
      cut("text");
      after = t.value.trim();
    } else if (t.kind === "," && t.value !== ":") cut("comma");
    else current.push(t);
  });
  cut("wide");

  // What a comma or a wide space separates belongs together where one side is no assertion of its own.
  const out: { tokens: LatexToken[]; after?: string }[] = [];
  let pending: LatexToken[] = [];
  let pendingAfter: string | undefined;
  const flush = (): void => {
    if (pending.length > 0)
      out.push({ tokens: pending, ...(pendingAfter === undefined ? {} : { after: pendingAfter }) });
    pending = [];
    pendingAfter = undefined;
  };
  for (const part of parts) {
    const mine = part.tokens;
    if (mine.length === 0) {
      if (part.before === "text") flush();
      continue;
    }
    const kinds = kindsOf(mine);
    const startsOpen = /^(?:[rsx]|\{[sx]\})/.test(kinds) && !(kinds[0] === "s" && part.before === "comma");
    const pendingOpen = /[rsx]$/.test(kindsOf(pending));
    const together =
      pending.length > 0 &&
      (part.before === "comma"
        ? !hasRelation(mine) || !hasRelation(pending)
        : part.before === "wide"
          ? startsOpen || pendingOpen
          : startsOpen && part.after === undefined);
    if (together) {
      if (part.before === "comma") {
        const last = pending.at(-1)!;
        pending.push({ kind: ",", value: ",", text: ",", start: last.end, end: last.end, spaced: false });
      }
      pending.push(...mine);
    } else {
      flush();
      pending = [...mine];
      pendingAfter = part.after;
    }
  }
  flush();
  return out;
}
