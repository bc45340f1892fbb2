import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import type { CodeAction, Diagnostic, Hover, SemanticTokens } from "vscode-languageserver-protocol";
import { describe as inWords } from "../../server/lsp/requests";
import { middle, PLAIN, rangeOf, TestClient } from "./client";

const TEXT = "x : R^n\nA : R^(n×n)\nd(x'*A*x)/d(x) == A*x\n";

describe("documents wherever they are", () => {
  let client: TestClient;
  afterEach(async () => {
    await client.stop();
    assert.deepEqual(client.complaints, [], "every message is as the protocol says");
  });

  for (const uri of [
    "untitled:Untitled-1",
    "git:/home/me/notes/a.mcalc?%7B%22path%22%3A%22a.mcalc%22%2C%22ref%22%3A%22HEAD%22%7D",
    "vscode-vfs://github/somebody/notes/a.mcalc",
    "vscode-notebook-cell:/home/me/a.ipynb#W0sZmlsZQ%3D%3D",
    "file:///C%3A/Notes%20and%20more/%C3%BCbung.mcalc",
  ])
    it(`${uri} is read, checked and forgotten`, async () => {
      client = await new TestClient().start();
      const textDocument = await client.open(TEXT, "mcalc", uri);
      const report = await client.request<{ items: Diagnostic[] }>("textDocument/diagnostic", { textDocument });
      assert.deepEqual(report.items.map((d) => d.code), ["wrong-derivative"]); // prettier-ignore
      const position = middle(TEXT, "'*A*x");
      const hover = await client.request<Hover>("textDocument/hover", { textDocument, position });
      assert.match(JSON.stringify(hover.contents), /A \+ Aᵀ/);
      await client.connection.sendNotification("textDocument/didClose", { textDocument });
      assert.equal(await client.request("textDocument/hover", { textDocument, position }), null);
    });

  it("closed and opened again with another text: what is still worked out is not said of it", async () => {
    // Turns so long that the document is closed and opened in one of them: its version is 1 again.
    let turns = 0;
    client = await new TestClient(() => (turns++, new Promise((resolve) => setTimeout(resolve, 50)))).start(PLAIN);
    const claims = Array.from({ length: 60 }, (_, i) => `d(norm2(A*x + ${i}*x)^2)/d(x) == A*x\n`);
    const { uri } = await client.open(`x : R^n\nA : R^(n×n)\n${claims.join("")}`);
    while (turns < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    void client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    void client.open("x : R^n\nx'*y\n");
    for (let last = -1; last < turns;) [last] = [turns, await new Promise((resolve) => setTimeout(resolve, 300))];
    const told = client.notifications.findLast((n) => n.method === "textDocument/publishDiagnostics");
    assert.deepEqual((told!.params as { diagnostics: Diagnostic[] }).diagnostics.map((d) => d.code), ["undeclared"]); // prettier-ignore
  });

  it("closed and opened again with another text: what was there before is not called unchanged", async () => {
    client = await new TestClient().start();
    const textDocument = await client.open(TEXT);
    type Report = { items: Diagnostic[]; resultId: string };
    const { resultId } = await client.request<Report>("textDocument/diagnostic", { textDocument });
    await client.connection.sendNotification("textDocument/didClose", { textDocument });
    await client.open("x : R^n\nx'*y\n");
    const again = await client.request<Report>("textDocument/diagnostic", { textDocument, previousResultId: resultId });
    assert.deepEqual(again.items.map((d) => d.code), ["undeclared"]); // prettier-ignore
  });

  it("a document that cannot be written: edits are in answers alone, and what is not applied changes nothing", async () => {
    client = await new TestClient().start();
    const textDocument = await client.open(TEXT, "mcalc", "git:/home/me/notes/a.mcalc?ref=HEAD");
    const state = async (): Promise<unknown> => [
      await client.request("textDocument/diagnostic", { textDocument }),
      await client.request("textDocument/hover", { textDocument, position: middle(TEXT, "'*A*x") }),
      (await client.request<SemanticTokens>("textDocument/semanticTokens/full", { textDocument })).data,
    ];
    const before = await state();
    const range = rangeOf(TEXT, "A*x\n");
    const actions = await client.request<CodeAction[]>("textDocument/codeAction", { textDocument, range, context: { diagnostics: [] } }); // prettier-ignore
    assert.ok(actions.length > 0);
    for (const action of actions)
      if (action.edit === undefined && action.command === undefined) {
        const { edit } = await client.request<CodeAction>("codeAction/resolve", action);
        assert.ok(edit !== undefined, action.title);
      }
    const renamed = await client.request("textDocument/rename", { textDocument, position: middle(TEXT, "A :"), newName: "B" }); // prettier-ignore
    assert.ok(renamed !== null);
    await client.request("mcalc/derive", { textDocument, range: rangeOf(TEXT, "x'*A*x"), variable: "x", order: 1 });
    assert.deepEqual(await state(), before);
    assert.ok(!client.asked.includes("workspace/applyEdit"), "the server applies nothing by itself");
  });

  it("tabs, line ends, a byte order mark, combining marks and letters beyond the first plane: spans are exact", async () => {
    client = await new TestClient().start();
    // ẍ is written as x and a mark; 𝐱 is two units of UTF-16.
    const text = "\ufeffx\u0308 : R^n\r\n\t𝐱 : R^m # 𝔸\te\u0301\r\n\tx\u0308'*𝐱\r\n";
    const textDocument = await client.open(text);
    const { items } = await client.request<{ items: Diagnostic[] }>("textDocument/diagnostic", { textDocument });
    const [misfit] = items.filter((d) => d.code === "dimension-mismatch");
    const line = text.split("\r\n")[2]!;
    const start = { line: 2, character: line.indexOf("x") };
    assert.deepEqual(misfit?.range, { start, end: { line: 2, character: line.length } });
  });
});

describe("the log", () => {
  it("says what failed and where in the code, and holds nothing that a document may have said", () => {
    const secret = new Error("“salary” is not declared");
    assert.doesNotMatch(inWords(secret), /salary/);
    assert.match(inWords(secret), /^Error\n\s+at /);
    assert.doesNotMatch(inWords("salary"), /salary/);
  });
  it("keeps the engine's own words", () => {
    assert.match(inWords(new TypeError("x is not a function")), /^TypeError: x is not a function\n/);
  });
});
