import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { builtCommandLine, emptyFolder, mcalc } from "./run";

/** A folder with these files. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = emptyFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

interface Found {
  readonly files: readonly {
    readonly path: string;
    readonly diagnostics: readonly { readonly code: string; readonly severity: string; readonly range: { readonly start: { readonly line: number } } }[];
    readonly claims: readonly { readonly status: string; readonly range: object }[];
    readonly spans: number;
  }[];
} // prettier-ignore

const found = (args: readonly string[]): Found =>
  JSON.parse(mcalc(["check", ...args, "--format", "json"]).out) as Found;
/** `file:line code` of each finding. */
const findings = (folder: string, more: readonly string[] = []): string[] =>
  found([folder, ...more]).files.flatMap((f) =>
    f.diagnostics.map((d) => `${path.basename(f.path)}:${d.range.start.line + 1} ${d.code}`),
  );

describe("mcalc.json", function () {
  this.timeout(60_000);

  it("declares for all files below, in notes and in .mcalc, and places stay those of the file", () => {
    const folder = project({
      "mcalc.json": JSON.stringify({
        given: ["S : R^(d×d) symmetric", "x : R^d", "$B \\in \\mathbb{R}^{m \\times d}$"],
      }),
      "a.mcalc": "d(x'*S*x)/d(x) == 2*S*x\nd(x'*x)/d(x) == x\n",
      "sub/note.md": "---\ntitle: x\n---\n\n$$\\nabla_x (x^\\top S x) = 2 S x$$\n\n$$y = B^\\top x$$\n",
    });
    assert.deepEqual(findings(folder), ["a.mcalc:2 wrong-derivative", "note.md:7 dimension-mismatch"]);
    const { files } = found([folder]);
    assert.deepEqual(files.map((f) => f.claims[0]!.status), ["proved", "proved"]); // prettier-ignore
    assert.deepEqual(files.map((f) => f.spans), [2, 2]); // prettier-ignore
    assert.deepEqual(files[1]!.claims[0]!.range, { start: { line: 4, character: 2 }, end: { line: 4, character: 31 } });
  });

  it("says which files, which severities, which macros, which layout", () => {
    const note = "Let $x, b \\in \\RR^n$.\n\n$$\\nabla_x (b\\tp x) = b\\tp$$\n\n$$\\nabla_x (x\\tp x) = x$$\n";
    const files = { "a.md": note, "skip/b.md": note, "draft.md": note };
    const config = { exclude: ["skip/", "draft.md"], severity: { "wrong-derivative": "information" }, macros: { "\\RR": "\\mathbb{R}", "\\tp": "^\\top" } }; // prettier-ignore
    const folder = project({ ...files, "mcalc.json": JSON.stringify(config) });
    const { files: checked } = found([folder]);
    assert.deepEqual(checked.map((f) => path.basename(f.path)), ["a.md"]); // prettier-ignore
    assert.deepEqual([...new Set(checked[0]!.diagnostics.map((d) => d.severity))], ["information"]);
    // A file that is named is checked, whatever the list says.
    assert.equal(found([path.join(folder, "draft.md")]).files.length, 1);
    const row = "x, b : R^n\nd(b'*x)/d(x) == b'\n";
    assert.deepEqual(findings(project({ "a.mcalc": row, "mcalc.json": '{"layout": "numerator"}' })), []);
    assert.deepEqual(findings(project({ "a.mcalc": row })), ["a.mcalc:2 wrong-derivative"]);
  });

  const wrong: [config: string, says: RegExp][] = [
    ["{", /mcalc\.json: it cannot be read as JSON\.$/m],
    ["[]", /mcalc\.json: it must be an object/],
    ['{"layuot": "numerator"}', /“layuot” is not known; there are include, /],
    ['{"layout": "rows"}', /“layout” must be gradient or numerator/],
    ['{"severity": {"unused": "loud"}}', /“severity”: unused must be error, warning/],
    ['{"given": ["x : R^"]}', /mcalc\.json: “given”: /],
    ['{"include": "a.md"}', /“include” must be a list of texts/],
  ];
  for (const [config, says] of wrong)
    it(`${config} is told of once`, () => {
      const folder = project({ "a.mcalc": "x : R\n", "b.mcalc": "x : R\n", "mcalc.json": config });
      const { status, err } = mcalc(["check", folder]);
      assert.equal(status, 1);
      assert.match(err, says);
      assert.equal(err.trim().split("\n").length, 1, err);
    });
});

describe("comments that keep a formula quiet", function () {
  this.timeout(30_000);

  it("in .mcalc: behind a statement, or before one", () => {
    const folder = project({
      "a.mcalc":
        "x : R^n\nd(x'*x)/d(x) == x  # mcalc: ignore: on purpose\n# mcalc: ignore\nd(x'*x)/d(x) == 3*x\nd(x'*x)/d(x) == 4*x\n",
    });
    assert.deepEqual(findings(folder), ["a.mcalc:5 wrong-derivative"]);
  });
  it("in notes: the formula after it", () => {
    const folder = project({
      "n.md":
        "Let $x \\in \\mathbb{R}^n$.\n\n<!-- mcalc-ignore: a quotation -->\n\n$$\\nabla_x (x^\\top x) = x$$\n\n$$\\nabla_x (x^\\top x) = 3x$$\n",
    });
    assert.deepEqual(findings(folder), ["n.md:7 wrong-derivative"]);
  });
  it("one that keeps nothing quiet is told of", () => {
    const folder = project({
      "a.mcalc": "x : R^n\nx'*x  # mcalc: ignore\n",
      "n.md": "<!-- mcalc-ignore: old -->\n\n$$\\nabla_x (x^\\top x) = 2x$$\n\n<!-- mcalc-ignore -->\n",
    });
    assert.deepEqual(findings(folder), ["a.mcalc:2 unused", "n.md:1 unused", "n.md:5 unused"]);
  });
});

describe("what is new", function () {
  this.timeout(30_000);
  const OLD = "x : R^n\nd(x'*x)/d(x) == x\nx + y\n";

  it("a baseline is written where it is missing; then only what is not in it is said, wherever it has moved", () => {
    const folder = project({ "a.mcalc": OLD });
    const baseline = path.join(folder, "old.json");
    const first = mcalc(["check", folder, "--baseline", baseline]);
    assert.equal(first.status, 0);
    assert.match(first.err, /old\.json: 2 findings written down/);
    assert.equal(mcalc(["check", folder, "--baseline", baseline]).status, 0);
    writeFileSync(path.join(folder, "a.mcalc"), `# moved\n\n${OLD}d(x'*x)/d(x) == x\n`);
    // One of the two equal lines is old.
    assert.deepEqual(findings(folder, ["--baseline", baseline]), ["a.mcalc:6 wrong-derivative"]);
    assert.equal(mcalc(["check", folder, "--baseline", baseline]).status, 1);
    writeFileSync(baseline, "{}");
    const broken = mcalc(["check", folder, "--baseline", baseline]);
    assert.match(broken.err, /is no baseline of mcalc/);
    assert.equal(broken.status, 1);
  });

  it("only files that differ from a revision", () => {
    const folder = project({ "a.mcalc": OLD, "b.mcalc": OLD, "c d.mcalc": OLD });
    const git = (...args: string[]): Buffer =>
      execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { stdio: "pipe" });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "first");
    const names = (revision: string): string[] =>
      JSON.parse(
        execFileSync(process.execPath, [builtCommandLine(), "check", ".", "--changed", revision, "--format", "json"], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() || "{}",
      ).files.map((f: { path: string }) => path.basename(f.path)); // prettier-ignore
    assert.deepEqual(names("HEAD"), []);
    writeFileSync(path.join(folder, "c d.mcalc"), "x : R^n\nx'*x\n");
    writeFileSync(path.join(folder, "new.mcalc"), "x : R^n\n");
    assert.deepEqual(names("HEAD"), ["c d.mcalc", "new.mcalc"]);
  });
  for (const [revision, status, says] of [
    ["--output=x", 2, /is no revision/],
    ["no-such-revision", 1, /is no revision of this repository|is in no git repository/],
  ] as const)
    it(`--changed ${revision} is refused`, () => {
      const { err, ...run } = mcalc(["check", project({ "a.mcalc": OLD }), `--changed=${revision}`]);
      assert.equal(run.status, status);
      assert.match(err, says);
    });
});

describe("the report as a page", function () {
  it("is one file with verdicts and repairs, and fetches nothing", () => {
    const folder = project({
      "a.mcalc": "x : R^n\nd(x'*x)/d(x) == x\nd(x'*x)/d(x) == 2*x\n",
      "<b>.md": "$$\\nabla_x (x^\\top x) = 2x$$\n",
    });
    const { out, status } = mcalc(["check", folder, "--format", "html"]);
    assert.equal(status, 1);
    assert.match(out, /^<!DOCTYPE html>/);
    assert.match(out, /should be <code>d\(x&#39;\*x\)\/d\(x\) == 2\*x<\/code>/);
    assert.match(out, /&#60;b&#62;\.md/);
    assert.doesNotMatch(out, /<script|https?:|<b>\.md|url\(/);
    assert.ok(
      !existsSync(path.join(folder, "report.html")) && readFileSync(path.join(folder, "a.mcalc"), "utf8") !== "",
    );
  });
});

describe("the GitHub Action", function () {
  this.timeout(60_000);

  it("annotates, writes SARIF, and ends as the check does", () => {
    const folder = project({ "notes/a.mcalc": "x : R^n\nd(x'*x)/d(x) == x\n", "b.mcalc": "x : R^n\nx + y\n" });
    const run = spawnSync(process.execPath, [path.join(import.meta.dirname, "../../scripts/action.mjs")], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, INPUT_PATHS: "notes\n", INPUT_CHANGED: "", INPUT_BASELINE: "", INPUT_SARIF: "out.sarif" },
    });
    assert.equal(run.status, 1, run.stderr);
    assert.match(run.stdout, /^::error file=notes\/a\.mcalc,line=2,.*title=mcalc wrong-derivative::/m);
    assert.doesNotMatch(run.stdout, /b\.mcalc/);
    const sarif = JSON.parse(readFileSync(path.join(folder, "out.sarif"), "utf8"));
    assert.equal(sarif.runs[0].results.length, 1);
  });
});
