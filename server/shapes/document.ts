import { type ApplyExpr, children, type Expr, freeNames, sameExpr, type Span } from "../core/ast";
import { type Dim, dimEqual, dimText, isOne } from "../core/dimension";
import type { Problem } from "../core/problem";
import type { Scope } from "../core/scope";
import { isColumn, isMatrix, isScalar, sameShape, SCALAR, type Shape, transposed } from "../core/shape";
import type { Formula, MathDocument } from "../documents/document";
import type { Rival } from "../language/latex/readings";
import { printText } from "../language/print";
import { type Claim, expressions, type Statement } from "../language/statement";
import { slips } from "../documents/notes/slips";
import { findFixes } from "./fixes";
import { inferShape } from "./infer";
import type { ShapeProblem } from "./mismatch";
import { inDocument, nameProblems, undeclaredFixes } from "./names";
import { reasonText } from "./reason";
import { SaidSizes } from "./said";
import { inferStatement } from "./statement";
import { shapeNoun, shown } from "./mismatch";

/** Prints a part of a formula as its author would, for quick fixes in notes. */
export type PrintPartOf = (e: Expr, formula: Formula) => string;

/** Problems for which repairs are looked for, in one document and in one formula: a hopeless one must not cost time. */
const MOST_REPAIRED = 100;
const MOST_REPAIRED_TOGETHER = 12;
const HOPELESS = 40;

/**
 * All problems of shapes and names in a document, in small steps (a few milliseconds each); spans are in the
 * document. In notes only what certain shapes prove is reported.
 */
export function* shapeProblems(
  document: MathDocument,
  print?: PrintPartOf,
  say: PrintPartOf = (e) => printText(e),
): Generator<void, Problem[]> {
  const problems: Problem[] = [];
  let repaired = 0;
  const note = document.languageId === "mcalc" ? undefined : new SaidSizes(document);
  const recurring: Recurring = new Map();
  for (const formula of document.formulas) {
    const { problems: found, scope } = problemsOf(formula, note, recurring);
    const said = scope === formula.scope ? formula : { ...formula, scope };
    if (
      found.length === 0 &&
      note !== undefined &&
      formula.unfit !== undefined &&
      isUnfit(formula, formula.unfit, note)
    )
      problems.push(unfitting(formula, formula.unfit, print, say));
    const declared = note === undefined || found.length < 2 ? undefined : declarationSlip(document, said, found);
    if (declared !== undefined) {
      problems.push(declared);
      continue;
    }
    let together = 0;
    for (const p of found) {
      const isRepaired = repaired < MOST_REPAIRED && together < MOST_REPAIRED_TOGETHER && found.length < HOPELESS;
      if (isRepaired) [repaired, together] = [repaired + 1, together + 1];
      problems.push(settled(p, document, formula, isRepaired ? fixesOf(p, document, said, print) : []));
      if (isRepaired) yield;
    }
    yield;
  }
  if (document.languageId === "mcalc") problems.push(...(yield* nameProblems(document)));
  return problems;
}

/** Names whose declared sizes are tried. */
const MOST_DECLARED = 6;

/**
 * Where several things in a formula do not fit and one other size of one declaration would make all of it fit, without a size
 * that stands nowhere else: the slip is in the declaration. `undefined` where several would do.
 */
function declarationSlip(
  document: MathDocument,
  { statement, scope, span }: Formula,
  found: readonly ShapeProblem[],
): Problem | undefined {
  if (found.some((p) => !PROVABLE.has(p.code))) return undefined;
  const names = [...new Set(expressions(statement).flatMap((e) => [...freeNames(e)]))];
  const arrays = names.flatMap((n) => {
    const [shape, origin] = [scope.variables.get(n)?.shape, document.origin(n, span.start)];
    return shape === undefined || isScalar(shape) || origin?.rowsSpan === undefined ? [] : [{ n, shape, origin }];
  });
  if (arrays.length < 2 || arrays.length > MOST_DECLARED || arrays.some(({ n }) => scope.definitions.has(n))) return undefined; // prettier-ignore
  const sizes = new Map(arrays.flatMap(({ shape }) => [shape.rows, shape.cols]).map((d) => [d.key, d]));
  const slips: { readonly name: string; readonly side: "rows" | "cols"; readonly from: Dim; readonly to: Dim }[] = [];
  for (const { n, shape } of arrays)
    for (const side of ["rows", "cols"] as const)
      for (const to of sizes.values()) {
        if (dimEqual(to, shape[side]) || isOne(shape[side])) continue;
        const variables = new Map(scope.variables).set(n, { ...scope.variables.get(n)!, shape: { ...shape, [side]: to } }); // prettier-ignore
        const all = arrays.flatMap(({ n: m }) => [variables.get(m)!.shape.rows.key, variables.get(m)!.shape.cols.key]);
        if ([...sizes.keys()].some((key) => all.filter((k) => k === key).length < 2)) continue;
        if (inferStatement(statement, { ...scope, variables }, { tolerant: true }).problems.length > 0) continue;
        slips.push({ name: n, side, from: shape[side], to });
      }
  const [slip] = slips;
  if (slip === undefined || slips.length > 1) return undefined;
  const origin = document.origin(slip.name, span.start)!;
  const at = (slip.side === "rows" ? origin.rowsSpan : origin.colsSpan) ?? origin.span;
  return {
    code: "dimension-mismatch",
    severity: "error",
    message: `With this size of ${slip.name} the formula below does not fit: ${dimText(slip.to)} should stand here for ${dimText(slip.from)}.`,
    span: at,
    fixes: [{ title: `Write ${dimText(slip.to)}`, edits: [{ span: at, text: dimText(slip.to) }], preferred: true }],
  };
}

/** Whether what is known of the names in a formula that does not fit was said for this place, and its signs are clear. */
function isUnfit(formula: Formula, { span }: NonNullable<Formula["unfit"]>, said: SaidSizes): boolean {
  if (mayMeanOther(formula, span)) return false;
  return expressions(formula.statement).every((e) =>
    [...freeNames(e)].every((n) => {
      const known = formula.scope.variables.get(n);
      if (known === undefined || formula.guessed?.has(n) !== false || isUsual(n, known.shape)) return true;
      return said.of(n, formula) !== undefined;
    }),
  );
}

/** Whether a name is what its letter would be taken for anyway: a capital a matrix, a small letter a column. */
const isUsual = (name: string, shape: Shape): boolean =>
  /^\p{Lu}/u.test(name.normalize("NFKC"))
    ? isMatrix(shape)
    : /^\p{Ll}/u.test(name.normalize("NFKC")) && isColumn(shape);

/** A formula that fits with no sizes at all. */
function unfitting(
  formula: Formula,
  { span, expr, what }: NonNullable<Formula["unfit"]>,
  print: PrintPartOf | undefined,
  say: PrintPartOf,
): Problem {
  const at = { start: formula.at(span.start), end: formula.at(span.end) };
  const written = print?.(expr, formula);
  const said = (e: Expr): string => say(e, formula);
  return {
    code: "dimension-mismatch",
    severity: "warning",
    message: `No sizes fit here: ${what(said)}; this should be ${said(expr)}.`,
    span: at,
    ...(written === undefined
      ? {}
      : { fixes: [{ title: `Write ${said(expr)}`, edits: [{ span: at, text: written }], preferred: true }] }),
  };
}

const isNumber = (e: Expr): boolean =>
  e.kind === "number" || (e.kind === "apply" && e.op === "neg" && e.args[0]!.kind === "number");

const PROVABLE: ReadonlySet<string> = new Set(["dimension-mismatch", "not-square", "not-scalar"]);

/** What does not fit in a statement that stands in several lines, and the scope in which it was looked at. */
type Recurring = Map<Statement, Found>;

interface Found {
  readonly problems: readonly ShapeProblem[];
  /** What is known where they stand. */
  readonly scope: Scope;
}

function problemsOf(formula: Formula, note: SaidSizes | undefined, recurring: Recurring): Found {
  const { statement, scope } = formula;
  if (note === undefined || formula.notation === "mcalc") {
    const before = recurring.get(statement);
    if (before?.scope === scope) return before;
    const { problems } = inferStatement(statement, scope);
    recurring.set(statement, { scope, problems });
    return { problems, scope };
  }
  const said = note.scope(expressions(statement), formula);
  const all = said === scope ? misfits(formula) : inferStatement(statement, said, { tolerant: true }).problems;
  const own = said === scope ? formula : { ...formula, scope: said };
  if (all.length === 0) {
    const other = otherThanSaid(own, note);
    return { problems: other === undefined ? [] : [other], scope: said };
  }
  const problems = all.filter((p) => PROVABLE.has(p.code) && p.reasons.length > 0 && isProved(p, own, note));
  return { problems, scope: said };
}

/** The value of a formula with its size, and the one that it is said to have: `A^TA ∈ ℝ^{m×m}`, or by the declaration of its name. */
function sizesOf(formula: Formula, said: SaidSizes) {
  const { statement, scope, within } = formula;
  const value = expressions(statement).at(-1);
  if (value?.span === undefined || value.kind === "name" || freeNames(value).size === 0) return undefined;
  const name = statement.kind === "definition" && statement.parameters === undefined ? statement.name : undefined;
  const stated = within ?? (name === undefined ? undefined : said.declared(name, formula));
  if (stated === undefined || !said.covers(value, formula) || hasList(value)) return undefined;
  const { shape, problems } = inferShape(value, scope, { tolerant: true });
  return shape === undefined || problems.length > 0 ? undefined : { value, span: value.span, name, stated, shape };
}

/** Formulas that say in their own display what size their value has, and are right about it. */
export function* statedSizes(document: MathDocument): Generator<Formula> {
  if (document.languageId === "mcalc") return;
  const said = new SaidSizes(document);
  for (const formula of document.formulas) {
    const { statement, within, region } = formula;
    if (formula.notation === "mcalc" || (within === undefined && (statement.kind !== "definition" || region === undefined))) continue; // prettier-ignore
    const scope = said.scope(expressions(statement), formula);
    const found = sizesOf(scope === formula.scope ? formula : { ...formula, scope }, said);
    if (found === undefined || !sameShape(found.shape, found.stated)) continue;
    const isBeside = within !== undefined || said.isDeclaredWithin(found.name ?? "", region!.span);
    if (isBeside && !mayMeanOther(formula, found.span)) yield formula;
  }
}

/** The value of a formula that has another size than it is said to have. */
function otherThanSaid(formula: Formula, said: SaidSizes): ShapeProblem | undefined {
  const { scope, within } = formula;
  const found = sizesOf(formula, said);
  if (found === undefined) return undefined;
  const { value, name, stated, shape } = found;
  if (sameShape(shape, stated)) return undefined;
  // Rows are as often called vectors; derivatives may be laid out either way; and a number is spread over what it is.
  if (sameShape(shape, transposed(stated)) && (!isMatrix(shape) || hasDerivative(value))) return undefined;
  if (isScalar(shape) || isScalar(stated) || mayMeanOther(formula, found.span)) return undefined;
  const what = name === undefined || within !== undefined ? "here it is said to be" : `${name} is declared`;
  const slip = [...slips(value, (e) => inferShape(e, scope, { tolerant: true }).shape)]
    .sort((a, b) => a.cost - b.cost)
    .find((s) => sameShape(inferShape(s.expr, scope, { tolerant: true }).shape ?? shape, stated));
  const repair = slip === undefined ? "" : `; ${slip.what(shown)}`;
  return {
    code: "dimension-mismatch",
    severity: "error",
    message: `${shown(value)} is ${shapeNoun(shape)}, but ${what} ${shapeNoun(stated)}${repair}.`,
    span: found.span,
    node: value,
    reasons: [],
  };
}

const hasList = (e: Expr): boolean => e.kind === "literal" || e.kind === "index" || children(e).some(hasList);
const hasDerivative = (e: Expr): boolean => e.kind === "derivative" || children(e).some(hasDerivative);

/** All that does not fit in a formula of a note: the same in all versions in which it is read with the same knowledge. */
function misfits({ statement, scope, basis }: Formula): readonly ShapeProblem[] {
  const known = basis === undefined ? undefined : MISFITS.get(basis);
  if (known !== undefined) return known;
  const { problems } = inferStatement(statement, scope, { tolerant: true });
  if (basis !== undefined) MISFITS.set(basis, problems);
  return problems;
}
const MISFITS = new WeakMap<object, readonly ShapeProblem[]>();

const isSum = (e: Expr): e is ApplyExpr => e.kind === "apply" && (e.op === "add" || e.op === "sub");

/** A row, or a bias, that is spread over the rows of a matrix: people leave that to the reader. */
function isSpread({ node, clash }: ShapeProblem): boolean {
  if (!isSum(node) || clash === undefined || clash.parts.length !== 2) return false;
  const [a, b] = clash.parts.map((p) => p.shape) as [Shape, Shape];
  const isOver = (v: Shape, m: Shape, e: Expr): boolean =>
    isScalar(v)
      ? e.kind === "name"
      : isMatrix(m) &&
        [v.rows, v.cols].some((d) => !isOne(d) && (dimEqual(d, m.cols) || dimEqual(d, m.rows))) &&
        !isMatrix(v);
  return isOver(a, b, node.args[0]!) || isOver(b, a, node.args[1]!);
}

/** `r(x)^2` for the square of a vector's length; the inverse of what is written as a vector, as of a quaternion. */
const isSquareOfVector = ({ node, code, clash }: ShapeProblem): boolean =>
  code === "not-square" &&
  node.kind === "apply" &&
  (node.op === "pow" || node.op === "inv") &&
  clash?.parts[0] !== undefined &&
  !isMatrix(clash.parts[0].shape);

/**
 * What only looks as if it needed a square matrix: bars around an array that is written out, `P^1` and `P^3` for rows, and
 * the inverse of a matrix whose sizes were said long before.
 */
function isNoPower({ node }: ShapeProblem, formula: Formula, said: SaidSizes): boolean {
  if (node.kind !== "apply") return false;
  const [of] = node.args;
  const isFar = [...freeNames(node)].some((n) => !said.isNear(n, formula));
  if (node.op === "det" || node.op === "logdet") return isFar || of!.kind === "literal";
  // `(e^x + e^{-x})^2` is taken entry by entry.
  if (node.op === "pow") return of!.kind !== "name" || said.isCounted(of!.name);
  return node.op === "inv" && isFar;
}

/** Arrays written out one behind the other, with no relation between them: the steps of an elimination. */
const isSequence = ({ node }: ShapeProblem, { statement }: Formula): boolean =>
  statement.kind === "query" && node.kind === "apply" && node.op === "mul" && node.args[1]!.kind === "literal";

/** `z[a]`: the entries of z that a picks. */
function isPicked({ node }: ShapeProblem, { text }: Formula): boolean {
  if (node.kind !== "apply" || node.op !== "mul") return false;
  const [of, by] = node.args as [Expr, Expr];
  if (of.kind !== "name" || by.kind !== "name" || of.span === undefined || by.span === undefined) return false;
  return /^\s*(?:\\left\s*)?\[/.test(text.slice(of.span.end, by.span.end));
}

const isInLiteral = (e: Expr, part: Expr, inside = false): boolean =>
  e === part ? inside : children(e).some((c) => isInLiteral(c, part, inside || e.kind === "literal"));

/** Whether a part is one of the products that a commutator `[x, y]` stands for: the bracket of an algebra of vectors. */
function isInBracket(e: Expr, part: Expr): boolean {
  if (e.kind === "apply" && e.op === "sub" && e.args.includes(part)) {
    const [x, y] = e.args as [Expr, Expr];
    if (x.kind === "apply" && y.kind === "apply" && x.op === "mul" && y.op === "mul")
      if (sameExpr(x.args[0]!, y.args[1]!) && sameExpr(x.args[1]!, y.args[0]!)) return true;
  }
  return children(e).some((c) => isInBracket(c, part));
}

/** Whether `x ⊗ y` of two vectors stands there, which may be their outer product. */
function isOuter(e: Expr, formula: Formula): boolean {
  if (e.kind !== "apply" || e.op !== "kron") return children(e).some((c) => isOuter(c, formula));
  const { scope } = formula;
  return e.args.every((a) => !isMatrix(inferShape(a, scope, { tolerant: true }).shape ?? SCALAR));
}

/** Other meanings of a sign that are as likely as this count. */
const LIVING = 0.1;

/** Which norm the bars around a part are is no matter within them. */
const isNormAround = ({ chosen, span }: Rival, start: number, end: number): boolean =>
  chosen === "norm" && span.start < start && end < span.end;

/** Whether a sign in a part may mean something else than a product of matrices or the like. */
const mayMeanOther = ({ rivals, text }: Formula, { start, end }: Span): boolean =>
  rivals?.some(
    (r) => r.weight >= LIVING && r.span.start < end && start < r.span.end && !isNormAround(r, start, end),
  ) === true || /\\times(?![a-z])|×/i.test(text.slice(start, end));

/** Whether parts are no more than vectors or numbers written down, or columns of vectors among numbers. */
function isOfLists(parts: readonly Expr[], { scope }: Formula): boolean {
  const isList = (e: Expr): boolean =>
    e.kind === "number" || (e.kind === "literal" && (e.rows.length === 1 || e.rows.every((r) => r.length === 1)));
  if (parts.every(isList) || (parts.some(isList) && parts.every((e) => freeNames(e).size === 0))) return true;
  const isWide = (e: Expr): boolean => e.kind === "name" && !isScalar(scope.variables.get(e.name)?.shape ?? SCALAR);
  const isMixed = (e: Expr): boolean =>
    (e.kind === "literal" &&
      e.rows.length > 1 &&
      e.rows.every((r) => r.length === 1 && r[0]!.kind === "name") &&
      e.rows.some((r) => isWide(r[0]!)) &&
      !e.rows.every((r) => isWide(r[0]!))) ||
    children(e).some(isMixed);
  return parts.some(isMixed);
}

const before = ({ sides }: Claim, side: Expr): Expr | undefined => sides[sides.indexOf(side) - 1];

/** Whether a problem involves only shapes that the note states, for these very names, and no habit of authors. */
function isProved(p: ShapeProblem, formula: Formula, said: SaidSizes): boolean {
  const { statement } = formula;
  const isOfSides = statement.kind === "claim" && p.span.start < (p.node.span?.start ?? 0);
  const parts = isOfSides ? statement.sides.filter((e) => e === p.node || e === before(statement, p.node)) : [p.node];
  // An entry beside its vector: members that are written like entries.
  if (parts.length > 1 && parts.some((e) => e.kind === "number" || e.kind === "index")) return false;
  // `1 - y` of a vector: people spread numbers.
  if (isSum(p.node) && p.node.args.some(isNumber)) return false;
  if (isSpread(p) || isSquareOfVector(p)) return false;
  if (p.code === "not-square" && (said.mayBeSquare(formula) || isNoPower(p, formula, said))) return false;
  if (isSequence(p, formula) || isPicked(p, formula)) return false;
  // "BA may not even exist": a product that is only spoken of.
  if (statement.kind === "query" && said.isDenied(formula)) return false;
  // What a function does with its arguments is said where it is defined; in a list of numbers letters are numbers.
  if (p.node.kind === "call" || expressions(statement).some((e) => isInLiteral(e, p.node))) return false;
  if (parts.some((e) => isOuter(e, formula)) || expressions(statement).some((e) => isInBracket(e, p.node)))
    return false;
  // `AB \neq BA`; lists of numbers that are points, factors or boxes.
  if (statement.kind === "claim" && statement.relations.some((r) => /neq|≠/.test(r))) return false;
  if (isOfLists(isOfSides ? parts : children(p.node), formula)) return false;
  if (p.node.span !== undefined && mayMeanOther(formula, p.node.span)) return false;
  return parts.every((e) => said.covers(e, formula));
}

function fixesOf(p: ShapeProblem, document: MathDocument, formula: Formula, print?: PrintPartOf): Problem["fixes"] {
  if (p.code === "undeclared") return undeclaredFixes(p, document, formula);
  if (p.fixes !== undefined) return inDocument(p.fixes, formula);
  const { statement, scope, text, notation } = formula;
  if (notation === "latex" && print === undefined) return [];
  const options = notation === "latex" ? { tolerant: true } : {};
  const printed = notation === "latex" && print !== undefined ? (e: Expr) => print(e, formula) : undefined;
  return inDocument(findFixes(p, statement, scope, text, options, printed), formula);
}

/** The problem as it is shown: in the document, with where the dimensions come from. */
function settled(p: ShapeProblem, document: MathDocument, formula: Formula, fixes: Problem["fixes"]): Problem {
  const related: { span: { start: number; end: number }; message: string }[] = [];
  for (const { dim, reason } of p.reasons) {
    if (reason.kind !== "variable") continue;
    const origin = document.origin(reason.name, formula.span.start);
    if (origin === undefined) continue;
    const side = reason.side === "rows" ? origin.rowsSpan : origin.colsSpan;
    const message = `${dimText(dim)}: ${reasonText(reason, shown)}, ${origin.how} here`;
    related.push({ span: side ?? origin.span, message });
  }
  return {
    code: p.code,
    severity: p.severity,
    message: p.message,
    span: { start: formula.at(p.span.start), end: formula.at(p.span.end) },
    ...(related.length === 0 ? {} : { related }),
    ...(fixes === undefined || fixes.length === 0 ? {} : { fixes }),
    ...(p.clash === undefined ? {} : { clash: p.clash }),
  };
}
