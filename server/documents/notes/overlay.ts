import { MapView, SetView } from "../views";

/** A map seen with some of its entries replaced (or, with `undefined`, gone). */
export class Overlay<V> extends MapView<V> {
  constructor(
    private readonly below: ReadonlyMap<string, V>,
    private readonly above: ReadonlyMap<string, V | undefined>,
  ) {
    super();
  }

  get(key: string): V | undefined {
    return this.above.has(key) ? this.above.get(key) : this.below.get(key);
  }

  *entries(): MapIterator<[string, V]> {
    for (const [key, value] of this.above) if (value !== undefined) yield [key, value];
    for (const entry of this.below) if (!this.above.has(entry[0])) yield entry;
  }
}

/** The names of a map whose values are such. */
export class NamesWhere<V> extends SetView {
  constructor(
    private readonly map: ReadonlyMap<string, V>,
    private readonly isSuch: (value: V) => boolean,
    private readonly more: ReadonlySet<string>,
  ) {
    super();
  }

  has(name: string): boolean {
    if (this.more.has(name)) return true;
    const value = this.map.get(name);
    return value !== undefined && this.isSuch(value);
  }

  *values(): SetIterator<string> {
    yield* this.more;
    for (const [name, value] of this.map) if (this.isSuch(value) && !this.more.has(name)) yield name;
  }
}
