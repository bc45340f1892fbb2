import { json } from "../../core/escaping";
import type { CheckedFile } from "../../tools/checkText";
import { summaryOf } from "./summary";

/** The report for programs (contract, "The command line"). */
export function jsonReport(files: readonly CheckedFile[]): string {
  const all = files.map(({ path, diagnostics, claims, spans, parsed }) => ({
    path,
    diagnostics,
    claims,
    spans,
    parsed,
  }));
  return `${json({ files: all, summary: summaryOf(files) })}\n`;
}
