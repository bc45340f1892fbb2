import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { checkDocument } from "../../server/checking";
import { readMarkdown } from "../../server/documents/markdown";

const check = (text: string) => checkDocument(readMarkdown("file:///note.md", 1, text));
const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** A note in which all is declared, with a place for what is claimed. */
const note = (claim: string): string =>
  [
    "Let $A \\in \\mathbb{R}^{n\\times n}$, $B \\in \\mathbb{R}^{n\\times n}$, $X \\in \\mathbb{R}^{m\\times n}$, $x \\in \\mathbb{R}^n$, $b \\in \\mathbb{R}^n$, $y \\in \\mathbb{R}^m$.",
    "",
    claim,
  ].join("\n");

describe("what is right in a note is left alone", () => {
  for (const claim of [
    "$\\frac{\\partial}{\\partial x} x^TAx = (A+A^T)x$",
    "$\\nabla_x b^Tx = b$",
    "$\\nabla_x \\|Xx-y\\|^2 = 2X^T(Xx-y)$",
    "$d(x^TAx) = dx^TAx + x^TAdx$",
    "$\\frac{\\partial}{\\partial A} \\operatorname{tr}(AB) = B^T$",
    // Numerator layout is no mistake.
    "$\\frac{\\partial}{\\partial x} b^Tx = b^T$",
    // A condition, a definition, an approximation.
    "$\\nabla_x \\|Xx-y\\|^2 = 0$",
    "$A = A^T$ and $AB = BA$",
    "$z = 2Ax$ and then $z = 3Ax$",
    "$\\nabla_x x^TAx \\approx x$",
    // About functions that nobody defined.
    "$\\frac{\\partial f(x)}{\\partial x} = g(x)$",
    "$df = \\nabla f^T dx$",
    // Not understood.
    "$\\frac{\\partial}{\\partial x} \\heartsuit = x$",
  ])
    it(claim, () =>
      assert.deepEqual(
        check(note(claim)).problems.map((p) => p.message),
        [],
      ),
    );
});

describe("what is wrong in a note is found and explained", () => {
  for (const [claim, code, message] of [
    ["$\\nabla_x \\|Xx-y\\|^2 = X^T(Xx-y)$", "wrong-derivative", /factor 2/],
    ["$\\frac{\\partial}{\\partial x} x^TAx = (A-A^T)x$", "wrong-derivative", /sign/],
    ["$\\frac{\\partial}{\\partial x} (x^TAx + b^Tx) = (A+A^T)x$", "wrong-derivative", /b is missing/],
    ["$d(x^TAx) = dx^TAx - x^TAdx$", "wrong-derivative", /sign/],
    ["$\\operatorname{tr}(ABA) = \\operatorname{tr}(A^2B) = \\operatorname{tr}(2A^2B)$", "wrong-step", /./],
    ["$\\frac{\\partial}{\\partial x} x^TAx = 2Ax$, and $A \\ne A^T$", "needs-assumption", /A is symmetric/],
  ] as const)
    it(claim, () => {
      const { problems } = check(note(claim));
      assert.deepEqual(
        problems.map((p) => p.code),
        [code],
      );
      assert.match(problems[0]!.message, message);
    });
});

describe("the layout of a note is learned from the note", () => {
  const claims = (...list: string[]): string => note(list.map((c) => `$${c}$`).join("\n\n"));
  const rows = [
    "\\frac{\\partial}{\\partial x} b^Tx = b^T",
    "\\frac{\\partial}{\\partial x} x^TAx = x^T(A+A^T)",
    "\\frac{\\partial}{\\partial x} x^Tx = 2x^T",
  ];
  it("rows throughout are fine", () => assert.deepEqual(check(claims(...rows)).problems, []));
  it("one column among rows is not", () => {
    const text = claims(...rows, "\\frac{\\partial}{\\partial x} y^TXx = X^Ty");
    const { problems } = check(text);
    assert.deepEqual(
      problems.map((p) => [p.code, lineOf(text, p.span.start)]),
      [["wrong-derivative", 9]],
    );
    assert.match(problems[0]!.message, /transpose/);
    assert.deepEqual(
      problems.map((p) => p.severity),
      ["information"],
    );
  });
  it("which one it is, is said where it is not the usual one", () =>
    assert.deepEqual(
      check(claims(...rows)).claims.map((c) => c.note),
      rows.map(() => "in numerator layout"),
    ));
  it("the kinds of derivatives that it is divided about follow the others", () => {
    const columns = rows.map((r) => r.replace(/= (.*)$/, "= ($1)^T"));
    const [one, other] = ["\\frac{\\partial}{\\partial A}\\operatorname{tr}(AB) = B", "\\frac{\\partial}{\\partial A}\\operatorname{tr}(A^TB) = B"]; // prettier-ignore
    const { problems } = check(claims(...columns, one, other));
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.message, /transpose/);
  });
  it("two that contradict each other are not both right", () => {
    const columns = rows.map((r) => r.replace(/= (.*)$/, "= ($1)^T"));
    const { claims: found } = check(claims(...columns, rows[0]!));
    assert.deepEqual(
      found.map((c) => c.status === "unknown"),
      [false, false, false, true],
    );
  });
});

const FILE = "../shared/corpus/matrix-derivatives.md";

/** Where, what, and what instead; each makes one claim or step false. */
const MUTANTS: readonly (readonly [line: number, from: string, to: string])[] = [
  [82, "2x_1 ", "3x_1 "],
  [82, "12x_2^3", "12x_2^2"],
  [92, "a_{21}x_1x_2", "2a_{21}x_1x_2"],
  [92, "+a_{22}", "-a_{22}"],
  [94, "2a_{11}x_1+", "2a_{11}x_1-"],
  [94, "(A+A^T)x", "(A-A^T)x"],
  [94, "(A+A^T)x", "(A+A)x"],
  [108, "A(x+dx)-x^TAx$$", "A(x+dx)+x^TAx$$"],
  [108, "$=x^TAx + x^TAdx", "$=x^TAx - x^TAdx"],
  [108, "dx^TAdx - x", "dx^TAdx + x"],
  [108, "dx^TAx + dx^TAdx", "dx^TAx - dx^TAdx"],
  [112, "x^TAdx + dx^TAx", "x^TAdx - dx^TAx"],
  [112, "dy=x^TAdx", "dy=xAdx"],
  [114, "x^TA^Tdx", "x^TAdx"],
  [116, "x^TA^Tdx =", "x^TAdx ="],
  [116, "(A+A^T)", "(A-A^T)"],
  [116, "= x^T(", "= x("],
  [117, "(A+A^T)x", "(A+A)x"],
  [117, "(A+A^T)x", "x(A+A^T)"],
  [119, "=w", "=2w"],
  [119, "=w", "=w^T"],
  [140, "X(B+B^T)", "(B+B^T)X"],
  [140, "X(B+B^T)", "X(B-B^T)"],
  [140, "X(B+B^T)", "X(B+B)"],
  [144, "- tr", "+ tr"],
  [144, "(X+dX)^T", "(X+dX)"],
  [148, "+ XBdX^T", "- XBdX^T"],
  [148, "XBdX^T", "XBdX"],
  [152, "+ tr(XBdX^T)", "- tr(XBdX^T)"],
  [154, "tr(B^T X^T dX)", "tr(B X^T dX)"],
  [154, "tr(BX^T dX)", "tr(BX dX)"],
  [156, "(B+B^T)X^T", "X^T(B+B^T)"],
  [156, "(B+B^T)", "(B-B^T)"],
  [158, "X(B+B^T)", "(B+B^T)X"],
  [161, "=-(", "=("],
  [161, "(X^{-1}AX^{-1})^{T}", "(X^{-1}AX^{-1})"],
  [166, "=tr(AdX", "=-tr(AdX"],
  [168, "dX^{-1}=-X", "dX^{-1}=X"],
  [172, "A(-X", "A(X"],
  [174, "tr(-AX", "tr(AX"],
  [177, "tr(BCA)", "tr(BAC)"],
  [179, "X^{-1}AX^{-1}dX", "AX^{-1}X^{-1}dX"],
  [181, "=-(", "=2("],
  [181, "(X^{-1}AX^{-1})^T", "(X^{-1}AX^{-1})"],
  [189, "+ dX", "- dX"],
  [191, "=-X", "=X"],
  [195, "(X^{-1})^T", "X^{-1}"],
  [197, "tr(X^{-1}dX)", "tr(XdX)"],
  [203, "(X^{-1})^T", "X^T"],
];

describe("the note on derivatives by matrices", function () {
  if (!existsSync(FILE)) {
    it("skipped: the shared notes are not here");
    return;
  }
  const text = readFileSync(FILE, "utf8");
  const lines = text.split("\n");

  it("is right throughout", () => {
    const { problems, claims } = check(text);
    assert.deepEqual(problems, []);
    // What dy is in general, for a function that is not specified, cannot be judged.
    const open = claims.filter((c) => c.status !== "proved" && c.status !== "verified");
    assert.deepEqual(
      open.filter((c) => !["103", "128", "135", "136"].includes(String(lineOf(text, c.span.start)))),
      [],
    );
    assert.ok(claims.length >= 40);
  });

  for (const [line, from, to] of MUTANTS)
    it(`line ${line}: ${from} → ${to}`, () => {
      const old = lines[line - 1]!;
      assert.ok(old.includes(from), `line ${line} of the note has no ${from}`);
      const mutant = [...lines.slice(0, line - 1), old.replace(from, () => to), ...lines.slice(line)].join("\n");
      const found = check(mutant).problems.map((p) => lineOf(mutant, p.span.start));
      assert.deepEqual([...new Set(found)], [line]);
    });
});
