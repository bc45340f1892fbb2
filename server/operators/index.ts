import { CONSTANTS } from "./constants";
import { ELEMENTWISE } from "./elementwise";
import { type Graph, GRAPHS } from "./graphs";
import { MATRICES } from "./matrices";
import type { Operator } from "./operator";
import { REDUCTIONS } from "./reductions";
import { SIGNS } from "./signs";

export * from "./operator";

/** The table: the one definition of every operator. */
export const OPERATORS: readonly Operator[] = [...SIGNS, ...ELEMENTWISE, ...REDUCTIONS, ...MATRICES, ...CONSTANTS];

const BY_NAME: ReadonlyMap<string, Operator> = new Map(OPERATORS.map((o) => [o.name, o]));

export const operator = (name: string): Operator | undefined => BY_NAME.get(name);

/** How a function of the table runs and bends; `undefined` where nothing is known. */
export const graphOf = (name: string): Graph | undefined => operator(name)?.graph ?? GRAPHS[name];

/** Whether an operator does not change where it is differentiable: `sign`, `step`, `hardmax`. */
export function isPiecewiseConstant(name: string): boolean {
  const rule = operator(name)?.rule;
  return rule !== undefined && ("piecewiseConstant" in rule || ("pointwise" in rule && rule.pointwise === "0"));
}

/** Functions of each entry, which notations write as a name in front of brackets unless they have a sign for it. */
export const ENTRYWISE_NAMES: readonly string[] = ELEMENTWISE.map((o) => o.name);

/** Operators that are written as functions: everything but the signs. */
export const FUNCTIONS: readonly Operator[] = OPERATORS.filter((o) => o.group !== "sign");
