import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import { tableOf } from "../core/table";
import { isColumn, isRow, isScalar, type Shape } from "../core/shape";

/** Letters by which people name parts of a derivative, by what they are. */
const BY_SHAPE = {
  scalar: ["s", "t", "a", "b", "c", "q", "h"],
  vector: ["u", "v", "q", "h", "p", "r", "e"],
  matrix: ["D", "G", "S", "M", "H", "T", "B", "U", "V"],
};

/** Letters by which people name the values of some functions: a probability is p, a hidden layer h. */
const BY_FUNCTION = tableOf<string>({
  softmax: "p",
  sigmoid: "p",
  step: "h",
  tanh: "h",
  relu: "h",
  exp: "e",
  inv: "m",
});

/** A letter that nothing else in the scope is, fit for what it names: `D` for a matrix, `u` for a vector. */
export function freshNameFor(body: Expr, shape: Shape | undefined, taken: ReadonlySet<string>, scope: Scope): string {
  const kind = shape === undefined ? "matrix" : isScalar(shape) ? "scalar" : isColumn(shape) || isRow(shape) ? "vector" : "matrix"; // prettier-ignore
  const own = body.kind === "apply" ? BY_FUNCTION[body.op] : undefined;
  const letters = [...(own === undefined ? [] : [kind === "matrix" ? own.toUpperCase() : own]), ...BY_SHAPE[kind]];
  const free = (n: string): boolean => !taken.has(n) && !scope.dimensions.has(n);
  const plain = letters.find(free);
  if (plain !== undefined) return plain;
  for (let k = 1; ; k++) {
    const n = `${letters[0]!}_${k}`;
    if (free(n)) return n;
  }
}
