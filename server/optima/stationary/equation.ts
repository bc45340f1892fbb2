import { apply, type Expr, name, num, runsWith, sameExpr, size, substitute } from "../../core/ast";
import { isColumn, isMatrix, isScalar, sameShape } from "../../core/shape";
import type { Variable } from "../../core/scope";
import { derive, simplify } from "../../calculus";
import { build } from "../../derivation/term";
import type { World } from "../curvature/world";
import { zeroOf } from "./zero";

/** What solves an equation for a variable. */
export interface Solution {
  readonly value: Expr;
  /** `vec(X)`, where only that can be written. */
  readonly vec?: true;
  /** It is known to be of its variable's kind: the positive root. */
  readonly inDomain?: true;
  /** What was divided by, or inverted, on the way: it decides whether the solution is the only one. */
  readonly divisors: readonly Expr[];
}

/** Why there is none. */
export interface Unsolved {
  readonly why: "constant" | "always" | "never" | "nonlinear";
  readonly shown?: Expr;
}

export const isSolution = (r: Solution | Unsolved): r is Solution => "value" in r;

/** The value of an expression where a variable is zero, written short. */
export const atZero = (e: Expr, v: Variable, world: World): Expr =>
  simplify(substitute(e, new Map([[v.name, zeroOf(v.shape)]])), world.scope);

/** Whether a variable occurs. */
export const mentions = (e: Expr, v: string): boolean =>
  e.kind === "name" ? e.name === v : "args" in e ? e.args.some((a) => mentions(a, v)) : childrenMention(e, v);

function childrenMention(e: Expr, v: string): boolean {
  switch (e.kind) {
    case "literal":
      return e.rows.flat().some((x) => mentions(x, v));
    case "index":
      return mentions(e.base, v) || e.indices.some((i) => i !== null && mentions(i, v));
    case "sumover":
      return mentions(e.from, v) || mentions(e.to, v) || mentions(e.body, v);
    default:
      return false;
  }
}

const isZeroExpr = (e: Expr): boolean =>
  (e.kind === "number" && e.value === 0) || (e.kind === "apply" && e.op === "zeros");

/** A·x + c = 0 for x, where the derivative of the left side does not hang on x: vectors, numbers, and matrices by vec. */
export function solveLinear(equation: Expr, v: Variable, world: World): Solution | Unsolved | undefined {
  if (!mentions(equation, v.name)) return isZeroExpr(equation) ? { why: "always" } : { why: "constant", shown: equation };
  // As many equations as unknowns.
  if (!sameShape(world.shape(equation), v.shape)) return undefined;
  const jacobian = derive({ expr: equation, wrt: [v.name], scope: world.scope });
  if (!jacobian.ok || mentions(jacobian.expr, v.name)) return undefined;
  if (isZeroExpr(jacobian.expr)) return { why: "constant", shown: atZero(equation, v, world) };
  if (isScalar(v.shape)) {
    const constant = simplify(apply("sub", atOne(equation, v, world), jacobian.expr), world.scope);
    return scalarSystem(jacobian.expr, constant, world);
  }
  const constant = atZero(equation, v, world);
  return isMatrix(v.shape)
    ? matrixSystem(jacobian.expr, constant, v, world)
    : vectorSystem(jacobian.expr, constant, v, world);
} // prettier-ignore

/** The value of an expression where a number is one: a polynomial's coefficients follow, without dividing by zero. */
export const atOne = (e: Expr, v: Variable, world: World): Expr =>
  simplify(substitute(e, new Map([[v.name, num(1)]])), world.scope);

/** Whether a value is undefined where a number is zero. */
export const dividesByIt = (e: Expr, v: string): boolean =>
  e.kind === "apply" &&
  (((e.op === "div" || e.op === "hdiv") && mentions(e.args[1]!, v)) ||
    (e.op === "pow" && e.args[1]!.kind === "number" && e.args[1].value < 0 && mentions(e.args[0]!, v)) ||
    (e.op === "log" && mentions(e.args[0]!, v)) ||
    e.args.some((a) => dividesByIt(a, v)));

const minus = (e: Expr): Expr => apply("neg", e);
const quotient = (a: Expr, b: Expr): Expr => apply("div", a, b);

/** The number in front of a product, and the rest of it. */
function content(e: Expr, world: World): { coef: number; rest: Expr } {
  const t = world.term(e);
  const coef = t.coef / t.over;
  if (coef === 1 || coef === 0) return { coef: 1, rest: e };
  return { coef, rest: simplify(apply("div", e, num(coef)), world.scope) };
}

function scalarSystem(a: Expr, c: Expr, world: World): Solution {
  return { value: scalarQuotient(minus(c), a, world), divisors: [a] };
}

/** A quotient of numbers: in the words it was given in, or simplified, whichever is shorter. */
export function scalarQuotient(top: Expr, under: Expr, world: World): Expr {
  const whole = quotient(top, under);
  const plain = build(world.term(whole));
  return shortest([plain, simplify(whole, world.scope)]);
}

function vectorSystem(a: Expr, c: Expr, v: Variable, world: World): Solution {
  if (!isColumn(v.shape)) return { value: apply("transpose", vectorSystem(a, apply("transpose", c), { ...v, shape: { rows: v.shape.cols, cols: v.shape.rows } }, world).value), divisors: [a] };
  const { value, divisor } = leftSolve(a, c, world);
  return { value, divisors: [divisor] };
} // prettier-ignore

/** -A⁻¹·c, with what both sides have in common taken off first. */
function leftSolve(a: Expr, c: Expr, world: World): { value: Expr; divisor: Expr } {
  const [m, right] = [content(a, world), content(c, world)];
  const factor = -right.coef / m.coef;
  const cleared = withoutDivisors(m.rest, right.rest, world);
  const reduced = withoutCommon(cleared.a, cleared.c, world);
  const left = multipleOfEye(reduced.a, world);
  if (left !== undefined)
    return {
      value: simplify(scaleBy(factor, apply("div", reduced.c, left)), world.scope),
      divisor: left,
    };
  const value = scaleBy(factor, apply("mul", inverseOf(reduced.a), reduced.c));
  return {
    value: shortest([value, simplify(value, world.scope)]),
    divisor: reduced.a,
  };
}

/** s, of s·I. */
function multipleOfEye(e: Expr, world: World): Expr | undefined {
  const t = world.term(e);
  const m = t.chain[0];
  if (t.chain.length !== 1 || m?.kind !== "apply" || m.op !== "eye") return undefined;
  const factors = t.powers.map((p) => (p.exponent === 1 ? p.base : apply("pow", p.base, num(p.exponent))));
  return factors.reduce<Expr>((a, b) => apply("mul", a, b), num(t.coef / t.over));
}

/** Numbers that the right side is divided by are multiplied into the left one, where that is shorter. */
function withoutDivisors(a: Expr, c: Expr, world: World): { a: Expr; c: Expr } {
  for (const p of world.term(c).powers) {
    if (p.exponent >= 0) continue;
    const by = apply("pow", p.base, num(-p.exponent));
    const next = {
      a: simplify(apply("mul", by, a), world.scope),
      c: simplify(apply("mul", by, c), world.scope),
    };
    if (size(next.a) + size(next.c) < size(a) + size(c)) return next;
  }
  return { a, c };
}

/** An invertible matrix that stands on the left of both sides falls away. */
function withoutCommon(a: Expr, c: Expr, world: World): { a: Expr; c: Expr } {
  const t = world.term(c);
  const first = t.chain[0];
  if (first === undefined || t.chain.length < 2 || Math.abs(world.definite(first)?.sign ?? 0) !== 2) return { a, c };
  const inverse = apply("inv", first);
  const next = { a: simplify(apply("mul", inverse, a), world.scope), c: simplify(apply("mul", inverse, c), world.scope) };
  return size(next.a) + size(next.c) < size(a) + size(c) ? next : { a, c };
} // prettier-ignore

export const shortest = (forms: readonly Expr[]): Expr => forms.reduce((a, b) => (size(b) < size(a) ? b : a));

function inverseOf(e: Expr): Expr {
  if (e.kind === "apply" && (e.op === "eye" || e.op === "inv")) return e.op === "eye" ? e : e.args[0]!;
  return apply("inv", e);
}

function scaleBy(factor: number, e: Expr): Expr {
  if (factor === 1) return e;
  return factor === -1 ? minus(e) : apply("mul", num(factor), e);
}

/** Terms k·kron(P, Q) of a Jacobian by a matrix: what stands on the right, Pᵀ, and on the left, Q. */
interface Pair {
  readonly factor: Expr;
  readonly right: Expr;
  readonly left: Expr;
}

function matrixSystem(jacobian: Expr, constant: Expr, v: Variable, world: World): Solution {
  const pairs = pairsOf(jacobian, v, world);
  const isEye = (e: Expr): boolean => e.kind === "apply" && e.op === "eye";
  const side = (of: (p: Pair) => Expr): Expr => simplify(pairs!.map((p) => apply("mul", p.factor, of(p))).reduce((a, b) => apply("add", a, b)), world.scope);
  if (pairs !== undefined && pairs.length > 0) {
    if (pairs.every((p) => isEye(p.right)) || (pairs.length > 1 && pairs.every((p) => sameExpr(p.right, pairs[0]!.right)))) {
      const left = side((p) => p.left);
      return withRight(left, pairs[0]!.right, constant, world);
    }
    if (pairs.every((p) => isEye(p.left)) || (pairs.length > 1 && pairs.every((p) => sameExpr(p.left, pairs[0]!.left)))) {
      const right = side((p) => p.right);
      return withLeft(pairs[0]!.left, right, constant, world);
    }
    if (pairs.length === 1) return withRight(simplify(apply("mul", pairs[0]!.factor, pairs[0]!.left), world.scope), pairs[0]!.right, constant, world);
  }
  const [k, c] = [content(jacobian, world), content(constant, world)];
  const stacked = c.rest.kind === "apply" && c.rest.op === "vec" ? c.rest : apply("vec", c.rest);
  return { value: scaleBy(-c.coef / k.coef, apply("mul", apply("inv", k.rest), stacked)), vec: true, divisors: [k.rest] };
} // prettier-ignore

/** L·X·Rᵀ + C = 0. */
function withRight(left: Expr, right: Expr, constant: Expr, world: World): Solution {
  const first = leftSolve(left, constant, world);
  if (right.kind === "apply" && right.op === "eye") return { value: first.value, divisors: [first.divisor] };
  const value = apply("mul", first.value, inverseOf(simplify(apply("transpose", right), world.scope)));
  return {
    value: shortest([value, simplify(value, world.scope)]),
    divisors: [first.divisor, right],
  };
}

function withLeft(left: Expr, right: Expr, constant: Expr, world: World): Solution {
  const [m, c] = [content(right, world), content(constant, world)];
  const turned = inverseOf(simplify(apply("transpose", m.rest), world.scope));
  const inner = left.kind === "apply" && left.op === "eye" ? c.rest : apply("mul", inverseOf(left), c.rest);
  const value = scaleBy(-c.coef / m.coef, turned.kind === "apply" && turned.op === "eye" ? inner : apply("mul", inner, turned)); // prettier-ignore
  return {
    value: shortest([value, simplify(value, world.scope)]),
    divisors: [m.rest, left],
  };
}

/** A Jacobian as a sum of Kronecker products; `undefined` where it is of another form. */
function pairsOf(e: Expr, v: Variable, world: World): Pair[] | undefined {
  const { rows, cols } = v.shape;
  const eye = (key: string): Expr => apply("eye", /^\d+$/.test(key) ? num(Number(key)) : name(key));
  const visit = (x: Expr, factor: Expr): Pair[] | undefined => {
    if (x.kind === "apply" && (x.op === "add" || x.op === "sub")) {
      const a = visit(x.args[0]!, factor);
      const b = visit(x.args[1]!, x.op === "sub" ? minus(factor) : factor);
      return a === undefined || b === undefined ? undefined : [...a, ...b];
    }
    if (x.kind === "apply" && x.op === "neg") return visit(x.args[0]!, minus(factor));
    if (x.kind === "apply" && (x.op === "mul" || x.op === "div")) {
      const [a, b] = x.args as [Expr, Expr];
      if (isScalar(world.shape(a)) && x.op === "mul") return visit(b, times(factor, a));
      if (isScalar(world.shape(b))) return visit(a, x.op === "mul" ? times(factor, b) : quotient(factor, b));
      return undefined;
    }
    if (x.kind === "sumover") {
      const inner = visit(x.body, num(1));
      if (inner === undefined) return undefined;
      const out: Pair[] = [];
      for (const p of inner) {
        const [runsLeft, runsRight] = [runsWith(p.left, x.variable), runsWith(p.right, x.variable)];
        if (runsLeft && runsRight) return undefined;
        if (!runsLeft && !runsRight) {
          out.push({ ...p, factor: times(factor, { ...x, body: p.factor }) });
          continue;
        }
        const over = (e: Expr): Expr => ({
          ...x,
          body: p.factor.kind === "number" && p.factor.value === 1 ? e : apply("mul", p.factor, e),
        });
        out.push(
          runsLeft ? { factor, right: p.right, left: over(p.left) } : { factor, right: over(p.right), left: p.left },
        );
      }
      return out;
    }
    if (x.kind === "apply" && x.op === "kron") return [{ factor, right: x.args[0]!, left: x.args[1]! }];
    if (x.kind === "apply" && x.op === "eye") return [{ factor, right: eye(cols.key), left: eye(rows.key) }];
    return undefined;
  };
  const times = (a: Expr, b: Expr): Expr => (a.kind === "number" && a.value === 1 ? b : apply("mul", a, b));
  return visit(e, num(1));
}
