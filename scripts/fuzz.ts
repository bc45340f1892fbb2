// npm run fuzz -- [--kind KIND,…] [--seed FIRST] [--n COUNT]: random inputs of each kind, and what must be true of them.
// Prints the number of inputs and seeds; of what fails, the command that repeats it alone. Ends with status 1 where something failed.
import { parseArgs } from "node:util";
import { KINDS } from "../test/slow/fuzzKinds";
import { Choices } from "../test/slow/generators";

const { values } = parseArgs({
  options: { kind: { type: "string" }, seed: { type: "string", default: "1" }, n: { type: "string", default: "1000" } },
});
const wanted = values.kind?.split(",") ?? Object.keys(KINDS);
const [first, count] = [Number(values.seed), Number(values.n)];
/** Failures of one kind after which it is left. */
const MOST = 20;
const SLOW = 20_000;

async function main(): Promise<void> {
  let failures = 0;
  for (const kind of wanted) {
    const found = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    if (found === undefined) throw new Error(`There is no kind ${kind}: ${Object.keys(KINDS).join(", ")}.`);
    let [failed, seed] = [0, first];
    for (; seed < first + count && failed < MOST; seed++) {
      const start = performance.now();
      let wrong: string | undefined;
      try {
        await found.run(new Choices(seed));
        if (performance.now() - start > SLOW) wrong = `took ${Math.round(performance.now() - start)} ms`;
      } catch (error) {
        wrong = error instanceof Error ? error.message : String(error);
      }
      if (wrong === undefined) continue;
      failed++;
      console.log(
        `npm run fuzz -- --kind ${kind} --seed ${seed} --n 1\n  ${wrong.slice(0, 1500).replaceAll("\n", "\n  ")}`,
      );
    }
    console.log(`${kind}: ${seed - first} inputs, seeds ${first} to ${seed - 1}, ${failed} failed (${found.what})`);
    failures += failed;
  }
  process.exitCode = failures > 0 ? 1 : 0;
}

void main();
