import type { Formula, MathDocument } from "../documents/document";

/** An insertion of text at an offset of the document. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
}

/**
 * A new statement below a formula, in the document's own form: a line of `.mcalc`, or a display formula of its own
 * below the paragraph (in a `math` fence of its own, where the formula stands in one).
 *
 * @param written the statement in the formula's notation, without delimiters
 */
export function insertBelow(document: MathDocument, formula: Formula, written: string): Insertion {
  const { text } = document;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const below = lineEnd(text, formula.span.end);
  if (formula.notation === "mcalc") {
    const start = lineStart(text, formula.span.start);
    const indent = /^[\t >]*/.exec(text.slice(start))![0];
    return { offset: below, text: `${newline}${indent}${written}` };
  }
  const region = formula.region?.span ?? formula.span;
  const lead = /^(?:[\t ]*>)*[\t ]*/.exec(text.slice(lineStart(text, region.start)))![0];
  const opening = text.slice(region.start, region.start + 20);
  const fence = /^(`{3,}|~{3,})[\t ]*(\{?\.?math\}?)/.exec(opening);
  const end = paragraphEnd(text, region.end, lead);
  const lines =
    fence !== null
      ? [`${fence[1]}${fence[2]}`, written, fence[1]!]
      : opening.startsWith("\\[")
        ? ["\\[", written, "\\]"]
        : ["$$", written, "$$"];
  const bare = lead.trimEnd();
  const body = [...lines.flatMap((l) => l.split("\n"))].map((l) => lead + l).join(newline);
  return { offset: end, text: `${newline}${bare}${newline}${body}${/\S/.test(nextLine(text, end)) ? newline : ""}` };
}

const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  if (end === -1) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

function nextLine(text: string, end: number): string {
  const start = text.indexOf("\n", end);
  return start === -1 ? "" : text.slice(start + 1, lineEnd(text, start + 1));
}

/** The end of the last line of the paragraph that goes on after an offset: where a block of its own may stand. */
function paragraphEnd(text: string, at: number, lead: string): number {
  let end = lineEnd(text, at);
  const quoted = lead.includes(">");
  for (;;) {
    const next = nextLine(text, end);
    const bare = quoted ? next.replace(/^[\t >]*/, "") : next;
    // A blank line, a heading, a list item, a fence, a display formula or the end of a quotation ends it.
    if (
      !/\S/.test(bare) ||
      (quoted && !next.includes(">")) ||
      /^\s*(?:[#<|]|[-*+]\s|\d+[.)]\s|`{3}|~{3}|\$\$|\\\[)/.test(bare)
    )
      return end;
    end = lineEnd(text, text.indexOf("\n", end) + 1);
  }
}
