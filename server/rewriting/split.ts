import { isValue, isVariable, type Known } from "./known";
import { PREFIXES } from "./vocabulary";

/** A longer word is a word. */
const LONGEST = 12;

/**
 * The names that are written side by side in a word, `Ax` as `A`, `x`: every piece must be known. A `T` behind a name is the
 * transpose (`'`), an `I` the identity, a function may stand in front of the rest (`trA`). The fewest pieces win.
 */
export function splitWord(word: string, known: Known): readonly string[] | undefined {
  if (word.length < 2 || word.length > LONGEST) return undefined;
  const letters = [...word];
  const best: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= letters.length; end++) {
    for (let start = 0; start < end; start++) {
      const before = best[start];
      if (before === undefined) continue;
      const piece = pieceOf(letters.slice(start, end).join(""), before, known);
      if (piece === undefined) continue;
      const here = best[end];
      if (here === undefined || before.length + 1 < here.length) best[end] = [...before, piece];
    }
  }
  const found = best[letters.length];
  if (found === undefined) return withOneUnknown(letters, known);
  if (
    found.length < 2 ||
    PREFIXES.has(found.at(-1)!) ||
    found.every((p) => known.scope.dimensions.has(p) && !isVariable(known, p))
  )
    return undefined;
  // A function in front needs something that is known behind it.
  return found;
}

const isPrefix = (piece: string, known: Known): boolean => PREFIXES.has(piece) && !isValue(known, piece);

function pieceOf(piece: string, before: readonly string[], known: Known): string | undefined {
  const isLetter = [...piece].length === 1;
  if (isValue(known, piece)) return piece;
  if (piece === "T" && before.length > 0 && before.at(-1) !== "'" && !isPrefix(before.at(-1)!, known)) return "'";
  if (piece === "I" && isLetter) return "I";
  if (!isLetter && PREFIXES.has(piece) && !PREFIXES.has(before.at(-1) ?? "")) return piece;
  return undefined;
}

/** `Xβ`, `Xw`: a matrix, known or not, in front of a letter that nothing declares. */
function withOneUnknown(letters: readonly string[], known: Known): readonly string[] | undefined {
  if (letters.length !== 2) return undefined;
  const [first, second] = letters as [string, string];
  const isMatrix = /^\p{Lu}$/u.test(first) && isVariable(known, first);
  const other = /^\p{Ll}$/u.test(second) || /^\p{Script=Greek}$/u.test(second);
  if (isMatrix && other) return [first, second];
  const greekFirst = /^\p{Script=Greek}$/u.test(first) && /^\p{Script=Latin}$/u.test(second) && isValue(known, second);
  if (greekFirst) return [first, second];
  return /^[A-Z]$/.test(first) && /^[a-z]$/.test(second) && !NO_PRODUCTS.has(first + second) ? [first, second] : undefined;
} // prettier-ignore

/** Words and names of two letters that nobody means as a product. */
const NO_PRODUCTS = new Set([
  "Re", "Im", "Id", "Tr", "Pr", "Ex", "Ei", "Ai", "Bi", "Ci", "Si", "Li", "Do", "If", "In", "Is", "It", "No", "Of", "On", "Or", "So", "To",
  "We", "As", "At", "Be", "By", "An", "Am", "Go", "He", "My", "Us", "Me", "Hi", "Eq", "Ok",
]); // prettier-ignore
