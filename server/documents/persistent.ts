/** Leaves whose keys have the same hash hang on one another. */
interface Leaf<V> {
  readonly hash: number;
  readonly key: string;
  readonly value: V;
  /** When the key came in: iteration goes in this order. */
  readonly order: number;
  readonly next: Leaf<V> | undefined;
}

class Branch<V> {
  constructor(
    /** Which of the 32 children there are. */
    readonly bitmap: number,
    readonly children: readonly Node<V>[],
  ) {}
}

type Node<V> = Branch<V> | Leaf<V>;

/**
 * An immutable map from names: a changed copy shares with the original all but a few nodes. So every formula of a note
 * has its own view of what is known there, for next to nothing, and views of different versions of the note share what
 * is the same in them. A trie over the bits of a hash of the key, after Bagwell's "Ideal Hash Trees" (2001).
 */
export class PersistentMap<V> implements ReadonlyMap<string, V> {
  private sorted: readonly Leaf<V>[] | undefined;

  private constructor(
    private readonly root: Branch<V>,
    readonly size: number,
    private readonly nextOrder: number,
  ) {}

  static readonly EMPTY = new PersistentMap<never>(new Branch<never>(0, []), 0, 0);

  static empty<V>(): PersistentMap<V> {
    return PersistentMap.EMPTY as PersistentMap<unknown> as PersistentMap<V>;
  }

  get(key: string): V | undefined {
    return this.leaf(key)?.value;
  }

  has(key: string): boolean {
    return this.leaf(key) !== undefined;
  }

  private leaf(key: string): Leaf<V> | undefined {
    const hash = hashOf(key);
    let node = this.root;
    for (let shift = 0; ; shift += 5) {
      const bit = 1 << ((hash >>> shift) & 31);
      if ((node.bitmap & bit) === 0) return undefined;
      const child = node.children[countBits(node.bitmap & (bit - 1))]!;
      if (child instanceof Branch) {
        node = child;
        continue;
      }
      for (let leaf: Leaf<V> | undefined = child; leaf !== undefined; leaf = leaf.next)
        if (leaf.key === key) return leaf;
      return undefined;
    }
  }

  /** With a value set. A key that is there already keeps its place in the order. */
  set(key: string, value: V): PersistentMap<V> {
    const before = this.leaf(key);
    if (before !== undefined && before.value === value) return this;
    const leaf: Leaf<V> = {
      hash: hashOf(key),
      key,
      value,
      order: before?.order ?? this.nextOrder,
      next: undefined,
    };
    return new PersistentMap(
      withLeaf(this.root, 0, leaf),
      this.size + (before === undefined ? 1 : 0),
      this.nextOrder + (before === undefined ? 1 : 0),
    );
  }

  delete(key: string): PersistentMap<V> {
    if (!this.has(key)) return this;
    return new PersistentMap(without(this.root, 0, hashOf(key), key), this.size - 1, this.nextOrder);
  }

  /** Keys that another map has and this one not, or the other way round, or with another value: what both share is passed over. */
  differing(other: PersistentMap<V>): readonly string[] {
    const out: string[] = [];
    collectDiffering(this.root, other.root, out);
    return out;
  }

  /** All entries in the order in which their keys came in. */
  private leaves(): readonly Leaf<V>[] {
    if (this.sorted === undefined) {
      const out: Leaf<V>[] = [];
      const visit = (node: Branch<V>): void => {
        for (const child of node.children)
          if (child instanceof Branch) visit(child);
          else for (let leaf: Leaf<V> | undefined = child; leaf !== undefined; leaf = leaf.next) out.push(leaf);
      };
      visit(this.root);
      this.sorted = out.sort((a, b) => a.order - b.order);
    }
    return this.sorted;
  }

  *entries(): MapIterator<[string, V]> {
    for (const leaf of this.leaves()) yield [leaf.key, leaf.value];
  }

  *keys(): MapIterator<string> {
    for (const leaf of this.leaves()) yield leaf.key;
  }

  *values(): MapIterator<V> {
    for (const leaf of this.leaves()) yield leaf.value;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(f: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const leaf of this.leaves()) f(leaf.value, leaf.key, this);
  }
}

/** Puts the keys of leaves that are not in both of two nodes of one place of the trie. */
function collectDiffering<V>(a: Node<V> | undefined, b: Node<V> | undefined, out: string[]): void {
  if (a === b) return;
  if (a instanceof Branch && b instanceof Branch) {
    let [i, j] = [0, 0];
    for (let bits = a.bitmap | b.bitmap; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      const left = (a.bitmap & bit) === 0 ? undefined : a.children[i++];
      const right = (b.bitmap & bit) === 0 ? undefined : b.children[j++];
      collectDiffering(left, right, out);
    }
    return;
  }
  const right = new Map([...leavesOf(b)].map((leaf) => [leaf.key, leaf.value]));
  for (const { key, value } of leavesOf(a)) {
    if (right.get(key) !== value || !right.has(key)) out.push(key);
    right.delete(key);
  }
  out.push(...right.keys());
}

function* leavesOf<V>(node: Node<V> | undefined): Generator<Leaf<V>> {
  if (node instanceof Branch) for (const child of node.children) yield* leavesOf(child);
  else for (let leaf = node; leaf !== undefined; leaf = leaf.next) yield leaf;
}

function withLeaf<V>(node: Branch<V>, shift: number, leaf: Leaf<V>): Branch<V> {
  const bit = 1 << ((leaf.hash >>> shift) & 31);
  const at = countBits(node.bitmap & (bit - 1));
  const children = node.children.slice();
  if ((node.bitmap & bit) === 0) {
    children.splice(at, 0, leaf);
    return new Branch(node.bitmap | bit, children);
  }
  const child = node.children[at]!;
  children[at] = child instanceof Branch ? withLeaf(child, shift + 5, leaf) : joined(child, shift + 5, leaf);
  return new Branch(node.bitmap, children);
}

/** A leaf beside another in the same place: with the same hash they are linked, else they part further down. */
function joined<V>(old: Leaf<V>, shift: number, leaf: Leaf<V>): Node<V> {
  if (old.hash === leaf.hash) return { ...leaf, next: unlinked(old, leaf.key) };
  const branch = new Branch<V>(1 << ((old.hash >>> shift) & 31), [old]);
  return withLeaf(branch, shift, leaf);
}

function unlinked<V>(leaf: Leaf<V> | undefined, key: string): Leaf<V> | undefined {
  if (leaf === undefined) return undefined;
  return leaf.key === key ? leaf.next : { ...leaf, next: unlinked(leaf.next, key) };
}

function without<V>(node: Branch<V>, shift: number, hash: number, key: string): Branch<V> {
  const bit = 1 << ((hash >>> shift) & 31);
  const at = countBits(node.bitmap & (bit - 1));
  const child = node.children[at]!;
  const rest = child instanceof Branch ? without(child, shift + 5, hash, key) : unlinked(child, key);
  const children = node.children.slice();
  if (rest === undefined || (rest instanceof Branch && rest.bitmap === 0)) {
    children.splice(at, 1);
    return new Branch(node.bitmap & ~bit, children);
  }
  children[at] = rest;
  return new Branch(node.bitmap, children);
}

/** FNV-1a, with the bits mixed once more: names are short and differ in their last letters. */
function hashOf(key: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d) >>> 0;
}

function countBits(n: number): number {
  n -= (n >>> 1) & 0x55555555;
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
