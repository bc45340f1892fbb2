/**
 * Fits the weights of the evidence (`server/checking/evidence/weights.json`) to labelled notes, and says how well they do
 * on authors that were left out.
 *
 *   npx tsx scripts/evidence.ts notes.jsonl [--write] [--precision 0.95] [--list]
 *
 * With `--rows FILE` the findings are kept in a file, and taken from it the next time.
 *
 * Each line of the file is one note: `{"author", "text", "marks": [{"from": [line, column], "to": [line, column],
 * "wrong": true}], "complete": false}`; lines count from 0. A mark says of all that is found in it whether its author is
 * wrong. Where the marks of a note are complete, what is found outside of them is false. Rows of authors whose name begins
 * with `made:` are made up (reported errata, mutants of what an author wrote: `made:mutants:author`): they are fitted to, and
 * not counted among the authors; what is made of an author is left out with that author.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { checkDocument, confidence, FEATURES, type Finding } from "../server/checking";
import { readMarkdown } from "../server/documents/markdown";

interface Mark {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly wrong: boolean;
  /** Only for findings with this code. */
  readonly code?: string;
}

interface Labelled {
  readonly author: string;
  readonly text: string;
  readonly path?: string;
  readonly marks: readonly Mark[];
  readonly complete?: boolean;
}

interface Row {
  readonly author: string;
  readonly values: readonly number[];
  readonly wrong: boolean;
  readonly where: string;
}

const FILE = "server/checking/evidence/weights.json";
/** How strongly weights are drawn to what is believed beforehand. */
const STRENGTH = 1.5;
/** What counts of made-up rows, beside one that an author has written. */
const MADE = 0.5;

/** What is believed of some features before anything was fitted: readers err more often than authors. */
const BELIEFS: Readonly<Record<string, number>> = {
  constant: -1.5,
  "numbers guessed": -0.5,
  "sizes guessed": -1.5,
  "calls a function": -1.5,
  "calls an unknown function": -2,
  "no slip explains it": -1.5,
  "a definition of another section": -1.5,
  "a definition of another case": -1,
  "a name defined again": -0.5,
  "genre: arithmetic": -1.5,
  "genre: rounded": -2,
  "a rule for every function": 1.5,
  "slip: factor": -0.5,
  "slip: transpose": 1.2,
  "slip: sign": 1,
  "slip: order": 1.2,
  "slip: entries": 1,
  "sign: prime": -1.5,
  "sign: times": -1,
  "sign: circled": -1,
  "sign: square brackets": -1,
  "sign: angles": -1,
  "sign: dagger": -1,
  "genre: columns": -1.5,
  "genre: words": -1.5,
  "integral or limit": -1.5,
  expectation: -1.5,
  "genre: condition": -1,
  "genre: condition behind": -1,
  "genre: quotation": -1,
  "genre: to be shown": -0.5,
  "findings in the note": -1,
  "findings beside": -1,
  "holds beside": 1,
  "shapes: in a function": -1.5,
  "shapes: product, sizes said near by": 2.2,
  "shapes: sum": -1,
  "genre: definition": -1,
  "first link": -0.5,
  "genre: list": -1,
  "genre: denial": -3,
  "genre: assignment": -1,
  "genre: another algebra": -2,
  "genre: complex numbers": -2,
  "genre: substitution": -0.5,
  "all that is said put in": 3,
  "put into a gradient": 3.5,
  "written matrices worked out": 3.5,
  "a law of inverses and transposes": 0.5,
  "an identity but for one symbol": 1,
  "slip in a derivative": 0.5,
  "slip beside a transpose": 0.5,
  "slip among what holds": 0.5,
  "shapes: spread": -2,
  "shapes: vectors of one size": -1.5,
  "shapes: in a case": -1.5,
  "no slip, and sizes guessed": -1.5,
  "no slip, and a function": -1,
  "said in another item": -1.5,
  "long note": -0.5,
  "shapes: not square": -1,
  "shapes: two columns": -0.5,
  "shapes: other than said": 3.5,
};

function rowsOf(note: Labelled): Row[] {
  const document = readMarkdown("file:///note.md", 1, note.text);
  const starts = [0];
  for (let i = note.text.indexOf("\n"); i >= 0; i = note.text.indexOf("\n", i + 1)) starts.push(i + 1);
  const offset = ([line, column]: readonly [number, number]): number => (starts[line] ?? note.text.length) + column;
  const rows: Row[] = [];
  checkDocument(document, {
    listener: (finding: Finding, values: readonly number[]) => {
      const { span, code } = finding.problem;
      const at = note.marks.filter(
        (m) =>
          (m.code === undefined || m.code === code) &&
          span.start < Math.max(offset(m.to), offset(m.from) + 1) &&
          Math.max(span.end, span.start + 1) > offset(m.from),
      );
      if (at.length === 0 && note.complete !== true) return;
      const line = starts.findLastIndex((s) => s <= span.start) + 1;
      rows.push({
        author: note.author,
        values,
        wrong: at.some((m) => m.wrong),
        where: `${note.path ?? note.author}:${line} ${code}: ${finding.problem.message.slice(0, 120)}`,
      });
    },
  });
  return rows;
}

const isMade = ({ author }: Row): boolean => author.startsWith("made:");

const weightOf = (r: Row): number => (isMade(r) ? MADE : 1);

/** Steps of Newton's method: the loss is convex, and each doubles the digits. */
const MOST_STEPS = 25;

/** Weights by maximum likelihood, drawn to what is believed of them. */
function fit(rows: readonly Row[]): Record<string, number> {
  const before = FEATURES.map((f) => BELIEFS[f.name] ?? 0);
  const pull = FEATURES.map((f) => STRENGTH * (f.name === "constant" ? 0.2 : 1));
  const w = [...before];
  const used = rows.map((r) => r.values.flatMap((v, k) => (v === 0 ? [] : [[k, v] as const])));
  const loss = (at: readonly number[]): number =>
    rows.reduce(
      (sum, r, i) => {
        const z = used[i]!.reduce((total, [k, v]) => total + v * at[k]!, 0);
        const miss = Math.log1p(Math.exp(-Math.abs(z))) + Math.max(r.wrong ? -z : z, 0);
        return sum + weightOf(r) * miss;
      },
      at.reduce((sum, x, k) => sum + 0.5 * pull[k]! * (x - before[k]!) ** 2, 0),
    );
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = w.map((x, k) => pull[k]! * (x - before[k]!));
    const hessian = Matrix.diag(pull);
    rows.forEach((r, at) => {
      const values = used[at]!;
      const likely = 1 / (1 + Math.exp(-values.reduce((sum, [k, v]) => sum + v * w[k]!, 0)));
      const weight = weightOf(r);
      for (const [k, v] of values) {
        gradient[k]! += weight * (likely - Number(r.wrong)) * v;
        for (const [j, u] of values) hessian.set(k, j, hessian.get(k, j) + weight * likely * (1 - likely) * (v * u));
      }
    });
    const change = new CholeskyDecomposition(hessian).solve(Matrix.columnVector(gradient)).to1DArray();
    const best = loss(w);
    let length = 1;
    while (length > 1e-6 && loss(w.map((x, k) => x - length * change[k]!)) > best) length /= 2;
    change.forEach((d, k) => (w[k]! -= length * d));
    if (Math.max(...change.map(Math.abs)) < 1e-6) break;
  }
  return Object.fromEntries(FEATURES.map((f, k) => [f.name, Math.round(100 * w[k]!) / 100]));
}

/** For some thresholds: what is said then, and what of it is true. */
function table(scored: readonly { readonly row: Row; readonly likely: number }[]): string {
  const all = scored.filter((s) => s.row.wrong).length;
  return [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    .map((t) => {
      const said = scored.filter((s) => s.likely >= t);
      const right = said.filter((s) => s.row.wrong).length;
      return `  from ${t}: ${right} of ${said.length} true (${Math.round((100 * right) / Math.max(1, said.length))} %), ${right} of ${all} found`;
    })
    .join("\n");
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("which notes?");
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : (process.argv[at + 1] ?? "");
};
const kept = option("rows");
const rows: readonly Row[] =
  kept !== undefined && existsSync(kept)
    ? (JSON.parse(readFileSync(kept, "utf8")) as Row[])
    : readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .flatMap((line) => rowsOf(JSON.parse(line) as Labelled));
if (kept !== undefined) writeFileSync(kept, JSON.stringify(rows));
const asBefore = rows.map((row) => ({ row, likely: confidence(row.values) }));
console.log(`as it stands:\n${table(asBefore.filter((s) => !isMade(s.row)))}`);
const authors = [...new Set(rows.map((r) => r.author))].filter((a) => !a.startsWith("made:"));
console.log(`${rows.length} findings, ${rows.filter((r) => r.wrong).length} true, of ${authors.length} authors`);

const leftOut = authors.flatMap((author) => {
  const weights = fit(rows.filter((r) => r.author !== author && !r.author.endsWith(`:${author}`)));
  return rows.filter((r) => r.author === author).map((row) => ({ row, likely: confidence(row.values, { weights }) }));
});
console.log(`authors left out:\n${table(leftOut)}`);
const weights = fit(rows);
const scored = rows.map((row) => ({ row, likely: confidence(row.values, { weights }) }));
console.log(`fitted:\n${table(scored.filter((s) => !isMade(s.row)))}`);
console.log(`made up:\n${table(scored.filter((s) => isMade(s.row)))}`);
if (process.argv.includes("--list"))
  for (const s of [...leftOut].sort((a, b) => b.likely - a.likely))
    console.log(`${s.likely.toFixed(2)} ${s.row.wrong ? "TRUE " : "false"} ${s.row.where}`);

/** The lowest confidence from which on enough of what is said is true, of authors left out. */
function thresholdFor(precision: number): number {
  const sorted = [...leftOut].sort((a, b) => b.likely - a.likely);
  let [right, best] = [0, 0.95];
  sorted.forEach(({ row, likely }, i) => {
    right += Number(row.wrong);
    if (right / (i + 1) >= precision) best = likely;
  });
  return Math.max(0.5, Math.round(100 * best) / 100);
}

const threshold = thresholdFor(Number(option("precision") ?? 0.95));
console.log(`threshold ${threshold}`);
if (process.argv.includes("--write")) {
  const used = Object.fromEntries(Object.entries(weights).filter(([, w]) => Math.abs(w) >= 0.05));
  writeFileSync(FILE, `${JSON.stringify({ threshold, weights: used }, null, 2)}\n`);
}
