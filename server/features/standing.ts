import type { Span } from "../core/ast";
import { isConfirmed } from "../checking";
import { diagnostics } from "./diagnostics";
import { contains } from "./place";
import { edited } from "./repairLaw";
import type { Finding, Snapshot } from "./snapshot";

/** How one formula of a document stands: what is shown beside it where it is not edited but read. */
export interface Standing {
  readonly notation: "latex" | "mcalc";
  /** What stands there, the dollars of a note included; of a statement of `.mcalc` its last line, comment and all. */
  readonly text: string;
  /** Equations in it that are claims, those that hold, and whether all of these are proved. */
  readonly claims: number;
  readonly holds: number;
  readonly proved: boolean;
  /** What is wrong in it: errors and warnings. */
  readonly findings: readonly FindingHere[];
}

export interface FindingHere {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** What the surest repair does, and, where it changes this formula alone, how it reads then. */
  readonly repair?: { readonly title: string; readonly text?: string };
}

/**
 * How the formulas of a checked document stand, in the order of the text: those that something is said of, and those that
 * read the same as one of them, so that who meets a formula somewhere else knows which it is.
 */
export function standings(snapshot: Snapshot): readonly Standing[] {
  const { document, checked } = snapshot;
  const places = placesOf(snapshot);
  const claimsAt = sorted(places, checked?.claims ?? []);
  const findingsAt = sorted(places, diagnostics(snapshot).filter((f) => f.severity === "error" || f.severity === "warning")); // prettier-ignore
  const all = places.map(({ span, notation, text }, i): Standing => {
    const claims = claimsAt.get(i) ?? [];
    const holding = claims.filter(isConfirmed);
    return {
      notation,
      text,
      claims: claims.length,
      holds: holding.length,
      proved: holding.every((c) => c.status === "proved"),
      findings: (findingsAt.get(i) ?? []).map((f) => here(f, span, document.text)),
    };
  });
  const said = new Set(all.filter((s) => s.claims > 0 || s.findings.length > 0).map((s) => s.text));
  return all.filter((s) => said.has(s.text));
}

interface Place extends Pick<Standing, "notation" | "text"> {
  readonly span: Span;
}

/** Where formulas stand: the math of a note once each, statements of `.mcalc` by their lines. */
function placesOf({ document }: Snapshot): Place[] {
  const { text } = document;
  const out: Place[] = [];
  let end = -1;
  for (const { region, span, notation } of document.formulas) {
    if (region !== undefined) {
      // An `align` is several formulas.
      if (region.span.start < end) continue;
      end = region.span.end;
      out.push({ span: region.span, notation, text: text.slice(region.span.start, end) });
    } else if (notation === "mcalc") {
      const last = lineAround(text, span.end);
      out.push({ span: { start: lineAround(text, span.start).start, end: last.end }, notation, text: text.slice(last.start, last.end) }); // prettier-ignore
    }
  }
  return out;
}

/** What is said of a document, by the number of the place that it is said of. */
function sorted<T extends { readonly span: Span }>(
  places: readonly { readonly span: Span }[],
  said: readonly T[],
): Map<number, T[]> {
  const out = new Map<number, T[]>();
  for (const one of said) {
    let low = 0;
    for (let high = places.length; low < high;) {
      const middle = (low + high) >> 1;
      if (places[middle]!.span.end < one.span.end) low = middle + 1;
      else high = middle;
    }
    if (places[low] === undefined || one.span.start < places[low]!.span.start) continue;
    out.set(low, [...(out.get(low) ?? []), one]);
  }
  return out;
}

function lineAround(text: string, offset: number): Span {
  const end = text.indexOf("\n", offset);
  return { start: text.lastIndexOf("\n", offset - 1) + 1, end: end < 0 ? text.length : end };
}

function here({ severity, message, fixes }: Finding, place: Span, text: string): FindingHere {
  const fix = fixes.find((f) => f.preferred === true) ?? fixes[0];
  const said = { severity: severity === "error" ? ("error" as const) : ("warning" as const), message };
  if (fix === undefined) return said;
  const alone = fix.edits.every(({ span }) => contains(place, span));
  return {
    ...said,
    repair: { title: fix.title, ...(alone ? { text: edited(text, fix.edits, place) } : {}) },
  };
}
