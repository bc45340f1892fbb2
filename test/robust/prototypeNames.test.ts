import assert from "node:assert/strict";
import { file, mcalc } from "../cli/run";
import { tableOf } from "../../server/core/table";

/** What every plain object has: as words of a document they mean no more than `v` does. */
const NAMES = ["constructor", "toString", "valueOf", "__proto__", "hasOwnProperty"];
const FORMATS = [
  "text",
  "unicode",
  "latex",
  "typst",
  "numpy",
  "jax",
  "torch",
  "julia",
  "matlab",
  "eigen",
  "r",
  "sympy",
];

describe("names of Object.prototype are names like others", function () {
  this.timeout(60_000);

  it("a table has its own entries only", () => {
    const table = tableOf({ a: 1 });
    for (const name of NAMES) assert.equal(table[name], undefined, name);
    assert.equal(table["a"], 1);
  });

  it("as variables, of every format", () => {
    const lines = (v: string): string[] =>
      FORMATS.map((to) =>
        JSON.stringify({ id: to, expr: `norm2(${v}*x)^2`, wrt: v, given: [`${v} : R^(n×d)`, "x : R^d"], to }),
      );
    const plain = answers(lines("Q"));
    for (const name of NAMES)
      for (const [i, answer] of answers(lines(name)).entries()) {
        assert.equal(answer.ok, true, `${name} ${answer.id}: ${JSON.stringify(answer.error)}`);
        assert.equal(answer.text, plain[i]!.text!.replaceAll("Q", name));
      }
  });

  it("as dimensions, functions and definitions", () => {
    const document = (v: string): string =>
      `A : R^(${v}×${v})\nx : R^${v}\nf = x'*A*x + ${v}\nd(f)/d(x) == (A + A')*x\n${v}x(u) = u'*u\ng = ${v}x(x)\nd(g)/d(x) == 2*x\n`;
    for (const name of NAMES)
      assert.match(mcalc(["check", file("names.mcalc", document(name))]).out, /7 of 7 formulas read; no problems; claims: 2 proved/, name); // prettier-ignore
  });

  it("as words of LaTeX", () => {
    const note = (v: string): string =>
      `# Words\n\nLet $\\${v} x$ and $\\text{${v}}^T x = \\operatorname{${v}}(x)$, $\\begin{${v}} a \\end{${v}}$, $f = \\mathrm{${v}}$\n`;
    const report = (v: string): string => mcalc(["check", file("words.md", note(v))]).out;
    for (const name of NAMES.filter((n) => !n.includes("_"))) assert.equal(report(name), report("foobar"), name);
  });
});

interface Answer {
  readonly id: string;
  readonly ok: boolean;
  readonly text?: string;
  readonly error?: object;
}

const answers = (lines: readonly string[]): Answer[] =>
  mcalc(["derive", "--batch", file("lines.jsonl", `${lines.join("\n")}\n`)])
    .out.trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
