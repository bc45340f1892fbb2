import { apply, type Expr, sameExpr, someNode } from "../core/ast";
import { dimEqual } from "../core/dimension";
import type { Scope } from "../core/scope";
import { sameShape, type Shape, transposed } from "../core/shape";
import type { Steps } from "../core/steps";
import { type Slip, slips } from "../documents/notes/slips";
import { dimensionExpr } from "../language/dimensionOf";
import { inferShape } from "../shapes/infer";
import { derivedSide } from "./explain";
import { judging } from "./judge";
import { refitted } from "./refit";
import { type Print, sumOf, terms } from "./variants";
import { hasDerivative } from "./varying";
import type { Verdict } from "./verdict";

/** Repairs that are compared by numbers. */
const MOST_COMPARED = 40;
/** Repairs of one term that are put together with those of others. */
const MOST_OF_TERM = 6;

const NOTHING = (): string => "";

type Found = Pick<Verdict, "note" | "correction" | "slip">;

/**
 * An equation of which one side fits and the other does not, or has another shape: the slips, one in each term, that make it
 * fit and true. What is not true then was not understood. Sizes must be natural: no number for what is printed as a vector.
 */
export function* sizeSlip(
  left: Expr,
  right: Expr,
  scope: Scope,
  print: Print,
  ownLeft: boolean,
): Steps<Found | undefined> {
  const shapeOf = (e: Expr): Shape | undefined => {
    const { shape, problems } = inferShape(e, scope, { tolerant: true });
    return problems.length > 0 ? undefined : shape;
  };
  const [l, r] = [shapeOf(left), shapeOf(right)];
  const isLoose = hasDerivative(left) || hasDerivative(right);
  const matches = (a: Shape, b: Shape): boolean => sameShape(a, b) || (isLoose && sameShape(a, transposed(b)));
  if (l !== undefined && r !== undefined && matches(l, r)) return undefined;
  // Who writes no transpose at all may not write them anywhere.
  if (![left, right].some((e) => someNode(e, (n) => n.kind === "apply" && n.op === "transpose"))) return undefined;
  const fitting = refitted(left, right, scope);
  if (fitting !== undefined) {
    const how = { anyLayout: isLoose, prove: false, explain: false, print };
    if ((yield* judging(left, right, fitting, how)).status === "verified") return undefined;
  }
  for (const side of ownLeft ? (["right", "left"] as const) : (["right"] as const)) {
    const [claimed, target] = side === "right" ? [right, l] : [left, r];
    if (target === undefined) continue;
    let compared = 0;
    for (const { expr, what, edit } of repaired(claimed, target, scope, shapeOf, matches)) {
      if (++compared > MOST_COMPARED) break;
      const [a, b] = side === "right" ? [left, expr] : [expr, right];
      // A repair that makes both sides the same text has repaired nothing: it is a condition.
      if (sameExpr(a, b)) continue;
      const { status } = yield* judging(a, b, scope, { anyLayout: isLoose, prove: false, explain: false, print });
      if (status !== "verified") continue;
      // A derivative that is only right the other way up is written as the calculus has it.
      const isUpright =
        !isLoose || (yield* judging(a, b, scope, { prove: false, explain: false, print })).status === "verified";
      const derived = !isUpright && side === "right" ? yield* derivedSide(left, scope, {}, []) : undefined;
      return derived === undefined
        ? { note: what(print), slip: edit, correction: { side, expr } }
        : { note: "", slip: edit, correction: { side, expr: derived } };
    }
  }
  return undefined;
}

/** A side with its terms repaired so that all have one shape, the likeliest repairs first. */
function* repaired(
  side: Expr,
  target: Shape,
  scope: Scope,
  shapeOf: (e: Expr) => Shape | undefined,
  matches: (a: Shape, b: Shape) => boolean,
): Generator<Slip> {
  const { shapes } = inferShape(side, scope, { tolerant: true });
  const shapeAt = (e: Expr): Shape | undefined => shapes.get(e);
  const parts = terms(side);
  // Of a whole sum that is turned, or of one term of it.
  const all = parts.map(({ sign, term }): readonly (Slip & { readonly sign: 1 | -1 })[] => {
    const shape = shapeOf(term);
    const isRight = shape !== undefined && matches(shape, target) && (parts.length === 1 || sameShape(shape, target));
    if (isRight) return [{ expr: term, what: NOTHING, edit: "transpose", cost: 0, sign }];
    // An identity has the size of what it stands beside.
    if (term.kind === "apply" && term.op === "eye" && dimEqual(target.rows, target.cols))
      return [{ expr: apply("eye", dimensionExpr(target.rows)), what: NOTHING, edit: "transpose", cost: 0, sign }];
    const out: (Slip & { readonly sign: 1 | -1 })[] = [];
    for (const s of slips(term, shapeAt)) {
      const own = shapeOf(s.expr);
      if (own !== undefined && matches(own, target)) out.push({ ...s, sign });
    }
    return out.sort((a, b) => a.cost - b.cost).slice(0, parts.length === 1 ? MOST_COMPARED : MOST_OF_TERM);
  });
  if (all.some((t) => t.length === 0)) return;
  const ways: Slip[] = [];
  const combine = (i: number, chosen: readonly (Slip & { readonly sign: 1 | -1 })[]): void => {
    if (ways.length > 4 * MOST_COMPARED) return;
    if (i === all.length) {
      const said = chosen.flatMap((c) => (c.what === NOTHING ? [] : [c.what]));
      if (said.length === 0) return;
      const expr = sumOf(chosen.map((c) => ({ sign: c.sign, term: c.expr })));
      ways.push({
        expr,
        what: (print) => said.map((what) => what(print)).join(", and "),
        edit: chosen.find((c) => c.what !== NOTHING)!.edit,
        cost: chosen.reduce((n, c) => n + c.cost, 0),
      });
      return;
    }
    for (const c of all[i]!) combine(i + 1, [...chosen, c]);
  };
  combine(0, []);
  yield* ways.sort((a, b) => a.cost - b.cost);
}
