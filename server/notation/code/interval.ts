import type { Node, Op } from "./ir";
import { tableOf } from "../../core/table";

/** Bounds that hold for every entry of an array: enough to know that a weight is not negative. */
export type Interval = readonly [low: number, high: number];

export const ANY: Interval = [-Infinity, Infinity];
const NONNEGATIVE: Interval = [0, Infinity];
const UNIT: Interval = [0, 1];
const SYMMETRIC_UNIT: Interval = [-1, 1];

/** Products of bounds: zero times infinity is zero here, as a bound that is not reached. */
const times = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y);

function product(a: Interval, b: Interval): Interval {
  const all = [times(a[0], b[0]), times(a[0], b[1]), times(a[1], b[0]), times(a[1], b[1])];
  return [Math.min(...all), Math.max(...all)];
}

const FUNCTIONS: Readonly<Record<string, Interval>> = tableOf({
  exp: NONNEGATIVE, sqrt: NONNEGATIVE, abs: NONNEGATIVE, cosh: [1, Infinity], softplus: NONNEGATIVE, relu: NONNEGATIVE,
  sigmoid: UNIT, step: UNIT, sign: SYMMETRIC_UNIT, sin: SYMMETRIC_UNIT, cos: SYMMETRIC_UNIT, tanh: SYMMETRIC_UNIT,
  erf: SYMMETRIC_UNIT, arccos: [0, Math.PI], expm1: [-1, Infinity],
}); // prettier-ignore

/** The bounds of a result from those of the arguments. */
export function intervalOf(op: Op, attr: string, args: readonly Node[]): Interval {
  const [a, b] = args.map((x) => x.range);
  switch (op) {
    case "add":
      return [a![0] + b![0], a![1] + b![1]];
    case "sub":
      return [a![0] - b![1], a![1] - b![0]];
    case "neg":
      return [-a![1], -a![0]];
    case "mul":
      return args[0] === args[1] ? square(a!) : product(a!, b!);
    case "div":
      return b![0] >= 0 || b![1] <= 0
        ? product(a!, [
            b![0] > 0 ? 1 / b![1] : b![0] >= 0 ? 0 : -Infinity,
            b![0] > 0 ? 1 / b![0] : b![0] >= 0 ? Infinity : 0,
          ])
        : ANY;
    case "pow": {
      const p = args[1]!.op === "number" ? Number(args[1]!.attr) : NaN;
      return p === 2 ? square(a!) : Number.isInteger(p) && p % 2 === 0 ? NONNEGATIVE : a![0] >= 0 ? NONNEGATIVE : ANY;
    }
    case "fn":
      return FUNCTIONS[attr] ?? ANY;
    case "transpose":
    case "asColumn":
    case "asRow":
    case "diagonal":
      return a!;
    case "kron":
    case "outer":
      return product(a!, b!);
    default:
      return ANY;
  }
}

function square(a: Interval): Interval {
  const high = Math.max(times(a[0], a[0]), times(a[1], a[1]));
  return [a[0] > 0 ? a[0] * a[0] : a[1] < 0 ? a[1] * a[1] : 0, high];
}
