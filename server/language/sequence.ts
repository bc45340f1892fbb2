import type { Expr, Span } from "../core/ast";
import { levelOf } from "./precedence";

/** An operand of a flat row, with the span that it takes up there (its brackets included). */
export interface Operand {
  readonly expr: Expr;
  readonly outer: Span;
}

/** An infix sign of a flat row. */
export interface Infix {
  readonly op: string;
  readonly span: Span;
}

const isSum = (op: string): boolean => levelOf(op) === 0;

/**
 * Resolves the precedence of a flat row of operands and infix signs: sums over products, both from left to right.
 * `operands` has one entry more than `signs`.
 */
export function foldRow(operands: readonly Operand[], signs: readonly Infix[]): Operand {
  const join = (left: Operand, sign: Infix, right: Operand): Operand => {
    const outer = { start: left.outer.start, end: right.outer.end };
    return {
      expr: { kind: "apply", op: sign.op, args: [left.expr, right.expr], span: outer, opSpan: sign.span },
      outer,
    };
  };
  let sum: Operand | undefined;
  let sumSign: Infix | undefined;
  let product = operands[0]!;
  for (let i = 0; i < signs.length; i++) {
    const sign = signs[i]!;
    const right = operands[i + 1]!;
    if (!isSum(sign.op)) {
      product = join(product, sign, right);
      continue;
    }
    sum = sum === undefined ? product : join(sum, sumSign!, product);
    sumSign = sign;
    product = right;
  }
  return sum === undefined ? product : join(sum, sumSign!, product);
}

/** Operations inside one another, at most; counted without recursion so that any tree can be measured. */
export function depthOf(e: Expr, childrenOf: (e: Expr) => readonly Expr[]): number {
  let depth = 0;
  let level: Expr[] = [e];
  while (level.length > 0) {
    depth++;
    const next: Expr[] = [];
    for (const node of level) for (const child of childrenOf(node)) next.push(child);
    level = next;
  }
  return depth;
}
