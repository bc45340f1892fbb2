import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Our own sources that are bundled into what is shipped. */
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && e.name.endsWith(".ts"))
    .map((e) => path.join(e.parentPath, e.name));
}

const own = [...sources("server"), ...sources("client")];

/** The text of a source without comments. */
const codeOf = (file: string): string =>
  readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|(?<![:"'`\\])\/\/[^\n]*/g, "");

function assertNowhere(pattern: RegExp, except: readonly string[] = []): void {
  const found = own.filter((f) => !except.includes(f.replaceAll("\\", "/")) && pattern.test(codeOf(f)));
  assert.deepEqual(found, []);
}

describe("nothing in our own code", () => {
  it("uses the network", () => {
    assertNowhere(
      /\bfetch\s*\(|XMLHttpRequest|\bWebSocket\b|EventSource|sendBeacon|["'](?:node:)?(?:https?|http2|net|tls|dgram|dns)["']/,
    );
  });

  it("turns text into code", () => {
    assertNowhere(/\beval\s*\(|\bnew\s+Function\b|[^.\w]Function\s*\(|setTimeout\s*\(\s*["'`]/);
    // The command line loads its own bundles, and nothing else, with the code that V8 compiled for them.
    assertNowhere(/["'](?:node:)?vm["']/, ["server/cli/start.ts"]);
    assert.match(codeOf("server/cli/start.ts"), /name\.startsWith\("\.\/"\) \? load\(path\.join\(__dirname, name\)\)/);
    // A web worker starts the picture worker's bundle by its address.
    assertNowhere(/\bimportScripts\s*\(/, ["server/lsp/browser/pictures.ts"]);
  });

  it("starts a program", () => {
    // `--changed` asks git, which is told not to run programs of the repository's own.
    assertNowhere(/["'](?:node:)?child_process["']|\bexecSync\b|\bspawn(?:Sync)?\s*\(/, [
      "server/cli/project/changed.ts",
    ]);
    assert.match(codeOf("server/cli/project/changed.ts"), /core\.fsmonitor=false/);
  });

  it("writes files, outside the command line", () => {
    assertNowhere(/\b(?:writeFile|appendFile|createWriteStream|unlink|rmSync|mkdir)(?:Sync)?\s*\(/, [
      "server/cli/project/baseline.ts",
    ]);
  });

  it("runs text in the worker but the fixed start of the picture worker", () => {
    assertNowhere(/eval:\s*true/, ["server/lsp/node/pictures.ts"]);
    const boot = readFileSync("server/lsp/node/pictures.ts", "utf8");
    assert.doesNotMatch(/const BOOT = `([\s\S]*?)`/.exec(boot)![1]!, /\$\{/);
  });
});

describe("formulas are drawn safely", () => {
  const drawing = codeOf("server/lsp/pictures/draw.ts");

  it("no package of MathJax that links, styles or loads", () => {
    assert.doesNotMatch(drawing, /AllPackages|["'](?:html|require|autoload|texhtml|bbox|unicode)["']/);
  });
});

describe("the derivation panel", () => {
  const page = readFileSync("client/panelPage.ts", "utf8");

  it("is under a strict content security policy", () => {
    assert.match(page, /Content-Security-Policy/);
    assert.match(page, /default-src 'none'/);
    assert.match(page, /script-src 'nonce-/);
    assert.doesNotMatch(page, /unsafe-eval|https?:\/\/|script-src[^;"]*unsafe-inline/);
  });
});
