import { type Expr, freeNames } from "../core/ast";
import type { Problem } from "../core/problem";
import type { Formula, MathDocument } from "../documents/document";
import { findFixes } from "./fixes";
import type { ShapeProblem } from "./mismatch";
import { inDocument, nameProblems, undeclaredFixes } from "./names";
import { reasonText } from "./reason";
import { inferStatement } from "./statement";
import { shown } from "./mismatch";

/** Prints a part of a formula as its author would, for quick fixes in notes. */
export type PrintPartOf = (e: Expr, formula: Formula) => string;

/** Problems for which repairs are looked for, in one document: a hopeless document must not cost time. */
const MOST_REPAIRED = 100;

/**
 * All problems of shapes and names in a document, in small steps (a few milliseconds each); spans are in the
 * document. In notes only what certain shapes prove is reported.
 */
export function* shapeProblems(document: MathDocument, print?: PrintPartOf): Generator<void, Problem[]> {
  const problems: Problem[] = [];
  let repaired = 0;
  for (const formula of document.formulas) {
    for (const p of problemsOf(formula)) {
      const fixes = repaired++ < MOST_REPAIRED ? fixesOf(p, document, formula, print) : [];
      problems.push(settled(p, document, formula, fixes));
    }
    yield;
  }
  if (document.languageId === "mcalc") problems.push(...nameProblems(document));
  return problems;
}

function problemsOf(formula: Formula): readonly ShapeProblem[] {
  const { statement, scope } = formula;
  if (formula.notation === "mcalc") return inferStatement(statement, scope).problems;
  const { problems } = inferStatement(statement, scope, { tolerant: true });
  return problems.filter((p) => ["dimension-mismatch", "not-square", "not-scalar"].includes(p.code) && isCertain(p, formula));
}

/** Whether only shapes that the note states are involved. */
function isCertain(p: ShapeProblem, formula: Formula): boolean {
  const { guessed = new Set<string>(), statement, scope } = formula;
  const parts = statement.kind === "claim" && statement.sides.includes(p.node) ? statement.sides : [p.node];
  if (parts.length > 1 && parts.some((e) => e.kind === "number")) return false;
  for (const e of parts)
    for (const name of freeNames(e)) if (guessed.has(name) || !(scope.variables.has(name) || scope.definitions.has(name) || scope.dimensions.has(name))) return false;
  return true;
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
    const message = `${dim.key}: ${reasonText(reason, shown)}, ${origin.how} here`;
    related.push({ span: side ?? origin.span, message });
  }
  return {
    code: p.code,
    severity: p.severity,
    message: p.message,
    span: { start: formula.at(p.span.start), end: formula.at(p.span.end) },
    ...(related.length === 0 ? {} : { related }),
    ...(fixes === undefined || fixes.length === 0 ? {} : { fixes }),
  };
}
