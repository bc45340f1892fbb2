import { tableOf } from "../core/table";
/** The names of Greek letters, as `.mcalc` spells them, with their letters. */
export const GREEK: Readonly<Record<string, string>> = tableOf({
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι",
  kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", upsilon: "υ",
  phi: "φ", chi: "χ", psi: "ψ", omega: "ω",
  Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Sigma: "Σ", Upsilon: "Υ", Phi: "Φ",
  Psi: "Ψ", Omega: "Ω",
  // No Greek, but a letter with a name as they are: the log-likelihood.
  ell: "ℓ",
}); // prettier-ignore

const BY_LETTER: ReadonlyMap<string, string> = new Map(Object.entries(GREEK).map(([name, letter]) => [letter, name]));

/** A name taken apart: `theta_hat_1` is the letter `theta` with a hat and the subscript `1`. */
export interface NameParts {
  /** A letter, a Greek letter's name, or a word. */
  readonly base: string;
  readonly kind: "letter" | "greek" | "word";
  readonly accent?: "hat" | "bar" | "tilde" | "dot";
  readonly subscripts: readonly string[];
  readonly primes: number;
}

const ACCENTS = new Set(["hat", "bar", "tilde", "dot"]);

export function nameParts(text: string): NameParts {
  let bare = text;
  while (bare.endsWith("'")) bare = bare.slice(0, -1);
  const [head = "", ...rest] = bare.split("_").filter((s) => s !== "");
  const digits = /^(.*?\D)(\d+)$/.exec(head);
  const stem = digits !== null && (digits[1]!.length === 1 || digits[1]! in GREEK) ? digits[1]! : head;
  const subscripts = stem === head ? [] : [digits![2]!];
  let accent: NameParts["accent"];
  for (const s of rest)
    if (ACCENTS.has(s) && accent === undefined) accent = s as NonNullable<NameParts["accent"]>;
    else subscripts.push(s);
  const base = BY_LETTER.get(stem) ?? stem;
  const kind = base in GREEK ? "greek" : [...base].length <= 1 ? "letter" : "word";
  return { base, kind, subscripts, primes: text.length - bare.length, ...(accent === undefined ? {} : { accent }) };
}

/** A number as people write it; `e` splits off a power of ten. */
export function numberParts(value: number): { digits: string; exponent?: number } {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return { digits: String(value) };
  const text = String(value);
  const at = text.indexOf("e");
  return at < 0 ? { digits: text } : { digits: text.slice(0, at), exponent: Number(text.slice(at + 1)) };
}
