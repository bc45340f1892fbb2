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

/** Parts and sentences gone through before others have their turn. */
const AT_ONCE = 1_000;
const SENTENCES_AT_ONCE = 200;

/** The formulas of a note that was read, in the order of the text. Those that stand where they stood stay what they were. */
export function* written(
  note: Note,
  rows: readonly Row[],
  fences: Fences,
  from: number,
): Generator<undefined, Written> {
  const formulas: Formula[] = [];
  let spans = 0;
  let parsed = 0;
  let start = from;
  let count = 0;
  for (const row of rows) {
    const lines = fences.parts.length === 0 ? undefined : fences.lines.get(row.steps.part);
    if (row.steps.hasFormulas) {
      const own = row.written?.start === start ? row.written : yield* ofRow(note, row, start);
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
    if (++count % AT_ONCE === 0) yield undefined;
  }
  return { formulas, spans, parsed };
}

function* ofRow(note: Note, row: Row, start: number): Generator<undefined, NonNullable<Row["written"]>> {
  const formulas: Formula[] = [];
  let spans = 0;
  let parsed = 0;
  let region: object | undefined;
  let whole = false;
  let behindGap = false;
  for (const [i, done] of row.done.entries()) {
    if (i % SENTENCES_AT_ONCE === SENTENCES_AT_ONCE - 1) yield undefined;
    if (done.step.region === undefined) continue;
    if (done.step.region !== region) {
      if (whole) parsed++;
      region = done.step.region;
      spans++;
      whole = true;
      behindGap = false;
    }
    const formula = formulaOf(note, done, start);
    if (formula === undefined) whole = false;
    else formulas.push(behindGap ? { ...formula, behindGap } : formula);
    behindGap = formula === undefined;
  }
  if (whole) parsed++;
  return (row.written = { start, formulas, spans, parsed });
}

/** The formula that a sentence was read as, its part beginning at `start`. */
function formulaOf(note: Note, done: Done, start: number): Formula | undefined {
  const { step, from, region } = done.step;
  const { result } = done.taken;
  if (step.kind !== "sentence" || region === undefined || result === undefined) return undefined;
  const { reading, spellings, rivals } = result;
  const known = (done.known ??= scopeOf(reading.own, note.knownAt(done.after)));
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
    scope: known.scope,
    guessed: known.guessed,
    basis: reading,
    region: { span: moved(region.span, start), display: region.display },
    consistent: reading.consistent,
    defines: reading.defines,
    ...(reading.indices.size === 0 ? {} : { indices: reading.indices }),
    ...(step.sentence.column === undefined ? {} : { column: step.sentence.column }),
    spellings,
    ...(rivals.length === 0 ? {} : { rivals }),
    ...(reading.unfit === undefined ? {} : { unfit: reading.unfit }),
    ...(reading.within === undefined ? {} : { within: reading.within }),
  };
}
