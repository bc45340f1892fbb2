import { type Hover as LspHover, MarkupKind } from "vscode-languageserver";
import { markdownCode as code, markdownImage, markdownLink, markdownText } from "../core/escaping";
import { shapeText } from "../core/shape";
import type { Equation, Hover, Row } from "../features/hover";
import { clashInWords, clashText } from "../notation/blocks";
import { toRange } from "./convert";
import type { Picture } from "./pictures/protocol";
import type { Asked } from "./requests";

/** How a hover is to be written down. */
export interface HoverStyle {
  readonly markdown: boolean;
  /** Whether `command:` links work: VS Code, which also shows what is wrong above the hover. */
  readonly links: boolean;
  /** A picture of all rows. */
  readonly picture?: Picture;
  /** A picture of shapes that do not fit. */
  readonly blocks?: Picture;
}

/** VS Code cuts Markdown at 100,000 characters: a picture that would be cut is left out. */
const MOST = 95_000;

export function toHover({ text }: Asked, hover: Hover, style: HoverStyle): LspHover {
  const value = style.markdown ? asMarkdown(hover, style, linksOf(hover, text.uri, text)) : asPlainText(hover);
  return {
    contents: { kind: style.markdown ? MarkupKind.Markdown : MarkupKind.PlainText, value },
    range: toRange(text, hover.span),
  };
}

/**
 * Short paragraphs, one fact a line: it reads as well where Markdown is shown as plain text. What a picture shows is not
 * said again in words beside it; its words stand in for it where pictures are not shown.
 */
function asMarkdown(hover: Hover, style: HoverStyle, links: readonly string[]): string {
  const words = blocksOf(hover, style, links);
  if (style.picture === undefined && style.blocks === undefined) return words.join("\n\n");
  const withPictures = blocksOf(hover, style, links, style).join("\n\n");
  return withPictures.length <= MOST ? withPictures : words.join("\n\n");
}

function blocksOf(
  hover: Hover,
  style: HoverStyle,
  links: readonly string[],
  pictures: Pick<HoverStyle, "picture" | "blocks"> = {},
): readonly string[] {
  const { claim, clash, subject, expression, rows, where } = hover;
  const blocks: string[] = [];
  // What is wrong stands above the hover in VS Code, in the words of the problem.
  const elsewhere = style.links && claim?.wrong === true;
  if (claim !== undefined) blocks.push(`**${claim.mark}**${claim.text === "" || elsewhere ? "" : `: ${markdownText(claim.text)}`}`); // prettier-ignore
  if (clash !== undefined) {
    const shapes = clash.parts
      .map((p) => `${code(p.name)} ${markdownText(shapeText(p.shape))}`)
      .join(` ${clash.sign} `);
    blocks.push(
      pictures.blocks === undefined
        ? `${shapes}: **${markdownText(clashText(clash))}**`
        : markdownImage(clashInWords(clash), pictures.blocks.uri),
    );
  }
  if (subject !== undefined) blocks.push(`${code(subject.title)} ${markdownText(subject.text)}`);
  if (expression !== undefined && rows.length === 0)
    blocks.push(`${expression.text === "" ? "" : `${code(expression.text)} `}${markdownText(expression.shape)}`);
  const equations = [...rows, ...where].map((e) => `${e.left} = ${e.right}`);
  if (rows.length > 0)
    blocks.push(
      pictures.picture === undefined
        ? [
            ...rows.map((r) => `${code(`${r.left} = ${r.right}`)} ${markdownText(aside(r))}`),
            ...whereInWords(where),
          ].join("  \n")
        : `${markdownImage(equations.join("; "), pictures.picture.uri)}  \n${caption(rows)}`,
    );
  if (style.links && links.length > 0) blocks.push(links.join(" · "));
  else if (hover.folded.length > 0) blocks.push(markdownText(foldedLine(hover)!));
  if (hover.notes.length > 0) blocks.push(hover.notes.map((n) => `*${markdownText(n)}*`).join(" "));
  if (hover.refusal !== undefined) blocks.push(markdownText(hover.refusal));
  return blocks;
}

const whereInWords = (where: readonly Equation[]): string[] =>
  where.map((w, i) => `${i === 0 ? "where " : ""}${code(`${w.left} = ${w.right}`)}`);

/** What the rows of a picture are: their shapes, and that numbers agree. */
function caption(rows: readonly Row[]): string {
  const shapes = [...new Set(rows.map((r) => r.shape))];
  const each = shapes.length === 1 ? shapes[0]! : rows.map((r) => `∂/∂${r.label} ${r.shape}`).join(", ");
  return `${markdownText(each)}${rows.every((r) => r.verified) ? VERIFIED : ""}`;
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
  hover.where.forEach((w, i) => lines.push(`${i === 0 ? "where " : "      "}${w.left} = ${w.right}`));
  lines.push(...hover.notes);
  const rest = foldedLine(hover);
  if (rest !== undefined) lines.push(rest);
  if (hover.refusal !== undefined) lines.push(hover.refusal);
  return lines.join("\n");
}

const VERIFIED = " ✓ verified by numbers";
const aside = (row: Row): string => `${row.shape}${row.verified ? VERIFIED : ""}`;

const foldedLine = (hover: Hover): string | undefined =>
  hover.folded.length === 0 ? undefined : `It depends on ${hover.folded.map((f) => f.label).join(", ")} as well.`;

/** What a command link carries: `(` and `)` are escaped too, which `encodeURIComponent` leaves alone. */
const commandArguments = (given: object): string =>
  encodeURIComponent(JSON.stringify([given])).replace(/[()']/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

/** Variables beyond those shown that have a link of their own; the others are counted, and chosen from a list. */
const MORE = 8;

/** Links to the commands, each with the place it acts on. */
function linksOf(hover: Hover, uri: string, text: Asked["text"]): readonly string[] {
  const { target, rows, folded } = hover;
  const [first] = rows;
  // A derivative that is written down already needs no inserting.
  if (target === undefined || first === undefined || hover.claim !== undefined) return [];
  const at = { uri, range: toRange(text, target) };
  const link = (label: string, command: string, extra: object, title: string): string =>
    markdownLink(label, `command:${command}?${commandArguments({ ...at, ...extra })}`, title);
  const insert = rows.map(({ variable, label }) => link(`∂/∂${label}`, "mcalc.derive", { variable }, `Insert the derivative with respect to ${label} below`)); // prettier-ignore
  const links = [
    `Insert ${insert.join(" ")}`,
    link("Show derivation", "mcalc.showDerivation", { variable: first.variable }, "The derivation, step by step"),
    link("Copy as…", "mcalc.copyAs", {}, "Copy as text, LaTeX, NumPy, JAX, PyTorch, Julia, MATLAB, Eigen, R or SymPy"),
  ];
  if (folded.length === 0) return links;
  const show = folded.slice(0, MORE).map(({ variable, label }) => link(`∂/∂${label}`, "mcalc.showHover", { variable }, `Show the derivative with respect to ${label}`)); // prettier-ignore
  if (folded.length > MORE)
    show.push(link(`${folded.length - MORE} more…`, "mcalc.showHover", {}, "Choose a variable"));
  return [...links, `Also ${show.join(" ")}`];
}
