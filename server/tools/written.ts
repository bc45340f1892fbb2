import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import { printText } from "../language/print";
import type { Notation } from "./formats";
import type { Answered } from "./question";

/** A formula in one of the notations. */
export async function written(e: Expr, notation: Notation, scope: Scope): Promise<string> {
  const text = (await writer(notation === "markdown" ? "latex" : notation, scope))(e);
  return notation === "markdown" ? `$$\n${text}\n$$` : text;
}

/** An answer with the names in it: a line for each, the answer last; in LaTeX and Typst behind the answer. */
export async function writtenAnswer({ shown, scope }: Answered, notation: Notation): Promise<string> {
  if (shown.named.length === 0) return written(shown.expr, notation, scope);
  const write = await writer(notation === "markdown" ? "latex" : notation, scope);
  const lines = shown.named.map((d) => `${write({ kind: "name", name: d.name })} = ${write(d.body)}`);
  const answer = write(shown.expr);
  if (notation === "text" || notation === "unicode") return [...lines, answer].join("\n");
  if (notation === "typst") return `${answer} quad "where" ${lines.join(", ")}`;
  const text = `${answer} \\quad \\text{where } ${lines.join(",\\ ")}`;
  return notation === "markdown" ? `$$\n${text}\n$$` : text;
}

/** What writes formulas in one of the notations. The printers are loaded when they are needed. */
export async function writer(notation: Exclude<Notation, "markdown">, scope: Scope): Promise<(e: Expr) => string> {
  if (notation === "text") return printText;
  const { printLatex, printTypst, printUnicode, shapesIn } = await import("../notation");
  const shapeOf = shapesIn(scope);
  if (notation === "latex") return (e) => printLatex(e, {}, shapeOf);
  return notation === "typst" ? (e) => printTypst(e, shapeOf) : (e) => printUnicode(e, shapeOf);
}
