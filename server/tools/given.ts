import { name as nameExpr } from "../core/ast";
import { isScalar, shapeDeclaration } from "../core/shape";
import { propertiesInWords } from "../features/variableInfo";
import { parseStatement } from "../language/mcalc/statements";
import { printLatex } from "../notation";
import { scopeOf } from "./question";

/** Text that is put into a document before it is read: declarations that all files of a project share. */
export interface Prelude {
  readonly at: number;
  readonly text: string;
}

const isLatex = (given: string): boolean => /^\s*\$.*\$\s*$/s.test(given);

/** YAML between rules at the very top, where a note may begin with it. */
const FRONT_MATTER = /^---[ \t]*\r?\n(?:(?!---)[^\n]*\n)*---[ \t]*\r?\n/;

/** What stands before a text for its shared declarations; or in one sentence what is wrong with them. */
export function preludeOf(given: readonly string[], text: string, isMcalc: boolean): Prelude | string | undefined {
  if (given.length === 0) return undefined;
  const own = given.filter((g) => !isLatex(g));
  const scope = scopeOf(own);
  if ("ok" in scope) return `mcalc.json: “given”: ${scope.error.message}`;
  // What is given in LaTeX is for notes.
  if (isMcalc) return { at: 0, text: own.map((g) => `${g}\n`).join("") };
  const sentences = given.map((g) => (isLatex(g) ? `Let ${g.trim()}.` : inWords(g)));
  return { at: FRONT_MATTER.exec(text)?.[0].length ?? 0, text: `# Notation\n\n${sentences.join("\n\n")}\n\n` };
}

/** `S : R^(d×d) posdef` as a note says it: “Let $S \in \mathbb{R}^{d \times d}$ be positive definite.” */
function inWords(given: string): string {
  const { statement } = parseStatement(given);
  if (statement.kind !== "declaration" || statement.shape === undefined || statement.family !== undefined) return "";
  const { names, shape, properties } = statement;
  const size = shapeDeclaration(shape)
    .replace(/^R(?:\^\(?(.*?)\)?)?$/, "$1")
    .replaceAll("×", " \\times ");
  const space = isScalar(shape) ? "\\mathbb{R}" : `\\mathbb{R}^{${size}}`;
  const words = propertiesInWords(new Set(properties.map((p) => p.property)));
  const list = names.map((n) => `$${printLatex(nameExpr(n.name))} \\in ${space}$`);
  return `Let ${list.join(" and ")}${words === "" ? "" : ` be ${words}`}.`;
}
