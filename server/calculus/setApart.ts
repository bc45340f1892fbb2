import { type Expr, mapChildren, name as nameNode, sameExpr, substitute } from "../core/ast";
import type { Property, Scope, Variable } from "../core/scope";
import { isMatrix } from "../core/shape";
import { inferShape } from "../shapes/infer";

/** An expression in which Kronecker products of constants have names of their own. */
interface SetApart {
  readonly expr: Expr;
  readonly scope: Scope;
  /** Puts the products back. */
  readonly back: (e: Expr) => Expr;
}

/** What a Kronecker product is where both its factors are (Horn and Johnson, Topics in Matrix Analysis, 4.2). */
const KEPT: readonly Property[] = [
  "symmetric",
  "diagonal",
  "posdef",
  "psd",
  "orthogonal",
  "invertible",
  "lower",
  "upper",
];

/** What is known of a Kronecker product of names and identities. */
function propertiesOf(e: Expr, { variables }: Scope): ReadonlySet<Property> {
  const has = (part: Expr, p: Property): boolean => {
    if (part.kind === "name") return variables.get(part.name)?.properties.has(p) === true;
    if (part.kind !== "apply") return false;
    return part.op === "eye" || (part.op === "kron" && part.args.every((a) => has(a, p)));
  };
  return new Set(KEPT.filter((p) => has(e, p)));
}

/**
 * Gives the Kronecker products that do not change names: what holds of every matrix holds of `A ⊗ B`, and reads as it was
 * written, `2(A ⊗ B)ᵀ((A ⊗ B)x − y)`. `undefined` where there are none. `changes`: whether a part depends on a variable.
 */
export function setApart(expr: Expr, scope: Scope, changes: (e: Expr) => boolean): SetApart | undefined {
  const variables = new Map<string, Variable>();
  const products = new Map<string, Expr>();
  const isTaken = (n: string): boolean =>
    products.has(n) || scope.variables.has(n) || scope.definitions.has(n) || scope.dimensions.has(n);
  const visit = (e: Expr): Expr => {
    if (e.kind === "apply" && e.op === "kron" && !changes(e)) {
      const known = [...products].find(([, p]) => sameExpr(p, e));
      if (known !== undefined) return nameNode(known[0]);
      const { shape, problems } = inferShape(e, scope);
      if (shape === undefined || problems.length > 0 || !isMatrix(shape)) return e;
      let at = products.size + 1;
      while (isTaken(`K_${at}`)) at++;
      const name = `K_${at}`;
      products.set(name, e);
      variables.set(name, { name, shape, properties: propertiesOf(e, scope) });
      return nameNode(name);
    }
    return mapChildren(e, visit);
  };
  const named = visit(expr);
  return products.size === 0
    ? undefined
    : {
        expr: named,
        scope: { ...scope, variables: new Map([...scope.variables, ...variables]) },
        back: (e) => substitute(e, products),
      };
}
