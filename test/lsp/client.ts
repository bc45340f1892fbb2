import { PassThrough } from "node:stream";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import type { ClientCapabilities, InitializeResult, Position, Range } from "vscode-languageserver-protocol";
import { createServer } from "../../server/lsp/server";
import { complaint } from "./schema";

/** As VS Code says it, as far as the server looks. */
export const VSCODE: ClientCapabilities = {
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true },
    workspaceFolders: true,
  },
  textDocument: {
    hover: { contentFormat: ["markdown", "plaintext"] },
    completion: { completionItem: { snippetSupport: true } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    definition: { linkSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
      dataSupport: true,
      resolveSupport: { properties: ["edit"] },
    },
    diagnostic: { relatedInformation: true },
    publishDiagnostics: { relatedInformation: true },
  },
};

/** As an old and small client says it. */
export const PLAIN: ClientCapabilities = {
  textDocument: {
    hover: { contentFormat: ["plaintext"] },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
  },
};

/** Everything that already waits in the event loop goes first. */
export const nextTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A client on the real server, over streams. Every message from the server is checked against the protocol's types. */
export class TestClient {
  readonly complaints: string[] = [];
  readonly notifications: { method: string; params: unknown }[] = [];
  /** The methods that the server asked of the client. */
  readonly asked: string[] = [];
  configuration: unknown = {};
  initialized!: InitializeResult;
  readonly connection: MessageConnection;

  /** `nextTurn`: how the server's long work lets others have their turn. */
  constructor(nextTurn: () => Promise<void> = nextTick) {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    createServer(createConnection(ProposedFeatures.all, toServer, toClient), { nextTurn });
    this.connection = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    this.connection.onNotification((method, params) => {
      this.check("sent", method, params);
      this.notifications.push({ method, params });
    });
    this.connection.onRequest((method, params) => {
      this.check("sent", method, params);
      this.asked.push(method);
      if (method === "workspace/configuration")
        return (params as unknown as { items: unknown[] }).items.map(() => this.configuration);
      return null;
    });
    this.connection.listen();
  }

  async start(capabilities: ClientCapabilities = VSCODE, initializationOptions: unknown = {}): Promise<this> {
    const params = { processId: null, rootUri: null, capabilities, initializationOptions };
    this.initialized = await this.request("initialize", params);
    await this.connection.sendNotification("initialized", {});
    return this;
  }

  async request<T>(
    method: string,
    params: unknown,
    token?: Parameters<MessageConnection["sendRequest"]>[2],
  ): Promise<T> {
    const result = await (token === undefined
      ? this.connection.sendRequest(method, params)
      : this.connection.sendRequest(method, params, token));
    this.check("results", method, result);
    return result as T;
  }

  /** Opens a text; resolves to its identifier. */
  async open(
    text: string,
    languageId = "mcalc",
    uri = `untitled:test.${languageId === "mcalc" ? "mcalc" : "md"}`,
  ): Promise<{ uri: string }> {
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version: 1, text },
    });
    return { uri };
  }

  change(uri: string, version: number, text: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  }

  async notified<T>(method: string, wanted: (params: T) => boolean = () => true): Promise<T> {
    for (let tries = 0; tries < 400; tries++) {
      const found = this.notifications.findLast((n) => n.method === method && wanted(n.params as T));
      if (found !== undefined) return found.params as T;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the server did not send ${method}`);
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest("shutdown");
    this.connection.dispose();
  }

  private check(kind: "results" | "sent", method: string, value: unknown): void {
    const wrong = complaint(kind, method, value);
    if (wrong !== undefined) this.complaints.push(wrong);
  }
}

/** The position in the middle of a piece of text. */
export function middle(text: string, piece: string): Position {
  return positionAt(text, text.indexOf(piece) + Math.floor(piece.length / 2));
}

export function rangeOf(text: string, piece: string): Range {
  const start = text.indexOf(piece);
  return { start: positionAt(text, start), end: positionAt(text, start + piece.length) };
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, character: before.at(-1)!.length };
}
