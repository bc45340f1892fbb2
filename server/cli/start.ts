import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import path from "node:path";
import { Script } from "node:vm";

/**
 * Loads a bundle beside this one with the compiled code that the build kept for it (`<bundle>.cache`): half of what a
 * short run would take otherwise goes into compiling. V8 refuses code of another version of itself or of another
 * source; then, and without a cache, it compiles as usual.
 */
function load(file: string): unknown {
  const source = readFileSync(file, "utf8");
  let cachedData: Buffer | undefined;
  try {
    cachedData = readFileSync(`${file}.cache`);
  } catch {
    // Nothing is kept; compiling takes a moment longer.
  }
  const script = new Script(Module.wrap(source), { filename: file, ...(cachedData && { cachedData }) });
  const bundle = { exports: {} };
  const wrapped = script.runInThisContext() as (...scope: unknown[]) => void;
  wrapped(bundle.exports, requireNear, bundle, file, path.dirname(file));
  return bundle.exports;
}

const requireBuiltIn = createRequire(__filename);

/** Bundles that a bundle loads when it needs them start in the same way. */
const requireNear = (name: string): unknown =>
  name.startsWith("./") ? load(path.join(__dirname, name)) : (requireBuiltIn(name) as unknown);

load(path.join(__dirname, "command.js"));
