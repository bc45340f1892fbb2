import { apply, children, type Expr, mapChildren, name } from "../../core/ast";
import { isMatrix, isSquare } from "../../core/shape";
import type { Scope, Variable } from "../../core/scope";
import { simplify } from "../../calculus";
import { build } from "../../derivation/term";
import { sumOfTerms, termsOf } from "../inline";
import { World } from "../curvature/world";
import { isSolution, mentions, solveLinear, type Solution, type Unsolved } from "./equation";

/** A name that no document has. */
const INVERSE = "inverse of the variable";

/** inv(S) and inv(S)' as another matrix. */
function renamed(e: Expr, v: string): Expr {
  if (e.kind === "apply" && e.op === "inv" && e.args[0]!.kind === "name" && e.args[0].name === v) return name(INVERSE);
  return mapChildren(e, (p) => renamed(p, v));
}

/**
 * Equations in a matrix and its inverse, as likelihoods have them: linear in inv(S), or linear in S after both sides have
 * been multiplied by it: N·inv(S) - inv(S)·E·inv(S) = 0 says S = E/N.
 */
export function solveWithInverse(equation: Expr, v: Variable, world: World): Solution | Unsolved | undefined {
  if (!isMatrix(v.shape) || !isSquare(v.shape) || !hasInverse(equation, v.name)) return undefined;
  const s = name(v.name);
  const inside = renamed(equation, v.name);
  if (!mentions(inside, v.name)) {
    const inverse: Variable = { ...v, name: INVERSE };
    const scope: Scope = {
      ...world.scope,
      variables: new Map([...world.scope.variables, [INVERSE, inverse]]),
    };
    const found = solveLinear(inside, inverse, new World(scope, [INVERSE]));
    if (found !== undefined && isSolution(found)) {
      if (found.vec) return undefined;
      if (isZero(found.value)) return { why: "never", shown: equation };
      const value = simplify(apply("inv", found.value), world.scope);
      return { value, divisors: [...found.divisors, found.value] };
    }
    if (found !== undefined) return found;
  }
  const sides: readonly [boolean, boolean][] = [
    [true, true],
    [true, false],
    [false, true],
  ];
  for (const [left, right] of sides) {
    const product = multiplied(equation, s, left, right, world);
    const plain = hasInverse(product, v.name) ? simplify(product, world.scope) : product;
    if (hasInverse(plain, v.name)) continue;
    const found = solveLinear(plain, v, world);
    if (found !== undefined && (!isSolution(found) || found.vec !== true)) return found;
  }
  return undefined;
}

/** The terms of an equation times the variable on one side or both: it cancels its inverse where they meet. */
function multiplied(e: Expr, s: Expr, left: boolean, right: boolean, { products }: World): Expr {
  const by = products.term(s);
  const terms = termsOf(e).map(({ sign, term }) => {
    const t = products.term(term);
    const from = left ? products.times(by, t) : t;
    return { sign, term: build(right ? products.times(from, by) : from) };
  });
  return sumOfTerms(terms)!;
}

const isZero = (e: Expr): boolean => e.kind === "number" ? e.value === 0 : e.kind === "apply" && e.op === "zeros"; // prettier-ignore

const hasInverse = (e: Expr, v: string): boolean =>
  (e.kind === "apply" && e.op === "inv" && mentions(e, v)) || children(e).some((c) => hasInverse(c, v));
