import type { Formula, MathDocument } from "../documents/document";
import type { LatexStyle } from "../notation";

/** The spelling found most often, where any is found. Each pattern is counted over the formulas of a note. */
function mostUsed<T extends string>(text: string, spellings: readonly (readonly [T, RegExp])[]): T | undefined {
  let best: T | undefined;
  let most = 0;
  for (const [spelling, pattern] of spellings) {
    const count = text.match(pattern)?.length ?? 0;
    if (count > most) [best, most] = [spelling, count];
  }
  return best;
}

const TRANSPOSE = [
  ["\\top", /\^\{?\\top/g],
  ["T", /\^\{?T/g],
  ["\\mathsf{T}", /\^\{?\\mathsf\{?T/g],
  ["\\mathrm{T}", /\^\{?\\(?:mathrm|rm|text)\{?T/g],
  ["\\intercal", /\^\{?\\intercal/g],
] as const;
const PARTIAL = [
  ["\\partial", /\\[dt]?frac\{\\partial/g],
  ["d", /\\[dt]?frac\{d/g],
  ["\\mathrm{d}", /\\[dt]?frac\{\\(?:mathrm|text|rm)\{?d/g],
] as const;
const TRACE = [
  ["\\operatorname{tr}", /\\operatorname\{tr\}/g],
  ["\\operatorname{Tr}", /\\operatorname\{Tr\}/g],
  ["\\mathrm{tr}", /\\mathrm\{tr\}/g],
  ["\\mathrm{Tr}", /\\mathrm\{Tr\}/g],
  ["\\text{tr}", /\\text\{tr\}/g],
  ["\\text{Tr}", /\\text\{Tr\}/g],
  ["\\tr", /\\tr/g],
  ["\\Tr", /\\Tr/g],
  ["tr", /(?<![\\a-zA-Z{])tr[([\\]/g],
] as const;
const NORM = [
  ["\\|", /\\\|/g],
  ["\\lVert", /\\lVert/g],
] as const;
const LOG = [
  ["\\log", /\\log/g],
  ["\\ln", /\\ln/g],
] as const;
const HADAMARD = [
  ["\\odot", /\\odot/g],
  ["\\circ", /\\circ/g],
] as const;
const IDENTITY = [
  ["I", /(?<![\\a-zA-Z{])I(?![a-zA-Z])/g],
  ["\\mathbf{I}", /\\mathbf\{?I/g],
  ["\\boldsymbol{I}", /\\(?:boldsymbol|bm)\{?I/g],
] as const;

/** How gradients are written: only where the author has chosen one of both. */
export function gradientHabit({ formulas }: MathDocument): "nabla" | "fraction" | undefined {
  const text = formulas.map((f) => (f.notation === "latex" ? f.text : "")).join("\n");
  return mostUsed(text, [
    ["fraction", /\\[dt]?frac\s*\{\s*(?:\\partial|\\mathrm\s*\{d\}|d(?![a-z]))/g],
    ["nabla", /\\nabla(?!\s*\^)/g],
  ]);
}

const learned = new WeakMap<MathDocument, LatexStyle>();

/** How the author of a note writes: its transposes, its d's, its traces, its names. */
export function learnStyle(document: MathDocument): LatexStyle {
  let style = learned.get(document);
  if (style === undefined) learned.set(document, (style = learn(document)));
  return style;
}

function learn(document: MathDocument): LatexStyle {
  const seen = new Set<string>();
  const names = new Map<string, string>();
  for (const { notation, text, spellings } of document.formulas) {
    if (notation !== "latex") continue;
    seen.add(text);
    for (const [name, written] of spellings ?? []) if (!names.has(name)) names.set(name, written);
  }
  // Blanks mean nothing in a formula but to end a command's name, and the patterns do not look for that.
  const text = [...seen].join("\n").replace(/\s/g, "");
  const found = {
    transpose: mostUsed(text, TRANSPOSE),
    partial: mostUsed(text, PARTIAL),
    trace: mostUsed(text, TRACE),
    norm: mostUsed(text, NORM),
    log: mostUsed(text, LOG),
    hadamard: mostUsed(text, HADAMARD),
    identity: mostUsed(text, IDENTITY),
    ...(/\\mathrm\{d\}/.test(text) ? { differential: "\\mathrm{d}" } : {}),
    ...(names.size > 0 ? { names } : {}),
  };
  return Object.fromEntries(Object.entries(found).filter(([, v]) => v !== undefined)) as LatexStyle;
}

/** The style for a formula: names as it writes them itself come before those of the rest of the note. */
export function styleFor(document: MathDocument, formula: Formula): LatexStyle {
  const style = learnStyle(document);
  return formula.spellings === undefined
    ? style
    : { ...style, names: new Map([...(style.names ?? []), ...formula.spellings]) };
}

/** Commands that every renderer knows: a name spelled with others is written plainly in pictures. */
const COMMON =
  /^\\(?:mathbf|boldsymbol|mathrm|mathit|mathcal|mathsf|mathbb|text|hat|bar|tilde|dot|vec|widehat|widetilde|overline|ell|alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|vartheta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|varphi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega)$/;

/** The same for a picture: without the note's own macros. */
export function pictureStyle(style: LatexStyle): LatexStyle {
  const names = new Map([...(style.names ?? [])].filter(([, w]) => (w.match(/\\[a-z]+/gi) ?? []).every((c) => COMMON.test(c)))); // prettier-ignore
  return { ...style, names, ...(style.trace?.startsWith("\\t") === true || style.trace === "\\Tr" ? { trace: "\\operatorname{tr}" } : {}) }; // prettier-ignore
}
