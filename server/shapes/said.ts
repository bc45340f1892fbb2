import { children, type Expr, freeNames, someNode, type Span } from "../core/ast";
import { familyMember, type Property, type Scope, type Variable } from "../core/scope";
import { isScalar, SCALAR, type Shape, sameShape } from "../core/shape";
import type { Formula, MathDocument, Origin } from "../documents/document";
import { lastUpTo, Lines } from "../documents/lines";
import { Overlay } from "../documents/notes/overlay";
import { expressions } from "../language/statement";

/** Words that begin a case of its own, with no full stop behind them. */
const HYPOTHESIS = /\b(?:if|suppose|assume|consider|when|for (?:a|an|any|the quadratic))\b[^.;\n]*$/i;

/** Words that make a statement of a size one of a case. */
const CONDITION = /\b(?:if|when|whenever|unless|whether)\b[^.;\n]*$/i;

const startOf = (o: Origin): number => o.span.start;

const NO_PROPERTIES: ReadonlySet<Property> = new Set();

const isLiteral = (e: Expr): boolean => e.kind === "literal";
const isRowOfNumbers = (e: Expr): boolean => e.kind === "literal" && e.rows.length === 1 && e.rows[0]!.length > 1;

/** Where a part begins that uses letters as it likes: headings, rules, and bold titles of theorems, examples and the like. */
const PART =
  /^(?:#{1,6}[ \t]|(?:-{3,}|\*{3,}|_{3,})[ \t]*$|:{3,}|(?:<u>|\*\*|__|<b>)+(?:proposition|theorem|lemma|corollary|example|exercise|problem|definition|remark|claim|case|question|solution|proof|fact|property)\b)/gim;

const ITEM = /^([ \t>]*)(?:[-*+]|\(?\w{1,3}[.)])[ \t]/;

/** Lines after which nobody remembers a size. */
const MOST_APART = 150;

/** Lines back in which the item of a list is looked for. */
const MOST_LINES = 60;

/** Paragraphs between a formula and the words behind it that say what its letters are. */
const MOST_BEHIND = 3;

/** The numbers above names in a note, by name. */
function exponents(document: MathDocument): Map<string, Set<number>> {
  const out = new Map<string, Set<number>>();
  const visit = (e: Expr): void => {
    if (e.kind === "apply" && e.op === "pow") {
      const [base, power] = e.args as [Expr, Expr];
      if (base.kind === "name" && power.kind === "number")
        out.set(base.name, (out.get(base.name) ?? new Set()).add(power.value));
    }
    children(e).forEach(visit);
  };
  for (const { statement } of document.formulas) expressions(statement).forEach(visit);
  return out;
}

/**
 * The sizes that a note states, as far as they hold at a formula. Letters are used again for other things, so a size
 * counts only where it was said for this place: before it in the section (or for all sections), or right behind it.
 */
export class SaidSizes {
  constructor(private readonly document: MathDocument) {}

  /** The size that is said of a name, if it is said and holds here. */
  of(name: string, formula: Formula): Shape | undefined {
    const { guessed, scope, span } = formula;
    const family = scope.variables.has(name) ? undefined : familyMember(scope, name)?.variable;
    const variable = scope.variables.get(name) ?? family;
    const base = family?.name ?? name;
    if (variable === undefined) {
      if (scope.definitions.has(name)) return undefined;
      return scope.dimensions.has(name) ? SCALAR : this.behind(name, formula);
    }
    // `(1/n) X^TX` where X is n×d: what is a size here stands for a number.
    if (guessed?.has(base) === true && scope.dimensions.has(name) && isScalar(variable.shape)) return SCALAR;
    if (guessed?.has(base) === true) return this.behind(base, formula);
    const origin = this.document.origin(base, span.start);
    if (origin === undefined || !this.holds(origin, formula)) return undefined;
    // A new value under an old declaration: who knows which size is meant.
    const older =
      origin.shape === undefined
        ? this.document.origins?.(base).findLast((o) => o.shape !== undefined && o.span.start < origin.span.start)
        : undefined;
    if (older !== undefined && this.section(older.span.start) !== this.section(origin.span.start)) return undefined;
    return this.isTakenBack(base, variable.shape, span.end) ? undefined : variable.shape;
  }

  /** The size that is declared of a name near the formula that gives it its value. */
  declared(name: string, { span }: Formula): Shape | undefined {
    const here = this.inSection(name, span.start);
    const stated = here.filter((o) => o.shape !== undefined);
    const [first] = stated;
    if (first === undefined || stated.some((o) => !sameShape(o.shape!, first.shape!))) return undefined;
    if (here.some((o) => o.how === "defined" && (o.span.start < span.start || o.span.start > span.end)))
      return undefined;
    const near = stated.some(({ span: at }) => {
      const between = this.document.words.slice(Math.min(at.start, span.start), Math.max(at.start, span.start));
      return (
        (between.match(/\n[ \t]*\n/g)?.length ?? 0) <= MOST_BEHIND && this.item(at.start) === this.item(span.start)
      );
    });
    return near ? first.shape : undefined;
  }

  /** Whether the size of a name is declared between two places. */
  isDeclaredWithin(name: string, { start, end }: Span): boolean {
    return (this.document.origins?.(name) ?? []).some((o) => o.shape !== undefined && o.span.start >= start && o.span.end <= end); // prettier-ignore
  }

  /** Whether all that an expression speaks of has a size that is said; also in the functions that it calls. */
  covers(e: Expr, formula: Formula): boolean {
    return [...this.namesIn(e, formula)].every((name) => this.of(name, formula) !== undefined);
  }

  /** What is known at a formula, with the sizes that are said only behind it. */
  scope(e: readonly Expr[], formula: Formula): Scope {
    const { scope, guessed } = formula;
    const more = new Map<string, Variable>();
    for (const name of new Set(e.flatMap((x) => [...this.namesIn(x, formula)]))) {
      const known = scope.variables.get(name);
      const member = known ?? familyMember(scope, name)?.variable;
      const base = known === undefined ? (member?.name ?? name) : name;
      // What is said before is known already: only of what was guessed, and of what nothing is known, more may be said behind.
      const isSettled = member === undefined ? scope.definitions.has(name) || scope.dimensions.has(name) : guessed?.has(base) !== true; // prettier-ignore
      const shape = isSettled ? undefined : this.behind(base, formula);
      if (shape === undefined || (member !== undefined && sameShape(member.shape, shape))) continue;
      more.set(name, { name, properties: NO_PROPERTIES, ...known, shape });
    }
    return more.size === 0 ? scope : { ...scope, variables: new Overlay(scope.variables, more) };
  }

  /** Whether the words of its sentence say of a formula that it need not be there. */
  isDenied({ span }: Formula): boolean {
    const { text } = this.document;
    const before = text.slice(Math.max(0, span.start - 80), span.start);
    const behind = text.slice(span.end, span.end + 80);
    const words = `${before.slice(Math.max(0, before.search(/[.;:!?\n][^.;:!?\n]*$/)))} ${behind.split(/[.;:!?\n]/)[0]!}`;
    return /\b(?:not|cannot|never|neither|undefined|meaningless|impossible|only (?:if|when))\b|n't\b/i.test(words);
  }

  /** Whether the words around a formula speak of square matrices, of a condition, or of what does not exist. */
  mayBeSquare({ span }: Formula): boolean {
    const { text } = this.document;
    const before = text.slice(Math.max(0, span.start - 200), span.start);
    const own = before.slice(Math.max(before.lastIndexOf("\n\n"), before.lastIndexOf(". ")) + 1);
    const behind = text.slice(span.end, span.end + 160);
    const end = behind.search(/\n[ \t]*\n/);
    const words = `${own} ${end < 0 ? behind : behind.slice(0, end)}`;
    return /\b(?:square|if|when|whenever|unless|not|cannot|non|same property|undefined|singular|left|right|pseudo\w*|inverse|invert\w*|invers\w*|odwracaln\w*|exists?)\b|n't\b|可逆|逆矩|обратн|обратим/i.test(
      words,
    );
  }

  /** Whether a formula stands in the paragraph that says the size of a name, or in the one behind it. */
  isNear(name: string, { span }: Formula): boolean {
    const origin = this.document.origin(name, span.start);
    if (origin === undefined) return false;
    return this.lines.breaksBetween(origin.span.end, span.start) <= 1;
  }

  /** Whether a name stands under several numbers, or under a 1, somewhere in the note: they count rows or copies of it. */
  isCounted(name: string): boolean {
    this.#counted ??= exponents(this.document);
    const found = this.#counted.get(name);
    return found !== undefined && (found.size > 1 || found.has(1));
  }
  #counted: ReadonlyMap<string, ReadonlySet<number>> | undefined;

  private namesIn(e: Expr, formula: Formula): Set<string> {
    const out = freeNames(e);
    const seen = new Set<string>();
    const visit = (part: Expr): void => {
      if (part.kind === "call" && !seen.has(part.name)) {
        seen.add(part.name);
        const d = formula.scope.definitions.get(part.name);
        if (d?.parameters !== undefined) {
          for (const n of freeNames(d.body)) if (!d.parameters.includes(n)) out.add(n);
          visit(d.body);
        }
      }
      for (const c of children(part)) visit(c);
    };
    visit(e);
    return out;
  }

  private holds(origin: Origin, formula: Formula): boolean {
    const { span } = formula;
    const from = origin.span.start;
    // "If A is m×k": an aside, good for its paragraph.
    const ended = this.lines.breaksBetween(from, span.start) > 0;
    // What one item of a list says is its own; a list of rules uses letters as it likes.
    const item = this.item(from);
    if (item !== this.item(span.start) && (item !== undefined || !this.isFormal(origin))) return false;
    const beginsItem = (line: string): boolean => /^(?:[-*+]|\(?\w{1,3}[.)])(?:\s|$)/.test(line.trim());
    const elsewhere = ended || this.document.words.slice(from, span.start).split("\n").slice(1).some(beginsItem);
    const isHere = this.section(from) === this.section(span.start);
    if (origin.shape === undefined) {
      const value = formula.scope.definitions.get(origin.name)?.body;
      // Numbers in a row, `[0, 1, 0]`, are a point or a column as often as a row.
      if (value !== undefined && someNode(value, isRowOfNumbers)) return false;
      // What a function gives of which nothing is said has any size.
      if (value !== undefined && someNode(value, (e) => e.kind === "call" && !formula.scope.definitions.has(e.name)))
        return false;
      return (
        !ended || (isHere && value !== undefined && !someNode(value, isLiteral) && this.introduced(origin.name) <= 1)
      );
    }
    if (!this.isFormal(origin)) return !ended || (isHere && !CONDITION.test(this.sentence(from)));
    // "If f(x) = x^T A x with A symmetric", the second of two parts: the letters may be new.
    if (elsewhere && (HYPOTHESIS.test(this.sentence(span.start)) || this.bothInParts(from, span.start))) return false;
    // Introduced more than once, or long ago: good for the section in which it was.
    return this.lines.between(from, span.start) <= MOST_APART && (isHere || this.introduced(origin.name) <= 1);
  }

  /** The size that the words right behind a formula state: `y = Wx, where W is an m×n matrix`. */
  private behind(name: string, { span }: Formula): Shape | undefined {
    const said = this.inSection(name, span.start).filter((o) => o.shape !== undefined);
    const next = said.find((o) => o.span.start >= span.start);
    if (next === undefined || this.item(next.span.start) !== this.item(span.start)) return undefined;
    if (said.some((o) => !sameShape(o.shape!, next.shape!))) return undefined;
    const between = this.document.words.slice(span.start, next.span.start);
    if ((between.match(/\n[ \t]*\n/g)?.length ?? 0) > MOST_BEHIND) return undefined;
    return CONDITION.test(this.sentence(next.span.start)) ? undefined : next.shape;
  }

  /** Whether the words right behind a formula give a name another size: `…, where A is square`. */
  private isTakenBack(name: string, shape: Shape, offset: number): boolean {
    const all = this.origins(name);
    for (let i = lastUpTo(all, offset - 1, startOf) + 1; i < all.length; i++) {
      const o = all[i]!;
      if (this.lines.breaksBetween(offset, o.span.start) > 0) return false;
      if (o.shape !== undefined && !sameShape(o.shape, shape)) return true;
    }
    return false;
  }

  private inSection(name: string, offset: number): readonly Origin[] {
    const all = this.origins(name);
    const here = this.section(offset);
    const [start, end] = [this.sections[here] ?? 0, this.sections[here + 1] ?? Infinity];
    return all.slice(lastUpTo(all, start - 1, startOf) + 1, lastUpTo(all, end - 1, startOf) + 1);
  }

  private introduced(name: string): number {
    let count = this.#introduced.get(name);
    if (count === undefined) {
      count = new Set(this.origins(name).map((o) => o.span.start)).size;
      this.#introduced.set(name, count);
    }
    return count;
  }
  readonly #introduced = new Map<string, number>();

  /** The places where a name is introduced, in the order of the text. */
  private origins(name: string): readonly Origin[] {
    let sorted = this.#origins.get(name);
    if (sorted === undefined) {
      sorted = [...(this.document.origins?.(name) ?? [])].sort((a, b) => a.span.start - b.span.start);
      this.#origins.set(name, sorted);
    }
    return sorted;
  }
  readonly #origins = new Map<string, readonly Origin[]>();

  private get lines(): Lines {
    return (this.#lines ??= new Lines(this.document.words));
  }
  #lines: Lines | undefined;

  /** What the sentence around an offset has before it. */
  private sentence(offset: number): string {
    const line = this.document.words.slice(Math.max(0, offset - 200), offset);
    return line.slice(line.lastIndexOf("\n\n") + 1);
  }

  /** Whether two offsets stand in different parts of an enumeration: `(1) Let …`, `(2) …`. */
  private bothInParts(a: number, b: number): boolean {
    const part = (offset: number): string | undefined => {
      const before = this.document.words.slice(0, offset);
      const paragraph = before.slice(Math.max(before.lastIndexOf("\n\n") + 2, 0));
      return /^\s*\((\w{1,3})\)\s/.exec(paragraph)?.[1];
    };
    const [x, y] = [part(a), part(b)];
    return x !== undefined && y !== undefined && x !== y;
  }

  /** Whether a name is introduced by a formula that says so: `A \\in \\mathbb{R}^{m \\times n}`. */
  private isFormal({ span, rowsSpan, how }: Origin): boolean {
    if (how !== "declared") return false;
    const end = rowsSpan === undefined ? span.end + 30 : rowsSpan.start;
    return /\\in(?![a-z])|∈|ℝ|\\R(?![a-z])|mathbb|mathrm|bm\{R/i.test(
      this.document.words.slice(span.start, Math.max(end, span.end)),
    );
  }

  private section(offset: number): number {
    return lastUpTo(this.sections, offset, (start) => start);
  }

  /** Where sections begin. */
  private get sections(): readonly number[] {
    return (this.#sections ??= [...this.document.words.matchAll(PART)].map((m) => m.index));
  }
  #sections: readonly number[] | undefined;

  /** Where the outermost item of a list begins in which an offset stands; `undefined` outside of lists. */
  private item(offset: number): number | undefined {
    const { text } = this.document;
    let at = text.lastIndexOf("\n", offset - 1) + 1;
    let found: number | undefined;
    let indent = Infinity;
    for (let lines = 0; lines < MOST_LINES; lines++) {
      const end = text.indexOf("\n", at);
      const line = text.slice(at, end < 0 ? undefined : end);
      const marked = ITEM.exec(line);
      const own = /^[ \t>]*/.exec(line)![0].length;
      if (marked !== null && own < indent) [found, indent] = [at, own];
      // What is not indented belongs to no item, unless it goes on without a blank line.
      else if (line.trim() !== "" && own === 0 && found === undefined && !this.goesOn(at)) return undefined;
      if (indent === 0 || at === 0) return found;
      if (marked === null && line.trim() !== "" && own === 0) return found;
      at = text.lastIndexOf("\n", at - 2) + 1;
    }
    return found;
  }

  /** Whether the line before one that begins at an offset is not blank. */
  private goesOn(at: number): boolean {
    const { text } = this.document;
    return at > 0 && text.slice(text.lastIndexOf("\n", at - 2) + 1, at - 1).trim() !== "";
  }
}
