import { sameValue } from "./notes/same";
import { frontMatterEnd, INDENTED, isBlank, type Part, partsBetween } from "./markdownMath";

/** A Markdown text in parts. */
export interface Parts {
  readonly text: string;
  /** Where the first part begins: behind the front matter. */
  readonly from: number;
  readonly parts: readonly Part[];
}

/** Characters that are looked through in one step. */
const STEP = 20_000;

/**
 * Cuts a text into parts, in steps of a few milliseconds. Parts that an edit since `before` cannot have changed are the
 * very same objects.
 */
export function* partsOf(text: string, before?: Parts): Generator<undefined, Parts> {
  const from = frontMatterEnd(text);
  if (before === undefined) return { text, from, parts: yield* scanned(text, from) };
  if (before.text === text) return before;
  const edit = editBetween(before.text, text);
  const { parts } = before;
  // An edit of the front matter may make everything text that was none, and the other way round.
  if (from !== before.from || edit.start < from) return { text, from, parts: yield* scanned(text, from) };

  let first = 0;
  let start = from;
  for (let end = from; first < parts.length; first++) {
    end += parts[first]!.text.length;
    if (end >= edit.start || end + parts[first]!.reach > edit.start) break;
    start = end;
  }
  // A block that is ended by a heading goes on where that is none any more; what is indented now belongs to the part before.
  while (first > 0 && !(isApart(parts[first - 1]!.text) && beginsPart(text, start)))
    start -= parts[--first]!.text.length;
  // Try where parts began behind the edit, the nearest first.
  let last = first;
  let end = start;
  const by = text.length - before.text.length;
  for (let further = 1; ; further *= 2) {
    while (last < parts.length && end < edit.oldEnd) end += parts[last++]!.text.length;
    if (last >= parts.length) break;
    const until = end + by;
    if (until > start && text.charCodeAt(until - 1) === 10) {
      const changed = yield* between(text, start, until);
      if (changed !== undefined)
        return {
          text,
          from,
          parts: [...parts.slice(0, first), ...kept(changed, parts, first, last), ...parts.slice(last)],
        };
    }
    if (further > 8) break;
    for (let i = 0; i < further && last < parts.length; i++) end += parts[last++]!.text.length;
    yield undefined;
  }
  const rest = yield* scanned(text, start);
  return { text, from, parts: [...parts.slice(0, first), ...kept(rest, parts, first, parts.length)] };
}

/** Whether a blank line ends a part. */
const isApart = (part: string): boolean => /\n[ \t>]*\r?\n$/.test(part.slice(-200));

/** Whether a line, after a blank one, begins a part. */
function beginsPart(text: string, start: number): boolean {
  const end = text.indexOf("\n", start);
  const line = text.slice(start, end < 0 ? text.length : end);
  return !INDENTED.test(line) && !isBlank(line);
}

const between = (text: string, from: number, until: number): Generator<undefined, readonly Part[] | undefined> =>
  partsBetween(text, from, until) as Generator<undefined, readonly Part[] | undefined>;

/** Parts that were there before, between two places of the list, are taken from there. */
function kept(found: readonly Part[], parts: readonly Part[], first: number, last: number): readonly Part[] {
  const before = new Map<string, Part>();
  for (let i = first; i < last; i++) before.set(parts[i]!.text, parts[i]!);
  return found.map((part) => {
    const old = before.get(part.text);
    return old !== undefined && old.reach === part.reach && sameValue(old.regions, part.regions) ? old : part;
  });
}

/** The parts of the rest of a text. */
function* scanned(text: string, from: number): Generator<undefined, readonly Part[]> {
  const out: Part[] = [];
  let size = STEP;
  for (let start = from; ;) {
    const until = beginning(text, start + size);
    const parts = yield* between(text, start, until);
    if (parts === undefined) size *= 2;
    else {
      out.push(...parts);
      if (until >= text.length) return out;
      start = until;
      size = STEP;
    }
    yield undefined;
  }
}

/** The next place where a part may begin: a line that is not indented, behind a blank one. */
function beginning(text: string, from: number): number {
  const blank = /\n[ \t]*\r?\n(?=[^\s>])/g;
  blank.lastIndex = from;
  const found = blank.exec(text);
  return found === null ? text.length : found.index + found[0].length;
}

/** Characters that are compared at once. */
const STRETCH = 2_048;

/** The one stretch in which two texts differ. */
export function editBetween(old: string, now: string): { start: number; oldEnd: number; newEnd: number } {
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start + STRETCH <= most && old.slice(start, start + STRETCH) === now.slice(start, start + STRETCH))
    start += STRETCH;
  while (start < most && old.charCodeAt(start) === now.charCodeAt(start)) start++;
  const rest = most - start;
  let [oldEnd, newEnd] = [old.length, now.length];
  const least = old.length - rest;
  while (oldEnd - STRETCH >= least && old.slice(oldEnd - STRETCH, oldEnd) === now.slice(newEnd - STRETCH, newEnd)) {
    oldEnd -= STRETCH;
    newEnd -= STRETCH;
  }
  while (oldEnd > least && old.charCodeAt(oldEnd - 1) === now.charCodeAt(newEnd - 1)) {
    oldEnd--;
    newEnd--;
  }
  return { start, oldEnd, newEnd };
}
