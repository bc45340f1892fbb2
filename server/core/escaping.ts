/**
 * Words of a document, written where they are shown: one function for each place. What a document holds is anybody's
 * text, so it must not become a picture that is fetched, a link, a control sequence or an annotation of its own.
 */

/** What a terminal obeys, what turns the direction of text, and what breaks a line. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Control characters drawn as the signs that Unicode has for them (`␛`), others of their kind as `�`. */
const visible = (text: string): string =>
  text.replace(CONTROL, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "␡" : "\ufffd";
  });

/** One line: breaks and tabs are spaces. */
const oneLine = (text: string): string => text.replace(/[\r\n\t\u2028\u2029]+/g, " ");

/** For a line of a terminal: no control characters, and no line of its own. */
export const terminalText = (text: string): string => visible(oneLine(text));

/** For a source line that a caret stands below: the same, and every character keeps its column. */
export const terminalSource = (text: string): string => visible(text.replace(/\t/g, " "));

/**
 * Plain words in a paragraph of Markdown. A sign that begins a list, a heading or a rule is none, addresses are no
 * links, and entities stay what they are.
 */
export const markdownText = (text: string): string =>
  visible(oneLine(text))
    .replace(/[\\`*_{}[\]<>#|~]/g, "\\$&")
    .replace(/^(\s*)([-+=])/, "$1\\$2")
    .replace(/^(\s*\d+)([.)])/, "$1\\$2")
    .replace(/&(?=#?\w+;)/g, "\\&")
    .replace(/:(?=\/\/)/g, "\\:")
    .replace(/(www|mailto)([.:])/gi, "$1\\$2")
    .replace(/(?<=\w)@(?=\w)/g, "\\@");

/** Inline code in Markdown that holds whatever is put into it. */
export function markdownCode(text: string): string {
  const shown = visible(oneLine(text));
  const ticks = "`".repeat(1 + Math.max(0, ...[...shown.matchAll(/`+/g)].map((m) => m[0].length)));
  if (ticks.length > 1) return `${ticks} ${shown} ${ticks}`;
  // Code of nothing but spaces is no code.
  return shown.trim() === "" ? "` `" : `\`${shown}\``;
}

/**
 * The words of a link or a picture. VS Code's reader takes the backslash off a bracket in them and then reads them once
 * more: only as entities do brackets stay what they are.
 */
const between = (words: string): string => markdownText(words).replaceAll("\\[", "&#91;").replaceAll("\\]", "&#93;");

/** A link in Markdown: its words and its title may be anything, its address is ours. */
export const markdownLink = (words: string, address: string, title: string): string =>
  `[${between(words)}](${address} "${linkTitle(title)}")`;

/** A picture in Markdown; `words` is what a screen reader says, the address is ours. */
export const markdownImage = (words: string, address: string): string => `![${between(words)}](${address})`;

const linkTitle = (text: string): string => visible(oneLine(text)).replace(/[\\"&<>`]/g, "\\$&");

/** Text or a quoted attribute in HTML and SVG. */
export const htmlText = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** The message of a GitHub workflow command: breaks are kept, encoded. */
export const githubMessage = (text: string): string =>
  text
    .split(/\r\n|\n|\r/)
    .map((line) => visible(line).replaceAll("%", "%25"))
    .join("%0A");

/** A property of a GitHub workflow command. */
export const githubProperty = (text: string): string =>
  githubMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** JSON whose text holds no control character: some terminals obey those above 0x7f, too. */
export const json = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A notification of VS Code, which makes links of `[words](address)`, of commands too. */
export const notificationText = (text: string): string => visible(oneLine(text)).replaceAll("](", "] (");

/** A label of VS Code (a quick pick, the status bar), which draws `$(name)` as an icon. */
export const labelText = (text: string): string => visible(oneLine(text)).replaceAll("$(", "\\$(");
