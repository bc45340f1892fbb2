import type { Span } from "../core/ast";
import { BIG_OPERATORS, DELIMITERS, FUNCTION_WORDS, INFIX, RELATIONS, SYMBOLS } from "../language/latex/vocabulary";
import { operator } from "../operators";
import { DERIVATIVES } from "./derivativeForms";
import type { MathDocument } from "../documents/document";
import { type Occurrence, occurrenceAt, occurrencesIn, sameThing } from "./occurrences";
import type { Snapshot } from "./snapshot";

/** Every place that names the same thing. */
export function references(snapshot: Snapshot, offset: number, withDeclaration: boolean): readonly Span[] {
  return sameThing(snapshot.document, offset)
    .filter((o) => withDeclaration || !isDeclaration(o))
    .map((o) => o.span);
}

/** The same for highlighting, telling declarations from uses. */
export function highlights(
  snapshot: Snapshot,
  offset: number,
): readonly { readonly span: Span; readonly write: boolean }[] {
  return sameThing(snapshot.document, offset).map((o) => ({ span: o.span, write: isDeclaration(o) }));
}

const isDeclaration = (o: Occurrence): boolean =>
  o.role === "declaration" || o.role === "definition" || o.role === "parameter";

/** The name that would be renamed at an offset. */
export function renameTarget(snapshot: Snapshot, offset: number): { span: Span; text: string } | undefined {
  const found = occurrenceAt(snapshot.document, offset);
  if (found === undefined) return undefined;
  const { span } = found.occurrence;
  return { span, text: snapshot.document.text.slice(span.start, span.end) };
}

/** Commands that join, open or call something: as a name they would be read as that somewhere. */
const NO_NAMES: ReadonlySet<string> = new Set(
  [INFIX, RELATIONS, FUNCTION_WORDS, BIG_OPERATORS, DELIMITERS]
    .flatMap((words) => Object.keys(words))
    .concat(Object.keys(SYMBOLS).filter((word) => SYMBOLS[word] === "top"))
    .map((word) => (word.startsWith("\\") ? word : `\\${word}`)),
);

export interface Renamed {
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

/**
 * A rename as edits, or in one sentence why it cannot be. The renamed text is read, by `read`, before it is offered: the
 * new name must stand for the same thing in every place, and every other name must be what it was.
 */
export async function rename(
  snapshot: Snapshot,
  offset: number,
  to: string,
  read: (text: string) => Promise<MathDocument>,
): Promise<Renamed | { readonly refused: string }> {
  const { document } = snapshot;
  const found = occurrenceAt(document, offset);
  if (found === undefined) return { refused: "There is no name here to rename." };
  const text = to.trim();
  const { formula, occurrence } = found;
  if (formula.notation === "mcalc" && !/^\p{L}[\p{L}\p{N}_]*$/u.test(text))
    return { refused: `“${text}” is not a name: a name is letters, digits and underscores, and begins with a letter.` };
  if (formula.notation === "latex" && !/^[\p{L}\\][^$\s%]*$/u.test(text))
    return { refused: `“${text}” is not a name in LaTeX.` };
  if (formula.notation === "mcalc" && (operator(text) !== undefined || DERIVATIVES.some((d) => d.label === text)))
    return { refused: `“${text}” is a function of the language: choose another name.` };
  if (formula.notation === "latex" && NO_NAMES.has(text)) return { refused: `“${text}” is no name in LaTeX.` };
  const { scope } = formula;
  const taken = scope.variables.has(text) || scope.definitions.has(text) || scope.dimensions.has(text);
  if (taken && text !== occurrence.name) return { refused: `${text} already means something else here.` };
  const edits = sameThing(document, offset).map(({ span }) => {
    // A command of LaTeX ends where no letter follows.
    const joins = /\\[a-zA-Z]+$/.test(text) && /[a-zA-Z]/.test(document.text.charAt(span.end));
    return { span, text: joins ? `${text} ` : text };
  });
  const same = keepsItsMeaning(document, await read(applied(document.text, edits)), edits, text.length);
  return same
    ? { edits }
    : { refused: `“${text}” would mean something else in one of the places, or cannot be read there.` };
}

function applied(text: string, edits: Renamed["edits"]): string {
  let out = text;
  for (const e of [...edits].sort((a, b) => b.span.start - a.span.start))
    out = out.slice(0, e.span.start) + e.text + out.slice(e.span.end);
  return out;
}

/** Whether in the renamed document the edited places, and they alone, name one thing, and all others are as before. */
function keepsItsMeaning(before: MathDocument, after: MathDocument, edits: Renamed["edits"], length: number): boolean {
  const moved = (offset: number): number =>
    edits.reduce((sum, e) => (e.span.start < offset ? sum + e.text.length - (e.span.end - e.span.start) : sum), offset);
  const starts = new Set(edits.map((e) => e.span.start));
  const places = (document: MathDocument): readonly Occurrence[] => document.formulas.flatMap((f) => occurrencesIn(f));
  const was = places(before);
  const is = places(after);
  if (before.formulas.length !== after.formulas.length || was.length !== is.length) return false;
  const asBefore = was.every((o, i) => {
    const now = is[i]!;
    const renamed = starts.has(o.span.start);
    const end = renamed ? moved(o.span.start) + length : moved(o.span.end);
    return (
      now.span.start === moved(o.span.start) &&
      now.span.end === end &&
      now.role === o.role &&
      now.local === o.local &&
      (renamed || now.name === o.name)
    );
  });
  if (!asBefore) return false;
  const together = sameThing(after, moved(edits[0]!.span.start)).map((o) => o.span.start);
  return together.length === edits.length && edits.every((e) => together.includes(moved(e.span.start)));
}
