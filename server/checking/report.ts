import type { Expr, Span } from "../core/ast";
import type { Fix, Problem, Severity } from "../core/problem";
import type { Formula, MathDocument } from "../documents/document";
import type { Equation } from "./equation";
import { layoutInWords } from "./layout";
import { conditionText } from "./judge";
import type { Verdict } from "./verdict";

/** Prints an expression in the notation of a formula: for quick fixes and messages. */
export type PrintFor = (e: Expr, formula: Formula) => string;

/** What the checker says of one equation; the span is in the document. */
export interface ClaimVerdict {
  readonly span: Span;
  readonly text: string;
  readonly kind: Equation["kind"];
  readonly status: Verdict["status"];
  readonly note?: string;
}

/** A span of a formula's text, in the document. */
export const inDocument = (formula: Formula, span: Span): Span => ({
  start: formula.at(span.start),
  end: formula.at(span.end),
});

/** Where an equation stands in its document, from its left side to its right one. */
export function spanOf({ formula, leftSpan, rightSpan }: Equation): Span {
  return inDocument(formula, {
    start: leftSpan?.start ?? rightSpan?.start ?? formula.statement.span.start,
    end: rightSpan?.end ?? leftSpan?.end ?? formula.statement.span.end,
  });
}

export function claimVerdict(document: MathDocument, equation: Equation, verdict: Verdict): ClaimVerdict {
  const span = spanOf(equation);
  const note = verdict.note === undefined || verdict.note === "" ? layoutInWords(verdict) : verdict.note;
  return {
    span,
    text: document.text.slice(span.start, span.end),
    kind: equation.kind,
    status: verdict.status,
    ...(note === undefined ? {} : { note }),
  };
}

const SUBJECT = { derivative: "This derivative", step: "This step", equation: "This equation" } as const;

/** The diagnostic for an equation that is wrong, or that needs an assumption; severities as given. */
export function problemOf(
  document: MathDocument,
  equation: Equation,
  verdict: Verdict,
  severity: Severity,
  print: PrintFor,
  say: PrintFor = print,
): Problem | undefined {
  if (verdict.status !== "wrong" && verdict.status !== "conditional") return undefined;
  const { formula, kind } = equation;
  const { correction, condition } = verdict;
  const sideSpan = correction?.side === "left" ? equation.leftSpan : equation.rightSpan;
  const span = inDocument(formula, sideSpan ?? equation.rightSpan ?? formula.statement.span);
  const should = correction === undefined ? undefined : say(correction.expr, formula);
  const fixes: Fix[] = [];
  if (condition !== undefined) fixes.push(...declareFixes(document, formula, condition));
  if (correction !== undefined && sideSpan !== undefined)
    fixes.push({
      title: `Write ${should!}`,
      edits: [{ span, text: print(correction.expr, formula) }],
      ...(condition === undefined ? { preferred: true } : {}),
    });
  const note = verdict.note === "" ? undefined : verdict.note;
  let message: string;
  if (condition !== undefined)
    message = `${SUBJECT[kind]} holds only if ${conditionText(condition)}${should === undefined ? "" : `; in general it should be ${should}`}.`;
  else if (should !== undefined)
    message = `${SUBJECT[kind]} is wrong: this should be ${should}${note === undefined ? "" : ` (${note})`}.`;
  else
    message = `${SUBJECT[kind]} is wrong: the two sides differ${note === undefined ? " at random points" : ` (${note})`}.`;
  const code =
    condition !== undefined
      ? "needs-assumption"
      : kind === "derivative"
        ? "wrong-derivative"
        : kind === "step"
          ? "wrong-step"
          : "false-claim";
  return { code, severity, message, span, ...(fixes.length === 0 ? {} : { fixes }) };
}

/** A derivative that is right in the layout that the rest of its note does not use: worth knowing, and no mistake. */
export function turnedProblem({ formula, rightSpan, kind }: Equation): Problem {
  return {
    code: kind === "derivative" ? "wrong-derivative" : "wrong-step",
    severity: "information",
    message: "This is the transpose of what it would be in the layout that the other derivatives of this note have; it is right in its own.", // prettier-ignore
    span: inDocument(formula, rightSpan ?? formula.statement.span),
  };
}

/** Declaring what is missing, where a declaration of one variable alone stands in the document. */
function declareFixes(document: MathDocument, at: Formula, condition: NonNullable<Verdict["condition"]>): Fix[] {
  if (at.notation !== "mcalc") return [];
  const edits: { span: Span; text: string }[] = [];
  for (const name of condition.names) {
    const declaring = document.formulas.findLast(
      (f) =>
        f.span.start < at.span.start &&
        f.statement.kind === "declaration" &&
        f.statement.names.some((n) => n.name === name),
    );
    if (declaring?.statement.kind !== "declaration") return [];
    const { shapeSpan, properties, names } = declaring.statement;
    const after = properties.at(-1)?.span ?? shapeSpan;
    if (after === undefined || names.some((n) => !condition.names.includes(n.name))) return [];
    const end = declaring.at(after.end);
    if (!edits.some((e) => e.span.start === end))
      edits.push({ span: { start: end, end }, text: ` ${condition.property}` });
  }
  const { names, property } = condition;
  return [{ title: `Declare ${names.join(", ")} ${property}`, edits, preferred: true }];
}
