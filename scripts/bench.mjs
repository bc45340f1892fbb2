// npm run bench: bundles the benchmarks, runs them one after the other, and writes docs/benchmarks.md.
// npm run soak: replays a long session of editing instead (bench/soak.ts) and prints the heap over time.
// Usage: node scripts/bench.mjs [main|editor|soak]
import * as esbuild from "esbuild";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const asked = process.argv.slice(2);
/** `main` writes the page anew, `editor` its section of it. */
const parts = asked.length > 0 ? asked : ["main", "editor"];
const bundleOf = (part) => path.join(root, ".cache", "bench", `${part}.mjs`);
await esbuild.build({
  absWorkingDir: root,
  entryPoints: parts.map((part) => `bench/${part}.ts`),
  outdir: path.join(root, ".cache", "bench"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  logLevel: "warning",
});
for (const part of parts) {
  const { status } = spawnSync(process.execPath, ["--expose-gc", bundleOf(part)], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
