/**
 * Characters that word processors, other keyboards and web pages put in the place of the plain ones: what is left has the
 * signs of one alphabet only, so that the reader need not know them.
 */
import { tableOf } from "../core/table";

const PLAIN: Readonly<Record<string, string>> = tableOf<string>({
  "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2007": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ", "\u205f": " ",
  "\u3000": " ", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u00ad": "", "\u2061": "",
  "\u2062": " ", "\u2063": ",", "‘": "'", "’": "'", "‛": "'", "′": "'", "´": "'", "″": "''", "“": '"', "”": '"', "„": '"',
  "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "∗": "*", "⁎": "*", "⋅": "·", "∙": "·", "•": "·", "●": "·",
  "⋆": "*", "÷": "/", "∕": "/", "⁄": "/", "∣": "|", "∥": "‖", "≔": ":=", "≝": ":=", "≜": ":=", "…": "...", "⟶": "→",
  "∘": "⊙", "⊺": "⊤", "⟙": "⊤", "ᵗ": "ᵀ", "ϵ": "ε", "𝟏": "𝟙", "∆": "Δ", "µ": "μ", "Ω": "Ω", "⟪": "⟨", "⟫": "⟩", "〈": "⟨",
  "〉": "⟩",
  "½": "(1/2)",
  "¼": "(1/4)",
  "¾": "(3/4)",
  "⅓": "(1/3)",
  "⅔": "(2/3)",
}); // prettier-ignore

/** Letters of other alphabets that look like Latin ones. */
const LOOK_ALIKES: Readonly<Record<string, string>> = tableOf<string>({
  А: "A", В: "B", С: "C", Е: "E", Н: "H", І: "I", Ј: "J", К: "K", М: "M", О: "O", Р: "P", Ѕ: "S", Т: "T", Х: "X", У: "Y",
  а: "a", с: "c", е: "e", һ: "h", і: "i", ј: "j", о: "o", р: "p", ѕ: "s", х: "x", у: "y", п: "n", т: "m", к: "k", ѡ: "w",
  Α: "A", Β: "B", Ε: "E", Ζ: "Z", Η: "H", Ι: "I", Κ: "K", Μ: "M", Ν: "N", Ο: "O", Ρ: "P", Τ: "T", Υ: "Y", Χ: "X", ο: "o",
}); // prettier-ignore

const WORD = /[\p{L}_][\p{L}\p{M}\p{Nd}_]*/gu;

/** One character as it is meant: full-width signs, mathematical alphabets, blanks and quotes of every kind. */
function plainCharacter(c: string): string {
  const code = c.codePointAt(0)!;
  if (code < 0xa0) return c;
  const plain = PLAIN[c];
  if (plain !== undefined) return plain;
  const isFullWidth = code >= 0xff01 && code <= 0xff5e;
  const isMathematical = (code >= 0x1d400 && code <= 0x1d7ff) || code === 0x210e || code === 0x2113;
  if (!isFullWidth && !isMathematical) return c;
  const normal = c.normalize("NFKC");
  return PLAIN[normal] ?? normal;
}

const plainRun = (text: string): string => {
  let out = "";
  for (const c of text) out += plainCharacter(c);
  return out;
};

/** A text in plain characters; words that are known as they are written stay so. */
export function plainCharacters(text: string, isKnown: (word: string) => boolean = () => false): string {
  const normal = text.normalize("NFC");
  let out = "";
  let at = 0;
  for (const { 0: word, index } of normal.matchAll(WORD)) {
    if (!isKnown(word)) continue;
    out += plainRun(normal.slice(at, index)) + word;
    at = index + word.length;
  }
  return out + plainRun(normal.slice(at));
}

/** A word in Latin letters, where all its letters look like such. */
export function latinOf(word: string): string | undefined {
  let out = "";
  let changed = false;
  for (const c of word) {
    const latin = LOOK_ALIKES[c];
    if (latin === undefined && !/[\w\u2080-\u2089]/.test(c)) return undefined;
    changed ||= latin !== undefined;
    out += latin ?? c;
  }
  return changed ? out : undefined;
}

/** Words of a text that look like other words of it and are not the same: each with the one that is meant. */
export function lookAlikes(text: string): ReadonlyMap<string, string> {
  const words = new Set(text.match(WORD) ?? []);
  const out = new Map<string, string>();
  for (const word of words) {
    const latin = latinOf(word);
    if (latin === undefined) continue;
    const mixed = /[A-Za-z]/.test(word);
    if (mixed || words.has(latin)) out.set(word, latin);
  }
  return out;
}

/** A text with the words that only look right replaced. */
export const withoutLookAlikes = (text: string, by: ReadonlyMap<string, string>): string =>
  by.size === 0 ? text : text.replace(WORD, (w) => by.get(w) ?? w);
