import type { Span } from "../core/ast";
import { collectMacros, type Macros } from "../language/latex/macros";
import { readRows, type Sentence } from "../language/latex/rows";
import { splitLines } from "../language/mcalc/lines";
import { parseStatement } from "../language/mcalc/statements";
import type { Formula, MathDocument } from "./document";
import { findRegions, type Region } from "./markdownMath";
import { GrowingScope } from "./mcalcScope";
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

interface Cache {
  /** By the text of the formula. */
  readonly formulas: Map<string, Parsed>;
  /** By the styles that matter and the text of the paragraph. */
  readonly prose: Map<string, readonly Told[]>;
}

/** By the macros in force. */
const caches = new Map<string, Cache>();
const MOST_CACHED = 20_000;
const MOST_CACHES = 6;

function cacheFor(macros: string): Cache {
  const found = caches.get(macros) ?? { formulas: new Map(), prose: new Map() };
  // The one used last is the last to go.
  caches.delete(macros);
  if (caches.size >= MOST_CACHES) caches.delete(caches.keys().next().value!);
  caches.set(macros, found);
  return found;
}

function parsed(text: string, macros: Macros, { formulas: cache }: Cache): Parsed {
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
 * Never throws; a formula that is not understood is left out, quietly. What an earlier version of the text had in common
 * with this one is not worked out again: results are kept by what they depend on, so `previous` need not be given.
 */
export function readMarkdown(
  uri: string,
  version: number,
  text: string,
  _previous?: MathDocument,
  options: MarkdownOptions = {},
): MathDocument {
  const steps = markdownSteps(uri, version, text, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same in steps of a few milliseconds, for those who have to let others run in between. */
export function* markdownSteps(
  uri: string,
  version: number,
  text: string,
  options: MarkdownOptions = {},
): Generator<void, MathDocument> {
  const regions = findRegions(text);
  const macros = collectMacros(text, options.macros);
  const cache = cacheFor(macroKey(text, options.macros));
  const contents: (Parsed | undefined)[] = [];
  for (const r of regions) {
    contents.push(r.kind === "math" ? parsed(text.slice(r.inner.start, r.inner.end), macros, cache) : undefined);
    if (contents.length % 8 === 0) yield;
  }
  const usage = addUsage(contents.flatMap((c) => (c === undefined ? [] : [c.usage])));
  const formulas: Formula[] = [];
  let spans = 0;
  let read = 0;
  const note = new Note(
    usage,
    /element-?\s?wise|pointwise|entry-?wise|componentwise/i.test(text),
    /sigmoid|logistic|сигмоид|シグモイド|시그모이드/i.test(text),
  );
  for (const [name, shape] of declaredShapes(contents, note.styleMatters)) note.declaredAhead(name, shape);
  const styles = styleKey(usage, note.styleMatters);

  let prose = 0;
  const pending: { readonly told: Told; readonly from: number }[] = [];
  const tell = (until: number): void => {
    while (pending.length > 0 && pending[0]!.told.at + pending[0]!.from <= until) {
      const { told, from } = pending.shift()!;
      note.hear(told, (s) => ({ start: s.start + from, end: s.end + from }));
    }
  };
  const fences = new GrowingScope();
  for (let i = 0; i < regions.length; i++) {
    if (i % 8 === 0) yield;
    const region = regions[i]!;
    if (region.kind === "mcalc") {
      const lines = readFence(text, region, fences);
      formulas.push(...lines);
      spans += lines.length;
      read += lines.filter((l) => l.problems.length === 0).length;
    }
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
        const from = region.span.start;
        inlines.push({
          span: { start: r.span.start - from, end: r.span.end - from },
          start: r.inner.start - from,
          pieces: sentences.length === 1 ? sentences[0]!.pieces : undefined,
        });
      }
      if (inlines.length > 0) {
        const words = text.slice(region.span.start, region.span.end);
        const heard =
          cache.prose.get(styles + words) ??
          readProse(words, inlines, { start: 0, end: words.length }, note.knowledge());
        if (cache.prose.size >= MOST_CACHED) cache.prose.clear();
        cache.prose.set(styles + words, heard);
        for (const told of heard) pending.push({ told, from: region.span.start });
      }
    }
    const content = contents[i];
    if (region.kind !== "math" || content === undefined) continue;
    tell(region.span.end);
    const inner = text.slice(region.inner.start, region.inner.end);
    if (content.sentences.length === 0) continue;
    spans++;
    let whole = true;
    const before = wordsBefore(text, prose, region.span.start);
    for (const sentence of content.sentences) {
      const formula = readOne(note, sentence, inner, region, formulas, `${before} ${sentence.after ?? ""}`);
      if (formula === undefined) whole = false;
      else formulas.push(formula);
    }
    if (whole) read++;
  }
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

/** The lines of a fence in the language of `.mcalc`; fences of a note share what they declare. */
function readFence(text: string, region: Region & { kind: "mcalc" }, scope: GrowingScope): Formula[] {
  const out: Formula[] = [];
  const inner = text.slice(region.inner.start, region.inner.end);
  for (const { start, end } of splitLines(inner)) {
    const line = inner.slice(start, end);
    const { statement, problems } = parseStatement(line);
    if (statement.kind === "empty" && problems.length === 0) continue;
    scope.add(statement);
    const from = region.inner.start + start;
    out.push({
      span: { start: from + statement.span.start, end: from + statement.span.end },
      notation: "mcalc",
      text: line,
      at: (offset) => from + offset,
      statement,
      problems,
      scope: scope.view(),
    });
  }
  return out;
}

function readOne(
  note: Note,
  sentence: Sentence,
  inner: string,
  region: Region & { kind: "math" },
  before: readonly Formula[],
  words: string,
): Formula | undefined {
  const start = region.inner.start;
  const at = (offset: number): number => start + offset;
  const place = (s: Span): Span => ({ start: at(s.start), end: at(s.end) });
  const hypothetical =
    /\b(?:if|iff|when|whenever|unless|whether|for which|in case|case where|were|would|initially|at)\b[^.;:]*$/i.test(
      words,
    );
  const stated =
    region.display && words.trim() === ""
      ? undefined
      : /\b(?:let|assum\w*|suppose|where|with|since|because|given|recall|note|for symmetric|as)\b[^.;:]*$/i.test(words);
  const read = note.read(sentence, inner, place, { hypothetical, ...(stated === undefined ? {} : { stated }) });
  if (read === undefined) return undefined;
  const { reading } = read;
  const continues = reading.statement.kind === "claim" && reading.statement.continues === true;
  const from = continues
    ? before.findLast((f) => f.statement.kind === "claim" || f.statement.kind === "definition")
    : undefined;
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
    spellings: read.spellings,
    ...(from === undefined ? {} : { continuesFrom: from }),
  };
}

/** The words of the same sentence in front of a formula, other formulas left out. */
function wordsBefore(text: string, from: number, to: number): string {
  const own = text
    .slice(Math.max(from, to - 200), to)
    .replace(/\$[^$]*\$/g, " x ")
    .replace(/\s+/g, " ");
  return own.slice(Math.max(...[".", "!", "?", ":", ";"].map((sign) => own.lastIndexOf(sign))) + 1);
}

/** Which letters are told apart by their style: what names the words of a paragraph speak of depends on it. */
function styleKey(usage: Usage, styleMatters: (name: string, style: string) => boolean): string {
  const out: string[] = [];
  for (const [key] of usage.letters) {
    const at = key.indexOf(":");
    const style = key.slice(0, at);
    if (style !== "" && styleMatters(key.slice(at + 1), style)) out.push(key);
  }
  return `${out.sort().join()}\0`;
}

/** What the trees of a document depend on beside its formulas. */
function macroKey(text: string, settings: Readonly<Record<string, string>> | undefined): string {
  const own =
    text.match(
      /\\(?:(?:re|provide)?newcommand|def|let|DeclareMathOperator|DeclarePairedDelimiter)(?![a-zA-Z])[^\n]*/g,
    ) ?? [];
  return own.join("\n") + (settings === undefined ? "" : JSON.stringify(settings));
}
