import type { Snapshot } from "./snapshot";

export interface Fold {
  /** Zero-based lines. */
  readonly from: number;
  readonly to: number;
  readonly kind: "comment" | "region";
}

/** Folds of a `.mcalc` text: blocks of comments, statements over several lines, and what stands under a heading comment. */
export function folds(snapshot: Snapshot): readonly Fold[] {
  const { document } = snapshot;
  if (document.languageId !== "mcalc") return [];
  const lines = document.text.split("\n");
  const isComment = (i: number): boolean => /^\s*#/.test(lines[i]!);
  const isBlank = (i: number): boolean => !/\S/.test(lines[i]!);
  const out: Fold[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (!isComment(i)) continue;
    const from = i;
    while (i + 1 < lines.length && isComment(i + 1)) i++;
    if (i > from) out.push({ from, to: i, kind: "comment" });
    // A comment that opens a paragraph of statements folds it.
    const opens = from === 0 || isBlank(from - 1);
    let to = i;
    while (opens && to + 1 < lines.length && !isBlank(to + 1)) to++;
    if (to > i) out.push({ from: i, to, kind: "region" });
  }
  let offset = 0;
  const starts = lines.map((l) => {
    const start = offset;
    offset += l.length + 1;
    return start;
  });
  const lineOf = (at: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  for (const formula of document.formulas) {
    const from = lineOf(formula.span.start);
    const to = lineOf(Math.max(formula.span.start, formula.span.end - 1));
    if (to > from && formula.statement.kind !== "empty") out.push({ from, to, kind: "region" });
  }
  return out.sort((a, b) => a.from - b.from || b.to - a.to);
}
