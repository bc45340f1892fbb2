import { apply, children, type Expr, factorsOf, name as nameNode, substitute } from "../core/ast";
import { ONE } from "../core/dimension";
import type { Scope, Variable } from "../core/scope";
import { isMatrix, isSquare } from "../core/shape";

const isItself = (e: Expr | undefined, name: string): boolean => e?.kind === "name" && e.name === name;

/** The square matrices that an expression has to a power, or beside themselves: what may be said of projections. */
export function mayBeProjections(e: Expr, scope: Scope, out: Set<string> = new Set()): Set<string> {
  const add = (n: Expr): void => {
    const shape = n.kind === "name" ? scope.variables.get(n.name)?.shape : undefined;
    if (shape !== undefined && isMatrix(shape) && isSquare(shape)) out.add((n as { name: string }).name);
  };
  if (e.kind === "apply" && e.op === "pow") for (const part of [e.args[0]!, ...children(e.args[0]!)]) add(part);
  const factors = factorsOf(e);
  factors.forEach((f, i) => {
    if (f.kind === "name" && (isItself(factors[i + 1], f.name) || isItself(factors[i - 1], f.name))) add(f);
  });
  for (const c of children(e)) mayBeProjections(c, scope, out);
  return out;
}

/** Two sides in which a matrix n×n is the projection onto some vector v: vvᵀ/vᵀv. */
export function withProjection(
  sides: readonly [Expr, Expr],
  matrix: string,
  scope: Scope,
): { readonly left: Expr; readonly right: Expr; readonly scope: Scope } {
  const vector = `⟨${matrix}⟩`;
  const { rows } = scope.variables.get(matrix)!.shape;
  const variable: Variable = { name: vector, shape: { rows, cols: ONE }, properties: new Set() };
  const v = nameNode(vector);
  const t = apply("transpose", v);
  const projection = apply("div", apply("mul", v, t), apply("mul", t, v));
  const [left, right] = sides.map((e) => substitute(e, new Map([[matrix, projection]]))) as [Expr, Expr];
  return { left, right, scope: { ...scope, variables: new Map(scope.variables).set(vector, variable) } };
}
