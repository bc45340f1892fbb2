import { htmlText } from "../server/core/escaping";
import type { DerivationLine, DerivationView } from "../server/lsp/protocol";

/** What the panel says, in the reader's language. */
export interface PanelWords {
  readonly language: string;
  readonly derivation: string;
  readonly fewer: string;
  readonly every: string;
  readonly copyLatex: string;
  readonly copyText: string;
  readonly by: string;
  readonly variable: string;
  readonly copy: string;
  readonly copyLine: (number: number) => string;
}

/** The panel's page: no remote resource, no inline handler; one style and one script, each under a fresh nonce. */
export function page(
  view: DerivationView,
  { full, words }: { readonly full: boolean; readonly words: PanelWords },
): string {
  const nonce = freshNonce();
  const policy = `default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${htmlText(words.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${htmlText(view.title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<header>
<h1>${htmlText(view.title)}</h1>
<div role="toolbar" aria-label="${htmlText(words.derivation)}">
${picker(view, words)}
<button data-says="detail" aria-pressed="${full}">${htmlText(full ? words.fewer : words.every)}</button>
<button data-says="latex">${htmlText(words.copyLatex)}</button>
<button data-says="text">${htmlText(words.copyText)}</button>
</div>
</header>
<ol>
${view.lines.map((step, i) => line(step, i, words)).join("\n")}
</ol>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>`;
}

/** Where there are several variables, which one it is derived by. */
function picker({ variable, variables }: DerivationView, words: PanelWords): string {
  if (variables.length < 2) return "";
  const options = variables.map((v) => `<option${v === variable ? " selected" : ""}>${htmlText(v)}</option>`);
  return `<label>${htmlText(words.by)} <select aria-label="${htmlText(words.variable)}">${options.join("")}</select></label>`;
}

function line(step: DerivationLine, i: number, words: PanelWords): string {
  const text = `${step.left} = ${step.right}`.trim();
  const formula =
    step.picture === undefined
      ? `<span class="formula">${htmlText(text)}</span>`
      : `<img src="${htmlText(step.picture.uri)}" width="${Math.round(step.picture.width)}" height="${Math.round(step.picture.height)}" alt="${htmlText(text)}">`;
  const why = step.why === "" ? "" : `<p class="why">${withCode(step.why)}</p>`;
  return `<li tabindex="0"><div class="step"><div class="scroll">${formula}</div>${why}</div><button class="copy" data-says="line ${i}" title="${htmlText(words.copyLine(i + 1))}" aria-label="${htmlText(words.copyLine(i + 1))}">${htmlText(words.copy)}</button></li>`;
}

const inline = (text: string): string => `<code>${htmlText(text)}</code>`;

/** A rule's name: what stands between backquotes is a formula. */
const withCode = (text: string): string =>
  text.split("`").map((part, i) => (i % 2 === 1 ? inline(part) : htmlText(part))).join(""); // prettier-ignore

function freshNonce(): string {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

const STYLE = `
body { padding: 0 1.25rem 2rem; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
header { position: sticky; top: 0; padding: .75rem 0 .5rem; background: var(--vscode-editor-background); border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
h1 { margin: 0 0 .5rem; font-size: 1.1em; font-weight: 600; font-family: var(--vscode-editor-font-family); }
select { padding: .2em .4em; border: 1px solid var(--vscode-dropdown-border, transparent); border-radius: 2px; color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); font: inherit; }
label { margin-right: .75rem; }
button { padding: .25em .75em; border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent)); border-radius: 2px; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); font: inherit; cursor: pointer; }
button:hover { background: var(--vscode-button-secondaryHoverBackground); }
:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
ol { margin: .5rem 0 0; padding: 0; list-style: none; counter-reset: step; }
li { position: relative; display: flex; align-items: center; padding: .3rem 4.5rem .3rem .5rem; border-radius: 4px; counter-increment: step; }
li::before { content: counter(step); flex: none; width: 1.75rem; color: var(--vscode-descriptionForeground); font-variant-numeric: tabular-nums; }
/* The rule stands to the right of its line, or below it where there is no room. */
.step { flex: 1; min-width: 0; display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; column-gap: 2rem; }
li:hover, li:focus { background: var(--vscode-list-hoverBackground); }
.why { margin: 0; color: var(--vscode-descriptionForeground); font-size: .92em; }
.scroll { overflow-x: auto; max-width: 100%; padding: .3rem 0; }
.scroll img { display: block; max-width: none; }
.formula, code { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
code { color: inherit; background: none; }
.copy { position: absolute; right: .5rem; top: 50%; transform: translateY(-50%); opacity: 0; }
li:hover .copy, li:focus .copy, li:focus-within .copy { opacity: 1; }
body.vscode-high-contrast li, body.vscode-high-contrast-light li { border-bottom: 1px solid var(--vscode-contrastBorder); border-radius: 0; }
`;

const SCRIPT = `
const host = acquireVsCodeApi();
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-says]") : null;
  if (button) host.postMessage(button.dataset.says);
});
document.querySelector("select")?.addEventListener("change", (event) => host.postMessage("variable " + event.target.value));
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !(document.activeElement instanceof HTMLElement)) return;
  const lines = [...document.querySelectorAll("li")];
  const at = lines.indexOf(document.activeElement.closest("li"));
  const next = lines[Math.max(0, Math.min(lines.length - 1, at + step))];
  if (next) { event.preventDefault(); next.focus(); }
});
`;
