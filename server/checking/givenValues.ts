import type { Expr } from "../core/ast";
import type { MathDocument } from "../documents/document";
import { textOf } from "./digest";

/** How often a note says what each name is, and how many values those are: in the same words it is the same one. */
export function valuesIn(document: MathDocument): ReadonlyMap<string, Values> {
  const known = VALUES.get(document);
  if (known !== undefined) return known;
  const all = new Map<string, string[]>();
  const add = (name: string, value: Expr): void => void all.set(name, [...(all.get(name) ?? []), textOf(value)]);
  for (const { statement: s, defines = [], scope } of document.formulas) {
    if (s.kind === "definition") add(s.name, s.body);
    else if (s.kind === "claim")
      for (const n of new Set(defines)) add(n, scope.definitions.get(n)?.body ?? s.sides.at(-1)!);
  }
  const out = new Map([...all].map(([n, v]) => [n, { times: v.length, different: new Set(v).size }]));
  VALUES.set(document, out);
  return out;
}

export interface Values {
  readonly times: number;
  readonly different: number;
}
const VALUES = new WeakMap<MathDocument, ReadonlyMap<string, Values>>();
