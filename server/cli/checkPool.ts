import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { CheckedFile } from "../tools/checkText";
import { checkFile } from "./checked";
import { isOurs } from "./output";

/** What came of one file: what was found in it, or in one sentence why it could not be checked. */
export type Outcome = CheckedFile | { readonly problem: string };

/** A thread takes a tenth of a second to start: fewer files than this are checked faster without one. */
const FILES_A_THREAD = 12;
/** Each holds the engine and what it remembers. */
const MOST_THREADS = 8;
const ROLE = "mcalc check";

/** The numbers of the files, those of large files first: one that takes long is not begun when the others are done. */
function largestFirst(files: readonly string[]): readonly number[] {
  const sizes = files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return [...files.keys()].sort((a, b) => sizes[b]! - sizes[a]! || a - b);
}

/** Checks one file; what goes wrong inside is a sentence about this file. */
function outcomeOf(file: string): Outcome {
  try {
    return checkFile(file);
  } catch (error) {
    if (isOurs(error)) return { problem: error.message };
    return {
      problem: `${file} could not be checked${error instanceof RangeError ? ": it is too involved" : INTERNAL}.`,
    };
  }
}

const INTERNAL = " because of an internal error; please report it";

/**
 * Checks files one after the other, or many on several threads; gives them in their order, as far as they were
 * checked when `stopped` said so.
 */
export async function checkFiles(
  files: readonly string[],
  stopped: () => boolean,
  onDone: (done: number, file: string) => void,
): Promise<readonly Outcome[]> {
  const threads = Math.min(MOST_THREADS, availableParallelism(), Math.floor(files.length / FILES_A_THREAD));
  const outcomes: (Outcome | undefined)[] = files.map(() => undefined);
  let done = 0;
  const finish = (index: number, outcome: Outcome): void => {
    outcomes[index] = outcome;
    onDone(++done, files[index]!);
  };
  const waiting = threads < 2 ? [...files.keys()] : largestFirst(files);
  let next = 0;
  if (threads < 2)
    for (; next < waiting.length && !stopped(); next++) {
      // A signal, and what else waits, comes first.
      await new Promise((resolve) => setImmediate(resolve));
      if (!stopped()) finish(next, outcomeOf(files[next]!));
    }
  else
    await Promise.all(
      Array.from({ length: threads }, async () => {
        while (next < waiting.length && !stopped()) await serve();
      }),
    );
  return outcomes.filter((o) => o !== undefined);

  /** One thread, fed until there is no more or it dies: then the file it died of is named, and another goes on. */
  function serve(): Promise<void> {
    return new Promise((resolve) => {
      const worker = new Worker(path.join(__dirname, "check.js"), { workerData: ROLE });
      let current: number | undefined;
      const give = (): void => {
        current = stopped() ? undefined : waiting[next++];
        if (current === undefined) void worker.terminate();
        else worker.postMessage(files[current]);
      };
      worker.on("message", (outcome: Outcome) => {
        finish(current!, outcome);
        give();
      });
      worker.on("error", () => undefined);
      worker.on("exit", () => {
        if (current !== undefined) finish(current, { problem: `${files[current]!} could not be checked${INTERNAL}.` });
        resolve();
      });
      give();
    });
  }
}

// The same bundle is what a thread of it runs.
if (!isMainThread && workerData === ROLE)
  parentPort!.on("message", (file: string) => parentPort!.postMessage(outcomeOf(file)));
