import { MapView, SetView } from "./views";

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
    return new PastMap(this.versions, this.now);
  }
}

type Versions<V> = ReadonlyMap<string, readonly { readonly at: number; readonly value: V | undefined }[]>;

class PastMap<V> extends MapView<V> {
  constructor(
    private readonly versions: Versions<V>,
    private readonly moment: number,
  ) {
    super();
  }

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

  *entries(): MapIterator<[string, V]> {
    for (const key of this.versions.keys()) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }
}

/** A set seen in the same way. */
export class SetHistory {
  private readonly members = new Map<string, number>();

  add(member: string): void {
    if (!this.members.has(member)) this.members.set(member, this.members.size);
  }

  view(): ReadonlySet<string> {
    return new PastSet(this.members, this.members.size);
  }
}

class PastSet extends SetView {
  constructor(
    private readonly members: ReadonlyMap<string, number>,
    private readonly count: number,
  ) {
    super();
  }

  override get size(): number {
    return this.count;
  }

  has(member: string): boolean {
    const at = this.members.get(member);
    return at !== undefined && at < this.count;
  }

  *values(): SetIterator<string> {
    for (const [member, at] of this.members) if (at < this.count) yield member;
  }
}
