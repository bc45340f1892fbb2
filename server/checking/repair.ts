import { apply, type Expr, factorsOf, freeNames, num, sameExpr, size, someNode } from "../core/ast";
import type { Scope } from "../core/scope";
import { atOnce } from "../core/steps";
import { isMatrix } from "../core/shape";
import { operator } from "../operators";
import { missingAssumption } from "./assumptions";
import { agreeing, commonFactor, compareSides, type Numbers } from "./compare";
import { textOf } from "./digest";
import { isNumeric, isResult, literalOf, wrongEntries } from "./literals";
import { asFactors, asFraction, isSameKind, nearest, rarerSlip, scaled } from "./explain";
import { isZero, leaves } from "./note";
import { solvedNumber } from "./solvedNumbers";
import { misnamed, type Print, sumOf, terms, type Variant, withFactor } from "./variants";
import { dependsOn, hasDerivative, hasDifferential } from "./varying";
import type { Verdict } from "./verdict";

/** Slips that leave shapes that do not fit. */
const OF_SHAPE: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "inverse", "extra", "lost"]);
/** Slips in an identity; an exponent may well be meant. */
const OF_IDENTITY: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "sign"]);
const OF_ZERO: ReadonlySet<Variant["edit"]> = new Set(["sign", "inverse"]);

type Found = Pick<Verdict, "note" | "correction" | "slip" | "ground">;

/** One slip on either side whose repair makes the equation true. */
function slip(
  left: Expr,
  right: Expr,
  scope: Scope,
  print: Print,
  kinds: ReadonlySet<Variant["edit"]>,
  sides: readonly ("left" | "right")[],
): Found | undefined {
  for (const side of sides) {
    const [given, claimed] = side === "right" ? [left, right] : [right, left];
    // Beside what does not fit in itself nothing holds, whatever is changed on the other side.
    if (compareSides(given, given, { scope, points: 1 }).misfit === true) continue;
    const found = nearest(given, claimed, { scope }, print, kinds, true) ?? atOnce(rarerSlip(given, claimed, { scope }, print, kinds)); // prettier-ignore
    // A repair that makes both sides the same text has repaired nothing: `A*B = B*A` is a condition.
    if (found !== undefined && !sameExpr(found.expr, given))
      return { note: found.what, slip: found.edit, correction: { side, expr: found.expr } };
  }
  return undefined;
}

/**
 * An equation whose shapes do not fit, and that one transpose, inverse or change of order makes both fit and true:
 * then it is a slip of the pen, not a convention that was not understood.
 */
export const shapeSlip = (left: Expr, right: Expr, scope: Scope, print: Print, ownLeft: boolean): Found | undefined =>
  slip(left, right, scope, print, OF_SHAPE, ownLeft ? ["right", "left"] : ["right"]);

/** Sums of traces and determinants, perhaps scaled. */
function isOfTraces(e: Expr): boolean {
  return terms(e).every(({ term }) => {
    const core = term.kind === "apply" && term.op === "mul" && term.args[0]!.kind === "number" ? term.args[1]! : term;
    return core.kind === "apply" && (core.op === "tr" || core.op === "det" || core.op === "logdet");
  });
}

/**
 * A plain equation is an identity, not a condition, where both sides are traces or determinants of the same
 * variables, or where differentials add up to zero; if one slip makes it false, that slip is found.
 */
export function identitySlip(left: Expr, right: Expr, scope: Scope, print: Print, ownLeft: boolean): Found | undefined {
  if (isZero(right) && hasDifferential(left))
    return ownLeft ? slip(left, right, scope, print, OF_ZERO, ["left"]) : undefined;
  const constant = ownLeft ? wrongConstant(left, right, scope) : undefined;
  if (constant !== undefined) return constant;
  if (isResult(left, right, scope)) return wrongResult(left, right, scope) ?? nearIdentity(left, right, scope, print, ownLeft); // prettier-ignore
  if (isDistributed(left) && !isTransposeOfName(right)) return distributionSlip(left, right, scope, print);
  if (!isOfTraces(left) || !isOfTraces(right)) return nearIdentity(left, right, scope, print, ownLeft);
  const [a, b] = [dependsOn(left, scope), dependsOn(right, scope)];
  if (a.size !== b.size || ![...a].every((n) => b.has(n))) return undefined;
  const hasPowers = [left, right].some((e) => someNode(e, (n) => n.kind === "apply" && n.op === "pow"));
  return slip(left, right, scope, print, hasPowers ? OF_IDENTITY : new Set([...OF_IDENTITY, "number"]), ["right"]);
}

/** Parts of a side below which an equation is as likely a condition. */
const LEAST_PARTS = 3;
/** A bare name on the left, which stands on the right as well: `b = Ax − (b − Ax)`. */
const LEAST_OF_OWN = 1;
const LEAST_TOGETHER = 10;

/** A sum in one order, a product without brackets: the same text says that nothing was calculated. */
export function plainText(e: Expr): string {
  if (e.kind === "apply" && e.op === "mul") return `${plainText(e.args[0]!)} ${plainText(e.args[1]!)}`;
  const parts = e.kind === "apply" && ["add", "sub", "neg"].includes(e.op) ? terms(e) : [];
  if (parts.length > 0) {
    // Of a sum in a norm or a square the sign is no matter.
    const texts = parts.map(({ sign, term }) => ({ sign, text: plainText(term) })).sort((x, y) => (x.text < y.text ? -1 : 1)); // prettier-ignore
    return `(${texts.map(({ sign, text }) => `${sign * texts[0]!.sign} ${text}`).join(" + ")})`;
  }
  if (e.kind === "apply") return `${e.op}(${e.args.map(plainText).join()})`;
  return textOf(e);
}

/**
 * A plain equation of which both sides are worked out of the same names, and that one slip keeps from holding whatever these
 * are: what people solve or demand is not one symbol away from an identity. What holds under a promise is left alone, and a
 * repair that only repeats the other side.
 */
function nearIdentity(left: Expr, right: Expr, scope: Scope, print: Print, ownLeft: boolean): Found | undefined {
  const isOfOwn = left.kind === "name" && freeNames(right).has(left.name);
  const together = isIdentityLike(left, right, scope, isOfOwn);
  if (together === undefined) return otherNameSlip(left, right, scope, print, ownLeft);
  const numbers = compareSides(left, right, { scope });
  if (numbers.relation !== "different" || numbers.modelled || numbers.shapes === true) return undefined;
  const condition = atOnce(missingAssumption(left, right, { scope }));
  if (
    condition !== undefined &&
    !(condition.property === "symmetric" && condition.names.every((n) => isTurned(n, [left, right])))
  )
    return undefined;
  for (const side of ownLeft ? (["right", "left"] as const) : (["right"] as const)) {
    const [given, claimed] = side === "right" ? [left, right] : [right, left];
    const found = (side === "right" ? wholeSlip(numbers, claimed) : undefined) ?? nearest(given, claimed, { scope }, print, OF_NEAR, true) ?? atOnce(solvedNumber(given, claimed, { scope }, print)) ?? (together < LEAST_FOR_NAMES ? undefined : atOnce(rarerSlip(given, claimed, { scope }, print, OF_LONG))); // prettier-ignore
    if (found === undefined || plainText(found.expr) === plainText(given)) continue;
    // An exponent may well be meant: `αβα^{-1} = αβα` in a group.
    if (exponentsIn(found.expr) !== exponentsIn(claimed)) continue;
    return { note: found.what, slip: found.edit, ground: "identity", correction: { side, expr: found.expr } };
  }
  return undefined;
}

/**
 * `1ᵀ(A ⊙ B)1 = tr(AᵀA)`: one side has lost a name that the other one has, and has another one twice. With that name in its
 * place both are the same whatever they stand for; and no demand on them would be an identity but for one name.
 */
function otherNameSlip(left: Expr, right: Expr, scope: Scope, print: Print, ownLeft: boolean): Found | undefined {
  if ([left, right].some((e) => hasDerivative(e) || hasDifferential(e) || someNode(e, (n) => n.kind === "call")))
    return undefined;
  const [x, y] = [sizeWithDefinitions(left, scope), sizeWithDefinitions(right, scope)];
  if (Math.min(x, y) < LEAST_PARTS || x + y < LEAST_TOGETHER) return undefined;
  for (const side of ownLeft ? (["right", "left"] as const) : (["right"] as const)) {
    const [given, claimed] = side === "right" ? [left, right] : [right, left];
    const [own, others] = [leaves(claimed, scope), leaves(given, scope)];
    const lost = [...others].filter((n) => !own.has(n));
    if (lost.length !== 1 || ![...own].every((n) => others.has(n)) || own.size === 0) continue;
    const numbers = compareSides(given, claimed, { scope });
    if (numbers.relation !== "different" || numbers.modelled || numbers.shapes === true) return undefined;
    if (atOnce(missingAssumption(left, right, { scope })) !== undefined) return undefined;
    for (const v of misnamed(claimed, lost, print)) {
      // A name that does not stand there any more was not meant to be two of them.
      const kept = leaves(v.expr, scope);
      if (
        ![...own].every((n) => kept.has(n)) ||
        !isSameKind(claimed, v.expr, scope) ||
        plainText(v.expr) === plainText(given)
      )
        continue;
      if (compareSides(given, v.expr, { scope }).relation === "equal")
        return { note: v.what, slip: "name", ground: "identity", correction: { side, expr: v.expr } };
    }
  }
  return undefined;
}

/** How large both sides are together of an equation that may be meant as an identity: both worked out of the same names. */
function isIdentityLike(left: Expr, right: Expr, scope: Scope, isOfOwn: boolean): number | undefined {
  if ([left, right].some((e) => hasDerivative(e) || hasDifferential(e))) return undefined;
  if ([left, right].some((e) => someNode(e, (n) => n.kind === "call" && !scope.definitions.has(n.name))))
    return undefined;
  const [x, y] = [sizeWithDefinitions(left, scope), sizeWithDefinitions(right, scope)];
  if (Math.min(x, y) < (isOfOwn ? LEAST_OF_OWN : LEAST_PARTS) || x + y < LEAST_TOGETHER) return undefined;
  const [a, b] = [leaves(left, scope), leaves(right, scope)];
  if (a.size === 0 || (a.size !== b.size && !isOfOwn) || ![...a].every((n) => b.has(n))) return undefined;
  return x + y;
}

/** The size of an expression with what its names stand for put in; a name that stands alone is what is said of it. */
function sizeWithDefinitions(e: Expr, scope: Scope): number {
  if (e.kind === "name") return 1;
  let more = 0;
  for (const n of freeNames(e)) {
    const d = scope.definitions.get(n);
    if (d !== undefined && d.parameters === undefined) more += size(d.body) - 1;
  }
  return size(e) + more;
}

/** From this size on of both sides together, a name or an index is as good a slip as a sign. */
const LEAST_FOR_NAMES = 16;
const OF_LONG: ReadonlySet<Variant["edit"]> = new Set(["name"]);

/**
 * An equation whose sizes do not fit, both sides of which are worked out of the same names; and that one transpose or change
 * of order makes fit, and hold whatever these are: nobody demands `(AB)ᵀ(AB) = BᵀAAB`.
 */
export function misfitSlip(left: Expr, right: Expr, scope: Scope, print: Print, ownLeft: boolean): Found | undefined {
  if (isIdentityLike(left, right, scope, false) === undefined) return undefined;
  const found = slip(left, right, scope, print, OF_MISFIT, ownLeft ? ["right", "left"] : ["right"]);
  const correction = found?.correction;
  if (correction === undefined) return undefined;
  const given = correction.side === "right" ? left : right;
  return plainText(correction.expr) === plainText(given) ? undefined : { ...found, ground: "identity" };
}
const OF_MISFIT: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap"]);

/** `X⁻¹X = 2I`: what has one value whatever its names are has no other one. */
function wrongConstant(left: Expr, right: Expr, scope: Scope): Found | undefined {
  const isFixed = factorsOf(right).every((f) => f.kind === "number" || (f.kind === "apply" && operator(f.op)?.ofDimensions === true)); // prettier-ignore
  if (!isFixed || leaves(left, scope).size === 0 || size(left) < LEAST_PARTS) return undefined;
  if (someNode(left, (n) => n.kind === "call" && !scope.definitions.has(n.name))) return undefined;
  const numbers = compareSides(left, right, { scope });
  if (numbers.relation !== "different" || numbers.modelled || numbers.shapes === true) return undefined;
  // One factor at all points: so is what stands on the left.
  const c = commonFactor(numbers);
  const expr = c === undefined ? undefined : asFraction(c);
  if (expr === undefined) return undefined;
  return { note: "it has that value whatever its letters are", slip: "number", ground: "identity", correction: { side: "right", expr: scaled(expr, right) } }; // prettier-ignore
}

const OF_NEAR: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "sign", "number"]);

/** All numbers that stand as exponents. */
function exponentsIn(e: Expr): string {
  const out: string[] = [];
  someNode(e, (n) => {
    if (n.kind === "apply" && n.op === "pow") out.push(textOf(n.args[1]!));
    if (n.kind === "apply" && n.op === "inv") out.push("-1");
    return false;
  });
  return out.sort().join();
}

/** The sign of a whole sum, or a 2 in front of a whole side. */
function wholeSlip(numbers: Numbers, claimed: Expr): Variant | undefined {
  const c = commonFactor(numbers);
  if (c === undefined) return undefined;
  const factor = [2, 0.5].find((x) => Math.abs(c - x) < 1e-6);
  if (factor !== undefined) {
    const by: Expr = factor === 2 ? num(2) : apply("div", num(1), num(2));
    return { expr: scaled(by, claimed), edit: "number", what: `it is off by a factor 2` };
  }
  if (Math.abs(c + 1) > 1e-6 || terms(claimed).length < 2) return undefined;
  const expr = sumOf(terms(claimed).map(({ sign, term }) => ({ sign: sign === 1 ? -1 : 1, term })));
  return { expr, edit: "sign", what: "the sign is wrong" };
}

/** A product of plain names. */
const isOfNames = (e: Expr): boolean =>
  e.kind === "name" || (e.kind === "apply" && e.op === "mul" && e.args.every(isOfNames));

const isTurned = (n: string, sides: readonly Expr[]): boolean =>
  sides.some((s) =>
    someNode(
      s,
      (e) => e.kind === "apply" && e.op === "transpose" && isOfNames(e.args[0]!) && freeNames(e.args[0]!).has(n),
    ),
  );

/** `[1, 2; 3, 4] [1; 1] = [3; 8]`: one or two entries of the result are wrong, or they are in another order. */
function wrongResult(left: Expr, right: Expr, scope: Scope): Found | undefined {
  const numbers = compareSides(left, right, { scope });
  const what = wrongEntries(numbers);
  const c = what === undefined && right.kind !== "literal" ? commonFactor(numbers) : undefined;
  const by = c === undefined ? undefined : asFraction(c);
  if (by !== undefined) return { note: "the number in front of it is wrong", slip: "number", ground: "result", correction: { side: "right", expr: scaled(by, right) } }; // prettier-ignore
  if (what === undefined) return undefined;
  const expr = isNumeric(left, scope) && right.kind === "literal" ? literalOf(numbers.pairs[0]![0]) : undefined;
  return {
    note: what,
    slip: "entries",
    ground: "result",
    ...(expr === undefined ? {} : { correction: { side: "right", expr } }),
  };
}

/** Operators that are carried into what they stand in front of. */
const DISTRIBUTES: ReadonlySet<string> = new Set(["inv", "transpose"]);

/** `(AB)^{-1}`, `(A + uv^T)^{-1}`, `(ABC)^T`: what follows says what that is. */
function isDistributed(e: Expr): boolean {
  if (e.kind !== "apply" || !DISTRIBUTES.has(e.op)) return false;
  const [of] = e.args;
  return of!.kind === "apply" && (of!.op === "mul" || of!.op === "add" || of!.op === "sub") && freeNames(of!).size > 1;
}

const isTransposeOfName = (e: Expr): boolean =>
  e.kind === "name" || (e.kind === "apply" && DISTRIBUTES.has(e.op) && e.args[0]!.kind === "name");

/** The slip in what an inverse or a transpose of a product or a sum is said to be, of the same names. */
function distributionSlip(left: Expr, right: Expr, scope: Scope, print: Print): Found | undefined {
  const [a, b] = [dependsOn(left, scope), dependsOn(right, scope)];
  if (a.size < 2 || a.size !== b.size || ![...a].every((n) => b.has(n))) return undefined;
  // `(AB)^T = AB` is a condition: a side without the operator says nothing of it.
  if (left.kind !== "apply" || !someNode(right, (n) => n.kind === "apply" && n.op === left.op)) return undefined;
  const found = slip(left, right, scope, print, OF_DISTRIBUTION, ["right"]);
  if (found !== undefined) return { ...found, ground: "identity" };
  const matrices = [...a].filter((n) => {
    const v = scope.variables.get(n);
    return v !== undefined && isMatrix(v.shape);
  });
  for (const v of withFactor(
    right,
    matrices.flatMap((n) => asFactors(n, scope)),
    print,
  ))
    if (atOnce(agreeing(left, v.expr, { scope })))
      // prettier-ignore
      return { note: v.what, slip: "missing", ground: "identity", correction: { side: "right", expr: v.expr } };
  return undefined;
}

const OF_DISTRIBUTION: ReadonlySet<Variant["edit"]> = new Set(["transpose", "swap", "sign", "inverse", "number"]);
