import { apply, type Expr, name } from "../../core/ast";
import { stepsWithBudget } from "../../core/budget";
import { asSentence, type ProblemCode, Refusal } from "../../core/problem";
import type { Scope, Variable } from "../../core/scope";
import { isMatrix, isScalar, shapeText } from "../../core/shape";
import { atOnce, type Steps } from "../../core/steps";
import { derivation, derive, simplify } from "../../calculus";
import { Stuck } from "../../derivation/context";
import { printText } from "../../language/print";
import { curvature } from "../curvature";
import { World } from "../curvature/world";
import { inlined, substituted, withoutValues } from "../inline";
import { type Condition, conditionsOf, distinct } from "./conditions";
import { isSolution, mentions, shortest, type Solution, solveLinear, type Unsolved } from "./equation";
import { solveWithInverse } from "./inverses";
import { balanced, isolate, solveScalar } from "./separable";
import { tidied } from "./tidy";
import { holds } from "./verify";

export interface StationaryPoint {
  readonly ok: true;
  /** One equation a variable: `w = …`, or `vec(X) = …`. */
  readonly solutions: readonly { readonly left: Expr; readonly right: Expr }[];
  /** What must hold beyond the declarations. */
  readonly conditions: readonly Condition[];
  /** The gradient vanishes there, at random points. */
  readonly verified: boolean;
  readonly nature?: "minimum" | "maximum";
}

export interface NoStationaryPoint {
  readonly ok: false;
  readonly error: { readonly code: ProblemCode; readonly message: string };
}

export interface StationaryRequest {
  readonly expr: Expr;
  /** The variables, jointly. */
  readonly wrt: readonly string[];
  readonly scope: Scope;
}

/** The work that one request may take. */
const STEPS = 600_000;

/**
 * Where the gradient of a scalar is zero, in closed form: linear equations in vectors and matrices, equations in a matrix
 * and its inverse, functions of each entry, numbers up to second degree, and several variables by elimination. The gradient
 * is compared with zero at random points. A refusal says that there is no closed form. Never throws.
 */
export const stationaryPoint = (request: StationaryRequest): StationaryPoint | NoStationaryPoint =>
  atOnce(stationaryPoints(request));

/** The same in steps, for who has others to serve meanwhile. */
export function* stationaryPoints(request: StationaryRequest): Steps<StationaryPoint | NoStationaryPoint> {
  const refused = (code: ProblemCode, message: string): NoStationaryPoint => ({ ok: false, error: { code, message: asSentence(message) } }); // prettier-ignore
  try {
    return yield* stepsWithBudget(STEPS, stationary(request));
  } catch (e) {
    if (e instanceof Refusal) return refused(e.code, e.message);
    if (e instanceof RangeError) return refused("too-large", "the formula is nested too deeply; split it with definitions"); // prettier-ignore
    if (e instanceof Stuck) return refused("unsupported", NO_FORM);
    return refused("unsupported", "the stationary point could not be found for an internal reason; please report this formula"); // prettier-ignore
  }
}

const NO_FORM =
  "There is no closed form known here: the gradient is neither linear in the variable nor of another form that is solved";

function variablesOf({ wrt, scope }: StationaryRequest): Variable[] {
  if (wrt.length === 0) throw new Refusal("syntax", "name a variable");
  return [...new Set(wrt)].map((n) => {
    const v = scope.variables.get(n);
    if (v === undefined) throw new Refusal("undeclared", `${n} is not declared`);
    if (v.family !== undefined) throw new Refusal("unsupported", `a whole family (${n}) as the variable is not supported`); // prettier-ignore
    if (v.properties.has("orthogonal") || v.properties.has("lower") || v.properties.has("upper") || v.properties.has("skew"))
      throw new Refusal("unsupported", `There is no closed form known here for ${n}, of which it is declared that it is ${v.properties.has("orthogonal") ? "orthogonal" : "structured"}`);
    return v;
  });
} // prettier-ignore

function* stationary(request: StationaryRequest): Steps<StationaryPoint | NoStationaryPoint> {
  const variables = variablesOf(request);
  const expr = inlined(request.expr, request.scope);
  const scope = withoutValues(request.scope);
  const world = new World(scope, variables.map((v) => v.name)); // prettier-ignore
  const shape = world.shape(expr);
  if (!isScalar(shape)) throw new Refusal("not-scalar", `this is ${shapeText(shape)}; only a scalar has a gradient that can be set to zero`); // prettier-ignore
  const gradients: Expr[] = [];
  for (const v of variables) {
    const g = yield* derivation({ expr, wrt: [v.name], scope });
    if (!g.ok) throw new Refusal(g.error.code, g.error.message);
    gradients.push(g.expr);
    yield;
  }
  const found = variables.length === 1 ? one(gradients[0]!, variables[0]!, world) : eliminated(gradients, variables, world);
  yield;
  if (found instanceof Map) return finished({ ...request, expr, scope }, found, gradients, variables);
  throw new Refusal("unsupported", whyNot(found, variables));
} // prettier-ignore

/** Solves one equation for one variable. */
function one(equation: Expr, v: Variable, world: World): Map<string, Solution> | Unsolved {
  const found = solve(equation, v, world);
  return isSolution(found) ? new Map([[v.name, found]]) : found;
}

function solve(equation: Expr, v: Variable, world: World): Solution | Unsolved {
  return (
    solveLinear(equation, v, world) ??
    solveWithInverse(equation, v, world) ??
    solveScalar(equation, v, world) ??
    (isMatrix(v.shape) && v.properties.has("symmetric") ? undefined : isolate(equation, v, world) ?? balanced(equation, v, world)) ?? { why: "nonlinear" }
  );
} // prettier-ignore

/**
 * Solves one equation for a variable, puts that into the others, and so on. Which equation for which variable is tried in
 * order; what is divided by must not hang on the others, so that no solution is lost.
 */
function eliminated(equations: readonly Expr[], variables: readonly Variable[], world: World): Map<string, Solution> | Unsolved {
  let why: Unsolved = { why: "nonlinear" };
  for (const [i, v] of variables.entries()) {
    for (const [k, g] of equations.entries()) {
      if (!mentions(g, v.name)) continue;
      const others = variables.filter((x) => x !== v);
      const found = solve(g, v, world);
      if (!isSolution(found)) {
        if (found.why !== "nonlinear") why = found;
        continue;
      }
      if (found.vec === true || !keepsAll(found, others, world)) continue;
      const rest = equations.filter((_, at) => at !== k);
      const replaced = rest.map((e) => simplify(substituted(e, new Map([[v.name, found.value]]), world.scope), world.scope));
      const solved = others.length === 1 ? one(replaced[0]!, others[0]!, world) : eliminated(replaced, others, world);
      if (!(solved instanceof Map)) {
        why = solved;
        continue;
      }
      const back = substituted(found.value, new Map([...solved].map(([n, s]) => [n, s.value])), world.scope);
      const value = shortest([back, simplify(back, world.scope)].map((x) => tidied(x, world)));
      return new Map([[v.name, { value, divisors: found.divisors }], ...solved]);
    }
    if (i === MOST_ORDERS) break;
  }
  return why;
} // prettier-ignore

const MOST_ORDERS = 3;

/** Whether what was divided by is never zero, or does not hang on the other unknowns. */
const keepsAll = (s: Solution, others: readonly Variable[], world: World): boolean =>
  s.divisors.every(
    (d) => others.every((o) => !mentions(d, o.name)) || Math.abs(world.definite(d)?.sign ?? world.sign(d) ?? 0) === 2,
  );

function finished(
  { expr, wrt, scope }: StationaryRequest,
  found: ReadonlyMap<string, Solution>,
  gradients: readonly Expr[],
  variables: readonly Variable[],
): StationaryPoint {
  const stacked = variables.some((v) => found.get(v.name)!.vec === true);
  const world = new World(scope, []);
  const values = new Map(variables.map((v) => [v.name, tidied(found.get(v.name)!.value, world)]));
  const verified = stacked ? holdsStacked(gradients[0]!, variables[0]!, values, scope) : holds(gradients, values, scope);
  if (verified !== true)
    throw new Refusal("unsupported", verified === false ? `${NO_FORM}` : "a solution was found but could not be compared with numbers, so it is not shown");
  const conditions = variables.flatMap((v) => conditionsOf(values.get(v.name)!, stacked || found.get(v.name)!.inDomain === true ? { ...v, properties: new Set() } : v, scope));
  const curve = curvature({ expr, wrt, scope });
  const word = curve.ok ? curve.curvature : "undecided";
  const nature = word.endsWith("convex") ? "minimum" : word.endsWith("concave") ? "maximum" : undefined;
  return {
    ok: true,
    solutions: variables.map((v) => ({ left: found.get(v.name)!.vec === true ? apply("vec", name(v.name)) : name(v.name), right: values.get(v.name)! })),
    conditions: distinct(conditions),
    verified: true,
    ...(nature === undefined ? {} : { nature }),
  };
} // prettier-ignore

/** vec(X) = …: the vec of the gradient is linear in vec(X), so it is compared at X with that in place of vec(X). */
function holdsStacked(gradient: Expr, v: Variable, values: ReadonlyMap<string, Expr>, scope: Scope): boolean | undefined {
  const jacobian = derive({ expr: gradient, wrt: [v.name], scope });
  if (!jacobian.ok) return undefined;
  const x = name(v.name);
  const constant = apply("sub", apply("vec", gradient), apply("mul", jacobian.expr, apply("vec", x)));
  const stacked = apply("add", apply("mul", jacobian.expr, values.get(v.name)!), constant);
  return holds([stacked], new Map(), scope);
} // prettier-ignore

function whyNot(found: Unsolved, variables: readonly Variable[]): string {
  const names = variables.map((v) => v.name).join(" and ");
  switch (found.why) {
    case "constant":
      return found.shown === undefined
        ? `the gradient does not depend on ${names}: there is no stationary point`
        : `the gradient, ${printText(found.shown)}, does not depend on ${names}: there is no stationary point unless it is zero`;
    case "always":
      return `the gradient is zero for every ${names}, or all along a curve: there is no single solution`;
    case "never":
      return `the gradient is zero for no ${names}: there is no stationary point`;
    case "nonlinear":
      return NO_FORM;
  }
}
