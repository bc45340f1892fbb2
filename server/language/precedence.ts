/**
 * The signs between operands of a row, what binds least first; all of them go from left to right. Beside the grammar and not
 * in it, since a row of a thousand terms is one list there and no tree a thousand deep.
 */
export const PRECEDENCE: readonly (readonly string[])[] = [
  ["add", "sub"],
  ["mul", "div", "hadamard", "hdiv", "kron"],
];

const LEVELS: ReadonlyMap<string, number> = new Map(PRECEDENCE.flatMap((ops, level) => ops.map((op) => [op, level])));

/** How strongly a sign binds: 0 for sums, 1 for products. */
export const levelOf = (op: string): number => LEVELS.get(op) ?? PRECEDENCE.length - 1;
