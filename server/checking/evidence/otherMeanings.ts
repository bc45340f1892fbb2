import { children, type Expr, factorsOf, freeNames, sameExpr, size, someNode } from "../../core/ast";
import { UNSETTLED } from "../../language/latex/knowledge";
import { isColumn, isRow, isScalar } from "../../core/shape";
import { SYMBOLS } from "../../language/latex/vocabulary";
import { letterOf } from "../../documents/notes/kinds";
import { Passages } from "../../documents/passages";
import { expressions } from "../../language/statement";
import { textOf } from "../digest";
import { isZero } from "../note";
import { terms } from "../variants";
import { hasDerivative, hasDifferential, hasNames } from "../varying";
import { type Finding, isExplicit, partsOf, sourceOf, wordsAround } from "./finding";
import { GENRES } from "./genres";
import { type Provenance, provenanceOf } from "./names";

/**
 * Statements that say something else than that two sides are equal whatever stands in them: a property of the letters,
 * an equation to be solved, a value put in. A failure tells nothing of them, however clear it is; this says what they
 * may be, in words. `undefined`: nothing of the kind.
 */
export function otherMeaning(finding: Finding): string | undefined {
  return MEANINGS.find(({ is }) => is(finding))?.words;
}

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
function isProperty({ equation, formula }: Finding): boolean {
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
function isValuePutIn({ equation, verdict }: Finding): boolean {
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
function isFixedPoint({ equation, verdict }: Finding): boolean {
  if (equation === undefined || equation.kind === "derivative" || verdict?.ground === "identity") return false;
  const within = (part: Expr, whole: Expr): boolean =>
    (part.kind === "name" || part.kind === "literal" || part.kind === "call") &&
    children(whole).some((c) => sameExpr(part, c) || within(part, c));
  return within(equation.left, equation.right) || within(equation.right, equation.left);
}

/** The derivative has been given a name, and that name is all there would be to put in its place. */
function isOwnName({ verdict, formula: { statement } }: Finding): boolean {
  const correction = verdict?.correction?.expr;
  if (correction === undefined || !["name", "index", "call"].includes(correction.kind)) return false;
  return statement.kind === "claim" && statement.sides.some((side) => sameExpr(side, correction));
}

/** `\rank{A}` of a package that the note does not show: its letters were taken for a factor. */
function callsUnknownCommand(finding: Finding): boolean {
  const { spellings, statement } = finding.formula;
  if (spellings === undefined) return false;
  // What stands beside sizes that do not fit may be what makes them fit.
  const parts = finding.equation === undefined ? expressions(statement) : partsOf(finding);
  const names = parts.flatMap((side) => [...freeNames(side)]);
  return names.some((n) => {
    const command = /^\\([a-zA-Z]+)$/.exec(spellings.get(n) ?? "")?.[1];
    return command !== undefined && SYMBOLS[command] === undefined;
  });
}

/**
 * An author who is wrong has made one slip: dropped a transpose, swapped two factors, lost a sign. Where none explains the
 * difference, it is the reader who went wrong, unless the formula holds all that is needed to judge it.
 */
function isUnexplained(finding: Finding): boolean {
  const { equation, verdict, formula } = finding;
  if (equation === undefined || verdict?.status !== "wrong" || verdict.slip !== undefined) return false;
  if (verdict.general === true || verdict.ground !== undefined) return false;
  if (hasDerivative(equation.left) && hasDerivative(equation.right)) return true;
  if (verdict.correction === undefined) return true;
  return ![equation.left, equation.right].some((e) => isExplicit(e, formula.scope) || isOfNearName(e, finding));
}

/** `∂y/∂x` where the paragraph, or the one before it, has said what y is. */
function isOfNearName(e: Expr, { document, formula }: Finding): boolean {
  if (e.kind !== "derivative" || (e.of.kind !== "name" && e.of.kind !== "call")) return false;
  const origin = document.origin(e.of.name, formula.span.start);
  return origin !== undefined && Passages.of(document).distance(origin.span.start, formula.span.start) !== "elsewhere";
}

/** What is said of a letter further down, in a paragraph of its own, is said of another use of it. */
function isSaidFurtherDown({ equation, problem, formula, document }: Finding): boolean {
  if (equation !== undefined) return false;
  const { end } = formula.span;
  return (problem.related ?? []).some(({ span }) => {
    if (span.start <= end) return false;
    const [, next, ...further] = document.words.slice(end, span.start).split(/\n[ \t]*\n/);
    // "…, where W is an m×n matrix" goes on from the display before it.
    return next !== undefined && (further.length > 0 || !/^\s*(?:where|with|here)\b/i.test(next));
  });
}

/** `∇ (Xw − y)ᵀ(Xw − y)`: how far the sign reaches is not written. */
function isOfUnclearReach({ equation, problem }: Finding): boolean {
  const parts =
    equation === undefined ? (problem.clash?.parts.map((p) => p.expr) ?? []) : [equation.left, equation.right];
  const isDerivative = (e: Expr): boolean => e.kind === "derivative" && children(e.of).length > 0;
  const reachesOn = (e: Expr): boolean =>
    e.kind === "apply" && e.op === "mul" && (isDerivative(e.args[0]!) || reachesOn(e.args[0]!));
  return parts.some((e) => (equation === undefined && isDerivative(e)) || someNode(e, reachesOn));
}

/**
 * A factor, or a transpose of all that stands on one side, may come from what was said elsewhere: a norm of 1, a matrix
 * that is symmetric. Of a derivative that is written out it does not.
 */
function isOffAsAWhole(finding: Finding): boolean {
  const { equation, verdict, formula, company } = finding;
  if (equation === undefined || verdict?.general === true || verdict?.ground !== undefined) return false;
  if (verdict?.slip !== "factor" && verdict?.slip !== "transposed") return false;
  // Where the rest of the calculation holds, the slip is in this step.
  if (equation.kind !== "derivative") return company.holdsBeside === 0;
  if (verdict.slip === "transposed") return false;
  return ![equation.left, equation.right].some((e) => isExplicit(e, formula.scope) || isOfNearName(e, finding));
}

/** What is put to zero may be multiplied by any number: `∂J/∂μ = 2 Σ(x − μ) = 0`, whatever the sign and the factor. */
function isPutToZero({ document, equation, verdict, formula }: Finding): boolean {
  if (equation === undefined || isZero(equation.left) || isZero(equation.right)) return false;
  const claimed = verdict?.correction?.side === "left" ? equation.left : equation.right;
  const isWhole = verdict?.slip === "number" && terms(claimed).length === 1;
  if (verdict?.slip !== "factor" && verdict?.slip !== "opposite" && !isWhole) return false;
  // The rows of a chain are formulas of their own.
  const { formulas } = document;
  for (let at = formulas.indexOf(formula); at >= 0 && at < formulas.length; at++) {
    const { statement } = formulas[at]!;
    if (statement.kind !== "claim" || (formulas[at] !== formula && statement.continues !== true)) return false;
    if (statement.sides.some(isZero)) return true;
  }
  return false;
}

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
function isSpread({ equation, problem, formula }: Finding): boolean {
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
function isMemberOfAnother({ equation, problem, formula: { scope } }: Finding): boolean {
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
function clashesWithNumber({ equation, problem, formula }: Finding): boolean {
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

/** `|dy/dx| = …`: of what stands between the bars only the size counts. */
function isOfAbsoluteValue({ equation, verdict }: Finding): boolean {
  if (equation === undefined || (verdict?.slip !== "opposite" && verdict?.slip !== "sign")) return false;
  return [equation.left, equation.right].some((e) => e.kind === "apply" && (e.op === "abs" || e.op === UNSETTLED.bars));
}

/**
 * A display in which other derivatives are given as numbers, `∂y/∂z = 3`: all of it may be about one point. A number
 * below `= 0`, or the derivative of a plain multiple, says nothing of that kind.
 */
function isAmongValues({ document, equation, formula }: Finding): boolean {
  if (equation?.kind !== "derivative" || formula.region?.display !== true) return false;
  const { start } = formula.region.span;
  const beside = document.formulas.filter((f) => f !== formula && f.region?.span.start === start);
  const isValue = (e: Expr): boolean => !hasNames(e) && size(e) <= 2 && !isZero(e) && !isOne(e);
  return beside.filter(({ statement: s }) => s.kind === "claim" && hasDerivative(s.sides[0]!) && isValue(s.sides.at(-1)!)).length > 1; // prettier-ignore
}

/** A dagger that was read as a mark of a name in one place is a sign in all of them. */
const hasDagger = (finding: Finding): boolean =>
  partsOf(finding).some((e) => [...freeNames(e)].some((n) => /dagger|[†‡]/.test(n)));

/** `3 \frac{3}{4}`: three and three quarters. */
const MIXED = /\d\s*\\[dt]?frac\s*(?:\{\d+\}|\d)\s*(?:\{\d+\}|\d)/;

/** Differentials of random processes have a calculus of their own. */
const isOfProcesses = ({ document, equation }: Finding): boolean =>
  equation !== undefined &&
  [equation.left, equation.right].some(hasDifferential) &&
  /\bit[oô]\b|stochastic differential|brownian motion|wiener process/i.test(document.text);

/** `dy/dt = f(y, t)`, of which y is the solution that is looked for. */
function isDifferentialEquation(finding: Finding): boolean {
  const { document, equation, formula, verdict } = finding;
  if (equation?.kind !== "derivative" || verdict?.general === true || equation.left.kind !== "derivative") return false;
  if (equation.left.of.kind !== "name" && equation.left.of.kind !== "call") return false;
  const words = `${document.text.slice(Math.max(0, formula.span.start - 300), formula.span.start)} ${Passages.of(document).titles(formula.span.start).join(" ")}`; // prettier-ignore
  return /differential equations?|\b[OP]DEs?\b|initial[- ]value|\bdynamics\b|equations? of motion/i.test(words);
}

/** `∂s_j/∂z_i = −s_j s_i`, where the other case, j = i, has a line of its own. */
function isOfDifferentEntries({ equation, verdict }: Finding): boolean {
  const correction = verdict?.correction?.expr;
  if (equation?.kind !== "derivative" || correction === undefined) return false;
  const isDelta = (e: Expr): boolean => e.kind === "index" && e.base.kind === "apply" && e.base.op === "eye";
  const claimed = verdict!.correction!.side === "right" ? equation.right : equation.left;
  return someNode(correction, isDelta) && !someNode(claimed, isDelta);
}

const provenance = (f: Finding): Provenance => provenanceOf(partsOf(f), f.formula, f.document);

/** A result that was worked out, put into a gradient or into all that is said: what it rests on was looked at. */
const isGrounded = ({ verdict }: Finding): boolean => verdict?.ground === "result" || verdict?.ground === "solution" || verdict?.general === true; // prettier-ignore

const isPlain = ({ equation }: Finding): boolean => equation !== undefined && equation.kind !== "derivative";

const hasLiteral = (f: Finding): boolean => partsOf(f).some((e) => someNode(e, (n) => n.kind === "literal"));

/** `det A + det B = 2 ≠ det(A + B)`: a chain that denies something. */
const isDenied = ({ formula: { statement: s } }: Finding): boolean => s.kind === "claim" && s.relations.some((r) => /neq|≠|not/.test(r)); // prettier-ignore

/** What two sides say of a name that the note gives several values, for cases, models or for a contradiction. */
const isOfSeveralValues = (f: Finding): boolean =>
  isPlain(f) && !isGrounded(f) && !hasLiteral(f) && provenance(f).redefined > 0;

/** What is said of a function holds where that was said: `T(v) = c_1 b_1 − c_2 b_2` of one of many transformations. */
function isOfFunction(f: Finding): boolean {
  if (!isPlain(f) || isGrounded(f)) return false;
  const { calls, openCalls } = provenance(f);
  return calls + openCalls > 0;
}

/** `x_t = …` once more: the second model, the next step. */
function isGivenAgain(f: Finding): boolean {
  const { equation, formula: { statement: s } } = f; // prettier-ignore
  if (!isPlain(f) || isGrounded(f) || hasLiteral(f) || equation === undefined) return false;
  // A second definition, held against the first one.
  if (s.kind === "definition") return s.parameters === undefined;
  const isFirst = s.kind !== "claim" || (s.continues !== true && s.sides.indexOf(equation.right) <= 1);
  const { left, right } = equation;
  return isFirst && (left.kind === "name" || left.kind === "index") && ![...freeNames(left)].some((n) => freeNames(right).has(n)); // prettier-ignore
}

/** `Mv = Nv`, of matrices that have no letter in common: it is solved for v. */
function isEigenEquation({ equation }: Finding): boolean {
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
function isMadeSymmetric({ equation }: Finding): boolean {
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

/** What another formula gave the same name, held against this one: another model, another case, a supposition. */
function isOfOtherFormula(f: Finding): boolean {
  const { equation, formula: { statement: s } } = f; // prettier-ignore
  if (!isPlain(f) || isGrounded(f) || hasLiteral(f) || equation?.leftSpan !== undefined) return false;
  return s.kind !== "claim" || s.continues !== true;
}

/** `f' = cg'` of functions that are not written with their arguments. */
function isOfPrimes({ equation, verdict }: Finding): boolean {
  if (equation === undefined || verdict?.general === true) return false;
  const isBare = (n: Expr): boolean =>
    n.kind === "call" && (/^['′]+$/.test(n.name) || (n.primes > 0 && n.args.length === 0));
  return [equation.left, equation.right].some((e) => someNode(e, isBare));
}

/** The size of what comes out, told of letters: blocks, a bracket that is no matrix, another matrix of that name. */
const isResultOfLetters = ({ equation, verdict }: Finding): boolean => {
  const isOpen = (e: Expr): boolean =>
    e.kind === "name" ||
    e.kind === "call" ||
    (e.kind === "apply" && (e.op === "inv" || e.op === "pow")) ||
    (e.kind !== "literal" && children(e).some(isOpen));
  return (
    equation !== undefined && /^the result is/.test(verdict?.note ?? "") && [equation.left, equation.right].some(isOpen)
  );
};

/** `[2, 2c; 1, 1][x; y] = [2c; 2]`: to be solved for what stands on one side only. */
function isSystem({ equation }: Finding): boolean {
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
const isAugmented = (f: Finding): boolean => /\\begin\{array\}\s*\{[^|}]*\|[^}]*\}/.test(f.document.text.slice(f.formula.span.start, f.formula.span.end)); // prettier-ignore

/** `(a, b)^T`: whichever way it stood. */
const TURNED_LIST = /\([^(),]*,[^()]*\)[ \t]*\^[ \t]*(?:\{[ \t]*)?(?:\\top|\\intercal|\\mathsf|T)/;

/** A delta that stands alone may be a variation, or Dirac's. */
const hasDelta = (f: Finding): boolean =>
  isPlain(f) && !isGrounded(f) && /\\delta(?![a-z]|\s*_|\s*\^)/.test(sourceOf(f));

/** `d⟨A, X⟩ = ⟨A, dX⟩`: what has no differential on the other side is held fixed. */
function isHeldFixed({ document, equation, verdict, formula }: Finding): boolean {
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
function isOfVolumes({ equation }: Finding): boolean {
  if (equation === undefined || !hasDifferential(equation.left) || !hasDifferential(equation.right)) return false;
  const isSize = (n: Expr): boolean =>
    n.kind === "apply" && (n.op === "det" || n.op === "abs" || n.op === UNSETTLED.bars);
  return [equation.left, equation.right].some((e) => factorsOf(e).some(isSize));
}

/** `w` beside a bold `w`, neither with anything below: most likely the same one. */
function mixesStyles(f: Finding): boolean {
  if (f.equation === undefined) return false;
  const { scope } = f.formula;
  const styles = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const see = (e: Expr): void => {
    for (const n of freeNames(e)) {
      if (seen.has(n)) continue;
      seen.add(n);
      const { letter, style, subscripted } = letterOf(n);
      if (!subscripted) styles.set(letter, (styles.get(letter) ?? new Set()).add(style));
      const d = scope.definitions.get(n);
      if (d !== undefined) see(d.body);
    }
    someNode(e, (n) => {
      const d = n.kind === "call" && !seen.has(`${n.name}()`) ? scope.definitions.get(n.name) : undefined;
      if (d !== undefined) {
        seen.add(`${d.name}()`);
        see(d.body);
      }
      return false;
    });
  };
  partsOf(f).forEach(see);
  return [...styles.values()].some((s) => s.has("bold") && s.has(""));
}

/** A derivative of what the note gives several values, in which another name or mark would have to stand. */
function isOfSeveralFunctions(f: Finding): boolean {
  const { equation, verdict, formula } = f;
  if (equation?.kind !== "derivative" || !["mark", "name"].includes(verdict?.slip ?? "")) return false;
  if ([equation.left, equation.right].some((e) => isExplicit(e, formula.scope))) return false;
  return provenance(f).redefined > 0;
}

/** Sizes that do not fit are told where they were said near by, in a product that can be no other. */
function isUnsure(f: Finding): boolean {
  const { equation, problem, formula, document } = f;
  if (equation !== undefined) return false;
  if (/multiplies two (?:columns|rows)/.test(problem.message) || /\\langle|⟨/.test(sourceOf(f))) return true;
  // The size of a numbered layer is often that of the data.
  if (problem.clash?.parts.some(({ shape }) => [shape.rows, shape.cols].some((d) => /_\d+$/.test(d.key)))) return true;
  const places = Passages.of(document);
  return (problem.related ?? []).some((r) => places.distance(r.span.start, formula.span.start) === "elsewhere");
}

/** What the words quote as a mistake, or as what is not defined. */
const isQuoted = (f: Finding): boolean => f.equation === undefined && QUOTED.is({ source: "", sides: [], isFirst: false, note: "", ...wordsAround(f) }); // prettier-ignore
const QUOTED = GENRES.find((g) => g.name === "quotation")!;

const MEANINGS: readonly { readonly words: string; readonly is: (finding: Finding) => boolean }[] = [
  { words: "it may state a property of its letters", is: isProperty },
  { words: "a value may have been put in", is: isValuePutIn },
  { words: "it may be an equation to be solved", is: isFixedPoint },
  { words: "what is put to zero may be multiplied by any number", is: isPutToZero },
  { words: "a mark above a name has several meanings", is: hasDagger },
  {
    words: "a number in front of a fraction may be added to it",
    is: (f) => f.verdict?.slip === "number" && MIXED.test(sourceOf(f)),
  },
  { words: "differentials of random processes have a calculus of their own", is: isOfProcesses },
  { words: "it may be a differential equation", is: isDifferentialEquation },
  { words: "it may be about different entries", is: isOfDifferentEntries },
  { words: "it denies something", is: isDenied },
  { words: "another formula may be about another case", is: isOfOtherFormula },
  { words: "its functions are not written with their arguments", is: isOfPrimes },
  { words: "its letters may stand for blocks", is: isResultOfLetters },
  { words: "it may be a system to be solved", is: isSystem },
  { words: "it may be a step of an elimination", is: isAugmented },
  { words: "a delta may be a variation", is: hasDelta },
  { words: "it may be about volumes", is: isOfVolumes },
  { words: "letters in two styles may be the same", is: mixesStyles },
  { words: "what is differentiated is defined more than once", is: isOfSeveralFunctions },
  { words: "a list in round brackets may be a row or a column", is: (f) => TURNED_LIST.test(sourceOf(f)) },
  { words: "some of its names may be held fixed", is: isHeldFixed },
  { words: "one of its names is defined more than once", is: isOfSeveralValues },
  { words: "what was said of a function may not be meant", is: isOfFunction },
  { words: "it may be given anew", is: isGivenAgain },
  { words: "it may be an equation to be solved", is: isEigenEquation },
  { words: "it may say how something was made symmetric", is: isMadeSymmetric },
  { words: "its sizes may be others here", is: isUnsure },
  { words: "the text may quote it as a mistake", is: isQuoted },
  { words: "of an absolute value the sign is not told", is: isOfAbsoluteValue },
  { words: "it may be about one point", is: isAmongValues },
  { words: "it only names what stands there", is: isOwnName },
  { words: "integrals and limits are not judged", is: (f) => /\\(?:i*int|oint)(?![a-z])|∫/.test(sourceOf(f)) },
  { words: "no slip of the pen explains the difference", is: isUnexplained },
  { words: "a factor or a transpose of the whole may come from elsewhere", is: isOffAsAWhole },
  { words: "a number may be spread over an array, or a name be used anew", is: isSpread },
  { words: "its sizes are said further down, of another use of the letter", is: isSaidFurtherDown },
  { words: "how far a derivative reaches is not written", is: isOfUnclearReach },
  { words: "a member may have the size of what it is a member of", is: isMemberOfAnother },
  { words: "one of its commands is not known", is: callsUnknownCommand },
  { words: "a size that is a letter may be that number", is: clashesWithNumber },
];
