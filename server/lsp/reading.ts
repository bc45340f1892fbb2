import type { MathDocument } from "../documents/document";
import { mcalcSteps } from "../documents/mcalc";
import { inTurns } from "../features/turn";
import { tableOf } from "../core/table";

/** The two kinds of text that are read. */
export type Language = "mcalc" | "markdown";

const LANGUAGES: Readonly<Record<string, Language>> = tableOf({
  mcalc: "mcalc",
  markdown: "markdown",
  quarto: "markdown",
  rmd: "markdown",
  rmarkdown: "markdown",
});
const EXTENSIONS: Readonly<Record<string, Language>> = tableOf({
  mcalc: "mcalc",
  md: "markdown",
  markdown: "markdown",
  qmd: "markdown",
  rmd: "markdown",
});

/**
 * The language of a document: by the file's ending or, where that says nothing, by the client's id. A client that serves
 * several languages may name one of them for all (Eglot does).
 */
export function languageOf(languageId: string, uri: string): Language | undefined {
  return EXTENSIONS[/\.([a-z]+)$/i.exec(uri)?.[1]?.toLowerCase() ?? ""] ?? LANGUAGES[languageId.toLowerCase()];
}

/** What of a text is wanted before the rest. */
export interface First {
  /** Up to this offset. */
  readonly until: number;
  /** Is told of the document up to there, where the rest takes longer. */
  readonly found: (document: MathDocument) => Promise<void>;
}

/** Reads a text in small steps, with a pause between them; what did not change since `previous` is shared with it. */
export async function read(
  language: Language,
  uri: string,
  version: number,
  text: string,
  previous: MathDocument | undefined,
  pause: () => Promise<void>,
  macros: Readonly<Record<string, string>> = tableOf({}),
  first?: First,
): Promise<MathDocument> {
  // What went before, such as finding its lines, takes a while where the text is huge.
  await pause();
  if (language === "mcalc") return inTurns(mcalcSteps(uri, version, text, previous), pause);
  // The reader of notes is large, and a workspace of `.mcalc` files never needs it.
  const { markdownSteps } = await import("../documents/markdown");
  const steps = markdownSteps(
    uri,
    version,
    text,
    { macros, ...(first === undefined ? {} : { first: first.until }) },
    previous,
  );
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pause();
    if (step.value !== undefined) await first?.found(step.value);
  }
}
