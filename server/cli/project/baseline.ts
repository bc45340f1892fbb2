import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CheckedFile, Diagnostic } from "../../tools/checkText";
import { InputError } from "../output";

/** A finding as a baseline keeps it: by what it says of which line, not by the line's number, which edits move. */
interface Kept {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly source: string;
}

interface BaselineFile {
  readonly version: 1;
  readonly findings: readonly Kept[];
}

const keyOf = (k: Kept): string => JSON.stringify([k.path, k.code, k.message, k.source]);

function keptOf(baseline: string, file: CheckedFile, d: Diagnostic, line: string): Kept {
  const relative = path.relative(path.dirname(path.resolve(baseline)), path.resolve(file.path));
  return { path: relative.split(path.sep).join("/"), code: d.code, message: d.message, source: line.trim() };
}

/** Writes the findings of a check down as old ones; gives how many there are. */
export function writeBaseline(baseline: string, files: readonly CheckedFile[]): number {
  const findings = files.flatMap((f) => f.diagnostics.map((d, i) => keptOf(baseline, f, d, f.shown[i]!.line)));
  const content: BaselineFile = { version: 1, findings };
  try {
    writeFileSync(baseline, `${JSON.stringify(content, undefined, 1)}\n`);
  } catch {
    throw new InputError(`${baseline} could not be written.`);
  }
  return findings.length;
}

export const hasBaseline = (baseline: string): boolean => existsSync(baseline);

/**
 * The files with what is new alone. A finding that stands there twice is old as often as it was before.
 * @throws InputError where the file is no baseline
 */
export function sinceBaseline(baseline: string, files: readonly CheckedFile[]): readonly CheckedFile[] {
  const old = new Map<string, number>();
  for (const k of readBaseline(baseline).findings) old.set(keyOf(k), (old.get(keyOf(k)) ?? 0) + 1);
  return files.map((file) => {
    const isNew = file.diagnostics.map((d, i) => {
      const key = keyOf(keptOf(baseline, file, d, file.shown[i]!.line));
      const left = old.get(key) ?? 0;
      if (left > 0) old.set(key, left - 1);
      return left === 0;
    });
    return {
      ...file,
      diagnostics: file.diagnostics.filter((_, i) => isNew[i]),
      shown: file.shown.filter((_, i) => isNew[i]),
    };
  });
}

function readBaseline(baseline: string): BaselineFile {
  try {
    const read = JSON.parse(readFileSync(baseline, "utf8")) as BaselineFile;
    if (read.version === 1 && Array.isArray(read.findings)) return read;
  } catch {
    // Said below.
  }
  throw new InputError(`${baseline} is no baseline of mcalc: take it away, and the next check writes one.`);
}
