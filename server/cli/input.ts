import { closeSync, openSync, readSync, statSync } from "node:fs";

/** Larger files are refused: they are not notes. */
const MOST_BYTES = 20_000_000;

/** Why a path cannot be read as text, in one sentence; `undefined` where it can. */
export function inputProblem(path: string): string | undefined {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return `${path} is a directory; name a file.`;
    if (!stat.isFile()) return `${path} is no file but a pipe or a device; its text can be given in a file.`;
    if (stat.size > MOST_BYTES) return `${path} is too large: it has more than ${MOST_BYTES / 1_000_000} MB.`;
    return isBinary(path) ? `${path} is not a text file.` : undefined;
  } catch (error) {
    return unreadable(path, error);
  }
}

/** The operating system's reason, in words. */
export function unreadable(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENAMETOOLONG") return `${path.slice(0, 60)}… is no path: it is too long.`;
  if (code === "ELOOP") return `${path} is a link that leads back to itself.`;
  if (code === "ENOENT" || code === "ENOTDIR") return `${path} does not exist.`;
  return code === "EACCES" || code === "EPERM"
    ? `${path} may not be read: permission denied.`
    : `${path} could not be read.`;
}

/** Text has no zero bytes; the first few thousand tell. */
function isBinary(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(8192);
    return start.subarray(0, readSync(file, start)).includes(0);
  } finally {
    closeSync(file);
  }
}
