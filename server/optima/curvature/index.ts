import { children, type Expr } from "../../core/ast";
import { REQUEST_STEPS, withBudget } from "../../core/budget";
import type { Dense } from "../../core/dense";
import { asSentence, type ProblemCode, Refusal } from "../../core/problem";
import type { Scope, Variable } from "../../core/scope";
import { isScalar, shapeText } from "../../core/shape";
import { Stuck } from "../../derivation/context";
import { printText } from "../../language/print";
import { inlined, sumOfTerms, termsOf, withoutValues } from "../inline";
import { Analysis } from "./analysis";
import { type Against, evidence, type Witness } from "./counterexample";
import { added, type Facts, holdsAll, isFlat, negated } from "./facts";
import { bySecondDerivative, isAffineByGradient } from "./second";

export type Curvature =
  | "affine"
  | "convex"
  | "strictly convex"
  | "strongly convex"
  | "concave"
  | "strictly concave"
  | "strongly concave"
  | "neither"
  | "undecided";

export interface CurvatureAnswer {
  readonly ok: true;
  readonly curvature: Curvature;
  /** The modulus: f - strong/2·|x|² is still convex. */
  readonly strong?: Expr;
  /** The Lipschitz constant of the gradient. */
  readonly smooth?: Expr;
  /** Why, a step a line. */
  readonly reason: readonly string[];
}

export interface CurvatureRefused {
  readonly ok: false;
  readonly error: { readonly code: ProblemCode; readonly message: string };
}

export interface CurvatureRequest {
  readonly expr: Expr;
  /** The variables, jointly. */
  readonly wrt: readonly string[];
  readonly scope: Scope;
}

/** How thoroughly the question is answered: `quick` proves by rules only (a hover), without derivatives. */
export type Effort = "quick" | "full";

/** Lines of a reason, at most. */
const MOST_LINES = 12;

/**
 * Which way a scalar curves as a function of the variables: proved by the rules of disciplined convex programming or
 * from the form of its Hessian, and compared with numbers; `neither` with a counterexample. Never a guess, never throws.
 */
export function curvature(
  request: CurvatureRequest,
  effort: Effort = "full",
  steps = REQUEST_STEPS,
): CurvatureAnswer | CurvatureRefused {
  try {
    return withBudget(steps, () => decided(request, effort));
  } catch (e) {
    if (e instanceof Refusal)
      return {
        ok: false,
        error: { code: e.code, message: asSentence(e.message) },
      };
    if (e instanceof RangeError)
      return { ok: false, error: { code: "too-large", message: "The formula is nested too deeply; split it with definitions." } }; // prettier-ignore
    if (e instanceof Stuck) return undecided("a part of it is not understood");
    return { ok: false, error: { code: "unsupported", message: "The curvature could not be found for an internal reason; please report this formula." } }; // prettier-ignore
  }
}

const undecided = (...reason: string[]): CurvatureAnswer => ({
  ok: true,
  curvature: "undecided",
  reason,
});

function variablesOf({ wrt, scope }: CurvatureRequest): Variable[] {
  if (wrt.length === 0) throw new Refusal("syntax", "name a variable");
  return [...new Set(wrt)].map((n) => {
    const v = scope.variables.get(n);
    if (v === undefined) throw new Refusal("undeclared", `${n} is not declared`);
    if (v.family !== undefined)
      throw new Refusal("unsupported", `the curvature in a whole family (${n}) is not supported`);
    return v;
  });
}

function decided(request: CurvatureRequest, effort: Effort): CurvatureAnswer {
  const wrt = variablesOf(request);
  const names = wrt.map((v) => v.name);
  const e = inlined(request.expr, request.scope);
  const scope = withoutValues(request.scope);
  const world = new Analysis(scope, names);
  const shape = world.shape(e);
  if (!isScalar(shape))
    throw new Refusal("not-scalar", `this is ${shapeText(shape)}; only a scalar is convex or concave`);
  if (!world.depends(e))
    return {
      ok: true,
      curvature: "affine",
      reason: [`it does not depend on ${names.join(" and ")}`],
    };
  if (wrt.some((v) => v.properties.has("orthogonal")))
    return undecided("a convex combination of orthogonal matrices is not orthogonal");

  const facts = world.facts(e);
  if (facts.curve !== "none") {
    const answer = answered(facts, names);
    return confirmed((effort === "full" ? strengthened(answer, e, wrt, world) : undefined) ?? answer, e, wrt, scope);
  }
  if (effort === "quick") return undecided("the rules do not decide it");

  const against = evidence(e, wrt, scope);
  if (against.convex !== undefined && against.concave !== undefined)
    return {
      ok: true,
      curvature: "neither",
      reason: counterexample(against, names),
    };
  if (against.convex === undefined && against.concave === undefined) {
    const lines = isAffineByGradient(e, wrt, world);
    if (lines !== undefined) return confirmed({ ok: true, curvature: "affine", reason: lines }, e, wrt, scope);
  }
  const second = bySecondDerivative(e, wrt, world) ?? inParts(e, wrt, world);
  if (second !== undefined) return confirmed(answered(second, names), e, wrt, scope);
  const seen =
    against.tried === 0
      ? "no point was found at which it can be evaluated"
      : against.convex === undefined && against.concave === undefined
        ? "numbers do not speak against its being affine"
        : `numbers speak only against its being ${against.convex === undefined ? "concave" : "convex"}`;
  return undecided("neither the rules nor the form of the Hessian decide it", seen);
}

/**
 * Of few numbers, or of single entries, the Hessian may say more than the rules do: what is strict in no part alone can
 * be so in all of them.
 */
function strengthened(
  answer: CurvatureAnswer,
  e: Expr,
  wrt: readonly Variable[],
  world: Analysis,
): CurvatureAnswer | undefined {
  if (strengthOf(answer) === 0 || strengthOf(answer) === 3) return undefined;
  const few = wrt.every((v) => isScalar(v.shape)) && wrt.length > 1;
  if (!few && !hasEntries(e)) return undefined;
  const second = bySecondDerivative(e, wrt, world);
  const found = second === undefined ? undefined : answered(second, wrt.map((v) => v.name)); // prettier-ignore
  return found !== undefined && strengthOf(found) > strengthOf(answer) ? found : undefined;
}

const strengthOf = ({ curvature: word }: CurvatureAnswer): number =>
  word.startsWith("strongly") ? 3 : word.startsWith("strictly") ? 2 : word === "convex" || word === "concave" ? 1 : 0;

const hasEntries = (e: Expr): boolean => e.kind === "index" || children(e).some(hasEntries);

/** The terms that the rules decide, and the rest by its Hessian. */
function inParts(e: Expr, wrt: readonly Variable[], world: Analysis): Facts | undefined {
  const terms = termsOf(e).map((t) => ({ ...t, facts: world.facts(t.term) }));
  const open = terms.filter((t) => t.facts.curve === "none");
  if (open.length === 0 || open.length === terms.length) {
    if (open.length > 0) return undefined;
  }
  const signed = (t: { sign: 1 | -1; facts: Facts }): Facts => (t.sign > 0 ? t.facts : negated(t.facts));
  // Terms of the other curvature go with the rest.
  const rest = open.length > 0 ? open : terms.filter((t) => !isFlat(t.facts));
  const kept = terms.filter((t) => !rest.includes(t));
  const whole = sumOfTerms(rest);
  let sum = whole === undefined || rest.length === terms.length ? undefined : bySecondDerivative(whole, wrt, world);
  for (const t of kept) sum = sum === undefined ? undefined : added(sum, signed(t), sum.range);
  return sum;
}

/** The strongest word that facts carry. */
function answered(f: Facts, names: readonly string[]): CurvatureAnswer {
  const reason = reasons(f, names);
  const smooth = f.smooth === undefined || isFlat(f) ? {} : { smooth: f.smooth };
  if (isFlat(f))
    return {
      ok: true,
      curvature: "affine",
      reason: [`it is a linear map of ${names.join(" and ")}, and a constant`],
    };
  const curvature = wordOf(f, names);
  const modulus = curvature.startsWith("strongly") ? f.strong?.modulus : undefined;
  return {
    ok: true,
    curvature,
    ...(modulus === undefined ? {} : { strong: modulus }),
    ...smooth,
    reason,
  };
}

function wordOf(f: Facts, names: readonly string[]): Curvature {
  if (isFlat(f)) return "affine";
  const curve = f.curve as "convex" | "concave";
  if (f.strong !== undefined && holdsAll(f.strong.on, names)) return `strongly ${curve}`;
  return holdsAll(f.strict, names) ? `strictly ${curve}` : curve;
}

/** The reason, from the parts to the whole. */
function reasons(f: Facts, names: readonly string[]): string[] {
  const lines: string[] = [];
  const visit = (x: Facts): void => {
    if (lines.length >= MOST_LINES || isFlat(x)) return;
    for (const b of x.because) visit(b);
    if (x.why === undefined || x.curve === "none") return;
    const line = x.of === undefined ? x.why : `${shortened(printText(x.of))} is ${wordOf(x, names)}: ${x.why}`;
    if (!lines.includes(line)) lines.push(line);
  };
  visit(f);
  if (f.because.length > 1 && f.why === undefined) lines.push(`a sum of ${f.curve} terms`);
  return lines.length === 0 ? [`${f.curve} by the rules of its parts`] : lines;
}

const shortened = (text: string): string => (text.length > 70 ? `${text.slice(0, 69)}…` : text);

/** A proof is shown only if numbers do not speak against it. */
function confirmed(answer: CurvatureAnswer, e: Expr, wrt: readonly Variable[], scope: Scope): CurvatureAnswer {
  const against = evidence(e, wrt, scope, 2, 6);
  const word = answer.curvature;
  const wrong =
    (against.convex !== undefined && (word === "affine" || word.endsWith("convex"))) ||
    (against.concave !== undefined && (word === "affine" || word.endsWith("concave")));
  return wrong ? undecided("what the rules say does not agree with numbers, so it is not shown") : answer;
}

function counterexample(against: Against, names: readonly string[]): string[] {
  return [...line(against.convex!, names, "above", "convex"), ...line(against.concave!, names, "below", "concave")];
}

const digits = (x: number): string => String(Number(x.toPrecision(4)));

function line(w: Witness, names: readonly string[], where: string, word: string): string[] {
  const point = (at: ReadonlyMap<string, Dense>): string | undefined => {
    const parts = names.map((n) => {
      const d = at.get(n)!;
      return d.data.length > 6 ? undefined : `${n} = ${shown(d)}`;
    });
    return parts.includes(undefined) ? undefined : parts.join(", ");
  };
  const [from, to] = [point(w.from), point(w.to)];
  const between = from === undefined || to === undefined ? "between two random points" : `between ${from} and ${to}`;
  const mean = (w.values[0] + w.values[2]) / 2;
  return [
    `not ${word}: halfway ${between} its value, ${digits(w.values[1])}, is ${where} the mean of both ends, ${digits(mean)}`,
  ];
}

function shown(d: Dense): string {
  if (d.data.length === 1) return digits(d.data[0]!);
  const rows = Array.from({ length: d.rows }, (_, i) =>
    Array.from({ length: d.cols }, (__, j) => digits(d.data[j * d.rows + i]!)).join(", "),
  );
  return `[${rows.join("; ")}]`;
}
