import { terminalSource, terminalText } from "../../core/escaping";
import type { CheckedFile, Diagnostic } from "../../tools/checkText";
import { summaryOf } from "./summary";

/** Marks text up for a terminal, or leaves it. */
export type Paint = (style: "red" | "yellow" | "blue" | "dim" | "bold", text: string) => string;

const COLORS = { error: "red", warning: "yellow", information: "blue", hint: "dim" } as const;

/** Longest part of a source line that is shown. */
const MOST_LINE = 160;

/** The report for people: each finding with its line and a caret under the place, then one line of totals. */
export function prettyReport(files: readonly CheckedFile[], paint: Paint): string {
  let out = "";
  for (const file of files)
    for (const [i, d] of file.diagnostics.entries())
      if (d.severity !== "hint") out += finding(file, d, file.shown[i]!, paint);
  return `${out}${totals(files, paint)}\n`;
}

function finding(
  file: CheckedFile,
  d: Diagnostic,
  { line, repair }: CheckedFile["shown"][number],
  paint: Paint,
): string {
  const { start, end } = d.range;
  const cell = d.cell === undefined ? "" : `cell ${d.cell + 1}:`;
  // A name that begins with a colon would begin the line as a workflow command does.
  const name = terminalText(file.path.startsWith(":") ? `./${file.path}` : file.path);
  const where = `${name}:${cell}${start.line + 1}:${start.character + 1}`;
  const head = `${paint("bold", where)} ${paint(COLORS[d.severity], d.severity)} ${terminalText(d.message)} ${paint("dim", `[${d.code}]`)}\n`;
  // A long line is shown around the place.
  const from = start.character > MOST_LINE / 2 && line.length > MOST_LINE ? start.character - MOST_LINE / 2 : 0;
  const shown = terminalSource(line.slice(from, from + MOST_LINE));
  const last = end.line === start.line ? end.character : line.length;
  const width = Math.max(1, Math.min(last, from + MOST_LINE) - start.character);
  const number = String(start.line + 1);
  const margin = " ".repeat(number.length);
  const source = `  ${paint("dim", `${number} |`)} ${shown}\n  ${paint("dim", `${margin} |`)} ${" ".repeat(start.character - from)}${paint(COLORS[d.severity], "^".repeat(width))}\n`;
  const related = (d.related ?? []).map(
    (r) =>
      `  ${paint("dim", `${margin} = ${r.range.start.line + 1}:${r.range.start.character + 1} ${terminalText(r.message)}`)}\n`,
  );
  // What the message says already is not said again.
  const isSaid = repair === undefined || d.message.includes(repair.replace(/^Write /, ""));
  const help = isSaid
    ? ""
    : `  ${paint("dim", `${margin} = ${terminalText(repair.charAt(0).toLowerCase() + repair.slice(1))}`)}\n`;
  return `${head}${source}${related.join("")}${help}\n`;
}

const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

function totals(files: readonly CheckedFile[], paint: Paint): string {
  const s = summaryOf(files);
  const claims = Object.entries(s.claims).filter(([, n]) => n > 0).map(([status, n]) => `${n} ${status}`); // prettier-ignore
  const read = `${plural(s.files, "file")}, ${s.parsed} of ${plural(s.spans, "formula")} read`;
  const found =
    s.errors + s.warnings === 0 ? "no problems" : `${plural(s.errors, "error")}, ${plural(s.warnings, "warning")}`;
  return `${read}; ${paint(s.errors > 0 ? "red" : s.warnings > 0 ? "yellow" : "bold", found)}${claims.length === 0 ? "" : `; claims: ${claims.join(", ")}`}`;
}
