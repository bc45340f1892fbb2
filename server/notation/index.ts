/** Printers: the same tree as LaTeX, Unicode, Typst and `.mcalc` text, and as code (`./code`). */
export { printLatex, type LatexStyle } from "./spellings/latex";
export { printUnicode } from "./spellings/unicode";
export { printTypst } from "./spellings/typst";
export { printText } from "../language/print";
export { shapesIn, type ShapeOf } from "./kinds";
