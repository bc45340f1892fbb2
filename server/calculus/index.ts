import { children, type Expr, size, type Span } from "../core/ast";
import { REQUEST_STEPS, stepsWithBudget, withBudget } from "../core/budget";
import { asSentence, type ProblemCode, Refusal } from "../core/problem";
import { type Scope, withDefinition } from "../core/scope";
import { sameShape, type Shape } from "../core/shape";
import { atOnce, type Steps } from "../core/steps";
import { comparison, comparisonOfDifferential, equalAtPoints } from "../evaluation";
import { LIMITS } from "../language/limits";
import { scan } from "../language/mcalc/scan";
import { printText } from "../language/print";
import { isAtZero, operator } from "../operators";
import { Engine } from "./engine";
import { positiveTensor } from "./normalize";
import { readsBetter } from "./present/sum";
import { setApart } from "./setApart";
import { expand } from "./shorten";

export interface DerivativeRequest {
  readonly expr: Expr;
  /** One derivative after the other; with `kind: "differential"` all variables that change. */
  readonly wrt: readonly string[];
  readonly scope: Scope;
  readonly kind?: "derivative" | "differential";
  /** The name that the document gives to the expression: the answer may use it. */
  readonly value?: string;
}

export interface Derivative {
  readonly ok: true;
  /** In matrix notation wherever `notation` says so. */
  readonly expr: Expr;
  readonly shape: Shape;
  readonly notation: "matrix" | "kronecker" | "index";
  /** Compared with numbers at random points. */
  readonly verified: boolean;
  /** What had to be assumed beyond the declarations, in words. */
  readonly assumptions: readonly string[];
  /** Where the expression is not differentiable, in words. */
  readonly kinks: readonly string[];
}

export interface Refused {
  readonly ok: false;
  readonly error: { readonly code: ProblemCode; readonly message: string; readonly span?: Span };
}

export { namedParts, where, type Where } from "./where";

/** Leaves and operators of an answer, at most. What is shorter must still read back in: `LIMITS.tokens`. */
const MOST_ANSWER = 20_000;

/**
 * The derivative of an expression, simplified and verified by numbers, or a refusal in plain words.
 * Layout of the result: contract §1 ("Shapes of results"). Never throws.
 */
export const derive = (request: DerivativeRequest): Derivative | Refused => atOnce(derivation(request));

/** The same in steps, for who has others to serve meanwhile. */
export function* derivation(request: DerivativeRequest): Steps<Derivative | Refused> {
  try {
    return yield* stepsWithBudget(REQUEST_STEPS, derived(request));
  } catch (e) {
    return refused(e);
  }
}

function* derived(asked: DerivativeRequest): Steps<Derivative> {
  if (asked.wrt.length === 0) throw new Refusal("syntax", "name a variable to derive with respect to");
  const request = { ...asked, expr: withArguments(asked.expr, asked.scope) };
  const named = (yield* inNames(request)) ?? (yield* withProductsApart(request));
  try {
    const plain = yield* written(request);
    // What is not shown need not be checked.
    if (named !== undefined && !readsBetter(plain.expr, named.expr)) return named;
    return yield* checked(request, plain);
  } catch (problem) {
    if (named === undefined || !(problem instanceof Refusal)) throw problem;
    return named;
  }
}

/** The derivative with the Kronecker products of constants as they stand, where there are any. */
function* withProductsApart(request: DerivativeRequest): Steps<Derivative | undefined> {
  const { expr, wrt, scope, kind } = request;
  if (kind === "differential") return undefined;
  const changes = (e: Expr): boolean => [...walk(e, scope, new Set())].some((n) => n.kind === "name" && wrt.includes(n.name)); // prettier-ignore
  const apart = setApart(expr, scope, changes);
  if (apart === undefined) return undefined;
  const found = yield* tried(answered({ ...request, expr: apart.expr, scope: apart.scope }));
  return found === undefined ? undefined : { ...found, expr: apart.back(found.expr) };
}

/** `f` alone, of a function of the document, is `f(x)`: at its own parameters, where these are variables. */
function withArguments(e: Expr, scope: Scope): Expr {
  if (e.kind === "name") {
    const parameters = scope.definitions.get(e.name)?.parameters;
    if (parameters === undefined || !parameters.every((p) => scope.variables.has(p))) return e;
    const args = parameters.map((p): Expr => ({ kind: "name", name: p }));
    return { kind: "call", name: e.name, primes: 0, args, ...(e.span === undefined ? {} : { span: e.span }) };
  }
  if (e.kind !== "apply") return e;
  const args = e.args.map((a) => withArguments(a, scope));
  return args.every((a, i) => a === e.args[i]) ? e : { ...e, args };
}

/** The share of a request's work that may go into keeping what the author wrote. */
const AS_WRITTEN = 0.4;

/** A derivation that may fail: what fails in this way may succeed in another. */
function* tried(derivation: Steps<Derivative>): Steps<Derivative | undefined> {
  try {
    return yield* stepsWithBudget(AS_WRITTEN * REQUEST_STEPS, derivation);
  } catch (problem) {
    if (problem instanceof Refusal || problem instanceof RangeError) return undefined;
    throw problem;
  }
}

/** The derivative with the author's names kept, where there are any. */
function* inNames(request: DerivativeRequest): Steps<Derivative | undefined> {
  const { expr, kind } = request;
  if (kind === "differential") return undefined;
  const value = ownName(request);
  const scope = value === undefined ? request.scope : withDefinition(request.scope, value, expr);
  if (value === undefined && ![...scope.definitions.values()].some((d) => d.parameters === undefined)) return undefined;
  return yield* tried(answered({ ...request, scope }, value === undefined ? {} : { value }));
}

/** The name of the value, where the answer may use it: not where the expression itself does, as in x = A*x + b. */
function ownName({ expr, wrt, scope, value }: DerivativeRequest): string | undefined {
  if (value === undefined || wrt.includes(value)) return undefined;
  for (const e of walk(expr, scope, new Set())) if (e.kind === "name" && e.name === value) return undefined;
  return value;
}

interface Written extends Pick<Derivative, "expr" | "shape" | "notation"> {
  readonly engine: Engine;
}

function* answered(request: DerivativeRequest, names?: { readonly value?: string }): Steps<Derivative> {
  return yield* checked(request, yield* written(request, names));
}

/** The derivative as it is written, not compared with numbers yet. */
function* written({ expr, wrt, scope, kind }: DerivativeRequest, names?: { readonly value?: string }): Steps<Written> {
  const engine = new Engine(scope, wrt, names);
  const laid = yield* kind === "differential" ? engine.differential(expr, wrt) : engine.derivative(expr, wrt);
  yield;
  const { expr: answer, notation } = yield* engine.present(laid);
  if (
    size(answer) > MOST_ANSWER ||
    (size(answer) > LIMITS.tokens / 4 && scan(printText(answer)).length > LIMITS.tokens)
  )
    throw new Refusal("too-large", "the derivative is too long to be read; split the formula with definitions");
  yield;
  return { expr: answer, shape: laid.shape, notation, engine };
}

function* checked(
  { expr, wrt, scope, kind }: DerivativeRequest,
  { expr: answer, shape, notation, engine }: Written,
): Steps<Derivative> {
  const check = yield* kind === "differential"
    ? comparisonOfDifferential(expr, answer, wrt, scope)
    : comparison(expr, answer, wrt, scope);
  if (check.verdict === "differs") {
    throw new Refusal(
      "unsupported",
      "the derivative found does not agree with numbers at random points, so it is not shown",
    );
  }
  if (check.verdict === "unknown") {
    if (check.kind === "too-large")
      throw new Refusal(
        "too-large",
        "the derivative is too large to be checked against numbers, so it is not shown; split the formula with definitions",
      );
    throw new Refusal(
      "unsupported",
      `the derivative could not be checked against numbers${check.reason === undefined ? "" : ` (${check.reason})`}, so it is not shown`,
    );
  }
  return {
    ok: true,
    expr: answer,
    shape,
    notation,
    verified: true,
    assumptions: assumptionsOf(expr, scope),
    kinks: kinksOf(expr, scope, engine),
  };
}

/**
 * Whether two expressions are equal by normal form: `true` is a proof; `undefined` says nothing.
 * Shapes must agree; definitions of the scope are expanded.
 */
export function provedEqual(a: Expr, b: Expr, scope: Scope): true | undefined {
  try {
    return withBudget(REQUEST_STEPS, () => sameNormalForm(a, b, scope));
  } catch (e) {
    if (e instanceof Refusal || e instanceof RangeError) return undefined;
    throw e;
  }
}

function sameNormalForm(a: Expr, b: Expr, scope: Scope): true | undefined {
  const engine = new Engine(scope);
  const [x, y] = [engine.read(a), engine.read(b)];
  if (!sameShape(x.shape, y.shape)) return undefined;
  if (x.t === y.t) return true;
  const difference = engine.difference(x.t, y.t);
  return expand(engine.w, difference, true).terms.length === 0 ? true : undefined;
}

/** The same value, written as short as the calculus can; the expression itself where that fails. */
export function simplify(e: Expr, scope: Scope): Expr {
  try {
    return withBudget(REQUEST_STEPS, () => {
      const engine = new Engine(scope);
      const answer = atOnce(engine.present(engine.read(e))).expr;
      return equalAtPoints(e, answer, scope).verdict === "different" ? e : answer;
    });
  } catch (error) {
    if (error instanceof Refusal || error instanceof RangeError) return e;
    throw error;
  }
}

/**
 * The same value without sums over indices, as far as matrix notation can say it: `sum(i in 1..N, (X[i,:]*w)^2)` is
 * `norm2(X*w)^2`. The expression itself where nothing is gained.
 */
export function withoutSums(e: Expr, scope: Scope): Expr {
  try {
    return withBudget(REQUEST_STEPS, () => {
      const engine = new Engine(scope);
      const read = engine.read(e);
      for (const [t, words] of engine.l.written) if (sums(words) > 0) engine.l.written.delete(t);
      const answer = atOnce(engine.present(read)).expr;
      return sums(answer) < sums(e) && equalAtPoints(e, answer, scope).verdict === "equal" ? answer : e;
    });
  } catch (error) {
    if (error instanceof Refusal || error instanceof RangeError) return e;
    throw error;
  }
}

const sums = (e: Expr): number => children(e).reduce((n, c) => n + sums(c), e.kind === "sumover" ? 1 : 0);

/** What a derivation that failed is answered. */
function refused(e: unknown): Refused {
  const error = (code: ProblemCode, message: string): Refused["error"] => ({ code, message: asSentence(message) });
  if (e instanceof Refusal)
    return { ok: false, error: { ...error(e.code, e.message), ...(e.span === undefined ? {} : { span: e.span }) } };
  if (e instanceof RangeError)
    return {
      ok: false,
      error: error("too-large", "the formula is nested too deeply to derive; split it with definitions"),
    };
  return {
    ok: false,
    error: error("unsupported", "this derivative failed for an internal reason"),
  };
}

/** Every node of an expression and of the definitions it uses. */
function* walk(e: Expr, scope: Scope, seen: Set<string>): Generator<Expr> {
  yield e;
  const used = e.kind === "name" || e.kind === "call" ? e.name : undefined;
  if (used !== undefined && !seen.has(used)) {
    seen.add(used);
    const d = scope.definitions.get(used);
    if (d !== undefined) yield* walk(d.body, scope, seen);
  }
  for (const c of children(e)) yield* walk(c, scope, seen);
}

/** ‖u‖² and |u|² are smooth where ‖u‖ and |u| are not. */
function smoothed(n: Expr): Expr | undefined {
  if (n.kind !== "apply" || (n.op !== "pow" && n.op !== "hpow")) return undefined;
  const [base, p] = n.args;
  const even = p?.kind === "number" && p.value >= 2 && p.value % 2 === 0;
  return even && base?.kind === "apply" && (base.op === "norm2" || base.op === "abs") ? base : undefined;
}

function kinksOf(e: Expr, scope: Scope, engine: Engine): string[] {
  const out = new Set<string>();
  const smooth = new Set<Expr>();
  for (const n of walk(e, scope, new Set())) {
    const s = smoothed(n);
    if (s !== undefined) smooth.add(s);
    if (n.kind !== "apply" || smooth.has(n)) continue;
    const kink = operator(n.op)?.kink;
    if (kink === undefined || (isAtZero(kink) && isPositive(n.args[0]!, engine))) continue;
    out.add(`${n.op}: not differentiable where ${kink}`);
  }
  return [...out];
}

/** Whether every entry is known to be positive: there is no kink at zero then. */
function isPositive(e: Expr, engine: Engine): boolean {
  try {
    return positiveTensor(engine.read(e).t);
  } catch (error) {
    // A part of a function's body has no value by itself.
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function assumptionsOf(e: Expr, scope: Scope): string[] {
  const out = new Set<string>();
  for (const n of walk(e, scope, new Set())) {
    if (n.kind === "apply" && (n.op === "inv" || n.op === "logdet")) {
      const a = n.args[0]!;
      const v = a.kind === "name" ? scope.variables.get(a.name) : undefined;
      if (v !== undefined && !v.properties.has("invertible")) out.add(`${v.name} is invertible`);
    }
    if (n.kind === "call" && scope.definitions.get(n.name) === undefined) out.add(`${n.name} acts entry by entry`);
  }
  return [...out];
}
