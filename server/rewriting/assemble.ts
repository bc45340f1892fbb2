import type { Span } from "../core/ast";
import type { Problem } from "../core/problem";
import type { Piece } from "./index";

interface Segment {
  readonly old: Span;
  readonly now: Span;
  readonly piece?: Piece;
}

interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A document with its lines rewritten, and the way between its places and those of the document that stands. */
export class Assembled {
  constructor(
    readonly text: string,
    private readonly segments: readonly Segment[],
    private readonly perPiece: ReadonlyMap<Piece, readonly Edit[]>,
  ) {}

  /** The edits that one piece takes. */
  edits(piece: Piece): readonly Edit[] {
    return this.perPiece.get(piece) ?? [];
  }

  /** Changed pieces in which problems of the new text lie. */
  changedAt(problems: readonly Problem[]): { readonly piece: Piece; readonly problem: Problem }[] {
    return problems.flatMap((problem) => {
      const s = this.segmentAt(problem.span);
      return s?.piece === undefined ? [] : [{ piece: s.piece, problem }];
    });
  }

  private segmentAt(span: Span): Segment | undefined {
    return (
      this.segments.find((s) => span.start >= s.now.start && span.start < s.now.end) ??
      this.segments.find((s) => span.start >= s.now.start && span.start <= s.now.end)
    );
  }

  /** A span of the new text where it stands now; none where it lies in what is rewritten. */
  backSpan(span: Span): Span | undefined {
    const s = this.segmentAt(span);
    if (s === undefined || s.piece !== undefined || span.end > s.now.end) return undefined;
    const shift = s.old.start - s.now.start;
    return { start: span.start + shift, end: span.end + shift };
  }

  /** A problem of the new text as one of the text that stands. */
  back(problem: Problem): Problem | undefined {
    const span = this.backSpan(problem.span);
    if (span === undefined) return undefined;
    const related = problem.related?.flatMap((r) => {
      const at = this.backSpan(r.span);
      return at === undefined ? [] : [{ ...r, span: at }];
    });
    const fixes = problem.fixes?.flatMap((f) => {
      const edits = f.edits.map((e) => ({ ...e, span: this.backSpan(e.span) }));
      return edits.some((e) => e.span === undefined) ? [] : [{ ...f, edits: edits as Edit[] }];
    });
    return {
      ...problem,
      span,
      ...(related === undefined ? {} : { related }),
      ...(fixes === undefined ? {} : { fixes }),
    };
  }
}

/** Puts the pieces of a document together; lines that become empty go with their line ends. */
export function assembled(text: string, pieces: readonly Piece[]): Assembled {
  const segments: Segment[] = [];
  const edits = new Map<Piece, Edit[]>();
  let out = "";
  let at = 0;
  const moved = pieces.filter((p) => p.moved !== undefined);
  const added = pieces.filter((p) => p.added !== undefined);
  // Their edits are known before their own turn comes.
  for (const p of added) edits.set(p, [{ span: { start: p.added!.to, end: p.added!.to }, text: p.added!.text }]);
  const put = (oldEnd: number, what: string, piece?: Piece): void => {
    segments.push({
      old: { start: at, end: oldEnd },
      now: { start: out.length, end: out.length + what.length },
      ...(piece === undefined ? {} : { piece }),
    });
    out += what;
    at = oldEnd;
  };
  for (const piece of pieces) {
    if (piece.span.start > at) put(piece.span.start, text.slice(at, piece.span.start));
    const isGone = piece.changed && piece.text === "";
    const lineEnd = isGone ? /^(?:\r\n|\n|\r)?/.exec(text.slice(piece.span.end))![0].length : 0;
    const end = piece.span.end + lineEnd;
    if (piece.changed) {
      edits.set(piece, [...(edits.get(piece) ?? []), { span: { start: piece.span.start, end }, text: piece.text }]);
      put(end, piece.text, piece);
    } else {
      for (const a of added) {
        const { to, text: words } = a.added!;
        if (to <= piece.span.start || to > piece.span.end) continue;
        put(to, text.slice(at, to));
        put(to, words, a);
      }
      put(end, text.slice(at, end));
    }
    for (const m of moved)
      if (m.moved!.to === piece.span.end) {
        const insertion = `\n${m.moved!.text}`;
        edits.get(m)!.push({ span: { start: at, end: at }, text: insertion });
        put(at, insertion, m);
      }
  }
  if (at < text.length) put(text.length, text.slice(at));
  return new Assembled(out, segments, edits);
}
