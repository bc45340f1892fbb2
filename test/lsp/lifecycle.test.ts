import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "../cli/run";
import { TestClient, VSCODE } from "./client";

let bundle: string;
/** The server as an editor starts it. */
function start(): ChildProcess {
  bundle ??= build(mkdtempSync(path.join(tmpdir(), "mcalc-lsp-")));
  return spawn(process.execPath, [bundle, "lsp", "--stdio"], { stdio: "pipe" });
}
const framed = (message: object): string => {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};
const INITIALIZE = framed({
  id: 0,
  method: "initialize",
  params: { processId: null, rootUri: null, capabilities: VSCODE },
});
const ended = (server: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => void server.on("exit", resolve));

describe("the life of a server", function () {
  this.timeout(60_000);

  it("before initialize and after shutdown, requests are refused as the protocol says", async () => {
    const client = new TestClient();
    const about = { textDocument: { uri: "untitled:a.mcalc" } };
    const code = async (method: string, params: unknown): Promise<number> => {
      try {
        await client.connection.sendRequest(method, params);
        return 0;
      } catch (error) {
        return (error as { code: number }).code;
      }
    };
    assert.equal(await code("textDocument/documentSymbol", about), -32002);
    // A text that was opened before is not known afterwards.
    await client.open("x : R^n\n", "mcalc", "untitled:a.mcalc");
    await client.start();
    assert.equal(await client.request("textDocument/documentSymbol", about), null);
    assert.equal(await code("initialize", { processId: null, rootUri: null, capabilities: {} }), -32600);
    await client.connection.sendRequest("shutdown");
    assert.equal(await code("textDocument/documentSymbol", about), -32600);
    assert.equal(await code("mcalc/derive", { ...about, range: {}, variable: "x", order: 1 }), -32600);
    client.connection.dispose();
  });

  for (const [what, text] of [
    ["a header without a length", "Content-Type: x\r\n\r\n{}"],
    ["a length that is no number", "Content-Length: many\r\n\r\n{}"],
    ["a body that is no JSON", "Content-Length: 3\r\n\r\n{x}"],
  ] as const)
    it(`${what} ends the process with one line`, async () => {
      const server = start();
      let said = "";
      server.stderr!.on("data", (data: Buffer) => (said += data.toString()));
      server.stdin!.write(INITIALIZE + text);
      assert.equal(await ended(server), 1);
      assert.match(said, /^mcalc lsp: what came over stdin is no message of the protocol \(.*\)\.\n$/);
    });

  it("a client that does not read makes it wait, not grow", async function () {
    if (process.platform !== "linux") this.skip();
    const server = start();
    server.stdout!.pause();
    server.stdin!.on("error", () => undefined);
    const textDocument = { uri: "untitled:a.mcalc" };
    const lines = Array.from({ length: 1500 }, (_, i) => `f${i} = x'*A*x + norm2(A*x)^2 + ${i}\n`);
    const text = `x : R^n\nA : R^(n×n)\n${lines.join("")}`;
    server.stdin!.write(INITIALIZE + framed({ method: "initialized", params: {} }));
    server.stdin!.write(framed({ method: "textDocument/didOpen", params: { textDocument: { ...textDocument, languageId: "mcalc", version: 1, text } } })); // prettier-ignore
    // Each is answered with some thirty kilobytes.
    for (let id = 1; id < 6000; id++)
      server.stdin!.write(framed({ id, method: "textDocument/semanticTokens/full", params: { textDocument } }));
    let most = 0;
    for (let look = 0; look < 40; look++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))![1]) / 1024); // prettier-ignore
    }
    server.kill();
    assert.ok(most < 400, `${Math.round(most)} MB`);
  });

  it("a client that goes away ends it: status 1, or 0 after shutdown", async () => {
    for (const [messages, status] of [
      [INITIALIZE, 1],
      [INITIALIZE + framed({ id: 1, method: "shutdown" }), 0],
    ] as const) {
      const server = start();
      server.stdin!.write(messages);
      await new Promise((resolve) => void server.stdout!.once("data", resolve));
      if (status === 0) await new Promise((resolve) => setTimeout(resolve, 300));
      server.stdin!.end();
      assert.equal(await ended(server), status);
    }
  });
});
