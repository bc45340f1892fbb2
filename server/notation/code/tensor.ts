import { type Dim, ONE } from "../../core/dimension";
import { newCost } from "./cost";
import type { ProductContext } from "./chain";
import { type Graph, isNegative, isNumber, type Node, rank } from "./ir";

/**
 * Sums of products over indices: factors whose axes carry labels, labels that remain, and all others summed over. Such
 * a sum is computed two factors at a time, in the order that costs least; a pair is a product entry by entry, or a
 * product of matrices.
 */

/** One index; two axes with the same label run together. Labels are told apart by identity. */
export interface Label {
  readonly dim: Dim;
  /** The index of a sum: it stays, whatever other label it runs together with. */
  readonly index?: true;
}

/** An array and the label of each axis. */
export interface Factor {
  readonly node: Node;
  readonly labels: readonly Label[];
}

export const label = (dim: Dim): Label => ({ dim });

/** The letters of labels in the notation of `einsum`. */
export function letters(lists: readonly (readonly Label[])[]): string[] {
  const known: Label[] = [];
  return lists.map((list) =>
    list
      .map((l) => {
        if (!known.includes(l)) known.push(l);
        return String.fromCharCode(97 + known.indexOf(l));
      })
      .join(""),
  );
}

/** The array with the axes in the order of `target`; axes that it lacks have length one, or stand in front of none. */
export function aligned(g: Graph, f: Factor, target: readonly Label[]): Node {
  const present = target.filter((l) => f.labels.includes(l));
  const node = permuted(g, f, present);
  if (present.length === target.length || present.length === 0) return node;
  if (target.length === 2) return present[0] === target[0] ? g.asColumn(node) : g.asRow(node);
  return g.make(
    "hold",
    [node],
    target.map((l) => (present.includes(l) ? l.dim : ONE)),
    { attr: target.map((l) => (present.includes(l) ? ":" : "1")).join(), range: node.range },
  );
}

function permuted(g: Graph, f: Factor, order: readonly Label[]): Node {
  const axes = order.map((l) => f.labels.indexOf(l));
  if (axes.every((a, i) => a === i)) return f.node;
  if (axes.length === 2) return g.transpose(f.node);
  return g.make(
    "permute",
    [f.node],
    order.map((l) => l.dim),
    { attr: axes.join(), range: f.node.range },
  );
}

/** Axes of one factor that run together, as its diagonal. */
function withoutRepeats(g: Graph, f: Factor): readonly Factor[] {
  const repeated = f.labels.findIndex((l, i) => f.labels.indexOf(l) !== i);
  if (repeated < 0) return [f];
  const dim = f.labels[repeated]!.dim;
  if (rank(f.node) === 2)
    return [{ node: g.make("diagonal", [f.node], [dim], { range: f.node.range }), labels: f.labels.slice(0, 1) }];
  const fresh = label(dim);
  const eye = g.make("eye", [], [dim, dim], { dims: [dim], range: [0, 1] });
  return [
    { node: eye, labels: [f.labels[repeated]!, fresh] },
    ...withoutRepeats(g, { node: f.node, labels: f.labels.map((l, i) => (i === repeated ? fresh : l)) }),
  ];
}

/** One factor, summed over what nobody else needs. */
function summed(g: Graph, f: Factor, kept: ReadonlySet<Label>): Factor {
  const gone = f.labels.filter((l) => !kept.has(l));
  if (gone.length === 0) return f;
  const labels = f.labels.filter((l) => kept.has(l));
  if (rank(f.node) <= 2 && labels.length === 0) return { node: g.sum(f.node), labels };
  if (rank(f.node) === 2) return { node: gone[0] === f.labels[1] ? g.rowSums(f.node) : g.columnSums(f.node), labels };
  const attr = gone.map((l) => f.labels.indexOf(l)).join();
  return { node: g.make("sumAxes", [f.node], labels.map((l) => l.dim), { attr }), labels }; // prettier-ignore
}

/** The product of two factors, summed over the labels of both that are not kept. */
function combined(g: Graph, a: Factor, b: Factor, kept: ReadonlySet<Label>, wanted: readonly Label[]): Factor {
  const both = a.labels.filter((l) => b.labels.includes(l));
  const gone = both.filter((l) => !kept.has(l));
  const [freeA, freeB] = [a.labels, b.labels].map((x) => x.filter((l) => !both.includes(l))) as [Label[], Label[]];
  if (gone.length === 0) {
    // The axes of the larger array first, so that the smaller one is broadcast.
    const union = b.labels.length > a.labels.length ? [...b.labels, ...freeA] : [...a.labels, ...freeB];
    const labels = wanted.length === union.length && union.every((l) => wanted.includes(l)) ? wanted : union;
    if (labels.length === 2 && a.labels.length === 1 && b.labels.length === 1) {
      const [x, y] = a.labels[0] === labels[0] ? [a.node, b.node] : [b.node, a.node];
      return { node: g.outer(x, y), labels };
    }
    return { node: g.mul(aligned(g, a, labels), aligned(g, b, labels)), labels };
  }
  if (both.length === gone.length) return contracted(g, a, b, gone, freeA, freeB);
  const batch = both.filter((l) => kept.has(l));
  const labels = [...batch, ...freeA, ...freeB];
  const [x, y, out] = letters([a.labels, b.labels, labels]);
  const shape = labels.map((l) => l.dim);
  return { node: g.make("batched", [a.node, b.node], shape, { attr: `${x},${y}->${out}` }), labels };
}

/** A product of matrices, of whatever axes: labels of both are summed over. */
function contracted(
  g: Graph,
  a: Factor,
  b: Factor,
  gone: readonly Label[],
  freeA: readonly Label[],
  freeB: readonly Label[],
): Factor {
  const labels = [...freeA, ...freeB];
  const [ra, rb] = [rank(a.node), rank(b.node)];
  const [l] = gone as [Label];
  // One spelling, whichever way round the factors come.
  if (rb > ra && (freeA.length === 0 || freeB.length === 0)) {
    const order = b.labels.filter((x) => gone.includes(x));
    return contracted(g, b, a, order, freeB, freeA);
  }
  if (ra <= 2 && rb <= 2) {
    const left = (): Node => permuted(g, a, [...freeA, l]);
    const right = (): Node => permuted(g, b, [l, ...freeB]);
    if (gone.length === 2) return { node: g.inner(a.node, permuted(g, b, a.labels)), labels };
    if (ra === 1 && rb === 1) return { node: g.dot(a.node, b.node), labels };
    if (rb === 1) return { node: g.matvec(left(), b.node), labels };
    if (ra === 1) return { node: g.matvec(permuted(g, b, [...freeB, l]), a.node), labels };
    return { node: g.matmul(left(), right()), labels };
  }
  const axes = (f: Factor): string => gone.map((x) => f.labels.indexOf(x)).join();
  const shape = labels.map((x) => x.dim);
  return { node: g.make("contract", [a.node, b.node], shape, { attr: `${axes(a)}|${axes(b)}` }), labels };
}

/** So many factors are tried in every order. */
const EXACT = 7;

/** The sum of products with the labels of `out` left, in the cheapest order; `negative` where a minus was taken out. */
export function contraction(
  ctx: ProductContext,
  scale: Node,
  factors: readonly Factor[],
  out: readonly Label[],
): Factor & { readonly negative: boolean } {
  const g = ctx.graph;
  const minus = isNegative(scale);
  const size = minus ? g.neg(scale) : scale;
  const list = factors.flatMap((f) => withoutRepeats(g, f));
  if (!isNumber(size, 1) || list.length === 0) list.push({ node: size, labels: [] });
  const plain = cheapest(ctx, list, out);
  const halved = inHalves(ctx, list, out);
  if (halved !== undefined && cost(ctx, halved.node) < 0.95 * cost(ctx, plain.node))
    return { ...halved, negative: minus !== halved.negative };
  return { ...plain, negative: minus };
}

const present = (out: readonly Label[], f: Factor): readonly Label[] => out.filter((l) => f.labels.includes(l));

const cost = (ctx: ProductContext, n: Node): number => newCost(ctx.graph, [n], ctx.sizes);

/** A weight of one sign by its root on either side, where the two sides then are one array: Z'Z costs half. */
function inHalves(
  ctx: ProductContext,
  list: readonly Factor[],
  out: readonly Label[],
): (Factor & { readonly negative: boolean }) | undefined {
  if (!ctx.symmetricProducts || list.length > EXACT) return undefined;
  const g = ctx.graph;
  const weights = list.filter((f) => f.labels.length > 0 && !f.labels.some((l) => out.includes(l)));
  const rest = list.filter((f) => !weights.includes(f));
  const [first] = weights;
  if (first === undefined || rest.length % 2 === 1) return undefined;
  if (weights.some((f) => f.labels.length !== 1 || f.labels[0] !== first.labels[0])) return undefined;
  const weight = weights.map((f) => f.node).reduce((x, y) => g.mul(x, y));
  const negative = weight.range[0] < 0;
  if (negative && weight.range[1] > 0) return undefined;
  const root: Factor = { node: g.fn("sqrt", negative ? g.neg(weight) : weight), labels: first.labels };
  return { ...cheapest(ctx, [root, root, ...rest], out), negative };
}

/** By dynamic programming over the sets of factors; long products take the cheapest pair each time. */
function cheapest(ctx: ProductContext, list: readonly Factor[], out: readonly Label[]): Factor {
  const g = ctx.graph;
  const keptBy = (outside: readonly Factor[]): Set<Label> => new Set([...out, ...outside.flatMap((f) => f.labels)]);
  if (list.length > EXACT) {
    let rest = list.map((f, i) => summed(g, f, keptBy(list.filter((_, j) => j !== i))));
    while (rest.length > 1) {
      let best: { pair: Factor; others: Factor[] } | undefined;
      for (let i = 0; i < rest.length; i++)
        for (let j = i + 1; j < rest.length; j++) {
          const others = rest.filter((_, k) => k !== i && k !== j);
          const pair = combined(g, rest[i]!, rest[j]!, keptBy(others), others.length === 0 ? out : []);
          if (best === undefined || cost(ctx, pair.node) < cost(ctx, best.pair.node)) best = { pair, others };
        }
      rest = [...best!.others, best!.pair];
    }
    return rest[0]!;
  }
  const all = 2 ** list.length - 1;
  const best = new Map<number, Factor>();
  const inside = (mask: number): Factor[] => list.filter((_, i) => (mask & (1 << i)) !== 0);
  for (let mask = 1; mask <= all; mask++) {
    const members = inside(mask);
    const kept = keptBy(inside(all ^ mask));
    if (members.length === 1) {
      best.set(mask, summed(g, members[0]!, kept));
      continue;
    }
    const lowest = mask & -mask;
    let least = Infinity;
    for (let part = (mask - 1) & mask; part > 0; part = (part - 1) & mask) {
      if ((part & lowest) === 0) continue;
      const found = combined(g, best.get(part)!, best.get(mask ^ part)!, kept, mask === all ? out : []);
      // Axes that have to be turned around cost a copy.
      const turned = mask === all && found.labels.some((l, i) => l !== present(out, found)[i]);
      const c = cost(ctx, found.node) + (turned ? found.labels.reduce((p, l) => p * ctx.sizes(l.dim), 1) : 0);
      if (c < least * 0.999) {
        least = c;
        best.set(mask, found);
      }
    }
  }
  return best.get(all)!;
}
