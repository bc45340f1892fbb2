import { type Expr, freeNames, someNode } from "../core/ast";
import type { Scope } from "../core/scope";
import { atOnce } from "../core/steps";
import type { MathDocument } from "../documents/document";
import { Passages } from "../documents/passages";
import { expressions } from "../language/statement";
import { comparingSides } from "./compare";
import { derivedSide, missingTerm } from "./explain";
import type { Print } from "./variants";
import { hasDifferential, varyingNames } from "./varying";
import { UNKNOWN, type Verdict } from "./verdict";

/** The names whose differential a side has. */
function changing(e: Expr, out: Set<string>): Set<string> {
  someNode(e, (n) => {
    if (n.kind === "differential" && n.of.kind === "name") out.add(n.of.name);
    return false;
  });
  return out;
}

/** The names whose differentials stand between two places of a note, other items of a list than that of `own` apart. */
export function changingBetween(document: MathDocument, start: number, end: number, own: number): ReadonlySet<string> {
  const out = new Set<string>();
  const places = Passages.of(document);
  for (const { span, statement } of document.formulas)
    if (span.start >= start && span.start < end && !places.inDifferentItems(span.start, own))
      for (const e of expressions(statement)) changing(e, out);
  return out;
}

/**
 * `d(XY) = (dX)Y` holds only if Y is held fixed. Where the text has a `dY` as well, Y changes: the equation is not
 * confirmed, and wrong where a term with that `dY` is all that it lacks. `elsewhere`: what changes in the text around it.
 */
export function heldFixed(
  left: Expr,
  right: Expr,
  scope: Scope,
  elsewhere: ReadonlySet<string>,
  print: Print,
): Verdict | undefined {
  if (elsewhere.size === 0 || left.kind !== "differential" || left.of.kind === "name" || !hasDifferential(right))
    return undefined;
  const varying = varyingNames([left, right], scope);
  if (varying === undefined) return undefined;
  const more = [...freeNames(left.of)].filter(
    (n) => elsewhere.has(n) && !varying.includes(n) && !scope.definitions.has(n),
  );
  if (more.length === 0) return undefined;
  const all = [...varying, ...more];
  const ground = { scope, varying: all };
  if (atOnce(comparingSides(left, right, ground)).relation !== "different") return undefined;
  const derived = atOnce(derivedSide(left, scope, {}, all));
  const missing = derived === undefined ? undefined : atOnce(missingTerm(left, right, derived, ground, print));
  if (missing === undefined || derived === undefined)
    return UNKNOWN(`it holds only if ${more.join(" and ")} is held fixed`);
  return { status: "wrong", note: missing, slip: "missing", correction: { side: "right", expr: derived } };
}
