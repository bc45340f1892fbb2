import { children, type Expr } from "../core/ast";
import { type Dense, dense } from "../core/dense";
import { exprKey } from "../core/exprKey";
import type { Scope } from "../core/scope";
import { parseExpression } from "../language/mcalc/parse";
import { alongDirection, type Cell, dependents, stepSize } from "./cell";
import { atPoints, isFinite, largestEntry } from "./evaluate";
import { atOnce, type Steps } from "../core/steps";
import { isPiecewiseConstant } from "../operators";
import { attemptInSteps, type Failure, type FailureKind, isFailure } from "./failure";
import { Program } from "./program";
import { type Point, rounded } from "./sample";
import { type Sides, sidesOf, within } from "./within";

export interface Comparison {
  readonly verdict: "agrees" | "differs" | "unknown";
  /** Largest relative distance between the difference quotient and what the derivative predicts. */
  readonly distance: number;
  readonly reason?: string;
  /** What kind of failure `unknown` comes from. */
  readonly kind?: FailureKind;
}

export interface ComparisonOptions {
  /** Points wanted (2), and random directions at each (1). */
  readonly points?: number;
  readonly directions?: number;
  readonly seed?: number;
  /** For second and higher orders: the derivative one order below, if it is known; else it is taken by differences. */
  readonly lower?: Expr;
}

/** What a derivative laid out as the contract says (§1, "Shapes of results") predicts for a change `d` of the variable. */
function predicted(derivative: Dense, d: Dense, value: Dense): Dense | undefined {
  const out = dense(value.rows, value.cols);
  const n = d.data.length;
  const m = value.data.length;
  const g = derivative.data;
  if (n === 1) {
    if (derivative.rows !== value.rows || derivative.cols !== value.cols) return undefined;
    for (let i = 0; i < m; i++) out.data[i] = g[i]! * d.data[0]!;
  } else if (m === 1) {
    if (derivative.rows !== d.rows || derivative.cols !== d.cols) return undefined;
    let s = 0;
    for (let k = 0; k < n; k++) s += g[k]! * d.data[k]!;
    out.data[0] = s;
  } else {
    if (derivative.rows !== m || derivative.cols !== n) return undefined;
    for (let k = 0; k < n; k++) {
      const x = d.data[k]!;
      for (let i = 0; i < m; i++) out.data[i]! += g[k * m + i]! * x;
    }
  }
  return out;
}

const shapeOf = (a: Dense): { rows: number; cols: number } => ({ rows: a.rows, cols: a.cols });

const largestDistance = (a: Dense, b: Dense): number =>
  a.data.reduce((m, x, i) => Math.max(m, Math.abs(x - b.data[i]!)), 0);

/** Whether a value can jump: what hangs on an equality of two numbers is written with `step` and its like. */
const jumps = (e: Expr): boolean => (e.kind === "apply" && isPiecewiseConstant(e.op)) || children(e).some(jumps);

/** Free indices that are tried with several values. */
const MOST_INDICES = 4;

/** A variable, a member or an entry, as it is named. */
function targetExpr(text: string): Expr {
  if (/^\w+$/.test(text)) return { kind: "name", name: text };
  const { expr, problems } = parseExpression(text);
  return problems.length === 0 && (expr.kind === "name" || expr.kind === "index") ? expr : { kind: "name", name: text };
}

/** Ways of rounding a point that an answer which can jump is tried with. */
const ROUNDINGS = 8;

/** Weighs a difference quotient against a prediction: agreement, disagreement, or a point that cannot be trusted. */
function weigh(
  fine: Dense,
  rough: Dense,
  guess: Dense,
  value: Dense,
  h: number,
  nested: number,
): { agrees: boolean | undefined; distance: number } {
  const size = Math.max(largestEntry(fine), largestEntry(guess));
  const noise = ((nested === 0 ? 2e-13 : 2e-10) * largestEntry(value)) / h + 1e-10;
  let apart = 0;
  let spread = 0;
  for (let i = 0; i < fine.data.length; i++) {
    apart = Math.max(apart, Math.abs(fine.data[i]! - guess.data[i]!));
    spread = Math.max(spread, Math.abs(fine.data[i]! - rough.data[i]!));
  }
  const distance = apart / Math.max(size, 1e-300);
  if (apart <= (nested === 0 ? 1e-6 : 1e-5) * size + noise) return { agrees: true, distance: Math.min(distance, 1e-6) };
  // Where the step is too coarse for the function (a kink, a pole nearby, waves shorter than it) the quotient proves
  // nothing: the two quotients differ by much of what they are themselves.
  if (spread > 0.02 * largestEntry(fine) + noise || apart < 1e-3 * size + 10 * noise)
    return { agrees: undefined, distance };
  return { agrees: false, distance };
}

/**
 * Compares a derivative with central differences of the expression along random directions, which stay in the
 * structure of the variable (symmetric, diagonal, …). `wrt` as a list: one derivative after the other; the last is
 * compared, those before are taken from `options.lower` or by differences. Never throws.
 */
export const compareDerivative = (
  expr: Expr,
  derivative: Expr,
  wrt: string | readonly string[],
  scope: Scope,
  options: ComparisonOptions = {},
): Comparison => atOnce(comparison(expr, derivative, wrt, scope, options));

/** The same in steps. */
export function comparison(
  expr: Expr,
  derivative: Expr,
  wrt: string | readonly string[],
  scope: Scope,
  options: ComparisonOptions = {},
): Steps<Comparison> {
  const by = (typeof wrt === "string" ? [wrt] : wrt).map(targetExpr);
  const last = by.at(-1)!;
  const before = by.slice(0, -1);
  const of: Expr = before.length === 0 ? expr : (options.lower ?? { kind: "derivative", of: expr, wrt: before });
  return compare(of, derivative, [last], scope, options, false, before.length === 0 ? undefined : { expr, before });
}

/**
 * Compares a differential, written with the differentials of the names in `wrt` (nodes of kind `differential`),
 * with central differences of the expression when all of them change at once. Never throws.
 */
export const compareDifferential = (
  expr: Expr,
  differential: Expr,
  wrt: readonly string[],
  scope: Scope,
  options: ComparisonOptions = {},
): Comparison => atOnce(comparisonOfDifferential(expr, differential, wrt, scope, options));

/** The same in steps. */
export const comparisonOfDifferential = (
  expr: Expr,
  differential: Expr,
  wrt: readonly string[],
  scope: Scope,
  options: ComparisonOptions = {},
): Steps<Comparison> => compare(expr, differential, wrt.map(targetExpr), scope, options, true);

/** Whether a value changes as a whole when the variables change by their rounding errors: it compares equal numbers. */
function hangsOnRounding(program: Program, cell: Cell, point: Point): boolean {
  const here = cell.value;
  const size = largestEntry(here);
  let apart = false;
  for (let way = 1; way <= ROUNDINGS && !apart; way++) {
    program.run(rounded(point, way));
    apart = !(largestDistance(here, cell.value) <= 1e-4 * Math.max(size, largestEntry(cell.value)) + 1e-9);
  }
  program.run(point);
  return apart;
}

function* compare(
  of: Expr,
  derivative: Expr,
  names: readonly Expr[],
  scope: Scope,
  options: ComparisonOptions,
  differential: boolean,
  /** What `of` is a derivative of, and by what. */
  origin?: { readonly expr: Expr; readonly before: readonly Expr[] },
): Steps<Comparison> {
  let distance = 0;
  let differs = false;
  let objection: string | undefined;
  const work = function* (): Steps<{ readonly seen: number; readonly failure: Failure | undefined }> {
    const varying = names.flatMap((n) => (n.kind === "name" ? [n.name] : []));
    const program = new Program(scope, { varying });
    const value = yield* program.adding(of);
    const targets = names.map((n) => program.target(n));
    // With `d(name)` as steps, the directions of the differential are the ones the quotient moves along.
    const moves = differential ? names.map((n) => program.add({ kind: "differential", of: n })) : [];
    const first = origin === undefined ? undefined : program.add(origin.expr);
    const before = (origin?.before ?? []).map((n) => ({ target: program.target(n), properties: program.structure(n) }));
    for (const n of origin?.before ?? []) program.add(n);
    const sides = (): Sides | undefined =>
      first === undefined
        ? undefined
        : sidesOf(
            first.value,
            before.map((b) => ({ ...shapeOf(b.target.get()), properties: b.properties })),
          );
    yield;
    const compiled = yield* program.adding(derivative);
    for (const t of targets) program.add(t.cell === value ? of : names[targets.indexOf(t)]!);
    const steps = dependents(
      [value],
      targets.map((t) => t.cell),
    );
    const nested = program.nestingOf(value);
    const h = stepSize(nested);
    const mayJump = jumps(derivative);
    const indices = [...program.freeIndices].slice(0, MOST_INDICES);
    const atOne = (point: Point): boolean => {
      if (!isFinite(value.value) || !isFinite(compiled.value)) throw program.unusable();
      let good = false;
      for (let k = 0; k < (differential ? 1 : (options.directions ?? 1)); k++) {
        const directions = differential
          ? moves.map((m) => m.value)
          : targets.map((t, i) =>
              point.direction(`${exprKey(names[i]!)}${k === 0 ? "" : k}`, t.get(), program.structure(names[i]!)),
            );
        const quotients = alongDirection(value, steps, targets, directions, h);
        if (!isFinite(quotients.fine)) continue;
        // What a derivative says outside of the structure of its variables plays no part.
        const own = sides();
        const inside = (m: Dense): Dense => (own === undefined ? m : within(m, own));
        const [fine, rough] = [inside(quotients.fine), inside(quotients.rough)];
        const found = differential
          ? compiled.value.rows === fine.rows && compiled.value.cols === fine.cols
            ? compiled.value
            : undefined
          : predicted(compiled.value, directions[0]!, value.value);
        const guess = found === undefined ? undefined : inside(found);
        if (guess === undefined) {
          objection = `the shape ${compiled.value.rows}×${compiled.value.cols} does not fit`;
          distance = Infinity;
          differs = true;
          return true;
        }
        const verdict = weigh(fine, rough, guess, value.value, h, nested);
        if (verdict.agrees === undefined) continue;
        if (!verdict.agrees) {
          // A quotient that another step changes as much as it is off is noise (sin of something huge), not evidence.
          const again = inside(alongDirection(value, steps, targets, directions, 0.7 * h).fine);
          const apart = largestDistance(fine, guess);
          if (!isFinite(again) || largestDistance(fine, again) > 0.1 * apart) continue;
          // So is one of a value that rounding its variables changes as much.
          const here = value.value;
          program.run(rounded(point));
          const change = isFinite(value.value) ? largestDistance(here, value.value) : Infinity;
          program.run(point);
          if (change / h > 0.01 * apart) continue;
        }
        good = true;
        distance = Math.max(distance, verdict.distance);
        if (!verdict.agrees) differs = true;
        else if (mayJump && k === 0 && hangsOnRounding(program, compiled, point)) {
          differs = true;
          objection = "it hangs on how numbers are rounded";
        }
      }
      return good;
    };
    return yield* atPoints(program, scope, options.seed ?? 1, options.points ?? 2, (point) => {
      if (indices.length === 0) return atOne(point);
      // Indices that nothing binds stand for any entry: equal ones and different ones.
      let good = false;
      for (let way = 0; way < 2 ** indices.length; way++) {
        indices.forEach((n, i) => program.setIndex(n, 1 + ((way >> i) & 1)));
        program.run(point);
        if (atOne(point)) good = true;
      }
      return good;
    });
  };
  const outcome = yield* attemptInSteps(work());
  if (differs) return { verdict: "differs", distance, ...(objection === undefined ? {} : { reason: objection }) };
  if (isFailure(outcome)) return { verdict: "unknown", distance: NaN, reason: outcome.message, kind: outcome.kind };
  if (outcome.seen === 0)
    return {
      verdict: "unknown",
      distance: NaN,
      reason: outcome.failure?.message ?? "no point was found at which differences can be trusted",
      kind: outcome.failure?.kind ?? "domain",
    };
  return { verdict: "agrees", distance };
}
