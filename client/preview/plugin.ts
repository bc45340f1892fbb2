/**
 * The part of VS Code's Markdown preview that is ours: beside each formula that is checked a mark, under the paragraph of
 * one that is wrong what is wrong, and the repair. A plugin of markdown-it; what it knows of formulas it is handed.
 */
import type { Standing } from "../../server/lsp/protocol";
import { box, type MathRenderer, mark, marked, type Words } from "./html";

/** As much of markdown-it as is used: its types are not ours to ship. */
export interface Token {
  type: string;
  tag: string;
  nesting: number;
  content: string;
  info: string;
  children: Token[] | null;
  meta: unknown;
}
type Rule = (tokens: Token[], i: number, options: unknown, env: unknown, self: unknown) => string;
export interface MarkdownIt {
  readonly renderer: {
    readonly rules: Record<string, Rule | undefined>;
    render: (tokens: Token[], options: unknown, env: unknown) => string;
  };
}

/** What is known of the formulas of a document that is rendered; nothing where there is no such document. */
export type StandingsOf = (document: unknown) => readonly Standing[] | undefined;

const MATH: ReadonlySet<string> = new Set(["math_inline", "math_inline_block", "math_inline_bare_block", "math_block"]);
/** What opens the cell of a table: what is said of it stands below the table. */
const CELL: ReadonlySet<string> = new Set(["th_close", "td_close"]);
const HTML = "mcalc_html";

/** Makes a preview show how formulas stand. */
export function showStandings<M extends MarkdownIt>(md: M, standingsOf: StandingsOf, words: () => Words): M {
  const { renderer } = md;
  // Our own tokens hold HTML that we made; whether a document may hold HTML is nothing to them.
  renderer.rules[HTML] = (tokens, i) => String(tokens[i]!.meta);
  const render = renderer.render;
  renderer.render = function (tokens, options, env) {
    const document = (env as { currentDocument?: unknown } | undefined)?.currentDocument;
    const known = document === undefined ? undefined : standingsOf(document);
    if (known === undefined || known.length === 0) return render.call(this, tokens, options, env);
    const math: MathRenderer = (latex, display) => {
      const rule = renderer.rules[display ? "math_block" : "math_inline"];
      const token = { ...html(""), type: display ? "math_block" : "math_inline", content: latex };
      return rule?.call(renderer, [token], 0, options, {}, renderer);
    };
    const fence: Rule = (all, i) => renderer.rules["fence"]?.call(renderer, all, i, options, env, renderer) ?? "";
    return render.call(this, new Marks(known, words(), math, fence).within(tokens), options, env);
  };
  return md;
}

const html = (text: string): Token => ({ type: HTML, tag: "", nesting: 0, content: "", info: "", children: null, meta: text }); // prettier-ignore

/** Puts marks and boxes into the tokens of one document. The tokens are the preview's, kept between renderings: copies are changed. */
class Marks {
  /** Of formulas that read the same, those that have not come yet, in the order of the text. */
  readonly #coming = new Map<string, Standing[]>();

  constructor(
    known: readonly Standing[],
    readonly words: Words,
    readonly math: MathRenderer,
    readonly fence: Rule,
  ) {
    for (const standing of known) {
      const key = keyOf(standing.text, standing.notation);
      this.#coming.set(key, [...(this.#coming.get(key) ?? []), standing]);
    }
  }

  within(tokens: readonly Token[]): Token[] {
    const out: Token[] = [];
    let below: string[] = [];
    let inTable = false;
    for (const [i, token] of tokens.entries()) {
      if (token.type === "table_open") inTable = true;
      if (token.type === "table_close") inTable = false;
      if (MATH.has(token.type) || isFence(token, "math")) {
        const standing = this.#next(token.content, "latex");
        if (standing === undefined) out.push(token);
        else out.push(...this.#around(token, standing), ...this.#boxes(standing).map(html));
      } else if (isFence(token, "mcalc")) out.push(...this.#lines(tokens, i));
      else if (token.children !== null && token.children.some((t) => MATH.has(t.type))) {
        const children: Token[] = [];
        for (const child of token.children) {
          const standing = MATH.has(child.type) ? this.#next(child.content, "latex") : undefined;
          if (standing === undefined) children.push(child);
          else {
            children.push(...this.#around(child, standing));
            below.push(...this.#boxes(standing));
          }
        }
        out.push(Object.assign(Object.create(Object.getPrototypeOf(token)) as Token, token, { children }));
      } else out.push(token);
      // What is said of a formula stands behind the end of its paragraph, of a cell behind the table.
      if (below.length > 0 && token.nesting < 0 && !inTable && !CELL.has(token.type)) {
        out.push(...below.map(html));
        below = [];
      }
    }
    return [...out, ...below.map(html)];
  }

  #next(content: string, notation: Standing["notation"]): Standing | undefined {
    return this.#coming.get(keyOf(content, notation))?.shift();
  }

  #around(token: Token, standing: Standing): Token[] {
    const { open, close } = marked(standing, this.words, { block: token.type === "math_block" || isFence(token, "math") }); // prettier-ignore
    return open === "" && close === "" ? [token] : [html(open), token, html(close)];
  }

  #boxes({ findings, notation }: Standing): string[] {
    return findings.map((f) => {
      const text = f.repair?.text;
      const repaired = text === undefined ? undefined : notation === "latex" ? { latex: inner(text) } : { code: text.trim() }; // prettier-ignore
      return box(f, repaired, this.words, this.math);
    });
  }

  /** A fence of `.mcalc`: marks at the ends of its lines, boxes below it. */
  #lines(tokens: readonly Token[], i: number): Token[] {
    const token = tokens[i]!;
    const below: string[] = [];
    const marks = token.content.split("\n").map((line) => {
      const standing = line.trim() === "" ? undefined : this.#next(line, "mcalc");
      if (standing === undefined) return "";
      below.push(...this.#boxes(standing));
      return mark(standing, this.words);
    });
    const shown = this.fence([...tokens], i, undefined, undefined, undefined);
    return [html(atLineEnds(shown, marks)), ...below.map(html)];
  }
}

const isFence = (token: Token, language: string): boolean =>
  token.type === "fence" && token.info.trim().toLowerCase().split(/[\s{]/)[0] === language;

/** The code of a fence with something at the ends of its lines; as it was where its lines cannot be told apart. */
function atLineEnds(shown: string, marks: readonly string[]): string {
  const start = shown.indexOf("<code");
  const from = shown.indexOf(">", start) + 1;
  const to = shown.lastIndexOf("</code>");
  if (start < 0 || to < from) return shown;
  const lines = shown.slice(from, to).split("\n");
  if (lines.length < marks.length - 1 || lines.length > marks.length) return shown;
  const with_ = lines.map((line, i) => `${line}${marks[i] === "" ? "" : ` ${marks[i]}`}`);
  return shown.slice(0, from) + with_.join("\n") + shown.slice(to);
}

/** What a formula is known by: what stands in it, without blanks, quotation signs and what it stands between. */
function keyOf(text: string, notation: Standing["notation"]): string {
  const bare = notation === "latex" ? inner(text) : text;
  return `${notation} ${bare.replace(/[\s>]/g, "")}`;
}

/** A formula without what it stands between in a note. */
function inner(text: string): string {
  if (/^(?:```|~~~)/.test(text)) return text.split("\n").slice(1).filter((line) => !/^[ \t>]*(?:```|~~~)/.test(line)).join("\n"); // prettier-ignore
  const trimmed = text.trim();
  for (const [open, close] of [
    ["$$", "$$"],
    ["$`", "`$"],
    ["$", "$"],
    ["\\[", "\\]"],
    ["\\(", "\\)"],
  ] as const)
    // prettier-ignore
    if (trimmed.length >= open.length + close.length && trimmed.startsWith(open) && trimmed.endsWith(close))
      return trimmed.slice(open.length, -close.length);
  return trimmed;
}
