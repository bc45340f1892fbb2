import { checkInTurns, VerdictCache } from "../checking";
import type { MathDocument } from "../documents/document";
import { printLatex, printText, shapesIn } from "../notation";
import { styleFor } from "./latexStyle";
import type { Settings } from "./settings";
import type { Checked } from "./snapshot";
import type { Turn } from "./turn";
import { unicodeIn } from "./writing";

/** Verdicts on equations, shared by all documents and their versions. */
const cache = new VerdictCache();

/** Checks a document; repairs are written as its author writes. Hands the turn over between formulas. */
export async function check(document: MathDocument, settings: Settings, turn: Turn): Promise<Checked> {
  const { problems, claims } = await checkInTurns(
    document,
    {
      layout: settings.layout,
      checkClaims: settings.checkClaims,
      cache,
      print: (e, formula) =>
        formula.notation === "mcalc"
          ? printText(e)
          : printLatex(e, styleFor(document, formula), shapesIn(formula.scope)),
      say: (e, formula) => (formula.notation === "mcalc" ? printText(e) : unicodeIn(formula.scope)(e)),
    },
    turn,
  );
  return { findings: problems.map((p) => ({ ...p, related: p.related ?? [], fixes: p.fixes ?? [] })), claims };
}
