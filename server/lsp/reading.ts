import type { MathDocument } from "../documents/document";
import { readMcalc } from "../documents/mcalc";
import type { Settings } from "../features/settings";

/** The two kinds of text that are read. */
export type Language = "mcalc" | "markdown";

const LANGUAGES: Readonly<Record<string, Language>> = {
  mcalc: "mcalc",
  markdown: "markdown",
  quarto: "markdown",
  rmd: "markdown",
  rmarkdown: "markdown",
};
const EXTENSIONS: Readonly<Record<string, Language>> = {
  mcalc: "mcalc",
  md: "markdown",
  markdown: "markdown",
  qmd: "markdown",
  rmd: "markdown",
};

/** The language of a document: by the client's id or, where that says nothing, by the file's ending. */
export function languageOf(languageId: string, uri: string): Language | undefined {
  return LANGUAGES[languageId.toLowerCase()] ?? EXTENSIONS[/\.([a-z]+)$/i.exec(uri)?.[1]?.toLowerCase() ?? ""];
}

/** Reads a text; what did not change since `previous` is shared with it. */
export async function read(
  language: Language,
  uri: string,
  version: number,
  text: string,
  _settings: Settings,
  previous: MathDocument | undefined,
): Promise<MathDocument> {
  if (language === "mcalc") return readMcalc(uri, version, text, previous);
  // The reader of notes is large, and a workspace of `.mcalc` files never needs it.
  const { readMarkdown } = await import("../documents/markdown");
  return readMarkdown(uri, version, text, previous);
}
