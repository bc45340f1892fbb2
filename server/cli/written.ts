import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import { printText } from "../language/print";
import type { Notation } from "./formats";

/** A formula in one of the notations. The printers are loaded when they are needed. */
export async function written(e: Expr, notation: Notation, scope: Scope): Promise<string> {
  if (notation === "text") return printText(e);
  const { printLatex, printTypst, printUnicode, shapesIn } = await import("../notation");
  const shapeOf = shapesIn(scope);
  if (notation === "latex") return printLatex(e, {}, shapeOf);
  return notation === "typst" ? printTypst(e, shapeOf) : printUnicode(e, shapeOf);
}
