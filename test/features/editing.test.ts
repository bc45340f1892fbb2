import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { asClaim } from "../../server/features/answers";
import { codeActions } from "../../server/features/codeActions";
import { completions } from "../../server/features/completion";
import { definition } from "../../server/features/definition";
import { deriveBelow } from "../../server/features/derive";
import { applyEdits } from "../../server/features/formatting";
import { folds } from "../../server/features/folding";
import { inlayHints } from "../../server/features/inlayHints";
import { references, rename } from "../../server/features/references";
import { selectionRanges } from "../../server/features/selectionRanges";
import { semanticTokens } from "../../server/features/semanticTokens";
import { signatureHelp } from "../../server/features/signatureHelp";
import { insertSteps } from "../../server/features/steps";
import { symbols } from "../../server/features/symbols";
import { targetAt } from "../../server/features/target";
import { noTurn } from "../../server/features/turn";
import { readMarkdown } from "../../server/documents/markdown";
import type { MathDocument } from "../../server/documents/document";
import { marked, readText, snapshotFrom, snapshotOf, texts } from "./kit";

const read = (fixture: string, language: "mcalc" | "markdown" = "mcalc") => {
  const mark = marked(fixture);
  const snapshot =
    language === "mcalc" ? snapshotOf(mark.text) : snapshotFrom(readMarkdown("file:///n.md", 1, mark.text));
  return { ...mark, snapshot };
};

/** The text after a derivation is inserted. */
async function derived(
  fixture: string,
  variable: string,
  order: 1 | 2 = 1,
  language: "mcalc" | "markdown" = "mcalc",
): Promise<string> {
  const { snapshot, text, selection } = read(fixture, language);
  const target = targetAt(snapshot, selection);
  assert.ok(target !== undefined, "there is an expression");
  const result = await deriveBelow(snapshot, target, variable, order, noTurn);
  assert.ok(result.ok, result.ok ? "" : result.message);
  if (result.insertion === undefined) return `${text.slice(0, result.cursor)}|${text.slice(result.cursor)}`;
  const { offset, text: inserted, cursor } = result.insertion;
  const whole = text.slice(0, offset) + inserted + text.slice(offset);
  assert.ok(whole.slice(0, cursor).endsWith(inserted.trimEnd()), "the cursor is behind what was inserted");
  return whole;
}

describe("deriving below", () => {
  const G = "A : R^(n×n)\nx : R^n\n";
  const cases: [before: string, variable: string, order: 1 | 2, after: string][] = [
    [`${G}y = x'*$0A*x`, "x", 1, `${G}y = x'*A*x\nd(y)/d(x) == (A + A')*x`],
    [`${G}x'*$0A*x\n# end\n`, "x", 1, `${G}x'*A*x\nd(x'*A*x)/d(x) == (A + A')*x\n# end\n`],
    [`${G}y = x'*$0A*x  # why\n`, "A", 1, `${G}y = x'*A*x  # why\nd(y)/d(A) == x*x'\n`],
    [`${G}  y = x'\n    *A*$0x\n`, "x", 1, `${G}  y = x'\n    *A*x\n  d(y)/d(x) == (A + A')*x\n`],
  ]; // prettier-ignore
  for (const [before, variable, order, after] of cases)
    it(JSON.stringify(before.replace(G, "")), async () => assert.equal(await derived(before, variable, order), after));

  const M = "Let $A \\in \\mathbb{R}^{n \\times n}$ and $x \\in \\mathbb{R}^n$.\n\n";
  const notes: [what: string, before: string, after: string][] = [
    ["inline: below the paragraph", `${M}With $y = x^\\top $0A x$ we\ngo on.\n\nNext.\n`, `${M}With $y = x^\\top A x$ we\ngo on.\n\n$$\n\\frac{\\partial y}{\\partial x} = (A + A^\\top)x\n$$\n\nNext.\n`],
    ["display, with T and d", `${M}$$\ny = x^T $0A x\n$$\n\nThen $\\frac{dz}{dx} = 1$.\n`, `${M}$$\ny = x^T A x\n$$\n\n$$\n\\frac{dy}{dx} = (A + A^T)x\n$$\n\nThen $\\frac{dz}{dx} = 1$.\n`],
    ["in a quotation", `${M}> $y = x^\\top $0A x$\n`, `${M}> $y = x^\\top A x$\n>\n> $$\n> \\frac{\\partial y}{\\partial x} = (A + A^\\top)x\n> $$\n`],
    ["in a math fence", `${M}\`\`\`math\ny = x^\\top $0A x\n\`\`\`\n`, `${M}\`\`\`math\ny = x^\\top A x\n\`\`\`\n\n\`\`\`math\n\\frac{\\partial y}{\\partial x} = (A + A^\\top)x\n\`\`\`\n`],
    ["in a list", `${M}- One: $y = x^\\top $0A x$.\n- Two.\n`, `${M}- One: $y = x^\\top A x$.\n\n  $$\n  \\frac{\\partial y}{\\partial x} = (A + A^\\top)x\n  $$\n\n- Two.\n`],
    ["in a numbered list in a quotation, behind its first line", `${M}> 12. Let\n> $y = x^\\top $0A x$.\n`, `${M}> 12. Let\n> $y = x^\\top A x$.\n>\n>     $$\n>     \\frac{\\partial y}{\\partial x} = (A + A^\\top)x\n>     $$\n`],
    ["of a function", `${M}$$\nf(x) = x^\\top $0A x\n$$\n`, `${M}$$\nf(x) = x^\\top A x\n$$\n\n$$\n\\nabla f(x) = (A + A^\\top)x\n$$\n`],
    ["of a function, as the author writes", `${M}$$\nf(x) = x^\\top $0A x\n$$\n\nThen $\\frac{\\partial g}{\\partial x} = 1$.\n`, `${M}$$\nf(x) = x^\\top A x\n$$\n\n$$\n\\frac{\\partial f(x)}{\\partial x} = (A + A^\\top)x\n$$\n\nThen $\\frac{\\partial g}{\\partial x} = 1$.\n`],
    ["with nablas", `${M}$$\ny = x^\\top $0A x\n$$\n\nThen $\\nabla_x g = 1$.\n`, `${M}$$\ny = x^\\top A x\n$$\n\n$$\n\\nabla_x y = (A + A^\\top)x\n$$\n\nThen $\\nabla_x g = 1$.\n`],
    ["below what is said of it already", `${M}$$\ny = x^\\top $0A x\n$$\n\n$$\n\\frac{\\partial y}{\\partial A} = xx^\\top\n$$\n`, `${M}$$\ny = x^\\top A x\n$$\n\n$$\n\\frac{\\partial y}{\\partial A} = xx^\\top\n$$\n\n$$\n\\frac{\\partial y}{\\partial x} = (A + A^\\top)x\n$$\n`],
    ["not twice", `${M}$$\ny = x^\\top $0A x\n$$\n\nThen $\\frac{\\partial y}{\\partial x} = A^\\top x + A x$.\n`, `${M}$$\ny = x^\\top A x\n$$\n\nThen $\\frac{\\partial y}{\\partial x} = A^\\top x + A x|$.\n`],
    ["bold", "Let $\\mathbf{A} \\in \\mathbb{R}^{n \\times n}$ and $\\mathbf{x} \\in \\mathbb{R}^n$.\n\n$y = \\mathbf{x}^\\top $0\\mathbf{A} \\mathbf{x}$\n", "Let $\\mathbf{A} \\in \\mathbb{R}^{n \\times n}$ and $\\mathbf{x} \\in \\mathbb{R}^n$.\n\n$y = \\mathbf{x}^\\top \\mathbf{A} \\mathbf{x}$\n\n$$\n\\frac{\\partial y}{\\partial \\mathbf{x}} = (\\mathbf{A} + \\mathbf{A}^\\top)\\mathbf{x}\n$$\n"],
  ]; // prettier-ignore
  for (const [what, before, after] of notes)
    it(`in a note, ${what}`, async () => {
      const found = await derived(before, /mathbf/.test(before) ? boldName(before) : "x", 1, "markdown");
      assert.equal(found, after);
    });

  it("not twice, and the Hessian below the gradient", async () => {
    const once = `${G}y = x'*$0A*x\nd(y)/d(x) == (A + A')*x\n# end\n`;
    assert.equal(await derived(once, "x"), `${G}y = x'*A*x\nd(y)/d(x) == (A + A')*x|\n# end\n`);
    assert.equal(await derived(once, "x", 2), `${G}y = x'*A*x\nd(y)/d(x) == (A + A')*x\nhess(y, x) == A + A'\n# end\n`); // prettier-ignore
  });

  it("what recurs in a long one is defined above it, and in a note behind it", async () => {
    const given = "X : R^(n×d)\nWq, Wk, Wv : R^(d×k)\nY : R^(n×k)\nQ = X*Wq\nE = X*Wk\nV = X*Wv\nP = softmax(Q*E')\n";
    const text = await derived(`${given}loss = norm2(P*V - Y)^2/2$0\n`, "Wq");
    assert.match(text, /\/2\n[A-Z] = .*\nd\(loss\)\/d\(Wq\) == .*\n$/);
    const { claims, findings } = snapshotOf(text).checked!;
    assert.deepEqual([claims.map((c) => c.status), findings], [["proved"], []]);
    const note =
      "Let $X \\in \\mathbb{R}^{n \\times d}$, $W_q, W_k, W_v \\in \\mathbb{R}^{d \\times k}$ and $Y \\in \\mathbb{R}^{n \\times k}$.\n\n$$\nL = \\frac12\\|\\operatorname{softmax}(X W_q W_k^\\top X^\\top) X $0W_v - Y\\|^2\n$$\n";
    const behind = await derived(note, "W_q", 1, "markdown");
    assert.match(
      behind,
      /\\frac\{\\partial L\}\{\\partial W_q\} = .* \\quad \\text\{where \} P = \\operatorname\{softmax\}.*,\\quad D = .*\n\$\$\n$/,
    );
    const { checked } = snapshotFrom(readMarkdown("file:///n.md", 1, behind));
    assert.deepEqual([checked!.claims.map((c) => c.status), checked!.findings], [["proved"], []]);
  });

  it("the Hessian", async () => {
    assert.match(await derived(`${G}y = x'*$0A*x\n`, "x", 2), /== A \+ A'\n$/);
  });

  it("with its steps, as comments above the claim", async () => {
    const { snapshot, selection } = read(`${G}y = x'*$0A*x\n`);
    const steps = await insertSteps(snapshot, targetAt(snapshot, selection)!, "x", noTurn);
    assert.ok(steps.ok);
    assert.match(steps.insertion.text, /^\n# dy += .*\n(?:# .*\n)*d\(y\)\/d\(x\) == \(A \+ A'\)\*x$/);
  });
});

/** The name that the reader gives to a bold x. */
function boldName(fixture: string): string {
  const { snapshot } = read(fixture, "markdown");
  const names = snapshot.document.formulas.flatMap((f) => [...f.scope.variables.keys()]);
  return names.find((n) => /x/.test(n))!;
}

describe("code actions", () => {
  it("derivations one by one for each variable, the likely ones first", () => {
    const { snapshot, selection } = read("X : R^(n×d)\ny : R^n\nw : R^d\nloss = norm2(X*$0w - y)^2");
    assert.deepEqual(
      codeActions(snapshot, selection).map((a) => `${a.kind}: ${a.title}`),
      [
        "refactor.derive: Derive with respect to w",
        "refactor.derive: Derive with respect to X",
        "refactor.derive: Derive with respect to y",
        "refactor.derive.hessian: Hessian with respect to w",
        "refactor.derive.hessian: Hessian with respect to X",
        "refactor.derive.solve: Where is the gradient zero? (solve for w)",
        "refactor.derive.steps: Insert the derivation with respect to w",
        "refactor.derive.steps: Insert the derivation with respect to X",
      ],
    );
  });

  it("repairs first, and all of them at once", () => {
    const { snapshot, selection } = read("A : R^(m×n)\nx : R^m\ny = A$0*x\nz = A*x\n");
    const actions = codeActions(snapshot, selection);
    assert.equal(actions[0]!.kind, "quickfix");
    assert.match(actions[0]!.title, /A'\*x/);
  });
});

describe("in a fence of mcalc in a note", () => {
  const NOTE = "# Note\n\nText.\n\n```mcalc\nA : R^(m×n)\nx : R^m\ny = x'*A*A'*$0x\n```\n\nMore text.\n";

  it("a derivative is a line below", async () => {
    assert.match(await derived(NOTE, "x", 1, "markdown"), /\*x\nd\(y\)\/d\(x\) == 2\*A\*A'\*x\n```\n\nMore/);
  });
  it("a name goes to its declaration in a fence, not to one in the text", () => {
    const { snapshot, text, offset } = read(NOTE.replace("Text.", "Let $x \\in \\mathbb{R}$.").replace("$0x", "x").replace("x'*", "$0x'*"), "markdown"); // prettier-ignore
    const found = definition(snapshot, offset);
    assert.equal(found?.to.start, text.indexOf("x : R^m"));
  });
  it("what does not fit is found and repaired", () => {
    const { snapshot, text, selection } = read(NOTE.replace("x'*A*A'*$0x", "A$0*x"), "markdown");
    const [finding] = snapshot.checked!.findings;
    assert.deepEqual([finding!.code, text.slice(finding!.span.start, finding!.span.end)], ["dimension-mismatch", "A*x"]);
    assert.equal(codeActions(snapshot, selection)[0]!.title, "Write A'*x");
  }); // prettier-ignore
});

describe("completion", () => {
  const labels = (fixture: string, language: "mcalc" | "markdown" = "mcalc"): string[] => {
    const { snapshot, offset } = read(fixture, language);
    return completions(snapshot, offset).map((c) => `${c.label} ${c.detail}`);
  };
  it("offers declared names with shapes, dimensions and functions", () => {
    const offered = labels("A : R^(m×n)\nf(v) = A*v\ny = $0");
    for (const wanted of ["A m×n", "f (v)", "n dimension", "logdet logdet(n×n) → scalar", "grad grad(f, x)"]) assert.ok(offered.includes(wanted), wanted); // prettier-ignore
  });
  it("offers shapes and properties behind a colon", () => {
    const offered = labels("A : R^(n×n) pos$0");
    assert.ok(offered.includes("posdef positive definite"));
    assert.ok(!offered.some((o) => o.startsWith("logdet")));
  });
  it("offers no operators that are only the derivatives of others", () => {
    const offered = labels("y = $0").map((l) => l.split(" ")[0]);
    for (const unlisted of ["usv1", "vmax", "lmax", "normspec", "logsumexpr"]) assert.ok(!offered.includes(unlisted), unlisted); // prettier-ignore
  });
  it("offers the language in a fence of a note", () => {
    const offered = labels("Text.\n\n```mcalc\nA : R^(n×n)\ny = $0\n```\n", "markdown");
    for (const wanted of ["A n×n", "logdet logdet(n×n) → scalar"]) assert.ok(offered.includes(wanted), wanted);
  });
  it("offers nothing in comments and in numbers", () => {
    assert.deepEqual(labels("# lo$0"), []);
    assert.deepEqual(labels("y = 2.$0"), []);
  });
  it("offers declarations first where nothing is declared, and for a new name", () => {
    assert.deepEqual(labels("$0").slice(0, 3), ["A : R^(m×n) declare a matrix", "x : R^n declare a vector", "c : R declare a scalar"]);
    assert.equal(labels("x : R^n\nw$0")[0], "w : R^n declare a vector");
    assert.ok(!labels("x : R^n\nx$0").some((l) => l.includes("declare")));
    assert.ok(!labels("f = $0").some((l) => l.includes("declare")));
  }); // prettier-ignore
  it("offers LaTeX commands where a formula has only begun", () => {
    for (const fixture of ["$\\na$0$", "We have $f = \\na$0\n\nnext", "$$\n\\na$0", "\\[ \\na$0"])
      assert.ok(labels(fixture, "markdown").includes("\\nabla the gradient"), fixture);
  });
  it("is about what is being written, so that no key that is typed takes something else", () => {
    // A new name is declared while only it stands there, and no longer behind it.
    const filters = (fixture: string): (string | undefined)[] => {
      const { snapshot, offset } = read(fixture);
      return completions(snapshot, offset).filter((c) => c.detail.startsWith("declare")).map((c) => c.filter);
    };
    assert.deepEqual(filters("x : R^n\nw$0"), ["w", "w", "w"]);
    // A shape, dimensions in it, properties behind it: never two of these.
    const first = (fixture: string): string[] => labels(fixture).map((l) => l.split(" ")[0]!);
    assert.deepEqual(first("x : $0"), ["R", "R^n", "R^(m×n)"]);
    for (const fixture of ["x : R^n\nA : R^$0", "x : R^n\nA : R^(d$0", "x : R^n\nA : R^(n×$0"]) assert.deepEqual(first(fixture), ["n"], fixture);
    assert.deepEqual(first("A : R^(n×n)$0"), []);
    assert.ok(first("A : R^(n×n) p$0").includes("posdef"));
    assert.deepEqual(first("y = \\$0"), []);
  }); // prettier-ignore
  it("offers a LaTeX command until it is written out, those that the note uses first", () => {
    const first = (fixture: string): string | undefined => labels(fixture, "markdown").map((l) => l.split(" ")[0])[0];
    assert.equal(first("$x^\\to$0$"), "\\top");
    for (const fixture of ["$x^\\top$0$", "$x \\in$0$", "$$\nx \\\\$0\n$$", "$\\|$0x$", "$\\end$0$"])
      assert.equal(first(fixture), undefined, fixture);
    const { snapshot, offset } = read("$\\beta^\\top \\$0$", "markdown");
    const used = completions(snapshot, offset).filter((c) => c.rank === 0);
    assert.deepEqual(used.map((c) => c.label).sort(), ["\\beta", "\\top"]);
  });
  it("offers LaTeX commands in formulas of a note only", () => {
    assert.ok(labels("$x^\\to$0$", "markdown").some((l) => l.startsWith("\\top")));
    assert.deepEqual(labels("word \\to$0", "markdown"), []);
  });
});

describe("signature help", () => {
  for (const [fixture, label, active] of [
    ["y = logdet($0", "logdet(n×n)", 0],
    ["y = kron(A, $0)", "kron(m×n, p×q)", 1],
    ["r(v, u) = v + u\ny = r(A*(b), $0", "r(v, u)", 1],
    ["y = hess(f, $0", "hess(f, x)", 1],
  ] as const)
    it(fixture, () => {
      const { snapshot, offset } = read(fixture);
      const help = signatureHelp(snapshot, offset);
      assert.deepEqual([help?.label, help?.active], [label, active]);
    });
  it("says nothing outside brackets", () => {
    const { snapshot, offset } = read("y = tr(A) + $0");
    assert.equal(signatureHelp(snapshot, offset), undefined);
  });
});

describe("names", () => {
  it("definition and references", () => {
    const { snapshot, offset, text } = read("w : R^n\ny = w'*w\nz = 2*$0w\n");
    assert.deepEqual(definition(snapshot, offset)?.to, { start: 0, end: 1 });
    assert.deepEqual(texts(text, references(snapshot, offset, true)), ["w", "w", "w", "w"]);
    assert.equal(references(snapshot, offset, false).length, 3);
  });

  const reread =
    (language: "mcalc" | "markdown") =>
    (text: string): Promise<MathDocument> =>
      Promise.resolve(language === "mcalc" ? readText(text) : readMarkdown("file:///n.md", 1, text));

  const renames: [before: string, to: string, after: string][] = [
    ["w : R^n\ny = $0w'*w\n", "theta", "theta : R^n\ny = theta'*theta\n"],
    ["X : R^($0n×d)\ny : R^n\nI = eye(n)\n", "m", "X : R^(m×d)\ny : R^m\nI = eye(m)\n"],
    ["v : R^n\nr(v) = 2*$0v\ns = v\n", "u", "v : R^n\nr(u) = 2*u\ns = v\n"],
    ["x_i : R^d for i = 1..N\ns = sum(j in 1..N, $0x_j)\n", "z", "z_i : R^d for i = 1..N\ns = sum(j in 1..N, z_j)\n"],
    ["y = 1\nz = $0y + y\n", "loss", "loss = 1\nz = loss + loss\n"],
  ];
  for (const [before, to, after] of renames)
    it(`rename ${JSON.stringify(before)} to ${to}`, async () => {
      const { snapshot, offset, text } = read(before);
      const result = await rename(snapshot, offset, to, reread("mcalc"));
      assert.ok("edits" in result, JSON.stringify(result));
      assert.equal(
        applyEdits(
          text,
          [...result.edits].sort((a, b) => a.span.start - b.span.start),
        ),
        after,
      );
    });

  const refused: [before: string, to: string, language: "mcalc" | "markdown"][] = [
    // An index, a keyword, an operator, a sign of differentiation would take it over.
    ["x : R^n\ns = sum(i in 1..n, $0x[i])\n", "i", "mcalc"],
    ["x : R^n\ns = sum($0i in 1..n, x[i])\n", "x", "mcalc"],
    ["x : R^n\nf(v) = v'*$0x\n", "v", "mcalc"],
    ["x : R^n\nf($0v) = v'*x\n", "x", "mcalc"],
    ...["in", "for", "tr", "d", "exp"].map((to): [string, string, "mcalc"] => [
      "x : R^n\ny = 2*$0x\nd(y'*y)/d(x)\n",
      to,
      "mcalc",
    ]),
    ...["y}", "\\\\", "y%z", "y_{", "y}{z", "a$", "\\frac", "\\top"].map((to): [string, string, "markdown"] => [
      "Let $x \\in \\mathbb{R}^n$. Then $y = \\frac{1}{2}$0x^\\top x$ and $z = 3x$.\n",
      to,
      "markdown",
    ]),
  ];
  for (const [before, to, language] of refused)
    it(`no rename to ${to}: ${JSON.stringify(before)}`, async () => {
      const { snapshot, offset } = read(before, language);
      const result = await rename(snapshot, offset, to, reread(language));
      assert.ok("refused" in result, JSON.stringify(result));
    });

  it("a command is kept apart from the letter behind it", async () => {
    const { snapshot, offset, text } = read(
      "Let $w \\in \\mathbb{R}$ and $x \\in \\mathbb{R}$. Then $y = $0wx$.\n",
      "markdown",
    );
    const result = await rename(snapshot, offset, "\\theta", reread("markdown"));
    assert.ok("edits" in result, JSON.stringify(result));
    const sorted = [...result.edits].sort((a, b) => a.span.start - b.span.start);
    assert.equal(
      applyEdits(text, sorted),
      "Let $\\theta \\in \\mathbb{R}$ and $x \\in \\mathbb{R}$. Then $y = \\theta x$.\n",
    );
  });

  it("a rename in a note", async () => {
    const { snapshot, offset, text } = read("Let $w \\in \\mathbb{R}^n$. Then $y = $0w^\\top w$.\n", "markdown");
    const result = await rename(snapshot, offset, "\\theta", reread("markdown"));
    assert.ok("edits" in result);
    const sorted = [...result.edits].sort((a, b) => a.span.start - b.span.start);
    assert.equal(applyEdits(text, sorted), "Let $\\theta \\in \\mathbb{R}^n$. Then $y = \\theta^\\top \\theta$.\n");
  });
});

describe("structure", () => {
  const TEXT = "# Names\n# and shapes\nA : R^(m×n)\nx : R^n\n\ny = A*x\n    + A*x\nd(y)/d(x) == 2*A\n";
  it("symbols", () => {
    assert.deepEqual(symbols(snapshotOf(TEXT)).map((s) => `${s.kind} ${s.name} ${s.detail}`.trim()), ["variable A m×n", "variable x n×1", "definition y A*x + A*x", "claim d(y)/d(x)"]); // prettier-ignore
  });
  it("folds", () => {
    assert.deepEqual(folds(snapshotOf(TEXT)), [
      { from: 0, to: 1, kind: "comment" },
      { from: 1, to: 3, kind: "region" },
      { from: 5, to: 6, kind: "region" },
    ]);
  });
  it("a selection grows by term", () => {
    const { snapshot, offset, text } = read("y = a*(b + $0c) + d");
    assert.deepEqual(texts(text, selectionRanges(snapshot, offset)), ["c", "b + c", "a*(b + c)", "a*(b + c) + d", "y = a*(b + c) + d"]); // prettier-ignore
  });
  it("names are coloured by what they are", () => {
    const text = "A : R^(n×n) symmetric\nx : R^n\nc : R\ny = c*tr(A*A)*x";
    assert.deepEqual(
      semanticTokens(snapshotOf(text)).map((t) => `${text.slice(t.span.start, t.span.end)} ${t.type}`),
      ["A matrix", "n dimension", "n dimension", "symmetric keyword", "x vector", "n dimension", "c scalar", "y vector", "c scalar", "tr function", "A matrix", "A matrix", "x vector"],
    ); // prettier-ignore
  });
  const hints: readonly [string, string, string][] = [
    ["inferred shapes stand behind defined names only", "A : R^(m×n)\nx : R^n\ny = A*x\nc = x'*x", "A : R^(m×n)\nx : R^n\ny‹ : m×1› = A*x\nc‹ : scalar› = x'*x"],
    ["aligned comments stay aligned", "x : R^n  # data\nc = x'*x  # a sum", "x : R^n  # data\nc = x'*x  # a sum‹c : scalar›"],
    ["a line that asks for a derivative is answered", "A : R^(n×n)\nx : R^n\nf = x'*A*x\ngrad(f, x)", "A : R^(n×n)\nx : R^n\nf‹ : scalar› = x'*A*x\ngrad(f, x)‹= (A + Aᵀ)x›"],
    ["behind its comment", "x : R^n\nhess(x'*x, x)   # why?  \nx", "x : R^n\nhess(x'*x, x)   # why?‹= 2Iₙ›  \nx"],
    ["no answer to what asks nothing, or cannot be answered", "x : R^n\nx'*x\nd(pinv(x))/d(x) == 0\ngrad(x'*y, x)", "x : R^n\nx'*x\nd(pinv(x))/d(x) == 0\ngrad(x'*y, x)"],
  ]; // prettier-ignore
  for (const [what, text, wanted] of hints)
    it(what, async () => {
      let shown = text;
      for (const h of (await inlayHints(snapshotOf(text), { start: 0, end: text.length }, noTurn)).toReversed())
        shown = `${shown.slice(0, h.offset)}‹${h.label}›${shown.slice(h.offset)}`;
      assert.equal(shown, wanted);
    });
  it("an answer becomes a claim, which holds", async () => {
    const text = "A : R^(n×n)\nx : R^n\ngrad(x'*A*x, x)  # asked";
    const snapshot = snapshotOf(text);
    const claim = (await asClaim(snapshot, snapshot.document.formulas.at(-1)!, noTurn))!;
    const after = text.slice(0, claim.offset) + claim.text + text.slice(claim.offset);
    assert.equal(after, "A : R^(n×n)\nx : R^n\ngrad(x'*A*x, x) == (A + A')*x  # asked");
    assert.match(snapshotOf(after).checked!.claims[0]!.status, /proved|verified/);
    const actions = codeActions(snapshot, { start: 22, end: 22 });
    assert.ok(actions.some((a) => a.kind === "refactor.derive.claim"));
  });
});
