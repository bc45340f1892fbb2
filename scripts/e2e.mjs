// End-to-end tests in the real VS Code: the workbench driven in a browser, and a suite inside the extension host,
// of VS Code for the Web and of VS Code's server (where the packaged extension is installed).
// and other editors. Usage: node scripts/e2e.mjs [web|workbench|playground|node|editors]…
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as esbuild from "esbuild";
import { tryEditors } from "./editors.mjs";
import { runInHost } from "./vscode/hostTests.mjs";
import { root } from "./vscode/packages.mjs";
import { startServer, testUrl } from "./vscode/server.mjs";
import { serveWeb } from "./vscode/web.mjs";

const wanted = process.argv.slice(2).filter((a) => !a.startsWith("-"));
const verbose = process.argv.includes("--verbose");
const runs = (name) => wanted.length === 0 || wanted.includes(name);
const out = path.join(root, "out", "e2e");
const scratch = mkdtempSync(path.join(os.tmpdir(), "mcalc-e2e-"));
let failures = 0;

function count({ passed, failed, skipped }) {
  failures += failed;
  if (process.env.MCALC_COUNTS) appendFileSync(process.env.MCALC_COUNTS, `${passed} ${failed} ${skipped}\n`);
}

/** Runs a suite in a process of its own, so that this one can go on serving; resolves to its status. */
function mocha(suite, env = {}) {
  const bin = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
  const options = ["--timeout", "120000", "--reporter", path.join(root, "scripts", "reporter.cjs")];
  const child = spawn(process.execPath, [bin, ...options, suite], { cwd: root, stdio: "inherit", env: { ...process.env, ...env } }); // prettier-ignore
  return new Promise((resolve) => child.once("exit", resolve));
}

const seconds = async (title, run) => {
  const started = Date.now();
  await run();
  console.log(`${title}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
};

rmSync(out, { recursive: true, force: true });
execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
const common = { absWorkingDir: root, bundle: true, format: "cjs", external: ["vscode"], logLevel: "warning" };
await esbuild.build({
  ...common,
  platform: "browser",
  alias: { assert: "./test/e2e/host/assert.ts" },
  entryPoints: ["test/e2e/host/web.ts"],
  outfile: "out/e2e/web/index.js",
  define: { "process.env.NODE_ENV": '"test"', global: "globalThis" },
  footer: { js: "module.exports = globalThis.mcalcSuite;" },
});
await esbuild.build({
  ...common,
  platform: "node",
  external: ["vscode", "mocha"],
  entryPoints: ["test/e2e/host/node.ts", "test/e2e/host/suite.ts"],
  outdir: "out/e2e/node",
});

/** A copy of the test workspace: tests may write into it. */
function workspace(name) {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  cpSync(path.join(root, "test", "e2e", "workspace"), folder, { recursive: true });
  return folder;
}

try {
  if (runs("web"))
    await seconds("Extension host on the web", async () => {
      const server = await serveWeb({ folder: workspace("web"), tests: "out/e2e/web/index.js" });
      try {
        count(await runInHost(server.url, { verbose, limit: +(process.env.MCALC_LIMIT ?? 240_000) }));
      } finally {
        server.close();
      }
    });

  if (runs("workbench"))
    await seconds("Workbench", async () => {
      const server = await serveWeb({ folder: workspace("workbench"), file: "formulas.mcalc" });
      try {
        if ((await mocha("test/e2e/workbench.e2e.ts", { MCALC_URL: server.url })) !== 0) failures++;
      } finally {
        server.close();
      }
    });

  if (runs("playground"))
    await seconds("Playground", async () => {
      if ((await mocha("test/e2e/playground.e2e.ts")) !== 0) failures++;
    });

  if (runs("node"))
    await seconds("Extension host in Node", async () => {
      spawnSync(process.execPath, ["scripts/package.mjs"], { cwd: root, stdio: "inherit" });
      const vsix = path.join(
        root,
        readdirSync(root).find((f) => f.endsWith(".vsix")),
      );
      const server = await startServer({ vsix, scratch });
      try {
        // The installed package is what is tested; the suite has to lie below it.
        const installed = path.join(
          scratch,
          "ext",
          readdirSync(path.join(scratch, "ext")).find((f) => f.startsWith("mcalc.")),
        );
        cpSync(path.join(out, "node"), path.join(installed, "e2e"), { recursive: true });
        const url = testUrl(server.host, {
          folder: workspace("node"),
          extension: installed,
          tests: path.join(installed, "e2e", "node.js"),
        });
        count(await runInHost(url, { verbose, limit: +(process.env.MCALC_LIMIT ?? 240_000) }));
      } finally {
        server.close();
      }
    });
  if (runs("editors")) await seconds("Other editors", () => count(tryEditors()));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0);
