import type { Formula, MathDocument } from "../documents/document";

/** An insertion of text at an offset of the document. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
  /** Behind what is inserted, in the text as it is then: where one goes on. */
  readonly cursor: number;
}

/**
 * A new statement below a formula, in the document's own form: a line of `.mcalc`, or a display formula of its own
 * below the paragraph (in a `math` fence of its own, where the formula stands in one).
 *
 * @param written the statement in the formula's notation, without delimiters
 */
export function insertBelow(document: MathDocument, formula: Formula, written: string): Insertion {
  const { text } = document;
  const below = lineEnd(text, formula.span.end);
  if (formula.notation === "mcalc") {
    const start = lineStart(text, formula.span.start);
    const indent = /^[\t >]*/.exec(text.slice(start))![0];
    const lines = `\n${written
      .split("\n")
      .map((l) => indent + l)
      .join("\n")}`;
    return { offset: below, text: lines, cursor: below + lines.length };
  }
  const region = formula.region?.span ?? formula.span;
  const lead = leadOf(text, region.start);
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
  const body = [...lines.flatMap((l) => l.split("\n"))].map((l) => lead + l).join("\n");
  const block = `\n${bare}\n${body}`;
  return { offset: end, text: `${block}${/\S/.test(nextLine(text, end)) ? "\n" : ""}`, cursor: end + block.length };
}

/**
 * What stands before each line of a block that belongs to the same quotation and to the same item of a list. A paragraph
 * that begins an item may go on further to the left than it.
 */
function leadOf(text: string, at: number): string {
  const own = /^(?:[\t ]*>)*[\t ]*/.exec(text.slice(lineStart(text, at), at))![0];
  for (let start = lineStart(text, at); ; start = lineStart(text, start - 1)) {
    const line = text.slice(start, lineEnd(text, start));
    const item = /^((?:[\t ]*>)*[\t ]*)((?:[-*+]|\d{1,9}[.)])[\t ]+)/.exec(line);
    if (item !== null) return `${item[1]!}${" ".repeat(item[2]!.length)}`;
    if (start === 0 || !/[^\s>]/.test(text.slice(lineStart(text, start - 1), start))) return own;
    if (/^[\s>]*(?:#|`{3}|~{3}|\$\$)/.test(line)) return own;
  }
}

const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
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
