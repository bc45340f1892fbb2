import type { Expr } from "../core/ast";
import { type Dim, dimAdd, dimIsName, dimName, dimNames, dimSub, dimSubstitute, ONE } from "../core/dimension";
import type { Scope, Variable } from "../core/scope";
import { closeProperties } from "../core/scope";
import { matrix, sameShape, SCALAR, type Shape, vector } from "../core/shape";
import { isMisfit, type Misfit, operator, type ShapeResult } from "../operators";
import { expressions, type Statement } from "../language/statement";
import { derivativeShape, inferShape } from "./infer";

/** Unknown names looked at together: beyond these every one has the first form that fits alone. */
const MOST_NAMES = 5;

/** What a name can be: a matrix, a column, a scalar. */
type Form = "matrix" | "column" | "scalar";

/**
 * The shapes that undeclared names must have for statements to fit, as far as it tells: unification over
 * dimensions, in which every side of an unknown value is an unknown. Between what fits equally well custom decides:
 * upper case is a matrix, lower case a column.
 */
export function inferUnknown(
  statements: readonly Statement[],
  scope: Scope,
  names: readonly string[],
): ReadonlyMap<string, Shape> {
  if (names.length === 0) return new Map();
  const forms = names.map(formsOf);
  const most = names.length > MOST_NAMES ? 1 : Infinity;
  for (const choice of choices(forms.map((f) => f.slice(0, most)))) {
    const attempt = new Attempt(scope, new Map(names.map((n, i) => [n, choice[i]!])));
    if (attempt.fitsAll(statements)) return attempt.shapes();
  }
  return new Map();
}

function formsOf(name: string): readonly Form[] {
  if (/^\p{Lu}/u.test(name)) return ["matrix", "column", "scalar"];
  return /^\p{Script=Greek}/u.test(name) ? ["scalar", "column", "matrix"] : ["column", "scalar", "matrix"];
}

/** Every way to take one from each list, the first ones first. */
function* choices<T>(lists: readonly (readonly T[])[]): Iterable<T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) yield [];
  else for (const x of first) for (const others of choices(rest)) yield [x, ...others];
}

/** A name that no document can contain. */
const unknown = (name: string, side: string): Dim => dimName(`?${side}?${name}`);
const isUnknown = (name: string): boolean => name.startsWith("?");

/** One assignment of forms to the unknown names, with what follows for their dimensions. */
class Attempt {
  private readonly solved = new Map<string, Dim>();
  private readonly given: Map<string, Shape>;
  private readonly scope: Scope;

  constructor(scope: Scope, forms: ReadonlyMap<string, Form>) {
    this.given = new Map(
      [...forms].map(([name, form]) => [
        name,
        form === "scalar"
          ? SCALAR
          : form === "column"
            ? vector(unknown(name, "r"))
            : matrix(unknown(name, "r"), unknown(name, "c")),
      ]),
    );
    const variables = new Map<string, Variable>(scope.variables);
    for (const [name, shape] of this.given) variables.set(name, { name, shape, properties: closeProperties([]) });
    this.scope = { ...scope, variables };
  }

  fitsAll(statements: readonly Statement[]): boolean {
    return statements.every((s) => this.fits(s));
  }

  private fits(statement: Statement): boolean {
    const sides = expressions(statement).map((e) => this.visit(e));
    if (sides.some((s) => s === false)) return false;
    for (let i = 1; i < sides.length; i++) {
      const [a, b] = [sides[i - 1], sides[i]];
      if (a && b && !this.equal(a, b)) return false;
    }
    return true;
  }

  /** The shapes found; a side that nothing fixes gets a name of its own. */
  shapes(): ReadonlyMap<string, Shape> {
    const taken = new Set<string>([
      ...this.scope.dimensions,
      ...this.scope.variables.keys(),
      ...this.scope.definitions.keys(),
    ]);
    const names = new Map<string, Dim>();
    const settle = (d: Dim): Dim => {
      const now = this.now(d);
      for (const n of dimNames(now)) {
        if (!isUnknown(n) || names.has(n)) continue;
        const free = [..."nmpqkrsl"].find((c) => !taken.has(c)) ?? `n${taken.size}`;
        taken.add(free);
        names.set(n, dimName(free));
      }
      return dimSubstitute(now, names);
    };
    return new Map([...this.given].map(([name, s]) => [name, matrix(settle(s.rows), settle(s.cols))]));
  }

  /** The shape of a part, `undefined` where it is not known, `false` where it cannot fit. */
  private visit(e: Expr): Shape | undefined | false {
    if (e.kind === "apply") return this.applied(e.op, e.args);
    if (e.kind === "derivative") {
      const value = this.visit(e.of);
      if (!value) return value;
      let out: Shape = this.settled(value);
      for (const v of e.wrt) {
        const variable = this.visit(v);
        if (!variable) return variable;
        out = derivativeShape(out, this.settled(variable));
      }
      return out;
    }
    if (e.kind === "name" && this.given.has(e.name)) return this.settled(this.given.get(e.name)!);
    const { shape, problems } = inferShape(e, this.scope, { tolerant: true });
    return problems.length > 0 ? undefined : shape;
  }

  private applied(op: string, args: readonly Expr[]): Shape | undefined | false {
    const o = operator(op);
    if (o === undefined) return undefined;
    if (o.ofDimensions === true) {
      const { shape } = inferShape({ kind: "apply", op, args }, this.scope, { tolerant: true });
      return shape;
    }
    const shapes = args.map((a) => this.visit(a));
    if (shapes.some((s) => s === false)) return false;
    if (shapes.some((s) => s === undefined)) return undefined;
    // What does not fit names two dimensions: where one is unknown it becomes the other, and it is tried again.
    for (let tries = 0; tries < 6; tries++) {
      const now = (shapes as Shape[]).map((s) => this.settled(s));
      const result = this.result(op, now);
      if (!isMisfit(result)) return result;
      if (result.clash === undefined || !this.solve(result.clash.left, result.clash.right)) return false;
    }
    return false;
  }

  private result(op: string, shapes: readonly Shape[]): ShapeResult {
    const [a, b] = shapes;
    if (op === "div" && b !== undefined && a !== undefined && !sameShape(b, SCALAR)) {
      const misfit: Misfit = {
        code: "dimension-mismatch",
        message: "",
        clash: { left: b.rows.key === "1" ? b.cols : b.rows, right: ONE, args: [1, 1] },
      };
      return misfit;
    }
    if ((op === "pow" || op === "hpow") && b !== undefined && !sameShape(b, SCALAR)) {
      return {
        code: "not-scalar",
        message: "",
        clash: { left: b.rows.key === "1" ? b.cols : b.rows, right: ONE, args: [1, 1] },
      };
    }
    return operator(op)!.shape(shapes, []);
  }

  private equal(a: Shape, b: Shape): boolean {
    return this.solve(a.rows, b.rows) && this.solve(a.cols, b.cols);
  }

  /** Makes two dimensions equal, where an unknown allows it. */
  private solve(a: Dim, b: Dim): boolean {
    const left = this.now(a);
    const right = this.now(b);
    if (left.key === right.key) return true;
    for (const [x, y] of [
      [left, right],
      [right, left],
    ] as const) {
      const name = dimIsName(x);
      if (name === undefined || !isUnknown(name) || dimNames(y).includes(name)) continue;
      this.solved.set(name, y);
      return true;
    }
    // `?+k = n`: an unknown that stands alone with coefficient one.
    const difference = dimSub(left, right);
    for (const [monomial, coefficient] of difference.terms) {
      if (!isUnknown(monomial) || /[*^]/.test(monomial) || Math.abs(coefficient) !== 1) continue;
      const others = new Map([...difference.terms].filter(([m]) => m !== monomial));
      if ([...others.keys()].some((m) => m.split("*").some((p) => p.split("^")[0] === monomial))) continue;
      const self = dimName(monomial);
      const rest = coefficient === 1 ? dimSub(self, difference) : dimAdd(difference, self);
      this.solved.set(monomial, rest);
      return true;
    }
    return false;
  }

  private now(d: Dim): Dim {
    let out = d;
    for (let i = 0; i < 20; i++) {
      const next = dimSubstitute(out, this.solved);
      if (next.key === out.key) return out;
      out = next;
    }
    return out;
  }

  private settled(s: Shape): Shape {
    return { rows: this.now(s.rows), cols: this.now(s.cols) };
  }
}
