import { apply, children, type Expr, name, someNode, withChildren } from "../core/ast";
import { isOne } from "../core/dimension";
import type { Definition, Scope } from "../core/scope";
import type { Shape } from "../core/shape";
import type { Steps } from "../core/steps";
import type { Formula } from "../documents/document";
import { inferShape } from "../shapes/infer";
import { agreeing } from "./compare";
import { judging } from "./judge";
import { inFront, type Print, type Variant, variants } from "./variants";
import { dependsOn } from "./varying";
import { UNKNOWN, type Verdict } from "./verdict";

/**
 * A statement about the gradient of a function of a vector, of which nothing is said:
 * `∇_x f(Ax + b) = Aᵀ∇f(Ax + b)`, where `∇f(u)` is the gradient of f at u. It is judged with f(u) = Σ sin(Qu) for any Q:
 * it says the same of every f.
 */
export interface AnyFunction {
  readonly left: Expr;
  /** A side with the gradient written out, as a column or as a row. */
  readonly written: (e: Expr, asRow: boolean) => Expr;
  readonly right: Expr;
  readonly scope: Scope;
  /** Whether all shapes are certain. */
  readonly trusted: boolean;
}

type Call = Extract<Expr, { kind: "call" }>;

const MODEL = "model of a function";
const ARGUMENT = "argument of a function";

/** `∇f(u)`, `∇²f(u)`, `∇f(x)` where that is read as the derivative by x: which f, at what, of what order. */
function gradientOf(e: Expr, isOpen: (f: Call) => boolean): { f: string; at: Expr; order: 1 | 2 } | undefined {
  const of = e.kind === "call" && e.args.length === 1 ? e.args[0]! : e.kind === "derivative" ? e.of : undefined;
  if (of?.kind !== "call" || !isOpen(of)) return undefined;
  const at = of.args[0]!;
  if (e.kind === "call") {
    if (e.name !== "∇" && e.name !== "∇²") return undefined;
    return { f: of.name, at, order: e.name === "∇" ? 1 : 2 };
  }
  if (e.kind !== "derivative" || at.kind !== "name" || e.wrt.length > 2 || e.transposed === true) return undefined;
  if (!e.wrt.every((w) => w.kind === "name" && w.name === at.name)) return undefined;
  return { f: of.name, at, order: e.wrt.length === 1 ? 1 : 2 };
}

/** The statement that two sides make, if they make one. */
export function anyFunction(left: Expr, right: Expr, formula: Formula): AnyFunction | undefined {
  if (left.kind !== "derivative" && !(left.kind === "call" && left.primes > 0)) return undefined;
  const { scope } = formula;
  const isOpen = (c: Call): boolean => c.primes === 0 && c.args.length === 1 && !scope.definitions.has(c.name) && /^\p{L}/u.test(c.name); // prettier-ignore
  const shapes: Shape[] = [];
  const names = new Set<string>();
  const visit = (e: Expr): void => {
    const g = gradientOf(e, isOpen);
    if (g !== undefined) {
      names.add(g.f);
      const shape = inferShape(g.at, scope).shape;
      if (shape !== undefined) shapes.push(shape);
      return visit(g.at);
    }
    children(e).forEach(visit);
  };
  visit(right);
  const [shape] = shapes;
  const [f] = names;
  if (names.size !== 1 || f === undefined || shape === undefined || isOne(shape.rows) || !isOne(shape.cols))
    return undefined;
  if (shapes.some((s) => s.rows.key !== shape.rows.key || !isOne(s.cols))) return undefined;
  if (!mentions(left, f, scope)) return undefined;
  const inside = (u: Expr): Expr => apply("mul", name(MODEL), u);
  const model: Definition = {
    name: f,
    parameters: [ARGUMENT],
    body: apply("sum", apply("sin", inside(name(ARGUMENT)))),
  };
  const written = (e: Expr, asRow: boolean): Expr => {
    const g = gradientOf(e, isOpen);
    if (g?.f === f) {
      const u = inside(written(g.at, asRow));
      const t = apply("transpose", name(MODEL));
      if (g.order === 2)
        return apply("neg", apply("mul", apply("mul", t, apply("diag", apply("sin", u))), name(MODEL)));
      const column = apply("mul", t, apply("cos", u));
      return asRow ? apply("transpose", column) : column;
    }
    const parts = children(e);
    return parts.length === 0
      ? e
      : withChildren(
          e,
          parts.map((p) => written(p, asRow)),
        );
  };
  if (someNode(written(right, false), (n) => n.kind === "call" && n.name.startsWith("∇"))) return undefined;
  return {
    left,
    right,
    written,
    trusted: ![...dependsOn(right, scope)].some(
      (n) => formula.guessed?.has(n) === true && !isOne(scope.variables.get(n)?.shape.cols ?? shape.cols),
    ),
    scope: {
      ...scope,
      variables: new Map(scope.variables).set(MODEL, {
        name: MODEL,
        shape: { rows: shape.rows, cols: shape.rows },
        properties: new Set(),
      }),
      definitions: new Map(scope.definitions).set(f, model),
    },
  };
}

/** Whether an expression, or what it stands for, calls a function. */
function mentions(e: Expr, f: string, scope: Scope, inside: readonly string[] = []): boolean {
  if (e.kind === "call" && e.name === f) return true;
  if ((e.kind === "call" || e.kind === "name") && !inside.includes(e.name)) {
    const d = scope.definitions.get(e.name);
    if (d !== undefined && mentions(d.body, f, scope, [...inside, e.name])) return true;
  }
  return children(e).some((c) => mentions(c, f, scope, inside));
}

const SLIPS: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "sign", "number"]);

/** Whether a statement holds of every function; wrong only if it holds in no layout and one transpose or swap mends it. */
export function* judgingAnyFunction(
  { left, right, written, scope, trusted }: AnyFunction,
  print: Print,
): Steps<Verdict> {
  const unknown = UNKNOWN("it is about functions that are not defined");
  const how = { anyLayout: true, prove: false, explain: false, print };
  for (const asRow of [false, true]) {
    const { status, note, misfit } = yield* judging(left, written(right, asRow), scope, how);
    if (status === "verified") return { status };
    if (status !== "wrong" && misfit !== true) return { ...unknown, ...(note === undefined ? {} : { note }) };
  }
  if (!trusted) return unknown;
  for (const v of [...inFront(right, print), ...variants(right, print)]) {
    if (!SLIPS.has(v.edit)) continue;
    const repaired = written(v.expr, false);
    if (!(yield* agreeing(left, repaired, { scope }))) continue;
    return { status: "wrong", note: v.what, slip: v.edit, general: true, correction: { side: "right", expr: v.expr } };
  }
  return unknown;
}
