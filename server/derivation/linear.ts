import { apply, type ApplyExpr, type Expr } from "../core/ast";
import { isColumn, isMatrix, isRow, isScalar } from "../core/shape";
import { Stuck } from "./context";
import { isDifferential } from "./differential";
import { build, buildSum, isApply, hasDifferential, mergeLike, type Products, type Term, UNIT } from "./term";
import { isSymmetric, transpose } from "./transpose";

/**
 * One term of a differential on its way to its last form: `head · outer · f(left · core · right)`, where `core`
 * holds the only differential and f is nothing (`plain`), the trace, or vec.
 * A scalar value has no `outer`; of a Jacobian, `outer` gathers what stands before a scalar or a vec.
 */
export interface Linear {
  /** A number and scalars, no chain. */
  readonly head: Term;
  readonly outer: readonly Expr[];
  readonly form: "plain" | "trace" | "vec";
  readonly left: readonly Expr[];
  readonly core: Expr;
  readonly right: readonly Expr[];
}

/** A differential as its terms. `form` is `vec` for a matrix value that is read off through vec. */
export function linearTerms(p: Products, e: Expr, form: "plain" | "vec"): Linear[] {
  return p.terms(e).flatMap((t) => openedTerm(p, { head: UNIT, outer: [], form, left: [], core: e, right: [] }, t));
}

/** The matrices of a product, numbers left out: for what has none. */
export const chain = (p: Products, ...parts: readonly Expr[]): readonly Expr[] => p.term(p.product(...parts)).chain;

/** The same term with other parts around the core; numbers and scalars among them go to the front. */
export function around(
  p: Products,
  l: Linear,
  left: readonly Expr[],
  right: readonly Expr[],
  change: Partial<Linear> = {},
): Linear {
  const a = p.term(p.product(...left));
  const b = p.term(p.product(...right));
  const head = p.times(p.times(l.head, { ...a, chain: [] }), { ...b, chain: [] });
  return { ...l, ...change, head, left: a.chain, right: b.chain };
}

/** As an expression. */
export function linearTerm(p: Products, l: Linear): Term {
  const inside = p.product(...l.left, l.core, ...l.right);
  const f = l.form === "plain" ? inside : signOut(p, l.form === "trace" ? "tr" : "vec", inside);
  return p.times(p.times(l.head, p.term(p.product(...l.outer))), p.term(f));
}

function signOut(p: Products, op: string, e: Expr): Expr {
  const t = p.term(e);
  if (t.chain.length === 0) return apply(op, e);
  return build(p.times({ ...t, chain: [] }, p.term(apply(op, build({ ...UNIT, chain: t.chain })))));
}

export const linearSum = (p: Products, list: readonly Linear[]): Expr =>
  buildSum(
    mergeLike(
      p,
      list.map((l) => linearTerm(p, l)),
    ),
  );

/**
 * Takes apart what needs no rule of its own: sums, products, and the trace around them. What changes in a product
 * becomes the core.
 */
export function opened(p: Products, l: Linear): Linear[] {
  const { context } = p;
  const { core } = l;
  if (core.kind !== "apply") return [l];
  switch (core.op) {
    case "add":
    case "sub":
      context.use("distribute");
      return p
        .terms(core)
        .filter((t) => t.coef !== 0)
        .flatMap((t) => openedTerm(p, l, t));
    case "neg":
    case "mul":
      return openedTerm(p, l, p.term(core));
    case "div":
      return context.isScalar(core.args[1]!) ? openedTerm(p, l, p.term(core)) : [l];
    case "transpose": {
      const inside = turnedInside(
        p,
        core.args[0]!,
        l.form === "plain" && !context.isScalar(p.product(...l.left, core, ...l.right)),
      );
      if (inside === undefined) return [l];
      context.use("transpose-inside");
      return opened(p, { ...l, core: inside });
    }
    case "diag":
      if (!isMatrix(context.shapeOf(core.args[0]!))) return [l];
      return openedInside(p, l, core);
    case "sum":
      return openedInside(p, l, core);
    case "vec":
      // In a Jacobian; a scalar a'·vec(X) is a matter for a rule.
      if (l.form !== "plain" || l.right.length > 0 || context.isScalar(p.product(...l.left, core))) return [l];
      return opened(p, { ...l, form: "vec", outer: chain(p, ...l.outer, ...l.left), left: [], core: core.args[0]! });
    case "tr":
      if (l.form === "plain" && l.left.length === 0 && l.right.length === 0)
        return opened(p, { ...l, form: "trace", core: core.args[0]! });
      return [l];
    default:
      return [l];
  }
}

/** The transpose of a product or a sum, moved inside; in a Jacobian, also that of products of entries of a vector. */
function turnedInside(p: Products, e: Expr, entries: boolean): Expr | undefined {
  if (e.kind !== "apply") return undefined;
  if (entries && !isMatrix(p.context.shapeOf(e)) && (e.op === "hadamard" || e.op === "hdiv"))
    return apply(e.op, ...e.args.map((a) => transpose(p, a)));
  if (!["add", "sub", "neg", "mul", "div"].includes(e.op)) return undefined;
  return buildSum(
    p
      .terms(e)
      .map((t) => p.term(p.product(build({ ...t, chain: [] }), ...[...t.chain].reverse().map((f) => transpose(p, f))))),
  );
}

/** A sum inside a linear operator is spread, its numbers taken out. */
function openedInside(p: Products, l: Linear, core: ApplyExpr): Linear[] {
  const terms = p.terms(core.args[0]!);
  if (terms.length === 1 && isPlain(terms[0]!)) return [l];
  if (terms.length > 1) p.context.use("distribute");
  return terms
    .filter((t) => t.coef !== 0)
    .flatMap((t) =>
      openedTerm(p, l, p.times({ ...t, chain: [] }, p.term(apply(core.op, build({ ...UNIT, chain: t.chain }))))),
    );
}

/** Nothing in front. */
const isPlain = (t: Term): boolean => t.coef === 1 && t.over === 1 && t.powers.length === 0;

/** The same for a term in place of the core. */
function openedTerm(p: Products, l: Linear, t: Term): Linear[] {
  const scalarAt = t.powers.findIndex((q) => hasDifferential(q.base));
  if (scalarAt !== -1) return openedAtScalar(p, l, t, scalarAt);
  const at = t.chain.findIndex(hasDifferential);
  if (at === -1) throw new Stuck("a term has no differential");
  const head = p.times(l.head, { ...t, chain: [] });
  const before = t.chain.slice(0, at).map((f) => settled(p, f));
  const after = t.chain.slice(at + 1).map((f) => settled(p, f));
  return opened(p, around(p, { ...l, head }, [...l.left, ...before], [...after, ...l.right], { core: t.chain[at]! }));
}

/** The transpose of what is symmetric is left out. */
const settled = (p: Products, f: Expr): Expr =>
  isApply(f, "transpose") && isSymmetric(p, f.args[0]!) ? transpose(p, f.args[0]!) : f;

/** A scalar that changes stands among factors that do not: those go in front of it. */
function openedAtScalar(p: Products, l: Linear, t: Term, at: number): Linear[] {
  const { base, exponent } = t.powers[at]!;
  if (exponent !== 1) throw new Stuck("a differential stands below a fraction bar");
  const head = p.times(l.head, { ...t, powers: t.powers.filter((_, i) => i !== at), chain: [] });
  const beside = [...l.left, ...t.chain, ...l.right];
  const plain: Linear = { ...l, head, form: "plain", left: [], core: base, right: [] };
  if (beside.length === 0) return opened(p, plain);
  const product = p.product(...beside);
  const value = l.form === "plain" ? product : signOut(p, l.form === "trace" ? "tr" : "vec", product);
  if (p.context.isScalar(value))
    return opened(p, { ...plain, head: p.times(head, { ...p.term(value), chain: [], ...boxedPowers(p, value) }) });
  const v = p.term(value);
  return opened(p, { ...plain, head: p.times(head, { ...v, chain: [] }), outer: chain(p, ...l.outer, ...v.chain) });
}

/** A scalar product as a single power, so that it can stand in a head. */
function boxedPowers(p: Products, e: Expr): Partial<Term> {
  const t = p.term(e);
  if (t.chain.length === 0) return { powers: t.powers };
  return { powers: [...t.powers, { base: build({ ...UNIT, chain: t.chain }), exponent: 1 }] };
}

/** Whether a term has reached its last form: a differential of a name at the end of it. */
export function isDone(p: Products, l: Linear): boolean {
  if (!isDifferential(l.core) || l.right.length > 0) return isRowDone(p, l);
  const s = p.context.shapeOf(l.core);
  if (isScalar(s)) return l.form === "plain" && l.left.length === 0;
  if (isColumn(s)) return l.form === "plain";
  if (l.form === "vec") return l.left.length === 0;
  return l.form === "trace" && l.outer.length === 0;
}

/** A row variable stays in front: dy = dx·a. */
const isRowDone = (p: Products, l: Linear): boolean =>
  isDifferential(l.core) &&
  isRow(p.context.shapeOf(l.core)) &&
  l.form === "plain" &&
  l.left.length === 0 &&
  l.outer.length === 0;

/** A row that changes as a column. */
export const asColumn = (p: Products, e: Expr): Expr => (isRow(p.context.shapeOf(e)) ? transpose(p, e) : e);
