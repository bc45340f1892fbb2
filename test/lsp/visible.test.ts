import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import type { Diagnostic, PublishDiagnosticsParams } from "vscode-languageserver-protocol";
import { PLAIN, TestClient, VSCODE } from "./client";

/** Sections of a long note; the last claim of each is wrong. No two claims are alike. */
const SECTIONS = 100;
const section = (s: number): string => {
  const claim = (k: number, right: string): string =>
    `$$\n\\frac{\\partial}{\\partial x} ${10 * s + k + 2} x^T A x = ${10 * s + k + 2} ${right} x\n$$\n\n`;
  const right = [0, 1, 2, 3, 4, 5].map((k) => claim(k, "(A + A^T)")).join("");
  return `## Section ${s}\n\nLet $x \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$.\n\n${right}${claim(6, "(A - A^T)")}`;
};
const sections = Array.from({ length: SECTIONS }, (_, s) => section(s));
const NOTE = `# A long note\n\n${sections.join("")}`;
const LINES = section(0).split("\n").length - 1;

/** The sections in which something was found. */
const sectionsOf = (items: readonly Diagnostic[]): number[] =>
  [...new Set(items.map((d) => Math.floor((d.range.start.line - 2) / LINES)))].sort((a, b) => a - b);
const ALL = Array.from({ length: SECTIONS }, (_, s) => s);

describe("of a long note", function () {
  this.timeout(60_000);
  let client: TestClient;
  afterEach(async () => {
    await client.stop();
    assert.deepEqual(client.complaints, [], "every message is as the protocol says");
  });

  const published = (): PublishDiagnosticsParams[] =>
    client.notifications
      .filter((n) => n.method === "textDocument/publishDiagnostics")
      .map((n) => n.params as PublishDiagnosticsParams);
  const see = (uri: string, from: number, to: number): Promise<void> =>
    client.connection.sendNotification("mcalc/visible", {
      textDocument: { uri },
      ranges: [{ start: { line: from, character: 0 }, end: { line: to, character: 0 } }],
    });
  const whole = (version: number): Promise<PublishDiagnosticsParams> =>
    client.notified<PublishDiagnosticsParams>(
      "textDocument/publishDiagnostics",
      (p) => p.version === version && p.diagnostics.length === SECTIONS,
    );

  it("what is in view is told first, then the whole", async () => {
    client = await new TestClient().start(PLAIN);
    const { uri } = await client.open(NOTE, "markdown");
    await see(uri, 2 + 3 * LINES, 2 + 5 * LINES - 1);
    await whole(1);
    const told = published().map((p) => sectionsOf(p.diagnostics));
    assert.ok(told.length >= 2, "told at least twice");
    assert.ok(told[0]!.includes(3) && told[0]!.includes(4), `first ${told[0]!.join()}`);
    assert.ok(Math.max(...told[0]!) <= 5, `first ${told[0]!.join()}`);
    assert.deepEqual(told.at(-1), ALL);
  });

  it("an edit meanwhile ends that: of the older text no more is told", async () => {
    client = await new TestClient().start(PLAIN);
    const { uri } = await client.open(NOTE, "markdown");
    await client.notified("textDocument/publishDiagnostics");
    // A line above everything: all that is found moves down with it.
    await client.change(uri, 2, NOTE.replace("# A long note", "# A very long note"));
    await whole(2);
    const told = published();
    assert.ok(told.filter((p) => p.version === 1).every((p) => p.diagnostics.length < SECTIONS));
    assert.deepEqual(sectionsOf(told.at(-1)!.diagnostics), ALL);
    const versions = told.map((p) => p.version!);
    assert.deepEqual(versions, [...versions].sort(), "never an older one after a newer");
  });

  it("who asks has the part in view first, and is told to ask again", async () => {
    const workspace = { ...VSCODE.workspace, diagnostics: { refreshSupport: true } };
    client = await new TestClient().start({ ...VSCODE, workspace });
    let again: () => void;
    const told = new Promise<void>((resolve) => (again = resolve));
    client.connection.onRequest("workspace/diagnostic/refresh", () => {
      again();
      return null;
    });
    const textDocument = await client.open(NOTE, "markdown");
    const ask = (): Promise<{ items: Diagnostic[]; resultId?: string }> =>
      client.request("textDocument/diagnostic", { textDocument });
    const first = await ask();
    assert.equal(first.resultId, undefined, "a part is no result to come back to");
    assert.ok(first.items.length > 0 && first.items.length < SECTIONS, `${first.items.length} of ${SECTIONS}`);
    await told;
    const second = await ask();
    assert.deepEqual(sectionsOf(second.items), ALL);
    assert.notEqual(second.resultId, undefined);
  });
});
