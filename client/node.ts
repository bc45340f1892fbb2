/** The extension on the desktop and on remote machines: the server is a process of its own. */
import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { type Exports, Extension } from "./extension";

let extension: Extension | undefined;

export function activate(context: ExtensionContext): Exports {
  const module = Uri.joinPath(context.extensionUri, "dist", "server.js").fsPath;
  extension = new Extension(context, (options) => {
    const server = { module, transport: TransportKind.ipc };
    return new LanguageClient(
      "mcalc",
      "mcalc",
      { run: server, debug: { ...server, options: { execArgv: ["--nolazy", "--inspect=6009"] } } },
      options,
    );
  });
  return extension.activate();
}

export async function deactivate(): Promise<void> {
  await extension?.stop();
}
