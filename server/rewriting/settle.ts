import { apply, type Expr, freeNames, name as nameExpr, num } from "../core/ast";
import { type Dim, dimEqual, dimNumber, dimValue, ONE } from "../core/dimension";
import { isColumn, isMatrix, isRow, isScalar, isSquare, sameShape, SCALAR, type Shape } from "../core/shape";
import { dimensionExpr, dimensionOf } from "../language/dimensionOf";
import { printText } from "../language/print";
import { derivativeShape, inferShape } from "../shapes/infer";
import { settleCall } from "./calls";
import { dependsOn } from "./depends";
import { isValue, type Known, mayBeDeclared } from "./known";
import { normName } from "./parse";
import { giveUp, type Index, numeral, type Raw } from "./raw";

type RawOf<K extends Raw["kind"]> = Raw & { readonly kind: K };

/** Makes an expression of what a line says: where a sign has several meanings, the shapes of what it joins decide. */
export class Settler {
  /** Variables that a derivative without one may be meant by, where several fit: all of them, and which one to take. */
  candidates: readonly string[] = [];
  pick = 0;
  /** Rows that NumPy has no name for: `x @ A` is a vector, however it was made. */
  private readonly lying = new WeakSet<Expr>();
  /** Indices that are counted from 0 where they are written. */
  private readonly fromZero = new Set<string>();
  private readonly indices = new Map<string, Shape | null>();

  constructor(
    readonly known: Known,
    private readonly shapes: ReadonlyMap<string, Shape> = new Map(),
  ) {}

  shapeOf(e: Expr): Shape | undefined {
    const locals = new Map<string, Shape | null>(this.shapes);
    for (const p of this.known.locals) if (!locals.has(p)) locals.set(p, this.known.scope.variables.get(p)?.shape ?? null);
    for (const [i, s] of this.indices) locals.set(i, s);
    const { shape, problems } = inferShape(e, this.known.scope, { tolerant: true, locals });
    return problems.length > 0 ? undefined : shape;
  } // prettier-ignore

  /** An expression; `expected` is the shape that its place asks for, where it is known. */
  settle(raw: Raw, expected?: Shape): Expr {
    return this.standing(this.visit(raw, expected));
  }

  /** A vector that was written lying (`x @ A`) as a column. */
  private standing(e: Expr): Expr {
    if (!this.lying.has(e) || e.kind !== "apply") return e;
    const [row, matrix] = e.args as [Expr, Expr];
    if (row.kind === "apply" && row.op === "transpose") return apply("mul", apply("transpose", matrix), this.standing(row.args[0]!));
    return apply("mul", apply("transpose", matrix), apply("transpose", row));
  } // prettier-ignore

  private visit(raw: Raw, expected?: Shape): Expr {
    switch (raw.kind) {
      case "number":
        return num(raw.value);
      case "name":
        return this.fromZero.has(raw.name) ? apply("sub", nameExpr(raw.name), num(1)) : nameExpr(raw.name);
      case "text":
      case "compare":
      case "function":
      case "partial":
        return giveUp("a part of it has no form here");
      case "infix":
        return this.infix(raw, expected);
      case "minus":
        return apply("neg", this.settle(raw.of, expected));
      case "transpose":
        return this.transposed(raw, expected);
      case "literal":
        return this.literal(raw);
      case "call":
        return settleCall(this, raw, expected);
      case "index":
        return this.entry(raw);
      case "bars":
        return this.bars(raw, false);
      case "sum":
        return this.sum(raw);
      case "derivative":
        return this.derivative(raw, expected);
      case "differential":
        return { kind: "differential", of: this.settle(raw.of) };
      case "identity":
      case "allOnes":
      case "allZeros":
        return this.constant(raw, expected);
      case "size":
        return this.size(raw);
    }
  }

  private constant(raw: RawOf<"identity" | "allOnes" | "allZeros">, expected: Shape | undefined): Expr {
    const op = raw.kind === "identity" ? "eye" : raw.kind === "allOnes" ? "ones" : "zeros";
    if (raw.of !== undefined) return apply(op, this.settle(raw.of));
    if (expected === undefined) return giveUp("the size of the identity is not clear");
    if (raw.kind !== "identity") return constantOf(op, expected);
    if (isScalar(expected)) return num(1);
    if (!isSquare(expected)) return giveUp("an identity is square");
    return apply("eye", dimensionExpr(expected.rows));
  }

  private infix(raw: RawOf<"infix">, expected: Shape | undefined): Expr {
    const { sign, left, right } = raw;
    if (sign === "+" || sign === "-") return this.sum_(sign, left, right, expected);
    if (sign === "^" || sign === ".^") return this.power(sign, left, right);
    if (sign === "/" || sign === "./") return this.quotient(sign, this.settle(left), this.settle(right));
    if (sign === "\\") return this.leftQuotient(this.settle(left), this.settle(right));
    // A factor whose size its neighbour tells: `λI`, `𝟙ᵀx`.
    if (isOpen(left) || isOpen(right)) return this.openProduct(raw, expected);
    const a = this.visit(left);
    return this.product(sign, sign === "@" ? a : this.standing(a), this.settle(right));
  }

  private sum_(sign: "+" | "-", left: Raw, right: Raw, expected: Shape | undefined): Expr {
    let a: Expr;
    let b: Expr;
    if (isOpen(left)) {
      b = this.settle(right, expected);
      a = this.settle(left, this.shapeOf(b) ?? expected);
    } else {
      a = this.settle(left, expected);
      b = this.settle(right, this.shapeOf(a) ?? expected);
    }
    return this.plus(sign, a, b);
  }

  /** A sum or difference; what is spread over entries, or over rows, is written out. */
  plus(sign: "+" | "-", a: Expr, b: Expr): Expr {
    const op = sign === "+" ? "add" : "sub";
    const [s, t] = [this.shapeOf(a), this.shapeOf(b)];
    if (s === undefined || t === undefined || sameShape(s, t)) return apply(op, a, b);
    if (isScalar(s)) return apply(op, this.spread(a, t), b);
    if (isScalar(t)) return apply(op, a, this.spread(b, s));
    if (isMatrix(s)) return apply(op, a, this.overRows(b, t, s));
    if (isMatrix(t)) return apply(op, this.overRows(a, s, t), b);
    return apply(op, a, b);
  }

  /** A number that is meant for every entry; beside a square matrix, on paper, for its diagonal. */
  spread(e: Expr, shape: Shape): Expr {
    const onDiagonal = isSquare(shape) && !this.known.style.starIsElementwise;
    if (e.kind === "number" && e.value === 0) return constantOf("zeros", shape);
    const all = onDiagonal ? apply("eye", dimensionExpr(shape.rows)) : constantOf("ones", shape);
    return e.kind === "number" && e.value === 1 ? all : apply("mul", e, all);
  }

  /** A vector that is added to every row, or to every column, of a matrix. */
  private overRows(e: Expr, s: Shape, matrix: Shape): Expr {
    const ones = (d: Dim): Expr => apply("ones", dimensionExpr(d));
    if (isRow(s) && dimEqual(s.cols, matrix.cols)) return apply("mul", ones(matrix.rows), e);
    if (!isColumn(s)) return e;
    const fitsRow = dimEqual(s.rows, matrix.cols);
    const fitsColumn = dimEqual(s.rows, matrix.rows);
    if (fitsRow && (!fitsColumn || this.known.style.starIsElementwise)) return apply("mul", ones(matrix.rows), apply("transpose", e));
    if (fitsColumn && !fitsRow) return apply("mul", e, apply("transpose", ones(matrix.cols)));
    return giveUp("it is not clear over which side the vector is spread");
  } // prettier-ignore

  /** A product of two values, whose kind the sign and the shapes tell. */
  product(sign: string, a: Expr, b: Expr): Expr {
    const { starIsElementwise } = this.known.style;
    if (sign === "⊗") return apply("kron", a, b);
    const [s, t] = [this.shapeOf(a), this.shapeOf(b)];
    const elementwise = sign === ".*" || sign === "⊙" || (starIsElementwise && (sign === "*" || sign === "" || sign === "×"));
    if (s === undefined || t === undefined) {
      const left = sign === "@" && isLetterOfVector(a) ? apply("transpose", a) : a;
      return apply(elementwise && sign !== "*" && sign !== "" ? "hadamard" : "mul", left, b);
    }
    if (isScalar(s) || isScalar(t)) return apply("mul", a, b);
    if (elementwise) return this.hadamard(a, b, s, t);
    if (sign === "@") return this.matrixProduct(a, b, s, t);
    const fits = dimEqual(s.cols, t.rows);
    if (isColumn(s) && isColumn(t) && dimEqual(s.rows, t.rows)) {
      if (sign === "·") return apply("mul", apply("transpose", a), b);
      if (sign === "*") return apply("hadamard", a, b);
      if (sign === "×") return giveUp("a cross product has no form here; write `x'*y` or `x.*y` for other products");
      return giveUp("a product of two columns has several meanings: write `x'*y` or `x.*y`");
    }
    if (sign === "·" && isMatrix(s) && sameShape(s, t) && !fits) return apply("sum", apply("hadamard", a, b));
    return apply("mul", a, b);
  } // prettier-ignore

  private hadamard(a: Expr, b: Expr, s: Shape, t: Shape): Expr {
    if (sameShape(s, t)) return apply("hadamard", a, b);
    const diag = (e: Expr, shape: Shape): Expr => apply("diag", isRow(shape) ? apply("transpose", e) : e);
    const along = (m: Shape, v: Shape): "rows" | "cols" | undefined =>
      isRow(v) || (isColumn(v) && dimEqual(v.rows, m.cols) && !dimEqual(m.rows, m.cols))
        ? "cols"
        : isColumn(v) && dimEqual(v.rows, m.rows) && !dimEqual(m.rows, m.cols)
          ? "rows"
          : undefined;
    if (isMatrix(s) && !isMatrix(t)) {
      const side = along(s, t);
      if (side === "cols") return apply("mul", a, diag(b, t));
      if (side === "rows") return apply("mul", diag(b, t), a);
    }
    if (isMatrix(t) && !isMatrix(s)) {
      const side = along(t, s);
      if (side === "cols") return apply("mul", b, diag(a, s));
      if (side === "rows") return apply("mul", diag(a, s), b);
    }
    return giveUp("the two factors have different shapes");
  }

  /** NumPy's `@`: a vector is what its neighbour asks for. */
  private matrixProduct(a: Expr, b: Expr, s: Shape, t: Shape): Expr {
    const across = (e: Expr): Expr => (e.kind === "apply" && e.op === "transpose" ? e.args[0]! : apply("transpose", e));
    if (isColumn(s) && dimEqual(s.rows, t.rows)) {
      const row = apply("mul", apply("transpose", a), b);
      if (isMatrix(t)) this.lying.add(row);
      return row;
    }
    if (isColumn(s) && isRow(t) && dimEqual(s.rows, t.cols)) return apply("mul", apply("transpose", a), across(b));
    if (isRow(s) && isRow(t) && dimEqual(s.cols, t.cols)) return apply("mul", a, across(b));
    const row = apply("mul", a, b);
    if (this.lying.has(a) && isMatrix(t)) this.lying.add(row);
    return row;
  }

  /** A product in which one factor gets its size from the other, or from where it stands. */
  private openProduct(raw: RawOf<"infix">, expected: Shape | undefined): Expr {
    const { sign, left, right } = raw;
    if (isOpen(left)) {
      const b = this.settle(right);
      const t = this.shapeOf(b);
      if (t === undefined) return giveUp("a size is not clear");
      if (left.kind === "identity" && left.of === undefined && !isScalar(t)) return b;
      const size = isScalar(t) ? expected : onesBeside(left, t.rows);
      return this.product(sign, this.settle(left, size), b);
    }
    const a = this.settle(left);
    const s = this.shapeOf(a);
    if (s === undefined) return giveUp("a size is not clear");
    if (right.kind === "identity" && right.of === undefined && !isScalar(s)) return a;
    return this.product(sign, a, this.settle(right, isScalar(s) ? expected : onesBeside(right, s.cols)));
  }

  quotient(sign: "/" | "./", a: Expr, b: Expr): Expr {
    const [s, t] = [this.shapeOf(a), this.shapeOf(b)];
    if (s === undefined || t === undefined) return apply(sign === "./" && t === undefined ? "hdiv" : "div", a, b);
    if (isScalar(t)) return apply("div", a, b);
    if (isScalar(s)) {
      const ones = constantOf("ones", t);
      const top = a.kind === "number" && a.value === 1 ? ones : apply("mul", a, ones);
      if (sign === "/" && isMatrix(t) && isSquare(t) && !this.known.style.starIsElementwise)
        return this.product("*", a, apply("inv", b));
      return apply("hdiv", top, b);
    }
    const matrices = isMatrix(t) && isSquare(t) && sign === "/" && !this.known.style.starIsElementwise;
    if (matrices && dimEqual(s.cols, t.rows)) return apply("mul", a, apply("inv", b));
    if (isMatrix(s) && isColumn(t) && dimEqual(s.rows, t.rows)) return apply("mul", apply("diag", this.quotient("./", num(1), b)), a);
    return apply("hdiv", a, b);
  } // prettier-ignore

  private leftQuotient(a: Expr, b: Expr): Expr {
    const s = this.shapeOf(a);
    return apply("mul", apply(s === undefined || isSquare(s) ? "inv" : "pinv", a), b);
  }

  power(sign: "^" | ".^", left: Raw, right: Raw): Expr {
    if (left.kind === "bars") return apply("pow", this.bars(left, isTwo(right)), this.settle(right));
    const base = this.settle(left);
    const exponent = this.settle(right);
    const s = this.shapeOf(base);
    const value = exponent.kind === "number" ? exponent.value : exponent.kind === "apply" && exponent.op === "neg" && exponent.args[0]!.kind === "number" ? -exponent.args[0]!.value : undefined;
    if (s === undefined) return value === -1 && /^\p{Lu}/u.test(base.kind === "name" ? base.name : "") ? apply("inv", base) : apply(sign === ".^" ? "hpow" : "pow", base, exponent);
    if (isScalar(s)) return apply("pow", base, exponent);
    if (sign === ".^" || !isSquare(s) || this.known.style.starIsElementwise) return apply("hpow", base, exponent);
    if (value === -1) return apply("inv", base);
    if (value === 0.5) return apply("sqrtm", base);
    return apply("pow", base, exponent);
  } // prettier-ignore

  private transposed(raw: RawOf<"transpose">, expected: Shape | undefined): Expr {
    const inner = this.visit(raw.of, expected === undefined ? undefined : { rows: expected.cols, cols: expected.rows });
    const standing = this.standing(inner);
    const s = this.shapeOf(standing);
    if (s !== undefined && isScalar(s)) return standing;
    return apply("transpose", standing);
  }

  private literal(raw: RawOf<"literal">): Expr {
    const rows = raw.rows.map((row) => row.map((r) => this.settle(r)));
    if (rows.some((r) => r.length === 0)) return giveUp("a row is empty");
    return { kind: "literal", rows };
  }

  /** One column of the entries of a list. */
  column(raw: Raw): Expr {
    if (raw.kind !== "literal" || !raw.flat) return this.settle(raw);
    return { kind: "literal", rows: raw.rows[0]!.map((r) => [this.settle(r)]) };
  }

  private entry(raw: RawOf<"index">): Expr {
    if (raw.base.kind === "call" && raw.base.name === "slogdet") return apply("logdet", this.settle(raw.base.args[0]!));
    const base = this.settle(raw.base);
    const s = this.shapeOf(base);
    // `(x.transpose()*A*x)(0)`: the one entry of a scalar.
    if (s !== undefined && isScalar(s)) return base;
    if (s === undefined) return giveUp("an entry of something that is not known");
    const one = raw.indices.length === 1;
    if (one && isMatrix(s) && raw.from === 1 && raw.base.kind !== "index") return giveUp("one index into a matrix");
    const sides = one ? [isRow(s) ? s.cols : s.rows] : [s.rows, s.cols];
    const indices = raw.indices.map((i, k) => this.index(i, sides[k] ?? ONE, raw.from));
    const padded = one && isMatrix(s) ? [...indices, null] : indices;
    return { kind: "index", base, indices: padded };
  }

  private index(i: Index, side: Dim, from: 0 | 1): Expr | null {
    if (i === null) return null;
    if (i === "range") return giveUp("a part of a side has no form here");
    if (i.kind === "text" && i.text === "end") return dimensionExpr(side);
    if (from === 1) return this.plainIndex(i);
    if (i.kind === "minus" && i.of.kind === "number") {
      const back = i.of.value - 1;
      return back === 0 ? dimensionExpr(side) : apply("sub", dimensionExpr(side), num(back));
    }
    if (i.kind === "number") return num(i.value + 1);
    const e = this.plainIndex(i);
    return [...freeNames(e)].some((n) => this.fromZero.has(n)) ? e : apply("add", e, num(1));
  }

  /** An index as it is written: those counted from 0 are shifted with the loop that they run in. */
  private plainIndex(i: Raw): Expr {
    const shifted = [...this.fromZero];
    this.fromZero.clear();
    const e = this.settle(i);
    for (const name of shifted) this.fromZero.add(name);
    return e;
  }

  bars(raw: RawOf<"bars">, squared: boolean): Expr {
    const of = this.settle(raw.of);
    if (raw.which !== undefined) return apply(normName(raw.which), of);
    if (raw.double) return apply("norm2", of);
    const s = this.shapeOf(of);
    if (s === undefined) return apply("abs", of);
    if (isScalar(s)) return apply("abs", of);
    if (isMatrix(s)) return isSquare(s) ? apply("det", of) : apply("norm2", of);
    return apply(squared ? "norm2" : "norm1", of);
  }

  private sum(raw: RawOf<"sum">): Expr {
    const { variable } = raw;
    const isZeroBased = raw.from?.kind === "number" && raw.from.value === 0;
    const shifted = isZeroBased && this.known.style.countsFromZero;
    this.indices.set(variable, SCALAR);
    if (shifted) this.fromZero.add(variable);
    const body = this.settle(raw.body);
    this.fromZero.delete(variable);
    this.indices.delete(variable);
    const bounds = raw.to === undefined ? this.boundsOf(body, variable) : undefined;
    const from = shifted ? num(1) : raw.from === undefined ? num(1) : this.settle(raw.from);
    let to = bounds ?? this.settle(raw.to!);
    if (shifted) to = to.kind === "apply" && to.op === "sub" && to.args[1]!.kind === "number" && to.args[1]!.value === 1 ? to.args[0]! : apply("add", to, num(1)); // prettier-ignore
    const sum: Expr = { kind: "sumover", variable, from, to, body };
    return raw.mean === true ? apply("div", sum, to) : sum;
  }

  /** How far an index runs that is not said: the side that it counts. */
  boundsOf(body: Expr, variable: string): Expr {
    let found: Dim | undefined;
    const visit = (e: Expr): void => {
      if (e.kind === "index") {
        const s = this.shapeOf(e.base);
        e.indices.forEach((i, k) => {
          if (i?.kind !== "name" || i.name !== variable || s === undefined) return;
          const side = e.indices.length === 1 ? (isRow(s) ? s.cols : s.rows) : k === 0 ? s.rows : s.cols;
          if (found !== undefined && !dimEqual(found, side)) giveUp(`\`${variable}\` counts two different sides`);
          found = side;
        });
      }
      if (e.kind === "name" && e.name.endsWith(`_${variable}`)) {
        const family = this.known.scope.variables.get(e.name.slice(0, -variable.length - 1))?.family;
        found ??= family?.to;
      }
      childrenOf(e).forEach(visit);
    };
    visit(body);
    return found === undefined ? giveUp(`how far \`${variable}\` runs is not said`) : dimensionExpr(found);
  }

  private derivative(raw: RawOf<"derivative">, expected: Shape | undefined): Expr {
    // `d(f)/d(x)` of a function is of its value.
    const own = raw.of.kind === "name" ? this.known.scope.definitions.get(raw.of.name)?.parameters : undefined;
    const of: Expr = own === undefined ? this.settle(raw.of) : { kind: "call", name: (raw.of as RawOf<"name">).name, primes: 0, args: own.map(nameExpr) }; // prettier-ignore
    if (raw.wrt.length > 0) {
      const wrt = raw.wrt.map((w) => {
        const e = this.settle(w);
        if (e.kind !== "name" && e.kind !== "index") giveUp("a derivative is taken by a name");
        if (e.kind === "name" && !isValue(this.known, e.name) && !(mayBeDeclared(e.name) && freeNames(of).has(e.name)))
          giveUp(`\`${e.name}\` is not declared`);
        return e;
      });
      return { kind: "derivative", of, wrt };
    }
    let names = dependsOn(of, this.known.scope);
    // `∇f(x)`: by what stands in the brackets.
    if (of.kind === "call" && this.known.scope.definitions.get(of.name)?.parameters !== undefined) {
      const args = of.args.flatMap((a) => (a.kind === "name" && names.includes(a.name) ? [a.name] : []));
      if (args.length > 0) names = args;
    }
    if (names.length === 0)
      names = [...freeNames(of)].filter(
        (n) => mayBeDeclared(n) && (this.known.locals.has(n) || !isValue(this.known, n)),
      );
    if (expected !== undefined) {
      const value = this.shapeOf(of);
      const fitting = names.filter((n) => {
        const s = this.known.scope.variables.get(n)?.shape;
        if (value === undefined || s === undefined) return true;
        const once = derivativeShape(value, s);
        return sameShape(raw.order === 2 ? derivativeShape(once, s) : once, expected);
      });
      names = fitting;
    }
    if (this.candidates.length === 0) this.candidates = names;
    const by = this.candidates[this.pick];
    if (by === undefined) return giveUp("it is not said by which variable is derived");
    const wrt = Array.from({ length: raw.order }, () => nameExpr(by));
    return { kind: "derivative", of, wrt };
  }

  private size(raw: RawOf<"size">): Expr {
    const s = this.shapeOf(this.settle(raw.of));
    if (s === undefined) return giveUp("a size is not known");
    if (raw.side === "rows") return dimensionExpr(s.rows);
    if (raw.side === "cols") return dimensionExpr(s.cols);
    if (isMatrix(s)) return apply("mul", dimensionExpr(s.rows), dimensionExpr(s.cols));
    return dimensionExpr(isRow(s) ? s.cols : s.rows);
  }
}

/** A small letter, of which nothing is known, or a multiple of it: in front of `@` it lies, `x @ A @ x`. */
const isLetterOfVector = (e: Expr): boolean =>
  e.kind === "name"
    ? /^\p{Ll}(?:_?\p{Nd}+)?$/u.test(e.name)
    : e.kind === "apply" && e.op === "mul" && isLetterOfVector(e.args[1]!) && !/^\p{Lu}/u.test(printText(e.args[0]!));

const isTwo = (raw: Raw): boolean => raw.kind === "number" && raw.value === 2;

/** Whether a part has no size of its own: `I`, `λI`, `-𝟙`. */
function isOpen(raw: Raw): boolean {
  switch (raw.kind) {
    case "identity":
    case "allOnes":
    case "allZeros":
      return raw.of === undefined;
    case "minus":
    case "transpose":
      return isOpen(raw.of);
    case "infix":
      if (raw.sign === "+" || raw.sign === "-") return isOpen(raw.left) && isOpen(raw.right);
      return ["*", "", "·", "/"].includes(raw.sign) && (isOpen(raw.right) || isOpen(raw.left)) && !holdsTwo(raw);
    default:
      return false;
  }
}

/** A product that has a size: a factor beside the open one is no scalar that could be seen. */
const holdsTwo = (raw: RawOf<"infix">): boolean => {
  const other = isOpen(raw.left) ? raw.right : raw.left;
  return other.kind !== "number" && !(other.kind === "name" && !/^\p{Lu}/u.test(other.name)) && other.kind !== "infix";
};

/** The shape of a vector of ones, or of its transpose, beside a side of this size. */
const onesBeside = (raw: Raw, side: Dim): Shape => {
  const isTransposed = raw.kind === "transpose";
  return isTransposed ? { rows: ONE, cols: side } : { rows: side, cols: raw.kind === "identity" ? side : ONE };
};

export function constantOf(op: string, shape: Shape): Expr {
  if (isScalar(shape)) return num(op === "zeros" ? 0 : 1);
  if (isColumn(shape)) return apply(op, dimensionExpr(shape.rows));
  if (isRow(shape)) return apply("transpose", apply(op, dimensionExpr(shape.cols)));
  return apply(op, dimensionExpr(shape.rows), dimensionExpr(shape.cols));
}

function childrenOf(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case "apply":
    case "call":
      return e.args;
    case "index":
      return [e.base];
    case "sumover":
      return [e.body];
    case "literal":
      return e.rows.flat();
    default:
      return [];
  }
}

/** A number of a raw tree, where it is one. */
export const numberOf = (raw: Raw | undefined): number | undefined =>
  raw === undefined ? undefined : raw.kind === "number" ? raw.value : raw.kind === "minus" && raw.of.kind === "number" ? -raw.of.value : undefined; // prettier-ignore

export const dimensionIn = (e: Expr): Dim => dimensionOf(e) ?? dimNumber(NaN);
export const isNumberDim = (d: Dim): boolean => dimValue(d) !== undefined;
export const zero = numeral(0);
