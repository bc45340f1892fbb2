import { apply, children, type Expr, name, num, withChildren } from "../../core/ast";
import { exprKey } from "../../core/exprKey";
import { isScalar } from "../../core/shape";
import { tableOf } from "../../core/table";
import type { Variable } from "../../core/scope";
import { derive, simplify } from "../../calculus";
import { build, type Term, UNIT } from "../../derivation/term";
import { sumOfTerms, termsOf } from "../inline";
import type { World } from "../curvature/world";
import { isNonzero, isPositive } from "../curvature/range";
import {
  atOne,
  atZero,
  dividesByIt,
  isSolution,
  mentions,
  shortest,
  solveLinear,
  type Solution,
  type Unsolved,
  scalarQuotient,
} from "./equation";

/** Powers of a number by which an equation may be multiplied, to make it one of first or second degree. */
const MULTIPLIERS = [1, 2, 3, -1, -2, 0.5, 1.5];

/** Equations of one number: linear or quadratic after multiplying by a power of it, two powers, or one function of it. */
export function solveScalar(equation: Expr, v: Variable, world: World): Solution | Unsolved | undefined {
  if (!isScalar(v.shape)) return undefined;
  const x = name(v.name);
  const positive = v.properties.has("positive");
  const own = pulled(equation, v, world);
  const isolated = isolate(own, v, world);
  if (isolated !== undefined) return isolated;
  if (!isAlgebraic(equation, v.name) || (!positive && !dividesByIt(equation, v.name))) return undefined;
  const read = byPowers(own, v, world);
  if (read !== undefined) return read;
  const powers = MULTIPLIERS.map((k) => apply("mul", apply("pow", x, num(k)), equation));
  for (const product of [...powers, ...overDenominators(equation, v.name, world)]) {
    const multiplied = simplify(product, world.scope);
    const linear = solveLinear(multiplied, v, world);
    if (linear !== undefined && isSolution(linear)) {
      if (linear.value.kind === "number" && linear.value.value === 0) return { why: "never", shown: equation };
      return linear;
    }
    if (linear !== undefined && linear.why === "constant") return { why: "never", shown: equation };
    const quadratic = solveQuadratic(multiplied, v, world);
    if (quadratic !== undefined) return quadratic;
  }
  return twoPowers(equation, v, world);
}

/** The coefficients of the powers of a number in an equation, in the words it is given in. */
function coefficients(e: Expr, v: string, world: World): Map<number, Expr[]> | undefined {
  const out = new Map<number, Expr[]>();
  const { products } = world;
  const add = (t: Term): boolean => {
    const at = t.powers.findIndex((p) => mentions(p.base, v) && !(p.base.kind === "name" && p.base.name === v));
    if (at < 0) {
      if (t.chain.some((c) => mentions(c, v))) return false;
      const own = t.powers.find((p) => p.base.kind === "name" && p.base.name === v)?.exponent ?? 0;
      const rest = build({
        ...t,
        powers: t.powers.filter((p) => !(p.base.kind === "name" && p.base.name === v)),
      });
      out.set(own, [...(out.get(own) ?? []), rest]);
      return true;
    }
    // A sum in brackets is multiplied out.
    const { base, exponent } = t.powers[at]!;
    const inner = termsOf(base);
    if (exponent !== 1 || inner.length < 2) return false;
    const rest = { ...t, powers: t.powers.filter((_, i) => i !== at) };
    return inner.every(({ sign, term }) =>
      add(products.times({ ...rest, coef: sign * rest.coef }, products.term(term))),
    );
  };
  return termsOf(e).every(({ sign, term }) => add(withSign(products.term(term), sign))) ? out : undefined;
}

const withSign = (t: Term, sign: 1 | -1): Term => ({
  ...t,
  coef: sign * t.coef,
});

/** a·x^(k+1) + b·x^k = 0, read off the powers. */
function byPowers(e: Expr, v: Variable, world: World): Solution | undefined {
  const found = coefficients(e, v.name, world);
  if (found === undefined || found.size !== 2) return undefined;
  const [low, high] = [...found.keys()].sort((a, b) => a - b) as [number, number];
  if (high - low !== 1) return undefined;
  const sum = (parts: readonly Expr[]): Expr => parts.reduce((a, b) => apply("add", a, b));
  const [a, b] = [sum(found.get(high)!), sum(found.get(low)!)];
  return { value: scalarQuotient(apply("neg", b), a, world), divisors: [a] };
}

/** An equation times all that its terms divide by. */
function overDenominators(e: Expr, v: string, world: World): Expr[] {
  const terms = termsOf(e).map(({ sign, term }) => ({
    sign,
    term: world.term(term),
  }));
  const under = new Map<string, { base: Expr; exponent: number }>();
  for (const { term } of terms)
    for (const { base, exponent } of term.powers)
      if (exponent < 0 && mentions(base, v)) {
        const key = exprKey(base);
        under.set(key, {
          base,
          exponent: Math.max(-exponent, under.get(key)?.exponent ?? 0),
        });
      }
  if (under.size < 2) return [];
  const by = { ...UNIT, powers: [...under.values()] };
  const sum = sumOfTerms(
    terms.map(({ sign, term }) => ({
      sign,
      term: build(world.products.times(term, by)),
    })),
  );
  return sum === undefined ? [] : [sum];
}

/** Whether a number occurs only in sums, products, quotients and powers: what multiplying by powers of it can help. */
const isAlgebraic = (e: Expr, v: string): boolean =>
  !mentions(e, v) ||
  e.kind === "name" ||
  (e.kind === "apply" && ALGEBRA.has(e.op) && e.args.every((a) => isAlgebraic(a, v)));

const ALGEBRA = new Set(["add", "sub", "neg", "mul", "div", "pow", "sqrt"]);

/** a·x² + b·x + c = 0 with one positive root: where a and c are of opposite sign. */
function solveQuadratic(e: Expr, v: Variable, world: World): Solution | undefined {
  if (!v.properties.has("positive")) return undefined;
  const second = derive({ expr: e, wrt: [v.name, v.name], scope: world.scope });
  const first = derive({ expr: e, wrt: [v.name], scope: world.scope });
  if (!second.ok || !first.ok || mentions(second.expr, v.name)) return undefined;
  const a = simplify(apply("div", second.expr, num(2)), world.scope);
  const b = simplify(apply("sub", atOne(first.expr, v, world), second.expr), world.scope);
  const c = simplify(apply("sub", apply("sub", atOne(e, v, world), a), b), world.scope);
  const signs = [world.sign(a), world.sign(c)];
  if (signs.some((s) => s === undefined || Math.abs(s) !== 2) || Math.sign(signs[0]!) === Math.sign(signs[1]!)) return undefined; // prettier-ignore
  const down = signs[0]! < 0;
  const [p, q, r] = down ? [a, b, c].map((x) => simplify(apply("neg", x), world.scope)) as [Expr, Expr, Expr] : [a, b, c]; // prettier-ignore
  const four = simplify(apply("mul", num(-4), apply("mul", p, r)), world.scope);
  const isZero = q.kind === "number" && q.value === 0;
  const root = apply("sqrt", isZero ? four : apply("add", apply("pow", unsigned(q), num(2)), four));
  const top = isZero ? root : apply("add", simplify(apply("neg", q), world.scope), root);
  const value = apply("div", top, simplify(apply("mul", num(2), p), world.scope));
  const one = value.args[1]!;
  return { value: one.kind === "number" && one.value === 1 ? top : isZero ? simplify(value, world.scope) : value, divisors: [p], inDomain: true }; // prettier-ignore
}

/** The same up to its sign, without a minus in front. */
const unsigned = (e: Expr): Expr => (e.kind === "apply" && e.op === "neg" ? e.args[0]! : e);

/** a·x^p + b·x^q = 0 for a positive x. */
function twoPowers(equation: Expr, v: Variable, world: World): Solution | undefined {
  if (!v.properties.has("positive")) return undefined;
  const terms = termsOf(simplify(equation, world.scope));
  if (terms.length !== 2) return undefined;
  const read = terms.map(({ sign, term }) => {
    const t = world.term(term);
    const own = t.powers.find((p) => p.base.kind === "name" && p.base.name === v.name)?.exponent ?? 0;
    const rest = simplify(apply("div", sign > 0 ? term : apply("neg", term), apply("pow", name(v.name), num(own))), world.scope);
    return mentions(rest, v.name) ? undefined : { power: own, rest };
  }); // prettier-ignore
  const [first, second] = read;
  if (first === undefined || second === undefined || first.power === second.power) return undefined;
  // a·x^p = -b·x^q: x^(p - q) = -b/a
  const ratio = simplify(apply("neg", apply("div", second.rest, first.rest)), world.scope);
  const p = first.power - second.power;
  return { value: power(ratio, 1 / p), divisors: [first.rest, second.rest] };
}

function power(e: Expr, p: number): Expr {
  if (p === 1) return e;
  if (p === 0.5) return apply("sqrt", e);
  const inverse = 1 / p;
  const exponent = Number.isInteger(p) ? num(p) : Number.isInteger(inverse) ? apply("div", num(1), num(inverse)) : num(p);
  return apply("pow", e, exponent);
} // prettier-ignore

/** f - g = 0 for positive f and g: their logarithms are equal, where those are linear in the variable. */
export function balanced(equation: Expr, v: Variable, world: World): Solution | Unsolved | undefined {
  const terms = termsOf(equation);
  if (terms.length !== 2 || terms[0]!.sign === terms[1]!.sign) return undefined;
  const [f, g] = terms.map(({ term }) => logOf(term, world));
  if (f === undefined || g === undefined) return undefined;
  return solveLinear(simplify(apply("sub", f, g), world.scope), v, world);
}

/** log of a positive product, taken apart; `undefined` where a factor may not be positive. */
function logOf(e: Expr, world: World): Expr | undefined {
  if (e.kind === "apply") {
    const [a, b] = e.args as [Expr, Expr];
    if (e.op === "exp") return a;
    const entrywise = e.op === "hadamard" || e.op === "hdiv" || (isScalar(world.shape(a)) && e.args.length > 1 && isScalar(world.shape(b))); // prettier-ignore
    if (entrywise && /^(?:mul|div|hadamard|hdiv)$/.test(e.op)) {
      const [x, y] = [logOf(a, world), logOf(b, world)];
      if (x === undefined || y === undefined) return undefined;
      return apply(e.op === "mul" || e.op === "hadamard" ? "add" : "sub", x, y);
    }
  }
  return isPositive(world.range(e)) ? apply("log", e) : undefined;
}

/** Equations that a function of each entry is equal to something: log(x) + c = 0, exp(x) - a = 0, M·φ(x) = b. */
export function isolate(equation: Expr, v: Variable, world: World): Solution | undefined {
  const terms = termsOf(equation);
  const moving = terms.filter((t) => mentions(t.term, v.name));
  if (moving.length !== 1) return undefined;
  const rest = sumOfTerms(terms.filter((t) => t !== moving[0]).map((t) => ({ ...t, sign: t.sign === 1 ? -1 : 1 })));
  if (rest === undefined) return rootOf(moving[0]!.term, v, world);
  const right = moving[0]!.sign > 0 ? rest : apply("neg", rest);
  return peel(moving[0]!.term, simplify(right, world.scope), v, world, []);
}

/** Functions that are zero at zero only. */
const ODD = new Set(["tanh", "arctan", "sinh", "erf", "arcsin"]);

/** f(x) = 0: without factors that are positive, and functions that are zero at zero only. */
function rootOf(e: Expr, v: Variable, world: World): Solution | undefined {
  const linear = solveLinear(e, v, world);
  if (linear !== undefined) return isSolution(linear) && linear.vec !== true ? linear : undefined;
  if (e.kind !== "apply") return undefined;
  const [a, b] = e.args as [Expr, Expr];
  if (e.op === "neg" || ODD.has(e.op)) return rootOf(a, v, world);
  const nonzero = (x: Expr): boolean => isNonzero(world.range(x));
  const entrywise = e.op === "hadamard" || e.op === "hdiv" || (e.args.length > 1 && isScalar(world.shape(b)) ) || (e.op === "mul" && isScalar(world.shape(a))); // prettier-ignore
  if (!entrywise) return undefined;
  if (/^(?:mul|hadamard)$/.test(e.op)) return nonzero(a) ? rootOf(b, v, world) : nonzero(b) ? rootOf(a, v, world) : undefined;
  return /^(?:div|hdiv)$/.test(e.op) && nonzero(b) ? rootOf(a, v, world) : undefined;
} // prettier-ignore

/** The variable in f(x) = r, one layer after the other. */
function peel(left: Expr, right: Expr, v: Variable, world: World, divisors: readonly Expr[]): Solution | undefined {
  if (left.kind === "name") {
    if (left.name !== v.name) return undefined;
    const short = simplify(right, world.scope);
    return { value: shortest([right, short]), divisors };
  }
  if (left.kind !== "apply") return undefined;
  const [a, b] = left.args as [Expr, Expr];
  const next = (inner: Expr, r: Expr, more: readonly Expr[] = []): Solution | undefined =>
    peel(inner, r, v, world, [...divisors, ...more]);
  // What is not zero is no quotient of something by zero.
  const unlessNonzero = (top: Expr, under: Expr): readonly Expr[] => (isNonzero(world.range(top)) ? [] : [under]);
  const [inA, inB] = [mentions(a, v.name), left.args.length > 1 && mentions(b, v.name)];
  if (inA && inB) return undefined;
  const scalars = (e: Expr): boolean => isScalar(world.shape(e));
  switch (left.op) {
    case "neg":
      return next(a, apply("neg", right));
    case "transpose":
      return next(a, apply("transpose", right));
    case "add":
      return inA ? next(a, apply("sub", right, b)) : next(b, apply("sub", right, a));
    case "sub":
      return inA ? next(a, apply("add", right, b)) : next(b, apply("sub", a, right));
    case "hadamard":
      return inA ? next(a, apply("hdiv", right, b), [b]) : next(b, apply("hdiv", right, a), [a]);
    case "hdiv":
      return inA ? next(a, apply("hadamard", right, b)) : next(b, apply("hdiv", a, right), unlessNonzero(a, right));
    case "div":
      return inA ? next(a, apply("mul", right, b)) : scalars(a) && scalars(right) ? next(b, apply("div", a, right), unlessNonzero(a, right)) : undefined; // prettier-ignore
    case "mul": {
      const [fixed, moving] = inA ? [b, a] : [a, b];
      if (scalars(fixed)) return next(moving, apply("div", right, fixed), [fixed]);
      if (scalars(moving) || !world.tellsApart(fixed)) return undefined;
      if (world.shape(fixed).rows.key !== world.shape(fixed).cols.key) return undefined;
      const inverse = apply("inv", fixed);
      return next(moving, inA ? apply("mul", right, inverse) : apply("mul", inverse, right), [fixed]);
    }
    case "pow":
    case "hpow": {
      if (inB || (left.op === "pow" && !scalars(a))) return undefined;
      const p = world.exponent(b);
      if (typeof p !== "number" || !isPositive(world.range(a))) return undefined;
      const exponent = Number.isInteger(1 / p) ? num(1 / p) : apply("div", num(1), b);
      return next(a, apply(left.op, right, exponent));
    }
    default: {
      const inverse = INVERSES[left.op];
      return inverse === undefined || !inA ? undefined : next(a, inverse(right, onesLike(right, world)));
    }
  }
}

/** One, or ones in the shape of a value. */
function onesLike(e: Expr, world: World): Expr {
  const s = world.shape(e);
  if (isScalar(s)) return num(1);
  const dim = (key: string): Expr => (/^\d+$/.test(key) ? num(Number(key)) : name(key));
  return s.cols.key === "1" ? apply("ones", dim(s.rows.key)) : apply("ones", dim(s.rows.key), dim(s.cols.key));
}

/** Inverse functions; each is one to one where it is defined. */
const INVERSES: Readonly<Record<string, (y: Expr, one: Expr) => Expr>> = tableOf<(y: Expr, one: Expr) => Expr>({
  exp: (y) => apply("log", y),
  log: (y) => apply("exp", y),
  sqrt: (y) => apply("hpow", y, num(2)),
  sigmoid: (y, one) => apply("log", apply("hdiv", y, apply("sub", one, y))),
  softplus: (y, one) => apply("log", apply("sub", apply("exp", y), one)),
  tanh: (y, one) => apply("mul", num(0.5), apply("log", apply("hdiv", apply("add", one, y), apply("sub", one, y)))),
  arctan: (y) => apply("tan", y),
});

/** exp(u + k·l) as exp(k·l)·exp(u), for a number l: it stands before sums then. */
function pulled(e: Expr, v: Variable, world: World): Expr {
  if (!mentions(e, v.name)) return e;
  if (e.kind === "apply" && e.op === "exp" && !isScalar(world.shape(e))) {
    const slope = derive({
      expr: e.args[0]!,
      wrt: [v.name],
      scope: world.scope,
    });
    const k = slope.ok && !mentions(slope.expr, v.name) ? multipleOfOnes(slope.expr, world) : undefined;
    if (k === undefined) return e;
    const rest = atZero(e.args[0]!, v, world);
    return apply("mul", apply("exp", simplify(apply("mul", k, name(v.name)), world.scope)), apply("exp", rest));
  }
  const parts = children(e).map((c) => pulled(c, v, world));
  if (e.kind === "apply" && e.op === "sum" && !isScalar(world.shape(e.args[0]!))) {
    // Numbers stand before the sum.
    const t = world.term(parts[0]!);
    if (t.powers.some((p) => mentions(p.base, v.name)) && t.chain.length > 0)
      return build({
        ...t,
        chain: [apply("sum", build({ ...UNIT, chain: t.chain }))],
      });
  }
  return parts.every((p, i) => p === children(e)[i]) ? e : withChildren(e, parts);
}

/** k, where a value is k in every entry. */
function multipleOfOnes(e: Expr, world: World): Expr | undefined {
  const t = world.term(e);
  const last = t.chain[0];
  if (t.chain.length !== 1 || last?.kind !== "apply" || last.op !== "ones") return undefined;
  const k = simplify(apply("div", e, num(1)), world.scope);
  const factor = num(t.coef / t.over);
  return t.powers.length === 0 ? factor : t.powers.reduce<Expr>((a, p) => apply("mul", a, p.exponent === 1 ? p.base : apply("pow", p.base, num(p.exponent))), factor) ?? k; // prettier-ignore
}
