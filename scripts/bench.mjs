// npm run bench: bundles the benchmarks, runs them one after the other, and writes docs/benchmarks.md.
// npm run soak: replays a long session of editing instead (bench/soak.ts) and prints the heap over time.
// Usage: node scripts/bench.mjs [main|soak]
import * as esbuild from "esbuild";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const which = process.argv[2] ?? "main";
const bundle = path.join(root, ".cache", "bench", `${which}.mjs`);
await esbuild.build({
  absWorkingDir: root,
  entryPoints: [`bench/${which}.ts`],
  outfile: bundle,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, ["--expose-gc", bundle], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
