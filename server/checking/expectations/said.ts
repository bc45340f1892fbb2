import { letterOf } from "../../documents/notes/kinds";

/** Characters around an equation in which what is supposed of its letters is said. */
const NEAR = 1500;
/** Characters in which words without a letter, `with zero mean`, are meant of these. */
const BESIDE = 560;

const INDEPENDENT = /(?<!\b(?:not|mean|never)[- ](?:\w+[- ])?|n't |[不非均值完全]{1,2})(?:independen|uncorrelated|i\.?\s?i\.?\s?d\b|独立|unabhängig|indépendan)|\\perp(?![a-z])/i; // prettier-ignore
const CENTRED = /zero[- ](?:mean|centered|centred)|mean[- ]zero|mean (?:of )?(?:\$?0\$?|zero)|centred|centered/i;

/** Whether words speak of independence anywhere: a slip is not looked for then. */
export const speaksOfIndependence = (words: string): boolean =>
  /independen|uncorrelated|i\.?\s?i\.?\s?d\b|独立|unabhängig|indépendan|\\perp(?![a-z])/i.test(words);

/** Whether what is near an equation says that its variables are independent. */
export const saysIndependent = (words: string): boolean => INDEPENDENT.test(words.slice(-NEAR));

/** `E[X] = 0`; `X, Y ∼ N(0, …)`. */
const MEAN_IS_ZERO = /E\}?\s?(?:\\left)?[[({]([^=\n$]{1,30}?)(?:\\right)?[\])}]\s?=\s?0(?![.\d])/g;
const AROUND_ZERO =
  /([^$\n]{1,40}?)\s?\\(?:sim|in)\s?(?:\\mathcal\s?\{?\s?|\\text\{)?N\}?\s?(?:\\left)?\(\s?(?:\\mathbf\s?\{)?0/g;

/** A letter as it is written, without the font: `\mathbf{q}_{i}` as `q_i`. */
const plain = (text: string): string =>
  text
    .replace(/\\(?:mathbf|boldsymbol|bm|pmb|vec|mathrm|text|textrm|operatorname)(?![a-zA-Z])/g, "")
    .replace(/[\s{}\\]/g, "");

const plainOf = (n: string): string => {
  const { letter } = letterOf(n);
  const below = n.split("_").slice(1).join("_");
  return below === "" ? letter : `${letter}_${below}`;
};

/** The random variables of which it is said near an equation that their mean is zero. */
export function centredIn(words: string, random: readonly string[]): readonly string[] {
  if (CENTRED.test(words.slice(-BESIDE))) return random;
  const near = words.slice(-NEAR);
  const said = new Set<string>();
  for (const m of near.matchAll(MEAN_IS_ZERO)) said.add(plain(m[1]!));
  for (const m of near.matchAll(AROUND_ZERO)) for (const part of m[1]!.split(",")) said.add(plain(part));
  return random.filter((n) => said.has(plainOf(n)));
}
