import type { Shape } from "../core/shape";
import { topicsIn } from "../language/latex/topics";
import type { MathDocument, Origin } from "./document";
import { originIn } from "./mcalc";
import { type Parts, partsOf } from "./parts";
import { declaredShapes } from "./notes/ahead";
import { type Fences, readFences } from "./notes/fences";
import { type FormulaParser, type Parsed, parserFor } from "./notes/formulas";
import { Note } from "./notes/note";
import { type ReadNote, reread, type Row } from "./notes/reread";
import { type PartSteps, stepsFor, stepsOf } from "./notes/steps";
import { habitsOf, type Usage } from "./notes/usage";
import { changeUsage, NO_USAGE, usageIn, type UsageSum } from "./notes/usageSum";
import { written } from "./notes/written";

export interface MarkdownOptions {
  /** Macros from settings: `{"\\RR": "\\mathbb{R}"}`. */
  readonly macros?: Readonly<Record<string, string>>;
  /** The text up to here is wanted first: the document so far is handed out once it is read. */
  readonly first?: number;
}

/** How a document was read: what the next version of it is read with. */
interface Progress {
  readonly parts: Parts;
  readonly parser: FormulaParser;
  readonly contents: readonly (readonly (Parsed | undefined)[])[];
  readonly usage: UsageSum;
  readonly styles: string;
  readonly steps: readonly PartSteps[];
  readonly note: ReadNote;
  readonly fences: Fences;
}

const PROGRESS = new WeakMap<MathDocument, Progress>();

/** Parts that are gone through before others have their turn. */
const AT_ONCE = 64;
/** Where no more parts than this are left, nobody need be told what is read so far. */
const FEW = 100;

/**
 * Reads the mathematics of a Markdown text: where it is, what it says, and what is known at each formula.
 * Never throws; a formula that is not understood is left out, quietly. What the text has in common with an earlier
 * version, `previous`, is not worked out again.
 */
export function readMarkdown(
  uri: string,
  version: number,
  text: string,
  previous?: MathDocument,
  options: MarkdownOptions = {},
): MathDocument {
  const steps = markdownSteps(uri, version, text, options, previous);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same in steps of a few milliseconds, for those who have to let others run in between. */
export function* markdownSteps(
  uri: string,
  version: number,
  given: string,
  options: MarkdownOptions = {},
  previous?: MathDocument,
): Generator<MathDocument | undefined, MathDocument> {
  const text = given.includes("\r") ? given.replaceAll("\r\n", " \n") : given;
  const last = previous === undefined ? undefined : PROGRESS.get(previous);
  const parts = yield* partsOf(text, last?.parts);
  const parser = yield* parserFor(text, options.macros);
  const before = last?.parser === parser ? last : undefined;
  const contents = yield* parsedParts(parts, parser, before);
  const usage = yield* usageOf(contents, before);
  const elementwise = /element-?\s?wise|pointwise|entry-?wise|componentwise/i.test(text);
  const sigmoid = /sigmoid|logistic|сигмоид|シグモイド|시그모이드/i.test(text);
  const note = new Note(habitsOf(usageIn(usage)), elementwise, sigmoid, topicsIn(text));
  const styles = styleKey(usage, note.styleMatters);
  // Of a text that is read for the first time, what is wanted first is read before the words of the rest are looked at.
  const beginning = partsUntil(parts, options.first);
  const early = before === undefined && beginning < parts.parts.length ? beginning : 0;
  const head = early === 0 ? [] : yield* stepsBetween(parts, contents, note, 0, early);
  let steps: readonly PartSteps[] = [];
  if (early === 0) steps = yield* allSteps(parts, contents, styles, note, before);

  const known = before?.note;
  const changed = note.begin(known?.initial, early === 0 ? declaredIn(steps) : declaredAnywhere(contents, note));
  const initial = note.place;
  let rows: readonly Row[];
  if (early > 0) {
    rows = yield* reread(note, head, undefined, []) as Generator<undefined, readonly Row[]>;
    yield (yield* documentOf(rows, undefined)).document;
    const rest = yield* stepsBetween(parts, contents, note, early, parts.parts.length);
    steps = [...head, ...rest];
    rows = [...rows, ...(yield* reread(note, rest, undefined, []) as Generator<undefined, readonly Row[]>)];
  } else {
    const reading = reread(note, steps, known, changed, beginning);
    for (;;) {
      const step = reading.next();
      if (step.done === true) {
        rows = step.value;
        break;
      }
      yield step.value === undefined ? undefined : (yield* documentOf(step.value, before?.fences)).document;
    }
  }
  const { document, fences } = yield* documentOf(rows, before?.fences);
  PROGRESS.set(document, {
    parts,
    parser,
    contents,
    usage,
    styles,
    steps,
    note: { initial, rows },
    fences,
  });
  return document;

  function* documentOf(
    rows: readonly Row[],
    before: Fences | undefined,
  ): Generator<undefined, { document: MathDocument; fences: Fences }> {
    const fences = yield* readFences(
      rows.map((r) => r.steps.part),
      before,
    );
    const { formulas, spans, parsed } = yield* written(note, rows, fences, parts.from);
    let origins: ReadonlyMap<string, readonly Origin[]> | undefined;
    // What a fence speaks of, fences declare; what the text speaks of, the text.
    const inFences = fences.parts.length === 0 ? undefined : originIn(formulas.filter((f) => f.notation === "mcalc"));
    const originInFence = (name: string, offset: number): Origin | undefined => {
      const here = inFences === undefined ? undefined : formulas.findLast((f) => f.span.start <= offset);
      return here?.notation === "mcalc" && offset <= here.span.end ? inFences?.(name, offset) : undefined;
    };
    const document: MathDocument = {
      uri,
      version,
      languageId: "markdown",
      text: given,
      words: text,
      formulas,
      origin: (name, offset) =>
        originInFence(name, offset) ?? originOf((origins ??= originsIn(rows, parts.from)).get(name), offset),
      origins: (name) => (origins ??= originsIn(rows, parts.from)).get(name) ?? [],
      spans,
      parsed,
    };
    return { document, fences };
  }
}

/** Parts that must be read for a text to be read up to an offset. */
function partsUntil({ from, parts }: Parts, offset: number | undefined): number {
  if (offset === undefined) return Infinity;
  let count = 0;
  for (let at = from; count < parts.length && at < offset; count++) at += parts[count]!.text.length;
  return parts.length - count < FEW ? Infinity : count;
}

function* parsedParts(
  { parts }: Parts,
  parser: FormulaParser,
  before: Progress | undefined,
): Generator<undefined, Progress["contents"]> {
  if (before?.parts.parts === parts) return before.contents;
  const old = before?.contents ?? [];
  const { head, tail } = shared(before?.parts.parts ?? [], parts);
  const out = old.slice(0, head);
  for (let i = head; i < parts.length - tail; i++) {
    const part = parts[i]!;
    out.push(parser.known(part) ?? (yield* parser.part(part)));
    if (i % (16 * AT_ONCE) === 0) yield undefined;
  }
  return out.concat(old.slice(old.length - tail));
}

/** The habits of the whole text: those of the version before, with what changed taken out and put in. */
function* usageOf(contents: Progress["contents"], before: Progress | undefined): Generator<undefined, UsageSum> {
  const old = before?.contents ?? [];
  const { head, tail } = shared(old, contents);
  const all = (list: Progress["contents"]): Usage[] =>
    list.slice(head, list.length - tail).flatMap((c) => c.flatMap((p) => (p === undefined ? [] : [p.usage])));
  let sum = before?.usage ?? NO_USAGE;
  const added = all(contents);
  const removed = all(old);
  for (let i = 0; i < Math.max(added.length, removed.length, 1); i += 4 * AT_ONCE) {
    sum = changeUsage(sum, removed.slice(i, i + 4 * AT_ONCE), added.slice(i, i + 4 * AT_ONCE));
    yield undefined;
  }
  return sum;
}

/** How many items two lists have in common at their ends. */
function shared(a: readonly unknown[], b: readonly unknown[]): { head: number; tail: number } {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return { head, tail };
}

function* allSteps(
  { parts }: Parts,
  contents: Progress["contents"],
  styles: string,
  note: Note,
  before: Progress | undefined,
): Generator<undefined, readonly PartSteps[]> {
  const { head, tail } = shared(before?.contents ?? [], contents);
  const areSame = before?.styles === styles;
  const out: PartSteps[] = areSame ? before.steps.slice(0, head) : [];
  const end = areSame ? parts.length - tail : parts.length;
  out.push(...(yield* stepsBetween({ parts }, contents, note, out.length, end)));
  if (areSame) out.push(...before.steps.slice(before.steps.length - tail));
  return out;
}

/** What there is to do for some parts of a text. */
function* stepsBetween(
  { parts }: Pick<Parts, "parts">,
  contents: Progress["contents"],
  note: Note,
  from: number,
  to: number,
): Generator<undefined, PartSteps[]> {
  const out: PartSteps[] = [];
  for (let i = from; i < to; i++) {
    const known = stepsFor(contents[i]!, note.styleMatters);
    out.push(known ?? (yield* stepsOf(parts[i]!, contents[i]!, note.styleMatters)));
    if (known === undefined ? i % 4 === 0 : i % AT_ONCE === 0) yield undefined;
  }
  return out;
}

/** Shapes that are declared anywhere, the first of each name. */
function declaredIn(steps: readonly PartSteps[]): ReadonlyMap<string, Shape> {
  const out = new Map<string, Shape>();
  for (const { declared } of steps) {
    // Most parts declare nothing.
    if (declared.length > 0) for (const [name, shape] of declared) if (!out.has(name)) out.set(name, shape);
  }
  return out;
}

/** The same from the formulas alone. */
function declaredAnywhere(contents: Progress["contents"], note: Note): ReadonlyMap<string, Shape> {
  const out = new Map<string, Shape>();
  for (const content of contents)
    for (const [name, shape] of declaredShapes(content, note.styleMatters)) if (!out.has(name)) out.set(name, shape);
  return out;
}

/** Where names come from, in the order of the text. */
function originsIn(rows: readonly Row[], from: number): ReadonlyMap<string, readonly Origin[]> {
  const out = new Map<string, Origin[]>();
  let start = from;
  for (const { steps, done } of rows) {
    for (const { step, taken } of done) {
      const by = start + step.from;
      const moved = ({ start, end }: Origin["span"]): Origin["span"] => ({ start: start + by, end: end + by });
      for (const o of taken.found) {
        const one: Origin = {
          ...o,
          span: moved(o.span),
          ...(o.rowsSpan === undefined ? {} : { rowsSpan: moved(o.rowsSpan) }),
          ...(o.colsSpan === undefined ? {} : { colsSpan: moved(o.colsSpan) }),
        };
        const list = out.get(o.name);
        if (list === undefined) out.set(o.name, [one]);
        else list.push(one);
      }
    }
    start += steps.part.text.length;
  }
  return out;
}

/** Where a name comes from, as seen from an offset: the last place before it, else the first of all. */
function originOf(list: readonly Origin[] | undefined, offset: number): Origin | undefined {
  return list?.findLast((o) => o.span.start <= offset) ?? list?.[0];
}

/** Which letters are told apart by their style: what names the words of a paragraph speak of depends on it. */
function styleKey(usage: UsageSum, styleMatters: (name: string, style: string) => boolean): string {
  const out: string[] = [];
  for (const key of usage.letters.keys()) {
    const at = key.indexOf(":");
    const style = key.slice(0, at);
    if (style !== "" && styleMatters(key.slice(at + 1), style)) out.push(key);
  }
  return out.sort().join();
}
