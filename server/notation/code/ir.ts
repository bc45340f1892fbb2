import { spend } from "../../core/budget";
import { type Dim, dimEqual, dimMul, isOne, ONE } from "../../core/dimension";
import { type Interval, intervalOf } from "./interval";
import { isSemidefinite, isSymmetric } from "./definite";
import { stableLog, stableQuotient } from "./stable";
import { isWellShaped, sameDims } from "./wellShaped";

/**
 * The intermediate form between formulas and code: an acyclic graph of array operations, every node made once
 * (equal computations are the same node). Arrays have no orientation: columns and rows are both of rank 1. A rank-2
 * shape with a 1 in it is a vector held out for broadcasting. More than two axes have families of matrices and what is
 * on the way to sums over an index and to sums of Kronecker products.
 */
export type Op =
  // leaves
  | "input"
  | "number"
  | "size"
  | "loop"
  // entry by entry, with broadcasting
  | "add"
  | "sub"
  | "neg"
  | "mul"
  | "div"
  | "pow"
  | "logaddexp"
  | "fn"
  | "call"
  // shape
  | "transpose"
  | "asColumn"
  | "asRow"
  | "spread"
  | "vec"
  | "index"
  | "blocks"
  | "permuteColumns"
  | "permuteRows"
  // arrays of more than two axes (`tensor.ts`)
  | "hold"
  | "permute"
  | "split"
  | "merge"
  | "sumAxes"
  | "contract"
  | "batched"
  | "assemble"
  // products
  | "matmul"
  | "matvec"
  | "dot"
  | "outer"
  | "inner"
  | "kron"
  | "kronEyeLeft"
  | "kronEyeRight"
  | "matrixPower"
  // reductions
  | "sum"
  | "product"
  | "rowSums"
  | "columnSums"
  | "trace"
  | "diagonal"
  | "max"
  | "logsumexp"
  | "logsumexpRows"
  | "norm"
  | "nuclearNorm"
  | "spectralNorm"
  | "largestEigenvalue"
  | "det"
  | "logdet"
  | "logOfDet"
  | "choleskyLogdet"
  | "sumOver"
  // matrices
  | "eye"
  | "diagonalMatrix"
  | "addDiagonal"
  | "inverse"
  | "solve"
  | "cholesky"
  | "choleskySolve"
  | "choleskyInverse"
  | "factorize"
  | "factorSolve"
  | "factorInverse"
  | "factorDet"
  | "factorLogdet"
  | "factorLogOfDet"
  | "svd"
  | "svdSum"
  | "polar"
  | "cofactors"
  | "pinv"
  | "matrixFunction"
  | "softmax"
  | "logSoftmax"
  | "softmaxRows"
  | "logSoftmaxRows"
  | "tril"
  | "triu"
  | "hardmax"
  | "leadingSingular"
  | "leadingEigenvector";

export interface Node {
  readonly id: number;
  readonly op: Op;
  readonly args: readonly Node[];
  readonly shape: readonly Dim[];
  /** A function's name, an input's name, a number: what tells apart nodes of one operation. */
  readonly attr: string;
  /** Dimensions that the operation needs beside its arguments. */
  readonly dims: readonly Dim[];
  /** Between which bounds every entry lies. */
  readonly range: Interval;
  /** Equal to its transpose. */
  readonly symmetric: boolean;
  /** Symmetric with no negative eigenvalue. */
  readonly semidefinite: boolean;
}

export const rank = (n: Node): number => n.shape.length;
export const isNumber = (n: Node, value?: number): boolean =>
  n.op === "number" && (value === undefined || Number(n.attr) === value);

/** Some nodes and all that they are made of. */
export function reachable(from: readonly Node[]): ReadonlySet<Node> {
  const all = new Set<Node>();
  const visit = (n: Node): void => {
    if (all.has(n)) return;
    all.add(n);
    n.args.forEach(visit);
  };
  from.forEach(visit);
  return all;
}

/** Written with a minus in front. */
export const isNegative = (n: Node): boolean => n.op === "neg" || (isNumber(n) && Number(n.attr) < 0);

export const sameShape = (a: Node, b: Node): boolean => sameDims(a.shape, b.shape);

/** Axes as they stand in an attribute: `0,2`. */
export const numbers = (text: string): number[] => (text === "" ? [] : text.split(",").map(Number));

/** What is promised of an input. */
export interface Promise {
  readonly range?: Interval;
  readonly symmetric?: boolean;
  readonly semidefinite?: boolean;
}

/** Makes nodes, each once, and simplifies where that is always better or safer in floating point. */
export class Graph {
  private readonly table = new Map<string, Node>();
  private readonly byId: Node[] = [];
  /** Nodes that are computed anyway: using them again costs nothing. */
  readonly committed = new Set<number>();

  get size(): number {
    return this.byId.length;
  }

  make(
    op: Op,
    args: readonly Node[],
    shape: readonly Dim[],
    options: { attr?: string; dims?: readonly Dim[] } & Promise = {},
  ): Node {
    const { attr = "", dims = [] } = options;
    spend(4);
    const key = keyOf(op, attr, dims, args, shape);
    const known = this.table.get(key);
    if (known !== undefined) return known;
    spend(6);
    if (!isWellShaped(op, attr, args, shape)) throw new Error(`${op}: shapes that do not fit`);
    const range = options.range ?? intervalOf(op, attr, args);
    const semidefinite = options.semidefinite ?? isSemidefinite(op, args, (n) => this.transpose(n));
    const symmetric = options.symmetric === true || semidefinite || isSymmetric(op, args, (n) => this.transpose(n));
    const node: Node = { id: this.byId.length, op, args, shape, attr, dims, range, symmetric, semidefinite };
    this.table.set(key, node);
    this.byId.push(node);
    return node;
  }

  /** The node, where it exists already. */
  peek(op: Op, args: readonly Node[], shape: readonly Dim[], attr = ""): Node | undefined {
    return this.table.get(keyOf(op, attr, [], args, shape));
  }

  /** Marks a node and all that it needs as computed. */
  commit(n: Node): void {
    if (this.committed.has(n.id)) return;
    this.committed.add(n.id);
    for (const a of n.args) this.commit(a);
  }

  // Leaves

  input(name: string, shape: readonly Dim[], promise: Promise = {}): Node {
    return this.make("input", [], shape, { attr: name, ...promise });
  }

  number(value: number): Node {
    return this.make("number", [], [], { attr: String(value), range: [value, value] });
  }

  dimension(d: Dim): Node {
    const fixed = /^-?[\d.]+$/.test(d.key) ? Number(d.key) : undefined;
    return fixed !== undefined
      ? this.number(fixed)
      : this.make("size", [], [], { attr: d.key, dims: [d], range: [0, Infinity] });
  }

  // Entry by entry

  /** The shape that two shapes broadcast to; vectors of rank 1 must have been held out before they meet a matrix. */
  private broadcast(a: Node, b: Node): readonly Dim[] {
    if (rank(a) === 0) return b.shape;
    if (rank(b) === 0) return a.shape;
    return a.shape.map((d, i) => (isOne(d) ? b.shape[i]! : d));
  }

  /** Vectors held out the same way are combined as vectors and held out afterwards. */
  private together(a: Node, b: Node, f: (a: Node, b: Node) => Node): Node | undefined {
    for (const op of ["asColumn", "asRow"] as const) {
      const strip = (n: Node): Node | undefined => (n.op === op ? n.args[0]! : rank(n) === 0 ? n : undefined);
      const [x, y] = [strip(a), strip(b)];
      if (x !== undefined && y !== undefined && (a.op === op || b.op === op)) return this.hold(f(x, y), op);
    }
    return undefined;
  }

  private hold(n: Node, op: "asColumn" | "asRow"): Node {
    return rank(n) === 0 ? n : op === "asColumn" ? this.asColumn(n) : this.asRow(n);
  }

  /** The same without its minus: `-a`, `-2*a`. */
  private positive(a: Node): Node | undefined {
    if (a.op === "neg") return a.args[0]!;
    if (a.op === "mul" && isNumber(a.args[0]!) && Number(a.args[0]!.attr) < 0) return this.neg(a);
    return undefined;
  }

  add(a: Node, b: Node): Node {
    if (isNumber(a, 0) && covers(b, a)) return b;
    if (isNumber(b, 0) && covers(a, b)) return a;
    if (isNumber(a) && isNumber(b)) return this.number(Number(a.attr) + Number(b.attr));
    const [p, q] = [this.positive(a), this.positive(b)];
    if (p !== undefined && q !== undefined) return this.neg(this.add(p, q));
    if (q !== undefined) return this.sub(a, q);
    if (p !== undefined) return this.sub(b, p);
    // exp(u) - 1 and 1 + … are matched with the number in front.
    if (isNumber(b) && !isNumber(a))
      return Number(b.attr) < 0 ? this.sub(a, this.number(-Number(b.attr))) : this.add(b, a);
    const held = this.together(a, b, (x, y) => this.add(x, y));
    return held ?? this.make("add", [a, b], this.broadcast(a, b));
  }

  sub(a: Node, b: Node): Node {
    if (isNumber(b, 0)) return a;
    if (isNumber(a) && isNumber(b)) return this.number(Number(a.attr) - Number(b.attr));
    if (isNumber(a, 0)) return this.neg(b);
    const [p, q] = [this.positive(a), this.positive(b)];
    if (q !== undefined) return this.add(a, q);
    if (p !== undefined) return this.neg(this.add(p, b));
    if (a === b && rank(a) === 0) return this.number(0);
    if (isNumber(b, 1) && a.op === "fn" && a.attr === "exp") return this.fn("expm1", a.args[0]!);
    // p - p², of one sign for a probability
    if (b.op === "pow" && b.args[0] === a && isNumber(b.args[1]!, 2) && a.range[0] >= 0 && a.range[1] <= 1)
      return this.mul(a, this.sub(this.number(1), a));
    const held = this.together(a, b, (x, y) => this.sub(x, y));
    return held ?? this.make("sub", [a, b], this.broadcast(a, b));
  }

  neg(a: Node): Node {
    if (a.op === "neg") return a.args[0]!;
    if (isNumber(a)) return this.number(-Number(a.attr));
    if (a.op === "sub") return this.sub(a.args[1]!, a.args[0]!);
    if (a.op === "mul" && isNumber(a.args[0]!)) return this.mul(this.number(-Number(a.args[0]!.attr)), a.args[1]!);
    if (a.op === "asColumn" || a.op === "asRow") return this.hold(this.neg(a.args[0]!), a.op);
    return this.make("neg", [a], a.shape);
  }

  mul(a: Node, b: Node): Node {
    if (isNumber(a, 1) && covers(b, a)) return b;
    if (isNumber(b, 1) && covers(a, b)) return a;
    if (isNumber(a, 0) && rank(b) === 0) return a;
    if (isNumber(b, 0) && rank(a) === 0) return b;
    if (isNumber(a) && isNumber(b)) return this.number(Number(a.attr) * Number(b.attr));
    if (isNumber(a, -1)) return this.neg(b);
    if (isNumber(b, -1)) return this.neg(a);
    if (a.op === "neg") return this.neg(this.mul(a.args[0]!, b));
    if (b.op === "neg") return this.neg(this.mul(a, b.args[0]!));
    if (a === b) return this.pow(a, this.number(2));
    if (isNumber(a) && b.op === "mul" && isNumber(b.args[0]!))
      return this.mul(this.number(Number(a.attr) * Number(b.args[0]!.attr)), b.args[1]!);
    if (isNumber(a) && b.op === "div" && rank(b.args[1]!) === 0 && !isNumber(b.args[0]!))
      return this.div(this.mul(a, b.args[0]!), b.args[1]!);
    if (a.op === "div" && isNumber(a.args[0]!, 1) && rank(a) === 0) return this.div(b, a.args[1]!);
    if (b.op === "div" && isNumber(b.args[0]!, 1)) return this.div(a, b.args[1]!);
    // A sixth is written as a division by six.
    if (isNumber(a) && a.attr.length > 8 && isWhole(1 / Number(a.attr)))
      return this.div(b, this.number(Math.round(1 / Number(a.attr))));
    // Scalars stand in front.
    if (rank(b) === 0 && rank(a) > 0) return this.mul(b, a);
    if (rank(a) === 0 && rank(b) === 0 && isNumber(b)) return this.mul(b, a);
    const held = this.together(a, b, (x, y) => this.mul(x, y));
    if (held !== undefined) return held;
    if (rank(a) > 0) {
      const known = this.peek("mul", [b, a], this.broadcast(a, b));
      if (known !== undefined) return known;
    }
    return this.make("mul", [a, b], this.broadcast(a, b));
  }

  div(a: Node, b: Node): Node {
    if (isNumber(b, 1)) return a;
    if (isNumber(a) && isNumber(b) && Number(b.attr) !== 0 && Number.isInteger(Number(a.attr) / Number(b.attr)))
      return this.number(Number(a.attr) / Number(b.attr));
    if (a.op === "neg") return this.neg(this.div(a.args[0]!, b));
    if (b.op === "neg") return this.neg(this.div(a, b.args[0]!));
    if (a === b) return this.full(1, a.shape);
    const sigmoid = this.sigmoidOf(a, b) ?? this.softmaxOf(a, b) ?? stableQuotient(this, a, b);
    if (sigmoid !== undefined) return sigmoid;
    const held = this.together(a, b, (x, y) => this.div(x, y));
    return held ?? this.make("div", [a, b], this.broadcast(a, b));
  }

  /** 1/(1 + exp(-u)) and exp(u)/(1 + exp(u)), which overflow as they are written. */
  private sigmoidOf(a: Node, b: Node): Node | undefined {
    if (b.op !== "add" || !isNumber(b.args[0]!, 1) || !isFn(b.args[1]!, "exp")) return undefined;
    const u = b.args[1]!.args[0]!;
    if (isNumber(a, 1)) return this.fn("sigmoid", this.neg(u));
    return a === b.args[1] ? this.fn("sigmoid", u) : undefined;
  }

  /** exp(u)/sum(exp(u)). */
  private softmaxOf(a: Node, b: Node): Node | undefined {
    return isFn(a, "exp") && rank(a) === 1 && b.op === "sum" && b.args[0] === a ? this.softmax(a.args[0]!) : undefined;
  }

  /** A power of each entry; `b` is a scalar. */
  pow(a: Node, b: Node): Node {
    if (isNumber(b, 1)) return a;
    if (isNumber(b, 0)) return this.full(1, a.shape);
    if (isNumber(a) && isNumber(b)) return this.number(Number(a.attr) ** Number(b.attr));
    if (isNumber(b, -1)) return this.div(this.number(1), a);
    if (isNumber(b, 0.5)) return this.fn("sqrt", a);
    if (isNumber(b, 2) && a.op === "neg") return this.pow(a.args[0]!, b);
    if (isNumber(b, 2) && a.op === "norm") return this.inner(a.args[0]!, a.args[0]!);
    if (isNumber(b, 2) && isFn(a, "sqrt")) return a.args[0]!;
    if (isNumber(b) && Number(b.attr) < 0) return this.div(this.number(1), this.pow(a, this.number(-Number(b.attr))));
    // Whole powers of arrays by multiplication: the general power is many times slower.
    if (rank(a) > 0 && isNumber(b, 3)) return this.mul(this.pow(a, this.number(2)), a);
    if (rank(a) > 0 && isNumber(b, 4)) return this.pow(this.pow(a, this.number(2)), this.number(2));
    if (a.op === "asColumn" || a.op === "asRow") return this.hold(this.pow(a.args[0]!, b), a.op);
    return this.make("pow", [a, b], a.shape);
  }

  /** A function of each entry, in the form that neither overflows nor cancels. */
  fn(name: string, a: Node): Node {
    if (a.op === "asColumn" || a.op === "asRow") return this.hold(this.fn(name, a.args[0]!), a.op);
    if (name === "exp" && isFn(a, "log")) return a.args[0]!;
    if (name === "log") {
      if (isNumber(a, 1)) return this.number(0);
      const stable = stableLog(this, a);
      if (stable !== undefined) return stable;
      if (isFn(a, "cosh")) {
        const u = this.fn("abs", a.args[0]!);
        return this.sub(
          this.add(u, this.fn("log1p", this.fn("exp", this.mul(this.number(-2), u)))),
          this.fn("log", this.number(2)),
        );
      }
      if (isFn(a, "sigmoid")) return this.neg(this.fn("softplus", this.neg(a.args[0]!)));
      if (a.op === "softmax") return this.make("logSoftmax", a.args, a.shape);
      if (a.op === "softmaxRows") return this.make("logSoftmaxRows", a.args, a.shape);
      // The sign of the determinant decides whether there is a logarithm.
      if (a.op === "det") return a.args[0]!.semidefinite ? this.logdet(a.args[0]!) : this.make("logOfDet", a.args, []);
      if (a.op === "div" && isNumber(a.args[0]!, 1)) return this.neg(this.fn("log", a.args[1]!));
      if ((a.op === "add" || a.op === "sub") && isNumber(a.args[0]!, 1)) {
        const u = a.args[1]!;
        if (a.op === "add") return this.fn("log1p", u);
        return isFn(u, "sigmoid") ? this.neg(this.fn("softplus", u.args[0]!)) : this.fn("log1p", this.neg(u));
      }
    }
    if (name === "sqrt") {
      if ((a.op === "inner" || a.op === "dot") && a.args[0] === a.args[1]) return this.norm(a.args[0]!);
      if (a.op === "pow" && isNumber(a.args[1]!, 2)) return this.fn("abs", a.args[0]!);
    }
    if (name === "abs" && a.range[0] >= 0) return a;
    if (name === "relu" && a.range[0] >= 0) return a;
    return this.make("fn", [a], a.shape, { attr: name });
  }

  // Shape

  transpose(a: Node): Node {
    if (rank(a) < 2 || a.symmetric) return a;
    if (a.op === "transpose") return a.args[0]!;
    if (a.op === "asColumn") return this.asRow(a.args[0]!);
    if (a.op === "asRow") return this.asColumn(a.args[0]!);
    if (a.op === "eye" || a.op === "diagonalMatrix") return a;
    if (a.op === "outer") return this.outer(a.args[1]!, a.args[0]!);
    if (a.op === "neg") return this.neg(this.transpose(a.args[0]!));
    if (a.op === "mul" && rank(a.args[0]!) === 0) return this.mul(a.args[0]!, this.transpose(a.args[1]!));
    return this.make("transpose", [a], [a.shape[1]!, a.shape[0]!]);
  }

  asColumn(v: Node): Node {
    return rank(v) === 1 ? this.make("asColumn", [v], [v.shape[0]!, ONE]) : v;
  }

  asRow(v: Node): Node {
    return rank(v) === 1 ? this.make("asRow", [v], [ONE, v.shape[0]!]) : v;
  }

  /** An array with the full shape, where a scalar or a vector stands for it. */
  spread(a: Node, shape: readonly Dim[]): Node {
    if (a.shape.length === shape.length && a.shape.every((d, i) => dimEqual(d, shape[i]!))) return a;
    return this.make("spread", [a], shape, { dims: shape, range: a.range });
  }

  full(value: number, shape: readonly Dim[]): Node {
    const x = this.number(value);
    return shape.length === 0 ? x : this.spread(x, shape);
  }

  vec(a: Node): Node {
    return rank(a) < 2 ? a : this.make("vec", [a], [dimMul(a.shape[0]!, a.shape[1]!)], { range: a.range });
  }

  // Products

  matmul(a: Node, b: Node): Node {
    if (a.op === "neg") return this.neg(this.matmul(a.args[0]!, b));
    if (b.op === "neg") return this.neg(this.matmul(a, b.args[0]!));
    const shape = [a.shape[0]!, b.shape[1]!];
    // A'B' is written (BA)'.
    if (a.op === "transpose" && b.op === "transpose") return this.transpose(this.matmul(b.args[0]!, a.args[0]!));
    // Computed already, the other way round.
    const mirrored = this.peek("matmul", [this.transpose(b), this.transpose(a)], [shape[1]!, shape[0]!]);
    if (mirrored !== undefined && this.committed.has(mirrored.id)) return this.transpose(mirrored);
    return this.make("matmul", [a, b], shape);
  }

  matvec(a: Node, x: Node): Node {
    if (x.op === "neg") return this.neg(this.matvec(a, x.args[0]!));
    return this.make("matvec", [a, x], [a.shape[0]!]);
  }

  dot(x: Node, y: Node): Node {
    if (x.op === "neg") return this.neg(this.dot(x.args[0]!, y));
    if (y.op === "neg") return this.neg(this.dot(x, y.args[0]!));
    const known = this.peek("dot", [y, x], []);
    return known ?? this.make("dot", [x, y], [], x === y ? { range: [0, Infinity] } : {});
  }

  outer(x: Node, y: Node): Node {
    if (x.op === "neg") return this.neg(this.outer(x.args[0]!, y));
    if (y.op === "neg") return this.neg(this.outer(x, y.args[0]!));
    return this.make("outer", [x, y], [x.shape[0]!, y.shape[0]!]);
  }

  /** The sum of the products of the entries. */
  inner(a: Node, b: Node): Node {
    if (rank(a) === 0 && rank(b) === 0) return this.mul(a, b);
    if (rank(a) <= 1 && rank(b) <= 1) return this.dot(a, b);
    if (a.op === "neg") return this.neg(this.inner(a.args[0]!, b));
    if (b.op === "neg") return this.neg(this.inner(a, b.args[0]!));
    if (a.op === "transpose" && b.op === "transpose") return this.inner(a.args[0]!, b.args[0]!);
    const known = this.peek("inner", [b, a], []);
    return known ?? this.make("inner", [a, b], [], a === b ? { range: [0, Infinity] } : {});
  }

  // Reductions

  sum(a: Node): Node {
    if (rank(a) === 0) return a;
    if (a.op === "neg") return this.neg(this.sum(a.args[0]!));
    if (a.op === "mul" && rank(a.args[0]!) === 0) return this.mul(a.args[0]!, this.sum(a.args[1]!));
    if (a.op === "mul" && rank(a.args[0]!) === rank(a.args[1]!) && rank(a) === 1)
      return this.dot(a.args[0]!, a.args[1]!);
    if (a.op === "mul" && rank(a) === 2 && a.args.every((x) => x.shape.every((d, i) => dimEqual(d, a.shape[i]!))))
      return this.inner(a.args[0]!, a.args[1]!);
    if (a.op === "pow" && isNumber(a.args[1]!, 2)) return this.inner(a.args[0]!, a.args[0]!);
    if (a.op === "asColumn" || a.op === "asRow") return this.sum(a.args[0]!);
    return this.make("sum", [a], [], { range: sumRange(a.range) });
  }

  rowSums(a: Node): Node {
    return this.make("rowSums", [a], [a.shape[0]!], { range: sumRange(a.range) });
  }

  columnSums(a: Node): Node {
    return this.make("columnSums", [a], [a.shape[1]!], { range: sumRange(a.range) });
  }

  norm(a: Node): Node {
    if (rank(a) === 0) return this.fn("abs", a);
    return this.make("norm", [a], [], { range: [0, Infinity] });
  }

  logsumexp(a: Node): Node {
    return rank(a) === 0 ? a : this.make("logsumexp", [a], []);
  }

  logsumexpRows(a: Node): Node {
    return this.make("logsumexpRows", [a], [a.shape[0]!]);
  }

  softmax(a: Node): Node {
    return this.make(rank(a) === 2 ? "softmaxRows" : "softmax", [a], a.shape, { range: [0, 1] });
  }

  logdet(a: Node): Node {
    return this.make("logdet", [a], []);
  }

  det(a: Node): Node {
    return this.make("det", [a], []);
  }

  inverse(a: Node): Node {
    if (a.op === "inverse") return a.args[0]!;
    if (a.op === "transpose") return this.transpose(this.inverse(a.args[0]!));
    return this.make("inverse", [a], [a.shape[1]!, a.shape[0]!]);
  }

  /** A⁻¹B for a matrix or vector B. */
  solve(a: Node, b: Node): Node {
    return this.make("solve", [a, b], b.shape);
  }
}

const isWhole = (x: number): boolean => Math.abs(x - Math.round(x)) < 1e-12 * Math.abs(x);

const isFn = (n: Node, name: string): boolean => n.op === "fn" && n.attr === name;

/** The result of an operation with a number keeps the other's shape. */
const covers = (a: Node, number: Node): boolean => rank(number) === 0 && rank(a) >= 0;

const sumRange = (r: Interval): Interval => [r[0] >= 0 ? 0 : -Infinity, r[1] <= 0 ? 0 : Infinity];

function keyOf(op: Op, attr: string, dims: readonly Dim[], args: readonly Node[], shape: readonly Dim[]): string {
  return `${op}|${attr}|${dims.map((d) => d.key).join()}|${args.map((a) => a.id).join()}|${shape.map((d) => d.key).join()}`;
}
