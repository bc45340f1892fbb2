import type { Span } from "../core/ast";
import type { Snapshot } from "./snapshot";
import { occurrenceAt, occurrencesIn } from "./occurrences";

/** Where the name at an offset is declared or defined: the name there, and the name here. */
export function definition(snapshot: Snapshot, offset: number): { readonly from: Span; readonly to: Span } | undefined {
  const found = occurrenceAt(snapshot.document, offset);
  if (found === undefined) return undefined;
  const { occurrence, formula } = found;
  if (occurrence.local) {
    const parameter = occurrencesIn(formula).find((o) => o.name === occurrence.name && o.role === "parameter");
    return parameter === undefined ? undefined : { from: occurrence.span, to: parameter.span };
  }
  const origin = snapshot.document.origin(occurrence.name, offset);
  return origin === undefined ? undefined : { from: occurrence.span, to: origin.span };
}
