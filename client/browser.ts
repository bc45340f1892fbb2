/** The extension in VS Code for the Web: the server is a worker. */
import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import { type Exports, Extension } from "./extension";

interface WebWorker {
  onerror: ((event: unknown) => void) | null;
}
declare const Worker: new (url: string) => WebWorker;

let extension: Extension | undefined;

export function activate(context: ExtensionContext): Exports {
  const script = (name: string): string => Uri.joinPath(context.extensionUri, "dist", name).toString(true);
  extension = new Extension(
    context,
    (options) => new LanguageClient("mcalc", "mcalc", new Worker(script("server.web.js")) as never, options),
    { pictures: script("pictures.js") },
  );
  return extension.activate();
}

export async function deactivate(): Promise<void> {
  await extension?.stop();
}
