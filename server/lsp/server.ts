import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  ErrorCodes,
  type InitializeResult,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { TOKEN_MODIFIERS, TOKEN_TYPES } from "../features/semanticTokens";
import { registerCalculus } from "./calculus";
import { registerClaims } from "./claims";
import { type Client, readClient } from "./client";
import { DiagnosticsService } from "./diagnostics";
import type { Environment } from "./environment";
import { registerLanguageFeatures } from "./languageFeatures";
import { Pictures } from "./pictures";
import { METHODS, type Theme, type Visible } from "./protocol";
import { wrongParams } from "./params";
import { registerTools } from "./tools";
import { Requests } from "./requests";
import { Workspace } from "./workspace";

/**
 * The language server on a connection: the same for Node and for a web worker. Starts listening; lives until the
 * client says `exit` or the connection closes.
 */
export function createServer(connection: Connection, environment: Environment): void {
  let client: Client | undefined;
  const theClient = (): Client => {
    if (client === undefined) throw new Error("The server was asked before it was initialized.");
    return client;
  };
  const workspace = new Workspace(connection, theClient, environment);
  const requests = new Requests(connection, workspace, environment);
  const pictures = new Pictures(environment);

  connection.onInitialize((params) => {
    if (client !== undefined) return new ResponseError(ErrorCodes.InvalidRequest, "The server is initialized already.");
    client = readClient(params);
    requests.open();
    // What is told of documents before this is not for us (a notification before `initialize` is dropped).
    workspace.texts.listen(connection);
    pictures.configure(client.options);
    if (client.options.settings !== undefined) workspace.settingsChanged(client.options.settings);
    return { capabilities: capabilities(client), serverInfo: { name: "mcalc" } } satisfies InitializeResult;
  });
  const diagnostics = new DiagnosticsService(requests);
  connection.onInitialized(() => {
    if (theClient().didChangeConfiguration)
      // A client that refuses will not tell of changes; nothing else is lost.
      connection.client.register(DidChangeConfigurationNotification.type, { section: "mcalc" }).catch(() => undefined);
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    const sent = (settings as { mcalc?: unknown } | null | undefined)?.mcalc;
    workspace.settingsChanged(sent ?? undefined);
    diagnostics.refresh();
    const { refreshHints, refreshLenses } = theClient();
    if (refreshHints) connection.languages.inlayHint.refresh().catch(() => undefined);
    if (refreshLenses) connection.sendRequest("workspace/codeLens/refresh").catch(() => undefined);
  });
  connection.onNotification(METHODS.visible, (params: Visible) => {
    if (wrongParams("visible", params) === undefined) workspace.see(params.textDocument.uri, params.ranges ?? []);
  });
  connection.onNotification(METHODS.theme, (theme: Theme) => pictures.setTheme(theme));
  connection.onShutdown(() => {
    requests.close();
    environment.onShutdown?.();
    diagnostics.stop();
    pictures.stop();
  });

  registerLanguageFeatures(requests, theClient, pictures);
  registerCalculus(requests, theClient, pictures);
  registerClaims(requests);
  registerTools(requests);
  connection.listen();
}

function capabilities(client: Client): InitializeResult["capabilities"] {
  return {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    hoverProvider: true,
    completionProvider: { triggerCharacters: ["\\"] },
    signatureHelpProvider: { triggerCharacters: ["("], retriggerCharacters: [","] },
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    inlayHintProvider: true,
    codeLensProvider: {},
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    semanticTokensProvider: {
      legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
      full: true,
      range: true,
    },
    codeActionProvider: client.literalActions
      ? {
          codeActionKinds: [
            CodeActionKind.QuickFix,
            `${CodeActionKind.Refactor}.derive`,
            `${CodeActionKind.Refactor}.derive.hessian`,
            `${CodeActionKind.Refactor}.derive.steps`,
            CodeActionKind.SourceFixAll,
          ],
          resolveProvider: client.resolveEdits,
        }
      : false,
    diagnosticProvider: {
      identifier: "mcalc",
      interFileDependencies: false,
      workspaceDiagnostics: false,
    },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}
