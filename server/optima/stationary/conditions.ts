import { apply, children, type Expr, sameExpr } from "../../core/ast";
import { isScalar } from "../../core/shape";
import type { Scope, Variable } from "../../core/scope";
import { printText } from "../../language/print";
import { isNonnegative, isNonzero, isPositive } from "../curvature/range";
import { World } from "../curvature/world";

/** What must hold, beyond the declarations, for a solution to have a value and to be of its variable's kind. */
export function conditionsOf(value: Expr, v: Variable, scope: Scope): string[] {
  const world = new World(scope, []);
  const out = new Set<string>();
  visit(value, world, out);
  const p = v.properties;
  if (p.has("positive") && !isPositive(world.range(value))) out.add(`${printText(value)} is positive`);
  else if (p.has("nonneg") && !isNonnegative(world.range(value))) out.add(`${printText(value)} is not negative`);
  if (!isScalar(v.shape)) {
    const sign = world.definite(value)?.sign ?? 0;
    if (p.has("posdef") && sign !== 2) out.add(`${printText(value)} is positive definite`);
    else if (p.has("psd") && sign < 1) out.add(`${printText(value)} is positive semidefinite`);
  }
  return [...out];
}

function visit(e: Expr, world: World, out: Set<string>): void {
  for (const c of children(e)) visit(c, world, out);
  if (e.kind !== "apply") return;
  const [a, b] = e.args as [Expr, Expr];
  switch (e.op) {
    case "inv":
      if (!isInvertible(a, world)) out.add(invertible(a, world));
      break;
    case "div":
      nonzero(b, world, out);
      break;
    case "hdiv":
      nonzero(b, world, out);
      break;
    case "pow":
      if (b.kind === "number" && b.value < 0) {
        if (isScalar(world.shape(a))) nonzero(a, world, out);
        else if (!isInvertible(a, world)) out.add(invertible(a, world));
      }
      break;
    case "log":
      if (!isPositive(world.range(a))) out.add(`${positiveWords(a, world)} positive`);
      break;
    case "sqrt":
      if (!isNonnegative(world.range(a))) out.add(`${printText(a)} is not negative`);
      break;
  }
}

const isInvertible = (e: Expr, world: World): boolean =>
  Math.abs(world.definite(e)?.sign ?? 0) === 2 || world.tellsApart(e) || (e.kind === "name" && world.has(e, "invertible")); // prettier-ignore

function nonzero(e: Expr, world: World, out: Set<string>): void {
  if (e.kind === "apply" && e.op === "neg") return nonzero(e.args[0]!, world, out);
  if (isNonzero(world.range(e))) return;
  out.add(isScalar(world.shape(e)) ? `${printText(e)} is not zero` : `no entry of ${printText(e)} is zero`);
}

const positiveWords = (e: Expr, world: World): string =>
  isScalar(world.shape(e)) ? `${printText(e)} is` : `all entries of ${printText(e)} are`;

/** Of a Gram matrix, what is said of its factor too. */
function invertible(e: Expr, world: World): string {
  const t = world.term(e);
  const [first, second] = t.chain;
  const said = `${printText(e)} is invertible`;
  if (t.chain.length !== 2 || first === undefined || second === undefined || !world.isTransposeOf(first, second)) return said; // prettier-ignore
  if (second.kind === "name") return `${said} (${printText(second)} has full column rank)`;
  return first.kind === "name" && sameExpr(second, apply("transpose", first)) ? `${said} (${printText(first)} has full row rank)` : said; // prettier-ignore
}
