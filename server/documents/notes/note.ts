import { children, type Expr, freeNames, type Span } from "../../core/ast";
import { type Dim, dimName, dimNames, dimNumber, dimSubstitute, ONE } from "../../core/dimension";
import { closeProperties, type Definition, type Property, type Variable } from "../../core/scope";
import { SCALAR, type Shape, vector } from "../../core/shape";
import { demoted, type Fact } from "./facts";
import { type KnownAt, type OwnNames } from "./scopes";
import type { Sentence } from "../../language/latex/rows";
import type { Kind, Knowledge, Spellings } from "../../language/latex/read";
import type { SymbolPiece } from "../../language/latex/pieces";
import { type DeclaredName, readSentence, type Said } from "../../language/latex/sentence";
import type { Statement } from "../../language/statement";
import { symbolName } from "../../language/latex/names";
import type { Origin } from "../document";
import { Journal, type Place, type State, Tracked, type Trace } from "./journal";
import { type Guess, guesses, kindOfShape, letterOf, openShape } from "./kinds";
import { entryOrder, explicitSums, freeIndices, toEntries } from "./indices";
import { settle } from "./settle";
import { Clash, type Facts, type Found, isOpenName, type Layout, type Signature, Solver } from "./solver";
import type { Told } from "./prose";
import { isPlainArguments, type LetterUse, type Usage, useOf } from "./usage";
import { trackedUsage } from "./trackedUsage";

/** What the note says at one place, ready for a formula. */
export interface Reading {
  readonly statement: Statement;
  /** What this formula knows better than the note at its place: `scopeIn` puts both together. */
  readonly own: OwnNames;
  readonly consistent: boolean;
  readonly defines: readonly string[];
  /** Free indices of entries, with the size that they run to. */
  readonly indices: ReadonlyMap<string, Dim>;
}

/** How a sentence stands in its text. */
export interface Context {
  /** Behind `if`, `when` or the like: it holds only there. */
  readonly hypothetical?: boolean;
  /** Whether words such as `let` or `assume` go before; `undefined` where there are no words. */
  readonly stated?: boolean;
}

const SIGMOID: Definition = {
  name: "sigma",
  parameters: ["z"],
  body: { kind: "apply", op: "sigmoid", args: [{ kind: "name", name: "z" }] },
};
const NO_INDICES: ReadonlyMap<string, Dim> = new Map();
const NO_PROPERTIES: ReadonlySet<Property> = new Set();
const LOCAL =
  /^\W*(?:\d[\d.]*\s*)?(?:worked\s+)?(?:example|exercise|problem|special case|case \d|remark|illustration|sanity check)/i;

/** The depth of what is stated in words: it holds to the next heading. */
const IN_WORDS = Number.POSITIVE_INFINITY;

/** Titles of sections whose declarations are meant for what follows. */
const SHARED =
  /\b(?:notations?|set-?\s?up|settings?|definitions?|preliminar\w+|problem(?: statement| formulation)?|model|data|assumptions?|background|introduction|declarations?|variables|basics|overview|recap|given|dimensions|shapes|conventions?)\b/i;
const OWN_LETTERS = /exercise|problem set|problem \d|homework|question/i;

/**
 * Reads a note from top to bottom: what it declares, defines and uses. Sentences, prose and headings must be given in
 * the order of the text.
 */
export class Note {
  private readonly journal = new Journal();
  private readonly now = {
    facts: new Tracked<Fact>(this.journal),
    definitions: new Tracked<Definition>(this.journal),
  };
  private readonly dimensions = new Tracked<true>(this.journal);
  private readonly signatures = new Tracked<{ readonly from: readonly (Shape | undefined)[]; readonly result?: Shape }>(
    this.journal,
  );
  /** Letters whose indexed forms are entries of a vector or matrix: `x_1` of `x`, `a_{ij}` of `A`. */
  private readonly entries = new Tracked<string>(this.journal);
  /** Names that stand for the subject of the passage, with what they stood for before. */
  private readonly implied = new Tracked<{ readonly before: Definition | undefined }>(this.journal);
  readonly habits = new Tracked<number>(this.journal);
  readonly letters = new Tracked<LetterUse>(this.journal);
  readonly labels = new Tracked<true>(this.journal);
  private readonly ahead = new Tracked<Shape>(this.journal);
  private readonly state = new Tracked<unknown>(this.journal);
  private readonly usage: Usage;

  constructor(
    habits: Usage,
    /** Exponentials and the like of matrices are taken entry by entry. */
    elementwise: boolean,
    /** The text speaks of the sigmoid: a sigma that is nothing else is that. */
    sigmoid = false,
  ) {
    this.usage = trackedUsage(habits, this);
    if (elementwise) this.habits.set("elementwise", 1);
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
  private get subject(): { readonly expr: Expr; readonly wrt: string } | undefined {
    return this.state.get("subject") as { expr: Expr; wrt: string } | undefined;
  }

  private set subject(value: { readonly expr: Expr; readonly wrt: string } | undefined) {
    this.state.set("subject", value);
  }

  private get layout(): Layout {
    return this.state.get("layout") as Layout;
  }

  private set layout(value: Layout) {
    if (this.state.get("layout") !== value) this.state.set("layout", value);
  }

  /** What the rows of a chain share. */
  private get chainBefore(): Chain | undefined {
    return this.state.get("chain") as Chain | undefined;
  }

  private isDimension(name: string): boolean {
    return this.dimensions.get(name) === true;
  }

  /** Letters given to the open sizes of the formula at hand. */
  private lettered = new Map<string, string>();

  // ---------------------------------------------------------------- knowledge for the reader

  readonly styleMatters = (name: string, style: string): boolean => {
    if (style === "" || style === "sans") return false;
    if (name === "1" || name === "0") return false;
    if (style === "cal" || style === "frak" || style === "bb") return true;
    // Bold and plain small Latin letters are two things; of others only where one formula has both.
    if (/^[a-z]$/.test(name)) return useOf(this.usage, name, "").total > 0;
    return this.usage.mixed.has(name);
  };

  private known: Knowledge | undefined;

  /** Made once: everything in it is looked up when it is asked for. */
  private knowledge(): Knowledge {
    const { usage } = this;
    const isDirection = (): boolean => this.isDirection();
    // Looked up only by who needs to know: a sentence depends on what it asked for.
    return {
      styleMatters: this.styleMatters,
      kindOf: (name) => this.kindOf(name),
      isFunction: (name, inner) =>
        this.isFunction(
          name,
          isPlainArguments(inner),
          inner.some((p) => p.kind === "mark" && (p.mark === "," || p.mark === "m" || p.mark === "|")),
        ),
      entryOf: (symbol, indices) => this.entryOf(symbol, indices),
      get smallTTransposes() {
        return usage.timeT === 0;
      },
      get primes() {
        return usage.transposes === 0 && usage.primes > 0 ? ("transpose" as const) : ("name" as const);
      },
      get plainDifferentials() {
        return usage.differentials > 0 && !isDirection();
      },
      gradientVariable: (of) => this.gradientVariable(of),
      isSize: (all) => all.every((e) => e.kind === "number" || (e.kind === "name" && this.isDimension(e.name))),
      isPrefix: (name) => {
        const use = useOf(this.usage, name, "");
        return this.now.facts.get(name) === undefined && (name === "Delta" ? use.prefix >= 1 : use.prefix === 2);
      },
      get kroneckerDelta() {
        return usage.deltas > 0;
      },
      get numbersIdentities() {
        return usage.numberedI > 0;
      },
      isLevel: (letter) => this.usage.levels.has(letter),
    };
  }

  /** Whether d is a vector of the note, a direction or a distance: in front of another letter it is then a factor. */
  private isDirection(): boolean {
    const { transposed, normed } = useOf(this.usage, "d", "");
    const fact = this.now.facts.get("d");
    return transposed > 0 || normed > 0 || (fact?.certain === true && kindOfShape(fact.shape) !== "scalar");
  }

  private kindOf(name: string): Kind | undefined {
    const fact = this.now.facts.get(name);
    if (fact !== undefined) return kindOfShape(fact.shape);
    if (this.signatures.has(name) || this.now.definitions.get(name)?.parameters !== undefined) return "function";
    const ahead = this.ahead.get(name);
    if (ahead !== undefined) return kindOfShape(ahead);
    const { letter, style } = letterOf(name);
    const use = useOf(this.usage, letter, style);
    if (letter === "e" || letter === "I" || letter === "H" || letter === "D")
      return use.bare > 0 && letter === "e" && use.transposed > 0 ? "vector" : undefined;
    if (this.isFunction(name, true, false) && use.called > 0) return "function";
    return guesses(name, this.usage, this.bold)[0]!.kind;
  }

  private get elementwise(): boolean {
    return this.habits.has("elementwise");
  }

  private get bold(): boolean {
    return this.usage.boldLower > 0;
  }

  private isFunction(name: string, plain: boolean, listed: boolean): boolean {
    if (this.now.definitions.get(name)?.parameters !== undefined || this.signatures.has(name)) return true;
    const fact = this.now.facts.get(name);
    if (fact?.certain === true)
      return (
        listed ||
        (plain &&
          kindOfShape(fact.shape) !== "scalar" &&
          useOf(this.usage, letterOf(name).letter, letterOf(name).style).inverted === 0)
      );
    if (listed) return true;
    // Nobody puts a single name in brackets to multiply by it.
    if (plain && !/^[2-9]/.test(name) && this.now.facts.get(name)?.certain !== true) return true;
    const { letter, style } = letterOf(name);
    let use = useOf(this.usage, letter, style);
    if (use.total === 0)
      for (const s of ["bold", "cal", "sans"])
        if (useOf(this.usage, letter, s).total > use.total) use = useOf(this.usage, letter, s);
    if (use.heads > 0) return true;
    if (use.transposed > 0) return false;
    if (/^[fgh]$/.test(letter) || letter === "phi" || letter === "psi") return true;
    // The activation: it stands in front of brackets and nowhere else.
    if (letter === "sigma" && use.bare === 0) return true;
    if (!plain) return (/^[FGEVPpq]$/.test(letter) || style === "cal") && use.called > 0 && use.bare === 0;
    if (/^[JLEPpqFGr]$/.test(letter) || style === "cal" || style === "bb") return use.inverted === 0;
    return use.called > 0 && use.bare === 0 && use.inverted === 0;
  }

  private entryOf(
    symbol: SymbolPiece,
    indices: readonly string[],
  ): { base: string; indices: readonly Expr[] } | undefined {
    if (indices.length === 0 || indices.length > 2 || symbol.accents.length > 0) return undefined;
    if (!indices.every((i) => /^([a-z]|\d{1,2})$/.test(i))) return undefined;
    const name = symbolName(symbol, this.styleMatters);
    const mapped = this.entries.get(name);
    const dummy: readonly Expr[] = indices.map((i) => ({ kind: "name", name: i }));
    if (mapped !== undefined) {
      const shape = this.now.facts.get(mapped)?.shape;
      if (shape === undefined || (kindOfShape(shape) === "matrix") === (indices.length === 2))
        return { base: mapped, indices: dummy };
    }
    if (this.now.facts.get(name)?.family !== undefined) return undefined;
    const fact = this.now.facts.get(name);
    if (indices.length === 2) {
      const capital = /^(?:\p{Lu}|Gamma|Delta|Theta|Lambda|Sigma|Phi|Psi|Omega)$/u.test(symbol.name);
      const certain = fact?.certain === true ? kindOfShape(fact.shape) : undefined;
      const { blocks } = useOf(this.usage, symbol.name, symbol.style);
      const lettered = indices.every((i) => /^[i-npqrsab\d]$/.test(i));
      if (certain === "matrix" && lettered && blocks === 0) return { base: name, indices: dummy };
      if (capital && certain === undefined && lettered && (blocks === 0 || this.usage.deltas > 0))
        return { base: name, indices: dummy };
      // The small letter of a matrix: a_{ij} of A.
      if (symbol.style !== "bold" && /^[a-z]$/.test(symbol.name)) {
        for (const style of ["", "bold"]) {
          const capital = symbolName({ ...symbol, name: symbol.name.toUpperCase(), style }, this.styleMatters);
          const known = this.now.facts.get(capital);
          if (known !== undefined && kindOfShape(known.shape) === "matrix" && this.now.facts.get(name) === undefined)
            return { base: capital, indices: dummy };
        }
      }
      return undefined;
    }
    // One index: an entry of a plain vector, or of the bold vector of the same letter.
    if (symbol.style === "" && this.bold) {
      const strong = symbolName({ ...symbol, style: "bold" }, this.styleMatters);
      const known = this.now.facts.get(strong);
      if (known !== undefined && kindOfShape(known.shape) === "vector" && known.family === undefined)
        return { base: strong, indices: dummy };
    }
    if (symbol.style === "bold") return undefined;
    if (fact !== undefined && fact.certain && kindOfShape(fact.shape) === "vector")
      return { base: name, indices: dummy };
    return undefined;
  }

  private gradientVariable(of: Expr): string | undefined {
    const inner = of.kind === "apply" && of.op === "transpose" ? of.args[0]! : of;
    if (inner.kind === "call" && inner.args.length === 1 && inner.args[0]!.kind === "name") return inner.args[0]!.name;
    return undefined;
  }

  // ---------------------------------------------------------------- what the text says

  paragraph(inList = false): void {
    if (this.justDeclared !== undefined) this.state.set("declared", undefined);
    // What one item of a list states in words is its own.
    if (this.state.get("list") === true) this.demote((fact) => fact.depth === IN_WORDS);
    if ((this.state.get("list") === true) !== inList) this.state.set("list", inList ? true : undefined);
  }

  /** Names whose shapes this paragraph states: words around them do not take that back. */
  private get justDeclared(): ReadonlySet<string> | undefined {
    return this.state.get("declared") as ReadonlySet<string> | undefined;
  }

  private demote(which: (fact: Fact) => boolean): void {
    for (const [name, fact] of this.now.facts.all()) if (fact.certain && which(fact)) this.setFact(name, demoted(fact));
  }

  /** How many sections hold what is stated here. What a section called *Notation* or the like states holds around it. */
  private depth(): number {
    return this.state.get("depth") as number;
  }

  private get sections(): readonly Section[] {
    return (this.state.get("sections") as readonly Section[] | undefined) ?? [];
  }

  heading(level: number, title: string): void {
    let sections = this.sections;
    while (sections.length > 0 && sections.at(-1)!.level >= level) {
      this.restore(sections.at(-1)!);
      sections = sections.slice(0, -1);
    }
    // Letters are used again for other things: outside its section a declaration proves nothing any more.
    this.demote((fact) => (fact.depth ?? 0) > sections.length);
    this.forgetSubject();
    let before: Section["before"];
    if (LOCAL.test(title)) {
      const { facts, definitions } = this.now;
      before = { facts: facts.now, definitions: definitions.now, entries: this.entries.now };
      // Each exercise has letters of its own.
      if (OWN_LETTERS.test(title)) this.demote(() => true);
    }
    const shared = SHARED.test(title);
    sections = [...sections, { level, shared, ...(before === undefined ? {} : { before }) }];
    this.state.set("sections", sections);
    this.state.set("depth", sections.length - (shared ? 1 : 0));
    this.state.set("chain", undefined);
  }

  /** What held before a section that is for itself holds again behind it. */
  private restore({ before }: Section): void {
    if (before === undefined) return;
    restoreTo(this.now.facts, before.facts);
    restoreTo(this.now.definitions, before.definitions);
    restoreTo(this.entries, before.entries);
  }

  private forgetSubject(): void {
    this.subject = undefined;
    const names = (this.state.get("implied") as readonly string[] | undefined) ?? [];
    for (const name of names) {
      const was = this.implied.get(name);
      if (was === undefined) continue;
      this.setDefinition(name, was.before);
      this.implied.delete(name);
    }
    if (names.length > 0) this.state.set("implied", undefined);
  }

  private setFact(name: string, fact: Fact | undefined): void {
    this.now.facts.set(name, fact);
    if (fact !== undefined)
      for (const d of [fact.shape.rows, fact.shape.cols])
        for (const n of dimNames(d)) if (!isOpenName(n)) this.addDimension(n);
  }

  private addDimension(name: string): void {
    if (this.dimensions.get(name) === undefined) this.dimensions.set(name, true);
  }

  private setDefinition(name: string, definition: Definition | undefined): void {
    this.now.definitions.set(name, definition);
  }

  /** Origins found by the sentence at hand, in offsets of its text. */
  private found: Origin[] = [];

  private originate(name: string, how: string, span: Span, rowsSpan?: Span, colsSpan?: Span): void {
    this.found.push({
      name,
      span,
      how,
      ...(rowsSpan === undefined ? {} : { rowsSpan }),
      ...(colsSpan === undefined ? {} : { colsSpan }),
    });
  }

  /** Does one step of reading, and tells what it found and what that depended on. */
  take(step: Step): Taken {
    this.found = [];
    const { result, trace } = this.journal.record(() => this.step(step));
    return { trace, found: this.found, ...(result === undefined ? {} : { result }) };
  }

  /** Does again what a step did in an earlier version, where what it depended on is the same. */
  retake({ trace }: Taken): void {
    this.journal.replay(trace.writes);
  }

  private step(step: Step): ReadSentence | undefined {
    switch (step.kind) {
      case "heading":
        this.heading(step.level, step.title);
        return undefined;
      case "paragraph":
        this.paragraph(step.inList);
        return undefined;
      case "told":
        this.told(step.told);
        return undefined;
      case "sentence": {
        const said = readSentence(step.sentence, step.text, (this.known ??= this.knowledge()));
        const reading = said === undefined ? undefined : this.say(said.said, step.sentence.span, step.context);
        return said === undefined || reading === undefined ? undefined : { reading, spellings: said.spellings };
      }
    }
  }

  /** A shape or properties stated of names, in a formula or in prose. */
  declare(
    names: readonly DeclaredName[],
    shape: Shape | undefined,
    properties: Iterable<Property>,
    spans: { rows?: Span; cols?: Span } = {},
    depth = this.depth(),
  ): void {
    const given = [...properties];
    for (const n of names) {
      const family = n.family !== undefined && shape !== undefined && this.isFamily(n) ? n.family : undefined;
      const key = family === undefined ? n.name : family.base;
      const before = this.now.facts.get(key);
      if (shape === undefined) {
        if (before !== undefined && !before.certain && given.length === 0) continue;
        let kept = before?.shape ?? this.ahead.get(key) ?? openShape(key, this.guess(key));
        if (given.some((p) => MATRIX_PROPERTIES.has(p))) {
          // A promise about matrices makes its value one, and square.
          if (before === undefined || (!before.certain && kindOfShape(kept) !== "matrix"))
            kept = openShape(key, "matrix");
          if (!(before?.certain ?? false))
            kept = { rows: kept.rows, cols: given.some((p) => p !== "lower" && p !== "upper") ? kept.rows : kept.cols };
        }
        this.setFact(key, {
          shape: kept,
          certain: before?.certain ?? false,
          told: true,
          properties: closeProperties([...(before?.properties ?? []), ...given]),
          ...(before?.family === undefined ? {} : { family: before.family }),
        });
        if (before === undefined) this.originate(key, "declared", n.span);
        continue;
      }
      this.state.set("declared", new Set([...(this.justDeclared ?? []), key]));
      const same =
        before !== undefined && before.shape.rows.key === shape.rows.key && before.shape.cols.key === shape.cols.key;
      this.setFact(key, {
        shape,
        certain: true,
        depth,
        properties: closeProperties([...(same ? before.properties : []), ...given]),
        ...(family === undefined ? {} : { family: { index: family.index, from: ONE, to: this.familySize(key) } }),
      });
      if (this.now.definitions.get(key)?.parameters === undefined && this.now.definitions.has(key) && !same)
        this.setDefinition(key, undefined);
      this.originate(key, "declared", n.span, spans.rows, spans.cols);
    }
  }

  /** `x_i \in R^d` declares a family; `x_i \in R` only where x is no vector. */
  private isFamily(n: DeclaredName): boolean {
    const base = this.now.facts.get(n.family!.base);
    return base === undefined || base.family !== undefined || !base.certain;
  }

  private familySize(base: string): Dim {
    return dimName(`N_${base.replace(/[^\p{L}\p{N}_]/gu, "")}`);
  }

  /** What the words around a formula say. Kinds of value without sizes are as good as certain, their sizes are open. */
  private told(t: Told): void {
    const names = t.names.map((n) => ({ ...n, span: { start: n.span.start + t.start, end: n.span.end + t.start } }));
    if (t.kind === "function") {
      for (const n of names) {
        this.introduce(n.name);
        if (this.now.facts.get(n.name)?.certain !== true) this.setFact(n.name, undefined);
      }
      return;
    }
    if (t.shape !== undefined) {
      this.declare(names, t.shape, t.properties, {}, IN_WORDS);
      for (const n of names) this.originate(n.name, "declared", n.span, t.rowsSpan, t.colsSpan);
      return;
    }
    for (const n of names) {
      if (n.name === "I") continue; // the identity, which the words call by its name
      if (t.anew === true && this.now.facts.get(n.name)?.certain === true && this.justDeclared?.has(n.name) !== true)
        this.setFact(n.name, undefined);
      const before = this.now.facts.get(n.name);
      if (before?.certain === true && t.properties.length === 0) continue;
      if (t.kind !== undefined && before?.certain !== true) {
        let shape =
          before !== undefined && kindOfShape(before.shape) === t.kind ? before.shape : openShape(n.name, t.kind);
        if (t.square === true) shape = { rows: shape.rows, cols: shape.rows };
        this.setFact(n.name, { shape, certain: false, told: true, properties: before?.properties ?? NO_PROPERTIES });
        if (before === undefined) this.originate(n.name, "declared", n.span);
      }
      if (t.properties.length > 0) this.declare([n], undefined, t.properties);
    }
  }

  /** A name that the text introduces as a function, or as something new. */
  introduce(name: string): void {
    if (this.now.definitions.has(name)) this.setDefinition(name, undefined);
    this.signatures.delete(name);
  }

  private guess(name: string): Guess {
    return guesses(name, this.usage, this.bold)[0]!.kind;
  }

  // ---------------------------------------------------------------- sentences

  /** Reads what a sentence says in the light of what was said before; `undefined` where it makes no sense. */
  private say(said: Said, span: Span, context: Context): Reading | undefined {
    this.lettered = new Map();
    switch (said.kind) {
      case "nothing":
        return this.reading({ kind: "empty", span }, [], true, []);
      case "range": {
        return this.reading({ kind: "empty", span }, [said.from, said.to], true, []);
      }
      case "declaration": {
        const set = said.set;
        this.declare(
          said.names,
          set?.shape,
          said.properties.map((p) => p.property),
          {
            ...(set?.rowsSpan === undefined ? {} : { rows: set.rowsSpan }),
            ...(set?.colsSpan === undefined ? {} : { cols: set.colsSpan }),
          },
        );
        const statement: Statement = {
          kind: "declaration",
          span,
          names: said.names.map((n) => ({ name: n.name, span: n.span })),
          properties: said.properties,
          ...(set === undefined ? {} : { shape: set.shape, shapeSpan: set.span }),
          ...(set?.rowsSpan === undefined ? {} : { rowsSpan: set.rowsSpan }),
          ...(set?.colsSpan === undefined ? {} : { colsSpan: set.colsSpan }),
        };
        return this.reading(
          statement,
          [],
          true,
          said.names.map((n) => n.name),
        );
      }
      case "signature": {
        for (const n of said.names) {
          this.introduce(n.name);
          if (this.now.facts.has(n.name)) this.setFact(n.name, undefined);
          this.signatures.set(n.name, {
            from: said.from.map((f) => f?.shape),
            ...(said.to === undefined ? {} : { result: said.to.shape }),
          });
          for (const s of [...said.from, said.to])
            if (s !== undefined)
              for (const d of [s.shape.rows, s.shape.cols]) for (const x of dimNames(d)) this.addDimension(x);
          this.originate(n.name, "declared", n.span);
        }
        return this.reading(
          { kind: "empty", span },
          [],
          true,
          said.names.map((n) => n.name),
        );
      }
      case "query":
        return this.expressionAlone(said.expr, span);
      case "chain":
        return this.chain(said, span, context);
    }
  }

  private expressionAlone(expr: Expr, span: Span): Reading | undefined {
    if (expr.kind === "name") return this.reading({ kind: "query", span, expr }, [expr], true, []);
    this.lettered = new Map();
    const solved = this.solve([expr]);
    return this.reading(
      { kind: "query", span, expr: solved.exprs[0]! },
      solved.exprs,
      solved.consistent,
      [],
      solved.local,
      undefined,
      this.indexRanges(solved.exprs, solved.local),
    );
  }

  private chain(said: Said & { kind: "chain" }, span: Span, context: Context): Reading | undefined {
    const { relations, continues } = said;
    const sides =
      this.usage.sums === 0 || (this.usage.deltas > 0 && !said.sides.some(hasSum))
        ? explicitSums(said.sides)
        : said.sides;
    const allEqual = relations.slice(continues ? 1 : 0).every((r) => r === "=" || r === ":=");

    const property = allEqual && !continues ? this.propertyOf(sides) : undefined;
    if (property !== undefined) {
      // `A = A^T` says what symmetric means as often as that A is.
      if (context.hypothetical !== true && context.stated !== false)
        this.declare([{ name: property.name, span: property.span }], undefined, [property.property]);
      return this.reading(
        {
          kind: "declaration",
          span,
          names: [{ name: property.name, span: property.span }],
          properties: [{ property: property.property, span }],
        },
        sides,
        true,
        [],
      );
    }
    this.bindSubject(said.sides);

    const heads =
      allEqual && !continues && sides.length > 1 && context.hypothetical !== true ? this.heads(sides, relations) : [];
    const shown = heads.length > 0 ? this.entriesOf(sides, heads) : undefined;
    if (shown !== undefined) {
      const statement: Statement = {
        kind: "declaration",
        span,
        names: [{ name: shown.name, span: shown.span }],
        shape: shown.shape,
        properties: [],
      };
      return this.reading(statement, sides, true, [shown.name]);
    }
    // What is being defined is not yet known.
    const fresh = new Set(heads.map((h) => h.name));
    const before = continues ? this.chainBefore : undefined;
    // The rows of a chain share the letters of their sizes, and what they speak of.
    this.lettered = new Map(before?.letters ?? []);
    const found = this.solve(sides, fresh, before);
    const goesOn = before?.entries !== undefined;
    const order = entryOrder(found.exprs, before?.entries);
    const entries =
      allEqual || continues
        ? toEntries(found.exprs, found.shapes, order, goesOn)
        : { sides: found.exprs, lifted: false };
    const solved: Solved = { ...found, exprs: entries.sides };
    const entriesGoOn =
      order !== undefined &&
      found.shapes.some((x, i) => freeIndices(found.exprs[i]!).size > 0 || (goesOn && x !== undefined));
    const body = heads.length > 0 ? solved.exprs[heads[0]!.body]! : undefined;
    const defines: string[] = [];
    if (body !== undefined) {
      for (const h of heads) {
        if (h.parameters !== undefined) {
          this.signatures.delete(h.name);
          if (this.now.facts.get(h.name)?.certain === false) this.setFact(h.name, undefined);
        }
        const own = solved.shapes[heads[0]!.body];
        const inverse = h.inverse === undefined ? body : ({ kind: "apply", op: h.inverse, args: [body] } as Expr);
        this.setDefinition(h.name, {
          name: h.name,
          body: inverse,
          ...(h.parameters === undefined ? {} : { parameters: h.parameters }),
        });
        this.implied.delete(h.name);
        defines.push(h.name);
        this.originate(h.name, "defined", h.span);
        if (h.parameters === undefined && own !== undefined) {
          const before = this.now.facts.get(h.name);
          const certain = solved.certain.has(heads[0]!.body);
          if (before === undefined || !before.certain || (certain && !sameKeys(before.shape, own)))
            this.setFact(h.name, { shape: own, certain, properties: before?.properties ?? NO_PROPERTIES });
        }
      }
    }
    this.rememberSubject(solved.exprs);
    if (heads.length > 0 && body !== undefined && heads.some((h) => freeNames(body).has(h.name))) defines.length = 0;
    const statement: Statement =
      heads.length === 1 && sides.length === 2 && heads[0]!.side === 0 && heads[0]!.inverse === undefined
        ? {
            kind: "definition",
            span,
            name: heads[0]!.name,
            nameSpan: heads[0]!.span,
            ...(heads[0]!.parameters === undefined
              ? {}
              : { parameters: heads[0]!.parameters.map((p, i) => ({ name: p, span: heads[0]!.parameterSpans![i]! })) }),
            body: body!,
          }
        : {
            kind: "claim",
            span,
            sides: solved.exprs,
            relations: continues ? relations : relations,
            ...(continues ? { continues: true } : {}),
          };
    const ranges = this.indexRanges(solved.exprs, solved.local);
    const out = this.reading(
      statement,
      solved.exprs,
      solved.consistent,
      defines,
      solved.local,
      continues ? undefined : sides[0],
      ranges,
    );
    const chain: Chain = {
      letters: this.lettered,
      names: [...solved.local.keys()],
      ...(entriesGoOn ? { entries: order } : {}),
    };
    this.state.set("chain", chain);
    return out;
  }

  /** Leading sides that give a name to the first side that is none: `y = f(x) = x^T A x`. */
  private heads(sides: readonly Expr[], relations: readonly string[]): Head[] {
    const out: Head[] = [];
    let body = 0;
    while (body < sides.length - 1) {
      const h = this.head(sides[body]!, body);
      if (h === undefined) break;
      out.push(h);
      body++;
    }
    if (out.length === 0) {
      // `L^T L = Σ`: a name not seen before stands on the right.
      const last = sides.at(-1)!;
      if (
        sides.length === 2 &&
        relations[0] === "=" &&
        last.kind === "name" &&
        !this.now.facts.has(last.name) &&
        !this.now.definitions.has(last.name) &&
        !freeNames(sides[0]!).has(last.name) &&
        !hasDerivative(sides[0]!)
      ) {
        return [{ name: last.name, span: last.span ?? { start: 0, end: 0 }, side: 1, body: 0 }];
      }
      return [];
    }
    const value = sides[body]!;
    const names = freeNames(value);
    // `α = α/Σα`: a new value for an old name; `∇f = 0`: a condition.
    const literal =
      value.kind === "literal" ||
      (value.kind === "call" && value.name === "⋯") ||
      (value.kind === "apply" && value.op === "transpose" && value.args[0]!.kind === "literal");
    const kept = out.filter((h) => h.parameters !== undefined || literal || !names.has(h.name));
    if (kept.length === 0 || (value.kind === "number" && value.value === 0 && sides.length === 2)) return [];
    if (value.kind === "call" && kept.some((h) => h.name === value.name && h.parameters !== undefined)) return [];
    return kept.map((h) => ({ ...h, body }));
  }

  private head(e: Expr, side: number): Head | undefined {
    const where = e.span ?? { start: 0, end: 0 };
    if (e.kind === "name" && this.isDimension(e.name)) return undefined;
    if (e.kind === "name" && !e.name.startsWith("⟨") && e.name !== "∇")
      return { name: e.name, span: where, side, body: side + 1 };
    const inverse =
      e.kind === "apply" && e.op === "log" ? "exp" : e.kind === "apply" && e.op === "neg" ? "neg" : undefined;
    const call = inverse === undefined ? e : (e as Expr & { kind: "apply" }).args[0]!;
    if (
      call.kind === "call" &&
      call.primes === 0 &&
      call.args.length > 0 &&
      call.args.every((a) => a.kind === "name" && !a.name.startsWith("⟨")) &&
      !RESERVED.has(call.name)
    ) {
      const parameters = call.args.map((a) => (a as Expr & { kind: "name" }).name);
      if (new Set(parameters).size === parameters.length) {
        return {
          name: call.name,
          span: call.opSpan ?? where,
          parameters,
          parameterSpans: call.args.map((a) => a.span ?? where),
          side,
          body: side + 1,
          ...(inverse === undefined ? {} : { inverse }),
        };
      }
    }
    return undefined;
  }

  /** `A = A^T`, `Q^T Q = I`: promises rather than claims. */
  private propertyOf(sides: readonly Expr[]): { name: string; span: Span; property: Property } | undefined {
    if (sides.length !== 2) return undefined;
    for (const [a, b] of [
      [sides[0]!, sides[1]!],
      [sides[1]!, sides[0]!],
    ] as const) {
      const span = a.span ?? { start: 0, end: 0 };
      if (
        a.kind === "name" &&
        b.kind === "apply" &&
        b.op === "transpose" &&
        b.args[0]!.kind === "name" &&
        b.args[0]!.name === a.name
      )
        return { name: a.name, span, property: "symmetric" };
      if (
        a.kind === "apply" &&
        a.op === "transpose" &&
        a.args[0]!.kind === "name" &&
        b.kind === "apply" &&
        b.op === "neg" &&
        b.args[0]!.kind === "name" &&
        b.args[0]!.name === a.args[0]!.name
      )
        return { name: a.args[0]!.name, span, property: "skew" };
      if (a.kind === "apply" && a.op === "mul" && b.kind === "apply" && b.op === "eye") {
        const [l, r] = a.args as [Expr, Expr];
        if (
          l.kind === "apply" &&
          l.op === "transpose" &&
          l.args[0]!.kind === "name" &&
          r.kind === "name" &&
          r.name === l.args[0]!.name
        )
          return { name: r.name, span, property: "orthogonal" };
      }
    }
    return undefined;
  }

  /** A vector or matrix written out by its own entries: `x = [x_1; x_2]` says what its shape is, not what its value is. */
  private entriesOf(
    sides: readonly Expr[],
    heads: readonly Head[],
  ): { name: string; span: Span; shape: Shape } | undefined {
    const h = heads[0]!;
    if (h.parameters !== undefined || heads.length !== 1) return undefined;
    const written = sides[h.body]!;
    const flipped = written.kind === "apply" && written.op === "transpose";
    const value = flipped ? written.args[0]! : written;
    if (value.kind === "call" && value.name === "[]" && value.args.length === 1) {
      const base = entryBase(value.args[0]!);
      if (base !== undefined && base.letter.toLowerCase() === letterOf(h.name).letter.toLowerCase()) {
        this.entries.set(base.name, h.name);
        const fact = this.now.facts.get(h.name);
        const shape = fact?.shape ?? openShape(h.name, base.indices === 2 ? "matrix" : "vector");
        if (fact === undefined) this.setFact(h.name, { shape, certain: false, properties: NO_PROPERTIES });
        return { name: h.name, span: h.span, shape };
      }
      return undefined;
    }
    const dotted = value.kind === "call" && value.name === "⋯";
    const literal =
      dotted &&
      (value as Expr & { kind: "call" }).args.length === 1 &&
      (value as Expr & { kind: "call" }).args[0]!.kind === "literal"
        ? ((value as Expr & { kind: "call" }).args[0] as Expr & { kind: "literal" })
        : value.kind === "literal"
          ? value
          : undefined;
    let rows = literal?.rows;
    if (value.kind === "apply" && value.op === "dot") rows = value.args.map((a) => [a]);
    if (rows === undefined && dotted) rows = (value as Expr & { kind: "call" }).args.map((a) => [a]);
    if (rows === undefined) return undefined;
    const cells = rows.flatMap((row, r) => row.map((cell, c) => ({ cell, r, c })));
    const named = cells.filter(({ cell }) => !isDots(cell));
    if (named.length === 0) return undefined;
    const bases = named.map(({ cell }) => entryBase(cell));
    const first = bases[0];
    if (first === undefined || bases.some((b) => b === undefined || b.name !== first.name)) return undefined;
    if (first.letter.toLowerCase() !== letterOf(h.name).letter.toLowerCase()) return undefined;
    const width = rows[0]!.length;
    let shape: Shape;
    if (!dotted) shape = { rows: dimNumber(rows.length), cols: dimNumber(width) };
    else {
      const last = bases.at(-1)!.last;
      const size = (label: string): Dim => (/^\d+$/.test(label) ? dimNumber(Number(label)) : dimName(label));
      if (first.indices === 2) {
        if (last.length !== 2) return undefined;
        shape = { rows: size(last[0]!), cols: size(last[1]!) };
      } else if (width === 1) shape = vector(size(last[0] ?? "n"));
      else shape = { rows: ONE, cols: size(last[0] ?? "n") };
    }
    // Of a list with dots, `[x_1, …, x_n]^T`, the transpose only says that it stands upright.
    if (flipped && literal !== undefined) shape = { rows: shape.cols, cols: shape.rows };
    if (first.vector) return undefined;
    this.declare([{ name: h.name, span: h.span }], shape, []);
    if (this.now.definitions.has(h.name)) this.setDefinition(h.name, undefined);
    this.entries.set(first.name, h.name);
    return { name: h.name, span: h.span, shape };
  }

  // ---------------------------------------------------------------- the subject of a passage

  /** `\frac{d}{dX} tr(AX) = …`: what follows calls this y. */
  private rememberSubject(sides: readonly Expr[]): void {
    const first = sides[0];
    const d = first?.kind === "derivative" ? first : undefined;
    if (
      d !== undefined &&
      d.wrt.length === 1 &&
      d.wrt[0]!.kind === "name" &&
      d.of.kind !== "name" &&
      d.of.kind !== "call"
    ) {
      if (freeNames(d.of).has(d.wrt[0]!.name)) {
        this.forgetSubject();
        this.subject = { expr: d.of, wrt: d.wrt[0]!.name };
      }
    } else if (
      first?.kind === "differential" &&
      first.of.kind !== "name" &&
      first.of.kind !== "call" &&
      this.subject === undefined &&
      sides.length > 1
    ) {
      const wrt = [...differentials(sides)][0];
      if (wrt !== undefined && freeNames(first.of).has(wrt)) this.subject = { expr: first.of, wrt };
    }
  }

  /** `dy` or `dy/dX` where y has no value: it is the subject of the passage. */
  private bindSubject(sides: readonly Expr[]): void {
    const subject = this.subject;
    if (subject === undefined) return;
    const first = sides[0];
    const y =
      first?.kind === "differential" && first.of.kind === "name"
        ? first.of.name
        : first?.kind === "derivative" &&
            first.of.kind === "name" &&
            first.wrt.length === 1 &&
            first.wrt[0]!.kind === "name" &&
            first.wrt[0]!.name === subject.wrt
          ? first.of.name
          : undefined;
    if (y === undefined || y === subject.wrt || freeNames(subject.expr).has(y)) return;
    const definition = this.now.definitions.get(y);
    const unspecified =
      definition === undefined ||
      (definition.parameters === undefined &&
        definition.body.kind === "call" &&
        this.now.definitions.get(definition.body.name) === undefined);
    if (!unspecified || this.implied.has(y)) return;
    // What does not change with the variable is not the subject: `\nabla_x C = 0`.
    if (sides.some((s) => s.kind === "number" && s.value === 0)) return;
    if (
      definition === undefined &&
      this.now.facts.get(y)?.certain === true &&
      kindOfShape(this.now.facts.get(y)!.shape) !== "scalar"
    )
      return;
    this.implied.set(y, { before: definition });
    this.state.set("implied", [...((this.state.get("implied") as readonly string[] | undefined) ?? []), y]);
    this.setDefinition(y, { name: y, body: subject.expr });
  }

  // ---------------------------------------------------------------- shapes

  private signature(name: string): Signature | undefined {
    const definition = this.now.definitions.get(name);
    const declared = this.signatures.get(name);
    if (definition?.parameters !== undefined)
      return {
        parameters: definition.parameters,
        body: definition.body,
        ...(declared?.result === undefined ? {} : { result: declared.result }),
      };
    if (declared !== undefined)
      return { parameters: [], ...(declared.result === undefined ? {} : { result: declared.result }) };
    const { letter } = letterOf(name);
    if (letter === "sigma" || letter === "phi" || letter === "varphi" || letter === "psi")
      return { parameters: [], elementwise: true };
    const fact = this.now.facts.get(name);
    if (fact !== undefined && (fact.certain || !/^[fgh]$/.test(letter))) return { parameters: [], result: fact.shape };
    if (/^[fghJLEpqPr]$/.test(letter)) return { parameters: [], result: SCALAR };
    return undefined;
  }

  /**
   * Finds shapes with which the expressions fit together, and settles what hangs on them. Names that are certain stay
   * as they are; guesses give way, the weakest first.
   */
  private solve(sides: readonly Expr[], fresh: ReadonlySet<string> = new Set(), before?: Chain): Solved {
    const free = new Set<string>(before?.names ?? []);
    for (const s of sides) freeNames(s, free);
    const names = this.reach(free).filter((n) => !n.startsWith("⟨") && n !== "⋯" && n !== "∇" && !n.startsWith("?"));
    const certain = (n: string): boolean => this.now.facts.get(n)?.certain === true;
    const transposed = transposedNames(sides);
    const current = (n: string): Shape => {
      const fact = this.now.facts.get(n);
      // What was taken for a number and is transposed here is none.
      const refuted =
        fact?.certain === false && fact.told !== true && transposed.has(n) && kindOfShape(fact.shape) === "scalar";
      if (fact !== undefined && !fresh.has(n) && !refuted) return fact.shape;
      if (fact?.certain === true) return fact.shape;
      if (this.isDimension(n)) return SCALAR;
      const declared = this.signatures.get(n)?.result;
      if (declared !== undefined) return declared;
      const letter = letterOf(n).letter;
      if (/^[fgh]$/.test(letter) && useOf(this.usage, letter, letterOf(n).style).called > 0) return SCALAR;
      return this.ahead.get(n) ?? this.argumentShape(n, sides) ?? this.relative(n) ?? openShape(n, this.guess(n));
    };
    const open = names.filter((n) => !certain(n) && !fresh.has(n) && !this.isDimension(n));
    const independentNames = new Set<string>();
    for (const e of sides) independent(e, independentNames, e === sides[0]);
    const tries = this.tries(open, current, before !== undefined);
    let solver: Solver | undefined;
    let shapes: readonly Found[] = [];
    let chosen = new Map<string, Shape>();
    let consistent = false;
    const factsOf = (attempt: { readonly shapes: ReadonlyMap<string, Shape>; readonly spreads?: boolean }): Facts => ({
      shape: (n) => {
        if (n.startsWith("?")) return SCALAR;
        const own = attempt.shapes.get(n);
        if (own !== undefined) return own;
        const member = this.member(n);
        if (member !== undefined) return member;
        return n.startsWith("⟨") || (fresh.has(n) && !certain(n)) ? undefined : current(n);
      },
      signature: (n) => (fresh.has(n) ? undefined : this.signature(n)),
      members: (n) => this.familyOf(n),
      value: (n) => (fresh.has(n) || independentNames.has(n) ? undefined : this.valueOf(n)),
      lettered: (n) => this.lettered.has(n),
      spreads: attempt.spreads === true,
    });
    for (const attempt of tries) {
      for (const layout of attempt.layouts) {
        const s = new Solver(factsOf(attempt), layout);
        try {
          shapes = s.equalSides(sides);
          solver = s;
          chosen = attempt.shapes;
          consistent = true;
          this.layout = layout;
          break;
        } catch (e) {
          if (!(e instanceof Clash)) throw e;
        }
      }
      if (consistent) break;
    }
    if (solver === undefined) {
      // Nothing fits: what is written stays as it was guessed, or as the first side has it by itself.
      const alone =
        sides.length > 1 && fresh.size === 0 && hasDerivative(sides[0]!)
          ? this.fits(sides[0]!, open, current, factsOf)
          : undefined;
      const tolerant = alone?.solver ?? new Solver({ shape: () => undefined, signature: () => undefined });
      const local = new Map<string, Shape>();
      if (alone !== undefined)
        for (const n of open) local.set(n, tolerant.resolveShape(alone.shapes.get(n) ?? current(n)));
      return {
        exprs: sides.map((s) => this.settled(s, tolerant)),
        shapes: sides.map(() => undefined),
        consistent: false,
        certain: new Set(),
        local,
      };
    }
    const done = solver;
    const local = new Map<string, Shape>();
    for (const n of names) {
      if (certain(n) || fresh.has(n)) continue;
      const s = done.resolveShape(chosen.get(n) ?? current(n));
      local.set(n, s);
      const before = this.now.facts.get(n);
      if (!fresh.has(n) && (before === undefined || !sameKeys(before.shape, s)))
        this.setFact(n, {
          shape: s,
          certain: false,
          ...(before?.told === true ? { told: true } : {}),
          properties: before?.properties ?? NO_PROPERTIES,
          ...(before?.family === undefined ? {} : { family: before.family }),
        });
    }
    const exact = new Set<number>();
    sides.forEach((s, i) => {
      if (
        [...freeNames(s)].every((n) => certain(n) || this.isDimension(n)) &&
        shapes[i] !== undefined &&
        !hasDerivative(s)
      )
        exact.add(i);
    });
    const exprs = sides.map((s) => this.settled(s, done));
    return { exprs: withZeros(exprs, shapes, (d) => this.closed(d)), shapes, consistent, certain: exact, local };
  }

  /** Shapes with which one expression fits together, among the likeliest. */
  private fits(
    e: Expr,
    open: readonly string[],
    current: (n: string) => Shape,
    factsOf: (attempt: { readonly shapes: ReadonlyMap<string, Shape> }) => Facts,
  ): { solver: Solver; shapes: ReadonlyMap<string, Shape> } | undefined {
    let tried = 0;
    for (const attempt of this.tries(open, current, false)) {
      if (++tried > 3) return undefined;
      for (const layout of attempt.layouts) {
        const solver = new Solver(factsOf(attempt), layout);
        try {
          solver.equalSides([e]);
          return { solver, shapes: attempt.shapes };
        } catch (error) {
          if (!(error instanceof Clash)) throw error;
        }
      }
    }
    return undefined;
  }

  /** The shape of a function's declared argument, for a name that stands there. */
  private argumentShape(name: string, sides: readonly Expr[]): Shape | undefined {
    let found: Shape | undefined;
    const visit = (e: Expr): void => {
      if (e.kind === "call") {
        const from = this.signatures.get(e.name)?.from;
        e.args.forEach((a, i) => {
          if (a.kind === "name" && a.name === name && from?.[i] !== undefined) found ??= from[i];
        });
      }
      for (const c of children(e)) visit(c);
    };
    for (const s of sides) visit(s);
    return found;
  }

  /** `\Delta x`, `\hat x`, `x^*`, `x^{(k)}`, bold `x_k` are most likely shaped as x is. */
  private relative(name: string): Shape | undefined {
    let base = name;
    for (;;) {
      const next =
        /^[Dd]elta_(.+)$/.exec(base)?.[1] ??
        /^(.+)(?:_(?:hat|bar|tilde|dot|star)|\^[^^_]*|')$/.exec(base)?.[1] ??
        (letterOf(base).style === "bold" || /^\p{Lu}/u.test(base) || this.strong(base)
          ? /^(.+)_[^_]*$/.exec(base)?.[1]
          : undefined);
      if (next === undefined) return undefined;
      base = next;
      const fact = this.now.facts.get(base);
      if (fact !== undefined) return fact.shape;
    }
  }

  /** Whether a name stands for a letter that the note prints bold only. */
  private strong(name: string): boolean {
    const { letter, style } = letterOf(name);
    return (
      style === "bold" || (useOf(this.usage, letter, "").total === 0 && useOf(this.usage, letter, "bold").total > 0)
    );
  }

  private valueOf(name: string): Expr | undefined {
    const definition = this.now.definitions.get(name);
    return definition === undefined || definition.parameters !== undefined ? undefined : definition.body;
  }

  private member(name: string): Shape | undefined {
    const split = familyName(name);
    if (split === undefined) return undefined;
    const fact = this.now.facts.get(split.base);
    return fact?.family === undefined || this.now.facts.has(name) ? undefined : fact.shape;
  }

  private familyOf(name: string): { index: string; to: Dim } | undefined {
    const split = familyName(name);
    const family = split === undefined ? undefined : this.now.facts.get(split.base)?.family;
    return family === undefined ? undefined : { index: split!.index, to: family.to };
  }

  /** Names that occur, also inside the definitions of functions and values that occur. */
  private reach(free: ReadonlySet<string>): string[] {
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

  /** Shapes to try: the kinds and sizes that are known, then with all sizes open, then with one or two guesses changed, the cheapest first. */
  private *tries(
    open: readonly string[],
    current: (n: string) => Shape,
    goesOn: boolean,
  ): Generator<{ shapes: Map<string, Shape>; layouts: readonly Layout[]; spreads?: boolean }> {
    const both: readonly Layout[] =
      this.layout === "denominator" ? ["denominator", "numerator"] : ["numerator", "denominator"];
    const as = new Map(open.map((n) => [n, current(n)]));
    // Rows of one chain share their sizes; else a formula is as general as it can be by itself.
    if (goesOn) yield { shapes: as, layouts: [both[0]!] };
    const isSettled = (d: Dim): boolean => !dimNames(d).some(isOpenName);
    const settled = open.filter(
      (n) => isSettled(as.get(n)!.rows) && isSettled(as.get(n)!.cols) && kindOfShape(as.get(n)!) !== "scalar",
    );
    if (settled.length > 0) {
      yield {
        shapes: new Map(
          open.map((n) => [n, settled.includes(n) ? as.get(n)! : openShape(n, kindOfShape(as.get(n)!) as Guess)]),
        ),
        layouts: both,
      };
    }
    const again = new Map(open.map((n) => [n, openShape(n, kindOfShape(as.get(n)!) as Guess)]));
    yield { shapes: again, layouts: both };
    const flips: { name: string; kind: Guess; cost: number }[] = [];
    for (const n of open) {
      const now = kindOfShape(as.get(n)!);
      // What fitted before is given up less readily than a bare guess.
      const fact = this.now.facts.get(n);
      if (fact?.told === true || this.valueOf(n) !== undefined) continue;
      const held = fact === undefined ? 0 : 2;
      for (const g of guesses(n, this.usage, this.bold))
        if (g.kind !== now && g.cost + held <= 5) flips.push({ name: n, kind: g.kind, cost: g.cost + held });
    }
    flips.sort((a, b) => a.cost - b.cost);
    for (const f of flips.slice(0, 24))
      yield { shapes: new Map([...again, [f.name, openShape(f.name, f.kind)]]), layouts: both };
    const pairs: { a: (typeof flips)[number]; b: (typeof flips)[number]; cost: number }[] = [];
    const few = flips.filter((f) => f.cost < 4).slice(0, 12);
    for (let i = 0; i < few.length; i++)
      for (let j = i + 1; j < few.length; j++)
        if (few[i]!.name !== few[j]!.name) pairs.push({ a: few[i]!, b: few[j]!, cost: few[i]!.cost + few[j]!.cost });
    pairs.sort((x, y) => x.cost - y.cost);
    for (const p of pairs.slice(0, 40))
      yield {
        shapes: new Map([
          ...again,
          [p.a.name, openShape(p.a.name, p.a.kind)],
          [p.b.name, openShape(p.b.name, p.b.kind)],
        ]),
        layouts: [both[0]!],
      };
    yield { shapes: as, layouts: both, spreads: true };
  }

  private settled(e: Expr, solver: Solver): Expr {
    return settle(e, solver, (d) => this.closed(d), this.elementwise);
  }

  /** A size without open parts: each gets a letter that the note does not use. */
  private closed(d: Dim): Dim {
    const open = dimNames(d).filter(isOpenName);
    if (open.length === 0) return d;
    return dimSubstitute(d, new Map(open.map((n) => [n, dimName(this.sizeName(n))])));
  }

  private sizeName(open: string): string {
    const known = this.lettered.get(open);
    if (known !== undefined) return known;
    const taken = new Set(this.lettered.values());
    const free = (n: string): boolean => !taken.has(n) && !this.isDimension(n) && this.labels.get(n) !== true;
    let letter = ["n", "m", "p", "q", "r", "s"].find(free);
    for (let i = 1; letter === undefined; i++) letter = ["n", "m", "p", "q"].map((l) => `${l}${i}`).find(free);
    this.lettered.set(open, letter);
    return letter;
  }

  /** The sizes that free indices run to. */
  private indexRanges(sides: readonly Expr[], local: ReadonlyMap<string, Shape>): ReadonlyMap<string, Dim> {
    const out = new Map<string, Dim>();
    const names = new Set(sides.flatMap((s) => [...freeIndices(s).keys()]));
    if (names.size === 0) return out;
    const solver = new Solver(
      {
        shape: (n) => local.get(n) ?? this.now.facts.get(n)?.shape ?? (this.isDimension(n) ? SCALAR : undefined),
        signature: (n) => this.signature(n),
      },
      this.layout,
    );
    const visit = (e: Expr): void => {
      if (e.kind === "index") {
        let base: Found;
        try {
          base = solver.shapeOf(e.base);
        } catch {
          base = undefined;
        }
        if (base !== undefined)
          e.indices.forEach((i, at) => {
            if (i?.kind !== "name" || !names.has(i.name) || out.has(i.name)) return;
            out.set(
              i.name,
              this.closed(
                solver.resolve(
                  e.indices.length === 1 && base.rows.key === "1" ? base.cols : at === 0 ? base.rows : base.cols,
                ),
              ),
            );
          });
      }
      for (const c of children(e)) visit(c);
    };
    for (const s of sides) visit(s);
    return out;
  }

  // ---------------------------------------------------------------- scopes

  /** Looks up all that a scope says of the names in some expressions: whoever judges them later depends on it. */
  private lookUp(exprs: readonly Expr[]): void {
    const seen = new Set<string>();
    const visit = (e: Expr): void => {
      if ((e.kind === "name" || e.kind === "call") && !seen.has(e.name)) {
        seen.add(e.name);
        if (this.now.facts.get(e.name) === undefined) this.member(e.name);
        this.dimensions.get(e.name);
        const definition = this.now.definitions.get(e.name);
        if (definition !== undefined) visit(definition.body);
      }
      for (const c of children(e)) visit(c);
    };
    exprs.forEach(visit);
  }

  private reading(
    statement: Statement,
    exprs: readonly Expr[],
    consistent: boolean,
    defines: readonly string[],
    local: ReadonlyMap<string, Shape> = new Map(),
    head?: Expr,
    indices: ReadonlyMap<string, Dim> = NO_INDICES,
  ): Reading {
    const free = new Set<string>();
    for (const e of exprs) freeNames(e, free);
    this.lookUp(exprs);
    const variables = new Map<string, Variable>();
    const guessed = new Set<string>();
    for (const n of new Set([...this.reach(free), ...local.keys()])) {
      if (n.startsWith("⟨") || n === "⋯" || n === "∇") continue;
      const fact = this.now.facts.get(n);
      if (fact === undefined && !free.has(n) && !local.has(n)) continue;
      if (fact === undefined && this.member(n) !== undefined) continue;
      const shape = local.get(n) ?? fact?.shape ?? openShape(n, this.guess(n));
      variables.set(n, {
        name: n,
        shape: { rows: this.closed(shape.rows), cols: this.closed(shape.cols) },
        properties: fact?.properties ?? NO_PROPERTIES,
        ...(fact?.family === undefined ? {} : { family: fact.family }),
      });
      if (fact?.certain !== true) guessed.add(n);
    }
    // What is differentiated by, and whose differential stands on the right, varies freely.
    const free2 = new Set<string>();
    for (const e of exprs) independent(e, free2, e === exprs[0] && head !== undefined);
    const gone = new Map<string, undefined>();
    for (const n of free2)
      if (this.now.definitions.get(n) !== undefined && this.now.definitions.get(n)?.parameters === undefined)
        gone.set(n, undefined);
    return { statement, own: { variables, guessed, free: gone }, consistent, defines, indices };
  }
}

/** What the next row of a chain takes over. */
interface Chain {
  /** Letters of open sizes. */
  readonly letters: ReadonlyMap<string, string>;
  /** Names it speaks of. */
  readonly names: readonly string[];
  /** Row and column index, where its sides are entries. */
  readonly entries?: readonly string[];
}

/** A sentence read. */
export interface ReadSentence {
  readonly reading: Reading;
  readonly spellings: Spellings;
}

/** One step of reading a note. Offsets count from a place that comes with the step. */
export type Step =
  | { readonly kind: "heading"; readonly level: number; readonly title: string }
  | { readonly kind: "paragraph"; readonly inList: boolean }
  | { readonly kind: "told"; readonly told: Told }
  | {
      readonly kind: "sentence";
      readonly sentence: Sentence;
      /** The formula that it stands in. */
      readonly text: string;
      readonly context: Context;
    };

/** A step of reading, done. */
export interface Taken {
  readonly trace: Trace;
  /** Where names come from. */
  readonly found: readonly Origin[];
  /** What a sentence says, where it was understood. */
  readonly result?: ReadSentence;
}

/** A section whose declarations are its own, with what held before it. */
interface Section {
  readonly level: number;
  readonly shared: boolean;
  readonly before?: {
    readonly facts: ReadonlyMap<string, Fact>;
    readonly definitions: ReadonlyMap<string, Definition>;
    readonly entries: ReadonlyMap<string, string>;
  };
}

function restoreTo<V>(map: Tracked<V>, old: ReadonlyMap<string, V>): void {
  for (const [name] of map.all()) if (!old.has(name)) map.delete(name);
  for (const [name, value] of old) if (map.peek(name) !== value) map.set(name, value);
}

interface Head {
  readonly name: string;
  readonly span: Span;
  readonly parameters?: readonly string[];
  readonly parameterSpans?: readonly Span[];
  readonly side: number;
  readonly body: number;
  /** `\log p(x) = …` defines p by the exponential of what stands there. */
  readonly inverse?: string;
}

interface Solved {
  readonly exprs: readonly Expr[];
  readonly shapes: readonly Found[];
  readonly consistent: boolean;
  /** Sides whose shape is certain. */
  readonly certain: ReadonlySet<number>;
  readonly local: ReadonlyMap<string, Shape>;
}

const RESERVED = new Set([
  "⋯",
  "[]",
  "{}",
  "cases",
  "binom",
  "sum",
  "prod",
  "int",
  "lim",
  "argmin",
  "argmax",
  "min",
  "max",
  "∇",
  "∇²",
  "d/d",
  "pm",
  "mp",
]);
const MATRIX_PROPERTIES = new Set<Property>([
  "symmetric",
  "skew",
  "diagonal",
  "posdef",
  "psd",
  "orthogonal",
  "invertible",
  "lower",
  "upper",
]);

const sameKeys = (a: Shape, b: Shape): boolean => a.rows.key === b.rows.key && a.cols.key === b.cols.key;

const isDots = (e: Expr): boolean =>
  (e.kind === "name" && (e.name === "⋯" || e.name.startsWith("⟨"))) || (e.kind === "call" && e.name === "⋯");

/** `x_i`, `x^{(i)}`: the family that a name belongs to. */
function familyName(name: string): { base: string; index: string } | undefined {
  const raised = /^(.+\^[([])([^()[\]]+)([)\]])$/.exec(name);
  if (raised !== null) return { base: raised[1]! + raised[3]!, index: raised[2]! };
  const at = name.lastIndexOf("_");
  return at <= 0 ? undefined : { base: name.slice(0, at), index: name.slice(at + 1) };
}

/** The letter and indices of `x_1`, `a_{ij}`, `A[1,2]`; `vector` where it is no number (`a_i^T`). */
function entryBase(
  e: Expr,
): { name: string; letter: string; indices: number; last: readonly string[]; vector: boolean } | undefined {
  if (e.kind === "index" && e.base.kind === "name") {
    const last = e.indices.map((i) => (i?.kind === "number" ? String(i.value) : i?.kind === "name" ? i.name : ""));
    return { name: e.base.name, letter: letterOf(e.base.name).letter, indices: e.indices.length, last, vector: false };
  }
  if (e.kind !== "name") return undefined;
  const m = /^(.+)_([a-z]|\d{1,2}),?([a-z]|\d)?$/.exec(e.name);
  if (m === null) return undefined;
  let last = m[3] === undefined ? [m[2]!] : [m[2]!, m[3]];
  if (m[3] === undefined && /^\d\d$/.test(m[2]!)) last = [m[2]![0]!, m[2]![1]!];
  const { letter, style } = letterOf(m[1]!);
  return { name: m[1]!, letter, indices: last.length, last, vector: style === "bold" };
}

function hasDerivative(e: Expr): boolean {
  return e.kind === "derivative" || e.kind === "differential" || children(e).some(hasDerivative);
}

/** Names that stand with the sign of a transpose. */
function transposedNames(sides: readonly Expr[], out: Set<string> = new Set()): Set<string> {
  for (const s of sides) {
    if (s.kind === "apply" && s.op === "transpose" && s.args[0]!.kind === "name") out.add(s.args[0]!.name);
    transposedNames(children(s), out);
  }
  return out;
}

const hasSum = (e: Expr): boolean => e.kind === "sumover" || children(e).some(hasSum);

/** Names whose plain differential occurs. */
function differentials(sides: readonly Expr[], out: Set<string> = new Set()): Set<string> {
  for (const s of sides) {
    if (s.kind === "differential" && s.of.kind === "name") out.add(s.of.name);
    differentials(children(s), out);
  }
  return out;
}

function independent(e: Expr, out: Set<string>, head: boolean): void {
  if (e.kind === "derivative") for (const w of e.wrt) freeNames(w, out);
  if (!head && e.kind === "differential" && e.of.kind === "name") out.add(e.of.name);
  for (const c of children(e)) independent(c, out, head && e.kind !== "derivative");
}

/** A side that is a plain 0 beside a matrix is the zero matrix. */
function withZeros(exprs: readonly Expr[], shapes: readonly Found[], closed: (d: Dim) => Dim): Expr[] {
  const other = shapes.find(
    (s, i) => s !== undefined && !(s.rows.key === "1" && s.cols.key === "1") && !(exprs[i]!.kind === "number"),
  );
  return exprs.map((e) => {
    if (e.kind !== "number" || e.value !== 0 || other === undefined) return e;
    const size = (d: Dim): Expr => {
      const c = closed(d);
      return c.terms.size === 1 && /^\d+$/.test(c.key)
        ? { kind: "number", value: Number(c.key) }
        : { kind: "name", name: c.key };
    };
    return {
      kind: "apply",
      op: "zeros",
      args: [size(other.rows), size(other.cols)],
      ...(e.span === undefined ? {} : { span: e.span }),
    };
  });
}
