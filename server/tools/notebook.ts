import { withLineFeeds } from "../core/lineEnds";

/** Where the text of a Markdown cell stands in the joined text. */
export interface Cell {
  /** Among all cells of the notebook, from zero. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** The Markdown cells of a Jupyter notebook, joined into one note; `undefined` where it is none. */
export function notebookText(json: string): { readonly text: string; readonly cells: readonly Cell[] } | undefined {
  let notebook: unknown;
  try {
    notebook = JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
  const all = (notebook as { cells?: unknown } | null)?.cells;
  if (!Array.isArray(all)) return undefined;
  const cells: Cell[] = [];
  let text = "";
  all.forEach((cell: { cell_type?: unknown; source?: unknown } | null, index) => {
    if (cell?.cell_type !== "markdown") return;
    const { source } = cell;
    const parts: unknown[] = Array.isArray(source) ? source : [source];
    const own = withLineFeeds(parts.filter((s) => typeof s === "string").join(""));
    cells.push({ index, start: text.length, end: text.length + own.length });
    text += `${own}\n\n`;
  });
  return { text, cells };
}

/** Which of the cells an offset of the joined text is in. */
export function cellAt(cells: readonly Cell[], offset: number): number {
  const at = cells.findLastIndex((c) => c.start <= offset);
  return Math.max(0, at);
}
