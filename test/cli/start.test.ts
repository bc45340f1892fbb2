import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "./run";

const root = path.join(import.meta.dirname, "../..");

describe("the command line starts", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "mcalc-start-"));
  const command = path.join(folder, "command.js");
  const derive = ["derive", "tr(A*X) + x'*x*0", "--wrt", "X", "--given", "A, X : R^(n×n)", "--given", "x : R^n"];
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    return { status, out: stdout, err: stderr };
  };

  before(function () {
    this.timeout(30_000);
    build(folder);
    rmSync(`${command}.cache`);
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
