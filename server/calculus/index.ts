import type { Expr, Span } from "../core/ast";
import type { ProblemCode } from "../core/problem";
import type { Scope } from "../core/scope";
import type { Shape } from "../core/shape";

export interface DerivativeRequest {
  readonly expr: Expr;
  /** One derivative after the other; with `kind: "differential"` all variables that change. */
  readonly wrt: readonly string[];
  readonly scope: Scope;
  readonly kind?: "derivative" | "differential";
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

/**
 * The derivative of an expression, simplified and verified by numbers, or a refusal in plain words.
 * Layout of the result: contract §1 ("Shapes of results"). Never throws.
 */
export function derive(_request: DerivativeRequest): Derivative | Refused {
  return { ok: false, error: { code: "unsupported", message: "not built yet" } };
}

/**
 * Whether two expressions are equal by normal form: `true` is a proof; `undefined` says nothing.
 * Shapes must agree; definitions of the scope are expanded.
 */
export function provedEqual(_a: Expr, _b: Expr, _scope: Scope): true | undefined {
  return undefined;
}

/** The same value, written as short as the calculus can. */
export function simplify(e: Expr, _scope: Scope): Expr {
  return e;
}
