import type { Span } from "../core/ast";
import { type Problem, readable } from "../core/problem";
import type { Piece } from "./index";

/** Longer lines are not repeated in a message. */
const LONGEST = 90;

const shown = (text: string): string => {
  const [first = "", ...rest] = text.split(/\r?\n/).filter((l) => l !== "");
  const cut = first.length > LONGEST ? `${first.slice(0, LONGEST - 1)}…` : first;
  return rest.length === 0 ? `\`${cut}\`` : `\`${cut}\` and ${rest.length} more line${rest.length === 1 ? "" : "s"}`;
};

/** What is said of a line that is written in another way: one sentence, with what to write. */
export function messageOf(before: string, piece: Piece): string {
  if (piece.moved !== undefined) return "This line uses what is declared further down; write it below the declarations.";
  if (piece.added !== undefined) return `A property stands behind the shape of what it is said of: write \`${piece.added.text.trim()}\` in its declaration.`;
  if (piece.text === "") return "What this line says is said in the declaration above.";
  if (piece.text.startsWith("#")) return "This line is no mathematics; a comment begins with `#`.";
  const here = shown(piece.text);
  switch (piece.origin) {
    case "LaTeX":
      return `This is LaTeX; here it is written ${here}.`;
    case "Python":
    case "MATLAB":
    case "R":
    case "Wolfram":
    case "C++":
    case "Julia":
      return `This is written as in ${piece.origin === "Wolfram" ? "Mathematica" : piece.origin}; here it is ${here}.`;
    default:
      return /[=∂∇ᵀ⊤‖²]|^\s*\S+$/u.test(before) ? `This line is written ${here} here.` : `Write ${here}.`;
  }
} // prettier-ignore

/** A sign of multiplication is no repair of a line that nobody understands. */
function withoutProducts(p: Problem): Problem {
  const fixes = p.fixes?.filter((f) => f.edits.some((e) => e.text !== "*"));
  return { ...p, ...(fixes === undefined ? {} : { fixes }) };
}

/** The one problem of a line that could not be read as anything; `undefined` where what is said of it stands. */
export function notUnderstood(
  problems: readonly Problem[],
  piece: Piece,
  refused: Problem | undefined,
  span: Span,
): Problem | undefined {
  const plain = { code: "syntax", severity: "error" } as const;
  const syntax = problems.filter((p) => p.code === "syntax");
  if (refused !== undefined && syntax.length > 0) {
    const said = refused.message.replace(/^(\p{Lu})(?=\p{Ll})/u, (c) => c.toLowerCase());
    return { ...plain, span, message: readable(`Read as what it seems to mean, this line has a mistake: ${said}`) };
  }
  if (piece.misfit !== undefined) return { ...plain, span, message: readable(piece.misfit) };
  // What the grammar says of a line of LaTeX is no help, nor of what the language does not have.
  const isForeign = piece.why !== undefined && (/\\\p{L}{2,}/u.test(piece.text) || /no form here/.test(piece.why));
  if (!isForeign && problems.length === 1) return undefined;
  const isOfNames = problems.every((p) => p.code === "undeclared" && p.fixes !== undefined && p.fixes.length > 0);
  if (syntax.length === 0 && (piece.why === undefined || isOfNames)) return undefined;
  // What one repair mends is said as it is.
  if (!isForeign && syntax.length === 1) return withoutProducts(syntax[0]!);
  const why = piece.why ?? "it has more than one mistake";
  if (/\bwrite\b/.test(why)) return { ...plain, span, message: readable(`This line is not understood: ${why}.`) };
  return {
    ...plain,
    span,
    message: readable(`This line is not understood: ${why}. Write it as in \`f = x'*A*x\`, \`A : R^(m×n)\` or \`d(f)/d(x) == 2*x\`; a comment begins with \`#\`.`),
  };
} // prettier-ignore
