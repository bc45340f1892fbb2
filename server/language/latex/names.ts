import type { Piece, SymbolPiece } from "./pieces";
import { tableOf } from "../../core/table";

/** Letters whose style is told apart get the letter of Unicode in that style: bold x is 𝐱, calligraphic L is 𝓛. */
const PLANES: Readonly<Record<string, number>> = tableOf({
  bold: 0x1d400,
  cal: 0x1d4d0,
  frak: 0x1d504,
  bb: 0x1d538,
  sans: 0x1d5a0,
  mono: 0x1d670,
});
const BB: Readonly<Record<string, string>> = tableOf({ C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ" });
const BOLD_GREEK =
  "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho _ Sigma Tau Upsilon Phi Chi Psi Omega".split(
    " ",
  );

/** A letter in a style as one name. */
export function styledName(name: string, style: string): string {
  if (style === "") return name;
  if (style === "bb" && BB[name] !== undefined) return BB[name];
  const plane = PLANES[style];
  if (plane !== undefined && /^[A-Za-z]$/.test(name)) {
    const code = name.charCodeAt(0);
    return String.fromCodePoint(plane + (code >= 97 ? code - 97 + 26 : code - 65));
  }
  if (style === "bold") {
    const capital = BOLD_GREEK.indexOf(name);
    if (capital >= 0) return String.fromCodePoint(0x1d6a8 + capital);
    const small = BOLD_GREEK.findIndex((g) => g.toLowerCase() === name);
    if (small >= 0) return String.fromCodePoint(0x1d6c2 + small);
    if (/^\d$/.test(name)) return String.fromCodePoint(0x1d7ce + Number(name));
  }
  return `${style}_${name}`;
}

/** The letter of a name as `styledName` made it, without its style; other names as they are. */
export function plainName(name: string): string {
  const code = name.codePointAt(0) ?? 0;
  if (code >= 0x1d6a8 && code < 0x1d6a8 + 25) return BOLD_GREEK[code - 0x1d6a8] ?? name;
  if (code >= 0x1d6c2 && code < 0x1d6c2 + 25) return (BOLD_GREEK[code - 0x1d6c2] ?? name).toLowerCase();
  return name.normalize("NFKC");
}

/** A symbol with its accents: `theta_hat`. */
export function symbolName(symbol: SymbolPiece, styleMatters: (name: string, style: string) => boolean): string {
  let out = styleMatters(symbol.name, symbol.style) ? styledName(symbol.name, symbol.style) : symbol.name;
  for (const accent of symbol.accents) out += `_${accent}`;
  return out;
}

/** What a script adds to a name: `ij`, `k|k-1`, `model`, `1:n`; `undefined` for what is not a plain label. */
export function scriptText(pieces: readonly Piece[]): string | undefined {
  let out = "";
  for (const p of pieces) {
    switch (p.kind) {
      case "symbol":
        out += p.name + p.accents.map((a) => `_${a}`).join("");
        break;
      case "number":
        out += p.text;
        break;
      case "text":
        out += p.text.replace(/\s+/g, "");
        break;
      case "mark": {
        if (
          p.mark === "s" ||
          p.mark === "m" ||
          p.mark === "|" ||
          p.mark === "x" ||
          p.mark === "," ||
          p.mark === "r" ||
          p.mark === "w" ||
          p.mark === "d" ||
          p.mark === "v" ||
          p.mark === "b" ||
          p.mark === "o" ||
          p.mark === "!"
        )
          out += MARK_TEXT[p.value] ?? p.value;
        else if (p.mark === "." || p.mark === "&") break;
        else return undefined;
        break;
      }
      case "group": {
        const inner = scriptText(p.items);
        if (inner === undefined) return undefined;
        out +=
          p.open === "{" || p.open === "u" ? inner : `${SHOWN[p.open] ?? p.open}${inner}${SHOWN[p.close] ?? p.close}`;
        break;
      }
      case "scripted": {
        const base = scriptText([p.base]);
        const sub = p.sub === undefined ? "" : scriptText(p.sub);
        const sup = p.sup === undefined ? "" : scriptText(p.sup);
        if (base === undefined || sub === undefined || sup === undefined) return undefined;
        out += base + (sub === "" ? "" : `_${sub}`) + (sup === "" ? "" : `^${sup}`) + "'".repeat(p.primes);
        break;
      }
      case "fraction": {
        const over = scriptText(p.over);
        const under = scriptText(p.under);
        if (over === undefined || under === undefined) return undefined;
        out += `${over}/${under}`;
        break;
      }
      default:
        return undefined;
    }
  }
  return out;
}

const MARK_TEXT: Readonly<Record<string, string>> = tableOf({
  add: "+", sub: "-", cdot: "·", times: "×", star: "*", m: "|", "|": "|", ",": ",", ":": ":", "=": "=", div: "/", circ: "°", kron: "⊗", "\\to": "→", "\\in": "∈",
}); // prettier-ignore
const SHOWN: Readonly<Record<string, string>> = tableOf({ j: "{", i: "}", N: "‖", p: "|", q: "|" });
