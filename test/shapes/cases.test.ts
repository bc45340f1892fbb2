import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { equalAtPoints } from "../../server/evaluation";
import { readMcalc } from "../../server/documents/mcalc";
import { parseExpression } from "../../server/language/mcalc/parse";
import { shapeProblems } from "../../server/shapes/document";

interface Case {
  readonly id: string;
  readonly expr: string;
  readonly vars: Readonly<Record<string, { readonly shape: readonly string[] }>>;
  readonly offending: string | null;
  readonly fix: string | null;
  readonly kind: string;
}

const FILE = new URL("../../../shared/cases/dimension-errors.json", import.meta.url);

describe("reference cases of dimension errors", function () {
  if (!existsSync(FILE)) {
    it.skip("the cases are not here");
    return;
  }
  for (const c of JSON.parse(readFileSync(FILE, "utf8")) as Case[]) {
    const declared = Object.entries(c.vars).map(([name, { shape }]) => {
      const size = shape.length === 0 ? "" : shape.length === 1 ? `^${shape[0]}` : `^(${shape.join("×")})`;
      return `${name} : R${size}`;
    });
    const text = [...declared, c.expr].join("\n");
    const document = readMcalc("case", 1, text);
    const steps = shapeProblems(document);
    let next = steps.next();
    while (next.done !== true) next = steps.next();
    const errors = next.value.filter((p) => p.severity === "error");
    it(`${c.id}: ${c.expr}`, () => {
      if (c.kind === "ok") {
        assert.deepEqual(errors, []);
        return;
      }
      assert.equal(errors.map((p) => text.slice(p.span.start, p.span.end)).join(), c.offending);
      if (c.fix === null) return;
      const { scope } = document.formulas.at(-1)!;
      const wanted = parseExpression(c.fix).expr;
      const equal = (errors[0]!.fixes ?? []).some(({ edits }) => {
        let out = text;
        for (const { span, text: by } of edits) out = out.slice(0, span.start) + by + out.slice(span.end);
        const got = parseExpression(out.split("\n").slice(declared.length).join("\n")).expr;
        return equalAtPoints(got, wanted, scope).verdict === "equal";
      });
      assert.ok(equal, `no fix gives ${c.fix}`);
    });
  }
});
