import { styleText } from "node:util";
import { type CheckedFile, checkFile } from "./checked";
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
  const checked: CheckedFile[] = [];
  const showProgress = files.length >= MANY && process.stderr.isTTY === true;
  for (const [i, file] of files.entries()) {
    if (showProgress) progress(i, files.length, file);
    try {
      const result = checkFile(file);
      if ("problem" in result) problems.push(result.problem);
      else checked.push(result);
    } catch (error) {
      problems.push(
        `${file} could not be checked${error instanceof RangeError ? ": it is too involved" : " because of an internal error; please report it"}.`,
      );
    }
  }
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
  const name = file.length > 40 ? `…${file.slice(-39)}` : file;
  process.stderr.write(`\r\u001b[K[${"#".repeat(full)}${" ".repeat(width - full)}] ${done}/${all} ${name}`);
}
