export { checkDocument, checkSteps } from "./document";
export { type CheckOptions, type CheckResult, VerdictCache } from "./options";
export type { ClaimVerdict, PrintFor } from "./report";
export { judge, type JudgeOptions } from "./judge";
export type { Verdict } from "./verdict";
export { confidence, FEATURES, type Finding, type Weights } from "./evidence";
