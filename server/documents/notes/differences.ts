import type { Place, Trace } from "./journal";

/** The entries in which the state of a note is not what it was at the same place of the version before. */
export class Differences {
  /** By the number of the map. */
  private readonly keys = new Map<number, Set<string>>();

  constructor(places: readonly Place[]) {
    for (const place of places) this.add(place);
  }

  get isNone(): boolean {
    return this.keys.size === 0;
  }

  has({ map, key }: Place): boolean {
    return this.keys.get(map)?.has(key) === true;
  }

  /**
   * Some entries were looked at, and these of them differ. No others need be: what neither version has written differs
   * as it did.
   */
  settle(looked: readonly Place[], differing: readonly Place[]): void {
    for (const { map, key } of looked) {
      const keys = this.keys.get(map);
      if (keys?.delete(key) === true && keys.size === 0) this.keys.delete(map);
    }
    for (const place of differing) this.add(place);
  }

  /** Whether some work has looked at one of them. */
  touch({ reads, readsAll }: Trace): boolean {
    if (this.isNone) return false;
    if (readsAll.some((map) => this.keys.has(map))) return true;
    for (const [map, keys] of reads) {
      const differing = this.keys.get(map);
      if (differing !== undefined && keys.some((key) => differing.has(key))) return true;
    }
    return false;
  }

  private add({ map, key }: Place): void {
    const keys = this.keys.get(map);
    if (keys === undefined) this.keys.set(map, new Set([key]));
    else keys.add(key);
  }
}
