import { parse, preprocess } from "micromark";
import type { Event } from "micromark-util-types";
import type { Span } from "../core/ast";
import { atOnce, type Steps } from "../core/steps";
import { scanMath } from "./mathScan";

/** A piece of mathematics in Markdown, or what stands around it. Offsets are those of the document. */
export type Region =
  | { readonly kind: "math"; readonly span: Span; readonly inner: Span; readonly display: boolean }
  | { readonly kind: "mcalc"; readonly span: Span; readonly inner: Span }
  | { readonly kind: "heading"; readonly span: Span; readonly level: number; readonly title: string }
  | { readonly kind: "prose"; readonly span: Span };

/**
 * A part of a Markdown text that is read by itself: a block that is not indented, with the indented ones behind it and
 * the blank lines after. Offsets count from its start. The parts of a text follow one another without gaps.
 */
export interface Part {
  readonly text: string;
  readonly regions: readonly Region[];
  /** How far what was found here depends on the text, where that is behind the end. */
  readonly reach: number;
}

/**
 * Finds the mathematics of a Markdown text: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, bare `\begin{align}…`, fences of
 * ```` ```math ```` and ```` ```mcalc ````; not code, comments, front matter, prices or shell variables.
 * Blocks are told apart by blank lines; where only Markdown's own rules can say what is code (indented lines, HTML), the
 * block goes through a Markdown parser, with its formulas blotted out so that nothing in them is taken for Markdown.
 */
export function findRegions(text: string): readonly Region[] {
  let start = frontMatterEnd(text);
  return atOnce(partsBetween(text, start, text.length))!.flatMap((part) => {
    const moved = part.regions.map((r) => movedRegion(r, start));
    start += part.text.length;
    return moved;
  });
}

const movedSpan = ({ start, end }: Span, by: number): Span => ({ start: start + by, end: end + by });

const movedRegion = (r: Region, by: number): Region =>
  "inner" in r
    ? { ...r, span: movedSpan(r.span, by), inner: movedSpan(r.inner, by) }
    : { ...r, span: movedSpan(r.span, by) };

/**
 * The parts of a stretch of text; `from` must be where a part begins. `undefined` where no part begins at `until`:
 * something goes on over it. In steps, where Markdown has much to say.
 */
export function* partsBetween(text: string, from: number, until: number): Steps<readonly Part[] | undefined> {
  const { math, fences, skipped, tagged, looks, end } = yield* scanMath(text, from, until);
  if (end > until) return undefined;
  yield;
  const plain = blotted(text, from, until, [...math, ...fences, ...skipped]);
  yield;
  const { items, open } = blocks(plain);
  if (open && until < text.length && !HEADING.test(text.slice(until, until + 12))) return undefined;

  const inHere = (s: Span): Span => movedSpan(s, -from);
  const found: Region[] = [];
  for (const f of fences) {
    if (f.lang === "math") found.push({ kind: "math", span: inHere(f.span), inner: inHere(f.inner), display: true });
    else if (f.lang === "mcalc") found.push({ kind: "mcalc", span: inHere(f.span), inner: inHere(f.inner) });
  }
  const written = math.map((d) => ({ ...d, span: inHere(d.span), inner: inHere(d.inner) }));
  const opaque = yield* opaqueSpans(plain, items, written);
  for (const d of written)
    if (!opaque.some((s) => s.start <= d.span.start && s.end >= d.span.end)) found.push({ kind: "math", ...d });
  for (const item of items) found.push(item.kind === "heading" ? item.region : { kind: "prose", span: item.span });
  // What contains comes before what is contained.
  found.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);

  const starts = [0];
  for (const { first, span } of items) {
    const inside = tagged.some((t) => t.start - from < span.start && span.start < t.end - from);
    if (first && span.start > starts.at(-1)! && !inside) starts.push(span.start);
  }
  return cut(plain.length, starts, found, looks.map(inHere), (s) => detached(text.slice(from + s.start, from + s.end)));
}

/**
 * The same text by itself. A piece cut out of a long text keeps the whole of it in memory: parts that are kept from many
 * versions of a note would keep as many versions.
 */
const detached = (piece: string): string => ` ${piece}`.slice(1);

/** Deals regions out to the parts that begin at `starts`. */
function cut(
  length: number,
  starts: readonly number[],
  regions: readonly Region[],
  looks: readonly Span[],
  textOf: (span: Span) => string,
): Part[] {
  let r = 0;
  let l = 0;
  return starts.map((start, k) => {
    const end = starts[k + 1] ?? length;
    const own: Region[] = [];
    while (r < regions.length && regions[r]!.span.start < end) own.push(movedRegion(regions[r++]!, -start));
    let reach = 0;
    while (l < looks.length && looks[l]!.start < end) reach = Math.max(reach, looks[l++]!.end - end);
    return { text: textOf({ start, end }), regions: own, reach };
  });
}

/** Parts of doubtful blocks with formulas that Markdown takes for code. */
function* opaqueSpans(plain: string, items: readonly Item[], math: readonly { readonly span: Span }[]): Steps<Span[]> {
  /** Where the doubtful part of each group ends: it is looked at once, however many blocks it has. */
  const doubtful = new Map<number, number>();
  let group = 0;
  let m = 0;
  for (const item of items) {
    if (item.first) group = item.span.start;
    while (m < math.length && math[m]!.span.start < group) m++;
    if (item.doubtful && m < math.length && math[m]!.span.end <= item.span.end) doubtful.set(group, item.span.end);
  }
  const out: Span[] = [];
  for (const [start, end] of doubtful) {
    if (end - start > MOST_DOUBTFUL) continue;
    for (const s of yield* opaqueParts(plain.slice(start, end))) out.push(movedSpan(s, start));
  }
  return out;
}

/** A stretch of text with formulas and code replaced by as many letters, without line ends. */
function blotted(
  text: string,
  from: number,
  until: number,
  found: readonly { readonly span?: Span; readonly start?: number; readonly end?: number }[],
): string {
  const spans = found.map((f) => f.span ?? { start: f.start!, end: f.end! }).sort((a, b) => a.start - b.start);
  let out = "";
  let at = from;
  for (const s of spans) {
    if (s.start < at) continue;
    out += text.slice(at, s.start) + "x".repeat(s.end - s.start);
    at = s.end;
  }
  return out + text.slice(at, until);
}

/** Lists and HTML longer than this are taken as they look: they hold no indented code. */
const MOST_DOUBTFUL = 100_000;

/** A block or a heading. */
type Item = { readonly span: Span; /** It begins a part: it is not indented. */ readonly first: boolean } & (
  | { readonly kind: "block"; /** Only a Markdown parser can tell what is code in it. */ readonly doubtful: boolean }
  | { readonly kind: "heading"; readonly doubtful?: undefined; readonly region: Region & { kind: "heading" } }
);

const HEADING = /^ {0,3}(#{1,6})(?![^ \t\r\n])/;
/** How a line begins that cannot begin a part. */
export const INDENTED = /^(?: {4}|\t)/;
/** Whether a line separates blocks. */
export const isBlank = (line: string): boolean => /^[\s>]*$/.test(line);

/** Blocks and headings of a text whose formulas and code are blotted out; `open`: the last one may go on. */
function blocks(plain: string): { readonly items: readonly Item[]; readonly open: boolean } {
  const items: Item[] = [];
  let start = -1;
  let doubtful = false;
  let first = false;
  let at = 0;
  const flush = (end: number): void => {
    if (start >= 0) items.push({ kind: "block", span: { start, end }, first, doubtful });
    start = -1;
    doubtful = false;
  };
  const heading = (span: Span, level: number, title: string, first: boolean): void =>
    void items.push({ kind: "heading", span, first, region: { kind: "heading", span, level, title } });
  while (at < plain.length) {
    let end = plain.indexOf("\n", at);
    if (end < 0) end = plain.length;
    const line = plain.slice(at, end);
    const mark = HEADING.exec(line);
    if (isBlank(line)) flush(at);
    else if (mark !== null) {
      flush(at);
      heading({ start: at, end }, mark[1]!.length, line.slice(mark[0].length).trim(), true);
    } else if (start >= 0 && /^ {0,3}(?:=+|-{2,})[ \t\r]*$/.test(line)) {
      // A line under a text makes it a heading.
      const title = plain.slice(start, at).trim();
      heading({ start, end }, line.includes("=") ? 1 : 2, title, first);
      start = -1;
      doubtful = false;
    } else {
      if (start < 0) {
        start = at;
        first = !INDENTED.test(line);
      }
      if (INDENTED.test(line) || /<[a-zA-Z!/]/.test(line)) doubtful = true;
    }
    at = end + 1;
  }
  const open = start >= 0;
  flush(plain.length);
  return { items, open };
}

/** Markdown's blocks without what stands inside a line: code spans are blotted out, and emphasis and links hold no code. */
const BLOCKS_ONLY = {
  disable: {
    null: [
      "attention", "autolink", "characterEscape", "characterReference", "codeText", "hardBreakEscape", "htmlText",
      "labelEnd", "labelStartImage", "labelStartLink",
    ],
  },
}; // prettier-ignore

/** Groups of blocks whose Markdown is remembered. */
const MOST_PARSED = 100;
const parsed = new Map<string, readonly Span[]>();

/** Characters of a block that go through the Markdown parser at once. */
const MARKDOWN_AT_ONCE = 500;

/** Parts of a block that Markdown takes for code. */
function* opaqueParts(text: string): Steps<readonly Span[]> {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  // Lists, quotations and blocks are all that is asked of the parser: it is not let into what paragraphs say.
  const reader = parse({ extensions: [BLOCKS_ONLY] }).document();
  const characters = preprocess();
  for (let at = 0; at < text.length; at += MARKDOWN_AT_ONCE) {
    reader.write(characters(text.slice(at, at + MARKDOWN_AT_ONCE), undefined, false));
    yield;
  }
  const out: Span[] = [];
  const seen = new Set<object>();
  const visit = (events: readonly Event[]): void => {
    for (const [what, token] of events) {
      if (what !== "enter") continue;
      const inner = token._tokenizer;
      if (inner !== undefined && !seen.has(inner)) {
        seen.add(inner);
        visit(inner.events);
      }
      const span = { start: token.start.offset, end: token.end.offset };
      if (token.type === "codeIndented" || token.type === "codeFenced") out.push(span);
      else if (token.type === "htmlFlow" && /^<(?:script|style|pre)\b/i.test(text.slice(span.start, span.start + 8)))
        out.push(span);
    }
  };
  visit(reader.write(characters("", undefined, true)));
  if (parsed.size >= MOST_PARSED) parsed.delete(parsed.keys().next().value!);
  parsed.set(detached(text), out);
  return out;
}

/** Where front matter ends, also when its YAML is broken: it is between two lines of three dashes. */
export function frontMatterEnd(text: string): number {
  const open = /^\uFEFF?(---|\+\+\+)[ \t]*\r?\n/.exec(text);
  if (open === null) return 0;
  const close = new RegExp(`\\r?\\n${open[1] === "---" ? "(?:---|\\.\\.\\.)" : "\\+\\+\\+"}[ \\t]*(?:\\r?\\n|$)`, "g");
  close.lastIndex = open[0].length - 1;
  const found = close.exec(text);
  return found === null ? 0 : found.index + found[0].length;
}
