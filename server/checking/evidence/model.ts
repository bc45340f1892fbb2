import { FEATURES } from "./features";
import fitted from "./weights.json";

/** What a fit has found: the weight of each feature that is of use, and from which confidence on something is said. */
export interface Weights {
  readonly threshold: number;
  readonly weights: Readonly<Record<string, number>>;
}

const WEIGHTS: Weights = fitted;

/** How likely it is that the author is wrong: a logistic model, so that every weight can be read and argued with. */
export function confidence(values: readonly number[], { weights }: Pick<Weights, "weights"> = WEIGHTS): number {
  const sum = FEATURES.reduce((total, f, i) => total + (weights[f.name] ?? 0) * (values[i] ?? 0), 0);
  return 1 / (1 + Math.exp(-sum));
}

/** Whether that is enough to be told. */
export const isEnough = (likely: number): boolean => likely >= WEIGHTS.threshold;

/** What speaks most against the author being wrong, in words. */
export function doubt(values: readonly number[]): string {
  let [most, words] = [0, "the way it was read may not be the one that is meant"];
  FEATURES.forEach((f, i) => {
    const against = -(WEIGHTS.weights[f.name] ?? 0) * values[i]!;
    if (f.doubt !== undefined && against > most) [most, words] = [against, f.doubt];
  });
  return words;
}
