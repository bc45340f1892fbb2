import { apply, children, type Expr, replaceNodes } from "../core/ast";
import { isColumn, isScalar } from "../core/shape";
import type { Scope } from "../core/scope";
import type { Formula, MathDocument } from "../documents/document";
import { judge } from "./judge";
import type { NoteEquation } from "./note";
import type { Print } from "./variants";
import type { Verdict } from "./verdict";

type Name = Extract<Expr, { kind: "name" }>;

/** Words that announce numbers where the passage had vectors. */
const OF_NUMBERS =
  /scalar|number|univariate|one[- ](?:variable|dimension)|single[- ]variable|\b1-?d\b|calculus|analog|ordinary|usual|familiar/i;

/**
 * An equation that holds only because a name was taken for a number, although its section has the two vectors in the same
 * product with a transpose (`d(wx)/dx = w` below `w^T x`), or had that name transposed just before (below `x^T A x`). The
 * transpose was forgotten. Both must have been guessed. `formula`: where the equation stands now.
 */
export function lostTranspose(
  { left, right, leftSpan }: NoteEquation,
  formula: Formula,
  document: MathDocument,
  passage: Passage,
  print: Print,
): Pick<Verdict, "note" | "correction"> | undefined {
  for (const side of ["left", "right"] as const) {
    if (side === "left" && leftSpan === undefined) continue;
    const whole = side === "left" ? left : right;
    const found = productIn(whole, formula);
    if (found === undefined) continue;
    const before = passage.withVectors(found);
    if (before === undefined || OF_NUMBERS.test(wordsBefore(document, before, formula))) continue;
    const expr = replaceNodes(whole, (e) =>
      e === found.product ? apply("mul", apply("transpose", found.a), found.b) : undefined,
    );
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

const PRODUCTS = new WeakMap<Expr, { readonly basis: object; readonly found: Product | undefined }>();

/** The same as `bareProduct`, remembered for as long as the formula is read with the same knowledge. */
function productIn(e: Expr, formula: Formula): Product | undefined {
  const basis = formula.basis ?? formula;
  const known = PRODUCTS.get(e);
  if (known?.basis === basis) return known.found;
  const found = bareProduct(e, formula);
  PRODUCTS.set(e, { basis, found });
  return found;
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
  document.words.slice(Math.max(before.span.end, formula.span.start - 120), formula.span.start);

const isVector = (name: string, formula: Formula): boolean => {
  const v = formula.scope.variables.get(name);
  return v !== undefined && isColumn(v.shape) && !isScalar(v.shape);
};

const sidesOf = ({ statement: s }: Formula): readonly Expr[] =>
  s.kind === "claim" ? s.sides : s.kind === "definition" ? [s.body] : s.kind === "query" ? [s.expr] : [];

/**
 * The formulas of a section up to a place, in their order. What they say of names is looked up by those names, so that a
 * long section costs no more for each of its formulas than a short one; and not before somebody asks.
 */
export class Passage {
  private read: number;
  /** The number of the formula at hand: those before it have been said. */
  until: number;
  private readonly mentioned = new Set<string>();
  /** The last formula with the inner product of two names that are vectors there. */
  private readonly inner = new Map<string, Formula>();
  /** The numbers of the last formulas that have a name transposed, and as something else than a vector. */
  private readonly transposed = new Map<string, number>();
  private readonly otherwise = new Map<string, number>();

  /** `first`: the number of the first formula of the section. */
  constructor(
    private readonly formulas: readonly Formula[],
    first: number,
  ) {
    this.read = first;
    this.until = first;
  }

  /** The last formula in which the names of a product are the vectors of an inner product, or one is a vector and the other new. */
  withVectors({ a, b }: Product): Formula | undefined {
    for (; this.read < this.until; this.read++) this.note(this.formulas[this.read]!, this.read);
    const found = this.inner.get(pairOf(a.name, b.name));
    if (found !== undefined) return found;
    for (const [known, fresh] of [
      [a.name, b.name],
      [b.name, a.name],
    ] as const) {
      const last = this.transposed.get(known);
      // Nothing from there to here has it as a number.
      if (!this.mentioned.has(fresh) && last !== undefined && (this.otherwise.get(known) ?? -1) < last)
        return this.formulas[last];
    }
    return undefined;
  }

  private note(formula: Formula, at: number): void {
    const names = new Set<string>();
    const visit = (e: Expr): void => {
      if (e.kind === "name") names.add(e.name);
      const of = transposedName(e);
      if (of !== undefined) this.transposed.set(of, at);
      if (e.kind === "apply" && e.op === "mul") {
        const [x, y] = e.args as readonly [Expr, Expr];
        const first = transposedName(x);
        if (first !== undefined && y.kind === "name" && isVector(first, formula) && isVector(y.name, formula))
          this.inner.set(pairOf(first, y.name), formula);
      }
      children(e).forEach(visit);
    };
    sidesOf(formula).forEach(visit);
    for (const n of names) {
      this.mentioned.add(n);
      if (!isVector(n, formula)) this.otherwise.set(n, at);
    }
  }
}

const pairOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

const transposedName = (e: Expr): string | undefined =>
  e.kind === "apply" && e.op === "transpose" && e.args[0]!.kind === "name" ? e.args[0]!.name : undefined;

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
