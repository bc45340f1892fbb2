import type { Sentence } from "../../language/latex/rows";
import type { Formula } from "../document";
import { Differences } from "./differences";
import type { Place, State } from "./journal";
import type { Note, Taken } from "./note";
import type { scopeOf } from "./scopes";
import { type PartSteps, type PlacedStep, sameStep } from "./steps";

/** A step that was taken, and what was known after it. */
export interface Done {
  readonly step: PlacedStep;
  readonly taken: Taken;
  readonly after: State;
  /** What a formula knows there, once that was asked for. */
  known?: ReturnType<typeof scopeOf>;
}

/** A part that was read. */
export interface Row {
  readonly steps: PartSteps;
  readonly done: readonly Done[];
  /** Its formulas where it stood last, once they were asked for. */
  written?: {
    readonly start: number;
    readonly formulas: readonly Formula[];
    /** Formulas of the text, and those that were read. */
    readonly spans: number;
    readonly parsed: number;
  };
}

/** A note that was read: what it began with, and what became of it. */
export interface ReadNote {
  readonly initial: State;
  readonly rows: readonly Row[];
}

/** Steps that are taken, and taken over, before others have their turn. */
const TAKEN_AT_ONCE = 4;
const TAKEN_OVER_AT_ONCE = 400;

/**
 * Reads a note from top to bottom. What an earlier version did is taken over for each step that does the same and whose
 * grounds are the same; behind the last edit, once all that is known is as it was, the rest is taken over as a whole.
 *
 * `note` stands at its beginning; `changed`: what is different there. Once so many parts are read (`handOut`) and others
 * are not, what is there so far is handed out.
 */
export function* reread(
  note: Note,
  parts: readonly PartSteps[],
  before: ReadNote | undefined,
  changed: readonly Place[],
  handOut = Infinity,
): Generator<readonly Row[] | undefined, readonly Row[]> {
  const old = before?.rows ?? [];
  const reader = new Rereader(note, before?.initial, changed);
  const rows: Row[] = [];
  const most = Math.min(parts.length, old.length);
  let head = 0;
  while (head < most && parts[head] === old[head]!.steps) head++;
  let tail = 0;
  while (tail < most - head && parts[parts.length - 1 - tail] === old[old.length - 1 - tail]!.steps) tail++;
  const places = placesOf(old.slice(head, old.length - tail), head);
  /** Where the part that is now number `i` was, not before `from`. */
  const was = (i: number, from: number): number | undefined =>
    places.get(parts[i]!)?.find((p) => p >= from) ??
    (i >= parts.length - tail && i + old.length - parts.length >= from ? i + old.length - parts.length : undefined);

  /** New parts up to `k`, old ones up to `j` have been gone through. */
  let k = 0;
  let j = 0;
  if (reader.isAsBefore) {
    for (; k < head; k++) rows.push(old[k]!);
    j = head;
    const last = rows.findLast((r) => r.done.length > 0);
    if (last !== undefined) reader.skipOver(last);
  }
  while (k < parts.length || j < old.length) {
    if (reader.isAsBefore && parts.length - k <= tail && parts.length - k === old.length - j) {
      for (; j < old.length; j++) rows.push(old[j]!);
      break;
    }
    const row = old[j];
    if (row !== undefined && parts[k] === row.steps) {
      k++;
      j++;
      if (reader.isAsBefore) {
        reader.skipOver(row);
        rows.push(row);
        if (reader.isTired()) yield undefined;
        continue;
      }
      const done: Done[] = [];
      for (const [i, step] of row.steps.steps.entries()) {
        done.push(reader.take(step, row.done[i]));
        if (reader.isTired()) yield undefined;
      }
      rows.push({ steps: row.steps, done });
      continue;
    }
    const { added, removed } = gap(parts.length, k, old.length, j, was);
    const gone = old.slice(j, j + removed).flatMap((r) => r.done);
    yield* readGap(reader, parts.slice(k, k + added), gone, function* (row) {
      rows.push(row);
      if (rows.length === handOut) yield rows.slice();
    });
    k += added;
    j += removed;
  }
  return rows;
}

/** Where in a note each part stands, the first of these being number `from`; the same text may stand in several places. */
function placesOf(rows: readonly Row[], from: number): ReadonlyMap<PartSteps, readonly number[]> {
  const out = new Map<PartSteps, number[]>();
  rows.forEach(({ steps }, i) => {
    const list = out.get(steps);
    if (list === undefined) out.set(steps, [from + i]);
    else list.push(from + i);
  });
  return out;
}

/** Parts that are looked through for one that was there before. */
const MOST_SOUGHT = 64;

/** How many parts were put in the place of how many others: up to the nearest that is in both. */
function gap(
  count: number,
  k: number,
  oldCount: number,
  j: number,
  was: (i: number, from: number) => number | undefined,
): { readonly added: number; readonly removed: number } {
  let best = { added: count - k, removed: oldCount - j };
  if (j >= oldCount) return best;
  for (let added = 0; k + added < count && added < Math.min(MOST_SOUGHT, best.added + best.removed); added++) {
    const at = was(k + added, j);
    if (at !== undefined && added + at - j < best.added + best.removed) best = { added, removed: at - j };
  }
  return best;
}

/** Reads parts that stand in the place of others; steps that both begin and end with are not taken anew. */
function* readGap(
  reader: Rereader,
  added: readonly PartSteps[],
  removed: readonly Done[],
  put: (row: Row) => Generator<readonly Row[] | undefined, void>,
): Generator<readonly Row[] | undefined, void> {
  const flat = added.flatMap((p) => p.steps);
  const count = flat.length;
  let same = 0;
  while (same < Math.min(count, removed.length) && sameStep(flat[same]!, removed[same]!.step)) same++;
  let sameEnd = 0;
  const left = Math.min(count, removed.length) - same;
  while (sameEnd < left && sameStep(flat[count - 1 - sameEnd]!, removed[removed.length - 1 - sameEnd]!.step)) sameEnd++;
  const gone = removed.slice(same, removed.length - sameEnd);
  let at = 0;
  for (const steps of added) {
    const done: Done[] = [];
    for (const step of steps.steps) {
      if (at === count - sameEnd) reader.leaveOut(gone);
      const from = at < same ? removed[at] : at >= count - sameEnd ? removed[removed.length - (count - at)] : undefined;
      done.push(reader.take(step, from, from === undefined));
      at++;
      if (reader.isTired()) yield undefined;
    }
    yield* put({ steps, done });
  }
  if (sameEnd === 0) reader.leaveOut(gone);
}

/** A sentence as it was read last, and what was known before it. */
interface ReadBefore {
  readonly step: PlacedStep;
  readonly taken: Taken;
  readonly state: State;
}

/** Takes steps one after the other and knows in what the note differs from what it was at the same place before. */
class Rereader {
  private readonly differing: Differences;
  /** Written since the two versions went apart. */
  private apart: Place[] = [];
  private taken = 0;
  private takenOver = 0;
  /** Formulas recur (`$x$`, the cells of a table); the same formulas share their sentences. */
  private readonly sentences = new Map<Sentence, ReadBefore>();

  constructor(
    private readonly note: Note,
    /** What was known at this place in the earlier version. */
    private before: State | undefined,
    changed: readonly Place[],
  ) {
    this.differing = new Differences(changed);
  }

  get isAsBefore(): boolean {
    return this.differing.isNone && this.before !== undefined;
  }

  /** Passes over a part where everything is as before. */
  skipOver(row: Row): void {
    const last = row.done.at(-1);
    if (last === undefined) return;
    this.takenOver++;
    this.before = last.after;
    this.note.goTo(last.after);
  }

  /** Takes a step; `old`: what became of it before. `isNew`: there is no such step in the earlier version. */
  take(step: PlacedStep, old: Done | undefined, isNew = false): Done {
    if (old !== undefined && !isNew && !this.differing.touch(old.taken.trace)) return this.takeOver(step, old);
    const taken = this.read(step);
    if (this.before === undefined) return { step, taken, after: this.note.place };
    if (old === undefined || isNew) this.apart.push(...taken.trace.writes);
    else this.compare(old.after, [...taken.trace.writes, ...old.taken.trace.writes]);
    return { step, taken, after: this.note.place };
  }

  /** Reads a step; what the same sentence said further up is said again where it rests on the same. */
  private read(step: PlacedStep): Taken {
    const { note } = this;
    const sentence = step.step.kind === "sentence" ? step.step.sentence : undefined;
    const known = sentence === undefined ? undefined : this.sentences.get(sentence);
    if (known !== undefined && sameStep(known.step, step) && note.restsOnTheSame(known.taken, known.state)) {
      this.takenOver++;
      note.retake(known.taken);
      return known.taken;
    }
    this.taken++;
    const state = note.place;
    const taken = note.take(step.step);
    if (sentence !== undefined) this.sentences.set(sentence, { step, taken, state });
    return taken;
  }

  private takeOver(step: PlacedStep, old: Done): Done {
    this.takenOver++;
    if (this.differing.isNone) {
      this.before = old.after;
      this.note.goTo(old.after);
      return old.step === step ? old : { step, taken: old.taken, after: old.after };
    }
    this.note.retake(old.taken);
    this.compare(
      old.after,
      old.taken.trace.writes.filter((w) => this.differing.has(w)),
    );
    return { step, taken: old.taken, after: this.note.place };
  }

  /** Passes over steps that are there no more: from here on both versions do the same again. */
  leaveOut(gone: readonly Done[]): void {
    if (this.before === undefined) return;
    const places = [...this.apart, ...gone.flatMap((d) => d.taken.trace.writes)];
    this.apart = [];
    this.compare(gone.at(-1)?.after ?? this.before, places);
  }

  /** Finds out in which of some entries, written since, the note differs from what it was. */
  private compare(before: State, places: readonly Place[]): void {
    this.before = before;
    this.differing.settle(places, this.note.differing(before, places));
  }

  /** Whether it is time to let others run. */
  isTired(): boolean {
    if (this.taken < TAKEN_AT_ONCE && this.takenOver < TAKEN_OVER_AT_ONCE) return false;
    this.taken = 0;
    this.takenOver = 0;
    return true;
  }
}
