// Keeps the compiled code of a bundle beside it, taken after a run so that the functions such a run needs are in it:
// node scripts/codeCache.mjs BUNDLE [ARGUMENT…]. server/cli/start.ts loads it.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import path from "node:path";
import { Script } from "node:vm";

const [bundle, ...args] = process.argv.slice(2);
const file = path.resolve(bundle);
const script = new Script(Module.wrap(readFileSync(file, "utf8")), { filename: file });
process.argv = [process.argv[0], file, ...args];
process.on("exit", () => {
  // In one go: who starts meanwhile finds the old one or the new one, never half of it.
  writeFileSync(`${file}.cache.new`, script.createCachedData());
  renameSync(`${file}.cache.new`, `${file}.cache`);
  process.exitCode = 0;
});
const loaded = { exports: {} };
script.runInThisContext()(loaded.exports, createRequire(file), loaded, file, path.dirname(file));
