import type { CheckedFile } from "../checked";
import { tableOf } from "../../core/table";

const LEVELS: Readonly<Record<string, string>> = tableOf({ error: "error", warning: "warning", information: "notice" });

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

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
      out += `::${level} file=${property(file.path)}${where},title=${property(`mcalc ${d.code}`)}::${data(message)}\n`;
    }
  return out;
}
