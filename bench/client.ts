import { PassThrough } from "node:stream";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { nextTurn } from "../server/lsp/node/loop";
import { createServer } from "../server/lsp/server";

/** A client on the real server over streams within this process: what an editor would wait for. */
export class BenchClient {
  readonly connection: MessageConnection;
  private version = 1;

  constructor() {
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    createServer(createConnection(ProposedFeatures.all, toServer, toClient), { nextTurn });
    this.connection = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    this.connection.onRequest((method, params) =>
      method === "workspace/configuration" ? (params as unknown as { items: unknown[] }).items.map(() => ({})) : null,
    );
    this.connection.listen();
  }

  /** The next diagnostics that are sent unasked. */
  published(uri: string): Promise<void> {
    return new Promise((resolve) => {
      const off = this.connection.onNotification("textDocument/publishDiagnostics", (params: { uri: string }) => {
        if (params.uri !== uri) return;
        off.dispose();
        resolve();
      });
    });
  }

  /** The last ones: nothing more is counted after them. */
  publishedLast(uri: string): Promise<void> {
    return new Promise((resolve) => {
      const off = this.connection.onNotification("mcalc/counts", (params: { uri: string }) => {
        if (params.uri !== uri) return;
        off.dispose();
        resolve();
      });
    });
  }

  /** `pull`: whether it asks for diagnostics. */
  async start({ pull = true }: { readonly pull?: boolean } = {}): Promise<this> {
    await this.connection.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      initializationOptions: { counts: true },
      capabilities: {
        workspace: { configuration: true },
        textDocument: {
          hover: { contentFormat: ["markdown"] },
          ...(pull ? { diagnostic: {} } : {}),
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
        },
      },
    });
    await this.connection.sendNotification("initialized", {});
    return this;
  }

  open(uri: string, languageId: string, text: string): Promise<void> {
    this.version = 1;
    return this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  change(uri: string, range: { start: Place; end: Place }, text: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: ++this.version },
      contentChanges: [{ range, text }],
    });
  }

  diagnostics(uri: string): Promise<{ items: unknown[] }> {
    return this.connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
  }

  hover(uri: string, position: Place): Promise<unknown> {
    return this.connection.sendRequest("textDocument/hover", { textDocument: { uri }, position });
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest("shutdown");
    this.connection.dispose();
  }
}

export interface Place {
  readonly line: number;
  readonly character: number;
}

/** The line and character of an offset; `lines` are the starts of the lines. */
export function placeOf(starts: readonly number[], offset: number): Place {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: offset - starts[low]! };
}

export function lineStarts(text: string): number[] {
  const out = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) out.push(i + 1);
  return out;
}
