import type { PictureMessage, PictureReply } from "../server/lsp/pictures/protocol";

/** Height of the letter x of drawn formulas, in pixels. */
const EX = 9;

const waiting = new Map<number, (reply: PictureReply) => void>();
let worker: Worker | undefined;
let last = 0;

function theWorker(): Worker {
  if (worker !== undefined) return worker;
  worker = new Worker("pictures.js");
  worker.onmessage = ({ data }: MessageEvent<PictureReply>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  return worker;
}

/** `rgb(29, 36, 48)` as `#1d2430`. */
function colourOf(element: Element): string {
  const parts = getComputedStyle(element)
    .color.replace(/[^\d,]/g, "")
    .split(",")
    .slice(0, 3);
  return `#${parts.map((p) => Number(p).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * A formula: its words at once, and a picture of it in their place once it is drawn. Who hears the page hears the words.
 */
export function formula(unicode: string, latex: string): HTMLElement {
  const element = document.createElement("div");
  element.className = "formula";
  element.textContent = unicode;
  const id = ++last;
  waiting.set(id, ({ picture }) => {
    if (picture === undefined || !element.isConnected) return;
    const image = new Image(picture.width, picture.height);
    image.alt = unicode;
    image.src = picture.uri;
    element.replaceChildren(image);
    element.dispatchEvent(new Event("drawn", { bubbles: true }));
  });
  const color = colourOf(document.body);
  const message: PictureMessage = { id, latex, color, accent: color.slice(1), ex: EX };
  theWorker().postMessage(message);
  return element;
}
