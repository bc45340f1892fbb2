import {
  apply,
  type ApplyExpr,
  type CallExpr,
  type Expr,
  type IndexExpr,
  type LiteralExpr,
  type Span,
} from "../core/ast";
import { type Dim, dimAdd, dimEqual, dimMul, dimNames, dimValue, isOne, ONE } from "../core/dimension";
import { type Fix, readable, type ProblemCode } from "../core/problem";
import { type Definition, familyMember, type Scope } from "../core/scope";
import { isScalar, matrix, SCALAR, type Shape, shapeText, transposed, vector } from "../core/shape";
import { dimensionOf } from "../language/dimensionOf";
import { closest } from "../language/closest";
import { writtenHere } from "../language/elsewhere";
import { printText } from "../language/print";
import { FUNCTIONS, isMisfit, type Misfit, operator } from "../operators";
import { explain, type ShapeProblem, shapeNoun, shown } from "./mismatch";

export interface Inferred {
  /** Absent where it cannot be known: something in it is unknown or does not fit. */
  readonly shape?: Shape;
  readonly problems: readonly ShapeProblem[];
  /** The shape of every part that is known. */
  readonly shapes: ReadonlyMap<Expr, Shape>;
}

export interface InferOptions {
  /** Names with a meaning of their own here (parameters, indices): their shape, or `null` where it is not known. */
  readonly locals?: ReadonlyMap<string, Shape | null>;
  /** Say nothing about names that are not known (in notes, where most are explained in prose). */
  /** Functions that nobody has defined act entry by entry, where their names are no slips of the pen. */
  readonly unknownFunctions?: boolean;
  readonly tolerant?: boolean;
  /** The definition whose body this is, so that it is not followed into itself. */
  readonly within?: Definition;
}

/**
 * The shape of an expression, from the leaves up, and every place where shapes do not fit. After a mismatch the
 * part has no shape, what surrounds it says nothing, and the rest is still looked at. Never throws.
 */
export function inferShape(expr: Expr, scope: Scope, options: InferOptions = {}): Inferred {
  const inference = new Inference(scope, options, new Set(options.within === undefined ? [] : [options.within]));
  const shape = inference.visit(expr);
  return { ...(shape === undefined ? {} : { shape }), problems: inference.problems, shapes: inference.shapes };
}

/**
 * Shapes of definitions found before. A definition object stands for one reading of a document: when something
 * that it refers to changes, the document makes a new one.
 */
const KNOWN = new WeakMap<Definition, { readonly shape: Shape | undefined }>();

/** Definitions inside definitions, followed by recursion. */
const MOST_NESTED = 150;

class Inference {
  readonly problems: ShapeProblem[] = [];
  readonly shapes = new Map<Expr, Shape>();
  private readonly locals: Map<string, Shape | null>;
  private readonly said = new Set<string>();

  constructor(
    private readonly scope: Scope,
    private readonly options: InferOptions,
    private readonly open: ReadonlySet<Definition> = new Set(),
    private readonly calls: Map<string, Shape | undefined> = new Map(),
  ) {
    this.locals = new Map(options.locals);
  }

  visit(e: Expr): Shape | undefined {
    const shape = this.shapeOf(e);
    if (shape !== undefined) this.shapes.set(e, shape);
    return shape;
  }

  private shapeOf(e: Expr): Shape | undefined {
    switch (e.kind) {
      case "number":
        return SCALAR;
      case "name":
        return this.ofName(e.name, e);
      case "apply":
        return this.applied(e);
      case "call":
        return this.called(e);
      case "literal":
        return this.literal(e);
      case "index":
        return this.indexed(e);
      case "sumover":
        return this.summed(e);
      case "derivative": {
        const value = this.visit(e.of);
        let out = value;
        for (const v of e.wrt) {
          const variable = this.visit(v);
          out = out === undefined || variable === undefined ? undefined : derivativeShape(out, variable);
        }
        return out !== undefined && e.transposed === true ? transposed(out) : out;
      }
      case "differential":
        return this.visit(e.of);
      case "error":
        return undefined;
    }
  }

  /** The meaning of a name: a local, a variable, a definition, a member of a family, a dimension, a differential. */
  private ofName(name: string, e: Expr): Shape | undefined {
    const found = this.lookUp(name, e);
    if (found !== "unknown") return found;
    // `dX` is the change of X where nothing else is called so.
    const change = name.length > 1 && name.startsWith("d") ? this.lookUp(name.slice(1), e) : "unknown";
    if (change !== "unknown") return change;
    this.undeclared(name, e);
    return undefined;
  }

  private lookUp(name: string, e: Expr): Shape | undefined | "unknown" {
    const local = this.locals.get(name);
    if (local !== undefined) return local ?? undefined;
    const { variables, definitions, dimensions } = this.scope;
    const variable = variables.get(name);
    if (variable !== undefined) return variable.shape;
    const definition = definitions.get(name);
    if (definition !== undefined) {
      if (definition.parameters === undefined) return this.ofDefinition(definition, e);
      const parameters = definition.parameters.join(", ");
      this.report("not-scalar", `${name} is a function; write ${name}(${parameters}).`, e);
      return undefined;
    }
    const member = familyMember(this.scope, name);
    if (member !== undefined) return member.variable.shape;
    return dimensions.has(name) ? SCALAR : "unknown";
  }

  private ofDefinition(definition: Definition, e: Expr): Shape | undefined {
    // Asked before what is known: that it has no shape is known from the first time it was looked at.
    if (this.open.has(definition)) {
      this.report("syntax", `${definition.name} is defined by itself.`, e);
      return undefined;
    }
    const known = KNOWN.get(definition);
    if (known !== undefined) return known.shape;
    if (this.open.size >= MOST_NESTED) return undefined;
    const inner = new Inference(this.scope, { tolerant: true }, new Set([...this.open, definition]), this.calls);
    const shape = inner.visit(definition.body);
    if (this.open.size === 0 || shape !== undefined) KNOWN.set(definition, { shape });
    return shape;
  }

  private undeclared(name: string, e: Expr): void {
    if (this.options.tolerant === true || this.said.has(name)) return;
    this.said.add(name);
    const identity = name === "I" ? " (the identity is eye(n))" : "";
    this.report("undeclared", `${name} is not declared${identity}; say what it is, for example \`${name} : R^n\`.`, e);
  }

  /** `x^T` with a T that is no number: a transpose, said so. */
  private isWrittenTranspose({ op, args, span }: ApplyExpr): boolean {
    const [base, exponent] = args;
    if (op !== "pow" || exponent?.kind !== "name" || exponent.name !== "T" || this.options.tolerant === true)
      return false;
    const known = this.lookUp("T", exponent);
    if (known !== "unknown" && (known === undefined || isScalar(known))) return false;
    const text = printText(apply("transpose", base!));
    this.report("undeclared", `A transpose is written ${text} here.`, exponent, span);
    return true;
  }

  private applied(e: ApplyExpr): Shape | undefined {
    const op = operator(e.op);
    if (op === undefined) {
      e.args.forEach((a) => this.visit(a));
      return undefined;
    }
    if (this.isWrittenTranspose(e)) {
      const base = this.visit(e.args[0]!);
      return base === undefined ? undefined : transposed(base);
    }
    if (op.ofDimensions === true) return this.constant(e);
    const shapes = e.args.map((a) => this.visit(a));
    if (shapes.length < op.arity[0] || shapes.some((s) => s === undefined)) return undefined;
    const known = shapes as Shape[];
    const result = this.divided(e, known) ?? op.shape(known, []);
    if (!isMisfit(result)) return result;
    this.problems.push(explain(e, known, result, this.scope, (part) => this.shapes.get(part)));
    return undefined;
  }

  /** A scalar is not divided by an array: that would mean each entry, and has its own sign. */
  private divided(e: ApplyExpr, [a, b]: readonly Shape[]): Misfit | undefined {
    if (e.op !== "div" || !isScalar(a!) || isScalar(b!)) return undefined;
    return {
      code: "dimension-mismatch",
      message: "",
      clash: { left: ONE, right: isOne(b!.rows) ? b!.cols : b!.rows, args: [0, 1] },
    };
  }

  /** `eye(n)`, `ones(m,n)`: the arguments are dimensions. Names in them are dimensions by being there. */
  private constant(e: ApplyExpr): Shape | undefined {
    const op = operator(e.op)!;
    const dims: Dim[] = [];
    for (const a of e.args) {
      const dim = dimensionOf(a);
      const value = dim === undefined ? undefined : dimValue(dim);
      const variable = dim === undefined ? undefined : dimNames(dim).find((n) => this.isValue(n));
      if (
        dim === undefined ||
        variable !== undefined ||
        (value !== undefined && (value < 1 || !Number.isInteger(value)))
      ) {
        const why =
          variable !== undefined
            ? `${variable} is a variable`
            : value !== undefined
              ? `${value} is none`
              : `${shown(a)} is none`;
        this.report("dimension-mismatch", `${e.op} takes dimensions, such as n or 2*n+1, but ${why}.`, e);
        return undefined;
      }
      dims.push(dim);
      this.shapes.set(a, SCALAR);
    }
    if (dims.length < op.arity[0]) return undefined;
    const result = op.shape([], dims);
    return isMisfit(result) ? undefined : result;
  }

  /** A name that is a value and not also a dimension. */
  private isValue(name: string): boolean {
    if (this.scope.dimensions.has(name)) return false;
    return this.scope.variables.has(name) || this.scope.definitions.has(name) || this.locals.has(name);
  }

  private called(e: CallExpr): Shape | undefined {
    const args = e.args.map((a) => this.visit(a));
    const definition = this.scope.definitions.get(e.name);
    if (definition?.parameters === undefined) {
      return this.notAFunction(e, definition) === "unspecified" ? args[0] : undefined;
    }
    const { parameters } = definition;
    if (parameters.length !== args.length) {
      const wanted = parameters.length === 1 ? "1 argument" : `${parameters.length} arguments`;
      this.report("syntax", `${e.name} takes ${wanted} (${parameters.join(", ")}), but here it has ${args.length}.`, e);
      return undefined;
    }
    if (e.primes > 0) return args.length === 1 && args[0] !== undefined && isScalar(args[0]) ? SCALAR : undefined;
    if (args.some((a) => a === undefined)) return undefined;
    return this.body(definition, parameters, args as Shape[], e);
  }

  /** The shape of a function's body for these arguments. What does not fit is reported at the call. */
  private body(
    definition: Definition,
    parameters: readonly string[],
    args: readonly Shape[],
    e: CallExpr,
  ): Shape | undefined {
    const key = `${definition.name}(${args.map((a) => `${a.rows.key}×${a.cols.key}`).join(";")})`;
    if (this.calls.has(key)) return this.calls.get(key);
    if (this.open.has(definition)) {
      this.report("syntax", `${definition.name} is defined by itself.`, e);
      return undefined;
    }
    if (this.open.size >= MOST_NESTED) return undefined;
    const locals = new Map<string, Shape | null>(parameters.map((p, i) => [p, args[i]!]));
    const inner = new Inference(
      this.scope,
      { locals, tolerant: true },
      new Set([...this.open, definition]),
      this.calls,
    );
    const shape = inner.visit(definition.body);
    this.calls.set(key, shape);
    const wrong = inner.problems.find((p) => p.code !== "undeclared");
    if (wrong === undefined) return shape;
    const given = parameters
      .map((p, i) => `${p} ${isScalar(args[i]!) ? "a scalar" : shapeText(args[i]!)}`)
      .join(" and ");
    // The body may be wrong whatever it is called with; that is said where it stands.
    const alone = new Inference(
      this.scope,
      { locals: new Map(parameters.map((p) => [p, null])), tolerant: true },
      inner.open,
    );
    alone.visit(definition.body);
    if (alone.problems.length === 0)
      this.problems.push({
        ...this.problem(wrong.code, `${shown(e)} does not fit: with ${given}, ${uncapitalised(wrong.message)}`, e),
        reasons: wrong.reasons,
      });
    return undefined;
  }

  private notAFunction(e: CallExpr, definition: Definition | undefined): "unspecified" | undefined {
    const { variables } = this.scope;
    const member = familyMember(this.scope, e.name);
    if (variables.has(e.name) || member !== undefined || definition !== undefined || this.locals.has(e.name)) {
      if (this.locals.get(e.name) === null || definition?.body.kind === "error") return undefined;
      const shape = this.lookUp(e.name, e);
      const what = shape === undefined || shape === "unknown" ? "a value" : shapeNoun(shape);
      const sign = `${e.name}${"'".repeat(e.primes)}`;
      const open = e.opSpan === undefined ? undefined : e.opSpan.end + e.primes;
      const fix =
        open === undefined
          ? []
          : [{ title: `Write ${sign}*(…)`, edits: [{ span: { start: open, end: open }, text: "*" }], preferred: true }];
      this.problems.push({
        ...this.problem("syntax", `${e.name} is ${what}, not a function; for a product write ${sign}*(…).`, e),
        fixes: fix,
      });
      return undefined;
    }
    if (this.options.tolerant === true || this.said.has(`${e.name}()`)) return undefined;
    if (e.primes > 0 && operator(e.name) !== undefined) {
      this.said.add(`${e.name}()`);
      this.problems.push(this.problem("undeclared", `The derivative of ${e.name} is written d(${e.name}(x))/d(x) here.`, e)); // prettier-ignore
      return undefined;
    }
    const known = writtenHere(e.name, e.args);
    if (known !== undefined && "expr" in known) {
      this.said.add(`${e.name}()`);
      const text = printText(known.expr);
      this.problems.push({
        ...this.problem("undeclared", `${shown(e)} is written \`${text}\` here.`, e),
        ...(e.span === undefined ? {} : { fixes: [writeFix(text, e.span)] }),
      });
      return undefined;
    }
    const near = known?.name ?? closest(e.name, [...FUNCTIONS.map((f) => f.name), ...functionsOf(this.scope)]);
    if (this.options.unknownFunctions === true && known === undefined && near === undefined && e.args.length === 1)
      return "unspecified";
    this.said.add(`${e.name}()`);
    const at = e.opSpan ?? e.span;
    const advice =
      known !== undefined
        ? `it is called ${known.name} here.`
        : near === undefined
          ? `define it, for example \`${e.name}(x) = …\`.`
          : `did you mean ${near}?`;
    const message = DERIVATIVES.has(e.name)
      ? `${e.name} needs the variable too: write ${e.name}(f, x).`
      : `${e.name} is not a known function; ${advice}`;
    const problem = this.problem("undeclared", message, e, at);
    const fix = near === undefined || at === undefined ? {} : { fixes: [writeFix(near, at)] };
    this.problems.push({ ...problem, ...fix });
    return undefined;
  }

  /** Blocks side by side have as many rows, blocks above one another as many columns. */
  private literal(e: LiteralExpr): Shape | undefined {
    let rows: Dim | undefined;
    let cols: Dim | undefined;
    let known = true;
    for (const row of e.rows) {
      let height: Dim | undefined;
      let width: Dim | undefined;
      let whole = true;
      for (const cell of row) {
        const s = this.visit(cell);
        if (s === undefined) {
          whole = false;
          continue;
        }
        if (height !== undefined && !dimEqual(height, s.rows)) {
          this.report(
            "dimension-mismatch",
            `${shown(cell)} has ${count(s.rows, "row")}, but what stands beside it in this row has ${height.key}.`,
            cell,
          );
          return undefined;
        }
        height = s.rows;
        width = width === undefined ? s.cols : dimAdd(width, s.cols);
      }
      known &&= whole;
      if (!whole || height === undefined || width === undefined) continue;
      if (cols !== undefined && !dimEqual(cols, width)) {
        const span = { start: row[0]!.span?.start ?? 0, end: row.at(-1)!.span?.end ?? 0 };
        this.report(
          "dimension-mismatch",
          `This row has ${count(width, "column")}, but the rows above have ${cols.key}.`,
          e,
          span,
        );
        return undefined;
      }
      cols = width;
      rows = rows === undefined ? height : dimAdd(rows, height);
    }
    return known && rows !== undefined && cols !== undefined ? matrix(rows, cols) : undefined;
  }

  private indexed(e: IndexExpr): Shape | undefined {
    for (const i of e.indices) if (i !== null) this.index(i);
    // A member of a family by its number.
    if (e.base.kind === "name" && e.indices.length === 1 && !this.locals.has(e.base.name)) {
      const variable = this.scope.variables.get(e.base.name);
      if (variable?.family !== undefined) return variable.shape;
    }
    const base = this.visit(e.base);
    if (base === undefined) return undefined;
    if (e.indices.length === 1) {
      if (!isOne(base.rows) && !isOne(base.cols)) {
        this.report(
          "dimension-mismatch",
          `${shown(e.base)} is ${shapeText(base)}, so an entry of it has two indices, [i,j]; [i,:] is a row.`,
          e,
        );
        return undefined;
      }
      this.inside(e.indices[0]!, isOne(base.cols) ? base.rows : base.cols);
      return e.indices[0] === null ? vector(dimMul(base.rows, base.cols)) : SCALAR;
    }
    if (e.indices.length !== 2) {
      this.report("dimension-mismatch", `${shown(e.base)} is ${shapeNoun(base)}, so it has at most two indices.`, e);
      return undefined;
    }
    this.inside(e.indices[0]!, base.rows);
    this.inside(e.indices[1]!, base.cols);
    return matrix(e.indices[0] === null ? base.rows : ONE, e.indices[1] === null ? base.cols : ONE);
  }

  /** An index is a scalar; a plain name that means nothing else is a free index. */
  private index(i: Expr): void {
    if (i.kind === "name" && this.lookUp(i.name, i) === "unknown") {
      this.shapes.set(i, SCALAR);
      return;
    }
    const shape = this.visit(i);
    if (shape !== undefined && !isScalar(shape))
      this.report("not-scalar", `An index is a scalar, but ${shown(i)} is ${shapeText(shape)}.`, i);
  }

  private inside(i: Expr | null, size: Dim): void {
    if (i?.kind !== "number") return;
    const most = dimValue(size);
    if (Number.isInteger(i.value) && i.value >= 1 && (most === undefined || i.value <= most)) return;
    this.report("dimension-mismatch", `The index ${i.value} is outside of 1..${size.key}.`, i);
  }

  private summed(e: Extract<Expr, { kind: "sumover" }>): Shape | undefined {
    for (const bound of [e.from, e.to]) {
      const shape = dimensionOf(bound) === undefined ? this.visit(bound) : SCALAR;
      if (shape !== undefined && !isScalar(shape))
        this.report("not-scalar", `A sum runs between scalars, but ${shown(bound)} is ${shapeText(shape)}.`, bound);
    }
    const before = this.locals.get(e.variable);
    this.locals.set(e.variable, SCALAR);
    const shape = this.visit(e.body);
    if (before === undefined) this.locals.delete(e.variable);
    else this.locals.set(e.variable, before);
    return shape;
  }

  private problem(code: ProblemCode, message: string, node: Expr, span: Span | undefined = node.span): ShapeProblem {
    return {
      code,
      severity: "error",
      message,
      span: span === undefined ? { start: 0, end: 0 } : { start: span.start, end: span.end },
      node,
      reasons: [],
    };
  }

  private report(code: ProblemCode, message: string, node: Expr, span?: Span): void {
    this.problems.push(this.problem(code, readable(message), node, span));
  }
}

/** Functions that take what they differentiate by. */
const DERIVATIVES: ReadonlySet<string> = new Set(["grad", "jac", "hess"]);

const writeFix = (text: string, { start, end }: Span): Fix => ({
  title: `Write ${text}`,
  edits: [{ span: { start, end }, text }],
  preferred: true,
});

const count = (d: Dim, what: string): string => `${d.key} ${what}${isOne(d) ? "" : "s"}`;
const uncapitalised = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function* functionsOf(scope: Scope): Iterable<string> {
  for (const [name, d] of scope.definitions) if (d.parameters !== undefined) yield name;
}

/**
 * The shape of a derivative (contract, "Shapes of results"): with respect to a scalar the shape of the value, of a
 * scalar the shape of the variable, otherwise a Jacobian, entries of the value by entries of the variable.
 */
export function derivativeShape(value: Shape, variable: Shape): Shape {
  if (isScalar(variable)) return value;
  if (isScalar(value)) return variable;
  return matrix(dimMul(value.rows, value.cols), dimMul(variable.rows, variable.cols));
}
