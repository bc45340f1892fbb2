import type { Expr } from "../core/ast";
import type { Scope } from "../core/scope";
import { printText } from "../language/print";

export const NOTATIONS = ["text", "unicode", "latex", "typst"] as const;
export const LANGUAGES = ["numpy", "jax", "torch", "julia", "matlab"] as const;
export type Notation = (typeof NOTATIONS)[number];
export type Language = (typeof LANGUAGES)[number];
export type Format = Notation | Language;
export const FORMATS: readonly Format[] = [...NOTATIONS, ...LANGUAGES];

export const isLanguage = (f: Format): f is Language => (LANGUAGES as readonly string[]).includes(f);

/** A formula in one of the notations. The printers are loaded when they are needed. */
export async function written(e: Expr, notation: Notation, scope: Scope): Promise<string> {
  if (notation === "text") return printText(e);
  const { printLatex, printTypst, printUnicode, shapesIn } = await import("../notation");
  const shapeOf = shapesIn(scope);
  if (notation === "latex") return printLatex(e, {}, shapeOf);
  return notation === "typst" ? printTypst(e, shapeOf) : printUnicode(e, shapeOf);
}
