import type { Graph } from "../../operators/graphs";

/** Bounds that hold for every entry of a value; `open` where a bound is not reached. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

export const between = (low: number, high: number, lowOpen = false, highOpen = false): Range => ({
  low, high, lowOpen: lowOpen || low === -Infinity, highOpen: highOpen || high === Infinity,
}); // prettier-ignore

export const ANY = between(-Infinity, Infinity);
export const POSITIVE = between(0, Infinity, true);
export const NONNEGATIVE = between(0, Infinity);
export const atLeast = (low: number): Range => between(low, Infinity);
export const exactly = (x: number): Range => between(x, x);

export const isPositive = (r: Range): boolean => r.low > 0 || (r.low === 0 && r.lowOpen);
export const isNonnegative = (r: Range): boolean => r.low >= 0;
export const isNegative = (r: Range): boolean => r.high < 0 || (r.high === 0 && r.highOpen);
export const isNonpositive = (r: Range): boolean => r.high <= 0;
export const isNonzero = (r: Range): boolean => isPositive(r) || isNegative(r);

export const plus = (a: Range, b: Range): Range =>
  between(a.low + b.low, a.high + b.high, a.lowOpen || b.lowOpen, a.highOpen || b.highOpen);

export const minus = (a: Range): Range => between(-a.high, -a.low, a.highOpen, a.lowOpen);

/** A product of bounds: zero times infinity is zero, as a bound that is not exceeded. */
const product = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y);

export function timesRange(a: Range, b: Range): Range {
  const corners = [
    {
      value: product(a.low, b.low),
      open: corner(a.low, a.lowOpen, b.low, b.lowOpen),
    },
    {
      value: product(a.low, b.high),
      open: corner(a.low, a.lowOpen, b.high, b.highOpen),
    },
    {
      value: product(a.high, b.low),
      open: corner(a.high, a.highOpen, b.low, b.lowOpen),
    },
    {
      value: product(a.high, b.high),
      open: corner(a.high, a.highOpen, b.high, b.highOpen),
    },
  ];
  const low = Math.min(...corners.map((c) => c.value));
  const high = Math.max(...corners.map((c) => c.value));
  const open = (bound: number): boolean => corners.every((c) => c.value !== bound || c.open);
  return between(low, high, open(low), open(high));
}

/** Whether the product of two bounds is not reached: one of them is not, and no zero that is reached makes up for it. */
function corner(x: number, xOpen: boolean, y: number, yOpen: boolean): boolean {
  if (x === 0 && !xOpen) return false;
  if (y === 0 && !yOpen) return false;
  return xOpen || yOpen;
}

export function inverseRange(a: Range): Range {
  if (isNegative(a)) return minus(inverseRange(minus(a)));
  if (!isPositive(a)) return ANY;
  return between(a.high === Infinity ? 0 : 1 / a.high, a.low === 0 ? Infinity : 1 / a.low, a.highOpen, a.lowOpen);
}

export function intersect(a: Range, b: Range): Range {
  const [low, lowOpen] = a.low > b.low ? [a.low, a.lowOpen] : a.low < b.low ? [b.low, b.lowOpen] : [a.low, a.lowOpen || b.lowOpen];
  const [high, highOpen] = a.high < b.high ? [a.high, a.highOpen] : a.high > b.high ? [b.high, b.highOpen] : [a.high, a.highOpen || b.highOpen];
  return between(low, high, lowOpen, highOpen);
} // prettier-ignore

const isEmpty = (r: Range): boolean => r.low > r.high || (r.low === r.high && (r.lowOpen || r.highOpen));

export function hull(parts: readonly Range[]): Range {
  if (parts.length === 0) return ANY;
  const low = Math.min(...parts.map((p) => p.low));
  const high = Math.max(...parts.map((p) => p.high));
  return between(
    low,
    high,
    parts.every((p) => p.low !== low || p.lowOpen),
    parts.every((p) => p.high !== high || p.highOpen),
  );
}

export const within = (r: Range, from: number, to: number): boolean => r.low >= from && r.high <= to;

/** The arguments at which a function is defined. */
export const inDomain = (graph: Graph, r: Range): Range =>
  graph.domain === undefined ? r : intersect(r, between(graph.domain.from, graph.domain.to));

/** The values of a function between bounds of its argument, from its monotone stretches. */
export function imageOf(graph: Graph, value: (x: number) => number, argument: Range): Range {
  const r = inDomain(graph, argument);
  const whole = graph.slopes.find((s) => within(r, s.from, s.to));
  const parts = whole === undefined ? graph.slopes : [whole];
  const covers = whole !== undefined || (within(r, Math.min(...parts.map((p) => p.from)), Math.max(...parts.map((p) => p.to))) && graph.slopes.length > 1);
  if (!covers) return graph.values === undefined ? ANY : between(...graph.values);
  const images = parts.flatMap((s) => {
    const here = intersect(r, between(s.from, s.to));
    if (isEmpty(here)) return [];
    const [a, b] = [value(here.low), value(here.high)];
    if (Number.isNaN(a) || Number.isNaN(b)) return [ANY];
    return [s.slope > 0 ? between(a, b, here.lowOpen && s.strict, here.highOpen && s.strict) : between(b, a, here.highOpen && s.strict, here.lowOpen && s.strict)];
  });
  return hull(images);
} // prettier-ignore
