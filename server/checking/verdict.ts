import type { Expr } from "../core/ast";
import type { Property } from "../core/scope";
import type { Layout, LayoutChoice } from "../evaluation";

/** The slip of the pen that explains why an equation fails. */
export type Slip =
  /** Small changes in one place: a transpose, an inverse, two factors swapped, a sign, a term too much, a number. */
  | "transpose"
  | "inverse"
  | "swap"
  | "sign"
  | "term"
  | "number"
  /** One name for another; a product of entries. */
  | "name"
  | "diagonal"
  /** A prime, a square or a d; a factor too much, a factor lost. */
  | "mark"
  | "extra"
  | "lost"
  /** Of the whole side: the other sign, its transpose, a factor, a term missing. */
  | "opposite"
  | "transposed"
  | "factor"
  | "missing"
  /** All entries agree but a few. */
  | "entries";

/**
 * What is found about one equation.
 *
 * - `proved`: by normal form; `verified`: at random points.
 * - `conditional`: it fails as it stands, and holds under `condition`.
 * - `wrong`: it fails at points where everything is defined.
 * - `unknown`: it could not be judged.
 */
export interface Verdict {
  readonly status: "proved" | "verified" | "conditional" | "wrong" | "unknown";
  /** One clause for the user: why it is unknown, or what is wrong with it. */
  readonly note?: string;
  /** What would make it hold. */
  readonly condition?: { readonly names: readonly string[]; readonly property: Property };
  /** The side that is taken to be wrong, and what should stand there. */
  readonly correction?: { readonly side: "left" | "right"; readonly expr: Expr };
  readonly slip?: Slip;
  /** It was judged as a rule that holds of every function, or of one that its name tells, in all plausible readings. */
  readonly general?: true;
  /**
   * What it was found by, where that is more than the equation as it was read: all that the note says of its names put in; a
   * gradient that it should make zero; written matrices worked out; a law that inverses and transposes have, or an identity but
   * for one slip; what the note says of the layout of its gradients.
   */
  readonly ground?: "world" | "solution" | "result" | "identity" | "layout" | "partials";
  /** It was not judged because shapes inside of it do not fit together. */
  readonly misfit?: boolean;
  /** It was not judged because its values take too much work. */
  readonly tooLarge?: boolean;
  /** Layouts of written derivatives in which it holds, where it does not hold in all of them. */
  readonly layouts?: readonly Layout[];
  /** Choices of the layout that matter to it. */
  readonly choices?: readonly LayoutChoice[];
}

/** Whether an equation was found to hold, by whatever way. */
export const isConfirmed = ({ status }: Pick<Verdict, "status">): boolean => status === "proved" || status === "verified"; // prettier-ignore

export const UNKNOWN = (note: string): Verdict => ({ status: "unknown", note });
