import { type Expr, size } from "../core/ast";
import type { Definition, Scope } from "../core/scope";
import { isColumn, isScalar, type Shape } from "../core/shape";
import { derivation as derivative } from "../calculus";
import { atOnce, type Steps } from "../core/steps";
import { Context, Stuck } from "./context";
import type { Derivation, Detail, NamedPart, NoDerivation, Part, StepsRequest } from "./derivation";
import { inNumeratorLayout } from "./layout";
import { freeName, takenNames } from "./naming";
import { derivePart, type Draft, finishPart } from "./part";
import { withoutSpans } from "./templates";
import { firstWrongLine } from "./verify";
import { comparison, equalityAtPoints, isStructured } from "../evaluation";

export type { Derivation, Detail, NamedPart, NoDerivation, Part, Path, Step, StepsRequest } from "./derivation";
export { transposedExpr } from "./layout";
export { shortened } from "./shortened";
export { type Rule, type RuleGroup, type RuleId, RULES, rule } from "./rules";

/**
 * The derivation of a derivative by the method of differentials, or a refusal in plain words. Never throws.
 * Every line equals the line before at random points and the last equals what the calculus gives; a derivation
 * for which that is not so is not handed out.
 */
export const deriveSteps = (request: StepsRequest): Derivation | NoDerivation => atOnce(derivation(request));

/** The same in steps of work, for who has others to serve meanwhile. */
export function* derivation(request: StepsRequest): Steps<Derivation | NoDerivation> {
  try {
    const found = yield* allParts(request);
    return found.ok && request.layout === "numerator" ? inNumeratorLayout(found) : found;
  } catch (error) {
    const why = error instanceof Stuck ? error.message : "it is too involved";
    return refusal(`No derivation can be shown here: ${why}.`);
  }
}

const refusal = (message: string): NoDerivation => ({ ok: false, error: { code: "unsupported", message } });

function* allParts(request: StepsRequest): Steps<Derivation | NoDerivation> {
  const { wrt, detail = "brief" } = request;
  let scope = request.scope;
  let { expr, value } = opened(request);
  const first = expr;
  const parts: Part[] = [];
  for (let order = 1; order <= wrt.length; order++) {
    const own = request.value === undefined ? {} : { value: request.value };
    const engine = yield* derivative({ expr: first, wrt: wrt.slice(0, order), scope: request.scope, ...own });
    if (!engine.ok) return { ok: false, error: { code: engine.error.code, message: engine.error.message } };
    const made = yield* onePart({
      scope,
      expr,
      value,
      letters: order === 1 ? VALUES : GRADIENTS,
      wrt: wrt[order - 1]!,
      answer: withoutSpans(engine.expr),
      detail,
      last: order === wrt.length,
    });
    if ("ok" in made) return made;
    parts.push(made.part);
    scope = made.scope;
    expr = made.part.answer;
    value = undefined;
  }
  return { ok: true, parts, steps: parts.flatMap((p) => p.steps), answer: parts.at(-1)!.answer, scope };
}

/** A name that stands for a formula is the value's name. */
function opened(request: StepsRequest): { expr: Expr; value: string | undefined } {
  const { expr, scope } = request;
  const definition = expr.kind === "name" ? scope.definitions.get(expr.name) : undefined;
  if (expr.kind === "name" && definition !== undefined && definition.parameters === undefined)
    return { expr: definition.body, value: request.value ?? expr.name };
  return { expr, value: request.value };
}

/** Letters for a value and for a gradient that is derived again. */
const VALUES = { column: ["y", "f", "h"], matrix: ["Y", "F", "H"] };
const GRADIENTS = { column: ["g", "h", "q"], matrix: ["G", "H", "Q"] };

interface PartOf {
  readonly scope: Scope;
  readonly expr: Expr;
  readonly value: string | undefined;
  readonly letters: typeof VALUES;
  readonly wrt: string;
  /** The derivative as the calculus writes it. */
  readonly answer: Expr;
  readonly detail: Detail;
  readonly last: boolean;
}

function* onePart({
  scope,
  expr,
  value,
  letters,
  wrt,
  answer,
  detail,
  last,
}: PartOf): Steps<{ part: Part; scope: Scope } | NoDerivation> {
  const taken = takenNames(scope, [expr]);
  const context = new Context(scope);
  const shape = context.shapeOf(withoutSpans(expr));
  const valueName = value ?? freeName(isScalar(shape) || isColumn(shape) ? letters.column : letters.matrix, taken);
  taken.add(valueName);
  const draft = yield* derivePart({ value: valueName, expr, wrt, context, taken });
  yield;
  const extended = withDefinitions(scope, [{ name: valueName, expr: draft.of, own: false }, ...draft.named]);
  const why = yield* lastLineDiffers(draft, answer, shape, extended);
  if (why !== undefined) return refusal(`No derivation can be shown here: ${why}.`);
  const wrong = yield* firstWrongLine(
    draft.value,
    linesOf(draft, answer, isConfined(draft, shape, scope)),
    wrt,
    extended,
  );
  if (wrong !== -1)
    return refusal(
      typeof wrong === "string"
        ? `No derivation can be shown here: ${wrong}.`
        : "No derivation can be shown here: a line does not hold.",
    );
  // A gradient that is derived again keeps the names of its parts, unless the calculus knows a much shorter form.
  const again = last || size(draft.readOff) > size(answer) + MUCH_LONGER ? answer : draft.readOff;
  return { part: finishPart(draft, again, detail), scope: extended };
}

const MUCH_LONGER = 6;

/** A Jacobian by a symmetric (lower, …) matrix is not unique: only its action on changes that stay within counts. */
const isConfined = (draft: Draft, shape: Shape, scope: Scope): boolean =>
  !isScalar(shape) && isStructured(scope.variables.get(draft.wrt)?.properties ?? new Set());

/** Why the derivation and the calculus do not arrive at the same derivative; `undefined` where they do. */
function* lastLineDiffers(draft: Draft, answer: Expr, shape: Shape, scope: Scope): Steps<string | undefined> {
  if (!isConfined(draft, shape, scope))
    return (yield* equalityAtPoints(draft.readOff, answer, scope)).verdict === "different"
      ? "the last line differs from the derivative"
      : undefined;
  for (const d of [draft.readOff, answer])
    if ((yield* comparison(draft.of, d, draft.wrt, scope)).verdict !== "agrees")
      return "the last line cannot be compared with the derivative";
  return undefined;
}

/** All lines, joined or not, for the check by numbers; what is read off has been compared already where it is not unique. */
function linesOf(draft: Draft, answer: Expr, confined: boolean): { left: Expr; right: Expr }[] {
  const lines = [
    ...draft.steps.map((s) => ({ left: s.left, right: s.after })),
    ...draft.steps.flatMap((s) => s.where),
    { left: draft.left, right: answer },
  ];
  return confined ? lines.filter((l) => l.left.kind !== "derivative") : lines;
}

function withDefinitions(scope: Scope, parts: readonly NamedPart[]): Scope {
  const definitions = new Map<string, Definition>(scope.definitions);
  for (const p of parts) if (!p.own) definitions.set(p.name, { name: p.name, body: p.expr });
  return { ...scope, definitions };
}
