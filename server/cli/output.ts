import { terminalText } from "../core/escaping";

/** The command was misused: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The input is at fault: exit status 1. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** Whether an error is one of these, thrown by whichever of the bundles. */
export const isOurs = (error: unknown): error is UsageError | InputError =>
  error instanceof Error && (error.name === "UsageError" || error.name === "InputError");

/** Writes to stdout and waits where the reader is slow. */
export function say(text: string): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.write(text)) resolve();
    else process.stdout.once("drain", resolve);
  });
}

/** Writes a message to stderr, a line each; what a document or a file name holds begins no line and commands no terminal. */
export const complain = (...lines: readonly string[]): void =>
  void process.stderr.write(lines.map((line) => `${terminalText(line)}\n`).join(""));
