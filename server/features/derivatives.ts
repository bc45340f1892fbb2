import type { Expr } from "../core/ast";
import { type Derivative, derivation, type Refused } from "../calculus";
import { SharedWork, type Steps } from "../core/steps";
import { transposedExpr } from "../derivation";
import type { Formula } from "../documents/document";
import { isScalar, transposed } from "../core/shape";
import type { Settings } from "./settings";
import { shapeIn } from "./target";
import { sharedInTurns, type Turn } from "./turn";

/** Results of one formula: a formula is kept as long as its text and scope do not change, and they with it. */
const known = new WeakMap<Formula, Map<string, SharedWork<Derivative | Refused>>>();
/** Results kept for one formula. */
const KEPT = 64;

/**
 * The derivative of a part of a formula, computed once, whoever asks for it meanwhile. `wrt` may repeat a variable for higher orders.
 * `value` is the name that the document gives to the part; the derivative may use it.
 * In numerator layout the derivative of a scalar is the transpose of its gradient; Jacobians and Hessians are the same
 * in both.
 */
export function derivativeOf(
  formula: Formula,
  expr: Expr,
  wrt: readonly string[],
  { layout }: Pick<Settings, "layout">,
  turn: Turn,
  value?: Expr,
): Promise<Derivative | Refused> {
  let mine = known.get(formula);
  if (mine === undefined) known.set(formula, (mine = new Map<string, SharedWork<Derivative | Refused>>()));
  const name = value?.kind === "name" ? value.name : undefined;
  const turned = layout === "numerator" && wrt.length === 1;
  const key = `${turned ? "row " : ""}${name ?? ""} ${expr.kind} ${expr.span?.start} ${expr.span?.end} ${wrt.join()}`;
  let work = mine.get(key);
  if (work === undefined) {
    work = new SharedWork(derived(formula, expr, wrt, turned, name));
    if (mine.size >= KEPT) mine.delete(mine.keys().next().value!);
    mine.set(key, work);
  }
  return sharedInTurns(work, turn);
}

function* derived(
  formula: Formula,
  expr: Expr,
  wrt: readonly string[],
  turned: boolean,
  value: string | undefined,
): Steps<Derivative | Refused> {
  const found = yield* derivation({ expr, wrt, scope: formula.scope, ...(value === undefined ? {} : { value }) });
  return turned && found.ok ? inNumeratorLayout(found, expr, formula) : found;
}

function inNumeratorLayout(found: Derivative, expr: Expr, { scope }: Formula): Derivative {
  const value = shapeIn(expr, scope);
  if (value === undefined || !isScalar(value) || isScalar(found.shape)) return found;
  return { ...found, expr: transposedExpr(found.expr, scope), shape: transposed(found.shape) };
}
