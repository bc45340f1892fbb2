import { children, type Expr, num, withChildren } from "../core/ast";
import { constant } from "../core/dense";
import type { Definition, Scope } from "../core/scope";
import type { Steps } from "../core/steps";
import { evaluate, isFailure, type Point } from "../evaluation";
import { comparingSides, type Ground } from "./compare";
import { dependsOn } from "./varying";

/** Beside numbers of ordinary size, a term scaled by a constant this far from one may be lost to rounding. */
const EXTREME = 1e5;

/** Where there is one, constants that are less extreme move along: `1e-10` is the square of `1e-5`. */
const FAR = 1e3;

const isBeyond = (value: number, bound: number): boolean =>
  value !== 0 && Number.isFinite(value) && (Math.abs(value) < 1 / bound || Math.abs(value) > bound);

/** The exponent of ten that the most extreme constant gets: far enough from rounding to be seen, near enough to one. */
const SEEN = 0.5;

const NOWHERE: Point = {
  dimensions: new Map(),
  values: new Map(),
  families: new Map(),
  draw: (_, rows, cols) => constant(rows, cols, NaN),
  direction: (_, at) => at,
};

/** An expression in which extreme constants are replaced, and its value where it is a scalar without names in it. */
interface Moved {
  readonly expr: Expr;
  readonly value?: number;
}

/** A part with its constants replaced; a constant that is made of others, as `10^(-20)` or `exp(-50)`, is replaced as a whole. */
function moving(e: Expr, scope: Scope, move: (value: number) => number): Moved {
  if (e.kind === "number") return { expr: e, value: e.value };
  const before = children(e);
  const parts = before.map((part) => moving(part, scope, move));
  if (e.kind === "apply" && parts.length > 0 && parts.every((p) => p.value !== undefined)) {
    const value = evaluate(e, NOWHERE, scope);
    if (!isFailure(value) && value.data.length === 1) return { expr: e, value: value.data[0]! };
  }
  const changed = parts.map((p) => settled(p, move));
  return { expr: changed.every((p, i) => p === before[i]) ? e : withChildren(e, changed) };
}

const settled = ({ expr, value }: Moved, move: (value: number) => number): Expr =>
  value !== undefined && isBeyond(value, FAR) ? num(move(value)) : expr;

const moved = (e: Expr, scope: Scope, move: (value: number) => number): Expr => settled(moving(e, scope, move), move);

/** Where the extreme constants go: by one factor, which keeps their sums; or power by power, which keeps their products. */
function moves(values: readonly number[]): ((value: number) => number)[] {
  const exponents = values.map((v) => Math.log10(Math.abs(v)));
  const farthest = Math.max(...exponents.map(Math.abs));
  const [least, most] = [Math.min(...exponents), Math.max(...exponents)];
  const together = least < 0 ? 10 ** (-SEEN - least) : 10 ** (SEEN - most);
  return [
    (v) => v * together,
    (v) => {
      const exponent = Math.floor(Math.log10(Math.abs(v)) + 1e-9);
      return (v / 10 ** exponent) * 10 ** ((exponent / farthest) * SEEN);
    },
  ];
}

/**
 * Whether two sides that agree at random points would still agree if their very small and very large constants were of ordinary
 * size. `exp(1e-20*x'*x)` and `1` have the same digits at every point, and are not equal.
 */
export function* agreesBeyondRounding(left: Expr, right: Expr, ground: Ground): Steps<boolean> {
  const { scope } = ground;
  const found: number[] = [];
  const note = (value: number): number => {
    found.push(value);
    return value;
  };
  const used = [...dependsOn(right, scope, dependsOn(left, scope))].filter((n) => scope.definitions.has(n));
  for (const e of [left, right, ...used.map((n) => scope.definitions.get(n)!.body)]) moved(e, scope, note);
  if (!found.some((v) => isBeyond(v, EXTREME))) return true;
  for (const move of moves(found)) {
    const definitions = new Map<string, Definition>(scope.definitions);
    for (const n of used) {
      const d = definitions.get(n)!;
      definitions.set(n, { ...d, body: moved(d.body, scope, move) });
    }
    const at = { ...ground, scope: { ...scope, definitions } };
    const { relation } = yield* comparingSides(moved(left, scope, move), moved(right, scope, move), at);
    if (relation === "equal") return true;
  }
  return false;
}
