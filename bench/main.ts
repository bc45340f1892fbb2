/** Measures mcalc and writes `docs/benchmarks.md`. Run by `npm run bench` (scripts/bench.mjs), which bundles it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkDocument, checkSteps, VerdictCache } from "../server/checking";
import { derive } from "../server/calculus";
import { answer, readQuestion } from "../server/tools/question";
import { readMarkdown } from "../server/documents/markdown";
import { readMcalc } from "../server/documents/mcalc";
import { parseExpression } from "../server/language/mcalc/parse";
import { DOCUMENTS, QUESTIONS } from "../test/robust/hostileInputs";
import { inTurns } from "../server/features/turn";
import { makeTurn } from "../server/lsp/turns";
import { BenchClient, lineStarts, placeOf } from "./client";
import { ms, quantile, table, time, timeAsync, timesOf, type Times, watchLoop } from "./measure";
import { longNote, writeWorkspace } from "./notes";
import { alternating, type NamedQuestion, network, networkHessian, sharedQuestions, tracePower } from "./questions";
import { sympy } from "./sympy";

const root = process.cwd();
const out: string[] = [];
const say = (text = ""): void => {
  console.log(text);
  out.push(text);
};
const row = (name: string, t: Times): string[] => [
  name,
  String(t.count),
  ms(t.median),
  ms(t.p95),
  ms(t.p99),
  ms(t.most),
];
const HEAD = ["", "runs", "median", "p95", "p99", "most"];
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** The median of several runs, after warming up. */
function warm(run: () => unknown, runs = 9): number {
  for (let i = 0; i < 3; i++) run();
  return quantile(
    Array.from({ length: runs }, () => time(run)),
    0.5,
  );
}

function machine(): void {
  const model = os.cpus()[0]?.model ?? "an unknown processor";
  const memory = Math.round(os.totalmem() / 2 ** 30);
  say(`# Benchmarks`);
  say();
  say(
    `Written by \`npm run bench\`: run it to see what holds on your machine. Times are of wall clocks unless CPU is named.`,
  );
  say();
  say(
    `Machine: ${model}, ${os.cpus().length} cores, ${memory} GB of memory, ${os.type()} ${os.release()}, Node ${process.version}; load at the start ${os.loadavg()[0]!.toFixed(1)}.`,
  );
}

function derivation(): void {
  say("\n## Derivation\n");
  const questions = sharedQuestions(root);
  if (questions.length === 0) say("The shared cases are not beside this repository: not measured.");
  else {
    // So many rounds until all of it is compiled, as in a server that has run for a minute.
    for (let i = 0; i < 30; i++) for (const q of questions) answer(q);
    const medians = new Map<string, number>();
    const derivations: number[] = [];
    const all: number[] = [];
    let answered = 0;
    for (const q of questions) {
      const read = readQuestion(q);
      if (read.ok) {
        const request = { ...read, wrt: q.wrt, ...(q.kind === undefined ? {} : { kind: q.kind }) };
        const times = Array.from({ length: 9 }, () => time(() => derive(request)));
        derivations.push(quantile(times, 0.5));
      }
      const times = Array.from({ length: 9 }, () => time(() => answer(q)));
      medians.set(q.name, quantile(times, 0.5));
      all.push(...times);
      if (answer(q).ok) answered++;
    }
    say(`${questions.length} reference cases, ${answered} answered, warm, verification included.\n`);
    say(
      table(HEAD, [
        row("the derivation of each case, its median", timesOf(derivations)),
        row("with reading declarations and formula, and printing", timesOf([...medians.values()])),
        row("each run of that", timesOf(all)),
      ]),
    );
    const reference = sympy(root, questions);
    if (reference === undefined) say("\nSymPy is not installed (Debian: `python3-sympy`): no ratio.");
    else {
      const both = [...reference.times].filter(([id]) => medians.has(id));
      const ratios = both.map(([id, t]) => t / medians.get(id)!);
      say(
        `\nSymPy ${reference.version} in the same run, no verification, its cache cleared before each: ${reference.asked} cases can be put to it, ${both.length} are answered (right or wrong). ` +
          `On these its median is ${ms(
            quantile(
              both.map(([, t]) => t),
              0.5,
            ),
          )}, ours ${ms(
            quantile(
              both.map(([id]) => medians.get(id)!),
              0.5,
            ),
          )}; ` +
          `its time over ours: median ${quantile(ratios, 0.5).toFixed(1)}, from ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(0)}.`,
      );
    }
  }
  say("\n### Growth\n");
  const grown = (title: string, sizes: readonly number[], make: (k: number) => NamedQuestion): string[] => {
    let before: number | undefined;
    const cells = sizes.map((k) => {
      const ok = answer(make(k)).ok;
      const t = warm(() => answer(make(k)));
      const cell = `${k}: ${ok ? ms(t) : "refused"}${before === undefined ? "" : ` (×${(t / before).toFixed(1)})`}`;
      before = t;
      return cell;
    });
    return [title, cells.join(", ")];
  };
  say(
    table(
      ["formula", "k: median (growth over the one before)"],
      [
        grown("tr(X^k)", [2, 4, 8, 16, 32], tracePower),
        grown("tr(A1\\*X\\*…\\*Ak\\*X)", [2, 4, 8, 16, 32], alternating),
        grown("network of k layers with tanh, by the first weights", [2, 4, 6, 8, 10], network),
        grown("Hessian of a network of k layers", [1, 2, 3], networkHessian),
      ],
    ),
  );
}

function cold(): void {
  say("\n## A process of its own\n");
  const cli = path.join(root, "dist", "cli.js");
  const start = (args: readonly string[]): number =>
    time(() => spawnSync(process.execPath, [...args], { stdio: "ignore" }));
  const times = (args: readonly string[]): Times => timesOf(Array.from({ length: 15 }, () => start(args)));
  start([cli, "--version"]);
  say(
    table(HEAD, [
      row("`node -e 0`", times(["-e", "0"])),
      row(
        "`mcalc derive`, one formula",
        times([
          cli,
          "derive",
          "norm2(X*w - y)^2",
          "--wrt",
          "w",
          "--given",
          "X : R^(n×d)",
          "--given",
          "w : R^d",
          "--given",
          "y : R^n",
        ]),
      ),
    ]),
  );
}

function parsing(): void {
  say("\n## Parsing\n");
  const questions = [...sharedQuestions(root), tracePower(8), network(4)];
  const note = longNote(2000).text;
  const lines = Array.from({ length: 2000 }, (_, i) => `d(${i + 2}*x'*A*x)/d(x) == ${i + 2}*(A + A')*x`);
  const source = `x : R^n\nA : R^(n×n)\n${lines.join("\n")}`;
  for (let i = 0; i < 5; i++) questions.forEach((q) => parseExpression(q.expr));
  let version = 0;
  say(
    table(HEAD, [
      row(
        "an expression of .mcalc",
        timesOf(questions.flatMap((q) => Array.from({ length: 5 }, () => time(() => parseExpression(q.expr))))),
      ),
      row(
        "2,000 lines of .mcalc",
        timesOf(Array.from({ length: 5 }, () => time(() => readMcalc("file:///a.mcalc", version++, source)))),
      ),
      row(
        "a note of 2,000 formulas, read again",
        timesOf(Array.from({ length: 5 }, () => time(() => readMarkdown("file:///a.md", version++, note)))),
      ),
    ]),
  );
}

async function notes(): Promise<void> {
  say("\n## A note of 10,000 lines with 2,000 formulas\n");
  const { text, claims } = longNote(2000);
  // What no caching helps: other numbers in the formulas than in those read above.
  const fresh = longNote(2000, 102).text;
  let longest = 0;
  let last = 0;
  const nextTurn = (): Promise<void> => {
    longest = Math.max(longest, performance.now() - last);
    return new Promise((resolve) =>
      setImmediate(() => {
        last = performance.now();
        resolve();
      }),
    );
  };
  let document = readMarkdown("file:///a.md", 0, "");
  const reading = time(() => (document = readMarkdown("file:///a.md", 1, fresh)));
  last = performance.now();
  let found = { claims: 0, problems: 0 };
  const checking = await timeAsync(async () => {
    const result = await inTurns(
      checkSteps(document, { cache: new VerdictCache() }),
      makeTurn({ nextTurn }, () => undefined),
    );
    found = { claims: result.claims.length, problems: result.problems.length };
  });
  say(
    `${fresh.split("\n").length} lines, ${document.formulas.length} formulas, ${found.claims} claims judged, ${found.problems} problems found (the note has none). ` +
      `Read in ${ms(reading)} at one go; checked in ${ms(checking)}, the event loop held for at most ${ms(longest)} by the checker.\n`,
  );

  const uri = "file:///long.md";
  // A client that is told unasked: what is in view comes first.
  const pushed = await new BenchClient().start({ pull: false });
  const holds: number[] = [];
  const watch = watchLoop(holds);
  const first = pushed.published(uri);
  const started = performance.now();
  await pushed.open(uri, "markdown", longNote(2000, 203).text);
  await first;
  const visible = performance.now() - started;
  await pushed.publishedLast(uri);
  const whole = performance.now() - started;
  await pushed.stop();
  const longestHold = (): number => holds.reduce((a, b) => Math.max(a, b), 0);
  const openHold = longestHold();
  holds.length = 0;

  // Who hovers over a formula at the beginning of a note that is only being read.
  const early = await new BenchClient().start();
  const unread = longNote(2000, 405);
  const firstHover = await timeAsync(async () => {
    await early.open("file:///early.md", "markdown", unread.text);
    await early.hover("file:///early.md", placeOf(lineStarts(unread.text), unread.claims[1]! + 30));
  });
  await early.stop();

  const client = await new BenchClient().start();
  const opening = await timeAsync(async () => {
    await client.open(uri, "markdown", text);
    await client.diagnostics(uri);
  });
  let now = text;
  const keystrokes: number[] = [];
  const hovers: number[] = [];
  // Nobody types at the moment a note is there: an edit is rehearsed meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (let i = 0; i < 60; i++) {
    const at = claims[(i * 31) % claims.length]!;
    const end = now.indexOf("\n", at);
    const starts = lineStarts(now);
    // A space in a formula, a digit in another: the one changes nothing, the other the claim.
    const insert = i % 2 === 0 ? " " : "7";
    const place = placeOf(starts, i % 2 === 0 ? end : at);
    const offset = i % 2 === 0 ? end : at;
    keystrokes.push(
      await timeAsync(async () => {
        await client.change(uri, { start: place, end: place }, insert);
        await client.diagnostics(uri);
      }),
    );
    now = now.slice(0, offset) + insert + now.slice(offset);
    await client.change(uri, { start: place, end: { line: place.line, character: place.character + 1 } }, "");
    now = now.slice(0, offset) + now.slice(offset + 1);
    await client.diagnostics(uri);
    hovers.push(
      await timeAsync(() => client.hover(uri, placeOf(lineStarts(now), claims[(i * 17) % claims.length]! + 30))),
    );
  }
  await client.stop();
  watch();
  const reference = time(() => readMarkdown("file:///ref.md", 1, longNote(2000, 304).text));
  say(
    `Opened by a client that is told unasked: the visible part after ${ms(visible)}, all after ${ms(whole)}; a hover there, asked for right after opening, after ${ms(firstHover)}; ` +
      `the event loop held for at most ${ms(openHold)}, during the keystrokes and hovers below ${ms(longestHold())}. ` +
      `A keystroke takes ${(quantile(keystrokes, 0.5) / reference).toFixed(3)} of what reading such a note afresh does (${ms(reference)}, the same run).\n`,
  );
  say(
    table(HEAD, [
      row("open until all diagnostics, asked for", timesOf([opening])),
      row("keystroke until all diagnostics", timesOf(keystrokes)),
      row("hover, text", timesOf(hovers)),
    ]),
  );
}

function folder(): void {
  say("\n## A folder of 40 notes, 2,000 formulas\n");
  const at = mkdtempSync(path.join(os.tmpdir(), "mcalc-bench-"));
  for (let i = 0; i < 40; i++)
    writeFileSync(path.join(at, `note${i}.md`), longNote(50).text.replaceAll("Section", `Part ${i}, section`));
  const t = time(() =>
    spawnSync(process.execPath, [path.join(root, "dist", "cli.js"), "check", at, "--format", "json"], {
      stdio: "ignore",
    }),
  );
  rmSync(at, { recursive: true });
  say(`\`mcalc check\` with its start: ${ms(t)}.`);
}

/** Files of a workspace that is checked as a whole; the heap that must do for it. */
const FILES = 10_000;
const HEAP = 150;

function manyFiles(): void {
  const at = mkdtempSync(path.join(os.tmpdir(), "mcalc-bench-"));
  const { checked, wrong } = writeWorkspace(at, FILES);
  let out = "";
  const t = time(() => {
    const args = [`--max-old-space-size=${HEAP}`, path.join(root, "dist", "cli.js"), "check", at, "--format", "json"];
    out = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 28 }).stdout;
  });
  rmSync(at, { recursive: true });
  const files = (JSON.parse(out) as { files: { diagnostics: { severity: string }[] }[] }).files;
  const found = files.filter((f) => f.diagnostics.some((d) => d.severity === "error" || d.severity === "warning"));
  say(
    `\nA workspace of ${FILES} files, ${checked} of which can be checked, with a mistake in ${wrong}: ${ms(t)}, in a heap of at most ${HEAP} MB; ${files.length} files checked, mistakes found in ${found.length}. ` +
      `The language server reads what is open and nothing else.`,
  );
}

function hostile(): void {
  say("\n## Hostile inputs\n");
  const rows: string[][] = [];
  const times: number[] = [];
  for (const q of QUESTIONS) {
    const start = cpu();
    const result = answer(q);
    const took = cpu() - start;
    times.push(took);
    rows.push([q.name, ms(took), result.ok ? "answered" : result.error.code]);
  }
  for (const d of DOCUMENTS) {
    const start = cpu();
    checkDocument(d.language === "mcalc" ? readMcalc("file:///a", 1, d.text) : readMarkdown("file:///a", 1, d.text));
    const took = cpu() - start;
    times.push(took);
    rows.push([`${d.name} (${d.language})`, ms(took), "read and checked"]);
  }
  say(
    `CPU time of each, once, after the runs above: median ${ms(quantile(times, 0.5))}, p95 ${ms(quantile(times, 0.95))}, most ${ms(Math.max(...times))}. The slowest:\n`,
  );
  rows.sort((a, b) => Number.parseFloat(b[1]!) - Number.parseFloat(a[1]!));
  say(table(["input", "CPU", "answer"], rows.slice(0, 15)));
}

function memory(): void {
  say("\n## Memory\n");
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const document = readMarkdown("file:///m.md", 1, longNote(2000).text);
  checkDocument(document, { cache: new VerdictCache() });
  globalThis.gc?.();
  const after = process.memoryUsage().heapUsed;
  say(
    `Heap after all of the above ${Math.round(before / 2 ** 20)} MB; with the long note read and checked again ${Math.round(after / 2 ** 20)} MB. ${document.formulas.length} formulas are held. Over a long session: \`npm run soak\`.`,
  );
}

machine();
derivation();
cold();
parsing();
await notes();
folder();
manyFiles();
hostile();
memory();
writeFileSync(path.join(root, "docs", "benchmarks.md"), `${out.join("\n").trim()}\n`);
