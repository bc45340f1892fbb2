import { realpathSync } from "node:fs";
import { styleText } from "node:util";
import { terminalText } from "../core/escaping";
import type { CheckedFile } from "../tools/checkText";
import { checkFiles } from "./checkPool";
import { filesOf } from "./files";
import { complain, say } from "./output";
import { optimiseLater } from "./optimiser";
import { hasBaseline, sinceBaseline, writeBaseline } from "./project/baseline";
import { changedSince } from "./project/changed";
import { githubReport } from "./report/github";
import { htmlReport } from "./report/html";
import { jsonReport } from "./report/json";
import { type Paint, prettyReport } from "./report/pretty";
import { sarifReport } from "./report/sarif";
import { VERSION } from "./version";

export type ReportFormat = "pretty" | "json" | "sarif" | "github" | "html";

export interface CheckFlags {
  readonly format: ReportFormat;
  /** Old findings: written down where the file is missing, left out where it is there. */
  readonly baseline?: string;
  /** Only files that differ from this revision. */
  readonly changed?: string;
}

/** From so many files on, progress is shown (on a terminal). */
const MANY = 10;

/** `check PATH…`: the report on stdout. The result says whether no error and no warning was found. */
export async function check(paths: readonly string[], { format, baseline, changed }: CheckFlags): Promise<boolean> {
  const { files: all, problems } = filesOf(paths);
  const since = changed === undefined ? undefined : changedSince(changed);
  const files = since === undefined ? all : all.filter((file) => since.has(realpathSync(file)));
  optimiseLater();
  let interrupted = false;
  // Who stops a long check gets what was found until then; a second time, the process ends as usual.
  process.once("SIGINT", () => (interrupted = true));
  const showProgress = files.length >= MANY && process.stderr.isTTY === true;
  const outcomes = await checkFiles(
    files,
    () => interrupted,
    (done, file) => showProgress && progress(done, files.length, file),
  );
  let checked: readonly CheckedFile[] = outcomes.filter((o): o is CheckedFile => !("problem" in o));
  // What is wrong with a project is wrong for each of its files, and said once.
  problems.push(...new Set(outcomes.flatMap((o) => ("problem" in o ? [o.problem] : []))));
  if (interrupted) problems.push(`interrupted: ${outcomes.length} of ${files.length} files were checked.`);
  if (showProgress) process.stderr.write("\r\u001b[K");
  for (const problem of problems) complain(`error: ${problem}`);
  if (baseline !== undefined && !hasBaseline(baseline)) {
    const written = writeBaseline(baseline, checked);
    complain(
      `${baseline}: ${written} ${written === 1 ? "finding" : "findings"} written down; the next check says only what is new.`,
    );
    return problems.length === 0;
  }
  if (baseline !== undefined) checked = sinceBaseline(baseline, checked);
  // Where nothing could be checked there is nothing to sum up for people.
  if (format !== "pretty" || checked.length > 0 || problems.length === 0) await say(await report(checked, format));
  const stands = checked.some((f) => f.diagnostics.some((d) => d.severity === "error" || d.severity === "warning"));
  return !stands && problems.length === 0;
}

function report(files: readonly CheckedFile[], format: ReportFormat): string | Promise<string> {
  switch (format) {
    case "json":
      return jsonReport(files);
    case "sarif":
      return sarifReport(files, VERSION);
    case "html":
      return htmlReport(files);
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
