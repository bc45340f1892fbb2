import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { builtCommandLine } from "./run";

interface Result {
  readonly structuredContent: { readonly ok: boolean; readonly [key: string]: unknown };
  readonly content: readonly { readonly text: string }[];
  readonly isError?: boolean;
}

/** A client of the official SDK, which holds every answer against the tool's own schema. */
describe("mcalc mcp", function () {
  this.timeout(60_000);
  const client = new Client({ name: "test", version: "1" });
  const call = (name: string, args: object): Promise<Result> =>
    client.callTool({ name, arguments: { ...args } }) as unknown as Promise<Result>;

  before(async () => {
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [builtCommandLine(), "mcp"] }));
    // The client compiles the schemas of the answers from the list.
    await client.listTools();
  });
  after(() => client.close());

  it("lists its tools, which read only their arguments, and its resources", async () => {
    const { tools } = await client.listTools();
    for (const name of ["derive", "check", "derivation", "shapes", "code", "solve", "curvature"]) {
      const tool = tools.find((t) => t.name === name);
      assert.equal(tool?.annotations?.readOnlyHint, true, name);
      assert.equal(tool?.annotations?.openWorldHint, false, name);
      assert.notEqual(tool?.outputSchema, undefined, name);
    }
    const { resources } = await client.listResources();
    for (const uri of ["mcalc://language", "mcalc://operators", "mcalc://rules"]) {
      assert.ok(resources.some((r) => r.uri === uri));
      const { contents } = await client.readResource({ uri });
      assert.ok((contents[0] as { text: string }).text.length > 1000, uri);
    }
  });

  it("the editor's manifest offers the same tools with the same arguments", async () => {
    interface Schema {
      readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
      readonly required: readonly string[];
    }
    const arguments_ = ({ properties, required }: Schema): unknown => ({
      names: Object.keys(properties).sort(),
      choices: Object.entries(properties).flatMap(([k, v]) => (v.enum === undefined ? [] : [[k, ...v.enum]])).sort(),
      required: [...required].sort(),
    }); // prettier-ignore
    const { contributes } = JSON.parse(readFileSync(path.join(__dirname, "../../package.json"), "utf8")) as {
      contributes: { languageModelTools: readonly { name: string; inputSchema: Schema }[] };
    };
    const { tools } = await client.listTools();
    const offered = contributes.languageModelTools.map((t) => [
      t.name.replace("mcalc_", ""),
      arguments_(t.inputSchema),
    ]);
    const served = tools.map((t) => [t.name, arguments_(t.inputSchema as unknown as Schema)]);
    assert.deepEqual(Object.fromEntries(offered), Object.fromEntries(served));
  });

  it("a call without an argument says what it must be", async () => {
    const { isError, content } = await call("derive", { expr: "x'*x" });
    assert.equal(isError, true);
    assert.match(content[0]!.text, /wrt/);
  });

  const answers: [tool: string, args: object, expected: object][] = [
    ["derive", { expr: "x'*A*x", wrt: "x", given: ["A : R^(n×n)", "x : R^n"] }, { text: "(A + A')*x", shape: ["n"], verified: true }],
    ["derive", { expr: "x'*A*x", wrt: "x", given: ["A : R^(n×n)", "x : R^n"], order: 2 }, { text: "A + A'", shape: ["n", "n"] }],
    // What is not declared is inferred, and said.
    ["derive", { expr: "norm2(X*w - y)^2", wrt: "w" }, { text: "2*X'*(X*w - y)", inferred: ["X : R^(n×m)", "w : R^m", "y : R^n"] }],
    ["solve", { expr: "norm2(X*w - y)^2", wrt: "w" }, { text: "w = inv(X'*X)*X'*y", conditions: ["X'*X is invertible (X has full column rank)"], nature: "minimum", inferred: ["X : R^(n×m)", "w : R^m", "y : R^n"] }],
    ["curvature", { expr: "norm2(x)^2", wrt: "x", given: ["x : R^n"] }, { curvature: "strongly convex", strong: "2", smooth: "2" }],
    ["shapes", { expr: "X*w - y" }, { shape: ["n"], inferred: ["X : R^(n×m)", "w : R^m", "y : R^n"] }],
    ["derivation", { expr: "tr(A*X)", wrt: "X", given: ["A : R^(m×n)", "X : R^(n×m)"] }, { steps: [
      { text: "dy = tr(A*dX)", latex: "dy = \\operatorname{tr}(A \\, dX)", rule: "d is linear" },
      { text: "d(y)/d(X) = A'", latex: "\\frac{\\partial y}{\\partial X} = A^\\top", rule: "read off dy = tr(D'*dX)" },
    ] }],
  ]; // prettier-ignore
  for (const [tool, args, expected] of answers)
    it(`${tool} ${JSON.stringify(args)}`, async () => {
      const { structuredContent, isError } = await call(tool, args);
      assert.notEqual(isError, true);
      for (const [key, value] of Object.entries({ ok: true, ...expected }))
        assert.deepEqual(structuredContent[key], value, key);
    });

  it("code is a whole function", async () => {
    const { structuredContent } = await call("code", { expr: "logdet(S)", wrt: "S", given: ["S : R^(n×n) posdef"], to: "numpy" }); // prettier-ignore
    assert.match(String(structuredContent["code"]), /^import numpy as np\n[\s\S]*def value_and_gradient\(S\):/);
  });

  const verdicts: [text: string, format: string, status: string, repair?: string][] = [
    ["x : R^n\nd(x'*x)/d(x) == 2*x\n", "mcalc", "proved"],
    ["x : R^n\nd(x'*x)/d(x) == x\n", "mcalc", "wrong", "d(x'*x)/d(x) == 2*x"],
    ["Let $x, b \\in \\mathbb{R}^n$.\n\n$$\\nabla_x (b^\\top x) = b$$\n", "markdown", "proved"],
    ["\\nabla_x (x^\\top x) = x", "latex", "wrong", "\\nabla_x (x^\\top x) = 2x"],
    ["\\nabla_x (x^\\top A x) = 2 A x", "latex", "conditional", "\\nabla_x (x^\\top A x) = (A + A^\\top)x"],
    // Nobody has said what g is: no pass, and the note says why.
    ["\\frac{\\partial g}{\\partial x} = 2x", "latex", "unknown"],
  ];
  for (const [text, format, status, repair] of verdicts)
    it(`check: ${JSON.stringify(text)} is ${status}`, async () => {
      const { structuredContent } = await call("check", { text, format });
      const [claim] = structuredContent["claims"] as {
        status: string;
        repair?: string;
        note?: string;
        range: object;
      }[];
      assert.equal(claim?.status, status);
      assert.equal(claim?.repair, repair);
      if (status === "unknown") assert.ok(claim!.note);
      if (format === "latex") assert.deepEqual((claim!.range as { start: object }).start, { line: 0, character: 0 });
    });

  const refusals: [tool: string, args: object, says: RegExp][] = [
    ["derive", { expr: "x'*", wrt: "x", given: ["x : R^n"] }, /operand is missing/],
    ["derive", { expr: "x'*x", wrt: "q", given: ["x : R^n"] }, /`q` is not declared/],
    ["derive", { expr: "A*x", wrt: "x", given: ["A : R^(m×n)", "x : R^m"] }, /does not fit/],
    ["code", { expr: "x'*x", wrt: "x", to: "perl" }, /expected one of/],
    ["check", { text: "x" }, /format/],
  ];
  for (const [tool, args, says] of refusals)
    it(`${tool} ${JSON.stringify(args)} is refused in words`, async () => {
      const { content, isError } = await call(tool, args);
      assert.equal(isError, true);
      assert.match(content[0]!.text, says);
      assert.doesNotMatch(content[0]!.text, /\n {4}at /);
    });
});
