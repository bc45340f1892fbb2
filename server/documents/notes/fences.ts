import { splitLines } from "../../language/mcalc/lines";
import { type ParsedStatement, parseStatement } from "../../language/mcalc/statements";
import type { Formula } from "../document";
import type { Part } from "../markdownMath";
import { GrowingScope } from "../mcalcScope";

/** A line of a fence; offsets count from the start of its part. */
export interface FenceLine {
  readonly start: number;
  readonly formula: Pick<Formula, "statement" | "problems" | "scope" | "text">;
}

/** The fences of a note in the language of `.mcalc`: they share what they declare. */
export interface Fences {
  /** The parts that hold fences, in their order. */
  readonly parts: readonly Part[];
  readonly lines: ReadonlyMap<Part, readonly FenceLine[]>;
  readonly parsed: ReadonlyMap<string, ParsedStatement>;
}

/** Reads the fences of a note; nothing is read again where they are what they were `before`. */
export function* readFences(all: readonly Part[], before: Fences | undefined): Generator<undefined, Fences> {
  const parts = all.filter((p) => p.regions.some((r) => r.kind === "mcalc"));
  if (before !== undefined && parts.length === before.parts.length && parts.every((p, i) => p === before.parts[i]))
    return before;
  const scope = new GrowingScope();
  const parsed = new Map<string, ParsedStatement>();
  const lines = new Map<Part, readonly FenceLine[]>();
  for (const part of parts) {
    const own: FenceLine[] = [];
    for (const region of part.regions) {
      if (region.kind !== "mcalc") continue;
      const inner = part.text.slice(region.inner.start, region.inner.end);
      for (const { start, end } of splitLines(inner)) {
        const text = inner.slice(start, end);
        const read = before?.parsed.get(text) ?? parsed.get(text) ?? parseStatement(text);
        parsed.set(text, read);
        const { statement, problems } = read;
        if (statement.kind === "empty" && problems.length === 0) continue;
        scope.add(statement);
        own.push({
          start: region.inner.start + start,
          formula: { statement, problems, scope: scope.view(), text },
        });
        if (own.length % 16 === 0) yield undefined;
      }
    }
    lines.set(part, own);
    yield undefined;
  }
  return { parts, lines, parsed };
}
