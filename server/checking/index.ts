export { checkDocument, checkInTurns, checkSteps, type CheckOptions, type CheckResult, VerdictCache } from "./document";
export type { ClaimVerdict, PrintFor } from "./report";
export { judge, type JudgeOptions } from "./judge";
export type { Verdict } from "./verdict";
