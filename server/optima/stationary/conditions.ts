import { apply, children, type Expr, sameExpr } from "../../core/ast";
import { exprKey } from "../../core/exprKey";
import { isScalar } from "../../core/shape";
import type { Scope, Variable } from "../../core/scope";
import { isNonnegative, isNonzero, isPositive } from "../curvature/range";
import { World } from "../curvature/world";

/** What must hold of a part of a solution: words around it, and what is the same in other words. */
export interface Condition {
  readonly before?: string;
  readonly of: Expr;
  readonly after: string;
  readonly aside?: { readonly of: Expr; readonly after: string };
}

/** A condition in words, its formulas written by `write`. */
export function conditionText({ before, of, after, aside }: Condition, write: (e: Expr) => string): string {
  const beside = aside === undefined ? "" : ` (${write(aside.of)} ${aside.after})`;
  return `${before === undefined ? "" : `${before} `}${write(of)} ${after}${beside}`;
}

/** What must hold, beyond the declarations, for a solution to have a value and to be of its variable's kind. */
export function conditionsOf(value: Expr, v: Variable, scope: Scope): Condition[] {
  const world = new World(scope, []);
  const out: Condition[] = [];
  visit(value, world, out);
  const p = v.properties;
  if (p.has("positive") && !isPositive(world.range(value))) out.push({ of: value, after: "is positive" });
  else if (p.has("nonneg") && !isNonnegative(world.range(value))) out.push({ of: value, after: "is not negative" });
  if (!isScalar(v.shape)) {
    const sign = world.definite(value)?.sign ?? 0;
    if (p.has("posdef") && sign !== 2) out.push({ of: value, after: "is positive definite" });
    else if (p.has("psd") && sign < 1) out.push({ of: value, after: "is positive semidefinite" });
  }
  return distinct(out);
}

/** Conditions without those that are said before. */
export function distinct(list: readonly Condition[]): Condition[] {
  const seen = new Set<string>();
  return list.filter((c) => {
    const key = `${c.before ?? ""} ${exprKey(c.of)} ${c.after}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function visit(e: Expr, world: World, out: Condition[]): void {
  for (const c of children(e)) visit(c, world, out);
  if (e.kind !== "apply") return;
  const [a, b] = e.args as [Expr, Expr];
  switch (e.op) {
    case "inv":
      invertible(a, world, out);
      break;
    case "div":
    case "hdiv":
      nonzero(b, world, out);
      break;
    case "pow":
      if (b.kind !== "number" || b.value >= 0) break;
      if (isScalar(world.shape(a))) nonzero(a, world, out);
      else invertible(a, world, out);
      break;
    case "log":
      if (isPositive(world.range(a))) break;
      if (isScalar(world.shape(a))) out.push({ of: a, after: "is positive" });
      else out.push({ before: "every entry of", of: a, after: "is positive" });
      break;
    case "sqrt":
      if (!isNonnegative(world.range(a))) out.push({ of: a, after: "is not negative" });
      break;
  }
}

function nonzero(e: Expr, world: World, out: Condition[]): void {
  if (e.kind === "apply" && e.op === "neg") return nonzero(e.args[0]!, world, out);
  if (isNonzero(world.range(e))) return;
  if (isScalar(world.shape(e))) out.push({ of: e, after: "is not zero" });
  else out.push({ before: "no entry of", of: e, after: "is zero" });
}

/** Of a Gram matrix, what is said of its factor too. */
function invertible(e: Expr, world: World, out: Condition[]): void {
  if (Math.abs(world.definite(e)?.sign ?? 0) === 2 || world.tellsApart(e)) return;
  const condition: Condition = { of: e, after: "is invertible" };
  const [first, second, ...more] = world.term(e).chain;
  const gram = more.length === 0 && first !== undefined && second !== undefined && world.isTransposeOf(first, second);
  if (!gram) out.push(condition);
  else if (second.kind === "name")
    out.push({
      ...condition,
      aside: { of: second, after: "has full column rank" },
    });
  else if (first.kind === "name" && sameExpr(second, apply("transpose", first)))
    out.push({
      ...condition,
      aside: { of: first, after: "has full row rank" },
    });
  else out.push(condition);
}
