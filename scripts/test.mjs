// npm test: unit and protocol tests, the slow ones (generated code is run, random documents), and the end-to-end tests in the real
// VS Code; two of them at a time where there are two processors, each printed when it has ended.
// What needs a system package that is not there is named and skipped, except in CI (CI=true), where it fails.
// Usage: node scripts/test.mjs [unit|slow|e2e]      The last line is always "N passed, N failed".
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compileGrammars } from "./grammars.mjs";
import { CHROMIUM } from "./vscode/chromium.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
compileGrammars(root);
const only = process.argv[2];
const inCi = Boolean(process.env.CI);
const scratch = mkdtempSync(path.join(os.tmpdir(), "mcalc-test-"));
const counts = path.join(scratch, "counts");
mkdirSync(counts);
const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
/** They compile and start other languages. */
const CODE = "test/slow/code*.test.ts";
let [passed, failed, pending] = [0, 0, 0];
const skipped = [];

/**
 * Runs a command; one that dies without having counted its failures counts as one failure. Beside others its output is kept
 * until it has ended, so that reports do not mix.
 */
async function run({ title, args }, beside) {
  const started = Date.now();
  const counted = path.join(counts, title);
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: beside ? ["ignore", "pipe", "pipe"] : "inherit",
    env: { ...process.env, MCALC_COUNTS: counted },
  });
  console.log(beside ? `${title}: started` : `\n== ${title}`);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => said.push(chunk));
  const status = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", resolve);
  });
  if (beside) console.log(`\n== ${title}\n${Buffer.concat(said).toString()}`);
  console.log(`${title}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
  const found = linesOf(counted);
  for (const [p, f, s] of found) {
    passed += p;
    failed += f;
    pending += s;
  }
  if (status !== 0 && !found.some(([, f]) => f > 0)) {
    console.error(`${title}: ended with status ${status}.`);
    failed++;
  }
}

function linesOf(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").trim().split("\n").filter(Boolean).map((l) => l.split(" ").map(Number)); // prettier-ignore
}

const tests = (...files) => [mocha, "--reporter", path.join(root, "scripts", "reporter.cjs"), ...files];
/** What takes longest comes first. */
const jobs = [];

if (only === undefined || only === "e2e") {
  const lacking = [
    ...(CHROMIUM === undefined ? ["chromium"] : []),
    ...(process.platform === "linux" && process.arch === "x64" ? [] : ["Linux on x64 (for VS Code's server)"]),
  ];
  if (lacking.length === 0) jobs.push({ title: "End-to-end tests in VS Code", args: ["scripts/e2e.mjs"] });
  else {
    skipped.push(`the end-to-end tests: they need ${lacking.join(", ")}`);
    if (inCi) failed++;
  }
}

if (only === undefined || only === "unit")
  jobs.push({
    title: "Unit and protocol tests",
    args: tests("--exclude", "test/e2e/**", "--exclude", "test/slow/**", "test/**/*.test.ts"),
  });

if (only === undefined || only === "slow")
  jobs.push(
    { title: "Generated code, run", args: tests(CODE) },
    { title: "Slow tests", args: tests("--exclude", CODE, "test/slow/*.test.ts") },
  );

// What takes longest begins first, so that nothing long is left alone at the end.
const LONGEST_FIRST = ["Generated code, run", "Unit and protocol tests", "End-to-end tests in VS Code", "Slow tests"];
jobs.sort((a, b) => LONGEST_FIRST.indexOf(a.title) - LONGEST_FIRST.indexOf(b.title));
const workers = Math.min(jobs.length, 2, Math.max(1, os.availableParallelism()));
await Promise.all(
  Array.from({ length: workers }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await run(job, workers > 1);
  }),
);

rmSync(scratch, { recursive: true, force: true });
console.log("");
for (const what of skipped) console.log(`Not run: ${what}.`);
console.log(`${passed} passed, ${failed} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
process.exit(failed > 0 ? 1 : 0);
