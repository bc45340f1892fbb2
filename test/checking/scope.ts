import assert from "node:assert/strict";
import type { Expr } from "../../server/core/ast";
import { dimNames } from "../../server/core/dimension";
import { closeProperties, type Definition, type Scope, type Variable } from "../../server/core/scope";
import { parseExpression } from "../../server/language/mcalc/parse";
import { parseStatement } from "../../server/language/mcalc/statements";

/** The scope that lines of `.mcalc` declare and define. */
export function scopeOf(...lines: readonly string[]): Scope {
  const variables = new Map<string, Variable>();
  const definitions = new Map<string, Definition>();
  const dimensions = new Set<string>();
  for (const line of lines) {
    const { statement: s, problems } = parseStatement(line);
    assert.deepEqual(problems, [], line);
    if (s.kind === "definition")
      definitions.set(s.name, {
        name: s.name,
        body: s.body,
        ...(s.parameters === undefined ? {} : { parameters: s.parameters.map((p) => p.name) }),
      });
    if (s.kind !== "declaration") continue;
    for (const { name } of s.names) {
      const base = s.family === undefined ? name : name.replace(/_[^_]*$/, "");
      variables.set(base, {
        name: base,
        shape: s.shape!,
        properties: closeProperties(s.properties.map((p) => p.property)),
        ...(s.family === undefined ? {} : { family: s.family }),
      });
    }
    const dims = [s.shape!.rows, s.shape!.cols, ...(s.family === undefined ? [] : [s.family.from, s.family.to])];
    for (const d of dims) for (const n of dimNames(d)) dimensions.add(n);
  }
  return { variables, definitions, dimensions };
}

export function expr(text: string): Expr {
  const { expr: e, problems } = parseExpression(text);
  assert.deepEqual(problems, [], text);
  return e;
}
