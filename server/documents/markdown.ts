import type { Span } from "../core/ast";
import type { Shape } from "../core/shape";
import { collectMacros, type Macros } from "../language/latex/macros";
import { readRows, type Sentence } from "../language/latex/rows";
import { readSentence } from "../language/latex/sentence";
import type { Formula, MathDocument } from "./document";
import { findRegions, type Region } from "./markdownMath";
import { declaredShapes } from "./notes/ahead";
import { Note } from "./notes/note";
import { type Inline, readProse, type Told } from "./notes/prose";
import { addUsage, type Usage, usageOf } from "./notes/usage";

export interface MarkdownOptions {
  /** Macros from settings: `{"\\RR": "\\mathbb{R}"}`. */
  readonly macros?: Readonly<Record<string, string>>;
}

/** What stands in a formula, by its text: shared by all versions of all documents. */
interface Parsed {
  readonly sentences: readonly Sentence[];
  readonly usage: Usage;
}

/** By the macros in force, then by the text of the formula. */
const caches = new Map<string, Map<string, Parsed>>();
const MOST_CACHED = 20_000;
const MOST_CACHES = 6;

function cacheFor(macros: string): Map<string, Parsed> {
  const found = caches.get(macros) ?? new Map<string, Parsed>();
  // The one used last is the last to go.
  caches.delete(macros);
  if (caches.size >= MOST_CACHES) caches.delete(caches.keys().next().value!);
  caches.set(macros, found);
  return found;
}

function parsed(text: string, macros: Macros, cache: Map<string, Parsed>): Parsed {
  let found = cache.get(text);
  if (found === undefined) {
    const sentences = readRows(text, macros);
    found = { sentences, usage: usageOf(sentences) };
    if (cache.size >= MOST_CACHED) cache.clear();
    cache.set(text, found);
  }
  return found;
}

/**
 * Reads the mathematics of a Markdown text: where it is, what it says, and what is known at each formula.
 * Never throws; a formula that is not understood is left out, quietly.
 */
export function readMarkdown(uri: string, version: number, text: string, previous?: MathDocument, options: MarkdownOptions = {}): MathDocument {
  void previous;
  const regions = findRegions(text);
  const macros = collectMacros(text, options.macros);
  const cache = cacheFor(macroKey(text, options.macros));
  const contents = regions.map((r) => (r.kind === "math" ? parsed(text.slice(r.inner.start, r.inner.end), macros, cache) : undefined));
  const usage = addUsage(contents.flatMap((c) => (c === undefined ? [] : [c.usage])));
  const formulas: Formula[] = [];
  let spans = 0;
  let read = 0;
  const ahead = new Map<string, Shape>();
  const note = new Note(usage, (name) => ahead.get(name), /element-?\s?wise|pointwise|entry-?wise|componentwise/i.test(text));
  for (const [name, shape] of declaredShapes(contents, note.styleMatters)) if (!ahead.has(name)) ahead.set(name, shape);

  let prose = 0;
  const pending: Told[] = [];
  const tell = (until: number): void => {
    while (pending.length > 0 && pending[0]!.at <= until) note.told(pending.shift()!);
  };
  regions.forEach((region, i) => {
    if (region.kind === "heading") {
      tell(region.span.start);
      note.heading(region.level, region.title);
    }
    if (region.kind === "prose") {
      prose = region.span.start;
      tell(region.span.start);
      note.paragraph(/^[ \t>]*(?:[-*+]|\d+[.)])[ \t]/.test(text.slice(region.span.start, region.span.start + 20)));
      const inlines: Inline[] = [];
      for (let k = i + 1; k < regions.length && regions[k]!.span.start < region.span.end; k++) {
        const r = regions[k]!;
        if (r.kind !== "math") continue;
        const sentences = contents[k]!.sentences;
        inlines.push({ span: r.span, start: r.inner.start, pieces: sentences.length === 1 ? sentences[0]!.pieces : undefined });
      }
      pending.push(...readProse(text, inlines, region.span, note.knowledge()));
    }
    const content = contents[i];
    if (region.kind !== "math" || content === undefined) return;
    tell(region.span.end);
    const inner = text.slice(region.inner.start, region.inner.end);
    if (content.sentences.length === 0) return;
    spans++;
    let whole = true;
    const before = wordsBefore(text, prose, region.span.start);
    for (const sentence of content.sentences) {
      const formula = readOne(note, sentence, inner, region, formulas, `${before} ${sentence.after ?? ""}`);
      if (formula === undefined) whole = false;
      else formulas.push(formula);
    }
    if (whole) read++;
  });
  tell(text.length);
  return {
    uri,
    version,
    languageId: "markdown",
    text,
    formulas,
    origin: (name, offset) => note.originOf(name, offset),
    spans,
    parsed: read,
  };
}

function readOne(note: Note, sentence: Sentence, inner: string, region: Region & { kind: "math" }, before: readonly Formula[], words: string): Formula | undefined {
  const said = readSentence(sentence, inner, note.knowledge());
  if (said === undefined) return undefined;
  const start = region.inner.start;
  const at = (offset: number): number => start + offset;
  const place = (s: Span): Span => ({ start: at(s.start), end: at(s.end) });
  const hypothetical = /\b(?:if|iff|when|whenever|unless|whether|for which|in case|case where|were|would|initially|at)\b[^.;:]*$/i.test(words);
  const stated = region.display && words.trim() === "" ? undefined : /\b(?:let|assum\w*|suppose|where|with|since|because|given|recall|note|for symmetric|as)\b[^.;:]*$/i.test(words);
  const reading = note.say(said.said, sentence.span, place, { hypothetical, ...(stated === undefined ? {} : { stated }) });
  if (reading === undefined) return undefined;
  const continues = reading.statement.kind === "claim" && reading.statement.continues === true;
  const from = continues ? before.findLast((f) => f.statement.kind === "claim" || f.statement.kind === "definition") : undefined;
  return {
    span: place(sentence.span),
    notation: "latex",
    text: inner,
    at,
    statement: reading.statement,
    problems: [],
    scope: reading.scope,
    region: { span: region.span, display: region.display },
    guessed: reading.guessed,
    consistent: reading.consistent,
    defines: reading.defines,
    ...(reading.indices.size === 0 ? {} : { indices: reading.indices }),
    spellings: said.spellings,
    ...(from === undefined ? {} : { continuesFrom: from }),
  };
}

/** The words of the same sentence in front of a formula, other formulas left out. */
function wordsBefore(text: string, from: number, to: number): string {
  const own = text.slice(Math.max(from, to - 200), to).replace(/\$[^$]*\$/g, " x ").replace(/\s+/g, " ");
  return /[^.!?:;]*$/.exec(own)?.[0] ?? "";
}

/** What the trees of a document depend on beside its formulas. */
function macroKey(text: string, settings: Readonly<Record<string, string>> | undefined): string {
  const own = text.match(/\\(?:(?:re|provide)?newcommand|def|let|DeclareMathOperator|DeclarePairedDelimiter)(?![a-zA-Z])[^\n]*/g) ?? [];
  return own.join("\n") + (settings === undefined ? "" : JSON.stringify(settings));
}
