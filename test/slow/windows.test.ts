import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

/** A window of an editor: a server of its own on a folder. */
class Window {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;

  constructor(private readonly folder: string) {
    const main = path.join(__dirname, "../../server/lsp/node/main.ts");
    const server = spawn(process.execPath, ["--import", "tsx", main, "--stdio"]);
    this.process = server;
    this.connection = createMessageConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    this.connection.listen();
  }

  async start(): Promise<this> {
    await this.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(this.folder).href,
      capabilities: { textDocument: { hover: { contentFormat: ["plaintext"] }, diagnostic: {} } },
    });
    await this.connection.sendNotification("initialized", {});
    return this;
  }

  open(uri: string, text: string): Promise<void> {
    const textDocument = { uri, languageId: "mcalc", version: 1, text };
    return this.connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  change(uri: string, version: number, text: string): Promise<void> {
    const params = { textDocument: { uri, version }, contentChanges: [{ text }] };
    return this.connection.sendNotification("textDocument/didChange", params);
  }

  /** What is said in the last line. */
  async hover(uri: string, text: string): Promise<string> {
    const lines = text.split("\n");
    const position = { line: lines.length - 1, character: lines.at(-1)!.length - 1 };
    const found = await this.connection.sendRequest<{ contents: { value: string } } | null>("textDocument/hover", {
      textDocument: { uri },
      position,
    });
    return found?.contents.value ?? "";
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    this.connection.dispose();
  }
}

const text = (k: number): string => `# ${k}\nx : R^n\nA : R^(n×n)\n${k}*x'*A*x`;

describe("two windows on one folder", function () {
  this.timeout(120_000);
  let folder: string;
  let windows: Window[];
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "mcalc-windows-"));
    for (let k = 0; k < 200; k++) writeFileSync(path.join(folder, `file${k}.mcalc`), text(k + 2));
    windows = await Promise.all([new Window(folder).start(), new Window(folder).start()]);
  });
  afterEach(async () => {
    await Promise.all(windows.map((w) => w.stop()));
    rmSync(folder, { recursive: true });
  });

  it("each answers for its own unsaved text of the same file, whatever happens in the other", async () => {
    const file = path.join(folder, "file0.mcalc");
    const uri = pathToFileURL(file).href;
    const saved = readFileSync(file, "utf8");
    await Promise.all(windows.map((w, i) => w.open(uri, text(10 + i))));
    for (let version = 2; version < 12; version++) {
      const texts = windows.map((_, i) => text(100 * (i + 1) + version));
      await Promise.all(windows.map((w, i) => w.change(uri, version, texts[i]!)));
      const said = await Promise.all(windows.map((w, i) => w.hover(uri, texts[i]!)));
      said.forEach((s, i) => assert.match(s, new RegExp(`${100 * (i + 1) + version}\\(A \\+ Aᵀ\\)x`)));
    }
    assert.equal(readFileSync(file, "utf8"), saved, "nothing is written");
  });

  it("one that dies leaves the other alone", async () => {
    const [first, second] = windows as [Window, Window];
    const uri = pathToFileURL(path.join(folder, "file1.mcalc")).href;
    await second.open(uri, text(7));
    first.process.kill("SIGKILL");
    assert.match(await second.hover(uri, text(7)), /7\(A \+ Aᵀ\)x/);
    windows = [second];
  });
});
