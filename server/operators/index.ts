import { CONSTANTS } from "./constants";
import { ELEMENTWISE } from "./elementwise";
import { MATRICES } from "./matrices";
import type { Operator } from "./operator";
import { REDUCTIONS } from "./reductions";
import { SIGNS } from "./signs";

export * from "./operator";

/** The table: the one definition of every operator. */
export const OPERATORS: readonly Operator[] = [...SIGNS, ...ELEMENTWISE, ...REDUCTIONS, ...MATRICES, ...CONSTANTS];

const BY_NAME: ReadonlyMap<string, Operator> = new Map(OPERATORS.map((o) => [o.name, o]));

export const operator = (name: string): Operator | undefined => BY_NAME.get(name);

/** Whether an operator does not change where it is differentiable: `sign`, `step`, `hardmax`. */
export function isPiecewiseConstant(name: string): boolean {
  const rule = operator(name)?.rule;
  return rule !== undefined && ("piecewiseConstant" in rule || ("pointwise" in rule && rule.pointwise === "0"));
}

/** Operators that are written as functions: everything but the signs. */
export const FUNCTIONS: readonly Operator[] = OPERATORS.filter((o) => o.group !== "sign");
