import { type Expr, freeNames, replaceNodes, someNode, type Span } from "../../core/ast";
import { dimName } from "../../core/dimension";
import { isColumn, isMatrix, isScalar, SCALAR } from "../../core/shape";
import type { Origin } from "../../documents/document";
import { Passages } from "../../documents/passages";
import { compareSides } from "../compare";
import { textOf } from "../digest";
import { derivativesMeanSomething } from "../note";
import { dependsOn } from "../varying";
import { expressions } from "../../language/statement";
import { type Finding, isNear, sourceOf, wordsAround } from "./finding";
import { GENRES } from "./genres";

// Sizes that do not fit, and may be others than those that were said.

/** What is said of a letter further down, in a paragraph or an item of its own, is said of another use of it. */
export function isSaidFurtherDown({ equation, problem, formula, document }: Finding): boolean {
  if (equation !== undefined) return false;
  const { end } = formula.span;
  return (problem.related ?? []).some(({ span }) => {
    if (span.start <= end) return false;
    const [, next, ...further] = document.words.slice(end, span.start).split(PARTS);
    // "…, where W is an m×n matrix" goes on from the display before it.
    return next !== undefined && (further.length > 0 || !/^\s*(?:[-*+]\s+)?(?:where|with|here)\b/i.test(next));
  });
}

const PARTS = /\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t])/;

/** What is worked out of several names: a product, a trace of one; neither a name nor numbers in brackets. */
const isWorkedOut = (e: Expr): boolean =>
  e.kind === "apply" &&
  OPERATIONS.has(e.op) &&
  lettersOf(e) > 1 &&
  !someNode(e, (n) => n.kind === "literal" || n.kind === "call" || n.kind === "index" || n.kind === "derivative");
/** Whether signs stand there that numbers have no need of. */
const isOfMatrices = (e: Expr): boolean =>
  someNode(e, (n) => n.kind === "apply" && (n.op === "transpose" || n.op === "tr" || n.op === "inv"));
const OPERATIONS: ReadonlySet<string> = new Set(["mul", "tr", "dot", "add", "sub", "neg", "transpose", "inv"]);
/** `AᵀA`, `Aᵀb`: written with a transpose, so that no other kind of product is meant. */
const isProductOfArrays = (e: Expr): boolean =>
  e.kind === "apply" && e.op === "mul" && someNode(e, (n) => n.kind === "apply" && n.op === "transpose");
const lettersOf = (e: Expr): number => freeNames(e).size;

/**
 * Sides that differ in shape, a number beside an array, a quotient of arrays: one of them is spread, or is used anew. Not where
 * both are worked out of names whose sizes are said: `JᵀJs = rᵀJ`, `tr(SM) = SM`, `qᵀk + k`, `Aᵀb / AᵀA`.
 */
export function isSpread({ equation, problem, formula }: Finding): boolean {
  if (equation !== undefined) return false;
  const { clash, message } = problem;
  if (/does not fit: with /.test(message)) return true;
  const parts = clash?.parts ?? [];
  if (/divides by an array/.test(message))
    return !expressions(formula.statement).some((e) => someNode(e, (n) => n.kind === "apply" && n.op === "div" && n.args.every(isProductOfArrays))); // prettier-ignore
  if (clash?.sign === "=") return !parts.every((p) => isWorkedOut(p.expr)) || !parts.some((p) => isOfMatrices(p.expr));
  const isSum = clash !== undefined && ["+", "-", "−"].includes(clash.sign);
  return isSum && parts.some(({ shape }) => isScalar(shape));
}

/** `x_1, x_2 ∈ ℝᵈ` was said of any two; where x is in ℝⁿ, x₁ and x₂ are as it is. */
export function isMemberOfAnother({ equation, problem, formula: { scope } }: Finding): boolean {
  if (equation !== undefined) return false;
  const names = problem.clash?.parts.flatMap((p) => [...freeNames(p.expr)]) ?? [];
  return names.some((name) => {
    const [own, whole] = [name, name.replace(/_[^_]*$/, "")].map((n) => scope.variables.get(n)?.shape);
    return own !== undefined && whole !== undefined && isColumn(whole) && own.rows.key !== whole.rows.key;
  });
}

/**
 * n×n beside 3×1: what holds for every n is applied where n is 3. And 2×2 beside 3×3, where one of them is the size of a
 * value that some example had.
 */
export function clashesWithNumber({ equation, problem, formula }: Finding): boolean {
  const parts = problem.clash?.parts;
  if (equation !== undefined || parts === undefined || parts.length !== 2) return false;
  const sides = parts.map(({ shape, sides: wrong }) => wrong.map((side) => shape[side].key));
  const isNumber = (key: string): boolean => /^\d+$/.test(key) && key !== "1";
  const isLetter = (key: string): boolean => !/^\d+$/.test(key);
  const [a, b] = sides as [string[], string[]];
  // A size that stands beside that number in one and the same array is another one: `W ∈ ℝ^{10×n}`.
  const [x, y] = [a[0], b[0]];
  if (parts.some(({ shape }) => [shape.rows.key, shape.cols.key].sort().join() === [x, y].sort().join())) return false;
  if ((a.some(isNumber) && b.some(isLetter)) || (a.some(isLetter) && b.some(isNumber))) return true;
  const isValue = (e: Expr): boolean =>
    e.kind === "name" && formula.scope.definitions.get(e.name)?.body.kind === "literal";
  return [...a, ...b].every(isNumber) && parts.some((p) => isValue(p.expr));
}

/** Sizes that do not fit are told where they were said near by, in a product that can be no other. */
export function isUnsure(f: Finding): boolean {
  const { equation, problem, formula, document } = f;
  if (equation !== undefined) return false;
  if (/multiplies two (?:columns|rows)/.test(problem.message) || /\\langle|⟨/.test(sourceOf(f))) return true;
  // The size of a numbered layer is often that of the data.
  if (problem.clash?.parts.some(({ shape }) => [shape.rows, shape.cols].some((d) => /_\d+$/.test(d.key)))) return true;
  const places = Passages.of(document);
  return (problem.related ?? []).some((r) => places.distance(r.span.start, formula.span.start) === "elsewhere");
}

/** `if $r = n$, then …`, `…, where $r = n$`: two sizes that the paragraph says are equal here, before it or behind. */
export function areSaidEqual({ equation, problem, formula, document }: Finding): boolean {
  const parts = problem.clash?.parts;
  if (equation !== undefined || parts === undefined) return false;
  const sizes = new Set(parts.flatMap(({ shape }) => [shape.rows.key, shape.cols.key]));
  const places = Passages.of(document);
  return document.formulas.some(({ statement: s, span }) => {
    if (s.kind !== "claim" || s.sides.length !== 2) return false;
    const [a, b] = s.sides as readonly [Expr, Expr];
    if (a.kind !== "name" || b.kind !== "name" || a.name === b.name) return false;
    return sizes.has(a.name) && sizes.has(b.name) && places.breaksBetween(span.start, formula.span.start) <= 1;
  });
}

/** `D(v) = vM for any 1×N vector v`, where a k×1 vector was called v above: what is said right behind it is meant. */
export function isSaidBehind({ equation, problem, formula, document }: Finding): boolean {
  if (equation !== undefined) return false;
  const { end } = formula.region?.span ?? formula.span;
  const places = Passages.of(document);
  const names = new Set(problem.clash?.parts.flatMap((p) => [...freeNames(p.expr)]) ?? []);
  const isBehind = ({ start }: Span): boolean =>
    start >= end &&
    places.section(start) === places.section(end) &&
    places.breaksBetween(end, start) <= 1 &&
    SAID_OF_IT.test(document.words.slice(end, start));
  // Where that is what does not fit, it is known already.
  const isKnown = (span: Span): boolean => (problem.related ?? []).some((r) => r.span.start <= span.end && span.start <= r.span.end); // prettier-ignore
  const sizeAt = (o: Origin | undefined): string | undefined =>
    o?.rowsSpan && [o.rowsSpan, o.colsSpan].map((s) => (s === undefined ? "1" : document.text.slice(s.start, s.end))).join("×"); // prettier-ignore
  return [...names].some((n) => {
    const said = sizeAt(document.origin(n, formula.span.start));
    const isAnew = (o: Origin): boolean => said === undefined || sizeAt(o) !== said;
    return (document.origins?.(n) ?? []).some((o) => isBehind(o.span) && !isKnown(o.span) && isAnew(o));
  });
}
/** What goes on with the sentence of a formula: no new one begins. */
const SAID_OF_IT = /^[\s$,;.]*(?:for (?:any|all|each|every|some|an?)|where|with|here|in which|given|if)\b[^.!?]*$/i;

/** `I_L` beside 1×n, where no array has L for a size: L may be a label, or the size may be any. */
export function isIdentityOfNoSize({ equation, problem, formula: { scope } }: Finding): boolean {
  if (equation !== undefined) return false;
  const sizes = problem.clash?.parts.flatMap(({ expr: e }) => (e.kind === "apply" && e.op === "eye" && e.args[0]?.kind === "name" ? [e.args[0].name] : [])) ?? []; // prettier-ignore
  const isSize = (n: string): boolean =>
    [...scope.variables.values()].some(({ shape }) => shape.rows.key === n || shape.cols.key === n);
  return sizes.some((n) => !isSize(n));
}

/** `∂x/∂x = I`: what is claimed and what should stand there differ in the size of an identity, which is not written. */
export function isOfUnwrittenSize({ equation, verdict }: Finding): boolean {
  const correction = verdict?.correction;
  if (equation === undefined || correction === undefined) return false;
  const sizeless = (e: Expr): Expr =>
    replaceNodes(e, (n) => (n.kind === "apply" && CONSTANTS.has(n.op) ? { ...n, args: [] } : undefined));
  const claimed = correction.side === "right" ? equation.right : equation.left;
  return textOf(sizeless(claimed)) === textOf(sizeless(correction.expr));
}
const CONSTANTS: ReadonlySet<string> = new Set(["eye", "ones", "zeros"]);

/** `(I 0) Σ`: how wide a block of zeros is, is not written. */
export const isOfZeroBlocks = ({ equation, problem }: Finding): boolean =>
  equation === undefined &&
  (problem.clash?.parts ?? []).some(({ expr }) =>
    someNode(expr, (n) => n.kind === "literal" && n.rows.flat().some((c) => c.kind === "apply" && c.op === "zeros")),
  );

/** `tr(A)`, `λ_max(A)` of "a positive definite A", where A was E×D in another paragraph: no word is about that A here. */
export function isOfAnotherMatrix({ equation, problem, formula: { span, statement }, document }: Finding): boolean {
  if (equation !== undefined || problem.code !== "not-square") return false;
  const places = Passages.of(document);
  // "Here tr(A) is the trace of A" explains a sign.
  const e = statement.kind === "query" ? statement.expr : undefined;
  const isAlone = e?.kind === "apply" && e.args.length === 1 && e.args[0]!.kind === "name";
  return !(problem.related ?? []).some((r) => places.breaksBetween(r.span.start, span.start) <= (isAlone ? 0 : 1));
}

/** "Which of AB, BA, AC are defined?", "BA does not exist": whether it fits is what is asked or denied. */
export function isAskedOrDenied(f: Finding): boolean {
  if (f.equation !== undefined) return false;
  const { lead, tail } = wordsAround(f);
  const sentence = `${lead} x ${tail}`;
  return ASKED.test(sentence) || DENIED.test(sentence);
}
const FITS = String.raw`defined|conform\w*|possible|legal|valid|allowed|exists?|makes? sense|compatible`;
const WORKS = String.raw`${FITS}|comput\w*|multipl\w*|fits?|match\w*`;
const ASKED = new RegExp(String.raw`\b(?:which|whether|is|are|do|does|can|could|when|would)\b.*\b(?:${WORKS})\b.*\?|\b(?:which|whether)\b.*\b(?:${FITS})\b`, "i"); // prettier-ignore
const DENIED = new RegExp(String.raw`\b(?:not|n't|never|cannot|can't|nor|neither|im|in)[- ]?(?:\w+ ){0,3}(?:${WORKS}|equal)\b`, "i"); // prettier-ignore

/** `tr(A ⊗ B) = tr(A) tr(B)`, where an m×n matrix was called A above: a law of square matrices, that holds of all of them. */
export function isLawOfSquares({ equation, problem, formula }: Finding): boolean {
  if (equation !== undefined || problem.code !== "not-square" || formula.statement.kind !== "claim") return false;
  const [left, right] = formula.statement.sides;
  if (left === undefined || right === undefined) return false;
  const variables = new Map(formula.scope.variables);
  for (const n of freeNames(right, freeNames(left))) {
    const v = variables.get(n);
    if (v !== undefined && isMatrix(v.shape)) variables.set(n, { ...v, shape: { rows: SQUARE, cols: SQUARE } });
  }
  // What cannot be worked out (a sign of the author's own) may be such a law too.
  return compareSides(left, right, { scope: { ...formula.scope, variables } }).relation !== "different";
}

/** What a small letter that is not bold may be as well, unless the section says that it is an array. */
const MAY_BE_NUMBER = /^\p{Ll}(?:_\w+)?$|^(?:alpha|beta|gamma|delta|epsilon|eta|theta|lambda|mu|nu|xi|rho|sigma|tau|phi|psi|omega)\w*$/u; // prettier-ignore

/**
 * `f(y) − f(x) − ∇f(x)ᵀ(y − x) = y² − x² − 2x(y − x)`: a statement that holds of numbers, about names of which nothing says
 * that they are arrays but that a transpose stands at one of them somewhere.
 */
export function holdsOfNumbers(f: Finding): boolean {
  const { equation, formula, document, verdict } = f;
  if (equation === undefined || verdict?.ground === "result" || verdict?.ground === "solution") return false;
  const { scope, guessed, span } = formula;
  const near = isNear(f);
  const used = freeNames(
    equation.left,
    freeNames(equation.right, dependsOn(equation.right, scope, dependsOn(equation.left, scope))),
  );
  const arrays = [...used].filter((n) => {
    const shape = scope.variables.get(n)?.shape;
    return shape !== undefined && !isScalar(shape) && !scope.definitions.has(n);
  });
  const isOpen = (n: string): boolean => {
    if (!MAY_BE_NUMBER.test(n)) return false;
    if (guessed?.has(n) === true) return true;
    const origin = document.origin(n, span.start);
    return origin !== undefined && !near(origin.span.start);
  };
  if (arrays.length === 0 || !arrays.every(isOpen)) return false;
  // `w^T x`: whoever transposes a letter means a vector by it, as long as the section lasts.
  const isTurned = (e: Expr): boolean => someNode(e, (n) => n.kind === "apply" && n.op === "transpose" && n.args[0]!.kind === "name" && arrays.includes(n.args[0].name)); // prettier-ignore
  if (document.formulas.some((g) => near(g.span.start) && expressions(g.statement).some(isTurned))) return false;
  // Of derivatives of what nothing is said about all holds: they are zero.
  if ([equation.left, equation.right].some((e) => !derivativesMeanSomething(e, scope))) return false;
  const variables = new Map(scope.variables);
  for (const n of arrays) variables.set(n, { ...variables.get(n)!, shape: SCALAR, properties: new Set() });
  return compareSides(equation.left, equation.right, { scope: { ...scope, variables } }).relation === "equal";
}
const SQUARE = dimName("size of all");

/** `\\tr{a}X` beside `\\trace{AX}`: a macro of the author's, for the transpose. */
export const isOtherTrace = ({ formula, document }: Finding): boolean =>
  /\\tr\s*\{/.test(document.text.slice(formula.span.start, formula.span.end)) &&
  /\\(?:trace|Tr|mathrm\s*\{[tT]r\}|operatorname\s*\{[tT]r\}|text\s*\{[tT]r\})(?![a-zA-Z])/.test(document.text);

/** What the words quote as a mistake, or as what is not defined. */
export const isQuoted = (f: Finding): boolean => f.equation === undefined && QUOTED.is({ source: "", sides: [], isFirst: false, note: "", ...wordsAround(f) }); // prettier-ignore
const QUOTED = GENRES.find((g) => g.name === "quotation")!;
