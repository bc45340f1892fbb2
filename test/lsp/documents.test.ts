import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import type { CodeAction, Diagnostic, Hover, SemanticTokens } from "vscode-languageserver-protocol";
import { describe as inWords } from "../../server/lsp/requests";
import { middle, rangeOf, TestClient } from "./client";

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
