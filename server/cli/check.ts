import { styleText } from "node:util";
import { terminalText } from "../core/escaping";
import type { CheckedFile } from "./checked";
import { checkFiles } from "./checkPool";
import { filesOf } from "./files";
import { complain, say } from "./output";
import { githubReport } from "./report/github";
import { jsonReport } from "./report/json";
import { type Paint, prettyReport } from "./report/pretty";
import { sarifReport } from "./report/sarif";
import { VERSION } from "./version";

export type ReportFormat = "pretty" | "json" | "sarif" | "github";

/** From so many files on, progress is shown (on a terminal). */
const MANY = 10;

/** `check PATH…`: the report on stdout. The result says whether no error and no warning was found. */
export async function check(paths: readonly string[], format: ReportFormat): Promise<boolean> {
  const { files, problems } = filesOf(paths);
  let interrupted = false;
  // Who stops a long check gets what was found until then; a second time, the process ends as usual.
  process.once("SIGINT", () => (interrupted = true));
  const showProgress = files.length >= MANY && process.stderr.isTTY === true;
  const outcomes = await checkFiles(
    files,
    () => interrupted,
    (done, file) => showProgress && progress(done, files.length, file),
  );
  const checked: CheckedFile[] = [];
  for (const outcome of outcomes)
    if ("problem" in outcome) problems.push(outcome.problem);
    else checked.push(outcome);
  if (interrupted) problems.push(`interrupted: ${outcomes.length} of ${files.length} files were checked.`);
  if (showProgress) process.stderr.write("\r\u001b[K");
  for (const problem of problems) complain(`error: ${problem}`);
  await say(report(checked, format));
  const stands = checked.some((f) => f.diagnostics.some((d) => d.severity === "error" || d.severity === "warning"));
  return !stands && problems.length === 0;
}

function report(files: readonly CheckedFile[], format: ReportFormat): string {
  switch (format) {
    case "json":
      return jsonReport(files);
    case "sarif":
      return sarifReport(files, VERSION);
    case "github":
      return githubReport(files);
    case "pretty":
      return prettyReport(files, painter());
  }
}

/** Colours on a terminal only, and not where they are not wanted (https://no-color.org). */
function painter(): Paint {
  const colours = process.stdout.isTTY === true && !process.env["NO_COLOR"];
  return colours ? (style, text) => styleText(style, text) : (_, text) => text;
}

function progress(done: number, all: number, file: string): void {
  const width = 24;
  const full = Math.floor((done / all) * width);
  const name = terminalText(file.length > 40 ? `…${file.slice(-39)}` : file);
  process.stderr.write(`\r\u001b[K[${"#".repeat(full)}${" ".repeat(width - full)}] ${done}/${all} ${name}`);
}
