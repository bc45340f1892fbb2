import { map } from "../core/dense";
import { concave, convex, type Graph, HIGH, LOW, SIGMOID, up } from "./graphs";
import { type Operator, type Spellings, ZERO_ENTRY } from "./operator";
import { digamma, erf, logGamma, normalDistribution } from "./special";

interface Elementwise {
  readonly name: string;
  readonly value: (x: number) => number;
  /** The derivative of the scalar function, in `u`; absent where the table has no function for it. */
  readonly derivative?: string;
  readonly summary: string;
  readonly example?: string;
  readonly positive?: boolean;
  readonly kink?: string;
  readonly code?: Spellings;
  readonly formula?: string;
  readonly graph?: Graph;
}

const TABLE: readonly Elementwise[] = [
  { name: "exp", value: Math.exp, derivative: "exp(u)", summary: "the exponential of each entry", positive: true },
  { name: "log", value: Math.log, derivative: "1/u", summary: "the natural logarithm of each entry" },
  { name: "sqrt", value: Math.sqrt, derivative: "1/(2*sqrt(u))", summary: "the square root of each entry", kink: ZERO_ENTRY },
  { name: "abs", value: Math.abs, derivative: "sign(u)", summary: "the absolute value of each entry", kink: ZERO_ENTRY },
  { name: "sign", value: Math.sign, derivative: "0", summary: "the sign of each entry", kink: ZERO_ENTRY },
  { name: "sin", value: Math.sin, derivative: "cos(u)", summary: "the sine of each entry" },
  { name: "cos", value: Math.cos, derivative: "-sin(u)", summary: "the cosine of each entry" },
  { name: "tan", value: Math.tan, derivative: "1 + tan(u)^2", summary: "the tangent of each entry" },
  { name: "arcsin", value: Math.asin, derivative: "1/sqrt(1 - u^2)", summary: "the inverse sine of each entry" },
  { name: "arccos", value: Math.acos, derivative: "-1/sqrt(1 - u^2)", summary: "the inverse cosine of each entry" },
  { name: "arctan", value: Math.atan, derivative: "1/(1 + u^2)", summary: "the inverse tangent of each entry" },
  { name: "sinh", value: Math.sinh, derivative: "cosh(u)", summary: "the hyperbolic sine of each entry" },
  { name: "cosh", value: Math.cosh, derivative: "sinh(u)", summary: "the hyperbolic cosine of each entry", positive: true },
  { name: "tanh", value: Math.tanh, derivative: "1 - tanh(u)^2", summary: "the hyperbolic tangent of each entry" },
  { name: "sigmoid", value: (x) => 1 / (1 + Math.exp(-x)), derivative: "sigmoid(u)*(1 - sigmoid(u))", summary: "the logistic function 1/(1+exp(-x)) of each entry", positive: true },
  { name: "softplus", value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), derivative: "sigmoid(u)", summary: "log(1+exp(x)) of each entry", positive: true },
  { name: "relu", value: (x) => (x > 0 ? x : 0), derivative: "step(u)", summary: "the positive part of each entry", kink: ZERO_ENTRY },
  { name: "step", value: (x) => (x > 0 ? 1 : 0), derivative: "0", summary: "1 where an entry is positive, else 0", kink: ZERO_ENTRY },
  { name: "erf", value: erf, derivative: "1.1283791670955126*exp(-u^2)", summary: "the error function of each entry" },
  {
    name: "cbrt", value: Math.cbrt, derivative: "1/(3*cbrt(u)^2)", summary: "the real cube root of each entry", kink: ZERO_ENTRY,
    graph: { slopes: [up()], bends: [convex(LOW, 0), concave(0)] },
    code: { numpy: "np.cbrt($)", matlab: "nthroot($, 3)", jax: "jnp.cbrt($)", julia: "cbrt", eigen: "std::cbrt($)" },
    formula: "sign(u)*abs(u)^(1/3)",
  },
  {
    name: "normcdf", value: normalDistribution, derivative: "0.3989422804014327*exp(-u^2/2)", positive: true,
    summary: "the distribution function of the standard normal distribution, of each entry", graph: SIGMOID,
    code: { numpy: "ndtr($)|from scipy.special import ndtr", jax: "jax.scipy.special.ndtr($)", torch: "torch.special.ndtr($)", r: "pnorm($)", matlab: "(erfc(-($) / sqrt(2)) / 2)", eigen: "(std::erfc(-($) / std::sqrt(2.0)) / 2.0)", math: "(math.erfc(-($) / math.sqrt(2)) / 2)" },
    formula: "(1 + erf(u/sqrt(2)))/2",
  },
  {
    name: "gelu", value: (x) => x * normalDistribution(x), derivative: "normcdf(u) + 0.3989422804014327*u*exp(-u^2/2)",
    summary: "x*normcdf(x) of each entry, the exact Gaussian error linear unit", formula: "u*normcdf(u)",
  },
  {
    name: "silu", value: (x) => x / (1 + Math.exp(-x)), derivative: "sigmoid(u)*(1 + u*(1 - sigmoid(u)))",
    summary: "x*sigmoid(x) of each entry, the sigmoid linear unit (swish)", formula: "u*sigmoid(u)",
  },
  {
    name: "lgamma", value: logGamma, derivative: "digamma(u)", summary: "the logarithm of the absolute value of the gamma function, of each entry",
    graph: { domain: { from: 0, to: HIGH }, slopes: [], bends: [convex(0)], derivative: digamma },
    code: { numpy: "gammaln($)|from scipy.special import gammaln", julia: "loggamma|using SpecialFunctions: loggamma", jax: "jax.scipy.special.gammaln($)", torch: "torch.lgamma($)", math: "math.lgamma($)", eigen: "std::lgamma($)", r: "lgamma($)", matlab: "gammaln($)", sympy: "loggamma" },
  },
  {
    name: "digamma", value: digamma, summary: "the derivative of lgamma, of each entry",
    graph: { domain: { from: 0, to: HIGH }, slopes: [up(0)], bends: [concave(0)] },
    code: { numpy: "digamma($)|from scipy.special import digamma", jax: "jax.scipy.special.digamma($)", torch: "torch.digamma($)", julia: "digamma|using SpecialFunctions: digamma", r: "digamma($)", matlab: "psi($)", eigen: "Eigen::numext::digamma(double($))|#include <unsupported/Eigen/SpecialFunctions>", sympy: "digamma" },
  },
]; // prettier-ignore

export const ELEMENTWISE: readonly Operator[] = TABLE.map((f) => ({
  name: f.name,
  group: "elementwise",
  arity: [1, 1],
  shape: ([a]) => a!,
  ...(f.derivative === undefined ? {} : { rule: { pointwise: f.derivative } }),
  value: ([a]) => map(a!, f.value),
  ...(f.kink === undefined ? {} : { kink: f.kink }),
  ...(f.code === undefined ? {} : { code: f.code }),
  ...(f.formula === undefined ? {} : { formula: f.formula }),
  ...(f.graph === undefined ? {} : { graph: f.graph }),
  ...(f.positive === undefined ? {} : { positive: f.positive }),
  doc: { summary: f.summary, shapes: `${f.name}(m×n) → m×n`, example: f.example ?? `${f.name}(X)` },
}));
