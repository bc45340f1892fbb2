/** Runs inside a real extension host, of VS Code for the Web and of VS Code's server alike. */
import assert from "assert";
import * as vscode from "vscode";

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
const at = (name: string): vscode.Uri => vscode.Uri.joinPath(folder(), name);
const EXTENSION = "mcalc.mcalc";

/** Asks again until the answer satisfies: the server may still be starting. */
async function until<T>(ask: () => T | Thenable<T>, satisfies: (answer: T) => boolean): Promise<T> {
  const started = Date.now();
  for (;;) {
    const answer = await ask();
    if (satisfies(answer) || Date.now() - started > 20_000) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A new unsaved text in an editor. */
async function untitled(language: string, content: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language, content }));
}

/** The position in the middle of a piece of text. */
function middleOf(document: vscode.TextDocument, piece: string): vscode.Position {
  const start = document.getText().indexOf(piece);
  assert.ok(start >= 0, `the text has ${JSON.stringify(piece)}`);
  return document.positionAt(start + Math.floor(piece.length / 2));
}

function rangeOf(document: vscode.TextDocument, piece: string): vscode.Range {
  const start = document.getText().indexOf(piece);
  assert.ok(start >= 0, `the text has ${JSON.stringify(piece)}`);
  return new vscode.Range(document.positionAt(start), document.positionAt(start + piece.length));
}

async function hoverText(document: vscode.TextDocument, piece: string, wanted = ""): Promise<string> {
  const position = middleOf(document, piece);
  return until(
    async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        document.uri,
        position,
      );
      return hovers.flatMap((h) => h.contents.map((c) => (typeof c === "string" ? c : c.value))).join("\n");
    },
    (text) => text.includes(wanted),
  );
}

async function actions(document: vscode.TextDocument, range: vscode.Range, kind: string): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    range,
    kind,
    20,
  );
}

const problems = (
  document: vscode.TextDocument,
  wanted: (all: vscode.Diagnostic[]) => boolean,
): Promise<vscode.Diagnostic[]> =>
  until(() => vscode.languages.getDiagnostics(document.uri).filter((d) => d.source === "mcalc"), wanted);

async function command(name: string, document: vscode.TextDocument, piece: string, variable: string): Promise<void> {
  const { start, end } = rangeOf(document, piece);
  const range = {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
  await vscode.commands.executeCommand(`mcalc.${name}`, { uri: document.uri.toString(), range, variable });
}

suite("mcalc in an extension host", () => {
  test("activates, and quickly", async () => {
    const extension = vscode.extensions.getExtension(EXTENSION);
    assert.ok(extension !== undefined, "the extension is installed");
    await extension.activate();
    assert.ok(extension.isActive);
  });

  suite(".mcalc", () => {
    const cases: [formula: string, derivative: string][] = [
      ["x'*A*x", "(A + Aᵀ)x"],
      ["tr(X*B*X')", "X(B + Bᵀ)"],
      ["tr(A*inv(X))", "−(X⁻¹AX⁻¹)ᵀ"],
      ["logdet(X)", "X⁻ᵀ"],
    ];
    for (const [formula, derivative] of cases)
      test(`hovering ${formula} shows ${derivative}`, async () => {
        const document = await vscode.workspace.openTextDocument(at("formulas.mcalc"));
        const text = await hoverText(document, formula, derivative);
        assert.ok(text.includes(derivative), text);
        assert.match(text, /n×/);
      });

    test("a product that does not fit is underlined, with both shapes and a repair", async () => {
      const { document } = await untitled("mcalc", "A : R^(m×n)\nx : R^m\ny = A*x\n");
      const [problem] = await problems(document, (all) => all.length > 0);
      assert.ok(problem !== undefined, "there is a problem");
      assert.equal(document.getText(problem.range), "A*x");
      assert.match(problem.message, /m×n/);
      assert.match(problem.message, /m/);
      const [fix] = await actions(document, problem.range, "quickfix");
      assert.ok(fix?.edit !== undefined, "there is a repair");
      await vscode.workspace.applyEdit(fix.edit);
      assert.match(document.getText(), /A'\*x/);
      assert.deepEqual(await problems(document, (all) => all.length === 0), []);
    });

    test("“Derive with respect to x” inserts a claim that holds", async () => {
      const { document } = await untitled("mcalc", "A : R^(n×n)\nx : R^n\ny = x'*A*x\n");
      await command("derive", document, "x'*A*x", "x");
      assert.equal(document.getText(), "A : R^(n×n)\nx : R^n\ny = x'*A*x\nd(y)/d(x) == (A + A')*x\n");
      assert.deepEqual(await problems(document, (all) => all.length === 0), []);
    });

    test("it is not inserted twice, the Hessian goes below it, and the cursor behind", async () => {
      const { document } = await untitled("mcalc", "A : R^(n×n)\nx : R^n\ny = x'*A*x\nz = y + 1\n");
      const cursor = (): number => document.offsetAt(vscode.window.activeTextEditor!.selection.active);
      for (let twice = 0; twice < 2; twice++) {
        await command("derive", document, "x'*A*x", "x");
        assert.equal(document.getText(), "A : R^(n×n)\nx : R^n\ny = x'*A*x\nd(y)/d(x) == (A + A')*x\nz = y + 1\n");
        assert.equal(cursor(), document.getText().indexOf("\nz = y"));
      }
      await command("hessian", document, "x'*A*x", "x");
      assert.match(document.getText(), /== \(A \+ A'\)\*x\nhess\(y, x\) == A \+ A'\nz = y/);
      assert.equal(cursor(), document.getText().indexOf("\nz = y"));
    });

    test("a new file and an example are texts of the language", async () => {
      await vscode.commands.executeCommand("mcalc.newFile");
      const first = vscode.window.activeTextEditor!.document;
      assert.equal(first.languageId, "mcalc");
      assert.deepEqual(await problems(first, () => true), []);
      await vscode.commands.executeCommand("mcalc.openExample", "walkthrough/mistakes.mcalc");
      const mistakes = vscode.window.activeTextEditor!.document;
      assert.equal(mistakes.languageId, "mcalc");
      const found = await problems(mistakes, (all) => all.length > 1);
      assert.deepEqual(found.map((d) => d.code).sort(), ["dimension-mismatch", "wrong-derivative"]); // prettier-ignore
      await vscode.commands.executeCommand("mcalc.openExample", "examples/linear-regression.md");
      assert.equal(vscode.window.activeTextEditor!.document.languageId, "markdown");
    });

    test("its keys are free in VS Code", async () => {
      await vscode.commands.executeCommand("workbench.action.openDefaultKeybindingsFile");
      const text = await until(() => vscode.window.activeTextEditor?.document.getText() ?? "", (t) => t.includes("editor.action.showHover")); // prettier-ignore
      const taken = (text.match(/"key": "[^"]+", +"command": "(?!mcalc)[^"]+"/g) ?? []).map(
        (m) => /"key": "([^"]+)"/.exec(m)![1]!,
      );
      // Of the desktop alone: Reveal in the File Manager, Save All, and what a Mac's system takes.
      taken.push("ctrl+k r", "ctrl+alt+s", "ctrl+alt+d", "ctrl+alt+h", "ctrl+alt+c");
      const { contributes } = vscode.extensions.getExtension(EXTENSION)!.packageJSON as { contributes: { keybindings: { key: string; command: string }[] } }; // prettier-ignore
      // Tab takes a suggestion as it does in VS Code itself.
      const own = contributes.keybindings.filter((k) => k.command.startsWith("mcalc."));
      assert.deepEqual(own.map((k) => k.key).filter((k) => taken.includes(k)), []); // prettier-ignore
    });

    test("the Hessian", async () => {
      const { document } = await untitled("mcalc", "A : R^(n×n)\nx : R^n\ny = x'*A*x\n");
      await command("hessian", document, "x'*A*x", "x");
      assert.match(document.getText(), /\n(?:hess\(y, x\)|d\(y\)\/d\(x\)\^2|.*) == A \+ A'\n/);
    });

    test("a selected part is derived for itself", async () => {
      const { document } = await untitled("mcalc", "a, x : R^n\ny = exp(a'*x) + 1\n");
      await command("derive", document, "a'*x", "x");
      assert.match(document.getText(), /d\(a'\*x\)\/d\(x\) == a\n/);
    });

    test("rename", async () => {
      const { document } = await untitled("mcalc", "w : R^n\ny = w'*w\n");
      const edit = await until(
        () => vscode.commands.executeCommand<vscode.WorkspaceEdit>("vscode.executeDocumentRenameProvider", document.uri, new vscode.Position(0, 0), "theta"),
        (e) => e?.size > 0,
      ); // prettier-ignore
      await vscode.workspace.applyEdit(edit);
      assert.equal(document.getText(), "theta : R^n\ny = theta'*theta\n");
    });

    test("completion, symbols, folding, tokens, hints and formatting answer", async () => {
      const { document } = await untitled("mcalc", "# Names\nA : R^(m×n)\nx : R^n\ny  =  A*x\n\n");
      const run = <T>(name: string, ...args: unknown[]): Thenable<T> =>
        vscode.commands.executeCommand<T>(name, document.uri, ...args);
      const list = await until(() => run<vscode.CompletionList>("vscode.executeCompletionItemProvider", new vscode.Position(4, 0)), (l) => l.items.length > 0); // prettier-ignore
      const labels = list.items.map((i) => (typeof i.label === "string" ? i.label : i.label.label));
      for (const wanted of ["A", "x", "y", "logdet"]) assert.ok(labels.includes(wanted), wanted);
      const symbols = await run<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider");
      assert.deepEqual(symbols.map((s) => s.name), ["A", "x", "y"]); // prettier-ignore
      const tokens = await run<vscode.SemanticTokens>("vscode.provideDocumentSemanticTokens");
      assert.ok(tokens.data.length > 0);
      const hints = await run<vscode.InlayHint[]>("vscode.executeInlayHintProvider", new vscode.Range(0, 0, 5, 0));
      assert.deepEqual(hints.map((h) => h.label), [" : m×1"]); // prettier-ignore
      const edits = await run<vscode.TextEdit[]>("vscode.executeFormatDocumentProvider", {
        tabSize: 2,
        insertSpaces: true,
      });
      assert.ok(edits.length > 0);
    });

    test("where shapes do not fit, a picture says which sides", async () => {
      const { document } = await untitled("mcalc", "A : R^(m×n)\nx : R^m\ny = A*x\n");
      await problems(document, (all) => all.length > 0);
      const text = await hoverText(document, "A*x", "data:image/svg+xml");
      assert.match(text, /!\[A is m×n and x is m×1: n ≠ m\]\(data:image\/svg\+xml;base64,/);
    });

    test("“fix all” repairs every mistake that has one sure repair", async () => {
      const { document } = await untitled("mcalc", "A : R^(m×n)\nx : R^m\ny = A*x\nz = A*x + y\n");
      await problems(document, (all) => all.length > 1);
      const all = new vscode.Range(0, 0, document.lineCount, 0);
      const [fix] = await until(() => actions(document, all, "source.fixAll"), (found) => found.length > 0); // prettier-ignore
      assert.equal(fix?.title, "Fix all 2 mistakes that mcalc can repair");
      await vscode.workspace.applyEdit(fix!.edit!);
      assert.equal(document.getText(), "A : R^(m×n)\nx : R^m\ny = A'*x\nz = A'*x + y\n");
      assert.deepEqual(await problems(document, (left) => left.length === 0), []);
    });

    test("code lenses, once they are wanted, derive when they are clicked", async () => {
      const { document } = await untitled("mcalc", "A : R^(n×n)\nx : R^n\ny = x'*A*x\nd(y)/d(x) == A*x\n");
      const lenses = (): Thenable<vscode.CodeLens[]> =>
        vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri, 20);
      assert.deepEqual(await lenses(), []);
      const settings = vscode.workspace.getConfiguration("mcalc");
      await settings.update("codeLens", true, vscode.ConfigurationTarget.Global);
      try {
        await problems(document, (all) => all.length > 0);
        const found = await until(lenses, (all) => all.some((l) => l.command?.title === "wrong"));
        assert.deepEqual(found.map((l) => l.command?.title).sort(), ["wrong", "∂/∂A", "∂/∂x"]);
        const lens = found.find((l) => l.command?.title === "∂/∂x")!.command!;
        await vscode.commands.executeCommand(lens.command, ...(lens.arguments ?? []));
        assert.match(document.getText(), /d\(y\)\/d\(x\) == A\*x\nd\(y\)\/d\(x\) == \(A \+ A'\)\*x\n/);
      } finally {
        await settings.update("codeLens", undefined, vscode.ConfigurationTarget.Global);
      }
    });

    test("the whole workspace is checked, files that are not open too", async function () {
      // VS Code's server comes without its file search where it is put together from the registry's packages.
      const searchable = await vscode.workspace.findFiles("**/*.mcalc").then((all) => all.length > 0, () => false); // prettier-ignore
      if (!searchable) return this.skip();
      await vscode.commands.executeCommand("mcalc.checkWorkspace");
      const found = vscode.languages.getDiagnostics(at("unopened.mcalc"));
      assert.deepEqual(found.map((d) => d.code), ["dimension-mismatch"]); // prettier-ignore
      assert.match(found[0]!.message, /m×n/);
    });

    test("the claims of an open text are tests, at the lines of their formulas", async function () {
      const known = await vscode.commands.getCommands(true);
      if (!known.includes("vscode.testing.getTestsInFile")) return this.skip();
      const document = await vscode.workspace.openTextDocument(at("claims.mcalc"));
      await vscode.window.showTextDocument(document);
      const claims = ["d(f)/d(x) == A*x", "d(f)/d(A) == x*x'"];
      const listed = await until(
        async () => JSON.stringify(await vscode.commands.executeCommand("vscode.testing.getTestsInFile", document.uri)),
        (all) => claims.every((c) => all.includes(c)),
      );
      for (const claim of claims) assert.ok(listed.includes(claim), listed);
    });

    test("assistants find its tools, and what they answer is right", async function () {
      interface Tools {
        readonly tools?: readonly { readonly name: string }[];
        readonly invokeTool?: (name: string, options: object) => Promise<{ content: readonly { value?: string }[] }>;
      }
      const { tools, invokeTool } = vscode.lm as unknown as Tools;
      if (tools === undefined || invokeTool === undefined) return this.skip();
      const ours = tools.filter((t) => t.name.startsWith("mcalc_")).map((t) => t.name.slice("mcalc_".length));
      assert.deepEqual(ours.sort(), ["check", "code", "curvature", "derivation", "derive", "shapes", "solve"]); // prettier-ignore
      // The editor asks before a call, with our words; where nobody is there to be asked, it says that it would have.
      const input = { expr: "x'*A*x", wrt: "x", given: ["A : R^(n×n)", "x : R^n"] };
      const said = await invokeTool("mcalc_derive", { input, toolInvocationToken: undefined }).then(
        (answer) => answer.content[0]!.value ?? "",
        (error: unknown) => String(error),
      );
      assert.match(said, /^\(A \+ A'\)\*x|refused to show dialog in tests\. Contents: Matrix Calculus/);
    });

    test("settings take effect without a restart", async () => {
      const { document } = await untitled("mcalc", "A : R^(m×n)\nx : R^m\ny = A*x\n");
      await problems(document, (all) => all.length > 0);
      const settings = vscode.workspace.getConfiguration("mcalc");
      await settings.update(
        "check.severity",
        { "dimension-mismatch": "off", unused: "off" },
        vscode.ConfigurationTarget.Global,
      );
      try {
        assert.deepEqual(await problems(document, (all) => all.length === 0), []);
      } finally {
        await settings.update("check.severity", undefined, vscode.ConfigurationTarget.Global);
      }
    });
  });

  suite("Markdown", () => {
    test("hovering a formula of a note shows its derivative", async () => {
      const document = await vscode.workspace.openTextDocument(at("note.md"));
      const text = await hoverText(document, "x^T A x", "(A + Aᵀ)x");
      assert.ok(text.includes("(A + Aᵀ)x"), text);
    });

    test("“Derive” inserts a display formula in the author's own style", async () => {
      const text =
        "Let $A \\in \\mathbb{R}^{n \\times n}$, $x \\in \\mathbb{R}^n$, $z \\in \\mathbb{R}^n$.\n\n$y = x^T A x$\n\nThen $\\frac{dy}{dz} = 0$.\n";
      const { document } = await untitled("markdown", text);
      await command("derive", document, "x^T A x", "x");
      assert.ok(document.getText().includes("$$\n\\frac{dy}{dx} = (A + A^T)x\n$$"), document.getText());
    });

    test("a fence of mcalc is as a file of it: hover, completion, problems", async () => {
      const text = "# Note\n\n```mcalc\nA : R^(n×n)\nB : R^(m×n)\nx : R^n\ny = x'*A*x\nz = B'*x\n```\n";
      const { document } = await untitled("markdown", text);
      const said = await hoverText(document, "x'*A*x", "(A + Aᵀ)x");
      assert.ok(said.includes("∂y/∂x = (A + Aᵀ)x"), said);
      const found = await problems(document, (all) => all.length > 0);
      assert.deepEqual(found.map((d) => document.getText(d.range)), ["B'*x"]); // prettier-ignore
      const list = await vscode.commands.executeCommand<vscode.CompletionList>("vscode.executeCompletionItemProvider", document.uri, middleOf(document, "B'*x")); // prettier-ignore
      const labels = list.items.map((i) => (typeof i.label === "string" ? i.label : i.label.label));
      for (const label of ["A", "y", "logdet"]) assert.ok(labels.includes(label), label);
    });

    test("the macros of VS Code's own preview are known", async function () {
      const settings = vscode.workspace.getConfiguration("markdown.math");
      const macros = { "\\Field": "\\mathbb{R}", "\\flip": "\\top" };
      try {
        await settings.update("macros", macros, vscode.ConfigurationTarget.Global);
      } catch {
        // This VS Code comes without the preview.
        return this.skip();
      }
      try {
        const { document } = await untitled("markdown", "Let $A \\in \\Field^{n \\times n}$ and $x \\in \\Field^n$.\n\n$$\ny = x^\\flip A x\n$$\n"); // prettier-ignore
        const said = await hoverText(document, "A x\n", "(A + Aᵀ)x");
        assert.ok(said.includes("∂y/∂x = (A + Aᵀ)x"), said);
      } finally {
        await settings.update("macros", undefined, vscode.ConfigurationTarget.Global);
      }
    });

    test("the preview marks what holds, and says what is wrong with its repair", async function () {
      const commands = await vscode.commands.getCommands();
      if (!commands.includes("markdown.api.render")) return this.skip();
      const document = await vscode.workspace.openTextDocument(at("note.md"));
      const html = await until(
        () => vscode.commands.executeCommand<string>("markdown.api.render", document),
        (text) => text.includes("mcalc-mark"),
      );
      assert.match(html, /class="katex[\s\S]*class="mcalc-mark mcalc-holds"/);
      assert.match(
        html,
        /mcalc-box mcalc-warning"[^>]*><p[^>]*>This derivative is wrong: .*<p class="mcalc-repair"[\s\S]*class="katex/,
      );
    });

    test("a wrong derivative is reported and repaired, a right one is not", async () => {
      const { document } = await vscode.window.showTextDocument(at("note.md"));
      const found = await problems(document, (all) => all.length > 0);
      assert.equal(found.length, 1, found.map((d) => d.message).join("\n"));
      assert.match(document.getText(found[0]!.range), /\(A - A\^T\)x/);
      const fixes = await actions(document, found[0]!.range, "quickfix");
      assert.ok(fixes.length > 0);
    });
  });

  test("a Markdown cell of a notebook", async function () {
    const notebook = await vscode.workspace.openNotebookDocument(at("notebook.ipynb")).then(
      (n) => n,
      () => undefined,
    );
    if (notebook === undefined) return this.skip();
    await vscode.window.showNotebookDocument(notebook);
    const { document } = notebook.cellAt(0);
    const text = await hoverText(document, "x^T A x", "(A + Aᵀ)x");
    assert.ok(text.includes("(A + Aᵀ)x"), text);
  });

  test("the derivation panel opens beside the text", async () => {
    const { document } = await untitled("mcalc", "A : R^(n×n)\nx : R^n\ny = x'*A*x\n");
    await command("showDerivation", document, "x'*A*x", "x");
    const tab = await until(
      () => vscode.window.tabGroups.all.flatMap((g) => g.tabs).find((t) => t.input instanceof vscode.TabInputWebview && t.label.startsWith("Derivation")),
      (t) => t !== undefined,
    ); // prettier-ignore
    assert.ok(tab !== undefined, "a panel is open");
    // It follows the cursor into another formula.
    const editor = await untitled("mcalc", "B : R^(n×n)\nv : R^n\nz = v'*B*v\n");
    const at = middleOf(editor.document, "v'*B*v");
    const labels = (): string[] => vscode.window.tabGroups.all.flatMap((g) => g.tabs).map((t) => t.label);
    // The server knows the text once it says something of it.
    await hoverText(editor.document, "v'*B*v", "∂z/∂v");
    editor.selection = new vscode.Selection(at, at);
    await until(labels, (all) => all.includes("Derivation: z with respect to v"));
    assert.ok(labels().includes("Derivation: z with respect to v"), labels().join("\n"));
  });

  test("the server comes back after a restart", async () => {
    await vscode.commands.executeCommand("mcalc.restartServer");
    const { document } = await untitled("mcalc", "x : R^n\ny = x'*x\n");
    assert.match(await hoverText(document, "x'*x", "2x"), /2x/);
  });
});
