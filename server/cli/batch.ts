import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { json } from "../core/escaping";
import { answerLine } from "../tools/line";
import { inputProblem } from "./input";
import { InputError, say } from "./output";

/**
 * `derive --batch`: JSON lines in, JSON lines out, in order. A line that cannot be read is answered `ok: false` and
 * the next one is read. The result says whether every line was answered with a derivative.
 */
export async function batch(path: string, where = false): Promise<boolean> {
  if (path !== "-") {
    const problem = inputProblem(path);
    if (problem !== undefined) throw new InputError(problem);
  }
  const input = path === "-" ? process.stdin : createReadStream(path);
  let fine = true;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    const out = await answerLine(line, where);
    fine &&= out.ok === true;
    await say(`${json(out)}\n`);
  }
  return fine;
}
