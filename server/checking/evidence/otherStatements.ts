import { children, type Expr, factorsOf, freeNames, sameExpr, size, someNode } from "../../core/ast";
import { UNSETTLED } from "../../language/latex/knowledge";
import { isColumn, isMatrix, isRow, isScalar } from "../../core/shape";
import { Passages } from "../../documents/passages";
import { expressions } from "../../language/statement";
import { inferShape } from "../../shapes/infer";
import { textOf } from "../digest";
import { isZero } from "../note";
import { terms } from "../variants";
import { hasDerivative, hasDifferential, hasNames } from "../varying";
import { type Finding, isGrounded, isPlain, sourceOf, wordsAround } from "./finding";

// Statements that no failure says anything of: properties, equations to be solved, values at one point, other calculi.

/** A product of names, transposed, inverted or to a power each; its factors. */
function monomial(e: Expr): readonly string[] | undefined {
  if (e.kind === "name") return [e.name];
  // `H_{ij} = H_{ji}`
  if (e.kind === "index") return monomial(e.base);
  if (e.kind !== "apply") return undefined;
  const [first, second] = e.args;
  if (e.op === "mul" || e.op === "hadamard") {
    const [l, r] = [monomial(first!), monomial(second!)];
    return l === undefined || r === undefined ? undefined : [...l, ...r];
  }
  if (e.op === "neg") return monomial(first!);
  if (e.op === "pow") return first!.kind === "name" && second!.kind === "number" ? [first!.name] : undefined;
  return (e.op === "transpose" || e.op === "inv" || e.op === "pinv") && first!.kind === "name" ? [first.name] : undefined; // prettier-ignore
}

const isUnit = (e: Expr): boolean =>
  isZero(e) || (e.kind === "apply" && e.op === "eye") || (e.kind === "name" && /^(?:I|0)(?:_|$)/.test(e.name));

/**
 * `AB = BA`, `A = Aᵀ`, `P² = P`, `QQᵀ = QᵀQ = I`: the same one or two matrices on both sides, in another order,
 * transposed or to another power. Nobody writes that down as a step of a calculation.
 */
export function isProperty({ equation, formula }: Finding): boolean {
  if (equation === undefined) return false;
  const { statement: said } = formula;
  // `dx = dy = dz = 0`: what is held fixed.
  if (equation.kind === "derivative")
    return said.kind === "claim" && said.sides.some(isZero) && said.sides.every((s) => isZero(s) || (size(s) <= 4 && (hasDifferential(s) || hasDerivative(s)))); // prettier-ignore
  const [left, right] = [monomial(equation.left), monomial(equation.right)];
  if (left === undefined || right === undefined || left.length + right.length > 6) return false;
  const names = new Set([...left, ...right]);
  const hasUnit = said.kind === "claim" && said.sides.some(isUnit);
  if (names.size > (hasUnit ? 3 : 2)) return false;
  if (![...names].every((n) => left.includes(n) && right.includes(n))) return false;
  if (hasUnit) return true;
  const isMatrix = (n: string): boolean => {
    const shape = formula.scope.variables.get(n)?.shape;
    return shape !== undefined && !isScalar(shape) && !isColumn(shape) && !isRow(shape);
  };
  return [...names].every(isMatrix);
}

const isOne = (e: Expr): boolean => e.kind === "number" && e.value === 1;

/** Numbers alone stand where letters should: `dy/dx₁ = −2·2x₁ = −4`, `J = [2x₁, 1] = [2, 1]`. */
export function isValuePutIn({ equation, verdict }: Finding): boolean {
  if (equation === undefined) return false;
  const { left, right } = equation;
  if (hasNames(left) === hasNames(right)) return false;
  // Where all that the note says was put in, a value was looked for: there would be one in its place.
  if (verdict?.ground !== undefined) return verdict.correction !== undefined && hasNames(verdict.correction.expr);
  // `σ₂ = 1`: whatever it was before.
  if ([left, right].some((e) => e.kind === "name" || e.kind === "index")) return true;
  const correction = verdict?.correction;
  return correction === undefined || hasNames(correction.expr);
}

/** `x = xP`, `v = f(v)`: what stands on one side stands within the other. */
export function isFixedPoint({ equation, verdict }: Finding): boolean {
  if (equation === undefined || equation.kind === "derivative" || verdict?.ground === "identity") return false;
  const within = (part: Expr, whole: Expr): boolean =>
    (part.kind === "name" || part.kind === "literal" || part.kind === "call") &&
    children(whole).some((c) => sameExpr(part, c) || within(part, c));
  return within(equation.left, equation.right) || within(equation.right, equation.left);
}

/** `∇ (Xw − y)ᵀ(Xw − y)`: how far the sign reaches is not written. */
export function isOfUnclearReach({ equation, problem }: Finding): boolean {
  const parts =
    equation === undefined ? (problem.clash?.parts.map((p) => p.expr) ?? []) : [equation.left, equation.right];
  const isDerivative = (e: Expr): boolean => e.kind === "derivative" && children(e.of).length > 0;
  const reachesOn = (e: Expr): boolean =>
    e.kind === "apply" && e.op === "mul" && (isDerivative(e.args[0]!) || reachesOn(e.args[0]!));
  return parts.some((e) => (equation === undefined && isDerivative(e)) || someNode(e, reachesOn));
}

/** What is put to zero may be multiplied by any number: `∂J/∂μ = 2 Σ(x − μ) = 0`, whatever the sign and the factor. */
export function isPutToZero({ document, equation, verdict, formula }: Finding): boolean {
  if (equation === undefined || isZero(equation.left) || isZero(equation.right)) return false;
  const claimed = verdict?.correction?.side === "left" ? equation.left : equation.right;
  const isWhole = (verdict?.slip === "number" || verdict?.slip === "sign") && terms(claimed).length === 1;
  if (verdict?.slip !== "factor" && verdict?.slip !== "opposite" && !isWhole) return false;
  // The rows of a chain are formulas of their own; what is judged may have been read anew.
  const { formulas } = document;
  const own = formulas.findIndex(({ span }) => span.start === formula.span.start);
  for (let at = own; at >= 0 && at < formulas.length; at++) {
    const { statement } = formulas[at]!;
    if (statement.kind !== "claim" || (at !== own && statement.continues !== true)) return false;
    if (statement.sides.some(isZero)) return true;
  }
  return false;
}

/** `|dy/dx| = …`: of what stands between the bars only the size counts. */
export function isOfAbsoluteValue({ equation, verdict }: Finding): boolean {
  if (equation === undefined || (verdict?.slip !== "opposite" && verdict?.slip !== "sign")) return false;
  return [equation.left, equation.right].some((e) => e.kind === "apply" && (e.op === "abs" || e.op === UNSETTLED.bars));
}

/**
 * A display in which other derivatives are given as numbers, `∂y/∂z = 3`: all of it may be about one point. A number
 * below `= 0`, or the derivative of a plain multiple, says nothing of that kind.
 */
export function isAmongValues({ document, equation, formula }: Finding): boolean {
  if (equation?.kind !== "derivative" || formula.region?.display !== true) return false;
  const { start } = formula.region.span;
  const beside = document.formulas.filter((f) => f !== formula && f.region?.span.start === start);
  const isValue = (e: Expr): boolean => !hasNames(e) && size(e) <= 2 && !isZero(e) && !isOne(e);
  return beside.filter(({ statement: s }) => s.kind === "claim" && hasDerivative(s.sides[0]!) && isValue(s.sides.at(-1)!)).length > 1; // prettier-ignore
}

/** `‖A‖₁` of a matrix: the sum of its entries, or the largest sum of a column. */
export function hasNormOfMatrix({ equation, formula: { scope } }: Finding): boolean {
  const isOfMatrix = (n: Expr): boolean => {
    if (n.kind !== "apply" || (n.op !== "norm1" && n.op !== "norminf")) return false;
    const { shape } = inferShape(n.args[0]!, scope, { tolerant: true });
    return shape !== undefined && isMatrix(shape);
  };
  return equation !== undefined && [equation.left, equation.right].some((e) => someNode(e, isOfMatrix));
}

/** `3 \frac{3}{4}`: three and three quarters. */
export const MIXED = /\d\s*\\[dt]?frac\s*(?:\{\d+\}|\d)\s*(?:\{\d+\}|\d)/;

/** Differentials of random processes have a calculus of their own. */
export const isOfProcesses = ({ document, equation }: Finding): boolean =>
  equation !== undefined &&
  [equation.left, equation.right].some(hasDifferential) &&
  /\bit[oô]\b|stochastic differential|brownian motion|wiener process/i.test(document.text);

/** `dy/dt = f(y, t)`, of which y is the solution that is looked for. */
export function isDifferentialEquation(finding: Finding): boolean {
  const { document, equation, formula, verdict } = finding;
  if (equation?.kind !== "derivative" || verdict?.general === true || equation.left.kind !== "derivative") return false;
  if (equation.left.of.kind !== "name" && equation.left.of.kind !== "call") return false;
  const words = `${document.text.slice(Math.max(0, formula.span.start - 300), formula.span.start)} ${Passages.of(document).titles(formula.span.start).join(" ")}`; // prettier-ignore
  return /differential equations?|\b[OP]DEs?\b|initial[- ]value|\bdynamics\b|equations? of motion/i.test(words);
}

/** `df/dx = f(x)`, `y' = −2xy`, of a function that the note does not give: it says which function is meant. */
export function saysWhichFunction({ equation, formula: { scope } }: Finding): boolean {
  if (equation === undefined) return false;
  const openName = (e: Expr): string | undefined => {
    if (e.kind === "derivative") return openName(e.of);
    if (e.kind !== "call" && e.kind !== "name") return undefined;
    const isBare = e.kind === "name" || e.args.every((a) => a.kind === "name");
    return isBare && !scope.definitions.has(e.name) ? e.name : undefined;
  };
  const says = (one: Expr, other: Expr): boolean => {
    const isDerived = one.kind === "derivative" || (one.kind === "call" && one.primes > 0);
    const f = isDerived ? openName(one) : undefined;
    if (f === undefined) return false;
    // Within a derivative it is a rule about any function: `∂L/∂W = ∂L/∂z xᵀ`.
    const mentions = (e: Expr): boolean =>
      ((e.kind === "name" || (e.kind === "call" && e.primes === 0)) && e.name === f) ||
      (e.kind !== "derivative" && children(e).some(mentions));
    return mentions(other);
  };
  return says(equation.left, equation.right) || says(equation.right, equation.left);
}

/** Words that say that two indices are different ones, and how far in front of a formula they count. */
const OTHER_ENTRIES =
  /\b([a-z])\s*(?:\\neq?(?![a-z])|\\not\s*=|≠|!=)\s*\$?([a-z])\b|\b(?:different|distinct|off-diagonal)\b/i;
const CASE_SAID = 400;

const namesEntries = ({ left, right }: { readonly left: Expr; readonly right: Expr }): boolean =>
  [left, right].some((e) => e.kind === "derivative" && e.wrt.some((w) => w.kind === "index" || (w.kind === "name" && /_[a-z]$/.test(w.name)))); // prettier-ignore

/** `∂s_j/∂z_i = −s_j s_i`, where the other case, j = i, has a line of its own. */
export function isOfDifferentEntries(finding: Finding): boolean {
  const { equation, verdict, document, formula } = finding;
  const correction = verdict?.correction?.expr;
  if (equation?.kind !== "derivative" || correction === undefined) return false;
  const { lead, tail } = wordsAround(finding);
  const above = document.text.slice(Math.max(0, formula.span.start - CASE_SAID), formula.span.start);
  if (namesEntries(equation) && OTHER_ENTRIES.test(`${above} ${lead} ${tail}`)) return true;
  const isDelta = (e: Expr): boolean => e.kind === "index" && e.base.kind === "apply" && e.base.op === "eye";
  const claimed = verdict!.correction!.side === "right" ? equation.right : equation.left;
  return someNode(correction, isDelta) && !someNode(claimed, isDelta);
}

/** `det A + det B = 2 ≠ det(A + B)`: a chain that denies something. */
export const isDenied = ({ formula: { statement: s } }: Finding): boolean => s.kind === "claim" && s.relations.some((r) => /neq|≠|not/.test(r)); // prettier-ignore

/** `Mv = Nv`, of matrices that have no letter in common: it is solved for v. */
export function isEigenEquation({ equation }: Finding): boolean {
  if (equation === undefined || equation.kind === "derivative") return false;
  const [l, r] = [factorsOf(equation.left), factorsOf(equation.right)];
  if (l.length < 2 || r.length < 2 || !sameExpr(l.at(-1)!, r.at(-1)!)) return false;
  const names = (e: readonly Expr[]): Set<string> => new Set(e.slice(0, -1).flatMap((x) => [...freeNames(x)]));
  const [a, b] = [names(l), names(r)];
  return ![...a].some((n) => b.has(n));
}

/** The factors of a product with its transposes resolved, as a text. */
const textsOf = (e: Expr): readonly string[] =>
  factorsOf(e).flatMap((f) =>
    f.kind === "apply" && f.op === "transpose"
      ? factorsOf(f.args[0]!).map((x) => turnedText(textOf(x))).reverse() // prettier-ignore
      : [textOf(f)],
  );
const turnedText = (t: string): string => (t.endsWith("'") ? t.slice(0, -1) : `${t}'`);

/** `2S = BK + KᵀBᵀ`: one product and its transpose, which says how it was made symmetric. */
export function isMadeSymmetric({ equation }: Finding): boolean {
  if (equation === undefined || equation.kind === "derivative") return false;
  const products = [equation.left, equation.right]
    .flatMap((side) => terms(side))
    .map(({ term }) => textsOf(term).filter((t) => !/^[\d./]+$/.test(t)));
  const [first] = products;
  if (first === undefined || products.length < 3) return false;
  const turned = first.map(turnedText).reverse();
  const isOne = (p: readonly string[]): boolean => [first, turned].some((q) => q.join("*") === p.join("*"));
  return products.every(isOne);
}

/** `[2, 2c; 1, 1][x; y] = [2c; 2]`: to be solved for what stands on one side only. */
export function isSystem({ equation }: Finding): boolean {
  if (equation === undefined || equation.kind === "derivative") return false;
  const isUnknown = (e: Expr): boolean =>
    e.kind === "literal" && e.rows.every((r) => r.length === 1 && hasNames(r[0]!));
  const solvesFor = (a: Expr, b: Expr): boolean => {
    const last = factorsOf(a).at(-1)!;
    return factorsOf(a).length > 1 && isUnknown(last) && ![...freeNames(last)].some((n) => freeNames(b).has(n));
  };
  return solvesFor(equation.left, equation.right) || solvesFor(equation.right, equation.left);
}

/** Matrices with a bar before their last column, whose `=` is a step of an elimination. */
export const isAugmented = (f: Finding): boolean => /\\begin\{array\}\s*\{[^|}]*\|[^}]*\}/.test(f.document.text.slice(f.formula.span.start, f.formula.span.end)); // prettier-ignore

/** `(a, b)^T`: whichever way it stood. */
export const TURNED_LIST = /\([^(),]*,[^()]*\)[ \t]*\^[ \t]*(?:\{[ \t]*)?(?:\\top|\\intercal|\\mathsf|T)/;

/** A delta that stands alone may be a variation, or Dirac's. */
export const hasDelta = (f: Finding): boolean =>
  isPlain(f) && !isGrounded(f) && /\\delta(?![a-z]|\s*_|\s*\^)/.test(sourceOf(f));

/** `d⟨A, X⟩ = ⟨A, dX⟩`: what has no differential on the other side is held fixed. */
export function isHeldFixed({ document, equation, verdict, formula }: Finding): boolean {
  if (equation === undefined || verdict?.slip !== "missing" || verdict.correction === undefined) return false;
  const changing = (e: Expr): Set<string> => {
    const out = new Set<string>();
    someNode(e, (n) => n.kind === "differential" && (freeNames(n.of).forEach((x) => out.add(x)), false));
    return out;
  };
  const { side, expr } = verdict.correction;
  const claimed = side === "right" ? equation.right : equation.left;
  const [own, more] = [changing(claimed), changing(expr)];
  const held = [...more].filter((n) => !own.has(n));
  // What changes in a line beside it changes here.
  const beside = document.formulas.filter((f) => f.region !== undefined && f.region.span.start === formula.region?.span.start); // prettier-ignore
  return (
    own.size > 0 && held.some((n) => !beside.some((f) => expressions(f.statement).some((e) => changing(e).has(n))))
  );
}

/** `dy = |A| dx` under an integral: of volumes, not of vectors. */
export function isOfVolumes({ equation }: Finding): boolean {
  if (equation === undefined || !hasDifferential(equation.left) || !hasDifferential(equation.right)) return false;
  const isSize = (n: Expr): boolean =>
    n.kind === "apply" && (n.op === "det" || n.op === "abs" || n.op === UNSETTLED.bars);
  // Of a trace of differentials the determinant is no change of volume: `d|X| = |X| tr(X⁻¹ dX)`.
  const isTrace = (n: Expr): boolean => n.kind === "apply" && n.op === "tr" && hasDifferential(n);
  const sides = [equation.left, equation.right];
  return sides.some((e) => factorsOf(e).some(isSize)) && !sides.some((e) => factorsOf(e).some(isTrace));
}

/** `ds = √((dx)² + (dy)²)`: of lengths, where differentials are squared, and not of how a value changes. */
export const isOfLengths = ({ equation }: Finding): boolean =>
  equation !== undefined &&
  [equation.left, equation.right].some((e) =>
    someNode(e, (n) => n.kind === "apply" && (n.op === "pow" || n.op === "hpow" || n.op === "sqrt" || n.op === "norm2") && hasDifferential(n)),
  ); // prettier-ignore

/** `f_x = 2x \ f_y = 3`: two statements with a blank that is written between them. */
export const isOfTwoStatements = ({ document, formula: { span } }: Finding): boolean =>
  /=[^=]*\\ \s*(?:\\[dt]?frac\s*\{\s*(?:\\partial|d\b)|\\nabla|[a-zA-Z]'|\\partial)[^=]*=/.test(document.text.slice(span.start, span.end)); // prettier-ignore

/** `Π n_i^{n_i}`: the sign of a product over an index. */
export const isOfProducts = (f: Finding): boolean =>
  /(?:\\Pi|Π)(?![a-zA-Z_^])[\s(]*[a-zA-Z]\s*_/.test(sourceOf(f)) && !/\\Pi\s*[_^=]|Π\s*=/.test(f.document.text);

/** `y' = 2y, y = e^{2x}`: what a list gives its names behind a statement is meant for it, and not what was said before. */
export function isGivenBehind({ equation, formula: { region, span }, document }: Finding): boolean {
  if (equation === undefined) return false;
  const names = new Set([...freeNames(equation.left), ...freeNames(equation.right)]);
  return document.formulas.some(
    ({ statement: s, span: own, region: r }) =>
      r !== undefined && r.span.start === region?.span.start && own.start > span.start &&
      ((s.kind === "definition" && names.has(s.name)) || (s.kind === "claim" && s.sides[0]!.kind === "name" && names.has(s.sides[0]!.name))),
  ); // prettier-ignore
}
