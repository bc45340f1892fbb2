/**
 * A long session in a few minutes: edits and hovers over a long note through the real protocol, as fast as they go.
 * Prints the heap over time and fails where an error is answered or the heap goes on growing.
 * `MCALC_SOAK=100000` is the number of edits (1,000 by default); a tenth as many hovers.
 */
import { Choices, edit } from "../test/slow/generators";
import { BenchClient, lineStarts, placeOf } from "./client";
import { longNote } from "./notes";

const EDITS = Number(process.env["MCALC_SOAK"] ?? 1_000);
const FORMULAS = Number(process.env["MCALC_SOAK_FORMULAS"] ?? 2_000);
const URI = "file:///soak.md";

const c = new Choices(1);
const original = longNote(FORMULAS).text;
let text = original;
const client = await new BenchClient().start();
await client.open(URI, "markdown", text);
await client.diagnostics(URI);

let errors = 0;
let superseded = 0;
/** An answer that an edit overtook or that was taken back is none; anything else that fails is an error. */
const asked = (request: Promise<unknown>): Promise<void> =>
  request.then(
    () => undefined,
    (error: { code?: number; message?: string }) => {
      if (error.code === -32801 || error.code === -32800) superseded++;
      else {
        errors++;
        console.error(error.message);
      }
    },
  );

let known = { text: "", starts: [0] };
const startsOf = (of: string): readonly number[] => {
  if (known.text !== of) known = { text: of, starts: lineStarts(of) };
  return known.starts;
};

const heaps: number[] = [];
function note(done: number): void {
  globalThis.gc?.();
  const mb = process.memoryUsage().heapUsed / 2 ** 20;
  heaps.push(mb);
  console.log(
    `${String(done).padStart(7)} edits  heap ${mb.toFixed(1)} MB  ${errors} errors  ${superseded} superseded  ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
}

/** One change of the text, sent as it is made. */
function change(start: number, end: number, written: string): Promise<void> {
  const insert = written.replaceAll("\r", "");
  const starts = startsOf(text);
  const sent = client.change(URI, { start: placeOf(starts, start), end: placeOf(starts, end) }, insert);
  text = text.slice(0, start) + insert + text.slice(end);
  return sent;
}

/** What is typed in one place: a formula, letter by letter, with a slip that is taken back. */
const TYPED = ["$x^T A x$", "\\frac{\\partial}{\\partial x}", " = 2 A x", "some words", "7", "^T", "$$\nA^{-1} b\n$$"];

const started = performance.now();
let done = 0;
const after = async (sent: Promise<void>): Promise<void> => {
  await sent;
  done++;
  // Most edits come before the answer to the one before is there.
  if (done % 10 === 0) {
    const hover = asked(client.hover(URI, placeOf(startsOf(text), c.below(text.length))));
    if (done % 100 === 0) await asked(client.diagnostics(URI));
    if (done % 20 === 0) await hover;
  }
  if (done % Math.max(1, Math.floor(EDITS / 20)) === 0) {
    await asked(client.diagnostics(URI));
    note(done);
  }
};
for (let burst = 1; done < EDITS; burst++) {
  // Now and then somebody pastes and deletes all over the place; later the note is as it was.
  if (burst % 20 === 0) {
    for (let k = 0; k < 20 && done < EDITS; k++) {
      const { start, end, insert } = edit(c, text);
      await after(change(start, end, insert));
    }
    if (burst % 40 === 0) await after(change(0, text.length, original));
    continue;
  }
  // Mostly one types in one place, and takes it back.
  const at = c.below(text.length);
  const typed = c.of(TYPED);
  for (let k = 0; k < typed.length && done < EDITS; k++) await after(change(at + k, at + k, typed[k]!));
  for (let k = typed.length; k > 0 && done < EDITS; k--) await after(change(at + k - 1, at + k, ""));
}
await client.stop();
const half = Math.floor(heaps.length / 2);
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);
const [early, late] = [mean(heaps.slice(Math.floor(half / 2), half)), mean(heaps.slice(half))];
console.log(
  `Heap: ${early.toFixed(1)} MB in the second quarter, ${late.toFixed(1)} MB in the second half, most ${Math.max(...heaps).toFixed(1)} MB; ${errors} errors.`,
);
process.exit(errors > 0 || Math.max(...heaps) > 200 || late > 1.25 * early + 10 ? 1 : 0);
