import { atOnce, type Steps } from "../../core/steps";
import { LIMITS } from "../limits";

/** A logical line of a `.mcalc` document: one statement, over as many lines of text as it takes. */
export interface LogicalLine {
  readonly start: number;
  /** Before the line end. */
  readonly end: number;
}

const NAMES = String.raw`\s*[\p{L}_][\p{L}\p{M}\p{Nd}_]*(?:\s*,\s*[\p{L}_][\p{L}\p{M}\p{Nd}_]*)*\s*`;

/** `A, B : R…`: no sign can carry on a declaration. */
const DECLARES = new RegExp(String.raw`^${NAMES}(?::|∈|\bin\b)\s*[Rℝ](?![\p{L}\p{Nd}_])`, "u");

/** `f = …`, `f(x) = …`. */
const DEFINES = new RegExp(String.raw`^${NAMES}(?:\([^()]*\)\s*)?=(?!=)`, "u");

/** A line that begins with a sign carries on the line before. */
const CONTINUES = /^\s*(?:[-+*/=⊙∘⊗·⋅^'′ᵀ−]|\.[*/^'])/;

/** How far an open bracket may reach. */
const MOST_LINES = 400;

/**
 * Cuts a document into logical lines. A line continues while a bracket is open, or when the next line (comment
 * lines aside) starts with an operator, unless it is a declaration. A bracket that is never closed, or only after something that must be a
 * new statement, ends with its line: what fails never hides what follows.
 */
export const splitLines = (text: string): LogicalLine[] => atOnce(splittingLines(text));

/** Lines of text that are looked at without a pause. */
const STRETCH = 1000;

/** The same in steps. */
export function* splittingLines(text: string): Steps<LogicalLine[]> {
  const lines = yield* physicalLines(text);
  const looks = new Looks(text, lines);
  const out: LogicalLine[] = [];
  let paused = 0;
  for (let i = 0; i < lines.length;) {
    let last = i;
    let from = i;
    if (!isBlank(text, lines[i]!)) {
      for (;;) {
        if (last - paused >= STRETCH) {
          paused = last;
          yield;
        }
        const end = closing(looks, i, from, last);
        last = end.line;
        // Where everything is closed, what comes before need not be looked at again.
        from = end.closed ? last + 1 : i;
        if (looks.declares(i)) break;
        const next = nextToken(text, lines, last + 1);
        if (next === undefined || !CONTINUES.test(text.slice(lines[next]!.start, lines[next]!.end))) break;
        last = next;
      }
    }
    out.push({ start: lines[i]!.start, end: lines[last]!.end });
    i = last + 1;
    if (i - paused >= STRETCH) {
      paused = i;
      yield;
    }
  }
  return out;
}

/** What the lines of a text look like: each is looked at once, however many brackets before it are open. */
class Looks {
  readonly #declares: (boolean | undefined)[] = [];
  readonly #begins: (boolean | undefined)[] = [];
  readonly #signs: (string | undefined)[] = [];

  constructor(
    readonly text: string,
    readonly lines: readonly LogicalLine[],
  ) {}

  private line(i: number): string {
    return this.text.slice(this.lines[i]!.start, this.lines[i]!.end);
  }

  declares(i: number): boolean {
    return (this.#declares[i] ??= DECLARES.test(this.line(i)));
  }

  /** Whether it must be a new statement. */
  begins(i: number): boolean {
    return (this.#begins[i] ??= this.declares(i) || DEFINES.test(this.line(i)));
  }

  /**
   * Its opening and closing brackets, of whatever kind, and its equality signs, in order: `(`, `)`, `=`. A line too long
   * to be read opens nothing.
   */
  signs(i: number): string {
    return (this.#signs[i] ??= signsOf(this.line(i)));
  }
}

function signsOf(line: string): string {
  let out = "";
  if (line.length > LIMITS.characters) return out;
  for (let at = 0; at < line.length; at++) {
    const c = line.charCodeAt(at);
    if (c === 35) break;
    if (c === 40 || c === 91 || c === 123) out += "(";
    else if (c === 41 || c === 93 || c === 125) out += ")";
    else if (c === 61 && line.charCodeAt(at + 1) === 61) out += "=";
  }
  return out;
}

function* physicalLines(text: string): Steps<LogicalLine[]> {
  const out: LogicalLine[] = [];
  const end = /\r\n|\n|\r/g;
  let start = 0;
  for (let m = end.exec(text); m !== null; m = end.exec(text)) {
    out.push({ start, end: m.index });
    start = end.lastIndex;
    if (out.length % (10 * STRETCH) === 0) yield;
  }
  out.push({ start, end: text.length });
  return out;
}

const isBlank = (text: string, line: LogicalLine): boolean => /^\s*(?:#|$)/.test(text.slice(line.start, line.end));

/** The next line with something on it, over comment lines; a blank line ends the search. */
function nextToken(text: string, lines: readonly LogicalLine[], from: number): number | undefined {
  for (let i = from; i < lines.length; i++) {
    const line = text.slice(lines[i]!.start, lines[i]!.end).trimStart();
    if (line === "") return undefined;
    if (!line.startsWith("#")) return i;
  }
  return undefined;
}

/**
 * The line on which the brackets opened in lines `first`..`last` are all closed; `last` where they never are. Those
 * before line `from` are known to be closed.
 */
function closing(
  looks: Looks,
  first: number,
  from: number,
  last: number,
): { readonly line: number; readonly closed: boolean } {
  const open = { line: last, closed: false };
  if (last - first >= MOST_LINES) return open;
  let depth = 0;
  for (let i = from; i < looks.lines.length && i - first < MOST_LINES; i++) {
    if (i > last && looks.begins(i)) return open;
    const signs = looks.signs(i);
    for (let at = 0; at < signs.length; at++) {
      const sign = signs.charCodeAt(at);
      if (sign === 40) depth++;
      else if (sign === 41) depth = Math.max(0, depth - 1);
      else if (depth > 0) return open;
    }
    if (depth === 0 && i >= last) return { line: i, closed: true };
  }
  return open;
}
