import type { Span } from "../../server/core/ast";

import type { MathDocument } from "../../server/documents/document";
import { readMcalc } from "../../server/documents/mcalc";
import { checkedDocument } from "../../server/rewriting/check";
import { DEFAULTS, type Settings } from "../../server/features/settings";
import type { Snapshot } from "../../server/features/snapshot";

/** A text with a cursor (`$0`) or a selection (`«…»`), taken out. */
export interface Marked {
  readonly text: string;
  readonly offset: number;
  readonly selection: Span;
}

/** Reads the marks out of a fixture. */
export function marked(fixture: string): Marked {
  const cursor = fixture.indexOf("$0");
  if (cursor >= 0) {
    const text = fixture.slice(0, cursor) + fixture.slice(cursor + 2);
    return { text, offset: cursor, selection: { start: cursor, end: cursor } };
  }
  const start = fixture.indexOf("«");
  const end = fixture.indexOf("»") - 1;
  if (start < 0) throw new Error("a fixture has a cursor $0 or a selection «…»");
  return { text: fixture.replace(/[«»]/g, ""), offset: start, selection: { start, end } };
}

export function readText(text: string): MathDocument {
  return readMcalc("file:///test.mcalc", 1, text);
}

/** A checked snapshot of a `.mcalc` text. */
export function snapshotOf(text: string, settings: Partial<Settings> = {}): Snapshot {
  return snapshotFrom(readText(text), settings);
}

export function snapshotFrom(document: MathDocument, settings: Partial<Settings> = {}): Snapshot {
  const { problems, claims } = checkedDocument(document);
  const findings = problems.map((p) => ({ ...p, related: p.related ?? [], fixes: p.fixes ?? [] }));
  return { document, settings: { ...DEFAULTS, ...settings }, checked: { findings, claims } };
}

/** Texts of spans: what a test compares with. */
export const texts = (text: string, spans: readonly Span[]): string[] => spans.map((s) => text.slice(s.start, s.end));
