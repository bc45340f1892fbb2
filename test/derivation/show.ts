import assert from "node:assert/strict";
import { type Derivation, deriveSteps, type Detail } from "../../server/derivation";
import { printText } from "../../server/language/print";
import { expr, scopeOf } from "../checking/scope";

/** The derivation of a formula under declarations; fails with the message where there is none. */
export function derivation(
  text: string,
  wrt: string | readonly string[],
  given: readonly string[],
  detail: Detail = "brief",
): Derivation {
  const d = deriveSteps({
    expr: expr(text),
    wrt: typeof wrt === "string" ? [wrt] : wrt,
    scope: scopeOf(...given),
    detail,
  });
  assert.ok(d.ok, d.ok ? "" : `${text}: ${d.error.message}`);
  return d;
}

/** Its lines as text: `dy = …   [rules]`, names of parts beside the formula they stand in. */
export function lines(d: Derivation): string[] {
  return d.parts.flatMap((part) => [
    [
      `${printText(part.value)} = ${printText(part.of)}`,
      ...part.named.map((n) => `${n.name} = ${printText(n.expr)}`),
    ].join(", "),
    ...part.steps.map((s) => `${printText(s.left)} = ${printText(s.after)}   [${s.rules.join(", ")}]`),
  ]);
}
