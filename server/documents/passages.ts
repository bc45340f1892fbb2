import { lastUpTo } from "./lines";

/**
 * How far apart two places of a note are, as far as it matters to what is said there: from the same sentence to
 * another section.
 */
export type Distance = "sentence" | "paragraph" | "section" | "above" | "elsewhere";

/** A heading, and how deep it is. */
export interface Section {
  readonly start: number;
  readonly level: number;
  readonly title: string;
}

/** Titles of sections whose letters are their own: what they say ends with them. */
const OWN = /\b(?:examples?|exercises?|problems?|questions?|quiz|homework|special cases?|case \d+|illustration|remark|sanity check|appendix)\b/i; // prettier-ignore

/** Words that open a case which ends with its paragraph: what they introduce holds there only. */
const OPENS_CASE = /\b(?:if|when|whenever|suppose|assume|assuming|say|imagine|e\.\s?g\.|for (?:example|instance|the moment|now)|for (?:an?|any|the (?:case|function|special))|in (?:this|that|the) case|consider|take|as an? (?:example|illustration)|question|exercise|example)\b/i; // prettier-ignore

const FENCE = /^(?<mark>```|~~~).*\n[\s\S]*?(?:^\k<mark>|(?![\s\S]))/gm;
/** Headings; and what heads a part without being one: a rule, `**Proposition 3**`, `**Example.**`. */
const HEADING = /^(?:(#{1,6})[ \t]+([^\n]*)|(?:-{3,}|\*{3,}|_{3,})[ \t]*$|[ \t>]*(?:<u>|\*|_){1,4}(?:<u>)?((?:theorem|proposition|lemma|corollary|example|exercise|problem|question|case|remark|definition|claim|solution)\b[^\n]*))/gim; // prettier-ignore
/** How deep a part is that no heading heads. */
const DEEPEST = 7;
const BREAK = /\n[ \t>]*\n/g;
const ITEM = /^[ \t>]*(?:[-*+]|\(?\w{1,3}[.)])[ \t]/gm;

/**
 * The places of a note: its sections, paragraphs and items. Everything that a note says is said in one of them, and
 * holds until that ends.
 */
export class Passages {
  private readonly sections: readonly Section[];
  private readonly breaks: readonly number[];
  private readonly items: readonly number[];

  private constructor(private readonly text: string) {
    // Code has comments that look like headings.
    const words = text.replace(FENCE, (m) => m.replace(/[^\n]/g, " "));
    this.sections = [...words.matchAll(HEADING)].map((m) => ({
      start: m.index,
      level: m[1]?.length ?? DEEPEST,
      title: (m[2] ?? m[3] ?? "").trim(),
    }));
    this.breaks = [...words.matchAll(BREAK)].map((m) => m.index + m[0].length);
    this.items = [...words.matchAll(ITEM)].map((m) => m.index);
  }

  static of(document: { readonly words: string }): Passages {
    let out = KNOWN.get(document);
    if (out === undefined) KNOWN.set(document, (out = new Passages(document.words)));
    return out;
  }

  /** Offsets at which a section with a heading begins. */
  get sectionStarts(): readonly number[] {
    return this.sections.filter((s) => s.level < DEEPEST).map((s) => s.start);
  }

  /** The headings of the note, in order; one of level 1 stands above all. */
  get headings(): readonly Section[] {
    return this.sections.filter((s) => s.level < DEEPEST);
  }

  /** The number of the section around an offset; −1 in front of the first heading. */
  section(offset: number): number {
    return lastUpTo(this.sections, offset, (s) => s.start);
  }

  /** The titles of the sections around an offset, the innermost first. */
  titles(offset: number): readonly string[] {
    return this.around(offset).map((s) => this.sections[s]!.title);
  }

  /** The numbers of the sections around an offset, the innermost first. */
  private around(offset: number): readonly number[] {
    const out: number[] = [];
    let level = Infinity;
    for (let k = this.section(offset); k >= 0 && level > 1; k--) {
      const s = this.sections[k]!;
      if (s.level >= level) continue;
      level = s.level;
      out.push(k);
    }
    return out;
  }

  /** How far what is said at one place is from another. */
  distance(from: number, to: number): Distance {
    const [a, b] = [this.section(from), this.section(to)];
    if (a !== b) {
      // What the sections around say before their parts begin is said for these.
      const title = a < 0 ? "" : this.sections[a]!.title;
      return !OWN.test(title) && (a < 0 || this.around(to).includes(a)) ? "above" : "elsewhere";
    }
    if (this.breaksBetween(from, to) > 0) return "section";
    const between = this.text.slice(Math.min(from, to), Math.max(from, to));
    return /[.!?]\s/.test(between) ? "paragraph" : "sentence";
  }

  /** How many blank lines and items of a list stand between two places. */
  breaksBetween(from: number, to: number): number {
    const [low, high] = from < to ? [from, to] : [to, from];
    const within = (list: readonly number[]): number => lastUpTo(list, high, (x) => x) - lastUpTo(list, low, (x) => x);
    return within(this.breaks) + within(this.items);
  }

  /** How many items of a list begin between two places. */
  itemsBetween(from: number, to: number): number {
    return lastUpTo(this.items, Math.max(from, to), (x) => x) - lastUpTo(this.items, Math.min(from, to), (x) => x);
  }

  /** Whether two places stand in different items of lists: what one of them introduces is seldom meant for the other. */
  inDifferentItems(a: number, b: number): boolean {
    return this.itemsBetween(a, b) > 0 && this.isInItem(a) && this.isInItem(b);
  }

  private isInItem(offset: number): boolean {
    const start = this.paragraphStart(offset);
    return this.items[lastUpTo(this.items, offset, (x) => x)] === start;
  }

  /** Where the paragraph around an offset begins, items of a list apart. */
  paragraphStart(offset: number): number {
    const start = (list: readonly number[]): number => list[lastUpTo(list, offset, (x) => x)] ?? 0;
    return Math.max(start(this.breaks), start(this.items));
  }

  /**
   * The words of the sentence that leads to a place: also of the paragraph before a display, whose last sentence goes on
   * in it. Formulas are left out.
   */
  lead(offset: number): string {
    const start = this.sections[this.section(offset)]?.start ?? 0;
    const own = plainWords(this.text.slice(Math.max(start, offset - LONGEST_LEAD), offset));
    const paragraphs = own.split(/\n[ \t>]*\n/);
    let words = paragraphs.pop() ?? "";
    while (words.trim().replace(/[\s{}$\\]/g, "") === "" && paragraphs.length > 0) words = paragraphs.pop()!;
    const end = Math.max(...[". ", ".\n", "! ", "? ", "。"].map((s) => words.lastIndexOf(s)));
    // A sentence that has just ended is what the formula is about.
    const before = words.slice(end + 1).trim() === "" ? words.slice(Math.max(0, words.lastIndexOf(". ", end - 1) + 1)) : words.slice(end + 1); // prettier-ignore
    return before.replace(/\s+/g, " ").trim();
  }

  /** The words right behind a place, up to the end of their sentence. */
  tail(offset: number): string {
    const words = plainWords(this.text.slice(offset, offset + LONGEST_TAIL));
    const end = /[.!?。](?:\s|$)|\n[ \t>]*\n[ \t]*(?=[A-Z#*-])/.exec(words);
    return words.slice(0, end?.index ?? words.length).replace(/\s+/g, " ").trim(); // prettier-ignore
  }

  /** Whether what is introduced at a place is part of a case that ends with its paragraph. */
  opensCase(offset: number): boolean {
    return OPENS_CASE.test(this.lead(offset));
  }

  /** Whether a place is in a section that has letters of its own. */
  isOwn(offset: number): boolean {
    return this.titles(offset).some((t) => OWN.test(t));
  }
}

const KNOWN = new WeakMap<object, Passages>();
const LONGEST_LEAD = 400;
const LONGEST_TAIL = 160;

/** Words with a placeholder for each formula. */
function plainWords(text: string): string {
  return text.replace(/\$\$[\s\S]*?\$\$/g, " x ").replace(/\$[^$\n]*\$/g, " x ");
}
