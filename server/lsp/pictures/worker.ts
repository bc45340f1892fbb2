/** The picture worker: a web worker, or a Node thread that `node/pictures.ts` gives the same two globals. */
import { draw } from "./draw";
import type { PictureMessage, PictureReply } from "./protocol";

const scope = globalThis as unknown as {
  onmessage: (event: { data: PictureMessage }) => void;
  postMessage: (reply: PictureReply) => void;
};

scope.onmessage = ({ data }) => {
  const picture = draw(data);
  scope.postMessage({ id: data.id, ...(picture === undefined ? {} : { picture }) });
};
