import { children, type Expr, num, sameExpr, someNode } from "../core/ast";
import { REQUEST_STEPS, stepsWithBudget } from "../core/budget";
import { Refusal } from "../core/problem";
import type { Scope } from "../core/scope";
import { atOnce, type Steps } from "../core/steps";
import { isStructured, type Layout, type LayoutChoice } from "../evaluation";
import { missingAssumption } from "./assumptions";
import { areNothing, comparingSides, type Ground, type Numbers, withTransposed } from "./compare";
import { agreesBeyondRounding } from "./extremes";
import { explain, nearestInSteps, numberSlip, rarerSlip, scaled } from "./explain";
import { isZero } from "./note";
import { disproof, proof } from "./prove";
import type { Print, Variant } from "./variants";
import { hasDerivative, hasDifferential, varyingNames } from "./varying";
import { type Slip, UNKNOWN, type Verdict } from "./verdict";

export interface JudgeOptions {
  /** The layout that written derivatives are meant in. */
  readonly layout?: Layout;
  /** The layout is not known: an equation that holds in any of them is true. */
  readonly anyLayout?: boolean;
  /** Whether what holds at random points is to be proved by normal form too. */
  readonly prove?: boolean;
  /** Whether to look for what is wrong with an equation that fails; or only for an assumption under which it holds. */
  readonly explain?: boolean | "assumption";
  readonly print: Print;
}

const ALL: readonly LayoutChoice[] = ["transposedGradients", "transposedMatrixGradients", "transposedJacobians"];

/** Every layout that differs from a base in some choices, the base first. */
function layoutsAround(base: Layout, choices: readonly LayoutChoice[]): Layout[] {
  let out: Layout[] = [base];
  for (const c of choices) out = [...out, ...out.map((l) => ({ ...l, [c]: base[c] !== true }))];
  return out;
}

/** Derivatives by a structured variable are written in three ways; two of them no contract has. */
const STRUCTURES: readonly (Layout["structure"] & string)[] = ["ignored", "independent"];

/**
 * Whether an equation is true: by numbers first, since they are quick, then by normal form; one that fails is
 * explained (under which assumption it would hold, or what is wrong with it). Never throws.
 */
export const judge = (left: Expr, right: Expr, scope: Scope, options: JudgeOptions): Verdict =>
  atOnce(judging(left, right, scope, options));

/** The same in steps. */
export function* judging(left: Expr, right: Expr, scope: Scope, options: JudgeOptions): Steps<Verdict> {
  const verdict = yield* decided(left, right, scope, options);
  if (verdict.tooLarge !== true || options.prove === false) return verdict;
  // Numbers have used up what there was to spend: the normal form may need little.
  const isProved = yield* stepsWithBudget(REQUEST_STEPS, proof(left, right, scope, options.layout ?? {}));
  return isProved ? { status: "proved" } : verdict;
}

function* decided(left: Expr, right: Expr, scope: Scope, options: JudgeOptions): Steps<Verdict> {
  try {
    return yield* stepsWithBudget(REQUEST_STEPS, decide(left, right, scope, options));
  } catch (error) {
    if (error instanceof Refusal && error.code === "too-large")
      return { ...UNKNOWN("it is too large to be judged"), tooLarge: true };
    return UNKNOWN("it could not be judged");
  }
}

function* decide(left: Expr, right: Expr, scope: Scope, options: JudgeOptions): Steps<Verdict> {
  if ([left, right].some((e) => someNode(e, (n) => n.kind === "error")))
    return UNKNOWN("a part of it was not understood");
  const base = options.layout ?? {};
  // That they differ at one point is enough for those who do not ask what is wrong.
  const briefly = options.explain === false ? ({ until: "different" } as const) : {};
  const first = yield* comparingSides(left, right, { scope, layout: base, ...briefly });
  // Without a value it is not known which choices matter: products of derivatives may fit in another layout.
  const choices =
    first.misfit === true && derivativeCount(left) + derivativeCount(right) > 1 ? ALL : [...first.choices];
  const open = options.anyLayout === true && (derives(left, scope) || derives(right, scope));
  const layouts = open ? layoutsAround(base, choices) : [base];
  if (open && structuredTarget(left, right, scope))
    for (const structure of STRUCTURES) layouts.push(...layoutsAround(base, choices).map((l) => ({ ...l, structure })));
  /** The first comparison in another layout, where that is all there is to it. */
  function* turnedOver(layout: Layout): Steps<Numbers | undefined> {
    const found = turned(first, layout, left, right, choices, base);
    if (found === undefined || found.relation === "different" || options.explain !== false) return found;
    // Turned over it may agree: one point was enough only to see that it differs.
    return turned(yield* comparingSides(left, right, { scope, layout: base }), layout, left, right, choices, base);
  }
  const holding: Layout[] = [];
  let held: Numbers | undefined;
  let failed: { layout: Layout; numbers: Numbers } | undefined;
  let undecided: string | undefined;
  let modelled: Layout | undefined;
  for (const layout of layouts) {
    const numbers =
      layout === base
        ? first
        : ((yield* turnedOver(layout)) ?? (yield* comparingSides(left, right, { scope, layout, ...briefly })));
    if (numbers.relation === "equal") {
      holding.push(layout);
      held ??= numbers;
    } else if (numbers.relation === "unknown") {
      // That it does not fit in another layout says nothing against this one.
      if (layout === base || failed === undefined) undecided ??= numbers.note ?? "the numbers do not decide it";
    } else if (numbers.modelled) {
      undecided ??= "it is about functions that are not defined";
      if (numbers.shapes !== true) modelled ??= layout;
    } else if (failed === undefined || (failed.numbers.shapes === true && numbers.shapes !== true))
      failed = { layout, numbers };
  }
  if (holding.length > 0) {
    const isProved = options.prove !== false && (yield* proof(left, right, scope, holding[0]!));
    if (!isProved && options.prove !== false && (yield* disproof(left, right, scope, holding[0]!)))
      return { status: "wrong", note: "by less than rounding shows" };
    if (!isProved && !isZero(left) && !isZero(right) && areNothing(held!)) {
      // Who asks for numbers alone is told of what numbers cannot tell only where it is proved.
      const isSure = options.prove === false && (yield* proof(left, right, scope, holding[0]!));
      if (!isSure) return UNKNOWN("both sides are zero wherever they were compared");
    }
    if (!isProved && !(yield* agreesBeyondRounding(left, right, { scope, layout: holding[0]! })))
      return UNKNOWN("its constants are too small or too large for the numbers to decide it");
    const status = isProved ? "proved" : "verified";
    return holding.length === layouts.length ? { status } : { status, layouts: holding, choices };
  }
  if (failed === undefined || undecided !== undefined) {
    // Numbers that cannot tell (a mixed derivative that is zero, a kink) leave it to the normal form.
    if (first.relation === "unknown" && options.prove !== false && (yield* proof(left, right, scope, base)))
      return { status: "proved" };
    if ((options.explain ?? true) === true && modelled !== undefined) {
      const slip = yield* slipOfAny(left, right, scope, modelled, options.print);
      if (slip !== undefined) return slip;
    }
    return {
      ...UNKNOWN(undecided ?? "it was not judged"),
      ...(first.misfit === true ? { misfit: true } : {}),
      ...(first.tooLarge === true ? { tooLarge: true } : {}),
    };
  }
  if (options.explain === false) return { status: "wrong" };
  if (options.explain === "assumption") {
    const condition = yield* missingAssumption(left, right, { scope, layout: failed.layout });
    if (condition === undefined) return { status: "wrong" };
    return { status: "conditional", note: `holds only if ${conditionText(condition)}`, condition };
  }
  return yield* refute(left, right, scope, failed.layout, failed.numbers, options.print);
}

/** Slips that are told from what holds of every function. */
const OF_ANY: ReadonlySet<Variant["edit"]> = new Set(["sign", "transpose", "swap", "mark", "number", "name", "extra"]);

/**
 * The slip in an equation about functions without a definition: what fails of some functions is wrong where one slip makes it
 * hold of all. A repair that repeats the other side has repaired nothing: `f(−x) = f(x)` is said of f.
 */
function* slipOfAny(left: Expr, right: Expr, scope: Scope, layout: Layout, print: Print): Steps<Verdict | undefined> {
  // Dots, sets and other signs that were read as functions are none.
  if ([left, right].some((e) => someNode(e, (n) => n.kind === "call" && !/^\p{L}/u.test(n.name)))) return undefined;
  // Without derivatives it is a demand on the functions: `f(λ + l) = −g(λ − l)`.
  const isOfDerivatives = (n: Expr): boolean => n.kind === "derivative" || (n.kind === "call" && n.primes > 0);
  if (![left, right].some((e) => someNode(e, isOfDerivatives))) return undefined;
  const ground = { scope, layout };
  const [given, claimed, side] = hasDerivative(right) && !hasDerivative(left) ? [right, left, "left" as const] : [left, right, "right" as const]; // prettier-ignore
  const found: Pick<Variant, "expr" | "what"> & { readonly edit: Slip } | undefined = (yield* opposite(given, claimed, ground)) ??
    (yield* nearestInSteps(given, claimed, ground, print, OF_ANY, true)) ?? (yield* numberSlip(given, claimed, ground, print)) ?? (yield* rarerSlip(given, claimed, ground, print, OF_ANY)); // prettier-ignore
  if (found === undefined || sameExpr(found.expr, given)) return undefined;
  return { status: "wrong", note: found.what, slip: found.edit, general: true, correction: { side, expr: found.expr } };
}

/** The other sign of a whole side. */
function* opposite(given: Expr, claimed: Expr, ground: Ground) {
  const expr = scaled(num(-1), claimed);
  return (yield* comparingSides(given, expr, ground)).relation === "equal"
    ? { expr, edit: "opposite" as const, what: "the sign is wrong" }
    : undefined;
}

/** Whether an expression has derivatives in it, its own or those of functions that it calls. */
const derives = (e: Expr, scope: Scope): boolean =>
  hasDerivative(e) ||
  someNode(e, (n) => {
    const d = n.kind === "call" ? scope.definitions.get(n.name) : undefined;
    return d?.parameters !== undefined && hasDerivative(d.body);
  });

const derivativeCount = (e: Expr): number =>
  (e.kind === "derivative" ? 1 : 0) + children(e).reduce((n, c) => n + derivativeCount(c), 0);

/** The comparison in another layout, where that only transposes a side that is one derivative. */
function turned(
  first: Numbers,
  layout: Layout,
  left: Expr,
  right: Expr,
  choices: readonly LayoutChoice[],
  base: Layout,
): Numbers | undefined {
  if (first.within === true || choices.length !== 1 || layout.structure !== base.structure || first.pairs.length === 0)
    return undefined;
  if (derivativeCount(left) + derivativeCount(right) !== 1) return undefined;
  if (left.kind === "derivative") return withTransposed(first, "left");
  return right.kind === "derivative" ? withTransposed(first, "right") : undefined;
}

/** Whether some derivative is by a variable whose structure restricts it. */
function structuredTarget(left: Expr, right: Expr, scope: Scope): boolean {
  const structured = (e: Expr): boolean =>
    e.kind === "name" && isStructured(scope.variables.get(e.name)?.properties ?? new Set());
  return [left, right].some((side) => someNode(side, (n) => n.kind === "derivative" && n.wrt.some(structured)));
}

/** What to say about an equation that fails. */
function* refute(
  left: Expr,
  right: Expr,
  scope: Scope,
  layout: Layout,
  numbers: Numbers,
  print: Print,
): Steps<Verdict> {
  const ground = { scope, layout };
  const condition = numbers.shapes === true ? undefined : yield* missingAssumption(left, right, ground);
  const varying = hasDifferential(left) || hasDifferential(right) ? (varyingNames([left, right], scope) ?? []) : [];
  const explained = yield* explain(left, right, numbers, ground, varying, print);
  if (condition === undefined) return { status: "wrong", ...explained };
  return {
    status: "conditional",
    note: `holds only if ${conditionText(condition)}`,
    condition,
    ...(explained.correction === undefined ? {} : { correction: explained.correction }),
    ...(explained.slip === undefined ? {} : { slip: explained.slip }),
  };
}

/** `A is symmetric`, `A and B are symmetric`. */
export function conditionText(condition: NonNullable<Verdict["condition"]>): string {
  const { names, property } = condition;
  const list = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
  return `${list} ${names.length === 1 ? "is" : "are"} ${property}`;
}
