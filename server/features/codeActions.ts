import type { Span } from "../core/ast";
import type { Fix } from "../core/problem";
import { diagnostics } from "./diagnostics";
import { isScalarTarget } from "./hover";
import { overlaps } from "./place";
import type { Finding, Snapshot } from "./snapshot";
import { targetAt, variablesOf } from "./target";

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
  | { readonly kind: "refactor.derive.steps"; readonly title: string; readonly variable: string; readonly target: Span }
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
  for (const finding of findings)
    if (overlaps(finding.span, selection))
      for (const fix of finding.fixes) actions.push({ kind: "quickfix", title: fix.title, fix, finding });
  const all = fixAll(findings);
  if (all !== undefined) actions.push({ kind: "source.fixAll", title: all.title, fix: all });

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
    for (const { name } of likely)
      actions.push({ kind: "refactor.derive.steps", title: `Insert the derivation with respect to ${name}`, variable: name, ...about }); // prettier-ignore
  }
  return actions;
}

/** Every preferred repair of a document at once; of two that touch the same text, the first. */
export function fixAll(findings: readonly Finding[]): Fix | undefined {
  const chosen: { span: Span; text: string }[] = [];
  let count = 0;
  for (const finding of findings) {
    const fix = finding.fixes.find((f) => f.preferred === true);
    if (fix === undefined || fix.edits.some((e) => chosen.some((c) => overlaps(c.span, e.span)))) continue;
    chosen.push(...fix.edits);
    count++;
  }
  return count < 2 ? undefined : { title: `Fix all ${count} mistakes that mcalc can repair`, edits: chosen };
}
