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

const heaps: number[] = [];
function note(done: number): void {
  globalThis.gc?.();
  const mb = process.memoryUsage().heapUsed / 2 ** 20;
  heaps.push(mb);
  console.log(
    `${String(done).padStart(7)} edits  heap ${mb.toFixed(1)} MB  ${errors} errors  ${superseded} superseded  ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
}

const started = performance.now();
for (let i = 1; i <= EDITS; i++) {
  const starts = lineStarts(text);
  // Mistakes are made good: after a while the note is as it was.
  const change = i % 50 === 0 ? { start: 0, end: text.length, insert: original } : edit(c, text);
  const range = { start: placeOf(starts, change.start), end: placeOf(starts, change.end) };
  const insert = change.insert.replaceAll("\r", "");
  const sent = client.change(URI, range, insert);
  text = text.slice(0, change.start) + insert + text.slice(change.end);
  await sent;
  // Most edits come before the answer to the one before is there.
  if (i % 10 === 0) {
    const hover = asked(client.hover(URI, placeOf(lineStarts(text), c.below(text.length))));
    if (i % 100 === 0) await asked(client.diagnostics(URI));
    if (i % 20 === 0) await hover;
  }
  if (i % Math.max(1, Math.floor(EDITS / 20)) === 0) {
    await asked(client.diagnostics(URI));
    note(i);
  }
}
await client.stop();
const half = Math.floor(heaps.length / 2);
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);
const [early, late] = [mean(heaps.slice(Math.floor(half / 2), half)), mean(heaps.slice(half))];
console.log(
  `Heap: ${early.toFixed(1)} MB in the second quarter, ${late.toFixed(1)} MB in the second half, most ${Math.max(...heaps).toFixed(1)} MB; ${errors} errors.`,
);
process.exit(errors > 0 || Math.max(...heaps) > 200 || late > 1.25 * early + 10 ? 1 : 0);
