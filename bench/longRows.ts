/**
 * What matching long rows of LaTeX part by part earns (`server/language/latex/cuts.ts`): the time of one match at one go, and
 * part by part. npx tsx bench/longRows.ts
 */
import { buildRow } from "../server/language/latex/build";
import { lex } from "../server/language/latex/lexer";
import { classify, type LatexToken } from "../server/language/latex/tokens";

const TERMS = [40, 150, 600];
const ROWS = 40;

const any = (choices: readonly string[]): string => choices[Math.floor(Math.random() * choices.length)]!;

/** A random sum of products, a third of its terms brackets with such sums: no two are alike, so that none is known yet. */
function row(terms: number, depth: number): string {
  const term = (): string =>
    depth > 0 && Math.random() < 0.3
      ? `\\left(${row(Math.min(terms, 5), depth - 1)}\\right)`
      : Math.random() < 0.4
        ? `\\frac{\\partial ${any(["L", "f", "y"])}}{\\partial x_{${any(["i", "j", "1"])}}}`
        : `\\mathbf{${any(["A", "B", "X"])}}^\\top`;
  return Array.from({ length: terms }, (_, i) => (i === 0 ? "" : any([" + ", " - ", " \\cdot "])) + term()).join("");
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

const timed = (rows: readonly (readonly LatexToken[])[], long: number): number =>
  median(
    rows.map((tokens) => {
      const start = performance.now();
      buildRow(tokens, long);
      return performance.now() - start;
    }),
  );

console.log("| tokens | at one go (ms) | part by part (ms) | ratio |\n| --- | --- | --- | --- |");
for (const terms of TERMS) {
  const rows = (): readonly (readonly LatexToken[])[] =>
    Array.from({ length: ROWS }, () => classify(lex(row(terms, 3))));
  // The first round is for the compiler of the machine.
  const [, [whole, parts]] = [0, 1].map(() => [timed(rows(), Infinity), timed(rows(), 64)] as const) as [unknown, readonly [number, number]]; // prettier-ignore
  const size = median(rows().map((r) => r.length));
  console.log(`| ${size} | ${whole.toFixed(1)} | ${parts.toFixed(1)} | ${(whole / parts).toFixed(1)} |`);
}
