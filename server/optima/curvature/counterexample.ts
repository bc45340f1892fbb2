import { type Expr, name } from "../../core/ast";
import { type Dense, zip } from "../../core/dense";
import type { Scope, Variable } from "../../core/scope";
import { Failure, type Point, Program, samplePoint, WAYS } from "../../evaluation";
import { dimName } from "../../core/dimension";
import { dependents } from "../../evaluation/cell";
import { attempt, isFailure } from "../../evaluation/failure";
import { termsOf } from "../inline";

/** Two points and their middle: the value there is not between what a convex (concave) function allows. */
export interface Witness {
  readonly from: ReadonlyMap<string, Dense>;
  readonly to: ReadonlyMap<string, Dense>;
  readonly values: readonly [from: number, middle: number, to: number];
}

/** What numbers say against a function being convex, and against its being concave, at the same values of all else. */
export interface Against {
  readonly convex?: Witness;
  readonly concave?: Witness;
  /** Segments along which the function had values. */
  readonly tried: number;
}

/** How far apart points are drawn: bends may lie near zero or far from it. */
const SCALES = [1, 1, 4, 0.3, 1, 12];
/** Parts of a segment that are tried: all of it, and the beginning. */
const LENGTHS = [1, 0.25, 0.03];
/** A violation is one where it is larger than what rounding does. */
const TOLERANCE = 1e-7;

/**
 * Looks for segments along which a scalar function is above (below) its chord in the middle. Points keep to what is declared
 * of the variables; where the function has no value, others are drawn.
 *
 * @param points how often all other values are drawn anew
 * @param segments how many segments are tried for each
 */
export function evidence(expr: Expr, wrt: readonly Variable[], scope: Scope, points = 6, segments = 30): Against {
  let best: Against = { tried: 0 };
  let tried = 0;
  const outcome = attempt(() => {
    const program = new Program(scope);
    const root = program.add(expr);
    const terms = termsOf(expr).map(({ term }) => program.add(term));
    const targets = wrt.map((v) => program.target(name(v.name)));
    const steps = dependents(
      [root, ...terms],
      targets.map((t) => t.cell),
    );
    for (let at = 0, used = 0; used < points && at < 2 * WAYS.length; at++) {
      const here = attempt((): Against | undefined => {
        const point = samplePoint(scope, program.names, 11, at, {
          atLeast: Math.min(program.largestIndex, 6),
          dims: [...program.dimensions].map(dimName),
        });
        if (point === undefined) throw new Failure("too-large", "the dimensions leave no small example");
        program.run(point);
        return along(point, wrt, segments, (values) => {
          targets.forEach((t, i) => t.set(values[i]!));
          for (const s of steps) s.value = s.compute();
          const size = terms.reduce((m, t) => Math.max(m, Math.abs(t.value.data[0]!)), 0);
          return { value: root.value.data[0]!, size };
        });
      });
      if (isFailure(here)) {
        if (here.kind !== "domain" && here.kind !== "range") throw here;
        continue;
      }
      if (here === undefined || here.tried === 0) continue;
      used++;
      tried += here.tried;
      if (weight(here) > weight(best)) best = here;
      if (weight(best) === 2) return;
    }
  });
  return isFailure(outcome) ? { tried: 0 } : { ...best, tried };
}

const weight = (a: Against): number => (a.convex === undefined ? 0 : 1) + (a.concave === undefined ? 0 : 1);

function along(
  point: Point,
  wrt: readonly Variable[],
  segments: number,
  valueAt: (values: readonly Dense[]) => { value: number; size: number },
): Against {
  const own = wrt.map((v) => point.values.get(v.name)!);
  const drawn = (k: number): Dense[] =>
    wrt.map((v, i) => {
      const d = point.draw(`${v.name} ${k}`, own[i]!.rows, own[i]!.cols, v.properties);
      const scale = SCALES[k % SCALES.length]!;
      return scale === 1 ? d : zip(d, d, (x) => x * scale);
    });
  let convex: Witness | undefined;
  let concave: Witness | undefined;
  let tried = 0;
  for (let k = 0; k < segments && (convex === undefined || concave === undefined); k++) {
    const from = k === 0 ? own : drawn(2 * k);
    const far = drawn(2 * k + 1);
    // Now and then only one variable moves.
    const only = wrt.length > 1 && k % 3 !== 0 ? k % wrt.length : undefined;
    const a = valueAt(from);
    if (!Number.isFinite(a.value)) continue;
    for (const length of LENGTHS) {
      const to = from.map((x, i) =>
        only !== undefined && only !== i ? x : zip(x, far[i]!, (p, q) => p + length * (q - p)),
      );
      const b = valueAt(to);
      const middle = valueAt(from.map((x, i) => zip(x, to[i]!, (p, q) => (p + q) / 2)));
      if (!Number.isFinite(b.value) || !Number.isFinite(middle.value)) continue;
      tried++;
      const size = Math.max(a.size, b.size, middle.size);
      const above = middle.value - (a.value + b.value) / 2;
      if (Math.abs(above) <= TOLERANCE * size + 1e-11) continue;
      const named = (values: readonly Dense[]) => new Map(wrt.map((v, i) => [v.name, values[i]!]));
      const witness: Witness = {
        from: named(from),
        to: named(to),
        values: [a.value, middle.value, b.value],
      };
      if (above > 0) convex ??= witness;
      else concave ??= witness;
    }
  }
  return {
    ...(convex === undefined ? {} : { convex }),
    ...(concave === undefined ? {} : { concave }),
    tried,
  };
}
