/**
 * A map that grows as a document is read from top to bottom, seen as it was at any moment. All moments share one
 * store, so that thousands of scopes cost what one does.
 */
export class History<V> {
  private readonly versions = new Map<string, { readonly at: number; readonly value: V | undefined }[]>();
  private now = 0;

  /** Sets a value from here on; `undefined` removes it. */
  set(key: string, value: V | undefined): void {
    this.now++;
    const list = this.versions.get(key);
    if (list === undefined) this.versions.set(key, [{ at: this.now, value }]);
    else list.push({ at: this.now, value });
  }

  /** The map as it is now, whatever is set later. */
  view(): ReadonlyMap<string, V> {
    return new View(this.versions, this.now);
  }
}

type Versions<V> = ReadonlyMap<string, readonly { readonly at: number; readonly value: V | undefined }[]>;

class View<V> implements ReadonlyMap<string, V> {
  constructor(
    private readonly versions: Versions<V>,
    private readonly moment: number,
  ) {}

  get(key: string): V | undefined {
    const list = this.versions.get(key);
    if (list === undefined) return undefined;
    // The last version that is not later than this moment.
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle]!.at <= this.moment) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : list[low - 1]!.value;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  get size(): number {
    let n = 0;
    for (const key of this.versions.keys()) if (this.has(key)) n++;
    return n;
  }

  *entries(): MapIterator<[string, V]> {
    for (const key of this.versions.keys()) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(f: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) f(value, key, this);
  }
}

/** A set seen in the same way. */
export class SetHistory {
  private readonly members = new Map<string, number>();

  add(member: string): void {
    if (!this.members.has(member)) this.members.set(member, this.members.size);
  }

  view(): ReadonlySet<string> {
    return new SetView(this.members, this.members.size);
  }
}

class SetView implements ReadonlySet<string> {
  constructor(
    private readonly members: ReadonlyMap<string, number>,
    readonly size: number,
  ) {}

  has(member: string): boolean {
    const at = this.members.get(member);
    return at !== undefined && at < this.size;
  }

  *values(): SetIterator<string> {
    for (const [member, at] of this.members) if (at < this.size) yield member;
  }

  keys(): SetIterator<string> {
    return this.values();
  }

  *entries(): SetIterator<[string, string]> {
    for (const member of this.values()) yield [member, member];
  }

  [Symbol.iterator](): SetIterator<string> {
    return this.values();
  }

  forEach(f: (value: string, key: string, set: ReadonlySet<string>) => void): void {
    for (const member of this.values()) f(member, member, this);
  }
}
