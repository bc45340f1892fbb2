// npm test: unit and protocol tests, then the slow ones (generated code is run, random documents), then the end-to-end tests
// in the real VS Code.
// What needs a system package that is not there is named and skipped, except in CI (CI=true), where it fails.
// Usage: node scripts/test.mjs [unit|slow|e2e]      The last line is always "N passed, N failed".
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CHROMIUM } from "./vscode/chromium.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const only = process.argv[2];
const inCi = Boolean(process.env.CI);
const scratch = mkdtempSync(path.join(os.tmpdir(), "mcalc-test-"));
const counts = path.join(scratch, "counts");
const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
const extra = { passed: 0, failed: 0 };
const skipped = [];

/** Runs a command; one that dies without having counted its failures counts as one failure. */
function run(title, args, env = {}) {
  console.log(`\n== ${title}`);
  const before = lines().length;
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env, MCALC_COUNTS: counts },
  });
  if (error !== undefined) console.error(error.message);
  const counted = lines()
    .slice(before)
    .some(([, failed]) => failed > 0);
  if (status !== 0 && !counted) {
    console.error(`${title}: ended with status ${status}.`);
    extra.failed++;
  }
}

function lines() {
  if (!existsSync(counts)) return [];
  return readFileSync(counts, "utf8").trim().split("\n").filter(Boolean).map((l) => l.split(" ").map(Number)); // prettier-ignore
}

if (only === undefined || only === "unit")
  run("Unit and protocol tests", [
    mocha,
    "--reporter",
    path.join(root, "scripts", "reporter.cjs"),
    "--exclude",
    "test/e2e/**",
    "--exclude",
    "test/slow/**",
    "test/**/*.test.ts",
  ]);

if (only === undefined || only === "slow")
  run("Slow tests", [mocha, "--reporter", path.join(root, "scripts", "reporter.cjs"), "test/slow/*.test.ts"]);

if (only === undefined || only === "e2e") {
  const lacking = [
    ...(CHROMIUM === undefined ? ["chromium"] : []),
    ...(process.platform === "linux" && process.arch === "x64" ? [] : ["Linux on x64 (for VS Code's server)"]),
  ];
  if (lacking.length === 0) run("End-to-end tests in VS Code", ["scripts/e2e.mjs"]);
  else {
    skipped.push(`the end-to-end tests: they need ${lacking.join(", ")}`);
    if (inCi) extra.failed++;
  }
}

let [passed, failed, pending] = [extra.passed, extra.failed, 0];
for (const [p, f, s] of lines()) {
  passed += p;
  failed += f;
  pending += s;
}
rmSync(scratch, { recursive: true, force: true });
console.log("");
for (const what of skipped) console.log(`Not run: ${what}.`);
console.log(`${passed} passed, ${failed} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
process.exit(failed > 0 ? 1 : 0);
