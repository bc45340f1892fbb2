// Keeps the compiled code of a bundle beside it, taken after a run so that the functions such a run needs are in it:
// node scripts/codeCache.mjs BUNDLE [ARGUMENT…]. server/cli/start.ts loads it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import path from "node:path";
import { Script } from "node:vm";

const [bundle, ...args] = process.argv.slice(2);
const file = path.resolve(bundle);
const script = new Script(Module.wrap(readFileSync(file, "latin1")), { filename: file });
process.argv = [process.argv[0], file, ...args];
process.on("exit", () => {
  writeFileSync(`${file}.cache`, script.createCachedData());
  process.exitCode = 0;
});
const loaded = { exports: {} };
script.runInThisContext()(loaded.exports, createRequire(file), loaded, file, path.dirname(file));
