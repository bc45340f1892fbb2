import fc from "fast-check";
import { apply, type Expr, name, num } from "../../server/core/ast";
import { type Dim, dimName, ONE } from "../../server/core/dimension";
import { closeProperties, type Property, type Scope, type Variable } from "../../server/core/scope";

/** Random well-shaped expressions over a fixed set of variables. */

const M = dimName("m");
const N = dimName("n");

const variable = (text: string, rows: Dim, cols: Dim, ...properties: Property[]): [string, Variable] => [
  text,
  { name: text, shape: { rows, cols }, properties: closeProperties(properties) },
];

export const SCOPE: Scope = {
  variables: new Map([
    variable("s", ONE, ONE), variable("t", ONE, ONE, "positive"),
    variable("x", N, ONE), variable("y", N, ONE), variable("u", M, ONE), variable("p", N, ONE, "positive"),
    variable("A", M, N), variable("B", M, N), variable("C", N, N), variable("D", N, N),
    variable("S", N, N, "symmetric"), variable("P", N, N, "posdef"), variable("V", N, N, "invertible"), variable("L", N, N, "lower"), variable("G", N, N, "diagonal"), variable("W", N, N, "skew"),
  ]),
  definitions: new Map(),
  dimensions: new Set(["m", "n"]),
}; // prettier-ignore

type Side = "1" | "m" | "n";
const LEAVES: Record<string, readonly string[]> = {
  "1,1": ["s", "t"], "n,1": ["x", "y", "p"], "m,1": ["u"], "m,n": ["A", "B"], "n,n": ["C", "D", "S", "P", "V", "L", "G", "W"],
}; // prettier-ignore

/** Functions that are smooth everywhere, so that numbers can judge. */
const SMOOTH = ["exp", "sin", "cos", "tanh", "sigmoid", "softplus", "arctan"];

const unary = (op: string, e: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> => e.map((a) => apply(op, a));
const binary = (op: string, a: fc.Arbitrary<Expr>, b: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> =>
  fc.tuple(a, b).map(([x, y]) => apply(op, x, y));

const memo = new Map<string, fc.Arbitrary<Expr>>();

/** Expressions of a shape, at most `depth` operators deep. */
export function expression(rows: Side, cols: Side, depth: number): fc.Arbitrary<Expr> {
  const key = `${rows},${cols},${depth}`;
  let a = memo.get(key);
  if (a === undefined) memo.set(key, (a = build(rows, cols, depth)));
  return a;
}

function build(rows: Side, cols: Side, depth: number): fc.Arbitrary<Expr> {
  const shape = `${rows},${cols}`;
  const direct = LEAVES[shape];
  const turned = LEAVES[`${cols},${rows}`];
  const leaf =
    direct !== undefined
      ? fc.constantFrom(...direct).map((n): Expr => name(n))
      : turned !== undefined
        ? fc.constantFrom(...turned).map((n): Expr => apply("transpose", name(n)))
        : fc.constant<Expr>(rows === cols ? apply("eye", name(rows)) : apply("ones", name(rows), name(cols)));
  if (depth <= 0) return leaf;
  const same = () => expression(rows, cols, depth - 1);
  const scalar = () => expression("1", "1", depth - 1);
  const all: fc.Arbitrary<Expr>[] = [
    leaf, binary("add", same(), same()), binary("sub", same(), same()), unary("neg", same()), binary("mul", scalar(), same()),
    binary("hadamard", same(), same()), fc.constantFrom(...SMOOTH).chain((f) => unary(f, same())), binary("mul", fc.constantFrom(2, 0.5, 3).map(num), same()),
  ]; // prettier-ignore
  for (const k of ["m", "n"] as const)
    all.push(binary("mul", expression(rows, k, depth - 1), expression(k, cols, depth - 1)));
  if (shape === "1,1") {
    const v = () => expression("n", "1", depth - 1);
    const q = () => expression("n", "n", depth - 1);
    all.push(
      unary("sum", v()), unary("sum", expression("m", "n", depth - 1)), unary("tr", q()), unary("norm2", v()), unary("logsumexp", v()),
      binary("dot", v(), v()), unary("mean", v()), unary("logdet", q().map((e) => apply("add", name("P"), apply("mul", e, apply("transpose", e))))),
      scalar().map((e) => apply("div", num(1), apply("add", num(1), apply("pow", e, num(2))))),
      scalar().map((e) => apply("pow", e, num(2))), scalar().map((e) => apply("log", apply("add", num(1), apply("exp", e)))),
    ); // prettier-ignore
  } else {
    all.push(
      unary("transpose", expression(cols, rows, depth - 1)),
      same().map((e) => apply("hpow", e, num(2))),
    );
    if (cols === "1" && rows === "n")
      all.push(unary("softmax", same()), unary("diag", expression("n", "n", depth - 1)));
    if (rows === cols)
      all.push(
        unary("diag", expression(rows, "1", depth - 1)),
        same().map((e) => apply("pow", e, num(2))),
      );
    if (shape === "n,n")
      all.push(same().map((e) => apply("inv", apply("add", name("P"), apply("mul", e, apply("transpose", e))))));
  }
  return fc.oneof({ withCrossShrink: true }, ...all);
}
