import { apply, children, type Expr, num, withChildren } from "../core/ast";

/** Takes back what was made of numbers beside vectors and matrices (`1 - h`): the shapes may be taken otherwise here. */
export function unspread(e: Expr): Expr {
  const parts = children(e);
  if (parts.length === 0) return e;
  const inner = parts.map(unspread);
  const out = withChildren(e, inner);
  if (out.kind !== "apply" || (out.op !== "add" && out.op !== "sub")) return out;
  const isOnes = (x: Expr): boolean => x.kind === "apply" && x.op === "ones";
  return {
    ...out,
    args: out.args.map((x) => {
      if (x.kind !== "apply") return x;
      if (isOnes(x)) return num(1);
      return x.op === "mul" && x.args[0]!.kind === "number" && isOnes(x.args[1]!) ? x.args[0]! : x;
    }),
  };
}

/** Takes back, too, that the square of a vector was taken for its inner product with itself. */
export function unsquared(e: Expr): Expr {
  const parts = children(e);
  if (parts.length === 0) return e;
  // The very same tree twice: nobody wrote the second one.
  if (e.kind === "apply" && e.op === "dot" && e.args[0] === e.args[1])
    return apply("pow", unsquared(e.args[0]!), num(2));
  return withChildren(e, parts.map(unsquared));
}
