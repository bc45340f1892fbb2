import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import type { ToolResult } from "../../server/lsp/protocol";
import { TestClient } from "./client";

describe("the tools for assistants, through the language server", () => {
  let client: TestClient;
  beforeEach(async () => void (client = await new TestClient().start()));
  afterEach(async () => {
    await client.stop();
    assert.deepEqual(client.complaints, [], "every message is as the protocol says");
  });
  const call = (name: string, args: object): Promise<ToolResult> =>
    client.request<ToolResult>("mcalc/tool", { name, arguments: args });

  const answers: [name: string, args: object, words: RegExp][] = [
    ["derive", { expr: "x'*A*x", wrt: "x" }, /^\(A \+ A'\)\*x {3}\(n\)\nInferred: x : R\^n; A : R\^\(n×n\)$/],
    ["derive", { expr: "$x^\\top A x$", wrt: "x", given: ["$A \\in \\mathbb{R}^{n \\times n}$"] }, /^\(A \+ A'\)\*x/],
    [
      "check",
      { text: "\\nabla_x (x^\\top x) = x", format: "latex" },
      /^wrong: .*should be: \\nabla_x \(x\^\\top x\) = 2x/,
    ],
    ["derivation", { expr: "tr(A*X)", wrt: "X", given: ["A : R^(m×n)", "X : R^(n×m)"] }, /d is linear/],
    ["shapes", { expr: "X*w - y" }, /^n×1/],
    ["solve", { expr: "norm2(X*w - y)^2", wrt: "w" }, /^w = inv\(X'\*X\)\*X'\*y\nif /],
    ["curvature", { expr: "norm2(x)^2", wrt: "x", given: ["x : R^n"] }, /^strongly convex\n/],
    ["code", { expr: "x'*x", wrt: "x", given: ["x : R^n"], to: "numpy" }, /^def value_and_gradient\(x\):\n/],
  ];
  for (const [name, args, words] of answers)
    it(`${name} ${JSON.stringify(args)}`, async () => {
      const answer = await call(name, args);
      assert.equal(answer.ok, true, answer.words);
      assert.match(answer.words, words);
      assert.equal((JSON.parse(answer.json) as { ok: boolean }).ok, true);
    });

  it("what cannot be answered is said in a sentence, and no call fails", async () => {
    const wrong: [string, object, RegExp][] = [
      ["derive", { expr: "x'*", wrt: "x" }, /./],
      ["derive", { wrt: "x" }, /`expr` must be the text of an expression/],
      ["check", { text: "x", format: "word" }, /`format` must be markdown, mcalc or latex/],
      ["prove", {}, /There is no tool “prove”/],
    ];
    for (const [name, args, words] of wrong) {
      const answer = await call(name, args);
      assert.equal(answer.ok, false);
      assert.match(answer.words, words);
    }
  });

  it("a call that is taken back ends", async () => {
    const text = Array.from({ length: 400 }, (_, k) => `d(${k + 2}*x'*A*x)/d(x) == ${k + 2}*(A + A')*x`).join("\n");
    const source = new CancellationTokenSource();
    const asked = client.request("mcalc/tool", { name: "check", arguments: { text: `A : R^(n×n)\nx : R^n\n${text}\n`, format: "mcalc" } }, source.token); // prettier-ignore
    setTimeout(() => source.cancel(), 50);
    await assert.rejects(asked, /cancelled/);
  });
});
