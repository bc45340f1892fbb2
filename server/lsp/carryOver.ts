import type { Span } from "../core/ast";
import { editBetween } from "../documents/parts";
import type { Finding } from "../features/snapshot";

/**
 * Findings of an earlier text where they stand in a later one: those behind the edit move with it, those that it touches
 * are gone, and so are those within `except`, of which better is known.
 */
export function carryOver(findings: readonly Finding[], old: string, now: string, except: Span): Finding[] {
  const edit = editBetween(old, now);
  const by = now.length - old.length;
  const moved = (s: Span): Span | undefined =>
    s.end < edit.start ? s : s.start > edit.oldEnd ? { start: s.start + by, end: s.end + by } : undefined;
  const out: Finding[] = [];
  for (const f of findings) {
    const span = moved(f.span);
    if (span === undefined || (span.start < except.end && span.end > except.start)) continue;
    const related = f.related.flatMap((r) => {
      const there = moved(r.span);
      return there === undefined ? [] : [{ ...r, span: there }];
    });
    // Its repairs were for the text as it was.
    out.push({ ...f, span, related, fixes: [] });
  }
  return out;
}
