/**
 * Remembering what was worked out: the state of a note is kept in maps that notice what is read and written. What a
 * sentence says depends on what it read; where that is the same in the next version of the text, its result is taken
 * over and its writes are done again, without reading the formula anew.
 */
export interface Entry<R> {
  readonly reads: readonly { readonly map: number; readonly key: string; readonly value: unknown }[];
  readonly writes: readonly { readonly map: number; readonly key: string; readonly value: unknown }[];
  /** What it depends on beside the maps. */
  readonly circumstances: string;
  readonly result: R;
}

/** Runs of the same sentence that are kept: it may occur at several places of a text. */
const MOST_ENTRIES = 8;

export class Journal {
  private readonly maps: Tracked<unknown>[] = [];
  private reads: { map: number; key: string; value: unknown }[] | undefined;
  private writes: { map: number; key: string; value: unknown }[] = [];
  private known = new Set<string>();

  enlist(map: Tracked<unknown>): number {
    return this.maps.push(map) - 1;
  }

  noticeRead(map: number, key: string, value: unknown): void {
    if (this.reads === undefined) return;
    const id = `${map}:${key}`;
    if (this.known.has(id)) return;
    this.known.add(id);
    this.reads.push({ map, key, value });
  }

  noticeWrite(map: number, key: string, value: unknown): void {
    if (this.reads === undefined) return;
    // What it wrote itself is not what it depends on.
    this.known.add(`${map}:${key}`);
    this.writes.push({ map, key, value });
  }

  /** The result of `work`, or what it was the last time in the same circumstances. */
  remember<R>(store: WeakMap<object, Entry<R>[]>, about: object, circumstances: string, work: () => R): R {
    const entries = store.get(about);
    if (entries !== undefined)
      for (const e of entries) {
        if (e.circumstances !== circumstances || !e.reads.every((r) => this.maps[r.map]!.peek(r.key) === r.value))
          continue;
        for (const w of e.writes) this.maps[w.map]!.set(w.key, w.value);
        if (entries[0] !== e) {
          entries.splice(entries.indexOf(e), 1);
          entries.unshift(e);
        }
        return e.result;
      }
    this.reads = [];
    this.writes = [];
    this.known = new Set();
    let result: R;
    let entry: Entry<R>;
    try {
      result = work();
      entry = { reads: this.reads, writes: this.writes, circumstances, result };
    } finally {
      this.reads = undefined;
    }
    if (entries === undefined) store.set(about, [entry]);
    else {
      entries.unshift(entry);
      if (entries.length > MOST_ENTRIES) entries.pop();
    }
    return result;
  }
}

/** A map of a note's state. Values are compared by identity. */
export class Tracked<V> {
  private readonly map = new Map<string, V>();
  private readonly id: number;

  constructor(
    private readonly journal: Journal,
    /** Told of every change. */
    private readonly changed?: (key: string, value: V | undefined) => void,
  ) {
    this.id = journal.enlist(this as Tracked<unknown>);
  }

  get(key: string): V | undefined {
    const value = this.map.get(key);
    this.journal.noticeRead(this.id, key, value);
    return value;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Without being noticed. */
  peek(key: string): V | undefined {
    return this.map.get(key);
  }

  /** Everything, without being noticed. */
  all(): [string, V][] {
    return [...this.map];
  }

  /** Sets a value; `undefined` removes it. */
  set(key: string, value: V | undefined): void {
    this.journal.noticeWrite(this.id, key, value);
    if (value === undefined) this.map.delete(key);
    else this.map.set(key, value);
    this.changed?.(key, value);
  }

  delete(key: string): void {
    this.set(key, undefined);
  }
}
