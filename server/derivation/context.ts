import { apply, children, type Expr, name, num, substitute } from "../core/ast";
import { type Dim, dimAdd, dimMul, dimName, dimNumber, dimScale, dimSub, dimValue } from "../core/dimension";
import { type Property, familyMember, type Scope } from "../core/scope";
import { isScalar, SCALAR, type Shape } from "../core/shape";
import { isMisfit, operator } from "../operators";
import type { RuleId } from "./rules";

/** Thrown where a derivation cannot go on; caught at the border (`index.ts`). */
export class Stuck extends Error {}

const NOTHING: ReadonlySet<Property> = new Set();

/**
 * What the rewriting of one derivation looks things up in: shapes, properties, and which names change.
 * It also collects the rules that the rewriting used since they were last taken.
 */
export class Context {
  /** Names whose differential is not zero: the variable and the names that stand for parts that contain it. */
  readonly changing = new Set<string>();
  /** What the names introduced by the derivation, and the document's own, stand for. */
  readonly meaning = new Map<string, Expr>();
  private readonly shapes = new WeakMap<Expr, Shape>();
  private readonly nameShapes = new Map<string, Shape>();
  private readonly dependence = new WeakMap<Expr, boolean>();
  private rules: RuleId[] = [];

  constructor(readonly scope: Scope) {}

  /** Notes that a rule was used. */
  use(id: RuleId): void {
    if (!this.rules.includes(id)) this.rules.push(id);
  }

  /** The rules used since the last call. */
  takeRules(): RuleId[] {
    const out = this.rules;
    this.rules = [];
    return out;
  }

  /** Gives a name to an expression. */
  define(text: string, expr: Expr): void {
    this.meaning.set(text, expr);
    if (this.depends(expr)) this.changing.add(text);
  }

  /** Whether a value changes with the variable. */
  depends(e: Expr): boolean {
    if (e.kind === "name") return this.changing.has(e.name);
    if (e.kind === "number") return false;
    let known = this.dependence.get(e);
    if (known === undefined) {
      known = children(e).some((c) => this.depends(c));
      this.dependence.set(e, known);
    }
    return known;
  }

  has(text: string, property: Property): boolean {
    return this.propertiesOf(text).has(property);
  }

  propertiesOf(text: string): ReadonlySet<Property> {
    const v = this.scope.variables.get(text) ?? familyMember(this.scope, text)?.variable;
    return v?.properties ?? NOTHING;
  }

  isScalar(e: Expr): boolean {
    return isScalar(this.shapeOf(e));
  }

  /** The shape of an expression whose shapes are known to fit; differentials have the shape of their value. */
  shapeOf(e: Expr): Shape {
    if (e.kind === "number") return SCALAR;
    if (e.kind === "name") return this.shapeOfName(e.name);
    let known = this.shapes.get(e);
    if (known === undefined) {
      known = this.infer(e);
      this.shapes.set(e, known);
    }
    return known;
  }

  private shapeOfName(text: string): Shape {
    const known = this.nameShapes.get(text);
    if (known !== undefined) return known;
    const meaning = this.meaning.get(text) ?? this.scope.definitions.get(text)?.body;
    const variable = this.scope.variables.get(text) ?? familyMember(this.scope, text)?.variable;
    const shape = meaning !== undefined ? this.shapeOf(meaning) : (variable?.shape ?? SCALAR);
    this.nameShapes.set(text, shape);
    return shape;
  }

  private infer(e: Expr): Shape {
    switch (e.kind) {
      case "apply": {
        const op = operator(e.op);
        if (op === undefined) throw new Stuck(`${e.op} is not known`);
        const dims = op.ofDimensions === true ? e.args.map(dimOf) : [];
        const s = op.shape(op.ofDimensions === true ? [] : e.args.map((a) => this.shapeOf(a)), dims);
        if (isMisfit(s)) throw new Stuck(s.message);
        return s;
      }
      case "differential":
        return this.shapeOf(e.of);
      case "sumover":
        return this.shapeOf(e.body);
      case "literal": {
        const rows = e.rows.map((r) => r.map((x) => this.shapeOf(x)));
        return {
          rows: rows.map((r) => r[0]!.rows).reduce(dimAdd),
          cols: rows[0]!.map((s) => s.cols).reduce(dimAdd),
        };
      }
      case "index": {
        const s = this.shapeOf(e.base);
        const one = dimNumber(1);
        const [i, j] = e.indices;
        if (e.base.kind === "name" && this.scope.variables.get(e.base.name)?.family !== undefined) return s;
        if (e.indices.length === 1) return SCALAR;
        return { rows: i === null ? s.rows : one, cols: j === null ? s.cols : one };
      }
      case "call": {
        const definition = this.scope.definitions.get(e.name);
        if (definition?.parameters === undefined || definition.parameters.length !== e.args.length) break;
        return this.shapeOf(substitute(definition.body, new Map(definition.parameters.map((x, i) => [x, e.args[i]!]))));
      }
      default:
        break;
    }
    throw new Stuck("a part has no known shape");
  }
}

/** A dimension written as an expression. */
export function dimOf(e: Expr): Dim {
  if (e.kind === "number") return dimNumber(e.value);
  if (e.kind === "name") return dimName(e.name);
  if (e.kind === "apply") {
    const [a, b] = e.args;
    if (e.op === "add") return dimAdd(dimOf(a!), dimOf(b!));
    if (e.op === "sub") return dimSub(dimOf(a!), dimOf(b!));
    if (e.op === "mul") return dimMul(dimOf(a!), dimOf(b!));
    if (e.op === "neg") return dimScale(dimOf(a!), -1);
    if (e.op === "pow" && b!.kind === "number" && b!.value > 0)
      return Array.from({ length: b!.value }, () => dimOf(a!)).reduce(dimMul);
  }
  throw new Stuck("a dimension cannot be read");
}

/** A dimension as an expression. */
export function dimExpr(d: Dim): Expr {
  const value = dimValue(d);
  if (value !== undefined) return num(value);
  let out: Expr | undefined;
  for (const [monomial, c] of [...d.terms].sort(([a], [b]) => (a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1))) {
    const factors: Expr[] = [];
    if (monomial !== "")
      for (const part of monomial.split("*")) {
        const [base, p] = part.split("^") as [string, string | undefined];
        factors.push(p === undefined ? name(base) : apply("pow", name(base), num(Number(p))));
      }
    const size = Math.abs(c);
    if (size !== 1 || factors.length === 0) factors.unshift(num(size));
    const term = factors.reduce((a, b) => apply("mul", a, b));
    out = out === undefined ? (c < 0 ? apply("neg", term) : term) : apply(c < 0 ? "sub" : "add", out, term);
  }
  return out ?? num(0);
}
