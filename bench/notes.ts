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
