import { apply, children, type Expr, freeNames, num, substitute } from "../../core/ast";
import { spend } from "../../core/budget";
import { type Dim, dimEqual, dimMul, dimName, ONE } from "../../core/dimension";
import { Refusal } from "../../core/problem";
import { familyMember, type Scope } from "../../core/scope";
import { isColumn, isMatrix, isRow, isScalar, matrix, SCALAR, type Shape, transposed, vector } from "../../core/shape";
import { atOnce, type Steps } from "../../core/steps";
import { operator } from "../../operators";
import { dimensionOf } from "../../language/dimensionOf";
import { type ShapeOf, shapesIn } from "../kinds";
import { chainDiagonal, chainProduct, chainTrace, type ProductContext, split } from "./chain";
import { pointwise } from "./functions";
import { Graph, isNumber, type Node, rank } from "./ir";
import { indexedValue, isStructured, type Outside } from "./indexed";
import { ANY } from "./interval";
import type { Sizes } from "./sizes";
import { isSquareMatrix, type LowRank, Structures, written } from "./structure";
import {
  asDense,
  axes,
  asNode,
  dense,
  type Dense,
  type Diagonal,
  diagonalOf,
  full,
  kronecker,
  scaleValue,
  sumOf,
  traceOf,
  transposeValue,
  type Value,
} from "./value";

export interface LoweringOptions {
  readonly scope: Scope;
  readonly sizes: (shapeOf: ShapeOf) => Sizes;
  readonly symmetricProducts: boolean;
  /** Whether the target has a function of each entry. */
  readonly spells: (name: string) => boolean;
  /** Sums inside products that are multiplied out, by their text. */
  readonly distribute: ReadonlySet<string>;
}

/** Formulas to array operations. One instance serves all results of a function, which then share what is common. */
export class Lowering {
  readonly graph = new Graph();
  readonly sizes: Sizes;
  /** Sums inside products: each could be multiplied out instead. */
  readonly sites = new Set<string>();
  /** Functions that the scope does not define: they become parameters. */
  readonly unknownFunctions = new Set<string>();
  private readonly products: ProductContext;
  private readonly cache = new Map<Expr, Value>();
  private shapeOf: ShapeOf;
  private readonly locals = new Map<string, Value>();

  constructor(private readonly options: LoweringOptions) {
    this.shapeOf = shapesIn(options.scope);
    this.sizes = options.sizes(this.shapeOf);
    this.products = { graph: this.graph, sizes: this.sizes, symmetricProducts: options.symmetricProducts };
    this.structures = new Structures({
      scope: options.scope,
      sizes: (d) => this.sizes(d),
      shape: (e) => this.shape(e),
      factors: (e) => this.factors(e),
      textOf,
      isPositive: (d) => {
        const v = this.lower(d);
        return v.kind === "diagonal" && v.node.range[0] >= 0 && !this.mayBeZero(d);
      },
    });
  }

  /** The value of a formula, in steps; throws a `Refusal` where it has none in code. */
  *value(formula: Expr): Steps<Value> {
    const e = this.structures.rewritten(formula);
    const v = yield* this.lowerInSteps(e);
    if (v.kind !== "kronecker") this.graph.commit(v.kind === "inverse" ? this.graph.inverse(v.node) : v.node);
    return v;
  }

  private shape(e: Expr): Shape {
    const s = this.shapeOf(e);
    if (s === undefined)
      throw new Refusal(
        "unsupported",
        `The shape of a part of the formula is not known, so no code can be written for it.`,
        e.span,
      );
    return s;
  }

  private lower(e: Expr): Value {
    const known = this.cache.get(e);
    if (known !== undefined) return known;
    spend(10);
    return this.keep(e, this.find(e));
  }

  /** The same with a pause after each term of a sum. */
  private *lowerInSteps(e: Expr): Steps<Value> {
    const isSum = e.kind === "apply" && (e.op === "add" || e.op === "sub");
    if (!isSum || this.cache.has(e)) return this.lower(e);
    spend(10);
    return this.keep(e, yield* this.sum(e));
  }

  private keep(e: Expr, v: Value): Value {
    if (v.kind === "dense" || v.kind === "diagonal") this.graph.commit(v.node);
    if (this.locals.size === 0) this.cache.set(e, v);
    return v;
  }

  private node(e: Expr): Node {
    return asNode(this.graph, this.lower(e));
  }

  private find(e: Expr): Value {
    const g = this.graph;
    switch (e.kind) {
      case "number":
        return dense(g.number(e.value), SCALAR);
      case "name":
        return this.name(e.name, e);
      case "apply":
        return this.apply(e.op, e.args, e);
      case "call":
        return this.call(e);
      case "literal":
        return this.literal(e.rows, e);
      case "index":
        return this.index(e.base, e.indices, e);
      case "sumover":
        return this.sumOver(e);
      case "derivative":
      case "differential":
        throw new Refusal("unsupported", "A derivative must be taken before it can be written as code.", e.span);
      case "error":
        throw new Refusal("syntax", `"${e.text}" could not be read.`, e.span);
    }
  }

  private name(text: string, e: Expr): Value {
    const g = this.graph;
    const local = this.locals.get(text);
    if (local !== undefined) return local;
    const { scope } = this.options;
    const v = scope.variables.get(text);
    if (v !== undefined && v.family === undefined) {
      const p = v.properties;
      const has = (...names: Parameters<typeof p.has>[0][]): boolean => names.some((x) => p.has(x));
      const node = g.input(text, axes(v.shape), {
        range: has("positive", "nonneg") ? [0, Infinity] : ANY,
        symmetric: has("symmetric", "diagonal", "posdef", "psd"),
        semidefinite: has("posdef", "psd"),
      });
      return dense(node, v.shape);
    }
    const member = familyMember(scope, text);
    if (member !== undefined) {
      const { variable, index } = member;
      const position =
        this.locals.get(index) ?? (/^\d+$/.test(index) ? dense(g.number(Number(index)), SCALAR) : undefined);
      if (position === undefined)
        throw new Refusal(
          "unsupported",
          `The index "${index}" of "${text}" has no value here: sum over it, or give a number.`,
          e.span,
        );
      const shape = isMatrix(variable.shape)
        ? [variable.shape.rows, variable.shape.cols]
        : isScalar(variable.shape)
          ? []
          : [isColumn(variable.shape) ? variable.shape.rows : variable.shape.cols];
      const stack = g.input(variable.name, [variable.family!.to, ...shape], {});
      return dense(g.make("index", [stack, asNode(g, position)], shape, { attr: "member" }), variable.shape);
    }
    const definition = scope.definitions.get(text);
    if (definition !== undefined && definition.parameters === undefined) return this.lower(definition.body);
    if (scope.dimensions.has(text)) return dense(g.dimension(dimName(text)), SCALAR);
    throw new Refusal("undeclared", `"${text}" is not declared.`, e.span);
  }

  private apply(op: string, args: readonly Expr[], e: Expr): Value {
    const g = this.graph;
    const [a, b] = args as [Expr, Expr];
    switch (op) {
      case "add":
      case "sub":
        return atOnce(this.sum(e));
      case "neg":
      case "mul":
        return this.product(e);
      case "transpose":
        return isProduct(a) ? this.product(e) : transposeValue(g, this.lower(a));
      case "div":
        return isScalar(this.shape(b)) && !isScalar(this.shape(a)) ? this.product(e) : this.quotient(a, b, e);
      case "hadamard":
        return this.structured(e) ?? this.hadamard(this.lower(a), this.lower(b));
      case "hdiv":
        return dense(g.div(asNode(g, this.lower(a)), this.node(b)), this.shape(e));
      case "pow":
        return this.power(a, b, e);
      case "hpow":
        return this.entrywise(this.lower(a), (n) => g.pow(n, this.node(b)));
      case "eye":
        if (isScalar(this.shape(e))) return dense(g.number(1), SCALAR);
        return { kind: "diagonal", node: g.number(1), shape: this.shape(e) };
      case "ones":
        return dense(g.number(1), this.shape(e));
      case "zeros":
        return dense(g.number(0), this.shape(e));
      case "K": {
        const [m, n] = args.map((x) => dimensionOf(x)!) as [Dim, Dim];
        const eye = asNode(g, { kind: "diagonal", node: g.number(1), shape: this.shape(e) });
        return dense(
          g.make("permuteColumns", [eye], [dimMul(m, n), dimMul(m, n)], { dims: [m, n], range: [0, 1] }),
          this.shape(e),
        );
      }
      case "inv": {
        const part = this.structures.lowRank(a);
        if (part !== undefined) return this.lower(this.inParts(part));
        const v = this.lower(a);
        if (v.kind === "kronecker" && isSquareMatrix(v.left.shape) && isSquareMatrix(v.right.shape))
          return scaleValue(
            g,
            g.div(g.number(1), v.scale),
            kronecker(g, this.inverseValue(v.left), this.inverseValue(v.right)),
          );
        return this.inverseValue(v);
      }
      case "adj":
        return this.lower(apply("mul", apply("det", a), apply("inv", a)));
      case "mean":
        return dense(g.div(this.sumOfEntries(a), this.count(this.shape(a))), SCALAR);
      default:
        return this.function(op, args, e);
    }
  }

  private function(op: string, args: readonly Expr[], e: Expr): Value {
    const g = this.graph;
    const a = args[0]!;
    const shape = this.shape(e);
    const make = (name: Parameters<Graph["make"]>[0], attr = ""): Value => {
      const x = full(g, this.lower(a));
      return dense(g.make(name, [x], axes(shape), { attr }), shape);
    };
    switch (op) {
      case "sum":
        return dense(this.sumOfEntries(a), SCALAR);
      case "tr":
        return dense(this.trace(a), SCALAR);
      case "dot":
        return dense(this.inner(this.lower(args[0]!), this.lower(args[1]!)), SCALAR);
      case "norm2":
        return dense(g.norm(full(g, this.lower(a))), SCALAR);
      case "norm1":
        return dense(
          sumOf(
            g,
            asDense(
              g,
              this.entrywise(this.lower(a), (n) => g.fn("abs", n)),
            ),
          ),
          SCALAR,
        );
      case "norminf":
        return this.maximum(this.entrywise(this.lower(a), (n) => g.fn("abs", n)));
      case "max":
        return this.maximum(this.lower(a));
      case "det":
      case "logdet": {
        const byParts = this.determinant(op, a);
        if (byParts !== undefined) return dense(byParts, SCALAR);
        if (op === "logdet") {
          // log|cA| = n log|c| + log|A|
          const f = this.factors(a);
          if (f.arrays.length === 1 && (f.number !== 1 || f.scalars.length > 0)) {
            const c = asNode(g, this.scaled({ ...f, arrays: [] }, []));
            const rest = this.node(apply("logdet", f.arrays[0]!.expr));
            return dense(g.add(rest, g.mul(g.dimension(this.shape(a).rows), g.fn("log", g.fn("abs", c)))), SCALAR);
          }
        }
        const v = this.lower(a);
        if (v.kind === "diagonal" || v.kind === "kronecker") return dense(this.determinantOf(op, v), SCALAR);
        if (op === "det" && v.kind === "inverse") return dense(g.div(g.number(1), g.det(v.node)), SCALAR);
        if (op === "logdet" && v.kind === "inverse") return dense(g.neg(g.logdet(v.node)), SCALAR);
        return dense(op === "det" ? g.det(full(g, v)) : g.logdet(full(g, v)), SCALAR);
      }
      case "logsumexp":
        return dense(g.logsumexp(full(g, this.lower(a))), SCALAR);
      case "logsumexpr":
        return dense(g.logsumexpRows(full(g, this.lower(a))), shape);
      case "softmax":
        return dense(g.softmax(full(g, this.lower(a))), shape);
      case "normnuc":
        return make("nuclearNorm");
      case "normspec":
        return make("spectralNorm");
      case "lmax":
        return make("largestEigenvalue");
      case "hardmax":
        return dense(g.make("hardmax", [full(g, this.lower(a))], axes(shape), { range: [0, 1] }), shape);
      case "usv1":
        return make("leadingSingular");
      case "vmax":
        return make("leadingEigenvector");
      case "pinv":
        return make("pinv");
      case "expm":
      case "logm":
      case "sqrtm":
        return make("matrixFunction", op);
      case "tril":
      case "triu":
        return make(op);
      case "vec":
        return dense(g.vec(full(g, this.lower(a))), shape);
      case "diag":
        return this.diagonal(a, shape);
      case "kron":
        return kronecker(g, this.lower(args[0]!), this.lower(args[1]!));
      default:
        if (operator(op)?.group === "elementwise")
          return this.entrywise(this.lower(a), (n) => pointwise(g, op, n, this.options.spells));
        throw new Refusal("unsupported", `"${op}" cannot be written as code yet.`, e.span);
    }
  }

  private inverseValue(v: Value): Value {
    if (v.kind === "diagonal") return { ...v, node: this.graph.div(this.graph.number(1), v.node) };
    if (v.kind === "inverse") return dense(v.node, v.shape);
    return { kind: "inverse", node: full(this.graph, v), shape: v.shape };
  }

  /** The determinant lemma, and products of square matrices with a diagonal among them. */
  private determinant(op: "det" | "logdet", e: Expr): Node | undefined {
    const g = this.graph;
    const join = (x: Node, y: Node): Node => (op === "det" ? g.mul(x, y) : g.add(x, y));
    const part = this.structures.lowRank(e);
    if (part !== undefined)
      return join(this.determinantOf(op, this.lower(part.diagonal)), this.determinantOf(op, this.lower(part.capacity)));
    const f = this.factors(e);
    if (f.arrays.length < 2 || f.number !== 1 || f.scalars.length > 0) return undefined;
    if (!f.arrays.every((x) => isSquareMatrix(this.shape(x.expr)))) return undefined;
    if (!f.arrays.some((x) => this.lower(x.expr).kind === "diagonal")) return undefined;
    return f.arrays.map((x) => this.determinantOf(op, this.lower(x.expr))).reduce(join);
  }

  /** Of a diagonal the product of its entries; of kron(A, B) det(A)^m det(B)^n. */
  private determinantOf(op: "det" | "logdet", v: Value): Node {
    const g = this.graph;
    const n = g.dimension(v.shape.rows);
    const logOf = (x: Node): Node => g.fn("log", g.fn("abs", x));
    if (v.kind === "diagonal") {
      if (rank(v.node) === 0) return op === "det" ? g.pow(v.node, n) : g.mul(n, logOf(v.node));
      return op === "det" ? g.make("product", [v.node], []) : g.sum(logOf(v.node));
    }
    if (v.kind === "inverse") {
      const inner = this.determinantOf(op, dense(v.node, v.shape));
      return op === "det" ? g.div(g.number(1), inner) : g.neg(inner);
    }
    if (v.kind === "kronecker" && isSquareMatrix(v.left.shape) && isSquareMatrix(v.right.shape)) {
      const [a, b] = [v.left, v.right].map((x) => this.determinantOf(op, x)) as [Node, Node];
      const [p, q] = [v.left, v.right].map((x) => g.dimension(x.shape.rows)) as [Node, Node];
      if (op === "det") return g.mul(g.pow(v.scale, n), g.mul(g.pow(a, q), g.pow(b, p)));
      return g.add(g.add(g.mul(q, a), g.mul(p, b)), g.mul(n, logOf(v.scale)));
    }
    return op === "det" ? g.det(full(g, v)) : g.logdet(full(g, v));
  }

  // Sums and products

  /** A sum: terms in the order they are written, diagonals added last, a common number taken out. */
  private *sum(e: Expr): Steps<Value> {
    const g = this.graph;
    const shape = this.shape(e);
    const structured = this.structured(e);
    if (structured !== undefined) return structured;
    const terms: { negative: boolean; factors: Factors }[] = [];
    const collect = (x: Expr, negative: boolean): void => {
      spend(2);
      if (x.kind === "apply" && (x.op === "add" || x.op === "sub")) {
        collect(x.args[0]!, negative);
        collect(x.args[1]!, negative !== (x.op === "sub"));
      } else if (x.kind === "apply" && x.op === "neg") collect(x.args[0]!, !negative);
      else {
        const factors = this.factors(x);
        terms.push({
          negative: negative !== factors.number < 0,
          factors: { ...factors, number: Math.abs(factors.number) },
        });
      }
    };
    collect(e, false);
    const number = terms[0]!.factors.number;
    const common =
      number !== 1 &&
      terms.length > 1 &&
      terms.every((t) => t.factors.number === number) &&
      !terms.some((t) => this.looksDiagonal(t.factors))
        ? number
        : 1;
    let node: Node | undefined;
    let diagonal: Node | undefined;
    const parts: { negative: boolean; value: Value }[] = [];
    for (const { negative, factors } of terms) {
      const value = this.multiplyFactors({ ...factors, number: factors.number / common });
      if (value.kind !== "kronecker") g.commit(value.node);
      parts.push({ negative, value });
      yield;
    }
    const blocks = this.sumOfBlocks(parts);
    if (blocks !== undefined) return scaleValue(g, g.number(common), blocks);
    const known = this.knownSum(parts);
    if (known !== undefined) return scaleValue(g, g.number(common), dense(known, shape));
    for (const { negative, value } of parts) {
      if (value.kind === "diagonal") {
        const d = value.node;
        diagonal =
          diagonal === undefined ? (negative ? g.neg(d) : d) : negative ? g.sub(diagonal, d) : g.add(diagonal, d);
      } else {
        const x = asNode(g, value);
        node = node === undefined ? (negative ? g.neg(x) : x) : negative ? g.sub(node, x) : g.add(node, x);
      }
    }
    const scaled = (v: Value): Value => (common === 1 ? v : scaleValue(g, g.number(common), v));
    if (node === undefined) return scaled({ kind: "diagonal", node: diagonal!, shape });
    if (diagonal === undefined) {
      this.sums.set(termsKey([[node, false]]), node);
      return scaled(dense(node, shape));
    }
    const whole = g.spread(node, [shape.rows, shape.cols]);
    if (whole.op === "neg" && rank(diagonal) > 0)
      return scaled(dense(g.make("addDiagonal", [whole, diagonal], [shape.rows, shape.cols]), shape));
    return scaled(dense(g.make("addDiagonal", [whole, diagonal], [shape.rows, shape.cols]), shape));
  }

  /** kron(A, I) + kron(B, I) + c·I = kron(A + B + c·I, I), and the same from the left. */
  private sumOfBlocks(parts: readonly { negative: boolean; value: Value }[]): Value | undefined {
    const g = this.graph;
    const first = parts.find((p) => p.value.kind === "kronecker")?.value;
    if (first?.kind !== "kronecker" || parts.length < 2) return undefined;
    const isEye = (v: Value): boolean => v.kind === "diagonal" && isNumber(v.node, 1);
    const side = isEye(first.right) ? "right" : isEye(first.left) ? "left" : undefined;
    if (side === undefined) return undefined;
    const block = side === "right" ? "left" : "right";
    const shape = first[block].shape;
    if (!isSquareMatrix(shape)) return undefined;
    let sum: Node | undefined;
    let diagonal: Node | undefined;
    for (const { negative, value: v } of parts) {
      const signed = (n: Node): Node => (negative ? g.neg(n) : n);
      if (v.kind === "diagonal" && rank(v.node) === 0)
        diagonal = diagonal === undefined ? signed(v.node) : g.add(diagonal, signed(v.node));
      else if (v.kind === "kronecker" && isEye(v[side]) && dimEqual(v[side].shape.rows, first[side].shape.rows)) {
        const x = signed(g.mul(v.scale, full(g, v[block])));
        sum = sum === undefined ? x : g.add(sum, x);
      } else return undefined;
    }
    const whole = diagonal === undefined ? sum! : g.make("addDiagonal", [sum!, diagonal], [shape.rows, shape.cols]);
    return { ...first, scale: g.number(1), [block]: dense(whole, shape) };
  }

  /** Sums by their terms, whatever their order. */
  private readonly sums = new Map<string, Node>();

  /** The same sum, or its negative, where it was computed before with its terms in another order. */
  private knownSum(parts: readonly { negative: boolean; value: Value }[]): Node | undefined {
    if (parts.length < 2 || parts.some((p) => p.value.kind !== "dense")) return undefined;
    const terms = parts.map((p): [Node, boolean] => [(p.value as Dense).node, p.negative]);
    const known = this.sums.get(termsKey(terms));
    if (known !== undefined) return known;
    const opposite = this.sums.get(termsKey(terms.map(([n, negative]) => [n, !negative])));
    return opposite === undefined ? undefined : this.graph.neg(opposite);
  }

  /** Several Kronecker products, or one beside other factors: with one axis for each of their sides. */
  private structured(e: Expr): Value | undefined {
    return isStructured(e) ? indexedValue(this.outside(), e) : undefined;
  }

  private outside(): Outside {
    const { scope } = this.options;
    return { products: this.products, scope, lower: (x) => this.lower(x), shapeOf: this.shapeOf };
  }

  private looksDiagonal(f: Factors): boolean {
    return (
      f.arrays.length > 0 &&
      f.arrays.every((x) => x.expr.kind === "apply" && (x.expr.op === "eye" || x.expr.op === "diag"))
    );
  }

  private product(e: Expr): Value {
    return this.structured(e) ?? this.multiplyFactors(this.factors(e));
  }

  /** The factors of a product, through transposes, signs and scalar divisors. */
  private factors(e: Expr): Factors {
    const out: { number: number; scalars: ScalarFactor[]; arrays: ArrayFactor[] } = {
      number: 1,
      scalars: [],
      arrays: [],
    };
    const walk = (x: Expr, flipped: boolean): void => {
      spend(2);
      if (x.kind === "number") {
        out.number *= x.value;
        return;
      }
      if (x.kind === "apply") {
        const [a, b] = x.args as [Expr, Expr];
        switch (x.op) {
          case "neg":
            out.number = -out.number;
            walk(a, flipped);
            return;
          case "transpose":
            walk(a, isScalar(this.shape(a)) ? false : !flipped);
            return;
          case "mul": {
            const [s, t] = [isScalar(this.shape(a)), isScalar(this.shape(b))];
            // A row times a column is a scalar of its own, whatever it stands beside.
            if (isScalar(this.shape(x)) && !s && !t) break;
            if (s || t || !flipped) {
              walk(a, flipped && !s);
              walk(b, flipped && !t);
            } else {
              walk(b, true);
              walk(a, true);
            }
            return;
          }
          case "div":
            if (isScalar(this.shape(b))) {
              walk(a, flipped);
              if (b.kind === "number") out.number /= b.value;
              else out.scalars.push({ expr: b, inverted: true });
              return;
            }
            break;
          case "inv": {
            // (cA)⁻¹ = A⁻¹/c
            const f = this.factors(a);
            if (f.arrays.length !== 1 || (f.number === 1 && f.scalars.length === 0)) break;
            out.number /= f.number;
            for (const s of f.scalars) out.scalars.push({ expr: s.expr, inverted: !s.inverted });
            out.arrays.push({ expr: apply("inv", f.arrays[0]!.expr), flipped: flipped !== f.arrays[0]!.flipped });
            return;
          }
          case "pow":
            if (
              isMatrix(this.shape(x)) &&
              b.kind === "number" &&
              Number.isInteger(b.value) &&
              b.value >= 2 &&
              b.value <= 4
            ) {
              for (let i = 0; i < b.value; i++) walk(a, flipped);
              return;
            }
            break;
        }
      }
      if (x.kind === "name" && !this.locals.has(x.name)) {
        const body = this.options.scope.variables.has(x.name) ? undefined : this.options.scope.definitions.get(x.name);
        if (body !== undefined && body.parameters === undefined && isProduct(body.body)) {
          walk(body.body, flipped);
          return;
        }
      }
      if (isScalar(this.shape(x))) out.scalars.push({ expr: x, inverted: false });
      else out.arrays.push({ expr: x, flipped });
    };
    walk(e, false);
    // A scalar made of vectors is a product of its own: a'*x, x'*A*x.
    if (
      out.arrays.length === 0 &&
      out.scalars.length === 1 &&
      out.scalars[0]!.expr === e &&
      e.kind === "apply" &&
      e.op === "mul"
    )
      return this.innerFactors(e);
    return out;
  }

  /** The factors of a product that is a scalar: a row, matrices, a column. */
  private innerFactors(e: Expr): Factors {
    const out: { number: number; scalars: ScalarFactor[]; arrays: ArrayFactor[] } = {
      number: 1,
      scalars: [],
      arrays: [],
    };
    const [a, b] = (e as { args: readonly Expr[] }).args as [Expr, Expr];
    for (const x of [a, b]) {
      const f = this.factors(x);
      out.number *= f.number;
      out.scalars.push(...f.scalars);
      out.arrays.push(...f.arrays);
    }
    return out;
  }

  private multiplyFactors(given: Factors): Value {
    const f = this.solvedInParts(this.stableFactors(given));
    const at =
      f.arrays.length > 1 || (f.arrays.length === 1 && f.scalars.length > 0)
        ? f.arrays.findIndex((x) => this.distributes(x, f.arrays.length))
        : -1;
    if (at >= 0) return this.multipliedOut(f, at);
    return this.scaled(
      f,
      f.arrays.map((x) => this.factorValue(x)),
    );
  }

  private factorShape(x: ArrayFactor): Shape {
    const s = x.value?.shape ?? this.shape(x.expr);
    return x.flipped ? transposed(s) : s;
  }

  private factorValue(x: ArrayFactor): Value {
    const g = this.graph;
    let v: Value;
    if (x.value !== undefined) v = x.value;
    else if (x.form === undefined) v = this.lower(x.expr);
    else {
      const a = full(g, this.lower(x.expr));
      v = dense(g.make(x.form, [g.make("svd", [a], a.shape)], a.shape), this.shape(x.expr));
    }
    return x.flipped ? transposeValue(g, v) : v;
  }

  /**
   * `A*inv(sqrtm(A'*A))`, with `pinv` too, is the polar factor of A, which singular values give to full precision however
   * ill-conditioned A is; `det(A)*inv(A)'` the matrix of cofactors, which a singular A has as well.
   */
  private stableFactors(f: Factors): Factors {
    const same = (a: Expr, b: Expr): boolean => textOf(a) === textOf(b);
    const gram = (x: Expr): Expr | undefined => {
      if (x.kind !== "apply" || (x.op !== "inv" && x.op !== "pinv")) return undefined;
      const root = x.args[0]!;
      const inside = root.kind === "apply" && root.op === "sqrtm" ? root.args[0]! : undefined;
      if (inside?.kind !== "apply" || inside.op !== "mul") return undefined;
      const [p, q] = inside.args as [Expr, Expr];
      if (p.kind === "apply" && p.op === "transpose" && same(p.args[0]!, q)) return q;
      return undefined;
    };
    const arrays = [...f.arrays];
    for (let i = 0; i + 1 < arrays.length; i++) {
      const [a, b] = [arrays[i]!, arrays[i + 1]!];
      const [right, left] = [gram(b.expr), gram(a.expr)];
      if (right !== undefined && !a.flipped && a.form === undefined && same(a.expr, right))
        arrays.splice(i, 2, { expr: a.expr, flipped: false, form: "polar" });
      else if (left !== undefined && b.flipped && b.form === undefined && same(b.expr, left))
        arrays.splice(i, 2, { expr: b.expr, flipped: true, form: "polar" });
    }
    const scalars = [...f.scalars];
    for (const [k, s] of scalars.entries()) {
      if (s.inverted || s.expr.kind !== "apply" || s.expr.op !== "det") continue;
      const of = s.expr.args[0]!;
      const at = arrays.findIndex((x) => x.expr.kind === "apply" && x.expr.op === "inv" && same(x.expr.args[0]!, of));
      if (at < 0 || this.isInvertible(of)) continue;
      arrays[at] = { expr: of, flipped: !arrays[at]!.flipped, form: "cofactors" };
      scalars.splice(k, 1);
      break;
    }
    return { ...f, scalars, arrays };
  }

  /** Matrices that are factorized in parts. */
  private readonly structures: Structures;

  /** Zero where what is declared not to be negative is. */
  private mayBeZero(e: Expr): boolean {
    const has = (name: string): boolean => {
      const p = this.options.scope.variables.get(name)?.properties;
      return p !== undefined && p.has("nonneg") && !p.has("positive");
    };
    return (
      [...freeNames(e)].some(has) ||
      (e.kind === "apply" && ["abs", "relu", "hpow", "pow", "sqrt"].includes(e.op)) ||
      children(e).some((c) => this.mayBeZero(c))
    );
  }

  private lowRankInverse(x: ArrayFactor): LowRank | undefined {
    const e = x.expr;
    if (x.value !== undefined || x.form !== undefined || e.kind !== "apply" || e.op !== "inv") return undefined;
    const found = this.structures.lowRank(e.args[0]!);
    return found === undefined || (x.flipped && !found.symmetric) ? undefined : found;
  }

  /** Inverses of a diagonal plus a product of low rank beside what they are multiplied with, smallest result first. */
  private solvedInParts(f: Factors): Factors {
    const arrays = [...f.arrays];
    while (arrays.length > 1) {
      const parts = arrays.map((x) => this.lowRankInverse(x));
      let best: { at: number; end: number; size: number; part: LowRank } | undefined;
      // The run of factors on one side of it, up to the next one, that makes the smallest product.
      parts.forEach((part, at) => {
        if (part === undefined) return;
        for (const step of [1, -1])
          for (let end = at + step; arrays[end] !== undefined && parts[end] === undefined; end += step) {
            const s = this.factorShape(arrays[end]!);
            const size = this.sizes(step > 0 ? s.cols : s.rows);
            if (best === undefined || size < best.size) best = { at, end, size, part };
          }
      });
      if (best === undefined) {
        // Nothing but such inverses: one is taken as an array.
        const at = parts.findIndex((p) => p !== undefined);
        if (at < 0) break;
        arrays[at] = { expr: arrays[at]!.expr, flipped: false, value: this.factorValue(arrays[at]!) };
        continue;
      }
      const { at, end, part } = best;
      const after = end > at;
      const from = Math.min(at, end);
      const [dInv, kInv] = this.inverseFactors(part);
      const product = (list: readonly ArrayFactor[]): Value => this.multiplyFactors({ number: 1, scalars: [], arrays: list }); // prettier-ignore
      // (D + AB)⁻¹A = D⁻¹A(I + BD⁻¹A)⁻¹, and the same from the other side.
      const through = after ? part.left : part.right;
      const start = after ? at + 1 : at - through.length;
      const run = arrays.slice(Math.max(0, start), start + through.length);
      const pushed =
        run.length === through.length &&
        run.every((x, i) => x.value === undefined && x.form === undefined && x.flipped === through[i]!.flipped && textOf(x.expr) === textOf(through[i]!.expr)); // prettier-ignore
      if (pushed) {
        const value = product(after ? [dInv, ...run, kInv] : [kInv, ...run, dInv]);
        arrays.splice(after ? at : start, through.length + 1, { expr: arrays[at]!.expr, flipped: false, value });
        continue;
      }
      const side = after ? arrays.slice(at + 1, end + 1) : arrays.slice(end, at);
      const other: ArrayFactor =
        side.length === 1 ? side[0]! : { expr: side[0]!.expr, flipped: false, value: product(side) };
      const small = [dInv, ...part.left, kInv, ...part.right, dInv];
      const [plain, correction] = after
        ? [product([dInv, other]), product([...small, other])]
        : [product([other, dInv]), product([other, ...small])];
      const value = this.difference(plain, correction);
      arrays.splice(from, side.length + 1, { expr: other.expr, flipped: false, value });
    }
    return { ...f, arrays };
  }

  private difference(a: Value, b: Value): Value {
    const g = this.graph;
    if (a.kind === "diagonal" && b.kind !== "diagonal")
      return dense(g.make("addDiagonal", [g.neg(full(g, b)), a.node], axes(a.shape)), a.shape);
    return dense(g.sub(asNode(g, a), asNode(g, b)), a.shape);
  }

  private readonly inverses = new Map<Expr, Expr>();

  /** The same formula for the same matrix, so that it is lowered once. */
  private inverseOf(e: Expr): Expr {
    if (!this.inverses.has(e)) this.inverses.set(e, apply("inv", e));
    return this.inverses.get(e)!;
  }

  private inverseFactors({ diagonal, capacity }: LowRank): [ArrayFactor, ArrayFactor] {
    return [
      { expr: this.inverseOf(diagonal), flipped: false },
      { expr: this.inverseOf(capacity), flipped: false },
    ];
  }

  /** D⁻¹ − D⁻¹A(I + BD⁻¹A)⁻¹BD⁻¹ as a formula. */
  private inParts(part: LowRank): Expr {
    const [d, k] = [this.inverseOf(part.diagonal), this.inverseOf(part.capacity)];
    return apply(
      "sub",
      d,
      [d, ...part.left.map(written), k, ...part.right.map(written), d].reduce((a, b) => apply("mul", a, b)),
    );
  }

  /** Said to be invertible, so that its inverse may be taken. */
  private isInvertible(e: Expr): boolean {
    return e.kind === "name" && this.options.scope.variables.get(e.name)?.properties.has("invertible") === true;
  }

  /** The product of the scalars of a product with its arrays. */
  private scaled(f: Factors, values: readonly Value[]): Value {
    const g = this.graph;
    // Divisors are joined, so that one division remains.
    let above = g.number(f.number);
    let below = g.number(1);
    for (const s of f.scalars) {
      const n = this.node(s.expr);
      if (s.inverted) below = g.mul(below, n);
      else above = g.mul(above, n);
    }
    const scale = g.div(above, below);
    if (values.length === 0) return dense(scale, SCALAR);
    const merged = this.permuted(values);
    if (scale.op === "div" && !isNumber(above, 1)) {
      const v = chainProduct(this.products, above, merged);
      return v.kind === "dense" && rank(v.node) <= 1
        ? dense(g.div(v.node, below), v.shape)
        : scaleValue(g, g.div(g.number(1), below), v);
    }
    if (scale.op === "div") {
      const v = chainProduct(this.products, g.number(1), merged);
      return v.kind === "dense" ? dense(g.div(v.node, below), v.shape) : scaleValue(g, scale, v);
    }
    return chainProduct(this.products, scale, merged);
  }

  /** Commutation matrices beside something else permute its columns or rows. */
  private permuted(values: readonly Value[]): readonly Value[] {
    const g = this.graph;
    const out: Value[] = [];
    const isK = (v: Value): v is Dense =>
      v.kind === "dense" && v.node.op === "permuteColumns" && v.node.args[0]!.op === "eye";
    for (const v of values) {
      const last = out.at(-1);
      if (isK(v) && last !== undefined && isMatrix(last.shape)) {
        const n = g.make("permuteColumns", [full(g, last)], [last.shape.rows, last.shape.cols], { dims: v.node.dims });
        out[out.length - 1] = dense(n, last.shape);
      } else if (last !== undefined && isK(last)) {
        const x = full(g, v);
        out[out.length - 1] = dense(g.make("permuteRows", [x], x.shape, { dims: last.node.dims }), v.shape);
      } else out.push(v);
    }
    return out;
  }

  /** Whether a factor is a sum of matrices that is to be multiplied out. */
  private distributes(f: ArrayFactor, count: number): boolean {
    const e = f.expr;
    if (
      f.value !== undefined ||
      count < 2 ||
      e.kind !== "apply" ||
      (e.op !== "add" && e.op !== "sub") ||
      !isMatrix(this.shape(e))
    )
      return false;
    const key = textOf(e);
    this.sites.add(key);
    return this.options.distribute.has(key);
  }

  /** The product with a sum multiplied out: only with the vector beside it, where there is one. */
  private multipliedOut(f: Factors, at: number): Value {
    const { expr, flipped } = f.arrays[at]!;
    const sum = expr as Extract<Expr, { kind: "apply" }>;
    const values = (list: readonly ArrayFactor[]): Value[] => list.map((x) => this.factorValue(x));
    // A form of its own stays one factor.
    if (f.arrays.some((x) => x.form !== undefined || x.value !== undefined)) return this.scaled(f, values(f.arrays));
    const [left, right] = [at - 1, at + 1].map((i) => f.arrays[i] && this.factorShape(f.arrays[i]));
    const [from, to] =
      right !== undefined && isColumn(right)
        ? [at, at + 2]
        : left !== undefined && isRow(left)
          ? [at - 1, at + 1]
          : [0, f.arrays.length];
    const part = (term: Expr): Expr =>
      f.arrays
        .slice(from, to)
        .map((x, i) => written(i + from === at ? { expr: term, flipped } : x))
        .reduce((a, b) => apply("mul", a, b));
    const inner = this.lower(apply(sum.op, part(sum.args[0]!), part(sum.args[1]!)));
    // The scalars stay outside the sum.
    return this.scaled(f, [...values(f.arrays.slice(0, from)), inner, ...values(f.arrays.slice(to))]);
  }

  // Entry by entry

  private entrywise(v: Value, f: (n: Node) => Node): Value {
    return dense(f(asNode(this.graph, v)), v.shape);
  }

  private hadamard(a: Value, b: Value): Value {
    const g = this.graph;
    if (a.kind === "diagonal" || b.kind === "diagonal") {
      const [d, other] = a.kind === "diagonal" ? [a, b] : [b as Diagonal, a];
      return { kind: "diagonal", node: g.mul(d.node, diagonalOf(g, other)), shape: d.shape };
    }
    const [x, y] = [asNode(g, a), asNode(g, b)];
    // A∘(uv') scales rows and columns.
    for (const [p, q] of [
      [x, y],
      [y, x],
    ] as const)
      // prettier-ignore
      if (q.op === "outer" && rank(p) === 2 && p.op !== "outer") return dense(g.mul(g.mul(g.asColumn(q.args[0]!), p), g.asRow(q.args[1]!)), a.shape);
    return dense(g.mul(x, y), a.shape);
  }

  private quotient(a: Expr, b: Expr, e: Expr): Value {
    const g = this.graph;
    return dense(g.div(this.node(a), this.node(b)), this.shape(e));
  }

  private power(a: Expr, b: Expr, e: Expr): Value {
    const g = this.graph;
    const shape = this.shape(e);
    if (isScalar(shape)) return dense(g.pow(this.node(a), this.node(b)), SCALAR);
    const p =
      b.kind === "number"
        ? b.value
        : b.kind === "apply" && b.op === "neg" && b.args[0]!.kind === "number"
          ? -b.args[0]!.value
          : NaN;
    if (!Number.isInteger(p))
      throw new Refusal("unsupported", "A power of a matrix can be written as code only for a whole exponent.", e.span);
    if (p < 0) return this.lower(p === -1 ? apply("inv", a) : apply("inv", apply("pow", a, num(-p))));
    if (p === 0) return { kind: "diagonal", node: g.number(1), shape };
    if (p === 1) return this.lower(a);
    const v = this.lower(a);
    if (v.kind === "diagonal") return { ...v, node: g.pow(v.node, g.number(p)) };
    if (p <= 4) return this.product(e);
    const x = full(g, v);
    return dense(g.make("matrixPower", [x], x.shape, { attr: String(p) }), shape);
  }

  // Reductions

  /** Linear pieces of a reduction: each term with its sign and number. */
  private perTerm(a: Expr, f: (arrays: readonly Value[], e: Expr | undefined) => Node): Node {
    const g = this.graph;
    if (a.kind === "apply" && (a.op === "add" || a.op === "sub")) {
      const [x, y] = [this.perTerm(a.args[0]!, f), this.perTerm(a.args[1]!, f)];
      return a.op === "add" ? g.add(x, y) : g.sub(x, y);
    }
    return this.inTerms(this.stableFactors(this.factors(a)), f);
  }

  /** Inverses of a diagonal plus a product of low rank as their terms. */
  private inTerms(factors: Factors, f: (arrays: readonly Value[], e: Expr | undefined) => Node): Node {
    const g = this.graph;
    const at = factors.arrays.findIndex((x) => this.lowRankInverse(x) !== undefined);
    if (at >= 0) {
      const part = this.lowRankInverse(factors.arrays[at]!)!;
      const [d, k] = this.inverseFactors(part);
      const put = (list: readonly ArrayFactor[]): Node =>
        this.inTerms({ ...factors, arrays: [...factors.arrays.slice(0, at), ...list, ...factors.arrays.slice(at + 1)] }, f); // prettier-ignore
      return g.sub(put([d]), put([d, ...part.left, k, ...part.right, d]));
    }
    const sum = factors.arrays.findIndex((x) => this.distributes(x, factors.arrays.length));
    if (sum >= 0) {
      const { expr, flipped } = factors.arrays[sum]!;
      const { op, args } = expr as Extract<Expr, { kind: "apply" }>;
      const [a, b] = args.map((term) => {
        const t = this.factors(flipped ? apply("transpose", term) : term);
        return this.inTerms(
          {
            number: factors.number * t.number,
            scalars: [...factors.scalars, ...t.scalars],
            arrays: [...factors.arrays.slice(0, sum), ...t.arrays, ...factors.arrays.slice(sum + 1)],
          },
          f,
        );
      }) as [Node, Node];
      return op === "add" ? g.add(a, b) : g.sub(a, b);
    }
    return this.reduced(factors, f);
  }

  private reduced(factors: Factors, f: (arrays: readonly Value[], e: Expr | undefined) => Node): Node {
    const g = this.graph;
    let scale = g.number(factors.number);
    for (const s of factors.scalars)
      scale = s.inverted ? g.div(scale, this.node(s.expr)) : g.mul(scale, this.node(s.expr));
    const parts: Value[] = [];
    for (const x of factors.arrays) {
      const p = split(this.products, this.factorValue(x));
      scale = g.mul(scale, p.scale);
      parts.push(...p.parts);
    }
    for (const p of parts) if (p.kind === "dense" || p.kind === "diagonal" || p.kind === "inverse") g.commit(p.node);
    return g.mul(scale, f(parts, factors.arrays.length === 1 ? factors.arrays[0]!.expr : undefined));
  }

  private trace(a: Expr): Node {
    const shape = this.shape(a);
    if (isScalar(shape)) return this.node(a);
    return this.perTerm(a, (parts) =>
      parts.length === 1 ? traceOf(this.graph, parts[0]!) : chainTrace(this.products, parts),
    );
  }

  private sumOfEntries(a: Expr): Node {
    const g = this.graph;
    const shape = this.shape(a);
    if (isScalar(shape)) return this.node(a);
    if (!isProduct(a)) return this.sumOfValue(this.lower(a));
    return this.perTerm(a, (parts) => {
      if (parts.length === 1) return this.sumOfValue(parts[0]!);
      const one = g.number(1);
      const ends = [
        ...(isRow(parts[0]!.shape) ? [] : [dense(one, matrix(ONE, parts[0]!.shape.rows))]),
        ...parts,
        ...(isColumn(parts.at(-1)!.shape) ? [] : [dense(one, vector(parts.at(-1)!.shape.cols))]),
      ];
      return asNode(g, chainProduct(this.products, one, ends));
    });
  }

  private sumOfValue(v: Value): Node {
    return v.kind === "diagonal" ? traceOf(this.graph, v) : sumOf(this.graph, asDense(this.graph, v));
  }

  private inner(a: Value, b: Value): Node {
    return this.sumOfValue(this.hadamard(a, b));
  }

  private maximum(v: Value): Value {
    const n = asNode(this.graph, v);
    return dense(
      rank(n) === 0 ? n : this.graph.make("max", [n.op === "asColumn" || n.op === "asRow" ? n.args[0]! : n], []),
      SCALAR,
    );
  }

  private diagonal(a: Expr, shape: Shape): Value {
    const g = this.graph;
    if (isMatrix(shape)) return { kind: "diagonal", node: this.node(a), shape };
    if (isScalar(shape)) return this.lower(a);
    const node = this.perTerm(a, (parts) =>
      parts.length === 1 ? diagonalOf(g, parts[0]!) : chainDiagonal(this.products, parts),
    );
    return dense(node, shape);
  }

  // The rest

  private call(e: Extract<Expr, { kind: "call" }>): Value {
    const f = this.options.scope.definitions.get(e.name);
    if (f?.parameters !== undefined && e.primes === 0) {
      if (f.parameters.length !== e.args.length)
        throw new Refusal("syntax", `"${e.name}" takes ${f.parameters.length} arguments.`, e.span);
      return this.lower(substitute(f.body, new Map(f.parameters.map((p, i) => [p, e.args[i]!]))));
    }
    const a = this.lower(e.args[0]!);
    const name = e.name + "_prime".repeat(e.primes);
    this.unknownFunctions.add(name);
    const n = full(this.graph, a);
    return dense(
      this.graph.make("call", [n, ...e.args.slice(1).map((x) => full(this.graph, this.lower(x)))], n.shape, {
        attr: name,
      }),
      a.shape,
    );
  }

  private literal(rows: readonly (readonly Expr[])[], e: Expr): Value {
    const g = this.graph;
    const shape = this.shape(e);
    const cells = rows.map((r) => r.map((x) => ({ node: full(g, this.lower(x)), shape: this.shape(x) })));
    const nodes = cells
      .flat()
      .map((c) => (isColumn(c.shape) ? g.asColumn(c.node) : isRow(c.shape) ? g.asRow(c.node) : c.node));
    const node = g.make("blocks", nodes, axes(shape), {
      attr: rows.map((r) => r.length).join(),
    });
    return dense(node, shape);
  }

  private index(base: Expr, indices: readonly (Expr | null)[], e: Expr): Value {
    const g = this.graph;
    const v = full(g, this.lower(base));
    const shape = this.shape(e);
    const at = indices.map((i) => (i === null ? undefined : this.node(i)));
    const used =
      rank(v) === 1 && at.length === 2 ? at.filter((x) => x !== undefined && !isNumber(x, 1)).slice(0, 1) : at;
    const attr = used.map((x) => (x === undefined ? ":" : "i")).join(",");
    const out = axes(shape);
    return dense(g.make("index", [v, ...used.filter((x): x is Node => x !== undefined)], out, { attr }), shape);
  }

  /** A sum over an index: without a loop where the body is a sum of products, else each body by itself. */
  private sumOver(e: Extract<Expr, { kind: "sumover" }>): Value {
    const g = this.graph;
    const indexed = indexedValue(this.outside(), e);
    if (indexed !== undefined) return indexed;
    const [from, to] = [this.node(e.from), this.node(e.to)];
    const before = this.locals.get(e.variable);
    const loop = g.make("loop", [], [], { attr: e.variable, range: [0, Infinity] });
    this.locals.set(e.variable, dense(loop, SCALAR));
    const shapes = shapesIn(this.options.scope, new Map([...this.locals.keys()].map((k) => [k, SCALAR])));
    const shape = shapes(e.body);
    if (shape === undefined) throw new Refusal("unsupported", "The shape of the sum's body is not known.", e.span);
    const outer = this.shapeOf;
    this.shapeOf = shapes;
    const body = full(g, this.lower(e.body));
    this.shapeOf = outer;
    if (before === undefined) this.locals.delete(e.variable);
    else this.locals.set(e.variable, before);
    return dense(g.make("sumOver", [from, to, loop, body], body.shape, { attr: e.variable }), shape);
  }

  private count(s: Shape): Node {
    return this.graph.dimension(dimMul(s.rows, s.cols));
  }
}

/**
 * The terms of a sum, spread out and sorted, each with how often it occurs. A node is younger than its parts, so each
 * sum within the sum is spread once, whatever it is used for.
 */
function termsKey(terms: readonly (readonly [Node, boolean])[]): string {
  const sums = new Map<Node, number>();
  const parts = new Map<Node, number>();
  const count = (n: Node, by: number): void => {
    const to = n.op === "add" || n.op === "sub" || n.op === "neg" ? sums : parts;
    to.set(n, (to.get(n) ?? 0) + by);
  };
  for (const [n, negative] of terms) count(n, negative ? -1 : 1);
  for (;;) {
    let youngest: Node | undefined;
    for (const n of sums.keys()) if (youngest === undefined || n.id > youngest.id) youngest = n;
    if (youngest === undefined) break;
    const by = sums.get(youngest)!;
    sums.delete(youngest);
    const [a, b] = youngest.args;
    count(a!, youngest.op === "neg" ? -by : by);
    if (b !== undefined) count(b, youngest.op === "sub" ? -by : by);
  }
  return [...parts].map(([n, by]) => `${by}·${n.id}`).sort().join(" "); // prettier-ignore
}

/** A formula without the places where it was written: equal for equal formulas. */
function textOf(e: Expr): string {
  const key = JSON.stringify(e, (k, v: unknown) => (k === "span" || k === "opSpan" ? undefined : v));
  spend(key.length / 8);
  return key;
}

interface ScalarFactor {
  readonly expr: Expr;
  readonly inverted: boolean;
}

interface ArrayFactor {
  readonly expr: Expr;
  readonly flipped: boolean;
  /** What is computed already. */
  readonly value?: Value;
  /** What stands for it is not the array itself, but made of its singular values. */
  readonly form?: "polar" | "cofactors";
}

/** A product taken apart: a number, scalars above and below, and arrays in order. */
interface Factors {
  readonly number: number;
  readonly scalars: readonly ScalarFactor[];
  readonly arrays: readonly ArrayFactor[];
}

/** Signs, transposes, products and scalar divisions belong to one chain. */
function isProduct(e: Expr): boolean {
  return (
    e.kind === "apply" && (e.op === "mul" || e.op === "neg" || e.op === "transpose" || e.op === "div" || e.op === "pow")
  );
}
