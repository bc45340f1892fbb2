import { LETTERS } from "../../core/conventions";
import { openSize } from "./solver";
import { isColumn, isRow, isScalar, matrix, SCALAR, type Shape, vector } from "../../core/shape";
import { ONE } from "../../core/dimension";
import type { Kind } from "../../language/latex/read";
import { plainName } from "../../language/latex/names";
import { type LetterUse, type Usage, useOf } from "./usage";

/** The habits of letters. */
type Letters = Pick<Usage, "letters">;

/** Kinds of value that a name may have when nothing says which. */
export type Guess = "scalar" | "vector" | "row" | "matrix";

export const kindOfShape = (s: Shape): Kind =>
  isScalar(s) ? "scalar" : isColumn(s) ? "vector" : isRow(s) ? "row" : "matrix";

/** A value of a kind whose sizes are open. */
export function openShape(name: string, kind: Guess): Shape {
  switch (kind) {
    case "scalar":
      return SCALAR;
    case "vector":
      return vector(openSize(`${name}.r`));
    case "row":
      return matrix(ONE, openSize(`${name}.c`));
    case "matrix":
      return matrix(openSize(`${name}.r`), openSize(`${name}.c`));
  }
}

const STYLE_OF: readonly (readonly [number, number, string])[] = [
  [0x1d400, 0x1d433, "bold"], [0x1d4d0, 0x1d503, "cal"], [0x1d538, 0x1d56b, "bb"], [0x1d5a0, 0x1d5d3, "sans"], [0x1d6a8, 0x1d6e1, "bold"],
]; // prettier-ignore

/** The letter of a name and the style that its name shows. */
export function letterOf(name: string): { letter: string; style: string; subscripted: boolean } {
  const base = name.split(/[_^]/)[0] ?? name;
  const code = base.codePointAt(0) ?? 0;
  const style = STYLE_OF.find(([from, to]) => code >= from && code <= to)?.[2] ?? "";
  return {
    letter: style === "" ? base : plainName(base),
    style,
    subscripted: /[_^]/.test(name.replace(/_(hat|bar|tilde|dot|star)/g, "")),
  };
}

const STYLES = ["", "bold", "cal", "bb", "sans"] as const;

/** How a name is used: letters that a note prints in one style only are named without it. */
export function useOfName(usage: Letters, name: string): LetterUse {
  const { letter, style } = letterOf(name);
  const own = useOf(usage, letter, style);
  if (style !== "" || own.total > 0) return own;
  return STYLES.map((s) => useOf(usage, letter, s)).reduce((a, b) => (b.total > a.total ? b : a));
}

const CAPITAL = /^(?:\p{Lu}|Gamma|Delta|Theta|Lambda|Xi|Sigma|Phi|Psi|Omega)$/u;
/** Whether a letter is a capital, by which matrices are called. */
export const isCapital = (letter: string): boolean => CAPITAL.test(letter);
const GREEK =
  /^(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|omicron|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega|ell)$/;

/**
 * What a name most likely is, by convention: bold or lower-case Latin letters are vectors, capitals matrices, Greek and
 * subscripted lower-case letters numbers; and by how it is used. Costs: the least is the guess, the others come next
 * when the guess does not fit.
 */
export function guesses(
  name: string,
  usage: Letters,
  elsewhereBold: boolean,
): readonly { kind: Guess; cost: number }[] {
  const { letter, style: shown, subscripted } = letterOf(name);
  const styles = ["", "bold", "cal", "bb", "sans"]
    .map((s) => [s, useOf(usage, letter, s)] as const)
    .filter(([, u]) => u.total > 0);
  const style = shown !== "" ? shown : (styles.find(([s]) => s === "")?.[0] ?? styles[0]?.[0] ?? "");
  const use: LetterUse = useOf(usage, letter, style);
  const cost: Record<Guess, number> = { scalar: 2, vector: 2, row: 6, matrix: 3 };
  const capital = isCapital(letter);
  if (style === "bold") {
    if (capital) Object.assign(cost, { matrix: 0, vector: 2, scalar: 5 });
    else Object.assign(cost, { vector: 0, matrix: 6, scalar: 3 });
  } else if (style === "cal") Object.assign(cost, { scalar: 0, matrix: 3, vector: 4 });
  else if (capital) {
    Object.assign(cost, { matrix: 0, scalar: 2, vector: 1.5 });
    // Losses, energies, counts.
    if (LETTERS.losses.test(letter) && use.transposed === 0 && use.inverted === 0)
      Object.assign(cost, { scalar: 0, matrix: 1 });
    if (LETTERS.counts.test(letter) && use.transposed === 0 && use.inverted === 0)
      Object.assign(cost, { scalar: 0.5, matrix: 0.4 });
  } else if (GREEK.test(letter)) Object.assign(cost, { scalar: 0, vector: 1, matrix: 3 });
  else if (letter.length > 1) Object.assign(cost, { scalar: 0, vector: 2, matrix: 3 });
  else if (LETTERS.smallNumbers.test(letter)) Object.assign(cost, { scalar: 0, vector: 2, matrix: 4 });
  else if (subscripted || elsewhereBold) Object.assign(cost, { scalar: 0, vector: 1, matrix: 4 });
  else Object.assign(cost, { vector: 0, scalar: 1, matrix: 4 });
  if (use.transposed > 0 && !subscripted) {
    cost.scalar += 3;
    if (!capital) cost.matrix += 0.5;
  } else if (use.memberTransposed > 0) cost.scalar += 1.2;
  if (use.inverted > 0 && capital) cost.vector += 2;
  if (use.normed > 0) cost.scalar += 1.5;
  if (use.traced > 0) {
    cost.scalar += 3;
    cost.vector += 3;
  }
  if (use.differentiated > 0 && use.transposed === 0 && style !== "bold")
    cost.scalar -= LETTERS.differentiatedNumbers.test(letter) || GREEK.test(letter) ? 2 : capital ? 0 : 0.6;
  return (Object.entries(cost) as [Guess, number][])
    .map(([kind, c]) => ({ kind, cost: c }))
    .sort((a, b) => a.cost - b.cost);
}
