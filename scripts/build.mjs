// Bundles everything that is shipped into dist/: the command line, the language server (Node and web worker),
// the editor's client (desktop and web) and the picture worker, which alone carries MathJax.
// Usage: node scripts/build.mjs [--watch] [--dev] [--command-line FOLDER | --library FOLDER: that alone, into another folder]
import * as esbuild from "esbuild";
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { bundledPackages, notices } from "./bundled.mjs";
import { compileGrammars } from "./grammars.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const watch = process.argv.includes("--watch");
const alone = ["--command-line", "--library"].find((part) => process.argv.includes(part));
const elsewhere = alone === undefined ? undefined : process.argv[process.argv.indexOf(alone) + 1];
const dev = watch || process.argv.includes("--dev");
compileGrammars(root);

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
    build.onResolve({ filter: /^\.\/mcp\/server$/ }, () => ({ path: "./mcp.js", external: true }));
    build.onResolve({ filter: /\/lsp\/node\/main$/ }, () => ({ path: "./server.js", external: true }));
    // Commander wants this for commands that are programs of their own; there are none, and loading it takes 10 ms.
    build.onResolve({ filter: /^node:child_process$/ }, ({ path: name }) => ({ path: name, namespace: "lazy" }));
    build.onLoad({ filter: /.*/, namespace: "lazy" }, ({ path: name }) => ({
      contents: `exports.spawn = (...args) => require(${JSON.stringify(name.slice("node:".length))}).spawn(...args);`,
    }));
  },
};

/**
 * Schemas say what is wrong in English alone: zod's fifty other languages would be a seventh of the package.
 * @type {esbuild.Plugin}
 */
const englishOnly = {
  name: "english-only",
  setup(build) {
    build.onResolve({ filter: /\/locales\/index\.js$/ }, ({ path: name }) => ({ path: name, namespace: "no-locales" }));
    build.onLoad({ filter: /.*/, namespace: "no-locales" }, () => ({ contents: "export {};" }));
  },
};

/** What `server/cli/start.ts` loads: `require` for what is loaded later, since a script of its own has no `import()`. */
const command = { ...node, supported: { "dynamic-import": false } };

/** @type {esbuild.BuildOptions[]} */
const ofCommandLine = [
  { ...node, entryPoints: ["server/cli/start.ts"], outfile: "dist/cli.js", banner: { js: "#!/usr/bin/env node" } },
  { ...command, entryPoints: ["server/cli/main.ts"], outfile: "dist/command.js", plugins: [beside] },
  { ...command, entryPoints: ["server/cli/check.ts"], outfile: "dist/check.js" },
  {
    ...command,
    entryPoints: ["server/cli/mcp/server.ts"],
    outfile: "dist/mcp.js",
    loader: { ".md": "text" },
    plugins: [englishOnly],
  },
  { ...command, entryPoints: ["server/lsp/node/main.ts"], outfile: "dist/server.js" },
];
/** The library runs in Node and in browsers, as either kind of module. */
const library = { ...browser, entryPoints: ["server/library/index.ts"] };
const ofLibrary = [
  { ...library, outfile: "dist/library.js" },
  { ...library, outfile: "dist/library.mjs", format: "esm" },
];

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  ...ofCommandLine,
  { ...browser, entryPoints: ["server/lsp/browser/main.ts"], outfile: "dist/server.web.js", format: "iife" },
  { ...browser, entryPoints: ["server/lsp/pictures/worker.ts"], outfile: "dist/pictures.js", format: "iife" },
  ...ofLibrary,
  { ...node, entryPoints: ["client/node.ts"], outfile: "dist/client.js", external: ["vscode"] },
  { ...browser, entryPoints: ["client/browser.ts"], outfile: "dist/client.web.js", external: ["vscode"] },
];

/** Keeps the compiled code of a bundle, after a run with these arguments. */
function keepCode(bundle, args) {
  execFileSync(process.execPath, [path.join(root, "scripts/codeCache.mjs"), bundle, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** The types of the library: its entry holds them all, each function with its own written out. */
function writeTypes(source, target) {
  const { outputText } = ts.transpileDeclaration(readFileSync(source, "utf8"), {
    compilerOptions: { target: "es2022" },
  });
  for (const ending of [".d.ts", ".d.mts"]) writeFileSync(`${target}${ending}`, outputText);
}

if (watch) {
  const contexts = await Promise.all(bundles.map((b) => esbuild.context(b)));
  await Promise.all(contexts.map((c) => c.watch()));
  console.log("watching");
} else {
  const folder = elsewhere === undefined ? path.join(root, "dist") : path.resolve(elsewhere);
  const made = alone === undefined ? bundles : alone === "--library" ? ofLibrary : ofCommandLine;
  const built = await Promise.all(
    made.map((b) => esbuild.build({ ...b, metafile: true, outfile: path.join(folder, path.basename(b.outfile)) })),
  );
  if (alone === undefined) {
    const packages = bundledPackages(
      root,
      built.map((b) => b.metafile),
    );
    writeFileSync(
      path.join(folder, "bundled.json"),
      JSON.stringify(
        packages.map(({ name, version, license }) => ({ name, version, license })),
        null,
        2,
      ),
    );
    writeFileSync(path.join(folder, "THIRD-PARTY-NOTICES.txt"), notices(packages));
  }
  if (alone !== "--command-line") writeTypes(path.join(root, "server/library/index.ts"), path.join(folder, "library"));
  if (alone !== "--library") finishCommandLine(folder);
}

function finishCommandLine(folder) {
  chmodSync(path.join(folder, "cli.js"), 0o755);
  keepCode(path.join(folder, "command.js"), [
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
  ]);
}
