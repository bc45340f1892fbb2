import { githubMessage, githubProperty } from "../../core/escaping";
import type { CheckedFile } from "../../tools/checkText";
import { tableOf } from "../../core/table";

const LEVELS: Readonly<Record<string, string>> = tableOf({ error: "error", warning: "warning", information: "notice" });

/** Workflow commands, which GitHub shows beside the lines of a pull request. */
export function githubReport(files: readonly CheckedFile[]): string {
  let out = "";
  for (const file of files)
    for (const d of file.diagnostics) {
      const level = LEVELS[d.severity];
      if (level === undefined) continue;
      const { start, end } = d.range;
      const where =
        d.cell === undefined
          ? `,line=${start.line + 1},endLine=${end.line + 1},col=${start.character + 1},endColumn=${end.character + 1}`
          : "";
      const message = d.cell === undefined ? d.message : `Cell ${d.cell + 1}, line ${start.line + 1}: ${d.message}`;
      out += `::${level} file=${githubProperty(file.path)}${where},title=${githubProperty(`mcalc ${d.code}`)}::${githubMessage(message)}\n`;
    }
  return out;
}
