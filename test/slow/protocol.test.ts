import assert from "node:assert/strict";
import { CancellationTokenSource } from "vscode-jsonrpc";
import { BenchClient } from "../../bench/client";
import { bytes, Choices, edit, markdownDocument, mcalcDocument } from "./generators";

/** Messages in all: 300 by default. A failure is repeated by its seed: `MCALC_SEED`. */
const MESSAGES = Math.max(30, Math.round(Number(process.env["MCALC_FUZZ"] ?? 4_000) * 0.075));
const SEED = Number(process.env["MCALC_SEED"] ?? 1);

const REQUESTS = [
  "hover", "completion", "signatureHelp", "definition", "references", "documentHighlight", "prepareRename", "rename", "documentSymbol", "foldingRange", "selectionRange",
  "inlayHint", "codeLens", "formatting", "rangeFormatting", "semanticTokens/full", "semanticTokens/range", "codeAction", "diagnostic",
]; // prettier-ignore
const OWN = ["mcalc/variables", "mcalc/derive", "mcalc/derivation", "mcalc/copy", "mcalc/declaration", "mcalc/unknown"];

/** JSON-RPC's answers that say: not now, not this. */
const FINE = new Set([-32601, -32602, -32603, -32800, -32801, -32802, -32803]);

describe("any messages are answered", function () {
  this.timeout(0);

  it(`${MESSAGES} messages in random order, right and wrong, and then a hover`, async () => {
    const unhandled: unknown[] = [];
    const logged: string[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    const client = await new BenchClient().start();
    // What fails inside is logged, with the place: it is a defect, however politely it is answered.
    client.connection.onNotification(
      "window/logMessage",
      ({ message }: { message: string }) => void logged.push(message),
    );
    const c = new Choices(SEED);
    const uris = ["file:///a.mcalc", "file:///b.md", "untitled:c", "git:/d.md?ref", "nonsense", ""];
    const texts = new Map<string, string>();
    const place = (): unknown =>
      c.chance(0.9)
        ? { line: c.below(14), character: c.below(50) }
        : c.of([
            { line: -1, character: 1e9 },
            { line: 1e9, character: 0 },
          ]);
    const pending: Promise<unknown>[] = [];
    const failures: string[] = [];
    for (let i = 0; i < MESSAGES; i++) {
      const uri = c.of(uris);
      const isNote = uri.includes("md") || c.chance(0.2);
      const what = c.below(12);
      if (what === 0) {
        const text = isNote ? markdownDocument(c) : mcalcDocument(c);
        texts.set(uri, text);
        await client.open(uri, c.chance(0.95) ? (isNote ? "markdown" : "mcalc") : "rust", text);
      } else if (what === 1 && c.chance(0.3)) {
        await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
        texts.delete(uri);
      } else if (what === 2) {
        await client.connection.sendNotification(
          c.of(["workspace/didChangeConfiguration", "mcalc/theme", "$/setTrace", "nonsense/notification"]),
          c.of<object>([{ settings: null }, { settings: { mcalc: { layout: 5 } } }, { kind: "dark" }, {}]),
        );
      } else if (what < 5) {
        const text = texts.get(uri);
        if (text === undefined) continue;
        const { insert } = edit(c, text);
        await client.change(uri, { start: place() as never, end: place() as never }, insert);
      } else {
        const method = c.chance(0.8) ? `textDocument/${c.of(REQUESTS)}` : c.of(OWN);
        const range = { start: place(), end: place() };
        const params = {
          textDocument: { uri }, position: place(), positions: [place()], range, newName: c.chance(0.5) ? "z" : bytes(c, 5), context: { diagnostics: [], includeDeclaration: true },
          options: { tabSize: 2, insertSpaces: true }, variable: c.of(["x", "A", "", "nobody"]), order: c.below(4), format: c.of(["latex", "numpy", "nonsense"]), full: true,
        }; // prettier-ignore
        const source = new CancellationTokenSource();
        pending.push(
          client.connection
            .sendRequest(method, params, source.token)
            .catch((error: { code?: number; message?: string }) => {
              if (!FINE.has(error.code ?? 0)) failures.push(`${method}: ${error.code} ${error.message}`);
            }),
        );
        if (c.chance(0.15)) source.cancel();
        if (pending.length > 20) await Promise.all(pending.splice(0));
      }
    }
    await Promise.all(pending);
    await client.open("file:///last.mcalc", "mcalc", "x : R^n\nx'*x");
    const hover = (await client.hover("file:///last.mcalc", { line: 1, character: 2 })) as {
      contents: { value: string };
    };
    assert.match(hover.contents.value, /2/);
    await client.stop();
    process.off("unhandledRejection", onUnhandled);
    assert.deepEqual(failures, []);
    assert.deepEqual(logged, []);
    assert.deepEqual(unhandled, []);
  });
});
