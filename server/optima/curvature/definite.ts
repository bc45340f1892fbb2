import { type Expr, num } from "../../core/ast";
import { plusExpr, timesExpr } from "./facts";

/** What is known of a symmetric matrix: the sign of its eigenvalues, and bounds of them. */
export interface Definiteness {
  /** At least this: positive definite (2), semidefinite (1), or zero (0); negative likewise. */
  readonly sign: 2 | 1 | 0 | -1 | -2;
  /** A bound below every eigenvalue (above, for a negative one), and one above: absolute values. */
  readonly least?: Expr;
  readonly most?: Expr;
  /** Why, as a tree that can be read. */
  readonly why: string;
  readonly because: readonly Definiteness[];
}

export const WORDS: Readonly<Record<Definiteness["sign"], string>> = {
  2: "positive definite",
  1: "positive semidefinite",
  0: "zero",
  [-1]: "negative semidefinite",
  [-2]: "negative definite",
};

export const definiteness = (
  sign: Definiteness["sign"],
  why: string,
  bounds: { least?: Expr | undefined; most?: Expr | undefined } = {},
  because: readonly Definiteness[] = [],
): Definiteness => ({
  sign, why, because,
  ...(bounds.least === undefined ? {} : { least: bounds.least }),
  ...(bounds.most === undefined ? {} : { most: bounds.most }),
}); // prettier-ignore

/** The sum: definite where one part is and the other is at least semidefinite, of the same sign. */
export function sumOf(a: Definiteness, b: Definiteness): Definiteness | undefined {
  if (a.sign === 0) return b;
  if (b.sign === 0) return a;
  if (a.sign * b.sign < 0) return undefined;
  const most = plusExpr(a.most, b.most);
  const least = plusExpr(a.least ?? num(0), b.least ?? num(0));
  const sign = (Math.sign(a.sign) * Math.max(Math.abs(a.sign), Math.abs(b.sign))) as Definiteness["sign"];
  return definiteness(sign, `a sum of ${WORDS[a.sign]} and ${WORDS[b.sign]}`, { least: least?.kind === "number" && least.value === 0 ? undefined : least, most }, [a, b]); // prettier-ignore
}

/** A multiple by a factor of known sign; `strictly` where it is not zero. */
export function multipleOf(d: Definiteness, sign: 1 | -1, strictly: boolean, by: Expr | undefined): Definiteness {
  const weight = strictly ? Math.abs(d.sign) : Math.min(1, Math.abs(d.sign));
  const out = Math.sign(d.sign) * sign * weight;
  return definiteness(
    (out === 0 ? 0 : out) as Definiteness["sign"],
    d.why,
    { least: strictly ? timesExpr(by, d.least) : undefined, most: timesExpr(by, d.most) },
    d.because,
  );
}
