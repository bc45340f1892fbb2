import type { TextDocument } from "vscode";

/** What the server is asked about: `.mcalc`, and Markdown in files, notebooks and unsaved texts alike. */
export const SELECTOR = [{ language: "mcalc" }, { language: "markdown" }];

const known = new WeakMap<TextDocument, { version: number; math: boolean }>();

/** Whether a document has anything to do with mathematics: any `.mcalc` text, and Markdown that holds a formula. */
export function hasMath(document: TextDocument): boolean {
  if (document.languageId === "mcalc") return true;
  if (document.languageId !== "markdown") return false;
  const before = known.get(document);
  if (before?.version === document.version) return before.math;
  const math = mayHaveMath(document.getText());
  known.set(document, { version: document.version, math });
  return math;
}

/** Whether a Markdown text holds something that looks like a formula. */
export const mayHaveMath = (text: string): boolean =>
  /\$[^$]|\\[([]|(?:`{3}|~{3})[ \t]*\{?\.?(?:math|mcalc)/.test(text);
