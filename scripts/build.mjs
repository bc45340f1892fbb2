// Bundles everything that is shipped into dist/: the command line, the language server (Node and web worker),
// the editor's client (desktop and web) and the picture worker, which alone carries MathJax.
// Usage: node scripts/build.mjs [--watch] [--dev]
import * as esbuild from "esbuild";
import { chmodSync, existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const watch = process.argv.includes("--watch");
const dev = watch || process.argv.includes("--dev");

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: "cjs",
  target: "es2022",
  minify: !dev,
  sourcemap: dev ? "linked" : false,
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
};
/** @type {esbuild.BuildOptions} */
const node = { ...common, platform: "node", target: "node20", mainFields: ["module", "main"] };
/** A web worker has no module system: each of its bundles is one self-contained script. */
/** @type {esbuild.BuildOptions} */
// The condition `worker` keeps out variants of libraries that need a page.
const browser = { ...common, platform: "browser", mainFields: ["browser", "module", "main"], conditions: ["worker"] };

/**
 * The command line starts in a moment because it loads only what `derive` needs: `check` and the server are bundles
 * beside it.
 * @type {esbuild.Plugin}
 */
const beside = {
  name: "beside",
  setup(build) {
    build.onResolve({ filter: /^\.\/check$/ }, () => ({ path: "./check.js", external: true }));
    build.onResolve({ filter: /\/lsp\/node\/main$/ }, () => ({ path: "./server.js", external: true }));
  },
};

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  {
    ...node,
    entryPoints: ["server/cli/main.ts"],
    outfile: "dist/cli.js",
    banner: { js: "#!/usr/bin/env node" },
    plugins: [beside],
  },
  { ...node, entryPoints: ["server/cli/check.ts"], outfile: "dist/check.js" },
  { ...node, entryPoints: ["server/lsp/node/main.ts"], outfile: "dist/server.js" },
  { ...browser, entryPoints: ["server/lsp/browser/main.ts"], outfile: "dist/server.web.js", format: "iife" },
  { ...browser, entryPoints: ["server/lsp/pictures/worker.ts"], outfile: "dist/pictures.js", format: "iife" },
  { ...node, entryPoints: ["client/node.ts"], outfile: "dist/client.js", external: ["vscode"] },
  { ...browser, entryPoints: ["client/browser.ts"], outfile: "dist/client.web.js", external: ["vscode"] },
];

if (watch) {
  const contexts = await Promise.all(bundles.map((b) => esbuild.context(b)));
  await Promise.all(contexts.map((c) => c.watch()));
  console.log("watching");
} else {
  await Promise.all(bundles.map((b) => esbuild.build(b)));
  const cli = path.join(root, "dist/cli.js");
  if (existsSync(cli)) chmodSync(cli, 0o755);
}
