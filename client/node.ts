/** The extension on the desktop and on remote machines: the server is a process of its own. */
import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { type Exports, Extension, type MakeClient } from "./extension";

let extension: Extension | undefined;

export function activate(context: ExtensionContext): Exports {
  const module = Uri.joinPath(context.extensionUri, "dist", "server.js").fsPath;
  const makeClient: MakeClient = (options) => {
    const server = { module, transport: TransportKind.ipc };
    return new LanguageClient(
      "mcalc",
      "mcalc",
      { run: server, debug: { ...server, options: { execArgv: ["--nolazy", "--inspect=6009"] } } },
      options,
    );
  };
  const { version } = context.extension.packageJSON as { version: string };
  const cli = Uri.joinPath(context.extensionUri, "dist", "cli.js").fsPath;
  // On the desktop this process is no plain Node, unless it is told to be.
  const mcp = { command: process.execPath, args: [cli, "mcp"], env: { ELECTRON_RUN_AS_NODE: "1" }, version };
  extension = new Extension(context, makeClient, { mcp });
  return extension.activate();
}

export async function deactivate(): Promise<void> {
  await extension?.stop();
}
