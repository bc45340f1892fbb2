import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { createServer } from "../server";
import { nextTurn } from "./loop";
import { startPictures } from "./pictures";

/** Starts the language server over what the process's arguments name: `--stdio`, `--node-ipc`, `--socket=PORT`. */
export function startServer(): void {
  createServer(createConnection(ProposedFeatures.all), {
    nextTurn,
    startPictures,
  });
}
