import { apply, type Expr } from "../core/ast";
import { giveUp } from "./raw";

interface Operand {
  readonly e: Expr;
  readonly letters: string;
}

const across = (e: Expr): Expr => (e.kind === "apply" && e.op === "transpose" ? e.args[0]! : apply("transpose", e));

/** A sum over indices (`ij,j->i`) as a product of matrices and vectors, where it is one. */
export function einsum(spec: string, operands: readonly Expr[]): Expr {
  const [inputs, output = ""] = spec.replaceAll(" ", "").split("->") as [string, string | undefined];
  const letters = inputs.split(",");
  if (letters.length !== operands.length || letters.some((l) => l.length > 2 || l === "")) return giveUp("such a sum has no form here");
  const all = operands.map((e, i): Operand => ({ e, letters: letters[i]! }));
  const [a, b] = all as [Operand, Operand | undefined];
  if (all.length === 1) {
    if (a.letters === output) return a.e;
    if (a.letters.length === 2 && a.letters[0] === a.letters[1]) return apply(output === "" ? "tr" : "diag", a.e);
    if (output === "") return apply("sum", a.e);
    if (output.length === 2) return across(a.e);
    return giveUp("such a sum has no form here");
  }
  if (all.length === 2 && b !== undefined && [...a.letters].sort().join("") === [...b.letters].sort().join("")) {
    const other = a.letters === b.letters ? b.e : across(b.e);
    if (output === a.letters) return apply("hadamard", a.e, other);
    if (output === "" && a.letters.length === 1) return apply("mul", across(a.e), b.e);
    if (output === "") return apply("sum", apply("hadamard", a.e, other));
  }
  return chain(all, output);
} // prettier-ignore

/** Follows the shared indices from one end of the product to the other. */
function chain(operands: readonly Operand[], output: string): Expr {
  const left = [...operands];
  const vectors = left.filter((o) => o.letters.length === 1);
  let current: string | undefined;
  let product: Expr | undefined;
  const use = (o: Operand, e: Expr): void => {
    left.splice(left.indexOf(o), 1);
    product = product === undefined ? e : apply("mul", product, e);
  };
  if (output.length >= 1) current = output[0];
  else {
    const start = vectors[0];
    if (start === undefined) return giveUp("such a sum has no form here");
    use(start, across(start.e));
    current = start.letters;
  }
  while (left.length > 0) {
    const next = left.find((o) => o.letters.includes(current!));
    if (next === undefined) {
      // `i,j->ij`: the outer product.
      const rest = left.find((o) => o.letters.length === 1 && output.endsWith(o.letters));
      if (rest === undefined || left.length > 1) return giveUp("such a sum has no form here");
      use(rest, across(rest.e));
      current = rest.letters;
    } else if (next.letters.length === 1) {
      use(next, next.e);
      current = "";
    } else {
      const straight = next.letters[0] === current;
      use(next, straight ? next.e : across(next.e));
      current = next.letters[straight ? 1 : 0];
    }
  }
  const end = output.length === 2 ? output[1] : "";
  return current === end && product !== undefined ? product : giveUp("such a sum has no form here");
}
