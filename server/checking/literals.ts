import { children, type Expr, someNode } from "../core/ast";
import type { Dense } from "../core/dense";
import type { Scope } from "../core/scope";
import { isScalar, sameShape, shapeText, transposed } from "../core/shape";
import { inferShape } from "../shapes/infer";
import type { Numbers } from "./compare";
import { dependsOn, hasDecimals } from "./varying";

/** Operators that make one matrix of others: what is known of the parts is known of the whole. */
const OF_MATRICES: ReadonlySet<string> = new Set(["mul", "add", "sub", "neg", "transpose", "inv", "det", "tr", "hadamard", "kron", "pow", "div"]); // prettier-ignore

/** A matrix with entries written out, or a name for one; at least two entries. */
function isWritten(e: Expr, scope: Scope): boolean {
  if (e.kind === "literal") return e.rows.flat().length > 1 && !hasDecimals(e);
  const d = e.kind === "name" ? scope.definitions.get(e.name) : undefined;
  return d?.parameters === undefined && d?.body.kind === "literal" && isWritten(d.body, scope);
}

/** Whether an expression is worked out of written matrices: a product, a sum, an inverse of them, perhaps with numbers. */
function isWorkedOut(e: Expr, scope: Scope): boolean {
  if (isWritten(e, scope) || e.kind === "number") return true;
  return e.kind === "apply" && OF_MATRICES.has(e.op) && e.args.every((a) => isWorkedOut(a, scope));
}

/**
 * Whether two sides state what comes out of an operation on written matrices: `[1, 2; 3, 4] [1; 1] = [3; 7]`; the result is
 * on the right, with the same letters.
 */
export function isResult(left: Expr, right: Expr, scope: Scope): boolean {
  if (isCrossProduct(left)) return right.kind === "literal" && isWritten(right, scope) && haveSameNames(left, right, scope); // prettier-ignore
  if (left.kind !== "apply" || left.op === "neg" || !isWorkedOut(left, scope)) return false;
  if (!someNode(left, (n) => isWritten(n, scope))) return false;
  const result = right.kind === "apply" && right.op === "mul" && right.args[0]!.kind === "number" ? right.args[1]! : right; // prettier-ignore
  if (result.kind !== "literal" ? !(right.kind === "number" && left.op === "det") : !isWritten(result, scope))
    return false;
  return haveSameNames(left, right, scope);
}

/** A cross product of two written columns, which is kept as its entries. */
const isCrossProduct = (e: Expr): boolean =>
  e.kind === "literal" &&
  e.rows.length === 3 &&
  e.rows.every((r) => r.length === 1 && someNode(r[0]!, (n) => n.kind === "index" && n.base.kind === "literal"));

function haveSameNames(left: Expr, right: Expr, scope: Scope): boolean {
  const [a, b] = [dependsOn(left, scope), dependsOn(right, scope)];
  return [...b].every((n) => a.has(n));
}

/** That a result has another size than it is said to have; columns may be written as rows. */
export function sizeOfResult(left: Expr, right: Expr, scope: Scope): string | undefined {
  const [a, b] = [left, right].map((e) => inferShape(e, scope, { tolerant: true }).shape);
  if (a === undefined || b === undefined || isScalar(a) || isScalar(b)) return undefined;
  if (sameShape(a, b) || sameShape(a, transposed(b))) return undefined;
  return `the result is ${shapeText(a)}, and not ${shapeText(b)}`;
}

const same = (x: number, y: number, size: number): boolean => Math.abs(x - y) <= 1e-8 * Math.max(1, size);

/**
 * Which entries of a result are wrong: one or two of many, or all of them in another order, are a slip of the pen; more are
 * another matrix.
 */
export function wrongEntries(numbers: Numbers): string | undefined {
  const [pair] = numbers.pairs;
  if (pair === undefined) return undefined;
  const [right, claimed, size] = pair;
  if (right.rows !== claimed.rows || right.cols !== claimed.cols) return undefined;
  const differing = entriesThatDiffer(right, claimed, size);
  for (const [a, b, s] of numbers.pairs.slice(1))
    for (const k of entriesThatDiffer(a, b, s)) if (!differing.includes(k)) differing.push(k);
  const total = right.data.length;
  if (total === 1) return same(right.data[0]!, -claimed.data[0]!, size) ? "the sign is wrong" : undefined;
  const sorted = (d: Dense): string =>
    [...d.data]
      .map((x) => x.toFixed(6))
      .sort()
      .join();
  if (sorted(right) === sorted(claimed)) return "the entries are in another order";
  if (differing.length > Math.max(1, Math.floor(total / 3)) || differing.length > 2) return undefined;
  return differing.map((k) => `entry ${place(k, right)} is wrong`).join(", ");
}

function entriesThatDiffer(a: Dense, b: Dense, size: number): number[] {
  const out: number[] = [];
  for (let k = 0; k < a.data.length; k++) if (!same(a.data[k]!, b.data[k]!, size)) out.push(k);
  return out;
}

/** What an entry is called, by where it is kept (column by column): `(2, 1)`, in a row or a column `2`. */
export const place = (k: number, { rows, cols }: Pick<Dense, "rows" | "cols">): string =>
  cols === 1 || rows === 1 ? `${k + 1}` : `(${(k % rows) + 1}, ${Math.floor(k / rows) + 1})`;

/** The entries that a literal should have, where they are whole numbers or simple fractions. */
export function literalOf(values: Dense): Expr | undefined {
  const entry = (x: number): Expr | undefined => {
    for (let q = 1; q <= 12; q++) {
      // Without the sign of a zero.
      const p = Math.round(x * q) + 0;
      if (Math.abs(x * q - p) > 1e-7) continue;
      const whole: Expr = { kind: "number", value: p };
      return q === 1 ? whole : { kind: "apply", op: "div", args: [whole, { kind: "number", value: q }] };
    }
    return undefined;
  };
  const rows: Expr[][] = [];
  for (let i = 0; i < values.rows; i++) {
    const row = Array.from({ length: values.cols }, (_, j) => entry(values.data[j * values.rows + i]!));
    if (row.includes(undefined)) return undefined;
    rows.push(row as Expr[]);
  }
  return { kind: "literal", rows };
}

/** Whether nothing in an expression is left open. */
export const isNumeric = (e: Expr, scope: Scope): boolean =>
  dependsOn(e, scope).size === 0 ||
  [...dependsOn(e, scope)].every(
    (n) => scope.definitions.has(n) && children(scope.definitions.get(n)!.body).length > 0,
  );
