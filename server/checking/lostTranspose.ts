import { apply, children, type Expr, withChildren } from "../core/ast";
import { isColumn, isScalar } from "../core/shape";
import type { Scope } from "../core/scope";
import type { Formula, MathDocument } from "../documents/document";
import { judge } from "./judge";
import type { NoteEquation } from "./note";
import type { Print } from "./variants";
import type { Verdict } from "./verdict";

type Name = Extract<Expr, { kind: "name" }>;

/** Words that announce numbers where the passage had vectors. */
const OF_NUMBERS = /scalar|number|univariate|one[- ](?:variable|dimension)|\b1-?d\b|calculus/i;

/**
 * An equation that holds only because a name was taken for a number, although its section has the two vectors in the same
 * product with a transpose: `d(wx)/dx = w` below `w^T x`. The transpose was forgotten. Both must have been guessed.
 */
export function lostTranspose(
  equation: NoteEquation,
  document: MathDocument,
  sectionStart: number,
  print: Print,
): Pick<Verdict, "note" | "correction"> | undefined {
  const { formula, left, right, leftSpan } = equation;
  for (const side of ["left", "right"] as const) {
    if (side === "left" && leftSpan === undefined) continue;
    const whole = side === "left" ? left : right;
    const found = bareProduct(whole, formula);
    if (found === undefined) continue;
    const before = document.formulas.findLast(
      (f) => f.span.start < formula.span.start && f.span.start >= sectionStart && hasInnerProduct(f, found.a, found.b),
    );
    if (before === undefined || OF_NUMBERS.test(document.text.slice(before.span.end, formula.span.start))) continue;
    const expr = replaced(whole, found.product, apply("mul", apply("transpose", found.a), found.b));
    const scope = withVectors(formula.scope, before.scope, [found.a.name, found.b.name]);
    const [l, r] = side === "left" ? [expr, right] : [left, expr];
    const { status } = judge(l, r, scope, { anyLayout: true, prove: false, explain: false, print });
    if (status === "verified") return { note: `${print(found.a)} should be transposed`, correction: { side, expr } };
  }
  return undefined;
}

/** A product of two different names, of which one at least was guessed to be a number. */
function bareProduct(e: Expr, formula: Formula): { a: Name; b: Name; product: Expr } | undefined {
  const isGuessed = (x: Expr): x is Name => x.kind === "name" && formula.guessed?.has(x.name) === true;
  const isNumber = (x: Name): boolean => {
    const v = formula.scope.variables.get(x.name);
    return v !== undefined && isScalar(v.shape);
  };
  if (e.kind === "apply" && e.op === "mul") {
    const [a, b] = e.args as readonly [Expr, Expr];
    if (isGuessed(a) && isGuessed(b) && a.name !== b.name && (isNumber(a) || isNumber(b))) return { a, b, product: e };
  }
  for (const c of children(e)) {
    const found = bareProduct(c, formula);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a formula has the inner product of two names, which are vectors there. */
function hasInnerProduct(formula: Formula, a: Name, b: Name): boolean {
  const isColumnOf = (name: string): boolean => {
    const v = formula.scope.variables.get(name);
    return v !== undefined && isColumn(v.shape) && !isScalar(v.shape);
  };
  if (!isColumnOf(a.name) || !isColumnOf(b.name)) return false;
  const visit = (e: Expr): boolean => {
    if (e.kind === "apply" && e.op === "mul") {
      const [x, y] = e.args as readonly [Expr, Expr];
      if (x.kind === "apply" && x.op === "transpose" && x.args[0]!.kind === "name" && y.kind === "name") {
        const names = [x.args[0]!.name, y.name];
        if (names.includes(a.name) && names.includes(b.name)) return true;
      }
    }
    return children(e).some(visit);
  };
  const s = formula.statement;
  const sides = s.kind === "claim" ? s.sides : s.kind === "definition" ? [s.body] : s.kind === "query" ? [s.expr] : [];
  return sides.some(visit);
}

function replaced(e: Expr, what: Expr, by: Expr): Expr {
  if (e === what) return by;
  const parts = children(e);
  return parts.length === 0
    ? e
    : withChildren(
        e,
        parts.map((p) => replaced(p, what, by)),
      );
}

function withVectors(scope: Scope, before: Scope, names: readonly string[]): Scope {
  const variables = new Map(scope.variables);
  for (const n of names) {
    const v = before.variables.get(n);
    if (v !== undefined) variables.set(n, v);
  }
  return { ...scope, variables };
}
