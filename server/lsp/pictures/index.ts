import type { Environment } from "../environment";
import { type Blocks, drawBlocks } from "../../notation/blocks";
import { ACCENT, CLASH, FOREGROUND } from "../client";
import type { InitializationOptions, Theme } from "../protocol";
import type { Equation } from "../../features/hover";
import { svgAddress } from "./address";
import { linesOf, SMALLEST, WIDEST } from "./lines";
import type { Picture, PictureMaker } from "./protocol";

/** Height of the letter x in MathJax's fonts, in em. */
const X_HEIGHT = 0.442;

/** Pictures of formulas in the colours and the size of the client's theme. The worker starts with the first one. */
export class Pictures {
  #theme: Theme = { kind: "dark" };
  #script: string | undefined;
  #maker: PictureMaker | undefined;
  #started = false;
  /** Whether hovers are to carry pictures. */
  inHovers = false;

  constructor(readonly environment: Environment) {}

  configure({ hover, theme, pictures }: InitializationOptions): void {
    this.inHovers = hover === "svg";
    this.#script = pictures;
    if (theme !== undefined) this.#theme = theme;
  }

  setTheme(theme: Theme): void {
    if (theme.kind in FOREGROUND) this.#theme = theme;
  }

  /** Pictures of formulas, by their LaTeX; those that cannot be drawn are missing. */
  async draw(formulas: readonly string[], scale: number): Promise<ReadonlyMap<string, Picture>> {
    const maker = this.#start();
    const out = new Map<string, Picture>();
    if (maker === undefined) return out;
    const color = FOREGROUND[this.#theme.kind];
    const accent = ACCENT[this.#theme.kind];
    const ex = (this.#theme.fontSize ?? 14) * X_HEIGHT * scale * 1.1;
    const pictures = await Promise.all(formulas.map((latex) => maker.draw({ latex, color, accent, ex })));
    pictures.forEach((picture, i) => picture !== undefined && out.set(formulas[i]!, picture));
    return out;
  }

  /**
   * One picture of equations and of what they call their parts; sums are broken into lines, and the whole made smaller,
   * where it would be too wide for a hover. Nothing where that does not help.
   */
  async lines(rows: readonly Equation[], where: readonly Equation[], scale: number): Promise<Picture | undefined> {
    const one = async (latex: string, size: number): Promise<Picture | undefined> => (await this.draw([latex], size)).get(latex); // prettier-ignore
    let picture: Picture | undefined;
    for (const broken of [false, true]) {
      const latex = linesOf(rows, where, broken);
      picture = await one(latex, scale);
      if (picture === undefined) return undefined;
      if (picture.width <= WIDEST * scale) return picture;
      const smaller = Math.max(SMALLEST, (WIDEST * scale) / picture.width);
      if (broken && smaller > SMALLEST) return one(latex, scale * smaller);
    }
    return undefined;
  }

  /** A picture of shapes that do not fit: needs no worker. */
  blocks(blocks: Blocks, scale: number): Picture {
    const { kind, fontSize = 14 } = this.#theme;
    const { svg, width, height } = drawBlocks(blocks, fontSize * scale, { text: FOREGROUND[kind], clash: CLASH[kind] });
    return { uri: svgAddress(svg), width, height };
  }

  stop(): void {
    this.#maker?.stop();
    this.#maker = undefined;
  }

  #start(): PictureMaker | undefined {
    if (!this.#started) {
      this.#started = true;
      this.#maker = this.environment.startPictures?.(this.#script === undefined ? {} : { script: this.#script });
    }
    return this.#maker;
  }
}
