export { checkDocument, checkSteps } from "./document";
export { claimsByTokens, type ListedClaim, listedClaims } from "./listed";
export { claimsOfNote } from "./lookedThrough";
export { type CheckOptions, type CheckResult, VerdictCache } from "./options";
export type { ClaimVerdict, PrintFor } from "./report";
export { judge, type JudgeOptions } from "./judge";
export { isSuppressedAt } from "./suppressions";
export { isConfirmed, type Verdict } from "./verdict";
export { confidence, FEATURES, type Finding, type Weights } from "./evidence";
