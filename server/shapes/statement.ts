import type { Expr } from "../core/ast";
import { dimEqual, dimText } from "../core/dimension";
import type { Scope } from "../core/scope";
import { isScalar, sameShape, type Shape } from "../core/shape";
import { expressions, type Claim, type Statement } from "../language/statement";
import { inferShape, type InferOptions } from "./infer";
import { clashBetween, type ShapeProblem, shapeNoun, shown } from "./mismatch";
import { reasonOf, reasonText } from "./reason";

export interface InferredStatement {
  readonly problems: readonly ShapeProblem[];
  /** The shape of every part that is known. */
  readonly shapes: ReadonlyMap<Expr, Shape>;
}

/** The shapes in a statement, and all that does not fit in it; the sides of a claim must have one shape. */
export function inferStatement(s: Statement, scope: Scope, options: InferOptions = {}): InferredStatement {
  const problems: ShapeProblem[] = [];
  const shapes = new Map<Expr, Shape>();
  const own = withParameters(s, scope, options);
  for (const e of expressions(s)) {
    const inferred = inferShape(e, scope, own);
    for (const [part, shape] of inferred.shapes) shapes.set(part, shape);
    for (const p of inferred.problems)
      if (!problems.some((q) => q.code === "undeclared" && q.message === p.message)) problems.push(p);
  }
  if (s.kind === "claim") {
    for (let i = 1; i < s.sides.length; i++) {
      const problem = unequal(s, s.sides[i - 1]!, s.sides[i]!, scope, shapes);
      if (problem !== undefined) problems.push(problem);
    }
  }
  return { problems, shapes };
}

/**
 * Inside a definition its parameters have a shape only once it is called; in a note `f(x) = …` speaks of the very `x`
 * that is declared.
 */
function withParameters(s: Statement, scope: Scope, options: InferOptions): InferOptions {
  if (s.kind !== "definition") return options;
  const definition = scope.definitions.get(s.name);
  const locals = new Map(options.locals);
  for (const { name } of s.parameters ?? []) {
    const same = options.tolerant === true && scope.variables.has(name);
    if (!same && !locals.has(name)) locals.set(name, null);
  }
  return { ...options, locals, ...(definition?.body === s.body ? { within: definition } : {}) };
}

const hasDerivative = (e: Expr): boolean =>
  e.kind === "derivative" || (e.kind === "apply" && e.args.some(hasDerivative));

function unequal(s: Claim, a: Expr, b: Expr, scope: Scope, shapes: ReadonlyMap<Expr, Shape>): ShapeProblem | undefined {
  const left = shapes.get(a);
  const right = shapes.get(b);
  if (left === undefined || right === undefined || sameShape(left, right)) return undefined;
  // A derivative written in the other layout is a matter for the checker, which knows the right one.
  if ((hasDerivative(a) || hasDerivative(b)) && dimEqual(left.rows, right.cols) && dimEqual(left.cols, right.rows))
    return undefined;
  const side = dimEqual(left.rows, right.rows) ? "cols" : "rows";
  const reasons = [a, b].map((e, i) => ({
    dim: (i === 0 ? left : right)[side],
    reason: reasonOf(e, side, scope, (part) => shapes.get(part)),
  }));
  const named = reasons.map(({ dim, reason }) => `${dimText(dim)} (${reasonText(reason, shown)})`);
  const why = isScalar(left) !== isScalar(right) ? "" : `, but ${named[0]} and ${named[1]} must be equal`;
  return {
    code: "dimension-mismatch",
    severity: "error",
    message: `The two sides have different shapes: ${shown(a)} is ${shapeNoun(left)} and ${shown(b)} is ${shapeNoun(right)}${why}.`,
    span: { start: a.span?.start ?? s.span.start, end: b.span?.end ?? s.span.end },
    node: b,
    reasons,
    clash: clashBetween({ expr: a, shape: left }, { expr: b, shape: right }, "=", false),
  };
}
