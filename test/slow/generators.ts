/** Seeded generators of inputs: texts of both languages, right and wrong, and edits of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Random } from "../../server/evaluation/random";

/** A source of choices that is the same for the same seed. */
export class Choices {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** A whole number from 0 up to, and without, `n`. */
  below(n: number): number {
    return Math.min(n - 1, Math.floor(this.random.between(0, 1) * n));
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  chance(p: number): boolean {
    return this.random.between(0, 1) < p;
  }

  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}

/** Any characters, with a liking for those that mean something. */
export function bytes(c: Choices, most = 60): string {
  const special = "()[]{}$\\^_'*+-/.,:;=<>|&%#`~ \n\t\r\u0000\ud800\udc00\ufeff∂ᵀ⁻¹⊙⊗×ℝ∈é\u0301𝐱";
  return c
    .list(most, () =>
      c.chance(0.6)
        ? special.charAt(c.below(special.length))
        : String.fromCharCode(c.chance(0.9) ? 32 + c.below(95) : c.below(0xffff)),
    )
    .join("");
}

const NAMES = ["x", "y", "A", "X", "f", "n", "w", "r", "d", "x_1", "x_i", "dX", "loss", "unknown"];
const FUNCTIONS = [
  "sin",
  "exp",
  "log",
  "tr",
  "det",
  "inv",
  "norm2",
  "sum",
  "diag",
  "vec",
  "sigmoid",
  "softmax",
  "sqrt",
  "kron",
  "relu",
  "g",
  "logdet",
  "expm",
  "max",
  "grad",
  "hess",
];

/** An expression of `.mcalc`, seldom a sensible one. */
export function mcalcExpression(c: Choices, depth = 4): string {
  if (depth <= 0 || c.chance(0.25)) return c.chance(0.2) ? c.of(["0", "1", "2", "0.5", "1e3", "64"]) : c.of(NAMES);
  const sub = (): string => mcalcExpression(c, depth - 1);
  switch (c.below(11)) {
    case 0:
    case 1:
    case 2:
      return `${sub()}${c.of(["+", "-", "*", "*", "*", "/", ".*", "./", " ", "⊗", "^", ".^"])}${sub()}`;
    case 3:
      return `(${sub()})`;
    case 4:
      return `${sub()}'`;
    case 5:
    case 6:
      return `${c.of(FUNCTIONS)}(${[sub(), ...c.list(1, sub)].join(", ")})`;
    case 7:
      return `d(${sub()})/d(${c.of(NAMES)})`;
    case 8:
      return `[${c.list(3, () => c.list(3, sub).join(",")).join(";")}]`;
    case 9:
      return `sum(i in 1..${c.of(["n", "3", "N"])}, ${sub()})`;
    default:
      return `${sub()}[${c.of(["1", "i", "i,j", ":,1"])}]`;
  }
}

const DECLARATIONS = [
  "x, y : R^n", "A, X : R^(n×n)", "w : R^m", "X : R^(m×n)", "A : R^(n×n) symmetric", "A : R^(n×n) posdef", "x_i : R^n for i = 1..N", "f(t) = t'*A*t", "r = X*w - y", "loss = norm2(r)^2",
  "a : R", "f = f + 1", "g(t) = g(t)", "Q : R^(2n+1×n^2) orthogonal", "x : R^(0×1)", "# a comment", "",
]; // prettier-ignore

/** A line of `.mcalc`. */
export function mcalcLine(c: Choices): string {
  switch (c.below(7)) {
    case 0:
    case 1:
      return c.of(DECLARATIONS);
    case 2:
      return `${mcalcExpression(c)} == ${mcalcExpression(c)}`;
    case 3:
      return `${c.of(NAMES)} = ${mcalcExpression(c)}`;
    case 4:
      return `${mcalcExpression(c)} # ${bytes(c, 8)}`;
    case 5:
      return broken(c, mcalcExpression(c));
    default:
      return mcalcExpression(c);
  }
}

export const mcalcDocument = (c: Choices, lines = 12): string =>
  c.list(lines, () => mcalcLine(c)).join(c.of(["\n", "\n", "\r\n"]));

const SYMBOLS = [
  "x",
  "y",
  "A",
  "X",
  "\\mathbf{x}",
  "\\boldsymbol{\\theta}",
  "W^{(1)}",
  "x_i",
  "\\beta",
  "\\hat{y}",
  "I",
  "f",
  "n",
];

/** An expression of LaTeX. */
export function latexExpression(c: Choices, depth = 4): string {
  if (depth <= 0 || c.chance(0.25)) return c.chance(0.15) ? String(c.below(10)) : c.of(SYMBOLS);
  const sub = (): string => latexExpression(c, depth - 1);
  switch (c.below(14)) {
    case 0:
      return `\\frac{${sub()}}{${sub()}}`;
    case 1:
      return `\\frac{\\partial ${sub()}}{\\partial ${c.of(SYMBOLS)}}`;
    case 2:
      return `${sub()}^{${c.of(["T", "\\top", "-1", "2", "-T", "\\mathsf{T}", sub()])}}`;
    case 3:
      return `\\left(${sub()}\\right)`;
    case 4:
      return `\\|${sub()}\\|_2^2`;
    case 5:
      return `${c.of(["\\operatorname{tr}", "\\text{tr}", "\\log", "\\exp", "\\det", "f", "\\mathrm{diag}", "\\sigma"])}(${sub()})`;
    case 6:
      return `\\sum_{i=1}^{n} ${sub()}`;
    case 7:
      return `\\begin{${c.of(["bmatrix", "pmatrix", "cases"])}} ${sub()} & ${sub()} \\\\ ${sub()} & ${c.of(["\\cdots", sub()])} \\end{bmatrix}`;
    case 8:
      return `\\${c.of(["sqrt", "hat", "text", "mathbf", "underbrace", "vec", "unknown", "frac"])}{${sub()}}`;
    case 9:
      return `|${sub()}|`;
    case 10:
      return `\\langle ${sub()}, ${sub()} \\rangle`;
    default:
      return `${sub()} ${c.of(["+", "-", "", "", "\\cdot", "\\odot", "\\otimes", "\\times", ",", "/"])} ${sub()}`;
  }
}

export const latexFormula = (c: Choices): string => {
  const row = (): string =>
    [latexExpression(c), ...c.list(3, () => latexExpression(c))].join(
      c.of([" = ", " = ", " &= ", " \\approx ", " := ", " \\in \\mathbb{R}^{n \\times n}", " \\leq "]),
    );
  const text = c.chance(0.2) ? `\\begin{align} ${row()} \\\\ ${row()} \\end{align}` : row();
  return c.chance(0.15) ? broken(c, text) : text;
};

/** A note made of formulas and words. */
export const markdownDocument = (c: Choices, blocks = 8): string =>
  c
    .list(blocks, () => {
      switch (c.below(8)) {
        case 0:
          return `${"#".repeat(1 + c.below(4))} ${c.of(["Gradient", "A note", "1.2"])}`;
        case 1:
          return `Let $${c.of(["x", "A", "X"])} \\in \\mathbb{R}^{${c.of(["n", "n \\times n", "m \\times n"])}}$ be ${c.of(["a vector", "symmetric", "given"])}.`;
        case 2:
          return `\`\`\`${c.of(["math", "mcalc", "python", ""])}\n${mcalcLine(c)}\n\`\`\``;
        case 3:
          return `- ${bytes(c, 20)} $${latexFormula(c)}$`;
        case 4:
          return `It costs $5, or $${c.below(100)} and $${latexExpression(c)}$ more.`;
        case 5:
          return `\\[ ${latexFormula(c)} \\]`;
        case 6:
          return `$\\newcommand{\\${c.of(["a", "R", "T"])}}${c.of(["", "[1]", "[2][x]"])}{${latexExpression(c)} ${c.of(["#1", "\\a", ""])}}$`;
        default:
          return `$$\n${latexFormula(c)}\n$$`;
      }
    })
    .join(c.of(["\n\n", "\n\n", "\n", "\r\n\r\n"]));

/** The text with one to three places changed. */
export function broken(c: Choices, text: string): string {
  let out = text;
  for (let k = 1 + c.below(3); k > 0; k--) {
    const { start, end, insert } = edit(c, out);
    out = out.slice(0, start) + insert + out.slice(end);
  }
  return out;
}

/** One change of a text, as a person or a slip of the hand makes it. */
export function edit(c: Choices, text: string): { start: number; end: number; insert: string } {
  const start = c.below(text.length + 1);
  const end = c.chance(0.5) ? start : Math.min(text.length, start + c.below(c.chance(0.9) ? 6 : 200));
  const insert = c.chance(0.3)
    ? ""
    : c.chance(0.5)
      ? bytes(c, 3)
      : c.of([
          "'",
          "(",
          ")",
          "$",
          "\n",
          "^T",
          "\\",
          "{",
          "}",
          "*",
          "x",
          "2",
          " == ",
          "x : R^n\n",
          "\\frac",
          "$$",
          "```\n",
        ]);
  return { start, end, insert };
}

/** Public notes beside the repository, cut so that each is read quickly; none where they are not there. */
export function corpus(): string[] {
  const folder = path.join("..", "shared", "corpus");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((f) => f.endsWith(".md"))
    .flatMap((f) => {
      const text = readFileSync(path.join(folder, f), "utf8");
      return Array.from({ length: Math.ceil(text.length / 3000) }, (_, i) => text.slice(3000 * i, 3000 * (i + 1)));
    });
}
