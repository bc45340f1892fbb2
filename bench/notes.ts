import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A long note, as a course's notes are: sections of words, declarations, definitions and claims. */

const TEMPLATES: readonly ((k: number) => string)[] = [
  (k) => `\\frac{\\partial}{\\partial x} ${k} x^T A x = ${k} (A + A^T) x`,
  (k) => `\\nabla_x ${k} \\|x - y\\|_2^2 = ${2 * k} (x - y)`,
  (k) => `\\frac{\\partial}{\\partial X} \\operatorname{tr}(${k} X^T A) = ${k} A`,
  (k) => `\\frac{\\partial \\log \\det A}{\\partial A} = A^{-T}, \\quad ${k} > 0`,
  (k) => `${k} (A B)^T = ${k} B^T A^T`,
  (k) => `\\operatorname{tr}(${k} A B) = ${k} \\operatorname{tr}(B A)`,
  (k) => `\\frac{\\partial}{\\partial x} (${k} b^T x) = ${k} b`,
  (k) => `\\|x\\|_2^2 + ${k} = x^T x + ${k}`,
];

export interface GeneratedNote {
  readonly text: string;
  /** Where the claims stand. */
  readonly claims: readonly number[];
}

/** A note of about `formulas` formulas and five times as many lines; `from`: the smallest number in them. */
export function longNote(formulas: number, from = 2): GeneratedNote {
  let text = "# A course in matrix calculus\n\n";
  const claims: number[] = [];
  for (let k = 1, section = 0; k <= formulas; section++) {
    text += `## Section ${section + 1}\n\nLet $x, y, b \\in \\mathbb{R}^n$ and $A, B, X \\in \\mathbb{R}^{n \\times n}$ be given, $A$ invertible.\n\n`;
    k += 3;
    for (let i = 0; i < 17 && k <= formulas; i++, k++) {
      text += `Some words about what follows, with a price of $5 and *emphasis*.\n\n$$\n`;
      claims.push(text.length);
      text += `${TEMPLATES[k % TEMPLATES.length]!(from + (k % 97))}\n$$\n\n`;
      if (i % 4 === 0) text += "1. A list\n2. of items\n\n";
    }
  }
  while (text.split("\n").length < 5 * formulas) text += "More words that hold no formula at all.\n\n".repeat(50);
  return { text, claims };
}

/** A short note with a claim that holds and one that does, unless `k` is a multiple of seven. */
const shortNote = (k: number): string =>
  `# Note ${k}\n\nLet $x, b \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$ be given.\n\n$$\n${TEMPLATES[0]!(k + 2)}\n$$\n\nThen\n\n$$\n\\nabla_x \\|x - b\\|_2^2 = ${k % 7 === 0 ? 3 : 2} (x - b)\n$$\n`;

const shortFile = (k: number): string =>
  `X : R^(n×d)\ny : R^n\nw : R^d\nloss = ${k + 2}*norm2(X*w - y)^2\nd(loss)/d(w) == ${2 * k + 4}*X'*(X*w - y)\n`;

const notebook = (k: number): string =>
  JSON.stringify({ cells: [{ cell_type: "markdown", metadata: {}, source: [shortNote(k)] }], metadata: {}, nbformat: 4, nbformat_minor: 5 }); // prettier-ignore

/** Of ten files of a workspace four are notes, two `.mcalc`, one a notebook, three hold no mathematics. */
const MIXTURE: readonly (readonly [ending: string, text: (k: number) => string])[] = [
  ...Array.from({ length: 4 }, () => ["md", shortNote] as const),
  ...Array.from({ length: 2 }, () => ["mcalc", shortFile] as const),
  ["ipynb", notebook],
  ["py", () => "x = 1\n".repeat(50)],
  ["txt", () => "words\n".repeat(200)],
  ["png", () => "x".repeat(5000)],
];

/** Writes a workspace of many files in folders of 50; says how many of them can be checked, and have a mistake. */
export function writeWorkspace(at: string, count: number): { readonly checked: number; readonly wrong: number } {
  let [checked, wrong] = [0, 0];
  for (let k = 0; k < count; k++) {
    const folder = path.join(at, `part${Math.floor(k / 500)}`, `chapter${Math.floor(k / 50) % 10}`);
    if (k % 50 === 0) mkdirSync(folder, { recursive: true });
    const [ending, text] = MIXTURE[k % MIXTURE.length]!;
    writeFileSync(path.join(folder, `file${k}.${ending}`), text(k));
    if (k % MIXTURE.length < 7) checked++;
    if (k % 7 === 0 && (text === shortNote || text === notebook)) wrong++;
  }
  return { checked, wrong };
}
