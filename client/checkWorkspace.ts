import {
  type DiagnosticCollection,
  type ExtensionContext,
  l10n,
  languages,
  ProgressLocation,
  window,
  workspace,
} from "vscode";
import { type BaseLanguageClient, type Diagnostic, DiagnosticSeverity } from "vscode-languageclient";
import { METHODS, type CheckParams } from "../server/lsp/protocol";
import { counted } from "./counted";
import { FILES, SKIPPED } from "./tests/texts";

let collection: DiagnosticCollection | undefined;

/** Checks every file of the workspace, open or not, with progress; what is found goes to the Problems view. */
export async function checkWorkspace(client: BaseLanguageClient, context: ExtensionContext): Promise<void> {
  if (collection === undefined) {
    const made = (collection = languages.createDiagnosticCollection("mcalc-workspace"));
    // An open document has diagnostics of its own, always fresh.
    context.subscriptions.push(
      made,
      workspace.onDidOpenTextDocument(({ uri }) => made.delete(uri)),
    );
  }
  collection.clear();
  const found = collection;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t("Checking matrix calculus"), cancellable: true },
    async (progress, token) => {
      const files = await workspace.findFiles(FILES, SKIPPED, undefined, token).then(
        (all) => all,
        () => undefined,
      );
      if (files === undefined)
        return void window.showErrorMessage(l10n.t("The files of this workspace cannot be listed here."));
      const open = new Map(workspace.textDocuments.filter((d) => !d.isClosed).map((d) => [d.uri.toString(), d]));
      const decoder = new TextDecoder();
      let problems = 0;
      let done = 0;
      for (const uri of files) {
        if (token.isCancellationRequested) break;
        progress.report({ message: l10n.t("{0} of {1}", ++done, files.length), increment: 100 / files.length });
        // An open text is checked as it stands in the editor; its problems are in the view already.
        const shown = open.get(uri.toString());
        try {
          const params: CheckParams = {
            uri: client.code2ProtocolConverter.asUri(uri),
            languageId: uri.path.endsWith(".mcalc") ? "mcalc" : "markdown",
            text: shown?.getText() ?? decoder.decode(await workspace.fs.readFile(uri)),
          };
          const answer = await client.sendRequest<Diagnostic[]>(METHODS.check, params, token);
          if (shown === undefined && answer.length > 0)
            found.set(uri, await client.protocol2CodeConverter.asDiagnostics(answer));
          // Hints are not in the Problems view.
          problems += answer.filter((d) => d.severity !== DiagnosticSeverity.Hint).length;
        } catch {
          // One file that is gone, or that cannot be checked, does not keep the others from it; the server has logged why.
        }
      }
      void window.showInformationMessage(
        problems === 0
          ? l10n.t("mcalc checked {0}: nothing found.", counted.files(done))
          : l10n.t("mcalc checked {0}: {1}.", counted.files(done), counted.problems(problems)),
      );
    },
  );
}
