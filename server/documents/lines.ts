/** The lines of a text, found once: how many lie between two places, and where paragraphs end. */
export class Lines {
  private readonly starts: readonly number[];
  /** Of the first blank line of several, the line ends before and behind it. */
  private readonly blanks: readonly { readonly from: number; readonly to: number }[];

  constructor(text: string) {
    const starts = [0];
    const blanks: { from: number; to: number }[] = [];
    let wasBlank = false;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
      const start = starts.at(-1)!;
      const isBlank = text.slice(start, end).trim() === "";
      if (isBlank && !wasBlank && start > 0) blanks.push({ from: start - 1, to: end });
      wasBlank = isBlank;
      starts.push(end + 1);
    }
    this.starts = starts;
    this.blanks = blanks;
  }

  /** How many line ends lie between two places. */
  between(from: number, to: number): number {
    return lastUpTo(this.starts, to, (x) => x) - lastUpTo(this.starts, from, (x) => x);
  }

  /** How many ends of paragraphs lie between two places, counted up to two. */
  breaksBetween(from: number, to: number): 0 | 1 | 2 {
    const first = lastUpTo(this.blanks, from - 1, (b) => b.from) + 1;
    const count = [first, first + 1].filter((i) => i < this.blanks.length && this.blanks[i]!.to < to).length;
    return count as 0 | 1 | 2;
  }
}

/** The place in a sorted list of the last item that is not beyond a bound; −1 where there is none. */
export function lastUpTo<T>(list: readonly T[], bound: number, of: (item: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(list[middle]!) <= bound) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
