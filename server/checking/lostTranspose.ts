import { apply, children, type Expr, withChildren } from "../core/ast";
import { isColumn, isScalar } from "../core/shape";
import type { Scope } from "../core/scope";
import type { Formula, MathDocument } from "../documents/document";
import { judge } from "./judge";
import type { NoteEquation } from "./note";
import type { Print } from "./variants";
import { someNode } from "./varying";
import type { Verdict } from "./verdict";

type Name = Extract<Expr, { kind: "name" }>;

/** Words that announce numbers where the passage had vectors. */
const OF_NUMBERS =
  /scalar|number|univariate|one[- ](?:variable|dimension)|single[- ]variable|\b1-?d\b|calculus|analog|ordinary|usual|familiar/i;

/**
 * An equation that holds only because a name was taken for a number, although its section has the two vectors in the same
 * product with a transpose (`d(wx)/dx = w` below `w^T x`), or had that name transposed just before (below `x^T A x`). The
 * transpose was forgotten. Both must have been guessed.
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
    const earlier = document.formulas.filter((f) => f.span.start < formula.span.start && f.span.start >= sectionStart);
    const before = earlier.findLast((f) => hasInnerProduct(f, found)) ?? lastAsVector(earlier, found);
    if (before === undefined || OF_NUMBERS.test(wordsBefore(document, before, formula))) continue;
    const expr = replaced(whole, found.product, apply("mul", apply("transpose", found.a), found.b));
    const scope = withVectors(formula.scope, before.scope, found);
    const [l, r] = side === "left" ? [expr, right] : [left, expr];
    const { status } = judge(l, r, scope, { anyLayout: true, prove: false, explain: false, print });
    if (status === "verified") return { note: `${print(found.a)} should be transposed`, correction: { side, expr } };
  }
  return undefined;
}

interface Product {
  readonly a: Name;
  readonly b: Name;
  readonly product: Expr;
}

/** A product of two different names, of which one at least was guessed to be a number. */
function bareProduct(e: Expr, formula: Formula): Product | undefined {
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

/** The words in front of a formula, no further back than another one. */
const wordsBefore = (document: MathDocument, before: Formula, formula: Formula): string =>
  document.text.slice(Math.max(before.span.end, formula.span.start - 120), formula.span.start);

const isVector = (name: string, formula: Formula): boolean => {
  const v = formula.scope.variables.get(name);
  return v !== undefined && isColumn(v.shape) && !isScalar(v.shape);
};

const sidesOf = ({ statement: s }: Formula): readonly Expr[] =>
  s.kind === "claim" ? s.sides : s.kind === "definition" ? [s.body] : s.kind === "query" ? [s.expr] : [];

/** Whether a formula has the inner product of two names, which are vectors there. */
function hasInnerProduct(formula: Formula, { a, b }: Product): boolean {
  if (!isVector(a.name, formula) || !isVector(b.name, formula)) return false;
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
  return sidesOf(formula).some(visit);
}

/** The last formula that has one of two names as a transposed vector, where the other has not been spoken of. */
function lastAsVector(earlier: readonly Formula[], { a, b }: Product): Formula | undefined {
  const mentions = (f: Formula, name: string): boolean =>
    sidesOf(f).some((e) => someNode(e, (n) => n.kind === "name" && n.name === name));
  for (const [known, fresh] of [
    [a.name, b.name],
    [b.name, a.name],
  ] as const) {
    if (earlier.some((f) => mentions(f, fresh))) continue;
    const isTransposed = (n: Expr): boolean =>
      n.kind === "apply" && n.op === "transpose" && n.args[0]!.kind === "name" && n.args[0]!.name === known;
    const last = earlier.findLast((f) => sidesOf(f).some((e) => someNode(e, isTransposed)));
    if (last === undefined) continue;
    // Nothing from there to here has it as a number.
    const since = earlier.slice(earlier.indexOf(last));
    if (since.every((f) => !mentions(f, known) || isVector(known, f))) return last;
  }
  return undefined;
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

/** The scope in which both names have the shape that one of them, or both, had before. */
function withVectors(scope: Scope, before: Scope, { a, b }: Product): Scope {
  const variables = new Map(scope.variables);
  const given = [a, b].map(({ name }) => before.variables.get(name)).find((v) => v !== undefined && !isScalar(v.shape));
  for (const { name } of [a, b]) {
    const v = variables.get(name);
    if (v !== undefined && given !== undefined) variables.set(name, { ...v, shape: given.shape });
  }
  return { ...scope, variables };
}
