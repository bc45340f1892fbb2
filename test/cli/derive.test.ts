import assert from "node:assert/strict";
import { emptyFolder, file, mcalc } from "./run";

const QUADRATIC = ["derive", "x'*A*x", "--wrt", "x", "--given", "x : R^n", "--given", "A : R^(n×n)"];

/** No user ever sees one. */
const STACK = /\n {4}at |Error:|node:internal/;

describe("mcalc derive", function () {
  this.timeout(30_000);

  it("reads what it writes in Unicode", () => {
    const { out } = mcalc(["derive", "tr(X⁻¹)", "--wrt", "X", "--given", "X ∈ ℝ^(n×n) invertible", "--to", "unicode"]);
    assert.equal(out, "−(X⁻ᵀ)²\n");
    assert.equal(mcalc(["derive", "tr(Xᵀ·X)", "--wrt", "X", "--given", "X : ℝ^(n×n)"]).out, "2*X\n");
  });
  it("prints the derivative, which reads back in", () => {
    assert.deepEqual(mcalc(QUADRATIC), { status: 0, out: "(A + A')*x\n", err: "" });
  });
  it("in other notations", () => {
    assert.equal(mcalc([...QUADRATIC, "--to", "unicode"]).out, "(A + Aᵀ)x\n");
    assert.match(mcalc([...QUADRATIC, "--to", "latex"]).out, /^\(A \+ A\^\\top\) ?x\n$/);
    assert.match(
      mcalc([...QUADRATIC, "--to", "numpy"]).out,
      /def value_and_gradient\(x, A\):[\s\S]*return value, gradient\n$/,
    );
  });
  it("of an expression that begins with a minus", () => {
    assert.equal(mcalc(["derive", "-x'*x", "--wrt", "x", "--given", "x : R^n"]).out, "-2*x\n");
  });
  it("with a whole document given", () => {
    assert.equal(mcalc(["derive", "f", "--wrt", "x", "--given", "# f\nx : R^n\nf = x'*x\n"]).out, "2*x\n");
  });
  it("of second order", () => assert.equal(mcalc([...QUADRATIC, "--order", "2"]).out, "A + A'\n"));
  it("one variable after the other", () => {
    const { out } = mcalc([
      "derive",
      "x'*A*y",
      "--wrt",
      "x",
      "--wrt",
      "y",
      "--given",
      "x : R^m",
      "--given",
      "y : R^n",
      "--given",
      "A : R^(m×n)",
    ]);
    assert.equal(out, "A\n");
  });
  it("step by step", () => {
    const { status, out } = mcalc([...QUADRATIC, "--steps"]);
    assert.equal(status, 0);
    assert.match(out, /^dy = /);
    assert.match(out, /d\(y\)\/d\(x\) = \(A \+ A'\)\*x/);
  });
  it("step by step in a notation: for a note, a display that holds the rows", () => {
    assert.match(mcalc([...QUADRATIC, "--steps", "--to", "unicode"]).out, /\n∂y\/∂x = \(A \+ Aᵀ\)x +read off dy = Dᵀ dx\n$/);
    assert.match(mcalc([...QUADRATIC, "--steps", "--to", "latex"]).out, /^\\begin\{align\*\}\ny &= /);
    assert.match(mcalc([...QUADRATIC, "--steps", "--to", "markdown"]).out, /^\$\$\n\\begin\{aligned\}\ny &= [\s\S]*\\end\{aligned\}\n\$\$\n$/);
    assert.equal(mcalc([...QUADRATIC, "--to", "markdown"]).out, "$$\n(A + A^\\top)x\n$$\n");
    assert.match(JSON.parse(mcalc([...QUADRATIC, "--steps", "--to", "markdown", "--json"]).out).steps[0].left, /^dy$/);
  }); // prettier-ignore
  it("as JSON", () => {
    const answer = JSON.parse(mcalc([...QUADRATIC, "--json"]).out);
    assert.equal(answer.text, "(A + A')*x");
    assert.deepEqual(answer.shape, ["n"]);
    assert.equal(answer.verified, true);
  });
  it("with definitions among what is given", () => {
    const { out } = mcalc([
      "derive",
      "norm2(r)^2",
      "--wrt",
      "w",
      "--given",
      "X : R^(n×d)",
      "--given",
      "w : R^d",
      "--given",
      "y : R^n",
      "--given",
      "r = X*w - y",
    ]);
    assert.match(out, /^2\*X'\*/);
  });

  const wrong: readonly [string, readonly string[], RegExp][] = [
    [
      "an undeclared name",
      ["derive", "x'*A*x", "--wrt", "x", "--given", "x : R^n"],
      /A is not declared.*\n {2}x'\*A\*x\n {5}\^\n/,
    ],
    ["shapes that do not fit", ["derive", "x*x", "--wrt", "x", "--given", "x : R^n"], /two columns/],
    ["a syntax error", ["derive", "x +", "--wrt", "x", "--given", "x : R^n"], /operand is missing/],
    ["an empty expression", ["derive", "", "--wrt", "x", "--given", "x : R^n"], /expression is missing/],
    ["a variable that is not declared", ["derive", "2", "--wrt", "z"], /`z` is not declared/],
    [
      "a declaration that cannot be read",
      ["derive", "x", "--wrt", "x", "--given", "x : n"],
      /^error: `x : n`: A declaration reads/,
    ],
    ["a function that is misspelt", ["derive", "sgmoid(x)", "--wrt", "x", "--given", "x : R"], /did you mean sigmoid/],
    [
      "100,000 brackets",
      ["derive", `${"(".repeat(50_000)}x${")".repeat(50_000)}`, "--wrt", "x", "--given", "x : R"],
      /too large/,
    ],
    ["a batch that is a directory", ["derive", "--batch", emptyFolder()], /is a directory/],
    ["a batch that does not exist", ["derive", "--batch", "missing.jsonl"], /does not exist/],
    ["a batch that is binary", ["derive", "--batch", file("binary", Uint8Array.of(1, 0, 2))], /not a text file/],
  ];
  for (const [what, args, message] of wrong) {
    it(`says what is wrong with ${what}: status 1`, () => {
      const { status, out, err } = mcalc(args);
      assert.equal(status, 1);
      assert.equal(out, "");
      assert.match(err, message);
      assert.doesNotMatch(err, STACK);
    });
  }

  const misused: readonly (readonly string[])[] = [
    [], ["derive"], ["derive", "x"], ["derive", "x", "--wrt"], ["derive", "x", "--wrt", "x", "--to", "fortran"], ["derive", "x", "--wrt", "x", "--order", "0"],
    ["derive", "x", "--batch", "-"], ["unknown"], ["check"], ["check", "--format", "xml", "."], ["lsp"], ["derive", "x", "--wrt", "x", "--nonsense"],
  ]; // prettier-ignore
  for (const args of misused) {
    it(`mcalc ${args.join(" ")} is misuse: status 2`, () => {
      const { status, out, err } = mcalc(args);
      assert.equal(status, 2);
      assert.equal(out, "");
      assert.doesNotMatch(err, STACK);
      assert.ok(err.length > 0);
    });
  }
  it("--help and --version are fine", () => {
    assert.equal(mcalc(["--help"]).status, 0);
    assert.match(mcalc(["--version"]).out, /^\d+\.\d+\.\d+/);
  });
});

describe("mcalc derive --batch", function () {
  this.timeout(30_000);
  const given = ["x : R^n", "A : R^(n×n)"];
  const run = (lines: readonly unknown[]) => {
    const { status, out } = mcalc(
      ["derive", "--batch", "-"],
      lines.map((l) => (typeof l === "string" ? l : JSON.stringify(l))).join("\n"),
    );
    return {
      status,
      answers: out
        .split("\n")
        .slice(0, -1)
        .map((l) => JSON.parse(l)),
    };
  };

  it("answers every line in order; a broken one spoils nothing", () => {
    const { status, answers } = run([
      { id: 1, expr: "x'*A*x", wrt: "x", given },
      "{ this is not JSON",
      { id: "b", expr: "x'*B*x", wrt: "x", given },
      { id: "c", expr: "x*x", wrt: "x", given },
      { id: 4, expr: "x'*x", wrt: "x", given, order: 2 },
      { id: 5, expr: "x'*x" },
      [],
      { id: 7, expr: "x'*A*x", wrt: ["x", "x"], given },
      { id: 8, expr: "A*x", wrt: ["A", "x"], given, kind: "differential" },
      { id: 9, expr: "x'*x", wrt: "x", given, to: "numpy" },
      { id: 10, expr: "x'*x", wrt: "x", given, to: "cobol" },
    ]);
    assert.equal(status, 1);
    assert.deepEqual(
      answers.map((a) => a.id),
      [1, null, "b", "c", 4, 5, null, 7, 8, 9, 10],
    );
    assert.deepEqual(
      answers.map((a) => a.ok),
      [true, false, false, false, true, false, false, true, true, true, false],
    );
    assert.equal(answers[0].text, "(A + A')*x");
    assert.deepEqual(answers[0].shape, ["n"]);
    assert.equal(answers[0].notation, "matrix");
    assert.equal(answers[0].verified, true);
    assert.equal(typeof answers[0].latex, "string");
    assert.equal(typeof answers[0].unicode, "string");
    assert.equal(typeof answers[0].ms, "number");
    assert.deepEqual({ ...answers[2].error, message: "" }, { code: "undeclared", message: "", start: 3, end: 4 });
    assert.deepEqual(
      { ...answers[3].error, message: "" },
      { code: "dimension-mismatch", message: "", start: 0, end: 3 },
    );
    assert.deepEqual(answers[4].shape, ["n", "n"]);
    assert.equal(answers[7].text, "A + A'");
    assert.match(answers[8].text, /dA\*x \+ A\*dx|A\*dx \+ dA\*x/);
    assert.match(answers[9].code, /def value_and_gradient/);
  });
  it("a batch in which every line is answered ends with status 0, an empty one too", () => {
    assert.equal(run([{ id: 1, expr: "x'*x", wrt: "x", given }]).status, 0);
    assert.equal(run([]).status, 0);
  });
  it("reads a file, with CRLF and blank lines", () => {
    const line = JSON.stringify({ id: 1, expr: "x'*x", wrt: "x", given });
    const { status, out } = mcalc(["derive", "--batch", file("lines.jsonl", `${line}\r\n\r\n${line}\r\n`)]);
    assert.equal(status, 0);
    assert.equal(out.split("\n").length, 3);
  });
  it("a line of 5 MB is answered in one sentence", () => {
    const { answers } = run([
      { id: 1, expr: "x+".repeat(2_500_000), wrt: "x", given },
      { id: 2, expr: "x'*x", wrt: "x", given },
    ]);
    assert.equal(answers[0].error.code, "too-large");
    assert.equal(answers[1].ok, true);
  });
});
