import { spawn } from "node:child_process";
import path from "node:path";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

export const root = process.cwd();
export const bundle = (name: string): string => path.join(root, "dist", name);

/** The server of the package over stdin and stdout, as an editor starts it. */
export class Server {
  readonly process = spawn(process.execPath, [bundle("server.js"), "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
  readonly connection: MessageConnection = createMessageConnection(
    new StreamMessageReader(this.process.stdout),
    new StreamMessageWriter(this.process.stdin),
  );

  async start(): Promise<this> {
    this.connection.onRequest((method, params) =>
      method === "workspace/configuration" ? (params as unknown as { items: unknown[] }).items.map(() => ({})) : null,
    );
    this.connection.listen();
    await this.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        workspace: { configuration: true },
        textDocument: { hover: { contentFormat: ["markdown"] }, diagnostic: {} },
      },
      initializationOptions: { theme: { kind: "dark", fontSize: 14 }, commandLinks: true },
    });
    await this.connection.sendNotification("initialized", {});
    return this;
  }

  async open(languageId: string, text: string, name = "bench"): Promise<{ uri: string }> {
    const uri = `file:///${name}.${languageId === "mcalc" ? "mcalc" : "md"}`;
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version: 1, text },
    });
    return { uri };
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    this.connection.dispose();
    this.process.kill();
  }
}
