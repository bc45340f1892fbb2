import { apply, type Expr, sameExpr, size } from "../core/ast";
import { isColumn, isRow, isScalar, isSquare } from "../core/shape";
import { operator } from "../operators";
import { build, buildSum, isApply, mergeLike, type Products, type Term, UNIT } from "./term";

/**
 * The transpose of an expression, moved as far inside as it goes: (A*B)' = B'*A', (A + B)' = A' + B', and the
 * transpose of what is symmetric is left out. Notes the rule where a declared symmetry was needed.
 */
export function transpose(p: Products, e: Expr): Expr {
  const { context } = p;
  if (isScalar(context.shapeOf(e))) return e;
  const flip = (x: Expr): Expr => transpose(p, x);
  switch (e.kind) {
    case "name":
    case "differential": {
      const inner = e.kind === "name" ? e : e.of;
      if (inner.kind !== "name") break;
      if (context.has(inner.name, "symmetric")) {
        context.use("symmetric");
        return e;
      }
      if (context.has(inner.name, "skew")) {
        context.use("skew");
        return build({ ...p.term(e), coef: -1 });
      }
      const meaning = context.meaning.get(inner.name);
      if (meaning !== undefined && isSymmetric(p, meaning)) {
        context.use("symmetric");
        return e;
      }
      break;
    }
    case "apply": {
      const [a, b] = e.args as [Expr, Expr];
      switch (e.op) {
        case "transpose":
          return p.tidy(a);
        case "add":
        case "sub":
        case "neg": {
          // (A + B')' is A' + B, but (x - y)' and (1 - x.^2)' stay as they are.
          const terms = p.terms(e);
          if (terms.some((t) => t.chain.length === 1 && isEntrywise(t.chain[0]!)))
            return isSymmetricSum(p, terms) ? e : apply("transpose", e);
          const turned = buildSum(
            mergeLike(
              p,
              terms.map((t) => transposeTerm(p, t)),
            ),
          );
          return size(turned) > size(e) + 1 ? apply("transpose", e) : turned;
        }
        case "mul":
        case "div":
          return context.isScalar(b) || e.op === "mul" ? build(transposeTerm(p, p.term(e))) : apply("div", a, flip(b));
        case "hadamard":
        case "hdiv":
          if (isRow(context.shapeOf(e))) return apply(e.op, flip(a), flip(b));
          if (!isSymmetricPair(p, a, b)) break;
          context.use("symmetric");
          return e;
        case "eye":
          return e;
        case "diag":
          if (!isColumn(context.shapeOf(e))) return e;
          break;
        case "kron":
          return apply("kron", flip(a), flip(b));
        case "inv":
        case "expm":
        case "logm":
        case "sqrtm":
          if (isSymmetric(p, a)) {
            context.use("symmetric");
            return e;
          }
          if (isApply(a, "transpose")) return apply(e.op, a.args[0]!);
          break;
        case "ones":
        case "zeros":
          if (e.args.length === 2) return sameExpr(a, b) ? e : apply(e.op, b, a);
          break;
        case "K":
          return apply("K", b, a);
        case "hpow":
          break;
        case "pow":
          return apply(e.op, flip(a), b);
        case "tril":
          return apply("triu", flip(a));
        case "triu":
          return apply("tril", flip(a));
        default:
          if (operator(e.op)?.group === "elementwise" && isApply(a, "transpose")) return apply(e.op, a.args[0]!);
      }
      break;
    }
    case "sumover":
      return { ...e, body: flip(e.body) };
    case "index":
      // A row of the identity is a column of it, turned.
      if (isApply(e.base, "eye") && e.indices.length === 2) return { ...e, indices: [e.indices[1]!, e.indices[0]!] };
      break;
    default:
      break;
  }
  return apply("transpose", e);
}

/** What acts on entries: its transpose is written outside. */
const isEntrywise = (e: Expr): boolean =>
  e.kind === "apply" &&
  (e.op === "hadamard" || e.op === "hdiv" || e.op === "hpow" || operator(e.op)?.group === "elementwise");

const isSymmetricPair = (p: Products, a: Expr, b: Expr): boolean =>
  isSquare(p.context.shapeOf(a)) && isSymmetric(p, a) && isSymmetric(p, b);

const isSymmetricSum = (p: Products, terms: readonly Term[]): boolean =>
  terms.every(
    (t) =>
      t.chain.length > 0 &&
      isSquare(p.context.shapeOf(t.chain[0]!)) &&
      isSymmetric(p, build({ ...UNIT, chain: t.chain })),
  );

function transposeTerm(p: Products, t: Term): Term {
  if (t.chain.length === 0) return t;
  const parts = [...t.chain].reverse().map((f) => p.term(transpose(p, f)));
  return parts.reduce((x, y) => p.times(x, y), { ...t, chain: [] });
}

/** Whether a matrix is its own transpose by its form and the declarations; silent about rules. */
export function isSymmetric(p: Products, e: Expr): boolean {
  const used = p.context.takeRules();
  try {
    const plain = p.tidy(e);
    const flipped = transpose(p, plain);
    if (sameExpr(plain, flipped)) return true;
    const a = spread(p, plain);
    const b = spread(p, flipped);
    return a.length === b.length && a.every((t) => b.some((u) => sameExpr(build(t), build(u))));
  } finally {
    p.context.takeRules();
    for (const r of used) p.context.use(r);
  }
}

/** Sums with more terms than this are not spread. */
const MOST_TERMS = 24;

/** The terms of a sum, products of sums multiplied out. */
function spread(p: Products, e: Expr): Term[] {
  const multiplied = (t: Term): Term[] => {
    const at = t.chain.findIndex((f) => isApply(f, "add") || isApply(f, "sub"));
    if (at === -1) return [t];
    const before: Term = { ...t, chain: t.chain.slice(0, at) };
    const after: Term = { ...UNIT, chain: t.chain.slice(at + 1) };
    return p.terms(t.chain[at]!).flatMap((u) => multiplied(p.times(p.times(before, u), after)));
  };
  const terms = p.terms(e);
  const out = terms.flatMap(multiplied);
  return mergeLike(p, out.length > MOST_TERMS ? terms : out);
}
