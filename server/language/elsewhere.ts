import { apply, type Expr, num } from "../core/ast";
import { operator } from "../operators";
import { tableOf } from "../core/table";

/**
 * How functions of NumPy, MATLAB, SymPy, R and LaTeX are written in `.mcalc`, where they have another name or none: for
 * who brings them along.
 */

/** Names that mean the same as one of ours. */
const NAMES: Readonly<Record<string, string>> = tableOf({
  norm: "norm2", fro: "norm2", frobenius: "norm2", nuclear: "normnuc", trace: "tr", Trace: "tr",
  determinant: "det", slogdet: "logdet", lndet: "logdet", log_det: "logdet", inverse: "inv", pinverse: "pinv",
  adjugate: "adj", identity: "eye", kronecker: "kron", average: "mean", expectation: "mean", ln: "log", sgn: "sign",
  signum: "sign", heaviside: "step", expit: "sigmoid", logistic: "sigmoid", lse: "logsumexp", absolute: "abs",
  asin: "arcsin", acos: "arccos", atan: "arctan", diagonal: "diag", diagm: "diag", vector: "vec", one: "ones",
  zero: "zeros", commutation: "K",
}); // prettier-ignore

type Rewriting = (...args: readonly Expr[]) => Expr | undefined;

const isNumber = (e: Expr | undefined, value: number): boolean => e?.kind === "number" && e.value === value;
const infix =
  (op: string): Rewriting =>
  (a, b) =>
    b === undefined ? undefined : apply(op, a!, b);

const norm: Rewriting = (x, p) =>
  isNumber(p, 2) ? apply("norm2", x!) : isNumber(p, 1) ? apply("norm1", x!) : p === undefined ? apply("norm2", x!) : undefined; // prettier-ignore
/** Only the larger of a number and zero has a name. */
const larger: Rewriting = (a, b) =>
  b === undefined ? apply("max", a!) : isNumber(a, 0) ? apply("relu", b) : isNumber(b, 0) ? apply("relu", a!) : undefined; // prettier-ignore

/** What is written with signs here, by the arguments it is given. */
const REWRITINGS: Readonly<Record<string, Rewriting>> = tableOf({
  transpose: (a) => apply("transpose", a!),
  matmul: infix("mul"),
  multiply: infix("hadamard"),
  hadamard: infix("hadamard"),
  divide: infix("hdiv"),
  power: infix("hpow"),
  inner: (a, b) => (b === undefined ? undefined : apply("dot", a!, b)),
  outer: (a, b) => (b === undefined ? undefined : apply("mul", a!, apply("transpose", b))),
  solve: (a, b) => (b === undefined ? undefined : apply("mul", apply("inv", a!), b)),
  square: (a) => apply("hpow", a!, num(2)),
  min: (a, b) => (b === undefined ? apply("neg", apply("max", apply("neg", a!))) : undefined),
  norm,
  max: larger,
  maximum: larger,
});

/** How a call of an unknown function is written here: under another name, or as another expression. */
export function writtenHere(
  name: string,
  args: readonly Expr[],
): { readonly name: string } | { readonly expr: Expr } | undefined {
  const ours = Object.hasOwn(NAMES, name) ? NAMES[name]! : undefined;
  const [least, most] = (ours === undefined ? undefined : operator(ours)?.arity) ?? [1, 0];
  if (ours !== undefined && args.length >= least && args.length <= most) return { name: ours };
  const expr = Object.hasOwn(REWRITINGS, name) && args.length > 0 ? REWRITINGS[name]!(...args) : undefined;
  return expr === undefined ? undefined : { expr };
}
