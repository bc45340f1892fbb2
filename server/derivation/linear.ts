import { apply, type ApplyExpr, type Expr } from "../core/ast";
import { isColumn, isMatrix, isRow, isScalar } from "../core/shape";
import { dimExpr, Stuck } from "./context";
import { isDifferential } from "./differential";
import { type Entries, entriesOf, entriesTerm, splitEntries, timesEntries } from "./entries";
import { onesOf } from "./templates";
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

const chain = (p: Products, ...parts: readonly Expr[]): readonly Expr[] => p.term(p.product(...parts)).chain;

/** The same term with other parts around the core; numbers and scalars among them go to the front. */
function around(
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

/**
 * Brings the core to the place from which the next rule takes it apart: under the trace to the right end, of a
 * scalar the column to the right, of a matrix between others into vec. `undefined`: it stands there already.
 */
export function positioned(p: Products, l: Linear): Linear | undefined {
  const { context } = p;
  const s = context.shapeOf(l.core);
  const flip = (parts: readonly Expr[]): readonly Expr[] =>
    parts.length === 0 ? [] : [transpose(p, p.product(...parts))];
  if (isDone(p, l)) return undefined;
  if (l.form === "trace") {
    if (isColumn(s)) {
      context.use("trace-cyclic");
      return around(p, l, [...l.right, ...l.left], [], { form: "plain" });
    }
    if (isRow(s)) {
      context.use("trace-cyclic");
      const inFront = around(p, l, [], [...l.right, ...l.left], { form: "plain" });
      return positionedScalar(p, inFront) ?? inFront;
    }
    let out = l;
    if (out.right.length > 0) {
      context.use("trace-cyclic");
      out = around(p, out, [...out.right, ...out.left], []);
    }
    const turned = withoutTranspose(p, out.core);
    if (turned !== undefined) {
      context.use("trace-transpose");
      out = around(p, out, flip(out.left), [], { core: turned });
    }
    if (isDifferential(out.core) && out.outer.length > 0) out = traceAsVec(p, out);
    return out === l ? undefined : out;
  }
  if (l.form === "plain") {
    const whole = context.shapeOf(p.product(...l.left, l.core, ...l.right));
    if (isScalar(whole)) return positionedScalar(p, l);
    return positionedColumn(p, l, isMatrix(whole) || isRow(whole));
  }
  // vec(left · core · right)
  if (l.left.length === 0 && l.right.length === 0) {
    if (isColumn(s)) return { ...l, form: "plain" };
    if (isRow(s)) {
      context.use("vec-transpose");
      return { ...l, form: "plain", core: transpose(p, l.core) };
    }
    const turned = withoutTranspose(p, l.core);
    if (turned === undefined) return undefined;
    context.use("commutation");
    return { ...l, outer: chain(p, ...l.outer, apply("K", dimExpr(s.cols), dimExpr(s.rows))), core: turned };
  }
  if (isColumn(s) && l.right.length === 0) return { ...l, form: "plain" };
  return intoVec(p, l);
}

/** The argument of a transpose that changes; of a product of such it is for `opened`. */
const withoutTranspose = (p: Products, e: Expr): Expr | undefined =>
  isApply(e, "transpose") ? p.tidy(e.args[0]!) : undefined;

/** vec(A·X·B) = (B'⊗A)·vec(X). */
function intoVec(p: Products, l: Linear): Linear {
  const { context } = p;
  context.use("vec-product");
  const s = context.shapeOf(l.core);
  const left = l.left.length === 0 ? apply("eye", dimExpr(s.rows)) : p.product(...l.left);
  const right = l.right.length === 0 ? apply("eye", dimExpr(s.cols)) : transpose(p, p.product(...l.right));
  return { ...l, form: "vec", outer: chain(p, ...l.outer, kron(p, right, left)), left: [], right: [] };
}

/** A Kronecker product with an identity of both sides taken as one. */
function kron(p: Products, a: Expr, b: Expr): Expr {
  if (isApply(a, "eye") && isApply(b, "eye")) return apply("eye", p.product(a.args[0]!, b.args[0]!));
  return apply("kron", a, b);
}

/** A scalar left·core·right. */
function positionedScalar(p: Products, l: Linear): Linear | undefined {
  const { context } = p;
  const s = context.shapeOf(l.core);
  const turn = (parts: readonly Expr[]): readonly Expr[] =>
    parts.length === 0 ? [] : [transpose(p, p.product(...parts))];
  if (isScalar(s)) return undefined;
  if (isRow(s) || isApply(l.core, "transpose")) {
    if (isColumn(s) && l.right.length === 0 && !isApply(l.core, "transpose")) return undefined;
    context.use("scalar-transpose");
    const turned = around(p, l, turn(l.right), turn(l.left), { core: transpose(p, l.core) });
    return positionedScalar(p, turned) ?? turned;
  }
  if (isColumn(s)) return undefined;
  if (isApply(l.core, "diag") && l.left.length > 0 && l.right.length > 0) {
    context.use("diag-between");
    const sides = apply("hadamard", transpose(p, p.product(...l.left)), p.product(...l.right));
    return around(p, l, [transpose(p, sides)], [], { core: asColumn(p, l.core.args[0]!) });
  }
  context.use("scalar-trace");
  return around(p, l, [...l.right, ...l.left], [], { form: "trace" });
}

const asColumn = (p: Products, e: Expr): Expr => (isRow(p.context.shapeOf(e)) ? transpose(p, e) : e);

/** A column (or, `boxed`, a matrix) left·core·right of a Jacobian. */
function positionedColumn(p: Products, l: Linear, boxed: boolean): Linear | undefined {
  const { context } = p;
  const s = context.shapeOf(l.core);
  if (boxed) throw new Stuck("a matrix stands where a column was expected");
  if (isColumn(s) && l.right.length === 0) return undefined;
  if (isRow(s) && l.right.length > 0) {
    context.use("scalar-transpose");
    const column = transpose(p, l.core);
    return around(p, l, [...l.left, transpose(p, p.product(...l.right))], [], { core: column });
  }
  if (isApply(l.core, "diag")) {
    context.use("diag-swap");
    return around(p, l, [...l.left, apply("diag", p.product(...l.right))], [], { core: asColumn(p, l.core.args[0]!) });
  }
  if (isRow(s)) {
    // left is empty: the transpose of a row is the column that changes.
    throw new Stuck("a row stands where a column was expected");
  }
  return intoVec(p, l);
}

/** Takes one operator off the core, the rest of the term taking its place: the adjoint of the operator. */
export function peeled(p: Products, l: Linear): Linear | undefined {
  const { context } = p;
  const { core } = l;
  if (core.kind !== "apply" || isDone(p, l)) return undefined;
  const shape = context.shapeOf(core);
  const whole = l.form === "plain" ? context.shapeOf(p.product(...l.left, core, ...l.right)) : undefined;
  const scalar = l.form === "trace" || (whole !== undefined && isScalar(whole));
  const flip = (e: Expr): Expr => transpose(p, e);
  const weight = (): Expr => (l.left.length === 0 ? apply("eye", dimExpr(shape.rows)) : flip(p.product(...l.left)));
  const [a, b] = core.args as [Expr, Expr];
  switch (core.op) {
    case "hadamard":
    case "hdiv": {
      const all = entriesOf(p, core);
      // A scalar that changes stands inside: it comes out in front.
      if (all.head.powers.some((q) => hasDifferential(q.base)))
        return { ...l, core: build(entriesTerm(p, all, shape)) };
      const split = splitEntries(all, hasDifferential);
      if (split === undefined) throw new Stuck("a differential stands below a fraction bar");
      const { found: inside, rest } = split;
      const head = p.times(l.head, rest.head);
      const others: Entries = { ...rest, head: UNIT };
      if (scalar) {
        context.use(l.form === "trace" ? "hadamard-trace" : "hadamard-dot");
        const moved = build(entriesTerm(p, timesEntries(p, entriesOf(p, weight()), others), shape));
        return around(p, { ...l, head }, [flip(moved)], [], { core: inside });
      }
      const entries = build(entriesTerm(p, others, shape));
      if (l.form === "plain") {
        context.use("hadamard-diag");
        return around(p, { ...l, head }, [...l.left, apply("diag", entries)], [], { core: inside });
      }
      context.use("hadamard-vec");
      return { ...l, head, outer: chain(p, ...l.outer, apply("diag", apply("vec", entries))), core: inside };
    }
    case "sum":
      return peeledSum(p, l, a);
    case "diag": {
      const inner = context.shapeOf(a);
      if (!isMatrix(inner)) {
        if (l.form === "vec") {
          context.use("diag-matrix");
          const ones = apply("ones", dimExpr(shape.rows));
          return {
            ...l,
            core: apply(
              "hadamard",
              apply("eye", dimExpr(shape.rows)),
              p.product(asColumn(p, a), apply("transpose", ones)),
            ),
          };
        }
        if (l.form !== "trace") return undefined;
        context.use("trace-diag");
        const d =
          l.left.length === 0
            ? onesOf(inner.cols.key === "1" ? inner : { rows: inner.cols, cols: inner.rows })
            : apply("diag", p.product(...l.left));
        return around(p, l, [flip(d)], [], { form: "plain", core: asColumn(p, a) });
      }
      if (!scalar) return peeledDiagonal(p, l, a);
      context.use("diag-dot");
      return { ...l, form: "trace", left: [apply("diag", weight())], core: a };
    }
    case "vec": {
      if (!scalar) return { ...l, outer: chain(p, ...l.outer, ...l.left), form: "vec", left: [], core: a };
      const w = l.left.length === 1 ? flip(l.left[0]!) : undefined;
      if (w === undefined || !isApply(w, "vec")) throw new Stuck("a row before vec has no matrix of its own");
      context.use("vec-dot");
      return around(p, l, [flip(w.args[0]!)], [], { form: "trace", core: a });
    }
    case "tril":
    case "triu": {
      const opposite = core.op === "tril" ? "triu" : "tril";
      if (l.form === "trace") {
        context.use("triangle-trace");
        return {
          ...l,
          left: [apply(opposite, l.left.length === 0 ? apply("eye", dimExpr(shape.rows)) : p.product(...l.left))],
          core: a,
        };
      }
      if (l.form !== "vec") return undefined;
      context.use("hadamard-vec");
      return { ...l, outer: chain(p, ...l.outer, apply("diag", apply("vec", apply(core.op, onesOf(shape))))), core: a };
    }
    case "tr": {
      // A trace that is a scalar factor of a column: outer stays in front.
      return { ...l, form: "trace", core: a };
    }
    default:
      throw new Stuck(`${core.op} cannot be taken off a differential`);
  }
}

/** The diagonal of A·diag(x)·B, of a·x' and x·a', as a column: what stands before x. Of any other matrix, a sum. */
function peeledDiagonal(p: Products, l: Linear, inside: Expr): Linear {
  const { context } = p;
  const [inner, ...others] = opened(p, { head: UNIT, outer: [], form: "plain", left: [], core: inside, right: [] });
  if (
    l.form === "plain" &&
    l.right.length === 0 &&
    inner !== undefined &&
    others.length === 0 &&
    inner.outer.length === 0
  ) {
    const { core } = inner;
    const shape = context.shapeOf(core);
    const left = p.product(...inner.left);
    const right = p.product(...inner.right);
    const head = p.times(l.head, inner.head);
    if (isApply(core, "diag") && !isMatrix(context.shapeOf(core.args[0]!))) {
      context.use("diag-of-diag");
      const eye = apply("eye", dimExpr(shape.rows));
      const weights = apply(
        "hadamard",
        inner.left.length === 0 ? eye : left,
        inner.right.length === 0 ? eye : transpose(p, right),
      );
      return around(p, { ...l, head }, [...l.left, weights], [], { core: asColumn(p, core.args[0]!) });
    }
    if (isColumn(shape) && inner.right.length > 0) {
      context.use("diag-of-product");
      return around(p, { ...l, head }, [...l.left, apply("diag", transpose(p, right)), ...inner.left], [], { core });
    }
    if (isRow(shape) && inner.left.length > 0) {
      context.use("diag-of-product");
      return around(
        p,
        { ...l, head },
        [...l.left, apply("diag", left), ...(inner.right.length === 0 ? [] : [transpose(p, right)])],
        [],
        { core: transpose(p, core) },
      );
    }
  }
  context.use("diag-column");
  const rows = dimExpr(context.shapeOf(inside).rows);
  return { ...l, core: apply("mul", apply("hadamard", apply("eye", rows), inside), apply("ones", rows)) };
}

/** sum(A.*B) = tr(A'B), a'b of columns; any other sum is between ones. */
function peeledSum(p: Products, l: Linear, inside: Expr): Linear {
  const { context } = p;
  const s = context.shapeOf(inside);
  if (isScalar(s)) return { ...l, core: inside };
  const split = splitEntries(entriesOf(p, inside), hasDifferential);
  if (split !== undefined && (isApply(inside, "hadamard") || isApply(inside, "hdiv"))) {
    const other = transpose(p, build(entriesTerm(p, split.rest, s)));
    context.use(isColumn(s) ? "sum-dot" : "sum-trace");
    return around(p, l, [other], [], { form: isColumn(s) ? "plain" : "trace", core: split.found });
  }
  context.use("sum-ones");
  const ones = (d: typeof s.rows): Expr => apply("ones", dimExpr(d));
  if (isColumn(s)) return { ...l, left: [apply("transpose", ones(s.rows))], core: inside };
  if (isRow(s)) return { ...l, core: inside, right: [ones(s.cols)] };
  return { ...l, left: [apply("transpose", ones(s.rows))], core: inside, right: [ones(s.cols)] };
}

/** tr(A'·dX) behind others is vec(A)'·vec(dX). */
function traceAsVec(p: Products, l: Linear): Linear {
  p.context.use("vec-dot");
  const s = p.context.shapeOf(l.core);
  const w = l.left.length === 0 ? apply("eye", dimExpr(s.rows)) : transpose(p, p.product(...l.left));
  return { ...l, outer: chain(p, ...l.outer, apply("transpose", apply("vec", w))), form: "vec", left: [] };
}
