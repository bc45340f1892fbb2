import { apply, type ApplyExpr, type Expr } from "../core/ast";
import { isColumn, isMatrix, isRow, isScalar } from "../core/shape";
import { dimExpr, Stuck } from "./context";
import { type Entries, entriesOf, entriesTerm, splitEntries, timesEntries } from "./entries";
import { peeledEntry, peeledLiteral, peeledOverSum } from "./indexed";
import { around, asColumn, chain, isDone, type Linear, opened } from "./linear";
import { onesOf } from "./templates";
import { build, hasDifferential, isApply, type Products, UNIT } from "./term";
import { transpose } from "./transpose";

/** Takes one operator off the core, the rest of the term taking its place: the adjoint of the operator. */
export function peeled(p: Products, l: Linear): readonly Linear[] | undefined {
  if (isDone(p, l)) return undefined;
  const { core } = l;
  switch (core.kind) {
    case "apply": {
      const out = peeledOperator(p, l, core);
      return out === undefined ? undefined : [out];
    }
    case "sumover":
      return peeledOverSum(p, l, core);
    case "index":
      return [peeledEntry(p, l, core)];
    case "literal":
      return peeledLiteral(p, l, core);
    default:
      return undefined;
  }
}

function peeledOperator(p: Products, l: Linear, core: ApplyExpr): Linear | undefined {
  const { context } = p;
  const shape = context.shapeOf(core);
  const whole = l.form === "plain" ? context.shapeOf(p.product(...l.left, core, ...l.right)) : undefined;
  const scalar = l.form === "trace" || (whole !== undefined && isScalar(whole));
  const flip = (e: Expr): Expr => transpose(p, e);
  const weight = (): Expr => (l.left.length === 0 ? apply("eye", dimExpr(shape.rows)) : flip(p.product(...l.left)));
  const a = core.args[0]!;
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
