import { tableOf } from "../../core/table";
import type { TexToken } from "./lexer";
import { UNICODE } from "./vocabulary";

/** Signs that are typed as two characters. */
const PAIRS: Readonly<Record<string, string>> = tableOf({
  "<=": "\\leq",
  ">=": "\\geq",
  "<<": "\\ll",
  ">>": "\\gg",
  "->": "\\to",
  "=>": "\\Rightarrow",
  "+=": "\\gets",
  "-=": "\\gets",
});

/** What stands between two operands in plain TeX, as the command that takes both. */
const OVER: Readonly<Record<string, string>> = tableOf({
  "\\over": "\\frac",
  "\\choose": "\\binom",
  "\\atop": "\\binom",
});

const SIZE = /^\\(?:[bB]igg?[lrm]?|left|right)$/;

/**
 * The same formula in the spelling that the reader knows: commands for letters of Unicode, `\leq` for `<=`, `f'` for
 * `f^\prime`, `\|` for two bars with their sizes, `\frac{a}{b}` for `{a \over b}`.
 */
export function plainTex(input: readonly TexToken[]): TexToken[] {
  const out: TexToken[] = [];
  for (let i = 0; i < input.length; i++) {
    const t = input[i]!;
    const text = plain(t);
    const next = input[i + 1];
    const pair = next?.start === t.end && "<>=".includes(next.text) ? PAIRS[text + next.text] : undefined;
    if (pair !== undefined && next !== undefined) {
      out.push({ ...t, text: pair, end: next.end });
      i++;
    } else if (text === "|" && isSizedTwin(input, i)) {
      // `\big|\big|`: the sizes fall away later.
      out.push({ ...t, text: "\\|", end: input[i + 2]!.end });
      i += 2;
    } else if (text === "^" && isPrime(next)) {
      // `f^\prime`
    } else if (text === "^" && next?.text === "{" && isPrime(input[i + 2])) {
      // `f^{\prime}`, `f^{\prime 2}`: the primes come out of the braces.
      let k = i + 2;
      for (; isPrime(input[k]); k++) out.push({ ...input[k]!, text: "'" });
      if (input[k]?.text === "}") {
        const last = out.pop()!;
        out.push({ ...last, end: input[k]!.end });
        i = k;
      } else {
        out.push(t, next);
        i = k - 1;
      }
    } else out.push(text === t.text ? t : { ...t, text });
  }
  return out.some((t) => t.text in OVER) ? withFractions(out) : out;
}

/** The command for a letter of Unicode. */
const plain = ({ text }: TexToken): string =>
  text.charCodeAt(0) > 126 || text === "~" ? (UNICODE[text] ?? text) : text;

const isPrime = (t: TexToken | undefined): boolean =>
  t !== undefined && (t.text === "'" || t.text === "\\prime" || UNICODE[t.text] === "'");

/** Whether the bar at `i` and the next one have the same size in front of them. */
function isSizedTwin(input: readonly TexToken[], i: number): boolean {
  const size = input[i - 1];
  const twin = input[i + 1];
  return (
    size !== undefined &&
    SIZE.test(size.text) &&
    !/^\\(?:left|right)$/.test(size.text) &&
    twin !== undefined &&
    SIZE.test(twin.text) &&
    input[i + 2]?.text === "|"
  );
}

/** `{a \over b}` as `\frac{a}{b}`, the innermost first. */
function withFractions(tokens: readonly TexToken[]): TexToken[] {
  const at = tokens.findLastIndex((t) => t.text in OVER);
  if (at < 0) return [...tokens];
  const start = enclosing(tokens, at, -1, "{", "}");
  const end = enclosing(tokens, at, 1, "}", "{");
  const from = start === undefined ? 0 : start + 1;
  const to = end ?? tokens.length;
  const sign = tokens[at]!;
  const brace = (text: string): TexToken => ({ text, start: sign.start, end: sign.start, spaced: false });
  const group = (part: readonly TexToken[]): TexToken[] => [brace("{"), ...part, brace("}")];
  return withFractions([
    ...tokens.slice(0, from),
    { ...sign, text: OVER[sign.text]!, end: sign.start, start: tokens[from]!.start },
    ...group(tokens.slice(from, at)),
    ...group(tokens.slice(at + 1, to)),
    ...tokens.slice(to),
  ]);
}

/** The bracket around a place, sought in one direction. */
function enclosing(
  tokens: readonly TexToken[],
  at: number,
  step: 1 | -1,
  bracket: string,
  other: string,
): number | undefined {
  let depth = 0;
  for (let i = at; i >= 0 && i < tokens.length; i += step) {
    if (tokens[i]!.text === other) depth++;
    else if (tokens[i]!.text === bracket) {
      if (depth === 0) return i;
      depth--;
    }
  }
  return undefined;
}
