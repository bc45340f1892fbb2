import * as fc from "fast-check";
import { type Expr, apply, name, num } from "../../server/core/ast";

/** Trees as the parser or the calculus could make them, over a few names. */
export const expressionTree: fc.Arbitrary<Expr> = fc.letrec<{ e: Expr }>((tie) => ({
  e: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("x", "A", "d", "R", "θ", "x_i", "in1").map((n): Expr => name(n)),
    fc.oneof(fc.nat(20), fc.constantFrom(0.5, 2.25, 1e-7, 1e21, -1, -2.5)).map((v): Expr => num(v)),
    fc
      .tuple(
        fc.constantFrom("add", "sub", "mul", "div", "hadamard", "hdiv", "pow", "hpow", "kron", "dot"),
        tie("e"),
        tie("e"),
      )
      .map(([op, a, b]): Expr => apply(op, a, b)),
    fc
      .tuple(fc.constantFrom("neg", "transpose", "sin", "tr", "inv", "sum"), tie("e"))
      .map(([op, a]): Expr => apply(op, a)),
    tie("e").map((a): Expr => ({ kind: "call", name: "f", primes: 1, args: [a] })),
    fc.tuple(tie("e"), tie("e")).map(([a, b]): Expr => ({
      kind: "literal",
      rows: [
        [a, b],
        [b, a],
      ],
    })),
    fc.tuple(tie("e"), tie("e")).map(([a, i]): Expr => ({ kind: "index", base: a, indices: [i, null] })),
    fc
      .tuple(tie("e"), tie("e"))
      .map(([to, body]): Expr => ({ kind: "sumover", variable: "i", from: num(1), to, body })),
    tie("e").map((of): Expr => ({ kind: "derivative", of, wrt: [name("x")] })),
    tie("e").map((of): Expr => ({ kind: "derivative", of, wrt: [name("x"), name("d")] })),
    tie("e").map((of): Expr =>
      of.kind === "name" ? { kind: "name", name: `d${of.name}` } : { kind: "differential", of },
    ),
  ),
})).e;
