import { PersistentMap } from "../persistent";
import { sameValue } from "./same";

/** The state of a note at one place: the map at each index is the one that was enlisted as that. */
export type State = readonly PersistentMap<unknown>[];

/** One entry of a note's state. */
export interface Place {
  readonly map: number;
  readonly key: string;
}

/** Something written into the state; `undefined` removes it. */
export interface Write extends Place {
  readonly value: unknown;
}

/** What one step of reading looked at and did. */
export interface Trace {
  /** By the number of the map: keys whose values it depends on, without those that it had written itself. */
  readonly reads: ReadonlyMap<number, readonly string[]>;
  /** The numbers of maps that it looked at as a whole. */
  readonly readsAll: readonly number[];
  readonly writes: readonly Write[];
}

const NOTHING: Trace = { reads: new Map(), readsAll: [], writes: [] };

/**
 * The state of a note is kept in maps that notice what is read and written. What a sentence says depends on what it
 * read; where that is the same in the next version of the text, its result is taken over and its writes are done again,
 * without reading the formula anew.
 */
export class Journal {
  private readonly maps: Tracked<unknown>[] = [];
  private reads: Map<number, Set<string>> | undefined;
  private writes: Write[] = [];
  private written = new Set<string>();
  private readsAll: number[] = [];
  private saved: State | undefined;

  enlist(map: Tracked<unknown>): number {
    return this.maps.push(map) - 1;
  }

  noticeRead(map: number, key: string): void {
    if (this.reads === undefined) return;
    const keys = this.reads.get(map);
    if (keys?.has(key) === true || (this.written.size > 0 && this.written.has(`${map}:${key}`))) return;
    if (keys === undefined) this.reads.set(map, new Set([key]));
    else keys.add(key);
  }

  noticeAll(map: number): void {
    if (this.reads !== undefined && !this.readsAll.includes(map)) this.readsAll.push(map);
  }

  noticeWrite(map: number, key: string, value: unknown): void {
    this.saved = undefined;
    if (this.reads === undefined) return;
    // What it wrote itself is not what it depends on.
    this.written.add(`${map}:${key}`);
    this.writes.push({ map, key, value });
  }

  /** Does some work and keeps track of it. */
  record<R>(work: () => R): { readonly result: R; readonly trace: Trace } {
    this.reads = new Map();
    this.readsAll = [];
    this.writes = [];
    if (this.written.size > 0) this.written = new Set();
    try {
      const result = work();
      const reads = new Map([...this.reads].map(([map, keys]) => [map, [...keys]]));
      const { readsAll, writes } = this;
      const nothing = reads.size === 0 && readsAll.length === 0 && writes.length === 0;
      return { result, trace: nothing ? NOTHING : { reads, readsAll, writes } };
    } finally {
      this.reads = undefined;
    }
  }

  /** The state as it is now. */
  state(): State {
    return (this.saved ??= this.maps.map((m) => m.now));
  }

  /** Goes to a state of this note, or of an earlier version of it. */
  restore(state: State): void {
    if (this.saved === state) return;
    this.maps.forEach((m, i) => (m.now = state[i]!));
    this.saved = state;
  }

  /** Does writes again. */
  replay(writes: readonly Write[]): void {
    for (const w of writes) this.maps[w.map]!.set(w.key, w.value);
  }

  /** Whether all that some work looked at is what it was in another state. */
  isSameFor({ reads, readsAll }: Trace, before: State): boolean {
    if (this.state() === before) return true;
    if (readsAll.some((map) => this.maps[map]!.now !== before[map])) return false;
    for (const [map, keys] of reads) {
      const old = before[map]!;
      const { now } = this.maps[map]!;
      if (now !== old && !keys.every((key) => sameValue(now.get(key), old.get(key)))) return false;
    }
    return true;
  }

  /**
   * Which of some entries differ from what they were in another state. Where they say the same the very value of before
   * is taken over: from then on one look tells.
   */
  compare(before: State, places: Iterable<Place>): Place[] {
    const out: Place[] = [];
    for (const place of places) {
      const map = this.maps[place.map]!;
      const now = map.now.get(place.key);
      const old = before[place.map]!.get(place.key);
      if (now === old) continue;
      if (!sameValue(now, old)) out.push(place);
      else map.set(place.key, old);
    }
    return out;
  }

  /** Replaces the state by `before` with those entries changed that differ, and says which. */
  adopt(before: State): Place[] {
    const all: Place[] = [];
    this.maps.forEach((m, map) => {
      for (const key of new Set([...m.now.keys(), ...before[map]!.keys()])) all.push({ map, key });
    });
    const differing = this.compare(before, all);
    const writes = differing.map((p) => ({ ...p, value: this.maps[p.map]!.now.get(p.key) }));
    this.restore(before);
    this.replay(writes);
    return differing;
  }
}

/** A map of a note's state. Values are compared by identity. */
export class Tracked<V> {
  now = PersistentMap.empty<V>();
  readonly id: number;

  constructor(private readonly journal: Journal) {
    this.id = journal.enlist(this as Tracked<unknown>);
  }

  get(key: string): V | undefined {
    this.journal.noticeRead(this.id, key);
    return this.now.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** The map as it is in a state. */
  in(state: State): PersistentMap<V> {
    return state[this.id] as PersistentMap<V>;
  }

  /** Without being noticed. */
  peek(key: string): V | undefined {
    return this.now.get(key);
  }

  /** Everything. */
  all(): PersistentMap<V> {
    this.journal.noticeAll(this.id);
    return this.now;
  }

  /** Sets a value; `undefined` removes it. */
  set(key: string, value: V | undefined): void {
    this.journal.noticeWrite(this.id, key, value);
    this.now = value === undefined ? this.now.delete(key) : this.now.set(key, value);
  }

  delete(key: string): void {
    this.set(key, undefined);
  }
}
