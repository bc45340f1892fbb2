import type { Expr } from "../../core/ast";
import type { Scope } from "../../core/scope";
import { derivation } from "../../calculus";
import { atOnce, type Steps } from "../../core/steps";
import { type CodeOptions, type CodeRequest, type CodeResult, type TargetName, writtenCode } from ".";
import { withDirections } from "./directions";

export interface DerivedCodeRequest {
  readonly expr: Expr;
  /** One derivative after the other; with `differential` all variables that change. */
  readonly wrt: readonly string[];
  readonly scope: Scope;
  readonly target: TargetName;
  readonly kind?: "derivative" | "differential";
  readonly options?: CodeOptions & {
    /** After the gradient, the product of the Hessian with a direction instead of the Hessian itself. */
    readonly hvp?: boolean;
  };
}

/**
 * Derives and writes the code: the value, then every derivative on the way (value, gradient and Hessian for order
 * two). Never throws.
 */
export const deriveCode = (request: DerivedCodeRequest): CodeResult => atOnce(derivedCode(request));

/** The same in steps. */
export function* derivedCode(request: DerivedCodeRequest): Steps<CodeResult> {
  const { expr, wrt, scope, target, options } = request;
  const code = (derivatives: CodeRequest["derivatives"], inner: Scope): Steps<CodeResult> =>
    writtenCode({ expr, derivatives, scope: inner, target, ...(options === undefined ? {} : { options }) });
  if (request.kind === "differential") {
    const d = yield* derivation({ expr, wrt, scope, kind: "differential" });
    if (!d.ok) return d;
    return yield* code([{ expr: d.expr, wrt }], scope);
  }
  const steps = options?.hvp === true ? wrt.slice(0, 1) : wrt;
  const derivatives: { expr: Expr; wrt: readonly string[]; direction?: string }[] = [];
  for (let i = 1; i <= steps.length; i++) {
    const d = yield* derivation({ expr, wrt: steps.slice(0, i), scope });
    if (!d.ok) return d;
    derivatives.push({ expr: d.expr, wrt: steps.slice(0, i) });
  }
  const first = derivatives[0];
  if (options?.hvp !== true || first === undefined) return yield* code(derivatives, scope);
  const w = steps[0]!;
  const d = yield* derivation({ expr: first.expr, wrt: [w], scope, kind: "differential" });
  if (!d.ok) return d;
  const direction = freshName(scope, /^[A-Z]/.test(w) ? "V" : "v");
  const { expr: product, scope: inner } = withDirections(d.expr, [w], scope, () => direction);
  return yield* code([first, { expr: product, wrt: [w], direction }], inner);
}

function freshName(scope: Scope, base: string): string {
  let out = base;
  while (scope.variables.has(out) || scope.definitions.has(out) || scope.dimensions.has(out))
    out = `${base}_${out.length}`;
  return out;
}
