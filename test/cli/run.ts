import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const folder = mkdtempSync(path.join(tmpdir(), "mcalc-cli-"));
const BUILD = path.join(import.meta.dirname, "../../scripts/build.mjs");
let bundle: string | undefined;
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Builds the command line as it is shipped into a folder; gives the script that starts it. */
export function build(into: string): string {
  const { status, stderr } = spawnSync(process.execPath, [BUILD, "--command-line", into], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return path.join(into, "cli.js");
}

/** The command line, built once for all tests. */
export const builtCommandLine = (): string => (bundle ??= build(folder));

export interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in a process of its own. */
export function mcalc(args: readonly string[], input = ""): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [builtCommandLine(), ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 1e8,
    cwd: folder,
  });
  return { status, out: stdout, err: stderr };
}

/** Writes a file that the command line can be pointed to, and gives its path. */
export function file(name: string, content: string | Uint8Array): string {
  writeFileSync(path.join(folder, name), content);
  return name;
}

/** An empty folder. */
export const emptyFolder = (): string => mkdtempSync(path.join(folder, "empty-"));
