/** A name with letters or numbers below, or a letter in brackets above: `x_i`, `a_ij`, `x_j^(i)`, `x_2`. */
export interface Label {
  /** The name without its labels; a member counted above keeps the empty brackets: `x^()`. */
  readonly base: string;
  /** Letters or numbers, the one above first. */
  readonly labels: readonly string[];
}

/** A letter that counts what no author has written an index for. */
export const COUNTER = "ι";

const BELOW = /^([^_^]+(?:_(?:hat|bar|tilde|star|dot))?)_([a-zι]{1,2}|\d{1,2})$/;
const ABOVE = /^([^_^]+(?:_(?:hat|bar|tilde))?)(?:_([a-z]|\d))?\^\(([a-z])\)$/;

/** A name taken apart; `undefined` where it has no labels that may count entries or members. */
export function labelsOf(name: string): Label | undefined {
  const above = ABOVE.exec(name);
  if (above !== null)
    return { base: `${above[1]!}^()`, labels: [above[3]!, ...(above[2] === undefined ? [] : [above[2]])] };
  const below = BELOW.exec(name);
  return below === null ? undefined : { base: below[1]!, labels: [...below[2]!] };
}

export const isLetter = (label: string): boolean => /^[a-zι]$/.test(label);
