import type { Derivation, NoDerivation, StepsRequest } from "./derivation";

export type { Derivation, Detail, NamedPart, NoDerivation, Part, Path, Step, StepsRequest } from "./derivation";
export { type Rule, type RuleId, RULES, rule } from "./rules";

/**
 * The derivation of a derivative by the method of differentials, or a refusal in plain words. Never throws.
 * Every line equals the line before at random points and the last equals what the calculus gives; a derivation
 * for which that is not so is not handed out.
 */
export function deriveSteps(_request: StepsRequest): Derivation | NoDerivation {
  return { ok: false, error: { code: "unsupported", message: "No derivation can be shown for this expression." } };
}
