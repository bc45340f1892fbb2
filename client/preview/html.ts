/** The HTML of the preview's marks and boxes. Whatever comes from a document is escaped here, or drawn by KaTeX. */
import { htmlText } from "../../server/core/escaping";
import type { Standing } from "../../server/lsp/protocol";

/** What the preview says, in the reader's language. */
export interface Words {
  readonly proved: string;
  readonly verified: string;
  /** Some of several hold: of how many, how many. */
  readonly partly: (holds: number, claims: number) => string;
  readonly wrong: string;
  readonly repair: string;
}

/** LaTeX as the preview draws it; `undefined` where it draws none. */
export type MathRenderer = (latex: string, display: boolean) => string | undefined;

type Finding = Standing["findings"][number];

/** The sign beside a formula, with its meaning for who rests the mouse on it or hears it; nothing where nothing is known. */
export function mark(standing: Standing, words: Words): string {
  const { claims, holds, proved, findings } = standing;
  if (findings.length > 0) {
    const severity = findings.some((f) => f.severity === "error") ? "error" : "warning";
    const said = [words.wrong, ...findings.map((f) => f.message)].join("\n");
    return sign(severity, "✗", said);
  }
  if (holds === 0) return "";
  if (holds < claims) return sign("partly", `✓ ${holds}/${claims}`, words.partly(holds, claims));
  return sign("holds", "✓", proved ? words.proved : words.verified);
}

const sign = (kind: string, text: string, said: string): string =>
  `<span class="mcalc-mark mcalc-${kind}" role="img" title="${htmlText(said)}" aria-label="${htmlText(said)}">${htmlText(text)}</span>`;

/** What stands before and behind a formula: the mark, and what sets off one that is wrong. */
export function marked(standing: Standing, words: Words, { block }: { readonly block: boolean }): { open: string; close: string } {
  const sign = mark(standing, words);
  if (sign === "") return { open: "", close: "" };
  const tag = block ? "div" : "span";
  const wrong = standing.findings.length > 0 ? " mcalc-is-wrong" : "";
  return { open: `<${tag} class="mcalc-checked${block ? " mcalc-block" : ""}${wrong}">`, close: `${sign}</${tag}>` };
} // prettier-ignore

/** The box below: what is wrong, and how the formula reads when it is mended. */
export function box(
  finding: Finding,
  repaired: { readonly latex: string } | { readonly code: string } | undefined,
  words: Words,
  math: MathRenderer,
): string {
  const says = `<p class="mcalc-says">${withCode(finding.message)}</p>`;
  return `<div class="mcalc-box mcalc-${finding.severity}" role="note">${says}${repair(finding, repaired, words, math)}</div>\n`;
}

function repair(
  { repair: offered }: Finding,
  repaired: { readonly latex: string } | { readonly code: string } | undefined,
  words: Words,
  math: MathRenderer,
): string {
  if (offered === undefined) return "";
  const drawn =
    repaired === undefined
      ? withCode(offered.title)
      : "code" in repaired
        ? `<code>${htmlText(repaired.code)}</code>`
        : (math(withoutEnvironment(repaired.latex), false) ?? `<code>${htmlText(repaired.latex)}</code>`);
  return `<p class="mcalc-repair" title="${htmlText(offered.title)}"><span class="mcalc-label">${htmlText(words.repair)}</span> ${drawn}</p>`;
}

/** Quotation signs and blank lines are the note's; an `align` is drawn within a formula as `aligned`. */
const withoutEnvironment = (latex: string): string =>
  latex
    .split("\n")
    .map((line) => line.replace(/^[ \t>]+/, ""))
    .join("\n")
    .replace(/\\(begin|end)\{(?:align|alignat|eqnarray)\*?\}/g, "\\$1{aligned}")
    .replace(/\\(begin|end)\{(?:gather|multline)\*?\}/g, "\\$1{gathered}")
    .replace(/\\(?:begin|end)\{equation\*?\}/g, "")
    .replace(/\\(?:label|tag)\{[^{}]*\}/g, "")
    .trim();

/** A message: what stands between backquotes is code. */
const withCode = (text: string): string =>
  text.split("`").map((part, i) => (i % 2 === 1 ? `<code>${htmlText(part)}</code>` : htmlText(part))).join(""); // prettier-ignore
