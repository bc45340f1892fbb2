import type { ApplyExpr, Expr } from "../core/ast";
import { dimEqual, dimText, isOne } from "../core/dimension";
import type { Problem } from "../core/problem";
import type { Scope } from "../core/scope";
import { isMatrix, isScalar, type Shape } from "../core/shape";
import type { Formula, MathDocument } from "../documents/document";
import { type Claim, expressions, type Statement } from "../language/statement";
import { findFixes } from "./fixes";
import type { ShapeProblem } from "./mismatch";
import { inDocument, nameProblems, undeclaredFixes } from "./names";
import { reasonText } from "./reason";
import { SaidSizes } from "./said";
import { inferStatement } from "./statement";
import { shown } from "./mismatch";

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
export function* shapeProblems(document: MathDocument, print?: PrintPartOf): Generator<void, Problem[]> {
  const problems: Problem[] = [];
  let repaired = 0;
  const note = document.languageId === "mcalc" ? undefined : new SaidSizes(document);
  const recurring: Recurring = new Map();
  for (const formula of document.formulas) {
    const { problems: found, scope } = problemsOf(formula, note, recurring);
    const said = scope === formula.scope ? formula : { ...formula, scope };
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
  if (all.length === 0) return { problems: all, scope };
  const own = said === scope ? formula : { ...formula, scope: said };
  const problems = all.filter((p) => PROVABLE.has(p.code) && p.reasons.length > 0 && isProved(p, own, note));
  return { problems, scope: said };
}

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
  if (p.code === "not-square" && said.mayBeSquare(formula)) return false;
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
