import type { PictureLocation } from "../environment";
import { pictureMaker, type PictureMaker } from "../pictures/protocol";

interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: { data: never }) => void) | null;
  onerror: (() => void) | null;
}
declare const Worker: new (url: string) => WebWorker;

/** Starts the picture worker from the address that the client gave. */
export function startPictures({ script }: PictureLocation): PictureMaker | undefined {
  if (script === undefined || typeof Worker === "undefined") return undefined;
  // A worker's script must be of the same origin; a script of our own that loads it may be.
  const boot = URL.createObjectURL(
    new Blob([`importScripts(${JSON.stringify(script)});`], { type: "text/javascript" }) as never,
  );
  const worker = new Worker(boot);
  return pictureMaker({
    post: (message) => worker.postMessage(message),
    listen: (onReply, onDeath) => {
      worker.onmessage = ({ data }) => onReply(data);
      worker.onerror = onDeath;
    },
    stop: () => worker.terminate(),
  });
}
