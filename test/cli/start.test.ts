import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";

const root = path.join(import.meta.dirname, "../..");

describe("the command line starts", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "mcalc-start-"));
  const command = path.join(folder, "command.js");
  const derive = ["derive", "tr(A*X) + x'*x*0", "--wrt", "X", "--given", "A, X : R^(n×n)", "--given", "x : R^n"];
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    return { status, out: stdout, err: stderr };
  };

  before(() => {
    const common = { bundle: true, platform: "node", target: "node20", format: "cjs", charset: "ascii" } as const;
    buildSync({
      ...common,
      entryPoints: [path.join(root, "server/cli/start.ts")],
      outfile: path.join(folder, "cli.js"),
    });
    buildSync({
      ...common,
      entryPoints: [path.join(root, "server/cli/main.ts")],
      outfile: command,
      mainFields: ["module", "main"],
      supported: { "dynamic-import": false },
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const answers = () =>
    assert.deepEqual(run(path.join(folder, "cli.js"), ...derive), { status: 0, out: "A'\n", err: "" });

  it("without compiled code beside it", answers);

  it("with the compiled code of a run", () => {
    assert.equal(run(path.join(root, "scripts/codeCache.mjs"), command, ...derive).status, 0);
    answers();
  });

  it("with code of another version", () => {
    writeFileSync(`${command}.cache`, "not compiled code");
    answers();
  });
});
