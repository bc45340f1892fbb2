import { liteAdaptor } from "mathjax-full/js/adaptors/liteAdaptor.js";
import { RegisterHTMLHandler } from "mathjax-full/js/handlers/html.js";
import { TeX } from "mathjax-full/js/input/tex.js";
import "mathjax-full/js/input/tex/ams/AmsConfiguration.js";
import "mathjax-full/js/input/tex/base/BaseConfiguration.js";
import "mathjax-full/js/input/tex/boldsymbol/BoldsymbolConfiguration.js";
import "mathjax-full/js/input/tex/color/ColorConfiguration.js";
import { mathjax } from "mathjax-full/js/mathjax.js";
import { SVG } from "mathjax-full/js/output/svg.js";
import { svgAddress } from "./address";
import type { Picture, PictureRequest } from "./protocol";

/** MathJax's units per ex. */
const UNITS_PER_EX = 442;
/** Longer formulas are shown as text alone. */
const LONGEST = 4000;

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
// Only what formulas are made of: no \href, \require, \style, \def or anything else that reaches outside a formula.
const page = mathjax.document("", {
  InputJax: new TeX({ packages: ["base", "ams", "boldsymbol", "color"], formatError: (_: unknown, error: Error) => { throw error; } }),
  OutputJax: new SVG({ fontCache: "local", localID: "" }),
}); // prettier-ignore

/** Draws a formula in one colour; nothing where MathJax cannot read it. */
export function draw({ latex, color, accent, ex }: PictureRequest): Picture | undefined {
  if (latex.length > LONGEST || !/^#[\da-f]{6} [\da-f]{6}$/i.test(`${color} ${accent}`)) return undefined;
  try {
    const container = page.convert(`\\definecolor{changed}{RGB}{${rgb(accent)}}${latex}`, { display: true });
    const svg = adaptor.firstChild(container);
    const box = String(adaptor.getAttribute(svg as never, "viewBox"))
      .split(" ")
      .map(Number);
    const width = Math.ceil((box[2]! / UNITS_PER_EX) * ex) + 2;
    const height = Math.ceil((box[3]! / UNITS_PER_EX) * ex) + 2;
    const drawing = shorter(adaptor.outerHTML(svg as never))
      .replace(/ (?:width|height|style|role|focusable)="[^"]*"/g, (attribute) =>
        attribute.startsWith(" style") ? "" : attribute,
      )
      .replace(
        /^<svg[^>]*>/,
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${box.join(" ")}" color="${color}">`,
      );
    return { uri: svgAddress(drawing), width, height };
  } catch {
    return undefined;
  }
}

/**
 * The same picture in fewer characters: glyphs that recur are drawn once (MathJax's local font cache) under short names,
 * and what only MathJax itself would read is left out.
 */
function shorter(svg: string): string {
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    let name = names.get(id);
    if (name === undefined) names.set(id, (name = names.size.toString(36)));
    return name;
  };
  return svg
    .replace(/><\/(?:use|path|rect)>/g, "/>")
    .replace(/<g data-mml-node="[a-z]+"><\/g>/g, "")
    .replace(/ data-[a-z-]+="[^"]*"/g, "")
    .replace(/ (id|xlink:href)="(#?)(MJX-[^"]*)"/g, (_, kind: string, hash: string, id: string) =>
      kind === "id" ? ` id="g${nameOf(id)}"` : ` href="${hash}g${nameOf(id)}"`,
    );
}

/** `0550ae` as `5,80,174`. */
const rgb = (hex: string): string => (hex.match(/../g) ?? []).map((two) => parseInt(two, 16)).join();
