/**
 * What a line says before it is known what its signs mean: `A x`, `A*x`, `A @ x` and `A.dot(x)` are products of some kind.
 * `settle.ts` makes the one syntax tree of it, where shapes tell which.
 */
export type Raw =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "infix"; readonly sign: string; readonly left: Raw; readonly right: Raw }
  | { readonly kind: "minus"; readonly of: Raw }
  | { readonly kind: "transpose"; readonly of: Raw }
  /** `[a, b; c, d]`, `{{a, b}, {c, d}}`; `flat`: one row that may be meant as a column. */
  | { readonly kind: "literal"; readonly rows: readonly (readonly Raw[])[]; readonly flat: boolean }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Raw[]; readonly named: Named }
  | { readonly kind: "index"; readonly base: Raw; readonly indices: readonly Index[]; readonly from: 0 | 1 }
  /** `|x|`, `‖x‖_1`. */
  | { readonly kind: "bars"; readonly of: Raw; readonly double: boolean; readonly which?: string }
  | {
      readonly kind: "sum";
      readonly variable: string;
      readonly from: Raw | undefined;
      readonly to: Raw | undefined;
      readonly body: Raw;
      readonly mean?: boolean;
    }
  /** `wrt` is empty where the variable is not said. */
  | { readonly kind: "derivative"; readonly of: Raw; readonly wrt: readonly Raw[]; readonly order: number }
  /** `∂f`, `∂x∂y`: half of a derivative. */
  | { readonly kind: "partial"; readonly of?: Raw; readonly order: number }
  | { readonly kind: "differential"; readonly of: Raw }
  /** `x -> f(x)`. */
  | { readonly kind: "function"; readonly parameters: readonly string[]; readonly body: Raw }
  /** `x > 0`: in the condition of a choice, or a property. */
  | { readonly kind: "compare"; readonly sign: string; readonly left: Raw; readonly right: Raw }
  /** The identity or the vector of ones, its size left to the place; `of` where a size is written. */
  | { readonly kind: "identity" | "allOnes" | "allZeros"; readonly of?: Raw }
  | { readonly kind: "size"; readonly of: Raw; readonly side: "rows" | "cols" | "all" };

export type Named = ReadonlyMap<string, Raw>;

/** An index: `null` is a colon, `range` a part of a side, which has no form here. */
export type Index = Raw | null | "range";

/** Thrown where a line cannot be read; caught at the border of this folder. */
export class NotUnderstood extends Error {}

export const giveUp = (why: string): never => {
  throw new NotUnderstood(why);
};

/** What a reading gives; `undefined` where it is given up. */
export function ifUnderstood<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

export const infix = (sign: string, left: Raw, right: Raw): Raw => ({ kind: "infix", sign, left, right });
export const named = (name: string): Raw => ({ kind: "name", name });
export const numeral = (value: number): Raw => ({ kind: "number", value });
export const call = (name: string, ...args: readonly Raw[]): Raw => ({ kind: "call", name, args, named: new Map() });
