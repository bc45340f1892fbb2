import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { CancellationTokenSource, type ResponseError } from "vscode-jsonrpc/node";
import { middle, nextTick, rangeOf, TestClient } from "./client";

/**
 * Stops the work that began first in the middle, however fast the machine is: its first turn is before it starts, its
 * second one, which is held until `release`, is when it lets others go first.
 */
class Held {
  #turns = 0;
  #release!: () => void;
  #reached!: () => void;
  readonly reached = new Promise<void>((resolve) => (this.#reached = resolve));
  readonly #released = new Promise<void>((resolve) => (this.#release = resolve));
  watching = false;

  readonly nextTurn = async (): Promise<void> => {
    if (this.watching && ++this.#turns === 2) {
      this.#reached();
      await this.#released;
    }
    await nextTick();
  };

  release(): void {
    this.#release();
  }
}

/** The Hessian of a network of so many layers takes long enough for anything else to happen meanwhile. */
const LAYERS = 12;
const numbers = Array.from({ length: LAYERS }, (_, i) => i + 1);
const FORMULA = `sum(${numbers.map((i) => `tanh(W${i}*`).join("")}x${")".repeat(LAYERS)})`;
const HEAVY = `x : R^n\n${numbers.map((i) => `W${i} : R^(n×n)\n`).join("")}f = ${FORMULA}\n`;
const LIGHT = "x : R^n\nA : R^(n×n)\ny = x'*A*x\n";

describe("while a long derivation runs", () => {
  let client: TestClient;
  afterEach(async () => {
    await client.stop();
    assert.deepEqual(client.complaints, [], "every message is as the protocol says");
  });

  /** Asks for something long, then for a hover elsewhere; tells in which order things happened. */
  async function begun(
    method: string,
    params: object,
  ): Promise<{ happened: string[]; source: CancellationTokenSource; ended: Promise<void>; uri: string; held: Held }> {
    const held = new Held();
    client = await new TestClient(held.nextTurn).start();
    const textDocument = await client.open(HEAVY, "mcalc", "file:///heavy.mcalc");
    const other = await client.open(LIGHT, "mcalc", "file:///light.mcalc");
    const range = rangeOf(HEAVY, FORMULA);
    // What is read and checked is known before.
    for (const t of [textDocument, other]) await client.request("textDocument/diagnostic", { textDocument: t });
    held.watching = true;
    const happened: string[] = [];
    const source = new CancellationTokenSource();
    const ended = client
      .request(method, { textDocument, range, position: range.start, variable: "x", ...params }, source.token)
      .then(
        () => void happened.push("answered"),
        (error: ResponseError<unknown>) => void happened.push(`given up: ${error.code}`),
      );
    await held.reached;
    const { contents } = await client.request<{ contents: { value: string } }>("textDocument/hover", {
      textDocument: other,
      position: middle(LIGHT, "'*A"),
    });
    assert.match(contents.value, /\(A \+ Aᵀ\)x/);
    happened.push("another hover");
    return { happened, source, ended, uri: textDocument.uri, held };
  }

  /** Resolves when the server has read all that was sent to it. */
  const seen = (): Promise<unknown> =>
    client.request("textDocument/foldingRange", { textDocument: { uri: "file:///light.mcalc" } });

  const requests: readonly (readonly [method: string, params: object])[] = [
    ["mcalc/derive", { order: 2 }],
    ["mcalc/derivation", { order: 2 }],
    ["mcalc/copy", { order: 2, format: "text" }],
    ["mcalc/copy", { order: 2, format: "numpy" }],
  ];
  for (const [method, params] of requests)
    it(`${method} ${JSON.stringify(params)}: others are answered, and it is given up when it is taken back`, async () => {
      const { happened, source, ended, held } = await begun(method, params);
      source.cancel();
      await seen();
      held.release();
      await ended;
      assert.deepEqual(happened, ["another hover", "given up: -32800"]);
    });

  it("an edit of its document gives it up as stale", async () => {
    const { happened, ended, uri, held } = await begun("mcalc/derive", { order: 2 });
    await client.change(uri, 2, `${HEAVY}\n# more\n`);
    await seen();
    held.release();
    await ended;
    assert.deepEqual(happened, ["another hover", "given up: -32801"]);
  });

  it("a hover that is taken back leaves its work to who asks for the same", async () => {
    client = await new TestClient().start();
    const text = `x : R^n\n${numbers.map((i) => `W${i} : R^(n×n)\n`).join("")}hess(${FORMULA}, x)\n`;
    const textDocument = await client.open(text);
    const position = middle(text, "hess");
    const source = new CancellationTokenSource();
    const [first, second] = [source.token, undefined].map((token) =>
      client.request("textDocument/hover", { textDocument, position }, token),
    );
    source.cancel();
    await assert.rejects(first!, (e: ResponseError<unknown>) => e.code === -32800);
    assert.ok(await second!);
  });

  it("a code action is given up when it is taken back", async () => {
    client = await new TestClient().start();
    const textDocument = await client.open(HEAVY);
    const actions = await client.request<{ kind: string }[]>("textDocument/codeAction", {
      textDocument,
      range: rangeOf(HEAVY, FORMULA),
      context: { diagnostics: [], only: ["refactor.derive.hessian"] },
    });
    const source = new CancellationTokenSource();
    const answer = client.request("codeAction/resolve", actions[0], source.token);
    source.cancel();
    await assert.rejects(answer, (e: ResponseError<unknown>) => e.code === -32800);
  });
});

describe("while a document is being read or checked", () => {
  let client: TestClient;
  afterEach(() => client.stop());

  /** Takes long to read, and to check: every claim is another one. */
  const LONG = Array.from({ length: 400 }, (_, i) => `Here $\\frac{d}{dx} x^{${i + 2}} = ${i + 2} x^{${i + 1}}$.\n\n`).join(""); // prettier-ignore
  const code = (e: ResponseError<unknown>): boolean => e.code === -32800;

  it("a request that is taken back is given up at once, and the reading goes on for others", async () => {
    const held = new Held();
    client = await new TestClient(held.nextTurn).start();
    const textDocument = await client.open(LONG, "markdown");
    held.watching = true;
    const source = new CancellationTokenSource();
    const asked = client.request("textDocument/documentSymbol", { textDocument }, source.token);
    await held.reached;
    source.cancel();
    await assert.rejects(asked, code);
    held.release();
    assert.ok(await client.request("textDocument/documentSymbol", { textDocument }));
  });

  it("a check that one has taken back is ended for the other", async () => {
    const held = new Held();
    client = await new TestClient(held.nextTurn).start();
    const textDocument = await client.open(LONG, "markdown");
    const context = { diagnostics: [] };
    const place = { line: 0, character: 8 };
    await client.request("textDocument/documentSymbol", { textDocument });
    held.watching = true;
    const source = new CancellationTokenSource();
    const diagnostics = client.request("textDocument/diagnostic", { textDocument }, source.token);
    const actions = client.request("textDocument/codeAction", { textDocument, range: { start: place, end: place }, context }); // prettier-ignore
    await held.reached;
    source.cancel();
    await assert.rejects(diagnostics, code);
    held.release();
    assert.ok(await actions);
    const again = await client.request<{ items: unknown[] }>("textDocument/diagnostic", { textDocument });
    assert.deepEqual(again.items, []);
  });
});
