import { tableOf } from "../core/table";

/** A stretch of arguments, ends included where the function is defined there, on which something holds. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** How a scalar function of the table runs: what a proof of convexity may use. */
export interface Graph {
  /** Where it is defined, if not everywhere. */
  readonly domain?: Stretch;
  /** Bounds of its values where they do not follow from its slopes. */
  readonly values?: readonly [number, number];
  /** Rising (1) or falling (-1); `strict` where it is so strictly. */
  readonly slopes: readonly (Stretch & { readonly slope: 1 | -1; readonly strict: boolean })[];
  /** Convex (1) or concave (-1); `strict` where it is so strictly. */
  readonly bends: readonly (Stretch & { readonly bend: 1 | -1; readonly strict: boolean })[];
  /** The derivative, where a proof asks for its least value: on convex stretches. */
  readonly derivative?: (x: number) => number;
  /** Least and greatest second derivative between two arguments. */
  readonly second?: (low: number, high: number) => readonly [number, number];
}

export const [LOW, HIGH, HALF] = [-Infinity, Infinity, Math.PI / 2];

export const up = (from = LOW, to = HIGH, strict = true) => ({ from, to, slope: 1 as const, strict });
const down = (from = LOW, to = HIGH, strict = true) => ({ from, to, slope: -1 as const, strict });
export const convex = (from = LOW, to = HIGH, strict = true) => ({ from, to, bend: 1 as const, strict });
export const concave = (from = LOW, to = HIGH, strict = true) => ({ from, to, bend: -1 as const, strict });

/** S-shaped: convex before zero, concave behind it. */
export const SIGMOID: Graph = { slopes: [up()], bends: [convex(LOW, 0), concave(0, HIGH)] };
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The elementwise functions of the table, one entry each. */
export const GRAPHS: Readonly<Record<string, Graph>> = tableOf<Graph>({
  exp: { slopes: [up()], bends: [convex()], derivative: Math.exp, second: (a, b) => [Math.exp(a), Math.exp(b)] },
  log: { domain: { from: 0, to: HIGH }, slopes: [up(0)], bends: [concave(0)], second: (a, b) => [-1 / (a * a), -1 / (b * b)] },
  sqrt: { domain: { from: 0, to: HIGH }, slopes: [up(0)], bends: [concave(0)] },
  abs: { slopes: [down(LOW, 0), up(0)], bends: [convex(LOW, HIGH, false)] },
  sign: { slopes: [up(LOW, HIGH, false)], bends: [] },
  step: { slopes: [up(LOW, HIGH, false)], bends: [] },
  relu: { slopes: [up(0), up(LOW, HIGH, false)], bends: [convex(LOW, HIGH, false)] },
  softplus: { slopes: [up()], bends: [convex()], derivative: logistic, second: () => [0, 0.25] },
  sigmoid: SIGMOID,
  tanh: SIGMOID,
  erf: SIGMOID,
  arctan: SIGMOID,
  sinh: { slopes: [up()], bends: [concave(LOW, 0), convex(0)], derivative: Math.cosh },
  cosh: {
    slopes: [down(LOW, 0), up(0)], bends: [convex()], derivative: Math.sinh,
    second: (a, b) => [a > 0 ? Math.cosh(a) : b < 0 ? Math.cosh(b) : 1, Math.max(Math.cosh(a), Math.cosh(b))],
  },
  sin: { values: [-1, 1], slopes: [up(-HALF, HALF)], bends: [concave(0, Math.PI), convex(-Math.PI, 0)], second: () => [-1, 1] },
  cos: { values: [-1, 1], slopes: [down(0, Math.PI)], bends: [concave(-HALF, HALF)], second: () => [-1, 1] },
  tan: { slopes: [up(-HALF, HALF)], bends: [concave(-HALF, 0), convex(0, HALF)] },
  arcsin: { domain: { from: -1, to: 1 }, slopes: [up(-1, 1)], bends: [concave(-1, 0), convex(0, 1)] },
  arccos: { domain: { from: -1, to: 1 }, slopes: [down(-1, 1)], bends: [convex(-1, 0), concave(0, 1)] },
}); // prettier-ignore

/**
 * The function x^p. Where p is no whole number, or negative, arguments are those for which it is defined: from 0 on.
 * @param p the exponent, or the bounds of one that is not known
 */
export function powerGraph(p: number | readonly [number, number]): Graph | undefined {
  const [least, most] = typeof p === "number" ? [p, p] : p;
  const known = least === most;
  if (known && Number.isInteger(least) && least > 0) {
    const even = least % 2 === 0;
    if (least === 1) return undefined;
    return {
      slopes: even ? [down(LOW, 0), up(0)] : [up()],
      bends: even ? [convex()] : [concave(LOW, 0), convex(0)],
      derivative: (x) => least * x ** (least - 1),
      ...(least === 2 ? { second: () => [2, 2] } : {}),
    };
  }
  const domain = { from: 0, to: HIGH };
  if (most < 0) {
    // On both sides of zero it is defined, but not across.
    const whole = known && Number.isInteger(least);
    const even = whole && least % 2 === 0;
    return {
      ...(whole ? {} : { domain }),
      slopes: [down(0), ...(whole ? [even ? up(LOW, 0) : down(LOW, 0)] : [])],
      bends: [convex(0), ...(whole ? [even ? convex(LOW, 0) : concave(LOW, 0)] : [])],
    };
  }
  if (least >= 1)
    return {
      domain,
      slopes: [up(0)],
      bends: [convex(0, HIGH, least > 1)],
      ...(known ? { derivative: (x: number) => least * x ** (least - 1) } : {}),
    };
  if (least >= 0 && most <= 1) return { domain, slopes: [up(0, HIGH, least > 0)], bends: [concave(0, HIGH, least > 0 && most < 1)] };
  return undefined;
} // prettier-ignore
