import { type Expr, freeNames, type Span } from "../../../core/ast";
import { type Dim, dimNames } from "../../../core/dimension";
import { type Definition, memberShape } from "../../../core/scope";
import type { Shape } from "../../../core/shape";
import type { Origin } from "../../document";
import type { Topic } from "../../../language/latex/topics";
import { anyMember } from "../ahead";
import type { Fact } from "../facts";
import { Journal, type Place, type State, Tracked } from "../journal";
import type { KnownAt } from "../scopes";
import { isOpenName, type Layout } from "../solver";
import { trackedUsage } from "../trackedUsage";
import { type LetterUse, type Usage, useOf } from "../usage";

const SIGMOID: Definition = {
  name: "sigma",
  parameters: ["z"],
  body: { kind: "apply", op: "sigmoid", args: [{ kind: "name", name: "z" }] },
};

/** `x_i`, `x^{(i)}`: the family that a name belongs to. */
function familyName(name: string): { base: string; index: string } | undefined {
  const raised = /^(.+\^[([])([^()[\]]+)([)\]])$/.exec(name);
  if (raised !== null) return { base: raised[1]! + raised[3]!, index: raised[2]! };
  const at = name.lastIndexOf("_");
  return at <= 0 ? undefined : { base: name.slice(0, at), index: name.slice(at + 1) };
}

/** What the next row of a chain takes over. */
export interface Chain {
  /** Letters of open sizes. */
  readonly letters: ReadonlyMap<string, string>;
  /** Names it speaks of. */
  readonly names: readonly string[];
  /** Row and column index, where its sides are entries. */
  readonly entries?: readonly string[];
}

/** Columns of an `align` whose chains are told apart. */
const MOST_COLUMNS = 4;

/** Under which key the chain of a column is kept. */
export const chainKey = (column: number): string =>
  column === 0 ? "chain" : `chain${Math.min(column, MOST_COLUMNS - 1)}`;

/** Under which key it is kept where sums over a letter end. */
export const endKey = (index: string): string => `end ${index}`;

/**
 * What is known at the place where a note has been read to. The parts of the reader of notes are layers of one class,
 * each in its file, from what it keeps to what it does with a sentence (`note.ts`).
 */
export abstract class NoteState {
  protected readonly journal = new Journal();

  protected readonly now = {
    facts: new Tracked<Fact>(this.journal),
    definitions: new Tracked<Definition>(this.journal),
  };

  /** Names of which something is certain. */
  protected readonly sure = new Tracked<true>(this.journal);

  protected readonly dimensions = new Tracked<true>(this.journal);

  protected readonly signatures = new Tracked<{
    readonly from: readonly (Shape | undefined)[];
    readonly result?: Shape;
  }>(this.journal);

  /** Letters whose indexed forms are entries of a vector or matrix: `x_1` of `x`, `a_{ij}` of `A`. */
  protected readonly entries = new Tracked<string>(this.journal);

  /** Names that stand for the subject of the passage, with what they stood for before. */
  protected readonly implied = new Tracked<{ readonly before: Definition | undefined }>(this.journal);

  readonly habits = new Tracked<number>(this.journal);

  readonly letters = new Tracked<LetterUse>(this.journal);

  readonly labels = new Tracked<true>(this.journal);

  protected readonly ahead = new Tracked<Shape>(this.journal);

  protected readonly state = new Tracked<unknown>(this.journal);

  protected readonly usage: Usage;

  constructor(
    habits: Usage,
    /** Exponentials and the like of matrices are taken entry by entry. */
    elementwise: boolean,
    /** The text speaks of the sigmoid: a sigma that is nothing else is that. */
    sigmoid = false,
    /** What the text speaks of in words. */
    topics: ReadonlySet<Topic> = new Set(),
  ) {
    this.usage = trackedUsage(habits, this);
    if (elementwise) this.habits.set("elementwise", 1);
    for (const topic of topics) this.habits.set(`topic:${topic}`, 1);
    if (sigmoid && useOf(habits, "sigma", "").bare === 0) this.setDefinition("sigma", SIGMOID);
    this.state.set("layout", "denominator");
    this.state.set("depth", 0);
  }

  /**
   * Takes over the habits of an earlier version of the note as far as they are the same: `before` is what that began
   * with. Names the entries that differ.
   */
  begin(before: State | undefined, ahead: ReadonlyMap<string, Shape>): readonly Place[] {
    for (const [name, shape] of ahead) this.ahead.set(name, shape);
    return before === undefined ? [] : this.journal.adopt(before);
  }

  /** What is known at the place where the note has been read to. */
  get place(): State {
    return this.journal.state();
  }

  goTo(state: State): void {
    this.journal.restore(state);
  }

  /** Which of some entries are not what they were in another state. */
  differing(before: State, places: Iterable<Place>): Place[] {
    return this.journal.compare(before, places);
  }

  /** What is known at a place, for those who look names up. */
  knownAt(state: State): KnownAt {
    const { facts, definitions } = this.now;
    return {
      facts: facts.in(state),
      definitions: definitions.in(state),
      dimensions: this.dimensions.in(state),
    };
  }

  /** The expression whose derivative the text is about, when it only calls it y. */
  protected get subject(): { readonly expr: Expr; readonly wrt: string } | undefined {
    return this.state.get("subject") as { expr: Expr; wrt: string } | undefined;
  }

  protected set subject(value: { readonly expr: Expr; readonly wrt: string } | undefined) {
    this.state.set("subject", value);
  }

  protected get layout(): Layout {
    return this.state.get("layout") as Layout;
  }

  protected set layout(value: Layout) {
    if (this.state.get("layout") !== value) this.state.set("layout", value);
  }

  /** What the rows of a chain share. */
  protected chainBefore(column: number): Chain | undefined {
    return this.state.get(chainKey(column)) as Chain | undefined;
  }

  /** A chain does not go on over the end of its paragraph. */
  protected endChains(): void {
    for (let column = 0; column < MOST_COLUMNS; column++)
      if (column === 0 || this.state.get(chainKey(column)) !== undefined) this.state.set(chainKey(column), undefined);
  }

  protected isDimension(name: string): boolean {
    return this.dimensions.get(name) === true;
  }

  /** Letters given to the open sizes of the formula at hand. */
  protected lettered = new Map<string, string>();

  /** How many sections hold what is stated here. What a section called *Notation* or the like states holds around it. */
  protected depth(): number {
    return this.state.get("depth") as number;
  }

  protected setFact(name: string, fact: Fact | undefined): void {
    this.putFact(name, fact);
    if (fact !== undefined)
      for (const d of [fact.shape.rows, fact.shape.cols])
        for (const n of dimNames(d)) if (!isOpenName(n)) this.addDimension(n);
  }

  /** The fact alone, without the sizes in it. */
  protected putFact(name: string, fact: Fact | undefined): void {
    this.now.facts.set(name, fact);
    this.sure.set(name, fact?.certain === true ? true : undefined);
  }

  protected addDimension(name: string): void {
    if (this.dimensions.get(name) === undefined) this.dimensions.set(name, true);
  }

  protected setDefinition(name: string, definition: Definition | undefined): void {
    this.now.definitions.set(name, definition);
  }

  /** Origins found by the sentence at hand, in offsets of its text. */
  protected found: Origin[] = [];

  protected originate(name: string, how: string, span: Span, rowsSpan?: Span, colsSpan?: Span, shape?: Shape): void {
    this.found.push({
      name,
      span,
      how,
      ...(shape === undefined ? {} : { shape }),
      ...(rowsSpan === undefined ? {} : { rowsSpan }),
      ...(colsSpan === undefined ? {} : { colsSpan }),
    });
  }

  protected valueOf(name: string): Expr | undefined {
    const definition = this.now.definitions.get(name);
    return definition === undefined || definition.parameters !== undefined ? undefined : definition.body;
  }

  protected member(name: string): Shape | undefined {
    const split = familyName(name);
    if (split === undefined) return undefined;
    const fact = this.now.facts.get(split.base);
    return fact?.family === undefined || (this.now.facts.has(name) && !this.isCertainMember(name))
      ? undefined
      : memberShape(fact.shape, fact.family.index, split.index);
  }

  /** The shape of a member of what is only declared further down. */
  protected aheadOfMember(name: string): Shape | undefined {
    const split = familyName(name);
    return split === undefined || !/^[a-z]$/.test(split.index) ? undefined : this.ahead.get(anyMember(split.base));
  }

  /** Whether a name is a member, by a letter or a number, of what was declared: `x_j` where `x_i ∈ ℝᵈ`. */
  protected isCertainMember(name: string): boolean {
    const split = familyName(name);
    if (split === undefined || !/^(?:[a-z]|\d{1,2})$/.test(split.index) || this.now.facts.get(name)?.certain === true)
      return false;
    const fact = this.now.facts.get(split.base);
    return fact?.family !== undefined && fact.certain;
  }

  protected familyOf(name: string): { index: string; to: Dim } | undefined {
    const split = familyName(name);
    const family = split === undefined ? undefined : this.now.facts.get(split.base)?.family;
    return family === undefined ? undefined : { index: split!.index, to: family.to };
  }

  /** Names that occur, also inside the definitions of functions and values that occur. */
  protected reach(free: ReadonlySet<string>): string[] {
    const out = new Set(free);
    const queue = [...free];
    while (queue.length > 0) {
      const definition = this.now.definitions.get(queue.pop()!);
      if (definition === undefined) continue;
      for (const n of freeNames(definition.body)) {
        if (definition.parameters?.includes(n) === true || out.has(n)) continue;
        out.add(n);
        queue.push(n);
      }
    }
    return [...out];
  }
}
