import type { Finding, Snapshot } from "./snapshot";

/** The findings to show: the checker's, with the severities that the user chose. */
export function diagnostics(snapshot: Snapshot): readonly Finding[] {
  const { severity, languages } = snapshot.settings;
  if (!languages.includes(snapshot.document.languageId)) return [];
  const out: Finding[] = [];
  for (const finding of snapshot.checked?.findings ?? []) {
    const wanted = severity[finding.code] ?? finding.severity;
    if (wanted === "off") continue;
    out.push(wanted === finding.severity ? finding : { ...finding, severity: wanted });
  }
  return out;
}
