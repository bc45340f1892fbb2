import type { Span } from "../core/ast";
import type { Steps } from "../core/steps";

/** Mathematics between delimiters, found before the Markdown parser sees the text. */
export interface Delimited {
  readonly span: Span;
  readonly inner: Span;
  readonly display: boolean;
}

/** A fenced block of code. */
export interface Fence {
  readonly span: Span;
  readonly inner: Span;
  /** The first word behind the opening, in small letters. */
  readonly lang: string;
  readonly closed: boolean;
}

export interface Scan {
  readonly math: readonly Delimited[];
  readonly fences: readonly Fence[];
  /** Comments and code spans. */
  readonly skipped: readonly Span[];
  /** What is between the tags of scripts and code in HTML. */
  readonly tagged: readonly Span[];
  /** How far was looked from a place, where that is further than what was found there: an edit before `end` may change it. */
  readonly looks: readonly Span[];
  /** Where the scan ended: at `until`, or behind what goes on over that. */
  readonly end: number;
}

/** How many lines a display formula may go on for before its opening is taken for something else. */
const MOST_LINES = 300;
/** The same in characters: longer ones are not looked through, let alone read. */
const MOST_CHARACTERS = 20_000;

/**
 * Where something stands next, behind a place that only moves on: each stretch of the text is searched once, however
 * many openings are never closed.
 */
export class Finder {
  private readonly found = new Map<string, { readonly from: number; readonly at: number }>();

  constructor(
    readonly text: string,
    private readonly search: (what: string, from: number) => number = (what, from) => text.indexOf(what, from),
  ) {}

  /** The next place, or −1. */
  next(what: string, from: number): number {
    const known = this.found.get(what);
    if (known !== undefined && known.from <= from && (known.at < 0 || known.at >= from)) return known.at;
    const at = this.search(what, from);
    this.found.set(what, { from, at });
    return at;
  }

  /** The end of the paragraph: the next blank line, or the end of the text. */
  paragraphEnd(from: number): number {
    const at = this.blank.next("", from);
    return at < 0 ? this.text.length : at;
  }

  /** The next run of exactly so many backquotes in the paragraph that ends at `end`, or −1. */
  backquotes(count: number, from: number, end: number): number {
    if (this.runs?.end !== end) {
      const at = new Map<number, number[]>();
      for (const m of this.text.slice(from, end).matchAll(/`+/g)) {
        const places = at.get(m[0].length);
        if (places === undefined) at.set(m[0].length, [from + m.index]);
        else places.push(from + m.index);
      }
      this.runs = { end, at };
    }
    const places = this.runs.at.get(count) ?? [];
    // What lies behind is not asked for again.
    while (places.length > 0 && places[0]! < from) places.shift();
    return places[0] ?? -1;
  }
  private runs: { readonly end: number; readonly at: ReadonlyMap<number, number[]> } | undefined;

  private get blank(): Finder {
    return (this.#blank ??= new Finder(this.text, (_, from) => {
      const line = /\n[ \t]*\n/g;
      line.lastIndex = from;
      return line.exec(this.text)?.index ?? -1;
    }));
  }
  #blank: Finder | undefined;

  /** The same in the text in small letters. */
  get small(): Finder {
    return (this.#small ??= new Finder(this.text.toLowerCase()));
  }
  #small: Finder | undefined;

  /** Notes that what is said of one place depends on the text up to another. */
  look(from: number, to: number): void {
    this.looks.push({ start: from, end: to });
  }
  looks: Span[] = [];
}

const ENVIRONMENT = /\\begin\{(align|equation|gather|multline|eqnarray|alignat|flalign|displaymath)(\*?)\}/y;

/** What stands elsewhere is passed over. */
const TELLING = /[\n`<\\${]/g;
/** Places that are looked at without a pause. */
const AT_ONCE = 1_000;

/**
 * Walks a text once and finds `$…$`, `$$…$$`, `\(…\)`, `\[…\]` (also with doubled backslashes) and bare
 * `\begin{align}…\end{align}`, the forms of MyST, Julia, Hugo and GitBook (```` {math}`…` ````, ``` ``…`` ```,
 * `{{< math >}}…{{< /math >}}`, `{% math %}…{% endmath %}`), skipping code, comments and escaped dollars. Markdown parsers alone do not do: they know
 * no `\[…\]`, read `$$ a` at the head of a block as a fence, and take lines of a formula for lists and headings.
 * `from` must be the start of a line that nothing before goes on over; `finder` is shared by the parts of one text.
 */
export function* scanMath(text: string, from = 0, until = text.length, finder = new Finder(text)): Steps<Scan> {
  const math: Delimited[] = [];
  const fences: Fence[] = [];
  const skipped: Span[] = [];
  const tagged: Span[] = [];
  finder.looks = [];
  let at = from;
  let lineStart = true;
  let looked = 0;
  while (at < until) {
    if (++looked % AT_ONCE === 0) yield;
    if (!lineStart) {
      TELLING.lastIndex = at;
      const next = Math.min(TELLING.exec(text)?.index ?? until, until);
      if (next > at) {
        at = next;
        continue;
      }
    }
    const c = text.charCodeAt(at);
    if (lineStart) {
      lineStart = false;
      const fence = fenceAt(text, at) ?? directiveAt(text, at);
      if (fence !== undefined) {
        fences.push(fence);
        // Without an end it depends on all that may follow.
        finder.look(at, fence.closed ? fence.span.end + 1 : Infinity);
        at = fence.span.end;
        continue;
      }
    }
    if (c === 10) {
      lineStart = true;
      at++;
    } else if (c === 96) {
      const end = codeEnd(text, at, finder);
      const found = inBackquotes(text, at, end);
      if (found === undefined) skipped.push({ start: at, end });
      else math.push(found);
      at = end;
    } else if (c === 123) {
      const found = shortcode(text, at, finder);
      if (found !== undefined) math.push(found);
      at = found?.span.end ?? at + 1;
    } else if (c === 60 && text.startsWith("<!--", at)) {
      const close = finder.next("-->", at + 4);
      const end = close < 0 ? text.length : close + 3;
      finder.look(at, close < 0 ? Infinity : end);
      skipped.push({ start: at, end });
      at = end;
    } else if (c === 60 && /^<(?:script|style|pre|code)\b/i.test(text.slice(at, at + 8))) {
      const tag = /^<(\w+)/.exec(text.slice(at, at + 8))![1]!;
      const end = finder.small.next(`</${tag.toLowerCase()}`, at);
      finder.look(at, end < 0 ? Infinity : end + tag.length + 2);
      if (end >= 0) tagged.push({ start: at, end });
      at = end < 0 ? at + 1 : end;
    } else if (c === 92) {
      const found = backslashed(text, at, finder);
      // A backslash at the end of a line escapes nothing: what begins on the next line does.
      if (found === undefined) at += text.charCodeAt(at + 1) === 10 ? 1 : 2;
      else {
        math.push(found);
        at = found.span.end;
      }
    } else if (c === 36) {
      const found = dollars(text, at, finder);
      if (found === undefined) {
        let run = 1;
        while (text.charCodeAt(at + run) === 36) run++;
        at += run;
      } else {
        math.push(found);
        at = found.span.end;
      }
    } else at++;
  }
  return { math, fences, skipped, tagged, looks: finder.looks, end: Math.min(at, text.length) };
}

/** The fenced block that opens on this line, if one does; without an end it goes on to the end of the text. */
function fenceAt(text: string, at: number): Fence | undefined {
  const open = /[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(`{3,}(?!`)|~{3,}(?!~))([^\n]*)(?:\n|$)/y;
  open.lastIndex = at;
  const m = open.exec(text);
  if (m === null || (m[1]![0] === "`" && m[2]!.includes("`"))) return undefined;
  const mark = m[1]![0]!;
  const close = new RegExp(`^[ \\t>]*\\${mark}{${m[1]!.length},}[ \\t]*$`, "gm");
  const start = at + m[0].length;
  close.lastIndex = start;
  const end = close.exec(text);
  const lang = /^[ \t]*\{?\.?([\w+-]*)/.exec(m[2]!)![1]!.toLowerCase();
  const inner = {
    start: lang === "math" ? behindOptions(text, start) : start,
    end: end === null ? text.length : end.index,
  };
  return {
    span: { start: at, end: end === null ? text.length : end.index + end[0].length },
    inner,
    lang,
    closed: end !== null,
  };
}

/** Behind the options of a directive: lines such as `:label: eq1`. */
function behindOptions(text: string, start: number): number {
  const options = /(?:[ \t>]*:[\w-]+:[^\n]*\n)+/y;
  options.lastIndex = start;
  return start + (options.exec(text)?.[0].length ?? 0);
}

/** A block of formulas as MyST writes it, `:::{math}` to `:::`. */
function directiveAt(text: string, at: number): Fence | undefined {
  const open = /[ \t>]*(:{3,})[ \t]*\{math\}[^\n]*\n/y;
  open.lastIndex = at;
  const m = open.exec(text);
  if (m === null) return undefined;
  const close = new RegExp(`^[ \\t>]*:{${m[1]!.length},}[ \\t]*$`, "gm");
  close.lastIndex = at + m[0].length;
  const end = close.exec(text);
  const start = behindOptions(text, at + m[0].length);
  return {
    span: { start: at, end: end === null ? text.length : end.index + end[0].length },
    inner: { start, end: end?.index ?? text.length },
    lang: "math",
    closed: end !== null,
  };
}

/** A formula between backquotes: a role of MyST, or two backquotes around LaTeX as in Julia's manuals. */
function inBackquotes(text: string, at: number, end: number): Delimited | undefined {
  let run = 1;
  while (text.charCodeAt(at + run) === 96) run++;
  const inner = { start: at + run, end: end - run };
  if (inner.end <= inner.start) return undefined;
  const isRole = /\{math(?:numref)?\}$/.test(text.slice(Math.max(0, at - 16), at));
  const written = text.slice(inner.start, inner.end);
  const isJulia = run === 2 && /\\[a-zA-Z]{2,}/.test(written) && !/[$`\n]/.test(written);
  if (!isRole && !isJulia) return undefined;
  return { span: { start: at, end }, inner, display: false };
}

/** A formula between the shortcodes of Hugo (`{{< math >}}`) or the tags of GitBook (`{% math %}`). */
function shortcode(text: string, at: number, finder: Finder): Delimited | undefined {
  const open =
    /\{\{[<%]\s{0,4}(math|katex|mathjax|latex)\b([^<>%{}\n]{0,40})[>%]\}\}|\{%\s{0,4}(math|katex|mathjax|latex)\b([^<>%{}\n]{0,40})%\}/y;
  open.lastIndex = at;
  const m = open.exec(text);
  if (m === null) return undefined;
  const name = m[1] ?? m[3]!;
  const close =
    m[1] === undefined
      ? new RegExp(`\\{%\\s{0,4}end${name}\\s{0,4}%\\}`)
      : new RegExp(`\\{\\{[<%]\\s{0,4}/\\s{0,4}${name}\\s{0,4}[>%]\\}\\}`);
  const start = at + m[0].length;
  const found = close.exec(text.slice(start, start + MOST_CHARACTERS));
  finder.look(at, found === null ? start + MOST_CHARACTERS : start + found.index + found[0].length);
  if (found === null) return undefined;
  const end = start + found.index;
  const inner = text.slice(start, end);
  // Dollars inside of it open the formula themselves.
  if (inner.trim() === "" || inner.includes("$") || tooFar(text, at, end)) return undefined;
  const display = /display/.test(m[2] ?? m[4] ?? "") || inner.includes("\n");
  return { span: { start: at, end: end + found[0].length }, inner: { start, end }, display };
}

/** Behind a code span; behind the backquotes where none closes in the same paragraph. */
function codeEnd(text: string, at: number, finder: Finder): number {
  let run = 1;
  while (text.charCodeAt(at + run) === 96) run++;
  const paragraph = finder.paragraphEnd(at + run);
  finder.look(at, paragraph);
  const close = finder.backquotes(run, at + run, paragraph);
  return close < 0 ? at + run : close + run;
}

function backslashed(text: string, at: number, finder: Finder): Delimited | undefined {
  ENVIRONMENT.lastIndex = at;
  const environment = ENVIRONMENT.exec(text);
  if (environment !== null) {
    const close = `\\end{${environment[1]}${environment[2]}}`;
    const end = finder.next(close, at);
    finder.look(at, Math.min(end < 0 ? Infinity : end, at + MOST_CHARACTERS) + close.length);
    if (end < 0 || tooFar(text, at, end)) return undefined;
    const span = { start: at, end: end + close.length };
    return { span, inner: span, display: true };
  }
  const open = /\\\\?[([]/y;
  open.lastIndex = at;
  const m = open.exec(text);
  if (m === null) return undefined;
  const round = m[0].endsWith("(");
  const close = (m[0].length === 3 ? "\\\\" : "\\") + (round ? ")" : "]");
  const start = at + m[0].length;
  let end = finder.next(close, start);
  // A row break in front of a bracket (`\\]` inside `\[ … \]`) closes nothing.
  while (
    close.length === 2 &&
    end > 0 &&
    end - at <= MOST_CHARACTERS &&
    text[end - 1] === "\\" &&
    text[end - 2] !== "\\"
  )
    end = text.indexOf(close, end + 2);
  finder.look(at, Math.min(end < 0 ? Infinity : end, at + MOST_CHARACTERS) + close.length);
  if (end < 0 || end - at > MOST_CHARACTERS) return undefined;
  const inner = text.slice(start, end);
  if (/\n[ \t]*\n/.test(inner) && (round || tooFar(text, at, end))) return undefined;
  // `\[link\]` is an escaped bracket, not mathematics.
  if (inner.trim() === "" || (!/[\\^_=+<>]/.test(inner) && !(round && /^[\w\s,.()|-]{1,12}$/.test(inner))))
    return undefined;
  return { span: { start: at, end: end + close.length }, inner: { start, end }, display: !round };
}

function tooFar(text: string, from: number, to: number): boolean {
  if (to - from > MOST_CHARACTERS) return true;
  let lines = 0;
  for (let i = text.indexOf("\n", from); i >= 0 && i < to; i = text.indexOf("\n", i + 1))
    if (++lines > MOST_LINES) return true;
  return false;
}

/** A formula that opens with one or two dollars here, or `undefined`: a price, a variable of a shell, a stray sign. */
function dollars(text: string, at: number, finder: Finder): Delimited | undefined {
  if (text.charCodeAt(at + 1) === 36) {
    let end = at + 2;
    for (;;) {
      end = finder.next("$$", end);
      finder.look(at, Math.min(end < 0 ? Infinity : end, at + MOST_CHARACTERS) + 2);
      if (end < 0 || end - at > MOST_CHARACTERS) return undefined;
      if (text.charCodeAt(end - 1) !== 92) break;
      end += 2;
    }
    const inner = text.slice(at + 2, end);
    if (inner.trim() === "" || tooFar(text, at, end)) return undefined;
    // Running into a heading or a fence: the dollars before are no opening.
    if (/\n#{1,6} |\n[ \t]*(?:```|~~~)/.test(inner)) return undefined;
    return { span: { start: at, end: end + 2 }, inner: { start: at + 2, end }, display: true };
  }
  return single(text, at, finder);
}

/** A formula between single dollars. */
function single(text: string, at: number, finder: Finder): Delimited | undefined {
  // The next dollar in the same paragraph.
  let i = at + 1;
  const none = (read: number): undefined => {
    finder.look(at, i + read);
    return undefined;
  };
  for (; i < text.length && i < at + 4_000; i++) {
    const c = text.charCodeAt(i);
    if (c === 92 && text.charCodeAt(i + 1) !== 10) i++;
    else if (c === 10) {
      const blank = /^\n[ \t>]*(?:\n|$)/.exec(text.slice(i, i + 40));
      if (blank !== null) return none(blank[0].length);
      if (/^\n[ \t]*(?:#{1,6} |```|~~~|[-*+] \S)/.test(text.slice(i, i + 20)) && !/[-+*]/.test(text[i + 1] ?? ""))
        return none(20);
    } else if (c === 96 && text.charCodeAt(i + 1) === 96) return none(2);
    else if (c === 36) {
      const inner = text.slice(at + 1, i);
      finder.look(at, i + 2);
      // GitHub's $`…`$.
      if (inner.startsWith("`") && inner.endsWith("`") && inner.length > 2)
        return { span: { start: at, end: i + 1 }, inner: { start: at + 2, end: i - 1 }, display: false };
      if (!isMath(inner, text[i + 1] ?? "", text[at - 1] ?? "")) return undefined;
      return { span: { start: at, end: i + 1 }, inner: { start: at + 1, end: i }, display: false };
    }
  }
  return none(0);
}

/** Whether what stands between two dollars is a formula. */
function isMath(inner: string, after: string, before: string): boolean {
  if (inner.trim() === "") return false;
  const telling = /[\\^_=<>]/.test(inner);
  if (/^\d$/.test(after) && !telling) return false;
  if (/^[A-Za-z0-9]$/.test(before) && !telling) return false;
  // Dollars with a space on the inside, around words, are money.
  const loose = /^\s|\s$/.test(inner);
  if (loose && !telling && /[A-Za-z]{2,}/.test(inner)) return false;
  if (/^\s/.test(inner) !== /\s$/.test(inner) && !telling && inner.trim().length > 3) return false;
  if (/^\d[\d,.]*[KMBkmb]?\s+[A-Za-z]{2,}/.test(inner) && !/[\\^_]/.test(inner)) return false;
  if (!/[\\^]/.test(inner)) {
    if (/^\{?[A-Z_]{3,}\}?(?:[/:;,\s]|$)/.test(inner) || (/^\w+[/:]\S*$/.test(inner) && /[A-Z_]{3,}/.test(inner)))
      return false;
    const words = inner.match(/[A-Za-z]{4,}/g)?.length ?? 0;
    if (words >= 3 && !/[=_]/.test(inner)) return false;
    if (words >= 6) return false;
  }
  return true;
}
