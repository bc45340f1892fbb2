import { apply, children, type Expr, name as nameExpr, num, withChildren } from "../../core/ast";
import { dimNumber, isOne } from "../../core/dimension";
import { type Definition, familyMember, type Scope, type Variable } from "../../core/scope";
import { withoutSums } from "../../calculus";

/**
 * Sums over indices as matrix products, so that code runs without loops: a family of vectors `x_i : R^d for i = 1..N`
 * is the N×d matrix whose rows they are (as its array is stored anyway), a family of scalars the N-vector; a sum over
 * slices of matrices then has matrix notation: `sum(i in 1..N, (x_i'*w - y_i)^2)` is `norm2(x*w - y)^2`.
 *
 * Families of matrices, and those that do not start at 1, stay families: their sums are loops.
 */
export function stacked(
  expressions: readonly Expr[],
  scope: Scope,
): { readonly expressions: readonly Expr[]; readonly scope: Scope } {
  const all = [...expressions, ...[...scope.definitions.values()].map((d) => d.body)];
  if (!all.some(hasSum)) return { expressions, scope };
  const stays = membersElsewhere(all, scope);
  const variables = new Map<string, Variable>();
  const dimensions = scope.dimensions;
  for (const [key, v] of scope.variables) variables.set(key, stays.has(key) ? v : (stack(v) ?? v));
  const stackedOf = (text: string): Expr | undefined => {
    const member = familyMember(scope, text);
    if (member === undefined || variables.get(member.variable.name)?.family !== undefined) return undefined;
    const { variable, index } = member;
    const at = /^\d+$/.test(index) ? num(Number(index)) : nameExpr(index);
    const base = nameExpr(variable.name);
    if (isOne(variable.shape.rows) && isOne(variable.shape.cols)) return { kind: "index", base, indices: [at] };
    const row: Expr = { kind: "index", base, indices: [at, null] };
    return isOne(variable.shape.rows) ? row : apply("transpose", row);
  };
  const rewrite = (e: Expr): Expr => {
    if (e.kind === "name") return scope.variables.has(e.name) ? e : (stackedOf(e.name) ?? e);
    const parts = children(e);
    return parts.length === 0 ? e : withChildren(e, parts.map(rewrite));
  };
  const definitions = new Map<string, Definition>();
  const inner: Scope = { variables, definitions, dimensions };
  const flat = (e: Expr): Expr => (hasSum(e) ? withoutSums(rewrite(e), inner) : rewrite(e));
  for (const [key, d] of scope.definitions)
    definitions.set(key, { ...d, body: d.parameters === undefined ? flat(d.body) : rewrite(d.body) });
  return { expressions: expressions.map(flat), scope: inner };
}

/** A family as one matrix or column, its first axis the index. */
function stack(v: Variable): Variable | undefined {
  const { family, shape } = v;
  if (family === undefined || family.from.key !== dimNumber(1).key) return undefined;
  if (!isOne(shape.rows) && !isOne(shape.cols)) return undefined;
  return {
    name: v.name,
    shape: { rows: family.to, cols: isOne(shape.rows) ? shape.cols : shape.rows },
    properties: v.properties,
  };
}

/** Families with a member whose index nothing binds: only a name can stand for it. */
function membersElsewhere(list: readonly Expr[], scope: Scope): ReadonlySet<string> {
  const out = new Set<string>();
  const visit = (e: Expr, bound: ReadonlySet<string>): void => {
    if (e.kind === "name") {
      const member = scope.variables.has(e.name) ? undefined : familyMember(scope, e.name);
      if (member !== undefined && !/^\d+$/.test(member.index) && !bound.has(member.index))
        out.add(member.variable.name);
      return;
    }
    const inner = e.kind === "sumover" ? new Set([...bound, e.variable]) : bound;
    children(e).forEach((c) => visit(c, inner));
  };
  list.forEach((e) => visit(e, new Set()));
  return out;
}

const hasSum = (e: Expr): boolean => e.kind === "sumover" || children(e).some(hasSum);
