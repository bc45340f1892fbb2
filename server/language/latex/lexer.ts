import { tableOf } from "../../core/table";
/** A token of TeX: a control word or sign (`\frac`, `\{`), a character, a number, or a break between rows. */
export interface TexToken {
  /** As TeX means it: `\frac`, `{`, `x`, `12`; a row break is `\\`, however often its backslashes were doubled. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** White space stands before it. */
  readonly spaced: boolean;
}

const BACKSLASH = 92;

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Commands of signs that a Markdown engine may ask to be written with two backslashes (`\\{`, `\\,`). */
const DOUBLED = "{}|,;:!_#%()";

/** How many arguments a command takes that may stand without braces. */
const TAKES: Readonly<Record<string, number>> = tableOf({
  "\\frac": 2,
  "\\dfrac": 2,
  "\\tfrac": 2,
  "\\cfrac": 2,
  "\\binom": 2,
  "\\sqrt": 1,
});

/**
 * Cuts LaTeX as it stands in a document into tokens; positions are those of the text.
 * White space, comments and the `>` of a quotation at the start of a line fall away.
 * Where a text writes row breaks as four backslashes, two before a sign are that sign's command.
 */
export function lex(text: string): TexToken[] {
  const out: TexToken[] = [];
  const doubled = text.includes("\\\\\\\\");
  const inQuote = quoted(text);
  let spaced = false;
  let at = 0;
  // Arguments without braces that are due: of \frac12 each digit is one.
  let due = 0;
  const push = (what: string, length: number): void => {
    out.push({ text: what, start: at, end: at + length, spaced });
    due = what in TAKES ? TAKES[what]! : due > 0 && what !== "{" ? due - 1 : 0;
    spaced = false;
    at += length;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) {
      spaced = true;
      at++;
      // The marker of a quotation, which Markdown leaves inside a display formula.
      if (inQuote) {
        QUOTE.lastIndex = at;
        at += QUOTE.exec(text)?.[0].length ?? 0;
      }
      continue;
    }
    if (code <= 32 || (code >= 0xa0 && INVISIBLE.test(text[at]!))) {
      spaced = true;
      at++;
      continue;
    }
    if (code === 37) {
      while (at < text.length && text.charCodeAt(at) !== 10) at++;
      spaced = true;
      continue;
    }
    if (code === BACKSLASH) {
      let run = 1;
      while (text.charCodeAt(at + run) === BACKSLASH) run++;
      if (run >= 4) push("\\\\", 4);
      else if (run >= 2) {
        const next = text[at + 2] ?? "";
        if (doubled && run === 2 && next !== "" && DOUBLED.includes(next)) push("\\" + next, 3);
        else push("\\\\", 2);
      } else if (at + 1 >= text.length) push("\\", 1);
      else {
        let end = at + 1;
        while (isLetter(text.charCodeAt(end))) end++;
        if (end === at + 1) {
          const sign = String.fromCodePoint(text.codePointAt(at + 1)!);
          push("\\" + sign, 1 + sign.length);
        } else {
          if (text[end] === "*" && /^\\(operatorname|DeclareMathOperator|hspace|vspace|tag)$/.test(text.slice(at, end)))
            end++;
          push(text.slice(at, end), end - at);
        }
      }
      continue;
    }
    if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(at + 1)))) {
      // TeX takes one digit as a script that is not braced: x_12 is x₁2.
      const before = out.at(-1)?.text;
      let end = at + 1;
      if (before !== "^" && before !== "_" && due === 0) {
        while (isDigit(text.charCodeAt(end))) end++;
        if (code !== 46 && text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1))) {
          end++;
          while (isDigit(text.charCodeAt(end))) end++;
        }
        const grouped = groupedNumber(text, at, end);
        if (grouped !== undefined) {
          push(grouped.text, grouped.end - at);
          continue;
        }
      }
      push(text.slice(at, end), end - at);
      continue;
    }
    const sign = String.fromCodePoint(text.codePointAt(at)!);
    push(sign, sign.length);
  }
  return out;
}

/** White space of any width, none included, and the signs of Unicode for an application and a product that do not show. */
const INVISIBLE = /[\u00a0\u00ad\u2000-\u200c\u200e\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]|\u200d|\ufe0f|\ufe0e/;
const QUOTE = /[ \t]*>/y;
const DECIMAL_COMMA = /\{,\}(\d+)/y;
/** Thousands: `12{,}500`, `12\,500`, `12,000`. */
const THOUSANDS = /(?:\{,\}|\\,)(\d{3})(?!\d)|,(000)(?!\d)/y;

/** A number whose digits go on behind a comma or a thin space: with a decimal comma (`2{,}45`), or in thousands (`12\,500`). */
function groupedNumber(text: string, start: number, end: number): { text: string; end: number } | undefined {
  let digits = text.slice(start, end);
  let at = end;
  if (/^[1-9]\d{0,2}$/.test(digits))
    for (;;) {
      THOUSANDS.lastIndex = at;
      const more = THOUSANDS.exec(text);
      if (more === null) break;
      digits += more[1] ?? more[2]!;
      at = THOUSANDS.lastIndex;
    }
  if (at > end) return { text: digits, end: at };
  DECIMAL_COMMA.lastIndex = end;
  const decimals = text[end] === "{" ? DECIMAL_COMMA.exec(text)?.[1] : undefined;
  return decimals === undefined ? undefined : { text: `${digits}.${decimals}`, end: DECIMAL_COMMA.lastIndex };
}

/** Whether a formula stands in a quotation: every line after its first is marked. */
function quoted(text: string): boolean {
  if (!/\n[ \t]*>/.test(text)) return false;
  const lines = text
    .split("\n")
    .slice(1)
    .filter((l) => l.trim() !== "");
  return lines.every((l) => /^\s*>/.test(l));
}
