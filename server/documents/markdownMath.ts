import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { mathFromMarkdown } from "mdast-util-math";
import { frontmatter } from "micromark-extension-frontmatter";
import { math } from "micromark-extension-math";
import type { Span } from "../core/ast";

/** A piece of mathematics in Markdown, or what stands around it. Offsets are those of the document. */
export type Region =
  | { readonly kind: "math"; readonly span: Span; readonly inner: Span; readonly display: boolean }
  | { readonly kind: "mcalc"; readonly span: Span; readonly inner: Span }
  | { readonly kind: "heading"; readonly span: Span; readonly level: number; readonly title: string }
  | { readonly kind: "prose"; readonly span: Span };

interface MdNode {
  readonly type: string;
  readonly position?: { readonly start: { readonly offset?: number }; readonly end: { readonly offset?: number } };
  readonly children?: readonly MdNode[];
  readonly lang?: string | null;
  readonly depth?: number;
  readonly value?: string;
}

/**
 * Finds the mathematics of a Markdown text: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, bare `\begin{align}…`, fences of
 * ```` ```math ```` and ```` ```mcalc ````; not code, comments, front matter, prices or shell variables.
 */
export function findRegions(text: string): readonly Region[] {
  const matter = frontMatterEnd(text);
  // The parser sees what is no front matter at the same offsets.
  const body = " ".repeat(0) + text.slice(matter);
  const out: Region[] = [];
  const tree = fromMarkdown(body, {
    extensions: [frontmatter(["yaml", "toml"]), math()],
    mdastExtensions: [frontmatterFromMarkdown(["yaml", "toml"]), mathFromMarkdown()],
  }) as unknown as MdNode;
  const at = (n: MdNode): Span => ({ start: (n.position?.start.offset ?? 0) + matter, end: (n.position?.end.offset ?? 0) + matter });
  visit(tree);
  out.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  return out;

  function visit(n: MdNode): void {
    switch (n.type) {
      case "math":
      case "inlineMath": {
        const span = at(n);
        for (const r of delimited(text, span, n.type === "math")) out.push(r);
        return;
      }
      case "code": {
        const span = at(n);
        const lang = (n.lang ?? "").toLowerCase();
        const inner = fenced(text, span);
        if (inner === undefined) return;
        if (lang === "math" || lang === "{math}") out.push({ kind: "math", span, inner, display: true });
        else if (lang === "mcalc" || lang === "{mcalc}") out.push({ kind: "mcalc", span, inner });
        return;
      }
      case "heading": {
        const span = at(n);
        out.push({ kind: "heading", span, level: n.depth ?? 1, title: text.slice(span.start, span.end).replace(/^#+\s*/, "") });
        break;
      }
      case "inlineCode":
      case "yaml":
      case "toml":
      case "html":
      case "definition":
      case "image":
        return;
      case "paragraph":
      case "tableCell": {
        const span = at(n);
        out.push({ kind: "prose", span });
        for (const r of bare(n, span)) out.push(r);
        break;
      }
      default:
        break;
    }
    for (const c of n.children ?? []) visit(c);
  }

  /** `\(…\)`, `\[…\]` (also with doubled backslashes) and `\begin{align}…\end{align}` in the running text. */
  function bare(n: MdNode, span: Span): Region[] {
    const holes: Span[] = [];
    const collect = (c: MdNode): void => {
      if (c.type === "inlineMath" || c.type === "inlineCode" || c.type === "html" || c.type === "math") holes.push(at(c));
      c.children?.forEach(collect);
    };
    collect(n);
    const own = text.slice(span.start, span.end);
    if (!own.includes("\\")) return [];
    const found: Region[] = [];
    const pattern = /(\\\\?\()([\s\S]+?)(\\\\?\))|(\\\\?\[)([\s\S]+?)(\\\\?\])|\\begin\{(align|equation|gather|multline|eqnarray|alignat|flalign|aligned|split)(\*?)\}([\s\S]+?)\\end\{\7\8\}/g;
    for (let m = pattern.exec(own); m !== null; m = pattern.exec(own)) {
      const start = span.start + m.index;
      const whole = { start, end: start + m[0].length };
      if (holes.some((h) => h.start <= whole.start && h.end >= whole.end)) continue;
      if (m[7] !== undefined) found.push({ kind: "math", span: whole, inner: whole, display: true });
      else {
        const open = (m[1] ?? m[4])!;
        const close = (m[3] ?? m[6])!;
        // `\[` before a link is an escaped bracket, not mathematics.
        if (m[4] === "\\[" && !/[\\^_=+]/.test(m[5]!)) continue;
        if (open.length !== close.length) continue;
        found.push({ kind: "math", span: whole, inner: { start: whole.start + open.length, end: whole.end - close.length }, display: m[4] !== undefined });
      }
    }
    return found;
  }
}

/** The inside of a math node: without dollars, parted where one formula touches the next (`$a$$b$`). */
function delimited(text: string, span: Span, block: boolean): Region[] {
  const own = text.slice(span.start, span.end);
  const open = /^\$+/.exec(own)?.[0].length ?? 0;
  if (open === 0) return [];
  const close = /\$+\s*$/.exec(own)?.[0] ?? "";
  const dollars = close.trim().length;
  const end = dollars === 0 ? own.length : own.length - close.length;
  const inner = own.slice(open, Math.max(open, end));
  const display = open >= 2;
  if (!display) {
    const parts = inner.split("$$");
    if (parts.length > 1 && parts.every((p) => p.trim() !== "")) {
      let at = span.start + open;
      return parts.map((p) => {
        const region: Region = { kind: "math", span: { start: at - 1, end: at + p.length + 1 }, inner: { start: at, end: at + p.length }, display: false };
        at += p.length + 2;
        return region;
      });
    }
    if (!isMath(inner, text.slice(span.end, span.end + 1))) return [];
  }
  if (block && dollars === 0 && inner.trim() === "") return [];
  return [{ kind: "math", span, inner: { start: span.start + open, end: span.start + Math.max(open, end) }, display }];
}

/** Prices (`$2 per hour and $3`), shell variables and the like are no mathematics. */
function isMath(inner: string, after: string): boolean {
  if (inner.trim() === "") return false;
  if (/^\d/.test(after)) return false;
  // Dollars that hug a space on the inside, around words, are money.
  if (/^\s|\s$/.test(inner) && /[A-Za-z]{3,}\s+[A-Za-z]{2,}/.test(inner) && !/[\\^_=]/.test(inner)) return false;
  if (/^\d[\d,.]*\s+[A-Za-z]+(\s|$)/.test(inner) && !/[\\^_=]/.test(inner)) return false;
  if (/^[A-Z_]{3,}\b/.test(inner) && !/[\\^=+]/.test(inner)) return false;
  if (/^\{?[A-Z_]+\}?[/:]/.test(inner)) return false;
  return true;
}

/** The inside of a fence. */
function fenced(text: string, span: Span): Span | undefined {
  const own = text.slice(span.start, span.end);
  const first = own.indexOf("\n");
  if (!/^\s*(```|~~~)/.test(own) || first < 0) return undefined;
  const last = /\n[ \t>]*(```+|~~~+)[ \t]*$/.exec(own);
  return { start: span.start + first + 1, end: last === null ? span.end : span.start + last.index + 1 };
}

/** Where front matter ends, also when its YAML is broken: it is between two lines of three dashes. */
function frontMatterEnd(text: string): number {
  const open = /^\uFEFF?(---|\+\+\+)[ \t]*\r?\n/.exec(text);
  if (open === null) return 0;
  const close = new RegExp(`\\r?\\n${open[1] === "---" ? "(---|\\.\\.\\.)" : "\\+\\+\\+"}[ \\t]*(\\r?\\n|$)`, "g");
  close.lastIndex = open[0].length - 1;
  const found = close.exec(text);
  return found === null ? 0 : found.index + found[0].length;
}
