import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import type { Layout } from "../evaluation";
import { missingAssumption } from "./assumptions";
import { compareSides, type Numbers } from "./compare";
import { explain } from "./explain";
import { proved } from "./prove";
import type { Print } from "./variants";
import { hasDerivative, hasDifferential, someNode, varyingNames } from "./varying";
import { UNKNOWN, type Verdict } from "./verdict";

export interface JudgeOptions {
  /** Layouts in which written derivatives may be meant, the preferred one first. */
  readonly layouts?: readonly Layout[];
  readonly print: Print;
}

const STANDARD: readonly Layout[] = [{}];

/**
 * Whether an equation is true: by numbers first, since they are quick, then by normal form; one that fails is
 * explained (under which assumption it would hold, or what is wrong with it). Never throws.
 */
export function judge(left: Expr, right: Expr, scope: Scope, options: JudgeOptions): Verdict {
  if ([left, right].some((e) => someNode(e, (n) => n.kind === "error")))
    return UNKNOWN("a part of it was not understood");
  const layouts = hasDerivative(left) || hasDerivative(right) ? (options.layouts ?? STANDARD) : STANDARD;
  const holding: Layout[] = [];
  let failed: { layout: Layout; numbers: Numbers } | undefined;
  let undecided: string | undefined;
  for (const layout of layouts) {
    const numbers = compareSides(left, right, { scope, layout });
    if (numbers.relation === "equal") holding.push(layout);
    else if (numbers.relation === "unknown") undecided ??= numbers.note ?? "the numbers do not decide it";
    else if (numbers.modelled) undecided ??= "it is about functions that are not defined";
    else if (failed === undefined || (failed.numbers.shapes === true && numbers.shapes !== true))
      failed = { layout, numbers };
  }
  if (holding.length > 0) {
    const status = proved(left, right, scope, holding[0]!) ? "proved" : "verified";
    return holding.length === layouts.length ? { status } : { status, layouts: holding };
  }
  if (failed === undefined || undecided !== undefined) return UNKNOWN(undecided ?? "it was not judged");
  return refute(left, right, scope, failed.layout, failed.numbers, options.print);
}

/** What to say about an equation that fails. */
function refute(left: Expr, right: Expr, scope: Scope, layout: Layout, numbers: Numbers, print: Print): Verdict {
  const ground = { scope, layout };
  const condition = numbers.shapes === true ? undefined : missingAssumption(left, right, ground);
  const varying = hasDifferential(left) || hasDifferential(right) ? (varyingNames([left, right], scope) ?? []) : [];
  const explained = explain(left, right, numbers, ground, varying, print);
  if (condition === undefined) return { status: "wrong", ...explained };
  return {
    status: "conditional",
    note: `holds only if ${conditionText(condition)}`,
    condition,
    ...(explained.correction === undefined ? {} : { correction: explained.correction }),
  };
}

/** `A is symmetric`, `A and B are symmetric`. */
export function conditionText(condition: NonNullable<Verdict["condition"]>): string {
  const { names, property } = condition;
  const list = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
  return `${list} ${names.length === 1 ? "is" : "are"} ${property}`;
}
