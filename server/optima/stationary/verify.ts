import { children, type Expr, num, substitute } from "../../core/ast";
import type { Dense } from "../../core/dense";
import { type Dim, dimNames, dimNumber, dimSubstitute } from "../../core/dimension";
import { exprKey } from "../../core/exprKey";
import type { Scope } from "../../core/scope";
import { isFailure, largestEntry, Random, sampleValues } from "../../evaluation";
import { substituted, termsOf } from "../inline";

/** Points tried; where a matrix is close to singular nothing can be said. */
const POINTS = 16;
const WORST_CONDITION = 1e8;
/** A gradient so small, relative to what it is elsewhere, is zero but for rounding. */
const TOLERANCE = 1e-6;

/** Matrices that are inverted somewhere. */
function inverted(e: Expr, out = new Map<string, Expr>()): Map<string, Expr> {
  if (e.kind === "apply" && e.op === "inv") out.set(exprKey(e), e);
  for (const c of children(e)) inverted(c, out);
  return out;
}

/** How often sizes are drawn at random, where those that are usual make something singular (a wide and a tall matrix). */
const DRAWS = 10;

/** Whether equations hold at random points once variables are replaced: `undefined` where no point is good enough. */
export function holds(
  equations: readonly Expr[],
  solutions: ReadonlyMap<string, Expr>,
  scope: Scope,
): boolean | undefined {
  const usual = holdsWith(equations, solutions, scope);
  if (usual !== undefined) return usual;
  const names = dimensionsOf(scope);
  const random = new Random(5);
  for (let k = 0; k < DRAWS; k++) {
    const sizes = new Map(names.map((n) => [n, 2 + random.integer(5)]));
    const numbers = new Map([...sizes].filter(([n]) => !scope.variables.has(n)).map(([n, x]) => [n, num(x)]));
    const sized = (e: Expr): Expr => substitute(e, numbers);
    const replaced = new Map([...solutions].map(([n, e]) => [n, sized(e)]));
    const found = holdsWith(equations.map(sized), replaced, withSizes(scope, sizes));
    if (found !== undefined) return found;
  }
  return undefined;
}

function dimensionsOf(scope: Scope): string[] {
  const out = new Set<string>(scope.dimensions);
  for (const v of scope.variables.values())
    for (const d of [v.shape.rows, v.shape.cols, ...(v.family === undefined ? [] : [v.family.from, v.family.to])])
      for (const n of dimNames(d)) out.add(n);
  return [...out];
}

/** The same declarations with numbers for dimensions. */
function withSizes(scope: Scope, sizes: ReadonlyMap<string, number>): Scope {
  const by = new Map([...sizes].map(([n, x]) => [n, dimNumber(x)]));
  const at = (d: Dim): Dim => dimSubstitute(d, by);
  const variables = new Map(
    [...scope.variables].map(([n, v]) => {
      const family = v.family === undefined ? {} : { family: { ...v.family, from: at(v.family.from), to: at(v.family.to) } }; // prettier-ignore
      return [
        n,
        {
          ...v,
          shape: { rows: at(v.shape.rows), cols: at(v.shape.cols) },
          ...family,
        },
      ] as const;
    }),
  );
  return { ...scope, variables, dimensions: new Set() };
}

function holdsWith(
  equations: readonly Expr[],
  solutions: ReadonlyMap<string, Expr>,
  scope: Scope,
): boolean | undefined {
  const replaced = equations.map((g) => substituted(g, solutions, scope));
  const terms = replaced.map((g) => termsOf(g).map(({ term }) => term));
  const inverses = [...inverted({ kind: "literal", rows: [[...replaced]] }).values()];
  const matrices = inverses.map((i) => (i as { args: readonly Expr[] }).args[0]!);
  const all = [...replaced, ...equations, ...terms.flat(), ...inverses, ...matrices];
  const sampled = sampleValues(all, scope, { points: POINTS });
  if (isFailure(sampled)) return undefined;
  let good = 0;
  for (const { values } of sampled.samples) {
    const take = (
      (at) =>
      (n: number): readonly Dense[] =>
        values.slice(at, (at += n))
    )(0);
    const residuals = take(replaced.length);
    const elsewhere = take(equations.length);
    const sizes = terms.map((t, i) =>
      take(t.length).reduce((m, x) => Math.max(m, largestEntry(x)), largestEntry(elsewhere[i]!)),
    );
    const inverse = take(inverses.length);
    const matrix = take(matrices.length);
    const ill = inverse.some((x, i) => !(largestEntry(x) * largestEntry(matrix[i]!) < WORST_CONDITION));
    if (ill) continue;
    for (const [i, r] of residuals.entries())
      if (!(largestEntry(r) <= TOLERANCE * Math.max(sizes[i]!, 1e-3))) return false;
    good++;
  }
  return good === 0 ? undefined : true;
}
