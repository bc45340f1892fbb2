import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { readMarkdown } from "../../server/documents/markdown";
import { applyEdits } from "../../server/features/formatting";
import { check } from "../../server/features/checking";
import { DEFAULTS } from "../../server/features/settings";
import { noTurn } from "../../server/features/turn";
import { readText } from "./kit";

/** Two mistakes on purpose, for somebody to find and repair. */
const FIRST_STEPS = "first-steps.mcalc";
const folder = path.join(__dirname, "../../examples");

describe("the gallery: every claim of an example holds, and nothing is reported", () => {
  for (const file of readdirSync(folder).filter((f) => /\.(?:mcalc|md)$/.test(f) && f !== FIRST_STEPS))
    it(file, async () => {
      const text = readFileSync(path.join(folder, file), "utf8");
      const document = file.endsWith(".md") ? readMarkdown(`file:///${file}`, 1, text) : readText(text);
      const { findings, claims } = await check(document, DEFAULTS, noTurn);
      assert.deepEqual(findings.map((f) => f.message), []); // prettier-ignore
      assert.ok(claims.length > 0);
      for (const c of claims)
        assert.ok(c.status === "proved" || c.status === "verified", `${c.text}: ${c.status} ${c.note ?? ""}`);
    });
});

describe("the first steps", () => {
  const text = readFileSync(path.join(folder, FIRST_STEPS), "utf8");

  it("hold two mistakes, each with its repair, and nothing else is said", async () => {
    const { findings } = await check(readText(text), DEFAULTS, noTurn);
    assert.deepEqual(
      findings.map((f) => `${f.code}: ${f.fixes.find((x) => x.preferred === true)?.title}`),
      ["wrong-derivative: Write 2*X'*(X*w - y)", "dimension-mismatch: Write X*w"],
    );
  });

  it("repaired, all of it holds", async () => {
    const { findings } = await check(readText(text), DEFAULTS, noTurn);
    const repaired = applyEdits(text, findings.flatMap((f) => f.fixes.find((x) => x.preferred === true)!.edits)); // prettier-ignore
    const again = await check(readText(repaired), DEFAULTS, noTurn);
    assert.deepEqual(again.findings.map((f) => f.message), []); // prettier-ignore
    assert.match(again.claims[0]!.status, /proved|verified/);
  });
});
