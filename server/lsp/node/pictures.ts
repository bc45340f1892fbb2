import { existsSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { pictureMaker, type PictureMaker } from "../pictures/protocol";

/** Gives a Node thread the globals of a web worker, then runs the script that both share. */
const BOOT = `
const { parentPort, workerData } = require("node:worker_threads");
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on("message", (data) => globalThis.onmessage({ data }));
require(workerData);
`;

/** Starts the picture worker that lies beside the running bundle. */
export function startPictures(): PictureMaker | undefined {
  const script = path.join(__dirname, "pictures.js");
  if (!existsSync(script)) return undefined;
  const worker = new Worker(BOOT, { eval: true, workerData: script });
  worker.unref();
  return pictureMaker({
    post: (message) => worker.postMessage(message),
    listen: (onReply, onDeath) => {
      worker.on("message", onReply);
      worker.on("error", onDeath);
      worker.on("exit", onDeath);
    },
    stop: () => void worker.terminate(),
  });
}
