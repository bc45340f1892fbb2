import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { afterEach, describe, it } from "mocha";
import {
  CancellationTokenSource,
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { CodeAction, CodeLens, Range, Diagnostic, DocumentDiagnosticReport, Hover, PublishDiagnosticsParams, WorkspaceEdit } from "vscode-languageserver-protocol"; // prettier-ignore
import { middle, PLAIN, rangeOf, TestClient, VSCODE } from "./client";

const TEXT = `# Least squares
X : R^(n×d)
y : R^n
w : R^d
loss = norm2(X*w - y)^2
d(loss)/d(w) == X'*(X*w - y)
r = X'*w
`;
const NOTE =
  "# Note\n\nLet $A \\in \\mathbb{R}^{n \\times n}$ and $x \\in \\mathbb{R}^n$.\n\n$y = x^\\top A x$\n\nThen $\\frac{\\partial y}{\\partial x} = (A - A^\\top) x$.\n";

describe("the language server over streams", () => {
  let client: TestClient | undefined;
  const start = async (...args: Parameters<TestClient["start"]>): Promise<TestClient> =>
    (client = await new TestClient().start(...args));
  afterEach(async () => {
    const ended = client;
    client = undefined;
    if (ended === undefined) return;
    await ended.stop();
    assert.deepEqual(ended.complaints, [], "every message is as the protocol says");
  });

  for (const [language, text, formula] of [
    ["mcalc", TEXT, "norm2(X*w - y)"],
    ["markdown", NOTE, "x^\\top A x"],
  ] as const)
    it(`answers every request about ${language} as the protocol says`, async () => {
      const c = await start();
      const textDocument = await c.open(text, language);
      const position = middle(text, formula);
      const range = rangeOf(text, formula);
      const whole = { start: { line: 0, character: 0 }, end: { line: text.split("\n").length, character: 0 } };
      const options = { tabSize: 2, insertSpaces: true };
      await c.request("textDocument/diagnostic", { textDocument });
      await c.request("textDocument/hover", { textDocument, position });
      await c.request("textDocument/hover", { textDocument, position, range });
      await c.request("textDocument/completion", { textDocument, position });
      await c.request("textDocument/signatureHelp", { textDocument, position });
      await c.request("textDocument/definition", { textDocument, position });
      await c.request("textDocument/references", { textDocument, position, context: { includeDeclaration: true } });
      await c.request("textDocument/documentHighlight", { textDocument, position });
      await c.request("textDocument/prepareRename", { textDocument, position });
      await c.request("textDocument/documentSymbol", { textDocument });
      await c.request("workspace/symbol", { query: "" });
      await c.request("textDocument/foldingRange", { textDocument });
      await c.request("textDocument/selectionRange", { textDocument, positions: [position] });
      await c.request("textDocument/semanticTokens/full", { textDocument });
      await c.request("textDocument/semanticTokens/range", { textDocument, range: whole });
      await c.request("textDocument/inlayHint", { textDocument, range: whole });
      await c.request("textDocument/codeLens", { textDocument });
      await c.request("textDocument/formatting", { textDocument, options });
      await c.request("textDocument/rangeFormatting", { textDocument, range: whole, options });
      const actions = await c.request<CodeAction[]>("textDocument/codeAction", {
        textDocument,
        range: whole,
        context: { diagnostics: [] },
      });
      const derivations = await c.request<CodeAction[]>("textDocument/codeAction", { textDocument, range, context: { diagnostics: [], only: ["refactor.derive"] } }); // prettier-ignore
      assert.ok(actions.some((a) => a.kind === "quickfix"));
      for (const action of derivations)
        await c.request("codeAction/resolve", action).catch((e: ResponseError<unknown>) => {
          // Not every equation has a closed form: that is said in one sentence.
          assert.deepEqual([action.kind, e.code], ["refactor.derive.solve", -32803]);
          assert.match(e.message, /^[A-Z].*\.$/);
        });
      assert.ok(derivations.some((a) => a.kind === "refactor.derive.hessian"));
      const variable = language === "mcalc" ? "w" : "x";
      await c.request("mcalc/variables", { textDocument, range });
      await c.request("mcalc/derive", { textDocument, range, variable, order: 1 });
      await c.request("mcalc/derivation", { textDocument, range, variable });
      await c.request("mcalc/copy", { textDocument, range, variable, format: "numpy" });
      await c.request("mcalc/declaration", { textDocument, range });
      const { formulas } = await c.request<{ formulas: { findings: { repair?: { text?: string } }[] }[] }>("mcalc/standings", { textDocument }); // prettier-ignore
      assert.ok(formulas.some((f) => f.findings.some((found) => found.repair?.text !== undefined)));
    });

  it("hovers read as plain text where a client shows no Markdown", async () => {
    const c = await start(PLAIN);
    const textDocument = await c.open(TEXT);
    const { contents } = await c.request<Hover>("textDocument/hover", {
      textDocument,
      position: middle(TEXT, "-"),
    });
    assert.deepEqual(contents, {
      kind: "plaintext",
      value:
        "Xw − y: vector of length n\n‖Xw − y‖²: scalar\n∂loss/∂w = 2Xᵀ(Xw − y)    d×1 ✓ verified by numbers\n∂loss/∂X = 2(Xw − y)wᵀ    n×d ✓ verified by numbers\nConvex in w.\nConvex in X.\nIt depends on y as well.",
    });
  });

  it("sends diagnostics unasked to a client that does not ask", async () => {
    const c = await start(PLAIN);
    const { uri } = await c.open(TEXT);
    const first = await c.notified<PublishDiagnosticsParams>("textDocument/publishDiagnostics");
    assert.deepEqual(first.diagnostics.map((d) => d.code).sort(), ["dimension-mismatch", "wrong-derivative"]); // prettier-ignore
    await c.change(uri, 2, TEXT.replace("== X'*", "== 2*X'*").replace("r = X'*w\n", ""));
    const second = await c.notified<PublishDiagnosticsParams>(
      "textDocument/publishDiagnostics",
      (p) => p.version === 2,
    );
    assert.deepEqual(second.diagnostics, []);
    await c.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  });

  it("a dimension error tells where each side comes from", async () => {
    const c = await start();
    const textDocument = await c.open(TEXT);
    const report = await c.request<DocumentDiagnosticReport & { items: Diagnostic[] }>("textDocument/diagnostic", {
      textDocument,
    });
    const mismatch = report.items.find((d) => d.code === "dimension-mismatch")!;
    assert.deepEqual(mismatch.range, rangeOf(TEXT, "X'*w"));
    assert.match(String(mismatch.message), /d×n/);
    assert.deepEqual(mismatch.relatedInformation?.map((r) => r.location.range.start.line).sort(), [1, 3]); // prettier-ignore
  });

  it("a repair is an edit of this version of the document", async () => {
    const c = await start();
    const textDocument = await c.open(TEXT);
    const actions = await c.request<CodeAction[]>("textDocument/codeAction", { textDocument, range: rangeOf(TEXT, "== X'*(X*w - y)"), context: { diagnostics: [], only: ["quickfix"] } }); // prettier-ignore
    const [change] = (actions[0]!.edit as WorkspaceEdit).documentChanges!;
    assert.deepEqual((change as { textDocument: object }).textDocument, { uri: textDocument.uri, version: 1 });
    assert.match(JSON.stringify(change), /2\*X'\*\(X\*w - y\)/);
  });

  it("unchanged diagnostics are not sent twice", async () => {
    const c = await start();
    const textDocument = await c.open(TEXT);
    const { resultId } = await c.request<{ resultId: string }>("textDocument/diagnostic", { textDocument });
    const again = await c.request<DocumentDiagnosticReport>("textDocument/diagnostic", {
      textDocument,
      previousResultId: resultId,
    });
    assert.equal(again.kind, "unchanged");
  });

  it("a request that is taken back is answered as cancelled", async () => {
    const c = await start();
    const textDocument = await c.open(TEXT);
    const source = new CancellationTokenSource();
    const answer = c.request("textDocument/hover", { textDocument, position: middle(TEXT, "norm2") }, source.token);
    source.cancel();
    await assert.rejects(answer, (e: ResponseError<unknown>) => e.code === -32800);
  });

  it("an answer for an older version is given up as stale", async () => {
    const c = await start();
    const many = Array.from({ length: 60 }, (_, i) => `d(norm2(${i}*X*w - y)^2)/d(w) == ${i}*X'*(${i}*X*w - y)`);
    const text = `${TEXT}${many.join("\n")}`;
    const textDocument = await c.open(text);
    const answer = c.request("textDocument/diagnostic", { textDocument });
    await c.change(textDocument.uri, 2, `${text}\n`);
    await assert.rejects(
      answer,
      (e: ResponseError<{ retriggerRequest: boolean }>) => e.code === -32802 && e.data?.retriggerRequest === true,
    );
  });

  for (const [method, params] of [
    ["textDocument/hover", { textDocument: { uri: "file:///a" } }],
    ["textDocument/hover", { textDocument: { uri: "file:///a" }, position: { line: "1" } }],
    ["textDocument/rename", { textDocument: { uri: "file:///a" }, position: { line: 0, character: 0 } }],
    ["textDocument/selectionRange", { textDocument: { uri: "file:///a" }, positions: 3 }],
    ["textDocument/codeAction", { textDocument: {} }],
    ["mcalc/derive", { textDocument: { uri: "file:///a" }, range: null }],
    ["mcalc/check", {}],
  ] as const)
    it(`${method} with ${JSON.stringify(params)}: what is missing is named`, async () => {
      const c = await start();
      await assert.rejects(
        c.request(method, params),
        (e: ResponseError<unknown>) => e.code === -32602 && /^(?:A request for )?“/.test(e.message),
      );
    });

  it("a derivation of an older version is not inserted", async () => {
    const c = await start();
    const textDocument = await c.open(TEXT);
    const actions = await c.request<CodeAction[]>("textDocument/codeAction", { textDocument, range: rangeOf(TEXT, "norm2"), context: { diagnostics: [], only: ["refactor"] } }); // prettier-ignore
    await c.change(textDocument.uri, 2, `# new\n${TEXT}`);
    await assert.rejects(c.request("codeAction/resolve", actions[0]), (e: ResponseError<unknown>) => e.code === -32801);
  });

  it("a bad rename is refused in one sentence", async () => {
    const c = await start();
    const textDocument = await c.open(TEXT);
    const rename = (newName: string): Promise<unknown> =>
      c.request("textDocument/rename", { textDocument, position: middle(TEXT, "w : R^d"), newName });
    await assert.rejects(
      c.request("textDocument/rename", { textDocument, position: { line: 3, character: 0 }, newName: "2w" }),
      /is not a name/,
    );
    await assert.rejects(
      c.request("textDocument/rename", { textDocument, position: { line: 3, character: 0 }, newName: "X" }),
      /already means/,
    );
    await rename("v").catch(() => undefined);
  });

  it("settings change without a restart", async () => {
    const c = await start();
    const textDocument = await c.open(TEXT);
    const codes = async (): Promise<unknown[]> => (await c.request<{ items: Diagnostic[] }>("textDocument/diagnostic", { textDocument })).items.map((d) => `${d.code} ${d.severity}`); // prettier-ignore
    assert.deepEqual((await codes()).sort(), ["dimension-mismatch 1", "wrong-derivative 1"]); // prettier-ignore
    c.configuration = {
      check: { claims: true, severity: { "wrong-derivative": "hint", "dimension-mismatch": "off" } },
    };
    await c.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    assert.deepEqual(await codes(), ["wrong-derivative 4"]);
    c.configuration = { languages: ["markdown"] };
    await c.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    assert.deepEqual(await codes(), []);
  });

  it("where shapes do not fit, a hover says which sides, and draws them in the colours of the theme", async () => {
    const colours = new Set<string>();
    for (const kind of ["light", "dark", "highContrastDark", "highContrastLight"]) {
      const c = await start(VSCODE, { hover: "svg", theme: { kind, fontSize: 14 } });
      const textDocument = await c.open(TEXT);
      await c.request("textDocument/diagnostic", { textDocument });
      const position = middle(TEXT, "X'*w");
      const hover = await c.request<{ contents: { value: string } }>("textDocument/hover", { textDocument, position });
      const [, words, data] = /^!\[(.*)\]\(data:image\/svg\+xml;base64,(.*)\)$/m.exec(hover.contents.value)!;
      assert.equal(words, "Xᵀ is d×n and w is d×1: n ≠ d");
      const svg = Buffer.from(data!, "base64").toString("utf8");
      colours.add(/stroke="(#\w+)" stroke-width/.exec(svg)![1]!);
      if (kind !== "highContrastLight") await c.stop();
    }
    assert.equal(colours.size, 4);
  });

  it("a client that asks for pictures has them in the hover", async () => {
    const c = await start(VSCODE, { hover: "svg" });
    const textDocument = await c.open(TEXT);
    await c.request("textDocument/diagnostic", { textDocument });
    const hover = await c.request<{ contents: { value: string } }>("textDocument/hover", { textDocument, position: middle(TEXT, "X'*w") }); // prettier-ignore
    assert.match(hover.contents.value, /^!\[Xᵀ is d×n and w is d×1: n ≠ d\]\(data:image\/svg\+xml;base64,/);
    const without = await start();
    await without.open(TEXT);
    await without.request("textDocument/diagnostic", { textDocument });
    const words = await without.request<{ contents: { value: string } }>("textDocument/hover", { textDocument, position: middle(TEXT, "X'*w") }); // prettier-ignore
    assert.match(words.contents.value, /^`Xᵀ` d×n · `w` d×1: \*\*n ≠ d\*\*/);
  });

  it("code lenses derive, and tell how claims stand; off until they are wanted", async () => {
    const c = await start();
    const textDocument = await c.open(TEXT);
    assert.deepEqual(await c.request("textDocument/codeLens", { textDocument }), []);
    c.configuration = { codeLens: true };
    await c.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await c.request("textDocument/diagnostic", { textDocument });
    const lenses = await c.request<CodeLens[]>("textDocument/codeLens", { textDocument });
    assert.deepEqual(lenses.map((l) => `${l.range.start.line} ${l.command!.title} ${l.command!.command}`), [
      "4 ∂/∂w mcalc.derive",
      "4 ∂/∂X mcalc.derive",
      "4 ∂/∂y mcalc.derive",
      "5 wrong ",
    ]); // prettier-ignore
    // What a lens hands to its command is what the command asks the server.
    const [{ range, variable }] = lenses[0]!.command!.arguments as [{ range: object; variable: string }];
    const { statement } = await c.request<{ statement: string }>("mcalc/derive", { textDocument, range, variable, order: 1 }); // prettier-ignore
    assert.equal(statement, "d(loss)/d(w) == 2*X'*(X*w - y)");
  });

  it("“fix all” repairs everything that has one sure repair, and then there is nothing left to say", async () => {
    const c = await start();
    const text = "A : R^(m×n)\nx : R^m\ny = A*x\nz = A*x + y\nd(x'*x)/d(x) == x\n";
    const textDocument = await c.open(text);
    const range = { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } };
    const actions = await c.request<CodeAction[]>("textDocument/codeAction", { textDocument, range, context: { diagnostics: [], only: ["source.fixAll"] } }); // prettier-ignore
    assert.equal(actions.length, 1);
    assert.equal(actions[0]!.title, "Fix all 3 mistakes that mcalc can repair");
    const { edit } = actions[0]!.edit === undefined ? await c.request<CodeAction>("codeAction/resolve", actions[0]) : actions[0]!; // prettier-ignore
    const [change] = edit!.documentChanges as { edits: { range: Range; newText: string }[] }[];
    const fixed = TextDocument.applyEdits(TextDocument.create("a:b", "mcalc", 1, text), change!.edits);
    assert.equal(fixed, "A : R^(m×n)\nx : R^m\ny = A'*x\nz = A'*x + y\nd(x'*x)/d(x) == 2*x\n");
    await c.change(textDocument.uri, 2, fixed);
    const { items } = await c.request<{ items: Diagnostic[] }>("textDocument/diagnostic", { textDocument });
    assert.deepEqual(items.map((d) => d.code).filter((code) => code !== "unused"), []); // prettier-ignore
  });

  it("checks texts that are not open, for a whole workspace", async () => {
    const c = await start();
    const codes = async (uri: string, languageId: string, text: string): Promise<unknown[]> =>
      (await c.request<Diagnostic[]>("mcalc/check", { uri, languageId, text })).map((d) => d.code);
    assert.deepEqual((await codes("file:///a.mcalc", "mcalc", TEXT)).sort(), ["dimension-mismatch", "wrong-derivative"]); // prettier-ignore
    assert.deepEqual(await codes("file:///a.md", "markdown", NOTE), ["wrong-derivative"]);
    assert.deepEqual(await codes("file:///a.py", "python", "x = 1"), []);
  });

  it("a fence of mcalc in a note is as a file of it", async () => {
    const c = await start();
    const text = `# Note\n\nWords.\n\n\`\`\`mcalc\n${TEXT}\`\`\`\n\nMore words.\n`;
    const textDocument = await c.open(text, "markdown");
    const { items } = await c.request<{ items: Diagnostic[] }>("textDocument/diagnostic", { textDocument });
    assert.deepEqual(items.map((d) => d.code).sort(), ["dimension-mismatch", "wrong-derivative"]);
    assert.deepEqual(items.find((d) => d.code === "dimension-mismatch")!.range, rangeOf(text, "X'*w"));
    const hover = await c.request<{ contents: { value: string } }>("textDocument/hover", { textDocument, position: middle(text, "norm2") }); // prettier-ignore
    assert.match(hover.contents.value, /∂loss\/∂w = 2Xᵀ\(Xw − y\)/);
    const offered = await c.request<{ label: string }[]>("textDocument/completion", { textDocument, position: { line: text.split("\n").indexOf("r = X'*w"), character: 4 } }); // prettier-ignore
    for (const label of ["loss", "X", "logdet"]) assert.ok(offered.some((o) => o.label === label), label); // prettier-ignore
    const words = { line: 2, character: 3 };
    assert.deepEqual(await c.request("textDocument/completion", { textDocument, position: words }), []);
  });

  it("macros of the settings are known in notes", async () => {
    const c = await start();
    const text = "Let $A \\in \\Field^{n \\times n}$ and $x \\in \\Field^n$ and $y = x^\\flip A x$.\n";
    const textDocument = await c.open(text, "markdown");
    const position = middle(text, "A x");
    const said = async (): Promise<string> =>
      (await c.request<{ contents: { value: string } } | null>("textDocument/hover", { textDocument, position }))?.contents.value ?? ""; // prettier-ignore
    assert.doesNotMatch(await said(), /\(A \+ Aᵀ\)x/);
    c.configuration = { macros: { "\\Field": "\\mathbb{R}", "\\flip": "\\top" } };
    await c.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    assert.match(await said(), /\(A \+ Aᵀ\)x/);
  });

  it("what is not open, or is no such language, is answered with nothing", async () => {
    const c = await start();
    const position = { line: 0, character: 0 };
    assert.equal(
      await c.request("textDocument/hover", { textDocument: { uri: "file:///none.mcalc" }, position }),
      null,
    );
    const other = await c.open("x = 1", "python", "file:///a.py");
    assert.equal(await c.request("textDocument/hover", { textDocument: other, position }), null);
  });

  it("positions are UTF-16, with CRLF, a byte order mark and letters beyond the first plane", async () => {
    const c = await start();
    const text = "\ufeff# 𝔸𝔹𝕏\r\nx : R^n   # 𝕏\r\ny = x'*x\r\n";
    const textDocument = await c.open(text);
    const hover = await c.request<Hover>("textDocument/hover", { textDocument, position: { line: 2, character: 6 } });
    assert.match(JSON.stringify(hover.contents), /2x/);
    assert.deepEqual(hover.range?.start.line, 2);
  });

  it("what is inserted ends its lines as the text does, also after edits", async () => {
    const c = await start();
    for (const end of ["\n", "\r\n"]) {
      const text = `x : R^n${end}y = x'*x${end}`;
      const textDocument = await c.open(text, "mcalc", `file:///${end.length}.mcalc`);
      const range = { start: { line: 0, character: 7 }, end: { line: 0, character: 7 } };
      await c.connection.sendNotification("textDocument/didChange", {
        textDocument: { ...textDocument, version: 2 },
        contentChanges: [{ range, text: `${end}# ${end}` }],
      });
      const at = { start: { line: 3, character: 5 }, end: { line: 3, character: 5 } };
      const { edit } = await c.request<{ edit: WorkspaceEdit }>("mcalc/derive", { textDocument, range: at, variable: "x", order: 1 }); // prettier-ignore
      assert.match(JSON.stringify(edit), new RegExp(JSON.stringify(`${end}d(y)/d(x) == 2*x`).slice(1, -1).replace(/[()*\\]/g, "\\$&"))); // prettier-ignore
    }
  });

  it("after shutdown it refuses, and it exits when told to", async () => {
    const server = spawn(process.execPath, [
      "--import",
      "tsx",
      path.join(__dirname, "../../server/lsp/node/main.ts"),
      "--stdio",
    ]);
    const ended = new Promise((resolve) => server.once("exit", resolve));
    const connection = createMessageConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    connection.listen();
    await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: VSCODE });
    await connection.sendNotification("initialized", {});
    assert.equal(await connection.sendRequest("shutdown"), null);
    await connection.sendNotification("exit");
    assert.equal(await ended, 0);
    connection.dispose();
  });
});
