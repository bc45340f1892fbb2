import type { Problem } from "../../core/problem";
import type { Formula, MathDocument } from "../../documents/document";
import { Passages } from "../../documents/passages";
import type { NoteEquation } from "../note";
import { isConfirmed, type Verdict } from "../verdict";
import { featuresOf } from "./features";
import type { Company, Finding } from "./finding";
import { otherMeaning } from "./otherMeanings";
import { confidence, doubt, isEnough } from "./model";

/** An equation of a note that was judged; with what there is to say against it. */
export interface Judged {
  readonly equation: NoteEquation;
  readonly verdict: Verdict;
  readonly problem?: Problem;
}

/** Told of every finding with its features: for those who fit the weights. */
export type Listener = (finding: Finding, features: readonly number[], likely: number) => void;

/** What is told of a note, and what is left as a doubt. */
export interface Weighed {
  readonly shapes: readonly Problem[];
  readonly judged: readonly Judged[];
}

/**
 * Of all that looks wrong in a note, what is likely enough a mistake of its author to be told. Authors are right in 98 of
 * 100 formulas, readers err more often: what is left stays as a doubt, in words, where the claim is asked about.
 */
export function weigh(
  document: MathDocument,
  shapes: readonly Problem[],
  judged: readonly Judged[],
  listener?: Listener,
): Weighed {
  const isFinding = (p: Problem | undefined): p is Problem => p?.severity === "warning" || p?.severity === "error";
  const told = judged.filter((j) => isFinding(j.problem));
  const misfits = shapes.filter(isFinding);
  if (told.length + misfits.length === 0) return { shapes, judged };
  const holds = judged.filter((j) => isConfirmed(j.verdict));
  const findings = told.length + misfits.length;
  const [holdsIn, findingsIn] = [countsByPlace(holds), countsByPlace(told)];
  const company = (formula: Formula): Company => ({
    findings,
    holds: holds.length,
    holdsBeside: holdsIn.get(placeOf(formula)) ?? 0,
    findingsBeside: findingsIn.get(placeOf(formula)) ?? 0,
    misfits: misfits.length,
    misfitsBeside: misfits.filter((p) => isIn(p, formula)).length,
  });
  const likelihood = (finding: Finding): { isTold: boolean; doubt: string } => {
    const meant = otherMeaning(finding);
    if (meant !== undefined) return { isTold: false, doubt: meant };
    // Labels stand in the formula itself: neither sizes nor definitions are read for them.
    if (finding.verdict?.ground === "partials") return { isTold: true, doubt: "" };
    const features = featuresOf(finding);
    const likely = confidence(features);
    listener?.(finding, features, likely);
    return isEnough(likely) ? { isTold: true, doubt: "" } : { isTold: false, doubt: doubt(features) };
  };
  const places = Passages.of(document);
  // A solution is held against what is put to zero: where that is wrong itself, the solution may be right.
  const restsOnWrong = ({ equation: { formula }, verdict }: Judged): boolean =>
    verdict.ground === "solution" &&
    told.some(({ equation: e }) => e.kind === "derivative" && e.formula.span.start < formula.span.start && places.section(e.formula.span.start) === places.section(formula.span.start)); // prettier-ignore
  const weighed = judged.map((j): Judged => {
    const { equation, verdict, problem } = j;
    if (!isFinding(problem)) return j;
    const { formula } = equation;
    const found = restsOnWrong(j)
      ? { isTold: false, doubt: "what is put to zero does not hold itself" }
      : likelihood({ document, formula, problem, equation, verdict, company: company(formula) });
    if (found.isTold) return j;
    const what = verdict.note === undefined || verdict.note === "" ? "" : ` (${verdict.note})`;
    return {
      equation,
      verdict: { status: "unknown", note: `it does not hold as it was read${what}; but ${found.doubt}` },
    };
  });
  // One mistake, one diagnostic: what says how to mend a formula says more than that something in it does not fit.
  const mended = weighed.filter((j) => isFinding(j.problem) && j.verdict.correction !== undefined);
  const kept = shapes.filter((problem) => {
    if (!isFinding(problem)) return true;
    const formula = document.formulas.findLast(
      (f) => f.span.start <= problem.span.start && problem.span.end <= f.span.end,
    );
    if (formula === undefined || formula.notation === "mcalc") return true;
    if (mended.some((j) => j.equation.formula === formula)) return false;
    return likelihood({ document, formula, problem, company: company(formula) }).isTold;
  });
  return { shapes: kept, judged: weighed };
}

/** Whether a problem stands in the display or the line of a formula. */
const isIn = ({ span }: Problem, { span: own, region }: Formula): boolean => {
  const { start, end } = region?.display === true ? region.span : own;
  return start <= span.start && span.end <= end;
};

/** What formulas of one display share, and nothing else has. */
const placeOf = (f: Formula): Formula | number => f.region?.span.start ?? f;

function countsByPlace(judged: readonly Judged[]): ReadonlyMap<Formula | number, number> {
  const out = new Map<Formula | number, number>();
  for (const { equation } of judged) {
    const place = placeOf(equation.formula);
    out.set(place, (out.get(place) ?? 0) + 1);
  }
  return out;
}

export type { Finding } from "./finding";
export { FEATURES } from "./features";
export { confidence, type Weights } from "./model";
