import type { Span } from "../../core/ast";
import { kindsOf } from "../scanner";
import { buildRow } from "./build";
import { lex } from "./lexer";
import { expand, type Macros } from "./macros";
import type { Piece } from "./pieces";
import { classify, type LatexToken } from "./tokens";
import { isUnit } from "./units";

/** One assertion or expression of a formula: a part of a row, between words, wide spaces and commas. */
export interface Sentence {
  readonly span: Span;
  /** What stands there, or `undefined` where it could not be read. */
  readonly pieces: readonly Piece[] | undefined;
  /** Number of the row in its formula. */
  readonly row: number;
  /** Where formulas stand side by side in an `align`: the number of its column, from 1 on; a chain goes on in its own. */
  readonly column?: number;
  /** The words before it in its row (`where`, `for`), if any. */
  readonly after?: string;
}

const OPEN = "([{jB<L";
const CLOSE = ")]}iE>R";
/** Beyond these a formula is not read: deep nesting would exhaust the stack, length the clock. */
const MOST_NESTING = 48;
const MOST_TOKENS = 4_000;

const depthChange = (kind: string): number => (OPEN.includes(kind) ? 1 : CLOSE.includes(kind) ? -1 : 0);

/** The tokens of a sentence, before anything is made of them. */
export interface Cut extends Pick<Sentence, "row" | "column" | "after"> {
  readonly tokens: readonly LatexToken[];
}

/** Cuts the inner text of a formula into rows and sentences; nothing where it is too long to be read. Never throws. */
export function cutRows(text: string, macros: Macros): readonly Cut[] | undefined {
  if (text.length > 40_000) return undefined;
  const expanded = expand(lex(text), macros);
  if (expanded === undefined || expanded.length > MOST_TOKENS) return undefined;
  return splitRows(classify(expanded)).flatMap(({ tokens, column }, row) =>
    splitSentences(withoutNumber(tokens)).map((part) => ({ ...part, row, ...(column === 0 ? {} : { column }) })),
  );
}

/** The same with what stands in each sentence. Never throws. */
export function readRows(text: string, macros: Macros): readonly Sentence[] {
  const cuts = cutRows(text, macros);
  if (cuts === undefined) return [{ span: { start: 0, end: text.length }, pieces: undefined, row: 0 }];
  return cuts.map(({ tokens, ...about }) => {
    const first = tokens[0]!;
    const last = tokens.at(-1)!;
    const span = { start: first.start, end: Math.max(first.end, last.end) };
    return { span, pieces: piecesOf(tokens), ...about };
  });
}

/** `(3)(\sin x)' = \cos x`: the number that the formulas of a list have in front of them, and no factor. */
function withoutNumber(row: readonly LatexToken[]): readonly LatexToken[] {
  const isNumbered =
    /^(?:\(n\)|LnR)(?:[([Lw](?!n)|a)/.test(kindsOf(row.slice(0, 5))) &&
    /^\d{1,2}$/.test(row[1]!.value) &&
    hasRelation(row);
  return isNumbered ? row.slice(3) : row;
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

/** A row, or the part of one that stands in a column of its own. */
interface RowTokens {
  readonly tokens: LatexToken[];
  aligned: boolean;
  readonly column: number;
}

/**
 * Rows of a formula: at breaks outside brackets and matrices, and where the columns of an `align` hold formulas side by
 * side; rows that begin with a sign go on with the row before.
 */
function splitRows(written: readonly LatexToken[]): Pick<RowTokens, "tokens" | "column">[] {
  const tokens = withoutFrames(written);
  let depth = 0;
  for (const t of tokens) depth += depthChange(t.kind);
  const balanced = depth === 0;
  const rows: RowTokens[] = [{ tokens: [], aligned: false, column: 0 }];
  let inMatrix = 0;
  let signs = 0; // of alignment in this row
  let columns = true;
  depth = 0;
  tokens.forEach((t, i) => {
    if (t.kind === "B") inMatrix++;
    if (t.kind === "E") inMatrix--;
    depth += depthChange(t.kind);
    if (t.kind === "G" || t.kind === "H") {
      // `eqnarray` has a column for the relation.
      columns = t.kind === "H" || t.value !== "eqnarray";
      return;
    }
    const outside = balanced ? depth <= 0 : inMatrix <= 0;
    const row = rows.at(-1)!;
    if (t.kind === "k" && outside) {
      rows.push({ tokens: [], aligned: false, column: 0 });
      signs = 0;
    } else if (t.kind === "&" && (outside || inMatrix <= 0)) {
      signs++;
      if (row.tokens.length === 0) row.aligned = true;
      else if (outside && columns && signs % 2 === 0 && hasRelation(row.tokens) && opensColumn(tokens, i + 1))
        rows.push({ tokens: [], aligned: true, column: signs / 2 });
    } else if (t.kind === "k" && inMatrix <= 0) return;
    else row.tokens.push(t);
  });
  const out: Pick<RowTokens, "tokens" | "column">[] = [];
  for (const row of rows) {
    const kinds = kindsOf(row.tokens).replace(/^\.+/, "");
    if (kinds === "") continue;
    const before = out.at(-1)?.column === row.column ? out.at(-1)!.tokens : undefined;
    const lead = /^(?:\{[sx]\}|[sx])/.exec(kinds);
    const goesOn = before !== undefined && lead !== null && (row.aligned || !hasRelation(row.tokens));
    if (before !== undefined && (goesOn || /[rsx]$/.test(kindsOf(before)))) before.push(...row.tokens);
    else out.push({ tokens: row.tokens, column: row.column });
  }
  return out;
}

/**
 * Whether what begins at `at` in a row of an `align` is a formula of its own beside the one before: it has a sign of
 * alignment again, or begins with words or an operand; `& = b` goes on with the chain.
 */
function opensColumn(tokens: readonly LatexToken[], at: number): boolean {
  let depth = 0;
  let first: LatexToken | undefined;
  for (let i = at; i < tokens.length; i++) {
    const t = tokens[i]!;
    if (depth === 0 && (t.kind === "&" || t.kind === "k" || t.kind === "H")) {
      if (t.kind === "&") return true;
      break;
    }
    depth += depthChange(t.kind);
    if (t.kind !== ".") first ??= t;
  }
  return first !== undefined && !"rsx,".includes(first.kind);
}

/**
 * Braces and brackets around a layout fall away (`{\textstyle \begin{aligned}…}`, `\left\{\begin{aligned}…\right.` at the
 * beginning of a row); a bracket that is only closed in the next row (`\left( … \right. \\ \left. … \right)`) is one.
 */
function withoutFrames(tokens: readonly LatexToken[]): readonly LatexToken[] {
  if (!tokens.some((t) => t.kind === "G" || t.value === ".")) return tokens;
  const out: LatexToken[] = [];
  const frames: { readonly open: LatexToken; readonly at: number; dropped: boolean; opaque: boolean }[] = [];
  tokens.forEach((t, i) => {
    const frame = frames.at(-1);
    if (t.kind === "G" && frame !== undefined && !frame.dropped) {
      // A layout inside brackets keeps its rows together.
      frame.opaque = true;
      out.push({ ...t, kind: "B" });
      return;
    }
    if (t.kind === "H" && frame?.opaque === true) {
      frame.opaque = false;
      out.push({ ...t, kind: "E" });
      return;
    }
    if (depthChange(t.kind) > 0) {
      if (joinsRows(out, t)) return;
      const dropped = tokens[i + 1]?.kind === "G" && isFrame(tokens, i);
      frames.push({ open: t, at: out.length, dropped, opaque: false });
      if (!dropped) out.push(t);
    } else if (depthChange(t.kind) < 0) {
      if (frames.pop()?.dropped !== true) out.push(t);
    } else out.push(t);
  });
  return out;

  /** `\left.` behind `\right.` in the row before: both go, with the break. */
  function joinsRows(before: LatexToken[], t: LatexToken): boolean {
    if (t.kind !== "L" || t.value !== ".") return false;
    let k = before.length - 1;
    while (k >= 0 && "k&.".includes(before[k]!.kind)) k--;
    const end = before[k];
    if (end?.kind !== "R" || end.value !== "." || !before.slice(k).some((x) => x.kind === "k")) return false;
    before.length = k;
    // The bracket that was closed there is open again.
    frames.push({ open: t, at: k, dropped: false, opaque: false });
    return true;
  }
}

/** Whether the bracket at `at` holds a layout and nothing else, and is no operand of what stands beside it. */
function isFrame(tokens: readonly LatexToken[], at: number): boolean {
  const open = tokens[at]!;
  let depth = 0;
  let end = at;
  for (; end < tokens.length; end++) {
    depth += depthChange(tokens[end]!.kind);
    if (depth === 0) break;
  }
  if (tokens[end - 1]?.kind !== "H") return false;
  if (open.kind === "{") return true;
  const before = tokens[at - 1];
  const starts =
    before === undefined || "k&G.,t".includes(before.kind) || (before.kind === "r" && CONNECTIVES.has(before.value));
  return starts && open.kind === "L" && (tokens[end]!.value === "." || open.value === ".");
}

/** Whether sides are compared: `\Rightarrow` stands between assertions. */
function hasRelation(tokens: readonly LatexToken[]): boolean {
  let depth = 0;
  for (const t of tokens) {
    depth += depthChange(t.kind);
    if (depth === 0 && t.kind === "r" && !CONNECTIVES.has(t.value)) return true;
  }
  return false;
}

/** `f(x) = x^2 \to f'(x) = 2x`: an arrow with an equation on either side of it leads from one to the other. */
function leadsTo(row: readonly LatexToken[], at: number): boolean {
  if (row[at]!.value !== "\\to") return false;
  const isEquation = (from: number, step: 1 | -1): boolean => {
    let depth = 0;
    for (let i = from + step; i >= 0 && i < row.length; i += step) {
      const t = row[i]!;
      depth += depthChange(t.kind) * step;
      if (depth < 0) return false;
      if (depth > 0) continue;
      if (t.kind === "r") return t.value === "=";
      if (t.kind === "." || t.kind === "t") return false;
    }
    return false;
  };
  return isEquation(at, -1) && isEquation(at, 1);
}

/** Relations that stand between assertions rather than inside one. */
const CONNECTIVES = new Set(["\\Rightarrow", "\\Leftrightarrow"]);

/** Commands for names of several letters; those for words in a formula begin with `text`, or are boxes. */
const NAMING = new Set(["\\mathrm", "\\mathit", "\\mathop", "\\mathup"]);

/** A text that stands where an operand stands: `\text{loss} = …`, `\textrm{price} + b`, `X \, \mathrm{Wv}`. */
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
  // `64 \text{ bytes}`
  if (isUnit(t.value) && (before === "n" || (before === "}" && tokens[i - 2]?.kind === "n"))) return true;
  const left = before === "" || "sxr,|pPN".includes(before);
  const right = after === "" || "sxr,^_(|qQN".includes(after);
  // `X \mathrm{Wv}`, `\mathrm{Wv} X`: a name with a capital is no word between formulas.
  if (NAMING.has(t.text) && /\p{Lu}/u.test(t.value) && !(before === "" && after === "")) return true;
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
    else if (t.kind === "r" && (CONNECTIVES.has(t.value) || leadsTo(row, i))) cut("text");
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
