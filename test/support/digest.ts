import type { MathDocument } from "../../server/documents/document";

/** All that a document says, without what differs between objects that are equal. */
export function digestOf(d: MathDocument): string {
  return JSON.stringify([
    d.spans,
    d.parsed,
    d.formulas.map((f) => [
      f.span,
      f.at(0),
      f.text,
      f.region,
      f.statement,
      f.problems,
      f.consistent,
      f.defines,
      f.rivals,
      [f.column, f.behindGap],
      [...(f.indices ?? [])].map(([letter, to]) => [letter, to.key]),
      [...(f.spellings ?? [])],
      f.guessed === undefined ? 0 : [...f.guessed].sort(),
      [...f.scope.variables]
        .map(([n, v]) => [n, v.name, v.shape.rows.key, v.shape.cols.key, [...v.properties].sort()].join())
        .sort(),
      [...f.scope.definitions].map(([n, v]) => JSON.stringify([n, v.parameters, v.body])).sort(),
      [...f.scope.dimensions].sort(),
      [...f.scope.variables.keys()].sort().map((n) => d.origin(n, f.span.start)),
    ]),
  ]);
}
