import { fromMarkdown } from "mdast-util-from-markdown";
import type { Span } from "../core/ast";
import { scanMath } from "./mathScan";

/** A piece of mathematics in Markdown, or what stands around it. Offsets are those of the document. */
export type Region =
  | { readonly kind: "math"; readonly span: Span; readonly inner: Span; readonly display: boolean }
  | { readonly kind: "mcalc"; readonly span: Span; readonly inner: Span }
  | { readonly kind: "heading"; readonly span: Span; readonly level: number; readonly title: string }
  | { readonly kind: "prose"; readonly span: Span };

/**
 * Finds the mathematics of a Markdown text: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, bare `\begin{align}…`, fences of
 * ```` ```math ```` and ```` ```mcalc ````; not code, comments, front matter, prices or shell variables.
 * Blocks are told apart by blank lines; where only Markdown's own rules can say what is code (indented lines, HTML), the
 * block goes through a Markdown parser, with its formulas blotted out so that nothing in them is taken for Markdown.
 */
export function findRegions(text: string): readonly Region[] {
  const matter = frontMatterEnd(text);
  const { math, fences, skipped } = scanMath(text, matter);
  const plain = blotted(text, [...math, ...fences, ...skipped]);
  const out: Region[] = [];
  const opaque: Span[] = [];
  for (const f of fences) {
    if (f.lang === "math") out.push({ kind: "math", span: f.span, inner: f.inner, display: true });
    else if (f.lang === "mcalc") out.push({ kind: "mcalc", span: f.span, inner: f.inner });
  }
  /** Where the doubtful part of each group ends: it is looked at once, however many blocks it has. */
  const doubtful = new Map<number, number>();
  for (const block of blocks(plain, matter)) {
    if (block.kind === "heading") out.push(block);
    else {
      out.push({ kind: "prose", span: block.span });
      if (block.doubtful && math.some((m) => m.span.start >= block.group.start && m.span.end <= block.span.end)) {
        doubtful.set(block.group.start, block.span.end);
      }
    }
  }
  for (const [start, end] of doubtful) {
    if (end - start > MOST_DOUBTFUL) continue;
    for (const s of opaqueParts(plain.slice(start, end))) opaque.push({ start: s.start + start, end: s.end + start });
  }
  for (const d of math)
    if (!opaque.some((s) => s.start <= d.span.start && s.end >= d.span.end)) out.push({ kind: "math", ...d });
  // What contains comes before what is contained.
  return out.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
}

/** The text with formulas and code replaced by as many letters, without line ends. */
function blotted(
  text: string,
  found: readonly { readonly span?: Span; readonly start?: number; readonly end?: number }[],
): string {
  const spans = found.map((f) => f.span ?? { start: f.start!, end: f.end! }).sort((a, b) => a.start - b.start);
  let out = "";
  let from = 0;
  for (const s of spans) {
    if (s.start < from) continue;
    out += text.slice(from, s.start) + "x".repeat(s.end - s.start);
    from = s.end;
  }
  return out + text.slice(from);
}

/** Lists and HTML longer than this are taken as they look: they hold no indented code. */
const MOST_DOUBTFUL = 100_000;

interface Block {
  readonly kind: "block";
  readonly span: Span;
  /** From the last block that is not indented: a list that this block may belong to. */
  readonly group: Span;
  readonly doubtful: boolean;
}

/** Blocks and headings of a text whose formulas and code are blotted out. */
function blocks(plain: string, from: number): (Block | (Region & { kind: "heading" }))[] {
  const out: (Block | (Region & { kind: "heading" }))[] = [];
  let start = -1;
  let group = from;
  let doubtful = false;
  let at = from;
  const flush = (end: number): void => {
    if (start >= 0) out.push({ kind: "block", span: { start, end }, group: { start: group, end }, doubtful });
    start = -1;
    doubtful = false;
  };
  while (at < plain.length) {
    let end = plain.indexOf("\n", at);
    if (end < 0) end = plain.length;
    const line = plain.slice(at, end);
    const heading = /^ {0,3}(#{1,6})(?![^ \t\r])/.exec(line);
    if (/^[\s>]*$/.test(line)) flush(at);
    else if (heading !== null) {
      flush(at);
      group = at;
      out.push({
        kind: "heading",
        span: { start: at, end },
        level: heading[1]!.length,
        title: line.slice(heading[0].length).trim(),
      });
    } else if (start >= 0 && /^ {0,3}(?:=+|-{2,})[ \t\r]*$/.test(line)) {
      // A line under a text makes it a heading.
      const title = plain.slice(start, at).trim();
      out.push({ kind: "heading", span: { start, end }, level: line.includes("=") ? 1 : 2, title });
      start = -1;
      group = end;
    } else {
      if (start < 0) {
        start = at;
        if (!/^(?: {4}|\t)/.test(line)) group = at;
      }
      if (/^(?: {4}|\t)/.test(line) || /<[a-zA-Z!/]/.test(line)) doubtful = true;
    }
    at = end + 1;
  }
  flush(plain.length);
  return out;
}

interface MdNode {
  readonly type: string;
  readonly position?: { readonly start: { readonly offset?: number }; readonly end: { readonly offset?: number } };
  readonly children?: readonly MdNode[];
}

const parsed = new Map<string, readonly Span[]>();

/** Parts of a block that Markdown takes for code. */
function opaqueParts(text: string): readonly Span[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const out: Span[] = [];
  const visit = (n: MdNode): void => {
    const span = { start: n.position?.start.offset ?? 0, end: n.position?.end.offset ?? 0 };
    if (n.type === "code" || n.type === "inlineCode") out.push(span);
    else if (n.type === "html" && /^<(?:script|style|pre)\b/i.test(text.slice(span.start, span.start + 8)))
      out.push(span);
    n.children?.forEach(visit);
  };
  visit(fromMarkdown(text) as unknown as MdNode);
  if (parsed.size > 2_000) parsed.clear();
  parsed.set(text, out);
  return out;
}

/** Where front matter ends, also when its YAML is broken: it is between two lines of three dashes. */
function frontMatterEnd(text: string): number {
  const open = /^\uFEFF?(---|\+\+\+)[ \t]*\r?\n/.exec(text);
  if (open === null) return 0;
  const close = new RegExp(`\\r?\\n${open[1] === "---" ? "(?:---|\\.\\.\\.)" : "\\+\\+\\+"}[ \\t]*(?:\\r?\\n|$)`, "g");
  close.lastIndex = open[0].length - 1;
  const found = close.exec(text);
  return found === null ? 0 : found.index + found[0].length;
}
