import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { readMarkdown } from "../../server/documents/markdown";
import { check } from "../../server/features/checking";
import { DEFAULTS } from "../../server/features/settings";
import { noTurn } from "../../server/features/turn";
import { readText } from "./kit";

const folder = path.join(__dirname, "../../examples");

describe("the gallery: every claim of an example holds, and nothing is reported", () => {
  for (const file of readdirSync(folder).filter((f) => /\.(?:mcalc|md)$/.test(f)))
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
