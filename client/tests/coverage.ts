import { BranchCoverage, FileCoverage, l10n, StatementCoverage, type Uri } from "vscode";
import type { Range as ProtocolRange } from "vscode-languageclient";
import type { ClaimItem } from "../../server/lsp/protocol";
import { toRange } from "./ranges";

/** Whether this editor shows coverage. */
export const hasCoverage = typeof FileCoverage === "function" && typeof StatementCoverage === "function";

/**
 * How much of the mathematics of a file is checked. Its statements are its claims, covered where they are decided, and
 * the formulas that could not be read, which are not. A claim has two branches, the proof by normal form and the test by
 * numbers: what is proved needs no numbers, what holds at random points only lacks its proof.
 */
export function coverageOf(claims: readonly ClaimItem[], unread: readonly ProtocolRange[]): StatementCoverage[] {
  return [
    ...claims.map(({ range, verdict }) => {
      const status = verdict?.status ?? "unknown";
      const where = toRange(range);
      if (status === "unknown") return new StatementCoverage(false, where);
      if (status !== "proved" && status !== "verified") return new StatementCoverage(true, where);
      const proved = status === "proved";
      return new StatementCoverage(true, where, [
        new BranchCoverage(proved, where, l10n.t("proved by normal form")),
        new BranchCoverage(true, where, l10n.t("verified by numbers")),
      ]);
    }),
    ...unread.map((range) => new StatementCoverage(false, toRange(range))),
  ];
}

/** The sums of a file; what they are made of is asked for when it is opened. */
export const fileCoverage = (uri: Uri, details: StatementCoverage[]): FileCoverage =>
  FileCoverage.fromDetails(uri, details);
