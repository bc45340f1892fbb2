import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import type { ClaimsResult } from "../../server/lsp/protocol";
import { TestClient } from "./client";

/** A busy machine is slower than one that has nothing else to do. */
const SLOWER = 4;

const TEXT = "A : R^(n×n)\nx : R^n\nd(x'*A*x)/d(x) == A*x\nd(A*x)/d(x) == A\n";

describe("the request for claims", () => {
  let client: TestClient;
  afterEach(async () => {
    await client.stop();
    assert.deepEqual(client.complaints, [], "every message is as the protocol says");
  });
  const statuses = ({ claims }: ClaimsResult): unknown[] => claims.map((c) => c.verdict?.status);

  it("lists those of a text that is not open, and judges them where it is asked to", async () => {
    client = await new TestClient().start();
    const about = { uri: "file:///a.mcalc", languageId: "mcalc", text: TEXT };
    const listed = await client.request<ClaimsResult>("mcalc/claims", { ...about, judge: false });
    assert.deepEqual(listed.claims.map((c) => [c.text, c.range.start.line] ), [["d(x'*A*x)/d(x) == A*x", 2], ["d(A*x)/d(x) == A", 3]]); // prettier-ignore
    assert.deepEqual(statuses(listed), [undefined, undefined]);
    const judged = await client.request<ClaimsResult>("mcalc/claims", { ...about, judge: true });
    assert.deepEqual(statuses(judged), ["wrong", "proved"]);
    const { actual, expected } = judged.claims[0]!.verdict!;
    assert.deepEqual([actual, expected], ["A*x", "(A + A')*x"]);
  });

  it("of an open document it takes the text as it stands in the editor", async () => {
    client = await new TestClient().start();
    const { uri } = await client.open(TEXT);
    await client.change(uri, 2, TEXT.replace("== A*x", "== (A + A')*x"));
    const judged = await client.request<ClaimsResult>("mcalc/claims", { uri, languageId: "mcalc", judge: true });
    assert.deepEqual(statuses(judged), ["proved", "proved"]);
  });

  it("where nothing is read there are none", async () => {
    client = await new TestClient().start();
    const about = { uri: "file:///a.py", languageId: "python", text: "x = 1", judge: true };
    assert.deepEqual(await client.request("mcalc/claims", about), { sections: [], claims: [], unread: [] });
  });

  const numbers = Array.from({ length: 2000 }, (_, k) => k + 2);
  const many: [language: string, text: string][] = [
    ["mcalc", `A : R^(n×n)\nx : R^n\n${numbers.map((k) => `d(${k}*x'*A*x)/d(x) == ${k}*(A + A')*x`).join("\n")}\n`],
    ["markdown", numbers.map((k) => `$$\\nabla_x (${k} x^\\top A x) = ${k}(A + A^\\top) x$$\n`).join("\n")],
  ];
  for (const [languageId, text] of many)
    it(`two thousand are listed in a moment: ${languageId}`, async () => {
      client = await new TestClient().start();
      const about = { uri: languageId === "mcalc" ? "file:///a.mcalc" : "file:///a.md", languageId, text };
      let best = Infinity;
      for (let tries = 0; tries < 3; tries++) {
        const started = performance.now();
        const { claims } = await client.request<ClaimsResult>("mcalc/claims", { ...about, judge: false, quick: true });
        best = Math.min(best, performance.now() - started);
        assert.equal(claims.length, 2000);
      }
      assert.ok(best < 300 * SLOWER, `it took ${best.toFixed(0)} ms`);
    });
});
