/** Lines of a text that say one thing together, as people write it in any of the languages they know. */
export interface Block {
  readonly start: number;
  /** Before the line end. */
  readonly end: number;
  readonly text: string;
}

const MOST_LINES = 60;

const PYTHON_OPENER = /^\s*(?:def|for|while|if|with|class)\b.*:\s*(?:#.*)?$/;
const ENDED_OPENER = /^\s*(?:function|for|while|if|begin|let|module)\b(?!.*:\s*$)/;
const ENDED_INNER = /^\s*(?:function|for|while|if|begin|let|switch|try)\b/;
const LATEX_OPENER = /\\begin\{(\w+\*?)\}/g;
const LATEX_END = /\\end\{(\w+\*?)\}/g;

/** A sign that carries on the line before; a list's bullet is none. */
const CONTINUES = /^\s*(?:[-+*/=⊙∘⊗·⋅^'′ᵀ−]|@(?!\w+\()|\.[*/^'])/;
const BULLET = /^\s*(?:[-*•]|\d+[.)]|\([a-z\d]\))\s+/;
/** What begins a statement of its own behind a bullet: a declaration, a definition. */
const STATEMENT =
  /^\s*(?:[-*•]|\d+[.)]|\([a-z\d]\))\s+(?:\\?[\p{L}][\p{L}\p{Nd}_{}\\]*(?:\s*,\s*[\p{L}][\p{L}\p{Nd}_]*)*\s*(?::|=|∈|\\in\b|in\b|is\b|≻|\()|[Ll]et\b)/u;
const UNFINISHED = /(?:[-+*/=,@&\\({[]|\.\.\.|\\\\)\s*(?:[#%].*)?$/;

interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Its brackets, opening as `(` and closing as `)`: looked at once. */
  brackets?: string;
}

function bracketsOf(line: Line): string {
  if (line.brackets !== undefined) return line.brackets;
  let out = "";
  for (const c of line.text) {
    if (c === "#") break;
    if ("([{".includes(c)) out += "(";
    else if (")]}".includes(c)) out += ")";
  }
  return (line.brackets = out);
}

function linesOf(text: string): Line[] {
  const out: Line[] = [];
  const end = /\r\n|\n|\r/g;
  let start = 0;
  for (let m = end.exec(text); m !== null; m = end.exec(text)) {
    out.push({ start, end: m.index, text: text.slice(start, m.index) });
    start = end.lastIndex;
  }
  out.push({ start, end: text.length, text: text.slice(start) });
  return out;
}

/** Cuts a text into blocks; blank lines and lines with nothing but a comment stand alone. */
export function blocksOf(text: string): Block[] {
  const lines = linesOf(text);
  const out: Block[] = [];
  for (let i = 0; i < lines.length;) {
    const last = Math.min(lastLine(lines, i), lines.length - 1);
    const [start, end] = [lines[i]!.start, lines[last]!.end];
    out.push({ start, end, text: text.slice(start, end) });
    i = last + 1;
  }
  return out;
}

function lastLine(lines: readonly Line[], first: number): number {
  const line = lines[first]!.text;
  if (/^\s*(?:#|$)/.test(line)) return first;
  const environment = latexEnd(lines, first);
  if (environment !== undefined) return environment;
  if (/^\s*(?:\$\$|\\\[)\s*$/.test(line)) {
    const close = lines.findIndex((l, i) => i > first && /(?:\$\$|\\\])\s*$/.test(l.text));
    if (close > 0 && close - first < MOST_LINES) return close;
  }
  if (/^\s*(?:"""|''')/.test(line) && !/(?:"""|''').*(?:"""|''')/.test(line)) {
    const close = lines.findIndex((l, i) => i > first && /"""|'''/.test(l.text));
    if (close > 0) return close;
  }
  if (/^\s*\/\*/.test(line)) {
    const close = lines.findIndex((l, i) => i >= first && /\*\//.test(l.text));
    if (close > 0) return close;
  }
  if (PYTHON_OPENER.test(line)) return indented(lines, first);
  if (ENDED_OPENER.test(line)) {
    const close = closedByEnd(lines, first);
    if (close !== undefined) return close;
  }
  return continued(lines, first);
}

/** The lines that stand further in than the first. */
function indented(lines: readonly Line[], first: number): number {
  const depth = /^\s*/.exec(lines[first]!.text)![0].length;
  let last = first;
  for (let i = first + 1; i < lines.length && i - first < MOST_LINES; i++) {
    const { text } = lines[i]!;
    if (text.trim() === "") continue;
    if (/^\s*/.exec(text)![0].length <= depth) break;
    last = i;
  }
  return last;
}

function closedByEnd(lines: readonly Line[], first: number): number | undefined {
  let depth = 0;
  for (let i = first; i < lines.length && i - first < MOST_LINES; i++) {
    const { text } = lines[i]!;
    const isOneLine = /\bend;?$/.test(text.trimEnd()) && ENDED_INNER.test(text);
    if (ENDED_INNER.test(text)) depth++;
    if (isOneLine || /^\s*end\b/.test(text)) depth--;
    if (depth === 0) return i;
  }
  // A C loop has braces, or one statement.
  return /^\s*for\s*\(/.test(lines[first]!.text) ? continued(lines, first) : undefined;
}

function latexEnd(lines: readonly Line[], first: number): number | undefined {
  let depth = 0;
  for (let i = first; i < lines.length && i - first < MOST_LINES; i++) {
    depth += [...lines[i]!.text.matchAll(LATEX_OPENER)].length - [...lines[i]!.text.matchAll(LATEX_END)].length;
    if (i === first && depth === 0) return undefined;
    if (depth <= 0) return i;
  }
  return undefined;
}

const DECLARES =
  /^\s*[\p{L}_][\p{L}\p{M}\p{Nd}_]*(?:\s*,\s*[\p{L}_][\p{L}\p{M}\p{Nd}_]*)*\s*(?::|∈|~|≻|\\in\b|\bin\b)/u;

function continued(lines: readonly Line[], first: number): number {
  let last = first;
  for (;;) {
    const open = opened(lines, first, last);
    if (open > 0) {
      const close = closing(lines, first, last);
      if (close === undefined) return last;
      last = close;
      continue;
    }
    if (DECLARES.test(lines[first]!.text)) return last;
    let next = last + 1;
    while (next < lines.length && /^\s*#/.test(lines[next]!.text)) next++;
    const following = lines[next];
    if (following === undefined || following.text.trim() === "" || next - first >= MOST_LINES) return last;
    const isUnfinished = UNFINISHED.test(lines[last]!.text) && !/\\\\\s*$/.test(lines[last]!.text);
    const carriesOn = CONTINUES.test(following.text) && !STATEMENT.test(following.text) && !/^\s*--/.test(following.text);
    if (!isUnfinished && !carriesOn) return last;
    last = next;
  } // prettier-ignore
}

/** Brackets that are open behind a line, where so many were before it. */
function openedBy(line: Line, before: number): number {
  let depth = before;
  for (const c of bracketsOf(line)) depth = c === "(" ? depth + 1 : Math.max(0, depth - 1);
  return depth;
}

/** Brackets that are open at the end of some lines. */
function opened(lines: readonly Line[], first: number, last: number): number {
  let depth = 0;
  for (let i = first; i <= last; i++) depth = openedBy(lines[i]!, depth);
  return depth;
}

function closing(lines: readonly Line[], first: number, last: number): number | undefined {
  let depth = opened(lines, first, last);
  for (let i = last + 1; i < lines.length && i - first < MOST_LINES; i++) {
    if (DECLARES.test(lines[i]!.text) || lines[i]!.text.trim() === "") return undefined;
    depth = openedBy(lines[i]!, depth);
    if (depth === 0) return i;
  }
  return undefined;
}

/** A line without the sign of the list that it stands in. */
export const withoutBullet = (line: string): string => (STATEMENT.test(line) ? line.replace(BULLET, "") : line);
