import type { Token } from "../scanner";
import { tableOf } from "../../core/table";

/**
 * The alphabet of token kinds of `.mcalc`:
 *
 * | kind | token | kind | token |
 * | --- | --- | --- | --- |
 * | `n` | number | `+ - / ^` | themselves (`−` is `-`) |
 * | `v` | name | `*` | `*`, `·`, `⋅` |
 * | `d` | the name `d` | `o` | `.*`, `⊙`, `∘` |
 * | `s` | the name `sum` | `k` | `⊗` |
 * | `g` | `grad`, `jac` | `\|` | `./` |
 * | `h` | `hess` | `p` | `.^` |
 * | `R` | `R`, `ℝ` | `'` | `'`, `ᵀ`, `′` |
 * | `x` | the name `x` | `u` | superscript exponent: `⁻¹`, `²` |
 * | `E` | `in`, `∈` | `=` `q` `:` | `=`, `==`, `:` |
 * | `F` | `for` | `r` | `..` |
 * | `%` | `×` | `( ) [ ] { } , ;` | themselves |
 * | `_` | a hole left by error recovery | `?` | a character that means nothing here |
 */
export const NAME_KINDS = "vdsghRx";

const WORDS: Readonly<Record<string, string>> = tableOf({
  d: "d",
  sum: "s",
  grad: "g",
  jac: "g",
  hess: "h",
  R: "R",
  ℝ: "R",
  x: "x",
  in: "E",
  for: "F",
});

const SIGNS: Readonly<Record<string, string>> = tableOf({
  "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "⋅": "*", "/": "/", "⊙": "o", "∘": "o", "⊗": "k",
  "^": "^", "'": "'", "′": "'", "’": "'", "ᵀ": "'", "(": "(", ")": ")", "[": "[", "]": "]", "{": "{", "}": "}",
  ",": ",", ";": ";", ":": ":", "=": "=", "∈": "E", "×": "%",
  ".'": "'", ".*": "o", "./": "|", ".^": "p", "==": "q", "..": "r", "…": "r",
}); // prettier-ignore

// `ᵀ` is a letter to Unicode but a sign to us; subscript digits belong to names (`x₁`).
const NAME = /(?!ᵀ)[\p{L}_](?:(?!ᵀ)[\p{L}\p{M}\p{Nd}_\u2080-\u2089])*/uy;
const NUMBER = /(?:\d+(?:\.\d+|\.(?![.*/^'\d]))?|\.\d+)(?:e[+-]?\d+)?/iy;
const SUPERSCRIPT = /⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|⁻(?=ᵀ)/uy;
const BLANK = /(?:\s|#[^\n\r]*)+/y;

/** The value of a superscript exponent: `⁻¹` is -1, and so is the minus of `⁻ᵀ`. */
export function superscriptValue(text: string): number {
  if (text === "⁻") return -1;
  let out = "";
  for (const c of text) out += c === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c));
  return Number(out);
}

/** Cuts a text into tokens; blanks, line ends and comments fall away. Every other character is in some token. */
export function scan(text: string): Token[] {
  const out: Token[] = [];
  const match = (pattern: RegExp, at: number): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 35 || code === 0xa0 || code === 0xfeff || code > 0x1fff) {
      const blank = match(BLANK, at);
      if (blank !== undefined) {
        at += blank.length;
        continue;
      }
    }
    let kind = "?";
    let piece: string | undefined;
    if ((code >= 48 && code <= 57) || code === 46) {
      piece = match(NUMBER, at);
      if (piece !== undefined) kind = "n";
    }
    if (piece === undefined) {
      const two = SIGNS[text.slice(at, at + 2)];
      if (two !== undefined) {
        kind = two;
        piece = text.slice(at, at + 2);
      } else {
        const one = SIGNS[text[at]!];
        if (one !== undefined) {
          kind = one;
          piece = text[at]!;
        } else {
          piece = match(NAME, at);
          if (piece !== undefined) kind = Object.hasOwn(WORDS, piece) ? WORDS[piece]! : "v";
          else if ((piece = match(SUPERSCRIPT, at)) !== undefined) kind = "u";
          else piece = String.fromCodePoint(text.codePointAt(at)!);
        }
      }
    }
    out.push({ kind, text: piece, start: at, end: at + piece.length });
    at += piece.length;
  }
  return out;
}
