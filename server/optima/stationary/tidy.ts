import { apply, type ApplyExpr, children, type Expr, num, sameExpr, size, withChildren } from "../../core/ast";
import { isColumn, isScalar } from "../../core/shape";
import { tableOf } from "../../core/table";
import { simplify } from "../../calculus";
import { termsOf, sumOfTerms } from "../inline";
import type { World } from "../curvature/world";

/** A solution as a person would write it: products in a row, functions that undo each other, softmax and log-sum-exp. */
export function tidied(e: Expr, world: World): Expr {
  let out = e;
  for (let pass = 0; pass < 8; pass++) {
    const next = rewritten(out, world);
    if (sameExpr(next, out)) break;
    out = next;
  }
  return out;
}

function rewritten(e: Expr, world: World): Expr {
  const parts = children(e);
  if (parts.length === 0) return e;
  const next = parts.map((p) => rewritten(p, world));
  const same = next.every((p, i) => p === parts[i]) ? e : withChildren(e, next);
  return same.kind === "apply" ? (rule(same.op, same.args, world) ?? same) : same;
}

const isApply = <Op extends string>(e: Expr | undefined, op: Op): e is ApplyExpr & { readonly op: Op } =>
  e?.kind === "apply" && e.op === op;
const isNumber = (e: Expr | undefined, value: number): boolean => e?.kind === "number" && e.value === value;

/** Signs for numbers that are written for entries. */
const PLAIN: Readonly<Record<string, string>> = tableOf({
  hadamard: "mul",
  hdiv: "div",
  hpow: "pow",
});

function rule(op: string, args: readonly Expr[], world: World): Expr | undefined {
  const [a, b] = args as [Expr, Expr];
  switch (op) {
    case "mul": {
      // A product of matrices is written in a row.
      if (isApply(b, "mul") && !isScalar(world.shape(a)) && !isScalar(world.shape(b)) && !world.isScalar(apply("mul", a, b)))
        return apply("mul", apply("mul", a, b.args[0]!), b.args[1]!);
      if (isNumber(a, 1)) return b;
      return isNumber(b, 1) ? a : undefined;
    }
    case "div":
      if (isNumber(b, 1)) return a;
      if (isApply(b, "neg")) return apply("neg", apply("div", a, b.args[0]!));
      return isNumber(b, -1) || (isApply(b, "neg") && isNumber(b.args[0], 1)) ? apply("neg", a) : undefined;
    case "neg":
      if (isApply(a, "neg")) return a.args[0];
      return isApply(a, "sub") && isApply(a.args[0], "log") ? apply("sub", a.args[1]!, a.args[0]) : undefined;
    case "add":
      if (isApply(b, "neg")) return apply("sub", a, b.args[0]!);
      if (a.kind === "number" && a.value < 0) return apply("sub", b, num(-a.value));
      return isApply(a, "neg") && !isApply(b, "neg") ? apply("sub", b, a.args[0]!) : undefined;
    case "hadamard":
    case "hdiv":
    case "hpow":
      return isScalar(world.shape(a)) ? apply(PLAIN[op]!, a, b) : undefined;
    case "sub":
      if (isApply(b, "neg")) return apply("add", a, b.args[0]!);
      if (isApply(b, "sub")) return apply("add", apply("sub", a, b.args[0]!), b.args[1]!);
      return undefined;
    case "pow":
      return isApply(a, "neg") && isNumber(b, 2) ? apply("pow", a.args[0]!, b) : undefined;
    case "exp":
      if (isApply(a, "log")) return a.args[0];
      if (isApply(a, "neg") && isApply(a.args[0], "log")) return apply("div", num(1), a.args[0].args[0]!);
      if (isScalar(world.shape(a))) return shorter("exp", a, world);
      return constantExp(a, world) ?? softmaxOf(a, world);
    case "sqrt": {
      // sqrt(norm2(r)^2/n)
      const squared = isApply(a, "div") ? a.args[0]! : a;
      const norm = isApply(squared, "pow") && isNumber(squared.args[1], 2) && isApply(squared.args[0], "norm2") ? squared.args[0] : undefined;
      if (norm === undefined) return undefined;
      return isApply(a, "div") ? apply("div", norm, apply("sqrt", a.args[1]!)) : norm;
    }
    case "log":
      if (isApply(a, "exp")) return a.args[0];
      if (isApply(a, "div") && isNumber(a.args[0], 1)) return apply("neg", apply("log", a.args[1]!));
      if (isApply(a, "mul") && isApply(a.args[1], "exp") && isScalar(world.shape(a.args[0]!))) return apply("add", apply("log", a.args[0]!), a.args[1].args[0]!);
      return isApply(a, "sum") && isApply(a.args[0], "exp") && isColumn(world.shape(a.args[0])) ? apply("logsumexp", a.args[0].args[0]!) : undefined;
    case "sum": {
      const k = isScalar(world.shape(a)) || isApply(a, "ones") ? undefined : constantTerm(a, world);
      return k === undefined ? undefined : simplify(apply("mul", apply("sum", world.term(a).chain[0]!), k), world.scope);
    }
    case "logsumexp":
      return shifted(a, world);
    default:
      return undefined;
  }
} // prettier-ignore

/** k, where a term is k·ones. */
function constantTerm(e: Expr, world: World): Expr | undefined {
  const t = world.term(e);
  const last = t.chain[0];
  if (t.chain.length !== 1 || !isApply(last, "ones")) return undefined;
  const number = num(t.coef / t.over);
  return t.powers.reduce<Expr>((k, p) => apply("mul", k, p.exponent === 1 ? p.base : apply("pow", p.base, num(p.exponent))), number); // prettier-ignore
}

/** The same with a shorter argument, where there is one. */
function shorter(op: string, a: Expr, world: World): Expr | undefined {
  const plain = simplify(a, world.scope);
  return size(plain) < size(a) ? apply(op, plain) : undefined;
}

/** exp of a multiple of ones. */
function constantExp(u: Expr, world: World): Expr | undefined {
  const k = isScalar(world.shape(u)) ? undefined : constantTerm(u, world);
  if (k === undefined) return undefined;
  const factor = tidied(apply("exp", simplify(k, world.scope)), world);
  const ones = world.term(u).chain[0]!;
  return isApply(factor, "div") && isNumber(factor.args[0], 1) ? apply("div", ones, factor.args[1]!) : apply("mul", factor, ones);
} // prettier-ignore

/** logsumexp(u + k·ones) is logsumexp(u) + k. */
function shifted(u: Expr, world: World): Expr | undefined {
  const all = constantTerm(u, world);
  if (all !== undefined && isColumn(world.shape(u))) {
    const n = world.term(u).chain[0]!;
    return simplify(apply("add", apply("log", (n as ApplyExpr).args[0]!), all), world.scope);
  }
  const terms = termsOf(u);
  const at = terms.findIndex((t) => constantTerm(t.term, world) !== undefined);
  const rest = at < 0 ? undefined : sumOfTerms(terms.filter((_, i) => i !== at));
  if (rest === undefined) return undefined;
  const k = constantTerm(terms[at]!.term, world)!;
  return apply(terms[at]!.sign > 0 ? "add" : "sub", apply("logsumexp", rest), k);
}

/** exp(u + k·ones) where all constants add up to -logsumexp(u) is softmax(u). */
function softmaxOf(u: Expr, world: World): Expr | undefined {
  const terms = termsOf(u);
  const constants = terms.filter((t) => constantTerm(t.term, world) !== undefined);
  const rest = sumOfTerms(terms.filter((t) => !constants.includes(t)));
  if (rest === undefined || constants.length === 0 || !isColumn(world.shape(rest))) return undefined;
  const sums = constants.flatMap((t) => termsOf(constantTerm(t.term, world)!, t.sign));
  let number = 0;
  let logs = 0;
  for (const { sign, term } of sums) {
    if (term.kind === "number") number += sign * term.value;
    else if (
      isApply(term, "mul") &&
      isNumber(term.args[0], 1) &&
      isApply(term.args[1], "logsumexp") &&
      sameExpr(term.args[1].args[0]!, rest)
    )
      logs += sign; // prettier-ignore
    else if (isApply(term, "logsumexp") && sameExpr(term.args[0]!, rest)) logs += sign;
    else {
      // A factor in front of a sum: its terms.
      const inner = isApply(term, "mul") && isNumber(term.args[0], 1) ? termsOf(term.args[1]!, sign) : undefined;
      if (inner === undefined) return undefined;
      for (const t of inner) {
        if (t.term.kind === "number") number += t.sign * t.term.value;
        else if (isApply(t.term, "logsumexp") && sameExpr(t.term.args[0]!, rest)) logs += t.sign;
        else return undefined;
      }
    }
  }
  return logs === -1 && number === 0 ? apply("softmax", rest) : undefined;
}
