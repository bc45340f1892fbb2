import assert from "node:assert/strict";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";
import { deriveSteps } from "../../server/derivation";
import { printLatex } from "../../server/notation";
import { renderSteps, stepRows } from "../../server/notation/steps";
import { expr, scopeOf } from "../checking/scope";
import { derivation } from "../derivation/show";
import { caseText, caseVariables, SHARED_CASES, type SharedCase, sharedCases } from "../sharedCases";

const QUADRATIC = derivation("x'*A*x", "x", ["x : R^n", "A : R^(n×n)"]);
const SQUARES = derivation("norm2(A*x - b)^2", "x", ["A : R^(m×n)", "x : R^n", "b : R^m"]);

describe("derivations written out", () => {
  it("as text, in columns", () => {
    assert.equal(
      renderSteps(QUADRATIC, "text"),
      [
        "y         = x'*A*x",
        "dy        = dx'*A*x + x'*A*dx     product rule",
        "          = x'*A'*dx + x'*A*dx    a scalar equals its transpose",
        "          = x'*(A' + A)*dx        like terms together, common factors out",
        "d(y)/d(x) = (A + A')*x            read off dy = D'*dx",
      ].join("\n"),
    );
  });

  it("as Unicode, formulas among the rules too", () => {
    const lines = renderSteps(SQUARES, "unicode").split("\n");
    assert.equal(lines[1], "      = rᵀr             with r = Ax − b; a squared norm is an inner product");
    assert.match(lines[4]!, /with dr = A dx$/);
    assert.match(lines[5]!, /read off dy = Dᵀ dx$/);
  });

  it("as LaTeX, aligned", () => {
    const text = renderSteps(QUADRATIC, "latex");
    assert.match(text, /^\\begin\{align\*\}\ny &= x\^\\top Ax \\\\\ndy &= dx\^\\top Ax \+ x\^\\top A \\, dx && \\text\{product rule\} \\\\\n&= /);
    assert.match(text, /\\text\{read off \$dy = D\^\\top \\, dx\$\}\n\\end\{align\*\}$/);
  });

  it("with the value and the variable of its own where it reads off", () => {
    const d = derivation("norm2(X*theta - y)^2", "theta", ["X : R^(n×k)", "theta : R^k", "y : R^n"]);
    assert.match(renderSteps(d, "unicode"), /read off df = Dᵀ dθ\n/);
  });

  it("with the changed parts marked", () => {
    const rows = stepRows(QUADRATIC, "latex", { mark: (t) => `<${t}>` });
    assert.deepEqual(
      rows.map((r) => r.right),
      ["x^\\top Ax", "<dx^\\top Ax> + <x^\\top A \\, dx>", "<x^\\top A^\\top \\, dx> + x^\\top A \\, dx", "<x^\\top(A^\\top + A) \\, dx>", "<(A + A^\\top)x>"],
    );
  });

  it("leaves out the formula that stands there already", () => {
    assert.equal(renderSteps(QUADRATIC, "text", { withoutValue: true }).split("\n")[0], "dy        = dx'*A*x + x'*A*dx     product rule");
  });

  it("of a Hessian, one after the other", () => {
    const d = derivation("x'*A*x", ["x", "x"], ["x : R^n", "A : R^(n×n)"]);
    assert.match(renderSteps(d, "text"), /\n\ng +=/);
    assert.deepEqual(stepRows(d, "text").filter((r) => r.kind === "value").map((r) => r.left), ["y", "g"]);
  });
}); // prettier-ignore

describe("a derivation inserted into a note", () => {
  const notes: readonly (readonly [formula: string, wrt: string, given: readonly string[], declared: string])[] = [
    ["x'*A*x", "x", ["x : R^n", "A : R^(n×n)"], "$x \\in \\mathbb{R}^n$, $A \\in \\mathbb{R}^{n \\times n}$"],
    ["norm2(A*x - b)^2", "x", ["x : R^n", "b : R^m", "A : R^(m×n)"], "$x \\in \\mathbb{R}^n$, $b \\in \\mathbb{R}^m$, $A \\in \\mathbb{R}^{m \\times n}$"],
    ["tr(X*B*X')", "X", ["X : R^(m×n)", "B : R^(n×n)"], "$X \\in \\mathbb{R}^{m \\times n}$, $B \\in \\mathbb{R}^{n \\times n}$"],
    // Beside a variable d, the d of a differential stands upright.
    ["d'*A*d", "A", ["d : R^n", "A : R^(n×n)"], "$d \\in \\mathbb{R}^n$, $A \\in \\mathbb{R}^{n \\times n}$"],
    ["X'*(sigmoid(X*w) - u)", "w", ["X : R^(m×n)", "w : R^n", "u : R^m"], "$X \\in \\mathbb{R}^{m \\times n}$, $w \\in \\mathbb{R}^n$, $u \\in \\mathbb{R}^m$"],
    ["logdet(X'*X)", "X", ["X : R^(m×n)"], "$X \\in \\mathbb{R}^{m \\times n}$"],
    ["a'*tanh(W*x)", "W", ["W : R^(m×n)", "x : R^n", "a : R^m"], "$W \\in \\mathbb{R}^{m \\times n}$, $x \\in \\mathbb{R}^n$, $a \\in \\mathbb{R}^m$"],
  ]; // prettier-ignore
  for (const [formula, wrt, given, declared] of notes)
    it(`passes the proof-reading: ${formula} by ${wrt}`, () => {
      const text = `# A note\n\nLet ${declared}.\n\n${renderSteps(derivation(formula, wrt, given), "markdown")}\n`;
      const document = readMarkdown("file:///note.md", 1, text);
      const { problems, claims } = checkDocument(document);
      assert.equal(document.parsed, document.spans);
      assert.deepEqual(
        [...document.formulas.flatMap((f) => f.problems), ...problems].map((p) => p.message),
        [],
      );
      assert.ok(
        claims.some((c) => c.status === "proved" || c.status === "verified"),
        "nothing was read back",
      );
    });

  it("and so do those of the reference cases", function () {
    this.timeout(120_000);
    const cases = sharedCases();
    if (cases === undefined) {
      console.log(`      skipped: ${SHARED_CASES} is not here`);
      this.skip();
    }
    const wanted = cases.filter(
      (c) =>
        ["gradient", "jacobian", "matrix_by_scalar", "gradient_lower", "hessian"].includes(c.kind) &&
        c.let === undefined,
    );
    const wrong: string[] = [];
    for (const c of wanted) {
      const text = noteOf(c);
      if (text === undefined) continue;
      const { problems } = checkDocument(readMarkdown("file:///note.md", 1, text));
      if (problems.length > 0) wrong.push(`${c.id}: ${problems.map((p) => p.message).join(" ")}\n${text}`);
    }
    assert.deepEqual(wrong, []);
  });
});

/** Properties of the cases, as `.mcalc` and as prose. */
const PROPERTIES: Readonly<Record<string, readonly [string, string]>> = {
  pos: ["positive", "positive"],
  pd: ["posdef", "symmetric positive definite"],
  sym: ["symmetric", "symmetric"],
  symd: ["symmetric", "symmetric"],
  inv: ["invertible", "invertible"],
  skew: ["skew", "skew-symmetric"],
  lower: ["lower", "lower triangular"],
  lowerpos: ["lower", "lower triangular"],
};

/** A note that declares the variables of a case and holds its derivation; nothing where there is no derivation. */
function noteOf(c: SharedCase): string | undefined {
  const said: string[] = [];
  const given: string[] = [];
  for (const [n, { shape, props }] of Object.entries(c.vars)) {
    const known = props.flatMap((p) => (PROPERTIES[p] === undefined ? [] : [PROPERTIES[p]]));
    const latex = printLatex({ kind: "name", name: n });
    given.push([`${n} : ${shape.length === 0 ? "R" : `R^(${shape.length === 1 ? `${shape[0]}×1` : shape.join("×")})`}`, ...known.map(([word]) => word)].join(" "));
    const words = shape.length < 2 ? [] : known.map(([, phrase]) => phrase);
    const set = shape.length === 0 ? (props.includes("pos") ? "> 0" : "\\in \\mathbb{R}") : `\\in \\mathbb{R}^{${shape.join(" \\times ")}}`;
    said.push(`Let $${latex} ${set}$${words.length === 0 ? "" : ` be ${words.join(" and ")}`}.`);
  }
  const wrt = caseVariables(c);
  const d = deriveSteps({ expr: expr(caseText(c.expr)), wrt, scope: scopeOf(...given) });
  return d.ok ? `${said.join(" ")}\n\n${renderSteps(d, "markdown")}\n` : undefined;
} // prettier-ignore
