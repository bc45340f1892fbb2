import type { Span } from "../core/ast";
import { readMcalc } from "../documents/mcalc";
import { atOnce } from "../core/steps";
import { checking } from "./checking";
import { diagnostics } from "./diagnostics";
import type { Finding, Snapshot } from "./snapshot";

export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A text, or a stretch of it that holds all edits, with these made; none of them touches another. */
export function edited(text: string, edits: readonly Edit[], { start, end } = { start: 0, end: text.length }): string {
  let out = text.slice(start, end);
  for (const { span, text: by } of [...edits].map((e, i) => ({ ...e, i })).sort((a, b) => b.span.start - a.span.start || b.i - a.i))
    out = out.slice(0, span.start - start) + by + out.slice(span.end - start);
  return out;
} // prettier-ignore

/** Larger documents are not checked again for each repair. */
const LARGEST = 40_000;
const MOST_TRIED = 24;

/**
 * What every repair must do: its problem goes, and no new one comes. Each is tried before it is offered. In notes, where a
 * reading hangs on much else, repairs stand as the checker made them.
 */
export class RepairLaw {
  private tried = 0;
  private known: readonly string[] | undefined;

  constructor(private readonly snapshot: Snapshot) {}

  /** What was wrong before. */
  private get before(): readonly string[] {
    return (this.known ??= keysOf(diagnostics(this.snapshot), this.snapshot.document.text, (at) => at));
  }

  /** Whether edits that are to mend so many problems do, and make none. */
  holds(edits: readonly Edit[], mends: number): boolean {
    const { document, settings } = this.snapshot;
    if (document.languageId !== "mcalc" || document.text.length > LARGEST || this.before.length === 0) return true;
    if (this.tried++ >= MOST_TRIED) return false;
    const after = readMcalc(document.uri, document.version, edited(document.text, edits), document);
    const checked = atOnce(checking(after, settings));
    const left = keysOf(diagnostics({ document: after, settings, checked }), document.text, wayBack(edits));
    if (left.length + mends > this.before.length) return false;
    const known = [...this.before];
    return left.every((key) => {
      const at = known.indexOf(key);
      if (at >= 0) known.splice(at, 1);
      return at >= 0;
    });
  }
}

/** From an offset behind edits to the one that it was before them. */
function wayBack(edits: readonly Edit[]): (at: number) => number {
  const inOrder = [...edits].sort((a, b) => a.span.start - b.span.start);
  return (at) => {
    let shift = 0;
    for (const { span, text } of inOrder) {
      if (span.start + shift > at) break;
      // What stands within what was put in belongs to where it was put.
      if (at < span.start + shift + text.length) return Math.max(0, span.start);
      shift += text.length - (span.end - span.start);
    }
    return at - shift;
  };
}

/** Problems by their kind and the line that they are in: what a message says may change with what is known. */
const keysOf = (findings: readonly Finding[], text: string, back: (at: number) => number): string[] =>
  findings
    .filter((f) => f.severity === "error" || f.severity === "warning")
    .map((f) => `${f.code} ${text.slice(0, back(f.span.start)).split("\n").length}`);
