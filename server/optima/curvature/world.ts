import { apply, children, type Expr, num, sameExpr, type SumExpr } from "../../core/ast";
import { spend } from "../../core/budget";
import { exprKey } from "../../core/exprKey";
import { familyMember, type Property, type Scope } from "../../core/scope";
import { isColumn, isMatrix, isRow, isScalar, isSquare, type Shape } from "../../core/shape";
import { provedEqual } from "../../calculus";
import { Context, dimExpr, dimOf } from "../../derivation/context";
import { Products, type Term } from "../../derivation/term";
import { graphOf, operator } from "../../operators";
import { powerGraph } from "../../operators/graphs";
import { type Definiteness, definiteness, multipleOf, sumOf } from "./definite";
import { squareExpr as squaredModulus, timesExpr as timed } from "./facts";
import {
  ANY, atLeast, between, exactly, hull, imageOf, inverseRange, isNegative, isNonnegative, isNonpositive, isNonzero, isPositive,
  minus, NONNEGATIVE, plus, POSITIVE, type Range, timesRange,
} from "./range"; // prettier-ignore

const scalarValue = (op: string) => {
  const of = operator(op)!;
  return (x: number): number => of.value([{ rows: 1, cols: 1, data: Float64Array.of(x) }]).data[0]!;
};

/** Shapes, bounds and definiteness of the parts of one expression, whose definitions have been followed. */
export class World {
  readonly context: Context;
  readonly products: Products;
  private readonly ranges = new Map<string, Range>();
  private readonly definites = new Map<string, Definiteness | undefined>();

  constructor(
    readonly scope: Scope,
    readonly variables: readonly string[],
  ) {
    this.context = new Context(scope);
    for (const v of variables) this.context.changing.add(v);
    this.products = new Products(this.context);
  }

  /** Whether a value changes with the variables; members of a family that varies do. */
  depends(e: Expr): boolean {
    if (e.kind === "name") {
      if (this.context.changing.has(e.name)) return true;
      const member = familyMember(this.scope, e.name);
      if (member !== undefined && this.context.changing.has(member.variable.name)) this.context.changing.add(e.name);
      return this.context.changing.has(e.name);
    }
    return children(e).some((c) => this.depends(c));
  }

  shape(e: Expr): Shape {
    return this.context.shapeOf(e);
  }

  isScalar(e: Expr): boolean {
    return isScalar(this.shape(e));
  }

  has(e: Expr, property: Property): boolean {
    return e.kind === "name" && this.context.has(e.name, property);
  }

  term(e: Expr): Term {
    return this.products.term(e);
  }

  // ---- transposes ----

  /** The transpose, transposes moved to the leaves, where a symmetric one has none. */
  turned(e: Expr): Expr {
    if (e.kind === "number" || this.isScalar(e)) return this.settled(e);
    if (e.kind === "name") return this.has(e, "symmetric") ? e : apply("transpose", e);
    if (e.kind === "apply") {
      const [a, b] = e.args as [Expr, Expr];
      switch (e.op) {
        case "transpose":
          return this.settled(a);
        case "add":
        case "sub":
        case "hadamard":
        case "hdiv":
          return apply(e.op, this.turned(a), this.turned(b));
        case "neg":
        case "inv":
        case "sqrtm":
        case "expm":
        case "logm":
          return apply(e.op, this.turned(a));
        case "mul":
          return leftmost(this.turned(b), this.turned(a));
        case "div":
          return apply("div", this.turned(a), this.settled(b));
        case "pow":
        case "hpow":
          return apply(e.op, this.turned(a), b);
        case "eye":
          return e;
        case "kron":
          return apply("kron", this.turned(a), this.turned(b));
        case "diag":
          if (isSquare(this.shape(e))) return this.settled(e);
          break;
        case "ones":
        case "zeros":
          if (e.args.length === 2) return sameExpr(a, b) ? e : apply(e.op, b, a);
          break;
      }
      if (graphOf(e.op) !== undefined) return apply(e.op, this.turned(a));
    }
    return apply("transpose", e);
  }

  settled(e: Expr): Expr {
    if (e.kind !== "apply" || operator(e.op)?.ofDimensions === true) return e;
    if (e.op === "transpose") return this.turned(e.args[0]!);
    const args = e.args.map((a) => this.settled(a));
    return e.op === "mul" ? leftmost(args[0]!, args[1]!) : { ...e, args };
  }

  isTransposeOf(a: Expr, b: Expr): boolean {
    return sameExpr(this.turned(a), this.settled(b)) || (isScalar(this.shape(a)) && sameExpr(a, b));
  }

  isSymmetric(e: Expr): boolean {
    return isSquare(this.shape(e)) && this.isTransposeOf(e, e);
  }

  // ---- bounds of entries ----

  range(e: Expr): Range {
    if (e.kind === "number") return exactly(e.value);
    const key = exprKey(e);
    let r = this.ranges.get(key);
    if (r === undefined) {
      spend(4);
      r = this.rangeOf(e);
      this.ranges.set(key, r);
    }
    return r;
  }

  private rangeOfName(text: string): Range {
    const variable = this.scope.variables.get(text) ?? familyMember(this.scope, text)?.variable;
    if (variable === undefined) return this.scope.dimensions.has(text) ? atLeast(1) : ANY;
    if (variable.properties.has("positive")) return POSITIVE;
    if (variable.properties.has("nonneg")) return NONNEGATIVE;
    if (isScalar(variable.shape)) return variable.properties.has("posdef") ? POSITIVE : variable.properties.has("psd") ? NONNEGATIVE : ANY;
    return variable.properties.has("orthogonal") ? between(-1, 1) : ANY;
  } // prettier-ignore

  private rangeOf(e: Expr): Range {
    switch (e.kind) {
      case "name":
        return this.rangeOfName(e.name);
      case "index":
        return this.range(e.base);
      case "literal":
        return hull(e.rows.flat().map((x) => this.range(x)));
      case "sumover":
        return this.rangeOfSum(this.range(e.body));
      case "apply":
        return this.rangeOfApplied(e.op, e.args, e);
      default:
        return ANY;
    }
  }

  /** Of a sum of at least one value. */
  private rangeOfSum(r: Range): Range {
    if (r.low >= 0) return between(r.low, r.high === 0 ? 0 : Infinity, r.lowOpen);
    return r.high <= 0 ? between(-Infinity, r.high, true, r.highOpen) : ANY;
  }

  private rangeOfApplied(op: string, args: readonly Expr[], e: Expr): Range {
    const [a, b] = args as [Expr, Expr];
    const graph = graphOf(op);
    if (graph !== undefined) return imageOf(graph, scalarValue(op), this.range(a));
    switch (op) {
      case "add":
        return plus(this.range(a), this.range(b));
      case "sub":
        return plus(this.range(a), minus(this.range(b)));
      case "neg":
        return minus(this.range(a));
      case "hadamard":
        return sameExpr(a, b) ? this.rangeOfPower(this.range(a), 2) : timesRange(this.range(a), this.range(b));
      case "div":
      case "hdiv":
        return timesRange(this.range(a), inverseRange(this.range(b)));
      case "mul":
        return this.rangeOfProduct(e, a, b);
      case "pow":
      case "hpow":
        if (op === "pow" && !this.isScalar(a)) return ANY;
        return this.rangeOfPower(this.range(a), this.exponent(b));
      case "transpose":
      case "vec":
      case "diag":
      case "tril":
      case "triu":
        return op === "diag" && isMatrix(this.shape(a)) ? this.diagonalRange(a) : op === "diag" || op.startsWith("tri") ? hull([this.range(a), exactly(0)]) : this.range(a);
      case "kron":
        return timesRange(this.range(a), this.range(b));
      case "sum":
        return this.signOfSum(a) ?? this.rangeOfSum(this.range(a));
      case "mean":
      case "max":
        return this.range(a);
      case "norm1":
      case "norm2":
      case "norminf":
        return isNonzero(this.range(a)) ? POSITIVE : this.hasNonzeroBlock(a) ? POSITIVE : NONNEGATIVE;
      case "normnuc":
      case "normspec":
        return NONNEGATIVE;
      case "dot":
        return sameExpr(a, b) ? this.squareRange(this.range(a)) : this.rangeOfSum(timesRange(this.range(a), this.range(b)));
      case "softmax":
        return between(0, 1, true, false);
      case "hardmax":
        return between(0, 1);
      case "ones":
        return exactly(1);
      case "zeros":
        return exactly(0);
      case "eye":
      case "K":
        return between(0, 1);
      case "logsumexp":
        return between(this.range(a).low, Infinity, true);
      case "det":
      case "lmax":
      case "tr": {
        const sign = this.definite(a)?.sign ?? 0;
        if (op === "tr" || sign > 0) return sign === 2 ? POSITIVE : sign === 1 ? NONNEGATIVE : op === "tr" ? this.rangeOfTrace(a) : ANY;
        return ANY;
      }
      default:
        return ANY;
    }
  } // prettier-ignore

  private diagonalRange(a: Expr): Range {
    const sign = this.definite(a)?.sign ?? 0;
    return sign === 2 ? POSITIVE : sign === 1 ? NONNEGATIVE : sign === -2 ? minus(POSITIVE) : sign === -1 ? minus(NONNEGATIVE) : this.range(a);
  } // prettier-ignore

  private rangeOfTrace(a: Expr): Range {
    const t = this.term(a);
    return this.isPositiveProduct(t.chain) === undefined ? this.rangeOfSum(this.range(a)) : timesRange(NONNEGATIVE, exactly(t.coef));
  } // prettier-ignore

  /** The trace of two semidefinite factors is not negative: the cuts of a chain tried in turn. */
  private isPositiveProduct(chain: readonly Expr[]): true | undefined {
    for (let k = 1; k < chain.length; k++) {
      const [a, b] = [chain.slice(0, k), chain.slice(k)];
      if ((this.definiteChain(a)?.sign ?? 0) > 0 && (this.definiteChain(b)?.sign ?? 0) > 0) return true;
    }
    return undefined;
  }

  /** The sum of all entries of a definite matrix is 1'M·1. */
  private signOfSum(a: Expr): Range | undefined {
    if (!isSquare(this.shape(a)) || isScalar(this.shape(a))) return undefined;
    const sign = this.definite(a)?.sign ?? 0;
    if (sign === 0) return undefined;
    const r = Math.abs(sign) === 2 ? POSITIVE : NONNEGATIVE;
    return sign > 0 ? r : minus(r);
  }

  private squareRange(r: Range): Range {
    return isNonzero(r) ? POSITIVE : NONNEGATIVE;
  }

  rangeOfPower(r: Range, p: number | readonly [number, number] | undefined): Range {
    if (p === undefined) return isPositive(r) ? POSITIVE : isNonnegative(r) ? NONNEGATIVE : ANY;
    if (p === 1) return r;
    if (p === 0) return exactly(1);
    const graph = powerGraph(p);
    if (graph === undefined || typeof p !== "number") return isPositive(r) ? POSITIVE : isNonnegative(r) ? NONNEGATIVE : ANY;
    if (p < 0 && graph.domain === undefined && !isNonzero(r)) return p % 2 === 0 ? POSITIVE : ANY;
    return imageOf(graph, (x) => x ** p, r);
  } // prettier-ignore

  /** An exponent: a number, or bounds of one. */
  exponent(e: Expr): number | readonly [number, number] | undefined {
    if (this.depends(e)) return undefined;
    const r = this.range(e);
    if (r.low === r.high) return r.low;
    return [r.low, r.high];
  }

  private rangeOfProduct(e: Expr, a: Expr, b: Expr): Range {
    const [r, s] = [this.range(a), this.range(b)];
    if (this.isScalar(a) && this.isScalar(b)) return sameExpr(a, b) ? this.rangeOfPower(r, 2) : timesRange(r, s);
    if (this.isScalar(a) || this.isScalar(b)) return timesRange(r, s);
    const plain = this.rangeOfSum(timesRange(r, s));
    if (!this.isScalar(e) || isNonnegative(plain) || isNonpositive(plain)) return plain;
    const t = this.term(e);
    if (t.chain.length < 2 || t.powers.some((p) => !isNonnegative(this.rangeOfPower(this.range(p.base), p.exponent)))) return plain;
    const d = this.definiteChain(t.chain);
    if (d === undefined || Math.abs(d.sign) === 0) return plain;
    const range = d.sign > 0 ? NONNEGATIVE : minus(NONNEGATIVE);
    return t.coef < 0 ? minus(range) : range;
  } // prettier-ignore

  /** A stacked value with an entry that is not zero. */
  hasNonzeroBlock(e: Expr): boolean {
    return e.kind === "literal" && e.rows.flat().some((x) => !this.depends(x) && isNonzero(this.range(x)));
  }

  // ---- definiteness ----

  /** Of a symmetric matrix (of a scalar, its sign); `undefined` where nothing is known. */
  definite(e: Expr): Definiteness | undefined {
    const key = exprKey(e);
    if (this.definites.has(key)) return this.definites.get(key);
    spend(8);
    this.definites.set(key, undefined);
    const found = this.definiteOf(e);
    this.definites.set(key, found);
    return found;
  }

  private ofSign(e: Expr, r = this.range(e)): Definiteness | undefined {
    const sign = isPositive(r) ? 2 : isNonnegative(r) ? 1 : isNegative(r) ? -2 : isNonpositive(r) ? -1 : undefined;
    if (sign === undefined) return undefined;
    const size = this.absolute(e);
    const bound = (x: number): Expr | undefined => (Number.isFinite(x) && x !== 0 ? num(Math.abs(x)) : undefined);
    const fixed = !this.depends(e);
    const [least, most] = sign > 0 ? [bound(r.low), bound(r.high)] : [bound(r.high), bound(r.low)];
    return definiteness(sign, sign > 0 ? "positive" : "negative", { least: fixed && Math.abs(sign) === 2 ? size : least, most: fixed ? size : most }); // prettier-ignore
  }

  /** The absolute value of a constant scalar, as an expression. */
  absolute(e: Expr): Expr {
    if (e.kind === "number") return num(Math.abs(e.value));
    const r = this.range(e);
    if (isNonnegative(r)) return e;
    return isNonpositive(r) ? (e.kind === "apply" && e.op === "neg" ? e.args[0]! : apply("neg", e)) : apply("abs", e);
  }

  private definiteOf(e: Expr): Definiteness | undefined {
    const s = this.shape(e);
    if (isScalar(s)) return this.ofSign(e);
    if (!isSquare(s)) return undefined;
    if (e.kind === "name") return this.definiteName(e);
    if (e.kind === "sumover") {
      const body = this.definite(e.body);
      return body === undefined ? undefined : definiteness(body.sign, "a sum over an index", { most: summed(e, body.most), least: summed(e, body.least) }, [body]); // prettier-ignore
    }
    if (e.kind !== "apply") return undefined;
    const [a, b] = e.args as [Expr, Expr];
    switch (e.op) {
      case "eye":
        return definiteness(2, "the identity", { least: num(1), most: num(1) });
      case "zeros":
        return definiteness(0, "zero", { most: num(0) });
      case "ones":
        return definiteness(1, "ones(n)*ones(n)'", { most: a });
      case "add":
      case "sub": {
        const x = this.definite(a);
        const y = this.definite(b);
        const other = y === undefined ? undefined : e.op === "sub" ? multipleOf(y, -1, true, num(1)) : y;
        const sum = x === undefined || other === undefined ? undefined : sumOf(x, other);
        return sum ?? this.special(e);
      }
      case "neg": {
        const x = this.definite(a);
        return x === undefined ? undefined : multipleOf(x, -1, true, num(1));
      }
      case "inv": {
        const x = this.definite(a);
        if (x === undefined || Math.abs(x.sign) !== 2) return undefined;
        return definiteness(x.sign, "an inverse of a definite matrix", this.depends(e) ? {} : { most: this.greatest(e, x.sign), least: this.smallest(e, a, x.sign) }, [x]); // prettier-ignore
      }
      case "transpose":
        return this.definite(a);
      case "diag": {
        if (!isColumn(this.shape(a)) && !isRow(this.shape(a))) return undefined;
        const r = this.range(a);
        const sign = isPositive(r) ? 2 : isNonnegative(r) ? 1 : isNegative(r) ? -2 : isNonpositive(r) ? -1 : undefined;
        if (sign === undefined) return undefined;
        const fixed = !this.depends(a);
        const bound = (x: number): Expr | undefined => (Number.isFinite(x) && x !== 0 ? num(Math.abs(x)) : undefined);
        const [low, high] = sign > 0 ? [bound(r.low), bound(r.high)] : [bound(r.high), bound(r.low)];
        const [up, down] = sign > 0 ? [apply("max", a), apply("neg", apply("max", apply("neg", a)))] : [apply("max", apply("neg", a)), apply("neg", apply("max", a))]; // prettier-ignore
        return definiteness(sign, "a diagonal of entries of one sign", {
          least: Math.abs(sign) === 2 ? (low ?? (fixed ? down : undefined)) : undefined,
          most: high ?? (fixed ? up : undefined),
        });
      }
      case "kron": {
        const [x, y] = [this.definite(a), this.definite(b)];
        if (x === undefined || y === undefined) return undefined;
        const sign = Math.sign(x.sign * y.sign) * Math.min(Math.abs(x.sign), Math.abs(y.sign));
        return definiteness(sign as 2, "a Kronecker product", bounds(x, y), [x, y]);
      }
      case "hadamard": {
        const [x, y] = [this.definite(a), this.definite(b)];
        if (x === undefined || y === undefined || x.sign <= 0 || y.sign <= 0) return undefined;
        return definiteness(Math.min(x.sign, y.sign) as 2, "an elementwise product of semidefinite matrices (Schur)", {}, [x, y]); // prettier-ignore
      }
      case "expm":
        return this.isSymmetric(a) ? definiteness(2, "an exponential of a symmetric matrix") : undefined;
      case "sqrtm": {
        const x = this.definite(a);
        return x !== undefined && x.sign > 0 ? definiteness(x.sign, "a square root", {}, [x]) : undefined;
      }
      case "pow":
        return this.definitePower(e, a, b);
      case "mul":
      case "div": {
        const t = this.term(e);
        const d = t.chain.length === 0 ? undefined : this.definiteChain(t.chain);
        if (d === undefined) return undefined;
        return this.scaledBy(d, t);
      }
      default:
        return undefined;
    }
  }

  private definitePower(e: Expr, a: Expr, p: Expr): Definiteness | undefined {
    const x = this.definite(a);
    if (x?.sign === 2) return definiteness(2, "a power of a positive definite matrix", {}, [x]);
    const even = p.kind === "number" && p.value > 0 && p.value % 2 === 0;
    return even && this.isSymmetric(a)
      ? definiteness(x !== undefined && Math.abs(x.sign) === 2 ? 2 : 1, "an even power of a symmetric matrix", this.depends(e) ? {} : { most: apply("normspec", e) }) // prettier-ignore
      : undefined;
  }

  /** The number and the scalars in front of a chain. */
  private scaledBy(d: Definiteness, t: Term): Definiteness | undefined {
    let sign: 1 | -1 = t.coef < 0 ? -1 : 1;
    let strictly = t.coef !== 0;
    let by: Expr | undefined = num(Math.abs(t.coef) / t.over);
    for (const { base, exponent } of t.powers) {
      const r = this.rangeOfPower(this.range(base), exponent);
      if (!isNonnegative(r) && !isNonpositive(r)) return undefined;
      if (!isNonnegative(r)) sign = sign > 0 ? -1 : 1;
      if (!isNonzero(r)) strictly = false;
      const f = exponent === 1 ? base : apply("pow", base, num(exponent));
      by = this.depends(f) ? undefined : timed(by, this.absolute(f));
    }
    return multipleOf(d, sign, strictly, by);
  }

  private definiteName(e: Expr): Definiteness | undefined {
    if (this.has(e, "posdef")) return definiteness(2, "declared positive definite", this.depends(e) ? {} : { most: apply("lmax", e), least: apply("neg", apply("lmax", apply("neg", e))) }); // prettier-ignore
    if (this.has(e, "psd")) return definiteness(1, "declared positive semidefinite", this.depends(e) ? {} : { most: apply("lmax", e) }); // prettier-ignore
    if (this.has(e, "diagonal")) {
      const r = this.rangeOfName((e as { name: string }).name);
      if (isPositive(r)) return definiteness(2, "a positive diagonal matrix");
      if (isNonnegative(r)) return definiteness(1, "a diagonal matrix that is not negative");
    }
    return undefined;
  }

  private greatest(e: Expr, sign: number): Expr {
    return sign > 0 ? apply("lmax", e) : apply("lmax", apply("neg", e));
  }

  private smallest(_e: Expr, inverseOf: Expr, sign: number): Expr {
    const top = sign > 0 ? inverseOf : apply("neg", inverseOf);
    return apply("div", num(1), apply("lmax", top));
  }

  /** A product M₁M₂…: `P'P`, `P'SP`; a single matrix. */
  definiteChain(chain: readonly Expr[]): Definiteness | undefined {
    const whole = (part: readonly Expr[]): Expr => part.reduce((a, b) => apply("mul", a, b));
    if (chain.length === 1) return this.definite(chain[0]!);
    let pairs = 0;
    while (2 * pairs < chain.length - 1 && this.isTransposeOf(chain[pairs]!, chain[chain.length - 1 - pairs]!)) pairs++;
    for (let p = pairs; p > 0; p--) {
      const right = whole(chain.slice(chain.length - p));
      const inner = chain.slice(p, chain.length - p);
      const middle = inner.length === 0 ? definiteness(2, "the identity", { least: num(1), most: num(1) }) : this.definiteChain(inner); // prettier-ignore
      if (middle === undefined) continue;
      const full = this.tellsApart(right);
      const sign = Math.sign(middle.sign) * (full ? Math.abs(middle.sign) : Math.min(1, Math.abs(middle.sign)));
      const size = this.depends(right) ? undefined : this.stretch(right);
      const most = size === undefined ? undefined : timed(squared(size), middle.most);
      const isometry = full && this.has(right, "orthogonal");
      return definiteness(sign as 2, inner.length === 0 ? "a Gram matrix P'*P" : "of the form P'*S*P", { most, least: isometry ? middle.least : undefined }, inner.length === 0 ? [] : [middle]); // prettier-ignore
    }
    return undefined;
  }

  /** The largest factor by which a matrix stretches a vector. */
  stretch(e: Expr): Expr {
    const s = this.shape(e);
    if (isScalar(s)) return this.absolute(e);
    if (e.kind === "apply" && e.op === "transpose") return this.stretch(e.args[0]!);
    if (e.kind === "apply" && e.op === "eye") return num(1);
    if (this.has(e, "orthogonal")) return num(1);
    if (isColumn(s) || isRow(s)) return apply("norm2", e);
    const d = this.definite(e);
    return d?.most ?? apply("normspec", e);
  }

  /** Whether a matrix maps no vector but zero to zero. */
  tellsApart(e: Expr): boolean {
    if (e.kind === "name") return this.has(e, "invertible") || (this.has(e, "orthogonal") && true);
    const s = this.shape(e);
    if (isScalar(s)) return isNonzero(this.range(e));
    if (e.kind === "apply") {
      const [a, b] = e.args as [Expr, Expr];
      switch (e.op) {
        case "eye":
        case "K":
        case "expm":
          return true;
        case "transpose":
        case "neg":
          return isSquare(s) && this.tellsApart(a);
        case "inv":
          return true;
        case "mul":
          return this.isScalar(a) || this.isScalar(b) ? this.tellsApart(a) && this.tellsApart(b) : this.tellsApart(a) && this.tellsApart(b);
        case "diag":
          return isSquare(s) && !isMatrix(this.shape(a)) && isNonzero(this.range(a));
        case "kron":
          return this.tellsApart(a) && this.tellsApart(b);
        case "ones":
          return isColumn(s);
      }
    }
    if (isColumn(s) && isNonzero(this.range(e))) return true;
    return isSquare(s) && Math.abs(this.definite(e)?.sign ?? 0) === 2;
  } // prettier-ignore

  /** The sign of a scalar, as that of a definite matrix; 0 where it is zero. */
  sign(e: Expr): Definiteness["sign"] | undefined {
    const r = this.range(e);
    if (r.low === 0 && r.high === 0) return 0;
    return isPositive(r) ? 2 : isNonnegative(r) ? 1 : isNegative(r) ? -2 : isNonpositive(r) ? -1 : undefined;
  }

  /** A multiple of a symmetric matrix that is its own square: a projection. */
  projection(e: Expr): Definiteness | undefined {
    if (this.depends(e) || e.kind !== "apply") return undefined;
    const t = this.term(e);
    const m = t.chain.length === 1 && t.powers.length === 0 ? t.chain[0]! : e;
    const coef = m === e ? 1 : t.coef / t.over;
    const square = apply("mul", m, m);
    if (provedEqual(apply("transpose", m), m, this.scope) !== true || provedEqual(square, m, this.scope) !== true) return undefined;
    return multipleOf(definiteness(1, "a projection: symmetric, and its own square", { most: num(1) }), coef < 0 ? -1 : 1, true, num(Math.abs(coef)));
  }

  /** Sums that are semidefinite although their parts are of both signs: a projection, the covariance of a softmax. */
  private special(e: Expr): Definiteness | undefined {
    return this.softmaxCovariance(e) ?? this.projection(e);
  }

  /** diag(p) - p*p' for p = softmax(…): a covariance. */
  private softmaxCovariance(e: Expr): Definiteness | undefined {
    if (e.kind !== "apply" || e.op !== "sub") return undefined;
    const [d, outer] = e.args as [Expr, Expr];
    if (d.kind !== "apply" || d.op !== "diag" || outer.kind !== "apply" || outer.op !== "mul") return undefined;
    const p = d.args[0]!;
    const isSoftmax = p.kind === "apply" && p.op === "softmax" && isColumn(this.shape(p));
    if (!isSoftmax || !sameExpr(outer.args[0]!, p) || !this.isTransposeOf(outer.args[0]!, outer.args[1]!)) return undefined;
    return definiteness(1, "the covariance of a softmax", { most: num(0.5) });
  }
} // prettier-ignore

/** A product bracketed from the left, so that equal ones are equal trees. */
const leftmost = (a: Expr, b: Expr): Expr =>
  b.kind === "apply" && b.op === "mul" ? apply("mul", leftmost(a, b.args[0]!), b.args[1]!) : apply("mul", a, b);

const summed = (s: SumExpr, body: Expr | undefined): Expr | undefined => {
  if (body === undefined) return undefined;
  if (body.kind !== "number" && mentions(body, s.variable)) return { ...s, body };
  try {
    const count = dimExpr(dimOf(apply("add", apply("sub", s.to, s.from), num(1))));
    return timed(count, body);
  } catch {
    return { ...s, body };
  }
};

const mentions = (e: Expr, index: string): boolean =>
  e.kind === "name" ? e.name === index || e.name.endsWith(`_${index}`) : children(e).some((c) => mentions(c, index));

const squared = (a: Expr): Expr => squaredModulus(a)!;

function bounds(x: Definiteness, y: Definiteness): { least?: Expr | undefined; most?: Expr | undefined } {
  return { least: timed(x.least, y.least), most: timed(x.most, y.most) };
}

export const summedOver = summed;
