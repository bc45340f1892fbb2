import { Refusal } from "../core/problem";
import type { Steps } from "../core/steps";

/** Why an expression has no value here. `domain`: the point lies outside the domain; another may do. */
export type FailureKind = "undeclared" | "shape" | "range" | "too-large" | "unsupported" | "domain" | "not-read";

/**
 * Thrown inside the evaluation and handed back as a value at its border. It is thrown often (a point outside of a domain
 * is no accident), so it is not an `Error`, whose stack trace costs more than the evaluation.
 */
export class Failure {
  constructor(
    readonly kind: FailureKind,
    readonly message: string,
  ) {}
}

export const isFailure = (x: unknown): x is Failure => x instanceof Failure;

/** The value, or the failure it threw; what is not a failure of ours becomes `unsupported`. */
export function attempt<T>(f: () => T): T | Failure {
  try {
    return f();
  } catch (error) {
    return failureOf(error);
  }
}

/** The same for work in steps. */
export function* attemptInSteps<T>(work: Steps<T>): Steps<T | Failure> {
  try {
    return yield* work;
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Refusal && error.code === "too-large")
    return new Failure("too-large", "the expression is too large to evaluate");
  if (error instanceof RangeError) return new Failure("too-large", "the expression is too deep");
  return new Failure("unsupported", "the expression cannot be evaluated");
}
