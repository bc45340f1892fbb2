import { readFileSync } from "node:fs";
import path from "node:path";
import { type CheckedFile, checkText } from "../tools/checkText";
import { inputProblem } from "./input";
import { configOf } from "./project/config";

/** The kinds of files that are checked. */
export const ENDINGS: ReadonlySet<string> = new Set([".mcalc", ".md", ".qmd", ".rmd", ".markdown", ".ipynb"]);

export const isChecked = (file: string): boolean => ENDINGS.has(path.extname(file).toLowerCase());

/** Checks one file; or says in one sentence why it cannot be. */
export function checkFile(file: string): CheckedFile | { readonly problem: string } {
  const problem = inputProblem(file);
  if (problem !== undefined) return { problem };
  if (!isChecked(file)) return { problem: `${file} is neither a .mcalc file nor a Markdown note nor a notebook.` };
  return checkText(file, readFileSync(file, "utf8"), configOf(path.dirname(file)));
}
