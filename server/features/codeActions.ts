import type { Span } from "../core/ast";
import type { Fix } from "../core/problem";
import { curvature } from "../optima/curvature";
import { diagnostics } from "./diagnostics";
import { isScalarTarget } from "./hover";
import { askedIn } from "./answers";
import { formulaAt, overlaps } from "./place";
import { type Edit, RepairLaw } from "./repairLaw";
import type { Finding, Snapshot } from "./snapshot";
import { type Target, targetAt, variablesOf } from "./target";

/** A code action before its edit is made. */
export type Action =
  | { readonly kind: "quickfix"; readonly title: string; readonly fix: Fix; readonly finding: Finding }
  | { readonly kind: "refactor.derive"; readonly title: string; readonly variable: string; readonly target: Span }
  | {
      readonly kind: "refactor.derive.hessian";
      readonly title: string;
      readonly variable: string;
      readonly target: Span;
    }
  | { readonly kind: "refactor.derive.solve"; readonly title: string; readonly variable: string; readonly target: Span }
  | { readonly kind: "refactor.derive.steps"; readonly title: string; readonly variable: string; readonly target: Span }
  | { readonly kind: "refactor.derive.claim"; readonly title: string; readonly variable: string; readonly target: Span }
  | { readonly kind: "source.fixAll"; readonly title: string; readonly fix: Fix };

/** Variables for which derivatives are offered one by one. */
const OFFERED = 6;
/** Variables for which Hessians and derivations are offered in a menu of everything; where they are asked for, all. */
const OFFERED_BESIDE = 2;

/**
 * What can be done at a selection: repairs first, then derivations of the expression there.
 *
 * @param everything whether nothing is to be left out for the sake of a short menu
 */
export function codeActions(snapshot: Snapshot, selection: Span, everything = false): readonly Action[] {
  const actions: Action[] = [];
  const findings = diagnostics(snapshot);
  const law = new RepairLaw(snapshot);
  for (const finding of findings)
    if (overlaps(finding.span, selection))
      for (const fix of finding.fixes)
        if (law.holds(fix.edits, 1)) actions.push({ kind: "quickfix", title: fix.title, fix, finding });
  const all = everything ? fixAll(snapshot, findings) : undefined;
  if (all !== undefined) actions.push({ kind: "source.fixAll", title: all.title, fix: all });

  const question = formulaAt(snapshot.document, selection.start);
  if (question !== undefined && askedIn(question) !== undefined)
    actions.push({
      kind: "refactor.derive.claim",
      title: "Turn the answer into a claim",
      variable: "",
      target: question.span,
    });

  const target = targetAt(snapshot, selection);
  if (target !== undefined && target.expr.kind !== "name" && target.expr.kind !== "number") {
    const variables = variablesOf(target.expr, target.formula.scope).slice(0, OFFERED);
    const likely = everything ? variables : variables.slice(0, OFFERED_BESIDE);
    const about = { target: target.part ? target.span : { start: selection.start, end: selection.start } };
    for (const { name } of variables)
      actions.push({ kind: "refactor.derive", title: `Derive with respect to ${name}`, variable: name, ...about });
    if (isScalarTarget(target))
      for (const { name } of likely)
        actions.push({ kind: "refactor.derive.hessian", title: `Hessian with respect to ${name}`, variable: name, ...about }); // prettier-ignore
    if (isScalarTarget(target))
      for (const { name } of (everything ? likely : likely.slice(0, 1)).filter((v) => !isLinear(target, v.name)))
        actions.push({ kind: "refactor.derive.solve", title: `Where is the gradient zero? (solve for ${name})`, variable: name, ...about }); // prettier-ignore
    for (const { name } of likely)
      actions.push({ kind: "refactor.derive.steps", title: `Insert the derivation with respect to ${name}`, variable: name, ...about }); // prettier-ignore
  }
  return actions;
}

/**
 * Preferred repairs of a document together, as far as they go together: of those that touch the same text the first, and
 * none that brings a new problem once the others are made.
 */
export function fixAll(snapshot: Snapshot, findings: readonly Finding[]): Fix | undefined {
  const chosen: Edit[] = [];
  let count = 0;
  const law = new RepairLaw(snapshot);
  const candidates = findings.flatMap((f) => f.fixes.find((x) => x.preferred === true) ?? []).slice(0, MOST_TOGETHER);
  const apart = candidates.filter(
    (fix, i) => !candidates.slice(0, i).some((other) => touchEachOther(fix.edits, other.edits)),
  );
  if (apart.length < 2) return undefined;
  const together = apart.flatMap((f) => f.edits);
  if (law.holds(together, apart.length)) return { title: titleOf(apart.length), edits: together };
  for (const fix of apart) {
    if (!law.holds([...chosen, ...fix.edits], count + 1)) continue;
    chosen.push(...fix.edits);
    count++;
  }
  return count < 2 ? undefined : { title: titleOf(count), edits: chosen };
}

/** Repairs that are tried together in one document. */
const MOST_TOGETHER = 40;

const titleOf = (count: number): string => `Fix all ${count} mistakes that mcalc can repair`;

const touchEachOther = (a: readonly Edit[], b: readonly Edit[]): boolean =>
  // Lines that are put in at one place stand one below the other.
  a.some((x) => b.some((y) => overlaps(x.span, y.span) && !(isInsertion(x) && isInsertion(y))));

const isInsertion = ({ span }: Edit): boolean => span.start === span.end;

/** Work for finding out whether a gradient is constant, in steps of the budget. */
const LINEAR_STEPS = 10_000;

/** Whether an expression is linear in a variable as it is written: its gradient is zero nowhere. */
function isLinear({ expr, formula }: Target, variable: string): boolean {
  const found = curvature({ expr, wrt: [variable], scope: formula.scope }, "quick", LINEAR_STEPS);
  return found.ok && found.curvature === "affine";
}
