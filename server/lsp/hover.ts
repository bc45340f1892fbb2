import { type Hover as LspHover, MarkupKind } from "vscode-languageserver";
import { markdownCode as code, markdownImage, markdownLink, markdownText } from "../core/escaping";
import { shapeText } from "../core/shape";
import type { Hover, Row } from "../features/hover";
import { clashInWords, clashText } from "../notation/blocks";
import { toRange } from "./convert";
import type { Picture } from "./pictures/protocol";
import type { Asked } from "./requests";

/** How a hover is to be written down. */
export interface HoverStyle {
  readonly markdown: boolean;
  /** Whether `command:` links work. */
  readonly links: boolean;
  /** Pictures of the rows, by their LaTeX. */
  readonly pictures?: ReadonlyMap<string, Picture>;
  /** A picture of shapes that do not fit. */
  readonly blocks?: Picture;
}

export function toHover({ text }: Asked, hover: Hover, style: HoverStyle): LspHover {
  const value = style.markdown ? asMarkdown(hover, style, linksOf(hover, text.uri, text)) : asPlainText(hover);
  return {
    contents: { kind: style.markdown ? MarkupKind.Markdown : MarkupKind.PlainText, value },
    range: toRange(text, hover.span),
  };
}

/** Short paragraphs, one fact a line: it reads as well where Markdown is shown as plain text. */
function asMarkdown(hover: Hover, style: HoverStyle, links: readonly string[]): string {
  const blocks: string[] = [];
  if (hover.claim !== undefined) blocks.push(`**${hover.claim.mark}**${hover.claim.text === "" ? "" : `: ${markdownText(hover.claim.text)}`}`); // prettier-ignore
  if (hover.clash !== undefined) {
    if (style.blocks !== undefined) blocks.push(markdownImage(clashInWords(hover.clash), style.blocks.uri));
    const { parts, sign } = hover.clash;
    const shapes = parts.map((p) => `${code(p.name)} ${markdownText(shapeText(p.shape))}`).join(` ${sign} `);
    blocks.push(`${shapes}: **${markdownText(clashText(hover.clash))}**`);
  }
  if (hover.subject !== undefined) blocks.push(`${code(hover.subject.title)} ${markdownText(hover.subject.text)}`);
  if (hover.expression !== undefined && (hover.expression.text !== "" || hover.rows.length === 0))
    blocks.push(
      `${hover.expression.text === "" ? "" : `${code(hover.expression.text)} `}${markdownText(hover.expression.shape)}`,
    );
  const rows = hover.rows.map((row) => {
    const picture = style.pictures?.get(row.latex);
    const line = `${code(`${row.left} = ${row.right}`)} ${markdownText(aside(row))}`;
    return picture === undefined ? line : `${markdownImage(`${row.left} = ${row.right}`, picture.uri)}\n\n${line}`;
  });
  if (rows.length > 0) blocks.push(rows.join(style.pictures === undefined ? "  \n" : "\n\n"));
  if (hover.notes.length > 0) blocks.push(hover.notes.map((n) => `*${markdownText(n)}*`).join(" "));
  if (hover.refusal !== undefined) blocks.push(markdownText(hover.refusal));
  const rest = foldedLine(hover);
  if (rest !== undefined && !style.links) blocks.push(markdownText(rest));
  if (style.links && links.length > 0) blocks.push(links.join(" · "));
  return blocks.join("\n\n");
}

function asPlainText(hover: Hover): string {
  const lines: string[] = [];
  if (hover.claim !== undefined)
    lines.push(hover.claim.text === "" ? hover.claim.mark : `${hover.claim.mark}: ${hover.claim.text}`);
  if (hover.clash !== undefined) lines.push(clashInWords(hover.clash));
  if (hover.subject !== undefined) lines.push(`${hover.subject.title}: ${hover.subject.text}`);
  if (hover.expression !== undefined)
    lines.push(
      hover.expression.text === "" ? hover.expression.shape : `${hover.expression.text}: ${hover.expression.shape}`,
    );
  for (const row of hover.rows) lines.push(`${row.left} = ${row.right}    ${aside(row)}`);
  lines.push(...hover.notes);
  const rest = foldedLine(hover);
  if (rest !== undefined) lines.push(rest);
  if (hover.refusal !== undefined) lines.push(hover.refusal);
  return lines.join("\n");
}

const aside = (row: Row): string => `${row.shape}${row.verified ? " ✓ verified" : ""}`;

const foldedLine = (hover: Hover): string | undefined =>
  hover.folded.length === 0 ? undefined : `It depends on ${hover.folded.map((f) => f.label).join(", ")} as well.`;

/** What a command link carries: `(` and `)` are escaped too, which `encodeURIComponent` leaves alone. */
const commandArguments = (given: object): string =>
  encodeURIComponent(JSON.stringify([given])).replace(/[()']/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

/** Links to the commands, each with the place it acts on. */
function linksOf(hover: Hover, uri: string, text: Asked["text"]): readonly string[] {
  const { target, rows } = hover;
  const [first] = rows;
  // A derivative that is written down already needs no inserting.
  if (target === undefined || first === undefined || hover.claim !== undefined) return [];
  const at = { uri, range: toRange(text, target) };
  const link = (label: string, command: string, extra: object, title: string): string =>
    markdownLink(label, `command:${command}?${commandArguments({ ...at, ...extra })}`, title);
  const insert = [...rows, ...hover.folded.slice(0, 6)];
  return [
    `Insert ${insert.map(({ variable, label }) => link(`∂/∂${label}`, "mcalc.derive", { variable }, `Insert the derivative with respect to ${label} below`)).join(" ")}`,
    link("Show derivation", "mcalc.showDerivation", { variable: first.variable }, "The derivation, step by step"),
    link("Copy as…", "mcalc.copyAs", {}, "Copy as LaTeX, NumPy, JAX, PyTorch, Julia or MATLAB"),
  ];
}
