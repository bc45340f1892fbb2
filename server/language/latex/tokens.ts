import { operator } from "../../operators";
import type { Token } from "../scanner";
import type { TexToken } from "./lexer";
import { plainTex } from "./plainTex";
import {
  ACCENTS, BARE_WORDS, BIG_OPERATORS, DELIMITERS, DROPPED, DROPPED_WITH_ARGUMENT, FUNCTION_WORDS, INFIX, LAYOUTS, MATRICES, OPAQUE_WORDS, RELATIONS,
  STYLES, SWITCHES, SYMBOLS, TEXTS, WRAPPERS,
} from "./vocabulary"; // prettier-ignore

/**
 * A token of a formula in LaTeX. Its kind is one character, and the grammar matches the string of kinds:
 *
 * | kind | token | kind | token |
 * | --- | --- | --- | --- |
 * | `a` | letter or symbol that is a name | `n` | number |
 * | `w` | function or word that is one (`\log`, `tr`) | `b` | big operator (`\sum`, `\lim`, `\max`) |
 * | `d` | sign of a derivative (`\partial`, upright d) | `v` | `\nabla` |
 * | `t` | text | `o` | dots |
 * | `y` | style (`\mathbf`), an argument follows | `Y` | switch of style (`\bf`), to the end of its group |
 * | `c` | accent (`\hat`), an argument follows | `u` | wrapper (`\boxed`), an argument follows |
 * | `U` | `\underset`, `\overset`, two arguments | `F` | `\frac`, two arguments |
 * | `S` | `\sqrt` | `B` `E` | begin and end of a matrix or of cases |
 * | `x` | infix sign of products | `s` | `+`, `-` |
 * | `r` | relation | `,` | comma, semicolon, colon |
 * | `m` | bar of a condition (`\mid`) | `!` | factorial |
 * | `( ) [ ] { }` | themselves | `j i` | `\{ \}` |
 * | `< >` | `\langle \rangle` | `\|` | bar |
 * | `N` | double bar | `p q`, `P Q` | left and right bar, double bar |
 * | `L` `R` | `\left`, `\right` with their delimiter | `.` | wide space (`\quad`) |
 * | `^ _ '` | themselves | `&` `k` | alignment, row break |
 * | `G` `H` | begin and end of a layout (`aligned`) | | |
 * | `?` | not understood | | |
 */
export interface LatexToken extends Token {
  /** What it means: a name, an operator, a style, a relation in its usual spelling. */
  readonly value: string;
  /** White space stands before it. */
  readonly spaced: boolean;
}

/** The text of the group that starts at `at`, or of a single token, and the index behind it. */
function wordsOf(input: readonly TexToken[], at: number): { text: string; end: number; last: TexToken } | undefined {
  const first = input[at];
  if (first === undefined) return undefined;
  if (first.text !== "{") return { text: first.text, end: at + 1, last: first };
  let depth = 0;
  let text = "";
  for (let i = at; i < input.length; i++) {
    const t = input[i]!;
    if (t.text === "{" && depth++ === 0) continue;
    if (t.text === "}" && --depth === 0) return { text: text + (t.spaced ? " " : ""), end: i + 1, last: t };
    text += (t.spaced ? " " : "") + t.text;
  }
  return undefined;
}

/** A number in per cent. */
const hundredth = (value: string): string => String(Number((Number(value) / 100).toPrecision(12)));

const LETTER = /^\p{L}$/u;
const ARROWS_WITH_WORDS =
  /^x(?:(?:left|right|leftright|Left|Right|Leftright)arrow|mapsto|longequal|longeq|hookrightarrow|twoheadrightarrow)$/;

/** `\frac{\delta y}{\delta x}`: where a δ opens both parts of a fraction, both are signs of a derivative. */
function deltasOfDerivatives(input: readonly TexToken[]): ReadonlySet<number> {
  const found = new Set<number>();
  /** Behind the group that opens at `i`, blanks apart. */
  const behind = (i: number): number => {
    let depth = 0;
    for (let k = i; k < input.length; k++) {
      if (input[k]!.text === "{") depth++;
      else if (input[k]!.text === "}" && --depth === 0) return k + 1;
    }
    return input.length;
  };
  const opens = (i: number): boolean => input[i]?.text === "{" && input[i + 1]?.text === "\\delta";
  for (let i = 0; i < input.length; i++) {
    if (!/^\\[dt]?frac$/.test(input[i]!.text) || !opens(i + 1)) continue;
    const below = behind(i + 1);
    if (!opens(below)) continue;
    found.add(i + 2);
    found.add(below + 1);
  }
  return found;
}

/** Signs that stand between two sides: none of them is inside of `<x, y>`. */
const BETWEEN_SIDES = /^(?:[=<>]|\\(?:le|ge|leq|geq|lt|gt|ll|gg|in|ne|neq|approx|sim|to)|\\\\|&)$/;

/** `<x, y>` as keyboards have it: where a comma stands between the two and no relation does, they are brackets. */
function anglesOfLists(input: readonly TexToken[]): ReadonlySet<number> {
  const found = new Set<number>();
  let open = -1;
  let hasComma = false;
  let depth = 0;
  input.forEach(({ text }, i) => {
    if (text === ">" && open >= 0 && hasComma && depth === 0) {
      found.add(open).add(i);
      open = -1;
    } else if (text === "<") [open, hasComma, depth] = [i, false, 0];
    else if (BETWEEN_SIDES.test(text)) open = -1;
    else if ("([{".includes(text)) depth++;
    else if (")]}".includes(text)) {
      if (--depth < 0) open = -1;
    } else if (text === "," && depth === 0) hasComma = true;
  });
  return found;
}

/** Spaces whose length is their argument. */
const SPACES_BY_LENGTH: ReadonlySet<string> = new Set(["hspace", "hspace*", "mspace"]);

/** From how many points on a space parts formulas, as `\quad` (10 points) does. */
const WIDE = 10;
const POINTS: ReadonlyMap<string, number> = new Map(Object.entries({ pt: 1, em: 10, ex: 4.3, mu: 0.56, in: 72, cm: 28, mm: 2.8, pc: 12, px: 0.75, bp: 1 })); // prettier-ignore

/** Whether a length is that of a wide space: `0.5in`, `2em`, `18mu`. */
function isWideLength(length: string | undefined): boolean {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*([a-z]{2})\s*$/.exec(length ?? "") ?? [];
  return number !== undefined && Number(number) * (POINTS.get(unit!) ?? 0) >= WIDE;
}

/** Macros that authors define for a script, and what stands in it. */
const BEHIND: ReadonlyMap<string, "top" | "inverse"> = new Map([
  ["inv", "inverse"],
  ...["T", "tp", "tran", "transp", "trans", "transpose"].map((name) => [name, "top"] as const),
]);

/** Whether a token ends what a script may stand on. */
const endsAtom = (t: LatexToken | undefined): boolean => t !== undefined && "a)]}n".includes(t.kind);

/** Whether a space between two tokens parts cells: no operator, relation or comma beside it. */
const partsCells = (before: LatexToken | undefined, next: TexToken | undefined): boolean =>
  before !== undefined &&
  next !== undefined &&
  /^[a)\]}no']$/.test(before.kind) &&
  !/^(?:[-+*/=<>,;:|&)\]^_'}~ ]|\\[^a-zA-Z]|\\(?:right|in|le|ge|leq|geq|neq|approx|sim|mid|cdot|times|to|middle|quad|qquad|otimes|odot|oplus|circ|,)(?![a-zA-Z])|\\\\)/.test(
    next.text,
  );

/** Gives every token of TeX its kind and meaning. Never throws: what is not understood becomes `?`. */
export function classify(written: readonly TexToken[]): LatexToken[] {
  const input = plainTex(written);
  const deltas = deltasOfDerivatives(input);
  const angles = anglesOfLists(input);
  const out: LatexToken[] = [];
  let bars = 0; // open bare bars at this depth of brackets
  const depths: number[] = [];
  const open: string[] = [];
  let wide = false;
  const push = (kind: string, value: string, first: TexToken, last: TexToken = first): void => {
    out.push({
      kind,
      value,
      text: first.text,
      start: first.start,
      end: Math.max(first.end, last.end),
      spaced: first.spaced || wide,
    });
    wide = false;
    if ("([{jB<L".includes(kind)) {
      depths.push(bars);
      open.push(kind === "L" ? value : kind);
      bars = 0;
    } else if (")]}iE>R".includes(kind)) {
      bars = depths.pop() ?? 0;
      open.pop();
    }
  };

  for (let i = 0; i < input.length;) {
    const t = input[i]!;
    const { text } = t;

    if (text.length > 1 && text.startsWith("\\") && text !== "\\\\") {
      const name = text.slice(1);
      if (name === "quad" || name === "qquad" || name === "hfill") {
        push(".", name, t);
        i++;
        continue;
      }
      if (name === "newline") {
        push("k", "break", t);
        i++;
        continue;
      }
      if (name === " " || name === "\n" || (DROPPED.has(name) && DELIMITERS[text] === undefined)) {
        // Sizes of brackets fall away together with spaces; `\middle|` keeps its bar.
        wide = true;
        i++;
        // `[a \ b]`: cells side by side, as `[a \quad b]`.
        if (name === " " && open.at(-1) === "[" && partsCells(out.at(-1), input[i])) push(".", " ", t);
        continue;
      }
      if (SPACES_BY_LENGTH.has(name) && isWideLength(wordsOf(input, i + 1)?.text)) {
        push(".", name, t);
        i = wordsOf(input, i + 1)!.end;
        continue;
      }
      if (Object.hasOwn(DROPPED_WITH_ARGUMENT, name)) {
        i++;
        for (let k = DROPPED_WITH_ARGUMENT[name]!; k > 0; k--) i = wordsOf(input, i)?.end ?? i;
        continue;
      }
      const above = input[i + 1]?.text === "{" ? undefined : BEHIND.get(name);
      if (above !== undefined && endsAtom(out.at(-1))) {
        // A macro of the author's that stands behind what it changes: `A\inv B`, `x\T y`.
        push("^", "^", t);
        push("{", "{", t);
        if (above === "top") push("a", "top", t);
        else {
          push("s", "sub", t);
          push("n", "1", t);
        }
        push("}", "}", t);
        i++;
        continue;
      }
      if (name === "textcolor" || name === "colorbox") {
        i = wordsOf(input, i + 1)?.end ?? i + 1;
        push("u", name, t);
        continue;
      }
      if (name === "left" || name === "right") {
        const d = input[i + 1];
        const opened =
          d === undefined
            ? "?"
            : d.text === "."
              ? "."
              : d.text === "<"
                ? "<"
                : d.text === ">"
                  ? ">"
                  : DELIMITERS[d.text];
        push(name === "left" ? "L" : "R", opened ?? "?", t, d ?? t);
        i += d === undefined ? 1 : 2;
        continue;
      }
      if (name === "begin" || name === "end") {
        const words = wordsOf(input, i + 1);
        const environment = words?.text.trim().replace(/\*$/, "") ?? "?";
        i = words?.end ?? i + 1;
        if (LAYOUTS.has(environment)) {
          // `\begin{alignat}{2}`, `\begin{aligned}[t]`
          if (name === "begin" && /^alignat/.test(environment)) i = wordsOf(input, i)?.end ?? i;
          push(name === "begin" ? "G" : "H", environment, t, words?.last);
          continue;
        }
        if (Object.hasOwn(MATRICES, environment) || /cases/.test(environment)) {
          if (name === "begin" && (environment === "array" || environment === "subarray"))
            i = wordsOf(input, i)?.end ?? i;
          if (
            name === "begin" &&
            input[i]?.text === "[" &&
            /^[rlc|]$/.test(input[i + 1]?.text ?? "") &&
            input[i + 2]?.text === "]"
          )
            i += 3;
          push(name === "begin" ? "B" : "E", environment, t, words?.last);
          continue;
        }
        push("?", environment, t, words?.last);
        continue;
      }
      if (TEXTS.has(name)) {
        const words = wordsOf(input, i + 1);
        if (words === undefined) {
          push("?", name, t);
          i++;
          continue;
        }
        i = words.end;
        word(words.text, name, t, words.last);
        continue;
      }
      if (name === "operatornamewithlimits") {
        const words = wordsOf(input, i + 1);
        i = words?.end ?? i + 1;
        word(words?.text ?? "?", name, t, words?.last ?? t);
        continue;
      }
      if (
        name === "frac" ||
        name === "dfrac" ||
        name === "tfrac" ||
        name === "cfrac" ||
        name === "nicefrac" ||
        name === "sfrac"
      )
        push("F", "frac", t);
      else if (name === "sqrt") push("S", "sqrt", t);
      else if (name === "binom" || name === "dbinom" || name === "tbinom") push("F", "binom", t);
      else if (name === "underset" || name === "overset" || name === "stackrel") push("U", name, t);
      else if (name === "partial" || deltas.has(i)) push("d", "partial", t);
      else if (name === "nabla" || name === "triangledown" || name === "bigtriangledown") push("v", "nabla", t);
      else if (name === "prime") push("'", "'", t);
      else if (/^([cvdl]|id)?dots[bcimo]?$/.test(name) || name === "iddots" || name === "hdots") push("o", name, t);
      else if (Object.hasOwn(INFIX, text)) push(name === "pm" || name === "mp" ? "s" : "x", INFIX[text]!, t);
      else if (Object.hasOwn(RELATIONS, text)) push("r", RELATIONS[text]!, t);
      else if (/^under(?:left|right|leftright)arrow$/.test(name)) {
        // `A \underrightarrow{R_1 + R_2} B`: a step from one matrix to the next.
        push("r", "\\to", t);
        i = wordsOf(input, i + 1)?.end ?? i + 1;
        continue;
      } else if (ARROWS_WITH_WORDS.test(name)) {
        // `\xrightarrow[below]{above}`
        push(
          "r",
          name === "xlongequal" || name === "xlongeq" ? "=" : name === "xleftarrow" ? "\\leftarrow" : "\\to",
          t,
        );
        i++;
        if (input[i]?.text === "[") {
          const end = input.findIndex((x, k) => k > i && x.text === "]");
          if (end > 0) i = end + 1;
        }
        i = wordsOf(input, i)?.end ?? i;
        continue;
      } else if (name === "not") {
        i++;
        if (input[i] !== undefined) {
          push("r", "\\neq", t, input[i]);
          i++;
        }
        continue;
      } else if (name === "colon") push(",", ":", t);
      else if (Object.hasOwn(DELIMITERS, text)) push(DELIMITERS[text]!, DELIMITERS[text]!, t);
      else if (name === "{" || name === "}") push(name === "{" ? "j" : "i", name, t);
      else if (Object.hasOwn(STYLES, name)) push("y", STYLES[name]!, t);
      else if (Object.hasOwn(SWITCHES, name)) push("Y", SWITCHES[name]!, t);
      else if (Object.hasOwn(ACCENTS, name)) push("c", ACCENTS[name]!, t);
      else if (WRAPPERS.has(name)) push("u", name, t);
      else if (Object.hasOwn(SYMBOLS, name)) push("a", SYMBOLS[name]!, t);
      else if (Object.hasOwn(BIG_OPERATORS, name)) push("b", BIG_OPERATORS[name]!, t);
      else if (Object.hasOwn(FUNCTION_WORDS, name)) push("w", FUNCTION_WORDS[name]!, t);
      else if (OPAQUE_WORDS.has(name)) push("w", name, t);
      else if (name === "forall" || name === "exists") push("t", name, t);
      else if ((name === "cap" || name === "cup") && input[i + 1]?.text === "_") push("b", name, t);
      else if (name === "angle" || name === "measuredangle" || name === "#") push("w", name === "#" ? "#" : "angle", t);
      else if (name === "%") percent(t);
      else if (name === "$" || name === "€" || name === "£") wide = true;
      else if (name === "_" || name === "*") {
        // Signs that Markdown asks to be escaped.
        if (name === "_") push("_", "_", t);
        else push("x", "star", t);
      } else if (name === "\\" || /^\d$/.test(name)) push("?", name, t);
      // A macro of the author's that is defined elsewhere: a name, or a function of what follows.
      else if (/^[a-zA-Z]+$/.test(name)) push(input[i + 1]?.text === "{" ? "w" : "a", name, t);
      else push("?", name, t);
      i++;
      continue;
    }

    i++;
    if (text === "\\\\") {
      // `\\[2pt]`
      if (input[i]?.text === "[" && !input[i]!.spaced) {
        let k = i + 1;
        while (k < input.length && k < i + 8 && input[k]!.text !== "]") k++;
        if (
          input[k]?.text === "]" &&
          /^-?[\d.]*(pt|em|ex|mm|cm|px|in)$/.test(
            input
              .slice(i + 1, k)
              .map((x) => x.text)
              .join(""),
          )
        )
          i = k + 1;
      }
      push("k", "break", t);
    } else if (/^[\d.]/.test(text) && text !== ".") push("n", text, t);
    else if (text === "|") {
      if (input[i]?.text === "|" && input[i]!.start === t.end && bars === 0) {
        push("N", "N", t, input[i]!);
        i++;
      } else if (bars === 0 && (input[i]?.text === "_" || input[i]?.text === "^")) {
        // A value at a point: nothing closes this bar.
        push("|", "|", t);
      } else {
        bars = bars > 0 ? bars - 1 : bars + 1;
        push("|", "|", t);
      }
    } else if (text === '"') {
      const end = input.findIndex((x, k) => k >= i && x.text === '"');
      const words = end < 0 ? [] : input.slice(i, end);
      push("t", words.map((x) => x.text).join(""), t, input[end] ?? t);
      if (end >= 0) i = end + 1;
    } else if (text === "?") push(".", "?", t);
    else if (text === "<" || text === ">") push(angles.has(i - 1) ? text : "r", text, t);
    else if (Object.hasOwn(RELATIONS, text)) push("r", "=", t);
    else if (text === ":") {
      if (input[i]?.text === "=") {
        push("r", ":=", t, input[i]!);
        i++;
      } else push(",", ":", t);
    } else if (text === "+" || text === "-") push("s", INFIX[text]!, t);
    else if (
      text === "." &&
      input[i] !== undefined &&
      /^[*/^\\]/.test(input[i]!.text) &&
      ["*", "/", "\\times", "\\cdot"].includes(input[i]!.text)
    ) {
      push("x", input[i]!.text === "/" ? "hdiv" : "hadamard", t, input[i]!);
      i++;
    } else if (Object.hasOwn(INFIX, text)) push("x", INFIX[text]!, t);
    else if (text === "," || text === ";") push(",", text, t);
    else if (text === ".") {
      if (input[i]?.text === "." && input[i + 1]?.text === ".") {
        push("o", "dots", t, input[i + 1]);
        i += 2;
      } else push(",", ".", t);
    } else if ("()[]{}".includes(text)) push(text, text, t);
    else if ((text === "^" || text === "_") && isInFront(t)) i = inFront(i);
    else if ("^_'&!".includes(text)) push(text, text, t);
    else if (text === "~" && input[i]?.text === "~") {
      // `[2~~~7~~~8]`
      while (input[i]?.text === "~") i++;
      push(".", "~", t);
    } else if (text === "~") wide = true;
    else if (LETTER.test(text)) {
      const found = bareWord(input, i - 1);
      if (found !== undefined) {
        word(found, "", t, input[i - 1 + found.length - 1]!);
        i += found.length - 1;
      } else push("a", text.normalize("NFKC"), t);
    } else if (text === "ᵀ") {
      push("^", "^", t);
      push("a", "top", t);
    } else if (text === "⁻" || /^[⁰¹²³⁴-⁹]$/.test(text)) {
      push("^", "^", t);
      if (text === "⁻") {
        push("{", "{", t);
        push("s", "sub", t);
        push("n", String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(input[i]?.text ?? "¹")), t);
        push("}", "}", t);
        i++;
      } else push("n", String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(text)), t);
    } else push("?", text, t);
  }
  return out;

  /** `81\%` is 0.81; else a per cent is a name. */
  function percent(t: TexToken): void {
    const before = out.at(-1);
    if (before?.kind !== "n") push("a", "percent", t);
    else out[out.length - 1] = { ...before, value: hundredth(before.value), end: t.end };
  }

  /** Whether a script has nothing before it that it could belong to: it belongs to what comes next (`{}^B V`). */
  function isInFront(t: TexToken): boolean {
    const last = out.at(-1);
    if (last === undefined) return true;
    const empty = last.kind === "}" && out.at(-2)?.kind === "{";
    const before = empty ? out.at(-3) : last;
    // `[a]_\\times^T`: the sign is a script itself, and no operand begins behind it.
    if (!empty && "^_".includes(out.at(-2)?.kind ?? " ") && "sx".includes(last.kind)) return false;
    // `R^i{}_j` only moves the index to the right.
    if (empty && before !== undefined && out.at(-2)!.spaced) return true;
    return before === undefined || "sxr,([{&k.G".includes(before.kind) || (wide && !t.spaced && isSpace(t));
  }

  /** Whether a space of TeX stands directly before a script (`\space^{g}R`). */
  function isSpace(t: TexToken): boolean {
    const before = input[input.indexOf(t) - 1];
    return before !== undefined && /^\\(?:space|thinspace|[ ,;:>])$/.test(before.text);
  }

  /** A script in front of a letter, as an accent of that; where nothing follows it says nothing. */
  function inFront(at: number): number {
    const sign = input[at - 1]!;
    const words = wordsOf(input, at);
    const next = words === undefined ? undefined : input[words.end];
    if (out.at(-1)?.kind === "}" && out.at(-2)?.kind === "{") out.splice(-2);
    if (words === undefined) return at;
    const label = words.text.replace(/[^\p{L}\p{N}*+-]/gu, "");
    if (next !== undefined && !/^(?:[}\])|&=+,.;:^_-]|\\\\|\\right|\\end)$/.test(next.text))
      push("c", `${sign.text}${label}`, sign, words.last);
    return words.end;
  }

  /** A word: a function, an upright d or T, a name of several letters, or text. */
  function word(written: string, command: string, first: TexToken, last: TexToken): void {
    const text = written
      .trim()
      .replace(/\\[,;:! ]/g, "")
      .replace(/^\\mathrm|^\\rm ?/, "")
      .trim();
    if (text === "") return;
    const isText = command.startsWith("text") || command === "mbox" || command === "hbox";
    if (text === "d" && !isText) push("d", "d", first, last);
    else if (Object.hasOwn(FUNCTION_WORDS, text)) push("w", FUNCTION_WORDS[text]!, first, last);
    else if (
      text.length > 2 &&
      operator(text)?.group !== undefined &&
      operator(text)!.group !== "sign" &&
      operator(text)!.group !== "constant"
    )
      push("w", text, first, last);
    else if (/^arg\s*min$|^argmin$/.test(text)) push("b", "argmin", first, last);
    else if (/^arg\s*max$|^argmax$/.test(text)) push("b", "argmax", first, last);
    else if (Object.hasOwn(BIG_OPERATORS, text) && text !== "Sigma") push("b", BIG_OPERATORS[text]!, first, last);
    else if (OPAQUE_WORDS.has(text)) push("w", text, first, last);
    else if (
      command === "operatorname" ||
      command === "operatorname*" ||
      command === "operatornamewithlimits" ||
      command === "mathop"
    )
      push("w", text.replace(/[^\p{L}\p{N}_]/gu, "") || "op", first, last);
    else if (/^\p{L}$/u.test(text)) push("a", text, first, last);
    else push("t", written, first, last);
  }
}

/** Letters that such words begin with. */
const FIRST_LETTERS = new Set(BARE_WORDS.map((w) => w[0]!));

/** Functions that are written close to a variable: `lnx`, `sinx`. A `cost` is none of them. */
const OF_LETTERS: ReadonlySet<string> = new Set(["ln", "log", "exp", "sin", "cos", "tan"]);

/** Words that need a bracket or a space behind them when they end a run of letters: `Xtr(A)`, but not `str`. */
function bareWord(input: readonly TexToken[], at: number): string | undefined {
  const first = input[at]!;
  if (!FIRST_LETTERS.has(first.text)) return undefined;
  const previous = input[at - 1];
  const starts = previous === undefined || previous.end !== first.start || !LETTER.test(previous.text);
  for (const w of BARE_WORDS) {
    if (w[0] !== first.text) continue;
    let fits = true;
    for (let k = 1; k < w.length && fits; k++) {
      const t = input[at + k];
      fits = t !== undefined && t.text === w[k] && t.start === input[at + k - 1]!.end;
    }
    if (!fits) continue;
    const last = input[at + w.length - 1]!;
    const next = input[at + w.length];
    const bracket =
      next !== undefined &&
      /^(?:[([{|]|\\(?:left|big|Big|bigg|Bigg|bigl|Bigl|biggl|Biggl|lvert|vert|lbrack|\{))$/.test(next.text);
    const ends = next === undefined || next.start !== last.end || !LETTER.test(next.text);
    if (previous?.text === "{" && previous.end === first.start && next?.text === "}") return w;
    if (bracket && (starts || w.length > 2 || previous?.text === "d" || /\p{Lu}/u.test(previous?.text ?? ""))) return w;
    if (starts && !ends && OF_LETTERS.has(w) && /^[u-z]$/.test(next.text) && !LETTER.test(input[at + w.length + 1]?.text ?? "")) return w; // prettier-ignore
    // `trAB`, `trA^T`
    if (starts && !ends && (w === "tr" || w === "Tr") && /^\p{Lu}$/u.test(next.text)) return w;
    if (starts && ends && (w.length > 2 || next?.spaced === true || /^[\\^_]/.test(next?.text ?? ""))) return w;
  }
  return undefined;
}
