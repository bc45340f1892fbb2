/** The language server in a web worker. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import { createServer } from "../server";
import { startPictures } from "./pictures";

/** A message to oneself comes back after everything that waits, without the delay that browsers put on timers. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    (port1 as unknown as { onmessage: () => void }).onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

const scope = globalThis as never;
createServer(createConnection(new BrowserMessageReader(scope), new BrowserMessageWriter(scope)), {
  nextTurn,
  startPictures,
});
