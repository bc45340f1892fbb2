import type { Span } from "../core/ast";
import type { Problem } from "../core/problem";
import { atOnce, type Steps } from "../core/steps";
import type { Formula, MathDocument } from "../documents/document";
import type { Layout } from "../evaluation";
import { shapeProblems, statedSizes } from "../shapes/document";
import { checkNote } from "./checkNote";
import { equationKey } from "./digest";
import { type Equation, equationsOf } from "./equation";
import { weigh } from "./evidence";
import { judging } from "./judge";
import { isDerivativeOfKnown } from "./note";
import { Statements } from "./nothingStated";
import { type CheckOptions, type CheckResult, printMcalc } from "./options";
import { type ClaimVerdict, claimVerdict, inDocument, problemOf } from "./report";
import { withoutSuppressed } from "./suppressions";
import { unsupportedDerivatives } from "./unsupported";
import { UNKNOWN } from "./verdict";

/** Checks a document in small steps: runs until the next `yield` take a few milliseconds each. */
export function* checkSteps(document: MathDocument, options: CheckOptions = {}): Steps<CheckResult> {
  const reading = document.formulas.filter((f) => f.problems.length > 0).flatMap((f) => readingProblems(f));
  reading.push(...(yield* shapeProblems(document, options.print, options.say ?? options.print)));
  if (document.languageId !== "mcalc") return yield* checkedNote(document, reading, options);
  if (options.checkClaims === false)
    return { problems: namedOnce(withoutSuppressed(document, reading), document), claims: [] };
  const errors = reading.filter((p) => p.severity === "error").map((p) => p.span.start);
  errors.sort((a, b) => a - b);
  const found = yield* checkClaims(document, options, (f) => firstFrom(errors, f.span.start) <= f.span.end);
  const problems = namedOnce(
    [...reading, ...found.problems].sort((a, b) => a.span.start - b.span.start),
    document,
  );
  return { problems: withoutSuppressed(document, problems), claims: found.claims };
}

/** What is told of a note: of all that looks wrong what is likely to be. */
function* checkedNote(
  document: MathDocument,
  reading: readonly Problem[],
  options: CheckOptions,
): Generator<void, CheckResult> {
  const all = options.checkClaims === false ? [] : yield* checkNote(document, options);
  const { shapes, judged } = weigh(document, reading, all, options.listener);
  const found = judged.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const problems = [...shapes, ...found].sort((a, b) => a.span.start - b.span.start);
  // What is said of a size, and fits, is a claim that holds.
  const sizes = options.checkClaims === false ? [] : [...statedSizes(document)].filter((f) => !judged.some((j) => j.equation.formula === f)); // prettier-ignore
  const statements = new Statements(document);
  const isAsked = standsAlone(document);
  const isDerivativeOfNothing = (e: Equation): boolean => e.kind === "derivative" && !isAsked && !statements.isClaim(e);
  const misfits = shapes.filter((p) => p.code === "dimension-mismatch" || p.code === "not-square");
  return {
    problems: withoutSuppressed(document, problems),
    // A plain equation that is not seen to be true is no claim; of what a prime means only a verdict tells.
    claims: judged
      .filter(
        ({ equation, verdict }) =>
          verdict.status !== "unknown" ||
          !(equation.kind === "equation" || isOfKnown(equation) || isDerivativeOfNothing(equation)),
      )
      .map(({ equation, verdict }) => withMisfit(claimVerdict(document, equation, verdict), misfits))
      .concat(sizes.map(({ span }) => withMisfit(sizeVerdict(document, span), misfits)))
      .sort((a, b) => a.span.start - b.span.start),
  };
}

/** Whether a note is one formula without a word: who hands over that asks about it, whatever it states. */
function standsAlone({ text, formulas }: MathDocument): boolean {
  const span = formulas[0]?.region?.span;
  return span !== undefined && text.slice(0, span.start).trim() === "" && text.slice(span.end).trim() === "";
}

const sizeVerdict = ({ text }: MathDocument, span: Span): ClaimVerdict => ({
  span,
  text: text.slice(span.start, span.end),
  kind: "equation",
  status: "verified",
  note: "its size is as it is said",
});

/** In `.mcalc` a name that is not declared is told where it is first used: its declaration mends all its uses. */
function namedOnce(problems: readonly Problem[], { languageId }: MathDocument): readonly Problem[] {
  if (languageId !== "mcalc") return problems;
  const said = new Set<string>();
  return problems.filter((p) => p.code !== "undeclared" || (!said.has(p.message) && said.add(p.message) !== undefined));
}

/** Whether a side is `f'(x)` or `∇f` of a function that has a definition. */
const isOfKnown = ({ left, right, formula }: Equation): boolean =>
  [left, right].some((e) => isDerivativeOfKnown(e, formula.scope));

const meet = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/** What speaks of sizes that do not fit is wrong, whatever its letters might stand for. */
function withMisfit(claim: ClaimVerdict, misfits: readonly Problem[]): ClaimVerdict {
  const found = misfits.find((m) => meet(m.span, claim.span));
  return found === undefined || claim.status === "wrong" ? claim : { ...claim, status: "wrong", note: found.message };
}

/** The first of sorted numbers that is not below a bound; infinite where there is none. */
function firstFrom(sorted: readonly number[], bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return sorted[low] ?? Infinity;
}

/** Formulas in which nothing is claimed are looked at so many at a time. */
const STRETCH = 256;

/** Every claim of a `.mcalc` document is checked, unless something in it is wrong already. */
function* checkClaims(
  document: MathDocument,
  options: CheckOptions,
  isWrong: (formula: Formula) => boolean,
): Generator<void, CheckResult> {
  const problems: Problem[] = [];
  const claims: ClaimVerdict[] = [];
  const print = options.print ?? printMcalc;
  const layout: Layout =
    options.layout === "numerator" ? { transposedGradients: true, transposedMatrixGradients: true } : {};
  let looked = 0;
  for (const formula of document.formulas) {
    if (++looked % STRETCH === 0) yield;
    const wrong = isWrong(formula);
    const first = claims.length;
    if (formula.statement.kind !== "claim") {
      if (!wrong) problems.push(...(yield* unsupportedDerivatives(formula)));
      continue;
    }
    for (const equation of equationsOf(formula, formula.statement, (r) => r === "==")) {
      if (wrong) {
        claims.push(claimVerdict(document, equation, UNKNOWN("something in it does not fit")));
        continue;
      }
      const key =
        options.cache === undefined
          ? ""
          : equationKey(equation.left, equation.right, formula.scope, JSON.stringify(layout));
      let verdict = options.cache?.get(key);
      const fresh = verdict === undefined;
      verdict ??= yield* judging(equation.left, equation.right, formula.scope, {
        layout,
        print: (e) => print(e, formula),
      });
      if (fresh) options.cache?.set(key, verdict);
      claims.push(claimVerdict(document, equation, verdict));
      const problem = problemOf(document, equation, verdict, verdict.status === "wrong" ? "error" : "warning", print);
      if (problem !== undefined) problems.push(problem);
      if (fresh) yield;
    }
    if (!wrong && claims.slice(first).some((c) => c.status === "unknown"))
      problems.push(...(yield* unsupportedDerivatives(formula)));
  }
  return { problems, claims };
}

/** Problems of reading a formula, in the document. */
function readingProblems(formula: Formula): Problem[] {
  return formula.problems.map((p) => ({
    ...p,
    span: inDocument(formula, p.span),
    ...(p.related === undefined
      ? {}
      : { related: p.related.map((r) => ({ ...r, span: inDocument(formula, r.span) })) }),
    ...(p.fixes === undefined
      ? {}
      : {
          fixes: p.fixes.map((f) => ({
            ...f,
            edits: f.edits.map((e) => ({ ...e, span: inDocument(formula, e.span) })),
          })),
        }),
  }));
}

/** Checks a document in one go. */
export const checkDocument = (document: MathDocument, options: CheckOptions = {}): CheckResult =>
  atOnce(checkSteps(document, options));
