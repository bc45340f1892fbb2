import { children, type Expr } from "../../core/ast";
import { spend } from "../../core/budget";
import { type Dim, dimEqual, dimMul } from "../../core/dimension";
import { familyMember, type Scope } from "../../core/scope";
import { isColumn, isMatrix, isRow, isScalar, SCALAR, type Shape } from "../../core/shape";
import { dimensionOf } from "../../language/dimensionOf";
import { operator } from "../../operators";
import { type ShapeOf, shapesIn } from "../kinds";
import { assembled, type Term } from "./assemble";
import type { ProductContext } from "./chain";
import { newCost } from "./cost";
import { type Node, rank } from "./ir";
import { aligned, contraction, type Factor, label, type Label } from "./tensor";
import { asNode, axes, full, type Value } from "./value";

/** What is asked of the lowering: formulas that depend on no index, as values. */
export interface Outside {
  readonly products: ProductContext;
  readonly scope: Scope;
  readonly lower: (e: Expr) => Value;
  readonly shapeOf: ShapeOf;
}

/** Not a sum of products over indices, as far as this reader knows. */
class Unreadable extends Error {}

/** Multiplied out only so far. */
const MOST_TERMS = 24;

/**
 * Formulas with sums over an index or Kronecker products as sums of products whose factors carry labels: what runs
 * with the index has one axis more, and functions of each entry are taken of the whole array. `undefined` where the
 * formula has another form.
 */
export function indexedValue(outside: Outside, e: Expr): Value | undefined {
  try {
    const shape = outside.shapeOf(e);
    if (shape === undefined) return undefined;
    const { graph, sizes } = outside.products;
    const read = (sumsFirst: boolean): Value | undefined => {
      const reader = new Reader(outside, sumsFirst);
      return assembled(outside.products, reader.refined(reader.read(e)), shape, sumsFirst);
    };
    if (!hasTurnedSum(e)) return read(true);
    const priced = (sumsFirst: boolean): { value: Value | undefined; cost: number } => {
      const before = new Set(graph.committed);
      const value = read(sumsFirst);
      for (const id of graph.committed) if (!before.has(id)) graph.committed.delete(id);
      return { value, cost: value === undefined ? Infinity : newCost(graph, [asNode(graph, value)], sizes) };
    };
    const whole = priced(true);
    // A sum of an array and its transpose is added up first, or never.
    try {
      const apart = priced(false);
      return apart.cost < whole.cost ? apart.value : whole.value;
    } catch (problem) {
      if (problem instanceof Unreadable) return whole.value;
      throw problem;
    }
  } catch (problem) {
    if (problem instanceof Unreadable) return undefined;
    throw problem;
  }
}

/** Whether a formula is one that `indexedValue` is for: a sum over an index, or more than one plain `kron`. */
export function isStructured(e: Expr): boolean {
  let krons = 0;
  let sums = 0;
  let alone = true;
  const visit = (x: Expr, linear: boolean): void => {
    if (x.kind === "sumover") {
      sums++;
      visit(x.body, false);
    }
    if (x.kind !== "apply") return;
    if (x.op === "kron") {
      krons++;
      alone &&= linear;
      return;
    }
    const scaling = x.op === "mul" && x.args.some((a) => a.kind === "number");
    const next = linear && (scaling || x.op === "neg" || x.op === "div" || x.op === "add" || x.op === "sub");
    if (["add", "sub", "neg", "mul", "div", "transpose", "hadamard"].includes(x.op))
      x.args.forEach((a) => visit(a, next));
  };
  visit(e, true);
  return krons > 1 || (krons === 1 && (!alone || sums > 0));
}

class Reader {
  /** The axis that each index runs along. */
  private readonly loops = new Map<string, Label>();

  constructor(
    private readonly outside: Outside,
    private readonly sumsFirst: boolean,
  ) {}

  private get g() {
    return this.outside.products.graph;
  }

  private shape(e: Expr): Shape {
    const locals = new Map([...this.loops.keys()].map((k) => [k, SCALAR]));
    const s = locals.size === 0 ? this.outside.shapeOf(e) : shapesIn(this.outside.scope, locals)(e);
    if (s === undefined) throw new Unreadable();
    return s;
  }

  private runs(e: Expr): boolean {
    if (e.kind !== "name") return children(e).some((c) => this.runs(c));
    if (this.loops.has(e.name)) return true;
    const member = this.outside.scope.variables.has(e.name) ? undefined : familyMember(this.outside.scope, e.name);
    return member !== undefined && this.loops.has(member.index);
  }

  read(e: Expr): readonly Term[] {
    spend(3);
    if (!this.runs(e) && !hasStructure(e)) return [this.leaf(this.outside.lower(e))];
    const terms = this.find(e);
    if (terms.length > MOST_TERMS) throw new Unreadable();
    return terms;
  }

  private find(e: Expr): readonly Term[] {
    switch (e.kind) {
      case "name":
        return [this.member(e.name)];
      case "apply":
        return this.apply(e.op, e.args, e);
      case "index":
        return this.index(e.base, e.indices);
      case "sumover":
        return this.sumOver(e);
      default:
        throw new Unreadable();
    }
  }

  /** A value that depends on no index. */
  private leaf(v: Value): Term {
    const g = this.g;
    const one = g.number(1);
    const { shape } = v;
    if (v.kind === "kronecker") {
      const [l, r] = [this.leaf(v.left), this.leaf(v.right)];
      return { ...kron(l, r), scale: g.mul(v.scale, g.mul(l.scale, r.scale)) };
    }
    if (v.kind === "diagonal") {
      const a = label(shape.rows);
      const flat = rank(v.node) === 0;
      return {
        scale: flat ? v.node : one,
        factors: flat ? [] : [{ node: v.node, labels: [a] }],
        rows: [a],
        cols: [a],
      };
    }
    let node = v.kind === "inverse" ? g.inverse(v.node) : v.node;
    let scale = one;
    if (node.op === "neg" && rank(node) > 0) [scale, node] = [g.number(-1), node.args[0]!];
    if (node.op === "mul" && rank(node.args[0]!) === 0 && rank(node) > 0)
      [scale, node] = [g.mul(scale, node.args[0]!), node.args[1]!];
    const rows = isScalar(shape) || isRow(shape) ? [] : [label(shape.rows)];
    const cols = isScalar(shape) || isColumn(shape) ? [] : [label(shape.cols)];
    if (rank(node) === 0) return { scale: g.mul(scale, node), factors: [], rows, cols };
    const term = (factors: readonly Factor[]): Term => ({ scale, factors, rows, cols });
    if (!isMatrix(shape)) return term([{ node: rank(node) === 1 ? node : full(g, v), labels: [...rows, ...cols] }]);
    if (node.op === "asColumn") return term([{ node: node.args[0]!, labels: rows }]);
    if (node.op === "asRow") return term([{ node: node.args[0]!, labels: cols }]);
    if (node.op === "outer")
      return term([
        { node: node.args[0]!, labels: rows },
        { node: node.args[1]!, labels: cols },
      ]);
    return term([{ node: g.spread(node, [shape.rows, shape.cols]), labels: [...rows, ...cols] }]);
  }

  /** `A_i`: the array of all of them, along the axis of the index. */
  private member(text: string): Term {
    const member = familyMember(this.outside.scope, text);
    const at = member === undefined ? undefined : this.loops.get(member.index);
    const family = member?.variable.family;
    if (member === undefined || at === undefined || family === undefined) throw new Unreadable();
    if (family.from.key !== "1" || !dimEqual(family.to, at.dim)) throw new Unreadable();
    const { shape } = member.variable;
    const rows = isScalar(shape) || isRow(shape) ? [] : [label(shape.rows)];
    const cols = isScalar(shape) || isColumn(shape) ? [] : [label(shape.cols)];
    const node = this.g.input(member.variable.name, [family.to, ...axes(shape)], {});
    return { scale: this.g.number(1), factors: [{ node, labels: [at, ...rows, ...cols] }], rows, cols };
  }

  private sumOver(e: Extract<Expr, { kind: "sumover" }>): readonly Term[] {
    const dim = dimensionOf(e.to);
    if (e.from.kind !== "number" || e.from.value !== 1 || dim === undefined) throw new Unreadable();
    if (this.loops.has(e.variable)) throw new Unreadable();
    const at: Label = { dim, index: true };
    this.loops.set(e.variable, at);
    let terms: readonly Term[];
    try {
      terms = this.read(e.body);
    } finally {
      this.loops.delete(e.variable);
    }
    return terms.map((t) => this.closed(t, [at]));
  }

  /** Labels that are summed over and that no factor has: each counts. An index that runs is not summed over yet. */
  private closed(t: Term, gone: readonly Label[]): Term {
    let { scale } = t;
    const running = [...this.loops.values()];
    for (const l of new Set(gone))
      if (!running.includes(l) && ![...t.rows, ...t.cols].includes(l) && !t.factors.some((f) => f.labels.includes(l)))
        scale = this.g.mul(scale, this.g.dimension(l.dim));
    return { ...t, scale };
  }

  private index(base: Expr, indices: readonly (Expr | null)[]): readonly Term[] {
    const shape = this.shape(base);
    return this.read(base).map((t) => {
      const sides = isMatrix(shape) ? [t.rows, t.cols] : [[...t.rows, ...t.cols]];
      if (indices.length !== sides.length) throw new Unreadable();
      const pairs: [Label, Label][] = [];
      const open: Label[][] = [[], []];
      indices.forEach((x, i) => {
        const [l, ...more] = sides[i]!;
        const column = !isMatrix(shape) && isRow(shape) ? 1 : i;
        if (x === null) open[column] = [...sides[i]!];
        else {
          const at = x.kind === "name" ? this.loops.get(x.name) : undefined;
          if (at === undefined || l === undefined || more.length > 0 || !dimEqual(at.dim, l.dim))
            throw new Unreadable();
          pairs.push([at, l]);
        }
      });
      return unified({ ...t, rows: open[0]!, cols: open[1]! }, pairs);
    });
  }

  private apply(op: string, args: readonly Expr[], e: Expr): readonly Term[] {
    const g = this.g;
    const [a, b] = args as [Expr, Expr];
    switch (op) {
      case "add":
        return [...this.read(a), ...this.read(b)];
      case "sub":
        return [...this.read(a), ...this.read(b).map((t) => this.scaled(t, g.number(-1)))];
      case "neg":
        return this.read(a).map((t) => this.scaled(t, g.number(-1)));
      case "transpose":
        return this.read(a).map((t) => ({ ...t, rows: t.cols, cols: t.rows }));
      case "mul":
        return this.product(a, b);
      case "div":
        if (isScalar(this.shape(b)) && !this.runs(b)) {
          const below = g.div(g.number(1), this.scalar(b));
          return this.read(a).map((t) => this.scaled(t, below));
        }
        return this.entries(e, [a, b], (x, y) => g.div(x, y!));
      case "hdiv":
        return this.entries(e, [a, b], (x, y) => g.div(x, y!));
      case "hadamard":
        return this.pairs(a, b, (x, y) =>
          unified({ ...this.joined(x, y), rows: x.rows, cols: x.cols }, [
            ...zip(x.rows, y.rows),
            ...zip(x.cols, y.cols),
          ]),
        );
      case "hpow":
      case "pow": {
        if (this.runs(b) || (op === "pow" && !isScalar(this.shape(e)))) throw new Unreadable();
        // The square of a length is a product of the vector with itself.
        if (a.kind === "apply" && a.op === "norm2" && b.kind === "number" && b.value === 2)
          return this.inner(a.args[0]!, a.args[0]!);
        return this.entries(e, [a], (x) => g.pow(x, this.scalar(b)));
      }
      case "dot":
        return this.inner(a, b);
      case "sum":
        return this.read(a).map((t) => this.closed({ ...t, rows: [], cols: [] }, [...t.rows, ...t.cols]));
      case "tr":
        return this.read(a).map((t) => {
          const gone = unified(t, zip(t.rows, t.cols));
          return this.closed({ ...gone, rows: [], cols: [] }, gone.rows);
        });
      case "diag":
        if (isMatrix(this.shape(a))) return this.read(a).map((t) => ({ ...unified(t, zip(t.rows, t.cols)), cols: [] }));
        return this.read(a).map((t) => ({ ...t, rows: [...t.rows, ...t.cols], cols: [...t.rows, ...t.cols] }));
      case "vec":
        return this.read(a).map((t) => ({ ...t, rows: [...t.cols, ...t.rows], cols: [] }));
      case "kron":
        return this.read(a).flatMap((x) =>
          this.read(b).map((y) => ({ ...kron(x, this.fresh(y)), scale: g.mul(x.scale, y.scale) })),
        );
      case "K": {
        const [m, n] = args.map((x) => dimensionOf(x)) as [Dim, Dim];
        const [i, j] = [label(m), label(n)];
        return [{ scale: g.number(1), factors: [], rows: [i, j], cols: [j, i] }];
      }
      case "softmax":
        return [this.rowByRow(a)];
      default:
        if (operator(op)?.group !== "elementwise" || args.length !== 1) throw new Unreadable();
        return this.entries(e, [a], (x) => g.fn(op, x));
    }
  }

  private scalar(e: Expr): Node {
    const v = this.outside.lower(e);
    return full(this.g, v);
  }

  private scaled(t: Term, by: Node): Term {
    return { ...t, scale: this.g.mul(t.scale, by) };
  }

  private joined(x: Term, y: Term): Pick<Term, "scale" | "factors"> {
    return { scale: this.g.mul(x.scale, y.scale), factors: [...x.factors, ...y.factors] };
  }

  /** The same with labels of its own, so that it can be multiplied with another that has them too. */
  private fresh(t: Term): Term {
    const kept = new Set(this.loops.values());
    const map = new Map<Label, Label>();
    const of = (l: Label): Label => {
      if (kept.has(l)) return l;
      if (!map.has(l)) map.set(l, label(l.dim));
      return map.get(l)!;
    };
    return {
      scale: t.scale,
      factors: t.factors.map((f) => ({ node: f.node, labels: f.labels.map(of) })),
      rows: t.rows.map(of),
      cols: t.cols.map(of),
    };
  }

  /** Every term of one with every term of the other. */
  private pairs(a: Expr, b: Expr, f: (x: Term, y: Term) => Term): readonly Term[] {
    const [left, right] = [this.factor(a), this.factor(b)];
    return left.flatMap((x) => right.map((y) => f(x, this.fresh(y))));
  }

  private product(a: Expr, b: Expr): readonly Term[] {
    const single = isScalar(this.shape(a)) || isScalar(this.shape(b));
    return this.pairs(a, b, (x, y) => {
      if (single) return { ...this.joined(x, y), rows: [...x.rows, ...y.rows], cols: [...x.cols, ...y.cols] };
      const [left, right] = this.split(x, y);
      const t = unified(
        { ...this.joined(left, right), rows: [...left.rows, ...left.cols], cols: [...right.rows, ...right.cols] },
        zip(left.cols, right.rows),
      );
      const gone = t.rows.slice(left.rows.length);
      return this.closed(
        { ...t, rows: t.rows.slice(0, left.rows.length), cols: t.cols.slice(right.rows.length) },
        gone,
      );
    });
  }

  /** Where one side has one label and the other several in its place, it is cut in as many. */
  private split(x: Term, y: Term): [Term, Term] {
    let [a, b] = [x, y];
    const same = (p: Label, list: readonly Label[]): boolean =>
      list.length > 0 && dimEqual(list.map((l) => l.dim).reduce(dimMul), p.dim);
    for (let i = 0; i < Math.max(a.cols.length, b.rows.length); i++) {
      const [p, q] = [a.cols[i], b.rows[i]];
      if (p === undefined || q === undefined) throw new Unreadable();
      if (dimEqual(p.dim, q.dim)) continue;
      // The fewest labels of the other side that are as long together.
      const count = (one: Label, list: readonly Label[]): number =>
        list.findIndex((_, k) => k > i && same(one, list.slice(i, k + 1)));
      const [m, n] = [count(p, b.rows), count(q, a.cols)];
      if (m > 0) a = this.cut(a, p, b.rows.slice(i, m + 1));
      else if (n > 0) b = this.cut(b, q, a.cols.slice(i, n + 1));
      else throw new Unreadable();
    }
    return [a, b];
  }

  /** Every term with as many labels a side as the one that has most. */
  refined(terms: readonly Term[]): readonly Term[] {
    const most = (side: "rows" | "cols"): readonly Label[] =>
      terms.map((t) => t[side]).reduce((a, b) => (b.length > a.length ? b : a));
    return (["rows", "cols"] as const).reduce<readonly Term[]>((list, side) => {
      const like = most(side);
      return list.map((t) => (t[side].length === 1 && like.length > 1 ? this.cut(t, t[side][0]!, like) : t));
    }, terms);
  }

  private cut(t: Term, one: Label, like: readonly Label[]): Term {
    const g = this.g;
    if (like.length === 0 || !dimEqual(like.map((l) => l.dim).reduce(dimMul), one.dim)) throw new Unreadable();
    const parts = like.map((l) => label(l.dim));
    const place = (list: readonly Label[]): Label[] => list.flatMap((l) => (l === one ? parts : [l]));
    const factors = t.factors.map((f) => {
      const at = f.labels.indexOf(one);
      if (at < 0) return f;
      if (f.labels.lastIndexOf(one) !== at) throw new Unreadable();
      const labels = place(f.labels);
      const attr = `${at},${parts.length}`;
      return { node: g.make("split", [f.node], labels.map((l) => l.dim), { attr, range: f.node.range }), labels }; // prettier-ignore
    });
    return { scale: t.scale, factors, rows: place(t.rows), cols: place(t.cols) };
  }

  private inner(a: Expr, b: Expr): readonly Term[] {
    if (a === b) {
      const [x] = this.single(a);
      const y = { ...x, factors: [...x.factors, ...x.factors], scale: this.g.mul(x.scale, x.scale) };
      return [this.closed({ ...y, rows: [], cols: [] }, [...x.rows, ...x.cols])];
    }
    return this.pairs(a, b, (x, y) => {
      const t = unified({ ...this.joined(x, y), rows: x.rows, cols: x.cols }, [
        ...zip(x.rows, y.rows),
        ...zip(x.cols, y.cols),
      ]);
      return this.closed({ ...t, rows: [], cols: [] }, [...t.rows, ...t.cols]);
    });
  }

  /** A factor of a product: a sum without diagonals and blocks is one array, not to be multiplied out. */
  private factor(e: Expr): readonly Term[] {
    const terms = this.read(e);
    const solid = (t: Term): boolean =>
      t.rows.length <= 1 && t.cols.length <= 1 && (t.rows.length === 0 || t.rows[0] !== t.cols[0]);
    const apart = !this.sumsFirst && hasTurnedSum(e);
    return terms.length > 1 && terms.every(solid) && !apart ? [this.array(terms)] : terms;
  }

  private single(e: Expr): readonly [Term] {
    const terms = this.read(e);
    const [only] = terms;
    if (terms.length > 1 || only === undefined || only.factors.length !== 1) return [this.array(terms)];
    const { labels } = only.factors[0]!;
    const stay = [...only.rows, ...only.cols, ...this.loops.values()];
    const bare = new Set(labels).size === labels.length && labels.every((l) => stay.includes(l));
    return [bare ? only : this.array(terms)];
  }

  /** The sum of terms as one array, along the indices that run as well. */
  private array(terms: readonly Term[]): Term {
    const g = this.g;
    const [first, ...rest] = terms as [Term, ...Term[]];
    const sides = [...first.rows, ...first.cols];
    if (new Set(sides).size < sides.length || first.rows.length > 1 || first.cols.length > 1) throw new Unreadable();
    const all = [first, ...rest.map((t) => unified(t, [...zip(first.rows, t.rows), ...zip(first.cols, t.cols)]))];
    const running = [...this.loops.values()].filter((l) =>
      all.some((t) => t.factors.some((f) => f.labels.includes(l))),
    );
    const target = [...running.filter((l) => !sides.includes(l)), ...sides];
    let sum: Node | undefined;
    for (const t of all) {
      const f = contraction(this.outside.products, t.scale, t.factors, target);
      const node = aligned(g, f, target);
      sum = sum === undefined ? (f.negative ? g.neg(node) : node) : f.negative ? g.sub(sum, node) : g.add(sum, node);
    }
    return this.asTerm(sum!, target, first);
  }

  /** An array whose axes may be missing where it is constant along them. */
  private asTerm(node: Node, target: readonly Label[], like: Pick<Term, "rows" | "cols">): Term {
    const { rows, cols } = like;
    if (rank(node) === 0) return { scale: node, factors: [], rows, cols };
    if (node.op === "asColumn" || node.op === "asRow") {
      const at = node.op === "asColumn" ? target[0]! : target[1]!;
      return { scale: this.g.number(1), factors: [{ node: node.args[0]!, labels: [at] }], rows, cols };
    }
    if (node.shape.some((d, i) => !dimEqual(d, target[i]!.dim))) throw new Unreadable();
    return { scale: this.g.number(1), factors: [{ node, labels: target }], rows, cols };
  }

  /** Softmax of a column that runs with one index: of the rows of all of them. */
  private rowByRow(e: Expr): Term {
    const t = this.array(this.read(e));
    const f = t.factors[0];
    if (t.rows.length !== 1 || f?.labels.length !== 2 || f.labels[1] !== t.rows[0]) throw new Unreadable();
    const node = this.g.softmax(this.g.mul(t.scale, f.node));
    return { ...t, scale: this.g.number(1), factors: [{ node, labels: f.labels }] };
  }

  /** A function of each entry: of the whole array where the formula is one slice of it. */
  private entries(e: Expr, args: readonly Expr[], f: (x: Node, y?: Node) => Node): readonly Term[] {
    const [a, b] = args.map((x) => this.single(x)[0]);
    const first = a!;
    const sides = [...first.rows, ...first.cols];
    if (new Set(sides).size < sides.length) throw new Unreadable();
    const whole = (t: Term): Factor => {
      const labels = t.factors[0]?.labels ?? [];
      return { node: this.g.mul(t.scale, t.factors[0]?.node ?? this.g.number(1)), labels };
    };
    if (b === undefined) {
      const x = whole(first);
      return [this.asTerm(f(x.node), x.labels, first)];
    }
    const scalarDivisor = b.rows.length === 0 && b.cols.length === 0;
    const second = scalarDivisor ? b : unified(b, [...zip(first.rows, b.rows), ...zip(first.cols, b.cols)]);
    const [x, y] = [whole(first), whole(second)];
    const target = [...x.labels, ...y.labels.filter((l) => !x.labels.includes(l))];
    return [this.asTerm(f(aligned(this.g, x, target), aligned(this.g, y, target)), target, first)];
  }
}

const zip = (a: readonly Label[], b: readonly Label[]): [Label, Label][] => {
  if (a.length !== b.length) throw new Unreadable();
  return a.map((x, i) => {
    if (!dimEqual(x.dim, b[i]!.dim)) throw new Unreadable();
    return [x, b[i]!];
  });
};

const kron = (x: Term, y: Term): Pick<Term, "factors" | "rows" | "cols"> => ({
  factors: [...x.factors, ...y.factors],
  rows: [...x.rows, ...y.rows],
  cols: [...x.cols, ...y.cols],
});

/** The term with labels made one: the index of a sum stays, or the first of each pair. */
function unified(t: Term, pairs: readonly (readonly [Label, Label])[]): Term {
  const by = new Map<Label, Label>();
  const root = (l: Label): Label => (by.has(l) ? root(by.get(l)!) : l);
  for (const [a, b] of pairs) {
    const [x, y] = [root(a), root(b)];
    if (x === y) continue;
    if (x.index && y.index) throw new Unreadable();
    if (y.index) by.set(x, y);
    else by.set(y, x);
  }
  return {
    scale: t.scale,
    factors: t.factors.map((f) => ({ node: f.node, labels: f.labels.map(root) })),
    rows: t.rows.map(root),
    cols: t.cols.map(root),
  };
}

/** `A + A'` somewhere in a formula. */
function hasTurnedSum(e: Expr): boolean {
  if (e.kind === "apply" && e.op === "add") {
    const [a, b] = e.args as [Expr, Expr];
    for (const [x, y] of [[a, b], [b, a]] as const) // prettier-ignore
      if (y.kind === "apply" && y.op === "transpose" && x.kind === "name" && y.args[0]!.kind === "name" && y.args[0].name === x.name) return true; // prettier-ignore
  }
  return children(e).some(hasTurnedSum);
}

/** What has axes that a plain value does not keep apart. */
function hasStructure(e: Expr): boolean {
  if (e.kind === "sumover") return true;
  if (e.kind !== "apply") return false;
  if (e.op === "kron" || e.op === "K" || e.op === "vec") return true;
  return ["add", "sub", "neg", "mul", "div", "transpose", "hadamard"].includes(e.op) && e.args.some(hasStructure);
}
