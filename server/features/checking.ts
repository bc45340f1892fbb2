import { type CheckOptions, VerdictCache } from "../checking";
import type { Span } from "../core/ast";
import type { Problem } from "../core/problem";
import type { MathDocument } from "../documents/document";
import type { Steps } from "../core/steps";
import { printLatex, printText, shapesIn } from "../notation";
import { checkingSteps } from "../rewriting/check";
import { leftAloneAt } from "./conventions";
import { styleFor } from "./latexStyle";
import type { Settings } from "./settings";
import type { Checked, Finding } from "./snapshot";
import { inTurns, type Turn } from "./turn";
import { unicodeIn } from "./writing";

/** Verdicts on equations, shared by all documents and their versions. */
export const verdicts = new VerdictCache();

/** How what the checker says of a document is written: repairs as its author writes, messages as people read. */
export const printersFor = (document: MathDocument): Required<Pick<CheckOptions, "print" | "say">> => ({
  print: (e, formula) =>
    formula.notation === "mcalc" ? printText(e) : printLatex(e, styleFor(document, formula), shapesIn(formula.scope)),
  say: (e, formula) => (formula.notation === "mcalc" ? printText(e) : unicodeIn(formula.scope)(e)),
});

/**
 * The part of a document that is to be checked first: the formulas up to the end of a stretch, from the heading before
 * it on. Verdicts there hang on little that stands before.
 */
export function partOf(document: MathDocument, { start, end }: Span): { document: MathDocument; span: Span } {
  const heading = document.text.lastIndexOf("\n#", start);
  const from = document.languageId === "mcalc" || heading < 0 ? 0 : heading + 1;
  const formulas = document.formulas.filter((f) => f.span.start >= from && f.span.start < end);
  return { document: { ...document, formulas }, span: { start: from, end } };
}

/** Checks a document; repairs are written as its author writes. */
export const check = (document: MathDocument, settings: Settings, turn: Turn): Promise<Checked> =>
  inTurns(checking(document, settings), turn);

/** The same in steps of a few milliseconds. */
export function* checking(document: MathDocument, settings: Settings): Steps<Checked> {
  const { problems, claims } = yield* checkingSteps(document, {
    layout: settings.layout,
    checkClaims: settings.checkClaims,
    cache: verdicts,
    ...printersFor(document),
  });
  const alone = leftAloneAt(document, settings);
  return {
    findings: findingsOf(problems.filter((p) => !alone(p.span))),
    claims: claims.filter((c) => !alone(c.span)),
  };
}

/** Problems as findings: what they are related to and how they are mended may be nothing. */
export const findingsOf = (problems: readonly Problem[]): readonly Finding[] =>
  problems.map((p) => ({ ...p, related: p.related ?? [], fixes: p.fixes ?? [] }));
