import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { builtCommandLine, emptyFolder, file, mcalc } from "./run";

const RIDGE = `X : R^(n×d)
y : R^n
w : R^d
c : R positive
loss = norm2(X*w - y)^2 + c*w'*w
d(loss)/d(w) == 2*X'*(X*w - y) + 2*c*w
`;

/** A named pipe that nobody writes to. */
function pipe(): string {
  const name = path.join(emptyFolder(), "pipe");
  spawnSync("mkfifo", [name]);
  return name;
}

describe("mcalc check", function () {
  this.timeout(30_000);

  it("a document in order: status 0", () => {
    const { status, out } = mcalc(["check", file("ridge.mcalc", RIDGE)]);
    assert.equal(status, 0);
    assert.match(out, /1 file, 6 of 6 formulas read; no problems; claims: 1 (proved|verified)/);
  });
  it("signs and letters of Unicode, and what words declare", () => {
    const note = "Let $A$ be symmetric.\n\n$$\\nabla_x (x^\\top A x) = 2 A x$$\n";
    assert.match(mcalc(["check", file("words.md", note)]).out, /no problems; claims: 1 proved/);
    const signs = "A : ℝ^(n×n)\nx₁ ∈ ℝ^n\nd(x₁ᵀ·A⁻¹·x₁)/d(x₁) == (A⁻¹ + A⁻ᵀ)·x₁ − 0·x₁\n";
    assert.match(mcalc(["check", file("signs.mcalc", signs)]).out, /3 of 3 formulas read; no problems; claims: 1 /);
  });
  it("shows the line and a caret", () => {
    const { status, out } = mcalc(["check", file("clash.mcalc", "A : R^(m×n)\nx : R^m\nb : R^n\n2*(A*x) + b\n")]);
    assert.equal(status, 1);
    assert.match(out, /clash\.mcalc:4:4 error `A\*x` does not fit.*\n {2}4 \| 2\*\(A\*x\) \+ b\n {4}\| {4}\^\^\^\n/);
  });
  it("names no repair that makes another mistake", () => {
    const text = "A : R^(m×n)\nx : R^n\nb : R^m\nf = b'*A*x\nd(f)/d(A) == x*b\nd(f)/d(x) == A*b\n";
    const { out } = mcalc(["check", file("repairs.mcalc", text)]);
    assert.doesNotMatch(out, /= write x\*b'/);
    assert.match(out, /= write A'\*b/);
  });
  it("finds every problem of a document, and a wrong derivative", () => {
    const text = `${RIDGE}X*y\nw*w\nd(loss)/d(w) == 2*X'*(X*w - y) + c*w\nq + 1\n`;
    const { status, out } = mcalc(["check", "--format", "json", file("many.mcalc", text)]);
    assert.equal(status, 1);
    const { files, summary } = JSON.parse(out);
    const found = files[0].diagnostics.map(
      (d: { code: string; range: { start: { line: number } } }) => `${d.range.start.line}: ${d.code}`,
    );
    assert.deepEqual(found, ["6: dimension-mismatch", "7: dimension-mismatch", "8: wrong-derivative", "9: undeclared"]);
    assert.deepEqual(
      files[0].claims.map((c: { kind: string }) => c.kind),
      ["derivative", "derivative"],
    );
    assert.equal(files[0].claims[1].status, "wrong");
    assert.equal(summary.errors + summary.warnings, 4);
    assert.equal(files[0].spans, 10);
  });
  it("ranges count UTF-16 characters", () => {
    const { out } = mcalc(["check", "--format", "json", file("astral.mcalc", "𝐱 : R^n\r\n𝐱'*𝐱 + 𝐲\r\n")]);
    const [d] = JSON.parse(out).files[0].diagnostics;
    assert.deepEqual(d.range, { start: { line: 1, character: 9 }, end: { line: 1, character: 11 } });
  });
  it("Markdown notes, notebooks and folders", () => {
    const note = "Let $A \\in \\mathbb{R}^{m \\times n}$ and $x \\in \\mathbb{R}^m$.\n\n$$ A x $$\n";
    file("note.md", note);
    const cells = [
      { cell_type: "code", source: "1" },
      { cell_type: "markdown", source: note.split("\n").map((l) => `${l}\n`) },
    ];
    file("book.ipynb", JSON.stringify({ cells, nbformat: 4 }));
    const { status, out } = mcalc(["check", "note.md", "book.ipynb", "--format", "json"]);
    assert.equal(status, 1);
    const [first, second] = JSON.parse(out).files;
    assert.deepEqual(
      first.diagnostics.map((d: { code: string }) => d.code),
      ["dimension-mismatch"],
    );
    assert.deepEqual(
      second.diagnostics.map((d: { code: string; cell: number }) => [d.code, d.cell]),
      [["dimension-mismatch", 1]],
    );
    assert.deepEqual(second.diagnostics[0].range, first.diagnostics[0].range);
    assert.ok(JSON.parse(mcalc(["check", ".", "--format", "json"]).out).files.length >= 2);
  });
  it("SARIF and GitHub", () => {
    const path = file("sa,rif.mcalc", "x : R^n\nx*x\n");
    const sarif = JSON.parse(mcalc(["check", path, "--format", "sarif"]).out);
    assert.equal(sarif.version, "2.1.0");
    const [result] = sarif.runs[0].results;
    assert.deepEqual(result.locations[0].physicalLocation.region, {
      startLine: 2,
      startColumn: 1,
      endLine: 2,
      endColumn: 4,
    });
    assert.ok(sarif.runs[0].tool.driver.rules.some((r: { id: string }) => r.id === result.ruleId));
    assert.match(
      mcalc(["check", path, "--format", "github"]).out,
      /^::error file=sa%2Crif\.mcalc,line=2,endLine=2,col=1,endColumn=4,title=mcalc dimension-mismatch::/,
    );
  });

  const wrong: readonly [string, () => string, RegExp][] = [
    ["a missing file", () => "missing.mcalc", /missing\.mcalc does not exist/],
    ["a binary file", () => file("binary.mcalc", Uint8Array.of(120, 0, 255)), /not a text file/],
    ["another kind of file", () => file("a.txt", "x"), /neither a \.mcalc file nor/],
    ["a folder without notes", emptyFolder, /holds no \.mcalc files/],
    ["a pipe", pipe, /pipe is no file but a pipe or a device/],
    [
      "a path that is too long",
      () => `${"long/".repeat(2000)}a.mcalc`,
      /^error: [^\n]{1,100}… is no path: it is too long\.\n$/,
    ],
    ["a broken notebook", () => file("broken.ipynb", "{"), /not a Jupyter notebook/],
  ];
  for (const [what, path, message] of wrong) {
    it(`says what is wrong with ${what}, and checks the others`, () => {
      const { status, out, err } = mcalc(["check", path(), file("fine.mcalc", "x : R^n\nx'*x\n")]);
      assert.equal(status, 1);
      assert.match(err, message);
      assert.doesNotMatch(err, /\n {4}at /);
      assert.match(out, /1 file, 2 of 2 formulas read/);
    });
  }
  it("of nothing that could be checked nothing is summed up", () => {
    assert.deepEqual(mcalc(["check", "nosuch"]), { status: 1, out: "", err: "error: nosuch does not exist.\n" });
  });
  it("many files on several threads, in their order, with the same report", () => {
    const folder = emptyFolder();
    for (let i = 10; i < 50; i++)
      writeFileSync(path.join(folder, `${i}.mcalc`), `${RIDGE}d(loss)/d(w) == ${i}*w\n${i % 7 === 0 ? "w*w\n" : ""}`);
    const all = JSON.parse(mcalc(["check", folder, "--format", "json"]).out);
    assert.deepEqual(
      all.files.map((f: { path: string }) => path.basename(f.path)),
      Array.from({ length: 40 }, (_, i) => `${i + 10}.mcalc`),
    );
    for (const i of [10, 14, 49]) {
      const one = JSON.parse(mcalc(["check", path.join(folder, `${i}.mcalc`), "--format", "json"]).out);
      assert.deepEqual(all.files[i - 10], one.files[0]);
    }
  });
  it("interrupted, it says what it found until then", async function () {
    if (process.platform === "win32") this.skip();
    const folder = emptyFolder();
    for (let i = 100; i < 900; i++) writeFileSync(path.join(folder, `${i}.mcalc`), `${RIDGE}d(loss)/d(w) == ${i}*w\n`);
    // Before it has begun to listen, a signal ends it: then it gets more time.
    let [status, out, err]: [number | null, string, string] = [null, "", ""];
    for (let wait = 700; status === null && wait < 20_000; wait *= 2) {
      const run = spawn(process.execPath, [builtCommandLine(), "check", folder]);
      out = err = "";
      run.stdout.on("data", (data: Buffer) => (out += data.toString()));
      run.stderr.on("data", (data: Buffer) => (err += data.toString()));
      setTimeout(() => run.kill("SIGINT"), wait);
      status = await new Promise<number | null>((resolve) => run.on("close", resolve));
    }
    assert.equal(status, 1, err);
    assert.match(err, /^error: interrupted: \d+ of 800 files were checked\.\n$/);
    assert.match(out, /formulas? read/);
  });
  it("an empty file is fine; a line of 5 MB is too large", () => {
    assert.equal(mcalc(["check", file("empty.mcalc", "")]).status, 0);
    const { status, out, err } = mcalc(["check", file("long.mcalc", `x : R^n\n${"x+".repeat(2_500_000)}x\nx'*x\n`)]);
    assert.equal(status, 1);
    assert.equal(err, "");
    assert.match(out, /long\.mcalc:2:1 error This line is too large/);
  });
});
