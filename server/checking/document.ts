import type { Problem } from "../core/problem";
import type { Formula, MathDocument } from "../documents/document";
import { printText } from "../language/print";
import type { Layout } from "../evaluation";
import { digest, textOf } from "./digest";
import { type Equation, equationsOf } from "./equation";
import { judge } from "./judge";
import { type ClaimVerdict, claimVerdict, inDocument, type PrintFor, problemOf } from "./report";
import { UNKNOWN, type Verdict } from "./verdict";

/** Verdicts by what they depend on; shared by versions of a document, and by documents. */
export class VerdictCache {
  private readonly verdicts = new Map<string, Verdict>();

  constructor(private readonly most = 20_000) {}

  get(key: string): Verdict | undefined {
    const v = this.verdicts.get(key);
    if (v !== undefined) {
      // Used again: now the youngest.
      this.verdicts.delete(key);
      this.verdicts.set(key, v);
    }
    return v;
  }

  set(key: string, verdict: Verdict): void {
    if (this.verdicts.size >= this.most) this.verdicts.delete(this.verdicts.keys().next().value!);
    this.verdicts.set(key, verdict);
  }
}

export interface CheckOptions {
  /** The layout of gradients that a `.mcalc` document means. */
  readonly layout?: "gradient" | "numerator";
  /** Whether equations are judged, beside shapes and syntax. */
  readonly checkClaims?: boolean;
  /** Prints for quick fixes; without it they are offered in `.mcalc` documents only. */
  readonly print?: PrintFor;
  readonly cache?: VerdictCache;
}

export interface CheckResult {
  /** Spans are in the document. */
  readonly problems: readonly Problem[];
  readonly claims: readonly ClaimVerdict[];
}

const printMcalc: PrintFor = (e) => printText(e);

/** Checks a document in small steps: runs until the next `yield` take a few milliseconds each. */
export function* checkSteps(document: MathDocument, options: CheckOptions = {}): Generator<void, CheckResult> {
  const problems: Problem[] = document.formulas.flatMap((f) => readingProblems(f));
  const claims: ClaimVerdict[] = [];
  if (options.checkClaims === false) return { problems, claims };
  const print = options.print ?? printMcalc;
  const layout: Layout =
    options.layout === "numerator" ? { transposedGradients: true, transposedMatrixGradients: true } : {};
  for (const formula of document.formulas) {
    if (formula.statement.kind !== "claim") continue;
    for (const equation of equationsOf(formula, formula.statement, (r) => r === "==")) {
      const { verdict, fresh } = judged(equation, layout, print, options.cache);
      claims.push(claimVerdict(document, equation, verdict));
      const severity = verdict.status === "wrong" ? "error" : "warning";
      const problem = problemOf(document, equation, verdict, severity, print);
      if (problem !== undefined) problems.push(problem);
      if (fresh) yield;
    }
  }
  return { problems: problems.sort((a, b) => a.span.start - b.span.start), claims };
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

/** The verdict on an equation, from the cache where nothing it depends on has changed. */
function judged(
  equation: Equation,
  layout: Layout,
  print: PrintFor,
  cache: VerdictCache | undefined,
): { verdict: Verdict; fresh: boolean } {
  const { left, right, formula } = equation;
  const { scope } = formula;
  const key =
    cache === undefined
      ? ""
      : `${JSON.stringify(layout)}\n${formula.notation}\n${textOf(left)}\n${textOf(right)}\n${digest([left, right], scope)}`;
  const known = cache?.get(key);
  if (known !== undefined) return { verdict: known, fresh: false };
  let verdict: Verdict;
  try {
    verdict = judge(left, right, scope, { layout, print: (e) => print(e, formula) });
  } catch {
    verdict = UNKNOWN("it could not be judged");
  }
  cache?.set(key, verdict);
  return { verdict, fresh: true };
}

/** Checks a document in one go. */
export function checkDocument(document: MathDocument, options: CheckOptions = {}): CheckResult {
  const steps = checkSteps(document, options);
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

/** Checks a document and hands the turn over whenever about `slice` milliseconds have passed. */
export async function checkInTurns(
  document: MathDocument,
  options: CheckOptions,
  turn: () => Promise<void>,
  slice = 10,
): Promise<CheckResult> {
  const steps = checkSteps(document, options);
  let since = performance.now();
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    if (performance.now() - since > slice) {
      await turn();
      since = performance.now();
    }
  }
}
