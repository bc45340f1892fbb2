import { execFileSync } from "node:child_process";
import path from "node:path";
import { InputError, UsageError } from "../output";

/** Git, asked for nothing that would run a program of the repository's own. */
function git(args: readonly string[], folder: string): string | undefined {
  try {
    return execFileSync("git", ["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
      maxBuffer: 1e8,
    });
  } catch {
    return undefined;
  }
}

/**
 * The files that differ from a revision, those that git does not know yet among them: absolute paths.
 * @throws UsageError for what is no revision; InputError where there is no repository
 */
export function changedSince(revision: string, folder = process.cwd()): ReadonlySet<string> {
  if (revision.startsWith("-")) throw new UsageError(`“${revision}” is no revision.`);
  const root = git(["rev-parse", "--show-toplevel"], folder)?.trim();
  if (root === undefined) throw new InputError("This folder is in no git repository: leave --changed out.");
  const commit = git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`], folder)?.trim();
  if (commit === undefined) throw new InputError(`“${revision}” is no revision of this repository.`);
  const names = [
    git(["diff", "--name-only", "--no-ext-diff", "--diff-filter=d", "-z", commit], root),
    git(["ls-files", "--others", "--exclude-standard", "-z"], root),
  ].map((found) => found ?? "");
  return new Set(
    names
      .join("\0")
      .split("\0")
      .filter(Boolean)
      .map((name) => path.resolve(root, name)),
  );
}
