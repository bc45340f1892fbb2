/** Small repairs of text before patterns look at it: they may rely on single blanks and on lines of bounded length. */

/** Longer blocks are not read a second time. */
export const LONGEST_BLOCK = 3000;

/** A text whose runs of blanks are single ones, and whose lines begin and end with none. */
export function singleBlanks(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.split(/[ \t]+/).join(" ").trim())
    .join("\n"); // prettier-ignore
}

/** A text without characters of a kind at its end. */
export function withoutEnd(text: string, kind: string): string {
  let end = text.length;
  while (end > 0 && (kind.includes(text[end - 1]!) || text[end - 1] === " ")) end--;
  return text.slice(0, end);
}

/** Signs that begin a comment in one language or another, where a blank, a semicolon or nothing stands before them. */
const COMMENT_SIGNS = ["#", "%", "//"];

/** A line and the comment behind it: `#`, `%` and `//` behind a blank, and not within quotes. */
export function commentBehind(line: string): { readonly text: string; readonly comment: string } {
  let quoted: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const c = line[at]!;
    if (c === '"') quoted = quoted === undefined ? c : undefined;
    if (quoted !== undefined || (at > 0 && !" ;".includes(line[at - 1]!))) continue;
    const sign = COMMENT_SIGNS.find((s) => line.startsWith(s, at));
    if (sign === undefined || line.startsWith("%*%", at) || line.startsWith("%o%", at)) continue;
    const comment = line.slice(at).replace(/^[#%/]{1,4} ?/, "");
    return { text: line.slice(0, at).trimEnd(), comment: comment.trim() };
  }
  return { text: line, comment: "" };
}
