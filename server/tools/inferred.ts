import { checkDocument } from "../checking";
import { readMcalc } from "../documents/mcalc";

/** Declarations that are made up for an expression, at most. */
const MOST = 24;

/**
 * Declarations of the names in an expression that are not declared, with the shapes that its form implies: `x'*A*x`
 * makes `A : R^(n×n)` and `x : R^n`. Where a name admits several shapes, the first one that the checker offers.
 */
export function inferredDeclarations(expr: string, given: readonly string[]): readonly string[] {
  const made: string[] = [];
  for (let round = 0; round < MOST; round++) {
    const lines = [...given, ...made];
    const text = `${lines.join("\n")}\n${expr.replaceAll("\n", " ")}\n`;
    const { problems } = checkDocument(readMcalc("untitled:inferred.mcalc", 1, text));
    const fix = problems.find((p) => p.code === "undeclared" && p.fixes?.[0] !== undefined)?.fixes![0];
    const declaration = fix?.edits.length === 1 ? fix.edits[0]!.text.trim() : "";
    if (!/^\S+ ?: ?R/.test(declaration) || lines.includes(declaration)) return made;
    made.push(declaration);
  }
  return made;
}
