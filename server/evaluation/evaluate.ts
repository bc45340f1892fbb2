import type { Expr } from "../core/ast";
import { type Dense, scalar } from "../core/dense";
import { dimName } from "../core/dimension";
import type { Scope } from "../core/scope";
import { type Cell, dependents } from "./cell";
import { atOnce, type Steps } from "../core/steps";
import { attempt, attemptInSteps, Failure, isFailure } from "./failure";
import { type Layout, type LayoutChoice, Program, type ProgramOptions } from "./program";
import { type Point, rounded, samplePoint, WAYS } from "./sample";

export interface EvaluationOptions {
  /** Names whose differential is free (`dX`); see `varyingNames`. */
  readonly varying?: readonly string[];
  readonly layout?: Layout;
  readonly seed?: number;
  /** Points wanted. */
  readonly points?: number;
}

const programOptions = (options: EvaluationOptions): ProgramOptions => ({
  ...(options.varying === undefined ? {} : { varying: options.varying }),
  ...(options.layout === undefined ? {} : { layout: options.layout }),
});

/**
 * The value of an expression at a point; definitions are followed, unknown functions modelled by fixed smooth
 * ones, written derivatives taken by differences. Entries are NaN outside a function's domain. Never throws.
 */
export function evaluate(e: Expr, point: Point, scope: Scope, options: EvaluationOptions = {}): Dense | Failure {
  return attempt(() => {
    const program = new Program(scope, programOptions(options));
    const cell = program.add(e);
    program.run(point);
    return cell.value;
  });
}

export function isFinite(a: Dense): boolean {
  for (let i = 0; i < a.data.length; i++) if (!Number.isFinite(a.data[i]!)) return false;
  return true;
}

export function largestEntry(a: Dense): number {
  let most = 0;
  for (let i = 0; i < a.data.length; i++) most = Math.max(most, Math.abs(a.data[i]!));
  return most;
}

/** Points drawn at most in search of a domain. */
const MOST_DRAWS = 400;

/**
 * Runs `visit` at points at which all goes well, until it has seen `wanted` of them; it says `false` where a point
 * is of no use. Ways of drawing are tried one after the other, so that domains are met (`log`, `arcsin`, `logm`).
 * Returns the failure that all points had in common where there was none.
 */
export function* atPoints(
  program: Program,
  scope: Scope,
  seed: number,
  wanted: number,
  visit: (point: Point) => boolean,
  enough: () => boolean = () => false,
): Steps<{ readonly seen: number; readonly failure: Failure | undefined }> {
  let seen = 0;
  let failure: Failure | undefined;
  const one = (n: number): true | "useless" | Failure => {
    const outcome = attempt(() => {
      const point = samplePoint(scope, program.names, seed, n, {
        atLeast: Math.min(program.largestIndex, 6),
        dims: [...program.dimensions].map(dimName),
      });
      if (point === undefined) throw new Failure("too-large", "the dimensions leave no small example");
      program.run(point);
      return visit(point);
    });
    return isFailure(outcome) ? outcome : outcome || "useless";
  };
  const isOpen = (): boolean => seen < wanted && !enough();
  for (let way = 0; way < WAYS.length && isOpen(); way++)
    for (let variant = 0; variant < 2 && isOpen(); variant++) {
      yield;
      const outcome = one(2 * way + variant);
      if (outcome === true) seen++;
      else {
        if (isFailure(outcome)) {
          if (failure?.kind !== "domain") failure = outcome;
          // Only another domain can help; what is wrong with the expression itself stays wrong.
          if (outcome.kind !== "domain" && outcome.kind !== "range") return { seen, failure: outcome };
        }
        break;
      }
    }
  // A domain that no way of drawing aims at (log(b - A*x)) is still met by chance: draw on.
  for (let n = 2 * WAYS.length; n < MOST_DRAWS && failure?.kind === "domain" && isOpen(); n++) {
    yield;
    const outcome = one(n);
    if (outcome === true) seen++;
    else if (isFailure(outcome) && outcome.kind !== "domain" && outcome.kind !== "range") break;
  }
  return { seen, failure };
}

/** How far apart the lengths of differentials are along a path. */
export const PATH_STEP = 0.05;

/** The values of several expressions at one point. */
export interface Sample {
  readonly values: readonly Dense[];
  /** The largest entry among the terms of each: a sum that cancels cannot be more exact than its terms. */
  readonly sizes: readonly number[];
  /** How far apart the first two values may be for rounding alone, where they are so close that this must be known. */
  readonly noise?: number;
  /** Where wanted: the values when all differentials are scaled by -3, …, 3 times `PATH_STEP`. */
  readonly path?: readonly (readonly Dense[])[];
}

/** The terms of a sum. */
function termsOf(e: Expr): readonly Expr[] {
  return e.kind === "apply" && (e.op === "add" || e.op === "sub" || e.op === "neg") ? e.args.flatMap(termsOf) : [e];
}

/** All combinations of the numbers 1 and 2 for free indices: every dimension has at least two entries. */
function combinations(names: readonly string[]): number[][] {
  let out: number[][] = [[]];
  for (let i = 0; i < names.length; i++)
    out = out.flatMap((c) => [
      [...c, 1],
      [...c, 2],
    ]);
  return out;
}

/** The values of several expressions at the same points, and what was met on the way. */
export interface Sampled {
  readonly samples: readonly Sample[];
  readonly nesting: number;
  readonly unknownFunctions: ReadonlySet<string>;
  readonly layoutChoices: ReadonlySet<LayoutChoice>;
}

export interface SamplingOptions extends EvaluationOptions {
  /** The values are also given for differentials of other lengths, to tell their orders apart. */
  readonly path?: boolean;
  /** Whether what is known after some points decides the matter, so that no more of them are looked at. */
  readonly enough?: (samples: readonly Sample[], nesting: number) => boolean;
}

/**
 * The values of several expressions at the same points: the ground for every comparison. Free indices run through
 * small numbers.
 */
export const sampleValues = (exprs: readonly Expr[], scope: Scope, options: SamplingOptions = {}): Sampled | Failure =>
  atOnce(sampling(exprs, scope, options));

/** The same in steps. */
export const sampling = (
  exprs: readonly Expr[],
  scope: Scope,
  options: SamplingOptions = {},
): Steps<Sampled | Failure> => attemptInSteps(samples(exprs, scope, options));

function* samples(exprs: readonly Expr[], scope: Scope, options: SamplingOptions): Steps<Sampled> {
  const program = new Program(scope, programOptions(options));
  const cells: Cell[] = [];
  for (const e of exprs) {
    cells.push(yield* program.adding(e));
    if (exprs.length > 2) yield;
  }
  const summands = exprs.map((e) => termsOf(e).map((t) => program.add(t)));
  const samples: Sample[] = [];
  const indices = [...program.freeIndices];
  if (indices.length > 6) throw new Failure("too-large", "too many indices");
  const steps = options.path === true ? dependents(cells, [program.scaleTarget.cell]) : [];
  const visit = (point: Point): boolean => {
    const here: Sample[] = [];
    for (const combination of combinations(indices)) {
      if (indices.length > 0) {
        indices.forEach((n, i) => program.setIndex(n, combination[i]!));
        program.run(point);
      }
      const values = cells.map((c) => c.value);
      const sizes = summands.map((terms) => terms.reduce((m, t) => Math.max(m, largestEntry(t.value)), 0));
      if (options.path !== true) {
        const noise = roundingNoise(program, point, cells, Math.max(...sizes));
        here.push({ values, sizes, ...(noise === undefined ? {} : { noise }) });
      } else {
        const target = program.scaleTarget;
        const path: Dense[][] = [];
        for (let k = -3; k <= 3; k++) {
          target.set(scalar(k * PATH_STEP));
          for (const s of steps) s.value = s.compute();
          path.push(cells.map((c) => c.value));
        }
        here.push({ values, sizes, path });
      }
    }
    if (!here.every((s) => s.values.every(isFinite) && (s.path ?? []).every((p) => p.every(isFinite))))
      throw program.unusable();
    samples.push(...here);
    return true;
  };
  const enough = (): boolean => samples.length > 0 && options.enough?.(samples, program.nesting) === true;
  const { failure } = yield* atPoints(program, scope, options.seed ?? 1, options.points ?? 2, visit, enough);
  if (samples.length === 0) throw failure ?? program.unusable();
  const { nesting, unknownFunctions, layoutChoices } = program;
  return { samples, nesting, unknownFunctions, layoutChoices };
}

/** Two values closer than this may be apart by rounding alone. */
const CLOSE = 1e-10;
const ROUNDINGS = 6;

/**
 * By how much the difference of the first two values changes when the variables are rounded otherwise, where the
 * difference is tiny and yet not so beside the values: `1e-20*x'*x` is not 0, what is left of `A - A` may be.
 */
function roundingNoise(program: Program, point: Point, cells: readonly Cell[], size: number): number | undefined {
  const [a, b] = cells;
  if (a === undefined || b === undefined) return undefined;
  const apart = difference(a.value, b.value);
  const most = apart === undefined ? 0 : largestEntry(apart);
  if (apart === undefined || most === 0 || most > CLOSE || most <= 1e-8 * size) return undefined;
  let noise = program.differenceNoise;
  for (let way = 1; way <= ROUNDINGS; way++) {
    program.run(rounded(point, way));
    const again = difference(a.value, b.value);
    if (again === undefined) return undefined;
    noise = Math.max(noise, largestEntry(difference(apart, again)!));
  }
  program.run(point);
  return noise;
}

function difference(a: Dense, b: Dense): Dense | undefined {
  if (a.rows !== b.rows || a.cols !== b.cols) return undefined;
  return { ...a, data: a.data.map((x, i) => x - b.data[i]!) };
}

export interface Equality {
  readonly verdict: "equal" | "different" | "unknown";
  /** Largest distance met, relative to the size of the values. */
  readonly distance: number;
  readonly reason?: string;
}

/** How far apart values are that say something where differences of differences of differences are taken. */
export const VAGUE = 0.05;

/** How far two values may be apart, relative to their size, to be called equal; and to be called different. */
export const tolerances = (nesting: number): { equal: number; different: number } =>
  nesting === 0
    ? { equal: 1e-8, different: 1e-5 }
    : nesting === 1
      ? { equal: 1e-6, different: 1e-4 }
      : nesting === 2
        ? { equal: 1e-4, different: 3e-3 }
        : { equal: 1e-4, different: VAGUE };

/**
 * Distance of two values relative to their size, or to a larger one given; infinite where the shapes differ. What is
 * tiny is no distance unless it is known that rounding alone makes a smaller one (`noise`).
 */
export function relativeDistance(a: Dense, b: Dense, given = 0, noise?: number): number {
  if (a.rows !== b.rows || a.cols !== b.cols) return Infinity;
  let most = 0;
  for (let i = 0; i < a.data.length; i++) most = Math.max(most, Math.abs(a.data[i]! - b.data[i]!));
  const size = Math.max(largestEntry(a), largestEntry(b), given);
  if (noise !== undefined && most > 100 * noise) return most / size;
  return most <= CLOSE ? most : most / Math.max(size, 1e-6);
}

/** Whether two expressions have equal values at random points; `unknown` where that cannot be decided. Never throws. */
export const equalAtPoints = (a: Expr, b: Expr, scope: Scope, options: EvaluationOptions = {}): Equality =>
  atOnce(equalityAtPoints(a, b, scope, options));

/** The same in steps. */
export function* equalityAtPoints(a: Expr, b: Expr, scope: Scope, options: EvaluationOptions = {}): Steps<Equality> {
  const sampled = yield* sampling([a, b], scope, options);
  if (isFailure(sampled)) return { verdict: "unknown", distance: NaN, reason: sampled.message };
  const { equal, different } = tolerances(sampled.nesting);
  let distance = 0;
  for (const s of sampled.samples)
    distance = Math.max(distance, relativeDistance(s.values[0]!, s.values[1]!, Math.max(...s.sizes), s.noise));
  if (distance <= equal) return { verdict: "equal", distance };
  if (distance >= different) return { verdict: "different", distance };
  return { verdict: "unknown", distance, reason: "the values are too close to tell apart" };
}
