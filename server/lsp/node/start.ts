import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { createServer } from "../server";
import { nextTurn } from "./loop";
import { startPictures } from "./pictures";
import { standardStreams } from "./stdio";

/** Starts the language server over what the process's arguments name: `--stdio`, `--node-ipc`, `--socket=PORT`. */
export function startServer(): void {
  let isShutDown = false;
  const connection = process.argv.includes("--stdio")
    ? createConnection(ProposedFeatures.all, ...standardStreams(() => isShutDown))
    : createConnection(ProposedFeatures.all);
  createServer(connection, {
    nextTurn,
    startPictures,
    onShutdown: () => (isShutDown = true),
  });
}
