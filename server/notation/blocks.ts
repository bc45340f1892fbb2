import { htmlText } from "../core/escaping";
import type { Clash } from "../core/problem";
import type { Expr } from "../core/ast";
import { type Dim, dimText, dimValue, isOne } from "../core/dimension";
import { isScalar, type Shape, shapeText } from "../core/shape";

/** Pictures of shapes that do not fit: each part a block as high and as wide as its shape says. */

export interface BlockColours {
  /** CSS colours: of lines and words, and of the sides that clash. */
  readonly text: string;
  readonly clash: string;
}

/** A clash as it is drawn: the parts as they are read. */
export interface Blocks {
  readonly parts: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly sides: readonly ("rows" | "cols")[];
  }[];
  readonly sign: string;
}

export const blocksOf = ({ parts, sign }: Clash, print: (e: Expr) => string): Blocks => ({
  parts: parts.map(({ expr, shape, sides }) => ({ name: shorten(print(expr)), shape, sides })),
  sign,
});

export interface Drawing {
  readonly svg: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Lengths of sides in em, the first for the first name met: no two names look alike. */
const LENGTHS = [3.2, 4.6, 2.2, 5.6, 3.9];
/** The length of the side 1. */
const THIN = 0.7;

/**
 * Draws the parts of a clash side by side, equal dimensions equally long, the sides that clash thick, coloured and
 * named. Nothing but shapes and words in the SVG: no script, no reference, no font of its own.
 *
 * @param size of the letters, in CSS pixels
 */
export function drawBlocks(clash: Blocks, size: number, colours: BlockColours): Drawing {
  const em = (n: number): number => Math.round(n * size * 10) / 10;
  const lengthOf = lengths(clash.parts.map((p) => p.shape));
  const blocks = clash.parts.map((part) => {
    const [rows, cols] = [dimText(part.shape.rows), dimText(part.shape.cols)];
    const { name } = part;
    const [w, h] = [em(lengthOf(part.shape.cols)), em(lengthOf(part.shape.rows))];
    const inside = textWidth(name, size) + em(0.5) <= w && h >= em(1.3);
    const left = textWidth(rows, size) + em(0.45);
    // What is wider than its block hangs over on both sides.
    const over = Math.max(0, (Math.max(textWidth(cols, size), inside ? 0 : textWidth(name, size)) - w) / 2);
    return { part, rows, cols, name, w, h, inside, left: Math.max(left, over), right: over };
  });
  const high = Math.max(...blocks.map((b) => b.h));
  const top = em(1.5);
  const under = blocks.some((b) => !b.inside) ? em(1.5) : em(0.3);
  const height = Math.ceil(top + high + under);
  const middle = top + high / 2;
  const out: string[] = [];
  const text = (x: number, y: number, anchor: string, words: string, wrong: boolean, more = ""): void => {
    const fill = wrong ? `fill="${colours.clash}" font-weight="bold"` : `fill="${colours.text}"`;
    out.push(`<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" ${fill}${more}>${htmlText(words)}</text>`);
  };
  const baseline = size * 0.35;
  let x = em(0.2);
  blocks.forEach((b, i) => {
    if (i > 0) {
      x += em(1);
      text(x, middle + baseline, "middle", clash.sign, false);
      x += em(0.9);
    }
    x += b.left;
    const y = middle - b.h / 2;
    const wrong = { rows: b.part.sides.includes("rows"), cols: b.part.sides.includes("cols") };
    out.push(
      `<rect x="${round(x)}" y="${round(y)}" width="${b.w}" height="${b.h}" fill="${colours.text}" fill-opacity="0.1" stroke="${colours.text}" stroke-opacity="0.7"/>`,
    );
    const line = (x2: number, y2: number): void => void out.push(`<path d="M${round(x)} ${round(y)}L${round(x2)} ${round(y2)}" stroke="${colours.clash}" stroke-width="3.5" stroke-linecap="round"/>`); // prettier-ignore
    if (wrong.rows) line(x, y + b.h);
    if (wrong.cols) line(x + b.w, y);
    // A number is a number: its sides are named only where they are what does not fit.
    const bare = isScalar(b.part.shape);
    if (!bare || wrong.rows) text(x - em(0.35), middle + baseline, "end", b.rows, wrong.rows);
    if (!bare || wrong.cols) text(x + b.w / 2, y - em(0.4), "middle", b.cols, wrong.cols);
    text(x + b.w / 2, b.inside ? middle + baseline : y + b.h + em(1.1), "middle", b.name, false, ITALIC);
    x += b.w + b.right;
  });
  const verdict = clashText(clash);
  x += em(1);
  text(x, middle + baseline, "start", verdict, true);
  const width = Math.ceil(x + textWidth(verdict, size) + em(0.2));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="${size}" fill="none">${out.join("")}</svg>`;
  return { svg, width, height };
}

const ITALIC = ' font-style="italic"';

/** `n ≠ m`: what must be equal and is not. */
export function clashText({ parts }: Blocks): string {
  const [a, b] = parts;
  if (a === undefined) return "";
  const pairs: (readonly [Dim, Dim])[] =
    b === undefined
      ? [[a.shape.rows, a.shape.cols]]
      : a.sides.map((side, i) => [a.shape[side], b.shape[b.sides[i] ?? side]]);
  return pairs.map(([l, r]) => `${dimText(l)} ≠ ${dimText(r)}`).join(", ");
}

/** The same in words, for who cannot see the picture: `A is m×n and x is m×1: n ≠ m`. */
export function clashInWords(clash: Blocks): string {
  const parts = clash.parts.map((p) => `${p.name} is ${isScalar(p.shape) ? "a scalar" : shapeText(p.shape)}`);
  return `${parts.join(" and ")}: ${clashText(clash)}`;
}

/** The length of each side in em: numbers by their size, names each with a length of its own. */
function lengths(shapes: readonly Shape[]): (d: Dim) => number {
  const dims = new Map<string, Dim>();
  for (const s of shapes) for (const d of [s.rows, s.cols]) if (!isOne(d)) dims.set(d.key, d);
  const known = new Map<string, number>();
  const numbers = [...dims.values()]
    .filter((d) => dimValue(d) !== undefined)
    .sort((a, b) => dimValue(a)! - dimValue(b)!);
  const scale = [...LENGTHS].sort((a, b) => a - b);
  numbers.forEach((d, i) => known.set(d.key, scale[Math.min(i, scale.length - 1)]!));
  const free = LENGTHS.filter((l) => ![...known.values()].includes(l));
  let next = 0;
  for (const d of dims.values())
    if (!known.has(d.key)) known.set(d.key, free.length === 0 ? LENGTHS[0]! : free[next++ % free.length]!);
  return (d) => known.get(d.key) ?? THIN;
}

const shorten = (text: string): string => ([...text].length > 18 ? `${[...text].slice(0, 17).join("")}…` : text);
/** Width of words in a bold letter, about: better too wide than cut off. */
const textWidth = (text: string, size: number): number =>
  [...text.normalize("NFC")].reduce((w, c) => w + (/[mwMW≠]/.test(c) ? 0.98 : /[ .,·ijl1|]/.test(c) ? 0.45 : 0.66), 0) *
  size;
const round = (n: number): number => Math.round(n * 10) / 10;
