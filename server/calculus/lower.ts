import { children, type Expr, type Span, substitute } from "../core/ast";
import { spend } from "../core/budget";
import {
  type Dim,
  dimAdd,
  dimMul,
  dimName,
  dimNames,
  dimNumber,
  dimScale,
  dimSub,
  dimValue,
  isOne,
  ONE as ONE_DIM,
} from "../core/dimension";
import { exprKey } from "../core/exprKey";
import { Refusal } from "../core/problem";
import { familyMember, isSize, type Scope, type Variable } from "../core/scope";
import { isScalar, matrix, SCALAR, type Shape, shapeText } from "../core/shape";
import type { Steps } from "../core/steps";
import { dimensionOf } from "../language/dimensionOf";
import { printText } from "../language/print";
import { isMisfit, operator } from "../operators";
import {
  add,
  entrywise,
  hadamard,
  identityTensor,
  negate,
  power,
  product,
  singleFactor,
  subtract,
  transposeTensor,
} from "./algebra";
import { summedOverToken } from "./running";
import { matrixPower, symbol } from "./symbols";
import { template } from "./templates";
import { isInt, MINUS_ONE, ONE, ratOf } from "./rational";
import {
  constantOf,
  type Factor,
  type Raw,
  rawOf,
  type Tensor,
  thick,
  times,
  type VarHead,
  type World,
} from "./tensor";

/** A tensor together with the shape of the matrix it stands for: sides of 1 carry no index. */
export interface Value {
  readonly t: Tensor;
  readonly shape: Shape;
}

const MAX_POWER = 64;

/**
 * From the syntax tree to tensors. Throws `Refusal` (and nothing else) for what does not fit or is not
 * supported; `calculus/index.ts` catches it.
 */
export class Lowering {
  /** How the user wrote a tensor; the shortest wins, and a name beats everything. */
  readonly written = new Map<Tensor, Expr>();
  private readonly definitions = new Map<string, Value>();
  private readonly active = new Set<string>();
  private quiet = 0;
  /** Names that stand for themselves though they are defined: what is derived by. */
  readonly held: Set<string>;

  constructor(
    readonly w: World,
    readonly scope: Scope,
    /** Takes a derivative that stands inside the expression. */
    private readonly derivative?: (of: Expr, wrt: readonly Expr[]) => Value,
    held: readonly string[] = [],
    /** Whether what the author named keeps its name. */
    private readonly names = false,
  ) {
    this.held = new Set(held);
  }

  /** Parts of an expression that are known before the whole is asked for. */
  private readonly ready = new Map<Expr, Value>();

  /**
   * The value in steps: first the parts of the expression and of the definitions in it, in the order in which the whole
   * needs them, so that the result is the same.
   */
  *valueInSteps(e: Expr): Steps<Value> {
    const tasks: { readonly e: Expr; readonly parts?: true; readonly definition?: string }[] = [{ e }];
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
      const { e: part, definition } = task;
      if (task.parts === true) {
        if (definition !== undefined) this.active.delete(definition);
        this.ready.set(part, this.value(part));
        yield;
      } else if (part.kind === "name") {
        const body = this.ahead(part.name);
        if (body === undefined) continue;
        this.active.add(part.name);
        tasks.push({ e: part, parts: true, definition: part.name }, { e: body });
      } else if (part.kind === "call") {
        const body = this.bodyAhead(part);
        if (body !== undefined) tasks.push({ e: part, parts: true }, { e: body });
        yield;
      } else if (part.kind === "apply" && operator(part.op) !== undefined && operator(part.op)!.ofDimensions !== true) {
        tasks.push({ e: part, parts: true });
        for (let k = part.args.length - 1; k >= 0; k--) tasks.push({ e: part.args[k]! });
      }
    }
    const v = this.value(e);
    this.ready.clear();
    return v;
  }

  /** What a name is defined to be, where that has not been asked for yet. */
  private ahead(name: string): Expr | undefined {
    const d = this.scope.definitions.get(name);
    const known = this.held.has(name) || this.active.has(name) || this.definitions.has(name);
    return d === undefined || d.parameters !== undefined || known ? undefined : d.body;
  }

  /** What a call of a function of the document comes to, where that has not been asked for yet. */
  private bodyAhead({ name, primes, args }: Extract<Expr, { kind: "call" }>): Expr | undefined {
    const d = this.scope.definitions.get(name);
    if (d?.parameters?.length !== args.length || primes > 0 || this.callsItself(name)) return undefined;
    const key = callKey(name, args);
    spend(5 + key.length / 5);
    return this.filled.has(key) || this.bodies.has(key) ? undefined : this.bodyOf(key, d.body, d.parameters, args);
  }

  /** The body of a function with its arguments filled in: always the same tree. */
  private bodyOf(key: string, body: Expr, parameters: readonly string[], args: readonly Expr[]): Expr {
    let e = this.bodies.get(key);
    if (e === undefined) this.bodies.set(key, (e = substitute(body, new Map(parameters.map((p, i) => [p, args[i]!])))));
    return e;
  }
  private readonly bodies = new Map<string, Expr>();

  value(e: Expr, env?: ReadonlyMap<string, Value>): Value {
    const known = env === undefined && this.ready.size > 0 ? this.ready.get(e) : undefined;
    if (known !== undefined) return known;
    const v = this.compute(e, env);
    if (
      this.quiet === 0 &&
      env === undefined &&
      e.kind !== "name" &&
      e.kind !== "number" &&
      !(isOne(v.shape.rows) && !isOne(v.shape.cols))
    )
      this.remember(v.t, e);
    return v;
  }

  private remember(t: Tensor, e: Expr): void {
    const old = this.written.get(t);
    if (old === undefined || (old.kind !== "name" && count(e) < count(old))) this.written.set(t, e);
  }

  private compute(e: Expr, env: ReadonlyMap<string, Value> | undefined): Value {
    switch (e.kind) {
      case "number":
        return { t: this.w.number(ratOf(e.value)), shape: SCALAR };
      case "name":
        return env?.get(e.name) ?? this.named(e.name, e.span);
      case "apply":
        return this.applied(e.op, e.args, env, e.span);
      case "call":
        return this.called(e.name, e.primes, e.args, env, e.span);
      case "index":
        return this.indexed(e.base, e.indices, env, e.span);
      case "sumover":
        return this.summed(e, env);
      case "literal":
        return this.literal(e.rows, env, e.span);
      case "derivative":
        if (this.derivative === undefined) throw unsupported("a derivative inside an expression", e.span);
        return this.derivative(e.of, e.wrt);
      case "differential":
        return this.differential(e.of, e.span);
      case "error":
        throw new Refusal("syntax", `cannot read "${e.text}"`, e.span);
    }
  }

  /** The head of a variable, or of its change. */
  variableHead(v: Variable, differential = false): VarHead {
    const p = v.properties;
    const own = thick(v.shape.rows, v.shape.cols);
    const square = own.length === 2;
    const symmetry = square && p.has("symmetric") ? 1 : square && p.has("skew") ? -1 : 0;
    const dims = v.family === undefined ? own : [familySize(v), ...own];
    return this.w.head({
      kind: "var", name: v.name, dims, symmetry, properties: p,
      ...(differential ? { differential: true } : {}), ...(v.family === undefined ? {} : { family: true }),
    }) as VarHead; // prettier-ignore
  }

  private named(name: string, span: Span | undefined): Value {
    const run = this.running.get(name);
    if (run !== undefined) return { t: this.counter(run), shape: SCALAR };
    const v = this.scope.variables.get(name);
    const d = this.scope.definitions.get(name);
    // In a note a name is often declared and defined: it stands for what it is defined to be, as in evaluation,
    // unless it is what is derived by.
    const defined = d !== undefined && d.parameters === undefined && !this.held.has(name) && !this.active.has(name);
    if (v !== undefined && !defined && !this.held.has(name) && isSize(this.scope, v))
      return { t: this.w.dimensionScalar(dimName(name)), shape: SCALAR };
    if (v !== undefined && v.family === undefined && !defined) return this.ofHead(this.variableHead(v), v.shape);
    if (d !== undefined && d.parameters === undefined) return this.defined(name, d.body, span);
    if (this.scope.dimensions.has(name)) return { t: this.w.dimensionScalar(dimName(name)), shape: SCALAR };
    const member = familyMember(this.scope, name);
    if (member !== undefined) return this.familyEntry(member.variable, positionExpr(member.index), span);
    if (/^d[^\W\d]/u.test(name)) {
      const base = this.scope.variables.get(name.slice(1));
      if (base !== undefined && base.family === undefined)
        return this.ofHead(this.variableHead(base, true), base.shape);
    }
    throw new Refusal("undeclared", `${name} is not declared; say what it is, for example "${name} : R^n"`, span);
  }

  private ofHead(h: VarHead, shape: Shape): Value {
    const slots = h.dims.map((d) => this.w.newIndex(d));
    return { t: this.w.tensor(slots, [{ coef: ONE, factors: [{ head: h, idx: slots, pow: ONE }] }]), shape };
  }

  private defined(name: string, body: Expr, span: Span | undefined): Value {
    const known = this.definitions.get(name);
    if (known !== undefined) return known;
    if (this.active.has(name)) throw new Refusal("unsupported", `${name} is defined by itself`, span);
    this.active.add(name);
    let v = this.value(body);
    this.active.delete(name);
    if (this.names) v = this.underItsName(name, v);
    this.definitions.set(name, v);
    if (constantOf(v.t) === undefined && !(isOne(v.shape.rows) && !isOne(v.shape.cols)))
      this.written.set(v.t, { kind: "name", name });
    return v;
  }

  /** A defined value as a symbol of its own: what it stands for matters only where it is derived. */
  private underItsName(name: string, v: Value): Value {
    const one = singleFactor(v.t);
    const plain = v.t.vars.size === 0 || one?.head.kind === "var" || one?.head.kind === "named";
    return plain || constantOf(v.t) !== undefined ? v : { t: this.nameFor(name, v), shape: v.shape };
  }

  /** From now on this value is written with this name. */
  nameFor(name: string, { t, shape }: Value): Tensor {
    const head = this.w.names.give(this.w, name, t, isOne(shape.rows) && !isOne(shape.cols));
    const slots = t.dims.map((d) => this.w.newIndex(d));
    return this.w.tensor(slots, [{ coef: ONE, factors: [{ head, idx: slots, pow: ONE }] }]);
  }

  private differential(of: Expr, span: Span | undefined): Value {
    if (of.kind === "name") {
      const v = this.scope.variables.get(of.name);
      if (v !== undefined && v.family === undefined) return this.ofHead(this.variableHead(v, true), v.shape);
    }
    throw unsupported("the differential of an expression inside an expression", span);
  }

  private applied(
    op: string,
    args: readonly Expr[],
    env: ReadonlyMap<string, Value> | undefined,
    span: Span | undefined,
  ): Value {
    const o = operator(op);
    if (o === undefined) throw unsupported(`the function ${op}`, span);
    if (o.ofDimensions) {
      const dims = args.map((a) => this.dimension(a));
      const shape = o.shape([], dims);
      if (isMisfit(shape)) throw new Refusal(shape.code, shape.message, span);
      return { t: this.constant(op, dims, shape), shape };
    }
    const values = args.map((a) => this.value(a, env));
    return this.operate(op, values, span);
  }

  /** An operator of the table applied to values. */
  operate(op: string, values: readonly Value[], span?: Span): Value {
    const o = operator(op)!;
    const w = this.w;
    const shape = o.shape(
      values.map((v) => v.shape),
      [],
    );
    if (isMisfit(shape)) throw new Refusal(shape.code, shape.message, span);
    const rule = o.rule;
    const [a, b] = values as [Value, Value];
    if (rule !== undefined && "pointwise" in rule) return { t: entrywise(w, op, a.t), shape };
    if (rule !== undefined && "expand" in rule) {
      const text = typeof rule.expand === "string" ? rule.expand : rule.expand(values.map((v) => v.shape));
      return { t: this.template(text, new Map([["X", a], ["Y", b]])).t, shape }; // prettier-ignore
    }
    if (rule === undefined || "differential" in rule || "spectral" in rule || "piecewiseConstant" in rule)
      return { t: symbol(w, op, a.t, thick(shape.rows, shape.cols)), shape };
    switch (op) {
      case "add":
        return { t: add(w, [a.t, b.t]), shape };
      case "sub":
        return { t: subtract(w, a.t, b.t), shape };
      case "neg":
        return { t: negate(w, a.t), shape };
      case "transpose":
        return { t: transposeTensor(w, a.t), shape };
      case "hadamard":
        return { t: hadamard(w, a.t, b.t), shape };
      case "div":
      case "hdiv":
        return { t: hadamard(w, a.t, power(w, b.t, MINUS_ONE)), shape };
      case "mul":
        return { t: this.multiply(a, b), shape };
      case "hpow":
        return { t: power(w, a.t, b.t), shape };
      case "pow":
        return isScalar(a.shape) ? { t: power(w, a.t, b.t), shape } : { t: this.matrixPower(a, b, span), shape };
      case "sum":
        return {
          t: this.contracted(
            [],
            a.t,
            a.t.dims.map((d) => w.newIndex(d)),
          ),
          shape,
        };
      case "tr": {
        const i = a.t.dims.map((d) => w.newIndex(d))[0];
        return { t: i === undefined ? a.t : this.contracted([], a.t, [i, i]), shape };
      }
      case "diag": {
        if (a.t.dims.length === 0) return { t: a.t, shape };
        const i = w.newIndex(a.t.dims[0]!);
        if (a.t.dims.length === 2) return { t: this.contracted([i], a.t, [i, i]), shape };
        const j = w.newIndex(a.t.dims[0]!);
        return {
          t: product(w, [i, j], [{ t: a.t, at: [i] }], [{ head: w.delta(a.t.dims[0]!), idx: [i, j], pow: ONE }]),
          shape,
        };
      }
      case "tril":
      case "triu": {
        const slots = a.t.dims.map((d) => w.newIndex(d));
        if (slots.length < 2) {
          if (slots.length === 0 || (op === "tril") === isOne(a.shape.cols)) return { t: a.t, shape };
          const first: Factor = {
            head: w.head({ kind: "unit", at: "1", dims: a.t.dims, symmetry: 0 }),
            idx: slots,
            pow: ONE,
          };
          return { t: product(w, slots, [{ t: a.t, at: slots }], [first]), shape };
        }
        const mask = w.head({ kind: "mask", part: op === "tril" ? "lower" : "upper", dims: a.t.dims, symmetry: 0 });
        return { t: product(w, slots, [{ t: a.t, at: slots }], [{ head: mask, idx: slots, pow: ONE }]), shape };
      }
      case "vec": {
        if (a.t.dims.length < 2) return { t: a.t, shape };
        const [i, j] = a.t.dims.map((d) => w.newIndex(d)) as [number, number];
        const f = this.fuse(j, i);
        return { t: product(w, [f.position], [{ t: a.t, at: [i, j] }], [f.factor]), shape };
      }
      case "kron":
        return { t: this.kronecker(a, b), shape };
    }
    throw unsupported(`the operator ${op}`, span);
  }

  /** A template of the operator table over values. Its parts are not what the user wrote. */
  template(text: string, env: ReadonlyMap<string, Value>): Value {
    this.quiet++;
    try {
      return this.value(template(text), env);
    } finally {
      this.quiet--;
    }
  }

  private contracted(free: readonly number[], t: Tensor, at: readonly number[]): Tensor {
    return this.w.tensor(free, this.w.instantiate(t, at));
  }

  private fuse(slow: number, fast: number): { position: number; factor: Factor } {
    const w = this.w;
    const [s, f] = [w.dimOf(slow), w.dimOf(fast)];
    const position = w.newIndex(dimMul(s, f));
    return {
      position,
      factor: {
        head: w.head({ kind: "fuse", dims: [dimMul(s, f), s, f], symmetry: 0 }),
        idx: [position, slow, fast],
        pow: ONE,
      },
    };
  }

  private multiply(a: Value, b: Value): Tensor {
    const w = this.w;
    if (isScalar(a.shape) || isScalar(b.shape)) return hadamard(w, a.t, b.t);
    const left = this.sides(a.shape);
    const right = this.sides(b.shape, left.col);
    return product(
      w,
      [...left.rowAt, ...right.colAt],
      [
        { t: a.t, at: [...left.rowAt, ...left.colAt] },
        { t: b.t, at: [...right.rowAt, ...right.colAt] },
      ],
    );
  }

  private sides(s: Shape, row?: number): { rowAt: number[]; colAt: number[]; col?: number } {
    const rowAt = isOne(s.rows) ? [] : [row ?? this.w.newIndex(s.rows)];
    const colAt = isOne(s.cols) ? [] : [this.w.newIndex(s.cols)];
    return { rowAt, colAt, ...(colAt.length > 0 ? { col: colAt[0]! } : {}) };
  }

  private matrixPower(a: Value, b: Value, span: Span | undefined): Tensor {
    const w = this.w;
    const p = constantOf(b.t);
    if (p === undefined || !isInt(p)) return matrixPower(w, a.t, b.t);
    if (Math.abs(p.n) > MAX_POWER)
      throw new Refusal("too-large", `a matrix power beyond ${MAX_POWER} is too large to derive`, span);
    if (p.n === 0) return identityTensor(w, a.shape.rows);
    const base: Value = p.n < 0 ? { t: symbol(w, "inv", a.t, a.t.dims), shape: a.shape } : a;
    let out = base.t;
    for (let k = 1; k < Math.abs(p.n); k++) out = this.multiply({ t: out, shape: a.shape }, base);
    return out;
  }

  private kronecker(a: Value, b: Value): Tensor {
    const w = this.w;
    const [x, y] = [this.sides(a.shape), this.sides(b.shape)];
    const free: number[] = [];
    const extra: Factor[] = [];
    const join = (slow: number[], fast: number[]) => {
      if (slow.length === 0 || fast.length === 0) return void free.push(...slow, ...fast);
      const f = this.fuse(slow[0]!, fast[0]!);
      free.push(f.position);
      extra.push(f.factor);
    };
    join(x.rowAt, y.rowAt);
    join(x.colAt, y.colAt);
    return product(
      w,
      free,
      [
        { t: a.t, at: [...x.rowAt, ...x.colAt] },
        { t: b.t, at: [...y.rowAt, ...y.colAt] },
      ],
      extra,
    );
  }

  private constant(op: string, dims: readonly Dim[], shape: Shape): Tensor {
    const w = this.w;
    const own = thick(shape.rows, shape.cols);
    if (op === "ones") return w.number(ONE, own);
    if (op === "zeros") return w.number(ratOf(0), own);
    if (op === "eye") return own.length === 0 ? w.number(ONE) : identityTensor(w, dims[0]!);
    // K(m,n): positions of vec(A') and vec(A)
    const [m, n] = dims as [Dim, Dim];
    if (isOne(m) || isOne(n)) return identityTensor(w, dimMul(m, n));
    const [i, j] = [w.newIndex(m), w.newIndex(n)];
    const [p, q] = [this.fuse(i, j), this.fuse(j, i)];
    return w.tensor([p.position, q.position], [{ coef: ONE, factors: [p.factor, q.factor] }]);
  }

  /** A function of the document at given arguments, each once: written out they may be as many as the leaves of a tree. */
  private filledIn(name: string, body: Expr, parameters: readonly string[], args: readonly Expr[]): Value {
    const key = callKey(name, args);
    spend(key.length / 10);
    let v = this.filled.get(key);
    if (v === undefined) {
      v = this.value(this.bodyOf(key, body, parameters, args));
      this.filled.set(key, v);
    }
    return v;
  }
  private readonly filled = new Map<string, Value>();

  private called(
    name: string,
    primes: number,
    args: readonly Expr[],
    env: ReadonlyMap<string, Value> | undefined,
    span: Span | undefined,
  ): Value {
    const d = this.scope.definitions.get(name);
    if (d?.parameters !== undefined && primes === 0) {
      if (args.length !== d.parameters.length)
        throw new Refusal("syntax", `${name} takes ${d.parameters.length} arguments, not ${args.length}`, span);
      if (this.callsItself(name)) throw new Refusal("unsupported", `${name} is defined by itself`, span);
      spend(5);
      if (env === undefined) return this.filledIn(name, d.body, d.parameters, args);
      return this.value(
        d.body,
        new Map([...env, ...d.parameters.map((p, i) => [p, this.value(args[i]!, env)] as const)]),
      );
    }
    if (args.length !== 1) throw unsupported(`the unknown function ${name} of several arguments`, span);
    const a = this.value(args[0]!, env);
    const slots = a.t.dims.map((x) => this.w.newIndex(x));
    const head = this.w.head({
      kind: "fn",
      name,
      primes,
      arg: a.t,
      dims: a.t.dims,
      symmetry: this.w.symmetryOf(a.t) > 0 ? 1 : 0,
    });
    return { t: this.w.tensor(slots, [{ coef: ONE, factors: [{ head, idx: slots, pow: ONE }] }]), shape: a.shape };
  }

  private readonly recursive = new Map<string, boolean>();

  /** Whether the definition of a function leads back to it; that a call stands in an argument does not: `f(f(x))`. */
  private callsItself(name: string): boolean {
    let known = this.recursive.get(name);
    if (known === undefined) {
      const seen = new Set<string>();
      const queue = [this.scope.definitions.get(name)?.body];
      while (queue.length > 0) {
        const e = queue.pop();
        if (e === undefined) continue;
        if ((e.kind === "name" || e.kind === "call") && !seen.has(e.name)) {
          seen.add(e.name);
          queue.push(this.scope.definitions.get(e.name)?.body);
        }
        queue.push(...children(e));
      }
      known = seen.has(name);
      this.recursive.set(name, known);
    }
    return known;
  }

  /** A dimension written as an expression: `2*n+1`. */
  dimension(e: Expr): Dim {
    if (e.kind === "number") return dimNumber(e.value);
    if (e.kind === "name") return dimName(e.name);
    if (e.kind === "apply") {
      const a = e.args.map((x) => this.dimension(x));
      if (e.op === "add") return dimAdd(a[0]!, a[1]!);
      if (e.op === "sub") return dimSub(a[0]!, a[1]!);
      if (e.op === "neg") return dimScale(a[0]!, -1);
      if (e.op === "mul") return dimMul(a[0]!, a[1]!);
      const k = a[1] === undefined ? undefined : dimValue(a[1]);
      if (e.op === "div" && k !== undefined && k !== 0) return dimScale(a[0]!, 1 / k);
      if (e.op === "pow" && k !== undefined && Number.isInteger(k) && k >= 0 && k < 9)
        return Array.from({ length: k }).reduce<Dim>((p) => dimMul(p, a[0]!), dimNumber(1));
    }
    throw new Refusal("syntax", "a dimension is a name, a number, or sums and products of them", e.span);
  }

  // Indexing, families and sums ------------------------------------------------------------------

  /** Summation variables in force. */
  private readonly running = new Map<string, Running>();

  /** The value of the index of a sum: it counts from 1, wherever the sum begins. */
  private counter(run: Running): Tensor {
    const w = this.w;
    const i = w.newIndex(run.over);
    const iota: Factor = { head: w.head({ kind: "iota", dims: [run.over], symmetry: 0 }), idx: [i], pow: ONE };
    const t = w.tensor([], [rawOf([iota, { head: unitHead(w, run.token, run.over), idx: [i], pow: ONE }])]);
    return run.from.key === "1" ? t : add(w, [t, w.dimensionScalar(dimSub(run.from, dimNumber(1)))]);
  }

  private familyEntry(v: Variable, index: Expr, span: Span | undefined): Value {
    const h = this.variableHead(v);
    const own = h.dims.slice(1).map((d) => this.w.newIndex(d));
    const at = this.position(index, h.dims[0]!, v.family!.from, span);
    return {
      t: this.w.tensor(own, [rawOf([{ head: h, idx: [at.index, ...own], pow: ONE }, ...at.factors])]),
      shape: v.shape,
    };
  }

  /**
   * An index held at a position: a number, a name, or a sum of such things, one of which may run with a sum around it.
   * `from`: what the first position is called.
   */
  position(e: Expr, dim: Dim, from: Dim, span?: Span): { index: number; factors: Factor[] } {
    const w = this.w;
    const d = dimensionOf(e);
    if (d === undefined) throw unsupported("an index that is not a number, a name or a sum of such", span);
    const names = [...this.running.keys()].filter((n) => dimNames(d).includes(n));
    const run = this.running.get(names[0] ?? "");
    const index = w.newIndex(dim);
    if (run === undefined) {
      for (const n of dimNames(d)) this.freeIndices.add(n);
      const at = w.positionText(dimAdd(dimSub(d, from), dimNumber(1)));
      return { index, factors: [{ head: unitHead(w, at, dim), idx: [index], pow: ONE }] };
    }
    const rest = dimSub(d, dimName(names[0]!));
    if (names.length > 1 || dimNames(rest).includes(names[0]!)) throw unsupported(`the index ${printText(e)}`, span);
    const offset = dimAdd(rest, dimSub(run.from, from));
    if (offset.key === "0" && run.over.key === dim.key)
      return { index, factors: [{ head: unitHead(w, run.token, dim), idx: [index], pow: ONE }] };
    const inner = w.newIndex(run.over);
    const within: Factor = {
      head: w.head({ kind: "place", offset, size: run.over, dims: [dim, run.over], symmetry: 0 }),
      idx: [index, inner],
      pow: ONE,
    };
    return { index, factors: [within, { head: unitHead(w, run.token, run.over), idx: [inner], pow: ONE }] };
  }

  private indexed(
    base: Expr,
    indices: readonly (Expr | null)[],
    env: ReadonlyMap<string, Value> | undefined,
    span: Span | undefined,
  ): Value {
    const family = base.kind === "name" && env?.has(base.name) !== true ? this.familyOf(base.name) : undefined;
    const first = indices[0];
    if (family !== undefined && first !== undefined && first !== null) {
      const member = this.familyEntry(family, first, span);
      return indices.length === 1 ? member : this.entries(member, indices.slice(1), span);
    }
    return this.entries(this.value(base, env), indices, span);
  }

  private familyOf(name: string): Variable | undefined {
    const v = this.scope.variables.get(name);
    return v?.family !== undefined && !this.running.has(name) ? v : undefined;
  }

  private entries(v: Value, indices: readonly (Expr | null)[], span: Span | undefined): Value {
    const w = this.w;
    const isVector = isOne(v.shape.rows) || isOne(v.shape.cols);
    if (indices.length === 1 && !isVector)
      throw new Refusal("dimension-mismatch", `a ${shapeText(v.shape)} matrix needs two indices`, span);
    const at = indices.length === 1 ? (isOne(v.shape.cols) ? [indices[0]!, num1] : [num1, indices[0]!]) : indices;
    const sides = [v.shape.rows, v.shape.cols];
    const slots: number[] = [];
    const free: number[] = [];
    const extra: Factor[] = [];
    const shape: Dim[] = [];
    sides.forEach((d, k) => {
      const e = at[k] ?? null;
      if (isOne(d)) return void shape.push(d);
      if (e === null) {
        const i = w.newIndex(d);
        slots.push(i);
        free.push(i);
        shape.push(d);
        return;
      }
      const p = this.position(e, d, ONE_DIM, e.span);
      slots.push(p.index);
      extra.push(...p.factors);
      shape.push(dimNumber(1));
    });
    // A row of a matrix keeps its orientation in the shape; the tensor has the one index either way.
    return { t: product(w, free, [{ t: v.t, at: slots }], extra), shape: matrix(shape[0]!, shape[1]!) };
  }

  private summed(e: Extract<Expr, { kind: "sumover" }>, env: ReadonlyMap<string, Value> | undefined): Value {
    const w = this.w;
    const [from, to] = [this.dimension(e.from), this.dimension(e.to)];
    const outer = [...dimNames(from), ...dimNames(to)].find((n) => this.running.has(n));
    if (outer !== undefined) throw unsupported(`a sum whose bounds run with ${outer}`, e.span);
    const over = dimAdd(dimSub(to, from), dimNumber(1));
    const before = this.running.get(e.variable);
    const run: Running = { token: this.token(e.variable), over, from };
    this.running.set(e.variable, run);
    this.tokens.add(run.token);
    this.quiet++;
    try {
      const v = this.value(e.body, env === undefined ? env : new Map([...env].filter(([n]) => n !== e.variable)));
      const own = v.t.dims.map((d) => w.newIndex(d));
      return { t: w.tensor(own, summedOverToken(w, v.t, own, run.token, over)), shape: v.shape };
    } finally {
      this.quiet--;
      if (before === undefined) this.running.delete(e.variable);
      else this.running.set(e.variable, before);
    }
  }

  /** What positions are called that run with a sum: its own index, unless that means something else already. */
  private token(name: string): string {
    const taken = (n: string): boolean =>
      this.tokens.has(n) || this.scope.variables.has(n) || this.scope.dimensions.has(n) || this.held.has(n);
    if (!taken(name)) return name;
    for (let k = 1; ; k++) if (!taken(`${name}${k}`)) return `${name}${k}`;
  }
  private readonly tokens = new Set<string>();
  /** Names that positions are held at: no index of a sum may be called so. */
  readonly freeIndices = new Set<string>();

  /** A matrix of blocks: each block between the places of its rows and of its columns. */
  private blocks(rows: readonly (readonly Value[])[], span: Span | undefined): Value {
    const w = this.w;
    const widths = rows[0]!.map((v) => v.shape.cols);
    const fits = rows.every(
      (r) =>
        r.length === widths.length &&
        r.every((v, j) => v.shape.cols.key === widths[j]!.key && v.shape.rows.key === r[0]!.shape.rows.key),
    );
    if (!fits)
      throw new Refusal(
        "dimension-mismatch",
        "the blocks of this matrix do not fit: blocks in a row need equal heights, blocks in a column equal widths",
        span,
      );
    const total = (list: readonly Dim[]) => list.reduce((a, b) => dimAdd(a, b), dimNumber(0));
    const shape = matrix(total(rows.map((r) => r[0]!.shape.rows)), total(widths));
    const [p, q] = [
      isOne(shape.rows) ? undefined : w.newIndex(shape.rows),
      isOne(shape.cols) ? undefined : w.newIndex(shape.cols),
    ];
    const raws: Raw[] = [];
    let top = dimNumber(0);
    for (const r of rows) {
      let left = dimNumber(0);
      for (const v of r) {
        const i = isOne(v.shape.rows) ? undefined : w.newIndex(v.shape.rows);
        const j = isOne(v.shape.cols) ? undefined : w.newIndex(v.shape.cols);
        const places: Factor[] = [];
        if (p !== undefined) places.push(place(w, p, i, top, v.shape.rows));
        if (q !== undefined) places.push(place(w, q, j, left, v.shape.cols));
        raws.push(
          ...w
            .instantiate(
              v.t,
              [i, j].filter((x) => x !== undefined),
            )
            .map((x) => times(x, rawOf(places))),
        );
        left = dimAdd(left, v.shape.cols);
      }
      top = dimAdd(top, r[0]!.shape.rows);
    }
    return {
      t: w.tensor(
        [p, q].filter((x) => x !== undefined),
        raws,
      ),
      shape,
    };
  }

  private literal(
    rows: readonly (readonly Expr[])[],
    env: ReadonlyMap<string, Value> | undefined,
    span: Span | undefined,
  ): Value {
    const w = this.w;
    const values = rows.map((r) => r.map((e) => this.value(e, env)));
    if (!values.every((r) => r.length === values[0]!.length && r.every((v) => isScalar(v.shape))))
      return this.blocks(values, span);
    const m = dimNumber(values.length);
    const n = dimNumber(values[0]!.length);
    const slots = thick(m, n).map((d) => w.newIndex(d));
    const unit = (at: number, d: Dim, slot: number): Factor => ({
      head: w.head({ kind: "unit", at: String(at + 1), dims: [d], symmetry: 0 }),
      idx: [slot],
      pow: ONE,
    });
    const raws = values.flatMap((r, i) =>
      r.map((v, j) => {
        const f = w.asFactors(v.t, []);
        const places = [...(isOne(m) ? [] : [unit(i, m, slots[0]!)]), ...(isOne(n) ? [] : [unit(j, n, slots.at(-1)!)])];
        return times(f, rawOf(places));
      }),
    );
    return { t: w.tensor(slots, raws), shape: matrix(m, n) };
  }
}

/** The rows of one block, in the whole: (position, index), or the position alone for a single row. */
function place(w: World, position: number, index: number | undefined, offset: Dim, size: Dim): Factor {
  const total = w.dimOf(position);
  if (total.key === size.key && index !== undefined) return { head: w.delta(size), idx: [position, index], pow: ONE };
  const head = w.head({
    kind: "place",
    offset,
    size,
    dims: index === undefined ? [total] : [total, size],
    symmetry: 0,
  });
  return { head, idx: index === undefined ? [position] : [position, index], pow: ONE };
}

const unitHead = (w: World, at: string, dim: Dim) => w.head({ kind: "unit", at, dims: [dim], symmetry: 0 });

/** The index of a sum: what its positions are called, how many values it takes, and the first of them. */
interface Running {
  readonly token: string;
  readonly over: Dim;
  readonly from: Dim;
}

/** A position as it stands in the name of a member: `x_2`, `x_i`. */
export const positionExpr = (text: string): Expr =>
  /^\d+$/.test(text) ? { kind: "number", value: Number(text) } : { kind: "name", name: text };

const num1: Expr = { kind: "number", value: 1 };

const familySize = (v: Variable): Dim => dimAdd(dimSub(v.family!.to, v.family!.from), dimNumber(1));

const unsupported = (what: string, span: Span | undefined): Refusal =>
  new Refusal("unsupported", `${what} is not supported yet`, span);

const count = (e: Expr): number => 1 + children(e).reduce((n, c) => n + count(c), 0);

const callKey = (name: string, args: readonly Expr[]): string => `${name}(${args.map(exprKey).join()})`;
