import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readMcalc } from "../../server/documents/mcalc";
import { shapeProblems } from "../../server/shapes/document";

const TEXT = readFileSync(new URL("../../docs/language.md", import.meta.url), "utf8");

describe("docs/language.md", () => {
  const blocks = [...TEXT.matchAll(/^```mcalc\n([\s\S]*?)^```$/gm)].map((m) => m[1]!);
  blocks.forEach((block, i) => {
    it(`example ${i + 1} is read without errors`, () => {
      const document = readMcalc("docs", 1, block);
      const problems = document.formulas.flatMap((f) => [...f.problems]);
      const steps = shapeProblems(document);
      let next = steps.next();
      while (next.done !== true) next = steps.next();
      problems.push(...next.value.filter((p) => p.severity === "error" || p.severity === "warning"));
      assert.deepEqual(problems, []);
    });
  });
});
