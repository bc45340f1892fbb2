import { map } from "../core/dense";
import { type Operator, ZERO_ENTRY } from "./operator";

interface Elementwise {
  readonly name: string;
  readonly value: (x: number) => number;
  /** The derivative of the scalar function, in `u`. */
  readonly derivative: string;
  readonly summary: string;
  readonly example?: string;
  readonly positive?: boolean;
  readonly kink?: string;
}

/** Error function by its series and, beyond 3, the continued fraction of its complement (Abramowitz and Stegun 7.1.5, 7.1.14). */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 3) {
    let term = a;
    let out = a;
    for (let k = 1; k < 80; k++) {
      term *= (-a * a) / k;
      out += term / (2 * k + 1);
    }
    return (Math.sign(x) * out * 2) / Math.sqrt(Math.PI);
  }
  let f = 0;
  for (let k = 60; k > 0; k--) f = k / 2 / (a + f);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (a + f) / Math.sqrt(Math.PI));
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
]; // prettier-ignore

export const ELEMENTWISE: readonly Operator[] = TABLE.map((f) => ({
  name: f.name,
  group: "elementwise",
  arity: [1, 1],
  shape: ([a]) => a!,
  rule: { pointwise: f.derivative },
  value: ([a]) => map(a!, f.value),
  ...(f.kink === undefined ? {} : { kink: f.kink }),
  ...(f.positive === undefined ? {} : { positive: f.positive }),
  doc: { summary: f.summary, shapes: `${f.name}(m×n) → m×n`, example: f.example ?? `${f.name}(X)` },
}));
