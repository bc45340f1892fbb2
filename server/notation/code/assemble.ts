import type { Dim } from "../../core/dimension";
import { isMatrix, type Shape } from "../../core/shape";
import type { ProductContext } from "./chain";
import { type Graph, type Node, numbers, rank } from "./ir";
import { aligned, contraction, type Factor, label, type Label } from "./tensor";
import { axes, dense, type Value } from "./value";

/**
 * A sum of products over indices as a value. The rows and the columns of a term may stand for several labels each, the
 * slow one first, as those of `kron` do; a label in both is a diagonal. What several such terms are added to is one
 * array: full terms as they are, the others into the blocks where they are not zero.
 */
export interface Term {
  readonly scale: Node;
  readonly factors: readonly Factor[];
  readonly rows: readonly Label[];
  readonly cols: readonly Label[];
}

/** Terms that have the same blocks, added up. */
interface Group {
  readonly negative: boolean;
  /** For every axis of the result the first axis with the same label. */
  readonly pattern: readonly number[];
  readonly node: Node;
  /** The axis of the result that each axis of the node stands for. */
  readonly axes: readonly number[];
}

/** How the attribute of an `assemble` node tells its groups. */
export interface Placement {
  readonly negative: boolean;
  readonly pattern: readonly number[];
  readonly axes: readonly number[];
}

/** The number of axes that make up the rows, and how each argument is placed. */
export function placements(n: Node): { rows: number; groups: readonly Placement[] } {
  const [rows, rest] = n.attr.split(":") as [string, string];
  const groups = rest.split(";").map((text) => {
    const [pattern, axes] = text.slice(1).split("=") as [string, string];
    return { negative: text.startsWith("-"), pattern: numbers(pattern), axes: numbers(axes) };
  });
  return { rows: Number(rows), groups };
}

export const isFullPattern = (pattern: readonly number[]): boolean => pattern.every((p, i) => p === i);

/** The value of a sum of terms; `undefined` where they do not have the same axes. */
export function assembled(
  ctx: ProductContext,
  terms: readonly Term[],
  shape: Shape,
  /** Terms that differ in one factor alone become one. */
  sumsFirst = true,
): Value | undefined {
  const g = ctx.graph;
  const first = terms[0]!;
  const key = (t: Term): string => [t.rows, t.cols].map((x) => x.map((l) => l.dim.key).join()).join("|");
  if (terms.some((t) => key(t) !== key(first))) return undefined;
  const groups = grouped(ctx, sumsFirst ? factored(ctx.graph, terms) : terms);
  const dims = [...first.rows, ...first.cols].map((l) => l.dim);
  if (first.rows.length <= 1 && first.cols.length <= 1) return plain(g, groups, dims, shape);
  const only = groups.length === 1 && first.rows.length === 2 ? blocksOf(g, groups[0]!, dims, shape) : undefined;
  if (only !== undefined) return only;
  const written = groups.map((x) => (isFullPattern(x.pattern) ? withAllAxes(g, x, dims) : x));
  const attr = written.map((x) => `${x.negative ? "-" : "+"}${x.pattern.join()}=${x.axes.join()}`).join(";");
  const node = g.make(
    "assemble",
    written.map((x) => x.node),
    axes(shape),
    { attr: `${first.rows.length}:${attr}`, dims },
  );
  return dense(node, shape);
}

/** Full terms first; terms in the same blocks are one. */
function grouped(ctx: ProductContext, terms: readonly Term[]): Group[] {
  const g = ctx.graph;
  const groups = new Map<string, { pattern: number[]; parts: { negative: boolean; node: Node; axes: number[] }[] }>();
  const patternOf = (t: Term): number[] => {
    const axes = [...t.rows, ...t.cols];
    return axes.map((l) => axes.indexOf(l));
  };
  const fullFirst = [...terms].sort(
    (a, b) => Number(isFullPattern(patternOf(b))) - Number(isFullPattern(patternOf(a))),
  );
  for (const t of fullFirst) {
    const axes = [...t.rows, ...t.cols];
    const pattern = patternOf(t);
    const out = axes.filter((l, i) => pattern[i] === i);
    const f = contraction(ctx, t.scale, t.factors, out);
    // What comes later may use what is there now.
    g.commit(f.node);
    const key = pattern.join();
    if (!groups.has(key)) groups.set(key, { pattern, parts: [] });
    groups.get(key)!.parts.push({ negative: f.negative, node: f.node, axes: f.labels.map((l) => axes.indexOf(l)) });
  }
  const joined = [...groups.values()].map(({ pattern, parts }): Group => {
    const [one] = parts;
    if (parts.length === 1) return { negative: one!.negative, pattern, node: one!.node, axes: one!.axes };
    const union = pattern.map((_, i) => i).filter((i) => parts.some((p) => p.axes.includes(i)));
    // Labels anew: the positions are what the parts have in common.
    const dims = [...terms[0]!.rows, ...terms[0]!.cols].map((l) => l.dim);
    const labels = union.map((i) => label(dims[i]!));
    const ordered = [...parts].sort((a, b) => Number(a.negative) - Number(b.negative));
    const negative = ordered[0]!.negative;
    const node = ordered
      .map((p) => {
        const f = { node: p.node, labels: p.axes.map((a) => labels[union.indexOf(a)]!) };
        return { negative: p.negative !== negative, node: aligned(g, f, labels) };
      })
      .reduce<Node | undefined>(
        (sum, p) => (sum === undefined ? p.node : p.negative ? g.sub(sum, p.node) : g.add(sum, p.node)),
        undefined,
      )!;
    return { negative, pattern, node, axes: rank(node) === 0 ? [] : union };
  });
  return joined;
}

/** Terms that differ in one factor alone as one term: `u_i*x_i*x_i' - v_i*x_i*x_i'`. */
function factored(g: Graph, terms: readonly Term[]): readonly Term[] {
  const out: Term[] = [];
  for (const t of terms) {
    const at = out.findIndex((o) => joinedInOne(g, o, t) !== undefined);
    if (at < 0) out.push(t);
    else out[at] = joinedInOne(g, out[at]!, t)!;
  }
  return out;
}

function joinedInOne(g: Graph, s: Term, t: Term): Term | undefined {
  if (s.factors.length !== t.factors.length || s.factors.length === 0) return undefined;
  const [x, y] = [named(s), named(t)];
  if (x.sides !== y.sides) return undefined;
  const rest = [...y.keys];
  const alone: number[] = [];
  x.keys.forEach((k, i) => {
    const j = rest.indexOf(k);
    if (j < 0) alone.push(i);
    else rest[j] = "";
  });
  const other = rest.findIndex((k) => k !== "");
  if (alone.length !== 1 || other < 0) return undefined;
  const [a, b] = [s.factors[alone[0]!]!, t.factors[other]!];
  const order = b.labels.map((l) => x.labelOf.get(y.nameOf.get(l)!));
  if (order.length !== a.labels.length || !order.every((l) => l !== undefined && a.labels.includes(l)))
    return undefined;
  const turned = aligned(g, { node: b.node, labels: order as Label[] }, a.labels);
  const same = s.scale === t.scale;
  const opposite = s.scale === g.neg(t.scale);
  const [p, q] = same || opposite ? [a.node, turned] : [g.mul(s.scale, a.node), g.mul(t.scale, turned)];
  const factor: Factor = { node: opposite ? g.sub(p, q) : g.add(p, q), labels: a.labels };
  return {
    ...s,
    scale: same || opposite ? s.scale : g.number(1),
    factors: s.factors.map((f, i) => (i === alone[0] ? factor : f)),
  };
}

/** Labels by where they stand, so that terms can be compared: sides by their place, others in their order. */
function named(t: Term): {
  sides: string;
  keys: string[];
  nameOf: ReadonlyMap<Label, string>;
  labelOf: ReadonlyMap<string, Label>;
} {
  const nameOf = new Map<Label, string>();
  const labelOf = new Map<string, Label>();
  const give = (l: Label, name: string): void => {
    if (nameOf.has(l)) return;
    nameOf.set(l, name);
    labelOf.set(name, l);
  };
  const sides = [...t.rows, ...t.cols];
  sides.forEach((l, i) => give(l, `side ${i}`));
  for (const f of t.factors) for (const l of f.labels) give(l, `${l.dim.key} ${nameOf.size}`);
  return {
    sides: sides.map((l) => nameOf.get(l)).join(),
    keys: t.factors.map((f) => `${f.node.id}: ${f.labels.map((l) => nameOf.get(l)).join()}`),
    nameOf,
    labelOf,
  };
}

const signed = (g: Graph, x: Group): Node => (x.negative ? g.neg(x.node) : x.node);

/** A scalar, a vector or a matrix with one label a side. */
function plain(g: Graph, groups: readonly Group[], dims: readonly Dim[], shape: Shape): Value {
  const full = groups.find((x) => isFullPattern(x.pattern));
  const diagonal = groups.find((x) => !isFullPattern(x.pattern));
  const labels = dims.map(label);
  const node = full && aligned(g, { node: signed(g, full), labels: full.axes.map((a) => labels[a]!) }, labels);
  if (diagonal === undefined) return dense(node!, shape);
  const entries = signed(g, diagonal);
  if (node === undefined) return { kind: "diagonal", node: entries, shape };
  const whole = isMatrix(shape) ? g.spread(node, [shape.rows, shape.cols]) : node;
  return dense(g.make("addDiagonal", [whole, entries], [shape.rows, shape.cols]), shape);
}

/** One group with an identity on one side is a Kronecker product; with diagonals on both, a diagonal. */
function blocksOf(g: Graph, x: Group, dims: readonly Dim[], shape: Shape): Value | undefined {
  if (x.pattern.length !== 4) return undefined;
  const [a, b, c, d] = x.pattern as [number, number, number, number];
  const [left, right] = [c === a, d === b];
  if (left && right && a === 0 && b === 1) {
    if (x.axes.length < 2 && rank(x.node) > 0) return undefined;
    const node = rank(x.node) === 0 ? x.node : g.make("merge", [inOrder(g, x)], [shape.rows], { range: x.node.range });
    return { kind: "diagonal", node: x.negative ? g.neg(node) : node, shape };
  }
  const side = left && b === 1 && d === 3 ? [1, 3] : right && a === 0 && c === 2 ? [0, 2] : undefined;
  if (side === undefined || x.axes.length !== 2 || !side.every((i) => x.axes.includes(i))) return undefined;
  const block = dense(inOrder(g, x), { rows: dims[side[0]!]!, cols: dims[side[1]!]! });
  const at = left ? 0 : 1;
  const eye: Value = { kind: "diagonal", node: g.number(1), shape: { rows: dims[at]!, cols: dims[at]! } };
  const scale = g.number(x.negative ? -1 : 1);
  return left
    ? { kind: "kronecker", scale, left: eye, right: block, shape }
    : { kind: "kronecker", scale, left: block, right: eye, shape };
}

/** A matrix with its axes in the order of the result. */
const inOrder = (g: Graph, x: Group): Node =>
  x.axes.length === 2 && x.axes[0]! > x.axes[1]! ? g.transpose(x.node) : x.node;

/** Axes along which a full term is constant are written out. */
function withAllAxes(g: Graph, x: Group, dims: readonly Dim[]): Group {
  const missing = dims.map((_, i) => i).filter((i) => !x.axes.includes(i));
  if (missing.length === 0) return x;
  const labels = dims.map(label);
  let factor: Factor = { node: x.node, labels: x.axes.map((a) => labels[a]!) };
  for (const i of missing) {
    const target = labels.filter((l) => factor.labels.includes(l) || l === labels[i]);
    const ones: Factor = { node: g.full(1, [dims[i]!]), labels: [labels[i]!] };
    factor = { node: g.make("mul", [aligned(g, ones, target), aligned(g, factor, target)], target.map((l) => l.dim)), labels: target }; // prettier-ignore
  }
  return { ...x, node: factor.node, axes: factor.labels.map((l) => labels.indexOf(l)) };
}
