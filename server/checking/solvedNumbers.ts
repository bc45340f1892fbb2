import { children, type Expr, num, withChildren } from "../core/ast";
import type { Dense } from "../core/dense";
import { isFailure, sampling } from "../evaluation";
import type { Steps } from "../core/steps";
import { comparingSides, type Ground } from "./compare";
import { type Print, sumOf, terms, type Variant } from "./variants";

/** Numbers of an expression that are looked at. */
const MOST_NUMBERS = 40;
/** Terms whose coefficients are looked for. */
const MOST_TERMS = 8;
const CLOSE = 1e-7;

/** Whether written matrices are calculated with: a number in `K + (0, 1)`, a point, is what it is. */
const isCalculated = (e: Expr): boolean =>
  (e.kind === "apply" && OF_MATRICES.has(e.op) && e.args.some(isWritten)) || children(e).some(isCalculated);
const isWritten = (e: Expr): boolean => e.kind === "literal" || (e.kind === "apply" && e.op !== "sub" && e.args.some(isWritten)); // prettier-ignore
const OF_MATRICES: ReadonlySet<string> = new Set(["mul", "inv", "det", "tr", "kron"]);

/** An expression with one of its numbers replaced; exponents, indices and sizes are none of those. */
function* places(e: Expr): Generator<{ readonly at: number; readonly put: (value: Expr) => Expr }> {
  if (e.kind === "number") {
    yield { at: e.value, put: (value) => value };
    return;
  }
  if (e.kind === "derivative" || e.kind === "sumover" || e.kind === "index" || e.kind === "call") return;
  if (e.kind === "apply" && OF_SIZES.has(e.op)) return;
  const parts = children(e);
  const until = e.kind === "apply" && e.op === "pow" ? 1 : parts.length;
  for (let i = 0; i < until; i++)
    for (const p of places(parts[i]!))
      yield {
        at: p.at,
        put: (value) =>
          withChildren(
            e,
            parts.map((x, k) => (k === i ? p.put(value) : x)),
          ),
      };
}
const hasLiteral = (e: Expr): boolean => e.kind === "literal" || children(e).some(hasLiteral);
const OF_SIZES: ReadonlySet<string> = new Set(["eye", "ones", "zeros", "factorial", "log"]);

/** A number as people write it: 3, 0.5; `undefined` for others. */
function written(x: number): number | undefined {
  for (const q of [1, 2, 3, 4, 5, 8, 10]) {
    const p = Math.round(x * q);
    if (Math.abs(x * q - p) < CLOSE * Math.max(1, Math.abs(x * q))) return p / q;
  }
  return undefined;
}

/** The t with a + t(b − a) = target in all entries; `undefined` where there is none. */
function reached(target: readonly Dense[], a: readonly Dense[], b: readonly Dense[]): number | undefined {
  let t: number | undefined;
  let moves = false;
  for (const [k, x] of target.entries()) {
    const [from, to] = [a[k]!, b[k]!];
    if (x.data.length !== from.data.length || to.data.length !== from.data.length) return undefined;
    const scale = Math.max(1e-300, ...[x, from, to].flatMap((m) => [...m.data].map(Math.abs)));
    for (let i = 0; i < x.data.length; i++) {
      const [gap, step] = [x.data[i]! - from.data[i]!, to.data[i]! - from.data[i]!];
      if (Math.abs(step) <= CLOSE * scale) {
        if (Math.abs(gap) > CLOSE * scale) return undefined;
        continue;
      }
      moves = true;
      const own = gap / step;
      if (t !== undefined && Math.abs(own - t) > 1e-6 * Math.max(1, Math.abs(t))) return undefined;
      t = own;
    }
  }
  return moves ? t : undefined;
}

/** Which single number of an expression has to be another one for it to equal what is given: an entry, a factor. */
export function* solvedNumber(given: Expr, claimed: Expr, ground: Ground, print: Print): Steps<Variant | undefined> {
  const base = yield* comparingSides(given, claimed, ground);
  if (base.pairs.length === 0 || base.shapes === true) return undefined;
  if ([given, claimed].some(hasLiteral) && ![given, claimed].some(isCalculated)) return undefined;
  let looked = 0;
  for (const { at, put } of places(claimed)) {
    if (++looked > MOST_NUMBERS) return undefined;
    const moved = yield* comparingSides(given, put(num(at + 1)), { ...ground, points: base.pairs.length });
    if (moved.pairs.length !== base.pairs.length) continue;
    const t = reached(
      base.pairs.map((p) => p[0]),
      base.pairs.map((p) => p[1]),
      moved.pairs.map((p) => p[1]),
    );
    const value = t === undefined ? undefined : written(at + t);
    // Nobody writes a 0 in front of what is not there.
    if (value === undefined || value === at || (value === 0 && !hasLiteral(claimed))) continue;
    const expr = put(num(value));
    if ((yield* comparingSides(given, expr, ground)).relation !== "equal") continue;
    return { expr, edit: "number", what: `${print(num(at))} should be ${print(num(value))}` };
  }
  return undefined;
}

/** The terms of a sum, each without the number in front of it. */
function parts(e: Expr): readonly { readonly factor: number; readonly term: Expr }[] {
  return terms(e).map(({ sign, term }) => {
    const [first, second] = term.kind === "apply" && term.op === "mul" ? term.args : [];
    return first?.kind === "number" ? { factor: sign * first.value, term: second! } : { factor: sign, term };
  });
}

/** Values at random points of an expression, put one behind the other. */
function* valuesOf(exprs: readonly Expr[], ground: Ground, points: number): Steps<readonly number[][] | undefined> {
  const sampled = yield* sampling([...exprs], ground.scope, {
    varying: ground.varying ?? [],
    ...(ground.layout === undefined ? {} : { layout: ground.layout }),
    points,
  });
  if (isFailure(sampled)) return undefined;
  const lengths = sampled.samples.map((s) => s.values[0]!.data.length);
  if (sampled.samples.some((s, k) => s.values.some((v) => v.data.length !== lengths[k]!))) return undefined;
  return exprs.map((_, i) => sampled.samples.flatMap((s) => [...s.values[i]!.data]));
}

/** Coefficients c with Σ cᵢ vᵢ = target, by least squares; `undefined` where they are not determined. */
function solve(target: readonly number[], vectors: readonly (readonly number[])[]): number[] | undefined {
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((n, x, i) => n + x * b[i]!, 0);
  const size = vectors.map((v) => Math.sqrt(dot(v, v)) || 1);
  const rows = vectors.map((v, i) => [...vectors.map((w, k) => dot(v, w) / (size[i]! * size[k]!)), dot(v, target) / size[i]!]); // prettier-ignore
  const n = vectors.length;
  for (let i = 0; i < n; i++) {
    let p = i;
    for (let k = i + 1; k < n; k++) if (Math.abs(rows[k]![i]!) > Math.abs(rows[p]![i]!)) p = k;
    [rows[i], rows[p]] = [rows[p]!, rows[i]!];
    if (Math.abs(rows[i]![i]!) < 1e-9) return undefined;
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const by = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= n; j++) rows[k]![j]! -= by * rows[i]![j]!;
    }
  }
  return rows.map((r, i) => r[n]! / r[i]! / size[i]!);
}

/**
 * A sum whose terms are right but for the numbers in front of them (`a + bx + cx²` for `b + 2cx`'s like): those that would
 * make it equal what is given. None may be lost.
 */
export function* solvedCoefficients(
  given: Expr,
  claimed: Expr,
  ground: Ground,
  print: Print,
): Steps<Variant | undefined> {
  const all = parts(claimed);
  if (all.length < 2 || all.length > MOST_TERMS) return undefined;
  const values = yield* valuesOf([given, ...all.map((p) => p.term)], ground, all.length + 2);
  if (values === undefined || values[0]!.length < all.length + 2) return undefined;
  const found = solve(values[0]!, values.slice(1));
  const factors = found?.map(written);
  if (factors === undefined || factors.some((c) => c === undefined || c === 0 || Math.abs(c) > 12)) return undefined;
  const changed = all.flatMap(({ factor, term }, i) => (factors[i] === factor ? [] : [{ term, to: factors[i]! }]));
  if (changed.length === 0) return undefined;
  const expr = sumOf(
    all.map(({ term }, i) => {
      const c = factors[i]!;
      const size = Math.abs(c);
      const product: Expr = size === 1 ? term : { kind: "apply", op: "mul", args: [num(size), term] };
      return { sign: c < 0 ? (-1 as const) : (1 as const), term: product };
    }),
  );
  if ((yield* comparingSides(given, expr, ground)).relation !== "equal") return undefined;
  const what = changed.map(({ term, to }) => `${print(num(to))} in front of ${print(term)}`).join(" and ");
  return { expr, edit: "number", what: `there should be ${what}` };
}
