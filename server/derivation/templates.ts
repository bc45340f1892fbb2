import { apply, children, type Expr, num, substitute, withChildren } from "../core/ast";
import { isColumn, isScalar, type Shape } from "../core/shape";
import { parseExpression } from "../language/mcalc/parse";
import { dimExpr, Stuck } from "./context";

/** Templates of the operator table, read once. */
const read = new Map<string, Expr>();

function parsed(template: string): Expr {
  let e = read.get(template);
  if (e === undefined) {
    const p = parseExpression(template);
    if (p.problems.length > 0) throw new Stuck(`the template ${template} cannot be read`);
    e = withoutSpans(p.expr);
    read.set(template, e);
  }
  return e;
}

/** A tree without the places where it was written, so that a part inserted elsewhere points nowhere wrong. */
export function withoutSpans(e: Expr): Expr {
  const parts = children(e);
  const bare = (parts.length === 0 ? e : withChildren(e, parts.map(withoutSpans))) as Expr & { opSpan?: unknown };
  const { span: _span, opSpan: _opSpan, ...rest } = bare;
  return rest as Expr;
}

/** The template with its letters replaced: `X`, `Y`, and, for a differential, `dX`. */
export function fromTemplate(template: string, letters: ReadonlyMap<string, Expr>): Expr {
  const replace = (e: Expr): Expr => {
    if (e.kind === "differential" && e.of.kind === "name") return letters.get(`d${e.of.name}`) ?? e;
    if (e.kind === "name") return letters.get(e.name) ?? e;
    const parts = children(e);
    return parts.length === 0 ? e : withChildren(e, parts.map(replace));
  };
  return replace(parsed(template));
}

/** `ones` of a shape. */
export const onesOf = (s: Shape): Expr =>
  isScalar(s) ? num(1) : isColumn(s) ? apply("ones", dimExpr(s.rows)) : apply("ones", dimExpr(s.rows), dimExpr(s.cols));

export const zerosOf = (s: Shape): Expr =>
  isScalar(s)
    ? num(0)
    : isColumn(s)
      ? apply("zeros", dimExpr(s.rows))
      : apply("zeros", dimExpr(s.rows), dimExpr(s.cols));

/**
 * A formula of a scalar `u`, said of each entry of a matrix: products become `.*`, powers `.^`, and a number
 * beside a matrix becomes that number times `ones`.
 */
export function entrywise(template: string, u: Expr, shape: Shape): Expr {
  const e = parsed(template);
  if (isScalar(shape)) return substitute(e, new Map([["u", u]]));
  const constant = (x: Expr): boolean => x.kind !== "name" && children(x).every(constant);
  const full = (x: Expr): Expr => {
    if (!constant(x)) return spread(x);
    return x.kind === "number" && x.value === 1 ? onesOf(shape) : apply("mul", x, onesOf(shape));
  };
  const spread = (x: Expr): Expr => {
    if (x.kind === "name") return u;
    if (x.kind !== "apply" || constant(x)) return x;
    const [a, b] = x.args as [Expr, Expr];
    switch (x.op) {
      case "add":
      case "sub":
        return apply(x.op, full(a), full(b));
      case "mul":
        return constant(a) || constant(b)
          ? apply("mul", spread(a), spread(b))
          : apply("hadamard", spread(a), spread(b));
      case "div":
        return constant(b) ? apply("div", spread(a), b) : apply("hdiv", full(a), spread(b));
      case "pow":
        return apply("hpow", spread(a), b);
      default:
        return apply(x.op, ...x.args.map(spread));
    }
  };
  return full(e);
}

/** The numerator and denominator of a formula in `u` that is a quotient with a constant above: `-1/(1+u^2)`. */
export function reciprocal(template: string): { readonly above: string; readonly below: string } | undefined {
  const at = template.indexOf("/");
  if (at === -1) return undefined;
  const e = parsed(template);
  const above = template.slice(0, at);
  const below = template.slice(at + 1);
  if (e.kind !== "apply" || e.op !== "div" || /u/.test(above)) return undefined;
  return /^(?:\w|\(.*\))/.test(below) ? { above, below } : undefined;
}
