/** A read-only map that is computed: what it holds is said by `get` and `entries`, the rest follows. */
export abstract class MapView<V> implements ReadonlyMap<string, V> {
  abstract get(key: string): V | undefined;
  abstract entries(): MapIterator<[string, V]>;

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  get size(): number {
    let n = 0;
    for (const _ of this.entries()) n++;
    return n;
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

/** A read-only set of names that is computed: what it holds is said by `has` and `values`, the rest follows. */
export abstract class SetView implements ReadonlySet<string> {
  abstract has(name: string): boolean;
  abstract values(): SetIterator<string>;

  get size(): number {
    let n = 0;
    for (const _ of this.values()) n++;
    return n;
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
