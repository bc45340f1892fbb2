import type { Equation } from "../../features/hover";

/** How wide a picture in a hover may be, in CSS pixels: VS Code gives a hover two thirds of the editor, of 1000 pixels. */
export const WIDEST = 620;
/** How high it may be: a hover shows 250 pixels at once, and has words below the picture. */
export const HIGHEST = 150;
/** How far a picture is made smaller before it is given up. */
export const SMALLEST = 0.7;
/** Characters of LaTeX on one line of a sum that is broken, about. */
const LINE = 90;

/**
 * Equations below one another, their equal signs aligned, then what they call their parts.
 *
 * @param broken whether sums go on in a new line where they are long
 */
export function linesOf(rows: readonly Equation[], where: readonly Equation[], broken: boolean): string {
  const lines = [
    ...rows.map((r) => line(r, broken)),
    ...where.map((w, i) => line(w, broken, i === 0 ? "\\text{where }" : "")),
  ];
  const [only] = lines;
  if (lines.length === 1 && !broken) return only!.replace("&", "");
  return `\\begin{aligned}${lines.join("\\\\[3pt]")}\\end{aligned}`;
}

function line({ latex: { left, terms } }: Equation, broken: boolean, before = ""): string {
  const out: string[] = [];
  for (const term of terms) {
    const last = out.at(-1);
    if (last !== undefined && (!broken || last.length + term.length < LINE)) out[out.length - 1] = `${last} ${term}`;
    else out.push(term);
  }
  return `${before}${left} &= ${out.join("\\\\ &\\quad ")}`;
}
