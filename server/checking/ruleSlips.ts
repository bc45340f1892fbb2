import { apply, children, type Expr, factorsOf, sameExpr, someNode, withChild } from "../core/ast";
import { REQUEST_STEPS, stepsWithBudget } from "../core/budget";
import { Refusal } from "../core/problem";
import type { Steps } from "../core/steps";
import { judgingInWorlds, type WorldsQuestion } from "./inWorlds";
import { judging } from "./judge";
import { type Print, sumOf, terms, type Variant, withoutMinus } from "./variants";
import type { Verdict } from "./verdict";

// Rules that name nothing but derivatives and what changes: chain rules, total differentials, product rules.

/** Slips that a rule is held against. */
const MOST_VARIANTS = 16;
const WORK = 4 * REQUEST_STEPS;

/** Signs that stand between the derivatives of a rule. */
const BETWEEN: ReadonlySet<string> = new Set(["add", "sub", "mul", "div", "neg", "dot", "tr", "transpose"]);

const isGradient = (e: Expr): boolean => e.kind === "call" && (e.name === "∇" || e.name === "∇²");
/** A name, or a function of names. */
const isPlain = (e: Expr): boolean => e.kind === "name" || (e.kind === "call" && e.primes === 0 && /^\p{L}/u.test(e.name) && e.args.every((a) => a.kind === "name")); // prettier-ignore
/** A derivative or a differential of one thing. */
const isLink = (e: Expr): boolean =>
  (e.kind === "derivative" && e.wrt.length === 1 && e.wrt[0]!.kind === "name" && isPlain(e.of)) ||
  (e.kind === "differential" && isPlain(e.of)) ||
  (isGradient(e) && e.kind === "call" && e.args.length === 1 && isPlain(e.args[0]!));

const linksIn = (e: Expr): readonly Expr[] => (isLink(e) ? [e] : children(e).flatMap(linksIn));

/** Whether a side is made of derivatives, what they are of, and numbers. */
function isOfLinks(e: Expr): boolean {
  if (isLink(e) || isPlain(e) || e.kind === "number") return true;
  return e.kind === "apply" && BETWEEN.has(e.op) && e.args.every(isOfLinks);
}

/**
 * The slip in a rule that names nothing but derivatives: `dz/dx = 2 dz/dy dy/dx`, `df = f_x dx − f_y dy`,
 * `∂z/∂x = ∂x/∂y ∂y/∂x`. It is none that holds of some functions: one sign, one number or one name keeps it from being a
 * rule that is confirmed.
 */
export function* slipInRule(question: WorldsQuestion): Steps<Verdict | undefined> {
  const { left, right, print } = question;
  if (!isOfLinks(right) || !someNode(left, isLink) || linksIn(right).length < 2) return undefined;
  if (!isLink(left) && !isOfLinks(left)) return undefined;
  try {
    return yield* stepsWithBudget(WORK, firstSlip(question, print));
  } catch (error) {
    if (error instanceof Refusal && error.code === "too-large") return undefined;
    throw error;
  }
}

function* firstSlip(question: WorldsQuestion, print: Print): Steps<Verdict | undefined> {
  const { left, right } = question;
  let tried = 0;
  for (const v of [...signs(right, print), ...numbers(right, print), ...otherNames(right, left, print)]) {
    if (differentiatesByItself(v.expr)) continue;
    if (++tried > MOST_VARIANTS) return undefined;
    if (yield* holds({ ...question, right: v.expr, mayBeWrong: false }))
      return { status: "wrong", note: v.what, slip: v.edit, general: true, correction: { side: "right", expr: v.expr } }; // prettier-ignore
  }
  return undefined;
}

/** A chain of nothing but derivatives with `dy/dy` among them: it holds, and nobody would write it. */
export const differentiatesByItself = (e: Expr): boolean =>
  someNode(e, (n) => {
    if (n.kind !== "apply" || n.op !== "mul") return false;
    const factors = factorsOf(n).filter((f) => f.kind !== "number");
    return factors.length > 1 && factors.every(isLink) && factors.some(isByItself);
  });

const isByItself = (e: Expr): boolean => e.kind === "derivative" && e.wrt.length === 1 && sameExpr(e.of, e.wrt[0]!);

/** Whether a rule is confirmed, as it stands or with all that the note says. */
function* holds(question: WorldsQuestion): Steps<boolean> {
  const { left, right, formula, print, says } = question;
  const how = { anyLayout: true, prove: false, explain: false, print };
  const plain = yield* judging(left, right, formula.scope, how);
  if (plain.status === "verified" && says(left, right, formula.scope)) return true;
  return (yield* judgingInWorlds(question))?.status === "verified";
}

/** The other sign of the whole, or of one term. */
function* signs(e: Expr, print: Print): Generator<Variant> {
  const parts = terms(e);
  if (parts.length === 1) {
    const bare = withoutMinus(e);
    if (bare !== undefined) yield { expr: bare, edit: "sign", what: "the sign is wrong" };
    return;
  }
  for (const p of parts) {
    const turned = parts.map((q) => (q === p ? { ...q, sign: q.sign === 1 ? (-1 as const) : (1 as const) } : q));
    const what = `the sign of ${print(p.term)} should be ${p.sign === 1 ? "minus" : "plus"}`;
    yield { expr: sumOf(turned), edit: "sign", what };
  }
}

/** A number that stands in front of a product: no rule about all functions has one. */
function* numbers(e: Expr, print: Print): Generator<Variant> {
  const factors = factorsOf(e);
  const [first, ...rest] = factors;
  if (e.kind === "apply" && e.op === "mul" && first!.kind === "number" && rest.length > 0) {
    const expr = rest.reduce((a, b) => apply("mul", a, b));
    yield { expr, edit: "number", what: `the factor ${print(first!)} should not be there` };
    return;
  }
  if (e.kind !== "apply") return;
  for (let i = 0; i < e.args.length; i++)
    for (const v of numbers(e.args[i]!, print)) yield { ...v, expr: withChild(e, i, v.expr) };
}

/**
 * Another name in a derivative: one that the rule has elsewhere, for one that it has elsewhere too. A name that stands
 * nowhere else may be another one for the same thing (`∂E/∂w = ∂e/∂y ∂y/∂w`).
 */
function* otherNames(right: Expr, left: Expr, print: Print): Generator<Variant> {
  const count = new Map<string, number>();
  const see = (e: Expr): void => {
    if (e.kind === "name") count.set(e.name, (count.get(e.name) ?? 0) + 1);
    if (e.kind === "derivative") e.wrt.forEach(see);
    (e.kind === "derivative" ? [e.of] : children(e)).forEach(see);
  };
  see(left);
  see(right);
  const names = [...count.keys()];
  const renamed = function* (e: Expr): Generator<Expr> {
    if (e.kind === "name" && (count.get(e.name) ?? 0) > 1)
      for (const n of names) if (n !== e.name) yield { ...e, name: n };
    if (e.kind === "name") return;
    const parts = children(e);
    for (let i = 0; i < parts.length; i++) for (const x of renamed(parts[i]!)) yield withChild(e, i, x);
  };
  const visit = function* (e: Expr): Generator<Variant> {
    if (isLink(e)) {
      for (const expr of renamed(e)) yield { expr, edit: "name", what: `${print(e)} should be ${print(expr)}` };
      return;
    }
    const parts = children(e);
    for (let i = 0; i < parts.length; i++) for (const v of visit(parts[i]!)) yield { ...v, expr: withChild(e, i, v.expr) }; // prettier-ignore
  };
  yield* visit(right);
}
