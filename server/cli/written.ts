import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import { printText } from "../language/print";
import type { Notation } from "./formats";

/** A formula in one of the notations. */
export async function written(e: Expr, notation: Notation, scope: Scope): Promise<string> {
  const text = (await writer(notation === "markdown" ? "latex" : notation, scope))(e);
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
