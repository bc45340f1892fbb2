import { type Token, tokensOf } from "./tokens";

/** Commands that only change how something looks; the braces behind them go with them. */
const LOOKS = /^(?:math(?:bf|rm|it|sf|bb|cal|frak|tt)|boldsymbol|bm|text(?:bf|rm|it)?|operatorname)$/;

/** LaTeX and raised letters as plain text: `\mathbf{x} \in \mathbb{R}^n` and `x ∈ ℝⁿ` are `x ∈ R^{n}`. */
export function plainText(line: string): string {
  const tokens = tokensOf(line);
  if (!tokens.some((t) => t.kind === "cmd" || t.kind === "sup" || t.kind === "sub")) {
    // Signs that were commands are plain signs now.
    return line.includes("\\") ? joined(tokens, line) : line.replaceAll("ℝ", "R");
  }
  const out: Token[] = [];
  const dropped = new Set<number>();
  tokens.forEach((t, i) => {
    if (t.kind === "cmd" && LOOKS.test(t.text)) {
      dropped.add(i);
      if (tokens[i + 1]?.text === "{") {
        dropped.add(i + 1);
        let depth = 0;
        for (let k = i + 1; k < tokens.length; k++) {
          if (tokens[k]!.text === "{") depth++;
          else if (tokens[k]!.text === "}" && --depth === 0) {
            dropped.add(k);
            break;
          }
        }
      }
    }
  });
  tokens.forEach((t, i) => {
    if (!dropped.has(i)) out.push(t);
    else if (t.spaced && tokens[i + 1] !== undefined) tokens[i + 1] = { ...tokens[i + 1]!, spaced: true };
  });
  return joined(out, line).replaceAll("ℝ", "R");
}

const joined = (tokens: readonly Token[], line: string): string =>
  tokens
    .map(
      (t) =>
        (t.spaced ? " " : "") +
        (t.kind === "sup" ? `^{${raised(t.text)}}` : t.kind === "sub" && /^[+]/.test(t.text) ? `_{${t.text}}` : t.kind === "cmd" ? `\\${t.text}` : t.kind === "str" ? `"${t.text}"` : t.kind === "sub" ? line.slice(t.start, t.end) : t.text),
    )
    .join(""); // prettier-ignore

/** `mxn` raised is m×n: the cross of raised letters is an x. */
const raised = (text: string): string => (/^[\p{L}\d]x[\p{L}\d]$/u.test(text) ? `${text[0]!}×${text[2]!}` : text);
