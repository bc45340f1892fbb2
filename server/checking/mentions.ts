import { LETTERS } from "../core/conventions";
import type { Property } from "../core/scope";
import type { Formula, MathDocument } from "../documents/document";
import { ACCENTS, STYLES, SYMBOLS, UNICODE } from "../language/latex/vocabulary";

/** Words that say of something that it has a property, and those that say what has it by its nature. */
const WORDS: Readonly<Partial<Record<Property, { readonly said: RegExp; readonly implied?: RegExp }>>> = {
  symmetric: {
    said: /(?<!(?:skew|anti)[- ]?)s[iy]mm?[eéè]tr|(?<!косо|анти)симметр|(?<!反)对称|對稱|(?<!反)対称|대칭|đối xứng|hermit|self-adjoint|自伴|\\math(?:bb|cal)\s*\{?S\}?\s*\^/gi,
    implied:
      /covarian|kovarian|ковариац|协方差|協方差|共分散|공분산|positive[- ](?:semi-?)?definite|définie positive|positiv definit|正定|\bpsd\b|\bspd\b|gram matrix|hess(?:ian|e)|黑塞|海森|ヘッセ|헤시안|гессиан|laplacian|kernel matrix/gi,
  },
  orthogonal: { said: /orthogon|orthonormal|ortogonal|ортогонал|正交|直交|직교|rotation|unitary|旋转|回転|회전/gi },
  positive: { said: /positiv|positif|non-?negativ|положительн|正数|正の|양수|\\geq? ?0|> ?0/gi },
};

/** Properties of matrices that some words speak of: `if A is symmetric`, `for an orthogonal Q`. */
export function propertiesIn(words: string): readonly Property[] {
  return (["symmetric", "orthogonal"] as const).filter((p) => new RegExp(WORDS[p]!.said.source, "i").test(words));
}

/** Letters of matrices that are symmetric by their nature. */
const USUAL = /^(?:\\?(?:Sigma|Lambda|Omega|Gamma)|[ΣΛΩΓBCGHKLMPQRSV])$/;

/** Letters that stand for covariances, precisions and diagonal matrices, and for nothing else; and for rotations. */
const ALWAYS = /^(?:\\?(?:Sigma|Lambda|Omega|Psi)|[ΣΛΩΨ])$/;
const ROTATIONS = LETTERS.rotations;

/** Whether the letters of matrices promise a property to every reader: a covariance Σ is symmetric, Q orthogonal. */
export function isMeant(property: Property, names: readonly string[], formula: Formula): boolean {
  const letters = property === "symmetric" ? ALWAYS : property === "orthogonal" ? ROTATIONS : undefined;
  return letters !== undefined && names.every((n) => letters.test(bare(formula.spellings?.get(n) ?? n)));
}

/** Subjects in which the usual letters are covariances, weights, kernels and matrices of scatter. */
const SUBJECTS =
  /varianc|scatter|precision|gaussian|normal distribution|kernel|mahalanobis|weighted|weight(?:ing)? matri|fisher|quadratic form|kalman|riccati|lqr|\bcov\b|dispersion|likelihood|correlat/i;
const GRAPHS = /adjacen|laplacian|graph/i;
const OF_GRAPHS = LETTERS.ofGraphs;

/**
 * Whether a matrix that its author never transposes is symmetric by what its letter stands for: a covariance Σ anywhere,
 * S, W, P, Q, R, K where the text is about such things.
 */
export function symmetricByNature(
  document: MathDocument,
  property: Property,
  names: readonly string[],
  formula: Formula,
): boolean {
  if (property !== "symmetric") return false;
  const written = names.map((n) => bare(formula.spellings?.get(n) ?? n));
  const others = written.filter((n) => !ALWAYS.test(n));
  if (others.length === 0) return true;
  const { text } = document;
  if (others.every((n) => USUAL.test(n) || n === "W") && SUBJECTS.test(text)) return true;
  return others.every((n) => OF_GRAPHS.test(n)) && GRAPHS.test(text);
}

/** A name as its author writes it, without the look of its letters. */
const bare = (written: string): string => {
  const plain = written
    .replace(LOOKS, "")
    .replace(/[{}\s]/g, "")
    .split(/[_^]/)[0]!;
  return UNICODE[plain] ?? (SYMBOLS[plain] === plain ? `\\${plain}` : plain);
};
const LOOKS = new RegExp(
  `\\\\(?:${[...Object.keys(STYLES), ...Object.keys(ACCENTS), "mathrm", "bf", "rm"].join("|")})(?![a-zA-Z])`,
  "g",
);

/**
 * Whether the prose says that a value has a property: then an equation need not repeat it. A sentence about other names
 * says nothing of this one; a sentence that names none ("for symmetric matrices") speaks of all.
 */
export function proseMentions(
  document: MathDocument,
  property: Property,
  names: readonly string[],
  formula: Formula,
): boolean {
  const words = WORDS[property];
  if (words === undefined) return false;
  const written = names.map((n) => bare(formula.spellings?.get(n) ?? n));
  const { text } = document;
  for (const m of text.matchAll(words.said)) {
    const named = namesAround(text, m.index, m.index + m[0].length);
    if (named.length === 0 || named.some((n) => written.includes(n))) return true;
  }
  // A covariance, a Hessian, a kernel has one of a few letters, or stands beside the word.
  const isUsual = written.every((n) => USUAL.test(n));
  for (const m of words.implied === undefined ? [] : text.matchAll(words.implied))
    if (isUsual || namesAround(text, m.index, m.index + m[0].length).some((n) => written.includes(n))) return true;
  return false;
}

/** The names that stand alone in the sentence around a word: `$A$`, `$A, B$`, `$A \in \mathbb{S}^n$`, `A` between words. */
function namesAround(text: string, start: number, end: number): string[] {
  const before = text.slice(Math.max(0, start - 160), start);
  const after = text.slice(end, end + 120);
  const from = Math.max(...["\n\n", ". ", "。", "；", "; "].map((s) => before.lastIndexOf(s) + s.length), 0);
  const stops = ["\n\n", ". ", ".\n", "。", "；", "; "].map((s) => after.indexOf(s)).filter((i) => i >= 0);
  const sentence = before.slice(from) + text.slice(start, end) + after.slice(0, Math.min(...stops, after.length));
  const out: string[] = [];
  const parts = sentence.split(/\$\$?|\\[()[\]]|`/);
  for (const part of parts)
    for (const item of part.split(/,|，|、|\\text\{|\\quad|\band\b|&/)) {
      const head = item.split(/\\in(?![a-z])|∈|=|\\succ|≻|:|\\sim|\}/)[0]!;
      // `X^T X` is symmetric: nothing is said of X.
      if (/\^(?!\{?(?:\*|\(|\[|\\star))/.test(head)) {
        out.push("");
        continue;
      }
      const name = bare(head.trim());
      if (/^(?:\\?[A-Za-z]|\\[A-Za-z]+|\p{Lu}|[α-ωΑ-Ω])$/u.test(name)) out.push(name);
    }
  // Between words: "A is symmetric", "a symmetric A".
  for (const m of sentence.matchAll(/(?:^|[\s(（])([B-HJ-Z]|A(?= (?:is|be|are|was))|[Α-Ω])(?=[\s,.)）]|$)/gu))
    out.push(bare(m[1]!));
  return out;
}
