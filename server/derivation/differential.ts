import { apply, type ApplyExpr, type DifferentialExpr, type Expr, mapChildren, num, sameExpr } from "../core/ast";
import { isColumn, isScalar, SCALAR } from "../core/shape";
import { isPiecewiseConstant, operator } from "../operators";
import { Stuck } from "./context";
import { entrywiseProduct } from "./entries";
import { entrywise, fromTemplate, onesOf, reciprocal, zerosOf } from "./templates";
import { build, buildSum, mergeLike, type Products, type Term, UNIT } from "./term";
import { isSymmetric, transpose } from "./transpose";
import { tableOf } from "../core/table";

/** Operators through which d simply moves. */
const LINEAR = new Set(["sum", "tr", "diag", "vec", "tril", "triu"]);

/** Matrix functions whose trace has a differential though they have none here: d tr(f(X)) = tr(f'(X)*dX). */
const TRACE_OF_FUNCTION: Readonly<Record<string, string>> = tableOf({
  expm: "expm(X)",
  logm: "inv(X)",
  sqrtm: "inv(sqrtm(X))/2",
});

/** A differential that waits for its own rule, or for the end. */
const waiting = (e: Expr): Expr => ({ kind: "differential", of: e });

export const isDifferential = (e: Expr): boolean => e.kind === "differential";

/**
 * The differential of an expression with d moved inside sums, products and linear operators, down to names and
 * to functions, which keep their d for a line of their own. `undefined` is zero: nothing inside changes.
 */
export function moveInside(p: Products, e: Expr): Expr | undefined {
  const { context } = p;
  if (!context.depends(e)) return undefined;
  const d = (x: Expr): Expr | undefined => moveInside(p, x);
  switch (e.kind) {
    case "name":
      return waiting(e);
    case "sumover": {
      const body = d(e.body);
      context.use("linear");
      return body === undefined ? undefined : { ...e, body };
    }
    case "index": {
      const base = d(e.base);
      context.use("linear");
      return base === undefined ? undefined : { ...e, base };
    }
    case "literal": {
      context.use("linear");
      return { ...e, rows: e.rows.map((r) => r.map((x) => d(x) ?? zeroLike(p, x))) };
    }
    case "apply":
      break;
    default:
      throw new Stuck("this part has no differential here");
  }
  const [a, b] = e.args as [Expr, Expr];
  switch (e.op) {
    case "add":
    case "sub":
    case "neg": {
      context.use("linear");
      return sumOrZero(
        mergeLike(
          p,
          p.terms(e).flatMap((t) => differentiateTerm(p, t)),
        ),
      );
    }
    case "mul":
    case "div":
      if (e.op === "div" && !context.isScalar(b))
        return d(apply("hdiv", apply("mul", a, onesOf(context.shapeOf(b))), b));
      return sumOrZero(differentiateTerm(p, p.term(e)));
    case "transpose": {
      context.use("linear");
      const da = d(a);
      if (da === undefined) return undefined;
      return p.terms(da).length === 1 ? transpose(p, da) : apply("transpose", da);
    }
    case "hadamard":
    case "kron": {
      const da = d(a);
      const db = d(b);
      const left = da === undefined ? undefined : entries(p, e.op, da, b);
      const right = db === undefined ? undefined : entries(p, e.op, a, db);
      if (left === undefined && right === undefined) return undefined;
      context.use(
        left !== undefined && right !== undefined ? (e.op === "kron" ? "product" : "hadamard-product") : "linear",
      );
      return left === undefined ? right! : right === undefined ? left : buildSum([...p.terms(left), ...p.terms(right)]);
    }
    case "hdiv":
      return quotient(p, a, b);
    case "pow":
    case "hpow":
      return power(p, e);
    default:
      if (e.op === "tr" && a.kind === "apply" && a.op in TRACE_OF_FUNCTION) return waiting(e);
      if (LINEAR.has(e.op)) {
        context.use("linear");
        const da = d(a);
        return da === undefined ? undefined : throughSign(p, e.op, da);
      }
      if (isPiecewiseConstant(e.op)) {
        context.use("piecewise-constant");
        return undefined;
      }
      return waiting(e);
  }
}

const sumOrZero = (terms: readonly Term[]): Expr | undefined => (terms.length === 0 ? undefined : buildSum(terms));

/** `.*` or `kron`, numbers in front. */
function entries(p: Products, op: "hadamard" | "hdiv" | "kron", a: Expr, b: Expr): Expr {
  if (op !== "kron") return entrywiseProduct(p, op, a, b);
  const front = (e: Expr): { term: Term; rest: Expr } => {
    const list = p.terms(e);
    const t = list.length === 1 ? list[0]! : undefined;
    if (t === undefined || t.chain.length === 0) return { term: UNIT, rest: e };
    return { term: { ...t, chain: [] }, rest: build({ ...UNIT, chain: t.chain }) };
  };
  const x = front(a);
  const y = front(b);
  return build(p.times(p.times(x.term, y.term), p.term(apply(op, x.rest, y.rest))));
}

/** A linear operator with the number and sign of its argument taken out, where the argument is one product. */
export function throughSign(p: Products, op: string, e: Expr): Expr {
  const list = p.terms(e);
  const t = list.length === 1 ? list[0]! : undefined;
  if (t === undefined || t.chain.length === 0) return apply(op, e);
  const inner = build({ ...UNIT, chain: t.chain });
  return build(p.times({ ...t, chain: [] }, p.term(apply(op, inner))));
}

/** The product rule for a term: one term for each factor that changes. */
function differentiateTerm(p: Products, t: Term): Term[] {
  const { context } = p;
  const out: Term[] = [];
  t.powers.forEach(({ base, exponent }, i) => {
    const db = moveInside(p, base);
    if (db === undefined) return;
    const rest: Term = { ...t, powers: t.powers.filter((_, k) => k !== i), chain: [] };
    const lowered: Term =
      exponent === 1
        ? UNIT
        : { ...UNIT, coef: exponent, powers: exponent === 1 ? [] : [{ base, exponent: exponent - 1 }] };
    if (exponent !== 1) context.use(exponent < 0 ? "quotient" : "power");
    const front = p.times(p.times(rest, lowered), p.term(db));
    out.push(p.times(front, { ...UNIT, chain: t.chain }));
  });
  t.chain.forEach((factor, i) => {
    const df = moveInside(p, factor);
    if (df === undefined) return;
    const before: Term = { ...UNIT, chain: t.chain.slice(0, i) };
    const after: Term = { ...UNIT, chain: t.chain.slice(i + 1) };
    const front: Term = { ...t, chain: [] };
    out.push(p.times(front, p.times(p.times(before, p.term(df)), after)));
  });
  context.use(out.length > 1 ? "product" : "linear");
  return out;
}

/** d(a./b) = da./b - (a./b.^2).*db. */
function quotient(p: Products, a: Expr, b: Expr): Expr | undefined {
  const { context } = p;
  const da = moveInside(p, a);
  const db = moveInside(p, b);
  const left = da === undefined ? [] : p.terms(entries(p, "hdiv", da, b));
  if (db === undefined) {
    context.use("linear");
    return sumOrZero(left);
  }
  context.use("quotient");
  const squared = entries(p, "hdiv", a, apply("hpow", b, num(2)));
  const right = p.terms(entries(p, "hadamard", squared, db)).map((t) => ({ ...t, coef: -t.coef }));
  return buildSum([...left, ...right]);
}

function power(p: Products, e: ApplyExpr): Expr | undefined {
  const { context } = p;
  const [a, b] = e.args as [Expr, Expr];
  const shape = context.shapeOf(a);
  const scalar = isScalar(shape);
  const da = moveInside(p, a);
  const db = moveInside(p, b);
  if (e.op === "pow" && !scalar) return matrixPower(p, a, b);
  const op = scalar ? "pow" : "hpow";
  const terms: Term[] = [];
  if (da !== undefined) {
    const less = b.kind === "number" ? num(b.value - 1) : apply("sub", b, num(1));
    const lowered =
      less.kind === "number" && less.value === 1
        ? a
        : less.kind === "number" && less.value === 0
          ? onesOf(shape)
          : apply(op, a, less);
    const inner =
      less.kind === "number" && less.value === 0
        ? da
        : scalar
          ? p.product(lowered, da)
          : entries(p, "hadamard", lowered, da);
    terms.push(p.times(p.term(b), p.term(inner)));
    context.use("power");
  }
  if (db !== undefined) {
    const grown = scalar ? p.product(e, apply("log", a)) : apply("hadamard", e, apply("log", a));
    terms.push(p.times(p.term(grown), p.term(db)));
    context.use("exponent");
  }
  return sumOrZero(terms);
}

/** A whole power of a matrix is a product, a negative one of the inverse. */
function matrixPower(p: Products, a: Expr, b: Expr): Expr | undefined {
  if (b.kind !== "number" || !Number.isInteger(b.value) || Math.abs(b.value) > 8)
    throw new Stuck("this power of a matrix cannot be written out");
  if (b.value < 0) return waiting(b.value === -1 ? apply("inv", a) : apply("inv", apply("pow", a, num(-b.value))));
  const k = b.value;
  if (k === 1) return moveInside(p, a);
  const part = (n: number): Expr[] => (n === 0 ? [] : n === 1 ? [a] : [apply("pow", a, num(n))]);
  const da = moveInside(p, a);
  if (da === undefined) return undefined;
  p.context.use("product");
  return buildSum(Array.from({ length: k }, (_, i) => p.term(p.product(...part(i), da, ...part(k - 1 - i)))));
}

/** The rules of functions, applied wherever a differential waits for one; `undefined` where none does. */
export function applyFunctionRules(p: Products, e: Expr): Expr | undefined {
  let found = false;
  // What a rule brings in waits for a line of its own.
  const fresh = new Set<Expr>();
  const visit = (x: Expr): Expr => {
    if (x.kind === "differential") {
      if (x.of.kind !== "apply" || fresh.has(x)) return x;
      found = true;
      return functionRule(p, x.of);
    }
    if (x.kind === "apply" && x.op === "tr") {
      const inside = underTrace(p, x.args[0]!, fresh);
      if (inside !== undefined) {
        found = true;
        return apply("tr", visit(inside));
      }
    }
    return mapChildren(x, visit);
  };
  const out = visit(e);
  return found ? p.tidy(out) : undefined;
}

/**
 * The terms under a trace in which d(f(X)) of a matrix function stands beside what commutes with X, rewritten by
 * tr(A·d(f(X))) = tr(A·f′(X)·dX) (Higham, Functions of Matrices, 2008, ch. 3); `undefined` where there is none.
 */
function underTrace(p: Products, e: Expr, fresh: Set<Expr>): Expr | undefined {
  let found = false;
  const terms = p.terms(e).map((t) => {
    const at = t.chain.findIndex((f) => f.kind === "differential" && f.of.kind === "apply" && f.of.op in TRACE_OF_FUNCTION); // prettier-ignore
    if (at === -1) return t;
    const f = (t.chain[at] as DifferentialExpr).of as ApplyExpr;
    const inner = f.args[0]!;
    const beside = [...t.chain.slice(at + 1), ...t.chain.slice(0, at)];
    const [only, ...others] = p.terms(inner);
    // What commutes with X commutes with 2X.
    const core = others.length === 0 && only?.chain.length === 1 ? only.chain[0]! : inner;
    if (!beside.every((b) => commutes(p, b, core))) return t;
    found = true;
    const slope = fromTemplate(TRACE_OF_FUNCTION[f.op]!, new Map([["X", inner]]));
    const change = waiting(inner);
    fresh.add(change);
    return p.times({ ...t, chain: [] }, p.term(p.product(...beside, slope, change)));
  });
  if (!found) return undefined;
  p.context.use("trace-of-commuting");
  return buildSum(terms);
}

/** Whether a matrix is made of X and of functions of X alone, and so commutes with it. */
function commutes(p: Products, e: Expr, x: Expr): boolean {
  if (sameExpr(e, x) || p.context.isScalar(e)) return true;
  if (e.kind !== "apply") return false;
  if (e.op === "eye") return true;
  if (e.op === "transpose" && !isSymmetric(p, x)) return false;
  return FUNCTIONS_OF_ONE.has(e.op) && e.args.every((a) => commutes(p, a, x));
}

/** Operators that make functions of a matrix out of functions of it. */
const FUNCTIONS_OF_ONE = new Set(["add", "sub", "neg", "mul", "div", "pow", "inv", "transpose", ...Object.keys(TRACE_OF_FUNCTION)]); // prettier-ignore

/** d moved inside wherever a differential stands before something that is neither a name nor a function. */
export function moveAllInside(p: Products, e: Expr): Expr | undefined {
  let found = false;
  const visit = (x: Expr): Expr => {
    if (x.kind === "differential") {
      if (x.of.kind === "name") return x;
      const y = moveInside(p, x.of) ?? zeroLike(p, x.of);
      if (y.kind === "differential" && y.of === x.of) return x;
      found = true;
      return y;
    }
    return mapChildren(x, visit);
  };
  const out = visit(e);
  return found ? p.tidy(out) : undefined;
}

const zeroLike = (p: Products, e: Expr): Expr => zerosOf(p.context.shapeOf(e));

/** The differential of a function of the operator table, its argument's differential left standing. */
function functionRule(p: Products, f: ApplyExpr): Expr {
  const { context } = p;
  const op = operator(f.op);
  const u = f.args[0]!;
  const shape = context.shapeOf(u);
  const du = waiting(u);
  if (f.op === "norm2") {
    context.use("d-norm2");
    const inner =
      isScalar(shape) || isColumn(shape)
        ? p.product(apply("transpose", u), du)
        : apply("tr", p.product(apply("transpose", u), du));
    return apply("div", isScalar(shape) ? apply("mul", u, du) : inner, f);
  }
  if (f.op === "tr" && u.kind === "apply" && u.op in TRACE_OF_FUNCTION) {
    context.use("trace-of-function");
    const inner = u.args[0]!;
    return fromTemplate(
      `tr(${TRACE_OF_FUNCTION[u.op]!}*dX)`,
      new Map([
        ["X", inner],
        ["dX", waiting(inner)],
      ]),
    );
  }
  const rule = op?.rule;
  if (rule === undefined || op === undefined) throw new Stuck(`${f.op} has no differential here`);
  context.use(`d-${f.op}`);
  if ("pointwise" in rule) {
    if (isScalar(shape)) return p.product(entrywise(rule.pointwise, u, shape), du);
    const r = reciprocal(rule.pointwise);
    if (r !== undefined)
      return entries(p, "hdiv", p.product(entrywise(r.above, u, SCALAR), du), entrywise(r.below, u, shape));
    return entries(p, "hadamard", p.tidy(entrywise(rule.pointwise, u, shape)), du);
  }
  if ("differential" in rule) {
    const template = typeof rule.differential === "string" ? rule.differential : rule.differential([shape]);
    if (template === undefined) throw new Stuck(`${f.op} has no differential for this shape`);
    return fromTemplate(
      template,
      new Map([
        ["X", u],
        ["dX", du],
      ]),
    );
  }
  throw new Stuck(`${f.op} has no differential here`);
}
