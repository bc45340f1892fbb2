import { type Expr, freeNames, size, someNode } from "../../core/ast";
import type { Scope } from "../../core/scope";
import { compareSides } from "../compare";
import { isSameKind } from "../explain";
import { derivativesMeanSomething } from "../note";
import { plainText } from "../repair";
import type { Slip, Verdict } from "../verdict";
import { hasDerivative } from "../varying";
import type { Finding } from "./finding";

/** Parts of both sides below which one symbol more or less makes many a condition an identity. */
const LEAST = 10;

/** Parts of a side from which on nobody demands that it is another one with one symbol changed. */
const LEAST_REPEATED = 24;

/** Slips that change one symbol. */
const OF_ONE_SYMBOL: ReadonlySet<Slip> = new Set<Slip>(["sign", "opposite", "transpose", "swap", "number", "factor", "name", "extra", "lost", "term", "mark", "inverse"]); // prettier-ignore

const OF_NUMBERS: ReadonlySet<Slip> = new Set<Slip>(["number", "factor"]);

const seen = new WeakMap<Verdict, boolean>();

/**
 * Whether an equation that fails is, but for one symbol, true of all values of its letters: then it does not matter what the
 * note says of them elsewhere, and its signs were read as they were meant. Two expressions of some size are not equal by chance.
 */
export function isIdentityOnceMended(finding: Finding): boolean {
  const { verdict } = finding;
  if (verdict === undefined) return false;
  const before = seen.get(verdict);
  if (before !== undefined) return before;
  const found = isIdentity(finding);
  seen.set(verdict, found);
  return found;
}

function isIdentity({ equation, verdict, formula }: Finding): boolean {
  const correction = verdict?.correction;
  if (equation === undefined || correction === undefined || verdict?.status !== "wrong") return false;
  if (verdict.slip === undefined || !OF_ONE_SYMBOL.has(verdict.slip)) return false;
  const { left, right } = equation;
  // How many terms a sum has is no number of the formula.
  if (OF_NUMBERS.has(verdict.slip) && [left, right].some((e) => someNode(e, (n) => n.kind === "sumover"))) return false;
  if (size(left) + size(right) < LEAST) return false;
  const [given, claimed] = correction.side === "right" ? [left, right] : [right, left];
  const mended: Expr = correction.expr;
  // Numbers alone are arithmetic.
  if (freeNames(given).size === 0 || freeNames(mended).size === 0) return false;
  // What repeats the other side is no calculation: it may be a condition, unless it is long.
  if (size(claimed) < 2 || (size(given) < LEAST_REPEATED && plainText(mended) === plainText(given))) return false;
  // A number for a matrix is no slip: `A(Ax) = Aλx` puts in what is known of x.
  if (verdict.slip === "name" && !isSameKind(claimed, mended, formula.scope)) return false;
  const scope: Scope = { ...formula.scope, definitions: new Map() };
  if ([given, mended].some((e) => hasDerivative(e) && !derivativesMeanSomething(e, scope))) return false;
  const { relation, modelled } = compareSides(given, mended, { scope });
  return relation === "equal" && !modelled;
}
