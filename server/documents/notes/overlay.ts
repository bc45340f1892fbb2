/** A map seen with some of its entries replaced (or, with `undefined`, gone). */
export class Overlay<V> implements ReadonlyMap<string, V> {
  constructor(
    private readonly below: ReadonlyMap<string, V>,
    private readonly above: ReadonlyMap<string, V | undefined>,
  ) {}

  get(key: string): V | undefined {
    return this.above.has(key) ? this.above.get(key) : this.below.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  get size(): number {
    let n = 0;
    for (const _ of this.keys()) n++;
    return n;
  }

  *entries(): MapIterator<[string, V]> {
    for (const [key, value] of this.above) if (value !== undefined) yield [key, value];
    for (const entry of this.below) if (!this.above.has(entry[0])) yield entry;
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

/** The names of a map whose values are such. */
export class NamesWhere<V> implements ReadonlySet<string> {
  constructor(
    private readonly map: ReadonlyMap<string, V>,
    private readonly isSuch: (value: V) => boolean,
    private readonly more: ReadonlySet<string>,
  ) {}

  has(name: string): boolean {
    if (this.more.has(name)) return true;
    const value = this.map.get(name);
    return value !== undefined && this.isSuch(value);
  }

  get size(): number {
    let n = 0;
    for (const _ of this.values()) n++;
    return n;
  }

  *values(): SetIterator<string> {
    yield* this.more;
    for (const [name, value] of this.map) if (this.isSuch(value) && !this.more.has(name)) yield name;
  }

  keys(): SetIterator<string> {
    return this.values();
  }

  *entries(): SetIterator<[string, string]> {
    for (const name of this.values()) yield [name, name];
  }

  [Symbol.iterator](): SetIterator<string> {
    return this.values();
  }

  forEach(f: (value: string, key: string, set: ReadonlySet<string>) => void): void {
    for (const name of this.values()) f(name, name, this);
  }
}
