import { spend } from "../core/budget";
import { children, type DerivativeExpr, type Expr, type IndexExpr } from "../core/ast";
import { constant, type Dense, dense, fill, scalar, transpose } from "../core/dense";
import { dimNumber } from "../core/dimension";
import { type Definition, familyMember, isSize, type Property, type Scope, type Variable } from "../core/scope";
import type { Shape } from "../core/shape";
import type { Steps } from "../core/steps";
import { isMisfit, operator, type Operator } from "../operators";
import {
  type Cell,
  dependents,
  type Frame,
  fullDerivative,
  stepsOf,
  type Target,
  trustedDifference,
  UNSET,
} from "./cell";
import { attempt, Failure } from "./failure";
import { type Point, isStructured, project } from "./sample";
import { unknownFunction } from "./unknownFunction";

/** Bounds that keep one evaluation in the milliseconds. */
const MOST_NODES = 20_000;
const MOST_RESULT = 65_536;
const MOST_WORK = 4_000_000;
const MOST_TERMS = 512;

/** How often a decomposition goes through the cube of a matrix, iterations and the steps inside of them together. */
const PASSES: ReadonlyMap<string, number> = new Map([
  ...["inv", "adj", "det", "logdet", "pow"].map((op) => [op, 4] as const),
  ...["lmax", "vmax", "normspec", "normnuc"].map((op) => [op, 20] as const),
  ["pinv", 40],
  ["sqrtm", 40],
  ["expm", 100],
  ["logm", 400],
]);

/** What an operator costs, in multiplications: its budget is that of the time it takes. */
function workOf(op: Operator, values: readonly Dense[], entries: number, product: number): number {
  const first = values[0];
  if (op.name === "mul" && first!.data.length > 1) return entries + first!.data.length * values[1]!.cols;
  if (op.name === "kron") return product;
  const passes = PASSES.get(op.name);
  return passes === undefined || first === undefined ? entries : passes * entries * first.rows;
}

interface Loop {
  readonly variable: string;
  readonly cell: Cell;
}

interface Environment {
  readonly loops: readonly Loop[];
  readonly parameters: ReadonlyMap<string, Cell>;
  readonly inside: readonly string[];
}

/** Definitions that are compiled without a pause; a document with no more has no long chains of them. */
const DEFINITIONS_AT_ONCE = 50;

/** The names in an expression that stand outside sums: their values hang on no index. */
function namesAtOnce(e: Expr, out = new Set<string>()): Set<string> {
  if (e.kind === "name") out.add(e.name);
  else if (e.kind === "derivative" || e.kind === "differential") namesAtOnce(e.of, out);
  else if (e.kind !== "sumover") for (const c of children(e)) namesAtOnce(c, out);
  return out;
}

const EMPTY: Environment = { loops: [], parameters: new Map(), inside: [] };

/** The choices of a layout that decide how a written derivative comes out. */
export type LayoutChoice = "transposedGradients" | "transposedMatrixGradients" | "transposedJacobians";

/** How written derivatives are laid out; absent parts are as the contract says. */
export interface Layout {
  /** The derivative of a scalar by a column is a row (numerator layout). */
  readonly transposedGradients?: boolean;
  /** The derivative of a scalar by a matrix m×n is n×m (numerator layout). */
  readonly transposedMatrixGradients?: boolean;
  /** Jacobians are transposed, and the derivative of a column by a scalar is a row (denominator layout). */
  readonly transposedJacobians?: boolean;
  /**
   * What a gradient by a symmetric (diagonal, …) variable is. Absent: the gradient in the space of such matrices,
   * itself of that structure. `ignored`: the structure plays no part. `independent`: the entries on and below the
   * diagonal are the variables, as in the Matrix Cookbook: G + G' - diag(diag(G)).
   */
  readonly structure?: "ignored" | "independent";
}

export interface ProgramOptions {
  readonly layout?: Layout;
  /** Names whose differential is free (`dX`); all others follow from these. */
  readonly varying?: readonly string[];
}

/**
 * Expressions compiled once to a list of steps, equal subexpressions shared, to be run at many points.
 * `add` throws `Failure` for what cannot be evaluated at all; `run` for what cannot at this point.
 */
export class Program {
  /** Variables (families by base name) and dimension names in use: what `samplePoint` must provide. */
  readonly names = new Set<string>();
  readonly dimensions = new Set<string>();
  /** Functions without a definition, modelled by fixed smooth ones. */
  readonly unknownFunctions = new Set<string>();
  /** Names used as indices that nothing binds; they take the values of `setIndex`. */
  readonly freeIndices = new Set<string>();
  /** The largest entry number written out. */
  largestIndex = 0;
  /** Choices of the layout that made a difference to some value. */
  readonly layoutChoices = new Set<LayoutChoice>();
  /** What rounding leaves of differences that cancel, at the point where values were last computed. */
  differenceNoise = 0;
  private readonly doubted = (noise: number): void =>
    void (this.differenceNoise = Math.max(this.differenceNoise, noise));
  /** Derivatives within derivatives: each costs accuracy. */
  nesting = 0;
  /** Scales every differential at once, to take the part of an equation that is of first order in them. */
  readonly scaleTarget: Target;

  private readonly root: Frame = { depth: 0 };
  private readonly cells = new Map<string, Cell>();
  private readonly ids = new Map<Cell, number>();
  private readonly roots: Cell[] = [];
  private readonly binders: ((point: Point) => void)[] = [];
  private readonly nestings = new Map<Cell, number>();
  private readonly frames = new Map<string, { frame: Frame; cell: Cell }>();
  private readonly familyCells = new Map<string, { cell: Cell; members: readonly Dense[]; from: number }>();
  private readonly named = new Map<string, Cell>();
  private readonly indices = new Map<string, number>();
  private plan: Cell[] | undefined;
  private nodes = 0;
  private work = 0;
  private point: Point | undefined;

  constructor(
    private readonly scope: Scope,
    private readonly options: ProgramOptions = {},
  ) {
    const cell = this.leaf("scale of differentials");
    cell.value = scalar(1);
    this.scaleTarget = { cell, get: () => cell.value, set: (v) => void (cell.value = v) };
  }

  /** Compiles one expression; its value is in the cell after `run`. */
  add(e: Expr): Cell {
    const c = this.compile(e, EMPTY);
    this.roots.push(c);
    this.plan = undefined;
    return c;
  }

  /** The same in steps: long chains of definitions are compiled one after the other, the first of them first. */
  *adding(e: Expr): Steps<Cell> {
    const chain = this.scope.definitions.size > DEFINITIONS_AT_ONCE ? this.definitionsIn(e) : [];
    for (let i = 0; i < chain.length; i++) {
      if (i % DEFINITIONS_AT_ONCE === 0) yield;
      // What fails here fails again, with its place, where it is used.
      attempt(() => this.compileName(chain[i]!, EMPTY));
    }
    return this.add(e);
  }

  /** The definitions that an expression hangs on, each behind those that it hangs on itself. */
  private definitionsIn(e: Expr): readonly string[] {
    const out: string[] = [];
    const seen = new Set<string>();
    const todo: { readonly name: string; readonly uses: string[] }[] = [{ name: "", uses: [...namesAtOnce(e)] }];
    for (let top = todo.at(-1); top !== undefined; top = todo.at(-1)) {
      const name = top.uses.pop();
      if (name === undefined) {
        todo.pop();
        if (todo.length > 0) out.push(top.name);
      } else if (!seen.has(name)) {
        seen.add(name);
        const definition = this.scope.definitions.get(name);
        if (definition !== undefined && definition.parameters === undefined && !this.named.has(name))
          todo.push({ name, uses: [...namesAtOnce(definition.body)] });
      }
    }
    return out;
  }

  /** What can be changed to differentiate by it: a variable, a definition's name, a member, an entry. */
  target(e: Expr): Target {
    return this.targetOf(e, EMPTY);
  }

  /** The properties that restrict changes of a target. */
  structure(e: Expr): ReadonlySet<Property> {
    return (e.kind === "name" && this.variableOf(e.name)?.properties) || new Set();
  }

  setIndex(name: string, value: number): void {
    this.indices.set(name, value);
  }

  /** Computes every value at a point. */
  run(point: Point): void {
    if (this.plan === undefined) this.plan = stepsOf(this.roots, this.root).steps;
    this.point = point;
    this.work = 0;
    this.scaleTarget.set(scalar(1));
    this.differenceNoise = 0;
    for (const b of this.binders) b(point);
    for (const c of this.plan) c.value = c.compute();
  }

  /** Why values are of no use at the point where they were last computed: of the first that is not finite. */
  unusable(): Failure {
    const first = this.plan?.find((c) => c.value.data.some((x) => !Number.isFinite(x)));
    return first === undefined || first.value.data.some((x) => Number.isNaN(x))
      ? new Failure("domain", "no point was found where every function is defined")
      : new Failure("range", "its values are larger than numbers go");
  }

  /** Derivatives nested below a cell. */
  nestingOf(c: Cell): number {
    return this.nestings.get(c) ?? 0;
  }

  // ---- cells ----

  private leaf(key: string, bind?: (cell: Cell, point: Point) => void, frame: Frame = this.root): Cell {
    const known = this.cells.get(key);
    if (known !== undefined) return known;
    const cell: Cell = { seq: this.cells.size, frame, args: [], compute: () => cell.value, value: UNSET };
    this.cells.set(key, cell);
    this.ids.set(cell, this.ids.size);
    if (bind !== undefined) this.binders.push((p) => bind(cell, p));
    return cell;
  }

  /** A step, or the one that already computes the same. */
  private step(key: string, args: readonly Cell[], compute: () => Dense, inner?: readonly Cell[]): Cell {
    const known = this.cells.get(key);
    if (known !== undefined) return known;
    let frame = this.root;
    let nesting = 0;
    for (const a of args) {
      if (a.frame.depth > frame.depth) frame = a.frame;
      nesting = Math.max(nesting, this.nestingOf(a));
    }
    if (inner !== undefined) for (const i of inner) nesting = Math.max(nesting, this.nestingOf(i));
    const cell: Cell = {
      seq: this.cells.size,
      frame,
      args,
      compute,
      value: UNSET,
      ...(inner === undefined ? {} : { inner }),
    };
    this.cells.set(key, cell);
    this.ids.set(cell, this.ids.size);
    if (nesting > 0) this.nestings.set(cell, nesting);
    return cell;
  }

  private keyOf(head: string, args: readonly Cell[]): string {
    let key = head;
    for (const a of args) key += ` ${this.ids.get(a)!}`;
    return key;
  }

  private spend(work: number): void {
    this.work += work + 8;
    spend(1.5 + work / 60);
    if (this.work > MOST_WORK) throw new Failure("too-large", "the expression is too large to evaluate");
  }

  // ---- compiling ----

  private compile(e: Expr, env: Environment): Cell {
    spend(1);
    if (++this.nodes > MOST_NODES) throw new Failure("too-large", "the expression is too large to evaluate");
    switch (e.kind) {
      case "number": {
        const c = this.leaf(`#${e.value}`);
        if (c.value === UNSET) c.value = scalar(e.value);
        return c;
      }
      case "name":
        return this.compileName(e.name, env);
      case "apply": {
        const op = operator(e.op);
        if (op === undefined) throw new Failure("unsupported", `${e.op} is not known`);
        return this.applied(
          op,
          e.args.map((a) => (op.ofDimensions === true ? this.compileSize(a, env) : this.compile(a, env))),
        );
      }
      case "call":
        return this.compileCall(
          e.name,
          e.primes,
          e.args.map((a) => this.compile(a, env)),
          env,
        );
      case "literal":
        return this.compileLiteral(e.rows.map((r) => r.map((x) => this.compile(x, env))));
      case "index":
        return this.compileIndex(e, env);
      case "sumover":
        return this.compileSum(e, env);
      case "derivative":
        return this.compileDerivative(e, env);
      case "differential":
        return this.compileDifferential(e.of, env);
      case "error":
        throw new Failure("not-read", "a part of the expression was not understood");
    }
  }

  /** An argument of `eye(n)`, a bound of a sum: names in it are dimensions, whatever else is called so. */
  private compileSize(e: Expr, env: Environment): Cell {
    if (e.kind === "name" && !env.parameters.has(e.name) && !this.scope.definitions.has(e.name))
      return env.loops.some((l) => l.variable === e.name) ? this.compile(e, env) : this.dimensionCell(e.name);
    if (e.kind === "apply" && operator(e.op)?.group === "sign")
      return this.applied(
        operator(e.op)!,
        e.args.map((a) => this.compileSize(a, env)),
      );
    return this.compile(e, env);
  }

  private variableOf(name: string): Variable | undefined {
    const v = this.scope.variables.get(name);
    return v ?? familyMember(this.scope, name)?.variable;
  }

  private compileName(name: string, env: Environment): Cell {
    const parameter = env.parameters.get(name);
    if (parameter !== undefined) return parameter;
    for (let i = env.loops.length - 1; i >= 0; i--) if (env.loops[i]!.variable === name) return env.loops[i]!.cell;
    const definition = this.scope.definitions.get(name);
    if (definition !== undefined) {
      const free = env.loops.length === 0;
      const known = free ? this.named.get(name) : undefined;
      if (known !== undefined) return known;
      if (env.inside.includes(name)) throw new Failure("unsupported", `${name} is defined by itself`);
      const cell = this.compile(definition.body, {
        loops: env.loops,
        parameters: new Map(),
        inside: [...env.inside, name],
      });
      if (free) this.named.set(name, cell);
      return cell;
    }
    const variable = this.scope.variables.get(name);
    // A number that is also the size of something is that size: the trace of I is n.
    if (variable !== undefined && isSize(this.scope, variable)) return this.dimensionCell(name);
    if (variable !== undefined) {
      if (variable.family !== undefined) throw new Failure("unsupported", `${name} is a family: it needs an index`);
      return this.variableCell(name);
    }
    const member = familyMember(this.scope, name);
    if (member !== undefined) return this.memberCell(member.variable.name, this.indexCell(member.index, env));
    if (this.scope.dimensions.has(name)) return this.dimensionCell(name);
    if (this.freeIndices.has(name)) return this.indexCell(name, env);
    if (name === "pi" || name === "π") return this.compile({ kind: "number", value: Math.PI }, env);
    throw new Failure("undeclared", `${name} is not declared`);
  }

  private variableCell(name: string): Cell {
    this.names.add(name);
    return this.leaf(`var ${name}`, (cell, p) => {
      const v = p.values.get(name);
      if (v === undefined) throw new Failure("undeclared", `${name} has no value at this point`);
      cell.value = v;
    });
  }

  private dimensionCell(name: string): Cell {
    this.dimensions.add(name);
    return this.leaf(`dim ${name}`, (cell, p) => {
      const v = p.dimensions.get(name);
      if (v === undefined) throw new Failure("undeclared", `${name} has no value at this point`);
      cell.value = scalar(v);
    });
  }

  private familyOf(name: string): { cell: Cell; members: readonly Dense[]; from: number } {
    const known = this.familyCells.get(name);
    if (known !== undefined) return known;
    this.names.add(name);
    const family = {
      cell: this.leaf(`family ${name}`, (_, p) => {
        const f = p.families.get(name);
        if (f === undefined) throw new Failure("undeclared", `${name} has no value at this point`);
        family.members = f.members;
        family.from = f.from;
      }),
      members: [] as readonly Dense[],
      from: 1,
    };
    this.familyCells.set(name, family);
    return family;
  }

  private memberCell(name: string, index: Cell): Cell {
    const family = this.familyOf(name);
    return this.step(this.keyOf(`member ${name}`, [index]), [family.cell, index], () => {
      const v = family.members[index.value.data[0]! - family.from];
      if (v === undefined) throw new Failure("range", `${name} has no member ${index.value.data[0]!}`);
      return v;
    });
  }

  /** The value of an index written as a name or a number: a sum's own, a dimension, a number, or free. */
  private indexCell(text: string, env: Environment): Cell {
    if (/^\d+$/.test(text)) {
      this.largestIndex = Math.max(this.largestIndex, Number(text));
      return this.compile({ kind: "number", value: Number(text) }, env);
    }
    for (let i = env.loops.length - 1; i >= 0; i--) if (env.loops[i]!.variable === text) return env.loops[i]!.cell;
    const parameter = env.parameters.get(text);
    if (parameter !== undefined) return parameter;
    if (this.scope.dimensions.has(text)) return this.dimensionCell(text);
    this.freeIndices.add(text);
    return this.leaf(`index ${text}`, (cell) => void (cell.value = scalar(this.indices.get(text) ?? 1)));
  }

  /** An index: a name that is neither bound nor defined nor a dimension stands for any entry. */
  private compileIndexPart(e: Expr, env: Environment): Cell {
    if (e.kind === "number") this.largestIndex = Math.max(this.largestIndex, Math.ceil(Math.abs(e.value)));
    if (e.kind === "name" && !this.scope.definitions.has(e.name)) return this.indexCell(e.name, env);
    return this.compile(e, env);
  }

  private applied(op: Operator, args: readonly Cell[]): Cell {
    const key = this.keyOf(op.name, args);
    const known = this.cells.get(key);
    if (known !== undefined) return known;
    const values: Dense[] = new Array<Dense>(args.length);
    const sizes = new Int32Array(2 * args.length).fill(-1);
    const illConditioned = op.name === "inv" || op.name === "adj" || op.name === "pow";
    return this.step(key, args, () => {
      let same = true;
      let entries = 0;
      let product = 1;
      for (let i = 0; i < args.length; i++) {
        const v = args[i]!.value;
        values[i] = v;
        entries += v.data.length;
        product *= op.ofDimensions === true ? v.data[0]! : v.data.length;
        if (sizes[2 * i] !== v.rows || sizes[2 * i + 1] !== v.cols) {
          sizes[2 * i] = v.rows;
          sizes[2 * i + 1] = v.cols;
          same = false;
        }
      }
      if (op.ofDimensions === true) this.checkSizes(op, values);
      else if (!same) this.checkShapes(op, values, sizes);
      if (op.name === "kron" && product > MOST_RESULT)
        throw new Failure("too-large", "a Kronecker product is too large to evaluate");
      this.spend(workOf(op, values, entries, product));
      const out = op.value(values);
      if (
        illConditioned &&
        values[0]!.rows > 1 &&
        !(largest(out) * largest(values[0]!) < 1e9 * Math.max(1, largest(values[0]!) ** 2))
      )
        throw new Failure("domain", `${op.name} is close to singular here`);
      if (op.name === "logdet" && !(out.data[0]! > values[0]!.rows * Math.log(1e-5 + 1e-4 * largest(values[0]!))))
        throw new Failure("domain", "the determinant is close to zero here");
      return out;
    });
  }

  private checkSizes(op: Operator, values: readonly Dense[]): void {
    let entries = 1;
    for (const v of values) {
      if (v.data.length !== 1 || !Number.isInteger(v.data[0]!) || v.data[0]! < 0)
        throw new Failure("shape", `${op.name} needs whole numbers`);
      entries *= v.data[0]!;
    }
    const result = op.name === "eye" || op.name === "K" ? entries * entries : entries;
    if (result > MOST_RESULT) throw new Failure("too-large", `${op.name} is too large to evaluate`);
    this.spend(result);
  }

  private checkShapes(op: Operator, values: readonly Dense[], sizes: Int32Array): void {
    const shapes: Shape[] = values.map((v) => ({ rows: dimNumber(v.rows), cols: dimNumber(v.cols) }));
    const result = op.shape(shapes, []);
    if (isMisfit(result)) {
      sizes.fill(-1);
      throw new Failure("shape", result.message);
    }
  }

  private compileCall(name: string, primes: number, args: readonly Cell[], env: Environment): Cell {
    const definition = this.scope.definitions.get(name);
    if (definition?.parameters !== undefined) {
      if (definition.parameters.length !== args.length)
        throw new Failure("shape", `${name} takes ${definition.parameters.length} arguments`);
      if (env.inside.filter((n) => n === name).length > 8)
        throw new Failure("unsupported", `${name} is defined by itself`);
      // With a prime the argument is boxed, so that only its use as the argument is changed; each place has a box of its
      // own, for at `h(a, a)` a derivative by the first one leaves the second one as it is.
      const boxed =
        primes === 0 && !this.differentiatesByParameter(definition)
          ? args
          : args.map((a, at) => this.step(this.keyOf(`box ${name} ${at}`, [a]), [a], () => a.value));
      const parameters = new Map(definition.parameters.map((p, i) => [p, boxed[i]!]));
      const body = this.compile(definition.body, { loops: env.loops, parameters, inside: [...env.inside, name] });
      if (primes === 0) return body;
      if (primes > 3 || args.length !== 1)
        throw new Failure("unsupported", `this derivative of ${name} cannot be evaluated`);
      let derived = body;
      for (let k = 0; k < primes; k++) derived = this.entrywiseDerivative(derived, boxed[0]!);
      return derived;
    }
    this.unknownFunctions.add(name);
    return this.step(this.keyOf(`call ${name} ${primes}`, args), args, () =>
      unknownFunction(
        name,
        primes,
        args.map((a) => a.value),
      ),
    );
  }

  /** Whether the value of a function is a derivative by what it is a function of: only that is changed then. */
  private differentiatesByParameter({ parameters, body }: Definition): boolean {
    const visit = (e: Expr): boolean =>
      (e.kind === "derivative" && e.wrt.some((w) => w.kind === "name" && parameters?.includes(w.name) === true)) ||
      children(e).some(visit);
    return visit(body);
  }

  /** f'(u) of a function that acts entry by entry: the change when every entry moves alike. */
  private entrywiseDerivative(body: Cell, at: Cell): Cell {
    const nested = this.nestingOf(body);
    const steps = dependents([body], [at]);
    const target: Target = { cell: at, get: () => at.value, set: (v) => void (at.value = v) };
    const cell = this.step(this.keyOf("prime", [body, at]), [body, at], () => {
      if (at.value.data.length !== body.value.data.length)
        throw new Failure("shape", "a prime needs a function of each entry");
      return trustedDifference(
        body,
        steps,
        [target],
        [constant(at.value.rows, at.value.cols, 1)],
        nested,
        this.doubted,
      );
    });
    this.nestings.set(cell, nested + 1);
    this.nesting = Math.max(this.nesting, nested + 1);
    return cell;
  }

  private compileLiteral(rows: readonly (readonly Cell[])[]): Cell {
    const args = rows.flat();
    const key = this.keyOf(`[${rows.map((r) => r.length).join()}]`, args);
    return this.step(key, args, () => {
      const heights = rows.map((r) => r[0]?.value.rows ?? 0);
      const width = (rows[0] ?? []).reduce((s, c) => s + c.value.cols, 0);
      const height = heights.reduce((s, x) => s + x, 0);
      if (width * height > MOST_RESULT) throw new Failure("too-large", "a matrix is too large to evaluate");
      const out = dense(height, width);
      let top = 0;
      rows.forEach((r, k) => {
        let left = 0;
        for (const c of r) {
          const b = c.value;
          if (b.rows !== heights[k]! || left + b.cols > width)
            throw new Failure("shape", "the blocks of a matrix do not fit together");
          for (let j = 0; j < b.cols; j++)
            for (let i = 0; i < b.rows; i++) out.data[(left + j) * height + top + i] = b.data[j * b.rows + i]!;
          left += b.cols;
        }
        if (left !== width) throw new Failure("shape", "the rows of a matrix differ in length");
        top += heights[k]!;
      });
      return out;
    });
  }

  private compileIndex(e: IndexExpr, env: Environment): Cell {
    const parts = e.indices.map((i) => (i === null ? null : this.compileIndexPart(i, env)));
    let base: Cell;
    let rest = parts;
    if (
      e.base.kind === "name" &&
      !env.parameters.has(e.base.name) &&
      this.scope.variables.get(e.base.name)?.family !== undefined
    ) {
      if (parts[0] === null || parts[0] === undefined)
        throw new Failure("unsupported", `${e.base.name} is a family: it needs an index`);
      base = this.memberCell(e.base.name, parts[0]);
      rest = parts.slice(1);
      if (rest.length === 0) return base;
    } else base = this.compile(e.base, env);
    const args = [base, ...rest.filter((c): c is Cell => c !== null)];
    return this.step(this.keyOf(`at${rest.map((c) => (c === null ? ":" : "i")).join("")}`, args), args, () =>
      entriesAt(base.value, rest),
    );
  }

  private compileSum(e: Extract<Expr, { kind: "sumover" }>, env: Environment): Cell {
    const from = this.compileSize(e.from, env);
    const to = this.compileSize(e.to, env);
    const depth = 1 + Math.max(from.frame.depth, to.frame.depth, ...env.loops.map((l) => l.cell.frame.depth));
    const frameKey = this.keyOf(`frame ${depth}`, [from, to]);
    let made = this.frames.get(frameKey);
    if (made === undefined) {
      const frame: Frame = { depth };
      made = { frame, cell: this.leaf(frameKey, undefined, frame) };
      this.frames.set(frameKey, made);
    }
    const { frame, cell: counter } = made;
    const body = this.compile(e.body, { ...env, loops: [...env.loops, { variable: e.variable, cell: counter }] });
    const { steps, outside } = stepsOf([body], frame);
    const inner = steps.filter((s) => s !== counter);
    const args = [...new Set([from, to, ...outside])];
    return this.step(
      this.keyOf("sumover", [from, to, body]),
      args,
      () => {
        const first = from.value.data[0]!;
        const last = to.value.data[0]!;
        if (!Number.isInteger(first) || !Number.isInteger(last))
          throw new Failure("shape", "a sum needs whole numbers as bounds");
        if (last - first >= MOST_TERMS) throw new Failure("too-large", "a sum has too many terms to evaluate");
        let total: Dense | undefined;
        for (let i = first; i <= last; i++) {
          counter.value = scalar(i);
          for (const s of inner) s.value = s.compute();
          const v = body.value;
          this.spend(v.data.length);
          if (total === undefined) total = dense(v.rows, v.cols, Float64Array.from(v.data));
          else {
            if (total.rows !== v.rows || total.cols !== v.cols)
              throw new Failure("shape", "the terms of a sum differ in shape");
            for (let k = 0; k < v.data.length; k++) total.data[k]! += v.data[k]!;
          }
        }
        if (total === undefined) throw new Failure("domain", "a sum has no terms here");
        return total;
      },
      inner,
    );
  }

  // ---- derivatives ----

  private targetOf(e: Expr, env: Environment): Target {
    if (e.kind === "name") {
      const member =
        env.parameters.has(e.name) || this.scope.variables.has(e.name) || this.scope.definitions.has(e.name)
          ? undefined
          : familyMember(this.scope, e.name);
      if (member !== undefined) return this.memberTarget(member.variable.name, this.indexCell(member.index, env));
      const cell = this.compileName(e.name, env);
      return { cell, get: () => cell.value, set: (v) => void (cell.value = v) };
    }
    if (e.kind === "index") {
      const base = e.base;
      const lead = e.indices[0];
      if (
        base.kind === "name" &&
        this.scope.variables.get(base.name)?.family !== undefined &&
        lead !== null &&
        lead !== undefined
      ) {
        const member = this.memberTarget(base.name, this.compileIndexPart(lead, env));
        return e.indices.length === 1 ? member : this.entryTarget(member, e.indices.slice(1), env);
      }
      return this.entryTarget(this.targetOf(base, env), e.indices, env);
    }
    // A derivative by a transposed variable is laid out by the `transposed` mark of the node.
    if (e.kind === "apply" && e.op === "transpose") return this.targetOf(e.args[0]!, env);
    throw new Failure("unsupported", "a derivative is taken by a variable or an entry of one");
  }

  private memberTarget(name: string, index: Cell): Target {
    const family = this.familyOf(name);
    const at = () => index.value.data[0]! - family.from;
    return {
      cell: family.cell,
      get: () => {
        const v = family.members[at()];
        if (v === undefined) throw new Failure("range", `${name} has no such member`);
        return v;
      },
      set: (v) => {
        const members = family.members.slice();
        members[at()] = v;
        family.members = members;
      },
    };
  }

  /** An entry, a row or a column of what can be changed. */
  private entryTarget(of: Target, indices: readonly (Expr | null)[], env: Environment): Target {
    const parts = indices.map((i) => (i === null ? null : this.compileIndexPart(i, env)));
    const where = (): { rows: readonly number[]; cols: readonly number[] } => {
      const at = of.get();
      const p = parts.map((c) => (c === null ? undefined : c.value.data[0]!));
      if (p.length > 2) throw new Failure("range", "an index is out of range");
      const [i, j] = p.length === 2 ? p : at.cols === 1 ? [p[0], 1] : [1, p[0]];
      const side = (k: number | undefined, size: number): readonly number[] => {
        if (k === undefined) return Array.from({ length: size }, (_, n) => n);
        if (!(k >= 1 && k <= size)) throw new Failure("range", "an index is out of range");
        return [k - 1];
      };
      return { rows: side(i, at.rows), cols: side(j, at.cols) };
    };
    return {
      cell: of.cell,
      get: () => {
        const { rows, cols } = where();
        const at = of.get();
        return fill(rows.length, cols.length, (i, j) => at.data[cols[j]! * at.rows + rows[i]!]!);
      },
      set: (v) => {
        const { rows, cols } = where();
        const at = of.get();
        const data = Float64Array.from(at.data);
        cols.forEach((c, j) => rows.forEach((r, i) => (data[c * at.rows + r] = v.data[j * v.rows + i]!)));
        of.set({ rows: at.rows, cols: at.cols, data });
      },
    };
  }

  private compileDerivative(e: DerivativeExpr, env: Environment): Cell {
    let cell = this.compile(e.of, env);
    for (const by of e.wrt) cell = this.derivativeCell(cell, by, env);
    return e.transposed === true ? this.applied(operator("transpose")!, [cell]) : cell;
  }

  private derivativeCell(of: Cell, by: Expr, env: Environment): Cell {
    const target = this.targetOf(by, env);
    const steps = dependents([of], [target.cell]);
    const declared =
      this.variableOf(
        by.kind === "name" ? by.name : by.kind === "index" && by.base.kind === "name" ? by.base.name : "",
      ) !== undefined;
    if (of !== target.cell && steps.length === 0 && !declared)
      throw new Failure("unsupported", "the expression does not contain what it is differentiated by");
    const indices =
      by.kind === "index"
        ? by.indices.filter((i): i is Expr => i !== null).map((i) => this.compileIndexPart(i, env))
        : [];
    const index =
      by.kind === "name" && target.cell !== this.named.get(by.name)
        ? familyMember(this.scope, by.name)?.index
        : undefined;
    if (index !== undefined && !this.scope.variables.has((by as { name: string }).name))
      indices.push(this.indexCell(index, env));
    const args = [of, target.cell, ...indices];
    const nested = this.nestingOf(of);
    const structure = by.kind === "name" ? this.structure(by) : new Set<Property>();
    const cell = this.step(this.keyOf(`derivative${by.kind}`, args), args, () => {
      const n = target.get().data.length;
      if (n * 4 * (steps.length + 1) * 10 ** nested > 200_000)
        throw new Failure("too-large", "a derivative is too large to evaluate by differences");
      const toScalar = of.value.data.length === 1;
      const g = this.derivativeWithin(structure, toScalar, (within) =>
        fullDerivative(of, steps, target, nested, this.doubted, within),
      );
      if (g.data.length === 1) return g;
      const at = target.get();
      const choice: LayoutChoice = !toScalar
        ? "transposedJacobians"
        : at.rows > 1 && at.cols > 1
          ? "transposedMatrixGradients"
          : "transposedGradients";
      // The derivative of a matrix by a scalar has the shape of the matrix in every layout.
      if (n === 1 && g.rows > 1 && g.cols > 1) return g;
      this.layoutChoices.add(choice);
      const turned = this.options.layout?.[choice];
      return turned === true ? transpose(g) : g;
    });
    this.nestings.set(cell, nested + 1);
    this.nesting = Math.max(this.nesting, nested + 1);
    return cell;
  }

  /** A derivative in the space of the variable's structure, or as the layout reads that. */
  private derivativeWithin(
    structure: ReadonlySet<Property>,
    toScalar: boolean,
    derivative: (within?: (d: Dense) => Dense) => Dense,
  ): Dense {
    const reading = this.options.layout?.structure;
    if (!isStructured(structure) || reading === "ignored") return derivative();
    const inside = derivative((d) => project(d, structure));
    if (reading === undefined || !toScalar || !structure.has("symmetric")) return inside;
    const n = inside.rows;
    return fill(n, n, (i, j) => (i === j ? 1 : 2) * inside.data[j * n + i]!);
  }

  private compileDifferential(of: Expr, env: Environment): Cell {
    const varying = this.options.varying ?? [];
    const scale = this.scaleTarget.cell;
    if (of.kind === "name" && varying.includes(of.name)) {
      const direction = this.directionCell(of.name, this.targetOf(of, env));
      return this.step(this.keyOf("d", [direction, scale]), [direction, scale], () => {
        const s = scale.value.data[0]!;
        const d = direction.value;
        if (s === 1) return d;
        const out = dense(d.rows, d.cols);
        for (let i = 0; i < out.data.length; i++) out.data[i] = s * d.data[i]!;
        return out;
      });
    }
    let root = this.compile(of, env);
    const targets = varying.map((n) => this.targetOf({ kind: "name", name: n }, env));
    // A variable itself, through a function that gives it back: nothing is worked out of it, so a step stands between.
    if (targets.some((t) => t.cell === root)) {
      const itself = root;
      root = this.step(this.keyOf("itself", [itself]), [itself], () => itself.value);
    }
    const directions = varying.map((n, i) => this.directionCell(n, targets[i]!));
    const steps = dependents(
      [root],
      targets.map((t) => t.cell),
    );
    const nested = this.nestingOf(root);
    const args = [root, scale, ...targets.map((t) => t.cell), ...directions];
    const cell = this.step(this.keyOf("differential", args), args, () => {
      if (steps.length === 0) return constant(root.value.rows, root.value.cols, 0);
      const out = trustedDifference(
        root,
        steps,
        targets,
        directions.map((d) => d.value),
        nested,
        this.doubted,
      );
      const s = scale.value.data[0]!;
      for (let i = 0; i < out.data.length; i++) out.data[i]! *= s;
      return out;
    });
    this.nestings.set(cell, nested + 1);
    this.nesting = Math.max(this.nesting, nested + 1);
    return cell;
  }

  /** The direction in which a varying name changes: drawn at each point, within the structure of the variable. */
  private directionCell(name: string, target: Target): Cell {
    const properties = this.variableOf(name)?.properties ?? new Set<Property>();
    let drawnAt: Point | undefined;
    return this.step(`direction ${name}`, [target.cell], () => {
      // Kept while the target is moved about: a direction belongs to the point.
      if (drawnAt === this.point) return this.cells.get(`direction ${name}`)!.value;
      drawnAt = this.point;
      return this.point!.direction(name, target.get(), properties);
    });
  }
}

function largest(a: Dense): number {
  let most = 0;
  for (let i = 0; i < a.data.length; i++) {
    const x = Math.abs(a.data[i]!);
    if (!(x <= most)) most = x;
  }
  return most;
}

/** `x[i]`, `A[i,j]`, `A[i,:]`, `A[:,j]`; indices count from 1. */
function entriesAt(base: Dense, parts: readonly (Cell | null)[]): Dense {
  const number = (c: Cell, below: number): number => {
    const i = c.value.data[0]!;
    if (!Number.isInteger(i) || i < 1 || i > below) throw new Failure("range", "an index is out of range");
    return i - 1;
  };
  if (parts.length === 1) {
    const c = parts[0]!;
    if (base.rows !== 1 && base.cols !== 1) throw new Failure("shape", "an entry of a matrix needs two indices");
    return c === null ? base : scalar(base.data[number(c, base.data.length)]!);
  }
  if (parts.length !== 2) throw new Failure("shape", "a matrix has two indices");
  const [r, c] = parts as [Cell | null, Cell | null];
  const i = r === null ? -1 : number(r, base.rows);
  const j = c === null ? -1 : number(c, base.cols);
  if (i >= 0 && j >= 0) return scalar(base.data[j * base.rows + i]!);
  if (j >= 0) return dense(base.rows, 1, base.data.slice(j * base.rows, (j + 1) * base.rows));
  if (i < 0) return base;
  const out = dense(1, base.cols);
  for (let k = 0; k < base.cols; k++) out.data[k] = base.data[k * base.rows + i]!;
  return out;
}
