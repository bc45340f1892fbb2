/**
 * Tokens of the tolerant reader: the signs of mathematics, LaTeX and the programming languages that people bring along, in
 * one alphabet. LaTeX commands that stand for a letter, a sign or a blank are replaced here; the others stay commands.
 */
import { tableOf } from "../core/table";

export interface Token {
  /**
   * `num`, `word`, `op`, `str`; `sup` and `sub`: raised and lowered characters, in plain ones; `cmd`: a LaTeX command
   * without its backslash.
   */
  readonly kind: "num" | "word" | "op" | "str" | "sup" | "sub" | "cmd";
  readonly text: string;
  /** White space stands before it. */
  readonly spaced: boolean;
  readonly start: number;
  readonly end: number;
}

const RAISED: Readonly<Record<string, string>> = tableOf<string>({
  "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁺": "+", "⁻": "-",
  "⁽": "(", "⁾": ")", ᵀ: "T", ᵃ: "a", ᵇ: "b", ᶜ: "c", ᵈ: "d", ᵉ: "e", ᶠ: "f", ᵍ: "g", ʰ: "h", ⁱ: "i", ʲ: "j", ᵏ: "k", ˡ: "l",
  ᵐ: "m", ⁿ: "n", ᵒ: "o", ᵖ: "p", ʳ: "r", ˢ: "s", ᵘ: "u", ᵛ: "v", ʷ: "w", ˣ: "x", ʸ: "y", ᶻ: "z", ᴺ: "N", ᴰ: "D", ᴹ: "M",
  ᴷ: "K", ᴸ: "L", ᴾ: "P", ᴴ: "H", "ᵡ": "×",
}); // prettier-ignore
const LOWERED: Readonly<Record<string, string>> = tableOf<string>({
  "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8", "₉": "9", "₊": "+", "₋": "-",
  "₌": "=", ₐ: "a", ₑ: "e", ₕ: "h", ᵢ: "i", ⱼ: "j", ₖ: "k", ₗ: "l", ₘ: "m", ₙ: "n", ₒ: "o", ₚ: "p", ᵣ: "r", ₛ: "s", ₜ: "t",
  ᵤ: "u", ᵥ: "v", ₓ: "x", ᵦ: "β", ᵩ: "φ",
}); // prettier-ignore

export const GREEK: Readonly<Record<string, string>> = tableOf<string>({
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", varepsilon: "ε", zeta: "ζ", eta: "η", theta: "θ",
  vartheta: "θ", iota: "ι", kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", varrho: "ρ", sigma: "σ",
  varsigma: "σ", tau: "τ", upsilon: "υ", phi: "φ", varphi: "φ", chi: "χ", psi: "ψ", omega: "ω", Gamma: "Γ", Delta: "Δ",
  Theta: "Θ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Sigma: "Σ", Upsilon: "Υ", Phi: "Φ", Psi: "Ψ", Omega: "Ω", ell: "l",
}); // prettier-ignore

/** LaTeX commands that stand for a sign. */
const SIGN_COMMANDS: Readonly<Record<string, string>> = tableOf<string>({
  cdot: "·", times: "×", ast: "*", odot: "⊙", circ: "⊙", otimes: "⊗", in: "∈", partial: "∂", nabla: "∇", top: "⊤",
  intercal: "⊤", lVert: "‖", rVert: "‖", Vert: "‖", "|": "‖", vert: "|", lvert: "|", rvert: "|", mid: "|", langle: "⟨",
  rangle: "⟩", to: "→", mapsto: "↦", le: "≤", leq: "≤", ge: "≥", geq: "≥", succ: "≻", succeq: "⪰", succcurlyeq: "⪰",
  infty: "∞", sim: "~", coloneqq: ":=", triangleq: ":=", equiv: "=", "{": "{", "}": "}", ldots: "...", dots: "...",
  cdots: "...", sum: "∑", prod: "∏", prime: "'", dagger: "†", div: "/", lbrace: "{", rbrace: "}", lbrack: "[", rbrack: "]",
  backslash: "\\", "\\": "\\\\", "&": "&", "%": "%", "#": "#", _: "_", mathbb1: "𝟙", bbone: "𝟙", gets: "←", leftarrow: "←",
  top_: "⊤", lt: "<", gt: ">", square: "",
}); // prettier-ignore

/** LaTeX commands that only move things about. */
const BLANKS = new Set([
  ",", ";", ":", "!", " ", "quad", "qquad", "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr",
  "biggl", "biggr", "displaystyle", "textstyle", "limits", "nolimits", "nonumber", "notag", "hspace", "thinspace", "mathstrut",
  "middle", "(", ")", "[", "]",
]); // prettier-ignore

const SPACE = /\s+/y;
const NUMBER = /(?:\d+(?:\.\d+|\.(?![.*/^'\d\p{L}]))?|\.\d+)(?:[eE][+-]?\d+)?/uy;
const WORD = /[\p{L}𝟙](?:[\p{L}\p{M}\p{Nd}]|_(?=[\p{L}\p{Nd}]))*|_(?=\p{L})[\p{L}\p{Nd}_]*/uy;
const COMMAND = /\\(?:[a-zA-Z]+\*?|[^a-zA-Z])/y;
const STRING = /"[^"\n]*"/y;
const SIGNS: readonly string[] = [
  "%*%", "...", "**", ".*", "./", ".^", ".'", ".+", ".-", "==", ":=", "<-", "->", "=>", "||", "..", "+=", "-=", "<=", ">=",
  "!=", "::", "|->",
]; // prettier-ignore

/** Whether a backslash begins a command here, and is not MATLAB's division from the left. */
const isLatex = (text: string): boolean => /\\(?:[a-zA-Z]{2,}|[|{},;!])/.test(text);

const isRaised = (c: string): boolean => Object.hasOwn(RAISED, c);
const isLowered = (c: string): boolean => Object.hasOwn(LOWERED, c);

/** Cuts a text into tokens. White space falls away; every other character is in some token. */
export function tokensOf(text: string): Token[] {
  const out: Token[] = [];
  const latex = isLatex(text);
  let at = 0;
  let spaced = false;
  const push = (kind: Token["kind"], what: string, length: number): void => {
    out.push({ kind, text: what, spaced, start: at, end: at + length });
    spaced = false;
    at += length;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const run = (is: (c: string) => boolean, map: Readonly<Record<string, string>>): [string, number] => {
    let end = at;
    let plain = "";
    while (end < text.length && is(text[end]!)) plain += map[text[end++]!]!;
    return [plain, end - at];
  };
  while (at < text.length) {
    const c = text[at]!;
    const blank = match(SPACE);
    if (blank !== undefined) {
      at += blank.length;
      spaced = true;
      continue;
    }
    if (isRaised(c)) {
      push("sup", ...run(isRaised, RAISED));
      continue;
    }
    if (isLowered(c)) {
      push("sub", ...run(isLowered, LOWERED));
      continue;
    }
    const number = match(NUMBER);
    if (number !== undefined) {
      push("num", number, number.length);
      continue;
    }
    if (c === "\\") {
      const command = latex ? match(COMMAND) : undefined;
      const bare = command?.slice(1).replace(/\*$/, "") ?? "";
      if (command === undefined || bare === "") {
        push("op", "\\", 1);
        continue;
      }
      if (BLANKS.has(bare)) {
        at += command.length;
        spaced = true;
      } else if (Object.hasOwn(GREEK, bare)) push("word", GREEK[bare]!, command.length);
      else if (Object.hasOwn(SIGN_COMMANDS, bare)) push("op", SIGN_COMMANDS[bare]!, command.length);
      else push("cmd", bare, command.length);
      continue;
    }
    // Raised and lowered letters are letters to Unicode: a word ends before them.
    const word = match(WORD);
    if (word !== undefined) {
      let length = 0;
      while (length < word.length && !isRaised(word[length]!) && !isLowered(word[length]!)) length++;
      push("word", word.slice(0, length), length);
      continue;
    }
    const string = match(STRING);
    if (string !== undefined) {
      push("str", string.slice(1, -1), string.length);
      continue;
    }
    const sign = SIGNS.find((s) => text.startsWith(s, at));
    if (sign !== undefined) push("op", sign === "||" ? "‖" : sign, sign.length);
    else {
      const one = String.fromCodePoint(text.codePointAt(at)!);
      push("op", one, one.length);
    }
  }
  return out;
}
