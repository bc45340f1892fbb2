import type { CheckedFile } from "../../tools/checkText";
import { tableOf } from "../../core/table";

export interface Summary {
  readonly files: number;
  readonly spans: number;
  readonly parsed: number;
  readonly errors: number;
  readonly warnings: number;
  readonly claims: Readonly<Record<string, number>>;
}

export function summaryOf(files: readonly CheckedFile[]): Summary {
  const count = (severity: string): number =>
    files.reduce((n, f) => n + f.diagnostics.filter((d) => d.severity === severity).length, 0);
  const claims: Record<string, number> = tableOf({ proved: 0, verified: 0, wrong: 0, conditional: 0, unknown: 0 });
  for (const f of files) for (const c of f.claims) claims[c.status] = (claims[c.status] ?? 0) + 1;
  const sum = (key: "spans" | "parsed"): number => files.reduce((n, f) => n + f[key], 0);
  return {
    files: files.length,
    spans: sum("spans"),
    parsed: sum("parsed"),
    errors: count("error"),
    warnings: count("warning"),
    claims,
  };
}
