import type { Formula } from "../document";
import type { Place, State, Trace } from "./journal";
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
  readonly circumstances: string;
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
  let head = 0;
  while (head < parts.length && head < old.length && parts[head] === old[head]!.steps) head++;
  let tail = 0;
  const most = Math.min(parts.length, old.length) - head;
  while (tail < most && parts[parts.length - 1 - tail] === old[old.length - 1 - tail]!.steps) tail++;

  const reader = new Rereader(note, before?.initial, changed);
  const rows: Row[] = [];
  const take = function* (steps: PartSteps, olds: readonly (Done | undefined)[]): Generator<undefined, void> {
    const done: Done[] = [];
    for (const [i, step] of steps.steps.entries()) {
      done.push(reader.take(step, olds[i]));
      if (reader.isTired()) yield undefined;
    }
    rows.push({ steps, done });
  };
  for (let k = 0; k < head; k++) {
    if (reader.isAsBefore) {
      rows.push(...old.slice(k, head));
      reader.skipOver(old.slice(k, head));
      break;
    }
    yield* take(parts[k]!, old[k]!.done);
  }

  const removed = old.slice(head, old.length - tail).flatMap((r) => r.done);
  const added = parts.slice(head, parts.length - tail);
  const count = added.reduce((n, p) => n + p.steps.length, 0);
  const flat = added.flatMap((p) => p.steps);
  let same = 0;
  while (same < Math.min(count, removed.length) && sameStep(flat[same]!, removed[same]!.step)) same++;
  let sameEnd = 0;
  const left = Math.min(count, removed.length) - same;
  while (sameEnd < left && sameStep(flat[count - 1 - sameEnd]!, removed[removed.length - 1 - sameEnd]!.step)) sameEnd++;
  let at = 0;
  const gone = removed.slice(same, removed.length - sameEnd);
  for (const part of added) {
    const done: Done[] = [];
    for (const step of part.steps) {
      if (at === count - sameEnd) reader.leaveOut(gone);
      const from = at < same ? removed[at] : at >= count - sameEnd ? removed[removed.length - (count - at)] : undefined;
      done.push(reader.take(step, from, from === undefined));
      at++;
      if (reader.isTired()) yield undefined;
    }
    rows.push({ steps: part, done });
    if (rows.length === handOut) yield rows.slice();
  }
  if (sameEnd === 0) reader.leaveOut(gone);

  for (let k = old.length - tail; k < old.length; k++) {
    if (reader.isAsBefore) {
      rows.push(...old.slice(k));
      break;
    }
    yield* take(old[k]!.steps, old[k]!.done);
  }
  return rows;
}

/** Takes steps one after the other and knows in what the note differs from what it was at the same place before. */
class Rereader {
  private differing: readonly Place[];
  /** Written since the two versions went apart. */
  private apart: Place[] = [];
  private taken = 0;
  private takenOver = 0;

  constructor(
    private readonly note: Note,
    /** What was known at this place in the earlier version. */
    private before: State | undefined,
    changed: readonly Place[],
  ) {
    this.differing = changed;
  }

  get isAsBefore(): boolean {
    return this.differing.length === 0 && this.before !== undefined;
  }

  skipOver(rows: readonly Row[]): void {
    const last = rows.findLast((r) => r.done.length > 0)?.done.at(-1);
    if (last === undefined) return;
    this.before = last.after;
    this.note.goTo(last.after);
  }

  /** Takes a step; `old`: what became of it before. `isNew`: there is no such step in the earlier version. */
  take(step: PlacedStep, old: Done | undefined, isNew = false): Done {
    if (old !== undefined && !isNew && !this.affects(old.taken.trace)) return this.takeOver(step, old);
    const taken = this.note.take(step.step);
    this.taken++;
    if (this.before === undefined) return { step, taken, after: this.note.place };
    if (old === undefined || isNew) this.apart.push(...taken.trace.writes);
    else this.compare(old.after, [...this.differing, ...taken.trace.writes, ...old.taken.trace.writes]);
    return { step, taken, after: this.note.place };
  }

  private takeOver(step: PlacedStep, old: Done): Done {
    this.takenOver++;
    if (this.differing.length === 0) {
      this.before = old.after;
      this.note.goTo(old.after);
      return old.step === step ? old : { step, taken: old.taken, after: old.after };
    }
    this.note.retake(old.taken);
    this.compare(old.after, this.differing);
    return { step, taken: old.taken, after: this.note.place };
  }

  /** Passes over steps that are there no more: from here on both versions do the same again. */
  leaveOut(gone: readonly Done[]): void {
    if (this.before === undefined) return;
    const places = [...this.differing, ...this.apart, ...gone.flatMap((d) => d.taken.trace.writes)];
    this.apart = [];
    this.compare(gone.at(-1)?.after ?? this.before, places);
  }

  private compare(before: State, places: readonly Place[]): void {
    this.before = before;
    const seen = new Set<string>();
    const once = places.filter(({ map, key }) => {
      const id = `${map}:${key}`;
      return !seen.has(id) && seen.add(id);
    });
    this.differing = this.note.differing(before, once);
  }

  private affects({ reads, readsAll }: Trace): boolean {
    if (this.differing.length === 0) return false;
    return readsAll || this.differing.some(({ map, key }) => reads.get(map)?.includes(key) === true);
  }

  /** Whether it is time to let others run. */
  isTired(): boolean {
    if (this.taken < TAKEN_AT_ONCE && this.takenOver < TAKEN_OVER_AT_ONCE) return false;
    this.taken = 0;
    this.takenOver = 0;
    return true;
  }
}
