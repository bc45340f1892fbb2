import type { Span } from "../../core/ast";
import type { Formula } from "../document";
import type { Fences } from "./fences";
import type { Note } from "./note";
import type { Done, Row } from "./reread";
import { scopeOf } from "./scopes";

interface Written {
  readonly formulas: readonly Formula[];
  /** Formulas of the text, and those that were read. */
  readonly spans: number;
  readonly parsed: number;
}

/** Parts gone through before others have their turn. */
const AT_ONCE = 1_000;

/** The formulas of a note that was read, in the order of the text. Those that stand where they stood stay what they were. */
export function* written(note: Note, rows: readonly Row[], fences: Fences, from: number): Generator<void, Written> {
  const formulas: Formula[] = [];
  let spans = 0;
  let parsed = 0;
  let start = from;
  let count = 0;
  for (const row of rows) {
    const lines = fences.lines.get(row.steps.part);
    if (row.done.length > 0) {
      const own = ofRow(note, row, start);
      for (const f of own.formulas) formulas.push(f);
      spans += own.spans;
      parsed += own.parsed;
    }
    if (lines !== undefined) {
      for (const { start: at, formula } of lines) {
        const begin = start + at;
        const { span } = formula.statement;
        formulas.push({
          ...formula,
          span: { start: begin + span.start, end: begin + span.end },
          notation: "mcalc",
          at: (offset) => begin + offset,
        });
        spans++;
        if (formula.problems.length === 0) parsed++;
      }
      // A fence may stand between formulas of the same part.
      if (row.done.length > 0) formulas.sort((a, b) => a.span.start - b.span.start);
    }
    start += row.steps.part.text.length;
    if (++count % AT_ONCE === 0) yield;
  }
  return { formulas, spans, parsed };
}

interface OfRow extends Written {
  readonly start: number;
}
const ROWS = new WeakMap<Row, OfRow>();

function ofRow(note: Note, row: Row, start: number): OfRow {
  const known = ROWS.get(row);
  if (known?.start === start) return known;
  const formulas: Formula[] = [];
  const all = new Set<unknown>();
  const unread = new Set<unknown>();
  for (const done of row.done) {
    const { region } = done.step;
    if (region === undefined) continue;
    all.add(region);
    const formula = formulaOf(note, done, start);
    if (formula === undefined) unread.add(region);
    else formulas.push(formula);
  }
  const out = { start, formulas, spans: all.size, parsed: all.size - unread.size };
  ROWS.set(row, out);
  return out;
}

/** The formula that a sentence was read as, its part beginning at `start`. */
function formulaOf(note: Note, done: Done, start: number): Formula | undefined {
  const { step, from, region } = done.step;
  const { result } = done.taken;
  if (step.kind !== "sentence" || region === undefined || result === undefined) return undefined;
  const { reading, spellings } = result;
  const begin = start + from;
  const at = (offset: number): number => begin + offset;
  const moved = (s: Span, by: number): Span => ({ start: s.start + by, end: s.end + by });
  return {
    span: moved(step.sentence.span, begin),
    notation: "latex",
    text: step.text,
    at,
    statement: reading.statement,
    problems: [],
    ...knownIn(note, done),
    basis: reading,
    region: { span: moved(region.span, start), display: region.display },
    consistent: reading.consistent,
    defines: reading.defines,
    ...(reading.indices.size === 0 ? {} : { indices: reading.indices }),
    spellings,
  };
}

/** One scope for a sentence as long as the same is known at its place. */
function knownIn(note: Note, done: Done): ReturnType<typeof scopeOf> {
  const own = done.taken.result!.reading.own;
  const at = note.knownAt(done.after);
  const before = SCOPES.get(own);
  if (
    before?.at.facts === at.facts &&
    before.at.definitions === at.definitions &&
    before.at.dimensions === at.dimensions
  )
    return before.known;
  const known = scopeOf(own, at);
  SCOPES.set(own, { at, known });
  return known;
}
const SCOPES = new WeakMap<
  object,
  { readonly at: ReturnType<Note["knownAt"]>; readonly known: ReturnType<typeof scopeOf> }
>();
