/** The run of characters of a class that ends at an offset: the word being typed. Walks back; never searches ahead. */
function runBefore(text: string, offset: number, belongs: RegExp): string {
  let start = offset;
  while (start > 0 && offset - start < 200 && belongs.test(text[start - 1]!)) start--;
  return text.slice(start, offset);
}

/** The name, or the beginning of one, that ends at an offset. */
export const nameBefore = (text: string, offset: number): string =>
  runBefore(text, offset, /[\p{L}\p{N}_]/u).replace(/^\p{N}+/u, "");

/** The LaTeX command, or the beginning of one, that ends at an offset: `\fra`. */
export function commandBefore(text: string, offset: number): string | undefined {
  const letters = runBefore(text, offset, /[a-z]/i);
  return text[offset - letters.length - 1] === "\\" ? `\\${letters}` : undefined;
}
