import type { Variable } from "../../core/scope";
import { tableOf } from "../../core/table";
import { GREEK } from "../names";

/** Marks above a letter, and signs in a name, as they are called. */
const SPOKEN: Readonly<Record<string, string>> = tableOf({
  "\u0302": "_hat", "\u0303": "_tilde", "\u0304": "_bar", "\u0305": "_bar", "\u0307": "_dot", "\u0308": "_ddot",
  "\u030C": "_check", "\u20D7": "_vec", "\u20D1": "_vec", "'": "_prime", "\u2032": "_prime", "*": "_star", "\u2217": "_star",
  "\u22C6": "_star", "\u2020": "_dagger", "\u22A5": "_perp", "+": "_plus", "-": "_minus", "\u00B1": "_pm", "\u221E": "inf",
}); // prettier-ignore

const LETTERS: ReadonlyMap<string, string> = new Map(Object.entries(GREEK).map(([name, letter]) => [letter, name]));

/**
 * A name as programming languages take it: `x̂₀` is `x_hat_0`, `θ*` is `theta_star`, `W^[l]` is `W_l`. Styles of
 * letters (bold, script, …) are those of a typesetter and go.
 */
export function identifier(text: string): string {
  let out = "";
  const word = (part: string): void => {
    out += out === "" || out.endsWith("_") ? part.replace(/^_/, "") : part;
  };
  let lowered = false;
  for (const c of text.normalize("NFD")) {
    const plain = c.normalize("NFKD");
    const isSubscript = c !== plain && /[\u2080-\u209C\u1D62-\u1D6A]/.test(c);
    if (isSubscript && !lowered) word("_");
    lowered = isSubscript;
    const greek = LETTERS.get(c) ?? LETTERS.get(plain);
    if (greek !== undefined) word(greek);
    else if (SPOKEN[c] !== undefined) word(SPOKEN[c]);
    else if (/^\w+$/.test(plain)) out += plain;
    else if (!/\p{M}/u.test(c) && out !== "" && !out.endsWith("_")) out += "_";
  }
  // What stands in brackets ends with them.
  if (out.endsWith("_") && !text.endsWith("_")) out = out.slice(0, -1);
  return /^[a-z]/i.test(out) ? out : `x${out}`;
}

/** What an input is called: a family beside a variable of its name as its members, `x_i`. */
export function inputName(key: string, v: Pick<Variable, "family">): string {
  const bare = key.replace(/(?:\^[([][)\]]|_)$/, "");
  return v.family === undefined || bare === key ? identifier(key) : `${identifier(bare)}_${identifier(v.family.index)}`;
}
