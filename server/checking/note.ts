import { children, type Expr, freeNames, sameExpr, someNode } from "../core/ast";
import type { Scope, Variable } from "../core/scope";
import type { Formula, MathDocument } from "../documents/document";
import { isScalar } from "../core/shape";
import { letterOf } from "../documents/notes/kinds";
import { textOf } from "./digest";
import type { Equation } from "./equation";
import { dependsOn, hasDecimals, hasDerivative, hasDifferential, hasNames } from "./varying";

/**
 * An equation of a note, with what may be said about it. `positive`: it may be a definition, a condition or a rule
 * about unknown things, so that a failure means nothing; a success is reported all the same.
 */
export interface NoteEquation extends Equation {
  readonly mode: "full" | "positive";
}

/** One run of equal sides, in the order of writing. */
export interface Chain {
  readonly formula: Formula;
  readonly sides: readonly Expr[];
  /** Whether side k and side k+1 are said to be equal. */
  readonly equal: readonly boolean[];
  readonly continues: boolean;
  /** How many sides at the front only give a name to what follows. */
  readonly heads: number;
}

const EQUALITY = new Set(["=", "==", "\\equiv"]);

export const isZero = (e: Expr): boolean =>
  (e.kind === "number" && e.value === 0) || (e.kind === "apply" && e.op === "zeros");

/** `y`, `f(x)`, `\log p(x)`: what a definition has on its left. */
const headName = (e: Expr): string | undefined =>
  e.kind === "name" || e.kind === "call"
    ? e.name
    : e.kind === "apply" && (e.op === "log" || e.op === "neg")
      ? headName(e.args[0]!)
      : undefined;

/** The chain of equalities a formula of a note states, if it states one. */
export function chainOf(formula: Formula): Chain | undefined {
  const s = formula.statement;
  if (s.kind !== "claim") return undefined;
  const defined = new Set(formula.defines ?? []);
  let heads = 0;
  while (heads < s.sides.length) {
    const head = headName(s.sides[heads]!);
    if (head === undefined || !defined.has(head)) break;
    heads++;
  }
  const equal = s.relations.slice(s.continues === true ? 1 : 0).map((r) => EQUALITY.has(r));
  const starts = s.continues !== true || EQUALITY.has(s.relations[0] ?? "");
  if (!starts) return undefined;
  return { formula, sides: s.sides, equal, continues: s.continues === true, heads };
}

/** A number as it is written: 2, 1/2. */
const isConstant = (e: Expr): boolean =>
  e.kind === "number" || (e.kind === "apply" && e.op === "div" && e.args.every((a) => a.kind === "number"));

/** A derivative or differential, perhaps transposed, negated or scaled, and nothing else. */
function isBareDerivative(e: Expr): boolean {
  if (e.kind === "derivative" || e.kind === "differential") return true;
  if (e.kind === "index") return isBareDerivative(e.base);
  if (e.kind === "apply" && (e.op === "transpose" || e.op === "neg")) return isBareDerivative(e.args[0]!);
  if (e.kind === "apply" && e.op === "mul") return isConstant(e.args[0]!) && isBareDerivative(e.args[1]!);
  if (e.kind === "apply" && e.op === "div") return isBareDerivative(e.args[0]!) && isConstant(e.args[1]!);
  return false;
}

const countDerivatives = (e: Expr): number =>
  (e.kind === "derivative" ? 1 : 0) + children(e).reduce((n, c) => n + countDerivatives(c), 0);

/** `p − α ∂E/∂p` beside what is written out: a sum with one derivative in it, which stands there by itself or scaled. */
function isStep(e: Expr, other: Expr): boolean {
  if (hasDerivative(other) || countDerivatives(e) !== 1 || hasDifferential(e)) return false;
  const isScaled = (x: Expr): boolean => {
    if (isBareDerivative(x)) return true;
    if (x.kind !== "apply") return false;
    if (x.op === "neg") return isScaled(x.args[0]!);
    if (x.op === "mul") return (x.args[0]!.kind === "name" && isScaled(x.args[1]!)) || (isConstant(x.args[0]!) && isScaled(x.args[1]!)); // prettier-ignore
    return (x.op === "add" || x.op === "sub") && x.args.some((a) => hasDerivative(a) && isScaled(a));
  };
  return isScaled(e);
}

/** Variables on which a side depends, definitions replaced by what they stand for. */
export function leaves(e: Expr, scope: Scope): Set<string> {
  const out = dependsOn(e, scope);
  for (const n of out) if (scope.definitions.has(n)) out.delete(n);
  return out;
}

/** Whether every derivative is of something that depends on the variable: else it is about what was not said. */
export function derivativesMeanSomething(e: Expr, scope: Scope): boolean {
  return !someNode(e, (n) => {
    if (n.kind !== "derivative") return false;
    const on = dependsOn(n.of, scope);
    return n.wrt.some((w) => {
      const base = w.kind === "index" ? w.base : w;
      return base.kind === "name" && !on.has(base.name);
    });
  });
}

/**
 * Whether a function is called that was defined by the entries of its argument, under names of their own
 * (`[\omega]_\times` by ω₁, ω₂, ω₃): of another argument nothing is known then.
 */
function callsWithEntries(e: Expr, scope: Scope): boolean {
  return someNode(e, (n) => {
    const d = n.kind === "call" ? scope.definitions.get(n.name) : undefined;
    if (d?.parameters === undefined || n.kind !== "call") return false;
    const names = freeNames(d.body);
    return d.parameters.some((p, i) => {
      const given = n.args[i];
      if (given === undefined || (given.kind === "name" && given.name === p)) return false;
      const { letter } = letterOf(p);
      return [...names].some((m) => m.startsWith(`${p}_`) || m.startsWith(`${letter}_`));
    });
  });
}

/** Whether a name that is printed as a vector and of which nothing is said was taken for a number. */
function takesVectorForNumber(e: Expr, formula: Formula): boolean {
  const { scope, guessed } = formula;
  return [...dependsOn(e, scope)].some((n) => {
    const v = scope.variables.get(n);
    if (guessed?.has(n) !== true || v === undefined || !isScalar(v.shape)) return false;
    return isPrintedAsVector(n, formula);
  });
}

/** Whether a name is printed as vectors are: bold, or under an arrow. */
export function isPrintedAsVector(n: string, { spellings }: Formula): boolean {
  return letterOf(n).style === "bold" || AS_VECTOR.test(spellings?.get(n) ?? "");
}
const AS_VECTOR = /^\\(?:mathbf|boldsymbol|bm|pmb|symbf|vec|overrightarrow)(?![a-zA-Z])/;

const isNumberShape = (v: Variable | undefined): boolean => v !== undefined && isScalar(v.shape);

/** `AB − BA` of names that were taken for numbers: who writes that does not mean numbers. */
export function hasCommutatorOfNumbers(e: Expr, { scope, guessed }: Formula): boolean {
  const isNumber = (x: Expr): x is Extract<Expr, { kind: "name" }> =>
    x.kind === "name" && guessed?.has(x.name) === true && isNumberShape(scope.variables.get(x.name));
  return someNode(e, (n) => {
    if (n.kind !== "apply" || n.op !== "sub") return false;
    const [x, y] = n.args as readonly [Expr, Expr];
    if (x.kind !== "apply" || y.kind !== "apply" || x.op !== "mul" || y.op !== "mul") return false;
    const [a, b] = x.args as readonly [Expr, Expr];
    const [c, d] = y.args as readonly [Expr, Expr];
    return isNumber(a) && isNumber(b) && a.name !== b.name && sameExpr(a, d) && sameExpr(b, c);
  });
}

/** Why an equation that is found to hold is not said to: it holds for a reason that is no reason; `undefined` where it is. */
export function emptyReason(left: Expr, right: Expr, formula: Formula): string | undefined {
  const { scope, defines = [] } = formula;
  const sides = [left, right];
  if (sides.some((e) => callsWithEntries(e, scope)))
    return "a function of it was defined by the entries of its argument, and has another one here";
  if (sides.some((e) => takesVectorForNumber(e, formula)))
    return "it holds only if a letter that is printed as a vector is a number";
  for (const n of defines) {
    const d = scope.definitions.get(n);
    if (d === undefined || d.parameters !== undefined) continue;
    for (const [name, body] of [
      [left, right],
      [right, left],
    ] as const)
      if (name.kind === "name" && name.name === n && textOf(d.body) === textOf(body)) return `it says what ${n} is`;
  }
  return undefined;
}

/** Nothing but differentials side by side. */
function isProductOfDifferentials(e: Expr): boolean {
  if (e.kind === "apply" && e.op === "neg") return isProductOfDifferentials(e.args[0]!);
  const part = (x: Expr): boolean => x.kind === "differential" || isProductOfDifferentials(x);
  return e.kind === "apply" && e.op === "mul" && e.args.every(part);
}

/** Whether a failure of `left = right` would mean that the note is wrong. */
export function isJudged(left: Expr, right: Expr, scope: Scope, kind: Equation["kind"]): boolean {
  if (kind === "equation") return false;
  // `dv dt = −dt dv` is of forms, whose products are no products of numbers.
  if (isProductOfDifferentials(left) && isProductOfDifferentials(right)) return false;
  // What it is taken by is put in first.
  if (isDerivativeOfKnown(left, scope) || isDerivativeOfKnown(right, scope)) return false;
  if (isZero(left) || isZero(right)) return false;
  if (callsWithEntries(left, scope) || callsWithEntries(right, scope)) return false;
  if (!hasNames(left) && !hasNames(right) && (hasDecimals(left) || hasDecimals(right))) return false;
  // `dy` of something that nothing defines, a derivative of something unspecified.
  for (const [e, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (!derivativesMeanSomething(e, scope)) return false;
    if (e.kind !== "differential" || e.of.kind !== "name" || scope.definitions.has(e.of.name)) continue;
    const name = e.of.name;
    if (!someNode(other, (n) => n.kind === "differential" && freeNames(n.of).has(name))) return false;
  }
  if (hasDerivative(left) || hasDerivative(right)) {
    const [bare, other] = isBareDerivative(left) ? [left, right] : [right, left];
    // Products of derivatives are chain rules, whose factors are laid out in too many ways.
    if (!isBareDerivative(bare) && !isStep(bare, other)) return false;
    if (hasDerivative(other) && !isBareDerivative(other)) return false;
  }
  // What stands on one side only was introduced by words, or is about to be.
  const known = leaves(left, scope);
  const used = leaves(right, scope);
  for (const n of used) if (!known.has(n)) return false;
  // A step that loses a variable puts in a value that the text has given.
  if (kind === "step") for (const n of known) if (!used.has(n)) return false;
  return true;
}

/** `\partial \|w\|_1 = \operatorname{sign}(w)`: the set of subgradients, not a differential, where no other one stands. */
export function isSubdifferential(e: Expr, other: Expr, formula: Formula): boolean {
  if (e.kind !== "differential" || e.span === undefined || hasDifferential(other)) return false;
  return formula.text.startsWith("\\partial", e.span.start);
}

/** `f'(x)`, `∇f`: a derivative of a function that has a definition, without a sign of what it is taken by. */
export function isDerivativeOfKnown(e: Expr, scope: Scope): boolean {
  if (e.kind !== "call") return false;
  if (e.primes > 0) return scope.definitions.get(e.name)?.parameters !== undefined;
  const [of] = e.args;
  if (e.name !== "∇" && e.name !== "∇²") return false;
  return (of?.kind === "name" || of?.kind === "call") && scope.definitions.has(of.name);
}

/** `\frac{d}{ds}|_{s=0} …`: a derivative of what follows, at a point. */
const isAtPoint = (e: Expr): boolean =>
  someNode(e, (n) => n.kind === "call" && n.name === "at" && n.args[0]!.kind === "call" && n.args[0]!.name === "d/d");

export function kindOf(left: Expr, right: Expr, inChain: boolean, scope: Scope): Equation["kind"] {
  if (
    [left, right].some((e) => hasDerivative(e) || hasDifferential(e) || isDerivativeOfKnown(e, scope) || isAtPoint(e))
  )
    return "derivative";
  return inChain ? "step" : "equation";
}

/** Whether the author writes the transpose of a name somewhere: who does that does not take it to be symmetric. */
export function transposesName(document: MathDocument, name: string): boolean {
  const transposed = (e: Expr): boolean =>
    (e.kind === "apply" && e.op === "transpose" && e.args[0]!.kind === "name" && e.args[0]!.name === name) ||
    children(e).some(transposed);
  return document.formulas.some((f) => f.statement.kind === "claim" && f.statement.sides.some(transposed));
}
