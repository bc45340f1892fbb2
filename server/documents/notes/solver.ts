import {
  type Dim,
  dimAdd,
  dimEqual,
  dimIsName,
  dimMul,
  dimName,
  dimNames,
  dimNumber,
  dimSome,
  dimSub,
  dimSubstitute,
  dimValue,
  ONE,
} from "../../core/dimension";
import { children, type Expr } from "../../core/ast";
import { isColumn, isRow, isScalar, matrix, SCALAR, type Shape, shapeText, transposed, vector } from "../../core/shape";
import { operator } from "../../operators";
import { UNSETTLED } from "../../language/latex/read";

/**
 * Shapes of the names of a formula by unification. A size that is not known is a name that begins with `?`;
 * solving an equation between sizes gives it a value. Never silently wrong: what does not fit is a `Clash`.
 *
 * It is thrown all the time, so it is not an `Error`, whose stack trace costs more than the attempt.
 */
export class Clash {
  constructor(readonly message: string) {}
}

/** Sizes that are open: `?X.r` are the rows of X. In a size `^` and `*` would be powers and products. */
export const openSize = (label: string): Dim => dimName(`?${label.replace(/[*^]/g, "ˆ")}`);
export const isOpenName = (name: string): boolean => name.startsWith("?");
export const isOpen = (d: Dim): boolean => dimSome(d, isOpenName);

/** `undefined` stands for a value of which nothing is known: it fits everything. */
export type Found = Shape | undefined;

export interface Signature {
  readonly parameters: readonly string[];
  /** The value, where the function is defined by an expression. */
  readonly body?: Expr;
  /** The shape of its value, where that is declared. */
  readonly result?: Shape;
  /** It acts entry by entry. */
  readonly elementwise?: boolean;
}

/** What the solver may ask. */
export interface Facts {
  readonly shape: (name: string) => Found;
  readonly signature: (name: string) => Signature | undefined;
  /** The value that a name stands for. */
  readonly value?: (name: string) => Expr | undefined;
  /** Whether an open size has a letter already: those are kept where two sizes turn out equal. */
  readonly lettered?: (size: string) => boolean;
  /** How many members a family has, for the name of one: `x_i`. */
  readonly members?: (name: string) => { readonly index: string; readonly to: Dim } | undefined;
  /** A written number beside a vector stands for each of its entries: `1 - y`. */
  readonly spreads?: boolean;
}

/** The layout of derivatives that a note keeps to. */
export type Layout = "denominator" | "numerator";

export class Solver {
  private bound = new Map<string, Dim>();

  constructor(
    private readonly facts: Facts,
    private readonly layout: Layout = "denominator",
  ) {}

  /** A size with everything put in that is known by now. */
  resolve(d: Dim): Dim {
    let out = d;
    for (let i = 0; i < 20; i++) {
      const next = dimSubstitute(out, this.bound);
      if (next === out || dimEqual(next, out)) return next;
      out = next;
    }
    return out;
  }

  resolveShape(s: Shape): Shape {
    return { rows: this.resolve(s.rows), cols: this.resolve(s.cols) };
  }

  equalSizes(a: Dim, b: Dim): void {
    const x = this.resolve(a);
    const y = this.resolve(b);
    if (dimEqual(x, y)) return;
    const nx = dimIsName(x);
    const ny = dimIsName(y);
    if (
      nx !== undefined &&
      isOpenName(nx) &&
      !(ny !== undefined && isOpenName(ny) && this.facts.lettered?.(nx) === true && this.facts.lettered(ny) !== true)
    )
      this.bind(nx, y);
    else if (ny !== undefined && isOpenName(ny)) this.bind(ny, x);
    else if (this.bindWithin(x, y) || this.bindWithin(y, x)) return;
    else if (!isOpen(x) && !isOpen(y)) throw new Clash(`${x.key} is not ${y.key}`);
  }

  /** `m + 1 = n + 1`: an open size in a sum is what is left. */
  private bindWithin(sum: Dim, other: Dim): boolean {
    const open = dimNames(sum).filter(isOpenName);
    const [name] = open;
    if (open.length !== 1 || sum.terms.get(name!) !== 1 || dimNames(other).includes(name!)) return false;
    const rest = dimSub(sum, dimName(name!));
    const left = dimSub(other, rest);
    if ([...left.terms.values()].some((c) => c <= 0)) return false;
    this.bind(name!, left);
    return true;
  }

  private bind(name: string, to: Dim): void {
    if (dimSome(to, (n) => n === name)) throw new Clash(`${name} would contain itself`);
    // A size that belongs to something with more than one entry is not 1.
    if (dimValue(to) === 1 && !/^\?\d+$/.test(name)) throw new Clash(`${name} is more than 1`);
    if (dimValue(to) !== undefined && dimValue(to)! < 1) throw new Clash(`${name} is a size`);
    this.bound.set(name, to);
  }

  equal(a: Found, b: Found): void {
    if (a === undefined || b === undefined) return;
    this.equalSizes(a.rows, b.rows);
    this.equalSizes(a.cols, b.cols);
  }

  /** The same up to a transpose, for derivatives of either layout. */
  private attempt(f: () => void): boolean {
    const saved = new Map(this.bound);
    try {
      f();
      return true;
    } catch (e) {
      if (!(e instanceof Clash)) throw e;
      this.bound = saved;
      return false;
    }
  }

  /** The sides of a chain have one shape; 0 is zero of any; a derivative may be laid out either way. */
  equalSides(sides: readonly Expr[]): readonly Found[] {
    const shapes = sides.map((s) => this.shapeOf(s));
    for (let i = 0; i + 1 < sides.length; i++) {
      const a = shapes[i];
      const b = shapes[i + 1];
      if (a === undefined || b === undefined || isZero(sides[i]!) || isZero(sides[i + 1]!)) continue;
      // An entry beside its matrix (`A_{lk} = (A^T)_{kl} = A^T`): the indices are left out.
      if (
        isScalar(this.resolveShape(a)) !== isScalar(this.resolveShape(b)) &&
        hasEntry(sides[isScalar(this.resolveShape(a)) ? i : i + 1]!)
      )
        continue;
      if (this.attempt(() => this.equal(a, b))) continue;
      if (
        (hasDerivative(sides[i]!) || hasDerivative(sides[i + 1]!)) &&
        this.attempt(() => this.equal(a, transposed(b)))
      )
        continue;
      throw new Clash(`${shapeText(this.resolveShape(a))} is not ${shapeText(this.resolveShape(b))}`);
    }
    return shapes.map((s) => (s === undefined ? undefined : this.resolveShape(s)));
  }

  private scalarOf(e: Expr): void {
    const s = this.shapeOf(e);
    if (s !== undefined) this.equal(s, SCALAR);
  }

  private readonly valued = new Set<string>();

  /** The shape of a name; that of its value must be the same, where it has one that makes sense here. */
  private named(name: string): Found {
    const shape = this.facts.shape(name);
    const body = this.facts.signature(name)?.body;
    if (body !== undefined && !this.valued.has(name)) {
      // The name of a function stands for its value.
      this.valued.add(name);
      let own: Found;
      if (this.attempt(() => (own = this.shapeOf(body)))) return own;
    }
    if (this.valued.has(name) || shape === undefined) return shape;
    this.valued.add(name);
    const value = this.facts.value?.(name);
    if (value !== undefined && this.valued.size < 40) this.attempt(() => this.equal(shape, this.shapeOf(value)));
    return shape;
  }

  private square(s: Found): Found {
    if (s !== undefined) this.equalSizes(s.rows, s.cols);
    return s;
  }

  private known(s: Found): Found {
    return s === undefined ? undefined : this.resolveShape(s);
  }

  /** The shape of an expression; throws a `Clash` where shapes cannot fit together. */
  shapeOf(e: Expr): Found {
    switch (e.kind) {
      case "number":
        return SCALAR;
      case "error":
        return undefined;
      case "name":
        return e.name.startsWith("⟨") || e.name === "⋯" ? undefined : this.known(this.named(e.name));
      case "apply":
        return this.known(this.applied(e.op, e.args));
      case "call":
        return this.known(this.called(e.name, e.primes, e.args));
      case "literal":
        return this.literal(e.rows);
      case "index": {
        const base = this.shapeOf(e.base);
        for (const i of e.indices) if (i !== null) this.shapeOf(i);
        if (base === undefined) return undefined;
        if (e.indices.length === 1) return e.indices[0] === null ? base : SCALAR;
        return { rows: e.indices[0] === null ? base.rows : ONE, cols: e.indices[1] === null ? base.cols : ONE };
      }
      case "sumover": {
        const body = this.shapeOf(e.body);
        const to = e.from.kind === "number" && e.from.value === 1 ? sizeOf(e.to) : undefined;
        if (to !== undefined) this.ranges(e.body, e.variable, to);
        return body;
      }
      case "derivative":
        return this.known(this.derivative(e.of, e.wrt, e.transposed === true));
      case "differential":
        return this.shapeOf(e.of);
    }
  }

  /** An index that runs to a size makes that the size of what it is an index of. */
  private ranges(e: Expr, index: string, to: Dim): void {
    if (e.kind === "sumover" && e.variable === index) return;
    if (e.kind === "index") {
      const base = this.shapeOf(e.base);
      if (base !== undefined && !isScalar(this.resolveShape(base)))
        e.indices.forEach((i, at) => {
          if (i?.kind !== "name" || i.name !== index) return;
          // What an index leaves open may also be cut short: only open sizes take its range.
          const size = this.resolve(
            e.indices.length === 1 && isOneDim(base.rows) ? base.cols : at === 0 ? base.rows : base.cols,
          );
          const limit = this.resolve(to);
          if (isOpen(size) || isOpen(limit)) this.attempt(() => this.equalSizes(size, limit));
        });
    } else if (e.kind === "name") {
      const family = this.facts.members?.(e.name);
      if (family?.index === index && isOpen(this.resolve(to))) this.attempt(() => this.equalSizes(family.to, to));
    }
    for (const c of children(e)) this.ranges(c, index, to);
    if (e.kind === "derivative") for (const w of e.wrt) this.ranges(w, index, to);
  }

  /** Matrices of blocks that are multiplied are cut in the same places. */
  private blockwise(a: Expr, b: Expr): void {
    if (a.kind !== "literal" || b.kind !== "literal") return;
    const [x, y] = [this.blocksOf(a.rows), this.blocksOf(b.rows)];
    if (x === undefined || y === undefined || x.widths.length !== y.heights.length) return;
    x.widths.forEach((w, i) => this.equalSizes(w, y.heights[i]!));
  }

  private product(a: Found, b: Found): Found {
    const x = this.known(a);
    const y = this.known(b);
    if (x === undefined || y === undefined)
      return x !== undefined && isScalar(x) ? y : y !== undefined && isScalar(y) ? x : undefined;
    if (isScalar(x)) return y;
    if (isScalar(y)) return x;
    this.equalSizes(x.cols, y.rows);
    return { rows: x.rows, cols: y.cols };
  }

  private applied(op: string, args: readonly Expr[]): Found {
    switch (op) {
      case "add":
      case "sub": {
        const a = this.shapeOf(args[0]!);
        const b = this.shapeOf(args[1]!);
        if (isZero(args[0]!)) return b;
        if (isZero(args[1]!)) return a;
        if (this.facts.spreads === true) {
          if (args[0]!.kind === "number") return b;
          if (args[1]!.kind === "number") return a;
        }
        this.equal(a, b);
        return a ?? b;
      }
      case "neg":
        return this.shapeOf(args[0]!);
      case "mul":
        this.blockwise(args[0]!, args[1]!);
        return this.product(this.shapeOf(args[0]!), this.shapeOf(args[1]!));
      case UNSETTLED.cdot: {
        const a = this.shapeOf(args[0]!);
        const b = this.shapeOf(args[1]!);
        // A column before a row is their outer product.
        if (a !== undefined && b !== undefined && isVectorLike(a) && isVectorLike(b) && !(isColumn(a) && isRow(b))) {
          const x = isColumn(this.resolveShape(a)) ? a : transposed(a);
          const y = isColumn(this.resolveShape(b)) ? b : transposed(b);
          if (this.attempt(() => this.equal(x, y))) return SCALAR;
        }
        return this.product(a, b);
      }
      case UNSETTLED.cross: {
        // What stands in a written column of three is a number.
        for (const x of args)
          if (x.kind === "literal" && x.rows.length === 3)
            for (const row of x.rows) for (const cell of row) this.equal(this.shapeOf(cell), SCALAR);
        const [a, b] = args.map((x) => this.shapeOf(x)) as [Found, Found];
        if (a === undefined || b === undefined) return undefined;
        if (!isVectorLike(a) || !isVectorLike(b)) return this.product(a, b);
        this.attempt(() => this.equal(a, b));
        // In the plane a number is left.
        const length = dimEqual(this.resolve(a.rows), ONE) ? a.cols : a.rows;
        if (dimValue(this.resolve(length)) === 2) return SCALAR;
        this.attempt(() => this.equalSizes(length, dimNumber(3)));
        return a;
      }
      case UNSETTLED.angles: {
        const [a, b] = args.map((x) => this.known(this.shapeOf(x))) as [Found, Found];
        if (isListOfNumbers(args, a, b)) return vector(dimNumber(2));
        if (a !== undefined && b !== undefined && isScalar(a) !== isScalar(b))
          throw new Clash("a number beside a vector");
        this.equal(a, b);
        return SCALAR;
      }
      case "div": {
        const a = this.shapeOf(args[0]!);
        const b = this.known(this.shapeOf(args[1]!));
        if (b !== undefined && !isScalar(b)) {
          if (a !== undefined && isScalar(a)) throw new Clash("a number over a matrix");
          throw new Clash("division by a matrix");
        }
        return a;
      }
      case "hadamard":
      case "hdiv": {
        const a = this.known(this.shapeOf(args[0]!));
        const b = this.known(this.shapeOf(args[1]!));
        if (a !== undefined && isScalar(a)) return b;
        if (b !== undefined && isScalar(b)) return a;
        this.equal(a, b);
        return a ?? b;
      }
      case "pow": {
        const a = this.known(this.shapeOf(args[0]!));
        this.scalarOf(args[1]!);
        // `r(x)^2` of a vector is its square, rᵀr.
        if (a !== undefined && isSquareOfVector(args, a)) return SCALAR;
        return a !== undefined && isScalar(a) ? a : this.square(a);
      }
      case "hpow":
        this.scalarOf(args[1]!);
        return this.shapeOf(args[0]!);
      case "transpose": {
        const a = this.shapeOf(args[0]!);
        return a === undefined ? undefined : transposed(a);
      }
      case UNSETTLED.bars: {
        // Bars around a matrix are its determinant where it may be square.
        const of = this.shapeOf(args[0]!);
        if (of !== undefined && !isScalar(this.resolveShape(of)) && !isVectorLike(this.resolveShape(of)))
          this.attempt(() => this.equalSizes(of.rows, of.cols));
        return SCALAR;
      }
      case "norm1":
      case "norm2":
      case "norminf":
      case "normnuc":
      case "sum":
      case "mean":
      case "max":
      case "logsumexp":
        this.shapeOf(args[0]!);
        return SCALAR;
      case UNSETTLED.exp:
      case UNSETTLED.inverse: {
        const a = this.shapeOf(args[0]!);
        return op === UNSETTLED.inverse ? this.square(a) : a;
      }
      case "tr":
      case "det":
      case "logdet":
        this.square(this.shapeOf(args[0]!));
        return SCALAR;
      case "inv":
      case "adj":
      case "expm":
      case "logm":
      case "sqrtm":
        return this.square(this.shapeOf(args[0]!));
      case "pinv": {
        const a = this.shapeOf(args[0]!);
        return a === undefined ? undefined : transposed(a);
      }
      case "dot": {
        this.equal(this.shapeOf(args[0]!), this.shapeOf(args[1]!));
        return SCALAR;
      }
      case "kron": {
        const a = this.shapeOf(args[0]!);
        const b = this.shapeOf(args[1]!);
        return a === undefined || b === undefined
          ? undefined
          : matrix(
              dimMul(this.resolve(a.rows), this.resolve(b.rows)),
              dimMul(this.resolve(a.cols), this.resolve(b.cols)),
            );
      }
      case "vec": {
        const a = this.known(this.shapeOf(args[0]!));
        return a === undefined ? undefined : vector(dimMul(a.rows, a.cols));
      }
      case "diag": {
        const a = this.known(this.shapeOf(args[0]!));
        if (a === undefined) return undefined;
        if (isColumn(a)) return matrix(a.rows, a.rows);
        if (dimEqual(a.rows, ONE)) return matrix(a.cols, a.cols);
        return vector(this.square(a)!.rows);
      }
      case "eye":
      case "ones":
      case "zeros": {
        const sizes = args.map((a) => sizeOf(a));
        if (sizes.some((s) => s === undefined)) return undefined;
        const [m, n] = sizes as Dim[];
        if (op === "eye") return matrix(m!, n ?? m!);
        return n === undefined ? vector(m!) : matrix(m!, n);
      }
      default: {
        const known = operator(op);
        const shapes = args.map((a) => this.shapeOf(a));
        if (known === undefined) return undefined;
        if (known.group === "elementwise" || op === "softmax" || op === "tril" || op === "triu") return shapes[0];
        return known.group === "reduction" ? SCALAR : undefined;
      }
    }
  }

  private calls = 0;

  private called(name: string, primes: number, args: readonly Expr[]): Found {
    if (name === "⋯" && args.length === 1 && args[0]!.kind === "literal") return this.dotted(args[0]!.rows);
    if (name === "pm" || name === "mp") {
      const a = this.shapeOf(args[0]!);
      const b = this.shapeOf(args[1]!);
      if (!isZero(args[0]!)) this.equal(a, b);
      return b;
    }
    const signature = this.facts.signature(name);
    const shapes = args.map((a) => this.shapeOf(a));
    if (primes > 0) return signature?.elementwise === true ? shapes[0] : undefined;
    if (signature === undefined) return undefined;
    if (signature.result !== undefined) return signature.result;
    if (signature.elementwise === true) return shapes[0];
    if (signature.body !== undefined && signature.parameters.length === args.length && this.calls < 8) {
      this.calls++;
      const own = new Map(signature.parameters.map((p, i) => [p, shapes[i]]));
      const inner = new Solver(
        { shape: (n) => (own.has(n) ? own.get(n) : this.facts.shape(n)), signature: this.facts.signature },
        this.layout,
      );
      inner.bound = this.bound;
      inner.calls = this.calls;
      const out = inner.shapeOf(signature.body);
      this.bound = inner.bound;
      return out;
    }
    return undefined;
  }

  /** The heights of the rows of blocks and the widths of their columns; `undefined` where something in it has no shape. */
  blocksOf(
    rows: readonly (readonly Expr[])[],
  ): { readonly heights: readonly Dim[]; readonly widths: readonly Dim[] } | undefined {
    const count = rows[0]?.length ?? 0;
    if (count === 0 || rows.some((r) => r.length !== count)) return undefined;
    const heights: (Dim | undefined)[] = rows.map(() => undefined);
    const widths: (Dim | undefined)[] = Array.from({ length: count }, () => undefined);
    for (const [i, row] of rows.entries())
      for (const [k, cell] of row.entries()) {
        const s = this.known(this.shapeOf(cell));
        if (s === undefined) return undefined;
        // A 0 or 1 among blocks stands for a block; where a row begins with one, it is a row of numbers.
        if (k === 0) heights[i] = s.rows;
        if (isOneNumber(cell)) continue;
        if (heights[i] === undefined) heights[i] = s.rows;
        else this.equalSizes(heights[i], s.rows);
        if (widths[k] === undefined) widths[k] = s.cols;
        else this.equalSizes(widths[k], s.cols);
      }
    return { heights: heights.map((d) => d ?? ONE), widths: widths.map((d) => d ?? ONE) };
  }

  private literal(rows: readonly (readonly Expr[])[]): Found {
    const blocks = this.blocksOf(rows);
    if (blocks === undefined) return this.ragged(rows);
    return { rows: this.resolve(blocks.heights.reduce(dimAdd)), cols: this.resolve(blocks.widths.reduce(dimAdd)) };
  }

  /** Rows that are cut in different places: `[A, B; C]`. */
  private ragged(rows: readonly (readonly Expr[])[]): Found {
    let height: Dim | undefined;
    let width: Dim | undefined;
    for (const row of rows) {
      let tall: Dim | undefined;
      let wide: Dim | undefined;
      for (const cell of row) {
        const s = this.known(this.shapeOf(cell));
        if (s === undefined) return undefined;
        if (tall === undefined) tall = s.rows;
        else if (!isOneNumber(cell)) this.equalSizes(tall, s.rows);
        wide = wide === undefined ? s.cols : dimAdd(wide, s.cols);
      }
      if (tall === undefined || wide === undefined) return undefined;
      height = height === undefined ? tall : dimAdd(height, tall);
      width ??= wide;
    }
    return height === undefined || width === undefined
      ? undefined
      : { rows: this.resolve(height), cols: this.resolve(width) };
  }

  /** A matrix with dots: only a single row or column is sure to be one. */
  private dotted(rows: readonly (readonly Expr[])[]): Found {
    for (const row of rows)
      for (const cell of row) if (!(cell.kind === "name" && cell.name === "⋯")) this.shapeOf(cell);
    return undefined;
  }

  private derivative(of: Expr, wrt: readonly Expr[], flipped: boolean): Found {
    const y = this.known(this.shapeOf(of));
    const xs = wrt.map((w) => this.known(this.shapeOf(w)));
    if (y === undefined || xs.some((x) => x === undefined)) return undefined;
    let out: Shape = y;
    for (const x of xs as Shape[]) {
      if (isScalar(x)) continue;
      if (isScalar(out)) out = x;
      else if (dimEqual(out.cols, ONE) && dimEqual(x.cols, ONE)) out = matrix(out.rows, x.rows);
      else out = matrix(dimMul(out.rows, out.cols), dimMul(x.rows, x.cols));
    }
    const gradient = xs.length === 1 && isScalar(y);
    if (flipped !== (gradient && this.layout === "numerator")) out = transposed(out);
    return out;
  }
}

/** Whether two numbers in angle brackets are a column: nobody writes the inner product of numbers, but a bare letter may be no number. */
export const isListOfNumbers = (args: readonly Expr[], a: Found, b: Found): boolean =>
  a !== undefined && b !== undefined && isScalar(a) && isScalar(b) && args.some((x) => x.kind !== "name");

/** Whether the second power is taken of what is surely a vector with more than one entry. */
export const isSquareOfVector = (args: readonly Expr[], a: Shape): boolean =>
  args[1]!.kind === "number" &&
  args[1]!.value === 2 &&
  isVectorLike(a) &&
  !isOpen(a.rows) &&
  !isOpen(a.cols) &&
  args[0]!.kind !== "literal";

const isOneDim = (d: Dim): boolean => dimEqual(d, ONE);
const isVectorLike = (s: Shape): boolean => dimEqual(s.cols, ONE) !== dimEqual(s.rows, ONE);
const isZero = (e: Expr): boolean => e.kind === "number" && e.value === 0;
const isOneNumber = (e: Expr): boolean => e.kind === "number" && (e.value === 0 || e.value === 1);

/** Whether entries by letters occur: `A_{ij}`. */
export function hasEntry(e: Expr): boolean {
  if (e.kind === "index") return e.indices.some((i) => i?.kind === "name");
  if (e.kind === "derivative") return hasEntry(e.of) || e.wrt.some(hasEntry);
  return e.kind !== "number" && e.kind !== "name" && e.kind !== "error" && children(e).some(hasEntry);
}

function hasDerivative(e: Expr): boolean {
  if (e.kind === "derivative") return true;
  if (e.kind === "apply") return e.args.some(hasDerivative);
  return e.kind === "call" && (e.primes > 0 || e.name.startsWith("∇"));
}

/** A size written as an expression: `eye(n)`, `ones(2*n+1)`. */
export function sizeOf(e: Expr): Dim | undefined {
  if (e.kind === "number") return Number.isInteger(e.value) && e.value > 0 ? dimNumber(e.value) : undefined;
  if (e.kind === "name") return dimName(e.name);
  if (e.kind !== "apply") return undefined;
  const parts = e.args.map(sizeOf);
  if (parts.some((p) => p === undefined)) return undefined;
  const [a, b] = parts as Dim[];
  if (e.op === "add") return dimAdd(a!, b!);
  if (e.op === "mul" || e.op === UNSETTLED.cdot) return dimMul(a!, b!);
  return undefined;
}
